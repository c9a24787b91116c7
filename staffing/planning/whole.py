"""The whole pass, in order: calendar, forecast, requirement, rounds, roster, audit, simulation, plan.

Nothing else knows the order of the steps. Each step is a value made from the values before it.
"""

import platform
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.metadata import version

from staffing.audit import audit_roster, roster_cost
from staffing.audit.on_call import plan_faults
from staffing.domain.calendar import DayTable
from staffing.domain.centre import Scenario
from staffing.domain.demand import Forecast
from staffing.domain.note import Note
from staffing.domain.on_call import OnCallPlan
from staffing.domain.replanned import Replanned
from staffing.domain.requirement import Requirement
from staffing.domain.result import SolveEvent, Violation
from staffing.domain.verdict import Round
from staffing.plan import Plan, PlanSettings
from staffing.planning.on_call import plan_on_call
from staffing.planning.parts import parts_notes
from staffing.planning.rounds import Search, Stage, round_notes
from staffing.planning.steps import (
    VERDICT_SEED,
    judge_by,
    level_on_roster,
    make_forecast,
    make_requirement,
    plan_days,
    plan_table,
)
from staffing.planning.training.outcome import outcome_notes
from staffing.planning.training.placing import with_training
from staffing.planning.training.shifting import better_times


@dataclass(slots=True)
class Stopwatch:
    """Seconds by step, for people only: never part of a reproducible plan."""

    seconds: dict[str, float]

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self.seconds[name] = round(self.seconds.get(name, 0.0) + time.perf_counter() - start, 3)


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
    scenario = with_training(scenario, first, days, settings.training)
    table, notes = plan_table(scenario, first, days)
    if forecast is None:
        tell("forecast")
        with watch.step("forecast"):
            forecast = make_forecast(scenario, table, first, days, seed=settings.seed, workers=settings.workers)
    if requirement is not None and requirement.workload:
        notes += (Note("requirement_levelled"),)
    if requirement is None:
        tell("requirement")
        with watch.step("requirement"):
            requirement = make_requirement(
                scenario, forecast, table, probability=settings.probability, method=settings.method
            )
    search = Search(scenario, forecast, table, settings, on_event, should_stop)
    rounds: tuple[Round, ...] = ()
    stage = Stage(requirement, search.problem(requirement))
    if settings.rounds > 0 and settings.replications > 1:
        tell("rounds")
        with watch.step("rounds"):
            stage, rounds = search.rounds(stage)
    tell("roster")
    with watch.step("roster"):
        stage = search.last(stage)
        # A search places sessions before it knows what each hour of its roster is worth.
        stage = replace(stage, result=better_times(stage.problem, stage.solved, should_stop=should_stop))
    return finished(Pass(scenario, settings, table, forecast, notes, watch, tell), search, stage, rounds)


@dataclass(frozen=True, slots=True)
class Pass:
    """What a pass knows before its roster is judged."""

    scenario: Scenario
    settings: PlanSettings
    table: DayTable
    forecast: Forecast
    notes: tuple[Note, ...]
    watch: Stopwatch
    tell: Callable[[str], None]


def finished(
    done: Pass,
    search: Search,
    stage: Stage,
    rounds: tuple[Round, ...],
    replanned: Replanned | None = None,
    *,
    published: Plan | None = None,
    frozen_until: int = 0,
) -> Plan:
    """The plan of a searched stage: on-call duties given out, deadline queues levelled, simulated anew, audited.

    On-call places of a `published` plan that begin before slot `frozen_until` stand.
    """
    scenario, settings, watch, tell = done.scenario, done.settings, done.watch, done.tell
    requirement, problem, result = stage.requirement, stage.problem, stage.solved
    notes = done.notes + round_notes(rounds) + parts_notes(result, settings.parts, problem.grid.days)
    if result.roster is not None:
        requirement = level_on_roster(requirement, problem, result.roster)
        notes += outcome_notes(scenario, problem, result.roster)
    on_call: OnCallPlan | None = None
    if result.roster is not None and scenario.centre.on_call:
        tell("on_call")
        with watch.step("on_call"):
            on_call = plan_on_call(
                scenario,
                problem,
                result.roster,
                settings,
                reference=published,
                frozen_until=frozen_until,
                should_stop=search.should_stop,
            )
    verdict = None
    if result.roster is not None and settings.replications > 0:
        tell("simulation")
        with watch.step("simulation"):
            # Fresh draws: the roster never saw this seed.
            verdict = judge_by(
                settings, scenario, done.forecast, requirement, problem, result.roster, draws=VERDICT_SEED
            )
            notes += search.lacking(stage, verdict, rounds)
    tell("audit")
    violations: tuple[Violation, ...] = result.reasons
    cost = None
    if result.roster is not None:
        violations = audit_roster(problem, result.roster) + plan_faults(problem, result.roster, on_call)
        cost = roster_cost(problem, result.roster)
    return Plan(
        scenario=scenario,
        settings=settings,
        table=done.table,
        forecast=done.forecast,
        requirement=requirement,
        problem=problem,
        result=result,
        violations=violations,
        cost=cost,
        verdict=verdict,
        rounds=rounds,
        replanned=replanned,
        on_call=on_call,
        versions=package_versions(),
        notes=notes + scenario.notes + done.forecast.notes + requirement.notes + (verdict.notes if verdict else ()),
        seconds={} if settings.reproducible else watch.seconds,
    )


def package_versions() -> dict[str, str]:
    """Versions of everything that can change a plan."""
    names = ("staffing", "ortools", "numpy", "scipy", "numba", "statsmodels", "pandas", "holidays", "tzdata")
    return {name: version(name) for name in names} | {"python": platform.python_version()}
