"""The green channel: how soon an extra urgent case finds somebody.

Such a case goes to the next agent with the skill who gets free, whatever that agent is on duty for. An agent on duty
for a queue gets free, handle times being exponential, at the rate 1 / AHT at least (idle ones are free at once), so the
case waits longer than t with the product over the skilled agents of exp(-(time on duty within t) / AHT) at most. The
cases are so rare that they do not wait for each other.
"""

import numpy as np

from staffing.domain.arrays import FloatArray
from staffing.domain.queue import AnswerTarget, DeadlineUnit, Queue
from staffing.domain.roster import WORK, Roster


def uses_green_channel(queue: Queue) -> bool:
    """Whether the queue's promise is one on the clock that others' work gives way to."""
    clock = isinstance(queue.target, AnswerTarget) or queue.target.unit is DeadlineUnit.HOURS
    return queue.has_deadline and queue.urgency == "extra_urgent" and clock


def found_in_time(
    queue: Queue, roster: Roster, proficiency: FloatArray, aht_s: FloatArray, absent: FloatArray
) -> FloatArray:
    """Chance that a case finds somebody within the promise, by the slot it arrives in (at its middle), shape (slots,).

    Parameters
    ----------
    queue : Queue
        An extra urgent one. Of a promise to be done, its own handle time is taken off first.
    proficiency : ndarray
        Of each agent on this queue, shape (agents,); 0 has no skill.
    aht_s, absent : ndarray
        Mean handle time, and chance that somebody rostered is away, by queue and slot, shape (queues, slots).
    """
    grid, row = roster.grid, roster.queues.index(queue.id)
    if isinstance(queue.target, AnswerTarget):
        within_s = np.full(grid.n, float(queue.target.answer_within_s))
    else:
        within_s = np.maximum(0.0, queue.target.amount * 3600.0 - aht_s[row])
    step_s = grid.step_min * 60.0
    place: FloatArray = np.arange(grid.n, dtype=np.float64) + 0.5
    end: FloatArray = np.minimum(place + within_s / step_s, float(grid.n))
    nobody = np.ones(grid.n)
    work = (roster.activity == WORK) & (roster.queue >= 0)
    for agent in np.flatnonzero(proficiency > 0):
        chances, lost = np.zeros(grid.n), np.zeros(grid.n)
        for line in np.flatnonzero(work & (roster.agent == agent)):
            slots = slice(max(0, int(roster.start[line])), max(0, int(roster.end[line])))
            chances[slots] = step_s / np.maximum(aht_s[roster.queue[line], slots], 1.0)
            lost[slots] = absent[roster.queue[line], slots]
        reached, weighed = _between(chances, place, end), _between(chances * lost, place, end)
        away = np.divide(weighed, reached, out=np.zeros(grid.n), where=reached > 0)
        nobody *= away + (1.0 - away) * np.exp(-reached)
    found: FloatArray = 1.0 - nobody
    return found


def _between(by_slot: FloatArray, start: FloatArray, end: FloatArray) -> FloatArray:
    """Sum over the time from `start` to `end` (positions in slots) of values spread evenly over their slots."""
    total = np.concatenate(([0.0], np.cumsum(by_slot)))
    position = np.arange(len(total), dtype=float)
    result: FloatArray = np.interp(end, position, total) - np.interp(start, position, total)
    return result
