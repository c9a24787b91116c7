"""`staffing explain` answers by name and moment, in words and as JSON."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from staffing.cli import app
from staffing.files import write_plan
from tests.plans import make_plan_value, without_roster


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_plan(make_plan_value(), tmp_path / "plan")
    return tmp_path / "plan"


def told(*arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, ["explain", *arguments])
    assert result.exit_code == code, result.output
    return result.stdout


def test_the_worst_gaps_are_named_with_people(folder: Path) -> None:
    """Without a question the worst gaps and who could fill them are told."""
    rows = json.loads(told(str(folder), "--json"))["worst"]
    assert len(rows) == 3
    assert {row["agent"] for row in rows[0]["fillers"]} == {"a0", "a1"}
    assert "people could help" in told(str(folder))
    assert "补位" in told(str(folder), "--lang", "zh")


def test_a_gap_and_a_person_are_asked_about(folder: Path) -> None:
    """One queue and moment; with --agent that person's answer alone."""
    gap = ("--at", "2026-01-06T14:00", "--queue", "phone")
    data = json.loads(told(str(folder), *gap, "--json"))["gap"]
    assert data["start"].startswith("2026-01-06T14:00")
    assert data["fillers"][0]["total"] <= data["fillers"][-1]["total"]
    own = json.loads(told(str(folder), *gap, "--agent", "a1", "--json"))["gap"]
    assert {row["agent"] for row in (*own["fillers"], *own["refusals"])} == {"a1"}
    assert "a1" in told(str(folder), *gap, "--agent", "a1")


def test_a_shift_is_asked_about(folder: Path) -> None:
    """The day, what it adds to the cost, and its alternatives."""
    data = json.loads(told(str(folder), "--agent", "a0", "--day", "2026-01-05", "--json"))["shift"]
    assert data["start"].startswith("2026-01-05T08:00")
    assert any(row["start"] is None for row in data["alternatives"])
    assert "a0 2026-01-05" in told(str(folder), "--agent", "a0", "--day", "2026-01-05")


def test_conflicts_end_with_the_code_of_no_plan(tmp_path: Path) -> None:
    """More people wanted than there are: a conflict, its way out, and exit code 5."""
    plan = make_plan_value()
    queues = tuple(replace(q, min_agents=3.0) if q.id == "phone" else q for q in plan.scenario.centre.queues)
    scenario = replace(plan.scenario, centre=replace(plan.scenario.centre, queues=queues))
    write_plan(replace(plan, scenario=scenario), tmp_path / "plan")
    data = json.loads(told(str(tmp_path / "plan"), "--conflicts", "--json", code=5))["conflicts"]
    assert data["kept"] is False
    assert data["conflicts"][0]["groups"][0]["rule"] == "min_agents"
    assert data["ways_out"]
    assert "min" in told(str(tmp_path / "plan"), "--conflicts", code=5).lower()


def test_nothing_contradicts_in_a_small_centre(folder: Path) -> None:
    """All can be kept: exit code 0, and breaks are said to be left out."""
    assert "Nothing contradicts" in told(str(folder), "--conflicts")


def test_fairness_carries_earlier_plans_over(folder: Path) -> None:
    """The same plan before doubles its burdens."""
    rows = json.loads(told(str(folder), "--fairness", "--before", str(folder), "--json"))["fairness"]
    assert [row["agent"] for row in rows] == ["a0", "a1"]
    assert rows[0]["shifts_before"] == rows[0]["shifts"] == 2
    lines = told(str(folder), "--fairness", "--before", str(folder))
    assert "(+2)" in lines
    assert lines.count("2026-01-05 ") == 2  # each period by itself


def test_questions_that_make_no_sense_are_refused(folder: Path, tmp_path: Path) -> None:
    """Half a question, an unknown name, a time outside: code 2 and a clear word."""
    for arguments in (
        ("--at", "2026-01-06T14:00"),
        ("--agent", "a0"),
        ("--day", "2026-01-06"),
        ("--at", "2026-03-06T14:00", "--queue", "phone"),
        ("--at", "2026-01-06T14:00", "--queue", "fax"),
        ("--at", "2026-01-06T03:00", "--queue", "phone"),
        ("--agent", "nobody", "--day", "2026-01-06"),
    ):
        told(str(folder), *arguments, code=2)
    write_plan(without_roster(make_plan_value()), tmp_path / "none")
    told(str(tmp_path / "none"), "--agent", "a0", "--day", "2026-01-06", code=2)
