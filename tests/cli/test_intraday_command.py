"""`staffing intraday`: what it prints, what it takes over, and what it tells afterwards."""

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from staffing.cli import app
from staffing.files import read_plan, write_plan
from tests.planning.intraday_small import BUSY, day_plan

FEW = ("--replications", "3")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plan that a busy morning makes short, and its mornings as files."""
    home = tmp_path_factory.mktemp("intraday")
    write_plan(day_plan(*BUSY), home / "plan")
    for name, until in (("noon.csv", 24), ("later.csv", 28)):
        with (home / name).open("w", encoding="utf-8", newline="") as stream:
            rows = csv.writer(stream)
            rows.writerow(["start", "queue", "offered", "within_target", "backlog"])
            for half in range(16, until):
                start = f"2026-01-05T{half // 2:02d}:{30 * (half % 2):02d}"
                rows.writerow([start, "phone", 10, 8, ""])
                rows.writerow([start, "email", 4, "", 3])
    return home


def told(*arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, ["intraday", *arguments])
    assert result.exit_code == code, result.output
    return result.stdout if code == 0 else result.output


def test_a_day_is_steered_and_followed(folder: Path, tmp_path: Path) -> None:
    """The mix is accepted into a legal plan; with newer contacts that plan tells what was promised and what came."""
    plan, noon = str(folder / "plan"), str(folder / "noon.csv")
    out = tmp_path / "steered"
    data = json.loads(told(plan, "--actuals", noon, "--accept", "mix", "--out", str(out), "--json", *FEW))
    assert data["at"] == "2026-01-05T12:00:00+08:00"
    assert data["accepted"] == data["mix"]["proposals"] != []
    assert data["queues"][0]["level_after"] > data["queues"][0]["level"]
    assert read_plan(out).is_legal
    again = told(str(out), "--actuals", str(folder / "later.csv"), "--lang", "zh", *FEW)
    assert "12:00" in again
    assert "预计" in again
    later = json.loads(told(str(out), "--actuals", str(folder / "later.csv"), "--json", *FEW))
    assert {row["decision"] for row in later["decisions"]} == {"accepted"}
    phone = next(row for row in later["afterwards"] if row["queue"] == "phone")
    assert (phone["came"], phone["level"]) == (40.0, 0.8)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--accept", "1"), "go together"),
        (("--without", "magic"), "push_back"),
        (("--at", "25:00"), "11:00"),
        (("--absent", "nobody"), "agent of the plan"),
    ],
)
def test_options_without_sense(folder: Path, more: tuple[str, ...], said: str) -> None:
    """One clear message, exit code 2."""
    assert said in told(str(folder / "plan"), "--actuals", str(folder / "noon.csv"), *more, code=2)


def test_faults_of_the_file_are_told(folder: Path, tmp_path: Path) -> None:
    """All of them at once with row and column, exit code 4."""
    bad = tmp_path / "bad.csv"
    bad.write_text("start,queue,offered,backlog\n2026-01-05T08:00,phone,ten,\n2026-01-05T08:30,fax,3,-1\n")
    output = told(str(folder / "plan"), "--actuals", str(bad), code=4)
    assert "ten" in output
    assert "fax" in output
    assert "bad.csv:3" in output
