"""The rest of the day simulated: the crew as it stands, or with a mix, on the same courses of demand."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np

from staffing.domain.arrays import BoolArray, IntArray
from staffing.domain.demand import Forecast
from staffing.domain.problem import RosterProblem
from staffing.domain.queue import Queue
from staffing.domain.requirement import Requirement, Workload
from staffing.domain.roster import WORK, Roster
from staffing.domain.timegrid import TimeGrid
from staffing.planning.intraday.situation import Situation
from staffing.planning.intraday.values import QueueOutlook
from staffing.simulate.rest import Rest, rest_of_day


class Window:
    """The days that the rest of the running day touches, cut out of the plan: from the evening before, if need be."""

    def __init__(self, situation: Situation) -> None:
        self.situation = situation
        plan, day = situation.plan, situation.day
        roster, grid = situation.roster, situation.problem.grid
        night = bool(((roster.day < day) & (roster.end > int(grid.day_start[day])) & roster.on_shift).any())
        self.first = max(0, day - 1) if night else day
        self.last = day + 1 if situation.end <= int(grid.day_start[day + 1]) else min(grid.days, day + 2)
        self.slots = slice(int(grid.day_start[self.first]), int(grid.day_start[self.last]))
        steps = plan.requirement.grid
        self.steps = slice(int(steps.day_start[self.first]), int(steps.day_start[self.last]))
        self.problem = self._problem()
        self.forecast = self._forecast()
        self.requirement = self._requirement()
        self.queues: tuple[Queue, ...] = tuple(plan.scenario.centre.queue(name) for name in situation.problem.queues)

    def _grid(self, grid: TimeGrid) -> TimeGrid:
        return TimeGrid(
            grid.timezone, grid.first_day + timedelta(days=self.first), self.last - self.first, grid.step_min
        )

    def _problem(self) -> RosterProblem:
        """Who can do what; rules are not asked for in a simulation."""
        problem, cut = self.situation.problem, self.slots
        people, grid = len(problem.agents), self._grid(problem.grid)
        columns: dict[str, Any] = {
            name: getattr(problem, name)[:, cut]
            for name in ("required", "earliest_h", "latest_h", "is_open", "blocked", "pool_required")
        }
        return replace(
            problem, grid=grid, severe_from=np.zeros((0, 0)),
            leave_days=np.zeros((people, -(-grid.days // 7)), dtype=np.int64), pattern=np.zeros((0, 0), dtype=np.int64),
            fixed=(), activities=(), wishes=(), locked=None, reference=None, notice_until=0, **columns,
        )  # fmt: skip

    def _forecast(self) -> Forecast:
        forecast, cut = self.situation.plan.forecast, self.steps
        names = ("low80", "high80", "low95", "high95", "aht_s", "interval_cv")
        volume = np.array(forecast.volume[:, cut])
        problem = self.situation.problem
        deferred = [forecast.queues.index(problem.queues[row]) for row in np.flatnonzero(problem.deadline)]
        volume[deferred, : self.ahead.start] = 0.0  # what is left of it is there from the start
        return replace(
            forecast, volume=volume, grid=self._grid(forecast.grid), day_cv=forecast.day_cv[:, self.first : self.last],
            base_volume=None, base_aht_s=None, **{name: getattr(forecast, name)[:, cut] for name in names},
        )  # fmt: skip

    def _requirement(self) -> Requirement:
        """Opening, absence and the tubes of deferred work with what is done by now taken off."""
        whole, cut, situation = self.situation.plan.requirement, self.steps, self.situation
        names = ("load_erl", "agents", "agents_gross", "expected_sl", "is_open")
        share: dict[str, Any] = {
            name: None if getattr(whole, name) is None else getattr(whole, name)[:, cut]
            for name in ("absent_share", "planned_share")
        }
        tubes, first = [], self.ahead.start
        for work in whole.workload:
            before = situation.done_h[situation.problem.queues.index(work.queue)] / work.gross_factor
            idle = None if work.idle_h is None else work.idle_h[cut]
            earliest = np.maximum(0.0, work.earliest_h[cut] - before)
            # All that has come by now and is not done is there from the start; what happened before is over.
            earliest[:first] = earliest[first - 1] if first else 0.0
            latest = np.clip(work.latest_h[cut] - before, 0.0, earliest)
            tubes.append(Workload(work.queue, earliest, latest, work.gross_factor, idle))
        return replace(
            whole, grid=self._grid(whole.grid), workload=tuple(tubes), curves=(), pools=(), notes=(), load_factor=None,
            **{name: getattr(whole, name)[:, cut] for name in names}, **share,
        )  # fmt: skip

    def roster(self, roster: Roster) -> Roster:
        """The part of a roster that lies in the window, without those who are away.

        Before now nobody works on deferred work: what was done of it is taken off its tubes.
        """
        worked = _idle_before(self.situation.worked(roster), self.situation.problem.deadline, self.situation.now)
        keep = (worked.end > self.slots.start) & (worked.start < self.slots.stop)
        names = ("agent", "activity", "queue", "locked")
        return replace(
            worked, grid=self.problem.grid, day=worked.day[keep] - self.first,
            start=worked.start[keep] - self.slots.start, end=worked.end[keep] - self.slots.start,
            **{name: getattr(worked, name)[keep] for name in names},
        )  # fmt: skip

    def paths(self, replications: int, seed: int) -> IntArray:
        """Courses of demand: what came until now, then draws from the forecast of the rest, in the problem's order."""
        from staffing.forecast import demand_paths

        drawn = demand_paths(self.forecast, replications, seed)
        came = self.situation.came[:, self.steps]
        paths = np.where(np.isfinite(came), np.nan_to_num(came), drawn)
        order = [self.forecast.queues.index(queue.id) for queue in self.queues]
        return np.asarray(np.rint(paths[:, order]), dtype=np.int64)

    def played(self, paths: IntArray) -> IntArray:
        """The courses without the deferred contacts until now: those not done are there from the start."""
        kept = np.array(paths)
        kept[:, self.situation.problem.deadline, : self.ahead.start] = 0
        return kept

    def play(self, roster: Roster, paths: IntArray, seed: int) -> Rest:
        """The rest of the day with a roster."""
        return rest_of_day(
            self.problem, self.roster(roster), self.queues, self.forecast, self.requirement,
            paths=self.played(paths), now=self.situation.now - self.slots.start, seed=seed,
        )  # fmt: skip

    @property
    def ahead(self) -> slice:
        """Intervals of the window from now to the end of what is looked at."""
        ratio = self.situation.plan.requirement.grid.step_min // self.situation.problem.grid.step_min
        first = self.situation.now // ratio - self.steps.start
        return slice(first, -(-self.situation.end // ratio) - self.steps.start)


def _idle_before(roster: Roster, deadline: BoolArray, now: int) -> Roster:
    """`roster` in which work on deferred queues until `now` is work without a queue."""
    names = ("agent", "day", "start", "end", "activity", "queue", "locked")
    columns: dict[str, Any] = {name: np.array(getattr(roster, name)) for name in names}
    past = (columns["activity"] == WORK) & (columns["queue"] >= 0) & (columns["start"] < now)
    past &= deadline[np.maximum(columns["queue"], 0)]
    rest = past & (columns["end"] > now)
    more = {name: values[rest].copy() for name, values in columns.items()}
    more["start"][:] = now
    columns["end"][rest] = now
    columns["queue"][past] = -1
    joined: dict[str, Any] = {name: np.concatenate([columns[name], more[name]]) for name in names}
    return replace(roster, **joined)


def outlooks(window: Window, rest: Rest) -> tuple[QueueOutlook, ...]:
    """Service of each queue from now on, queues in the order of the problem."""
    from staffing.simulate.rows import target_of

    ahead, situation = window.ahead, window.situation
    levels = rest.levels(ahead)
    good, base = rest.good.sum(axis=0), rest.base.sum(axis=0)
    per_step = np.divide(good, base, out=np.full(base.shape, np.nan), where=base > 0)
    grid = situation.plan.requirement.grid
    first = int(grid.day_start[situation.day]) - window.steps.start
    last = ahead.stop
    rows = []
    for number, queue in enumerate(window.queues):
        known = levels[:, number][~np.isnan(levels[:, number])]
        by_step, waiting = per_step[number].copy(), np.array(rest.waiting[number])
        by_step[: ahead.start], waiting[: ahead.start] = np.nan, np.nan
        target = target_of(queue)
        rows.append(
            QueueOutlook(
                queue=queue.id,
                target=target,
                level=float(known.mean()) if len(known) else None,
                low80=float(np.quantile(known, 0.1)) if len(known) else None,
                high80=float(np.quantile(known, 0.9)) if len(known) else None,
                contacts=float(rest.base[:, number, ahead].sum(axis=1).mean()),
                in_time=float(rest.good[:, number, ahead].sum(axis=1).mean()),
                chance=float(np.mean(known >= target - 1e-9)) if len(known) else None,
                by_step=by_step[first:last],
                waiting=waiting[first:last],
            )
        )
    return tuple(rows)
