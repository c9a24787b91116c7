"""Hours of a week stay on average inside what the labour rules allow over their reference period."""

from collections.abc import Iterator

import numpy as np

from staffing.audit.terms import hard
from staffing.audit.weeks import week_paid
from staffing.domain.lawful import weeks_before
from staffing.domain.problem import RosterProblem
from staffing.domain.result import Violation
from staffing.domain.roster import Roster

CLASS, SEVERITY = "tour", "hard"


def check(problem: RosterProblem, roster: Roster) -> Iterator[Violation]:
    """One violation per agent and week of the plan at whose end the average of the period is too high.

    The period ends with that week; only weeks that are known count, those before the plan included.
    """
    laws = [law for law in problem.rules.labour if law.average_week_minutes is not None]
    if not laws:
        return
    own = week_paid(problem, roster)
    past = weeks_before(problem.paid_before)
    weeks = np.concatenate([past, own], axis=1)
    known = past.shape[1]
    for law in laws:
        limit = law.average_week_minutes or 0
        for week in range(known, weeks.shape[1]):
            first = max(0, week + 1 - law.average_weeks)
            total = weeks[:, first : week + 1].sum(axis=1)
            for agent in np.flatnonzero((total > limit * (week + 1 - first)) & (weeks[:, week] > 0)):
                yield hard(
                    "average_hours",
                    agent,
                    7 * (week - known),
                    law=law.id,
                    paid_min=round(int(total[agent]) / (week + 1 - first)),
                    limit_min=limit,
                    weeks=week + 1 - first,
                )
