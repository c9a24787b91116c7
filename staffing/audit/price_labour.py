"""What the labour rules ask for hours on holidays and rest days, beyond the wage and the overtime priced already."""

from collections.abc import Iterator

import numpy as np

from staffing.audit.month_overtime import overtime_of_days
from staffing.audit.price_people import overtime_terms
from staffing.audit.weeks import day_paid
from staffing.domain.labour import PayClasses, pay_class
from staffing.domain.problem import RosterProblem
from staffing.domain.result import CostTerm
from staffing.domain.roster import Roster


def premium_terms(problem: RosterProblem, roster: Roster) -> Iterator[CostTerm]:
    """By agent: each shift on a statutory holiday, and overtime of a week as far as it costs more than priced.

    The first preset that names classes of pay counts. A shift is paid as the day it starts on. Overtime on a holiday is
    paid as the holiday alone.
    """
    law = next((law for law in problem.rules.labour if law.pay != PayClasses()), None)
    if law is None:
        return
    grid = problem.grid
    paid = day_paid(problem, roster)
    beyond = overtime_of_days(law, problem, paid)[:, problem.paid_before.shape[1] :]
    classes = np.array([pay_class(problem.table.on(when)) for when in grid.dates])
    rates = {"holiday": law.pay.holiday, "rest_day": law.pay.rest_day, "overtime": law.pay.overtime}
    priced = {(term.agent, term.day): term.value for term in overtime_terms(problem, roster)}
    extra = np.array([0.0 if name == "holiday" else rates[name] - 1.0 for name in classes.tolist()])
    for agent in np.flatnonzero(paid.any(axis=1)):
        wage = problem.wage_per_h(int(agent))
        for day in np.flatnonzero((classes == "holiday") & (paid[agent] > 0)):
            value = float(paid[agent, day]) / 60 * wage * (law.pay.holiday - 1.0)
            yield CostTerm("premium", value, agent=int(agent), day=int(day), detail="holiday")
        for week in range(problem.weeks):
            span = slice(7 * week, 7 * week + 7)
            asked = float(beyond[agent, span] @ extra[span]) / 60 * wage
            more = asked - priced.get((int(agent), 7 * week), 0.0)
            if more > 0:
                yield CostTerm("premium", more, agent=int(agent), day=7 * week, detail="overtime")
