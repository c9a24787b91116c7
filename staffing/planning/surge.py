"""Surges: one roster for several demand scenarios, and how it and the present one keep the promise in each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from staffing.domain.arrays import FloatArray
from staffing.domain.demand import Forecast
from staffing.domain.replanned import Replanned
from staffing.domain.requirement import PoolNeed, Requirement, Workload
from staffing.domain.result import SolveEvent
from staffing.domain.scenario import LoadChange, WhatIf
from staffing.domain.shrinkage import ShrinkageReason
from staffing.errors import SettingsError
from staffing.measures.whatif import Outcome
from staffing.plan import Plan
from staffing.planning.curve import curve_point, lower_edge
from staffing.planning.reasons import change_reasons
from staffing.planning.rounds import Search, Stage
from staffing.planning.standing import Published
from staffing.planning.steps import make_requirement
from staffing.planning.whatif import changed_scenario, quick_answer
from staffing.planning.whole import Pass, Stopwatch, finished

SPREAD = 0.25
"""How far the milder and the stronger of the ready-made scenarios lie from the middle one."""
WEIGHTS = (0.25, 0.5, 0.25)
"""Of the milder, the expected and the stronger scenario."""


@dataclass(frozen=True, slots=True)
class SurgeRow:
    """One scenario: its share of likelihood, the present roster in it, and the robust one."""

    name: str
    likelihood: float
    present: Outcome
    robust: Outcome


@dataclass(frozen=True, eq=False)
class Surge:
    """The robust plan, each scenario with both rosters, and the share of scenarios that its requirement covers."""

    present: Plan
    plan: Plan
    share: float
    rows: tuple[SurgeRow, ...]

    def expected(self, name: str, *, robust: bool) -> float | None:
        """Mean of a figure of the outcomes over the scenarios by their likelihood; None where one is not known."""
        values = [getattr(row.robust if robust else row.present, name) for row in self.rows]
        if any(value is None for value in values):
            return None
        return float(sum(row.likelihood * value for row, value in zip(self.rows, values, strict=True)))


def plan_surge(
    plan: Plan,
    whatifs: Sequence[WhatIf],
    *,
    share: float = 0.9,
    time_limit_s: float | None = None,
    replications: int = 50,
    workers: int = 1,
    today: date | None = None,
    on_step: Callable[[str], None] | None = None,
    on_event: Callable[[SolveEvent], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Surge:
    """A roster that is enough in a share of the scenarios, beside the present one.

    In every row of the requirement so many agents are asked for that they are enough in scenarios of at least `share`
    of the weight; 1: in all. The search begins from the roster of `plan`, every change of which has its price. Both
    rosters are then simulated in every scenario on the same draws.

    Parameters
    ----------
    plan : Plan
        With a roster: the present one, made for what is expected.
    whatifs : sequence of WhatIf
        At least one, with names of their own; the baseline takes part where it is one of them.
    share : float
        More than 0, at most 1.
    replications : int
        Simulated horizons of each roster and scenario; 0 leaves the simulation out.
    today : date, optional
        Begin of the notice window; None: the first day of the plan.

    Raises
    ------
    SettingsError
        When there is no roster, no scenario, or one names what is not known.
    """
    if plan.roster is None:
        raise SettingsError("the plan holds no roster to begin from")
    if not whatifs:
        raise SettingsError("there is no scenario to plan for, expected at least one")
    if not 0.0 < share <= 1.0:
        raise SettingsError(f"--share is {share:g}, expected more than 0 and at most 1")
    tell = on_step or (lambda _: None)
    watch = Stopwatch({})
    total = sum(one.weight for one in whatifs)
    if total <= 0:
        raise SettingsError("the scenarios have no weight, expected one of more than 0")
    likelihood = np.array([one.weight / total for one in whatifs])
    tell("requirement")
    with watch.step("requirement"):
        needs = [_need(plan, one) for one in whatifs]
    requirement = robust_requirement(needs, likelihood, share)
    settings = plan.settings if time_limit_s is None else replace(plan.settings, time_limit_s=time_limit_s)
    settings = replace(settings, rounds=0, replications=0, workers=workers)
    published = Published(plan.roster, 0, _notice(plan, today))
    search = Search(plan.scenario, plan.forecast, plan.table, settings, on_event, should_stop, stated=published.stated)
    search.start = plan.roster
    stage = Stage(requirement, search.problem(requirement))
    tell("roster")
    with watch.step("roster"):
        stage = search.last(stage)
    replanned = None
    if stage.roster is not None:
        made = published.flagged(stage.problem, stage.roster)
        stage = replace(stage, result=replace(stage.solved, roster=made))
        curve = lower_edge(curve_point(stage.problem, roster) for roster in (plan.roster, made))
        replanned = Replanned(0, published.notice_until, curve, change_reasons(stage.problem, made))
    # The rounds were left out, the proof is not: the robust roster is simulated for what is expected as any other is.
    settings = replace(settings, replications=plan.settings.replications)
    done = Pass(plan.scenario, settings, plan.table, plan.forecast, (), watch, tell)
    robust = finished(done, search, stage, (), replanned)
    tell("simulation")
    rows = tuple(
        SurgeRow(
            one.name,
            float(weight),
            quick_answer(plan, one, replications=replications, workers=workers),
            quick_answer(robust, one, replications=replications, workers=workers),
        )
        for one, weight in zip(whatifs, likelihood.tolist(), strict=True)
    )
    return Surge(plan, robust, share, rows)


def robust_requirement(needs: Sequence[Requirement], likelihood: FloatArray, share: float) -> Requirement:
    """The requirement that is enough in scenarios of at least `share` of the likelihood, row by row.

    Parameters
    ----------
    needs : sequence of Requirement
        Of the same queues and grid.
    likelihood : (scenarios,)
        Adds up to 1.

    Notes
    -----
    Answer rows and pools take the weighted quantile of the agents; deferred work takes that of the cumulative hours, of
    what has arrived and of what is due, which keeps both monotone. A pool that not every scenario has counts there as
    the sum of its queues.
    """
    first = needs[0]
    if any(need.queues != first.queues or need.grid != first.grid for need in needs):
        raise ValueError("needs are of different queues or grids, expected the same")

    def of(parts: Sequence[FloatArray]) -> FloatArray:
        return weighted_quantile(np.stack(parts), likelihood, share)

    names = dict.fromkeys(pool.queues for need in needs for pool in need.pools)
    pools = tuple(_pool(queues, needs, of) for queues in names)
    tubes = []
    for work in first.workload:
        own = [next(one for one in need.workload if one.queue == work.queue) for need in needs]
        tubes.append(
            Workload(
                work.queue,
                of([one.of_roster().earliest_h for one in own]),
                of([one.of_roster().latest_h for one in own]),
                max(one.gross_factor for one in own),
            )
        )
    return replace(
        first,
        load_erl=of([need.load_erl for need in needs]),
        agents=of([need.agents for need in needs]),
        agents_gross=of([need.agents_gross for need in needs]),
        expected_sl=of([need.expected_sl for need in needs]),
        workload=tuple(tubes),
        pools=pools,
        curves=(),
        load_factor=None,
    )


def weighted_quantile(values: FloatArray, weight: FloatArray, share: float) -> FloatArray:
    """Smallest of the values along the first axis that is reached with at least `share` of the weight.

    >>> weighted_quantile(np.array([[1.0], [3.0], [2.0]]), np.array([0.5, 0.1, 0.4]), 0.9).tolist()
    [2.0]
    >>> weighted_quantile(np.array([[1.0], [3.0], [2.0]]), np.array([0.5, 0.1, 0.4]), 1.0).tolist()
    [3.0]
    """
    order = np.argsort(values, axis=0, kind="stable")
    reached = np.cumsum(weight[order], axis=0) >= share - 1e-9
    reached[-1] = True
    place = np.argmax(reached, axis=0)
    return np.asarray(np.take_along_axis(np.take_along_axis(values, order, axis=0), place[None], axis=0)[0])


def holiday_whatifs(
    first: date, last: date, *, days_before: int = 3, before: float = 2.0, during: float = 0.3, absent: float = 0.1
) -> tuple[WhatIf, ...]:
    """Three scenarios around a holiday: volume rises on the days before it and falls on it, part of the staff is away.

    The milder and the stronger one move the rise and the absence by a quarter of what they add.
    """
    begin = first - timedelta(days=days_before)
    found = []
    for name, step, weight in zip(("milder", "expected", "stronger"), (-SPREAD, 0.0, SPREAD), WEIGHTS, strict=True):
        rise = 1.0 + (before - 1.0) * (1.0 + step)
        loads = (
            LoadChange(volume=rise, start=begin, end=first - timedelta(days=1)),
            LoadChange(volume=during, start=first, end=last),
        )
        away = ShrinkageReason("holiday", absent * (1.0 + step), start=begin, end=last)
        found.append(WhatIf(f"holiday, {name}", loads=loads, absences=(away,) if absent else (), weight=weight))
    return tuple(found)


def campaign_whatifs(first: date, last: date, factor: float, *, aht: float = 1.0) -> tuple[WhatIf, ...]:
    """Three scenarios of a campaign: contacts times `factor` on its days, and a quarter less and more of the rise."""
    return tuple(
        WhatIf(
            f"campaign, {name}",
            loads=(LoadChange(volume=1.0 + (factor - 1.0) * (1.0 + step), aht=aht, start=first, end=last),),
            weight=weight,
        )
        for name, step, weight in zip(("milder", "expected", "stronger"), (-SPREAD, 0.0, SPREAD), WEIGHTS, strict=True)
    )


def _need(plan: Plan, whatif: WhatIf) -> Requirement:
    from staffing.forecast import changed_forecast

    scenario = changed_scenario(plan.scenario, whatif)
    forecast: Forecast = changed_forecast(plan.forecast, whatif.loads, scenario.centre, plan.table)
    return make_requirement(
        scenario, forecast, plan.table, probability=plan.settings.probability, method=plan.settings.method
    )


def _pool(
    queues: tuple[str, ...], needs: Sequence[Requirement], of: Callable[[Sequence[FloatArray]], FloatArray]
) -> PoolNeed:
    parts = [_pool_in(queues, need) for need in needs]
    return PoolNeed(
        queues,
        of([part.agents for part in parts]),
        of([part.agents_gross for part in parts]),
        of([part.expected_sl for part in parts]),
    )


def _pool_in(queues: tuple[str, ...], need: Requirement) -> PoolNeed:
    """The pool of these queues in one scenario; without one its queues need what they need one by one."""
    for pool in need.pools:
        if pool.queues == queues:
            return pool
    rows = [need.queues.index(queue) for queue in queues]
    level = np.ones(need.grid.n)
    return PoolNeed(queues, need.agents[rows].sum(axis=0), need.agents_gross[rows].sum(axis=0), level)


def _notice(plan: Plan, today: date | None) -> int:
    """Slot at which the notice window ends."""
    grid = plan.problem.grid
    begin = today or grid.first_day
    day = (begin + timedelta(days=plan.problem.rules.notice_days) - grid.first_day).days
    return 0 if day <= 0 else grid.n if day >= grid.days else int(grid.day_start[day])
