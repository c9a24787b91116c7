"""kpi.csv: every figure of a sheet, one row for each measure and group."""

from collections.abc import Iterator

from staffing.files.cells import csv_text, safe_text, shown
from staffing.measures.kpi import Figure, KpiBook, KpiSheet, change, verdict

KPI_COLUMNS = (
    "by",
    "group",
    "measure",
    "unit",
    "value",
    "low95",
    "high95",
    "numerator",
    "denominator",
    "sample",
    "state",
    "target",
    "verdict",
    "before",
    "change",
)
TOTAL = "total"


def kpi_csv(sheet: KpiSheet) -> str:
    """The figures by code, total first; blank where there is no data."""
    return csv_text(KPI_COLUMNS, _rows(sheet))


def _rows(sheet: KpiSheet) -> Iterator[list[str]]:
    for book, group in _groups(sheet):
        for measure in book.measures:
            figure: Figure = book.figure(measure.code, group)
            then = None if group is not None or sheet.before is None else sheet.before.figure(measure.code)
            target = sheet.goals.targets.get(measure.code)
            yield [
                TOTAL if group is None else book.by,
                safe_text(group or ""),
                measure.code,
                str(measure.unit),
                *(shown(value) for value in (figure.value, figure.low, figure.high, figure.top, figure.bottom)),
                str(figure.sample),
                figure.state,
                shown(target),
                verdict(measure, figure, target),
                shown(None if then is None else then.value),
                "" if then is None else change(measure, figure, then),
            ]


def _groups(sheet: KpiSheet) -> Iterator[tuple[KpiBook, str | None]]:
    """The total, then every group of every book of the sheet."""
    yield sheet.book, None
    for book in (sheet.book, *sheet.others):
        yield from ((book, group) for group in book.groups)
