"""Agents work only on queues they can serve."""

from collections.abc import Iterator

import numpy as np

from staffing.audit.terms import hard, serving_rows
from staffing.domain.problem import RosterProblem
from staffing.domain.result import Violation
from staffing.domain.roster import Roster

CLASS, SEVERITY = "filter", "hard"


def check(problem: RosterProblem, roster: Roster) -> Iterator[Violation]:
    """One violation per agent, day and queue, with the minutes worked there."""
    rows = serving_rows(roster)
    unable = rows[problem.proficiency[roster.agent[rows], roster.queue[rows]] <= 0]
    minutes = (roster.end[unable] - roster.start[unable]) * problem.grid.step_min
    keys = np.stack([roster.agent[unable], roster.day[unable], roster.queue[unable]], axis=1)
    found, place = np.unique(keys, axis=0, return_inverse=True)
    sums = np.bincount(place.ravel(), weights=minutes, minlength=len(found))
    for (agent, day, queue), total in zip(found, sums, strict=True):
        yield hard("skills", agent, day, queue=problem.queues[queue], minutes=int(total))
