"""Shift and break types."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BreakType:
    """A break or meal inside a shift, or the long pause between the two parts of a split shift.

    It starts between `earliest_min` and `latest_min` after the shift's start, is given only in
    shifts of at least `min_shift_min`, and leaves at least `spacing_min` to the break before it,
    to the start and to the end of the shift.
    """

    id: str
    minutes: int
    paid: bool
    earliest_min: int
    latest_min: int
    spacing_min: int = 0
    min_shift_min: int = 0
    kind: str = "break"

    def __post_init__(self) -> None:
        if self.minutes <= 0:
            raise ValueError(f"break {self.id}: minutes is {self.minutes}, expected more than 0")
        if not 0 <= self.earliest_min <= self.latest_min:
            raise ValueError(f"break {self.id}: window {self.earliest_min}..{self.latest_min} min is empty")
        if self.kind not in ("break", "meal", "split"):
            raise ValueError(f"break {self.id}: kind is {self.kind!r}, expected break, meal or split")


@dataclass(frozen=True, slots=True)
class ShiftType:
    """A family of shifts: a start window and step (minutes of the day), total lengths, breaks in order.

    A length is the span from start to end, unpaid breaks included. `weekdays` limits the days
    (Monday 0) on which the shift may start.
    """

    id: str
    start_earliest_min: int
    start_latest_min: int
    start_step_min: int
    lengths_min: tuple[int, ...]
    breaks: tuple[str, ...] = ()
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)

    def __post_init__(self) -> None:
        if not 0 <= self.start_earliest_min <= self.start_latest_min < 1440:
            raise ValueError(f"shift {self.id}: start window is empty or outside the day")
        if self.start_step_min <= 0 or not self.lengths_min or min(self.lengths_min) <= 0:
            raise ValueError(f"shift {self.id}: start_step_min and lengths_min must be more than 0")
        if max(self.lengths_min) > 1440:
            raise ValueError(f"shift {self.id}: longer than a day")

    @property
    def starts_min(self) -> tuple[int, ...]:
        return tuple(range(self.start_earliest_min, self.start_latest_min + 1, self.start_step_min))

    def fits(self, minute: int, weekday: int, length_min: int) -> bool:
        """Whether a shift that starts at `minute` of a `weekday` and lasts `length_min` is one of this type."""
        return minute in self.starts_min and weekday in self.weekdays and length_min in self.lengths_min

    def breaks_for(self, length_min: int, types: dict[str, BreakType]) -> tuple[BreakType, ...]:
        """Breaks that a shift of this length gets, in order."""
        return tuple(types[b] for b in self.breaks if length_min >= types[b].min_shift_min)

    def paid_min(self, length_min: int, types: dict[str, BreakType]) -> int:
        """Paid minutes of a shift of this length."""
        return length_min - sum(b.minutes for b in self.breaks_for(length_min, types) if not b.paid)
