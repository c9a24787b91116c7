"""The cheapest legal places of a shift's breaks, exact, by a walk over the breaks in order.

A break costs the value of the work it interrupts. The place of a break depends on the ones before only through the
end of the last, so the cheapest chain is found with one running minimum per break: O(breaks x window).
"""

from __future__ import annotations

from staffing.domain.arrays import FloatArray, IntArray
from staffing.kernels import compiled
from staffing.solver.tables import PIN_BREAK, PIN_FREE, Tables

BIG = 1e7
"""Price of what must not be: a break over settled work, work over a locked break."""
IMPOSSIBLE = 1e6
"""A cost above this means that no legal place exists."""


@compiled
def prefix_sums(tb: Tables, agent: int, value: FloatArray, work: FloatArray, pause: FloatArray) -> None:
    """Running sums of what working (`work`) and what a break (`pause`) in each slot is worth losing.

    `value` (reach,) is what a slot of free work is worth to the agent's group; settled slots differ.
    """
    reach = len(value)
    work[0] = 0.0
    pause[0] = 0.0
    if not tb.has_pin[agent]:
        for t in range(reach):
            work[t + 1] = work[t] + value[t]
            pause[t + 1] = work[t + 1]
        return
    for t in range(reach):
        code = tb.pin[agent, t]
        gain, loss = value[t], value[t]
        if code == PIN_BREAK:
            gain, loss = -BIG, -BIG
        elif code != PIN_FREE:  # the worth of settled work does not depend on the choice and is counted apart
            gain, loss = 0.0, BIG
        work[t + 1] = work[t] + gain
        pause[t + 1] = pause[t] + loss


@compiled(inner=True, _nrt=False)
def place_breaks(
    start: int,
    first: int,
    count: int,
    brk_lo: IntArray,
    brk_hi: IntArray,
    brk_len: IntArray,
    brk_gap: IntArray,
    pause: FloatArray,
    chain: FloatArray,
    back: IntArray,
    places: IntArray,
) -> float:
    """Cost of the best breaks of a shift (value of the slots lost); their starts go to `places`.

    The shift starts at slot `start`; its `count` breaks are rows from `first` on of the arrays ``brk_*``.

    `chain` (breaks, window) and `back` are room to work in. Returns at least `IMPOSSIBLE` when none fit.
    """
    if count == 0:
        return 0.0
    for j in range(count):
        row = first + j
        low, high, length = brk_lo[row], brk_hi[row], brk_len[row]
        if high < low:
            return BIG
        best, where, seen = 0.0, -1, 0
        if j > 0:
            best = 4.0 * BIG
            earlier, gap = brk_lo[row - 1], brk_len[row - 1] + brk_gap[row]
            seen = earlier
        for x in range(low, high + 1):
            if j > 0:
                while seen <= brk_hi[row - 1] and seen + gap <= x:
                    if chain[j - 1, seen - earlier] < best:
                        best, where = chain[j - 1, seen - earlier], seen
                    seen += 1
            at = start + x
            chain[j, x - low] = best + pause[at + length] - pause[at]
            back[j, x - low] = where
    row = first + count - 1
    best, where = 4.0 * BIG, brk_lo[row]
    for x in range(brk_lo[row], brk_hi[row] + 1):
        if chain[count - 1, x - brk_lo[row]] < best:
            best, where = chain[count - 1, x - brk_lo[row]], x
    for j in range(count - 1, -1, -1):
        places[j] = start + where
        where = back[j, where - brk_lo[first + j]]
        if where < 0:
            where = brk_lo[first]  # never read on: the first break has no one before
    return best
