"""Time, stop requests and events of one search."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from staffing.domain.result import SolveEvent

PROVEN_SHARE = 1e-5
"""A roster within this share of the bound is called optimal: integers of the exact model are rounded."""


@dataclass(eq=False)
class Clock:
    """Knows when to stop and tells listeners how far the search is.

    In `reproducible` mode no phase may ask for the time: `left_s` is infinite and only requests stop the search.
    """

    limit_s: float
    reproducible: bool
    on_event: Callable[[SolveEvent], None] | None = None
    should_stop: Callable[[], bool] | None = None
    events: list[SolveEvent] = field(default_factory=list)
    objective: float | None = None
    bound: float | None = None
    phase: str = "start"

    def __post_init__(self) -> None:
        self._begun = time.monotonic()
        self._told = -1.0
        self._stopped = False

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Time that does not count."""
        begun = time.monotonic()
        yield
        self._begun += time.monotonic() - begun

    @property
    def elapsed_s(self) -> float:
        return time.monotonic() - self._begun

    @property
    def left_s(self) -> float:
        """Seconds left of the limit."""
        return float("inf") if self.reproducible else self.limit_s - self.elapsed_s

    @property
    def stopped(self) -> bool:
        """Whether somebody asked to stop; stays true."""
        if not self._stopped and self.should_stop is not None and self.should_stop():
            self._stopped = True
        return self._stopped

    @property
    def closed(self) -> bool:
        """Whether the roster's cost has met the bound."""
        if self.objective is None or self.bound is None:
            return False
        return self.objective - self.bound <= PROVEN_SHARE * max(1.0, abs(self.objective))

    def before(self, share: float) -> bool:
        """Whether the search may and need go on within the first `share` of its time."""
        if self.stopped or self.closed:
            return False
        return self.reproducible or self.elapsed_s < share * self.limit_s

    def enter(self, phase: str) -> None:
        """Begin a phase."""
        self.phase = phase
        self.tell(force=True)

    def found(self, *, objective: float | None = None, bound: float | None = None) -> None:
        """Report a cost or a bound; events are told when either improves, at most four a second."""
        better = objective is not None and (self.objective is None or objective < self.objective - 1e-9)
        if better:
            self.objective = objective
        higher = bound is not None and (self.bound is None or bound > self.bound + 1e-9)
        if higher:
            self.bound = bound
        if better or higher:
            self.tell()

    def tell(self, force: bool = False) -> None:
        """Send an event now."""
        now = self.elapsed_s
        if not force and now - self._told < 0.25:
            return
        self._told = now
        event = SolveEvent(round(now, 3), self.phase, self.objective, self.bound)
        self.events.append(event)
        if self.on_event is not None:
            self.on_event(event)
