"""The job of a robust roster: searched for several scenarios, offered as a plan, compared with the present roster."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from staffing.domain.scenario import WhatIf
from staffing.files.whatif_toml import whatifs_text
from staffing.store import Job, Store
from staffing.ui import jobs, tasks
from staffing.ui.tasks import Report

KIND = "surge"
FILE = "scenarios.toml"


def start(
    store: Store,
    whatifs: Sequence[WhatIf],
    plan: Path,
    digest: str,
    centre: Path | None,
    home: Path,
    db_url: str,
    *,
    share: float,
    seconds: float,
    workers: int,
    today: date,
) -> Job:
    """Queue the search of a roster that is enough in a share of the scenarios, and start its worker; one at a time.

    The scenarios hire nobody, so that the job holds no ids of people.
    """
    payload: dict[str, Any] = {
        "plan": str(plan.resolve()),
        "digest": digest,
        "scenarios": whatifs_text(tuple(whatifs)),
        "share": share,
        "time_limit_s": seconds,
        "workers": workers,
        "today": today.isoformat(),
    }
    if centre is not None:
        payload["centre"] = str(centre.resolve())
    job, is_new = tasks.ask(store, KIND, payload, home)
    if is_new:
        jobs.launch(store, job, home, db_url)
    return job


def answer(job: Job, report: Report, should_stop: Callable[[], bool]) -> Mapping[str, Any]:
    """Search the roster, write it as a plan to be applied or discarded, and compare it in every scenario."""
    from staffing.files import read_plan
    from staffing.files.whatif_toml import parse_whatifs
    from staffing.planning.surge import plan_surge
    from staffing.ui.worker import summary

    order = job.payload
    report.step("read")
    plan = read_plan(Path(str(order["plan"])))
    found = plan_surge(
        plan,
        parse_whatifs(FILE, str(order["scenarios"]).encode()),
        share=float(order["share"]),
        time_limit_s=float(order["time_limit_s"]),
        workers=int(order["workers"]),
        today=date.fromisoformat(str(order["today"])),
        on_step=report.step,
        on_event=report.event,
        should_stop=should_stop,
    )
    report.step("write")
    jobs.keep(found.plan, job)
    rows = [
        {
            "name": row.name,
            "likelihood": row.likelihood,
            "present": row.present.as_dict(),
            "robust": row.robust.as_dict(),
        }
        for row in found.rows
    ]
    return {**summary(found.plan), "share": found.share, "rows": rows}
