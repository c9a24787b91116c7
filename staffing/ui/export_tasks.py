"""The job of the page Publish: every file of a plan as one zip, made in a process of its own."""

import io
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from staffing.errors import SettingsError
from staffing.files.atomic import atomic_write
from staffing.files.home import EXPORTS
from staffing.files.plan_folder import HANDED_OUT
from staffing.settings import load_settings
from staffing.store import Job, Store
from staffing.ui import jobs, tasks
from staffing.ui.exports import MIME, export_bytes
from staffing.ui.shown import plan_digest
from staffing.ui.tasks import Report

KIND = "export"
CALENDARS, PDF, ROSTER = "calendars.zip", "report.pdf", "roster.csv"
MADE = tuple(name for name in MIME if name != ROSTER)
"""Files made in each language; tables are the same in all."""
STOPPED = "export_stopped"


def start(store: Store, plan: Path, digest: str, langs: Sequence[str], home: Path, db_url: str) -> Job:
    """Queue all files of a plan folder in these languages, and start the worker; one at a time."""
    payload = {"plan": str(plan.resolve()), "digest": digest, "langs": list(langs)}
    job, is_new = tasks.ask(store, KIND, payload, home)
    if is_new:
        jobs.launch(store, job, home, db_url)
    return job


def make(job: Job, report: Report, should_stop: Callable[[], bool]) -> Mapping[str, Any]:
    """Make the files one after the other, then the zip; stopped before that there is none."""
    from staffing.files import read_plan
    from staffing.report.zipped import zipped

    order, home = job.payload, Path(str(job.payload["home"]))
    langs = [str(lang) for lang in order["langs"]]
    folder = Path(str(order["plan"]))
    report.step("read")
    plan, digest = read_plan(folder), plan_digest(folder)
    day, total = plan.problem.grid.first_day.isoformat(), len(langs) * len(MADE) + 1
    files: dict[str, bytes] = {}
    left_out: list[str] = []
    for number, (lang, name) in enumerate((lang, name) for lang in langs for name in MADE):
        if should_stop():
            return {"code": STOPPED, "done": number, "total": total}
        report.part(f"file_{Path(name).stem}_{Path(name).suffix[1:]}", number, total)
        try:
            data = export_bytes(name, plan, folder, digest, lang, home, load_settings().pdf_font)
        except SettingsError:
            if name != PDF:
                raise
            left_out.append(lang)  # this machine has no font with all of its letters
            continue
        inside = f"{lang}/" if len(langs) > 1 else ""
        files[inside + name.replace(".", f"-{day}.", 1)] = data
        if name == CALENDARS:
            files |= {f"{inside}ics/{one}": event for one, event in _unzipped(data)}
    if should_stop():
        return {"code": STOPPED, "done": total - 1, "total": total}
    report.part("file_all_zip", total - 1, total)
    tables = (folder / name for name in HANDED_OUT)
    files |= {f"tables/{path.name}": path.read_bytes() for path in tables if path.is_file()}
    data = zipped(files)
    target = zip_file(job)
    target.parent.mkdir(parents=True, exist_ok=True)
    atomic_write(target, data)
    for old in target.parent.glob("*.zip"):
        if old != target:
            old.unlink(missing_ok=True)
    report.part("file_all_zip", total, total)
    return {"code": "ended", "files": len(files), "digest": digest, "no_pdf": left_out}


def zip_file(job: Job) -> Path:
    """Where the zip of a job lies, if it made one that nobody discarded."""
    return Path(str(job.payload["home"])) / EXPORTS / f"{job.id}.zip"


def discard(job: Job) -> None:
    """Delete the zip of a job."""
    zip_file(job).unlink(missing_ok=True)


def _unzipped(data: bytes) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            yield name, archive.read(name)
