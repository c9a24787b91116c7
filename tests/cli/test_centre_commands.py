"""`staffing people`, `staffing rules` and `staffing edits` look at a centre folder and change it."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from staffing.cli import app
from staffing.files import read_centre
from tests.files.tiny_centre import write_tiny_centre


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STAFFING_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("STAFFING_DB_URL", raising=False)
    return write_tiny_centre(tmp_path / "centre")


def told(*arguments: object, code: int = 0) -> str:
    result = CliRunner().invoke(app, [str(part) for part in arguments])
    assert result.exit_code == code, result.output
    return result.stdout


def test_people_are_compared_then_taken_over(folder: Path, tmp_path: Path) -> None:
    """Supply; a preview that writes nothing; the same with --accept; nothing different ends with 3, faults with 4."""
    data = json.loads(told("people", folder, "--json"))
    assert (data["people"], [row["people"] for row in data["queues"]]) == (4, [3, 3])
    assert "phone" in told("people", folder, "--lang", "zh")
    upload = tmp_path / "list.csv"
    upload.write_text("agent,team\na1,west\na9,west\n")
    assert json.loads(told("people", folder, "--import", upload, "--json", code=0))["status"] == "preview"
    upload.write_text("agent,team,contract\na1,west,full\na9,west,ful\n")
    faults = json.loads(told("people", folder, "--import", upload, "--json", code=4))["faults"]
    assert [(row["row"], row["column"]) for row in faults] == [(3, "contract")]
    upload.write_text("agent,team\na1,west\n")
    assert "team: north -> west" in told("people", folder, "--import", upload)
    assert read_centre(folder).agents[0].team == "north"
    told("people", folder, "--import", upload, "--accept")
    assert read_centre(folder).agents[0].team == "west"
    told("people", folder, "--import", upload, "--accept", code=3)
    told("people", folder, "--accept", code=2)
    told("people", tmp_path, "--import", upload, code=2)


def test_rules_are_told_set_and_taken_back(folder: Path) -> None:
    """Sentences in both languages; values by key; the list of edits; undo brings the file back byte for byte."""
    before = (folder / "centre.toml").read_bytes()
    assert "at least 11 hours" in told("rules", folder)
    rows = json.loads(told("rules", folder, "--set", "rules.rest_h=12", "--lang", "zh", "--json"))["rules"]
    assert rows[0]["sentence"] == "两个班次之间至少休息 12 小时。"
    assert rows[0]["values"] == {"rules.rest_h": 12.0}
    told("rules", folder, "--set", "rules.rest_h=99", code=4)
    told("rules", folder, "--set", "nonsense", code=2)
    told("rules", folder, "--remove-duty", "night", code=2)
    assert [row["files"] for row in json.loads(told("edits", folder, "--json"))["edits"]] == [["centre.toml"]]
    told("edits", folder, "--undo")
    assert (folder / "centre.toml").read_bytes() == before
    told("edits", folder, "--undo", "--before", "99", code=3)
    told("edits", folder, "--before", "1", code=2)


def test_a_check_ends_with_five_when_something_contradicts(folder: Path) -> None:
    """Nothing contradicts at first; with one day in a row nobody can work five days, and ways out are told."""
    assert "Nothing contradicts" in told("rules", folder, "--check", "--time-limit", 20, "--workers", 1)
    told("rules", folder, "--set", "rules.max_consecutive_days=1", "--set", "rules.weekend_days_max=0")
    shown = told("rules", folder, "--check", "--time-limit", 20, "--workers", 1, code=5)
    assert "Conflict 1" in shown
    assert "Ways out of conflict 1" in shown


def test_a_duty_goes_with_the_consent_to_it(folder: Path) -> None:
    """The rules have it no more, agents.csv neither; undo brings both files back."""
    toml, people = folder / "centre.toml", folder / "agents.csv"
    duty = '\n[[on_call]]\nid = "night"\nstart = "18:00"\nend = "08:00"\n'
    toml.write_text(toml.read_text(encoding="utf-8") + duty, encoding="utf-8")
    head, first, *rest = people.read_text(encoding="utf-8").splitlines()
    people.write_text("\n".join((f"{head},on_call", f"{first},night", *rest)) + "\n", encoding="utf-8")
    before = toml.read_bytes(), people.read_bytes()
    assert "18:00" in told("rules", folder)
    assert "18:00" not in told("rules", folder, "--remove-duty", "night")
    assert "night" not in people.read_text(encoding="utf-8")
    told("edits", folder, "--undo")
    assert (toml.read_bytes(), people.read_bytes()) == before
