"""The job of the page Capacity: whom to hire and train when, in a process of its own."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from staffing.capacity import CapacityCase, CapacityPlan, CapacitySettings, WeeklyNeed
from staffing.planning import SCENARIOS, WhatIf, compare_capacity, weekly_need
from staffing.store import Job, Store
from staffing.ui import jobs, tasks
from staffing.ui.tasks import Report

KIND = "capacity"
BASE = "base"
TIME_LIMIT_S = 24.0


@dataclass(frozen=True, slots=True)
class Asked:
    """What to plan for."""

    weeks: int
    probability: float
    what: WhatIf

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "Asked":
        """What a job was asked for."""
        return cls(int(data["weeks"]), float(data["probability"]), WhatIf(**data["what"]))


def stamp_key(stamp: object) -> str:
    """Names the state of the files that a plan was made from."""
    return sha256(repr(stamp).encode()).hexdigest()


def start(
    store: Store, folder: Path, stamp: object, asked: Asked, home: Path, db_url: str, *, compared: bool = False
) -> Job:
    """Queue a plan, with the usual what-ifs beside it where they are `compared`; one at a time."""
    payload = {
        "centre": str(folder.resolve()),
        "stamp": stamp_key(stamp),
        "asked": asdict(asked),
        "compared": compared,
        "time_limit_s": TIME_LIMIT_S,
    }
    job, is_new = tasks.ask(store, KIND, payload, home)
    if is_new:
        jobs.launch(store, job, home, db_url)
    return job


def plan(job: Job, report: Report, should_stop: Callable[[], bool]) -> Mapping[str, Any]:
    """Plan, and keep what was chosen: its judgement is worked out again when it is read."""
    from staffing.files import read_capacity, read_centre
    from staffing.files.codec import encode

    order = job.payload
    folder, asked = Path(str(order["centre"])), Asked.of(order["asked"])
    report.step("read")
    scenario = read_centre(folder)
    given = read_capacity(folder, scenario)
    report.step("requirement")
    need = weekly_need(scenario, weeks=asked.weeks)
    changes = {BASE: asked.what}
    if order["compared"]:
        changes |= {name: what for name, what in SCENARIOS.items() if name != BASE}
    plans = compare_capacity(
        given.case,
        need,
        _settings(asked, float(order["time_limit_s"])),
        changes,
        on_step=lambda name: report.part("capacity", list(changes).index(name), len(changes)),
        should_stop=should_stop,
    )
    chosen = {name: {"what": asdict(changes[name]), "chosen": encode(made.chosen)} for name, made in plans.items()}
    tasks.keep_answer(job, {"need": encode(need), "plans": chosen})
    return {"code": "ended", "keeps": plans[BASE].keeps, "scenarios": len(plans)}


def plans_of(job: Job, case: CapacityCase) -> dict[str, CapacityPlan] | None:
    """Plans of a job that has ended, by scenario; None where its answer is gone."""
    from staffing.capacity.optimise import Chosen
    from staffing.capacity.plan import judged_plan
    from staffing.files.codec import decode
    from staffing.planning.capacity import what_if

    answer = tasks.answer_of(job)
    if answer is None:
        return None
    need = decode(WeeklyNeed, answer["need"])
    settings = _settings(Asked.of(job.payload["asked"]), float(job.payload["time_limit_s"]))
    return {
        name: judged_plan(*what_if(case, need, WhatIf(**row["what"])), settings, decode(Chosen, row["chosen"]))
        for name, row in answer["plans"].items()
    }


def _settings(asked: Asked, time_limit_s: float) -> CapacitySettings:
    return CapacitySettings(probability=asked.probability, time_limit_s=time_limit_s)
