"""What the judge asks of the requirement: the rows to be raised so that missed targets are met.

Only rows that were staffed as required are raised. Where agents are missing against the requirement already, asking for
more of them would change nothing: people are lacking there.
"""

from dataclasses import dataclass, replace

import numpy as np

from staffing.domain.arrays import BoolArray, FloatArray
from staffing.domain.demand import Forecast
from staffing.domain.problem import RosterProblem
from staffing.domain.queue import Queue
from staffing.domain.requirement import PoolNeed, Requirement
from staffing.domain.roster import Roster
from staffing.domain.verdict import QueueVerdict, RaisedRow, Verdict
from staffing.simulate.worst import on_intervals

TOLERANCE, TOLERANCE_SHARE = 0.1, 0.02
"""Agents, and share of the required, that may be missing in an interval that counts as staffed."""
LACK_SHARE = 0.05
"""A day that lacks a larger share of the agents required lacks people, or the search had no time: nothing is learnt."""
LEAST = 0.05
"""Agents by which a row is raised at least; less is rounding."""
MOST, MOST_SHARE = 1.0, 0.25
"""Agents, or share of the required, by which a row is raised in one round at most."""
KNOWN = 0.97
"""An interval with a higher level has agents to spare, and nobody can tell how many."""
WORK_LEAST, WORK_MOST = 0.01, 0.3
"""Least and highest rise of the hours of deferred work in one round."""


@dataclass(frozen=True, slots=True)
class Demands:
    """Rows to be raised, the days (weeks of deferred work) they help, and those for which people are lacking."""

    raised: tuple[RaisedRow, ...]
    helped: tuple[QueueVerdict, ...]
    lacking: tuple[QueueVerdict, ...]


def demands(
    requirement: Requirement,
    forecast: Forecast,
    problem: RosterProblem,
    roster: Roster,
    queues: tuple[Queue, ...],
    verdict: Verdict,
) -> Demands:
    """Rows that were staffed as required and still drag a missed target down.

    Answer queues are judged by the day, deadline queues by the horizon (their hours have one safety for all days). A
    target is missed when it lies above the band, so that no row is raised for an accident of the draws.

    Parameters
    ----------
    requirement, problem, roster
        What the roster was made for, and the roster.
    forecast
        Contacts, the weights of the intervals.
    verdict
        The judge's word on the roster.

    Returns
    -------
    Demands
        Empty when every target is met as far as the judge can tell.
    """
    rostered = on_intervals(roster.coverage(problem.proficiency), requirement)
    raised: list[RaisedRow] = []
    helped: list[QueueVerdict] = []
    lacking: list[QueueVerdict] = []
    for judged in verdict.rows:
        row = requirement.queues.index(judged.queue)
        queue = queues[row]
        goal = _goal(judged, verdict.replications)
        if goal is None or queue.has_deadline is not (judged.day is None):
            continue
        if queue.has_deadline:
            found = _more_work(requirement, judged, row, goal)
        else:
            volume = forecast.volume[forecast.queues.index(queue.id)]
            found = _more_agents(
                requirement, verdict.interval_sl[row], volume, rostered[row], row, judged.day or 0, goal
            )
        if found is None:
            lacking.append(judged)
        else:
            raised += found
            helped.append(judged)
    return Demands(tuple(raised), tuple(helped), tuple(lacking))


def raise_rows(requirement: Requirement, rows: tuple[RaisedRow, ...]) -> Requirement:
    """The requirement with these rows raised: agents rostered and present, and the level they are expected to keep."""
    net, gross = np.array(requirement.agents), np.array(requirement.agents_gross)
    factor, expected = _rostered_per_present(requirement), np.array(requirement.expected_sl)
    workload = {work.queue: work for work in requirement.workload}
    pools = list(requirement.pools)
    for raised in rows:
        row = requirement.queues.index(raised.queue)
        if raised.step is None:
            work = workload[raised.queue]
            workload[raised.queue] = replace(work, gross_factor=raised.after)
            gross[row] *= raised.after / raised.before
        else:
            more = raised.after - gross[row, raised.step]
            net[row, raised.step] += more / factor[row, raised.step]
            gross[row, raised.step] = raised.after
            pools = [_raised_pool(pool, raised, more, float(factor[row, raised.step])) for pool in pools]
    for curve in requirement.curves:
        if len(curve.queues) == 1 and curve.queues[0] in requirement.queues:
            row = requirement.queues.index(curve.queues[0])
            changed = net[row] > requirement.agents[row]
            expected[row, changed] = np.maximum(expected[row], curve.at(net[row]))[changed]
    works = tuple(workload.values())
    return replace(
        requirement, agents=net, agents_gross=gross, expected_sl=expected, workload=works, pools=tuple(pools)
    )


def _raised_pool(pool: PoolNeed, raised: RaisedRow, more: float, factor: float) -> PoolNeed:
    """What one of its queues needs more the pool needs more: the others have nobody to spare."""
    if raised.queue not in pool.queues:
        return pool
    net, gross = np.array(pool.agents), np.array(pool.agents_gross)
    net[raised.step] += more / factor
    gross[raised.step] += more
    return replace(pool, agents=net, agents_gross=gross)


def missing_contacts(verdict: Verdict, queues: tuple[Queue, ...]) -> float:
    """Contacts short of the levels that rows are raised for, in the mean of a replication.

    Answer queues count by the day, deadline queues over the horizon, as they are judged when rows are raised.
    """
    deferred = {queue.id for queue in queues if queue.has_deadline}
    return sum(
        max(0.0, _wanted(row, verdict.replications) - row.service_level) * row.contacts
        for row in verdict.rows
        if row.service_level is not None and (row.queue in deferred) is (row.day is None)
    )


def _goal(judged: QueueVerdict, replications: int) -> float | None:
    """Mean level at which the target counts as met; None when it is met, or may be."""
    asked = judged.asked
    if judged.low95 is None or judged.high95 is None or judged.probability is None:
        return None
    if asked is None:
        return judged.target if judged.is_surely_short else None
    if judged.probability >= asked - 2.0 * np.sqrt(asked * (1.0 - asked) / replications):
        return None
    return _wanted(judged, replications)


def _wanted(judged: QueueVerdict, replications: int) -> float:
    """Mean level at which the target is kept as often as asked: the target itself when it is asked for on average.

    The mean must lie above the target by the quantile of the spread between replications, and above the mean
    there is by the distance of the quantile asked for to that of the share in which the target is kept now.
    """
    from scipy.special import ndtri, stdtrit

    asked, chance, level = judged.asked, judged.probability, judged.service_level
    low, high = judged.low95, judged.high95
    if asked is None or chance is None or level is None or low is None or high is None:
        return judged.target
    if chance >= asked:
        return 0.0
    spread = (high - low) / 2.0 * np.sqrt(replications) / float(stdtrit(replications - 1, 0.975))
    # Where no replication kept it, or all did, half a one stands for it.
    now = ndtri(np.clip(chance, 0.5 / replications, 1.0 - 0.5 / replications))
    above = float(ndtri(asked)) * spread
    return float(min(0.995, max(judged.target + above, level + above - float(now) * spread)))


def _more_agents(
    requirement: Requirement,
    level: FloatArray,
    volume: FloatArray,
    rostered: FloatArray,
    row: int,
    day: int,
    goal: float,
) -> list[RaisedRow] | None:
    """Intervals of one day to be raised so that its mean level comes to `goal`, the worst first; None without people.

    A level z standard deviations away from another (of the normal distribution) is bought by about z times the square
    root of the agents: the square-root rule (Halfin & Whitt 1981; Borst, Mandelbaum & Reiman 2004).
    """
    from scipy.special import ndtri

    steps = np.arange(requirement.grid.n)[requirement.grid.day_slice(day)]
    steps = steps[(volume[steps] > 0) & requirement.is_open[row, steps] & ~np.isnan(level[steps])]
    required, present = requirement.agents_gross[row, steps], requirement.agents[row, steps]
    here, agents = level[steps], rostered[steps]
    staffed = agents >= required - np.maximum(TOLERANCE, TOLERANCE_SHARE * required)
    floor = _floor(here, volume[steps], staffed, goal)
    drags = staffed & (here < floor)
    # What is above the floor holds its level, down to the goal, also when agents to spare go elsewhere.
    aim = np.where(drags, floor, np.minimum(here, goal))
    distance = ndtri(np.clip(aim, 0.001, 0.999)) - ndtri(np.clip(here, 0.001, 0.999))
    need = agents + distance * np.sqrt(np.maximum(present, 1.0)) * _rostered_per_present(requirement)[row, steps]
    need = np.minimum(need, required + np.maximum(MOST, MOST_SHARE * required))
    lack = float(np.maximum(0.0, required - agents).sum())
    if not drags.any() or lack > LACK_SHARE * float(required.sum()):
        return None
    chosen = (need > required + LEAST) & staffed & (here < KNOWN)
    name = requirement.queues[row]
    return [RaisedRow(name, int(steps[at]), float(required[at]), float(need[at])) for at in np.flatnonzero(chosen)]


def _rostered_per_present(requirement: Requirement) -> FloatArray:
    """Agents on the roster per agent present (queues, steps): each step's own, the queue's mean where it has none."""
    mean = np.repeat(requirement.gross_factor[:, np.newaxis], requirement.grid.n, axis=1)
    return np.divide(requirement.agents_gross, requirement.agents, out=mean, where=requirement.agents > 1e-9)


def _floor(level: FloatArray, weight: FloatArray, may: BoolArray, goal: float) -> float:
    """Smallest level that all intervals that `may` be lifted must reach so that the weighted mean is `goal`."""
    low, high = 0.0, goal + (1.0 - goal) / 2.0
    for _ in range(40):
        middle = (low + high) / 2.0
        lifted = np.where(may, np.maximum(level, middle), level)
        if float((lifted * weight).sum()) < goal * float(weight.sum()):
            low = middle
        else:
            high = middle
    return high


def _more_work(requirement: Requirement, judged: QueueVerdict, row: int, goal: float) -> list[RaisedRow] | None:
    """More rostered hours per hour of deferred work; None when those there are would not even do in the mean.

    The day's work of n contacts with exponential handle times varies by the share sqrt(2 / n), and the level's distance
    to the goal is counted in that measure.
    """
    from scipy.special import ndtri

    if judged.expected_sl is None or judged.expected_sl < judged.target - 0.005 or judged.service_level is None:
        return None
    days = max(1, int(np.add.reduceat(requirement.is_open[row], requirement.grid.day_start[:-1]).astype(bool).sum()))
    distance = float(ndtri(goal) - ndtri(np.clip(judged.service_level, 0.001, 0.999)))
    share = float(np.clip(distance * np.sqrt(2.0 * days / max(judged.contacts, 1.0)), WORK_LEAST, WORK_MOST))
    before = next(work.gross_factor for work in requirement.workload if work.queue == judged.queue)
    return [RaisedRow(judged.queue, None, before, before * (1.0 + share))]
