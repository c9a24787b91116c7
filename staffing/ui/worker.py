"""Jobs in a process of their own: ``python -m staffing.ui.worker JOB_ID``. At its end the next order in line is taken.

It beats once a second while it lives, writes its progress into the store, stops when asked and keeps
the best roster, and leaves a whole plan folder or none. No names of people go into the store or the log.
"""

import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from staffing.domain.centre import Scenario
from staffing.domain.result import SolveEvent
from staffing.errors import DataError, SettingsError
from staffing.plan import Plan, PlanSettings
from staffing.settings import load_settings
from staffing.store import Job, JobEvent, JobState, Store, open_store
from staffing.store.jobs import add_event, beat, finish_job, get_job, start_job
from staffing.store.people import people
from staffing.store.waiting import next_job
from staffing.ui.jobs import keep, log_file
from staffing.ui.tasks import task_of

BEAT_S = 1.0
EVENT_S = 0.25
"""Least seconds between two stored events without a better cost."""


@dataclass(slots=True)
class Reporter:
    """Writes steps and search events of one job into the store, not more often than a person can read."""

    store: Store
    job_id: str
    clock: Callable[[], float] = time.monotonic
    began: float = field(init=False)
    last: float = field(init=False, default=-1.0)
    best: float | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.began = self.clock()

    def step(self, name: str) -> None:
        add_event(self.store, self.job_id, JobEvent(self._now(), name, None, None))

    def part(self, name: str, done: int, total: int) -> None:
        """How far a step is: the event holds what is done in place of a cost, and all of it in place of a bound."""
        add_event(self.store, self.job_id, JobEvent(self._now(), name, float(done), float(total)))

    def event(self, event: SolveEvent) -> None:
        now = self._now()
        is_better = event.objective is not None and (self.best is None or event.objective < self.best)
        if is_better:
            self.best = event.objective
        if is_better or now - self.last >= EVENT_S:
            self.last = now
            add_event(self.store, self.job_id, JobEvent(now, event.phase, event.objective, event.bound))

    def _now(self) -> float:
        return round(self.clock() - self.began, 2)


def run(store: Store, job: Job, stop: threading.Event) -> None:
    """Work the job and write how it ended."""
    try:
        found = work(store, job, stop)
    except DataError as error:
        faults = [
            {"file": f.file, "row": f.row, "column": f.column, "code": f.code, "expected": f.expected}
            for f in error.faults[:200]
        ]
        finish_job(store, job.id, JobState.FAILED, {"code": "data_refused", "faults": faults}, "DataError")
    except SettingsError as error:
        finish_job(store, job.id, JobState.FAILED, {"code": "settings_refused", "message": str(error)}, "SettingsError")
    except Exception as error:  # noqa: BLE001 - the page must learn of any end; the log gets the places, no values
        sys.stderr.write("".join(traceback.format_list(traceback.extract_tb(error.__traceback__))))
        finish_job(store, job.id, JobState.FAILED, {"code": "unexpected"}, type(error).__name__)
    else:
        state = JobState.STOPPED if stop.is_set() else JobState.DONE
        finish_job(store, job.id, state, found)


def work(store: Store, job: Job, stop: threading.Event) -> Mapping[str, Any]:
    """Do what the job's kind asks for; the summary of the job."""
    task = task_of(job.kind)
    if task is None:
        return summary(make(store, job, stop))
    return task(job, Reporter(store, job.id), stop.is_set)


def make(store: Store, job: Job, stop: threading.Event) -> Plan:
    """Read, plan and write; the folder appears whole at the end."""
    from staffing.files import read_centre
    from staffing.planning import make_plan

    order, report = job.payload, Reporter(store, job.id)
    report.step("read")
    if order.get("simulate"):
        return again(job, report)
    if order.get("replan"):
        return planned_again(job, report, stop)
    scenario = read_centre(Path(str(order["centre"])))
    settings = PlanSettings(
        first_day=None if order["first_day"] is None else date.fromisoformat(str(order["first_day"])),
        weeks=int(order["weeks"]),
        time_limit_s=float(order["time_limit_s"]),
        seed=int(order["seed"]),
        workers=int(order["workers"]),
        probability=None if order.get("probability") is None else float(order["probability"]),
        parts=str(order.get("parts", "auto")),
    )
    plan = make_plan(scenario, settings, on_step=report.step, on_event=report.event, should_stop=stop.is_set)
    report.step("write")
    keep(plan, job)
    return plan


def again(job: Job, report: Reporter) -> Plan:
    """Simulate the roster of a plan folder once more and write it as a plan of its own."""
    from staffing.files import read_plan
    from staffing.planning.edits.keep import simulated_again

    order = job.payload
    plan = simulated_again(read_plan(Path(str(order["simulate"]))), workers=int(order["workers"]), on_step=report.step)
    report.step("write")
    keep(plan, job)
    return plan


def planned_again(job: Job, report: Reporter, stop: threading.Event) -> Plan:
    """Plan again from the roster of a plan folder and write that as a plan of its own."""
    from staffing.files import read_centre, read_plan
    from staffing.planning import ReplanSettings, replan
    from staffing.planning.absences import moment, with_absences

    order, asked = job.payload, dict(job.payload["replan"])
    before = read_plan(Path(asked["reference"]))
    fresh = bool(asked["fresh"]) and "centre" in order
    scenario = read_centre(Path(str(order["centre"]))) if fresh else before.scenario
    scenario = with_absences(scenario, absences(report.store, scenario, asked["absent"]))
    frozen = asked["frozen_until"]
    limits = ReplanSettings(
        frozen_until=None if frozen is None else moment(frozen, "frozen_until", before.problem.grid.zone),
        today=date.fromisoformat(str(asked["today"])) if asked.get("today") else None,
        price_factor=float(asked["price_factor"]),
        max_changes=asked["max_changes"],
        demand="auto" if fresh else "published",
    )
    settings = replace(before.settings, time_limit_s=float(order["time_limit_s"]), workers=int(order["workers"]))
    settings = replace(settings, first_day=before.problem.grid.first_day, weeks=before.problem.weeks)
    plan = replan(
        scenario, before, settings, limits, on_step=report.step, on_event=report.event, should_stop=stop.is_set
    )
    report.step("write")
    keep(plan, job)
    return plan


def absences(store: Store, scenario: Scenario, rows: Sequence[str]) -> tuple[str, ...]:
    """A job's rows of absences, which name people by key, with their ids; without those who are gone meanwhile."""
    from staffing.planning.absences import with_agents

    known = people(store, (row.partition(",")[0] for row in rows))
    agents = {agent.id for agent in scenario.agents}
    named = with_agents(rows, {key: person.ident for key, person in known.items()})
    return tuple(row for row in named if row.partition(",")[0] in agents)


def summary(plan: Plan) -> dict[str, Any]:
    """Figures of the ended run, no names; `violations` of hard rules, as the ending calls the roster legal or not."""
    result = plan.result
    return {
        "code": "ended" if plan.roster is not None else "no_roster",
        "status": str(result.status),
        "stop_reason": str(result.stop_reason),
        "objective": result.objective,
        "bound": result.bound,
        "gap": result.gap_total,
        "violations": sum(row.severity == "hard" for row in plan.violations),
        "first_day": plan.problem.grid.first_day.isoformat(),
        "days": plan.problem.grid.days,
    }


def beating(store: Store, job_id: str, stop: threading.Event, ended: threading.Event) -> None:
    """Beat until the end; hand on the wish to stop."""
    while not ended.wait(BEAT_S):
        if beat(store, job_id):
            stop.set()


def main(arguments: list[str]) -> int:
    """Take one job and work it."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m staffing.ui.worker JOB_ID\n")
        return 2
    if hasattr(os, "nice"):
        os.nice(5)  # the page stays quick on a small machine
    return work_job(arguments[0])


def work_job(job_id: str) -> int:
    """Take the job and work it to its end in this process, then those that wait for their turn, one after the other.

    Everything is loaded here already, so that the next one begins at once. Who tells the process itself to end stops
    the job at work and leaves those that wait to whoever looks next.
    """
    store = open_store(load_settings().db_url)
    stop, leaving = threading.Event(), threading.Event()
    try:
        if not start_job(store, job_id, os.getpid()):
            return 3

        def leave(*_: object) -> None:
            leaving.set()
            stop.set()

        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, leave)
        job: Job | None = get_job(store, job_id)
        while job is not None:
            work_one(store, job, stop)
            stop.clear()
            job = None if leaving.is_set() else following(store, job)
    finally:
        store.close()
    return 0


def work_one(store: Store, job: Job, stop: threading.Event) -> None:
    """Work a job that was taken, beating until its end."""
    ended = threading.Event()
    heart = threading.Thread(target=beating, args=(store, job.id, stop, ended), daemon=True)
    heart.start()
    try:
        run(store, job, stop)
    finally:
        ended.set()
        heart.join(timeout=5)


def following(store: Store, job: Job) -> Job | None:
    """Take the order whose turn it is after `job`; None where none waits or somebody else has it."""
    found = next_job(store, job.scope, job.payload.get("home"))
    if found is None or not start_job(store, found.id, os.getpid()):
        return None
    file = log_file(found)
    file.parent.mkdir(parents=True, exist_ok=True)
    sys.stdout.flush()
    sys.stderr.flush()
    log_into(file)
    return get_job(store, found.id)


def log_into(file: Path) -> None:
    """Write what this process says into a new file from now on, whatever says it."""
    with file.open("wb") as log:
        for number in (1, 2):
            os.dup2(log.fileno(), number)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
