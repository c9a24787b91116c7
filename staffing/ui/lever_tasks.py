"""The job of the levers on the page Re-plan: what could be done about the gaps, in a process of its own."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from staffing.domain.roster_cells import Cell, Day, Segment, changed_cells
from staffing.planning.levers import LeverSettings, find_levers, lever_data
from staffing.store import Job, Store
from staffing.ui import jobs, tasks
from staffing.ui.tasks import Report

KIND = "levers"


def start(store: Store, plan: Path, digest: str, settings: LeverSettings, home: Path, db_url: str) -> Job:
    """Queue the question about the gaps of a plan folder, and start its worker; one at a time."""
    from staffing.files.codec import encode

    payload = {"plan": str(plan.resolve()), "digest": digest, "settings": encode(settings)}
    job, is_new = tasks.ask(store, KIND, payload, home)
    if is_new:
        jobs.launch(store, job, home, db_url)
    return job


def find(job: Job, report: Report, should_stop: Callable[[], bool]) -> Mapping[str, Any]:
    """Find the levers and the cheapest mix of them; a stop keeps the mix of those found until then."""
    from staffing.files import read_plan
    from staffing.files.codec import decode

    report.step("read")
    plan = read_plan(Path(str(job.payload["plan"])))
    found = find_levers(
        plan,
        decode(LeverSettings, job.payload["settings"]),
        on_round=lambda number, rounds: report.part(KIND, number - 1, rounds),
        should_stop=should_stop,
    )
    assert plan.roster is not None
    cells = changed_cells(plan.roster, found.roster)
    changed = [[*cell, [list(part) for part in day]] for cell, day in cells.items()]
    tasks.keep_answer(job, {"data": lever_data(found), "changed": changed})
    return {"code": "ended", "chosen": len(found.chosen), "offers": len(found.offers)}


def cells_of(answer: Mapping[str, Any]) -> dict[Cell, Day]:
    """The days that the mix of an answer changes."""
    return {(agent, day): tuple(Segment(*part) for part in parts) for agent, day, parts in answer["changed"]}
