"""Rules that link days and weeks: the best week under them, whether whole rosters keep them, and what fairness adds.

`best_week` knows nothing of forbidden successions, night shifts, periods and their weekends. Its answer is taken when
it keeps them. Else some day of those that break a rule together must change, so the search branches on them: one
branch for each of the days, on which what it did (the type, a night, a day of a weekend) is not allowed. The cheapest
open branch goes first, so the first answer that keeps the rules is the best one.
"""

from __future__ import annotations

import numpy as np

from staffing.domain.arrays import FloatArray, IntArray
from staffing.kernels import compiled
from staffing.solver.oracle.breaks import BIG
from staffing.solver.oracle.week import best_week
from staffing.solver.oracle.week_ends import NEVER
from staffing.solver.tables import FIRST_TYPE, NIGHT, UNLIMITED, WEEKEND, Tables

NODES = 64
"""Most branches of one search; beyond, the open ones are followed without new ones, and what is told stays a bound."""


@compiled
def linked_week(
    tb: Tables,
    agent: int,
    week: int,
    cost: FloatArray,
    last_end: int,
    run_before: int,
    row: IntArray,
    share: bool,
    table: FloatArray,
    back: IntArray,
    choice: IntArray,
) -> float:
    """Like `best_week`, with the rules that link days and weeks; at most the cost of the best week that keeps them.

    Parameters
    ----------
    cost : (options of the agent,)
        As for `best_week`; changed while at work and then as it was.
    row : (days,)
        Options of the other weeks of the agent, -1 for none; days of the week itself are not read.
    share
        Spread what a period allows over its weeks, as far as that leaves a week: for building weeks in sequence. The
        limits of the agent's week in `tb` are changed meanwhile: nobody else may look at that agent.
    """
    if tb.long.binding == 0 and tb.long.fair <= 0.0:
        return best_week(tb, agent, week, cost, last_end, run_before, table, back, choice)
    first, last = 7 * week, min(7 * week + 7, tb.days)
    base = tb.first[agent * tb.days]
    o0, o1 = tb.first[agent * tb.days + first], tb.first[agent * tb.days + last]
    plain = cost[o0 - base : o1 - base].copy()
    _add_fairness(tb, agent, first, last, row, cost, o0, o1, base)
    if not share:
        found = _branch(tb, agent, week, cost, last_end, run_before, row, False, False, table, back, choice)
    else:
        low, top = tb.low[agent, week], tb.top[agent, week]
        found = NEVER
        for attempt in range(4):
            least, most = minutes_left(tb, agent, week, row, attempt < 2)
            tb.low[agent, week], tb.top[agent, week] = max(low, least), min(top, most)
            if tb.low[agent, week] <= tb.top[agent, week]:
                even = attempt % 2 == 0
                found = _branch(tb, agent, week, cost, last_end, run_before, row, True, even, table, back, choice)
            tb.low[agent, week], tb.top[agent, week] = low, top
            if found < NEVER:
                break
    cost[o0 - base : o1 - base] = plain
    return found


@compiled(inner=True)
def _branch(
    tb: Tables,
    agent: int,
    week: int,
    cost: FloatArray,
    last_end: int,
    run_before: int,
    row: IntArray,
    building: bool,
    even: bool,
    table: FloatArray,
    back: IntArray,
    choice: IntArray,
) -> float:
    first, last = 7 * week, min(7 * week + 7, tb.days)
    days = last - first
    base = tb.first[agent * tb.days]
    o0, o1 = tb.first[agent * tb.days + first], tb.first[agent * tb.days + last]
    free = cost[o0 - base : o1 - base].copy()
    masks, value = np.zeros((NODES, 7), dtype=np.int64), np.full(NODES, NEVER)
    kept, limit = np.zeros((NODES, 7), dtype=np.int64), NODES if building else NODES // 2
    picks = np.full((NODES, 7), -1, dtype=np.int64)
    nights, weekends = rooms_left(tb, agent, week, row, even)
    outside_bans(tb, agent, week, row, nights, weekends, masks[0])
    trial = row.copy()
    at, bits = np.empty(8, dtype=np.int64), np.empty(8, dtype=np.int64)
    nodes, node, told = 1, 0, -NEVER
    first_new, last_new = 0, 1
    while True:
        # price what each new branch forbids out of the market, and find its best week
        for n in range(first_new, last_new):
            for d in range(days):
                cell = agent * tb.days + first + d
                for o in range(tb.first[cell], tb.first[cell + 1]):
                    banned = tb.long.mark[o] & masks[n, d]
                    cost[o - base] = BIG if banned else free[o - o0]
            value[n] = best_week(tb, agent, week, cost, last_end, run_before, table, back, picks[n])
        node = int(np.argmin(value[:nodes]))
        trial_value = value[node]
        if trial_value >= NEVER:
            break
        trial[first:last] = picks[node, :days]
        found = conflict(tb, agent, week, trial, row, nights, weekends, at, bits)
        if found == 0:
            break
        # A day changed in one branch stays as it is in the branches after it, so that no two end in the same week.
        left = 0
        for i in range(found):
            if not kept[node, at[i]] & bits[i]:
                at[left], bits[left] = at[i], bits[i]
                left += 1
        value[node] = NEVER
        first_new, last_new = nodes, nodes + left
        if left > 0 and nodes + left > limit:
            # no room for all: this branch alone goes on, with one day changed, and its cost so far is what is told
            told = trial_value if told == -NEVER else told
            masks[node, at[left - 1]] |= bits[left - 1]
            first_new, last_new = node, node + 1
            continue
        for i in range(left):
            masks[nodes + i], kept[nodes + i] = masks[node], kept[node]
            masks[nodes + i, at[i]] |= bits[i]
            for before in range(i):
                kept[nodes + i, at[before]] |= bits[before]
        nodes += left
    cost[o0 - base : o1 - base] = free
    choice[:days] = picks[node, :days]
    if value[node] >= NEVER:
        choice[:days] = -1
        # With branches left out nobody knows that there is no week: a price of the relaxation must not say so.
        return told if told > -NEVER and not building else NEVER
    return value[node] if told == -NEVER else told


@compiled(inner=True)
def _add_fairness(
    tb: Tables, agent: int, first: int, last: int, row: IntArray, cost: FloatArray, o0: int, o1: int, base: int
) -> None:
    """Each duty of other weeks makes those of this week dearer."""
    if tb.long.fair <= 0.0:
        return
    had = np.zeros(3, dtype=np.int64)
    for d in range(tb.days):
        if row[d] >= 0 and not first <= d < last:
            for kind in range(3):
                had[kind] += tb.long.duty[row[d]] >> kind & 1
    if had.sum() == 0:
        return
    for o in range(o0, o1):
        for kind in range(3):
            if tb.long.duty[o] >> kind & 1:
                cost[o - base] += tb.long.fair * had[kind]


@compiled(inner=True)
def rooms_left(tb: Tables, agent: int, week: int, row: IntArray, even: bool) -> tuple[IntArray, IntArray]:
    """Night shifts and further weekends that each period leaves to the week, what other weeks use taken off.

    With `even` no week takes more than its part so far; whose part comes first differs from person to person.
    """
    first, last = 7 * week, min(7 * week + 7, tb.days)
    periods = tb.long.low.shape[1]
    nights, weekends = tb.long.nights_left[agent].copy(), tb.long.weekends_left[agent].copy()
    for p in range(periods):
        used_night, used_weekend, before_night, before_weekend, seen = 0, 0, 0, 0, -1
        weeks, number = 0, 0
        for d in range(tb.days):
            if tb.long.period_of[d] != p:
                continue
            if d % 7 == 0 or d == 0:
                weeks += 1
                number += 1 if d <= first else 0
            if first <= d < last or row[d] < 0:
                continue
            if tb.long.mark[row[d]] & NIGHT:
                used_night += 1
                before_night += 1 if d < first else 0
            own = tb.long.weekend_of[d]
            if own >= 0 and own != seen and not (own == 0 and tb.long.weekend_open[agent]):
                seen = own
                used_weekend += 1
                before_weekend += 1 if d < first else 0
        if even and weeks > 0:
            phase = (agent * 0.618034) % 1.0
            if nights[p] < UNLIMITED:
                part = min(nights[p], int(nights[p] * number / weeks + phase))
                used_night = max(used_night, nights[p] - part + before_night)
            if weekends[p] < UNLIMITED:
                part = min(weekends[p], int(weekends[p] * number / weeks + phase))
                used_weekend = max(used_weekend, weekends[p] - part + before_weekend)
        nights[p] -= used_night
        weekends[p] -= used_weekend
    return nights, weekends


@compiled(inner=True)
def minutes_left(tb: Tables, agent: int, week: int, row: IntArray, even: bool) -> tuple[int, int]:
    """Least and most minutes of the week that keep the limits of its period within reach, earlier weeks given.

    With `even` what is left of a period is shared by the weeks to come in proportion to their maxima; else all that the
    later weeks can take or must have is left to them. A week belongs to the period of its first day.
    """
    p = tb.long.period_of[7 * week]
    done, later_low, later_top, mine = 0, 0, 0, tb.high[agent, week]
    ahead = mine
    for w in range(tb.weeks):
        if tb.long.period_of[7 * w] != p or w == week:
            continue
        if w < week:
            for d in range(7 * w, min(7 * w + 7, tb.days)):
                if row[d] >= 0:
                    done += tb.paid[row[d]]
        else:
            later_low += tb.low[agent, w]
            later_top += tb.top[agent, w]
            ahead += tb.high[agent, w]
    low, high = tb.long.low[agent, p] - done, tb.long.high[agent, p]
    if even and ahead > 0:
        least = max(0, low) * mine // ahead
        most = UNLIMITED if high >= UNLIMITED else (high - done) * mine // ahead
        return least, max(most, tb.low[agent, week])
    return max(0, low - later_top), UNLIMITED if high >= UNLIMITED else high - done - later_low


@compiled(inner=True)
def outside_bans(
    tb: Tables, agent: int, week: int, row: IntArray, nights: IntArray, weekends: IntArray, masks: IntArray
) -> None:
    """What the days around the week and used-up periods forbid on each of its days: bits of marks go to `masks`."""
    first, last = 7 * week, min(7 * week + 7, tb.days)
    if first > 0 and row[first - 1] >= 0:
        masks[0] |= tb.long.bans[row[first - 1]]
    if last < tb.days and row[last] >= 0:
        for i in range(len(tb.long.type_bans)):
            if tb.long.type_bans[i] & tb.long.mark[row[last]]:
                masks[last - first - 1] |= FIRST_TYPE << i
    for d in range(first, last):
        p = tb.long.period_of[d]
        if nights[p] <= 0 or tb.long.nights_week <= 0:
            masks[d - first] |= NIGHT
        if weekends[p] <= 0 and tb.long.weekend_of[d] >= 0 and not weekend_taken(tb, agent, d, first, last, row):
            masks[d - first] |= WEEKEND


@compiled(inner=True)
def weekend_taken(tb: Tables, agent: int, day: int, first: int, last: int, row: IntArray) -> bool:
    """Whether the weekend of `day` is worked already outside the days [first, last), in the same period."""
    if tb.long.weekend_of[day] == 0 and tb.long.weekend_open[agent]:
        return True
    for other in (day - 1, day + 1):
        if 0 <= other < tb.days and not first <= other < last and row[other] >= 0:
            same = tb.long.weekend_of[other] == tb.long.weekend_of[day]
            if same and tb.long.period_of[other] == tb.long.period_of[day]:
                return True
    return False


@compiled(inner=True)
def conflict(
    tb: Tables,
    agent: int,
    week: int,
    trial: IntArray,
    row: IntArray,
    nights: IntArray,
    weekends: IntArray,
    at: IntArray,
    bits: IntArray,
) -> int:
    """Days of the week (`at`, from its first) one of which must change what `bits` say; their number, 0: all kept."""
    first, last = 7 * week, min(7 * week + 7, tb.days)
    lg = tb.long
    for d in range(max(1, first), last):
        if trial[d] >= 0 and trial[d - 1] >= 0 and lg.bans[trial[d - 1]] & lg.mark[trial[d]]:
            found = 0
            if d - 1 >= first:
                at[found], bits[found] = d - 1 - first, lg.mark[trial[d - 1]] & ~(NIGHT | WEEKEND)
                found += 1
            at[found], bits[found] = d - first, lg.mark[trial[d]] & ~(NIGHT | WEEKEND)
            return found + 1
    for p in range(-1, len(nights)):  # -1: the week as a whole
        found = 0
        for d in range(first, last):
            if (p < 0 or lg.period_of[d] == p) and trial[d] >= 0 and lg.mark[trial[d]] & NIGHT:
                at[found], bits[found] = d - first, NIGHT
                found += 1
        if found > (lg.nights_week if p < 0 else max(0, nights[p])):
            return found
    run = lg.nights_run[agent]
    for d in range(tb.days):
        run = run + 1 if trial[d] >= 0 and lg.mark[trial[d]] & NIGHT else 0
        if run > lg.nights_row and d >= first:
            found = 0
            for e in range(max(first, d - run + 1), min(last, d + 1)):
                at[found], bits[found] = e - first, NIGHT
                found += 1
            if found > 0:
                return found
        if d >= last and run == 0:
            break
    for p in range(len(weekends)):
        found, count, seen = 0, 0, -1
        for d in range(first, last):
            own = lg.weekend_of[d]
            if own < 0 or lg.period_of[d] != p or trial[d] < 0 or weekend_taken(tb, agent, d, first, last, row):
                continue
            count += 1 if own != seen else 0
            seen = own
            at[found], bits[found] = d - first, WEEKEND
            found += 1
        if count > max(0, weekends[p]):
            return found
    return 0


@compiled
def keeps_links(tb: Tables, agent: int, choice: IntArray) -> bool:
    """Whether all days of an agent keep successions, nights, and hours, nights and weekends of periods."""
    lg = tb.long
    nights, weekends, minutes = 0, 0, 0
    run, week_nights, seen = lg.nights_run[agent], 0, -1
    for d in range(tb.days):
        p = lg.period_of[d]
        if d == 0 or p != lg.period_of[d - 1]:
            nights, weekends, minutes, seen = 0, 0, 0, -1
        if d % 7 == 0:
            week_nights = 0
        o = choice[d]
        night = o >= 0 and lg.mark[o] & NIGHT > 0
        run = run + 1 if night else 0
        if o >= 0:
            if d > 0 and choice[d - 1] >= 0 and lg.bans[choice[d - 1]] & lg.mark[o]:
                return False
            minutes += tb.paid[o]
            own = lg.weekend_of[d]
            if own >= 0 and own != seen and not (own == 0 and lg.weekend_open[agent]):
                seen = own
                weekends += 1
        if night:
            nights += 1
            week_nights += 1
            if week_nights > lg.nights_week or run > lg.nights_row or nights > lg.nights_left[agent, p]:
                return False
        if weekends > lg.weekends_left[agent, p] or minutes > lg.high[agent, p]:
            return False
        if (d + 1 == tb.days or lg.period_of[d + 1] != p) and minutes < lg.low[agent, p]:
            return False
    return True


@compiled(inner=True)
def fair_excess(tb: Tables, agent: int, choice: IntArray) -> float:
    """What an agent's duties cost beyond the first price of each, which the prices of options hold."""
    if tb.long.fair <= 0.0:
        return 0.0
    total = 0
    for kind in range(3):
        count = 0
        for d in range(tb.days):
            if choice[d] >= 0:
                count += tb.long.duty[choice[d]] >> kind & 1
        total += count * (count - 1) // 2
    return float(tb.long.fair * total)
