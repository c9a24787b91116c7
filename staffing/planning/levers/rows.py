"""The answer of the levers as plain rows of codes, ids and numbers, for commands and pages."""

from __future__ import annotations

from typing import Any

from staffing.domain.problem import RosterProblem
from staffing.domain.roster import Roster
from staffing.planning.levers.values import Lever, LeverPlan
from staffing.report.explained import change_data

Row = dict[str, Any]
DIGITS = 4
OFFERS = 40
"""Levers listed beside the mix."""


def lever_data(found: LeverPlan) -> Row:
    """Kinds by themselves, the mix, the best offers and what is still missing."""
    problem, grid = found.before.problem, found.before.problem.grid
    roster = found.before.roster
    assert roster is not None
    return {
        "short_before_h": round(found.short_before_h, DIGITS),
        "short_after_h": round(found.short_after_h, DIGITS),
        "price": round(found.price, DIGITS),
        "currency": found.before.scenario.centre.currency,
        "proven": found.proven,
        "kinds": [
            {
                "kind": row.kind,
                "offers": row.offers,
                "restores_h": round(row.restores_h, DIGITS),
                "price": round(row.price, DIGITS),
                "per_h": round(row.price / row.restores_h, DIGITS) if row.restores_h > 1e-9 else None,
            }
            for row in found.kinds
        ],
        "chosen": [lever_row(problem, roster, lever) for lever in found.chosen],
        "offers": [lever_row(problem, roster, lever) for lever in found.offers[:OFFERS]],
        "missing": [
            {
                "queue": gap.queue,
                "start": grid.iso(gap.start),
                "end": grid.iso(gap.end),
                "short_h": round(gap.short_h, DIGITS),
            }
            for gap in found.missing
        ],
        "legal": found.after.is_legal,
    }


def lever_row(problem: RosterProblem, roster: Roster, lever: Lever) -> Row:
    """One lever: the gap, the price, what it restores, and the person's day before and after."""
    grid = problem.grid
    row: Row = {
        "kind": lever.kind,
        "agent": lever.agent,
        "date": str(grid.dates[lever.day]),
        "start": grid.iso(lever.start),
        "end": grid.iso(lever.end),
        "queue": lever.queue,
        "price": round(lever.price, DIGITS),
        "restores_h": round(lever.restores_h, DIGITS),
        "per_h": None if lever.per_hour is None else round(lever.per_hour, DIGITS),
        "before": "",
        "after": "",
        "segments": [],
    }
    if lever.change is not None:
        day = change_data(problem, lever.change)
        number = lever.change.rows[0][0] if lever.change.rows else lever.change.days[0]
        shift = next((s for s in roster.shifts() if (s.agent, s.day) == (lever.change.agent, number)), None)
        row["date"] = day["date"]
        row["before"] = "" if shift is None else hours(grid.iso(shift.start), grid.iso(shift.end))
        row["after"] = hours(day["start"], day["end"]) if day["start"] else ""
        row["segments"] = day["segments"]
    return row


def hours(start: str, end: str) -> str:
    """Times of a shift as on a clock.

    >>> hours("2026-02-02T09:00:00+08:00", "2026-02-02T17:30:00+08:00")
    '09:00-17:30'
    """
    return f"{start[11:16]}-{end[11:16]}"
