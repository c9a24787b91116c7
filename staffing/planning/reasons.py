"""Why each published shift was changed: what undoing that one change alone would break or cost."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from staffing.audit import audit_roster, roster_cost
from staffing.audit.changes import ShiftChange, shift_changes
from staffing.domain.problem import RosterProblem
from staffing.domain.published import on_ground
from staffing.domain.replanned import ChangeReason
from staffing.domain.roster import Roster
from staffing.domain.roster_cells import Day, cells_of, roster_with

Detail = dict[str, str | float]
Place = tuple[str, int, int]
"""Rule, agent and day of a fault, -1 for none."""
SHORT_H = 0.05
"""Missing agent-hours that a change must avoid to be told as its reason."""


def change_reasons(problem: RosterProblem, roster: Roster) -> tuple[ChangeReason, ...]:
    """One reason for each changed day, by agent and day; empty without a published roster."""
    if problem.reference is None:
        return ()
    before = cells_of(on_ground(problem, problem.reference))
    cost = roster_cost(problem, roster).total
    faults = _hard_faults(problem, roster)
    return tuple(_reason(problem, roster, change, before, cost, faults) for change in shift_changes(problem, roster))


def _reason(
    problem: RosterProblem,
    roster: Roster,
    change: ShiftChange,
    published: Mapping[tuple[str, str], Day],
    cost: float,
    faults: set[Place],
) -> ChangeReason:
    def told(reason: str, saves: float | None, detail: Detail) -> ChangeReason:
        return ChangeReason(change.agent, change.day, change.kind, change.price, reason, saves, detail)

    shift = change.before
    if shift is not None and problem.blocked[change.agent, shift.start : min(shift.end, problem.grid.n)].any():
        absences = (row for row in problem.fixed if not row.on_shift)
        kinds = [row.kind for row in absences if _meets(row.agent, row.start, row.end, change)]
        return told("forced", None, {"kind": kinds[0]} if kinds else {})
    cell = problem.agents[change.agent].id, str(problem.grid.dates[change.day])
    undone = roster_with(roster, {cell: published.get(cell, ())})
    # What is broken anyway is no reason for this change.
    broken = sorted(_hard_faults(problem, undone) - faults)
    if broken:
        return told("rule", None, {"rule": broken[0][0]})
    saves = roster_cost(problem, undone).total - cost
    found = _covers(problem, roster, undone, change)
    if found is not None:
        return told("covers", saves, found)
    return told("inside" if change.kind == "breaks" else "saves", saves, {})


def _hard_faults(problem: RosterProblem, roster: Roster) -> set[Place]:
    return {
        (fault.rule, -1 if fault.agent is None else fault.agent, -1 if fault.day is None else fault.day)
        for fault in audit_roster(problem, roster)
        if fault.severity == "hard"
    }


def _meets(agent: int, start: int, end: int, change: ShiftChange) -> bool:
    shift = change.before
    return shift is not None and agent == change.agent and start < shift.end and end > shift.start


def _covers(problem: RosterProblem, roster: Roster, undone: Roster, change: ShiftChange) -> Detail | None:
    """Queue and time of day in which undoing the change would leave most agent-hours missing."""
    missing = [
        np.maximum(0.0, problem.required - made.coverage(problem.proficiency)) * problem.is_open
        for made in (roster, undone)
    ]
    more = np.maximum(0.0, missing[1] - missing[0]) * ~problem.deadline[:, None]
    worst = int(np.argmax(more.sum(axis=1))) if len(more) else 0
    hours = float(more[worst].sum()) * problem.grid.step_h if len(more) else 0.0
    if hours < SHORT_H:
        return None
    slots = np.flatnonzero(more[worst] > 0)
    slots = slots[problem.grid.day_of(slots) == problem.grid.day_of(slots[0])]
    return {
        "queue": problem.queues[worst],
        "start": problem.grid.iso(int(slots[0])),
        "end": problem.grid.iso(int(slots[-1]) + 1),
        "short_h": round(hours, 2),
    }
