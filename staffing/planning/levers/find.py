"""Levers for the gaps of a roster: legal changes of people, training elsewhere, people from outside, time off."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

import numpy as np

from staffing.audit.weeks import week_limits, week_paid
from staffing.domain.arrays import IntArray
from staffing.domain.problem import RosterProblem
from staffing.domain.roster import OFF_PHONE, WORK, Roster, Shift, activity_code
from staffing.measures import worst_gaps
from staffing.measures.service import Gap
from staffing.plan import Plan
from staffing.planning.edits import Edit, RemoveShift, ResizeShift, apply_edits
from staffing.planning.levers.ground import Ground, busy_on, effect_of, hard_faults, restored_in, row_of
from staffing.planning.levers.values import Lever, LeverSettings
from staffing.planning.on_call import called_extra, called_turn
from staffing.solver.explain import Change, Filler, fill_gap

GAP_MIN_H = 0.1
"""Gaps of fewer agent-hours are left as they are."""
MANY = 1000
TIME_OFF_TRIED = 30
"""Shifts that are asked about voluntary time off."""
TRAINING_TRIED = 6
"""Other places tried of one training or meeting."""


def levers_for(
    plan: Plan, ground: Ground, settings: LeverSettings, used: frozenset[str], hopeless: set[tuple[str, int]]
) -> Iterator[Lever]:
    """Levers for the worst gaps of `plan`; people in `used` and the gaps in `hopeless` are left alone.

    Gaps for which nobody is found are added to `hopeless`, by queue and start.
    """
    problem = ground.problem
    gaps = [gap for gap in worst_gaps(plan, MANY) if gap.short_h > GAP_MIN_H and (gap.queue, gap.start) not in hopeless]
    for gap in gaps[: settings.gaps]:
        queues = _queues(problem, gap.queue)
        if not problem.is_open[list(queues), gap.start : gap.end].any():
            continue
        filling = fill_gap(problem, ground.roster, queues, gap.start, until=gap.end, most=settings.people + len(used))
        if not filling.fillers:
            hopeless.add((gap.queue, gap.start))
        for one in filling.fillers:
            if problem.agents[one.agent].id not in used:
                yield _of_filler(ground, gap, one)
        yield from _training(ground, gap, queues, used)
        if settings.temporary_people:
            yield _temporary(ground, gap, queues, settings)


def _queues(problem: RosterProblem, name: str) -> tuple[int, ...]:
    if name in problem.queues:
        return (problem.queues.index(name),)
    return tuple(np.flatnonzero(problem.pool_member[problem.pool_names.index(name)]).tolist())


def _of_filler(ground: Ground, gap: Gap, one: Filler) -> Lever:
    """The change as a lever; overtime is what is priced as overtime."""
    problem = ground.problem
    kind = {"extend": "hours", "add": "reserve"}.get(one.kind, one.kind)
    if one.kind in ("switch", "break"):
        wanted = _queues(problem, gap.queue)
        doing = busy_on(ground, wanted, one.agent, gap.start, gap.end)
        kind = {"wanted": "breaks", "queue": "lend", "deferred": "defer", "": "seat"}[doing]
    elif one.cost.get("overtime", 0.0) > 0:
        kind = "overtime"
    cost = one.cost
    if one.kind == "add":
        start, end = one.change.rows[0][1], one.change.rows[-1][2]
        turn = called_turn(ground.on_call, one.agent, start, end)
        if turn is not None and ground.on_call is not None:
            # Who is on call has agreed to come: no published promise is changed, but the call has its own pay.
            kind, minutes = "on_call", (end - start) * problem.grid.step_min
            extra = called_extra(ground.on_call, turn, one.agent, minutes)
            cost = {**cost, "change": 0.0, "on_call_called": extra}
    return _lever(ground, kind, gap, one.change, cost)


def _lever(ground: Ground, kind: str, gap: Gap, change: Change, cost: Mapping[str, float] | None = None) -> Lever:
    effect = effect_of(ground, change, cost)
    agent = ground.problem.agents[change.agent].id
    return Lever(
        kind, agent, gap.day, gap.start, gap.end, gap.queue, effect.price, effect.restores_h, change, effect.more,
        effect.late_h,
    )  # fmt: skip


def _training(ground: Ground, gap: Gap, queues: tuple[int, ...], used: frozenset[str]) -> Iterator[Lever]:
    """Training and meetings of one person that lie in the gap, at another time of the same shift."""
    problem, roster = ground.problem, ground.roster
    inside = np.isin(roster.activity, OFF_PHONE) & (roster.start < gap.end) & (roster.end > gap.start) & ~roster.locked
    for row in np.flatnonzero(inside):
        agent = int(roster.agent[row])
        able = [queue for queue in queues if problem.proficiency[agent, queue] > 0]
        window = _window(problem, roster, int(row))
        if not able or window is None or problem.agents[agent].id in used:
            continue
        before = {key for key in hard_faults(problem, roster) if key[1] == agent}
        found = []
        for change in _elsewhere(problem, roster, int(row), window, (gap.start, gap.end), able[0]):
            after = hard_faults(problem, change.apply(roster))
            if not {key for key in after if key[1] == agent} - before:
                found.append(_lever(ground, "training", gap, change))
        if found:
            yield max(found, key=lambda lever: lever.restores_h)


def _window(problem: RosterProblem, roster: Roster, row: int) -> tuple[int, int] | None:
    """First and last slot of an activity that one person has alone; None where it cannot be moved."""
    agent, start, end = int(roster.agent[row]), int(roster.start[row]), int(roster.end[row])
    for one in problem.activities:
        mine = agent in one.agents and one.slots == end - start and activity_code(one.kind) == roster.activity[row]
        if mine and one.earliest <= start and end <= one.latest and not one.together and one.capacity is None:
            return one.earliest, one.latest
    return None


def _elsewhere(
    problem: RosterProblem, roster: Roster, row: int, window: tuple[int, int], gap: tuple[int, int], queue: int
) -> Iterator[Change]:
    """The person's day with the activity where they work outside the gap, and work on `queue` where it was."""
    agent, day = int(roster.agent[row]), int(roster.day[row])
    mine = np.flatnonzero((roster.agent == agent) & (roster.day == day) & roster.on_shift)
    start, end = int(roster.start[mine[0]]), int(roster.end[mine[-1]])
    code = np.zeros((end - start, 2), dtype=np.int64)
    for segment in mine:
        code[roster.start[segment] - start : roster.end[segment] - start] = (
            roster.activity[segment], roster.queue[segment],
        )  # fmt: skip
    first, length = int(roster.start[row]) - start, int(roster.end[row] - roster.start[row])
    tried = 0
    for place in range(max(start, window[0]), min(end, window[1]) - length + 1):
        at = place - start
        free = (code[at : at + length, 0] == WORK).all()
        if not free or (place < gap[1] and place + length > gap[0]) or tried >= TRAINING_TRIED:
            continue
        tried += 1
        new = code.copy()
        new[at : at + length] = code[first]
        new[first : first + length] = (WORK, queue)
        yield Change(agent, (day,), _rows(new, day, start))


def _rows(code: IntArray, day: int, start: int) -> tuple[tuple[int, int, int, int, int], ...]:
    """Segments of a shift written slot by slot."""
    edges = [0, *(np.flatnonzero((code[1:] != code[:-1]).any(axis=1)) + 1).tolist(), len(code)]
    return tuple((day, start + a, start + b, int(code[a, 0]), int(code[a, 1])) for a, b in pairwise(edges))


def _temporary(ground: Ground, gap: Gap, queues: tuple[int, ...], settings: LeverSettings) -> Lever:
    """One standard agent from outside on the first queue of the gap, for as long as it lasts or is paid at least."""
    problem, step_h = ground.problem, ground.problem.grid.step_h
    price = settings.temporary_per_h
    per_h = 1.5 * problem.costs.wage_per_h if price is None else price
    slots = max(gap.end - gap.start, round(settings.temporary_min_h / step_h))
    day_end = int(problem.grid.day_start[gap.day + 1])
    first = max(int(problem.grid.day_start[gap.day]), min(gap.start, day_end - slots))
    last = min(day_end, first + slots)
    own = np.zeros((len(problem.queues), problem.grid.n))
    own[queues[0], first:last] = problem.is_open[queues[0], first:last]
    more = np.concatenate([own, problem.pool_member @ own])
    restored = restored_in(ground, row_of(problem, gap.queue), more)
    cost = per_h * max((last - first) * step_h, settings.temporary_min_h)
    return Lever("temporary", "", gap.day, first, last, gap.queue, cost, restored, None, more)


def time_off(ground: Ground, used: frozenset[str]) -> Iterator[Lever]:
    """Shifts that could end earlier, or not be worked, without anybody being missed, where it saves.

    Voluntary: the contract's minimum hours hold, so only people with more are asked.
    """
    problem, roster = ground.problem, ground.roster
    before = hard_faults(problem, roster)
    above = week_paid(problem, roster) - week_limits(problem)[:, :, 0]
    tried = 0
    for shift in roster.shifts():
        agent = problem.agents[shift.agent].id
        if not 0 <= shift.day < problem.grid.days or agent in used or above[shift.agent, shift.day // 7] <= 0:
            continue
        if tried >= TIME_OFF_TRIED or not _spare_at_end(ground, shift):
            continue
        tried += 1
        lengths = {n // problem.grid.step_min for kind in problem.shift_types(shift.agent) for n in kind.lengths_min}
        shorter = [n for n in sorted(lengths) if n < shift.end - shift.start]
        tries: tuple[Edit, ...] = (
            RemoveShift(agent, shift.day),
            *(ResizeShift(agent, shift.day, shift.start, shift.start + n) for n in shorter),
        )
        for edit in tries:
            outcome = apply_edits(problem, roster, (edit,))
            if outcome.refused or hard_faults(problem, outcome.roster) - before:
                continue
            change = _day_of(outcome.roster, shift.agent, shift.day)
            effect = effect_of(ground, change)
            if effect.restores_h >= -1e-9 and effect.price < 0:
                end = max((row[2] for row in change.rows), default=shift.start)
                yield Lever(
                    "time_off", agent, shift.day, end, shift.end, "", effect.price, 0.0, change, effect.more,
                    effect.late_h,
                )  # fmt: skip
                break


def _day_of(roster: Roster, agent: int, day: int) -> Change:
    """A person's day as a roster has it."""
    rows = (roster.agent == agent) & (roster.day == day) & roster.on_shift
    columns = (roster.day, roster.start, roster.end, roster.activity, roster.queue)
    return Change(agent, (day,), tuple(zip(*(column[rows].tolist() for column in columns), strict=True)))


def _spare_at_end(ground: Ground, shift: Shift) -> bool:
    """Whether the last slot of a shift is on a row with an agent to spare, on deferred work or on no queue."""
    problem, roster = ground.problem, ground.roster
    last = shift.end - 1
    if last >= problem.grid.n:
        return False
    rows = (roster.agent == shift.agent) & (roster.start <= last) & (roster.end > last) & (roster.activity == WORK)
    for queue in roster.queue[rows].tolist():
        if queue >= 0 and not problem.deadline[queue]:
            return bool(-ground.missing[queue, last] >= problem.proficiency[shift.agent, queue] - 1e-9)
    return True
