"""Compiles the kernels once by running every step on a tiny made-up centre."""

import os
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from multiprocessing import get_context

import numpy as np

from staffing.domain.centre import Centre, Scenario
from staffing.domain.demand import ContactHistory
from staffing.domain.people import Agent, Contract, Role, Skill
from staffing.domain.problem import RosterProblem
from staffing.domain.queue import AnswerTarget, Channel, DeadlineTarget, DeadlineUnit, OpeningHours, Queue
from staffing.domain.shift import BreakType, ShiftType
from staffing.domain.shift_cover import ShiftCoverProblem
from staffing.domain.timegrid import TimeGrid
from staffing.plan import PlanSettings

FIRST_DAY = date(2026, 1, 5)
HISTORY_DAYS = 42


def tiny_scenario() -> Scenario:
    """Six agents, phone, chat and e-mail, six weeks of history: every kernel has something to do."""
    hours = OpeningHours(weekday=(((540, 1020),),) * 7)
    queues = (
        Queue("phone", Channel.PHONE, AnswerTarget(0.8, 20), hours=hours, aht_s=240.0, patience_s=120.0),
        Queue("chat", Channel.CHAT, AnswerTarget(0.8, 30), hours=hours, aht_s=300.0, max_parallel=2, slowdown=0.3),
        Queue("email", Channel.EMAIL, DeadlineTarget(4, DeadlineUnit.WORKING_HOURS), hours=hours, aht_s=300.0),
    )
    grid = TimeGrid("UTC", FIRST_DAY - timedelta(days=HISTORY_DAYS), HISTORY_DAYS, 30)
    is_open = (grid.minute >= 540) & (grid.minute < 1020)
    offered = np.where(is_open, np.random.default_rng(1).poisson(6.0, (3, grid.n)), 0.0)
    centre = Centre(
        name="warm",
        timezone="UTC",
        interval_min=30,
        queues=queues,
        shifts=(ShiftType("day", 540, 540, 30, (480,), ("short", "meal")),),
        breaks=(BreakType("short", 15, True, 60, 120), BreakType("meal", 30, False, 180, 270, kind="meal")),
        contracts=(Contract("full", 2250, 2250, 5, 5, ("day",)),),
        roles=(Role("agent"), Role("head", ("agent",), 10)),
    )
    skills = (Skill("phone"), Skill("chat", 0.9), Skill("email", 0.9))
    agents = tuple(
        Agent(f"a{i}", "", "t", "head" if i == 0 else "agent", "full", () if i == 0 else skills) for i in range(6)
    )
    return Scenario(centre, ContactHistory(grid, ("phone", "chat", "email"), offered), agents)


def tiny_shift_cover() -> ShiftCoverProblem:
    """Two employees, one shift a day, two weeks: enough for every kernel of the search by shifts."""
    one = np.ones((2, 14, 1), dtype=np.int64)
    return ShiftCoverProblem(
        employees=("a", "b"),
        shifts=("D",),
        minutes=np.array([480]),
        may_follow=np.array([[True]]),
        shifts_max=np.full((2, 1), 14),
        minutes_min=np.full(2, 2880),
        minutes_max=np.full(2, 4800),
        run_min=np.full(2, 2),
        run_max=np.full(2, 5),
        off_min=np.full(2, 2),
        weekends_max=np.full(2, 1),
        day_off=np.zeros((2, 14), dtype=np.bool_),
        on_weight=one,
        off_weight=0 * one,
        required=one[0],
        under=10 * one[0],
        over=one[0],
    )


def plain_scenario(*queues: str) -> Scenario:
    """The same centre with some of its queues and nobody who leads: its search moves by counts of those at work."""
    whole = tiny_scenario()
    rows = [whole.history.queues.index(name) for name in queues]
    centre = replace(
        whole.centre,
        queues=tuple(whole.centre.queues[row] for row in rows),
        roles=(Role("agent"),),
    )
    skills = tuple(Skill(name) for name in queues)
    agents = tuple(replace(agent, role="agent", skills=skills) for agent in whole.agents)
    history = replace(whole.history, queues=queues, offered=whole.history.offered[rows])
    return Scenario(centre, history, agents)


KINDS = ((), ("phone",), ("phone", "email"), ("phone", "chat"))
"""Queues of the centres whose searches have moves of their own: all of them, one alone, deferred work beside one, two
that divide everybody's time."""


def problem_of(scenario: Scenario) -> RosterProblem:
    """The week after the history as the search gets it."""
    from staffing.domain.assemble import roster_problem
    from staffing.planning.steps import make_forecast, make_requirement, plan_days, plan_table

    first, days = plan_days(scenario, None, 1)
    table, _ = plan_table(scenario, first, days)
    requirement = make_requirement(scenario, make_forecast(scenario, table, first, days), table)
    return roster_problem(scenario, requirement, table)


def compile_moves() -> None:
    """The kernels of the search's moves, without those that find best weeks."""
    from staffing.solver.build import build_roster
    from staffing.solver.case import compile_case
    from staffing.solver.moves.state import new_state
    from staffing.solver.prime import prime_moves
    from staffing.solver.repair import repair_roster
    from staffing.solver.workroom import Workroom

    for queues in KINDS:
        problem = problem_of(plain_scenario(*queues) if queues else tiny_scenario())
        case = compile_case(problem)
        prime_moves(case, Workroom(case))
        repair_roster(problem, build_roster(case, new_state(case.tables)), steps=0)


def warm_kernels(tell: Callable[[str, float], None]) -> None:
    """Run one small plan of each kind; `tell` hears each step's name and seconds as the step ends.

    A second process compiles the moves meanwhile, which are about half of it: each finds on disk what the other one
    has done.
    """
    from staffing.planning import make_plan
    from staffing.solver.repair import repair_roster
    from staffing.solver.shiftwise import solve_shifts

    running: list[tuple[str, float]] = []

    def next_step(name: str) -> None:
        now = time.perf_counter()
        if running:
            last, begin = running.pop()
            tell(last, now - begin)
        running.append((name, now))

    other = get_context("spawn").Process(target=compile_moves, daemon=True)
    if (os.cpu_count() or 1) > 1:
        other.start()
    # Without rounds: a short search that is proven at once would leave the kernels of the long one uncompiled.
    settings = PlanSettings(time_limit_s=5.0, replications=2, workers=1, rounds=0)
    scenario = tiny_scenario()
    plan = make_plan(scenario, settings, on_step=next_step)
    if other.pid is not None:
        other.join()
    next_step("repair")
    if plan.roster is not None:
        repair_roster(plan.problem, plan.roster)
    next_step("shifts")
    solve_shifts(tiny_shift_cover(), time_limit_s=2.0, seed=1, workers=1)
    next_step("")
