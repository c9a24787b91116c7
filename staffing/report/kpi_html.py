"""The KPI report to print or send: one file, no scripts, nothing fetched, no names of people."""

from collections.abc import Sequence

from jinja2 import Environment, PackageLoader
from markupsafe import Markup

from staffing.i18n import text
from staffing.measures.kpi import KpiSheet
from staffing.report.kpi_words import card_lines, dropped_words, group_words, kpi_lines, period_words

WIDTH, HEIGHT, EDGE = 120, 26, 3


def render_kpi(sheet: KpiSheet, *, lang: str = "en") -> str:
    """The report as HTML text; everything from data is escaped by the template engine."""
    environment = Environment(loader=PackageLoader("staffing.report"), autoescape=True, trim_blocks=True)
    codes = [measure.code for measure in sheet.book.measures]
    groups = [(group_words(group, lang), kpi_lines(sheet, lang, group)) for group in sheet.book.groups]
    # A column of nothing but "no data" tells nobody anything.
    shown = [
        n for n in range(len(codes)) if any(sheet.book.figure(codes[n], g).value is not None for g in sheet.book.groups)
    ]
    return environment.get_template("kpi.html.jinja").render(
        _=lambda key, **params: text(key, lang, **params),
        lang=lang,
        sheet=sheet,
        period=period_words(sheet, lang),
        lines=[(line, Markup(sparkline(line.trend))) for line in kpi_lines(sheet, lang)],
        groups=groups,
        shown=shown,
        card=card_lines(sheet, lang),
        dropped=dropped_words(sheet, lang),
    )


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
