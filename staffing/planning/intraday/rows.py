"""The answer for a running day as plain rows of codes, ids and numbers, for commands and pages."""

from __future__ import annotations

from typing import Any

import numpy as np

from staffing.planning.intraday.situation import Situation
from staffing.planning.intraday.values import IntradayPlan, Proposal, QueueOutlook
from staffing.planning.levers.rows import hours
from staffing.report.explained import change_data

Row = dict[str, Any]
DIGITS = 4


def intraday_data(situation: Situation, answer: IntradayPlan) -> Row:
    """Queues until now and from now on, dangers, proposals, and what the mix leaves missing."""
    grid = situation.problem.grid
    after = {row.queue: row for row in answer.after}
    so_far = {row.queue: row for row in answer.so_far}
    return {
        "date": str(grid.dates[situation.day]),
        "at": grid.iso(situation.now),
        "until": grid.iso(situation.end),
        "currency": situation.plan.scenario.centre.currency,
        "away": sorted({situation.problem.agents[one.agent].id for one in situation.away}),
        "queues": [_queue(situation, so_far[row.queue], row, after[row.queue]) for row in answer.before],
        "dangers": [
            {
                "queue": row.queue,
                "start": grid.iso(row.start),
                "end": grid.iso(row.end),
                "contacts": _digits(row.contacts),
                "rescues": [
                    {"agent": one.agent, "kind": one.kind, "saves": _digits(one.saves), "price": _digits(one.price)}
                    for one in row.rescues
                ],
            }
            for row in answer.dangers
        ],
        "proposals": [proposal_row(situation, row) for row in answer.proposals],
        "mix": {
            "proposals": [row.number for row in answer.mix],
            "contacts": _digits(sum(row.contacts for row in answer.mix)),
            "saved": _digits(sum(row.saved for row in answer.mix)),
            "price": _digits(answer.price),
            "late_before": _digits(answer.late_before),
            "late_after": _digits(answer.late_after),
        },
        "missing": [
            {
                "queue": row.queue,
                "start": grid.iso(row.start),
                "end": grid.iso(row.end),
                "short_h": _digits(row.short_h),
            }
            for row in answer.missing
        ],
        "seconds": {name: round(value, 3) for name, value in answer.seconds.items()},
    }


def _queue(situation: Situation, so_far: Any, before: QueueOutlook, after: QueueOutlook) -> Row:
    return {
        "queue": before.queue,
        "target": before.target,
        "deadline": bool(situation.problem.deadline[situation.problem.queues.index(before.queue)]),
        "expected_so_far": _digits(so_far.expected),
        "came": _digits(so_far.came),
        "level_so_far": _digits(so_far.level),
        "aht_s": _digits(so_far.aht_s),
        "backlog": _digits(so_far.backlog),
        "factor": _digits(so_far.factor),
        "aht_factor": _digits(so_far.aht_factor),
        "contacts": _digits(before.contacts),
        **{name: _digits(getattr(before, name)) for name in ("level", "low80", "high80", "chance", "in_time")},
        **{
            f"{name}_after": _digits(getattr(after, name)) for name in ("level", "low80", "high80", "chance", "in_time")
        },
        "left_over": _last(before.waiting),
        "left_over_after": _last(after.waiting),
    }


def step_rows(situation: Situation, answer: IntradayPlan, queue: str) -> list[Row]:
    """One queue interval by interval over the day: planned, came, expected, service and what is left over."""
    plan, grid = situation.plan, situation.plan.forecast.grid
    row = plan.forecast.queues.index(queue)
    span = grid.day_slice(situation.day)
    planned = plan.forecast.volume if plan.forecast.base_volume is None else plan.forecast.base_volume
    before = next(one for one in answer.before if one.queue == queue)
    after = next(one for one in answer.after if one.queue == queue)
    rows = []
    for place, step in enumerate(range(span.start, span.start + len(before.by_step))):
        known = step < grid.n
        rows.append(
            {
                "start": grid.local(step),
                "planned": _digits(planned[row, step]) if known else None,
                "came": _digits(situation.came[row, step]) if known else None,
                **{
                    name: _digits(getattr(plan.forecast, column)[row, step])
                    if known and step >= situation.cut
                    else None
                    for name, column in (("expected", "volume"), ("low80", "low80"), ("high80", "high80"))
                },
                "level": _digits(before.by_step[place]),
                "level_after": _digits(after.by_step[place]),
                "left_over": _digits(before.waiting[place]),
                "left_over_after": _digits(after.waiting[place]),
            }
        )
    return rows


def proposal_row(situation: Situation, one: Proposal) -> Row:
    """One proposal with the person's day before and after."""
    grid, roster = situation.problem.grid, situation.roster
    day = one.change.days[0]
    row: Row = {
        "number": one.number,
        "kind": one.kind,
        "reason": one.reason,
        "agent": one.agent,
        "queue": one.queue,
        "from_queue": one.from_queue,
        "start": grid.iso(one.start),
        "end": grid.iso(one.end),
        "contacts": _digits(one.contacts),
        "points": _digits(one.points),
        "saved": _digits(one.saved),
        "price": _digits(one.price),
        "worth": _digits(one.worth),
        "in_mix": one.in_mix,
    }
    shift = next((s for s in roster.shifts() if (s.agent, s.day) == (one.change.agent, day)), None)
    made = change_data(situation.problem, one.change)
    mine = [piece for piece in one.change.rows if piece[0] == day]
    row["before"] = "" if shift is None else hours(grid.iso(shift.start), grid.iso(shift.end))
    row["after"] = hours(grid.iso(mine[0][1]), grid.iso(mine[-1][2])) if mine else ""
    row["segments"] = made["segments"]
    return row


def _last(values: Any) -> float | None:
    """The last known of some figures."""
    known = values[np.isfinite(values)]
    return _digits(known[-1]) if len(known) else None


def _digits(value: float | None) -> float | None:
    return None if value is None or not np.isfinite(value) else round(float(value), DIGITS)
