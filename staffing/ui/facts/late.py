"""Deadlines about to be missed: work of which too much is likely to be done late, day by day."""

from collections.abc import Mapping

import numpy as np

from staffing.domain.verdict import QueueVerdict
from staffing.measures import Coverage
from staffing.plan import Plan
from staffing.ui.facts.verdict import LIKELY
from staffing.ui.words import Words

LATE_H = 0.05
"""Agent-hours of late work below which a day counts as in time."""


def has_deadlines(plan: Plan) -> bool:
    """Some queue's work may wait."""
    return bool(plan.problem.deadline.any())


def late_rows(plan: Plan, table: Coverage, names: Mapping[str, str], words: Words) -> list[dict[str, str | int]]:
    """Queues and days likely to be late, the furthest below its target first.

    With a simulation they are the days on which work comes in, and what is late of it; without one the days on which
    work falls due, and the hours of it that are late as forecast. `slot` is where more people would help: the first
    slot from that day on in which work of the queue becomes late, or else the first in which it is worked on.
    """
    if plan.roster is None:
        return []
    found = []
    if plan.verdict is None:
        late_h = np.maximum(0.0, -table.gap) * table.grid.step_h
        for row in np.flatnonzero(plan.problem.deadline):
            for day in range(table.grid.days):
                hours = float(late_h[row, table.grid.day_slice(day)].sum())
                if hours >= LATE_H:
                    found.append((-hours, table.queues[row], day, {"hours": words.number(hours, 1)}))
    else:
        deferred = {queue for queue, waits in zip(plan.problem.queues, plan.problem.deadline, strict=True) if waits}
        found = [
            ((judged.service_level or 0.0) - judged.target, judged.queue, judged.day or 0, _told(judged, words))
            for judged in plan.verdict.days()
            if judged.queue in deferred and _is_doubtful(judged)
        ]
    return [
        _row(table, names, words, queue, day, told) for _, queue, day, told in sorted(found, key=lambda one: one[:3])
    ]


def _is_doubtful(judged: QueueVerdict) -> bool:
    unlikely = judged.probability is not None and judged.probability < LIKELY
    return judged.service_level is not None and (judged.is_missed or unlikely)


def _told(judged: QueueVerdict, words: Words) -> dict[str, str]:
    level = judged.service_level or 0.0
    return {
        "level": words.percent(level),
        "target": words.percent(judged.target, 0),
        "chance": words.percent(judged.probability, 0),
        "late": words.number((1.0 - level) * judged.contacts, 0 if (1.0 - level) * judged.contacts >= 10 else 1),
        "contacts": words.number(judged.contacts),
    }


def _row(
    table: Coverage, names: Mapping[str, str], words: Words, queue: str, day: int, told: Mapping[str, str]
) -> dict[str, str | int]:
    row, first = table.queues.index(queue), table.grid.day_slice(day).start
    late, worked = (np.flatnonzero(part[row, first:]) for part in (table.gap < 0.0, table.is_open))
    slot = first + int((late if len(late) else worked if len(worked) else np.zeros(1))[0])
    moment = table.grid.local(slot)
    return {
        "slot": slot,
        "id": queue,
        "queue": names.get(queue, queue),
        "day": words.day(table.grid.dates[day]),
        "when": f"{words.day(moment.date())} {words.clock(moment)}",
        **told,
    }
