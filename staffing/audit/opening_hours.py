"""Queues are served only while they are open."""

from collections.abc import Iterator

import numpy as np

from staffing.audit.terms import hard, serving_rows
from staffing.domain.problem import RosterProblem
from staffing.domain.result import Violation
from staffing.domain.roster import Roster

CLASS, SEVERITY = "filter", "hard"


def check(problem: RosterProblem, roster: Roster) -> Iterator[Violation]:
    """One violation per agent, day and queue, with the minutes outside its hours; later than the horizon none count."""
    rows, last = serving_rows(roster), problem.grid.n
    closed = np.zeros((len(problem.queues), last + 1), dtype=np.int64)
    np.cumsum(~problem.is_open, axis=1, out=closed[:, 1:])
    queue, start, end = roster.queue[rows], np.clip(roster.start[rows], 0, last), np.clip(roster.end[rows], 0, last)
    minutes = (closed[queue, end] - closed[queue, start]) * problem.grid.step_min
    wrong = minutes > 0
    keys = np.stack([roster.agent[rows], roster.day[rows], queue], axis=1)[wrong]
    found, place = np.unique(keys, axis=0, return_inverse=True)
    sums = np.bincount(place.ravel(), weights=minutes[wrong], minlength=len(found))
    for (agent, day, number), total in zip(found, sums, strict=True):
        yield hard("opening_hours", agent, day, queue=problem.queues[number], minutes=int(total))
