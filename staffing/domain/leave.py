"""A request for leave and how it stands."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum


class LeaveState(StrEnum):
    """Life of a request; only an approved one is time off of the person."""

    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class LeaveRequest:
    """Whole days from `start` to `end`, both included, that an agent asks to be away.

    `kind` is a kind of absence such as ``leave``; `asked` and `decided` are the days on which it was asked for and
    decided, where known.
    """

    id: str
    agent: str
    start: date
    end: date
    kind: str = "leave"
    state: LeaveState = LeaveState.ASKED
    asked: date | None = None
    decided: date | None = None
    note: str = ""

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError(f"end of request {self.id} is {self.end}, expected {self.start} or later")

    @property
    def days(self) -> tuple[date, ...]:
        """The days asked for.

        >>> [day.day for day in LeaveRequest("r1", "a1", date(2026, 2, 2), date(2026, 2, 4)).days]
        [2, 3, 4]
        """
        return tuple(self.start + timedelta(days=n) for n in range((self.end - self.start).days + 1))

    @property
    def is_open(self) -> bool:
        """Nobody has decided yet."""
        return self.state is LeaveState.ASKED

    def decided_as(self, state: LeaveState, when: date) -> "LeaveRequest":
        """The request with a decision of that day."""
        return replace(self, state=state, decided=when)
