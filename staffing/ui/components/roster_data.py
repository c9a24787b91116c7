"""Plan -> what the roster canvas draws: constant words, colours and packed numbers. Names travel as data only."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from staffing.domain.arrays import IntArray
from staffing.domain.problem import RosterProblem
from staffing.domain.queue import Channel
from staffing.domain.roster import ACTIVITIES, OFF_PHONE, WORK, Roster
from staffing.domain.timegrid import TimeGrid
from staffing.measures import Coverage
from staffing.plan import Plan
from staffing.ui import palette
from staffing.ui.components.packing import as_text, differences, unsigned, zigzag
from staffing.ui.facts.coverage import short
from staffing.ui.words import Words

ACTS = ("undo", "redo", "insert", "copy", "paste", "swap", "lock", "remove", "fill")
"""Buttons of the editing bar, in order."""
LABELS = (
    "title",
    "tools",
    "shift",
    "shift_type",
    "shift_auto",
    "brush",
    "brush_none",
    "brush_as",
    "problem",
    "no_problem",
    "no_shift",
    "no_type",
    "copied",
    "nothing_copied",
    "ask_where",
    "help_edit",
    *(f"do_{act}{end}" for act in ACTS for end in ("", "_help")),
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
    "lost",
)
WHOLE_DAY = (0, 1440)
KEY = "roster"
"""Name of the canvas on a page."""


def roster_data(
    plan: Plan,
    coverage: Coverage,
    words: Words,
    rows: Sequence[int],
    *,
    jump: tuple[int, str] | None = None,
    base: str = "",
    rev: int = 0,
    editable: bool = False,
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
    base, rev : str, int
        Name of this state of the roster and its revision, which later changes build on.
    editable : bool
        Whether the planner may change what is shown.
    """
    roster = plan.roster
    if roster is None:
        raise ValueError("there is no roster to draw")
    problem, agents = plan.problem, plan.problem.agents
    teams = sorted({agent.team for agent in agents})
    contracts = {contract.id: number for number, contract in enumerate(problem.contracts)}
    strips = ("", *coverage.queues)
    names = {queue.id: queue.name or queue.id for queue in plan.scenario.centre.queues}
    return {
        "base": base,
        "rev": rev,
        "editable": editable,
        "step_min": problem.grid.step_min,
        "days": _days(plan, roster, coverage, words, margin_min=60 if editable else 0),
        "minute": as_text(differences(problem.grid.minute)),
        "slots": problem.grid.n,
        "agents": {
            "row": list(rows),
            "id": [agents[row].id for row in rows],
            "name": [agents[row].name or agents[row].id for row in rows],
            "team": [teams.index(agents[row].team) for row in rows],
            "contract": [contracts[agents[row].contract] for row in rows],
            "teams": teams,
            "speed": as_text(unsigned(np.rint(problem.proficiency[list(rows)] * 100).astype(int).ravel().tolist())),
        },
        "contracts": [[_number(problem, shift) for shift in contract.shifts] for contract in problem.contracts],
        "shifts": [
            {
                "id": shift.id,
                "from": shift.start_earliest_min,
                "to": shift.start_latest_min,
                "step": shift.start_step_min,
                "weekdays": list(shift.weekdays),
                "lengths": list(shift.lengths_min),
            }
            for shift in problem.shifts
        ],
        "kinds": _kinds(plan, words),
        "segments": as_text(pack_segments(roster, rows)),
        "strips": [
            {"id": strip, "label": names.get(strip, strip), "later": bool(row and problem.deadline[row - 1])}
            for row, strip in enumerate(strips)
        ],
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


def _number(problem: RosterProblem, shift: str) -> int:
    return next(number for number, kind in enumerate(problem.shifts) if kind.id == shift)


def pack_segments(roster: Roster, rows: Sequence[int]) -> bytearray:
    """For each agent the number of segments, then each one's distance from the last end, length and kind."""
    first = np.searchsorted(roster.agent, np.arange(len(roster.agents) + 1)).tolist()
    starts, ends, kinds = roster.start.tolist(), roster.end.tolist(), kind_codes(roster).tolist()
    stream: list[int] = []
    for agent in rows:
        here = range(first[agent], first[agent + 1])
        stream.append(len(here))
        last = 0
        for row in here:
            stream += (zigzag(starts[row] - last), ends[row] - starts[row], kinds[row])
            last = ends[row]
    return unsigned(stream)


def levels(coverage: Coverage) -> tuple[IntArray, IntArray, IntArray]:
    """Required and assigned (1 + queues, slots), all queues first (nobody counted twice), and missing over all.

    In tenths of an agent. Over all queues the shortage of one must not hide behind another's surplus, so what is
    missing there (slots,) is a row of its own.
    """
    required = np.concatenate([coverage.needed[np.newaxis], coverage.required])
    assigned = np.concatenate([coverage.assigned.sum(axis=0, keepdims=True), coverage.assigned])
    tenths = [np.rint(values * 10).astype(np.int64) for values in (required, assigned, short(coverage))]
    return tenths[0], tenths[1], tenths[2]


def pack_coverage(coverage: Coverage) -> bytearray:
    """Required and assigned of all queues, then of each queue, then what is missing over all."""
    required, assigned, missing = levels(coverage)
    out = bytearray()
    for row in range(len(required)):
        out += differences(required[row].tolist()) + differences(assigned[row].tolist())
    return out + differences(missing.tolist())


def kind_codes(roster: Roster) -> IntArray:
    """Place of each segment's kind in `_kinds`, doubled, plus 1 when it is locked; shape (segments,)."""
    place = np.where(roster.activity == WORK, roster.queue + 1, len(roster.queues) + roster.activity)
    return np.asarray(2 * place + roster.locked)


def _kinds(plan: Plan, words: Words) -> list[dict[str, Any]]:
    """Work without a queue, work on each queue, then every other activity: words and colours of each."""
    queues = {queue.id: queue for queue in plan.scenario.centre.queues}
    rows: list[tuple[str, int]] = [("work", -1), *(("work", number) for number in range(len(plan.problem.queues)))]
    rows += [(activity, -1) for activity in ACTIVITIES[1:]]
    kinds = []
    for activity, queue in rows:
        serves = queues.get(plan.problem.queues[queue]) if queue >= 0 else None
        channel: Channel | None = serves.channel if serves else None
        token = palette.bar_token(activity, channel)
        kinds.append(
            {
                "code": activity,
                "q": queue,
                "activity": words.term(f"activity.{activity}"),
                "queue": (serves.name or serves.id) if serves else "",
                "token": token,
                "legend": words(f"legend.{token}"),
                "absent": token == "leave",
                "mark": activity in ("break", "meal"),
                "say": ACTIVITIES.index(activity) in OFF_PHONE,
            }
        )
    return kinds


def _days(plan: Plan, roster: Roster, coverage: Coverage, words: Words, *, margin_min: int = 0) -> list[dict[str, Any]]:
    """Each day with its slots and the part of it in which anything happens, `margin_min` more on either side."""
    grid = plan.problem.grid
    begin_min, end_min = used_minutes(roster, coverage)
    begin_min, end_min = max(0, begin_min - margin_min), min(1440, end_min + margin_min)
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
                "weekday": when.weekday(),
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
