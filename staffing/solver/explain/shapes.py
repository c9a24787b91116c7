"""Many possible shifts at once: the best breaks and queues of each, and their segments as columns of a roster."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from staffing.domain.arrays import BoolArray, FloatArray, IntArray
from staffing.domain.roster import BREAK, MEAL, WORK, Roster
from staffing.solver.explain.change import COLUMNS, Change, Row
from staffing.solver.explain.worth import CANNOT
from staffing.solver.options import Patterns

IDLE, NOTHING, KEPT = -1, -99, 1000
"""Codes of a slot: work without a queue; no part of the shift; from `KEPT` on a segment of the roster that stays.

A code of 0 or more is work on that queue; -20 - j is the break and -30 - j the meal in place j.
"""
HARD = 1e7
"""Price of a break over a segment that stays."""


@dataclass(frozen=True, eq=False)
class Shapes:
    """Possible shifts, arrays (shapes,) and `code` (shapes, longest); `value` is the cost that their work saves."""

    agent: IntArray
    day: IntArray
    start: IntArray
    end: IntArray
    paid_min: IntArray
    code: IntArray
    value: FloatArray

    def __len__(self) -> int:
        return len(self.agent)

    def take(self, rows: IntArray | BoolArray) -> Shapes:
        return Shapes(*(getattr(self, field.name)[rows] for field in fields(self)))


@dataclass(frozen=True, eq=False)
class Setting:
    """What `shape` needs of a stretch of slots from `first` on, arrays (people, queues, slots) and (people, slots).

    `gain` is the worth of work, `kept` the row of a roster segment that stays or -1, `serving` the queue served now.
    In the slots [gap[0], gap[1]) the queues `wanted` (queues,) come first, at the price `bonus` for each slot.
    """

    first: int
    people: IntArray
    gain: FloatArray
    kept: IntArray
    serving: IntArray
    wanted: BoolArray
    gap: tuple[int, int]
    bonus: float
    idle: float
    switch: float


def shape(setting: Setting, patterns: Patterns, who: IntArray, day: IntArray, options: tuple[IntArray, ...]) -> Shapes:
    """The best breaks and queues of each shift.

    Parameters
    ----------
    who : (shapes,)
        Place of the person in ``setting.people``.
    options
        Start, end, pattern and paid minutes of each shift, arrays (shapes,).
    """
    start, end, pattern, paid = options
    code, worth = _queues(setting, who, start, end)
    value = worth.sum(axis=1)
    served = _in_gap(setting, start, code.shape[1])
    pull = worth + np.where(served & (code >= 0) & (code < KEPT), setting.bonus, 0.0)
    pull = np.where(code >= KEPT, HARD, pull)
    for number in np.unique(pattern):
        rows = np.flatnonzero(pattern == number)
        value[rows] -= _pause(patterns, int(number), code, worth, pull, rows)
    return Shapes(setting.people[who], day, start, end, paid, code, value)


def _queues(setting: Setting, who: IntArray, start: IntArray, end: IntArray) -> tuple[IntArray, FloatArray]:
    """The queue of every slot and its worth; a queue is left only for one better by the price of a switch."""
    longest = int((end - start).max(initial=0))
    code = np.full((len(who), longest), NOTHING, dtype=np.int64)
    worth = np.zeros((len(who), longest))
    before = np.full(len(who), IDLE, dtype=np.int64)
    rows = np.arange(len(who))
    top = setting.gain.shape[2] - 1
    for place in range(longest):
        slot = start + place
        at = np.clip(slot - setting.first, 0, top)
        gain = setting.gain[who, :, at]
        now = setting.serving[who, at]
        gain[rows, np.maximum(now, 0)] += np.where(now >= 0, setting.switch + 1e-6, 0.0)
        gain[rows, np.maximum(before, 0)] += np.where(before >= 0, setting.switch, 0.0)
        inside = (slot >= setting.gap[0]) & (slot < setting.gap[1])
        choice = np.where(inside[:, None] & setting.wanted & (gain > CANNOT / 2), gain + HARD, gain)
        best = choice.argmax(axis=1)
        able = choice[rows, best] >= max(CANNOT / 2, -setting.idle - 1e-9)
        queue = np.where(able, best, IDLE)
        kept = setting.kept[who, at]
        true = np.where(able, setting.gain[who, best, at], -setting.idle)
        live = slot < end
        code[:, place] = np.where(live, np.where(kept >= 0, KEPT + kept, queue), NOTHING)
        worth[:, place] = np.where(live & (kept < 0), true, 0.0)
        before = np.where(kept >= 0, IDLE, queue)
    return code, worth


def _in_gap(setting: Setting, start: IntArray, longest: int) -> BoolArray:
    slot = start[:, None] + np.arange(longest)
    return np.asarray((slot >= setting.gap[0]) & (slot < setting.gap[1]))


def _pause(
    patterns: Patterns, number: int, code: IntArray, worth: FloatArray, pull: FloatArray, rows: IntArray
) -> FloatArray:
    """Place the breaks of one pattern where they lose least, write them into `code`; the worth that they lose.

    As in the oracle: a break depends on those before only through the end of the last.
    """
    breaks = range(int(patterns.first[number]), int(patterns.first[number + 1]))
    if not len(breaks):
        return np.zeros(len(rows))
    sums = np.concatenate([np.zeros((len(rows), 1)), np.cumsum(pull[rows], axis=1)], axis=1)
    chains: list[tuple[IntArray, FloatArray, IntArray]] = []
    for row in breaks:
        length = int(patterns.length[row])
        places = np.arange(int(patterns.lo[row]), int(patterns.hi[row]) + 1)
        places = places[places + length < sums.shape[1]]
        if not len(places):
            return np.full(len(rows), HARD)
        lost = sums[:, places + length] - sums[:, places]
        link = np.zeros(lost.shape, dtype=np.int64)
        if chains:
            earlier, cost, _ = chains[-1]
            gap = int(patterns.length[row - 1] + patterns.gap[row])
            best = np.minimum.accumulate(cost, axis=1)
            first = np.where(cost <= best, np.arange(cost.shape[1]), 0)
            where = np.maximum.accumulate(first, axis=1)
            reach = np.searchsorted(earlier + gap, places, side="right") - 1
            ready = reach >= 0
            lost = np.where(ready, lost + best[:, np.maximum(reach, 0)], 4 * HARD)
            link = np.where(ready, where[:, np.maximum(reach, 0)], 0)
        chains.append((places, lost, link))
    at = chains[-1][1].argmin(axis=1)
    true = np.zeros(len(rows))
    lines = np.arange(len(rows))
    for place in range(len(breaks) - 1, -1, -1):
        places, _, link = chains[place]
        row = breaks[place]
        begin = places[at]
        kind = 20 if patterns.code[row] == BREAK else 30
        for step in range(int(patterns.length[row])):
            true += worth[rows, begin + step]
            code[rows, begin + step] = np.where(
                code[rows, begin + step] >= KEPT, code[rows, begin + step], -kind - place
            )
        at = link[lines, at]
    return true


def columns_of(shapes: Shapes, chosen: IntArray, roster: Roster, agents: IntArray | None = None) -> dict[str, IntArray]:
    """Segments of the chosen shapes as columns of a roster; `agents` (chosen,) where they are other people's."""
    code = shapes.code[chosen]
    length = (shapes.end - shapes.start)[chosen]
    opens = (np.arange(code.shape[1]) < length[:, None]) & (code != NOTHING)
    opens[:, 1:] &= code[:, 1:] != code[:, :-1]
    line, place = np.nonzero(opens)
    last = np.ones(len(line), dtype=bool)
    last[:-1] = line[1:] != line[:-1]
    following = np.append(place[1:], 0)
    end = np.where(last, length[line], following)
    what = code[line, place]
    kept = np.maximum(what - KEPT, 0)
    stays = what >= KEPT
    pause = what <= -20
    source = np.zeros(1, dtype=np.int64) if not len(roster) else None
    activity = roster.activity[kept] if source is None else source[kept]
    queue = roster.queue[kept] if source is None else source[kept]
    start = shapes.start[chosen][line] + place
    return dict(
        zip(
            COLUMNS,
            (
                (shapes.agent[chosen] if agents is None else agents)[line],
                shapes.day[chosen][line],
                start,
                shapes.start[chosen][line] + end,
                np.where(stays, activity, np.where(pause, np.where(what <= -30, MEAL, BREAK), WORK)),
                np.where(stays, queue, np.where(what >= 0, what, -1)),
                stays & (roster.locked[kept] if source is None else False),
            ),
            strict=True,
        )
    )


def change_of(shapes: Shapes, one: int, given_up: int, roster: Roster) -> Change:
    """The shape as a change of its person's day; `given_up` is a day that becomes a day off, or -1."""
    table = columns_of(shapes, np.array([one]), roster)
    names = ("day", "start", "end", "activity", "queue")
    rows: list[Row] = []
    for values in zip(*(table[name].tolist() for name in names), strict=True):
        rows.append(values)
    day = int(shapes.day[one])
    return Change(int(shapes.agent[one]), (day,) if given_up < 0 else (day, given_up), tuple(rows))


def shapes_now(setting: Setting, roster: Roster, who: IntArray, rows: list[IntArray], forced: bool) -> Shapes:
    """The shifts that people have, with their breaks; in the gap the best wanted queue where `forced`.

    `rows` are the rows of each shift in the roster.
    """
    start = np.array([roster.start[mine[0]] for mine in rows], dtype=np.int64)
    end = np.array([roster.end[mine[-1]] for mine in rows], dtype=np.int64)
    code = np.full((len(rows), int((end - start).max(initial=0))), NOTHING, dtype=np.int64)
    for line, mine in enumerate(rows):
        pauses = 0
        for row in mine.tolist():
            span = slice(int(roster.start[row] - start[line]), int(roster.end[row] - start[line]))
            activity = int(roster.activity[row])
            if activity == WORK:
                code[line, span] = roster.queue[row]
            elif activity in (BREAK, MEAL):
                code[line, span] = (-20 if activity == BREAK else -30) - pauses
                pauses += 1
            else:
                code[line, span] = KEPT + row
    slot = start[:, None] + np.arange(code.shape[1])
    inside = (slot >= setting.gap[0]) & (slot < setting.gap[1]) & (code >= IDLE) & (code < KEPT)
    at = np.clip(slot - setting.first, 0, setting.gain.shape[2] - 1)
    if forced and inside.any():
        worth = np.where(setting.wanted[None, :, None], setting.gain[who], 2 * CANNOT)
        best = worth.argmax(axis=1)
        able = worth.max(axis=1) > CANNOT / 2
        lines = np.arange(len(rows))[:, None]
        code = np.where(inside & able[lines, at], best[lines, at], code)
    value = np.where(
        (code >= 0) & (code < KEPT),
        setting.gain[who[:, None], np.clip(code, 0, setting.gain.shape[1] - 1), at],
        np.where(code == IDLE, -setting.idle, 0.0),
    ).sum(axis=1)
    day = np.array([roster.day[mine[0]] for mine in rows], dtype=np.int64)
    nothing = np.zeros(len(rows), dtype=np.int64)
    return Shapes(setting.people[who], day, start, end, nothing, code, value)


def joined(parts: list[Shapes]) -> Shapes:
    """All shapes of `parts` in one."""
    longest = max(part.code.shape[1] for part in parts)
    padded = [np.pad(part.code, ((0, 0), (0, longest - part.code.shape[1])), constant_values=NOTHING) for part in parts]
    columns: dict[str, Any] = {
        name: np.concatenate([getattr(part, name) for part in parts])
        for name in ("agent", "day", "start", "end", "paid_min", "value")
    }
    return Shapes(code=np.concatenate(padded), **columns)
