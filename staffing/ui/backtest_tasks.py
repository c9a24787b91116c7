"""The job of the page Accuracy: forecasts of the past, in a process of its own."""

import json
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from staffing.domain.centre import Scenario
from staffing.forecast import BacktestReport
from staffing.store import Job, Store
from staffing.ui import jobs, tasks
from staffing.ui.tasks import Report

KIND = "backtest"
KEPT = 16
"""Reports kept; a newer one takes the place of the oldest."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What to forecast again: `data` names the data, as `data_digest` does, then how many past days and weeks ahead."""

    data: str
    origins: int
    weeks: int

    @property
    def name(self) -> str:
        """What the report is found by."""
        return sha256(f"{self.data} {self.origins} {self.weeks}".encode()).hexdigest()[:32]

    @classmethod
    def of(cls, job: Job) -> "Asked":
        """What a job was asked for."""
        return cls(str(job.payload["data"]), int(job.payload["origins"]), int(job.payload["weeks"]))


@dataclass(frozen=True, slots=True)
class Kept:
    """A report, the number of past forecasts that was `asked` for, and when it was made, in seconds since 1970."""

    report: BacktestReport
    asked: int
    made_s: float
    is_whole: bool


def data_digest(scenario: Scenario) -> str:
    """Names everything that a back-test reads: history, queues, events, calendar. Nothing else changes it."""
    from staffing.files.codec import encode

    centre, history = scenario.centre, scenario.history
    place = (centre.timezone, centre.country, centre.subdivision, *centre.holiday_categories)
    parts = [place, centre.interval_min, centre.week_start, centre.queues, scenario.events, scenario.special_days]
    parts += [str(history.grid.first_day), history.grid.days, history.queues]
    total = sha256(json.dumps([encode(part) for part in parts]).encode())
    for field in fields(history):
        values = getattr(history, field.name)
        total.update(field.name.encode())
        if isinstance(values, np.ndarray):
            total.update(np.ascontiguousarray(values).tobytes())
    return total.hexdigest()


def start(store: Store, asked: Asked, plan: Path, centre: Path | None, home: Path, db_url: str) -> Job:
    """Queue a back-test of a plan folder's queues, with the history of `centre` where that is given; one at a time."""
    payload: dict[str, Any] = {
        "data": asked.data,
        "origins": asked.origins,
        "weeks": asked.weeks,
        "plan": str(plan.resolve()),
    }
    if centre is not None:
        payload["centre"] = str(centre.resolve())
    job, is_new = tasks.ask(store, KIND, payload, home)
    if is_new:
        jobs.launch(store, job, home, db_url)
    return job


def test(job: Job, report: Report, should_stop: Callable[[], bool]) -> Mapping[str, Any]:
    """Forecast from each past day; a stop keeps those done until then."""
    from staffing.files import read_centre, read_plan
    from staffing.files.codec import encode
    from staffing.forecast import backtest
    from staffing.planning import plan_table

    order = job.payload
    report.step("read")
    scenario = read_plan(Path(str(order["plan"]))).scenario
    if "centre" in order:
        scenario = replace(scenario, history=read_centre(Path(str(order["centre"])), people=False).history)
    # Files may have changed since the page read them: the report is kept as that of what was read here.
    asked = Asked(data_digest(scenario), int(order["origins"]), int(order["weeks"]))
    report.part(KIND, 0, asked.origins)
    table = plan_table(scenario, scenario.history.grid.dates[-1], 1)[0]
    found = backtest(
        scenario,
        table,
        origins=asked.origins,
        weeks=asked.weeks,
        progress=lambda done, total: report.part(KIND, done, total),
        should_stop=should_stop,
    )
    is_stopped = should_stop() and len(found.origins) < asked.origins
    if found.origins:
        kept = Kept(found, asked.origins, time.time(), not is_stopped)
        tasks.keep_answer(job, {"kept": encode(kept)}, name=asked.name, most=KEPT)
    return {"code": "ended", "origins": len(found.origins)}


def report_file(home: Path, asked: Asked) -> Path:
    """Where the report of what was asked for lies once there is one."""
    return tasks.answer_file(home, KIND, asked.name)


def read_report(path: Path) -> Kept | None:
    """The report of a file; None where there is none or another version wrote it."""
    from staffing.files.codec import decode

    with suppress(OSError, ValueError, KeyError, TypeError):
        kept: Kept = decode(Kept, json.loads(path.read_text(encoding="utf-8"))["kept"])
        return kept
    return None
