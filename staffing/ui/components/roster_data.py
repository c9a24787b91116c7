"""Plan -> what the roster canvas draws: constant words, colours and packed numbers. Names travel as data only."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from staffing.domain.queue import Channel
from staffing.domain.roster import ACTIVITIES, OFF_PHONE, Roster
from staffing.domain.timegrid import TimeGrid
from staffing.measures import Coverage
from staffing.plan import Plan
from staffing.ui import palette
from staffing.ui.components.packing import as_text, differences, unsigned, zigzag
from staffing.ui.facts.coverage import short
from staffing.ui.words import Words

LABELS = (
    "title",
    "day",
    "week",
    "previous",
    "next",
    "queue",
    "all_queues",
    "sort",
    "sort_team",
    "sort_start",
    "worst",
    "no_short",
    "required",
    "assigned",
    "gap",
    "under",
    "over",
    "met",
    "nobody",
    "off",
    "locked",
    "help",
)
WHOLE_DAY = (0, 1440)


def roster_data(
    plan: Plan, coverage: Coverage, words: Words, rows: Sequence[int], *, jump: tuple[int, str] | None = None
) -> dict[str, Any]:
    """Everything one canvas needs, as JSON.

    Parameters
    ----------
    plan : Plan
        A plan with a roster.
    coverage : Coverage
        Needed and assigned agents on the roster's slots.
    words : Words
        Language of every label.
    rows : sequence of int
        Agents shown, in order.
    jump : (slot, queue id), optional
        Where to look first; an empty queue means all of them.
    """
    roster = plan.roster
    if roster is None:
        raise ValueError("there is no roster to draw")
    agents = plan.problem.agents
    teams = sorted({agent.team for agent in agents})
    kinds, kind = _kinds(plan, roster, words)
    strips = ("", *coverage.queues)
    names = {queue.id: queue.name or queue.id for queue in plan.scenario.centre.queues}
    return {
        "step_min": plan.problem.grid.step_min,
        "days": _days(plan, roster, coverage, words),
        "minute": as_text(differences(plan.problem.grid.minute)),
        "slots": plan.problem.grid.n,
        "agents": {
            "id": [agents[row].id for row in rows],
            "name": [agents[row].name or agents[row].id for row in rows],
            "team": [teams.index(agents[row].team) for row in rows],
            "teams": teams,
        },
        "kinds": kinds,
        "segments": as_text(pack_segments(roster, rows, kind)),
        "strips": [{"id": strip, "label": names.get(strip, strip)} for strip in strips],
        "coverage": as_text(pack_coverage(coverage)),
        "colors": dict(palette.ACTIVITY)
        | {
            "leave_on_dark": palette.LEAVE_ON_DARK,
            "under": palette.UNDER,
            "over": palette.OVER,
            "over_on_dark": palette.OVER_ON_DARK,
            "met": palette.MET,
        },
        "labels": {label: words(f"canvas.{label}") for label in LABELS},
        "jump": None if jump is None else {"slot": jump[0], "strip": strips.index(jump[1])},
    }


def pack_segments(roster: Roster, rows: Sequence[int], kind: Sequence[int]) -> bytearray:
    """For each agent the number of segments, then each one's distance from the last end, length and kind."""
    first = np.searchsorted(roster.agent, np.arange(len(roster.agents) + 1))
    stream: list[int] = []
    for agent in rows:
        here = range(int(first[agent]), int(first[agent + 1]))
        stream.append(len(here))
        last = 0
        for row in here:
            start, end = int(roster.start[row]), int(roster.end[row])
            stream += (zigzag(start - last), end - start, kind[row])
            last = end
    return unsigned(stream)


def pack_coverage(coverage: Coverage) -> bytearray:
    """Required, then assigned, in tenths of an agent: all queues first (nobody counted twice), then each queue."""
    out = bytearray()
    required = np.concatenate([coverage.needed[np.newaxis], coverage.required])
    assigned = np.concatenate([coverage.assigned.sum(axis=0, keepdims=True), coverage.assigned])
    for row in range(len(required)):
        for values in (required[row], assigned[row]):
            out += differences(np.rint(values * 10).astype(int))
    # Over all queues the shortage of one must not hide behind another's surplus.
    return out + differences(np.rint(short(coverage) * 10).astype(int))


def _kinds(plan: Plan, roster: Roster, words: Words) -> tuple[list[dict[str, Any]], list[int]]:
    """Distinct (activity, queue, locked) with their words and colours, and the kind of each segment."""
    queues = {queue.id: queue for queue in plan.scenario.centre.queues}
    seen: dict[tuple[int, int, bool], int] = {}
    found = []
    for activity, queue, locked in zip(roster.activity, roster.queue, roster.locked, strict=True):
        found.append(seen.setdefault((int(activity), int(queue), bool(locked)), len(seen)))
    kinds = []
    for activity, queue, locked in seen:
        serves = queues.get(roster.queues[queue]) if queue >= 0 else None
        channel: Channel | None = serves.channel if serves else None
        token = palette.bar_token(ACTIVITIES[activity], channel)
        kinds.append(
            {
                "activity": words.term(f"activity.{ACTIVITIES[activity]}"),
                "queue": (serves.name or serves.id) if serves else "",
                "token": token,
                "legend": words(f"legend.{token}"),
                "absent": token == "leave",
                "mark": ACTIVITIES[activity] in ("break", "meal"),
                "say": activity in OFF_PHONE,
                "locked": locked,
            }
        )
    return kinds, found


def _days(plan: Plan, roster: Roster, coverage: Coverage, words: Words) -> list[dict[str, Any]]:
    """Each day with its slots and the part of it in which anything happens."""
    grid = plan.problem.grid
    begin_min, end_min = used_minutes(roster, coverage)
    rows = []
    for day, when in enumerate(grid.dates):
        span = grid.day_slice(day)
        rows.append(
            {
                "label": words.day(when),
                "start": span.start,
                "end": span.stop,
                "from": max(span.start, grid.at(day, begin_min)),
                "to": span.stop if end_min >= 1440 else min(span.stop, grid.at(day, end_min)),
                "note": plan.table.on(when).name,
            }
        )
    return rows


def used_minutes(roster: Roster, coverage: Coverage) -> tuple[int, int]:
    """Whole hours of the day that hold every shift and every need; the whole day when a shift crosses midnight."""
    grid = roster.grid
    shifts = list(roster.shifts())
    if any(int(grid.day_of(shift.end - 1)) != shift.day for shift in shifts):
        return WHOLE_DAY
    busy = set(np.flatnonzero(coverage.needed > 0).tolist())
    for shift in shifts:
        busy.update((shift.start, shift.end - 1))
    minutes = [int(grid.minute[slot]) for slot in busy if 0 <= slot < grid.n]
    if not minutes:
        return WHOLE_DAY
    return min(minutes) // 60 * 60, min(1440, -(-(max(minutes) + grid.step_min) // 60) * 60)


def selected_slot(grid: TimeGrid, text: str) -> int | None:
    """A slot written in a link, or None when it is none of this plan."""
    return int(text) if text.isdecimal() and int(text) < grid.n else None
