"""The steps of a pass that are made from the values before them: days, forecast, requirement, judgement."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from staffing.audit import deferred_work
from staffing.domain.assemble import proficiency_matrix, skilled_shares
from staffing.domain.calendar import DayTable
from staffing.domain.centre import Scenario
from staffing.domain.demand import Forecast
from staffing.domain.note import Note
from staffing.domain.problem import RosterProblem
from staffing.domain.queue import Queue
from staffing.domain.requirement import Requirement
from staffing.domain.roster import Roster
from staffing.domain.verdict import Verdict
from staffing.errors import SettingsError
from staffing.plan import Plan, PlanSettings

DAYS_AHEAD_MAX = 400
"""A plan may start at most this many days after the history ends."""
VERDICT_SEED = 1_000_003
"""Added to a seed for the draws of a verdict: no search and no round has seen them."""
FIXES = 3
"""Places named where one agent more helps most."""


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
    return day_table(
        centre.country, centre.subdivision, scenario.special_days, begin, end, categories=centre.holiday_categories
    )


def make_forecast(
    scenario: Scenario,
    table: DayTable,
    first_day: date,
    days: int,
    *,
    seed: int = 1,
    workers: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Forecast:
    """Forecast of every queue for `days` days, from what was known on the morning of `first_day`."""
    from staffing.forecast import forecast_demand

    known = replace(scenario, history=scenario.history.before(first_day))
    return forecast_demand(known, table, first_day, days, seed=seed, workers=workers, progress=progress)


def make_requirement(
    scenario: Scenario,
    forecast: Forecast,
    table: DayTable,
    *,
    probability: float | None = None,
    method: str = "mol",
) -> Requirement:
    """Agents needed by queue and interval; work that arrived before the horizon is carried into it.

    `probability` is the chance with which each day's target is to be kept, where a queue names none. `method` is
    ``mol`` (load that moves) or ``sipp`` (each interval as if it were steady).
    """
    from staffing.erlang import require_agents

    history = scenario.history.before(forecast.grid.first_day)
    skilled = skilled_shares(scenario.agents, scenario.centre.queues)
    queues = tuple(scenario.centre.queue(queue) for queue in forecast.queues)
    can_serve = proficiency_matrix(scenario.agents, queues) if scenario.agents else None
    return require_agents(
        scenario.centre,
        forecast,
        table,
        method=method,
        history=history,
        skilled=skilled,
        can_serve=can_serve,
        probability=probability,
    )


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
    fixes: int = FIXES,
    probability: float | None = None,
) -> Verdict:
    """Simulated service of a roster on demand paths drawn from the forecast's own uncertainty.

    At most `fixes` places are named where one agent more helps most; 0 saves the time to look for them.
    `probability` is the chance with which each day's target is to be kept, where a queue names none.
    """
    from staffing.forecast import demand_paths
    from staffing.simulate import simulate_roster

    return simulate_roster(
        problem,
        roster,
        judged_queues(scenario, requirement, probability),
        forecast,
        requirement,
        replications=replications,
        seed=seed,
        paths=demand_paths(forecast, replications, seed),
        fixes=fixes,
        workers=workers,
        # Nobody sits idle beside other people's overdue work.
        share_deferred=True,
    )


def judge_by(
    settings: PlanSettings,
    scenario: Scenario,
    forecast: Forecast,
    requirement: Requirement,
    problem: RosterProblem,
    roster: Roster,
    *,
    draws: int,
    fixes: int = FIXES,
) -> Verdict:
    """`judge` as the settings of a plan ask; `draws` moves their seed, so that different judges see other days."""
    return judge(
        scenario,
        forecast,
        requirement,
        problem,
        roster,
        replications=settings.replications,
        seed=settings.seed + draws,
        workers=settings.workers,
        fixes=fixes,
        probability=settings.probability,
    )


def judge_plan(
    plan: Plan,
    roster: Roster,
    *,
    replications: int,
    seed: int | None = None,
    workers: int = 1,
    fixes: int = 0,
) -> Verdict:
    """`judge` of any roster of a plan, by the plan's own settings; `seed` None: draws that no search of it has seen."""
    return judge(
        plan.scenario,
        plan.forecast,
        plan.requirement,
        plan.problem,
        roster,
        replications=replications,
        seed=plan.settings.seed + VERDICT_SEED if seed is None else seed,
        workers=workers,
        fixes=fixes,
        probability=plan.settings.probability,
    )


def judged_queues(scenario: Scenario, requirement: Requirement, probability: float | None) -> tuple[Queue, ...]:
    """The requirement's queues, each with the chance its targets are to be kept with."""
    queues = (scenario.centre.queue(queue) for queue in requirement.queues)
    return tuple(queue if queue.probability else replace(queue, probability=probability) for queue in queues)


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
