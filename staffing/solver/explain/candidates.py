"""Every small change that puts one person to work on a queue in a gap."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np

from staffing.audit.fits import paid_minutes
from staffing.audit.shifts import ShiftTable, shift_table
from staffing.domain.arrays import BoolArray, FloatArray, IntArray
from staffing.domain.problem import RosterProblem
from staffing.domain.roster import OFF_PHONE, Roster
from staffing.solver.explain.shapes import Setting, Shapes, joined, shape, shapes_now
from staffing.solver.explain.worth import CANNOT, Ground, gains, losses
from staffing.solver.options import DayOptions, Patterns, contract_options, make_patterns
from staffing.solver.premium import Premium

KINDS = ("switch", "break", "extend", "move", "add", "swap")
"""What becomes of the person's days: another queue now, breaks elsewhere, a longer shift, other hours, a shift on a day
off, and the same for another day given up. Smaller changes come first."""
SWITCH, BREAK_MOVED, EXTEND, MOVE, ADD, SWAP = range(len(KINDS))
BONUS = 1e4
"""Price of a break in the gap: it is put elsewhere if the rules allow."""
HALF = 0.5
"""Share of a gap that counts as filling it."""
FEW = 2
"""Shifts tried of somebody who cannot serve the queue anyway."""


@dataclass(frozen=True, eq=False)
class Candidates:
    """Possible changes, arrays (changes,): `given_up` is a day or -1, `filled` the slots of the gap gained.

    `saving` is an estimate of the cost that they save.
    """

    shapes: Shapes
    kind: IntArray
    given_up: IntArray
    saving: FloatArray
    filled: IntArray

    def __len__(self) -> int:
        return len(self.kind)

    def take(self, rows: IntArray | BoolArray) -> Candidates:
        return Candidates(self.shapes.take(rows), *(getattr(self, f.name)[rows] for f in fields(self)[1:]))


class Bench:
    """The roster laid out for proposals: shifts by person and day, options of the contracts, what is worth what."""

    def __init__(self, problem: RosterProblem, roster: Roster, ground: Ground) -> None:
        self.problem, self.roster, self.ground = problem, roster, ground
        self.patterns: Patterns = make_patterns(problem)
        by_id = {kind.id: kind for kind in problem.shifts}
        self.options: dict[str, list[DayOptions]] = {
            contract.id: contract_options(problem, tuple(by_id[name] for name in contract.shifts), self.patterns)
            for contract in problem.contracts
        }
        table: ShiftTable = shift_table(roster)
        people, days = len(problem.agents), problem.grid.days
        inside = table.within(days)
        self.shift = np.full((people, days), -1, dtype=np.int64)
        self.shift[table.agent[inside], table.day[inside]] = np.flatnonzero(inside)
        self.table = table
        self.paid = paid_minutes(problem, roster, table)
        rows = np.flatnonzero(table.row_shift >= 0)
        self.rows_of = np.split(rows, np.flatnonzero(np.diff(table.row_shift[rows])) + 1) if len(rows) else []
        self.wage = np.array([problem.wage_per_h(agent) for agent in range(people)]) / 60
        self.rate = 1.0 + Premium(problem).holiday
        names = [contract.id for contract in problem.contracts]
        self.contract = np.array([names.index(agent.contract) for agent in problem.agents], dtype=np.int64)

    def pay(self, agents: IntArray, days: IntArray | int) -> FloatArray:
        """What a paid minute of each person costs on each day."""
        return np.asarray(self.wage[agents] * self.rate[days])

    def setting(self, day: int, last: int, wanted: BoolArray, gap: tuple[int, int]) -> Setting:
        """Everybody's worth from the start of `day` to `last`; those without the skill count as able in the gap."""
        problem, roster = self.problem, self.roster
        first = int(problem.grid.day_start[day])
        people = np.arange(len(problem.agents))
        gain = gains(self.ground, people, first, last)
        span = slice(max(gap[0] - first, 0), max(0, min(gap[1], problem.grid.n) - first))
        for queue in np.flatnonzero(wanted):
            unable = np.flatnonzero(~((problem.proficiency > 0) & wanted).any(axis=1))
            opens = problem.is_open[queue, first + span.start : first + span.stop]
            gain[unable, queue, span] = np.where(opens, 0.0, CANNOT)
        kept = np.full((len(people), last - first), -1, dtype=np.int64)
        for row in np.flatnonzero(np.isin(roster.activity, OFF_PHONE) & (roster.end > first) & (roster.start < last)):
            kept[roster.agent[row], max(0, roster.start[row] - first) : roster.end[row] - first] = row
        stop = min(last, problem.grid.n)
        serving = np.full(kept.shape, -1, dtype=np.int64)
        serving[:, : stop - first] = self.ground.serving[:, first:stop]
        costs = problem.costs
        return Setting(
            first, people, gain, kept, serving, wanted, gap, BONUS, self.ground.idle, costs.switch_per_change
        )

    def days_for(self, gap: tuple[int, int]) -> Iterator[tuple[int, int]]:
        """Days whose shifts can reach the gap, and the last slot that their shifts touch."""
        day = int(self.problem.grid.day_of(gap[0]))
        for home in (day, day - 1):
            if home < 0:
                continue
            ends = [int(options[home].end.max(initial=0)) for options in self.options.values()]
            here = self.table.day == home
            ends.append(int(self.table.end[here].max(initial=0)))
            if home == day or max(ends) > gap[0]:
                yield home, max(*ends, gap[1] + 1)

    def present(self, home: int, setting: Setting, *, forced: bool) -> tuple[IntArray, Shapes | None]:
        """Those with a shift on `home` and the shifts, in the gap on a wanted queue where `forced`."""
        who = np.flatnonzero(self.shift[:, home] >= 0)
        if not len(who):
            return who, None
        rows = [self.rows_of[number] for number in self.shift[who, home]]
        return who, shapes_now(setting, self.roster, who, rows, forced)

    def pairs(self, home: int, who: IntArray, gap: tuple[int, int] | None) -> tuple[IntArray, tuple[IntArray, ...]]:
        """(person, option) of `home` for the people `who`: start, end, pattern and paid minutes.

        Only options that meet `gap`, where one is given; somebody who has none gets one beside the contract.
        """
        people: list[IntArray] = []
        columns: list[IntArray] = []
        for number, contract in enumerate(self.problem.contracts):
            mine = who[self.contract[who] == number]
            option = self.options[contract.id][home]
            table = np.stack([option.start, option.end, option.pattern, option.paid_min])
            if gap is not None:
                table = table[:, (option.start < gap[1]) & (option.end > gap[0])]
                if not table.shape[1]:
                    table = self._beside(contract.shifts, home, gap)
            people.append(np.repeat(mine, table.shape[1]))
            columns.append(np.tile(table, (1, len(mine))))
        start, end, pattern, paid = np.concatenate(columns, axis=1)
        return np.concatenate(people), (start, end, pattern, paid)

    def _beside(self, shifts: tuple[str, ...], home: int, gap: tuple[int, int]) -> IntArray:
        """A shift over the gap that the contract does not know: the shortest of its shifts, begun with the gap."""
        step = self.problem.grid.step_min
        known = [kind for kind in self.problem.shifts if kind.id in shifts and min(kind.lengths_min) % step == 0]
        if not known or int(self.problem.grid.day_of(gap[0])) != home:
            return np.zeros((4, 0), dtype=np.int64)
        kind = min(known, key=lambda one: min(one.lengths_min))
        length = min(kind.lengths_min)
        paid = kind.paid_min(length, self.problem.break_types())
        pattern = self.patterns.number[kind.id, length]
        return np.array([[gap[0]], [gap[0] + length // step], [pattern], [paid]], dtype=np.int64)


def gap_candidates(bench: Bench, wanted: BoolArray, gap: tuple[int, int]) -> Candidates:
    """All changes of one shift, or of one shift and one day given up, that serve a wanted queue in the gap."""
    parts: list[Candidates] = []
    for home, last in bench.days_for(gap):
        setting = bench.setting(home, last, wanted, gap)
        parts.extend(_same_hours(bench, home, setting))
        parts.extend(_other_hours(bench, home, setting))
    found = _together(parts)
    found = found.take(found.filled > 0)
    # Where somebody could fill half of the gap, smaller help of theirs is not looked at.
    found = found.take(_hopeful(bench, found))
    half = HALF * (gap[1] - gap[0])
    fills = np.zeros(len(bench.problem.agents), dtype=bool)
    fills[found.shapes.agent[found.filled >= half]] = True
    return found.take((found.filled >= half) | ~fills[found.shapes.agent])


def _hopeful(bench: Bench, found: Candidates) -> BoolArray:
    """Candidates that meet no absence; of people who have no other a few, to say so."""
    blocked = np.zeros((len(bench.problem.agents), bench.problem.grid.n + 1), dtype=np.int64)
    np.cumsum(bench.problem.blocked, axis=1, out=blocked[:, 1:])
    shapes, last = found.shapes, bench.problem.grid.n
    free = blocked[shapes.agent, np.minimum(shapes.end, last)] == blocked[shapes.agent, np.minimum(shapes.start, last)]
    some = np.zeros(len(blocked), dtype=bool)
    some[shapes.agent[free]] = True
    return np.asarray(free | (~some[shapes.agent] & _few_of_unable(shapes.agent, some)))


def swaps(bench: Bench, added: Candidates) -> Candidates:
    """The changes that add a shift, each with another day of its week given up instead."""
    worth = losses(bench.ground, np.arange(len(bench.problem.agents)))
    rows, days = [], []
    for row in np.flatnonzero(added.kind == ADD):
        agent, day = int(added.shapes.agent[row]), int(added.shapes.day[row])
        week = range(7 * (day // 7), min(7 * (day // 7) + 7, bench.problem.grid.days))
        for other in week:
            shift = int(bench.shift[agent, other])
            if shift >= 0 and not np.isin(bench.roster.activity[bench.rows_of[shift]], OFF_PHONE).any():
                rows.append(int(row))
                days.append(other)
    chosen, other_days = np.array(rows, dtype=np.int64), np.array(days, dtype=np.int64)
    shapes = added.shapes.take(chosen)
    paid = bench.paid[bench.shift[shapes.agent, other_days]] if len(chosen) else np.zeros(0)
    saving = added.saving[chosen] - worth[shapes.agent, other_days] + paid * bench.pay(shapes.agent, other_days)
    return Candidates(shapes, np.full(len(chosen), SWAP), other_days, saving, added.filled[chosen])


def _same_hours(bench: Bench, home: int, setting: Setting) -> Iterator[Candidates]:
    """The shift as it is, with another queue in the gap, and with breaks elsewhere where one lies in the gap."""
    who, now = bench.present(home, setting, forced=False)
    _, forced = bench.present(home, setting, forced=True)
    if now is None or forced is None:
        return
    switched = (forced.code != now.code).any(axis=1)
    before = served_in_gap(setting, now)
    more = served_in_gap(setting, forced) - before
    yield _same_paid(forced.take(switched), SWITCH, (forced.value - now.value)[switched], more[switched])
    slot = now.start[:, None] + np.arange(now.code.shape[1])
    inside = (slot >= setting.gap[0]) & (slot < setting.gap[1])
    paused = np.flatnonzero((inside & (now.code <= -20) & (now.code > -90)).any(axis=1))
    if not len(paused):
        return
    people, options = bench.pairs(home, who[paused], setting.gap)
    shift = bench.shift[people, home]
    same = (options[0] == bench.table.start[shift]) & (options[1] == bench.table.end[shift])
    same &= options[3] == bench.paid[shift]
    if same.any():
        shapes = shape(
            setting, bench.patterns, people[same], np.full(int(same.sum()), home), tuple(o[same] for o in options)
        )
        place = np.searchsorted(who, people[same])
        more = served_in_gap(setting, shapes) - before[place]
        yield _same_paid(shapes, BREAK_MOVED, shapes.value - now.value[place], more)


def _same_paid(shapes: Shapes, kind: int, saving: FloatArray, filled: IntArray) -> Candidates:
    return Candidates(shapes, np.full(len(shapes), kind), np.full(len(shapes), -1), saving, filled)


def served_in_gap(setting: Setting, shapes: Shapes) -> IntArray:
    """Slots of the gap in which each shape serves a wanted queue, shape (shapes,)."""
    slot = shapes.start[:, None] + np.arange(shapes.code.shape[1])
    inside = (slot >= setting.gap[0]) & (slot < setting.gap[1])
    return np.asarray((inside & np.isin(shapes.code, np.flatnonzero(setting.wanted))).sum(axis=1))


def _other_hours(bench: Bench, home: int, setting: Setting) -> Iterator[Candidates]:
    """Other hours of a shift, or a shift on a day off."""
    able: BoolArray = np.any((bench.problem.proficiency > 0) & setting.wanted, axis=1)
    who, options = bench.pairs(home, np.arange(len(able)), setting.gap)
    keep = _few_of_unable(who, able)
    shift = bench.shift[who, home]
    has = shift >= 0
    same = has & (options[0] == bench.table.start[shift]) & (options[1] == bench.table.end[shift])
    keep &= ~same
    keep &= _holds_kept(setting, bench, who, shift, options)
    if not keep.any():
        return
    who, shift, has = who[keep], shift[keep], has[keep]
    picked = tuple(option[keep] for option in options)
    shapes = shape(setting, bench.patterns, who, np.full(len(who), home), picked)
    _, now = bench.present(home, setting, forced=False)
    old, before = np.zeros(len(bench.problem.agents)), np.zeros(len(bench.problem.agents), dtype=np.int64)
    if now is not None:
        old[now.agent] = now.value
        before[now.agent] = served_in_gap(setting, now)
    paid_now = np.where(has, bench.paid[shift], 0) if len(bench.paid) else np.zeros(len(who))
    longer = has & (picked[0] <= bench.table.start[shift]) & (picked[1] >= bench.table.end[shift]) if has.any() else has
    kind = np.where(longer, EXTEND, np.where(has, MOVE, ADD))
    saving = shapes.value - old[who] - (picked[3] - paid_now) * bench.pay(who, home)
    yield Candidates(shapes, kind, np.full(len(who), -1), saving, served_in_gap(setting, shapes) - before[who])


def _few_of_unable(who: IntArray, able: BoolArray) -> BoolArray:
    """Everything of those who can serve the queue, the first few of the others."""
    place = np.arange(len(who)) - np.searchsorted(who, who, side="left") if np.all(np.diff(who) >= 0) else None
    if place is None:
        order = np.argsort(who, kind="stable")
        place = np.empty(len(who), dtype=np.int64)
        place[order] = np.arange(len(who)) - np.searchsorted(who[order], who[order], side="left")
    return np.asarray(able[who] | (place < FEW))


def _holds_kept(
    setting: Setting, bench: Bench, who: IntArray, shift: IntArray, options: tuple[IntArray, ...]
) -> BoolArray:
    """Shifts that hold the training and meetings of the present one; all of a person's where none does."""
    low, high = np.full(len(bench.rows_of), 1 << 40), np.full(len(bench.rows_of), -1)
    for row in np.unique(setting.kept[setting.kept >= 0]):
        number = int(bench.table.row_shift[row])
        low[number] = min(low[number], int(bench.roster.start[row]))
        high[number] = max(high[number], int(bench.roster.end[row]))
    has = shift >= 0
    if not has.any():
        return np.ones(len(who), dtype=bool)
    good = ~has | ((options[0] <= low[shift]) & (options[1] >= high[shift]))
    some = np.zeros(len(bench.problem.agents), dtype=bool)
    some[who[good]] = True
    return np.asarray(good | ~some[who])


def _together(parts: list[Candidates]) -> Candidates:
    parts = [part for part in parts if len(part)]
    if not parts:
        none = np.zeros(0, dtype=np.int64)
        return Candidates(
            Shapes(none, none, none, none, none, none.reshape(0, 1), np.zeros(0)), none, none, np.zeros(0), none
        )
    return Candidates(
        joined([part.shapes for part in parts]),
        np.concatenate([part.kind for part in parts]),
        np.concatenate([part.given_up for part in parts]),
        np.concatenate([part.saving for part in parts]),
        np.concatenate([part.filled for part in parts]),
    )
