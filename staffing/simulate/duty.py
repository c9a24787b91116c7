"""Roster -> changes of duty by agent, the time each queue is staffed, and each shift's chance of absence."""

from dataclasses import dataclass

import numpy as np

from staffing.domain.arrays import BoolArray, FloatArray, IntArray
from staffing.domain.roster import WORK, Roster, Shift
from staffing.simulate.floor import NONE, Duty


@dataclass(frozen=True, slots=True)
class Duties:
    """What the roster asks of everybody, in columns.

    `at_s`, `agent`, `queue`, `shift` (changes,) are sorted by time, at one moment leavers first; `shift_agent`,
    `shift_day`, `absence` (shifts,) tell whose shift it is and the chance that nobody comes; `staffed_shift`,
    `staffed_queue`, `staffed_day`, `staffed_s` (pieces,) split the time on duty by day.
    """

    at_s: FloatArray
    agent: IntArray
    queue: IntArray
    shift: IntArray
    shift_agent: IntArray
    shift_day: IntArray
    absence: FloatArray
    staffed_shift: IntArray
    staffed_queue: IntArray
    staffed_day: IntArray
    staffed_s: FloatArray

    def without(self, absent: BoolArray) -> Duty:
        """The changes of those who came; `absent` (shifts,)."""
        keep = ~absent[self.shift]
        return Duty(self.at_s[keep], self.agent[keep], self.queue[keep])

    def on_duty_s(self, absent: BoolArray, shape: tuple[int, int]) -> FloatArray:
        """Seconds on duty of those who came, shape (queues, days)."""
        keep = ~absent[self.staffed_shift]
        place = self.staffed_queue[keep] * shape[1] + self.staffed_day[keep]
        seconds = np.bincount(place, self.staffed_s[keep], minlength=shape[0] * shape[1])
        return seconds.reshape(shape).astype(np.float64)


def duties(roster: Roster, absent_share: FloatArray) -> Duties:
    """Duties of a roster inside its horizon.

    Parameters
    ----------
    roster
        Work without a queue counts as off duty: no contact is routed to it.
    absent_share : (queues, slots)
        Chance that somebody rostered is away; a shift's chance of absence is the mean over its work.
    """
    grid = roster.grid
    changes: list[tuple[int, int, int, int]] = []  # step, agent, queue, shift
    people: list[tuple[int, int, float]] = []  # agent, day, chance of absence
    staffed: list[tuple[int, int, int, int]] = []  # shift, queue, day, steps
    for number, shift in enumerate(roster.shifts()):
        pieces = _pieces(roster, shift)
        for place, (queue, start, end) in enumerate(pieces):
            changes.append((start, shift.agent, queue, number))
            if place + 1 == len(pieces) or pieces[place + 1][1] > end:
                changes.append((end, shift.agent, NONE, number))
            for day in range(grid.days):
                steps = min(end, int(grid.day_start[day + 1])) - max(start, int(grid.day_start[day]))
                if steps > 0:
                    staffed.append((number, queue, day, steps))
        worked = sum(end - start for _, start, end in pieces)
        lost = sum(float(absent_share[queue, start:end].sum()) for queue, start, end in pieces)
        people.append((shift.agent, shift.day, lost / worked if worked else 0.0))
    changes.sort(key=lambda change: (change[0], change[2] != NONE, change[1]))
    step, agent, queue_column, shift_column = np.array(changes, dtype=np.int64).reshape(-1, 4).T.copy()
    staffed_shift, staffed_queue, staffed_day, steps_column = np.array(staffed, dtype=np.int64).reshape(-1, 4).T.copy()
    step_s = grid.step_min * 60.0
    return Duties(
        at_s=np.asarray(step * step_s, dtype=np.float64),
        agent=agent,
        queue=queue_column,
        shift=shift_column,
        shift_agent=np.array([row[0] for row in people], dtype=np.int64),
        shift_day=np.array([row[1] for row in people], dtype=np.int64),
        absence=np.array([row[2] for row in people], dtype=np.float64),
        staffed_shift=staffed_shift,
        staffed_queue=staffed_queue,
        staffed_day=staffed_day,
        staffed_s=np.asarray(steps_column * step_s, dtype=np.float64),
    )


def _pieces(roster: Roster, shift: Shift) -> list[tuple[int, int, int]]:
    """(queue, start, end) of a shift's work inside the horizon; touching pieces of one queue are one."""
    pieces: list[tuple[int, int, int]] = []
    for row in shift.rows:
        queue = int(roster.queue[row])
        start, end = max(0, int(roster.start[row])), min(roster.grid.n, int(roster.end[row]))
        if roster.activity[row] != WORK or queue == NONE or start >= end:
            continue
        if pieces and pieces[-1][0] == queue and pieces[-1][2] == start:
            pieces[-1] = (queue, pieces[-1][1], end)
        else:
            pieces.append((queue, start, end))
    return pieces
