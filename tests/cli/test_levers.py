"""`staffing levers`: what it prints, and that the applied plan is audited."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from staffing.cli import app
from staffing.files import read_plan, write_plan
from tests.planning.test_levers import FULL, plan_of


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_plan(plan_of((0, 0, "08:00", FULL)), tmp_path / "plan")
    return tmp_path / "plan"


def told(*arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, ["levers", *arguments])
    assert result.exit_code == code, result.output
    return result.stdout


def test_the_mix_is_printed_and_applied(folder: Path, tmp_path: Path) -> None:
    """Who, when and at which price; the plan that is written is legal and as short as was said."""
    data = json.loads(told(str(folder), "--apply", str(tmp_path / "better"), "--json"))
    assert [row["kind"] for row in data["chosen"]] == ["reserve"]
    assert data["short_after_h"] < data["short_before_h"]
    assert data["currency"] == "CNY"
    made = read_plan(tmp_path / "better")
    assert made.is_legal
    assert made.cost is not None
    assert made.cost.components["change"] > 0
    audited = CliRunner().invoke(app, ["audit", str(tmp_path / "better"), "--json"])
    assert audited.exit_code == 0


def test_both_languages_tell_the_same(folder: Path) -> None:
    """The levers by themselves, the mix with person and price."""
    english, chinese = told(str(folder)), told(str(folder), "--lang", "zh")
    assert "Shift on a day off" in english
    assert "The cheapest mix: 1 levers" in english
    assert "合同范围内休息日加班次" in chinese
    assert "a1" in chinese


def test_levers_can_be_barred_and_misspelt(folder: Path) -> None:
    """Without shifts on days off nothing is left; an unknown lever is told with those there are."""
    assert json.loads(told(str(folder), "--without", "reserve", "--json"))["chosen"] == []
    assert "one of seat" in CliRunner().invoke(app, ["levers", str(folder), "--without", "magic"]).output
    told(str(folder), "--without", "magic", code=2)
