"""Whether one person's shifts keep every tour rule; exact, for all days of the horizon."""

from __future__ import annotations

from staffing.domain.arrays import IntArray
from staffing.kernels import compiled
from staffing.solver.oracle.linked import keeps_links
from staffing.solver.tables import Tables


@compiled(_nrt=False)
def legal_weeks(tb: Tables, agent: int, choice: IntArray) -> bool:
    """Whether options `choice` (days,) of `agent` are legal together: forced days, rest, runs, weeks, bands."""
    last_end, run = tb.last_end[agent], tb.run_before[agent]
    for d in range(tb.days):
        option = choice[d]
        if option < 0:
            if tb.forced[agent, d]:
                return False
            run = 0
            continue
        if tb.start[option] - last_end < tb.rest:
            return False
        last_end = tb.end[option]
        run += 1
        if run > tb.max_run:
            return False
    for w in range(tb.weeks):
        first, last = 7 * w, min(7 * w + 7, tb.days)
        shifts, minutes, weekends = 0, 0, 0
        low, high = 0, tb.bands[agent] - 1  # bands that hold all starts so far
        for d in range(first, last):
            if choice[d] >= 0:
                low, high = max(low, tb.band_first[choice[d]]), min(high, tb.band_last[choice[d]])
                shifts += 1
                minutes += tb.paid[choice[d]]
                weekends += tb.is_weekend[d]
        if shifts < tb.days_min[agent, w] or shifts > tb.days_max[agent, w] or weekends > tb.weekend_max:
            return False
        if low > high:
            return False
        if minutes < tb.low[agent, w] or minutes > tb.top[agent, w]:
            return False
        if tb.whole[w] and tb.detailed[agent, w] and not weekly_rest_held(tb, agent, choice, first, last):
            return False
    return not tb.long.binding or keeps_links(tb, agent, choice)


@compiled(inner=True, _nrt=False)
def weekly_rest_held(tb: Tables, agent: int, choice: IntArray, first: int, last: int) -> bool:
    """Whether the days [first, last) of a whole week hold one long block without a shift."""
    begin, finish = tb.day_start[first], tb.day_start[last]
    free_from = max(begin, tb.last_end[agent])
    for d in range(first):
        if choice[d] >= 0:
            free_from = max(free_from, tb.end[choice[d]])
    for d in range(first, last):
        if choice[d] >= 0:
            if tb.start[choice[d]] - free_from >= tb.weekly_rest:
                return True
            free_from = max(free_from, tb.end[choice[d]])
    return bool(finish - free_from >= tb.weekly_rest)
