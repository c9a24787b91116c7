"""Progress of searches that run side by side, told as that of one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from staffing.domain.result import SolveEvent
from staffing.solver.clock import Clock


class Board:
    """Each part writes its own line from its own thread; the caller's thread reads them all and tells the sums.

    A part asks `stopped` and never the caller's own function, which need not know of threads.
    """

    def __init__(self, clock: Clock, parts: int) -> None:
        self.clock, self.latest = clock, [SolveEvent(0.0, "", None, None)] * parts
        self.stopped = clock.stopped

    def writer(self, part: int) -> Callable[[SolveEvent], None]:
        """Takes the events of one part."""

        def write(event: SolveEvent) -> None:
            self.latest[part] = event

        return write

    def look(self) -> bool:
        """Tell what has changed and hand on a wish to stop; never ends the parts, which end by themselves."""
        self.stopped = self.stopped or self.clock.stopped
        running = [event.phase for event in self.latest if event.phase not in ("", "done")]
        if running and running[0] != self.clock.phase:
            self.clock.enter(running[0])
        self.clock.found(
            objective=_sum([event.objective for event in self.latest]),
            bound=_sum([event.bound for event in self.latest]),
        )
        return False


def forward(clock: Clock) -> Callable[[SolveEvent], None]:
    """Tells events of a search inside another one as the latter's."""

    def tell(event: SolveEvent) -> None:
        if event.phase != clock.phase and event.phase != "done":
            clock.enter(event.phase)
        clock.found(objective=event.objective, bound=event.bound)

    return tell


def phases(clock: Clock) -> Callable[[SolveEvent], None]:
    """Tells only the phases of a search whose cost is not the whole's."""

    def tell(event: SolveEvent) -> None:
        if event.phase not in (clock.phase, "audit", "done"):
            clock.enter(event.phase)

    return tell


def _sum(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(values) else None
