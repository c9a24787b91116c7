"""Everything that must hold of a roster as named groups of linear rows over yes-or-no choices.

The columns are the options and the day off of every agent-day, and helpers of some rules; of each agent-day exactly one
is chosen. The rows of the tour rules are those that CP-SAT searches with, taken from the rules themselves; what people
cannot do and what must be staffed are rows of their own. Breaks and queues are left out: who is on shift counts as at
work. So a system without a solution proves a conflict, while one with a solution may still fail over breaks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from itertools import combinations
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from staffing.domain.arrays import BoolArray, FloatArray, IntArray
from staffing.domain.duties import SATURDAY
from staffing.domain.problem import RosterProblem
from staffing.domain.roster import ABSENCE
from staffing.domain.rotation import DAY_OFF, FREE_DAY
from staffing.solver.case import Case, compile_case
from staffing.solver.explain.copies import by_person
from staffing.solver.options import DayOptions, fits_type

FAR = 1 << 40
QUEUES_TOGETHER = 4
"""Queues that are counted together at most, where one agent could serve several of them."""


@dataclass(frozen=True, slots=True)
class Group:
    """What can be kept or given up as one: a rule of one person's day or week, or what a day must be staffed with.

    `day` is the first day concerned; `name` the queue, role or activity of what concerns no single person.
    """

    rule: str
    agent: int | None
    day: int | None
    name: str = ""


@dataclass(frozen=True, eq=False)
class System:
    """Rows ``low <= matrix x <= high``; `owners` of a row are the numbers of its groups, all of which must be kept.

    `cell` (columns,) numbers the agent-day of each column, -1 for helpers.
    """

    groups: tuple[Group, ...]
    owners: tuple[tuple[int, ...], ...]
    matrix: csr_matrix
    low: IntArray
    high: IntArray
    cell: IntArray

    @cached_property
    def owner_table(self) -> IntArray:
        """Groups of every row, shape (rows, most groups of one), filled up with -1."""
        table = np.full((len(self.owners), max((len(row) for row in self.owners), default=1)), -1, dtype=np.int64)
        for line, row in enumerate(self.owners):
            table[line, : len(row)] = row
        return table


@dataclass(eq=False)
class _Rows:
    """Rows as they are collected."""

    groups: dict[Group, int] = field(default_factory=dict)
    owners: list[tuple[int, ...]] = field(default_factory=list)
    columns: list[IntArray] = field(default_factory=list)
    values: list[IntArray] = field(default_factory=list)
    low: list[int] = field(default_factory=list)
    high: list[int] = field(default_factory=list)

    def add(self, groups: tuple[Group, ...], columns: IntArray, values: IntArray, low: int, high: int) -> None:
        numbers = tuple(self.groups.setdefault(group, len(self.groups)) for group in groups)
        self.owners.append(numbers)
        self.columns.append(columns)
        self.values.append(values)
        self.low.append(low)
        self.high.append(high)

    def system(self, cell: IntArray) -> System:
        count = [len(columns) for columns in self.columns]
        none = np.zeros(0, dtype=np.int64)
        matrix = csr_matrix(
            (
                np.concatenate([*self.values, none]),
                np.concatenate([*self.columns, none]),
                np.concatenate([[0], np.cumsum(count)]).astype(np.int64),
            ),
            shape=(len(count), len(cell)),
        )
        low, high = np.array(self.low, dtype=np.int64), np.array(self.high, dtype=np.int64)
        return System(tuple(self.groups), tuple(self.owners), matrix, low, high, cell)


def make_system(problem: RosterProblem, floors: FloatArray | None = None) -> System:
    """State everything hard of `problem`, and `floors` (queues, slots): agents wanted at least, whole numbers.

    Rules of several people are stated so that no roster is lost: a supervisor may be at work in every slot of a shift,
    one who is supervised is so only where no break can lie.
    """
    free = replace(
        problem,
        blocked=np.zeros_like(problem.blocked),
        fixed=(),
        locked=None,
        activities=(),
        wishes=(),
        reference=None,
        rules=replace(problem.rules, weekend_days_max=max(1, problem.rules.weekend_days_max)),
        pattern=np.full_like(problem.pattern, FREE_DAY),
    )
    case = compile_case(free)
    layout = _Layout(case)
    rows = _Rows()
    _tour_rows(layout, rows, () if problem.rules.weekend_days_max else ("weekends",))
    _filter_rows(problem, layout, rows)
    _absence_rows(problem, layout, rows)
    _locked_rows(problem, layout, rows)
    _activity_rows(problem, layout, rows)
    _span_rows(problem, layout, rows)
    if floors is not None:
        _floor_rows(problem, layout, rows, np.ceil(np.asarray(floors) - 1e-9).astype(np.int64))
    return rows.system(np.array(layout.cell, dtype=np.int64))


class _Layout:
    """Columns: the options of all agent-days in the order of the tables, a day off for each, then helpers."""

    def __init__(self, case: Case) -> None:
        tb = case.tables
        self.case, self.days, self.people = case, tb.days, case.agents
        counts = np.diff(tb.first)
        self.options = len(tb.start)
        cells = np.arange(len(counts))
        self.cell: list[int] = [*np.repeat(cells, counts).tolist(), *cells.tolist()]
        self.start, self.end = tb.start, tb.end

    def option_columns(self, agent: int, day: int) -> IntArray:
        first = self.case.tables.first
        row = agent * self.days + day
        return np.arange(int(first[row]), int(first[row + 1]))

    def off_column(self, agent: int, day: int) -> int:
        return self.options + agent * self.days + day

    def helpers(self, count: int) -> IntArray:
        begin = len(self.cell)
        self.cell.extend([-1] * count)
        return np.arange(begin, begin + count)

    def covering(self, agent: int, start: int, end: int) -> IntArray:
        """Options of `agent` that hold the slots [start, end)."""
        mine = np.arange(
            int(self.case.tables.first[agent * self.days]), int(self.case.tables.first[(agent + 1) * self.days])
        )
        return np.asarray(mine[(self.start[mine] <= start) & (self.end[mine] >= end)])

    def meeting(self, agent: int, start: int, end: int) -> IntArray:
        """Options of `agent` that touch the slots [start, end)."""
        mine = np.arange(
            int(self.case.tables.first[agent * self.days]), int(self.case.tables.first[(agent + 1) * self.days])
        )
        return np.asarray(mine[(self.start[mine] < end) & (self.end[mine] > start)])


Taken = tuple[str, int, IntArray, IntArray, int, int]
"""Rule, first day, columns, values, low, high of a row of one person."""


def _tour_rows(layout: _Layout, rows: _Rows, skip: tuple[str, ...]) -> None:
    """Rows of the tour rules; people whose weeks are alike share the work of stating them."""
    known: dict[bytes, tuple[int, list[Taken], int]] = {}
    for agent in range(layout.people):
        key = _likeness(layout.case.problem, agent)
        if key not in known:
            taken, helpers = _posted(layout.case, agent)
            known[key] = (agent, taken, helpers)
        twin, taken, helpers = known[key]
        first = layout.case.tables.first
        shift = int(first[agent * layout.days] - first[twin * layout.days])
        own = layout.helpers(helpers)
        for rule, day, columns, values, low, high in taken:
            if rule in skip:
                continue
            moved = _moved(columns, shift, (agent - twin) * layout.days, layout, own)
            rows.add((Group(rule, agent, day),), moved, values, low, high)


def _moved(columns: IntArray, shift: int, cells: int, layout: _Layout, own: IntArray) -> IntArray:
    """Columns of one person as those of another alike; helpers are numbered from -1 downwards."""
    top = len(own) - 1
    helper = own[np.clip(-columns - 1, 0, top)] if len(own) else columns
    return np.where(columns < 0, helper, np.where(columns < layout.options, columns + shift, columns + cells))


def _likeness(problem: RosterProblem, agent: int) -> bytes:
    """Equal for people who have the same options and the same past."""
    parts = [array.tobytes() for array in _arrays(by_person(problem, np.array([agent])))]
    person = problem.agents[agent]
    plain = {f.name: getattr(person, f.name) for f in fields(person)}
    names = ("id", "name", "team", "role", "skills", "primary", "cost_per_h", "seniority")
    own = tuple(sorted((name, repr(value)) for name, value in plain.items() if name not in names))
    return repr(own).encode() + b"|".join(parts)


def _arrays(found: dict[str, Any]) -> list[np.ndarray]:
    arrays: list[np.ndarray] = []
    for name, value in sorted(found.items()):
        if name in ("proficiency", "blocked"):
            continue
        if isinstance(value, np.ndarray):
            arrays.append(value)
        else:
            arrays.extend(getattr(value, f.name) for f in fields(value) if f.name != "duties")
    return arrays


def _posted(case: Case, agent: int) -> tuple[list[Taken], int]:
    """What the rules of the CP-SAT model post for one person whose days are all free."""
    from staffing.solver.cpsat.model import RosterModel
    from staffing.solver.cpsat.rules import RULES
    from staffing.solver.moves.state import new_state

    tb = case.tables
    free = tuple((agent, day) for day in range(tb.days))
    model = RosterModel(case, new_state(tb), free, days_free=True)
    column_of: dict[int, int] = {}
    for _, day in free:
        off = model.cp.new_bool_var("")
        model.off[agent, day] = off
        column_of[off.index] = len(tb.start) + agent * tb.days + day
        row = agent * tb.days + day
        for option in range(int(tb.first[row]), int(tb.first[row + 1])):
            chosen = model.cp.new_bool_var("")
            model.shift[agent, day, option] = chosen
            column_of[chosen.index] = option
    taken: list[Taken] = []
    helpers: dict[int, int] = {}

    def take(rule: str, constraint: Any) -> None:
        if isinstance(constraint, bool | np.bool_):
            if not constraint:
                none = np.zeros(0, dtype=np.int64)
                taken.append((rule, 0, none, none, 1, FAR))
            return
        columns = np.array(
            [column_of[v.index] if v.index in column_of else -1 - helpers.setdefault(v.index, len(helpers))
             for v in constraint.vars],
            dtype=np.int64,
        )  # fmt: skip
        low, high = _bounds(constraint)
        taken.append((rule, _first_day(tb, agent, columns), columns, np.array(constraint.coeffs, np.int64), low, high))

    model.post = take  # type: ignore[method-assign]
    for rule, post in RULES.items():
        if rule not in ("one_place", "breaks"):
            post(model)
    return taken, len(helpers)


def _bounds(constraint: Any) -> tuple[int, int]:
    low, high = int(constraint.bounds.min()), int(constraint.bounds.max())
    offset = int(constraint.offset)
    return (-FAR if low < -FAR else low - offset), (FAR if high > FAR else high - offset)


def _first_day(tb: Any, agent: int, columns: IntArray) -> int:
    """The day of a row about one day and its neighbours, the first of the week of one within a week, else the first."""
    options, offs = columns[(columns >= 0) & (columns < len(tb.start))], columns[columns >= len(tb.start)]
    first = tb.first[agent * tb.days : (agent + 1) * tb.days + 1]
    days = np.concatenate([np.searchsorted(first, options, side="right") - 1, offs - len(tb.start) - agent * tb.days])
    if not len(days):
        return 0
    low, high = int(days.min()), int(days.max())
    if high - low <= 2:
        return high
    return 7 * (low // 7) if low // 7 == high // 7 else low


def _filter_rows(problem: RosterProblem, layout: _Layout, rows: _Rows) -> None:
    """Rules that the search keeps by leaving options out: weekends that are all off, and fixed patterns."""
    tb, grid = layout.case.tables, problem.grid
    for agent in range(layout.people):
        for day in range(grid.days):
            columns = layout.option_columns(agent, day)
            if not len(columns):
                continue
            if problem.rules.weekend_days_max == 0 and grid.weekday[day] >= SATURDAY:
                last = max(
                    d for d in range(7 * (day // 7), min(7 * (day // 7) + 7, grid.days)) if grid.weekday[d] >= SATURDAY
                )
                _forbid(rows, Group("weekends", agent, last), columns)
            wanted = int(problem.pattern[agent, day])
            if wanted == DAY_OFF:
                _forbid(rows, Group("rotation", agent, day), columns)
            elif wanted >= 0:
                option = DayOptions(tb.start[columns], tb.end[columns], tb.paid[columns], tb.pattern[columns])
                fits = fits_type(problem, problem.shifts[wanted], day, option)
                if problem.pattern_due[agent, day]:
                    _ask(rows, Group("rotation", agent, day), columns[fits])
                elif not fits.all():
                    _forbid(rows, Group("rotation", agent, day), columns[~fits])


def _absence_rows(problem: RosterProblem, layout: _Layout, rows: _Rows) -> None:
    """No shift over an absence or outside employment; a shift that holds fixed training."""
    days = problem.grid.day_start
    for agent, day in np.argwhere(np.add.reduceat(problem.blocked, days[:-1], axis=1) > 0):
        blocked = np.flatnonzero(problem.blocked[agent, days[day] : days[day + 1]]) + int(days[day])
        runs = np.split(blocked, np.flatnonzero(np.diff(blocked) > 1) + 1)
        found = [layout.meeting(int(agent), int(run[0]), int(run[-1]) + 1) for run in runs]
        columns = np.unique(np.concatenate(found))
        if len(columns):
            _forbid(rows, Group("time_off", int(agent), int(day)), columns)
    for row in problem.fixed:
        if not row.on_shift or not 0 <= row.start < problem.grid.n:
            continue
        if problem.blocked[row.agent, row.start : row.end].any():
            continue
        _ask(rows, Group("time_off", row.agent, int(problem.grid.day_of(row.start))), layout.covering(
            row.agent, row.start, row.end))  # fmt: skip


def _forbid(rows: _Rows, group: Group, columns: IntArray) -> None:
    rows.add((group,), columns, np.ones(len(columns), dtype=np.int64), 0, 0)


def _ask(rows: _Rows, group: Group, columns: IntArray) -> None:
    rows.add((group,), columns, np.ones(len(columns), dtype=np.int64), 1, FAR)


def _locked_rows(problem: RosterProblem, layout: _Layout, rows: _Rows) -> None:
    """A locked shift's day has a shift that holds the locked segments; a locked absence has none."""
    locked = problem.locked
    if locked is None:
        return
    number = {agent.id: index for index, agent in enumerate(problem.agents)}
    later = (locked.grid.start_epoch_s - problem.grid.start_epoch_s) // (problem.grid.step_min * 60)
    for shift in locked.shifts():
        agent, start, end = number.get(locked.agents[shift.agent]), shift.start + later, shift.end + later
        if agent is not None and 0 <= start < problem.grid.n:
            _ask(rows, Group("locked", agent, int(problem.grid.day_of(start))), layout.covering(agent, start, end))
    for row in np.flatnonzero(np.isin(locked.activity, ABSENCE)):
        agent = number.get(locked.agents[locked.agent[row]])
        start, end = int(locked.start[row] + later), int(locked.end[row] + later)
        if agent is None or end <= 0 or start >= problem.grid.n:
            continue
        columns = layout.meeting(agent, start, end)
        if len(columns):
            _forbid(rows, Group("locked", agent, int(problem.grid.day_of(max(0, start)))), columns)


def _activity_rows(problem: RosterProblem, layout: _Layout, rows: _Rows) -> None:
    """Each activity finds a shift that holds it, for all its agents at one time where it is held together."""
    for activity in problem.activities:
        group = Group("activities", None, int(problem.grid.day_of(activity.earliest)), activity.id)
        starts = range(activity.earliest, activity.latest - activity.slots + 1)
        times = layout.helpers(len(starts)) if activity.together else None
        if times is not None:
            rows.add((group,), times, np.ones(len(times), dtype=np.int64), 1, FAR)
        for agent in activity.agents:
            holding = [layout.covering(agent, start, start + activity.slots) for start in starts]
            if times is None:
                _ask(rows, group, np.unique(np.concatenate(holding)))
                continue
            for time, columns in zip(times.tolist(), holding, strict=True):
                values = np.append(np.ones(len(columns), dtype=np.int64), -1)
                rows.add((group,), np.append(columns, time), values, 0, FAR)


def _span_rows(problem: RosterProblem, layout: _Layout, rows: _Rows) -> None:
    """Supervisors for those who are surely at work: in slots of a shift in which no break of theirs can lie."""
    surely = _surely(layout.case)
    tb = layout.case.tables
    agent_of = np.repeat(np.arange(layout.people), np.diff(tb.first[:: layout.days]))
    for name, heads, led, span in problem.supervision():
        mine, theirs = np.isin(agent_of, heads), np.isin(agent_of, led)
        seen: set[bytes] = set()
        for slot in range(problem.grid.n):
            over = (tb.start <= slot) & (tb.end > slot)
            able = np.flatnonzero(over & mine)
            asked = np.flatnonzero(over & theirs & surely(slot))
            if not len(asked):
                continue
            both = np.zeros(len(tb.start), dtype=np.int64)
            both[able] += span
            both[asked] -= 1
            columns = np.flatnonzero(both)
            key = both.tobytes()
            if key not in seen and (both[columns] < 0).any():
                seen.add(key)
                rows.add((Group("span", None, int(problem.grid.day_of(slot)), name),), columns, both[columns], 0, FAR)


def _surely(case: Case) -> Callable[[int], BoolArray]:
    """Options in which no break can lie in a slot, as a function of the slot."""
    tb = case.tables

    def at(slot: int) -> BoolArray:
        offset = slot - tb.start
        free = np.ones(len(offset), dtype=bool)
        for pattern in np.unique(tb.pattern):
            rows = tb.pattern == pattern
            for number in range(int(tb.pat_first[pattern]), int(tb.pat_first[pattern + 1])):
                last = tb.brk_hi[number] + tb.brk_len[number]
                free[rows] &= (offset[rows] < tb.brk_lo[number]) | (offset[rows] >= last)
        return free

    return at


def _floor_rows(problem: RosterProblem, layout: _Layout, rows: _Rows, floors: IntArray) -> None:
    """Agents on shift who can serve a set of queues are at least those the set asks for (Hall 1935).

    Slots of a day that the same options cover ask for their highest floor only.
    """
    tb = layout.case.tables
    agent_of = np.repeat(np.arange(layout.people), np.diff(tb.first[:: layout.days]))
    floors = np.where(problem.is_open, floors, 0)
    wanted = np.flatnonzero(floors.any(axis=1))
    sizes = range(1, min(QUEUES_TOGETHER, len(wanted)) + 1)
    for size in sizes:
        for chosen in combinations(wanted.tolist(), size):
            need = floors[list(chosen)]
            skilled: BoolArray = np.any(problem.proficiency[:, list(chosen)] > 0, axis=1, keepdims=True)
            able = skilled[agent_of, 0]
            if size > 1 and not _shared(problem, chosen):
                continue
            best: dict[bytes, tuple[int, int, IntArray]] = {}
            for slot in np.flatnonzero((need > 0).all(axis=0)):
                columns = np.flatnonzero(able & (tb.start <= slot) & (tb.end > slot))
                total = int(need[:, slot].sum())
                key = columns.tobytes() + bytes([int(problem.grid.day_of(slot)) % 251])
                if key not in best or best[key][0] < total:
                    best[key] = (total, int(problem.grid.day_of(slot)), columns)
            for total, day, columns in best.values():
                groups = tuple(Group("min_agents", None, day, problem.queues[queue]) for queue in chosen)
                rows.add(groups, columns, np.ones(len(columns), dtype=np.int64), total, FAR)


def _shared(problem: RosterProblem, queues: tuple[int, ...]) -> bool:
    """Whether the queues hang together by people who serve several of them; others add nothing as a set."""
    skills: BoolArray = np.greater(problem.proficiency[:, list(queues)], 0)
    skills = skills[skills.sum(axis=1) > 1]
    reached = {0}
    while True:
        more = {int(q) for row in skills if any(row[list(reached)]) for q in np.flatnonzero(row)} | reached
        if more == reached:
            return len(reached) == len(queues)
        reached = more
