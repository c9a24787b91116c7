"""Planning again from a published roster: the same pass, where every change has a price and a reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

import numpy as np

from staffing.audit import audit_roster, roster_cost
from staffing.audit.changes import shift_changes
from staffing.domain.centre import Scenario
from staffing.domain.demand import ContactHistory
from staffing.domain.lawful import lawful_centre
from staffing.domain.note import Note
from staffing.domain.problem import RosterProblem
from staffing.domain.replanned import Replanned
from staffing.domain.result import RosterCost, SolveEvent, SolveResult, Status, StopReason
from staffing.domain.roster import Roster
from staffing.domain.timegrid import TimeGrid
from staffing.domain.verdict import Round
from staffing.errors import SettingsError
from staffing.plan import Plan, PlanSettings
from staffing.planning.curve import curve_point, lower_edge, short_hours
from staffing.planning.on_call import free_for_turns
from staffing.planning.reasons import change_reasons
from staffing.planning.rounds import Search, Stage
from staffing.planning.standing import Published
from staffing.planning.steps import make_forecast, make_requirement, plan_days, plan_table
from staffing.planning.training.placing import with_sessions_of, with_training
from staffing.planning.whole import Pass, Stopwatch, finished

if TYPE_CHECKING:
    from staffing.solver.cpsat.solve import Effort

SAME_DAYS = 28
"""The last days of history that must be equal for the published demand to be kept."""
FEWEST_PEOPLE = 12
"""Most changed people for whom an exact model looks for fewer."""
FEWEST_SHARE = 0.25
"""Its share of the time limit."""
SERVICE_SLACK = 0.01
"""In the centre's currency: the model rounds, the audit does not."""


@dataclass(frozen=True, slots=True)
class ReplanSettings:
    """What may change and at which price.

    Nothing changes before `frozen_until`; the notice window of the centre's rules begins at `today` (None: the first
    day of the plan). `price_factor` multiplies the prices of changes. With `max_changes` the search stops at the best
    roster found with so many changed days. `demand` is ``published`` (forecast and requirement of the published plan),
    ``new`` or ``auto``: new where history, queues or events have changed.
    """

    frozen_until: datetime | None = None
    today: date | None = None
    price_factor: float = 1.0
    max_changes: int | None = None
    demand: str = "auto"


def replan(
    scenario: Scenario,
    reference: Plan,
    settings: PlanSettings | None = None,
    limits: ReplanSettings | None = None,
    *,
    on_step: Callable[[str], None] | None = None,
    on_event: Callable[[SolveEvent], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Plan:
    """Plan the scenario again from the published `reference`, changing as little as pays.

    First the published roster is repaired person by person, which gives the curve of what a number of changes buys;
    then the whole search begins from there, with the changes priced; then fewer people are looked for that serve as
    well. New leave, sickness, rules, people or demand are all changes of the scenario.

    Raises
    ------
    SettingsError
        When the reference has no roster, shares no day with the horizon or is on other slots.
    """
    settings = settings or PlanSettings(first_day=reference.problem.grid.first_day, weeks=reference.problem.weeks)
    limits = limits or ReplanSettings()
    tell = on_step or (lambda _: None)
    watch = Stopwatch({})
    roster = _published_roster(scenario, reference)
    scenario = _priced(scenario, limits.price_factor)
    first, days = plan_days(scenario, settings.first_day or reference.problem.grid.first_day, settings.weeks)
    if (first, settings.weeks) == (reference.problem.grid.first_day, reference.problem.weeks):
        days = reference.problem.grid.days  # a plan of somebody's own requirement need not have whole weeks
    scenario = with_sessions_of(scenario, reference.scenario, first, days)
    scenario = with_training(scenario, first, days, settings.training)
    table, notes = plan_table(scenario, first, days)
    kept = _keeps_demand(scenario, reference, first, days, limits.demand)
    if kept:
        forecast, requirement = reference.forecast, reference.requirement
    else:
        tell("forecast")
        with watch.step("forecast"):
            forecast = make_forecast(scenario, table, first, days, seed=settings.seed, workers=settings.workers)
        tell("requirement")
        with watch.step("requirement"):
            requirement = make_requirement(
                scenario, forecast, table, probability=settings.probability, method=settings.method
            )
    notes += (Note("replan_demand_published") if kept else Note("replan_demand_new"),)
    grid = requirement.grid.with_step(scenario.centre.slot_min)
    if not set(grid.dates) & set(roster.grid.dates):
        raise SettingsError(f"--reference covers {roster.grid.dates[0]} to {roster.grid.dates[-1]}, not {first}")
    published = Published(roster, *_limits(grid, scenario, limits))
    # A turn on call is somebody's free time: what is published inside the notice window stands.
    standing_until = max(published.frozen_until, published.notice_until)

    def stated(problem: RosterProblem) -> RosterProblem:
        return free_for_turns(scenario, published.stated(problem), reference, standing_until)

    search = Search(scenario, forecast, table, settings, on_event, should_stop, stated=stated)
    stage = Stage(requirement, search.problem(requirement))
    tell("repair")
    with watch.step("repair"):
        steps = _repair(stage.problem, roster, should_stop)
    search.start = steps[-1]
    if limits.max_changes is None and _priced_changes(stage.problem):
        search.left -= FEWEST_SHARE  # so that both searches keep the time limit together
    rounds: tuple[Round, ...] = ()
    if not kept and limits.max_changes is None and settings.rounds > 0 and settings.replications > 1:
        tell("rounds")
        with watch.step("rounds"):
            stage, rounds = search.rounds(stage)
    tell("roster")
    with watch.step("roster"):
        if limits.max_changes is None:
            stage = _fewer(search.last(stage), settings)
        else:
            stage = replace(stage, result=_within(stage.problem, steps, limits.max_changes, settings.seed))
    replanned = None
    if stage.roster is not None:
        made = published.flagged(stage.problem, stage.roster)
        stage = replace(stage, result=replace(stage.solved, roster=made))
        points = [curve_point(stage.problem, step) for step in (*steps, made)]
        with watch.step("reasons"):
            reasons = change_reasons(stage.problem, made)
        curve = lower_edge(point for point in points if point.changes <= points[-1].changes)
        replanned = Replanned(published.frozen_until, published.notice_until, curve, reasons)
    return finished(
        Pass(scenario, settings, table, forecast, notes, watch, tell),
        search,
        stage,
        rounds,
        replanned,
        published=reference,
        frozen_until=standing_until,
    )


def _published_roster(scenario: Scenario, reference: Plan) -> Roster:
    if reference.roster is None:
        raise SettingsError("--reference has no roster; name a plan that has one")
    step_min = scenario.centre.slot_min
    if reference.roster.grid.step_min != step_min or reference.roster.grid.timezone != scenario.centre.timezone:
        grid = reference.roster.grid
        raise SettingsError(
            f"--reference is on slots of {grid.step_min} min in {grid.timezone}, "
            f"expected {step_min} min in {scenario.centre.timezone}"
        )
    return reference.roster


def _priced(scenario: Scenario, factor: float) -> Scenario:
    """The scenario with the prices of changes multiplied."""
    costs = scenario.centre.costs
    names = ("change_moved", "change_added", "change_removed", "change_breaks")
    costs = replace(costs, **{name: factor * getattr(costs, name) for name in names})
    on_call = replace(scenario.centre.on_call_rules, change_price=factor * scenario.centre.on_call_rules.change_price)
    return replace(scenario, centre=replace(scenario.centre, costs=costs, on_call_rules=on_call))


def _keeps_demand(scenario: Scenario, reference: Plan, first: date, days: int, asked: str) -> bool:
    """Whether the published forecast and requirement are used."""
    grid = reference.requirement.grid
    fits = (grid.first_day, grid.days, grid.step_min) == (first, days, scenario.centre.interval_min)
    if asked == "published" and not fits:
        raise SettingsError(
            f"--demand is published, but the published plan covers {grid.days} days from {grid.first_day}"
        )
    if asked != "auto":
        return asked == "published"
    old = reference.scenario
    return fits and _recent(old.history) == _recent(scenario.history) and _demand(old) == _demand(scenario)


def _demand(scenario: Scenario) -> tuple[object, ...]:
    """What forecast and requirement are made from, besides the history."""
    centre = scenario.centre
    calendar = centre.country, centre.subdivision, centre.holiday_categories, scenario.special_days
    return centre.queues, centre.shrinkage, calendar, scenario.events, scenario.overrides


def _recent(history: ContactHistory) -> tuple[object, ...]:
    steps = slice(int(history.grid.day_start[max(0, history.grid.days - SAME_DAYS)]), None)
    return history.grid.dates[-1], history.queues, history.offered[:, steps].tobytes()


def _limits(grid: TimeGrid, scenario: Scenario, limits: ReplanSettings) -> tuple[int, int]:
    """Slots before which nothing changes, and before which changes cost more."""
    frozen = 0 if limits.frozen_until is None else min(grid.n, max(0, grid.ceil(limits.frozen_until)))
    today = limits.today or grid.first_day
    notice = lawful_centre(scenario.centre).rules.notice_days
    until = datetime.combine(today + timedelta(days=notice), time(), grid.zone)
    return frozen, min(grid.n, max(0, grid.ceil(until)))


def _repair(problem: RosterProblem, roster: Roster, should_stop: Callable[[], bool] | None) -> tuple[Roster, ...]:
    from staffing.solver.repair import repair_roster

    return repair_roster(problem, roster, should_stop=should_stop).rosters


def _within(problem: RosterProblem, steps: tuple[Roster, ...], most: int, seed: int) -> SolveResult:
    """The best step with at most so many changes, or the first: what is forced is not asked about."""
    allowed = [step for step in steps if len(shift_changes(problem, step)) <= most] or [steps[0]]
    roster = min(allowed, key=lambda step: roster_cost(problem, step).total)
    cost = roster_cost(problem, roster)
    reasons = tuple(fault for fault in audit_roster(problem, roster) if fault.severity == "hard")
    return SolveResult(
        roster=roster,
        status=Status.INFEASIBLE if reasons else Status.FEASIBLE,
        stop_reason=StopReason.STOPPED,
        objective=cost.total,
        bound=None,
        fixed_cost=cost.fixed,
        cost=cost,
        seed=seed,
        method="repair",
        events=(),
        reasons=reasons,
    )


def fewer_people(problem: RosterProblem, result: SolveResult, effort: Effort) -> SolveResult:
    """The same service with fewer people changed, where an exact model finds that; else the result as it is."""
    from staffing.solver.cpsat.fewest import fewest_people
    from staffing.solver.repair import repair_roster

    if not _priced_changes(problem) or result.roster is None or result.reasons:
        return result
    people = {change.agent for change in shift_changes(problem, result.roster)}
    if not 2 <= len(people) <= FEWEST_PEOPLE:
        return result
    found = fewest_people(problem, result.roster, people, effort)
    if found is None or found.people >= len(people):
        return result
    touched = sorted({change.agent for change in shift_changes(problem, found.roster)})
    roster = repair_roster(problem, found.roster, people=np.array(touched, dtype=np.int64)).rosters[-1]
    cost = roster_cost(problem, roster)
    worse = _service_price(cost) > _service_price(roster_cost(problem, result.roster)) + SERVICE_SLACK
    if worse or short_hours(problem, roster) > short_hours(problem, result.roster) + 1e-6:
        return result
    better = replace(result, roster=roster, objective=cost.total, cost=cost, fixed_cost=cost.fixed)
    return replace(better, status=Status.FEASIBLE)


def _priced_changes(problem: RosterProblem) -> bool:
    """Whether changes have a price; where they are free, who is asked does not count, only what the roster costs."""
    costs = problem.costs
    return any((costs.change_moved, costs.change_added, costs.change_removed, costs.change_breaks))


def _service_price(cost: RosterCost) -> float:
    """What missing agents, late work, missing supervisors and dropped activities cost."""
    return sum(cost.components[name] for name in ("short", "overdue", "undone", "span", "activity"))


def _fewer(stage: Stage, settings: PlanSettings) -> Stage:
    from staffing.solver.cpsat.solve import Effort

    effort = Effort(FEWEST_SHARE * settings.time_limit_s, settings.workers, settings.seed, settings.reproducible)
    return replace(stage, result=fewer_people(stage.problem, stage.solved, effort))
