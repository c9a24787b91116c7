"""Legal weeks for people for whom building week after week found none: one small exact model for each."""

from __future__ import annotations

from ortools.sat.python import cp_model

from staffing.domain.arrays import IntArray
from staffing.solver.case import Case
from staffing.solver.clock import Clock
from staffing.solver.cpsat.model import RosterModel, cells
from staffing.solver.cpsat.objective import add_objective
from staffing.solver.cpsat.rules import add_rules
from staffing.solver.cpsat.solve import read_back
from staffing.solver.cpsat.variables import add_variables
from staffing.solver.moves.legal import legal_weeks
from staffing.solver.moves.state import State

PERSON_S = 2.0
"""Seconds for one person; in a reproducible search deterministic ones."""


def rescue(case: Case, state: State, agents: IntArray, clock: Clock, share: float = 0.1) -> State:
    """`state` with shifts for those of `agents` who have legal weeks; the others stay without.

    Early weeks may leave what no later week can mend: hours of a period, days in a row. The model sees all weeks at
    once. At most `share` of the search's time is spent.
    """
    tb = case.tables
    budget = share * clock.limit_s
    for agent in agents.tolist():
        if budget <= 0 or clock.stopped:
            break
        free = tuple(
            (who, day)
            for who, day in cells(state, [agent], range(tb.days), working=False)
            if tb.first[who * tb.days + day + 1] > tb.first[who * tb.days + day]
        )
        if not free:
            continue
        model = RosterModel(case, state, free, days_free=True)
        add_variables(model)
        add_rules(model)
        add_objective(model)
        solver = cp_model.CpSolver()
        solver.parameters.random_seed = 0
        solver.parameters.num_workers = 1
        if clock.reproducible:
            solver.parameters.max_deterministic_time = min(PERSON_S, budget)
        else:
            solver.parameters.max_time_in_seconds = min(PERSON_S, budget)
        status = solver.solve(model.cp)
        budget -= min(PERSON_S, budget) if clock.reproducible else solver.wall_time
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            found = read_back(model, solver)
            if legal_weeks(tb, agent, found.choice[agent]):
                found.skip[agent] = 0
                state = found
    return state
