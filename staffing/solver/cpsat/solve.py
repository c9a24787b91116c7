"""Build a model of free cells, solve it from a complete hint, and read the roster back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from ortools.sat.python import cp_model

from staffing.solver.case import Case
from staffing.solver.clock import Clock
from staffing.solver.cpsat.model import Cell, RosterModel, Scale
from staffing.solver.cpsat.objective import add_objective, without_free
from staffing.solver.cpsat.rules import add_rules
from staffing.solver.cpsat.variables import add_variables
from staffing.solver.cpsat.watched import solve_watched
from staffing.solver.moves.legal import legal_weeks
from staffing.solver.moves.state import AWAY, IDLE, State, copy_state, rebuild

WHOLE_WORKERS = 8
"""Strategies at work on a whole problem, also on fewer cores: fewer leave out those that raise the bound."""


@dataclass(frozen=True, slots=True)
class Effort:
    """Limit of one solve: seconds, or deterministic time with one worker when `reproducible`."""

    seconds: float
    workers: int
    seed: int
    reproducible: bool


@dataclass(frozen=True, eq=False)
class Outcome:
    """The better state (or the one given), whether the model was solved to the end, and a bound when asked for."""

    state: State
    improved: bool
    proven: bool
    bound: float | None


def optimise(
    case: Case,
    state: State,
    free: tuple[Cell, ...],
    effort: Effort,
    clock: Clock,
    *,
    shifts_free: bool = True,
    days_free: bool = False,
    grouped: bool = False,
    scale: Scale | None = None,
) -> Outcome:
    """Best roster when only the cells `free` may change. A roster is taken only when its exact cost is lower."""
    if not free:
        return Outcome(state, False, True, None)
    model = RosterModel(case, state, free, scale or Scale(), shifts_free, days_free, grouped)
    add_variables(model)
    add_rules(model)
    add_objective(model)
    solver = cp_model.CpSolver()
    solver.parameters.random_seed = effort.seed % (1 << 31)
    solver.parameters.num_workers = 1 if effort.reproducible else max(effort.workers, WHOLE_WORKERS if days_free else 1)
    if effort.reproducible:
        solver.parameters.max_deterministic_time = effort.seconds
    else:
        solver.parameters.max_time_in_seconds = effort.seconds
    if not days_free:  # parts are short: simplifying them at length would take longer than solving them
        solver.parameters.cp_model_probing_level = 0
        solver.parameters.symmetry_level = 0
        solver.parameters.max_presolve_iterations = 1
    status = solve_watched(solver, model.cp, None if clock.should_stop is None else lambda: clock.stopped)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Outcome(state, False, False, None)
    found = read_back(model, solver)
    legal = all(legal_weeks(case.tables, agent, found.choice[agent]) for agent in model.agents)
    bound = None
    if legal and scale is not None:
        offset = float(found.cost[0]) - solver.objective_value / model.scale.cost
        bound = solver.best_objective_bound / model.scale.cost + offset - 2 * rounding(model)
    if legal and found.cost[0] < state.cost[0] - 1e-7:
        return Outcome(found, True, status == cp_model.OPTIMAL, bound)
    return Outcome(state, False, status == cp_model.OPTIMAL, bound)


def read_back(model: RosterModel, solver: cp_model.CpSolver) -> State:
    """The roster of the solution with its exact cost."""
    case, tb = model.case, model.case.tables
    state = without_free(model) if model.shifts_free else copy_state(model.state)
    if model.shifts_free:
        for agent, day in model.free:
            old = int(model.state.choice[agent, day])
            if old >= 0:
                state.queue[agent, tb.start[old] : tb.end[old]] = AWAY
            state.choice[agent, day] = -1
        for (agent, day, option), chosen in model.shift.items():
            if solver.boolean_value(chosen):
                state.choice[agent, day] = option
        for (agent, day, p, j, slot), chosen in model.pause.items():
            if solver.boolean_value(chosen) and tb.pattern[state.choice[agent, day]] == p:
                state.breaks[agent, day, j] = slot
        for agent, day in model.free:
            _fill(case, state, agent, day)
    if model.grouped:
        seat_crews(model, state, {key: solver.value(chosen) for key, chosen in model.serve.items()})
    else:
        for (agent, slot, queue), chosen in model.serve.items():
            if solver.value(chosen):
                state.queue[agent, slot] = queue
    for agent, day in model.free:
        _beyond(case, state, agent, day)
    rebuild(tb, state)
    return state


def seat_crews(model: RosterModel, state: State, seats: dict[tuple[int, int, int], int]) -> None:
    """Give the seats of each queue to the agents of a group at work, so that they stay where they were."""
    last: dict[int, int] = {}
    queues = range(IDLE, model.case.tables.prof.shape[1])
    for who, slot in sorted(model.crew, key=lambda key: key[1]):
        working = [agent for agent in model.crew[who, slot] if state.queue[agent, slot] != AWAY]
        left = {queue: seats.get((who, slot, queue), 0) for queue in queues}
        moving = []
        for agent in working:
            queue = last.get(agent, IDLE)
            if agent in last and left[queue] > 0:
                left[queue] -= 1
                state.queue[agent, slot] = queue
            else:
                moving.append(agent)
        free = [queue for queue in queues for _ in range(left[queue])]
        for agent, queue in zip(moving, free, strict=False):
            state.queue[agent, slot] = queue
        last.update({agent: int(state.queue[agent, slot]) for agent in working})


def _fill(case: Case, state: State, agent: int, day: int) -> None:
    """Codes of the settled slots of a shift; free slots are at work without a queue until told."""
    tb, option = case.tables, int(state.choice[agent, day])
    if option < 0:
        return
    for slot in range(int(tb.start[option]), int(tb.end[option])):
        code = int(tb.pin[agent, slot])
        state.queue[agent, slot] = code if code >= 0 else IDLE if code in (-1, -4) else AWAY
    first = int(tb.pat_first[tb.pattern[option]])
    for j in range(int(tb.pat_first[tb.pattern[option] + 1]) - first):
        at = int(state.breaks[agent, day, j])
        state.queue[agent, at : at + int(tb.brk_len[first + j])] = AWAY


def _beyond(case: Case, state: State, agent: int, day: int) -> None:
    """Work beyond the horizon goes on with the last queue: nothing is known of it and a change would be priced."""
    tb, option = case.tables, int(state.choice[agent, day])
    if option < 0 or tb.end[option] <= tb.slots:
        return
    for slot in range(tb.slots, int(tb.end[option])):
        if state.queue[agent, slot] != AWAY and tb.pin[agent, slot] == -1:
            before = int(state.queue[agent, slot - 1])
            state.queue[agent, slot] = before if before != AWAY else IDLE


def rounding(model: RosterModel) -> float:
    """Largest difference between the model's cost and the exact cost, from rounding to integers."""
    tb, unit = model.case.tables, model.scale.cover
    total = 0.0
    dearest = max(float(tb.weight.max(initial=1.0)) * max(tb.short, tb.severe), tb.over)
    for queue in range(len(tb.deadline)):
        if tb.deadline[queue]:
            for tube in (tb.early[queue], tb.late[queue]):
                level = np.asarray(tube) / tb.slot_h * unit
                off = np.where(np.abs(level - np.round(level)) < 1e-6, 0.0, 1.0) / unit
                total += float(off.sum()) * tb.overdue * tb.slot_h + float(off[-1]) * (tb.undone * tb.slot_h + tb.over)
        else:
            need = np.where(tb.is_open[queue], tb.required[queue], 0.0) * unit
            kink = np.where(tb.is_open[queue], tb.severe_from[queue], 0.0) * unit
            off = np.abs(need - np.round(need)) + np.where(need > 0, np.abs(kink - np.round(kink)), 0.0)
            total += float(off.sum()) / unit * dearest
            for price in (tb.short, tb.severe):
                priced = tb.weight[queue] * price * model.scale.cost / unit
                total += float((np.abs(priced - np.round(priced)) * need).sum()) / model.scale.cost
    speeds = tb.prof * unit
    rows = 1 + int(np.diff(tb.pool_first).max(initial=0))
    total += float(np.abs(speeds - np.round(speeds)).max(initial=0.0)) / unit * dearest * rows * len(model.serve)
    coefficient = 0.5 / model.scale.cost * (len(model.shift) + len(model.serve))
    return total + (coefficient if any(price % 1 for price in _prices(model)) else 0.0) + 1e-9


def _prices(model: RosterModel) -> list[float]:
    tb = model.case.tables
    return [float(price) * model.scale.cost for price in (*tb.price[:200], tb.over, tb.switch, tb.span_price)]
