"""The rest of a running day: service and what is left over from now on, on simulated courses of the day."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from staffing.domain.arrays import FloatArray, IntArray
from staffing.domain.demand import Forecast
from staffing.domain.problem import RosterProblem
from staffing.domain.queue import Queue
from staffing.domain.requirement import Requirement
from staffing.domain.roster import Roster
from staffing.simulate.rows import kind_of
from staffing.simulate.tally import count, judged_parts
from staffing.simulate.world import Replication, World, play, world


@dataclass(frozen=True, eq=False)
class Rest:
    """Counts of the contacts that come (deferred work: fall due) in each interval.

    `good`, `base` (replications, queues, steps): contacts in time, and those they are a share of; `waiting` (queues,
    steps): contacts that wait or, of deferred work, are not done at the end of each step, mean over replications.
    """

    good: IntArray
    base: IntArray
    waiting: FloatArray

    def levels(self, steps: slice) -> FloatArray:
        """Service level of each replication and queue over some steps, NaN without contacts, (replications, queues)."""
        good, base = self.good[:, :, steps].sum(axis=2), self.base[:, :, steps].sum(axis=2)
        found: FloatArray = np.divide(good, base, out=np.full(base.shape, np.nan), where=base > 0)
        return found


def rest_of_day(
    problem: RosterProblem,
    roster: Roster,
    queues: tuple[Queue, ...],
    forecast: Forecast,
    requirement: Requirement,
    *,
    paths: IntArray,
    now: int,
    seed: int = 1,
) -> Rest:
    """Play a day of which a part is over.

    Parameters
    ----------
    problem, roster, queues, forecast, requirement
        As in `simulate_roster`; the roster holds only people who are there.
    paths : (replications, queues, steps)
        Contacts, queues in the order of `queues`: those that came, then possible ones.
    now : int
        Slot of the roster: whoever began before it is there, of those who begin later some may be absent.
    seed
        Of everything drawn here; the same seed and paths give another roster the same contacts and people away.
    """
    there = world(
        problem, roster, queues, forecast, requirement,
        service_cv=None, absence=True, share_deferred=True, seed=seed,
    )  # fmt: skip
    begun = np.array([shift.start < now for shift in roster.shifts()], dtype=bool)
    duties = replace(there.duties, absence=np.where(begun, 0.0, there.duties.absence))
    there = replace(there, duties=duties)
    kinds = tuple(kind_of(queue) for queue in queues)
    good, base = [], []
    waiting = np.zeros(there.shape)
    for number, path in enumerate(paths):
        played = play(there, number, np.where(there.admits, path, 0))
        one, of = judged_parts(count(there, played), kinds)
        good.append(one)
        base.append(of)
        waiting += left_over(there, played)
    return Rest(np.array(good), np.array(base), waiting / max(1, len(paths)))


def left_over(there: World, played: Replication) -> FloatArray:
    """Contacts in line (of deferred work: not done) at the end of each step, shape (queues, steps)."""
    outcome, queue = played.outcome, played.contacts.queue
    came = ~np.isnan(outcome.arrived_s)
    fresh = len(played.contacts.arrival_s)
    gone_s = outcome.arrived_s + played.contacts.patience_s
    over_s = np.where(there.deferred[queue], outcome.done_s, outcome.begun_s)
    over_s = np.where(np.isnan(over_s), gone_s, over_s)
    over_s = np.where(outcome.fate > 0, outcome.arrived_s, over_s)
    change = np.zeros((there.shape[0], there.shape[1] + 1))
    rows = np.flatnonzero(came & (np.arange(len(queue)) < max(fresh, len(queue))))
    steps = there.shape[1]
    first = np.clip(np.ceil(outcome.arrived_s[rows] / there.step_s).astype(np.int64) - 1, 0, steps)
    last = np.clip(np.where(np.isfinite(over_s[rows]), over_s[rows], 1e15) / there.step_s, 0, steps + 1)
    stop = np.clip(np.ceil(last).astype(np.int64) - 1, 0, steps)
    np.add.at(change, (queue[rows], first), 1.0)
    np.add.at(change, (queue[rows], stop), -1.0)
    found: FloatArray = np.cumsum(change[:, :-1], axis=1)
    return found
