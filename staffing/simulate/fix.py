"""The cheapest fix: where one agent more helps most, found by screening and proved by simulation.

Candidates are blocks of two hours and shifts of the centre's own types on the days that miss their target. They are
screened by the contacts that were late while they would work; the best are played on the same contacts as the roster
without them (common random numbers), so that a small gain stands out of few replications.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from staffing.domain.arrays import FloatArray, IntArray
from staffing.domain.carried import Carried
from staffing.domain.people import Agent
from staffing.domain.problem import RosterProblem
from staffing.domain.queue import DeadlineTarget, DeadlineUnit, Queue
from staffing.domain.roster import WORK, Roster
from staffing.domain.rotation import FREE_DAY
from staffing.domain.shift import ShiftType
from staffing.domain.verdict import Fix, QueueVerdict
from staffing.simulate.rows import band, kind_of, target_of
from staffing.simulate.tally import Tally, judged_parts

BLOCK_MIN = 120
"""Length of a block in minutes."""
COLUMNS = ("agent", "day", "start", "end", "activity", "queue", "locked")
PLACES = 3
"""Queues and days looked at, the ones with most contacts missing to their target first."""
COST_SHARE = 0.15
"""Replayed days at most, as a share of the days the judge has played."""
REPLICATIONS_MIN = 10


@dataclass(frozen=True, slots=True)
class Extra:
    """One agent more: queue row, day, pieces of work in slots, paid hours, their wage."""

    row: int
    day: int
    shift: str
    pieces: tuple[tuple[int, int], ...]
    hours: float
    cost: float


Play = Callable[[RosterProblem, Roster, IntArray, IntArray], Tally]
"""Plays a roster on paths (replications, queues, steps), some of the replications only."""


def cheapest_fixes(
    problem: RosterProblem,
    roster: Roster,
    queues: tuple[Queue, ...],
    rows: tuple[QueueVerdict, ...],
    judged: Tally,
    paths: IntArray,
    play: Play,
    *,
    most: int = 3,
) -> tuple[Fix, ...]:
    """At most `most` fixes for days that miss their target, most contacts in time per money first.

    Parameters
    ----------
    rows
        The judge's rows; days that keep their target on average, and as often as asked, need no fix.
    judged
        The judge's counts: candidates are screened by them, and replications chosen.
    paths : (replications, queues, intervals)
        Contacts; some of them are played again.
    play
        The judge's own way to play a roster.

    Returns
    -------
    tuple of Fix
        Only agents whose gain is surely above 0 (95 %).
    """
    number = {queue.id: index for index, queue in enumerate(queues)}
    short = [row for row in rows if row.day is not None and row.is_missed]
    short.sort(key=lambda row: -(row.target - (row.service_level or 0.0)) * row.contacts)
    places = []
    for row in short[:PLACES]:
        queue, index, day = queues[number[row.queue]], number[row.queue], row.day or 0
        extras = candidates(problem, queue, index, day, judged.by_step)
        places.append((row, queue, index, extras, _days_kept(problem, queue, index, day)))
    days = sum((1 + len(extras)) * (kept.stop - kept.start) for *_, extras, kept in places)
    count = max(REPLICATIONS_MIN, int(COST_SHARE * len(paths) * problem.grid.days / max(1, days)))
    day_of = problem.grid.day.reshape(paths.shape[2], -1)[:, 0]
    found = []
    for row, queue, index, extras, kept in places:
        late, _ = _late(judged, queue, index, row.day or 0)
        which = _spread(late, count)
        some = np.where((day_of >= kept.start) & (day_of < kept.stop), paths, 0)
        part = _roster_of(roster, kept)
        before = play(problem, part, some, which)
        for extra in extras:
            after = play(*with_agent(problem, part, extra), some, which)
            fix = _fix(queue, row, extra, judged, before, after)
            if fix.low95 is not None and fix.low95 > 0:
                found.append(fix)
    found.sort(key=lambda fix: -fix.contacts / max(fix.cost, 1e-9))
    return tuple(found[:most])


def candidates(problem: RosterProblem, queue: Queue, row: int, day: int, by_step: IntArray) -> tuple[Extra, ...]:
    """The best block and the best shift of one queue and day by the late contacts they would meet per money."""
    late = _late_by_slot(problem, queue, row, by_step)
    late = np.where(problem.is_open[row], late, 0.0)
    span, grid = problem.grid.day_slice(day), problem.grid
    wage = _wage_per_h(problem, row)
    blocks, shifts = [], []
    length = BLOCK_MIN // grid.step_min
    ratio = grid.n // by_step.shape[1]
    for start in range(span.start, min(span.stop, grid.n - length + 1), ratio):
        if length and problem.is_open[row, start : start + length].all():
            hours = length * grid.step_h
            blocks.append(Extra(row, day, "", ((start, start + length),), hours, hours * wage))
    for kind in _shift_types(problem, row, int(grid.weekday[day])):
        for minutes in kind.lengths_min:
            for start in np.flatnonzero(np.isin(grid.minute[span], kind.starts_min)) + span.start:
                pieces = _pieces(problem, kind, minutes, int(start), late)
                hours = kind.paid_min(minutes, problem.break_types()) / 60.0
                if pieces:
                    shifts.append(Extra(row, day, kind.id, pieces, hours, hours * wage))

    def worth(extra: Extra) -> float:
        met = sum(float(late[start:end].sum()) for start, end in extra.pieces)
        return met / max(extra.cost, 1e-9)

    best = [max(group, key=worth) for group in (blocks, shifts) if group]
    return tuple(extra for extra in best if worth(extra) > 0)


def with_agent(problem: RosterProblem, roster: Roster, extra: Extra) -> tuple[RosterProblem, Roster]:
    """Problem and roster with a standard agent more, who serves that queue only and may be absent like anybody."""
    name = "+1"
    able = np.zeros((1, len(problem.queues)))
    able[0, extra.row] = 1.0
    more = replace(
        problem,
        agents=(*problem.agents, Agent(name, "", "", "", "", ())),
        proficiency=np.vstack([problem.proficiency, able]),
        blocked=np.vstack([problem.blocked, np.zeros((1, problem.grid.n), dtype=bool)]),
        leave_days=np.vstack([problem.leave_days, np.zeros((1, problem.weeks), dtype=np.int64)]),
        last_end=np.append(problem.last_end, 0),
        run_before=np.append(problem.run_before, 0),
        carried=Carried.nothing(len(problem.agents) + 1),
        pattern=np.vstack([problem.pattern, np.full((1, problem.grid.days), FREE_DAY)]),
    )
    start, end = np.array(extra.pieces, dtype=np.int64).T
    same = np.ones(len(start), dtype=np.int64)
    columns: dict[str, Any] = {
        "agent": len(problem.agents) * same,
        "day": extra.day * same,
        "start": start,
        "end": end,
        "activity": WORK * same,
        "queue": extra.row * same,
        "locked": same == 0,
    }
    joined: dict[str, Any] = {
        column: np.concatenate([getattr(roster, column), values]) for column, values in columns.items()
    }
    return more, replace(roster, agents=(*roster.agents, name), **joined)


def _late(played: Tally, queue: Queue, row: int, day: int) -> tuple[FloatArray, IntArray]:
    """Late share of the contacts of one queue and day in each replication, and how many were judged."""
    good, base = judged_parts(played.by_day[np.newaxis, :, row, day], (kind_of(queue),))
    share: FloatArray = np.divide(base - good, base, out=np.zeros(base.shape), where=base > 0)
    return share[0], base[0]


def _spread(late: FloatArray, count: int) -> IntArray:
    """At most `count` replications with late contacts, evenly over all of them from few to many late."""
    some = np.flatnonzero(late > 0)
    order = some[np.argsort(late[some], kind="stable")]
    picks = min(count, len(order))
    chosen: IntArray = np.sort(order[((np.arange(picks) + 0.5) * len(order) / max(1, picks)).astype(np.int64)])
    return chosen


def _fix(queue: Queue, row: QueueVerdict, extra: Extra, judged: Tally, before: Tally, after: Tally) -> Fix:
    """The fix with what it wins.

    An agent wins nothing in a replication without late contacts, and about the same share of the late ones in the
    others. That share is estimated from the replications played again (ratio estimator) and applied to the late
    contacts of all replications.
    """
    late, base = _late(judged, queue, extra.row, extra.day)
    was, _ = _late(before, queue, extra.row, extra.day)
    now, _ = _late(after, queue, extra.row, extra.day)
    saved = float((was - now).sum() / was.sum()) if was.sum() > 0 else 0.0
    missing = 1.0 - (row.service_level or 0.0)
    low95 = high95 = None
    if len(was) > 1 and was.sum() > 0:
        # Residuals have mean 0 by construction, so the band of their mean is that of the share.
        low, high = band((was - now - saved * was) / was.mean(), -math.inf)
        assert low is not None
        assert high is not None
        low95, high95 = (saved + low) * missing, (saved + high) * missing
    kept = late * (1.0 - saved) <= 1.0 - target_of(queue) + 1e-9
    counts = base > 0
    return Fix(
        queue=queue.id,
        day=extra.day,
        start=extra.pieces[0][0],
        end=extra.pieces[-1][1],
        shift=extra.shift,
        hours=extra.hours,
        cost=extra.cost,
        target=row.target,
        service_before=1.0 - missing,
        service_after=1.0 - missing * (1.0 - saved),
        low95=low95,
        high95=high95,
        probability_before=row.probability or 0.0,
        probability_after=float(kept[counts].mean()) if counts.any() else 0.0,
        contacts=saved * missing * float(base.mean()),
        replications=len(was),
    )


def _late_by_slot(problem: RosterProblem, queue: Queue, row: int, by_step: IntArray) -> FloatArray:
    """Late contacts that an agent at work in each slot could have saved, shape (slots,).

    Contacts of answer queues are late where they arrive; deferred work can be saved in all the time promised for it.
    """
    good, base = judged_parts(by_step[row : row + 1], (kind_of(queue),))
    ratio = problem.grid.n // by_step.shape[1]
    late = np.repeat((base - good)[0] / ratio, ratio)
    if not queue.has_deadline:
        return late
    slots = max(1, round(_promised_h(queue) / problem.grid.step_h))
    total = np.concatenate([[0.0], np.cumsum(late)])
    end = np.minimum(np.arange(len(late)) + slots, len(late))
    window: FloatArray = total[end] - total[:-1]
    return window


def _promised_h(queue: Queue) -> float:
    if not isinstance(queue.target, DeadlineTarget):
        return queue.target.answer_within_s / 3600.0
    return queue.target.amount * (24.0 if queue.target.unit is DeadlineUnit.WORKING_DAYS else 1.0)


def _days_kept(problem: RosterProblem, queue: Queue, row: int, day: int) -> slice:
    """Days to play again: those whose contacts can still be there on the day.

    Deferred work may have waited since the queue's last open days, callers of a queue open at midnight since the day
    before; all others are of the day itself.
    """
    grid = problem.grid
    if not queue.has_deadline:
        return slice(max(0, day - 1) if problem.is_open[row, grid.day_slice(day).start] else day, day + 1)
    first, before = day, math.ceil(_promised_h(queue) / 24.0)
    while first > 0 and before > 0:
        first -= 1
        before -= bool(problem.is_open[row, grid.day_slice(first)].any())
    return slice(first, day + 1)


def _roster_of(roster: Roster, days: slice) -> Roster:
    """The shifts that touch these days only: nobody else meets their contacts."""
    begin, end = roster.grid.day_start[days.start], roster.grid.day_start[days.stop]
    rows = np.flatnonzero((roster.end > begin) & (roster.start < end))
    keep: dict[str, Any] = {name: getattr(roster, name)[rows] for name in COLUMNS}
    return replace(roster, **keep)


def _wage_per_h(problem: RosterProblem, row: int) -> float:
    """Mean wage of those who can serve the queue."""
    wages = [problem.wage_per_h(int(agent)) for agent in np.flatnonzero(problem.proficiency[:, row] > 0)]
    return float(np.mean(wages)) if wages else problem.costs.wage_per_h


def _shift_types(problem: RosterProblem, row: int, weekday: int) -> tuple[ShiftType, ...]:
    """Shift types of that weekday which somebody who can serve the queue may have."""
    able = {problem.agents[agent].contract for agent in np.flatnonzero(problem.proficiency[:, row] > 0)}
    names = {name for contract in problem.contracts if contract.id in able for name in contract.shifts}
    return tuple(shift for shift in problem.shifts if shift.id in names and weekday in shift.weekdays)


def _pieces(
    problem: RosterProblem, kind: ShiftType, minutes: int, start: int, late: FloatArray
) -> tuple[tuple[int, int], ...]:
    """Work of a shift around its breaks, each put where fewest contacts are late; empty when they do not fit."""
    step, grid_end = problem.grid.step_min, problem.grid.n
    end = start + minutes // step
    pieces, free = [], start
    for pause in kind.breaks_for(minutes, problem.break_types()):
        slots, gap = -(-pause.minutes // step), -(-pause.spacing_min // step)
        first = max(start - (-pause.earliest_min // step), free + gap)
        last = min(start + pause.latest_min // step, end - slots - gap)
        if first > last:
            return ()
        lost = [float(late[at : at + slots].sum()) for at in range(first, last + 1)]
        at = first + int(np.argmin(lost))
        pieces.append((free, at))
        free = at + slots
    pieces.append((free, end))
    return tuple((a, min(b, grid_end)) for a, b in pieces if a < min(b, grid_end))
