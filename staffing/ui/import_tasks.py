"""The job of the page New centre: one stage of somebody's import, in a process of its own."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from staffing.store import Job, Store
from staffing.store.jobs import create_job, list_jobs, request_stop, sweep_lost
from staffing.ui import jobs
from staffing.ui.tasks import Report

KIND = "import"


class StoppedError(Exception):
    """Somebody wants the work to end."""


def scope(folder: Path) -> str:
    """One job at a time for each import."""
    return f"{KIND}:{folder.name}"


def start(store: Store, folder: Path, stage: str, key: str, home: Path, db_url: str) -> Job:
    """Queue a stage and start its worker; the job names no file, no column and nobody."""
    payload = {"folder": str(folder.resolve()), "stage": stage, "key": key, "home": str(home.resolve())}
    job, is_new = create_job(store, KIND, scope(folder), payload)
    if is_new:
        jobs.launch(store, job, home, db_url)
    return job


def latest(store: Store, folder: Path) -> Job | None:
    """The newest job of an import; dead workers are found out first."""
    sweep_lost(store)
    return next((job for job in list_jobs(store, kind=KIND) if job.scope == scope(folder)), None)


def stop(store: Store, folder: Path) -> None:
    """Let the job at work for an import end."""
    job = latest(store, folder)
    if job is not None and job.is_open:
        request_stop(store, job.id)


def work(job: Job, report: Report, should_stop: Callable[[], bool]) -> Mapping[str, Any]:
    """Work the stage; faults and what was made stay in the folder of the import, the summary holds counts."""
    report.step("read")
    from staffing.files.wizard import spool, stages

    folder = Path(str(job.payload["folder"]))
    answers = spool.load(folder)
    if answers is None:
        return {"code": "ended"}  # discarded before it began

    def tell(what: str, done: int, total: int) -> None:
        if should_stop():
            raise StoppedError
        report.part(f"import_{what}", done, total)

    try:
        count = stages.work(folder, answers, str(job.payload["stage"]), stages.Sheets(folder, tell=tell))
    except StoppedError:
        return {"code": "ended"}
    except FileNotFoundError:
        if spool.load(folder) is not None:
            raise
        return {"code": "ended"}  # discarded meanwhile
    return {"code": "ended", "faults": count}
