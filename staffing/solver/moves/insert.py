# ruff: noqa: NPY002 (inside kernels these are the random numbers of the thread, seeded by `anneal`)
"""Taking out and putting back agent-days and agent-weeks, with exact cost."""

from __future__ import annotations

import numpy as np

from staffing.domain.arrays import FloatArray, IntArray
from staffing.kernels import compiled
from staffing.solver.moves.state import AWAY, State, count_day, settle_tubes, week_price, write_day
from staffing.solver.moves.worth import slot_worth
from staffing.solver.oracle.breaks import IMPOSSIBLE, place_breaks
from staffing.solver.oracle.linked import fair_excess
from staffing.solver.tables import Tables


@compiled(inner=True)
def take_out(tb: Tables, st: State, agent: int, day: int) -> float:
    """Make `day` a day off; the change of cost without wages and wishes (see `week_price`)."""
    option = st.choice[agent, day]
    delta = count_day(tb, st, agent, option, -1)
    for t in range(tb.start[option], tb.end[option]):
        st.queue[agent, t] = AWAY
    st.choice[agent, day] = -1
    return delta + settle_tubes(tb, st)


@compiled(inner=True, _nrt=False)
def rest_window(tb: Tables, st: State, agent: int, day: int) -> tuple[int, int]:
    """Earliest start and latest end of a shift on `day` that leave rest to the shifts before and after."""
    last_end, next_start = tb.last_end[agent], 1 << 40
    for d in range(day - 1, -1, -1):
        if st.choice[agent, d] >= 0:
            last_end = tb.end[st.choice[agent, d]]
            break
    for d in range(day + 1, tb.days):
        if st.choice[agent, d] >= 0:
            next_start = tb.start[st.choice[agent, d]]
            break
    return last_end + tb.rest, next_start - tb.rest


@compiled(inner=True, _nrt=False)
def meets_band(tb: Tables, option: int, first: int, last: int) -> bool:
    """Whether some band of starts `first` to `last` holds the option."""
    return bool(tb.band_first[option] <= last and tb.band_last[option] >= first)


@compiled(inner=True)
def insert_best(
    tb: Tables,
    st: State,
    agent: int,
    day: int,
    only: int,
    heat: float,
    any_minutes: bool,
    worth: FloatArray,
    queues: IntArray,
    slopes: FloatArray,
    work: FloatArray,
    pause: FloatArray,
    chain: FloatArray,
    back: IntArray,
    places: IntArray,
) -> tuple[bool, float]:
    """Put the best shift of a free agent-day into the roster, given everybody else.

    Parameters
    ----------
    only
        The one option to be considered, or -1 for all.
    heat
        Spread of the noise that the choice is made under, in cost; 0 for the best.
    any_minutes
        Leave the week's minutes to the caller.

    Returns
    -------
    found, change of cost without wages and wishes.
    """
    row = agent * tb.days + day
    first, last = tb.first[row], tb.first[row + 1]
    if only >= 0:
        first, last = only, only + 1
    if first >= last:
        return False, 0.0
    earliest, latest = rest_window(tb, st, agent, day)
    week = day // 7
    minutes, band_from, band_to = 0, 0, tb.bands[agent] - 1
    for d in range(7 * week, min(7 * week + 7, tb.days)):
        o = st.choice[agent, d]
        if o >= 0:
            minutes += tb.paid[o]
            band_from, band_to = max(band_from, tb.band_first[o]), min(band_to, tb.band_last[o])
    low, high, top = tb.low[agent, week], tb.high[agent, week], tb.top[agent, week]
    t0, t1 = 1 << 40, 0
    for o in range(first, last):
        if tb.start[o] >= earliest and tb.end[o] <= latest and meets_band(tb, o, band_from, band_to):
            t0, t1 = min(t0, tb.start[o]), max(t1, tb.end[o])
    if t1 == 0:
        return False, 0.0
    group = tb.group[agent]
    slot_worth(tb, st, group, t0, t1, worth, queues, slopes)
    # running sums over the window; settled slots are worth nothing and take no break
    work[t0] = 0.0
    pause[t0] = 0.0
    pinned = tb.has_pin[agent]
    for t in range(t0, t1):
        gain = worth[t]
        loss = gain if heat <= 0.0 else gain + heat * 0.15 * np.random.standard_normal()
        if pinned:
            code = tb.pin[agent, t]
            if code == -3:
                gain, loss = -1e7, -1e7
            elif code != -1:
                gain, loss = 0.0, 1e7
        work[t + 1] = work[t] + gain
        pause[t + 1] = pause[t] + loss
    best, chosen = 1e5, -1
    best = IMPOSSIBLE
    for o in range(first, last):
        if tb.start[o] < earliest or tb.end[o] > latest or not meets_band(tb, o, band_from, band_to):
            continue
        total = minutes + tb.paid[o]
        if not any_minutes and (total < low or total > top):
            continue
        p = tb.pattern[o]
        rows, count = tb.pat_first[p], tb.pat_first[p + 1] - tb.pat_first[p]
        loss = place_breaks(
            tb.start[o], rows, count, tb.brk_lo, tb.brk_hi, tb.brk_len, tb.brk_gap, pause, chain, back, places
        )
        if loss >= IMPOSSIBLE:
            continue
        value = tb.price[o] + loss - (work[tb.end[o]] - work[tb.start[o]])
        value += max(0, total - high) * tb.extra_per_min[agent]
        if heat > 0.0:
            value -= heat * np.log(-1.0 / np.log(np.random.random()))
        if value < best:
            best, chosen = value, o
    if chosen < 0:
        return False, 0.0
    p = tb.pattern[chosen]
    rows, count = tb.pat_first[p], tb.pat_first[p + 1] - tb.pat_first[p]
    place_breaks(
        tb.start[chosen], rows, count, tb.brk_lo, tb.brk_hi, tb.brk_len, tb.brk_gap,
        pause, chain, back, st.breaks[agent, day],
    )  # fmt: skip
    st.choice[agent, day] = chosen
    slot_worth(tb, st, group, tb.start[chosen], tb.end[chosen], worth, queues, slopes)
    write_day(tb, st, agent, chosen, day, queues)
    return True, count_day(tb, st, agent, chosen, 1) + settle_tubes(tb, st)


@compiled(inner=True)
def insert_week(tb: Tables, st: State, agent: int, choice: IntArray, breaks: IntArray, first: int, last: int,
                worth: FloatArray, queues: IntArray, slopes: FloatArray) -> float:  # fmt: skip
    """Put given shifts with given breaks on the free days [first, last); the queues that are worth most are served."""
    delta = 0.0
    for d in range(first, last):
        option = choice[d - first]
        if option < 0:
            continue
        slot_worth(tb, st, tb.group[agent], tb.start[option], tb.end[option], worth, queues, slopes)
        st.choice[agent, d] = option
        st.breaks[agent, d] = breaks[d - first]
        write_day(tb, st, agent, option, d, queues)
        delta += count_day(tb, st, agent, option, 1) + settle_tubes(tb, st)
    return delta


@compiled(inner=True, _nrt=False)
def prices_of(tb: Tables, st: State, agent: int) -> float:
    """Wages, overtime, wishes and fair shares of all weeks of an agent."""
    total = 0.0
    for w in range(tb.weeks):
        total += week_price(tb, st, agent, w)
    return total + fair_excess(tb, agent, st.choice[agent]) if tb.long.fair > 0.0 else total
