"""A roster being edited in one tab: what was done, what it costs and breaks, and what the canvas must be told.

The truth is the draft in the store; this value holds what the tab has seen of it and what undo needs.
"""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from staffing.domain.result import Violation
from staffing.domain.roster import ABSENCE, ACTIVITIES, Roster
from staffing.domain.roster_cells import Cell, Segment
from staffing.domain.roster_cells import Day as CellDay
from staffing.measures import Coverage, coverage
from staffing.plan import Plan
from staffing.planning.drafts import Conflict, Draft
from staffing.planning.edits import (
    Day,
    Edit,
    EditLog,
    Judged,
    Piece,
    RefusedError,
    Step,
    Working,
    differing_days,
    do_step,
    judge_edited,
    read_edit,
)
from staffing.planning.on_call import with_calls
from staffing.ui.components.messages import fresh_items
from staffing.ui.components.roster_data import levels
from staffing.ui.components.roster_patch import Film, Levels

Key = tuple[int, int]


@dataclass(frozen=True, eq=False)
class Standing:
    """The roster as it stands, with everything a page shows of it."""

    plan: Plan
    judged: Judged

    @cached_property
    def coverage(self) -> Coverage:
        return coverage(self.plan)

    @cached_property
    def levels(self) -> Levels:
        return levels(self.coverage)


def standing(plan: Plan, roster: Roster) -> Standing:
    """`plan` with another roster, audited and priced."""
    plan = with_calls(plan, roster)
    judged = judge_edited(plan.problem, roster, plan.on_call)
    result = replace(plan.result, roster=roster, cost=judged.cost, objective=judged.cost.total)
    return Standing(replace(plan, result=result, violations=judged.violations, cost=judged.cost), judged)


@dataclass(slots=True)
class Editing:
    """One tab's editing of one plan.

    `dirty` are the agent-days not yet saved, `said` is one code with its parameters on what happened last, `conflict`
    what stands in the way of saving.
    """

    plan: Plan
    digest: str
    first: Standing
    now: Standing
    working: Working
    log: EditLog = field(default_factory=EditLog)
    film: Film = field(default_factory=Film)
    draft: Draft | None = None
    cells: dict[Cell, CellDay] = field(default_factory=dict)
    conflict: Conflict | None = None
    dirty: set[Key] = field(default_factory=set)
    taken: dict[str, int] = field(default_factory=dict)
    last_client: str = ""
    seen: int = 0
    said: tuple[str, Mapping[str, Any]] = ("", {})
    change: float = 0.0
    token: str = field(default_factory=lambda: secrets.token_hex(4))
    base: Mapping[str, Any] | None = None
    base_of: tuple[Any, ...] = ()

    @property
    def roster(self) -> Roster:
        return self.working.roster

    @property
    def is_changed(self) -> bool:
        """The roster differs from that of the plan on show."""
        return bool(self.draft and self.draft.cells) or bool(self.dirty)

    @property
    def is_legal(self) -> bool:
        return self.now.judged.is_legal

    # Doing and undoing.

    def do(self, edits: Iterable[Edit]) -> str | None:
        """One step of edits; the code of the reason where it cannot be done."""
        try:
            working, step = do_step(self.plan.problem, self.working, edits)
        except RefusedError as reason:
            self.said = ("refused", {"reason": reason.code})
            return reason.code
        self.log = self.log.add(step)
        self._stand(working, step.after.keys())
        self.said = ("done", {})
        return None

    def roster_of(self, cells: Mapping[Cell, CellDay]) -> Roster:
        """The plan's own roster with these days changed."""
        return Working(self.first.judged.roster, self._days(cells)).roster

    def _days(self, cells: Mapping[Cell, CellDay]) -> dict[Key, Day]:
        agents = {name: row for row, name in enumerate(self.roster.agents)}
        numbers = {day.isoformat(): number for number, day in enumerate(self.plan.problem.grid.dates)}
        return {(agents[name], numbers[when]): _pieces(day, self.roster.queues) for (name, when), day in cells.items()}

    def put(self, cells: Mapping[Cell, CellDay]) -> None:
        """One step: the shifts of these days as they are given; absences stand in the roster already."""
        after = self._days(cells)
        before = {key: self.working.day(*key) for key in after}
        self.log = self.log.add(Step((), before, after))
        self._stand(self.working.with_days(after), after.keys())
        self.said = ("done", {})

    def undo(self) -> None:
        self._turn(*self.log.undo(self.working), "undone", self.log.steps[self.log.cursor - 1 : self.log.cursor])

    def redo(self) -> None:
        self._turn(*self.log.redo(self.working), "redone", self.log.steps[self.log.cursor : self.log.cursor + 1])

    def _turn(self, log: EditLog, working: Working, code: str, steps: tuple[Any, ...]) -> None:
        if log is self.log or not steps:
            self.said = ("refused", {"reason": "nothing"})
            return
        self.log = log
        self._stand(working, steps[0].after.keys())
        self.said = (code, {})

    def _stand(self, working: Working, keys: Iterable[Key], *, saved: bool = False) -> None:
        changed, before = set(keys), self.now
        self.working = working
        self.now = standing(self.plan, working.roster)
        self.change = self.now.judged.cost.total - before.judged.cost.total
        self.film.add({agent for agent, _ in changed}, before.levels, self.now.levels)
        if not saved:
            self.dirty |= changed

    # What the canvas sends.

    def take(self, message: Mapping[str, Any] | None) -> None:
        """Edits of a canvas, each number once; what is no edit is left out."""
        found = fresh_items(message, self.token, self.taken)
        if found is None:
            return
        self.last_client, self.seen, items = found
        for item in items:
            self._item(item)

    def _item(self, what: object) -> None:
        if what == "undo":
            self.undo()
        elif what == "redo":
            self.redo()
        elif isinstance(what, list) and 0 < len(what) <= 50:
            try:
                edits = [read_edit(row) for row in what if isinstance(row, Mapping)]
            except ValueError:
                self.said = ("refused", {"reason": "unknown"})
                return
            self.do(edits)

    # The draft in the store.

    def unsaved_cells(self) -> dict[Cell, CellDay]:
        """The days not yet saved, as the store takes them."""
        roster, grid = self.roster, self.plan.problem.grid
        return {
            (roster.agents[agent], grid.dates[day].isoformat()): _cell(roster, agent, day) for agent, day in self.dirty
        }

    def saved(self, draft: Draft) -> None:
        """The store took the days; what others changed meanwhile is taken over."""
        self.draft, self.conflict, self.dirty = draft, None, set()
        self.adopt(draft)

    def adopt(self, draft: Draft) -> bool:
        """Take over what others changed in the draft; steps that touch it can no longer be undone."""
        agents = {name: row for row, name in enumerate(self.roster.agents)}
        numbers = {day.isoformat(): number for number, day in enumerate(self.plan.problem.grid.dates)}
        theirs: dict[Key, Day] = {}
        for agent, date in draft.cells.keys() | self.cells.keys():
            key = agents[agent], numbers[date]
            # A day that is no longer among the cells is that of the plan again.
            cell = draft.cells.get((agent, date))
            day = self.first_day(key) if cell is None else _pieces(cell, self.roster.queues)
            if key not in self.dirty and day != self.working.day(*key):
                theirs[key] = day
        self.draft, self.cells = draft, dict(draft.cells)
        if not theirs:
            return False
        if any(theirs.keys() & step.after.keys() for step in self.log.steps):
            self.log = EditLog()
        self._stand(self.working.with_days(theirs), theirs.keys(), saved=True)
        return True

    def first_day(self, key: Key) -> Day:
        """The day as the plan on show has it."""
        return Working(self.first.judged.roster, {}).day(*key)

    def keep_theirs(self) -> None:
        """Give up one's own days where they collide."""
        if self.conflict is None:
            return
        agents, grid = {name: row for row, name in enumerate(self.roster.agents)}, self.plan.problem.grid
        days = {day.isoformat(): number for number, day in enumerate(grid.dates)}
        self.dirty -= {(agents[clash.agent], days[clash.date]) for clash in self.conflict.clashes}
        draft, self.conflict = self.conflict.draft, None
        self.adopt(draft)

    def begin_again(self) -> None:
        """The draft is gone: all that differs from the plan is to be saved in a new one."""
        self.draft, self.conflict, self.cells = None, None, {}
        self.dirty = differing_days(self.roster, self.first.judged.roster)

    def reset(self) -> None:
        """The plan's own roster again."""
        keys = differing_days(self.roster, self.first.judged.roster)
        self.log, self.draft, self.conflict, self.cells = EditLog(), None, None, {}
        self._stand(Working(self.first.judged.roster, {}), keys, saved=True)
        self.dirty, self.said = set(), ("discarded", {})


def open_editing(plan: Plan, digest: str, draft: Draft | None = None) -> Editing:
    """Editing of a plan with a roster, from its draft where there is one.

    Raises
    ------
    ValueError
        When the plan has no roster.
    """
    if plan.roster is None:
        raise ValueError("there is no roster to edit")
    first = standing(plan, plan.roster)
    editing = Editing(plan, digest, first, first, Working(plan.roster, {}))
    if draft is not None:
        editing.adopt(draft)
    return editing


def _pieces(cell: CellDay, queues: tuple[str, ...]) -> Day:
    """The shift of a stored day; absences stand in the roster already."""
    known = {queue: index for index, queue in enumerate(queues)} | {"": -1}
    rows = ((row, ACTIVITIES.index(row.activity)) for row in sorted(cell))
    return tuple(
        Piece(row.start, row.end, code, known[row.queue], row.locked) for row, code in rows if code not in ABSENCE
    )


def _cell(roster: Roster, agent: int, day: int) -> CellDay:
    rows = ((roster.agent == agent) & (roster.day == day)).nonzero()[0]
    return tuple(
        sorted(
            Segment(
                int(roster.start[row]),
                int(roster.end[row]),
                ACTIVITIES[int(roster.activity[row])],
                roster.queues[int(roster.queue[row])] if roster.queue[row] >= 0 else "",
                bool(roster.locked[row]),
            )
            for row in rows
        )
    )


def hard_first(violations: Iterable[Violation]) -> list[Violation]:
    """Broken rules, those that forbid publishing first."""
    return sorted(violations, key=lambda row: (row.severity != "hard", row.day or 0))
