"""What leaves the house for people: workbook, calendars, printable report."""

from pathlib import Path

from staffing.measures.kpi import KpiSheet
from staffing.plan import Plan
from staffing.report.calendar import calendars_zip, write_calendars
from staffing.report.html import write_report
from staffing.report.kpi_html import render_kpi
from staffing.report.kpi_workbook import write_kpi_workbook
from staffing.report.roster_sheet import roster_facts, sheet_words
from staffing.report.workbook import write_workbook

__all__ = [
    "calendars_zip",
    "export_kpi",
    "export_plan",
    "roster_facts",
    "sheet_words",
    "write_calendars",
    "write_report",
    "write_workbook",
]


def export_plan(plan: Plan, folder: Path, *, lang: str = "en") -> None:
    """Write ``roster.xlsx``, ``report.html`` and ``ics/`` of the plan into an existing folder.

    Parameters
    ----------
    plan : Plan
        A finished plan; without a roster the files say so.
    folder : Path
        Folder that exists.
    lang : str
        Language of the texts, ``en`` or ``zh``.
    """
    write_workbook(plan, folder / "roster.xlsx", lang=lang)
    write_report(plan, folder / "report.html", lang=lang)
    write_calendars(plan, folder / "ics", lang=lang)


def export_kpi(sheet: KpiSheet, folder: Path, *, lang: str = "en") -> None:
    """Write ``kpi.xlsx`` and ``kpi.html`` of a KPI sheet into an existing folder, in one language."""
    write_kpi_workbook(sheet, folder / "kpi.xlsx", lang=lang)
    (folder / "kpi.html").write_text(render_kpi(sheet, lang=lang), encoding="utf-8")
