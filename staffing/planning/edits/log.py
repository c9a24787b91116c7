"""Undo and redo: steps in order with a cursor."""

from dataclasses import dataclass

from staffing.planning.edits.apply import Step
from staffing.planning.edits.days import Working

STEPS_MAX = 500
"""Steps that can be undone; older ones stand."""


@dataclass(frozen=True, slots=True)
class EditLog:
    """Steps done and, from `cursor` on, undone. A new step forgets those that were undone."""

    steps: tuple[Step, ...] = ()
    cursor: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.cursor <= len(self.steps):
            raise ValueError(f"cursor is {self.cursor}, expected 0 to {len(self.steps)}")

    @property
    def can_undo(self) -> bool:
        return self.cursor > 0

    @property
    def can_redo(self) -> bool:
        return self.cursor < len(self.steps)

    @property
    def done(self) -> tuple[Step, ...]:
        return self.steps[: self.cursor]

    def add(self, step: Step) -> "EditLog":
        """The log after one more step."""
        steps = (*self.done, step)[-STEPS_MAX:]
        return EditLog(steps, len(steps))

    def undo(self, working: Working) -> tuple["EditLog", Working]:
        """The last step taken back; nothing changes where there is none."""
        if not self.can_undo:
            return self, working
        step = self.steps[self.cursor - 1]
        return EditLog(self.steps, self.cursor - 1), working.with_days(step.before)

    def redo(self, working: Working) -> tuple["EditLog", Working]:
        """The step last undone done again; nothing changes where there is none."""
        if not self.can_redo:
            return self, working
        step = self.steps[self.cursor]
        return EditLog(self.steps, self.cursor + 1), working.with_days(step.after)
