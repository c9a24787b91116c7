"""The public shift instances: read, solved, and judged alike by the audit and by the independent judge."""

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks.shift_instances import Outcome, best_known, keep, run, write_roster
from benchmarks.shift_judge import Instance, broken_rules, main, penalty, read_roster
from staffing.audit.shift_cover import audit_shifts, shift_cost
from staffing.domain.shift_cover import OFF
from staffing.files.shift_instance import read_shift_instance

pytestmark = pytest.mark.real_data


@pytest.fixture(scope="module")
def scheduling(shared_data: Path) -> Path:
    folder = shared_data / "scheduling"
    if not folder.is_dir():
        pytest.skip("the shared data hold no folder scheduling")
    return folder


@pytest.mark.parametrize("number", [1, 2, 4, 5, 7, 10, 14])
def test_judge_and_audit_agree_on_random_rosters(scheduling: Path, tmp_path: Path, number: int) -> None:
    """Any roster, legal or not: the same penalty, and as many broken rules of each person."""
    path = scheduling / f"Instance{number}.txt"
    problem, instance = read_shift_instance(path), Instance(path)
    rng = np.random.default_rng(number)
    roster = rng.integers(OFF, len(problem.shifts), (len(problem.employees), problem.days))
    roster[rng.random(roster.shape) < 0.3] = OFF
    rows = [
        (problem.employees[employee], int(day), problem.shifts[roster[employee, day]])
        for employee, day in np.argwhere(roster != OFF)
    ]
    write_roster(tmp_path / "roster.csv", [list(row) for row in rows])
    assert read_roster(tmp_path / "roster.csv") == rows
    cost = shift_cost(problem, roster)
    assert penalty(instance, rows) == {
        "under": cost.under,
        "over": cost.over,
        "on_requests": cost.on_requests,
        "off_requests": cost.off_requests,
    }
    judged = broken_rules(instance, rows)
    found = audit_shifts(problem, roster)
    for employee, name in enumerate(problem.employees):
        audited = sum(fault.agent == employee for fault in found)
        assert sum(line.startswith(f"{name}: ") for line in judged) == audited
    assert main([str(path), str(tmp_path / "roster.csv")]) == 1


@pytest.mark.parametrize("number", [2, 3, 4])
def test_small_instances_are_proven(scheduling: Path, tmp_path: Path, number: int) -> None:
    """The best known cost, proven, and nothing broken for the judge."""
    path = scheduling / f"Instance{number}.txt"
    outcome, rows = run(path, method="staffing", time_limit_s=60.0, seed=1, workers=2)
    assert outcome.objective == outcome.bound == best_known(path)
    assert (outcome.status, outcome.audit) == ("optimal", 0)
    write_roster(tmp_path / "roster.csv", rows)
    assert main([str(path), str(tmp_path / "roster.csv")]) == 0


def test_results_are_kept_by_time_limit_and_seed(tmp_path: Path) -> None:
    """A run replaces the one of the same time limit and seed and leaves the others."""

    def outcome(cost: int, limit: float, seed: int) -> Outcome:
        return Outcome("I", "staffing", cost, cost, 0.0, cost, 1.0, 1.0, 0.1, "optimal", 0, 100, seed, limit)

    target = tmp_path / "record.json"
    for cost, limit, seed in ((9, 600.0, 1), (7, 60.0, 1), (6, 60.0, 2), (5, 60.0, 1)):
        keep(target, [outcome(cost, limit, seed)], 2)
    runs = json.loads(target.read_text(encoding="utf-8"))["runs"]
    told = [(run["time_limit_s"], run["seed"], run["rows"][0]["objective"]) for run in runs]
    assert told == [(60.0, 1, 5), (60.0, 2, 6), (600.0, 1, 9)]
