"""The roster problem: what a solver and an audit need to know, on the slot grid, in indices."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from staffing.domain.arrays import BoolArray, FloatArray, IntArray, set_frozen
from staffing.domain.calendar import DayTable
from staffing.domain.carried import Carried
from staffing.domain.duties import Periods, find_periods
from staffing.domain.people import Agent, Contract, Role
from staffing.domain.pools import counting_slots, outermost_slots
from staffing.domain.roster import Roster
from staffing.domain.rotation import FREE_DAY
from staffing.domain.rules import Costs, WorkRules
from staffing.domain.shift import BreakType, ShiftType
from staffing.domain.timegrid import TimeGrid


@dataclass(frozen=True, slots=True)
class FixedTime:
    """Time of one agent in slots [start, end): an absence, or (`on_shift`) work of `kind` inside a shift."""

    agent: int
    start: int
    end: int
    kind: str
    paid: bool
    on_shift: bool


@dataclass(frozen=True, slots=True)
class OpenActivity:
    """Activity still to be placed: `slots` long for each agent, inside [earliest, latest)."""

    id: str
    kind: str
    agents: tuple[int, ...]
    slots: int
    earliest: int
    latest: int
    together: bool
    capacity: int | None


@dataclass(frozen=True, slots=True)
class AgentWish:
    """A wish in indices; `minute` for start wishes, `shift` for shift wishes."""

    agent: int
    day: int
    kind: str
    weight: float
    minute: int | None
    shift: str


@dataclass(frozen=True, eq=False)
class RosterProblem:
    """Everything a roster is made from and judged by. Arrays are on `grid` (slots).

    Attributes
    ----------
    proficiency : (agents, queues)
        Speed of each agent on each queue; 0 where the agent cannot serve it.
    is_open : (queues, slots)
        Slots in which a queue may be served.
    required : (queues, slots)
        Rostered agents needed (gross, real-valued); 0 for deadline queues.
    deadline : (queues,)
        Queues planned as deferred work.
    earliest_h, latest_h : (queues, slots)
        Tube of cumulative rostered agent-hours of deadline queues at the end of each slot; 0 otherwise.
    blocked : (agents, slots)
        Slots in which the agent cannot be in a shift (absent or not employed).
    leave_days : (agents, weeks)
        Days of a week lost to leave or sickness; they lower the contract's days and minutes.
    last_end : (agents,)
        Slot at which the last shift before the horizon ended, positive when it reaches into the horizon; a large
        negative number when there was none.
    run_before : (agents,)
        Days worked in a row directly before the horizon.
    pool_member : (pools, queues)
        Queues of each pool: at least two answer queues that need agents together. Empty where there is no pool.
    pool_required : (pools, slots)
        Rostered agents (gross, real-valued) that the queues of a pool need together. `required` of such a queue is
        only what it needs of its own while the others help.
    locked, reference : rosters
        Segments that stand as they are; the published roster, each change of which has a price.
    notice_until : int
        Slot before which changes of shifts cost more.
    carried : Carried
        What the rules over several weeks need to know of the time before the horizon.
    pattern : (agents, days)
        Fixed pattern: `FREE_DAY`, `DAY_OFF`, or the number of the shift type to be worked.
    paid_before : (agents, days)
        Paid minutes of the days before the horizon that the labour rules ask about, as far as they are known; the day
        before the horizon is the last.
    severe_from : (queues, slots) or (queues and pools, slots)
        Agents missing beyond which the severe price holds; ``max(1, severe_share * required)`` where it is left out.
    short_weight : (queues and pools, slots)
        Factor on both prices of a missing agent: what that agent's work is worth there, 1 on average; empty for 1.
    reserves : queue ids
        Queues for which somebody with the skill must be at work whenever anybody is, whatever they work on.
    """

    grid: TimeGrid
    table: DayTable
    agents: tuple[Agent, ...]
    contracts: tuple[Contract, ...]
    shifts: tuple[ShiftType, ...]
    breaks: tuple[BreakType, ...]
    roles: tuple[Role, ...]
    rules: WorkRules
    costs: Costs
    queues: tuple[str, ...]
    proficiency: FloatArray
    is_open: BoolArray
    required: FloatArray
    deadline: BoolArray
    earliest_h: FloatArray
    latest_h: FloatArray
    blocked: BoolArray
    leave_days: IntArray
    last_end: IntArray
    run_before: IntArray
    fixed: tuple[FixedTime, ...] = ()
    activities: tuple[OpenActivity, ...] = ()
    wishes: tuple[AgentWish, ...] = ()
    reserves: tuple[str, ...] = ()
    locked: Roster | None = None
    reference: Roster | None = None
    notice_until: int = 0
    pool_member: BoolArray = field(default_factory=lambda: np.zeros((0, 0), dtype=bool))
    pool_required: FloatArray = field(default_factory=lambda: np.zeros((0, 0)))
    carried: Carried = field(default_factory=lambda: Carried.nothing(0))
    pattern: IntArray = field(default_factory=lambda: np.zeros((0, 0), dtype=np.int64))
    paid_before: IntArray = field(default_factory=lambda: np.zeros((0, 0), dtype=np.int64))
    severe_from: FloatArray = field(default_factory=lambda: np.zeros((0, 0)))
    short_weight: FloatArray = field(default_factory=lambda: np.zeros((0, 0)))

    def __post_init__(self) -> None:
        people, queues, slots = len(self.agents), len(self.queues), self.grid.n
        set_frozen(self, "proficiency", np.float64, (people, queues))
        for name in ("required", "earliest_h", "latest_h"):
            set_frozen(self, name, np.float64, (queues, slots))
        set_frozen(self, "is_open", np.bool_, (queues, slots))
        set_frozen(self, "deadline", np.bool_, (queues,))
        set_frozen(self, "blocked", np.bool_, (people, slots))
        set_frozen(self, "leave_days", np.int64, (people, self.weeks))
        set_frozen(self, "last_end", np.int64, (people,))
        set_frozen(self, "run_before", np.int64, (people,))
        self._check_pools()
        self._check_short()
        if not len(self.carried.shift):
            object.__setattr__(self, "carried", Carried.nothing(people))
        if not self.pattern.size:
            object.__setattr__(self, "pattern", np.full((people, self.grid.days), FREE_DAY))
        set_frozen(self, "pattern", np.int64, (people, self.grid.days))
        set_frozen(self.carried, "shift", np.int64, (people,))
        if not self.paid_before.size:
            object.__setattr__(self, "paid_before", np.zeros((people, 0), dtype=np.int64))
        set_frozen(self, "paid_before", np.int64, (people, self.paid_before.shape[1]))

    def _check_pools(self) -> None:
        pools, queues = len(self.pool_member), len(self.queues)
        if not pools:
            object.__setattr__(self, "pool_member", np.zeros((0, queues), dtype=bool))
            object.__setattr__(self, "pool_required", np.zeros((0, self.grid.n)))
        set_frozen(self, "pool_member", np.bool_, (pools, queues))
        set_frozen(self, "pool_required", np.float64, (pools, self.grid.n))
        if np.any(self.pool_member.sum(axis=1) < 2) or np.any(self.pool_member & self.deadline):
            raise ValueError("pool_member: expected at least two answer queues in every pool, no deadline queue")
        if len({tuple(row) for row in self.pool_member.tolist()}) < pools:
            raise ValueError("pool_member: two pools hold the same queues")

    def _check_short(self) -> None:
        queues, rows, slots = len(self.queues), len(self.queues) + len(self.pool_member), self.grid.n
        stated = (rows if len(self.severe_from) == rows else queues, slots) if self.severe_from.size else (0, 0)
        set_frozen(self, "severe_from", np.float64, stated)
        set_frozen(self, "short_weight", np.float64, (rows, slots) if self.short_weight.size else (0, 0))
        if np.any(self.short_weight < 0) or np.any(self.severe_from < 0):
            raise ValueError("short_weight, severe_from: expected no number below 0")

    @property
    def missing_mildly(self) -> FloatArray:
        """Agents missing that are charged at the lower price, at most; (rows, slots), queues and then pools."""
        needed = np.concatenate([self.required, self.pool_required])
        mild: FloatArray = np.maximum(1.0, self.costs.severe_share * needed)
        if self.severe_from.size:
            mild[: len(self.severe_from)] = self.severe_from
        return mild

    @property
    def short_weights(self) -> FloatArray:
        """Factor on the prices of a missing agent; (rows, slots), queues and then pools."""
        rows = len(self.queues) + len(self.pool_member)
        return self.short_weight if self.short_weight.size else np.ones((rows, self.grid.n))

    @property
    def pool_names(self) -> tuple[str, ...]:
        """Name of each pool, its queues joined: ``phone+video``."""
        return tuple("+".join(np.array(self.queues, dtype=object)[row]) for row in self.pool_member)

    @property
    def pool_counts(self) -> BoolArray:
        """Slots in which each pool asks for more than its queues do one by one, shape (pools, slots)."""
        return counting_slots(self.pool_member, self.is_open, self.required, self.pool_required)

    @property
    def pool_outermost(self) -> BoolArray:
        """Slots in which each pool counts and is part of no larger one that does: agents too many cost there."""
        return outermost_slots(self.pool_member, self.pool_counts)

    @property
    def weeks(self) -> int:
        return -(-self.grid.days // 7)

    def contract_of(self, agent: int) -> Contract:
        wanted = self.agents[agent].contract
        return next(contract for contract in self.contracts if contract.id == wanted)

    def break_types(self) -> dict[str, BreakType]:
        return {b.id: b for b in self.breaks}

    def shift_types(self, agent: int) -> tuple[ShiftType, ...]:
        """Shift types of the agent's contract, in the contract's order."""
        by_id = {shift.id: shift for shift in self.shifts}
        return tuple(by_id[shift] for shift in self.contract_of(agent).shifts)

    def week_limits(self, agent: int, week: int) -> tuple[int, int, int, int]:
        """(paid minutes min, max without overtime, days min, days max) after leave of that week.

        Each leave day takes one day off both day limits (never below 0) and the contract's mean
        paid minutes of a day off both minute limits.
        """
        contract = self.contract_of(agent)
        leave = int(self.leave_days[agent, week])
        days_min, days_max = max(0, contract.days_min - leave), max(0, contract.days_max - leave)
        low = contract.weekly_minutes_min * days_min // max(contract.days_min, 1) if contract.days_min else 0
        high = contract.weekly_minutes_max * days_max // max(contract.days_max, 1) if contract.days_max else 0
        if not contract.days_min and not leave:
            low = contract.weekly_minutes_min
        return min(low, high), high, days_min, days_max

    @cached_property
    def locked_days(self) -> BoolArray:
        """Days on which the locked roster has a shift of the agent, shape (agents, days)."""
        days = np.zeros((len(self.agents), self.grid.days), dtype=bool)
        if self.locked is not None:
            number = {agent.id: index for index, agent in enumerate(self.agents)}
            later = (self.locked.grid.first_day - self.grid.first_day).days
            for shift in self.locked.shifts():
                agent = number.get(self.locked.agents[shift.agent])
                if agent is not None and 0 <= shift.day + later < self.grid.days:
                    days[agent, shift.day + later] = True
        return days

    @cached_property
    def pattern_due(self) -> BoolArray:
        """Days on which the shift of the pattern has to be worked, shape (agents, days).

        Not where an absence meets the hours between the first start and the last end of its type, nor where a locked
        shift stands.
        """
        due = (self.pattern >= 0) & ~self.locked_days
        for agent, day in np.argwhere(due):
            shift, step = self.shifts[self.pattern[agent, day]], self.grid.step_min
            first = int(self.grid.day_start[day]) + shift.start_earliest_min // step
            last = int(self.grid.day_start[day]) - (shift.start_latest_min + max(shift.lengths_min)) // -step
            due[agent, day] = not self.blocked[agent, first:last].any()
        return due

    @cached_property
    def duties_before(self) -> IntArray:
        """Weekend days, nights and late shifts that each agent had more than the one who had fewest, (agents, 3)."""
        duties = self.carried.duties
        least = duties.min(axis=0) if len(duties) else 0
        return np.asarray(duties - least, dtype=np.int64)

    @cached_property
    def periods(self) -> Periods:
        """The periods over which hours, nights and weekends are counted."""
        return find_periods(self.rules, self.grid)

    def period_limits(self, agent: int, period: int) -> tuple[int, int | None]:
        """(paid minutes min, max) of a period after leave, what was worked before the horizon included; None: no limit.

        Each leave day takes an equal share of both limits: one of the contract's largest number of days in the period.
        A period that goes on after the horizon has no minimum yet.
        """
        contract, periods = self.contract_of(agent), self.periods
        days = contract.days_max * -(-int(periods.days[period]) // 7)
        leave = sum(int(self.leave_days[agent, w]) for w in range(self.weeks) if periods.of_day[7 * w] == period)
        leave += int(self.carried.leave[agent]) if period == 0 else 0
        left = max(0, days - leave)
        low, high = (
            None if limit is None else limit * left // days if days else limit
            for limit in (contract.period_minutes_min, contract.period_minutes_max)
        )
        return low if low is not None and periods.ends[period] else 0, high

    def wage_per_h(self, agent: int) -> float:
        own = self.agents[agent].cost_per_h
        return self.costs.wage_per_h if own is None else own

    def supervision(self) -> tuple[tuple[str, IntArray, IntArray, int], ...]:
        """(role or queue, heads, led, max span): so many heads must be at work for those led who are.

        Agents as indices; one entry per supervising role, then one per reserve queue, whose heads are all agents with
        its skill and who are needed once as soon as anybody is at work.
        """
        rows = []
        for role in self.roles:
            if role.supervises and role.max_span:
                heads = [i for i, agent in enumerate(self.agents) if agent.role == role.id]
                led = [i for i, agent in enumerate(self.agents) if agent.role in role.supervises]
                rows.append((role.id, np.array(heads, dtype=np.int64), np.array(led, dtype=np.int64), role.max_span))
        everybody = np.arange(len(self.agents))
        for queue in self.reserves:
            skilled = np.flatnonzero(self.proficiency[:, self.queues.index(queue)] > 0)
            rows.append((queue, skilled, everybody, max(1, len(everybody))))
        return tuple(rows)
