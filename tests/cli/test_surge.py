"""`staffing surge`: the comparison in words and as JSON, and what is refused."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from staffing.cli import app
from staffing.cli.surge import print_surge
from staffing.files import read_plan, write_plan
from staffing.measures.whatif import Outcome
from staffing.planning.surge import Surge, SurgeRow
from tests.plans import make_plan_value


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("surge") / "plan"
    write_plan(make_plan_value(), target)
    return target


def told(*arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, ["surge", *arguments])
    assert result.exit_code == code, result.output
    return result.output


def test_three_scenarios_of_a_campaign_are_compared(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each scenario with both rosters, and what is expected; the robust plan is written and legal."""
    asked = ("--campaign", "2026-01-06/2026-01-07,1.5", "--time-limit", "1", "--replications", "0")
    result = CliRunner().invoke(app, ["surge", str(folder), *asked, "--out", str(tmp_path / "a"), "--json"])
    assert result.exit_code == 0, result.output
    data = json.loads(result.stdout)
    assert [row["likelihood"] for row in data["scenarios"]] == [0.25, 0.5, 0.25]
    assert data["expected"]["short_h"]["robust"] <= data["expected"]["short_h"]["present"] + 1e-9
    made = read_plan(tmp_path / "a")
    assert made.is_legal
    rows = tuple(
        SurgeRow(row["name"], row["likelihood"], Outcome.of_dict(row["present"]), Outcome.of_dict(row["robust"]))
        for row in data["scenarios"]
    )
    print_surge(Surge(made, made, 0.9, rows), "zh")
    shown = capsys.readouterr().out
    assert "campaign, stronger" in shown
    assert "期望" in shown


@pytest.mark.parametrize("bad", [
    (),
    ("--campaign", "2026-01-06,much"),
    ("--holiday", "some day"),
    ("--campaign", "2026-01-08/2026-01-06,1.2"),
])  # fmt: skip
def test_what_is_no_scenario_is_refused(folder: Path, tmp_path: Path, bad: tuple[str, ...]) -> None:
    """Nothing to plan for, a factor or a day that is none, and days the wrong way round end with code 2."""
    told(str(folder), *bad, "--out", str(tmp_path / "x"), code=2)
    assert not (tmp_path / "x").exists()
