"""The KPI report to print or send: one file, no scripts, nothing fetched, no names of people."""

from collections.abc import Sequence

from jinja2 import Environment, PackageLoader
from markupsafe import Markup

from staffing.i18n import text
from staffing.measures.kpi import KpiBook, KpiSheet
from staffing.report.adherence_words import adherence_table, lost_table
from staffing.report.kpi_words import (
    KpiLine,
    before_words,
    card_lines,
    dropped_words,
    group_words,
    kpi_lines,
    period_words,
)

WIDTH, HEIGHT, EDGE = 120, 26, 3
MOST_COLUMNS = 12
"""Groups that fit a printed page side by side."""


def render_kpi(sheet: KpiSheet, *, lang: str = "en") -> str:
    """The report as HTML text; everything from data is escaped by the template engine."""
    environment = Environment(loader=PackageLoader("staffing.report"), autoescape=True, trim_blocks=True)
    return environment.get_template("kpi.html.jinja").render(
        _=lambda key, **params: text(key, lang, **params),
        lang=lang,
        sheet=sheet,
        period=period_words(sheet, lang),
        lines=[(line, Markup(sparkline(line.trend))) for line in kpi_lines(sheet, lang)],
        tables=[_table(sheet, book, lang) for book in (sheet.book, *sheet.others)],
        before=before_words(sheet, lang),
        kept=adherence_table(sheet, lang),
        lost=lost_table(sheet, lang),
        card=card_lines(sheet, lang),
        dropped=dropped_words(sheet, lang),
    )


def _table(sheet: KpiSheet, book: KpiBook, lang: str) -> tuple[str, list[str], list[tuple[str, list[KpiLine]]]]:
    """Grouping, heads and rows of one book: a column for each group, or where they are many for each measure.

    A measure or group of nothing but "no data" tells nobody anything and is left out.
    """

    def is_known(code: str, group: str) -> bool:
        return book.figure(code, group).value is not None

    codes = [measure.code for measure in book.measures]
    shown = [n for n, code in enumerate(codes) if any(is_known(code, group) for group in book.groups)]
    groups = [group for group in book.groups if any(is_known(code, group) for code in codes)]
    cells = [kpi_lines(sheet, lang, group, book) for group in groups]
    names = [group_words(group, lang) for group in groups]
    measures = [text(book.measures[n].name_key, lang) for n in shown]
    if len(groups) > MOST_COLUMNS:
        rows = [(name, [lines[n] for n in shown]) for name, lines in zip(names, cells, strict=True)]
        return book.by, [text(f"kpi.by.{book.by}", lang), *measures], rows
    rows = [(name, [lines[n] for lines in cells]) for name, n in zip(measures, shown, strict=True)]
    return book.by, [text("kpi.head.measure", lang), *names], rows


def sparkline(values: Sequence[float | None]) -> str:
    """A trend as a small drawing: a line broken where there is no data, a dot at the last value."""
    known = [value for value in values if value is not None]
    if not known:
        return ""
    low, high = min(known), max(known)
    wide = (WIDTH - 2 * EDGE) / max(1, len(values) - 1)
    points = [
        None
        if value is None
        else (
            EDGE + n * wide,
            HEIGHT / 2 if high == low else HEIGHT - EDGE - (value - low) / (high - low) * (HEIGHT - 2 * EDGE),
        )
        for n, value in enumerate(values)
    ]
    path, pen = "", "M"
    for point in points:
        path += "" if point is None else f"{pen}{point[0]:.1f} {point[1]:.1f}"
        pen = "M" if point is None else "L"
    last = [point for point in points if point is not None][-1]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{WIDTH}" height="{HEIGHT}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}">'
        f'<path d="{path}" fill="none" stroke="#0072B2" stroke-width="1.5"/>'
        f'<circle cx="{last[0]:.1f}" cy="{last[1]:.1f}" r="2.2" fill="#0072B2"/></svg>'
    )
