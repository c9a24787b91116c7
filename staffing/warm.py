"""Compiles the kernels once by running every step on a tiny made-up centre."""

import time
from collections.abc import Callable
from datetime import date, timedelta

import numpy as np

from staffing.domain.centre import Centre, Scenario
from staffing.domain.demand import ContactHistory
from staffing.domain.people import Agent, Contract, Role, Skill
from staffing.domain.queue import AnswerTarget, Channel, DeadlineTarget, DeadlineUnit, OpeningHours, Queue
from staffing.domain.shift import BreakType, ShiftType
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


def warm_kernels(tell: Callable[[str, float], None]) -> None:
    """Run one small plan; `tell` hears each step's name and seconds as the step ends."""
    from staffing.planning import make_plan
    from staffing.solver.repair import repair_roster

    running: list[tuple[str, float]] = []

    def next_step(name: str) -> None:
        now = time.perf_counter()
        if running:
            last, begin = running.pop()
            tell(last, now - begin)
        running.append((name, now))

    # Without rounds: a short search that is proven at once would leave the kernels of the long one uncompiled.
    settings = PlanSettings(time_limit_s=5.0, replications=2, workers=1, rounds=0)
    scenario = tiny_scenario()
    plan = make_plan(scenario, settings, on_step=next_step)
    next_step("repair")
    if plan.roster is not None:
        repair_roster(plan.problem, plan.roster)
    next_step("")
