"""Paid minutes of a period lie inside the contract's limits after leave."""

from collections.abc import Iterator

import numpy as np

from staffing.audit.fits import paid_minutes
from staffing.audit.shifts import shift_table
from staffing.audit.terms import hard
from staffing.domain.problem import RosterProblem
from staffing.domain.result import Violation
from staffing.domain.roster import Roster

CLASS, SEVERITY = "tour", "hard"


def check(problem: RosterProblem, roster: Roster) -> Iterator[Violation]:
    """Fault ``few`` or ``many`` on the period's first day in the horizon; hours before it in the period count.

    What the past alone has exceeded is not told again: ``many`` asks for a shift in the horizon.
    """
    contracts = {contract.id: contract for contract in problem.contracts}
    bounded = [
        agent
        for agent, person in enumerate(problem.agents)
        if contracts[person.contract].period_minutes_min is not None
        or contracts[person.contract].period_minutes_max is not None
    ]
    if not bounded:
        return
    periods, table = problem.periods, shift_table(roster)
    inside = table.within(problem.grid.days)
    paid = np.zeros((len(problem.agents), len(periods.first)), dtype=np.int64)
    place = (table.agent[inside], periods.of_day[table.day[inside]])
    np.add.at(paid, place, paid_minutes(problem, roster, table)[inside])
    for agent in bounded:
        for period in range(len(periods.first)):
            low, high = problem.period_limits(agent, period)
            own = int(paid[agent, period])
            total = own + (int(problem.carried.minutes[agent]) if period == 0 else 0)
            day = int(np.argmax(periods.of_day == period))
            if total < low:
                yield hard("period_hours", agent, day, fault="few", paid_min=total, limit_min=low)
            elif high is not None and total > high and own:
                yield hard("period_hours", agent, day, fault="many", paid_min=total, limit_min=high)
