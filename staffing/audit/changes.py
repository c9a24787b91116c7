"""What a roster changes of the published one, and the price of each change."""

from collections.abc import Iterator
from dataclasses import dataclass

from staffing.domain.problem import RosterProblem
from staffing.domain.published import PublishedShift, change_kind, change_price, day_shifts, published_shifts
from staffing.domain.result import CostTerm
from staffing.domain.roster import Roster


@dataclass(frozen=True, slots=True)
class ShiftChange:
    """One person's day that differs from the published one; `kind` as `domain.published.change_kind` names it."""

    agent: int
    day: int
    kind: str
    before: PublishedShift | None
    after: PublishedShift | None
    price: float


def shift_changes(problem: RosterProblem, roster: Roster) -> tuple[ShiftChange, ...]:
    """Changed days by agent and day; empty without ``problem.reference``."""
    changes: list[ShiftChange] = []
    if problem.reference is None:
        return ()
    shifts = day_shifts(roster)
    for (agent, day), before in published_shifts(problem).items():
        after = shifts.get((agent, day))
        kind = change_kind(before, after)
        if kind:
            first = min(shift.start for shift in (before, after) if shift is not None)
            price = change_price(problem.costs, kind, first, problem.notice_until)
            changes.append(ShiftChange(agent, day, kind, before, after, price))
    return tuple(sorted(changes, key=lambda change: (change.agent, change.day)))


def change_terms(problem: RosterProblem, roster: Roster) -> Iterator[CostTerm]:
    """Changes of published shifts."""
    for change in shift_changes(problem, roster):
        yield CostTerm("change", change.price, agent=change.agent, day=change.day, detail=change.kind)
