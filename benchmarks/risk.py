"""Is a chance asked for the chance that comes true? Crews by `require_agents`, days by the event simulator.

    python -m benchmarks.risk [--days 1200] [--seed 1] [--loads 30,100,300] [--cvs 0.05,0.1,0.2] [--up] [--json FILE]

A day of twelve hours in half hours, AHT 300 s, patience 180 s, 80 % in 20 s, the load named being that of the busiest
half hour. The rate of each simulated day is the forecast times a gamma factor with the cv named; the crew never sees
it. The factors of all days are one for each equal slice of the gamma distribution, which is a fairer sample of it than
independent ones. People are rostered as `agents_gross` says, in shifts of at most eight hours, and each stays away from
a whole shift with the share named. Whole people make up the real-valued crew so that the hours of the day are kept: an
interval has the next lower or higher number, what is left over goes into the next one. With `--up` every interval is
rounded up instead.
Realised is the share of days whose service level, over all contacts of the day, is at least the target.
"""

from __future__ import annotations

import argparse
import json
import platform
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.stats import gamma

from staffing.domain.calendar import CalendarDay, DayKind, DayTable
from staffing.domain.centre import Centre
from staffing.domain.demand import Forecast
from staffing.domain.queue import AnswerTarget, Channel, OpeningHours, Queue
from staffing.domain.timegrid import TimeGrid
from staffing.erlang import require_agents, round_up
from staffing.simulate.floor import Contacts, Duty, Skills
from staffing.simulate.kernel import run

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
MONDAY = date(2026, 1, 5)
STEPS, STEP_S = 24, 1800.0
OPEN = OpeningHours(weekday=(((480, 1200),),) * 7)
QUEUE = Queue("phone", Channel.PHONE, AnswerTarget(0.8, 20), hours=OPEN, aht_s=300.0, patience_s=180.0)
AHT_S, PATIENCE_S, WITHIN_S, TARGET = 300.0, 180.0, 20.0, 0.8
SHIFT_STEPS = 16
ASKED = (0.7, 0.8, 0.9, 0.95)
FLAT = np.ones(STEPS)
HOUR = np.arange(STEPS) / 2
PEAKED = 0.35 + 0.65 * np.exp(-(((HOUR - 2.75) / 2.25) ** 2)) + 0.25 * np.exp(-(((HOUR - 7.5) / 1.5) ** 2))
SHAPES = {"flat": FLAT, "peaked": PEAKED / PEAKED.max()}
PLANS = (("flat", 0.0), ("flat", 0.10), ("peaked", 0.05))


def gross_crew(load_erl: float, shape: str, day_cv: float, absent: float, probability: float | None) -> Array:
    """`agents_gross` of the open half hours."""
    queue = replace(QUEUE, unplanned_shrinkage=absent)
    centre = Centre("Benchmark", "UTC", 30, (queue,))
    grid = TimeGrid("UTC", MONDAY, 1, 30)
    table = DayTable((CalendarDay(MONDAY, DayKind.ORDINARY, "", 0, True),))
    volume = np.zeros((1, grid.n))
    volume[0, 16:40] = load_erl * SHAPES[shape] * STEP_S / AHT_S
    aht_s, none = np.full(volume.shape, AHT_S), np.zeros(volume.shape)
    forecast = Forecast(
        grid, ("phone",), volume, volume, volume, volume, volume, aht_s, np.full((1, 1), day_cv), none, ("benchmark",)
    )
    need = require_agents(centre, forecast, table, probability=probability, curves=False)
    return np.array(need.agents_gross[0, 16:40])


def whole(crew: Array, *, up: bool) -> Ints:
    """Whole people of each half hour."""
    if up:
        return round_up(crew)
    total = np.concatenate(([0.0], np.cumsum(crew)))
    return np.diff(np.floor(total + 0.5)).astype(np.int64)


@dataclass(frozen=True)
class Crew:
    """Changes of duty of a day's seats, whose shift each change belongs to, and the numbers of seats and shifts."""

    duty: Duty
    shift: Ints
    seats: int
    shifts: int


def crew_of(needed: Ints) -> Crew:
    """Whoever came first goes first; after eight hours somebody else takes the seat, once the call there is done."""
    here: deque[tuple[int, int, int]] = deque()  # seat, shift, first half hour
    changes: list[tuple[float, int, int, int]] = []
    seats = shifts = 0
    for step, number in enumerate([*needed.tolist(), 0]):
        while len(here) > number:
            seat, shift, _ = here.popleft()
            changes.append((step * STEP_S, seat, -1, shift))
        while here and step - here[0][2] >= SHIFT_STEPS:
            seat, shift, _ = here.popleft()
            changes += [(step * STEP_S, seat, -1, shift), (step * STEP_S, seat, 0, shifts)]
            here.append((seat, shifts, step))
            shifts += 1
        while len(here) < number:
            here.append((seats, shifts, step))
            changes.append((step * STEP_S, seats, 0, shifts))
            seats, shifts = seats + 1, shifts + 1
    at_s, agent, queue, shift_of = (np.array(column) for column in zip(*changes, strict=True))
    duty = Duty(at_s.astype(float), agent.astype(np.int64), queue.astype(np.int64))
    return Crew(duty, shift_of.astype(np.int64), seats, shifts)


def days(load_erl: float, shape: str, day_cv: float, count: int, seed: int) -> Iterator[Contacts]:
    """Contacts of random days, the same for every crew."""
    rng = np.random.default_rng([seed, round(load_erl), round(1000 * day_cv), len(shape)])
    volume = load_erl * SHAPES[shape] * STEP_S / AHT_S
    slices = (rng.permutation(count) + rng.random(count)) / count
    for factor in gamma.ppf(slices, 1 / day_cv**2, scale=day_cv**2).tolist():
        counts = rng.poisson(volume * factor)
        step = np.repeat(np.arange(STEPS), counts)
        arrival_s = np.sort((step + rng.random(len(step))) * STEP_S)
        work_s = AHT_S * rng.standard_exponential(len(step))
        waits_s = PATIENCE_S * rng.standard_exponential(len(step))
        yield Contacts.plain(arrival_s, np.zeros(len(step), dtype=np.int64), work_s, waits_s)


def kept(contacts: Contacts, crew: Crew, skills: Skills, away: NDArray[np.bool_]) -> bool:
    """Whether the day keeps its target with this crew, less the shifts that nobody comes to."""
    come, duty = ~away[crew.shift], crew.duty
    there = Duty(duty.at_s[come], duty.agent[come], duty.queue[come])
    outcome = run(contacts, there, skills, np.array([STEPS * STEP_S]))
    waited_s = outcome.begun_s - contacts.arrival_s
    return bool(np.mean(waited_s <= WITHIN_S) >= TARGET)  # never answered is NaN and not in time


def measure(
    load_erl: float, day_cv: float, shape: str, absent: float, count: int, seed: int, *, up: bool
) -> list[float]:
    """Realised chance for each one asked."""
    crews = [crew_of(whole(gross_crew(load_erl, shape, day_cv, absent, asked), up=up)) for asked in ASKED]
    tables = [skills_of(crew.seats) for crew in crews]
    good = np.zeros(len(ASKED))
    rng = np.random.default_rng([seed, 7])
    for contacts in days(load_erl, shape, day_cv, count, seed):
        luck = rng.random(max(crew.shifts for crew in crews))
        for place, (crew, skills) in enumerate(zip(crews, tables, strict=True)):
            good[place] += kept(contacts, crew, skills, luck[: crew.shifts] < absent)
    return [float(value) for value in good / count]


def skills_of(people: int) -> Skills:
    """Everybody serves the one queue."""
    return Skills.plain(np.ones((people, 1)), np.zeros((1, 1), dtype=np.int64))


def numbers(text: str) -> list[float]:
    """Numbers with commas between them."""
    return [float(part) for part in text.split(",")]


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=1200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--loads", type=numbers, default=[30.0, 100.0, 300.0])
    parser.add_argument("--cvs", type=numbers, default=[0.05, 0.1, 0.2])
    parser.add_argument("--up", action="store_true", help="round every interval up")
    parser.add_argument("--json", type=Path, default=Path(__file__).with_suffix(".json"))
    given = parser.parse_args()
    print(
        f"{given.days} days each, seed {given.seed}, {'rounded up' if given.up else 'hours kept'}; realised, % of days"
    )
    print(f"{'shape':>7} {'absent':>7} {'erl':>5} {'cv':>5} " + " ".join(f"{f'asked {p:.0%}':>10}" for p in ASKED))
    rows, inside, total = [], 0, 0
    for load in given.loads:
        for shape, absent in PLANS:
            for cv in given.cvs:
                real = measure(load, cv, shape, absent, given.days, given.seed, up=given.up)
                off = [100 * (value - asked) for value, asked in zip(real, ASKED, strict=True)]
                inside, total = inside + sum(-2 <= value <= 5 for value in off), total + len(off)
                rows.append({"shape": shape, "absent": absent, "load_erl": load, "day_cv": cv, "realised": real})
                cells = " ".join(f"{f'{100 * value:.1f}':>10}" for value in real)
                print(f"{shape:>7} {absent:7.0%} {load:5.0f} {cv:5.0%} {cells}", flush=True)
    print(f"{inside} of {total} within [asked - 2, asked + 5] points")
    record = {"date": date.today().isoformat(), "machine": platform.platform(), "seed": given.seed, "days": given.days}
    record |= {"asked": list(ASKED), "rounded_up": given.up, "rows": rows}
    given.json.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
