"""Files for people, made when they are asked for: workbook, report, calendars."""

import io
import shutil
import tempfile
import zipfile
from pathlib import Path

from staffing.files.home import EXPORTS
from staffing.plan import Plan
from staffing.report import export_plan

MIME = {
    "roster.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "report.html": "text/html",
    "calendars.zip": "application/zip",
    "roster.csv": "text/csv",
}


def export_folder(plan: Plan, digest: str, lang: str, home: Path) -> Path:
    """Folder with the exports of a plan in one language; made once and kept.

    Another process may make the same folder at the same time: each works in its own and the first wins.
    """
    folder = home / EXPORTS / f"{digest[:16]}-{lang}"
    if folder.is_dir():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=".making-", dir=folder.parent))
    try:
        export_plan(plan, work, lang=lang)
        try:
            work.rename(folder)
        except OSError:
            if not folder.is_dir():
                raise
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return folder


def file_bytes(name: str, folder: Path, plan_folder: Path) -> bytes:
    """One download: ``roster.csv`` as the plan folder has it, the calendars as one zip, the rest as exported."""
    if name == "roster.csv":
        return (plan_folder / name).read_bytes()
    if name == "calendars.zip":
        return zipped(folder / "ics")
    return (folder / name).read_bytes()


def zipped(folder: Path) -> bytes:
    """All files of a folder as a zip whose bytes depend on nothing but them."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.glob("*")):
            archive.writestr(zipfile.ZipInfo(path.name, (2000, 1, 1, 0, 0, 0)), path.read_bytes(), zipfile.ZIP_DEFLATED)
    return out.getvalue()
