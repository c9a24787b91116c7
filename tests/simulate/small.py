"""Small worlds for the tests of the simulation: every value is stated, nothing is derived."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np

from staffing.domain.calendar import CalendarDay, DayKind, DayTable
from staffing.domain.demand import Forecast
from staffing.domain.people import Agent
from staffing.domain.problem import RosterProblem
from staffing.domain.queue import AnswerTarget, Channel, Queue
from staffing.domain.requirement import Requirement, ServiceCurve, Workload
from staffing.domain.roster import WORK, Roster
from staffing.domain.rules import Costs, WorkRules
from staffing.domain.timegrid import TimeGrid
from staffing.domain.verdict import QueueVerdict, Verdict
from staffing.simulate import simulate_roster
from staffing.simulate.tally import Tally, Task, tally
from staffing.simulate.world import World, world

MONDAY = date(2026, 3, 2)
Segment = tuple[int, int, int, int, int]
"""Agent, first slot, end slot, activity, queue."""


def phone(queue_id: str = "phone", **changes: Any) -> Queue:
    """A phone queue with 80/20."""
    return replace(Queue(queue_id, Channel.PHONE, AnswerTarget(0.8, 20.0)), **changes)


def on_phones(agents: int, start: int, end: int, queue: int = 0, first: int = 0) -> list[Segment]:
    """Agents at work without a break."""
    return [(first + agent, start, end, WORK, queue) for agent in range(agents)]


@dataclass(frozen=True)
class Case:
    """All arguments of a simulation."""

    problem: RosterProblem
    roster: Roster
    queues: tuple[Queue, ...]
    forecast: Forecast
    requirement: Requirement

    def paths(self, replications: int, seed: int = 7) -> np.ndarray:
        """Poisson counts around the forecast's volume."""
        return np.random.default_rng(seed).poisson(self.forecast.volume, (replications, *self.forecast.volume.shape))

    def judge(self, draws: int = 20, **changes: Any) -> Verdict:
        settings = {"paths": self.paths(draws), "absence": False, **changes}
        return simulate_roster(self.problem, self.roster, self.queues, self.forecast, self.requirement, **settings)

    def world(self, **changes: Any) -> World:
        settings = {"service_cv": None, "absence": False, "share_deferred": False, "seed": 1, **changes}
        return world(self.problem, self.roster, self.queues, self.forecast, self.requirement, **settings)


def case(
    queues: tuple[Queue, ...],
    segments: list[Segment],
    volume: Any,
    aht_s: Any,
    *,
    agents: int | None = None,
    proficiency: Any = None,
    is_open: Any = True,
    workload: tuple[Workload, ...] = (),
    curves: tuple[ServiceCurve, ...] = (),
    timezone: str = "UTC",
    first_day: date = MONDAY,
    days: int = 1,
    interval_min: int = 30,
    slot_min: int = 15,
) -> Case:
    """One centre; volume and aht_s are broadcast to (queues, intervals), proficiency to (agents, queues)."""
    grid = TimeGrid(timezone, first_day, days, interval_min)
    slots = grid.with_step(slot_min)
    names = tuple(queue.id for queue in queues)
    count = agents if agents is not None else 1 + max((segment[0] for segment in segments), default=0)
    people = tuple(Agent(f"a{i}", "", "", "", "", ()) for i in range(count))
    shape = (len(queues), grid.n)
    zeros = np.zeros((len(queues), slots.n))
    volume = np.broadcast_to(np.asarray(volume, dtype=float), shape)
    aht_s = np.broadcast_to(np.asarray(aht_s, dtype=float), shape)
    deadline = np.array([queue.has_deadline for queue in queues])
    table = DayTable(
        tuple(
            CalendarDay(first_day + timedelta(days=day), DayKind.ORDINARY, "", (first_day.weekday() + day) % 7, True)
            for day in range(days)
        )
    )
    ratio = interval_min // slot_min
    earliest_h, latest_h = zeros.copy(), zeros.copy()
    for work in workload:
        earliest_h[names.index(work.queue)] = np.repeat(work.earliest_h, ratio)
        latest_h[names.index(work.queue), ratio - 1 :: ratio] = work.latest_h
    latest_h = np.maximum.accumulate(latest_h, axis=1)
    columns = np.array(segments, dtype=np.int64).reshape(-1, 5).T
    opening = np.broadcast_to(np.asarray(is_open), shape)
    problem = RosterProblem(
        grid=slots, table=table, agents=people, contracts=(), shifts=(), breaks=(), roles=(), rules=WorkRules(),
        costs=Costs(), queues=names, proficiency=np.broadcast_to(1.0 if proficiency is None else proficiency,
        (count, len(queues))), is_open=np.repeat(opening, ratio, axis=1), required=zeros,
        deadline=deadline, earliest_h=earliest_h, latest_h=latest_h, blocked=np.zeros((count, slots.n)),
        leave_days=np.zeros((count, -(-days // 7))), last_end=np.zeros(count), run_before=np.zeros(count),
    )  # fmt: skip
    roster = Roster(
        slots, tuple(person.id for person in people), names, columns[0], slots.day_of(columns[1]),
        columns[1], columns[2], columns[3], columns[4], np.zeros(columns.shape[1], dtype=bool),
    )  # fmt: skip
    load = volume * aht_s / (interval_min * 60)
    forecast = Forecast(
        grid, names, volume, volume, volume, volume, volume, aht_s, np.zeros((len(queues), days)), np.zeros(shape),
        ("stated",) * len(queues),
    )  # fmt: skip
    requirement = Requirement(
        grid, names, load, load, load, np.ones(shape), opening, ("stated",) * len(queues), curves, workload
    )
    return Case(problem, roster, queues, forecast, requirement)


def row(verdict: Verdict, queue: str, day: int | None = None) -> QueueVerdict:
    """The verdict's row of a queue and day (None: the horizon)."""
    return next(found for found in verdict.rows if (found.queue, found.day) == (queue, day))


def second_days(queue: Queue, agents: int, load_erl: float, aht_s: float, replications: int) -> Tally:
    """Two days with an even load; only the second counts, the first fills the queue."""
    found = case((queue,), on_phones(agents, 0, 192), load_erl * 1800 / aht_s, aht_s, days=2)
    return tally(Task(found.world(), 0, found.paths(replications)))


def assert_near(values: np.ndarray, exact: float) -> None:
    """The mean of the replications is within three standard errors of the exact figure."""
    error = values.std(ddof=1) / np.sqrt(len(values))
    assert abs(values.mean() - exact) <= max(1e-12, 3 * error), (values.mean(), exact, error)
