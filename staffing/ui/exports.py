"""Files for people, each made when it is asked for: workbook, reports, calendars."""

import tempfile
from pathlib import Path

from staffing import __version__
from staffing.files.atomic import atomic_write
from staffing.files.home import EXPORTS
from staffing.plan import Plan
from staffing.report import calendars_zip, write_report, write_workbook

MIME = {
    "roster.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "report.html": "text/html",
    "report.pdf": "application/pdf",
    "calendars.zip": "application/zip",
    "roster.csv": "text/csv",
}


def export_bytes(
    name: str, plan: Plan, plan_folder: Path, digest: str, lang: str, home: Path, font: Path | None = None
) -> bytes:
    """One download in one language; each version of the program makes it once and keeps it.

    ``roster.csv`` is as the plan folder has it.

    Raises
    ------
    SettingsError
        When no font on this machine has all letters of the PDF, or `font` is none.
    """
    if name == "roster.csv":
        return (plan_folder / name).read_bytes()
    kept = home / EXPORTS / f"{digest[:16]}-{lang}-{__version__}" / name
    if not kept.is_file():
        with tempfile.TemporaryDirectory() as work:
            data = _made(name, plan, Path(work), lang, font)
        # Another process may make the same file at the same time: each is whole, and both are the same.
        kept.parent.mkdir(parents=True, exist_ok=True)
        atomic_write(kept, data)
    return kept.read_bytes()


def _made(name: str, plan: Plan, work: Path, lang: str, font: Path | None) -> bytes:
    """Only the file asked for: the charts of a report take longer than everything else together."""
    if name == "calendars.zip":
        return calendars_zip(plan, lang=lang)
    if name == "roster.xlsx":
        write_workbook(plan, work / name, lang=lang)
    elif name == "report.html":
        write_report(plan, work / name, lang=lang)
    else:
        from staffing.report.pdf import write_pdf  # its library takes long to load

        write_pdf(plan, work / name, lang=lang, font=font)
    return (work / name).read_bytes()
