"""What a crew is worth from now on: contacts in time of answer queues, deferred work that does not become late.

The service level of an interval is read off the curve of the requirement at the agents present, so it takes no
simulation; deferred work is swept through its tube from what is done by now. Both add up over slots and queues, so that
thousands of changes are priced at once. The curve of service over crew size is S-shaped where agents are far too few:
there the first agent buys nearly nothing and the tenth much. Choices are therefore made on its smallest concave cover,
gains are told by the curve itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from staffing.domain.arrays import BoolArray, FloatArray, IntArray
from staffing.domain.queue import AnswerTarget
from staffing.domain.requirement import ServiceCurve
from staffing.domain.roster import WORK, Roster
from staffing.planning.intraday.situation import Situation, mean_aht_s
from staffing.planning.intraday.values import IntradaySettings

TINY = 1e-9
RESERVE = 0.5
"""Part of the reserve for the luck of the day that nobody may take from deferred work."""


@dataclass(frozen=True, eq=False)
class Curve:
    """One curve on the slots from now: `member` (queues,), `first` (slots,), `level` and `choice` (slots, sizes)."""

    member: BoolArray
    first: IntArray
    level: FloatArray
    choice: FloatArray


@dataclass(frozen=True, eq=False)
class Tube:
    """Deferred work from now: arrived and due (queues, slots), done and overdue now (queues,), in agent-hours."""

    earliest: FloatArray
    latest: FloatArray
    done: FloatArray
    overdue: FloatArray


@dataclass(frozen=True, eq=False)
class State:
    """Agents present by queue and slot from now."""

    cover: FloatArray


class Service:
    """Prices crews from slot `now` to the end of the plan; all arrays have one column for each of these slots."""

    def __init__(self, situation: Situation, settings: IntradaySettings) -> None:
        plan, problem = situation.plan, situation.problem
        self.situation, self.problem, self.now = situation, problem, situation.now
        self.slots = problem.grid.n - self.now
        self.ratio = plan.requirement.grid.step_min // problem.grid.step_min
        self.is_open = problem.is_open[:, self.now :]
        self.deadline = problem.deadline
        queues = [plan.scenario.centre.queue(name) for name in problem.queues]
        order = [plan.forecast.queues.index(name) for name in problem.queues]
        volume = np.repeat(plan.forecast.volume[order], self.ratio, axis=1)[:, self.now :] / self.ratio
        self.volume = np.where(self.is_open & ~self.deadline[:, None], volume, 0.0)
        per_h = problem.costs.short_severe_per_h if settings.worth_per_h is None else settings.worth_per_h
        self.worth_per_h = per_h
        aht_h = np.array([mean_aht_s(plan.forecast, name) for name in problem.queues]) / 3600.0
        self.item_h = aht_h
        self.worth = per_h * aht_h
        target = [q.target.service_level if isinstance(q.target, AnswerTarget) else 1.0 for q in queues]
        self.curves = _curves(situation, np.array(target), settings.beyond_target)
        unplanned = np.array([queue.unplanned_shrinkage for queue in queues])
        share = np.repeat(plan.requirement.absence(unplanned), self.ratio, axis=1)[:, self.now :]
        self.absent = share
        # Hours of agents who are there: bare, and with a part of the reserve that the tube holds for luck.
        factor = {work.queue: work.gross_factor for work in plan.requirement.workload}
        gross = np.array([factor.get(name, 1.0) for name in problem.queues])
        reserve = np.ones(len(queues))
        if self.slots:
            reserve = np.maximum(1.0, 1.0 + RESERVE * (gross * (1.0 - share.mean(axis=1)) - 1.0))
        self.tubes = tuple(_tube(situation, scale / gross) for scale in (np.ones(len(queues)), reserve))
        self.today = min(self.slots, situation.end - self.now)

    def state(self, roster: Roster) -> State:
        """Agents present when `roster` is worked by those who are there.

        Somebody whose shift has begun is there, unless told away; of those who are still to come some do not.
        """
        worked = self.situation.worked(roster)
        begun = self.situation.begun(worked)
        return State(self._cover(worked, begun) + self._cover(worked, ~begun) * (1.0 - self.absent))

    def _cover(self, roster: Roster, chosen: BoolArray) -> FloatArray:
        change = np.zeros((len(self.problem.queues), self.slots + 1))
        rows = np.flatnonzero((roster.activity == WORK) & (roster.queue >= 0) & chosen)
        start = np.clip(roster.start[rows] - self.now, 0, self.slots)
        end = np.clip(roster.end[rows] - self.now, 0, self.slots)
        weight = self.problem.proficiency[roster.agent[rows], roster.queue[rows]]
        np.add.at(change, (roster.queue[rows], start), weight)
        np.add.at(change, (roster.queue[rows], end), -weight)
        cover: FloatArray = np.cumsum(change[:, :-1], axis=1)
        return np.maximum(cover, 0.0)

    def levels(self, cover: FloatArray, slot: IntArray, *, choice: bool = False) -> FloatArray:
        """Service level of each answer queue, shape (places, queues), with `cover` (places, queues) in slots `slot`.

        With `choice` the concave cover of the level's worth. A queue without a curve there has level 1.
        """
        found: FloatArray = np.full(cover.shape, -1.0)
        for curve in self.curves:
            table = curve.choice if choice else curve.level
            together = np.maximum(cover, 0.0) @ curve.member
            sizes = table.shape[1]
            place = np.clip(together - curve.first[slot], 0.0, sizes - 1)
            low = np.minimum(place.astype(np.int64), max(sizes - 2, 0))
            left, right = table[slot, low], table[slot, np.minimum(low + 1, sizes - 1)]
            level = left + (place - low) * (right - left)
            found[:, curve.member] = np.maximum(found[:, curve.member], level[:, None])
        return np.where(found < 0.0, 1.0, found)

    def in_time(self, cover: FloatArray, slot: IntArray, *, choice: bool = False) -> FloatArray:
        """Contacts in time of each answer queue, shape (places, queues); with `choice` as choices value them."""
        return self.volume[:, slot].T * self.levels(cover, slot, choice=choice)

    def overdue_h(self, cover: FloatArray, queue: int, *, reserve: bool = False) -> FloatArray:
        """Hours of a deadline queue due but not done at the end of each slot, beyond those of now; (..., slots)."""
        tube = self.tubes[int(reserve)]
        overdue: FloatArray = tube.latest[queue] - self._worked_h(tube, cover, queue) - tube.overdue[queue]
        return np.maximum(0.0, overdue)

    def late_h(self, cover: FloatArray, queue: int, *, reserve: bool = False) -> FloatArray:
        """Hours by which one deadline queue falls behind at worst: today, and on the days after it; shape (...)."""
        overdue = self.overdue_h(cover, queue, reserve=reserve)
        late: FloatArray = overdue[..., : self.today].max(axis=-1, initial=0.0)
        late = late + overdue[..., self.today :].max(axis=-1, initial=0.0)
        return late

    def saved_h(self, before: FloatArray, after: FloatArray, queue: int) -> FloatArray:
        """Hours less late with the crew `after` (..., slots) than with `before` (slots,); below 0: more.

        Cautious: what is saved must show in the bare work, what is lost counts where it eats up the reserve.
        """
        bare, full = (
            self.late_h(before, queue, reserve=reserve) - self.late_h(after, queue, reserve=reserve)
            for reserve in (False, True)
        )
        saved: FloatArray = np.minimum(bare, full)
        return saved

    def _worked_h(self, tube: Tube, cover: FloatArray, queue: int) -> FloatArray:
        """Hours done by the end of each slot, as early as can be; `cover` (..., slots)."""
        total = np.cumsum(cover * self.problem.grid.step_h, axis=-1)
        room = tube.earliest[queue] - tube.done[queue] - total
        worked = tube.done[queue] + total + np.minimum(0.0, np.minimum.accumulate(room, axis=-1))
        done: FloatArray = np.maximum(worked, tube.done[queue])
        return done

    def marginal(self, state: State) -> tuple[FloatArray, FloatArray]:
        """Worth of one agent more, and of one less, on each queue in each slot, two arrays (queues, slots).

        Deferred work: an agent-hour is worth something where work is late afterwards; one less costs as much
        where the work done ahead of the deadline does not last.
        """
        slots = np.arange(self.slots)
        base = self.in_time(state.cover.T, slots, choice=True) @ self.worth
        gain, loss = np.zeros_like(state.cover), np.zeros_like(state.cover)
        for queue in np.flatnonzero(~self.deadline):
            for sign, table in ((1.0, gain), (-1.0, loss)):
                cover = state.cover.T.copy()
                cover[:, queue] = np.maximum(0.0, cover[:, queue] + sign)
                table[queue] = sign * (self.in_time(cover, slots, choice=True) @ self.worth - base)
        step_h = self.problem.grid.step_h
        for queue in np.flatnonzero(self.deadline):
            late = self.overdue_h(state.cover[queue], int(queue))
            bare, full = self.tubes
            left = bare.earliest[queue] - self._worked_h(bare, state.cover[queue], int(queue))
            slack = self._worked_h(full, state.cover[queue], int(queue)) - full.latest[queue]
            ahead, least = _until_caught_up(late, slack, left)
            gain[queue] = np.where((ahead > TINY) & (left > TINY), self.worth_per_h * step_h, 0.0)
            loss[queue] = np.where(least < step_h, self.worth_per_h * step_h, 0.0)
        return np.where(self.is_open, gain, -self.worth_per_h), loss


def _until_caught_up(late: FloatArray, slack: FloatArray, left: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Most that is late and least slack from each slot on, until nothing is left: an hour's work tells no further."""
    most, least = late.copy(), slack.copy()
    for slot in range(len(left) - 2, -1, -1):
        if left[slot] > TINY:
            most[slot] = max(most[slot], most[slot + 1])
            least[slot] = min(least[slot], least[slot + 1])
    return most, least


def _tube(situation: Situation, scale: FloatArray) -> Tube:
    """The problem's tubes from now on, rostered hours times `scale` (queues,)."""
    problem, now = situation.problem, situation.now
    done = situation.done_h * scale
    due = problem.latest_h[:, now - 1] * scale if now else np.zeros(len(scale))
    return Tube(
        problem.earliest_h[:, now:] * scale[:, None],
        problem.latest_h[:, now:] * scale[:, None],
        done,
        np.maximum(0.0, due - done),
    )


def _curves(situation: Situation, target: FloatArray, beyond: float) -> tuple[Curve, ...]:
    """Curves of the plan with those of the day in place of its own, on the slots from now."""
    plan, fresh = situation.plan, situation.day_requirement
    grid, queues = plan.requirement.grid, plan.problem.queues
    ratio = grid.step_min // plan.problem.grid.step_min
    span = grid.day_slice(situation.day)
    old = {curve.queues: curve for curve in plan.requirement.curves}
    made = []
    for new in fresh.curves:
        before = old.get(new.queues)
        first, level = _spliced(before, new, grid.n, span)
        member = np.array([queue in new.queues for queue in queues])
        steps = np.arange(situation.now, grid.n * ratio) // ratio
        low = float(target[member].min())
        worth = np.minimum(level, low) + beyond * np.maximum(level - low, 0.0)
        made.append(Curve(member, first[steps], level[steps], concave_cover(worth)[steps]))
    return tuple(made)


def _spliced(before: ServiceCurve | None, new: ServiceCurve, steps: int, span: slice) -> tuple[IntArray, FloatArray]:
    """First crew and levels of every step of the plan: the new ones on the day, the old ones elsewhere."""
    sizes = new.service_level.shape[1]
    first, level = np.zeros(steps, dtype=np.int64), np.ones((steps, 1))
    if before is not None and len(before.first) == steps:
        first, level = np.array(before.first), np.array(before.service_level)
    width = max(sizes, level.shape[1])
    table = np.concatenate([level, np.repeat(level[:, -1:], width - level.shape[1], axis=1)], axis=1)
    table[span] = np.concatenate(
        [new.service_level, np.repeat(new.service_level[:, -1:], width - sizes, axis=1)], axis=1
    )
    first[span] = new.first
    return first, table


def concave_cover(level: FloatArray) -> FloatArray:
    """Smallest concave curve that is nowhere below each row, shape (rows, sizes).

    >>> concave_cover(np.array([[0.0, 0.0, 0.6, 0.9]])).round(2).tolist()
    [[0.0, 0.3, 0.6, 0.9]]
    """
    cover: FloatArray = np.array(level, dtype=float)
    sizes = level.shape[1]
    place = np.arange(sizes, dtype=float)
    _, rows = np.unique(level, axis=0, return_index=True)
    done: dict[bytes, FloatArray] = {}
    for row in rows.tolist():
        kept: list[int] = []
        for size in range(sizes):
            while len(kept) > 1:
                a, b = kept[-2], kept[-1]
                if (level[row, b] - level[row, a]) * (size - a) > (level[row, size] - level[row, a]) * (b - a):
                    break
                kept.pop()
            kept.append(size)
        done[level[row].tobytes()] = np.interp(place, kept, level[row, kept])
    for row in range(len(level)):
        cover[row] = done[level[row].tobytes()]
    return cover
