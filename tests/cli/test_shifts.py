"""`staffing shifts`: files, summary and exit codes."""

import json

import pytest
from typer.testing import CliRunner

from staffing.cli import app
from tests.files.test_shift_instance import SMALL


@pytest.fixture
def run():
    runner = CliRunner()
    return lambda *words: runner.invoke(app, [str(word) for word in words])


@pytest.fixture
def instance(tmp_path):
    path = tmp_path / "small.txt"
    path.write_text(SMALL, encoding="utf-8")
    return path


def test_a_roster_is_written_and_told(run, instance, tmp_path):
    """Exit 0, the files, cost, bound and audit in both languages."""
    out = tmp_path / "out"
    result = run("shifts", instance, "--out", out, "--time-limit", 5)
    assert result.exit_code == 0
    assert sorted(path.name for path in out.iterdir()) == ["cover.csv", "result.json", "roster.csv"]
    assert "Audit: every rule holds." in result.stdout
    data = json.loads(run("shifts", instance, "--out", out, "--time-limit", 5, "--json").stdout)
    assert data["status"] == "optimal"
    assert data["objective"] == data["bound"] == sum(data["cost"].values())
    assert "审核" in run("shifts", instance, "--out", out, "--time-limit", 5, "--lang", "zh").stdout


def test_a_person_without_a_roster_is_named(run, instance, tmp_path):
    """Exit 5 with the person, and nothing written."""
    instance.write_text(SMALL.replace("A,E=7|L=2,2400,960", "A,E=7|L=2,9600,9000"), encoding="utf-8")
    result = run("shifts", instance, "--out", tmp_path / "out", "--time-limit", 5)
    assert result.exit_code == 5
    assert "A has no legal roster" in result.stdout
    assert not (tmp_path / "out").exists()
    data = json.loads(run("shifts", instance, "--out", tmp_path / "out", "--time-limit", 5, "--json").stdout)
    assert (data["status"], data["blocked"], data["objective"]) == ("infeasible", ["A"], None)


def test_a_bad_file_is_refused(run, instance, tmp_path):
    """Exit 4 with the line."""
    instance.write_text(SMALL.replace("A,0,E,2", "A,0,X,2"), encoding="utf-8")
    result = run("shifts", instance, "--out", tmp_path / "out")
    assert result.exit_code == 4
    assert "small.txt:13" in result.stderr
