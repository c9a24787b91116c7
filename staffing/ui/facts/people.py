"""Which agents a view shows, and in which order."""

from collections.abc import Collection

import numpy as np

from staffing.domain.arrays import BoolArray
from staffing.domain.roster import WORK
from staffing.measures import Coverage
from staffing.plan import Plan
from staffing.ui.facts.coverage import NOTABLE, open_gap


def teams(plan: Plan) -> list[str]:
    """Names of all teams, in order."""
    return sorted({agent.team for agent in plan.problem.agents})


def shown_agents(
    plan: Plan,
    table: Coverage,
    *,
    in_teams: Collection[str] = (),
    serves: Collection[str] = (),
    contracts: Collection[str] = (),
    only_short: bool = False,
    search: str = "",
) -> list[int]:
    """Agents by team and id that pass every filter; an empty filter passes all.

    Parameters
    ----------
    in_teams, serves : collection of str
        Teams, and queues of which the agent can serve at least one.
    contracts : collection of str
        Contracts, one of which the agent has.
    only_short : bool
        Only agents at work on a queue while that queue is short.
    search : str
        Part of the name or id, in any case.
    """
    agents, problem = plan.problem.agents, plan.problem
    keep = np.ones(len(agents), dtype=bool)
    if in_teams:
        keep &= np.array([agent.team in in_teams for agent in agents])
    if serves:
        columns = [problem.queues.index(queue) for queue in serves]
        keep &= (problem.proficiency[:, columns] > 0).any(axis=1)
    if contracts:
        keep &= np.array([agent.contract in contracts for agent in agents])
    if search.strip():
        wanted = search.strip().casefold()
        keep &= np.array([wanted in f"{agent.name} {agent.id}".casefold() for agent in agents])
    if only_short:
        keep &= at_short_queues(plan, table)
    return sorted(np.flatnonzero(keep).tolist(), key=lambda row: (agents[row].team, agents[row].id))


def at_short_queues(plan: Plan, table: Coverage) -> BoolArray:
    """Agents at work on a queue in a slot in which it, or a pool that holds it, is short, shape (agents,)."""
    found = np.zeros(len(plan.problem.agents), dtype=bool)
    roster = plan.roster
    if roster is None:
        return found
    is_short = open_gap(table) < -NOTABLE
    if table.pools is not None:
        is_short |= table.pools.member.T @ (table.pools.is_open & (table.pools.gap < -NOTABLE))
    for row in np.flatnonzero((roster.activity == WORK) & (roster.queue >= 0)):
        span = slice(max(0, int(roster.start[row])), max(0, int(roster.end[row])))
        if is_short[roster.queue[row], span].any():
            found[roster.agent[row]] = True
    return found
