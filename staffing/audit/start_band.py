"""All starts of a person's week lie in one band of the day."""

from collections.abc import Iterator

import numpy as np

from staffing.audit.shifts import shift_table
from staffing.audit.terms import hard
from staffing.domain.problem import RosterProblem
from staffing.domain.result import Violation
from staffing.domain.roster import Roster

CLASS, SEVERITY = "tour", "hard"
DAY_MIN = 1440


def check(problem: RosterProblem, roster: Roster) -> Iterator[Violation]:
    """One violation per agent and week, on the first day of the week, with the earliest and latest start.

    The band that reaches furthest is the last one that begins no later than the earliest start.
    """
    contracts = {contract.id: contract for contract in problem.contracts}
    own = [contracts[agent.contract] for agent in problem.agents]
    width = np.array([DAY_MIN if c.start_band_min is None else c.start_band_min for c in own], dtype=np.int64)
    step = np.array([DAY_MIN if c.start_band_min is None else c.start_band_step_min for c in own], dtype=np.int64)
    table = shift_table(roster)
    inside = np.flatnonzero(table.within(problem.grid.days) & (table.start >= 0) & (table.start < problem.grid.n))
    agent, week = table.agent[inside], table.day[inside] // 7
    minute = problem.grid.minute[table.start[inside]]
    first = np.full((len(own), problem.weeks), DAY_MIN, dtype=np.int64)
    last = np.full((len(own), problem.weeks), -1, dtype=np.int64)
    np.minimum.at(first, (agent, week), minute)
    np.maximum.at(last, (agent, week), minute)
    latest = first // step[:, None] * step[:, None] + width[:, None]
    for person, number in np.argwhere(last > latest):
        yield hard(
            "start_band",
            person,
            7 * number,
            earliest_min=int(first[person, number]),
            latest_min=int(last[person, number]),
            limit=int(latest[person, number]),
        )
