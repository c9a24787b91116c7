"""Layers being edited in one tab: what is tried, what can be undone, and what others saved meanwhile."""

import math
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from staffing.domain.override import MEASURES, OPERATIONS, Override
from staffing.domain.override_list import Overrides, added, rebased
from staffing.domain.timegrid import TimeGrid
from staffing.files.overrides import MAX_FACTOR, MAX_VALUE
from staffing.plan import Plan
from staffing.planning.layering import Layering
from staffing.ui.components.messages import fresh_items
from staffing.ui.facts.curve import open_steps

STEPS_MAX = 100
POINTS_MAX = 1000


@dataclass(eq=False)
class ForecastEdits:
    """One tab's edits of the layers of one plan's centre.

    `saved` are the layers in the centre's folder when the tab looked last, `theirs` those that somebody else saved
    since and that are not settled yet. `name` and `note` go into rows that are added; `author` is who acts. A new
    `version` makes the table editor begin anew.
    """

    layering: Layering
    digest: str
    saved: Overrides
    author: str = ""
    name: str = ""
    note: str = ""
    theirs: Overrides | None = None
    said: str = ""
    rev: int = 0
    version: int = 0
    token: str = field(default_factory=lambda: secrets.token_hex(4))
    taken: dict[str, int] = field(default_factory=dict)
    last_client: str = ""
    _steps: list[Overrides] = field(default_factory=list)
    _at: int = 0
    _after: tuple[Overrides, Plan] | None = None
    _applied: dict[tuple[str, str, str], float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._steps = self._steps or [self.saved]

    @property
    def plan(self) -> Plan:
        return self.layering.plan

    @cached_property
    def grid(self) -> TimeGrid:
        return self.plan.forecast.grid

    @property
    def now(self) -> Overrides:
        """The layers with every edit."""
        return self._steps[self._at]

    @property
    def is_dirty(self) -> bool:
        return self.now != self.saved

    @property
    def can_undo(self) -> bool:
        return self._at > 0

    @property
    def can_redo(self) -> bool:
        return self._at + 1 < len(self._steps)

    def after(self) -> Plan:
        """The plan with the layers as they are now."""
        if self._after is None or self._after[0] is not self.now:
            self._after = (self.now, self.layering.layered(self.now))
        return self._after[1]

    # Doing and undoing.

    def put(self, after: Overrides, *, in_table: bool = False) -> None:
        """Other layers, as one step that can be undone."""
        if after == self.now:
            return
        self._steps = [*self._steps[: self._at + 1], after][-STEPS_MAX:]
        self._at = len(self._steps) - 1
        self._moved("done", in_table)

    def undo(self) -> None:
        if not self.can_undo:
            self.said = "nothing"
            return
        self._at -= 1
        self._moved("undone")

    def redo(self) -> None:
        if not self.can_redo:
            self.said = "nothing"
            return
        self._at += 1
        self._moved("redone")

    def _moved(self, said: str, in_table: bool = False) -> None:
        self.said = said
        self.rev += 1
        if not in_table:
            self.version += 1
            self._applied = {}

    def set_points(self, queue: str, measure: str, values: Mapping[int, float], *, in_table: bool = False) -> None:
        """A value of its own for each of some intervals; closed ones are left out.

        Raises
        ------
        ValueError
            When a step is none of the plan, or a value is none.
        """
        takes = open_steps(self.plan, queue)
        rows = []
        for step, value in sorted(values.items()):
            if not 0 <= step < self.grid.n:
                raise ValueError(f"step is {step}, expected 0 to {self.grid.n - 1}")
            if takes[step]:
                rows.append(self._row(queue, measure, "set", step, step + 1, value))
        self.put(added(self.now, rows), in_table=in_table)

    def change_range(
        self, queue: str, measure: str, operation: str, first: int, end: int, value: float, *, in_table: bool = False
    ) -> None:
        """One row for the steps ``first <= step < end``, as `Override` means it.

        Raises
        ------
        ValueError
            When the range, the operation or the value is none.
        """
        if not 0 <= first < end <= self.grid.n:
            raise ValueError(f"range is {first} to {end}, expected steps of 0 to {self.grid.n}")
        self.put(added(self.now, [self._row(queue, measure, operation, first, end, value)]), in_table=in_table)

    def _row(self, queue: str, measure: str, operation: str, first: int, end: int, value: float) -> Override:
        if queue not in self.plan.forecast.queues or measure not in MEASURES or operation not in OPERATIONS:
            raise ValueError(f"edit is {operation} of {measure} of {queue}, expected one of the plan")
        low = -MAX_VALUE if operation == "add" else 0.0
        high = MAX_FACTOR if operation == "multiply" else MAX_VALUE
        if not math.isfinite(value) or not low <= value <= high:
            raise ValueError(f"value is {value}, expected {low:g} to {high:g}")
        start, until = self.grid.local(first), self.grid.local(end)
        at = datetime.now(UTC).replace(microsecond=0)
        return Override(
            start, until, (queue,), measure, operation, round(value, 4), self.note, True, self.name, self.author, at
        )

    # What the canvas and the table send.

    def take(self, message: object) -> None:
        """Edits of a canvas, each number once; what is no edit is left out."""
        found = fresh_items(message, self.token, self.taken)
        if found is None:
            return
        self.last_client, _, items = found
        for item in items:
            try:
                self._item(item)
            except (ValueError, KeyError, TypeError):
                self.said = "refused"

    def _item(self, what: Any) -> None:
        if what in ("undo", "redo"):
            (self.undo if what == "undo" else self.redo)()
        elif what["kind"] == "points":
            points = {int(step): float(value) for step, value in what["values"][:POINTS_MAX]}
            self.set_points(str(what["queue"]), str(what["measure"]), points)
        elif what["kind"] == "range":
            ends = int(what["first"]), int(what["end"])
            self.change_range(str(what["queue"]), str(what["measure"]), str(what["op"]), *ends, float(what["value"]))
        else:
            raise ValueError(f"edit is {what}, expected points or range")

    def new_cells(self, table: str, cells: Iterable[tuple[str, str, float]]) -> list[tuple[str, str, float]]:
        """Of the cells (row, column, value) that a table editor holds, those not taken yet."""
        found = []
        for row, column, value in cells:
            if self._applied.get((table, row, column)) != value:
                self._applied[table, row, column] = value
                found.append((row, column, value))
        return found

    # What others do.

    def meet(self, found: Overrides) -> None:
        """The layers as the folder has them now: taken over where nothing of one's own is lost by it."""
        if found == self.saved:
            self.theirs = None
            return
        if found == self.now or not self.is_dirty:
            self.begin(found)
        else:
            self.theirs = found

    def settle(self, *, keep_mine: bool) -> None:
        """Put one's own edits on what others saved, or give them up."""
        if self.theirs is None:
            return
        saved, mine, theirs = self.saved, self.now, self.theirs
        self.begin(theirs)
        if keep_mine:
            self.put(rebased(saved, mine, theirs))

    def begin(self, saved: Overrides) -> None:
        """Forget all steps; the layers are those saved."""
        self.saved, self.theirs, self._steps, self._at = saved, None, [saved], 0
        self._moved("")
