"""Progress of long work as lines on standard error."""

import time
from collections.abc import Callable

from staffing.cli.common import say
from staffing.domain.result import SolveEvent
from staffing.i18n import text


class SolveProgress:
    """Prints a line when the phase changes, the gap moves, or five seconds have passed.

    Called with each event of the solver; never prints a gap that does not exist.
    """

    def __init__(self, every_s: float = 5.0) -> None:
        self.every_s = every_s
        self._phase = ""
        self._printed_s = float("-inf")

    def __call__(self, event: SolveEvent) -> None:
        if event.phase == self._phase and event.seconds - self._printed_s < self.every_s:
            return
        self._phase, self._printed_s = event.phase, event.seconds
        parts = [f"{event.seconds:6.1f} s", f"{event.phase:<12}"]
        if event.objective is not None:
            parts.append(f"cost {event.objective:>12,.0f}")
        if event.bound is not None:
            parts.append(f"bound {event.bound:>12,.0f}")
        if event.objective and event.bound is not None:
            parts.append(f"gap {max(0.0, 1 - event.bound / event.objective):6.2%}")
        say("  ".join(parts))


def counter(key: str, lang: str, every_s: float = 5.0) -> Callable[[int, int], None]:
    """Prints (done, in all) by the text of `key` at most every few seconds, and never for what is done at once."""
    last_s = time.monotonic()

    def tell(done: int, total: int) -> None:
        nonlocal last_s
        if time.monotonic() - last_s >= every_s:
            last_s = time.monotonic()
            say(text(key, lang, done=done, total=total))

    return tell
