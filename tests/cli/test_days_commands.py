"""The commands calendar and leave: shown, marked, asked, decided; refused with one clear message."""

import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from staffing.cli.main import app
from staffing.files import read_centre, write_plan
from staffing.files.leave_requests import read_requests
from staffing.i18n import text
from tests.files.tiny_centre import write_tiny_centre
from tests.plans import make_plan_value

RUN = CliRunner()


@pytest.fixture
def centre(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STAFFING_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("STAFFING_DB_URL", raising=False)
    return write_tiny_centre(tmp_path / "centre")


def run(*words: object):
    return RUN.invoke(app, [str(word) for word in words])


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_days_that_are_not_ordinary(centre: Path, lang: str) -> None:
    result = run("calendar", centre, "--from", "2026-01-01", "--days", "20", "--lang", lang)
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert [line[:10] for line in lines] == ["2026-01-01", "2026-01-14", "2026-01-15"]
    assert text("ui.daykind.holiday", lang) in lines[0]
    assert "mailing" in lines[1]


def test_a_day_is_marked_and_given_back(centre: Path) -> None:
    result = run("calendar", centre, "--mark", "2026-02-11,closed,Stock, taking", "--json")
    assert result.exit_code == 0, result.output
    (day,) = [row for row in json.loads(result.stdout)["days"] if row["date"] == "2026-02-11"]
    assert (day["kind"], day["name"]) == ("closed", "Stock, taking")
    assert run("calendar", centre, "--mark", "2026-02-11,-").exit_code == 0
    assert [row.date for row in read_centre(centre).special_days] == [date(2026, 1, 1)]
    for wrong in ("2026-02-11", "2026-02-11,party", "tomorrow,closed"):
        result = run("calendar", centre, "--mark", wrong)
        assert result.exit_code == 2
        assert "expected" in result.output


def test_leave_is_asked_for_and_decided(centre: Path) -> None:
    result = run("leave", centre, "--ask", "a1,2026-03-02/2026-03-03", "--json")
    assert result.exit_code == 0, result.output
    (row,) = json.loads(result.stdout)["requests"]
    assert (row["id"], row["agent"], row["state"], row["more_short_h"]) == ("r1", "a1", "asked", None)
    assert [day["date"] for day in row["days"]] == ["2026-03-02", "2026-03-03"]
    assert run("leave", centre, "--approve", "r1").exit_code == 0
    assert date(2026, 3, 2) in [one.start.date() for one in read_centre(centre).time_off]
    assert run("leave", centre, "--refuse", "r1").exit_code == 0
    assert date(2026, 3, 2) not in [one.start.date() for one in read_centre(centre).time_off]
    assert run("leave", centre, "--approve", "r9").exit_code == 2


@pytest.mark.parametrize(
    "wrong", ["a1", "nobody,2026-03-02", "a1,2026-03-03/2026-03-02", "a1,2026-03-02,party", "a1,x"]
)
def test_wrong_requests_are_refused(centre: Path, wrong: str) -> None:
    result = run("leave", centre, "--ask", wrong)
    assert result.exit_code == 2
    assert "expected" in result.output
    assert read_requests(centre) == ()


def test_the_effect_on_a_plan_with_its_chance(centre: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hours more short on the plan's days; a table for people in both languages."""
    chances = {date(2026, 1, 5): (0.9, 0.2)}
    monkeypatch.setattr("staffing.planning.leave.leave_chances", lambda *_: chances)
    write_plan(make_plan_value(), tmp_path / "plan")
    result = run("leave", centre, "--ask", "a1,2026-01-05", "--plan", tmp_path / "plan", "--chance", "--json")
    assert result.exit_code == 0, result.output
    (row,) = json.loads(result.stdout)["requests"]
    assert row["more_short_h"] > 0
    assert (row["chance_before"], row["chance_after"]) == (0.9, 0.2)
    shown = run("leave", centre, "--plan", tmp_path / "plan", "--chance", "--lang", "zh")
    assert "90% -> 20%" in shown.stdout
    assert text("ui.leave.state_asked", "zh") in shown.stdout
