"""Speed of the event simulation: rosters of several sizes over a week, and a single queue against SimPy and Ciw.

    python -m benchmarks.simulate_speed [--agents 120 300] [--replications 100] [--workers 1] [--seed 1] [--json FILE]

The week has ten queues (six answered by phone, two chats, two of e-mail), shifts of eight hours with three breaks,
secondary skills and absence. Times are CPU seconds with drawing included and the kernel compiled beforehand; with more
than one worker they are seconds on the clock. A peer that is not installed is named and left out.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import platform
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from staffing.domain.calendar import CalendarDay, DayKind, DayTable
from staffing.domain.demand import Forecast
from staffing.domain.people import Agent
from staffing.domain.problem import RosterProblem
from staffing.domain.queue import AnswerTarget, Channel, DeadlineTarget, DeadlineUnit, Queue
from staffing.domain.requirement import Requirement, Workload
from staffing.domain.roster import BREAK, MEAL, WORK, Roster
from staffing.domain.rules import Costs, WorkRules
from staffing.domain.timegrid import TimeGrid
from staffing.simulate import simulate_roster

MONDAY = date(2026, 3, 2)
ROUNDS = 5
STARTS = (28, 32, 36, 40, 44)  # 7:00 to 11:00 in quarters of an hour
# Kind, start and end in quarters of an hour after the start of the shift.
PIECES = ((WORK, 0, 8), (BREAK, 8, 9), (WORK, 9, 16), (MEAL, 16, 18), (WORK, 18, 26), (BREAK, 26, 27), (WORK, 27, 34))


def queues() -> tuple[Queue, ...]:
    """Ten queues of three families."""
    answer = AnswerTarget(0.8, 20.0)
    return (
        *(Queue(f"phone{i}", Channel.PHONE, answer, patience_s=180.0, unplanned_shrinkage=0.06) for i in range(6)),
        *(Queue(f"chat{i}", Channel.CHAT, answer, patience_s=240.0, max_parallel=3, slowdown=0.3) for i in range(2)),
        *(Queue(f"email{i}", Channel.EMAIL, DeadlineTarget(4, DeadlineUnit.HOURS)) for i in range(2)),
    )


def week(agents: int, seed: int) -> dict[str, Any]:
    """Arguments of a simulation: everybody works five days, demand fits the crew."""
    rng = np.random.default_rng(seed)
    served = queues()
    grid = TimeGrid("Asia/Shanghai", MONDAY, 7, 30)
    slots = grid.with_step(15)
    primary = np.arange(agents) % len(served)
    skills = (rng.random((agents, len(served))) < 0.2) * 0.9
    skills[np.arange(agents), primary] = 1.0
    rows = [
        (agent, day, slots.day_start[day] + start + first, slots.day_start[day] + start + last, kind, primary[agent])
        for agent in range(agents)
        for day in rng.permutation(7)[:5]
        for start in [rng.choice(STARTS)]
        for kind, first, last in PIECES
    ]
    agent, day, first, last, kind, queue = np.array(rows).T
    people = tuple(Agent(f"a{i}", "", "", "", "", ()) for i in range(agents))
    names = tuple(q.id for q in served)
    roster = Roster(
        slots, tuple(p.id for p in people), names, agent, day, first, last, kind,
        np.where(kind == WORK, queue, -1), np.zeros(len(rows), dtype=bool),
    )  # fmt: skip
    on_duty = roster.coverage(np.ones_like(skills)).reshape(len(served), grid.n, 2).mean(axis=2)
    load = 0.8 * on_duty * np.array([1.0] * 6 + [1.6] * 2 + [0.9] * 2)[:, np.newaxis]
    aht_s = np.full_like(load, 240.0)
    volume = load * 1800.0 / aht_s
    zeros = np.zeros((len(served), slots.n))
    days = tuple(CalendarDay(MONDAY + timedelta(days=d), DayKind.ORDINARY, "", d, d < 5) for d in range(7))
    problem = RosterProblem(
        slots, DayTable(days), people, (), (), (), (), WorkRules(), Costs(), names, skills,
        np.ones((len(served), slots.n)), zeros, np.array([q.has_deadline for q in served]), zeros, zeros,
        np.zeros((agents, slots.n)), np.zeros((agents, 1)), np.zeros(agents), np.zeros(agents),
    )  # fmt: skip
    forecast = Forecast(
        grid, names, volume, volume, volume, volume, volume, aht_s, np.zeros((len(served), 7)), np.zeros_like(load),
        ("stated",) * len(served),
    )  # fmt: skip
    work = []
    for row in (8, 9):
        arrived = np.cumsum(load[row] / 2.0)
        work.append(Workload(names[row], arrived, np.concatenate((np.zeros(8), arrived[:-8]))))
    requirement = Requirement(
        grid, names, load, load, load, np.ones_like(load), np.ones_like(load, dtype=bool), ("stated",) * len(served),
        workload=tuple(work),
    )  # fmt: skip
    return {
        "problem": problem,
        "roster": roster,
        "queues": served,
        "forecast": forecast,
        "requirement": requirement,
    }


def weeks(agents: int, replications: int, workers: int, seed: int) -> dict[str, object]:
    """Seconds of one roster; the kernel is compiled by a short run before."""
    given = week(agents, seed)
    paths = np.random.default_rng(seed).poisson(
        given["forecast"].volume, (replications, *given["forecast"].volume.shape)
    )
    simulate_roster(**given, paths=paths[:1])
    clock = time.perf_counter if workers > 1 else time.process_time
    start = clock()
    verdict = simulate_roster(**given, paths=paths, workers=workers, seed=seed)
    seconds = clock() - start
    contacts = int(paths.sum())
    return {
        "case": f"{agents} agents, 10 queues, week x {replications}",
        "contacts": contacts,
        "seconds": round(seconds, 2),
        "contacts_per_s": round(contacts / seconds),
        "service_level": round(float(np.mean([row.service_level for row in verdict.week() if row.service_level])), 3),
    }


def simpy_day(agents: int, per_s: float, aht_s: float, patience_s: float, seed: int) -> int:
    """Contacts of one day of a single queue in SimPy."""
    import simpy

    rng = np.random.default_rng(seed)
    env = simpy.Environment()
    crew = simpy.Resource(env, agents)
    count = 0

    def call() -> Any:
        with crew.request() as request:
            reached = yield request | env.timeout(rng.exponential(patience_s))
            if request in reached:
                yield env.timeout(rng.exponential(aht_s))

    def arrivals() -> Any:
        nonlocal count
        while True:
            yield env.timeout(rng.exponential(1 / per_s))
            count += 1
            env.process(call())

    env.process(arrivals())
    env.run(until=86400)
    return count


def ciw_day(agents: int, per_s: float, aht_s: float, patience_s: float, seed: int) -> int:
    """Contacts of one day of a single queue in Ciw."""
    import ciw

    ciw.seed(seed)
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(per_s)],
        service_distributions=[ciw.dists.Exponential(1 / aht_s)],
        reneging_time_distributions=[ciw.dists.Exponential(1 / patience_s)],
        number_of_servers=[agents],
    )
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_time(86400)
    return len(simulation.get_all_records())


def our_days(agents: int, per_s: float, aht_s: float, patience_s: float, days: int, seed: int) -> int:
    """Contacts of `days` days of a single queue here, drawing included."""
    from staffing.simulate.draws import Callers, draw_contacts
    from staffing.simulate.floor import Duty, Skills
    from staffing.simulate.kernel import run

    skills = Skills.plain(np.ones((agents, 1)), np.ones((1, 1), dtype=np.int64))
    duty = Duty(np.zeros(agents), np.arange(agents), np.zeros(agents, dtype=np.int64))
    counts = np.random.default_rng(seed).poisson(1800 * per_s, (days, 1, 48))
    callers, mean_s = Callers.plain(np.array([patience_s])), np.full((1, 48), aht_s)
    total = 0
    for day in range(days):
        contacts, _ = draw_contacts(
            counts[day], mean_s, callers, np.zeros(1), step_s=1800.0, seed=seed, replication=day
        )
        run(contacts, duty, skills, np.array([86400.0]))
        total += len(contacts.queue)
    return total


def single_queue(seed: int) -> list[dict[str, object]]:
    """Contacts per CPU second of one queue of 100 erlangs, here and in the peers: the best of some rounds in turn."""
    model = {"agents": 100, "per_s": 1 / 3, "aht_s": 300.0, "patience_s": 180.0, "seed": seed}
    plays: dict[str, Callable[[], int]] = {"staffing": lambda: our_days(**model, days=100)}
    for name, package, play in (("SimPy", "simpy", simpy_day), ("Ciw", "ciw", ciw_day)):
        try:
            plays[f"{name} {importlib.metadata.version(package)}"] = lambda play=play: play(**model)
        except importlib.metadata.PackageNotFoundError:
            print(f"{name} is not installed")
    our_days(**model, days=1)
    rounds = [[timed(f"{name}, one queue", play) for name, play in plays.items()] for _ in range(ROUNDS)]
    lines = [max(column, key=lambda line: float(str(line["contacts_per_s"]))) for column in zip(*rounds, strict=True)]
    for line in lines[1:]:
        line["ratio"] = round(float(str(lines[0]["contacts_per_s"])) / float(str(line["contacts_per_s"])))
    return lines


def timed(name: str, play: Callable[[], int]) -> dict[str, object]:
    """Contacts per CPU second of one call."""
    start = time.process_time()
    contacts = play()
    seconds = time.process_time() - start
    return {
        "case": name,
        "contacts": contacts,
        "seconds": round(seconds, 2),
        "contacts_per_s": round(contacts / seconds),
    }


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agents", type=int, nargs="+", default=[120, 300])
    parser.add_argument("--replications", type=int, default=100)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, default=Path(__file__).with_suffix(".json"))
    given = parser.parse_args()
    lines = [weeks(agents, given.replications, given.workers, given.seed) for agents in given.agents]
    lines += single_queue(given.seed)
    print(f"{'case':40} {'contacts':>10} {'seconds':>8} {'contacts/s':>11} {'ratio':>6} {'mean level':>11}")
    for line in lines:
        figures = [line.get(key, "-") for key in ("contacts", "seconds", "contacts_per_s", "ratio", "service_level")]
        print("{:40} {:>10} {:>8} {:>11} {:>6} {:>11}".format(line["case"], *figures))
    record = {
        "date": date.today().isoformat(),
        "machine": platform.platform(),
        "python": platform.python_version(),
        "seed": given.seed,
        "workers": given.workers,
        "rows": lines,
    }
    given.json.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
