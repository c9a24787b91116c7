"""The job of a scenario: a roster is searched for it, its figures are the answer."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from staffing.errors import SettingsError
from staffing.files import read_plan
from staffing.files.whatif_folder import SavedWhatIf, list_whatifs, whatif_folder
from staffing.measures.whatif import Outcome
from staffing.planning.whatif import full_answer, full_outcome
from staffing.store import Job, Store
from staffing.store.jobs import list_jobs
from staffing.ui import jobs, tasks
from staffing.ui.tasks import Report

KIND = "whatif"


def start(
    store: Store,
    saved: SavedWhatIf,
    plan: Path,
    digest: str,
    centre: str,
    seconds: float,
    home: Path,
    db_url: str,
    *,
    folder: Path | None = None,
) -> Job:
    """Queue the full answer to a saved scenario and start its worker; one at a time.

    `folder` is that of the centre, if known. The job names the scenario's file and holds none of its ids of people.
    """
    payload = {
        "plan": str(plan.resolve()),
        "digest": digest,
        "centre_name": centre,
        "scenario": saved.digest,
        "name": saved.whatif.name,
        "time_limit_s": seconds,
    }
    if folder is not None:
        payload["centre"] = str(folder.resolve())
    job, is_new = tasks.ask(store, KIND, payload, home)
    if is_new:
        jobs.launch(store, job, home, db_url)
    return job


def answer(job: Job, report: Report, should_stop: Callable[[], bool]) -> Mapping[str, Any]:
    """Search a roster for the job's scenario, and write it as a plan to be put on show or discarded.

    Raises
    ------
    SettingsError
        When the scenario has been changed or deleted since the job was asked for.
    """
    asked = job.payload
    report.step("read")
    saved, _ = list_whatifs(whatif_folder(Path(str(asked["home"])), str(asked["centre_name"])))
    whatif = next((one.whatif for one in saved if one.digest == asked["scenario"]), None)
    if whatif is None:
        raise SettingsError(f"scenario {asked['name']!r} has changed since, expected it as it was when the run began")
    plan = read_plan(Path(str(asked["plan"])))
    made = full_answer(
        plan,
        whatif,
        time_limit_s=float(asked["time_limit_s"]),
        on_step=report.step,
        on_event=report.event,
        should_stop=should_stop,
    )
    outcome = full_outcome(plan, made, whatif)
    if made.roster is not None:
        report.step("write")
        jobs.keep(made, job)
    return {
        "code": "ended" if made.roster is not None else "no_roster",
        "status": str(made.result.status),
        "stop_reason": str(made.result.stop_reason),
        "violations": sum(row.severity == "hard" for row in made.violations),
        "outcome": outcome.as_dict(),
    }


def found(store: Store, digest: str, saved: Mapping[str, SavedWhatIf]) -> dict[str, Outcome]:
    """The newest full answer by the scenario's name, of those that still fit plan and scenario."""
    outcomes: dict[str, Outcome] = {}
    for job in list_jobs(store):
        one = saved.get(str(job.payload.get("name", ""))) if job.kind == KIND else None
        data = (job.summary or {}).get("outcome")
        is_asked = one is not None and (job.payload["digest"], job.payload["scenario"]) == (digest, one.digest)
        if is_asked and data is not None and one is not None:
            outcomes.setdefault(one.whatif.name, Outcome.of_dict(data))
    return outcomes
