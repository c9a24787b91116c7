"""The public week instances are stated, priced and written as their own evaluator sees them."""

import gzip
import importlib.util
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.week_instances import WeekInstance, differences, read_week, week_problem
from benchmarks.week_judge import (
    WorkedShift,
    outside_band,
    week_cost,
    worked_shifts,
    write_csv,
)
from staffing.audit import audit_roster, roster_cost
from staffing.solver import solve_roster

pytestmark = pytest.mark.real_data

Evaluate = Callable[[Path, Path], tuple[dict[str, float], list[str]]]


@pytest.fixture(scope="module")
def rosters(shared_data: Path) -> Path:
    folder = shared_data / "rosters"
    if not folder.is_dir():
        pytest.skip("the shared data hold no folder rosters")
    return folder


@pytest.fixture(scope="module")
def evaluate(shared_data: Path) -> Evaluate:
    """The public evaluator, which shares nothing with the product."""
    path = shared_data.parent / "tools" / "evaluate_week.py"
    if not path.is_file():
        pytest.skip("no evaluate_week.py beside the shared data")
    spec = importlib.util.spec_from_file_location("evaluate_week", path)
    assert spec
    assert spec.loader
    module: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: Evaluate = module.evaluate
    return found


def random_weeks(instance: WeekInstance, seed: int) -> list[WorkedShift]:
    """Everybody works a random shift on half of their days; weekly rules may break."""
    rng = np.random.default_rng(seed)
    rows = []
    for number, person in enumerate(instance.people):
        for day in range(instance.days):
            shift = instance.shifts[person.kind][rng.integers(len(instance.shifts[person.kind]))]
            starts = instance.starts(person, day, shift)
            if starts and rng.random() < 0.5:
                start = int(rng.choice(starts))
                pauses = tuple((start + int(rng.integers(low, high + 1)), slots) for low, high, slots in shift.breaks)
                rows.append(WorkedShift(number, day, shift.id, start, shift.slots, pauses))
    return rows


@pytest.mark.parametrize("name", ["week_15_1", "week_100_3"])
def test_cost_is_the_evaluators(rosters: Path, evaluate: Evaluate, tmp_path: Path, name: str) -> None:
    """Random weeks: every component and the number of people outside a band agree with the evaluator."""
    path = rosters / f"{name}.json.gz"
    instance = read_week(path)
    rows = random_weeks(instance, 1)
    write_csv(tmp_path / "solution.csv", rows)
    theirs, broken = evaluate(path, tmp_path / "solution.csv")
    ours = week_cost(instance, rows)
    assert theirs["short"] > 0
    for component, value in ours.items():
        assert value == pytest.approx(theirs[component], abs=0.051)
    assert sum(ours.values()) == pytest.approx(theirs["flexible"], abs=0.051)
    assert theirs["total"] - theirs["flexible"] == pytest.approx(instance.fixed, abs=0.11)
    astray = sum("leave the band" in text for text in broken)
    assert outside_band(instance, rows) == astray > 0


def test_a_solved_week_is_legal_and_costs_what_the_problem_says(
    rosters: Path, evaluate: Evaluate, tmp_path: Path
) -> None:
    """The evaluator finds nothing broken; problem, judge and evaluator name one cost, above the bound.

    No requirement of this instance is so high that its severe prices differ from the problem's.
    """
    path = rosters / "week_10_1.json.gz"
    instance = read_week(path)
    assert differences(instance) == ()
    problem = week_problem(instance)
    result = solve_roster(problem, time_limit_s=1.0, workers=1)
    assert result.roster
    assert result.bound is not None
    assert not audit_roster(problem, result.roster)
    rows = worked_shifts(instance, result.roster)
    write_csv(tmp_path / "solution.csv", rows)
    theirs, broken = evaluate(path, tmp_path / "solution.csv")
    assert broken == []
    flexible = sum(week_cost(instance, rows).values())
    assert flexible == pytest.approx(theirs["flexible"], abs=0.051)
    assert flexible == pytest.approx(roster_cost(problem, result.roster).total - instance.fixed)
    assert flexible >= result.bound - instance.fixed - 1e-6


def test_wishes_price_every_start(rosters: Path) -> None:
    """For every person, day and start the unmet wishes weigh what the instance charges."""
    instance = read_week(rosters / "week_30_1.json.gz")
    problem = week_problem(instance)
    for number, person in enumerate(instance.people):
        for day in range(instance.days):
            mine = [wish for wish in problem.wishes if (wish.agent, wish.day) == (number, day)]
            for shift in instance.shifts[person.kind]:
                for start in instance.starts(person, day, shift):
                    minute = instance.first_min + start * instance.slot_min
                    unmet = sum(
                        wish.weight
                        for wish in mine
                        if wish.kind == "off"
                        or (wish.minute is not None and wish.kind == "start<=" and minute > wish.minute)
                        or (wish.minute is not None and wish.kind == "start>=" and minute < wish.minute)
                    )
                    far = max(0, abs(start - person.preferred_start) - 8) // 4
                    off = 6 * (day == person.day_off) + 5 * (day >= 5 and person.weekend_off)
                    assert unmet == far + off


@pytest.mark.parametrize("name", ["week_10_1", "week_100_1", "week_100_3", "week_1000_1"])
def test_severe_price_starts_where_the_instance_says(rosters: Path, name: str) -> None:
    """The allowance stated is the instance's in every open slot, so that a bound holds for the instance."""
    instance = read_week(rosters / f"{name}.json.gz")
    problem = week_problem(instance)
    stated = problem.missing_mildly[np.asarray(problem.is_open)]
    assert np.array_equal(stated, instance.allowed_short.ravel())


def test_windows_that_touch_are_refused(rosters: Path, tmp_path: Path) -> None:
    """A shift may not lie across two windows, which the problem could not say of touching ones."""
    data = json.loads(gzip.decompress((rosters / "week_10_1.json.gz").read_bytes()))
    data["agents"][5]["available"][2] = [[0, 36], [36, 72]]
    path = tmp_path / "touching.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(ValueError, match="agent 5 has windows that touch"):
        read_week(path)
