"""The KPI report as a workbook: measures, groups, trend, scorecard."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from staffing.i18n import text
from staffing.measures.kpi import KpiBook, KpiSheet, Unit
from staffing.report.adherence_words import adherence_table, lost_table
from staffing.report.kpi_words import before_words, card_lines, dropped_words, group_words, kpi_lines, period_words

FORMATS = {
    Unit.COUNT: "#,##0",
    Unit.SHARE: "0.0%",
    Unit.SECONDS: "#,##0.0",
    Unit.HOURS: "#,##0.0",
    Unit.POINTS: "0.00",
    Unit.MONEY: "#,##0.00",
}


def write_kpi_workbook(sheet: KpiSheet, path: Path, *, lang: str = "en") -> None:
    """Write the workbook. Every text is written as text: nothing from data becomes a formula or a link."""
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(str(path), options)
    # A fixed date keeps the same figures the same file.
    created = datetime.combine(sheet.book.last, datetime.min.time())
    book.set_properties({"title": sheet.centre, "created": created})
    style: dict[str, Any] = {
        "head": book.add_format({"bold": True, "bg_color": "#F4F6F8", "bottom": 1, "text_wrap": True, "valign": "top"}),
        "title": book.add_format({"bold": True, "font_size": 14}),
        "missed": book.add_format({"font_color": "#A34700", "bold": True}),
        "none": book.add_format({"font_color": "#57606A", "italic": True}),
        "plain": book.add_format({}),
        **{unit: book.add_format({"num_format": form}) for unit, form in FORMATS.items()},
    }
    _measures(book, sheet, lang, style)
    for table in (sheet.book, *sheet.others):
        _groups(book, table, lang, style, is_first=table is sheet.book)
    _trend(book, sheet, lang, style)
    _adherence(book, sheet, lang, style)
    _card(book, sheet, lang, style)
    book.close()


def _tab(
    book: Any, key: str, lang: str, heads: list[str], style: Mapping[str, Any], row: int = 0, **params: str
) -> Any:
    tab = book.add_worksheet(text(key, lang, **params)[:31])
    for column, head in enumerate(heads):
        tab.write_string(row, column, head, style["head"])
    tab.freeze_panes(row + 1, 1)
    tab.set_column(0, 0, 28)
    tab.set_column(1, max(1, len(heads) - 1), 15)
    tab.set_landscape()
    tab.set_paper(9)
    tab.fit_to_pages(1, 0)
    return tab


def _number(
    tab: Any, row: int, column: int, value: float | None, unit: Unit, lang: str, style: Mapping[str, Any]
) -> None:
    if value is None:
        tab.write_string(row, column, text("kpi.no_data", lang), style["none"])
    else:
        tab.write_number(row, column, value, style[unit])


def _measures(book: Any, sheet: KpiSheet, lang: str, style: Mapping[str, Any]) -> None:
    names = ("measure", "value", "low", "high", "target", "verdict", "before", "change", "sample", "formula")
    tab = _tab(book, "kpi.sheet.summary", lang, [text(f"kpi.head.{name}", lang) for name in names], style, row=3)
    tab.write_string(0, 0, text("kpi.title", lang, centre=sheet.centre), style["title"])
    tab.write_string(1, 0, f"{period_words(sheet, lang)} {before_words(sheet, lang)}".rstrip())
    lines = kpi_lines(sheet, lang)
    for row, (measure, line) in enumerate(zip(sheet.book.measures, lines, strict=True), start=4):
        figure = sheet.book.figure(measure.code)
        tab.write_string(row, 0, line.name)
        _number(tab, row, 1, figure.value, measure.unit, lang, style)
        for column, value in ((2, figure.low), (3, figure.high), (4, sheet.goals.targets.get(measure.code))):
            if value is not None:
                tab.write_number(row, column, value, style[measure.unit])
        tab.write_string(row, 5, line.judged, style["missed" if line.verdict == "missed" else "plain"])
        if sheet.before is not None:
            _number(tab, row, 6, sheet.before.figure(measure.code).value, measure.unit, lang, style)
            tab.write_string(row, 7, line.changed, style["missed" if line.change == "worse" else "plain"])
        tab.write_number(row, 8, line.sample)
        tab.write_string(row, 9, line.formula)
    tab.write_string(5 + len(lines), 0, text("kpi.note", lang))
    tab.set_column(9, 9, 60)


def _groups(book: Any, table: KpiBook, lang: str, style: Mapping[str, Any], *, is_first: bool) -> None:
    heads = [text(f"kpi.by.{table.by}", lang), *(text(measure.name_key, lang) for measure in table.measures)]
    title = "kpi.sheet.groups" if is_first else "kpi.sheet.groups_by"
    tab = _tab(book, title, lang, heads, style, by=text(f"kpi.by.{table.by}", lang))
    for row, group in enumerate((*table.groups, None), start=1):
        tab.write_string(row, 0, text("kpi.total", lang) if group is None else group_words(group, lang))
        for column, measure in enumerate(table.measures, start=1):
            _number(tab, row, column, table.figure(measure.code, group).value, measure.unit, lang, style)


def _trend(book: Any, sheet: KpiSheet, lang: str, style: Mapping[str, Any]) -> None:
    heads = [text("kpi.head.measure", lang), *(week.isoformat() for week in sheet.book.weeks)]
    tab = _tab(book, "kpi.sheet.trend", lang, heads, style)
    for row, measure in enumerate(sheet.book.measures, start=1):
        tab.write_string(row, 0, text(measure.name_key, lang))
        for column, value in enumerate(sheet.book.figure(measure.code).trend, start=1):
            _number(tab, row, column, value, measure.unit, lang, style)


def _adherence(book: Any, sheet: KpiSheet, lang: str, style: Mapping[str, Any]) -> None:
    kept = adherence_table(sheet, lang)
    if kept is None:
        return
    tab = _tab(book, "adherence.title", lang, list(kept.heads), style)
    row = 1
    for table in (kept, lost_table(sheet, lang)):
        for column, head in enumerate(table.heads if row > 1 else ()):
            tab.write_string(row, column, head, style["head"])
        row += row > 1
        for cells in table.rows:
            for column, cell in enumerate(cells):
                tab.write_string(row, column, cell)
            row += 1
        row += 1
    minutes = f"{sheet.goals.adherence.tolerance_min:g}"
    tab.write_string(row, 0, text("adherence.note", lang, minutes=minutes))


def _card(book: Any, sheet: KpiSheet, lang: str, style: Mapping[str, Any]) -> None:
    if sheet.card is None:
        return
    names = ("team", "score", "range", "place")
    heads = [text(f"kpi.head.{name}", lang) for name in names]
    codes = sheet.card.measures
    tab = _tab(book, "kpi.sheet.card", lang, [*heads, *(text(f"kpi.{code}", lang) for code in codes)], style)
    lines = card_lines(sheet, lang)
    for row, (score, line) in enumerate(zip(sheet.card.scores, lines, strict=True), start=1):
        for column, value in enumerate((line.team, line.score, line.range, line.place)):
            tab.write_string(row, column, value)
        for column, code in enumerate(codes, start=len(names)):
            if code in score.points:
                tab.write_number(row, column, score.points[code], style[Unit.SECONDS])
    tab.write_string(len(lines) + 2, 0, f"{text('kpi.card.note', lang)} {dropped_words(sheet, lang)}")
    tab.set_column(3, 3, 44)
