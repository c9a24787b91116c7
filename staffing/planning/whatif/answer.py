"""Answers to a what-if: at once with the roster that there is, or in full with a roster searched for it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np

from staffing.audit import audit_roster, roster_cost
from staffing.audit.changes import shift_changes
from staffing.domain.assemble import roster_problem
from staffing.domain.centre import Scenario
from staffing.domain.demand import Forecast
from staffing.domain.problem import RosterProblem
from staffing.domain.result import SolveEvent, SolveResult, Status, StopReason
from staffing.domain.roster import Roster
from staffing.domain.scenario import WhatIf
from staffing.measures.whatif import Outcome, outcome_of
from staffing.plan import Plan, PlanSettings
from staffing.planning.standing import Published
from staffing.planning.steps import (
    VERDICT_SEED,
    judge_plan,
    level_on_roster,
    make_forecast,
    make_requirement,
    plan_days,
    plan_table,
)
from staffing.planning.whatif.change import changed_scenario
from staffing.planning.whole import make_plan, package_versions

COLUMNS = ("agent", "day", "start", "end", "activity", "queue", "locked")
QUICK_REPLICATIONS = 50
"""Simulated horizons of a quick answer."""


def quick_answer(
    plan: Plan, whatif: WhatIf, *, replications: int = QUICK_REPLICATIONS, seed: int | None = None, workers: int = 1
) -> Outcome:
    """The scenario with the roster of `plan`: requirement, coverage, rules, cost, simulated service.

    People hired get their best week each, one after the other, beside the roster as it is; nobody else's shifts
    change. All scenarios of one plan are simulated on the
    same draws, so that they differ by the scenario alone. The same requirement is worked out for the baseline, so rows
    that the plan's rounds had raised are not raised here.

    Parameters
    ----------
    plan : Plan
        With a roster or without.
    whatif : WhatIf
    replications : int
        Simulated horizons; 0 leaves the simulation out.
    seed : int, optional
        Of the simulation; None: the plan's.
    workers : int
        Processes of the simulation; the figures do not depend on it.

    Raises
    ------
    SettingsError
        When the scenario names a queue or an agent that is not known.
    """
    scenario = changed_scenario(plan.scenario, whatif)
    forecast = _forecast(plan.forecast, scenario, whatif, plan)
    requirement = make_requirement(
        scenario, forecast, plan.table, probability=plan.settings.probability, method=plan.settings.method
    )
    problem = roster_problem(scenario, requirement, plan.table)
    asked = replace(plan, scenario=scenario, forecast=forecast, requirement=requirement, problem=problem)
    if plan.roster is None:
        return outcome_of(asked, whatif.name, "need")
    roster = _with_hires(problem, plan.roster, len(plan.scenario.agents)) if whatif.hires else plan.roster
    asked = replace(asked, requirement=level_on_roster(requirement, problem, roster))
    verdict = None
    if replications > 0:
        drawn = None if seed is None else seed + VERDICT_SEED
        verdict = judge_plan(asked, roster, replications=replications, seed=drawn, workers=workers)
    answered = replace(
        asked,
        result=replace(plan.result, roster=roster),
        cost=roster_cost(problem, roster),
        violations=audit_roster(problem, roster),
        verdict=verdict,
    )
    return outcome_of(answered, whatif.name, "quick", changed_days=_changed(plan, problem, roster))


def full_answer(
    plan: Plan,
    whatif: WhatIf,
    *,
    time_limit_s: float | None = None,
    workers: int | None = None,
    on_step: Callable[[str], None] | None = None,
    on_event: Callable[[SolveEvent], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Plan:
    """A plan made for the scenario, on the days of `plan` and with its settings.

    Raises
    ------
    SettingsError
        As `quick_answer`. An infeasible roster is a result.
    """
    scenario = changed_scenario(plan.scenario, whatif)
    settings = replace(
        plan.settings,
        first_day=plan.problem.grid.first_day,
        weeks=plan.problem.weeks,
        time_limit_s=plan.settings.time_limit_s if time_limit_s is None else time_limit_s,
        workers=plan.settings.workers if workers is None else workers,
    )
    forecast = _forecast(plan.forecast, scenario, whatif, plan)
    return make_plan(scenario, settings, forecast=forecast, on_step=on_step, on_event=on_event, should_stop=should_stop)


def full_outcome(plan: Plan, answered: Plan, whatif: WhatIf) -> Outcome:
    """Figures of `full_answer`, with the days of people that differ from the roster of `plan`."""
    changed = None if answered.roster is None else _changed(plan, answered.problem, answered.roster)
    return outcome_of(answered, whatif.name, "full", changed_days=changed)


def needed_only(
    scenario: Scenario,
    whatifs: tuple[WhatIf, ...],
    *,
    first_day: date | None = None,
    weeks: int = 1,
    settings: PlanSettings | None = None,
) -> tuple[Outcome, ...]:
    """What each scenario needs, from a centre without any plan: forecast and requirement, no roster.

    Raises
    ------
    SettingsError
        When the days cannot be planned or a scenario names what is not known.
    """
    from staffing.forecast import changed_forecast

    settings = settings or PlanSettings()
    first, days = plan_days(scenario, first_day, weeks)
    table, _ = plan_table(scenario, first, days)
    base = make_forecast(scenario, table, first, days, seed=settings.seed, workers=settings.workers)
    found = []
    for whatif in whatifs:
        changed = changed_scenario(scenario, whatif)
        forecast = changed_forecast(base, whatif.loads, changed.centre, table)
        requirement = make_requirement(
            changed, forecast, table, probability=settings.probability, method=settings.method
        )
        problem = roster_problem(changed, requirement, table)
        nothing = SolveResult(None, Status.NONE, StopReason.NO_PLAN, None, None, 0.0, None, settings.seed, "none")
        made = Plan(
            changed, settings, table, forecast, requirement, problem, nothing, (), None, None, package_versions()
        )
        found.append(outcome_of(made, whatif.name, "need"))
    return tuple(found)


def _forecast(base: Forecast, scenario: Scenario, whatif: WhatIf, plan: Plan) -> Forecast:
    from staffing.forecast import changed_forecast

    return changed_forecast(base, whatif.loads, scenario.centre, plan.table)


def _with_hires(problem: RosterProblem, roster: Roster, known: int) -> Roster:
    """The roster as it is, with the best week of everybody after the first `known` people beside it."""
    from staffing.solver.repair import repair_roster

    new = np.arange(known, len(problem.agents), dtype=np.int64)
    stated = Published(roster).stated(problem)
    found = repair_roster(stated, roster, steps=len(new) * problem.weeks, people=new).rosters[-1]
    more = found.agent >= known
    ids = tuple(agent.id for agent in problem.agents)
    columns: dict[str, Any] = {
        name: np.concatenate([getattr(roster, name), getattr(found, name)[more]]) for name in COLUMNS
    }
    return replace(roster, agents=ids, **columns)


def _changed(plan: Plan, problem: RosterProblem, roster: Roster) -> int | None:
    """Days of people that differ from the plan's roster."""
    return None if plan.roster is None else len(shift_changes(replace(problem, reference=plan.roster), roster))
