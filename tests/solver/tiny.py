"""Tiny problems on hour slots: few options, so that everything can be tried or proven."""

from dataclasses import replace
from datetime import date
from functools import cache
from itertools import product
from typing import Any

import numpy as np

from staffing.audit import audit_roster, roster_cost
from staffing.domain.people import Contract
from staffing.domain.problem import RosterProblem
from staffing.domain.result import SolveResult
from staffing.domain.roster import Roster
from staffing.domain.rules import Costs, WorkRules
from staffing.domain.shift import BreakType, ShiftType
from staffing.solver import solve_roster
from tests.builders import MONDAY, make_agent, make_centre, make_problem, make_roster, make_scenario

PAUSE = BreakType("pause", 60, paid=False, earliest_min=120, latest_min=180, min_shift_min=300, kind="meal")
SHORT_OR_LONG = ShiftType("day", 480, 600, 60, (180, 360), ("pause",))
RULES, COSTS = WorkRules(), Costs()
FREE_CONTRACT = Contract("any", 0, 3000, 0, 7, ("day",), overtime_minutes_max=600)


def tiny_problem(
    *,
    agents: int | list[Any] = 1,
    required: Any = 1.0,
    days: int = 1,
    shift: ShiftType = SHORT_OR_LONG,
    breaks: tuple[BreakType, ...] = (PAUSE,),
    contract: Contract = FREE_CONTRACT,
    rules: WorkRules = RULES,
    costs: Costs = COSTS,
    first_day: date = MONDAY,
    timezone: str = "Asia/Shanghai",
    centre_changes: dict[str, Any] | None = None,
    scenario_changes: dict[str, Any] | None = None,
    **changes: Any,
) -> RosterProblem:
    """One phone queue on hour slots, shifts of 3 or 6 hours with a pause in the long one."""
    centre = make_centre(
        timezone=timezone,
        interval_min=60,
        slot_min=60,
        shifts=(shift,),
        breaks=breaks,
        contracts=(contract,),
        rules=rules,
        costs=costs,
        **(centre_changes or {}),
    )
    people = [make_agent(i) for i in range(agents)] if isinstance(agents, int) else agents
    people = [replace(agent, contract=contract.id) for agent in people]
    scenario = make_scenario(centre, people, **(scenario_changes or {}))
    return make_problem(scenario, required=required, days=days, first_day=first_day, **changes)


@cache
def kernels_ready() -> None:
    """Load or compile the kernels, which does not count as time of the search."""
    solve_roster(tiny_problem(agents=2), time_limit_s=0.5)


def solved(problem: RosterProblem, limit_s: float = 4.0, **options: Any) -> SolveResult:
    """Solve, then check what must hold of every result."""
    kernels_ready()
    result = solve_roster(problem, time_limit_s=limit_s, **options)
    check(problem, result)
    return result


def check(problem: RosterProblem, result: SolveResult) -> None:
    """The roster's cost is the audit's, its hard violations are told, and the bound is not above it."""
    assert result.roster is not None
    assert result.objective is not None
    hard = tuple(v for v in audit_roster(problem, result.roster) if v.severity == "hard")
    assert result.reasons == hard
    assert (result.status == "infeasible") == bool(hard)
    cost = roster_cost(problem, result.roster)
    assert np.isclose(result.objective, cost.total, rtol=1e-9)
    assert np.isclose(result.fixed_cost, cost.fixed)
    if result.bound is not None:
        assert result.bound <= result.objective + 1e-6 * abs(result.objective) + 1e-6
    # What the search itself believes its roster to cost is what the audit says.
    (own,) = [event.objective for event in result.events if event.phase == "audit"]
    assert own is not None
    assert np.isclose(own, result.objective, rtol=1e-6, atol=1e-6)


def day_texts() -> list[tuple[str, str] | None]:
    """All shifts of `tiny_problem` on one day, in the words of `make_roster`; None: off."""
    texts: list[tuple[str, str] | None] = [None]
    for hour in (8, 9, 10):
        texts.append((f"{hour:02}:00", "phone 180"))
        texts.extend((f"{hour:02}:00", f"phone {60 * before} meal 60 phone {300 - 60 * before}") for before in (2, 3))
    return texts


def cheapest_of_all(problem: RosterProblem) -> float:
    """Least cost over all legal rosters of a one-queue `tiny_problem`, by trying every one."""
    people, days = len(problem.agents), problem.grid.days
    places = list(product(range(people), range(days)))
    best = np.inf
    for choice in product(day_texts(), repeat=len(places)):
        rows = [(agent, day, *text) for (agent, day), text in zip(places, choice, strict=True) if text is not None]
        roster: Roster = make_roster(problem, *rows)
        if all(v.severity != "hard" for v in audit_roster(problem, roster)):
            best = min(best, roster_cost(problem, roster).total)
    return float(best)
