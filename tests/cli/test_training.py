"""`staffing training`: needs told, sessions recorded, refusals, in both languages."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from staffing.cli.main import app
from staffing.files import read_centre, write_plan
from tests.files.tiny_centre import write_tiny_centre
from tests.training_plan import plan_with_a_session

CURRICULA = """\
[[course]]
id = "mail-course"
name = "Mail"
kind = "skill"
start = 2026-01-05
sessions_min = [60, 60]
due_days = 20
grants = { skill = "mail", proficiency = 0.7 }
"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("STAFFING_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("STAFFING_DB_URL", raising=False)
    return lambda *words: CliRunner().invoke(app, ["training", *map(str, words)])


def test_needs_are_told_and_done_ones_are_recorded_with_the_skill(run, tmp_path: Path) -> None:
    """Overdue is said; the last session brings the skill; nothing new ends with 3, nonsense with 2."""
    folder = write_tiny_centre(tmp_path / "centre", curricula_toml=CURRICULA)
    told = json.loads(run("needs", folder, "--date", "2026-02-02", "--json").stdout)["needs"]
    assert [(row["agent"], row["session"], row["overdue_days"]) for row in told] == [("a2", 1, 18), ("a2", 2, 8)]
    shown = run("needs", folder, "--lang", "zh")
    assert "mail-course · Mail 1/2" in shown.output
    assert "逾期" in shown.output
    assert run("done", folder, "a2,mail-course,1,2026-01-28").exit_code == 0
    done = run("done", folder, "a2,mail-course,all,2026-01-30", "--json")
    assert json.loads(done.stdout)["skills"] == [{"agent": "a2", "skill": "mail", "proficiency": 0.7}]
    assert [skill.name for skill in read_centre(folder).agents[1].skills] == ["phone", "mail"]
    assert run("done", folder, "a2,mail-course,2,2026-01-30").exit_code == 3
    assert run("needs", folder).exit_code == 3
    for wrong in (
        "zz,mail-course",
        "a2,none",
        "a2,mail-course,9",
        "a2,mail-course,x",
        "a2",
        "a2,mail-course,2026-13-01",
    ):
        assert run("done", folder, wrong).exit_code == 2, wrong


def test_the_sessions_and_the_price_of_a_plan(run, tmp_path: Path) -> None:
    """What is held, what was left out and why, and what it costs; marked from the plan in one go."""
    folder = tmp_path / "plan"
    write_plan(plan_with_a_session(), folder)
    told = json.loads(run("sessions", folder, "--json").stdout)
    assert [(row["agent"], row["start"][11:16]) for row in told["sessions"]] == [("a1", "10:00")]
    assert [row["left"] for row in told["left"]] == ["per_week"]
    assert "10:00" in run("sessions", folder).output
    effect = json.loads(run("effect", folder, "--json").stdout)["courses"]
    assert [(row["course"], row["hours"]) for row in effect] == [("", 1.0), ("quiz", 1.0)]
    quiz = CURRICULA.replace("mail-course", "quiz").replace("[60, 60]", "[60]")
    centre = write_tiny_centre(tmp_path / "centre", curricula_toml=quiz)
    assert run("done", centre, "--plan", folder, "--until", "2026-12-31").exit_code == 0
    training = read_centre(centre).training
    assert training is not None
    assert [(row.agent, row.course) for row in training.records] == [("a1", "quiz")]
