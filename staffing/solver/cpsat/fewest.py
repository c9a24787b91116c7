"""The fewest people whose published shifts must change for a given service: an exact model, stage by stage."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from ortools.sat.python import cp_model

from staffing.domain.problem import RosterProblem
from staffing.domain.roster import Roster
from staffing.solver.build import build_roster, read_roster
from staffing.solver.case import compile_case
from staffing.solver.cpsat.model import RosterModel, Scale, cells
from staffing.solver.cpsat.objective import add_objective
from staffing.solver.cpsat.rules import add_rules
from staffing.solver.cpsat.solve import Effort, read_back
from staffing.solver.cpsat.variables import add_variables
from staffing.solver.moves.legal import legal_weeks
from staffing.solver.moves.state import rebuild
from staffing.solver.published import recognise

OPTIONS_MAX = 6000
"""Largest number of options of the people who may change."""


@dataclass(frozen=True, eq=False)
class Fewest:
    """The roster that touches the fewest people, how many, and whether fewer are proven to be too few."""

    roster: Roster
    people: int
    proven: bool


def fewest_people(problem: RosterProblem, roster: Roster, people: Iterable[int], effort: Effort) -> Fewest | None:
    """Serve no worse than `roster` (short, overdue, missing supervisors) and change the shifts of the fewest `people`.

    First the people are counted, then, with so many people, their changed days. Everybody else stays as in `roster`.
    None where the model would be too large or finds nothing within the effort.

    Raises
    ------
    ValueError
        When the problem has no published roster.
    """
    if problem.reference is None:
        raise ValueError("reference is None, expected a published roster")
    case = compile_case(_service_only(problem))
    tb, state = case.tables, read_roster(case, roster)
    rebuild(tb, state)
    chosen = sorted(set(people))
    free = tuple(
        (a, d)
        for a, d in cells(state, chosen, range(tb.days), working=False)
        if tb.first[a * tb.days + d + 1] > tb.first[a * tb.days + d]
    )
    size = sum(int(tb.first[a * tb.days + d + 1] - tb.first[a * tb.days + d]) for a, d in free)
    if not free or size > OPTIONS_MAX or not all(legal_weeks(tb, a, state.choice[a]) for a in chosen):
        return None
    model = RosterModel(case, state, free, Scale(1000, 1000), True, True)
    add_variables(model)
    add_rules(model)
    add_objective(model)
    service = sum(expression * price for expression, price in model.cost if price)
    now = _value_now(model)
    if now is None:
        return None
    model.cp.add(service <= now)
    days = {cell: _changed(model, cell) for cell in free if cell in case.published.shifts}
    # A published shift on a day without any option is lost whatever is done.
    lost = {a for a, d in case.published.shifts if case.published.shifts[a, d] is not None and (a, d) not in days}
    touched = []
    for agent in chosen:
        own = [change for (who, _), change in days.items() if who == agent]
        if own and agent not in lost:
            flag = model.cp.new_bool_var(f"touched_{agent}")
            for change in own:
                model.cp.add(flag >= change)
            touched.append(flag)
    solver = _solver(effort)
    model.cp.clear_objective()  # type: ignore[no-untyped-call]
    model.cp.minimize(sum(touched) * (len(days) + 1) + sum(days.values()))
    status = solver.solve(model.cp)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    found = read_back(model, solver)
    if not all(legal_weeks(tb, a, found.choice[a]) for a in chosen):
        return None
    recognise(case, found)
    count = sum(solver.boolean_value(flag) for flag in touched) + len(lost & set(chosen))
    return Fewest(build_roster(case, found), count, status == cp_model.OPTIMAL)


def _service_only(problem: RosterProblem) -> RosterProblem:
    """The same rules where only service has a price."""
    costs = replace(
        problem.costs,
        wage_per_h=0.0,
        over_per_h=0.0,
        wish_per_weight=0.0,
        switch_per_change=0.0,
        change_moved=0.0,
        change_added=0.0,
        change_removed=0.0,
        change_breaks=0.0,
    )
    return replace(problem, costs=costs, agents=tuple(replace(agent, cost_per_h=None) for agent in problem.agents))


def _changed(model: RosterModel, cell: tuple[int, int]) -> Any:
    """1 when the day is not as published: an expression of the model's variables."""
    case, (agent, day) = model.case, cell
    shift = case.published.shifts[cell]
    if shift is None:
        return model.worked(agent, day)
    own = case.published.exact.get(cell, -1)
    for option, chosen in model.options(agent, day):
        tb = case.tables
        if (tb.pattern[option], tb.start[option], tb.end[option]) == (own, shift.start, shift.end):
            return 1 - chosen
    return 1


def _value_now(model: RosterModel) -> int | None:
    """What the model says of the roster it was built from: every variable at its hint."""
    solver = _solver(Effort(10.0, 1, 1, True))
    solver.parameters.fix_variables_to_their_hinted_value = True
    if solver.solve(model.cp) != cp_model.OPTIMAL:
        return None
    return round(solver.objective_value)


def _solver(effort: Effort) -> cp_model.CpSolver:
    solver = cp_model.CpSolver()
    solver.parameters.random_seed = effort.seed % (1 << 31)
    solver.parameters.num_workers = 1 if effort.reproducible else max(1, effort.workers)
    if effort.reproducible:
        solver.parameters.max_deterministic_time = effort.seconds
    else:
        solver.parameters.max_time_in_seconds = effort.seconds
    return solver
