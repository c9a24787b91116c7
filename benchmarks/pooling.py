"""Pooling: the recommended crew of two skills against a search of all crews, and what common skills save.

    python -m benchmarks.pooling [--part two table day] [--seed 1] [--json FILE]

``two``: 100 calls of 180 s and 60 of 300 s in half an hour, 80 % in 20 s, nobody leaves. The recommended crew is played
on fresh draws; the smallest crew is found by trying every number of agents of every group.
``table``: crews proposed by formulas alone for several sets of loads and skills (handle time 300 s, patience 180 s,
80 % in 20 s), their levels on fresh draws, and the smallest crew that a search by simulation finds.
``day``: a day of four queues that rises and falls, staffed interval by interval from the rows of the requirement.
"""

from __future__ import annotations

import argparse
import itertools
import json
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.days import CLOSE_H, INTERVALS, OPEN_H, Shape
from staffing.domain.arrays import FloatArray, IntArray
from staffing.domain.calendar import CalendarDay, DayKind, DayTable
from staffing.domain.centre import Centre
from staffing.domain.demand import Forecast
from staffing.domain.queue import AnswerTarget, Channel, OpeningHours, Queue
from staffing.domain.requirement import Requirement
from staffing.domain.timegrid import TimeGrid
from staffing.erlang import require_agents, required_agents
from staffing.erlang.pooling import pooled_rows
from staffing.erlang.skill_groups import SkillPool
from staffing.planning.crew import recommend_crew
from staffing.simulate.crew import SteadyDemand, crew_levels, steady_demand
from staffing.simulate.draws import Callers, draw_contacts
from staffing.simulate.floor import Duty, Skills
from staffing.simulate.kernel import run

TARGET = AnswerTarget(0.8, 20.0)
AHT_S, PATIENCE_S = 300.0, 180.0
MONDAY = date(2026, 3, 2)
LOADS = ((24, 18, 12, 6), (8, 6, 4, 2), (20, 20), (40, 30, 20, 10), (10,) * 8)
KINDS = ("one pool", "chain", "10 % universal", "20 % universal", "40 % universal")


def split(weight: NDArray[Any], count: int) -> IntArray:
    """`count` in proportion to `weight`, by largest remainders."""
    exact = np.asarray(weight, dtype=float) / max(float(np.sum(weight)), 1e-12) * count
    parts = np.floor(exact).astype(np.int64)
    parts[np.argsort(parts - exact, kind="stable")[: count - int(parts.sum())]] += 1
    return np.asarray(parts)


# ---------------------------------------------------------------- two skills


def two_skills(seed: int) -> list[dict[str, Any]]:
    """Recommended crew against the smallest of all crews, for two designs."""
    case: dict[str, Any] = {"interval_s": 1800.0, "aht_s": [180.0, 300.0], "targets": [TARGET] * 2}
    fresh = steady_demand([100, 60], patience_s=[None] * 2, contacts=4_000_000, replications=20, seed=seed + 70, **case)
    quick = steady_demand([100, 60], patience_s=[None] * 2, contacts=60_000, replications=4, seed=seed + 80, **case)
    found = []
    for name, groups in (
        ("fully flexible", {"AB": [0, 1]}),
        ("dedicated + flexible", {"A": [0], "B": [1], "AB": [0, 1]}),
    ):
        start = time.perf_counter()
        advice = recommend_crew([100, 60], groups=groups, seed=seed, **case)
        seconds = time.perf_counter() - start
        skills = np.array([[queue in places for queue in range(2)] for places in groups.values()])
        levels = crew_levels(fresh, skills, advice.assigned)
        smallest, crew, level = smallest_crew(quick, fresh, skills)
        row = {
            "design": name,
            "recommended": advice.agents,
            "total": advice.total,
            "alone": advice.alone,
            "level": levels.mean(axis=0).round(4).tolist(),
            "half_width": (1.96 * levels.std(axis=0, ddof=1) / np.sqrt(len(levels))).round(4).tolist(),
            "smallest": smallest,
            "smallest_crew": crew.tolist(),
            "smallest_level": level.round(4).tolist(),
            "simulations": advice.simulations,
            "seconds": round(seconds, 1),
        }
        ok = bool(np.all(levels.mean(axis=0) >= 0.8) and advice.total - smallest <= 1)
        found.append(row | {"ok": ok})
        print(
            f"{name}: recommended {advice.agents} = {advice.total} (without common skills {advice.alone}), "
            f"levels {row['level']} +- {row['half_width']}; smallest that does {smallest} "
            f"{row['smallest_crew']} with {row['smallest_level']}; difference {advice.total - smallest}; "
            f"{advice.simulations} simulations, {seconds:.1f} s; {'ok' if ok else 'NOT OK'}",
            flush=True,
        )
    return found


def smallest_crew(
    quick: SteadyDemand, fresh: SteadyDemand, skills: NDArray[np.bool_]
) -> tuple[int, IntArray, FloatArray]:
    """Every crew of 22, 23, ... agents for 20 erlangs: those near the target on few draws are judged again on many."""
    for total in itertools.count(22):
        near = [(crew_levels(quick, skills, crew).mean(axis=0).min(), crew) for crew in all_crews(total, skills)]
        for worst, crew in sorted(near, key=lambda pair: -pair[0])[:12]:
            if worst < 0.77:
                break
            level = crew_levels(fresh, skills, crew).mean(axis=0)
            if np.all(level >= 0.8):
                return total, crew, level
    raise AssertionError("unreachable")


def all_crews(total: int, skills: NDArray[np.bool_]) -> Iterator[IntArray]:
    """Crews of `total` agents: all numbers of dedicated agents, flexible ones on the queues so as to even out."""
    if len(skills) == 1:
        for first in range(total // 2 - 3, total // 2 + 4):
            yield np.array([[first, total - first]])
        return
    for one, two in itertools.product(range(total // 2 + 3), repeat=2):
        flexible = total - one - two
        if flexible < 1:
            continue
        even = (total - 2 * one) // 2
        for first in {min(max(even + move, 0), flexible) for move in (-1, 0, 1)}:
            yield np.array([[one, 0], [0, two], [first, flexible - first]])


# ---------------------------------------------------------------- table of loads and skills


def pool_of(loads: tuple[int, ...], kind: str) -> SkillPool:
    """Skills of a kind, people in proportion to the load."""
    count, load = len(loads), np.array(loads, dtype=float)
    if kind == "one pool":
        return SkillPool(tuple(range(count)), np.ones((1, count), dtype=bool), np.array([100.0]))
    if kind == "chain":
        skills = np.array([[queue in (k, (k + 1) % count) for queue in range(count)] for k in range(count)])
        return SkillPool(tuple(range(count)), skills, 0.5 * (load + np.roll(load, -1)))
    share = float(kind.split()[0]) / 100.0
    skills = np.vstack([np.eye(count, dtype=bool), np.ones((1, count), dtype=bool)])
    return SkillPool(tuple(range(count)), skills, np.append(load * (1.0 - share), load.sum() * share))


def crew_of(pool: SkillPool, wanted: IntArray) -> IntArray:
    """Agents by group and first queue: `wanted` for each queue, by groups as the pool's people are."""
    placed = pool.assigned(wanted)
    if len(pool.people) == pool.size + 1:
        total = int(wanted.sum())
        flexible = split(wanted, round(float(total * pool.people[-1] / pool.people.sum())))
        return np.vstack([np.diag(wanted - flexible), flexible])
    return np.stack([split(placed[:, k] + 1e-9 * pool.skills[:, k], int(wanted[k])) for k in range(pool.size)], axis=1)


def table(seed: int) -> list[dict[str, Any]]:
    """Crews of the formulas for sets of loads and skills, judged by simulation."""
    found = []
    print("loads                   skills           alone pooled proposed saved gain level min  smallest / pooled")
    for loads in LOADS:
        load = np.array(loads, dtype=float)
        volume = load * 3600.0 / AHT_S
        case: dict[str, Any] = {
            "interval_s": 3600.0, "aht_s": [AHT_S] * len(loads), "targets": [TARGET] * len(loads),
            "patience_s": [PATIENCE_S] * len(loads),
        }  # fmt: skip
        searched = steady_demand(volume, contacts=400_000, replications=10, seed=seed, **case)
        fresh = steady_demand(volume, contacts=2_000_000, replications=10, seed=seed + 70, **case)
        asked: dict[str, Any] = {
            "interval_s": 3600.0, "aht_s": AHT_S, "target": TARGET, "patience_s": PATIENCE_S, "integer": False,
        }  # fmt: skip
        need = required_agents(volume, **asked)
        pooled = required_agents([volume.sum()], **asked)
        alone = int(np.ceil(need - 1e-6).sum())
        for kind in KINDS:
            if kind == "chain" and len(loads) < 3:
                continue
            pool = pool_of(loads, kind)
            rows = pooled_rows(need[:, None], pooled, load[:, None], np.zeros((len(loads), 1)), pool)
            agents = float(rows.together[tuple(range(len(loads)))][0])
            saved = need.sum() - agents
            root = np.sqrt(load)
            total = int(np.ceil(agents - 1e-6))
            crew, _ = balanced(searched, pool, split(need - saved * root / root.sum(), total))
            level = crew_levels(fresh, pool.skills, crew_of(pool, crew)).mean(axis=0)
            smallest = fewest(searched, pool, crew)
            bound = int(np.ceil(pooled[0] - 1e-6))
            gain = (need.sum() - agents) / (need.sum() - pooled[0])
            found.append({
                "loads": loads, "skills": kind, "alone": alone, "pooled": bound, "proposed": total,
                "gain": round(float(gain), 3), "levels": level.round(4).tolist(), "smallest": smallest,
                "crew": crew.tolist(), "over_bound": round(total / bound, 4),
            })  # fmt: skip
            print(
                f"{loads!s:24}{kind:17}{alone:5}{bound:7}{total:9}{1 - total / alone:6.1%}{gain:5.0%}"
                f"{level.min():10.3f}{smallest:10}{total / bound:9.3f}",
                flush=True,
            )
    return found


def balanced(demand: SteadyDemand, pool: SkillPool, wanted: IntArray) -> tuple[IntArray, float]:
    """Agents moved from the queue best off to the one worst off as long as that helps: what a dispatcher would do."""
    level = crew_levels(demand, pool.skills, crew_of(pool, wanted)).mean(axis=0)
    for _ in range(8):
        other = wanted.copy()
        other[np.argmin(level)] += 1
        other[np.argmax(level)] -= 1
        if other.min() < 0:
            break
        tried = crew_levels(demand, pool.skills, crew_of(pool, other)).mean(axis=0)
        if tried.min() <= level.min():
            break
        wanted, level = other, tried
    return wanted, float(level.min())


def fewest(demand: SteadyDemand, pool: SkillPool, wanted: IntArray) -> int:
    """Smallest total, agents of each queue balanced, that keeps the target on the draws of the search."""
    crew, worst = balanced(demand, pool, wanted)
    while worst < 0.8:
        crew, worst = balanced(demand, pool, split(crew + 1e-9, int(crew.sum()) + 1))
    while worst >= 0.8:
        crew, worst = balanced(demand, pool, split(crew + 1e-9, int(crew.sum()) - 1))
    return int(crew.sum()) + 1


# ---------------------------------------------------------------- a day that rises and falls

SHAPES = (Shape(), Shape(ramp_h=9.0, dip=0.2), Shape(dip_h=13.4, tilt=0.03), Shape(fall_h=16.5))
PEAK = (144.0, 108.0, 72.0, 36.0)
DAY_AHT_S = (300.0, 240.0, 360.0, 300.0)


def day_requirement(pool: SkillPool | None) -> tuple[FloatArray, Requirement]:
    """Contacts and requirement of a day with four queues, 80 % in 20 s; the people are those of the pool."""
    open_all_day = OpeningHours(weekday=(((int(60 * OPEN_H), int(60 * CLOSE_H)),),) * 7)
    queues = tuple(
        Queue(f"q{k}", Channel.PHONE, TARGET, hours=open_all_day, aht_s=DAY_AHT_S[k], patience_s=PATIENCE_S)
        for k in range(4)
    )
    grid = TimeGrid("Asia/Shanghai", MONDAY, 1, 30)
    table = DayTable(tuple(CalendarDay(MONDAY + timedelta(d), DayKind.ORDINARY, "", d % 7, True) for d in range(40)))
    centre = Centre(name="day", timezone="Asia/Shanghai", interval_min=30, slot_min=15, queues=queues)
    first = grid.at(0, int(60 * OPEN_H))
    hour = OPEN_H + 0.25 + 0.5 * np.arange(INTERVALS, dtype=np.float64)
    volume = np.zeros((4, grid.n))
    for k, shape in enumerate(SHAPES):
        rate = shape.at(hour)
        volume[k, first : first + INTERVALS] = PEAK[k] * rate / rate.max()
    none = np.zeros_like(volume)
    handle_s = np.repeat(np.array(DAY_AHT_S)[:, None], grid.n, axis=1)
    cv, names = np.zeros((4, 1)), tuple(queue.id for queue in queues)
    forecast = Forecast(grid, names, volume, none, volume, none, volume, handle_s, cv, none, ("given",) * 4)
    can_serve = None if pool is None else np.repeat(pool.skills, np.round(pool.people).astype(int), axis=0)
    return volume, require_agents(centre, forecast, table, can_serve=can_serve, curves=False)


def day(seed: int, days: int = 400) -> list[dict[str, Any]]:
    """Crews that follow the rows of the requirement through a day, judged over many days."""
    found = []
    print("skills            agent-hours  saved   level of each queue            worst half hour of each queue")
    hours_alone = 0.0
    for kind in ("nobody", "20 % universal", "chain", "one pool"):
        pool = None if kind == "nobody" else pool_of(LOADS[0], kind)
        volume, need = day_requirement(pool)
        crews = [interval_crew(need, pool, step) for step in range(need.grid.n)]
        hours = 0.5 * float(sum(crew.sum() for crew in crews))
        hours_alone = hours_alone or hours
        asked, good = play_days(volume, pool or pool_of(LOADS[0], "20 % universal"), crews, seed, days)
        level = good.sum(axis=1) / asked.sum(axis=1)
        busy = asked >= 0.15 * asked.max(axis=1, keepdims=True)
        worst = np.where(busy, good / np.maximum(asked, 1), 1.0).min(axis=1)
        found.append({
            "skills": kind, "agent_hours": hours, "levels": level.round(4).tolist(), "worst": worst.round(3).tolist(),
        })  # fmt: skip
        print(f"{kind:18}{hours:11.1f}{1 - hours / hours_alone:7.1%}   {level.round(3)}   {worst.round(3)}", flush=True)
    return found


def interval_crew(need: Requirement, pool: SkillPool | None, step: int) -> IntArray:
    """Agents by group and first queue that fill the rows of an interval: each queue's own, the rest by load."""
    own = need.agents[:, step]
    if pool is None:
        whole = np.ceil(own - 1e-6).astype(np.int64)
        return np.vstack([np.diag(whole), np.zeros(4, dtype=np.int64)])
    everything = next(pooled for pooled in need.pools if len(pooled.queues) == 4)
    total = int(np.ceil(everything.agents[step] - 1e-6))
    fair = np.maximum(own, need.load_erl[:, step] + 0.5 * np.sqrt(need.load_erl[:, step])) + 1e-9
    return crew_of(pool, split(fair, total))


def play_days(
    volume: FloatArray, pool: SkillPool, crews: list[IntArray], seed: int, days: int
) -> tuple[IntArray, IntArray]:
    """Contacts and contacts in time of each queue and interval, over many days with these crews."""
    most = np.max(crews, axis=0)
    group, queue = (np.repeat(place, most.ravel()) for place in np.indices(most.shape).reshape(2, -1))
    rank_in_cell = np.concatenate([np.arange(count) for count in most.ravel()]).astype(np.int64)
    changes: list[tuple[float, int, int, int]] = []
    here = np.zeros(len(group), dtype=bool)
    for step, crew in enumerate([*crews, np.zeros_like(most)]):
        wanted = rank_in_cell < crew[group, queue]
        changes += [(step * 1800.0, 0, int(who), -1) for who in np.flatnonzero(here & ~wanted)]
        changes += [(step * 1800.0, 1, int(who), int(queue[who])) for who in np.flatnonzero(wanted & ~here)]
        here = wanted
    at_s, _, who, duty = (np.array(column) for column in zip(*sorted(changes), strict=True))
    skills = Skills.plain(pool.skills[group].astype(float), 1 - np.eye(4, dtype=np.int64))
    handle_s = np.repeat(np.array(DAY_AHT_S)[:, None], volume.shape[1], axis=1)
    callers = Callers.plain(np.full(4, PATIENCE_S))
    asked, good = np.zeros((4, volume.shape[1]), dtype=np.int64), np.zeros((4, volume.shape[1]), dtype=np.int64)
    for number in range(days):
        counts = np.random.default_rng([seed, number]).poisson(volume)
        contacts, step_of = draw_contacts(
            counts, handle_s, callers, np.zeros(4), step_s=1800.0, seed=seed, replication=number
        )
        outcome = run(contacts, Duty(at_s.astype(float), who, duty), skills, np.array([86400.0]))
        soon = outcome.begun_s - contacts.arrival_s <= TARGET.answer_within_s
        np.add.at(asked, (contacts.queue, step_of), 1)
        np.add.at(good, (contacts.queue[soon], step_of[soon]), 1)
    return asked, good


PARTS = {"two": two_skills, "table": table, "day": day}


def main() -> None:
    """Run the chosen parts."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--part", nargs="+", default=[*PARTS], choices=[*PARTS])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, default=Path(__file__).with_suffix(".json"))
    chosen = parser.parse_args()
    results = {name: PARTS[name](chosen.seed) for name in chosen.part}
    if chosen.json:
        chosen.json.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
