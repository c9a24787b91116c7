"""The report as a PDF file to print and to send: A4 on its side, fonts embedded, names as plain text."""

from collections.abc import Iterable
from datetime import UTC, datetime, time
from pathlib import Path

from staffing.i18n import text
from staffing.measures import coverage
from staffing.plan import Plan
from staffing.report.pdf_charts import draw_coverage, draw_gaps, draw_key
from staffing.report.pdf_facts import Grid, Lines, after_charts, before_charts, figures
from staffing.report.pdf_pages import GREY, Pages


def write_pdf(plan: Plan, path: Path, *, lang: str = "en", font: Path | None = None) -> None:
    """Write the report of a plan as PDF. The same plan gives the same bytes where the same fonts are.

    Parameters
    ----------
    plan : Plan
        A finished plan; without a roster the file says so.
    path : Path
        The file.
    lang : str
        Language of the texts, ``en`` or ``zh``.
    font : Path, optional
        Font file to use first (``STAFFING_PDF_FONT``).

    Raises
    ------
    NoFontError
        When no font on this machine has all letters; nothing is written then.
    SettingsError
        When `font` is no font.
    """
    path.write_bytes(render_pdf(plan, lang=lang, font=font))


def render_pdf(plan: Plan, *, lang: str = "en", font: Path | None = None) -> bytes:
    """The report as the bytes of a PDF file; see `write_pdf`."""
    grid, result, table = plan.problem.grid, plan.result, coverage(plan)
    top, before, after = figures(plan, lang), tuple(before_charts(plan, lang)), tuple(after_charts(plan, lang))
    state = f"{text(f'status.{result.status}', lang)} ({text(f'stop.{result.stop_reason}', lang)})"
    days = f"{grid.dates[0]} – {grid.dates[-1]}"
    digest = plan.scenario.digest[:16]
    said = {name: text(f"report.{name}", lang) for name in ("heat", "coverage", "assigned", "required")}
    subtitle = f"{days} · {grid.timezone} · {state}"
    made = text("report.remake", lang, digest=digest, seed=plan.settings.seed)

    pages = Pages(plan.scenario.centre.name, days, digest, lang)
    strings = [pages.centre, subtitle, made, text("pdf.page", lang), *said.values(), *table.queues]
    pages.take_fonts([*strings, *(part for pair in top for part in pair), *_strings((*before, *after))], font)
    pages.set_title(plan.scenario.centre.name)
    pages.set_lang("zh-CN" if lang == "zh" else "en")
    # A fixed date keeps the same plan the same file.
    pages.set_creation_date(datetime.combine(grid.dates[0], time(), UTC))
    pages.add_page()
    pages.title_lines(subtitle)
    pages.cards(top)
    pages.blocks(before)
    pages.heading(said["heat"], 20.0)
    draw_gaps(pages, table)
    pages.heading(said["coverage"], 35.0)
    draw_key(pages, said["assigned"], said["required"])
    for row in range(len(table.queues)):
        draw_coverage(pages, table, row)
    pages.blocks(after)
    pages.ln(3)
    pages.paragraph(made, GREY)
    return bytes(pages.output())


def _strings(blocks: Iterable[Grid | Lines]) -> list[str]:
    """Every string of the blocks."""
    found = []
    for block in blocks:
        found.append(block.title)
        if isinstance(block, Lines):
            found += block.lines
        else:
            found += [block.note, *block.heads, *(cell for row in block.rows for cell in row)]
    return found
