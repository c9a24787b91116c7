"""The command capacity: text, tables, JSON, endings."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from staffing.cli.main import app
from staffing.i18n import text
from tests.files.tiny_capacity import ATTRITION, write_tiny_capacity
from tests.files.tiny_centre import write_tiny_centre

RUN = CliRunner()
QUICK = ["--weeks", "6", "--runs", "50", "--time-limit", "1", "--reproducible"]


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_capacity(write_tiny_centre(tmp_path_factory.mktemp("capacity") / "centre"))


def test_it_tells_promise_classes_and_budget(centre: Path) -> None:
    """In the language asked for; 0 or, where the promise is missed, 5."""
    result = RUN.invoke(app, ["capacity", str(centre), *QUICK, "--lang", "zh"])
    assert result.exit_code in (0, 5)
    assert text("capacity.classes", "zh") in result.stdout
    assert "2026-02" in result.stdout
    assert text("capacity.cost.wages", "zh") in result.stdout


def test_tables_are_written_and_the_same_twice(centre: Path, tmp_path: Path) -> None:
    """Six tables; JSON holds every scenario."""
    first = RUN.invoke(app, ["capacity", str(centre), *QUICK, "--compare", "--json", "--out", str(tmp_path / "a")])
    RUN.invoke(app, ["capacity", str(centre), *QUICK, "--out", str(tmp_path / "b")])
    names = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert names == ["absence.csv", "budget.csv", "classes.csv", "headcount.csv", "need.csv", "weeks.csv"]
    assert all((tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes() for name in names)
    found = json.loads(first.stdout)
    assert found["weeks"] == 6
    assert set(found["scenarios"]) >= {"base", "attrition_double", "volume_more"}


def test_faults_and_wrong_options_end_as_promised(centre: Path, tmp_path: Path) -> None:
    """4 with the faults of the files, 2 for a probability that is none."""
    folder = write_tiny_capacity(write_tiny_centre(tmp_path / "bad"), attrition=ATTRITION.replace("100,8", "100,x"))
    refused = RUN.invoke(app, ["capacity", str(folder), *QUICK])
    assert refused.exit_code == 4
    assert "capacity/attrition.csv:2:leavers" in refused.stderr
    assert RUN.invoke(app, ["capacity", str(centre), "--probability", "1.5"]).exit_code == 2
