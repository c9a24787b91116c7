"""Gap of the roster optimiser on generated contact centres of several sizes.

    python -m benchmarks.roster_gap [--agents 30 100 300] [--time-limit 60] [--seeds 1] [--json FILE]

Each centre has four answered queues (phone, chat, callback, sales), five deadline queues, supervisors with a span of
control, four contracts, three breaks in a long shift, leave, fixed meetings, activities to place and wishes. Demand
is scaled to 90 % of the hours that the contracts give. Prints cost, bound, both gaps and seconds.
"""

from __future__ import annotations

import argparse
import json
import platform
import time
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np

from staffing.domain.assemble import roster_problem
from staffing.domain.calendar import CalendarDay, DayKind, DayTable
from staffing.domain.centre import Centre, Scenario
from staffing.domain.demand import ContactHistory
from staffing.domain.people import Activity, Agent, Contract, Role, Skill, TimeOff, Wish
from staffing.domain.problem import RosterProblem
from staffing.domain.queue import AnswerTarget, Channel, DeadlineTarget, DeadlineUnit, OpeningHours, Queue
from staffing.domain.requirement import Requirement, Workload
from staffing.domain.rules import Costs, WorkRules
from staffing.domain.shift import BreakType, ShiftType
from staffing.domain.timegrid import TimeGrid

MONDAY = date(2026, 3, 2)
ZONE = "Asia/Shanghai"
LONG = OpeningHours((((480, 1260),),) * 5 + (((540, 1080),),) * 2, ())
OFFICE = OpeningHours((((510, 1080),),) * 5 + ((),) * 2, ())
ANSWERED = (("phone", 0.46), ("chat", 0.18), ("callback", 0.03), ("sales", 0.06))
DEFERRED = (("email", 0.07, 4), ("ticket", 0.09, 48), ("tier2", 0.06, 96), ("complaint", 0.02, 4), ("upkeep", 0.03, 48))
SKILLS = (
    ("phone", "callback", "upkeep"),
    ("phone", "chat:0.9", "callback", "ticket"),
    ("chat", "phone:0.9", "email"),
    ("phone", "sales", "callback", "complaint"),
    ("email", "ticket", "chat:0.9", "upkeep"),
    ("tier2", "ticket", "complaint", "phone:0.9"),
)


def centre() -> Centre:
    """Queues, shifts, contracts and rules; the same for every size."""
    answered = [Queue(q, Channel.PHONE, AnswerTarget(0.8, 20.0), hours=LONG, aht_s=240.0) for q, _ in ANSWERED]
    deferred = [
        Queue(q, Channel.TICKET, DeadlineTarget(24, DeadlineUnit.HOURS), hours=OFFICE if slots == 96 else LONG)
        for q, _, slots in DEFERRED
    ]
    full = ("rest1", "meal", "rest2")
    return Centre(
        name="Generated",
        timezone=ZONE,
        interval_min=30,
        slot_min=15,
        queues=(*answered, *deferred),
        breaks=(
            BreakType("rest1", 15, True, 75, 150, 60),
            BreakType("meal", 60, False, 210, 300, 60, kind="meal"),
            BreakType("rest2", 15, True, 360, 450, 60),
            BreakType("rest3", 15, True, 495, 570, 60, 660),
            BreakType("short_rest", 15, True, 75, 210, 60),
        ),
        shifts=(
            ShiftType("early", 480, 570, 30, (540,), full),
            ShiftType("mid", 600, 660, 30, (540,), full),
            ShiftType("late", 690, 720, 30, (540,), full),
            ShiftType("long", 480, 600, 30, (660,), (*full, "rest3")),
            ShiftType("short", 480, 1020, 30, (240, 300, 360), ("short_rest",)),
        ),
        contracts=(
            Contract("full_time", 2400, 2400, 5, 5, ("early", "mid", "late")),
            Contract("four_days", 2400, 2400, 4, 4, ("long",)),
            Contract("part_time", 960, 1440, 3, 5, ("short",), 120),
            Contract("office", 2400, 2400, 5, 5, ("early",)),
        ),
        roles=(Role("representative"), Role("supervisor", ("representative",), 15)),
        rules=WorkRules(),
        costs=Costs(wage_per_h=38.0),
    )


def people(size: int, rng: np.random.Generator) -> tuple[Agent, ...]:
    """Agents: 58 % full time, 12 % four long days, 25 % part time; one supervisor in ten people, in six where few."""
    agents = []
    for number in range(size):
        every = 10 if size >= 60 else 6
        supervisor = number % every == every - 1
        team = number % len(SKILLS)
        contract = ("full_time", "four_days", "part_time")[int(rng.choice(3, p=(0.6, 0.13, 0.27)))]
        contract = "full_time" if supervisor else contract
        names = ("complaint", "tier2") if supervisor else SKILLS[team]
        skills = tuple(Skill(name, float(speed or 1.0)) for name, _, speed in (s.partition(":") for s in names))
        role = "supervisor" if supervisor else "representative"
        agents.append(Agent(f"a{number:04}", f"Agent {number}", f"team{team}", role, contract, skills))
    return tuple(agents)


def profile(grid: TimeGrid, is_open: np.ndarray) -> np.ndarray:
    """Relative demand of each interval: two waves a day, weekends lower; 1 on average where open."""
    hour = grid.minute / 60
    wave = 0.45 + np.exp(-((hour - 10.5) ** 2) / 6) + 0.85 * np.exp(-((hour - 15.5) ** 2) / 8)
    day = np.array([1.15, 1.05, 1.0, 0.98, 0.95, 0.55, 0.45])[grid.weekday[grid.day]]
    shape = np.where(is_open, wave * day, 0.0)
    return np.asarray(shape / shape[is_open].mean())


def generate(size: int, seed: int, days: int = 7) -> RosterProblem:
    """A centre of `size` agents whose staff suffices for about 111 % of the work."""
    rng = np.random.default_rng(seed)
    house, agents = centre(), people(size, rng)
    table = DayTable(
        tuple(
            CalendarDay(
                when := MONDAY + timedelta(days=d - 7), DayKind.ORDINARY, "", when.weekday(), when.weekday() < 5
            )
            for d in range(days + 21)
        )
    )
    grid = TimeGrid(ZONE, MONDAY, days, 30)
    is_open = np.array([queue.hours.mask(table, grid) for queue in house.queues if queue.hours])
    hours = {"full_time": 37.5, "four_days": 36.0, "office": 37.5, "part_time": 19.0}
    weekly_h = 0.9 * sum(hours[a.contract] * (a.role != "supervisor") for a in agents) * days / 7
    agents_needed = np.zeros((len(house.queues), grid.n))
    for row, (_, share) in enumerate(ANSWERED):
        level = profile(grid, is_open[row])
        noise = rng.normal(1.0, 0.05, grid.n)
        agents_needed[row] = np.maximum(level * share * weekly_h / (level.sum() * 0.5) * noise, 0) * is_open[row]
    work = []
    for row, (name, share, late) in enumerate(DEFERRED, start=len(ANSWERED)):
        level = profile(grid, is_open[row])
        arrivals = np.cumsum(level) * share * weekly_h / level.sum()
        due = np.concatenate([np.zeros(late), arrivals[:-late]])
        # what falls due while the queue is closed was due at the last open interval before
        work.append(Workload(name, arrivals, np.where(is_open[row], due, 0.0)))
        work[-1] = Workload(name, arrivals, np.maximum.accumulate(work[-1].latest_h))
    requirement = Requirement(
        grid=grid,
        queues=tuple(queue.id for queue in house.queues),
        load_erl=agents_needed,
        agents=agents_needed,
        agents_gross=agents_needed,
        expected_sl=np.ones_like(agents_needed),
        is_open=is_open,
        method=("generated",) * len(house.queues),
        workload=tuple(work),
    )
    history = ContactHistory(
        TimeGrid(ZONE, MONDAY - timedelta(days=7), 7, 30), (house.queues[0].id,), np.ones((1, 336))
    )
    time_off, activities, wishes = extras(agents, grid, rng)
    scenario = Scenario(house, history, agents, time_off, activities, wishes)
    return roster_problem(scenario, requirement, table)


def extras(
    agents: tuple[Agent, ...], grid: TimeGrid, rng: np.random.Generator
) -> tuple[tuple[TimeOff, ...], tuple[Activity, ...], tuple[Wish, ...]]:
    """Leave for 5 % of the agents, a team meeting, training to place for every tenth, wishes of every third."""

    def moment(day: int, hour: float) -> datetime:
        return grid.local(int(grid.at(day, int(hour * 60))))

    off, todo, wishes = [], [], []
    for agent in agents:
        if rng.random() < 0.05:
            day = int(rng.integers(0, 5))
            off.append(TimeOff(agent.id, moment(day, 0), moment(day + int(rng.integers(1, 3)), 0), "leave"))
        if rng.random() < 0.33:
            kind = ("off", "start>=", "start<=")[int(rng.integers(3))]
            day = int(rng.integers(0, 7))
            wishes.append(Wish(agent.id, grid.dates[day], kind, 1.0, 600 if kind != "off" else None))
    free = [agent for agent in agents if agent.role == "representative" and agent.id not in {row.agent for row in off}]
    for agent in free[:: max(1, len(free) // 5)][:5]:
        off.append(TimeOff(agent.id, moment(2, 14), moment(2, 15), "meeting"))
    for number, agent in enumerate(free[3::10]):
        todo.append(Activity(f"coaching{number}", "coaching", (agent.id,), 60, moment(0, 8), moment(5, 0)))
    group = tuple(agent.id for agent in free[5::15][:8])
    if group:
        todo.append(Activity("course", "training", group, 90, moment(0, 9), moment(4, 18), together=True))
    return tuple(off), tuple(todo), tuple(wishes)


def run(size: int, seed: int, limit_s: float, workers: int) -> dict[str, object]:
    """Solve one generated centre."""
    from staffing.audit import audit_roster
    from staffing.solver import solve_roster

    problem = generate(size, seed)
    begun = time.perf_counter()
    result = solve_roster(problem, time_limit_s=limit_s, seed=seed, workers=workers)
    seconds = time.perf_counter() - begun
    cover = result.roster.coverage(problem.proficiency) if result.roster else np.zeros_like(problem.required)
    answered = ~problem.deadline[:, None] & problem.is_open
    short = float((np.maximum(problem.required - cover, 0) * answered).sum() / problem.required.sum())
    hard = sum(v.severity == "hard" for v in audit_roster(problem, result.roster)) if result.roster else -1
    return {
        "agents": size,
        "seed": seed,
        "status": str(result.status),
        "objective": result.objective,
        "bound": result.bound,
        "gap_total": result.gap_total,
        "gap_flexible": result.gap_flexible,
        "short_share": short,
        "violations": hard,
        "seconds": round(seconds, 1),
        "components": dict(result.cost.components) if result.cost else None,
    }


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agents", type=int, nargs="+", default=[30, 100, 300])
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--time-limit", type=float, default=60.0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--json", type=Path, default=Path(__file__).with_suffix(".json"))
    given = parser.parse_args()
    rows = []
    print(f"{'agents':>6} {'seed':>4} {'cost':>12} {'bound':>12} {'total':>7} {'flexible':>8} {'short':>6} {'s':>6}")
    for size in given.agents:
        for seed in given.seeds:
            row = run(size, seed, given.time_limit, given.workers)
            rows.append(row)
            cost, bound = row["objective"] or float("nan"), row["bound"] or float("nan")
            gaps = [row["gap_total"], row["gap_flexible"], row["short_share"]]
            total, flexible, short = (float("nan") if g is None else 100 * float(str(g)) for g in gaps)
            print(
                f"{size:6} {seed:4} {cost:12.1f} {bound:12.1f} {total:6.2f}% {flexible:7.2f}% {short:5.2f}% "
                f"{row['seconds']:6}  {row['status']} violations {row['violations']}"
            )
    record = {
        "date": date.today().isoformat(),
        "machine": platform.platform(),
        "limit_s": given.time_limit,
        "rows": rows,
    }
    given.json.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
