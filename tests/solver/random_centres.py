"""Random tiny centres that use every work rule: few people, few shift types, all kinds of limits at once."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from staffing.domain.people import Activity, Agent, CarryIn, Contract, Role, TimeOff, Wish
from staffing.domain.problem import RosterProblem
from staffing.domain.queue import OpeningHours
from staffing.domain.requirement import Workload
from staffing.domain.rotation import Rotation
from staffing.domain.rules import Costs, WorkRules
from staffing.domain.shift import BreakType, ShiftType
from tests.builders import make_agent, make_centre, make_email, make_problem, make_queue, make_scenario

ALWAYS = OpeningHours((((0, 1440),),) * 7, ((0, 1440),))
ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/New_York")
FIRST_DAYS = (date(2026, 1, 5), date(2026, 1, 11), date(2026, 3, 26), date(2026, 10, 22), date(2026, 2, 4))
MEAL = BreakType("meal", 60, paid=False, earliest_min=120, latest_min=240, min_shift_min=360, kind="meal")
PAUSE = BreakType("pause", 60, paid=True, earliest_min=60, latest_min=360, spacing_min=60, min_shift_min=480)
SIESTA = BreakType("siesta", 180, paid=False, earliest_min=180, latest_min=240, spacing_min=60, kind="split")
TYPES = (
    ShiftType("morning", 360, 480, 60, (240, 360), ("meal",)),
    ShiftType("day", 480, 600, 60, (360, 480), ("meal", "pause")),
    ShiftType("late", 780, 900, 120, (360, 480), ("meal",)),
    ShiftType("night", 1260, 1320, 60, (480,), ("pause",)),
    ShiftType("split", 480, 480, 60, (600,), ("siesta",), (0, 1, 2, 3, 4)),
)


def random_centre(seed: int) -> RosterProblem:
    """The problem of that number: always the same one."""
    rng = np.random.default_rng(seed)
    days = int(rng.choice([3, 7, 7, 10, 14]))
    zone, first_day = ZoneInfo(str(rng.choice(ZONES))), FIRST_DAYS[rng.integers(len(FIRST_DAYS))]
    shifts = tuple(TYPES[i] for i in sorted(rng.choice(len(TYPES), rng.integers(1, 5), replace=False)))
    names = tuple(shift.id for shift in shifts)
    people = int(rng.integers(1, 5))
    contracts = tuple(_contract(rng, f"c{i}", names, days) for i in range(int(rng.integers(1, 3))))
    rotations = (_rotation(rng, names, first_day),)
    queues: tuple[Any, ...] = (make_queue(hours=ALWAYS),)
    if rng.random() < 0.5:
        queues = (*queues, make_email(hours=ALWAYS))
    agents = [_agent(rng, i, contracts, names, len(queues)) for i in range(people)]
    roles = (Role("representative"), Role("supervisor", ("representative",), 3))
    if people > 1 and rng.random() < 0.3:
        agents[0] = replace(agents[0], role="supervisor")
    centre = make_centre(
        timezone=zone.key, interval_min=60, slot_min=60, queues=queues, shifts=shifts, breaks=(MEAL, PAUSE, SIESTA),
        contracts=contracts, roles=roles, rules=_rules(rng, names, first_day), rotations=rotations,
        costs=Costs(seniority_per_year=float(rng.choice([0.0, 0.1])), switch_per_change=float(rng.choice([0.0, 1.0]))),
    )  # fmt: skip
    scenario = make_scenario(
        centre, agents,
        time_off=_time_off(rng, agents, first_day, days, zone),
        wishes=_wishes(rng, agents, names, first_day, days),
        carry_in=_past(rng, agents, first_day, zone),
        activities=_activities(rng, agents, first_day, days, zone),
    )  # fmt: skip
    slots = 24 * days + 2
    needed = rng.choice([0.0, 0.0, 0.5, 1.0, 1.6, 2.0], slots) * (rng.random() < 0.95)
    problem = make_problem(scenario, days=days, first_day=first_day, required=0.0)
    slots = problem.grid.n
    required = np.zeros_like(problem.required)
    required[0] = np.where(problem.is_open[0], needed[:slots], 0.0)
    workload: tuple[Workload, ...] = ()
    if len(queues) > 1:
        arrives = np.cumsum(rng.choice([0.0, 0.0, 0.5], slots))
        late = int(rng.integers(1, 8))
        workload = (Workload("email", arrives, np.concatenate([np.zeros(late), arrives[:-late]])),)
        problem = make_problem(scenario, days=days, first_day=first_day, required=0.0, workload=workload)
    weights = np.array([0.25, 0.5, 1.0, 1.0, 1.75, 4.0])
    priced = {"short_weight": rng.choice(weights, required.shape)} if rng.random() < 0.5 else {}
    return replace(problem, required=required, **priced)


def _rules(rng: np.random.Generator, names: tuple[str, ...], first_day: date) -> WorkRules:
    def sometimes(share: float, value: Any, other: Any) -> Any:
        return value if rng.random() < share else other

    pairs = {(str(rng.choice(names)), str(rng.choice(names))) for _ in range(int(rng.integers(0, 3)))}
    weeks = int(sometimes(0.4, rng.integers(1, 4), 0))
    return WorkRules(
        rest_h=float(rng.choice([0.0, 8.0, 11.0])),
        max_consecutive_days=int(rng.integers(2, 8)),
        weekly_rest_h=float(rng.choice([0.0, 24.0, 36.0])),
        weekend_days_max=int(rng.integers(0, 3)),
        fairness=float(rng.choice([0.0, 0.0, 7.0])),
        forbidden_successions=tuple(sorted(pairs)),
        nights_max_per_week=int(sometimes(0.4, rng.integers(0, 4), 7)),
        nights_max_per_period=sometimes(0.3, int(rng.integers(0, 5)), None),
        nights_max_consecutive=sometimes(0.4, int(rng.integers(1, 4)), None),
        weekends_max_per_period=sometimes(0.4, int(rng.integers(0, 3)), None),
        period_weeks=weeks,
        period_start=first_day - timedelta(days=int(rng.integers(0, 14))) if weeks else None,
    )


def _contract(rng: np.random.Generator, name: str, names: tuple[str, ...], days: int) -> Contract:
    order = tuple(str(shift) for shift in rng.permutation(names))
    band = {"start_band_min": int(rng.integers(0, 5)) * 60} if rng.random() < 0.25 else {}
    period = {"period_minutes_max": int(rng.integers(8, 40)) * 60} if rng.random() < 0.3 else {}
    if rng.random() < 0.2:
        period["period_minutes_min"] = min(240, period.get("period_minutes_max", 240))
    low = int(rng.choice([0, 0, 240]))
    return Contract(
        name, low, int(rng.integers(15, 45)) * 60, 0, int(rng.integers(2, 7)), order,
        overtime_minutes_max=int(rng.choice([0, 240])), **band, **period,
    )  # fmt: skip


def _rotation(rng: np.random.Generator, names: tuple[str, ...], first_day: date) -> Rotation:
    words = (*names, "off", "any", "any", "any", "any", "any")
    weeks = tuple(tuple(str(rng.choice(words)) for _ in range(7)) for _ in range(int(rng.integers(1, 3))))
    return Rotation("turn", first_day, weeks)


def _agent(rng: np.random.Generator, number: int, contracts: tuple[Contract, ...], names: Any, queues: int) -> Agent:
    skills = ["phone", "email:0.9"][: max(1, int(rng.integers(0, queues + 1)))]
    turn = {"rotation": "turn", "rotation_week": int(rng.integers(1, 3))} if rng.random() < 0.15 else {}
    contract = contracts[rng.integers(len(contracts))].id
    return make_agent(number, skills, contract=contract, seniority=float(rng.integers(0, 9)), **turn)


def _moment(day: date, hour: int, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=zone)


def _time_off(rng: np.random.Generator, agents: list[Agent], first_day: date, days: int, zone: ZoneInfo) -> Any:
    rows = []
    for agent in agents:
        if rng.random() < 0.4:
            day = first_day + timedelta(days=int(rng.integers(days)))
            kind = str(rng.choice(["leave", "sick", "unavailable", "meeting"]))
            start, end = (10, 11) if kind == "meeting" else ((0, 23) if rng.random() < 0.7 else (6, 14))
            rows.append(TimeOff(agent.id, _moment(day, start, zone), _moment(day, end, zone), kind))
    return tuple(rows)


def _wishes(rng: np.random.Generator, agents: list[Agent], names: tuple[str, ...], first_day: date, days: int) -> Any:
    rows = []
    for agent in agents:
        day = first_day + timedelta(days=int(rng.integers(days)))
        kind = str(rng.choice(["off", "work", "start>=", "shift"]))
        minute = 480 if kind == "start>=" else None
        rows.append(Wish(agent.id, day, kind, float(rng.integers(1, 4)), minute, names[0] if kind == "shift" else ""))
    return tuple(rows)


def _past(rng: np.random.Generator, agents: list[Agent], first_day: date, zone: ZoneInfo) -> tuple[CarryIn, ...]:
    rows = []
    for agent in agents:
        for back in range(1, 15):
            if rng.random() < 0.25:
                day = first_day - timedelta(days=back)
                hour = int(rng.choice([6, 8, 13, 22]))
                start = _moment(day, hour, zone)
                end = _moment(day + timedelta(days=(hour + 8) // 24), (hour + 8) % 24, zone)
                rows.append(CarryIn(agent.id, day, start, end))
    return tuple(rows)


def _activities(rng: np.random.Generator, agents: list[Agent], first_day: date, days: int, zone: ZoneInfo) -> Any:
    if rng.random() < 0.8:
        return ()
    who = tuple(agent.id for agent in agents[:2])
    end = _moment(first_day + timedelta(days=min(days, 3)), 0, zone)
    return (
        Activity("course", "training", who, 60, _moment(first_day, 6, zone), end, together=bool(rng.random() < 0.5)),
    )
