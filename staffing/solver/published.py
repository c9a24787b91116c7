"""Published shifts as options of their own, so that every change has its price in the tables.

A published shift with its very breaks becomes an option whose break windows hold one place each; the same hours with
other breaks, other hours and a day off cost what the change costs. Kernels, bound and models see options and prices
only.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from staffing.domain.arrays import BoolArray, FloatArray
from staffing.domain.problem import RosterProblem
from staffing.domain.published import PublishedShift, change_price, published_shifts
from staffing.solver.moves.state import State, rebuild
from staffing.solver.options import DayOptions, Patterns

if TYPE_CHECKING:
    from staffing.solver.case import Case


@dataclass(frozen=True, eq=False)
class Published:
    """The published shifts, and the patterns of those that are options; from pattern `ordinary` on all are exact."""

    shifts: dict[tuple[int, int], PublishedShift | None]
    exact: dict[tuple[int, int], int]
    ordinary: int


def with_published(
    problem: RosterProblem, by_contract: dict[str, list[DayOptions]], patterns: Patterns
) -> tuple[dict[str, list[DayOptions]], Patterns, Published]:
    """Options and patterns with the published shifts that the contracts allow, breaks included."""
    ordinary = len(patterns.first) - 1
    shifts = published_shifts(problem)
    known: dict[tuple[tuple[int, int, int], ...], int] = {}
    exact: dict[tuple[int, int], int] = {}
    more: dict[tuple[str, int], set[tuple[int, int, int, int]]] = {}
    for (agent, day), shift in shifts.items():
        if shift is None:
            continue
        contract = problem.agents[agent].contract
        option = by_contract[contract][day]
        for row in np.flatnonzero((option.start == shift.start) & (option.end == shift.end)):
            if _fits(patterns, int(option.pattern[row]), shift):
                places = tuple((at - shift.start, length, code) for at, length, code in shift.pauses)
                pattern = ordinary + known.setdefault(places, len(known))
                exact[agent, day] = pattern
                key = (shift.start, shift.end, pattern, int(option.paid_min[row]))
                more.setdefault((contract, day), set()).add(key)
                break
    wider = {
        name: [_with_rows(option, more.get((name, day), set())) for day, option in enumerate(options)]
        for name, options in by_contract.items()
    }
    return wider, _with_patterns(patterns, list(known)), Published(shifts, exact, ordinary)


def _fits(patterns: Patterns, pattern: int, shift: PublishedShift) -> bool:
    """Whether the breaks of the shift are ones of the pattern."""
    rows = range(int(patterns.first[pattern]), int(patterns.first[pattern + 1]))
    free_from = shift.start
    if len(rows) != len(shift.pauses):
        return False
    for row, (at, length, code) in zip(rows, shift.pauses, strict=True):
        window = patterns.lo[row] <= at - shift.start <= patterns.hi[row] and at - free_from >= patterns.gap[row]
        if not window or length != patterns.length[row] or code != patterns.code[row]:
            return False
        free_from = at + length
    return True


def _with_patterns(patterns: Patterns, exact: list[tuple[tuple[int, int, int], ...]]) -> Patterns:
    if not exact:
        return patterns
    rows = [(length, offset, offset, 0, code) for places in exact for offset, length, code in places]
    table = np.array(rows, dtype=np.int64).reshape(-1, 5).T
    old = (patterns.length, patterns.lo, patterns.hi, patterns.gap, patterns.code)
    length, lo, hi, gap, code = (np.concatenate(pair) for pair in zip(old, table, strict=True))
    first = np.concatenate([patterns.first, patterns.first[-1] + np.cumsum([len(places) for places in exact])])
    return replace(patterns, first=first, length=length, lo=lo, hi=hi, gap=gap, code=code)


def _with_rows(option: DayOptions, more: set[tuple[int, int, int, int]]) -> DayOptions:
    """The options and more of them, exact ones before ordinary ones of the same hours."""
    if not more:
        return option
    start, end, pattern, paid = np.array(sorted(more), dtype=np.int64).T
    joined = [
        np.concatenate(pair)
        for pair in (
            (start, option.start),
            (end, option.end),
            (paid, option.paid_min),
            (pattern, option.pattern),
            (np.zeros(len(start)), np.ones(len(option.start))),
        )
    ]
    order = np.lexsort((joined[4], joined[1], joined[0]))
    return DayOptions(*(column[order] for column in joined[:4]))


def allowed(published: Published, agent: int, day: int, option: DayOptions) -> BoolArray:
    """Ordinary options, and the one that is this person's own published shift."""
    own = published.exact.get((agent, day), -1)
    shift = published.shifts.get((agent, day))
    mine = np.zeros(len(option.start), dtype=bool)
    if own >= 0 and shift is not None:
        mine = (option.pattern == own) & (option.start == shift.start) & (option.end == shift.end)
    return np.asarray((option.pattern < published.ordinary) | mine)


def change_prices(
    problem: RosterProblem, published: Published, agent: int, day: int, option: DayOptions
) -> tuple[FloatArray, float]:
    """Price of each option as a change of what was published, and that of a day off."""
    zero = np.zeros(len(option.start))
    if (agent, day) not in published.shifts:
        return zero, 0.0
    shift, costs, until = published.shifts[agent, day], problem.costs, problem.notice_until
    if shift is None:
        late, early = (change_price(costs, "added", first, until) for first in (until, until - 1))
        return np.where(option.start < until, early, late), 0.0
    late, early = (change_price(costs, "moved", first, until) for first in (until, until - 1))
    price = np.where(np.minimum(option.start, shift.start) < until, early, late)
    same = (option.start == shift.start) & (option.end == shift.end)
    price = np.where(same, change_price(costs, "breaks", shift.start, until), price)
    price = np.where(same & (option.pattern == published.exact.get((agent, day), -1)), 0.0, price)
    return price, change_price(costs, "removed", shift.start, until)


def recognise(case: Case, state: State) -> None:
    """Take the published shift itself wherever the search has found its very breaks in an ordinary option."""
    tb, found = case.tables, False
    for (agent, day), pattern in case.published.exact.items():
        shift, option = case.published.shifts[agent, day], int(state.choice[agent, day])
        if shift is None or option < 0 or tb.pattern[option] == pattern:
            continue
        places = [at for at, _, _ in shift.pauses]
        if (tb.start[option], tb.end[option]) != (shift.start, shift.end):
            continue
        if state.breaks[agent, day, : len(places)].tolist() == places:
            row = agent * tb.days + day
            rows = np.arange(tb.first[row], tb.first[row + 1])
            own = rows[(tb.pattern[rows] == pattern) & (tb.start[rows] == shift.start) & (tb.end[rows] == shift.end)]
            if len(own):
                state.choice[agent, day] = own[0]
                found = True
    if found:
        rebuild(tb, state)
