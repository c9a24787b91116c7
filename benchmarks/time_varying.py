"""Staffing methods on days that move: agent-hours and the worst interval, judged by the event simulator.

    python -m benchmarks.time_varying [--replications 1000] [--random-replications 400] [--seed 1] [--json FILE]

Days are those of `benchmarks.days`, the target is 80 % of all calls in 20 seconds. Methods:

sipp           each half hour as if it were steady (`staffing require --method sipp`)
lagged         the infinite-server load, which knows no crew, service level averaged over sub-steps
mol            the default: the load at the crew, service level averaged over sub-steps
mol corrected  the same, then simulated, intervals that fall short raised, and simulated again on the same days

Each method is given the calls expected in each half hour, never the rate inside it, and its agents are rounded up in
each half hour. Agents come and go at the half hours and finish the call they have. The verdict is on days that the
correction has not seen. The worst of many intervals looks a little worse than it is: one has a standard error of 14
points over the root of the days.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.days import INTERVAL_S, INTERVALS, Day, benchmark_day, random_days
from staffing.domain.queue import AnswerTarget, Channel, Queue
from staffing.erlang.answer import answer_need
from staffing.erlang.models import ErlangModel, LoadRows
from staffing.erlang.search import smallest_crew
from staffing.erlang.timevarying import substep_loads
from staffing.simulate.floor import Contacts, Duty, Skills
from staffing.simulate.kernel import run

Array = NDArray[np.float64]
TARGET = AnswerTarget(0.8, 20.0)
ALWAYS = np.ones(INTERVALS, dtype=bool)
LOOP_DAYS, LOOP_ROUNDS = 400, 8
ENOUGH = 0.005  # the correction leaves intervals alone that miss the target by less: that much is luck
LOOP_SEED, VERDICT_SEED = 101, 202


@dataclass(frozen=True)
class Service:
    """Calls and calls answered in time by half hour, summed over days."""

    calls: Array
    in_time: Array

    @property
    def level(self) -> Array:
        return self.in_time / np.maximum(self.calls, 1.0)


def required(day: Day, method: str) -> Array:
    """Whole agents of a method, by half hour."""
    aht_s = np.full(INTERVALS, day.aht_s)
    if method == "lagged":
        load, calls = substep_loads(day.volume, aht_s, ALWAYS, interval_min=30, method="mol")
        model = ErlangModel(LoadRows(load, calls, aht_s, np.full(INTERVALS, day.patience_s)), TARGET)
        return np.asarray(smallest_crew(model.meets, model.guess(), integer=True))
    queue = Queue("calls", Channel.PHONE, TARGET, patience_s=day.patience_s)
    need = answer_need(queue, day.volume, aht_s, ALWAYS, interval_min=30, method=method, curve=False)
    return np.asarray(np.ceil(need.agents - 1e-6))


def duties(crew: Array) -> Duty:
    """The crew's changes at the half hours: the agents with the highest numbers leave first."""
    changes = []
    for step, (before, now) in enumerate(zip(np.append(0, crew[:-1]), crew, strict=True)):
        changes += [(step * INTERVAL_S, agent, -1) for agent in range(int(now), int(before))]
        changes += [(step * INTERVAL_S, agent, 0) for agent in range(int(before), int(now))]
    changes += [(INTERVALS * INTERVAL_S, agent, -1) for agent in range(int(crew[-1]))]
    at_s, agent, queue = np.array(changes, dtype=float).T
    return Duty(at_s.copy(), agent.astype(np.int64), queue.astype(np.int64))


def simulate(day: Day, crew: Array, days: int, seed: int) -> Service:
    """Play many days; the same seed brings the same calls to every crew."""
    duty, agents = duties(crew), int(crew.max())
    skills = Skills.plain(np.ones((agents, 1)), np.zeros((1, 1), dtype=np.int64))
    end_s = np.array([INTERVALS * INTERVAL_S + 7200.0])
    calls, in_time = np.zeros(INTERVALS), np.zeros(INTERVALS)
    for number in range(days):
        rng = np.random.default_rng((seed, number))
        arrival_s = day.arrivals(rng)
        count = len(arrival_s)
        work_s = day.aht_s * rng.standard_exponential(count)
        waits_s = day.patience_s * rng.standard_exponential(count)
        contacts = Contacts.plain(arrival_s, np.zeros(count, dtype=np.int64), work_s, waits_s)
        outcome = run(contacts, duty, skills, end_s)
        soon = outcome.begun_s - arrival_s <= TARGET.answer_within_s
        step = np.minimum((arrival_s // INTERVAL_S).astype(np.int64), INTERVALS - 1)
        calls += np.bincount(step, minlength=INTERVALS)
        in_time += np.bincount(step[soon], minlength=INTERVALS)
    return Service(calls, in_time)


def corrected(day: Day, crew: Array, seed: int) -> Array:
    """Raise judged half hours that fall short by what their gap costs at about 3 points per 0.1 root of the agents."""
    crew = crew.copy()
    for _ in range(LOOP_ROUNDS):
        gap = TARGET.service_level - simulate(day, crew, LOOP_DAYS, seed).level
        short = day.is_judged & (gap > ENOUGH)
        if not short.any():
            break
        crew[short] += np.maximum(1.0, np.floor(gap[short] / 0.3 * np.sqrt(crew[short])))
    return crew


def judged(day: Day, name: str, crew: Array, plain_h: float, days: int, seed: int) -> dict[str, object]:
    """One line: hours, how many more than sipp, and the level of the day and of its judged half hours."""
    service = simulate(day, crew, days, seed)
    level = service.level[day.is_judged]
    hours = float(crew.sum()) * INTERVAL_S / 3600.0
    return {
        "day": day.name,
        "method": name,
        "agent_h": hours,
        "extra_pct": round(100.0 * (hours / plain_h - 1.0), 2),
        "day_sl": round(float(service.in_time.sum() / service.calls.sum()), 4),
        "worst_sl": round(float(level.min()), 4),
        "sd": round(float(level.std()), 4),
    }


def compare(day: Day, days: int, seed: int, say: Callable[[str], None]) -> list[dict[str, object]]:
    """All methods on one day."""
    crews = {method: required(day, method) for method in ("sipp", "lagged", "mol")}
    crews["mol corrected"] = corrected(day, crews["mol"], LOOP_SEED + seed)
    plain_h = float(crews["sipp"].sum()) * INTERVAL_S / 3600.0
    lines = [judged(day, name, crew, plain_h, days, VERDICT_SEED + seed) for name, crew in crews.items()]
    for line in lines:
        say(row(line))
    return lines


def row(line: dict[str, object]) -> str:
    """A printed line."""
    numbers = [f"{line[key]:>8}" for key in ("agent_h", "extra_pct", "day_sl", "worst_sl", "sd")]
    return f"{line['day']:34} {line['method']:11} " + " ".join(numbers)


def summary(lines: list[dict[str, object]]) -> list[dict[str, object]]:
    """The random days together, by method."""
    result: list[dict[str, object]] = []
    for method in dict.fromkeys(str(line["method"]) for line in lines):
        worst, extra = (
            np.array([float(str(line[key])) for line in lines if line["method"] == method])
            for key in ("worst_sl", "extra_pct")
        )
        result.append(
            {
                "method": method,
                "mean_worst_sl": round(float(worst.mean()), 4),
                "worst_day_sl": round(float(worst.min()), 4),
                "mean_extra_pct": round(float(extra.mean()), 2),
                "extra_pct_range": [float(extra.min()), float(extra.max())],
            }
        )
    return result


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--replications", type=int, default=1000)
    parser.add_argument("--random-replications", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, default=Path(__file__).with_suffix(".json"))
    given = parser.parse_args()
    print(f"{'day':34} {'method':11} {'agent h':>8} {'extra %':>8} {'day sl':>8} {'worst sl':>8} {'sd':>8}")

    def say(text: str) -> None:
        print(text, flush=True)

    fixed = [
        line
        for peak, aht_s in ((600.0, 300.0), (600.0, 900.0), (150.0, 300.0), (150.0, 900.0))
        for line in compare(benchmark_day(peak, aht_s), given.replications, given.seed, say)
    ]
    drawn = [line for day in random_days() for line in compare(day, given.random_replications, given.seed, say)]
    together = summary(drawn)
    print(f"\n{'random days':34} {'method':11} {'mean worst':>10} {'worst day':>10} {'mean extra %':>12}")
    for line in together:
        shown = f"{line['mean_worst_sl']:>10} {line['worst_day_sl']:>10} {line['mean_extra_pct']:>12}"
        print(f"{'':34} {line['method']:11} {shown}  {line['extra_pct_range']}")
    record = {
        "date": date.today().isoformat(),
        "machine": platform.platform(),
        "python": sys.version.split()[0],
        "seed": given.seed,
        "replications": given.replications,
        "random_replications": given.random_replications,
        "fixed": fixed,
        "random": drawn,
        "random_together": together,
    }
    given.json.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
