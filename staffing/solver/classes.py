"""End classes: the ends of a day's shifts that the rest rules can tell apart."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from staffing.domain.arrays import IntArray
from staffing.domain.problem import RosterProblem


@dataclass(frozen=True, eq=False)
class EndClasses:
    """`number` and `limit` per option (classes of the day before that leave enough rest), `last_end` per class.

    `alike` numbers the options, those that a search over weeks need not tell apart alike; in order of `limit`.
    """

    number: IntArray
    limit: IntArray
    alike: IntArray
    last_end: IntArray


def end_classes(
    start: IntArray,
    end: IntArray,
    paid: IntArray,
    next_start: IntArray | None,
    rest: int,
    detailed: bool,
    before: EndClasses | None,
) -> EndClasses:
    """Classes of one agent-day; `detailed` keeps every distinct end apart."""
    ends = np.unique(end)
    if not detailed and len(ends):
        starts = np.unique(next_start) if next_start is not None else np.zeros(0, dtype=np.int64)
        # Two ends are alike when the same starts of the next day are far enough from both.
        allowed_from = np.searchsorted(starts, ends + rest, side="left")
        last_of_class = np.append(allowed_from[1:] != allowed_from[:-1], True)
        ends = ends[last_of_class]
    number = np.searchsorted(ends, end, side="left").astype(np.int64)
    if before is None:
        limit = np.zeros(len(start), dtype=np.int64)
    else:
        limit = np.searchsorted(before.last_end, start - rest, side="right").astype(np.int64)
    if detailed:
        alike = np.arange(len(start), dtype=np.int64)
    else:
        rows = np.stack([limit, number, paid], axis=1)
        alike = np.unique(rows, axis=0, return_inverse=True)[1].ravel().astype(np.int64)
    return EndClasses(number, limit, alike, ends.astype(np.int64))


def rest_is_free(week: list[EndClasses]) -> bool:
    """Whether no shift of any day of a week keeps another of it away."""
    return all(
        len(before.last_end) <= 1 and bool((after.limit == len(before.last_end)).all())
        for before, after in pairwise(week)
    )


def weekly_rest_can_bind(
    problem: RosterProblem,
    agent: int,
    week: int,
    starts: list[IntArray],
    ends: list[IntArray],
    rest: int,
    weekly_rest: int,
) -> bool:
    """Whether some choice of options with a day off could break `rest` over that day or the weekly rest.

    Where it cannot, the search over weeks needs to look at neighbouring days only.
    """
    bounds = problem.grid.day_start[7 * week : 7 * week + len(starts) + 1]
    first = [int(day.min()) if len(day) else int(bounds[d + 1]) for d, day in enumerate(starts)]
    last = [int(day.max()) if len(day) else int(bounds[d]) for d, day in enumerate(ends)]
    carried = int(problem.last_end[agent]) if week == 0 else int(bounds[0]) + _overhang(problem)
    for day in range(len(starts)):
        latest = carried if day == 0 else max([carried, *last[:day]])
        after = first[day + 1] if day + 1 < len(first) else int(bounds[-1])
        if day + 1 < len(first) and after - latest < rest:
            return True
        if len(starts) == 7 and after - max(latest, int(bounds[0])) < weekly_rest:
            return True
    worked_all = problem.week_limits(agent, week)[3] >= len(starts)
    return len(starts) == 7 and worked_all and weekly_rest > 0


def _overhang(problem: RosterProblem) -> int:
    """Slots by which a shift begun on one day can reach into the next."""
    late = [s.start_latest_min + length - 1440 for s in problem.shifts for length in s.lengths_min]
    return max(0, -(-max(late, default=0) // problem.grid.step_min))
