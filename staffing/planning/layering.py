"""A plan under other layers on its forecast, at once: only what a layer touches is worked out again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from threading import Lock

import numpy as np

from staffing.audit import roster_cost
from staffing.domain.arrays import BoolArray, FloatArray, IntArray
from staffing.domain.assemble import proficiency_matrix, restated_problem
from staffing.domain.demand import Forecast
from staffing.domain.override import Override
from staffing.domain.requirement import PoolNeed, Requirement, ServiceCurve
from staffing.domain.timegrid import TimeGrid
from staffing.plan import Plan

Names = tuple[str, ...]
KEPT = 400
"""Days of queues whose agents are remembered."""
BY_STEP = ("volume", "low80", "high80", "low95", "high95", "aht_s", "interval_cv")


@dataclass(frozen=True, eq=False)
class DayNeed:
    """What some answer queues need on one day, arrays (queues, steps of the day); pools and curves by their queues."""

    agents: FloatArray
    gross: FloatArray
    load_erl: FloatArray
    expected_sl: FloatArray
    load_factor: FloatArray
    pools: dict[Names, tuple[FloatArray, FloatArray, FloatArray]]
    curves: dict[Names, tuple[IntArray, FloatArray]]


@dataclass(eq=False)
class Layering:
    """A plan whose layers are being changed, with the answers found so far.

    The agents of a changed day are worked out by the same formulas as a plan's, for that day alone, once with the
    plan's forecast and once with the new one; the difference is put on the plan's requirement, so that what rounds had
    raised stays. Work of deadline queues is spread anew only when a plan is made: until then their hours are told.
    """

    plan: Plan
    _known: OrderedDict[tuple[object, ...], DayNeed] = field(default_factory=OrderedDict)
    _levels: dict[tuple[object, ...], FloatArray] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def layered(self, overrides: Sequence[Override]) -> Plan:
        """The plan with `overrides` as its layers: forecast, requirement, problem and cost; the roster stays.

        Its audit and its simulated verdict are those of the plan.
        """
        from staffing.forecast import layered_forecast

        plan = self.plan
        forecast = layered_forecast(plan.forecast, overrides, plan.scenario.centre, plan.table)
        with self._lock:
            requirement = self._required(forecast)
        if requirement is plan.requirement:
            return replace(plan, forecast=forecast)
        problem = restated_problem(plan.problem, plan.scenario.centre, requirement)
        cost = None if plan.roster is None else roster_cost(problem, plan.roster)
        return replace(plan, forecast=forecast, requirement=requirement, problem=problem, cost=cost)

    def warm(self) -> None:
        """Work out one day of one queue, which loads what the first change would wait for."""
        centre = self.plan.scenario.centre
        known = [queue for queue in self.plan.requirement.queues if queue in self.plan.forecast.queues]
        answered = [queue for queue in known if not centre.queue(queue).has_deadline]
        if answered:
            with self._lock:
                self._needs(self.plan.forecast, self._groups(answered[:1])[0], {0})

    def levelled(self, forecast: Forecast, queue: str) -> FloatArray:
        """Agents (steps,) on the roster that do a deadline queue's work evenly, as if it were alone."""
        part = _part(forecast, (queue,), 0, forecast.grid.days)
        key = (queue, part.volume.tobytes(), part.aht_s.tobytes())
        if key not in self._levels:
            while len(self._levels) >= KEPT:
                self._levels.pop(next(iter(self._levels)), None)
            self._levels[key] = self._require(part, carried=True, levelled=True).agents_gross[0]
        return self._levels[key]

    def _required(self, forecast: Forecast) -> Requirement:
        plan, grid = self.plan, forecast.grid
        other = (forecast.volume != plan.forecast.volume) | (forecast.aht_s != plan.forecast.aht_s)
        rows = np.flatnonzero(other.any(axis=1))
        touched = [forecast.queues[row] for row in rows if forecast.queues[row] in plan.requirement.queues]
        late = [queue for queue in touched if plan.scenario.centre.queue(queue).has_deadline]
        found = plan.requirement
        for group in self._groups([queue for queue in touched if queue not in late]):
            places = [forecast.queues.index(queue) for queue in group]
            days = self._days(other[places].any(axis=0), group)
            before, after = self._needs(plan.forecast, group, days), self._needs(forecast, group, days)
            found = _merged(found, group, [(grid.day_slice(day), before[day], after[day], day) for day in sorted(days)])
        return self._with_work(found, forecast, late) if late else found

    def _groups(self, queues: Iterable[str]) -> list[Names]:
        """The queues with all those that share agents with them, in the requirement's order."""
        found: dict[Names, None] = {}
        for queue in queues:
            around = [set(pool.queues) for pool in self.plan.requirement.pools if queue in pool.queues]
            whole = (set().union(*around) | {queue}) & set(self.plan.forecast.queues)
            found[tuple(name for name in self.plan.requirement.queues if name in whole)] = None
        return list(found)

    def _days(self, other: BoolArray, group: Names) -> set[int]:
        """Days on which agents may change: those with other steps, or all where work goes on through a midnight."""
        grid = self.plan.forecast.grid
        return set(range(grid.days)) if self._at_night(group) else set(np.unique(grid.day[other]).tolist())

    def _at_night(self, group: Names) -> bool:
        found = self.plan.requirement
        is_open = found.is_open[[found.queues.index(queue) for queue in group]]
        midnight = found.grid.day_start[1:-1]
        return bool((is_open[:, midnight - 1] & is_open[:, midnight]).any())

    def _needs(self, forecast: Forecast, group: Names, days: set[int]) -> dict[int, DayNeed]:
        places = [forecast.queues.index(queue) for queue in group]
        keys: dict[int, tuple[object, ...]] = {}
        whole = self._at_night(group)
        for day in days:
            span = slice(None) if whole else forecast.grid.day_slice(day)
            state = (forecast.volume[places, span], forecast.aht_s[places, span], forecast.day_cv[places, day])
            keys[day] = (group, day, *(part.tobytes() for part in state))
        for first, end in _runs(day for day in days if keys[day] not in self._known):
            part = _part(forecast, group, first, end)
            need = self._require(part, carried=False, levelled=False)
            for day in range(first, end):
                self._known[keys[day]] = _day_of(need, part.grid, day - first)
        for day in days:
            self._known.move_to_end(keys[day])
        found = {day: self._known[keys[day]] for day in days}
        while len(self._known) > KEPT:
            self._known.popitem(last=False)
        return found

    def _require(self, part: Forecast, *, carried: bool, levelled: bool) -> Requirement:
        from staffing.erlang import require_agents

        plan = self.plan
        queues = tuple(plan.scenario.centre.queue(queue) for queue in part.queues)
        return require_agents(
            plan.scenario.centre,
            part,
            plan.table,
            method=plan.settings.method,
            history=plan.scenario.history.before(part.grid.first_day) if carried else None,
            can_serve=proficiency_matrix(plan.scenario.agents, queues) if plan.scenario.agents else None,
            probability=plan.settings.probability,
            levelled=levelled,
        )

    def _with_work(self, found: Requirement, forecast: Forecast, late: list[str]) -> Requirement:
        """The requirement with the work of deadline queues that the new forecast brings."""
        part = _part(forecast, tuple(late), 0, forecast.grid.days)
        tubes = {work.queue: work for work in self._require(part, carried=True, levelled=False).workload}
        load = np.array(found.load_erl)
        for row, queue in enumerate(late):
            load[found.queues.index(queue)] = part.volume[row] * part.aht_s[row] / (part.grid.step_min * 60.0)
        workload = tuple(
            replace(tubes[work.queue], idle_h=work.idle_h) if work.queue in tubes else work for work in found.workload
        )
        return replace(found, workload=workload, load_erl=load)


def _runs(days: Iterable[int]) -> list[tuple[int, int]]:
    """Days in a row as (first, end)."""
    found: list[tuple[int, int]] = []
    for day in sorted(days):
        if found and found[-1][1] == day:
            found[-1] = (found[-1][0], day + 1)
        else:
            found.append((day, day + 1))
    return found


def _part(forecast: Forecast, queues: Names, first: int, end: int) -> Forecast:
    """Some queues on the days ``first <= day < end``."""
    rows, grid = [forecast.queues.index(queue) for queue in queues], forecast.grid
    steps = slice(int(grid.day_start[first]), int(grid.day_start[end]))
    return Forecast(
        grid=TimeGrid(grid.timezone, grid.first_day + timedelta(days=first), end - first, grid.step_min),
        queues=queues,
        day_cv=forecast.day_cv[rows, first:end],
        method=tuple(forecast.method[row] for row in rows),
        **{name: getattr(forecast, name)[rows, steps] for name in BY_STEP},
    )


def _day_of(need: Requirement, grid: TimeGrid, day: int) -> DayNeed:
    span = grid.day_slice(day)
    factor = np.ones((len(need.queues), grid.days)) if need.load_factor is None else need.load_factor
    return DayNeed(
        need.agents[:, span],
        need.agents_gross[:, span],
        need.load_erl[:, span],
        need.expected_sl[:, span],
        factor[:, day],
        {pool.queues: (pool.agents[span], pool.agents_gross[span], pool.expected_sl[span]) for pool in need.pools},
        {curve.queues: (curve.first[span], curve.service_level[span]) for curve in need.curves},
    )


def _merged(found: Requirement, group: Names, days: list[tuple[slice, DayNeed, DayNeed, int]]) -> Requirement:
    """The requirement with the differences between two needs of some queues put on it, day by day."""
    rows = [found.queues.index(queue) for queue in group]
    agents, gross = np.array(found.agents), np.array(found.agents_gross)
    load, level = np.array(found.load_erl), np.array(found.expected_sl)
    factor = None if found.load_factor is None else np.array(found.load_factor)
    curves = {curve.queues: curve for curve in found.curves}
    for span, before, after, day in days:
        agents[rows, span] = np.maximum(0.0, agents[rows, span] + after.agents - before.agents)
        gross[rows, span] = np.maximum(0.0, gross[rows, span] + after.gross - before.gross)
        load[rows, span], level[rows, span] = after.load_erl, after.expected_sl
        if factor is not None:
            factor[rows, day] = after.load_factor
        for queues, (first, levels) in after.curves.items():
            curves[queues] = _curve(curves.get(queues), queues, found.grid.n, span, first, levels)
    return replace(
        found,
        agents=agents,
        agents_gross=gross,
        load_erl=load,
        expected_sl=level,
        load_factor=factor,
        curves=tuple(curves.values()),
        pools=_pools(found, group, days),
    )


def _pools(found: Requirement, group: Names, days: list[tuple[slice, DayNeed, DayNeed, int]]) -> tuple[PoolNeed, ...]:
    """Pools of the group with their differences; where one saves nobody it needs what its queues need one by one."""
    known = {pool.queues: pool for pool in found.pools}
    names = dict.fromkeys(
        (*known, *(queues for _, before, after, _ in days for queues in (*before.pools, *after.pools)))
    )
    result = []
    for queues in names:
        if not set(queues) <= set(group):
            result.append(known[queues])
            continue
        rows = [found.queues.index(queue) for queue in queues]
        places = [group.index(queue) for queue in queues]
        pool = known.get(queues)
        whole = (found.agents[rows].sum(axis=0), found.agents_gross[rows].sum(axis=0), np.ones(found.grid.n))
        agents, gross, level = (
            np.array(part) for part in (whole if pool is None else (pool.agents, pool.agents_gross, pool.expected_sl))
        )
        for span, before, after, _ in days:
            for total, kind in ((agents, 0), (gross, 1)):
                total[span] = np.maximum(
                    0.0, total[span] + _need(after, queues, places, kind) - _need(before, queues, places, kind)
                )
            if queues in after.pools:
                level[span] = after.pools[queues][2]
        result.append(PoolNeed(queues, agents, gross, level))
    return tuple(result)


def _need(need: DayNeed, queues: Names, places: list[int], kind: int) -> FloatArray:
    if queues in need.pools:
        return need.pools[queues][kind]
    return np.asarray((need.agents, need.gross)[kind][places].sum(axis=0))


def _curve(
    curve: ServiceCurve | None, queues: Names, steps: int, span: slice, first: IntArray, levels: FloatArray
) -> ServiceCurve:
    """A curve with other values in a span; beyond its crew sizes a curve is flat, so the narrower one is continued."""
    old = np.zeros((steps, 1)) if curve is None else curve.service_level
    width = max(old.shape[1], levels.shape[1])
    merged = np.pad(old, ((0, 0), (0, width - old.shape[1])), mode="edge")
    merged[span] = np.pad(levels, ((0, 0), (0, width - levels.shape[1])), mode="edge")
    begin = np.zeros(steps, dtype=np.int64) if curve is None else np.array(curve.first)
    begin[span] = first
    return ServiceCurve(queues, begin, merged)
