"""Tiny values for tests: one phone queue, one shift type, half-hour slots, all of it replaceable by keyword.

The smallest use::

    problem = make_problem(agents=2)
    roster = make_roster(problem, (0, 0, "08:00", "phone 240 meal 30 phone 210"), (1, 0, "09:00", "phone 240"))

A shift is (agent, day, local start, text); the text alternates what is done and its minutes, where a queue's id
means work on that queue, ``work`` means work without a queue and any other word is the activity itself.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from staffing.domain.assemble import roster_problem
from staffing.domain.calendar import CalendarDay, DayKind, DayTable
from staffing.domain.centre import Centre, Scenario
from staffing.domain.demand import ContactHistory
from staffing.domain.people import Agent, Contract, Skill
from staffing.domain.problem import RosterProblem
from staffing.domain.queue import AnswerTarget, Channel, DeadlineTarget, DeadlineUnit, OpeningHours, Queue
from staffing.domain.requirement import Requirement, Workload
from staffing.domain.roster import ACTIVITIES, WORK, Roster, activity_code
from staffing.domain.shift import BreakType, ShiftType
from staffing.domain.timegrid import TimeGrid

MONDAY = date(2026, 1, 5)
SHANGHAI = "Asia/Shanghai"
OPEN_8_TO_18 = OpeningHours(weekday=(((480, 1080),),) * 7, holiday=())
MEAL = BreakType("meal", 30, paid=False, earliest_min=180, latest_min=300, min_shift_min=360, kind="meal")
DAY_SHIFT = ShiftType("day", 480, 600, 30, (240, 480), ("meal",))
ANY_HOURS = Contract("any", 0, 2400, 0, 6, ("day",))

ShiftRow = tuple[int, int, str, str]


def make_grid(days: int = 7, step_min: int = 30, *, timezone: str = SHANGHAI, first_day: date = MONDAY) -> TimeGrid:
    """A grid of whole days that starts on a Monday."""
    return TimeGrid(timezone, first_day, days, step_min)


def make_table(first_day: date = MONDAY, days: int = 28, **kinds: DayKind) -> DayTable:
    """Ordinary days from two weeks before `first_day` on; ``d2026_01_06=DayKind.HOLIDAY`` makes one special."""
    rows = []
    for offset in range(-14, days):
        when = first_day + timedelta(days=offset)
        kind = kinds.get(f"d{when:%Y_%m_%d}", DayKind.ORDINARY)
        working = when.weekday() < 5 if kind is DayKind.ORDINARY else kind is DayKind.WORKDAY
        rows.append(CalendarDay(when, kind, "", when.weekday(), working))
    return DayTable(tuple(rows))


def make_queue(queue_id: str = "phone", **changes: Any) -> Queue:
    """A phone queue, open from 08:00 to 18:00 every day, with 80 % in 20 s."""
    queue = Queue(queue_id, Channel.PHONE, AnswerTarget(0.8, 20.0), hours=OPEN_8_TO_18, aht_s=300.0, patience_s=180.0)
    return replace(queue, **changes)


def make_email(queue_id: str = "email", **changes: Any) -> Queue:
    """An e-mail queue with the same hours and a deadline of 24 hours."""
    queue = Queue(queue_id, Channel.EMAIL, DeadlineTarget(24, DeadlineUnit.HOURS), hours=OPEN_8_TO_18, aht_s=300.0)
    return replace(queue, **changes)


def make_agent(number: int = 0, skills: Iterable[str] = ("phone",), **changes: Any) -> Agent:
    """Agent ``a0``, ``a1``, ...; a skill is a name or ``name:proficiency``."""
    parts = [skill.partition(":") for skill in skills]
    owned = tuple(Skill(name, float(speed or 1.0)) for name, _, speed in parts)
    agent = Agent(f"a{number}", f"Agent {number}", "team", "representative", "any", owned)
    return replace(agent, **changes)


def make_centre(**changes: Any) -> Centre:
    """One phone queue, one day shift of 4 or 8 hours, one contract with wide limits, slots of 30 minutes."""
    centre = Centre(
        name="Tiny",
        timezone=SHANGHAI,
        interval_min=30,
        slot_min=30,
        queues=(make_queue(),),
        shifts=(DAY_SHIFT,),
        breaks=(MEAL,),
        contracts=(ANY_HOURS,),
    )
    return replace(centre, **changes)


def make_history(centre: Centre, *, days: int = 28, offered: float = 10.0, end: date = MONDAY) -> ContactHistory:
    """`offered` contacts in every interval of the `days` days before `end`."""
    grid = TimeGrid(centre.timezone, end - timedelta(days=days), days, centre.interval_min)
    queues = tuple(queue.id for queue in centre.queues if queue.from_history)
    return ContactHistory(grid, queues, np.full((len(queues), grid.n), offered))


def make_scenario(centre: Centre | None = None, agents: int | Iterable[Agent] = 1, **changes: Any) -> Scenario:
    """A scenario of `agents` people who all serve the phone, or of the given agents."""
    centre = centre or make_centre()
    people = tuple(make_agent(i) for i in range(agents)) if isinstance(agents, int) else tuple(agents)
    history = changes.pop("history", None) or make_history(centre)
    return Scenario(centre=centre, history=history, agents=people, **changes)


def make_requirement(
    scenario: Scenario,
    table: DayTable | None = None,
    *,
    days: int = 7,
    agents: float | ArrayLike = 1.0,
    first_day: date = MONDAY,
    workload: tuple[Workload, ...] = (),
) -> Requirement:
    """`agents` (one number, or one per queue and interval) wherever a queue is open, with no shrinkage."""
    centre = scenario.centre
    table = table or make_table(first_day, days + 14)
    grid = TimeGrid(centre.timezone, first_day, days, centre.interval_min)
    always = OpeningHours((((0, 1440),),) * 7, ((0, 1440),))
    is_open = np.array([(queue.hours or always).mask(table, grid) for queue in centre.queues])
    needed = np.where(is_open, np.broadcast_to(np.asarray(agents, dtype=float), is_open.shape), 0.0)
    return Requirement(
        grid=grid,
        queues=tuple(queue.id for queue in centre.queues),
        load_erl=needed * 0.8,
        agents=needed,
        agents_gross=needed,
        expected_sl=np.ones_like(needed),
        is_open=is_open,
        method=("given",) * len(centre.queues),
        workload=workload,
    )


def make_problem(
    scenario: Scenario | None = None,
    *,
    agents: int | Iterable[Agent] = 1,
    required: float | ArrayLike = 1.0,
    days: int = 7,
    first_day: date = MONDAY,
    workload: tuple[Workload, ...] = (),
    locked: Roster | None = None,
    **changes: Any,
) -> RosterProblem:
    """The roster problem of `scenario` (or of the tiny centre with `agents`), with fields replaced by `changes`."""
    scenario = scenario or make_scenario(agents=agents)
    table = changes.pop("table", None) or make_table(first_day, days + 14)
    requirement = make_requirement(scenario, table, days=days, agents=required, first_day=first_day, workload=workload)
    return replace(roster_problem(scenario, requirement, table, locked=locked), **changes)


def minute_of(clock: str) -> int:
    """Minutes of ``08:30``; hours may go past 24."""
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def make_roster(problem: RosterProblem, *shifts: ShiftRow, locked: bool = False) -> Roster:
    """A roster of shifts written as (agent, day, ``"08:00"``, ``"phone 240 meal 30 phone 210"``)."""
    columns: dict[str, list[int]] = {name: [] for name in ("agent", "day", "start", "end", "activity", "queue")}
    for agent, day, clock, text in shifts:
        words = text.split()
        start = problem.grid.at(day, minute_of(clock))
        for what, minutes in zip(words[::2], words[1::2], strict=True):
            end = start + int(minutes) // problem.grid.step_min
            is_queue = what in problem.queues
            if not is_queue and what not in ACTIVITIES:
                raise ValueError(f"{what!r} is neither a queue of the problem nor an activity")
            row = (agent, day, start, end, WORK if is_queue else activity_code(what))
            values = (*row, problem.queues.index(what) if is_queue else -1)
            for name, value in zip(columns, values, strict=True):
                columns[name].append(value)
            start = end
    arrays = {name: np.array(values, dtype=np.int64) for name, values in columns.items()}
    return Roster(
        grid=problem.grid,
        agents=tuple(agent.id for agent in problem.agents),
        queues=problem.queues,
        locked=np.full(len(arrays["agent"]), locked),
        **arrays,
    )
