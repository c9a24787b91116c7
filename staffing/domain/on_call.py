"""On-call duties: who is not at work but bound to come when called, and when."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np

from staffing.domain.arrays import BoolArray, FloatArray, IntArray, set_frozen
from staffing.domain.calendar import DayKind, DayTable
from staffing.domain.result import RosterCost, Status, StopReason, Violation
from staffing.domain.timegrid import DAY_MIN, TimeGrid

TURN_KINDS = ("ordinary", "weekend", "holiday")
"""Kinds of days that are shared out evenly, each on its own; a turn is of the kind of the day on which it begins."""
ON_CALL = "on_call"
"""Kind of a past turn in ``carry_in.csv``."""
HOLIDAYS = ("as_weekday", "also", "never")
"""Whether a duty is held on days off of the calendar: as on their weekday, always, or never."""
SATURDAY = 5
Pairs = tuple[tuple[int, int], ...]
"""(turn, agent) of everybody on call, sorted."""


@dataclass(frozen=True, slots=True)
class OnCallDuty:
    """A duty of the centre: on its days `people` are on call from `start_min` to `end_min` of the day.

    Attributes
    ----------
    start_min, end_min : int
        Minutes after midnight of the day it begins on; an end beyond 1440 lies on the next day.
    weekdays, dates, holidays
        Days on which it is held: these weekdays (Monday 0), these dates besides, and see `HOLIDAYS`.
    queues : tuple of str
        Queues or skills that everybody on this duty must be able to serve.
    pay, pay_share : float
        Paid for one turn, and for each of its hours as a share of the person's wage.
    called_factor, called_min : float, int
        Pay of the time at work after a call relative to the wage, and the minutes paid at least.
    response_min : int
        Minutes within which somebody who is called is at work.
    counts_as_work : bool
        The time on call is working time: rest and weekly hours hold for it as for a shift.
    """

    id: str
    start_min: int
    end_min: int
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)
    dates: tuple[date, ...] = ()
    holidays: str = "as_weekday"
    people: int = 1
    queues: tuple[str, ...] = ()
    pay: float = 0.0
    pay_share: float = 0.0
    called_factor: float = 1.0
    called_min: int = 0
    response_min: int = 30
    counts_as_work: bool = False
    name: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.start_min < DAY_MIN or not self.start_min < self.end_min <= self.start_min + DAY_MIN:
            raise ValueError(f"on-call duty {self.id}: {self.start_min}..{self.end_min} min, expected up to a day")
        if self.people < 1 or self.holidays not in HOLIDAYS:
            raise ValueError(f"on-call duty {self.id}: people {self.people}, holidays {self.holidays!r}")

    def is_held(self, when: date, table: DayTable) -> bool:
        """Whether it begins on that day."""
        if when in self.dates:
            return True
        if self.holidays != "as_weekday" and table.on(when).off:
            return self.holidays == "also"
        return when.weekday() in self.weekdays


@dataclass(frozen=True, slots=True)
class OnCallRules:
    """Limits of each person over all duties together, and prices.

    Attributes
    ----------
    max_per_week, max_per_period : int
        Turns that begin in a week of the plan, or in a period of the work rules, at most; None: no limit.
    gap_days : int
        Days between the first days of two turns of one person at least.
    open_price : float
        Price of a place on a turn for which nobody is found.
    fairness : float
        By how much each further turn of one person, on the same kind of day, is dearer than the one before.
    change_price : float
        Price of giving a published place to somebody new, and of taking it from somebody.
    """

    max_per_week: int | None = None
    max_per_period: int | None = None
    gap_days: int = 0
    open_price: float = 1000.0
    fairness: float = 10.0
    change_price: float = 30.0


@dataclass(frozen=True, slots=True)
class Turn:
    """One duty on one day: slots [start, end), which may leave the horizon, and the kind of its day."""

    duty: int
    day: int
    start: int
    end: int
    kind: int


@dataclass(frozen=True, slots=True)
class NamedTurn:
    """Somebody's place on a turn, by names that hold in every plan; `called_min` minutes at work in it after a call."""

    duty: str
    date: date
    agent: str
    locked: bool = False
    called_min: int = 0


@dataclass(frozen=True, slots=True)
class CalledOut:
    """A turn whose person was called: so many minutes of it are a shift in the roster."""

    turn: int
    agent: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Away:
    """Slots [start, end) in which an agent is absent or not employed."""

    agent: int
    start: int
    end: int


@dataclass(frozen=True, eq=False)
class OnCallProblem:
    """What the places on turns are given out and judged by; agents and slots are those of the roster problem.

    Attributes
    ----------
    agreed, skilled : (agents, duties)
        Who has agreed to a duty, and who can serve all of its queues.
    counting : (duties,)
        Duties whose time is working time.
    wage_per_h : (agents,)
        Wage of each person.
    wish_off : (agents, days)
        Price of being on call from that day on, by the person's wishes for a day off.
    before : (agents, 3)
        Past turns by `TURN_KINDS` that each person had more than the one who had fewest.
    period_before, last_day : (agents,)
        Past turns in the first period; day of the last past turn, negative, far back for none.
    period_of_day : (days,)
        Number of the period of each day.
    week_most_min : (agents, weeks)
        Minutes of work of each week at most, overtime included.
    last_end : (agents,)
        Slot at which the last shift before the horizon ended.
    rest_h, weekly_rest_h : float
        Rest that holds for duties that are working time.
    called : tuple of CalledOut
        Turns in which somebody was called to work: those shifts are meant to lie in them.
    known : turns
        Turns that the published plan knows; `reference` are its places in them, `locked` those that stand.
    """

    grid: TimeGrid
    agents: tuple[str, ...]
    duties: tuple[OnCallDuty, ...]
    turns: tuple[Turn, ...]
    rules: OnCallRules
    agreed: BoolArray
    skilled: BoolArray
    counting: BoolArray
    wage_per_h: FloatArray
    away: tuple[Away, ...]
    wish_off: FloatArray
    before: IntArray
    period_before: IntArray
    last_day: IntArray
    period_of_day: IntArray
    week_most_min: IntArray
    last_end: IntArray
    rest_h: float
    weekly_rest_h: float
    called: tuple[CalledOut, ...] = ()
    known: tuple[int, ...] = ()
    reference: Pairs = ()
    locked: Pairs = ()
    notice_until: int = 0
    change_notice_factor: float = 1.0

    def __post_init__(self) -> None:
        people, duties, days = len(self.agents), len(self.duties), self.grid.days
        for name, kind, shape in (
            ("agreed", np.bool_, (people, duties)),
            ("skilled", np.bool_, (people, duties)),
            ("counting", np.bool_, (duties,)),
            ("wage_per_h", np.float64, (people,)),
            ("wish_off", np.float64, (people, days)),
            ("before", np.int64, (people, len(TURN_KINDS))),
            ("period_before", np.int64, (people,)),
            ("last_day", np.int64, (people,)),
            ("period_of_day", np.int64, (days,)),
            ("week_most_min", np.int64, (people, -(-days // 7))),
            ("last_end", np.int64, (people,)),
        ):
            set_frozen(self, name, kind, shape)

    @cached_property
    def away_of(self) -> dict[int, tuple[tuple[int, int], ...]]:
        """Absences of each agent that has any."""
        found: dict[int, list[tuple[int, int]]] = {}
        for row in self.away:
            found.setdefault(row.agent, []).append((row.start, row.end))
        return {agent: tuple(rows) for agent, rows in found.items()}

    def pay_cents(self, turn: Turn, agent: int) -> int:
        """What one place costs, in hundredths of the currency."""
        duty = self.duties[turn.duty]
        hours = (turn.end - turn.start) * self.grid.step_h
        return cents(duty.pay + duty.pay_share * float(self.wage_per_h[agent]) * hours)

    def called_cents(self, call: CalledOut) -> int:
        """What being called costs beside the wage that the shift is paid anyway."""
        duty, wage = self.duties[self.turns[call.turn].duty], float(self.wage_per_h[call.agent])
        return cents(wage * (duty.called_factor * max(call.minutes, duty.called_min) - call.minutes) / 60)

    def change_cents(self, turn: Turn) -> int:
        """Price of one change of a place on a published turn."""
        factor = self.change_notice_factor if turn.start < self.notice_until else 1.0
        return cents(self.rules.change_price * factor)

    def date_of(self, turn: Turn) -> date:
        """The day on which a turn begins."""
        return self.grid.first_day + timedelta(days=turn.day)


@dataclass(frozen=True, eq=False)
class OnCallPlan:
    """Who is on call: places given out, those locked by hand among them, and how good that is.

    `bound` is a proven lower limit of the cost, None where there is none.
    """

    problem: OnCallProblem
    pairs: Pairs
    status: Status
    stop_reason: StopReason
    cost: RosterCost
    bound: float | None
    locked: Pairs = ()
    method: str = "cp-sat"

    @property
    def agents_of(self) -> tuple[tuple[int, ...], ...]:
        """Agents of each turn."""
        found: list[list[int]] = [[] for _ in self.problem.turns]
        for turn, agent in self.pairs:
            found[turn].append(agent)
        return tuple(tuple(row) for row in found)

    @property
    def open(self) -> tuple[int, ...]:
        """Places of each turn that nobody has."""
        problem = self.problem
        return tuple(
            max(0, problem.duties[turn.duty].people - len(agents))
            for turn, agents in zip(problem.turns, self.agents_of, strict=True)
        )

    @property
    def gap(self) -> float | None:
        """(cost - bound) / cost; None without a bound."""
        if self.bound is None:
            return None
        return max(0.0, (self.cost.total - self.bound) / self.cost.total) if self.cost.total > 1e-9 else 0.0

    def named(self) -> tuple[NamedTurn, ...]:
        """All places by names, for another plan."""
        problem, locked = self.problem, set(self.locked)
        minutes = {(call.turn, call.agent): call.minutes for call in problem.called}
        return tuple(
            NamedTurn(
                problem.duties[problem.turns[turn].duty].id,
                problem.date_of(problem.turns[turn]),
                problem.agents[agent],
                (turn, agent) in locked,
                minutes.get((turn, agent), 0),
            )
            for turn, agent in self.pairs
        )


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody for one turn: whether it is theirs, the rules that keep them from it, and what it would cost more.

    `change` compares with the plan as it is; where all places are taken, with the first holder's place given to them.
    """

    agent: int
    has_turn: bool
    faults: tuple[Violation, ...]
    change: float


@dataclass(frozen=True, slots=True)
class TurnAnswer:
    """One turn with its people: `candidates` could take it, the cheapest first; `refused` could not."""

    turn: int
    open_places: int
    candidates: tuple[Candidate, ...]
    refused: tuple[Candidate, ...]


def cents(amount: float) -> int:
    """An amount in hundredths of the currency, so that sums are exact.

    >>> cents(12.345), cents(0.1 + 0.2)
    (1234, 30)
    """
    return round(100 * amount)


def day_kind(when: date, table: DayTable) -> int:
    """Number in `TURN_KINDS` of a day: a statutory holiday, another day off or weekend, or an ordinary day."""
    try:
        kind = table.on(when).kind
    except KeyError:
        kind = DayKind.ORDINARY
    if kind is DayKind.HOLIDAY:
        return 2
    is_weekend = when.weekday() >= SATURDAY and kind is not DayKind.WORKDAY
    return int(is_weekend or kind is DayKind.OBSERVED)
