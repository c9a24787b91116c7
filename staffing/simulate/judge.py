"""The judge: play a roster against demand paths and say what service it gives."""

from collections.abc import Callable

import numpy as np

from staffing.compute import executor_for, run_all
from staffing.domain.arrays import IntArray
from staffing.domain.demand import Forecast
from staffing.domain.problem import RosterProblem
from staffing.domain.queue import Queue
from staffing.domain.requirement import Requirement
from staffing.domain.roster import Roster
from staffing.domain.verdict import Fix, Verdict
from staffing.simulate.expected import expected_levels
from staffing.simulate.fix import cheapest_fixes
from staffing.simulate.rows import chances_of_all, kind_of, notes, verdict_rows
from staffing.simulate.tally import Tally, Task, level, tally
from staffing.simulate.world import World, world
from staffing.simulate.worst import interval_bands, worst_intervals

BATCHES = 20
"""Tasks at most; bands of single intervals are taken from the spread between them."""
_FEW = 5_000_000
"""With fewer contacts in all, other processes take longer to start than the work takes."""


def simulate_roster(
    problem: RosterProblem,
    roster: Roster,
    queues: tuple[Queue, ...],
    forecast: Forecast,
    requirement: Requirement,
    *,
    paths: IntArray,
    replications: int | None = None,
    seed: int = 1,
    absence: bool = True,
    service_cv: float | None = None,
    share_deferred: bool = False,
    fixes: int = 0,
    workers: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Verdict:
    """Simulated service of a roster, with the chance that each target is met.

    Parameters
    ----------
    problem, roster
        The roster on its slots; `problem` gives the agents' proficiency.
    queues
        The queues of the problem, in its order.
    forecast, requirement
        Handle times; opening, due moments of deferred work and curves, on one grid of intervals.
    paths : (replications, queues, intervals)
        Contacts per interval of each replication, queues in the order of `forecast.queues`.
    replications
        Use only the first so many paths; None uses all.
    seed
        Of everything drawn here: moments of arrival, handle times, patience, absence. The same seed
        and paths give another roster the same contacts and the same people away.
    absence
        Whether unplanned absence is drawn by shift; without it everybody comes.
    service_cv
        Coefficient of variation of lognormal handle times, for all queues; None for that of each
        queue, `handle_cv`, and exponential ones where it has none.
    share_deferred
        Whether agents assigned to a deadline queue without work help other deadline queues.
    fixes
        How many places to name at most where one agent more helps most (`staffing.simulate.fix`); 0: do not look.
    workers
        Processes at most; few contacts are played in this one. The result does not depend on it.
    progress
        Called with (tasks done, tasks in all).

    Returns
    -------
    Verdict
        Rows for the horizon first, then by day (the day a contact arrives on). Service levels are
        means over replications of the contact-weighted level; replications without a contact of that
        queue and day do not count.

    Raises
    ------
    ValueError
        When the values do not speak of the same queues and intervals, or there are too few paths.
    """
    paths = np.asarray(paths)
    if paths.ndim != 3 or paths.shape[1:] != forecast.volume.shape:
        raise ValueError(f"paths have shape {paths.shape}, expected (replications, *{forecast.volume.shape})")
    count = len(paths) if replications is None else replications
    if not 1 <= count <= len(paths):
        raise ValueError(f"replications is {count}, expected 1 to {len(paths)}, the number of paths")
    if np.any(paths < 0):
        raise ValueError("paths must not be negative")

    def place(problem: RosterProblem, roster: Roster) -> World:
        return world(
            problem,
            roster,
            queues,
            forecast,
            requirement,
            service_cv=service_cv,
            absence=absence,
            share_deferred=share_deferred,
            seed=seed,
        )

    def play(problem: RosterProblem, roster: Roster, paths: IntArray, which: IntArray) -> Tally:
        there = place(problem, roster)
        return Tally.joined([tally(Task(there, int(one), paths[one : one + 1])) for one in which])

    own = paths[:count, [forecast.queues.index(queue.id) for queue in queues]].astype(np.int64)
    chunk = -(-count // BATCHES)
    here = place(problem, roster)
    tasks = [Task(here, first, own[first : first + chunk]) for first in range(0, count, chunk)]
    executor = "serial" if own.sum() < _FEW else executor_for(workers)
    parts = run_all(tally, tasks, executor=executor, progress=progress)
    total = Tally.joined(parts)
    kinds = tuple(kind_of(queue) for queue in queues)
    rows = verdict_rows(total, queues, requirement, expected_levels(problem, roster, queues, requirement, here.aht_s))
    bands = interval_bands(parts, kinds)
    probability_all, probability_week = chances_of_all(total, queues)
    found: tuple[Fix, ...] | None = None
    if fixes:
        found = cheapest_fixes(problem, roster, queues, rows, total, own, play, most=fixes)
    own_spread = any(queue.handle_cv is not None for queue in queues)
    handle = ("each queue's" if own_spread else "exponential") if service_cv is None else f"lognormal cv {service_cv:g}"
    return Verdict(
        replications=count,
        seed=seed,
        rows=rows,
        interval_sl=level(total.by_step, kinds),
        method=f"event simulation, {handle} handle times, {'absence drawn' if absence else 'nobody absent'}",
        notes=notes(total, rows, queues),
        interval_low95=bands[0],
        interval_high95=bands[1],
        worst=worst_intervals(total, bands, problem, roster, queues, requirement),
        probability_all=probability_all,
        probability_week=probability_week,
        fixes=found,
    )
