"""Whether the reproducible mode repeats itself, and how soon a search obeys a stop."""

from __future__ import annotations

import time

import numpy as np

from staffing.domain.problem import RosterProblem
from staffing.domain.roster import Roster


def same_rosters(problem: RosterProblem, runs: int, limit_s: float, workers: int) -> int:
    """How many of `runs` reproducible searches give the first one's roster."""
    from staffing.solver import solve_roster

    first: Roster | None = None
    alike = 0
    for _ in range(runs):
        roster = solve_roster(problem, time_limit_s=limit_s, seed=1, workers=workers, reproducible=True).roster
        if roster is None:
            continue
        first = first or roster
        alike += all(
            np.array_equal(getattr(first, name), getattr(roster, name))
            for name in ("agent", "day", "start", "end", "activity", "queue")
        )
    return alike


def stop_delay(problem: RosterProblem, limit_s: float, workers: int) -> float:
    """Largest of the seconds from a stop to the roster, asked for at a tenth, four and seven tenths of the limit."""
    from staffing.solver import solve_roster

    worst = 0.0
    for share in (0.1, 0.4, 0.7):
        asked: list[float] = []
        begun = time.perf_counter()

        def stop(begun: float = begun, share: float = share, asked: list[float] = asked) -> bool:
            now = time.perf_counter()
            if now - begun >= share * limit_s and not asked:
                asked.append(now)
            return bool(asked)

        solve_roster(problem, time_limit_s=limit_s, workers=workers, should_stop=stop)
        if asked:
            worst = max(worst, time.perf_counter() - asked[0])
    return worst
