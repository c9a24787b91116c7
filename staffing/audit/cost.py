"""Cost of a roster by component, each price with its origin: the definition of docs/reference/cost.md."""

from math import fsum

import numpy as np

from staffing.audit.changes import change_terms
from staffing.audit.price_labour import premium_terms
from staffing.audit.price_people import (
    activity_terms,
    fairness_terms,
    overtime_terms,
    span_terms,
    switch_terms,
    wage_terms,
    wish_terms,
)
from staffing.audit.price_service import idle_terms, over_terms, overdue_terms, short_terms, undone_terms
from staffing.audit.terms import same_ground
from staffing.audit.weeks import week_limits, week_paid
from staffing.domain.problem import RosterProblem
from staffing.domain.result import CostTerm, RosterCost
from staffing.domain.roster import Roster

PRICES = {
    "short": short_terms,
    "over": over_terms,
    "idle": idle_terms,
    "overdue": overdue_terms,
    "undone": undone_terms,
    "wage": wage_terms,
    "overtime": overtime_terms,
    "wish": wish_terms,
    "fairness": fairness_terms,
    "span": span_terms,
    "switch": switch_terms,
    "activity": activity_terms,
    "change": change_terms,
}
"""Component -> function that yields its terms, in the order in which components are shown."""


def roster_cost(problem: RosterProblem, roster: Roster) -> RosterCost:
    """Price `roster`; every component is present and is the sum of its terms.

    Returns
    -------
    RosterCost
        Amounts in the centre's currency. Terms of value 0 are left out. ``short``, ``over``, ``idle`` and
        ``overdue`` name queue and day (those of a pool no queue but, in `detail`, the pool: ``phone+video``),
        ``idle`` of work without a queue agent and day, ``undone`` the queue, ``wage`` the agent, ``overtime`` agent
        and first day of the week, ``wish`` agent, day and kind, ``fairness`` agent, day and burden, ``span``
        day and role, ``switch`` agent and day, ``activity`` agent and activity, ``change`` agent, day and kind.
        Where the centre names labour rules there is also ``premium``, with agent, day and ``holiday`` or ``overtime``.

    Raises
    ------
    ValueError
        When the roster's grid, agents or queues are not those of the problem.
    """
    same_ground(problem, roster)
    terms: list[CostTerm] = []
    components = {}
    prices = {**PRICES, "premium": premium_terms} if problem.rules.labour else PRICES
    for name, price in prices.items():
        own = [term for term in price(problem, roster) if term.value]
        components[name] = fsum(term.value for term in own)
        terms.extend(own)
    return RosterCost(components, _fixed(problem, roster), tuple(terms))


RULE_OF = {"overtime": "contract_hours", "span": "span", "activity": "activities"}
"""Component -> rule of the audit that it is the price of."""


def cost_terms(problem: RosterProblem, roster: Roster) -> tuple[CostTerm, ...]:
    """Every price paid for `roster` with its origin, component by component; together they are its whole cost.

    Raises
    ------
    ValueError
        When the roster's grid, agents or queues are not those of the problem.
    """
    return roster_cost(problem, roster).terms


def _fixed(problem: RosterProblem, roster: Roster) -> float:
    """Wage of the minimum paid minutes of each agent's weeks, as far as they are worked."""
    paid = np.minimum(week_paid(problem, roster), week_limits(problem)[:, :, 0]).sum(axis=1)
    wages = [problem.wage_per_h(agent) for agent in range(len(problem.agents))]
    return fsum(minutes / 60 * wage for minutes, wage in zip(paid.tolist(), wages, strict=True))
