"""The command import: own files become a centre folder, and wrong ones a list of faults."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from staffing.cli import app
from staffing.files import read_centre


def run(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    """The three example tables."""
    assert run("sample", "own-files", tmp_path / "own").exit_code == 0
    return tmp_path / "own"


def test_own_files_become_a_centre(tables: Path, tmp_path: Path) -> None:
    """One command from three tables to a folder that can be read; a second time it is refused."""
    words = ("import", tables / "calls.csv", "--people", tables / "people.csv", "--queues", tables / "queues.csv")
    words += ("--timezone", "Europe/Berlin", "--country", "DE", "--out", tmp_path / "shop")
    checked = run(*words, "--dry-run")
    assert checked.exit_code == 0
    assert "offered = Calls offered" in checked.stderr
    assert not (tmp_path / "shop").exists()
    made = run(*words, "--json")
    assert made.exit_code == 0
    facts = json.loads(made.stdout)
    assert (facts["status"], facts["centre"], facts["queues"], facts["agents"]) == ("done", "shop", 2, 10)
    assert len(read_centre(tmp_path / "shop").agents) == 10
    assert run(*words).exit_code == 2


def test_faults_name_the_user_s_own_places(tables: Path, tmp_path: Path) -> None:
    """Exit code 4, the faults by file, row and column, nothing written."""
    text = (tables / "calls.csv").read_text(encoding="utf-8").replace(";Hotline;", ";Hotline;x", 1)
    (tables / "calls.csv").write_text(text, encoding="utf-8")
    result = run("import", tables / "calls.csv", "--out", tmp_path / "shop", "--lang", "zh", "--json")
    assert result.exit_code == 4
    fault = json.loads(result.stdout)["faults"][0]
    assert (fault["code"], fault["file"], fault["row"], fault["column"]) == (
        "not_a_number",
        "calls.csv",
        3,
        "Calls offered",
    )
    assert not (tmp_path / "shop").exists()


def test_columns_can_be_named(tmp_path: Path) -> None:
    """A column of an unknown name is given by hand, and one taken wrongly is left out."""
    rows = "".join(f"2026-02-{day:02d} {hour:02d}:00,{hour},1\n" for day in range(2, 27) for hour in range(8, 18))
    (tmp_path / "a.csv").write_text(f"When,Umpf,Handled\n{rows}", encoding="utf-8")
    words = ("import", tmp_path / "a.csv", "--dry-run", "--columns", "start=When", "--columns", "offered=Umpf")
    assert run(*words).exit_code == 0
    assert "handled = Handled" in run(*words).stderr
    assert "handled = Handled" not in run(*words, "--columns", "handled=").stderr
    assert run(*words, "--columns", "nonsense=Umpf").exit_code == 2
    assert run(*words, "--order", "yyy").exit_code == 2
    assert run("import", tmp_path / "a.csv").exit_code == 2
    assert run("import", tmp_path / "none.csv", "--dry-run").exit_code == 4
