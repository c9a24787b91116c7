"""The whole pass, in order: calendar, forecast, requirement, roster, audit, simulation, plan.

Nothing else knows the order of the steps. Each step is a value made from the values before it.
"""

import os
import platform
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from importlib.metadata import version

import numpy as np

from staffing.audit import audit_roster, deferred_work, roster_cost
from staffing.domain.assemble import roster_problem
from staffing.domain.calendar import DayTable
from staffing.domain.centre import Scenario
from staffing.domain.demand import Forecast
from staffing.domain.note import Note
from staffing.domain.problem import RosterProblem
from staffing.domain.requirement import Requirement
from staffing.domain.result import SolveEvent, SolveResult, Violation
from staffing.domain.roster import Roster
from staffing.domain.verdict import Verdict
from staffing.errors import SettingsError
from staffing.plan import Plan, PlanSettings

DAYS_AHEAD_MAX = 400
"""A plan may start at most this many days after the history ends."""


@dataclass(slots=True)
class Stopwatch:
    """Seconds by step, for people only: never part of a reproducible plan."""

    seconds: dict[str, float]

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self.seconds[name] = round(self.seconds.get(name, 0.0) + time.perf_counter() - start, 3)


def plan_days(scenario: Scenario, first_day: date | None, weeks: int) -> tuple[date, int]:
    """First day and number of days of a plan.

    Raises
    ------
    SettingsError
        When the day is not after the start of the history or too far ahead.
    """
    first = scenario.next_week_start if first_day is None else first_day
    begin, last = scenario.history.grid.first_day, scenario.history.grid.dates[-1]
    if not begin < first <= last + timedelta(days=DAYS_AHEAD_MAX):
        limit = last + timedelta(days=DAYS_AHEAD_MAX)
        raise SettingsError(f"--from is {first}, expected a day after {begin} and not after {limit}")
    return first, 7 * weeks


def plan_table(scenario: Scenario, first_day: date, days: int) -> tuple[DayTable, tuple[Note, ...]]:
    """Day table over the history and the horizon."""
    from staffing.calendars import day_table

    centre = scenario.centre
    begin = min(scenario.history.grid.first_day, first_day)
    # A month beyond the horizon, so that deadlines in working days can be counted past its end.
    end = max(scenario.history.grid.dates[-1], first_day + timedelta(days=days + 31))
    return day_table(centre.country, centre.subdivision, scenario.special_days, begin, end)


def make_forecast(scenario: Scenario, table: DayTable, first_day: date, days: int, *, seed: int = 1) -> Forecast:
    """Forecast of every queue for `days` days, from what was known on the morning of `first_day`."""
    from staffing.forecast import forecast_demand

    known = replace(scenario, history=scenario.history.before(first_day))
    return forecast_demand(known, table, first_day, days, seed=seed)


def make_requirement(scenario: Scenario, forecast: Forecast, table: DayTable) -> Requirement:
    """Agents needed by queue and interval; work that arrived before the horizon is carried into it."""
    from staffing.erlang import require_agents

    history = scenario.history.before(forecast.grid.first_day)
    return require_agents(scenario.centre, forecast, table, history=history)


def judge(
    scenario: Scenario,
    forecast: Forecast,
    requirement: Requirement,
    problem: RosterProblem,
    roster: Roster,
    *,
    replications: int,
    seed: int,
    workers: int = 1,
) -> Verdict:
    """Simulated service of a roster on demand paths drawn from the forecast's own uncertainty."""
    from staffing.forecast import demand_paths
    from staffing.simulate import simulate_roster

    queues = tuple(scenario.centre.queue(queue) for queue in requirement.queues)
    return simulate_roster(
        problem,
        roster,
        queues,
        forecast,
        requirement,
        replications=replications,
        seed=seed,
        paths=demand_paths(forecast, replications, seed),
        workers=workers,
        # Nobody sits idle beside other people's overdue work.
        share_deferred=True,
    )


def level_on_roster(requirement: Requirement, problem: RosterProblem, roster: Roster) -> Requirement:
    """The requirement with each deadline queue levelled where the roster does its work.

    The agents of a deadline queue in an interval become the work done in it plus the work that
    became overdue in it, so that a gap is exactly work that missed its deadline. Answer queues
    and the workload tubes are unchanged.
    """
    if not problem.deadline.any():
        return requirement
    work = deferred_work(problem, roster.coverage(problem.proficiency))
    late_h = np.maximum(0.0, np.diff(work.overdue_h, axis=1, prepend=0.0))
    ratio = requirement.grid.step_min // problem.grid.step_min
    per_slot = (work.done_h + late_h) / problem.grid.step_h
    gross = np.array(requirement.agents_gross)
    net = np.array(requirement.agents)
    levelled = per_slot.reshape(len(requirement.queues), requirement.grid.n, ratio).mean(axis=2)
    factor = {w.queue: w.gross_factor for w in requirement.workload}
    for row in np.flatnonzero(problem.deadline):
        gross[row] = levelled[row]
        net[row] = levelled[row] / factor.get(requirement.queues[row], 1.0)
    return replace(requirement, agents=net, agents_gross=gross)


def make_plan(
    scenario: Scenario,
    settings: PlanSettings | None = None,
    *,
    forecast: Forecast | None = None,
    requirement: Requirement | None = None,
    on_step: Callable[[str], None] | None = None,
    on_event: Callable[[SolveEvent], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Plan:
    """Plan the scenario from data to proof.

    Parameters
    ----------
    scenario : Scenario
        All inputs.
    settings : PlanSettings, optional
        First day, weeks, limits, seed.
    forecast, requirement : optional
        The user's own, used instead of ours; they set the horizon.
    on_step, on_event, should_stop : callable, optional
        Told the name of each step, each event of the search; asked whether to stop.

    Raises
    ------
    SettingsError
        When the horizon cannot be planned. An infeasible roster is a result, not an error.
    """
    settings = settings or PlanSettings()
    tell = on_step or (lambda _: None)
    watch = Stopwatch({})
    first, days = plan_days(scenario, settings.first_day, settings.weeks)
    given = requirement.grid if requirement is not None else forecast.grid if forecast is not None else None
    if given is not None:
        first, days = given.first_day, given.days
    table, notes = plan_table(scenario, first, days)
    if forecast is None:
        tell("forecast")
        with watch.step("forecast"):
            forecast = make_forecast(scenario, table, first, days, seed=settings.seed)
    if requirement is not None and requirement.workload:
        notes += (Note("requirement_levelled"),)
    if requirement is None:
        tell("requirement")
        with watch.step("requirement"):
            requirement = make_requirement(scenario, forecast, table)
    problem = roster_problem(scenario, requirement, table)
    tell("roster")
    with watch.step("roster"):
        result = _solve(problem, settings, on_event, should_stop)
    if result.roster is not None:
        requirement = level_on_roster(requirement, problem, result.roster)
    verdict = None
    if result.roster is not None and settings.replications > 0:
        tell("simulation")
        with watch.step("simulation"):
            # Fresh draws: the roster never saw this seed.
            verdict = judge(
                scenario,
                forecast,
                requirement,
                problem,
                result.roster,
                replications=settings.replications,
                seed=settings.seed + 1_000_003,
                workers=settings.workers,
            )
    tell("audit")
    violations: tuple[Violation, ...] = result.reasons
    cost = None
    if result.roster is not None:
        violations = audit_roster(problem, result.roster)
        cost = roster_cost(problem, result.roster)
    return Plan(
        scenario=scenario,
        settings=settings,
        table=table,
        forecast=forecast,
        requirement=requirement,
        problem=problem,
        result=result,
        violations=violations,
        cost=cost,
        verdict=verdict,
        versions=package_versions(),
        notes=notes + scenario.notes + forecast.notes + requirement.notes + (verdict.notes if verdict else ()),
        seconds={} if settings.reproducible else watch.seconds,
    )


def package_versions() -> dict[str, str]:
    """Versions of everything that can change a plan."""
    names = ("staffing", "ortools", "numpy", "scipy", "numba", "statsmodels", "pandas", "holidays", "tzdata")
    return {name: version(name) for name in names} | {"python": platform.python_version()}


def _solve(
    problem: RosterProblem,
    settings: PlanSettings,
    on_event: Callable[[SolveEvent], None] | None,
    should_stop: Callable[[], bool] | None,
) -> SolveResult:
    from staffing.solver import solve_roster

    return solve_roster(
        problem,
        time_limit_s=settings.time_limit_s,
        seed=settings.seed,
        workers=settings.workers or max(1, os.cpu_count() or 1),
        reproducible=settings.reproducible,
        on_event=on_event,
        should_stop=should_stop,
    )
