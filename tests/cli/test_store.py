"""`staffing publish` and `staffing db`: exit codes of the contract, both for people and machines."""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from staffing.cli import app
from staffing.files import write_plan
from tests.files.tiny_centre import write_tiny_centre
from tests.plans import make_plan_value


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("STAFFING_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("STAFFING_DB_URL", raising=False)
    runner = CliRunner()
    return lambda *words: runner.invoke(app, [str(word) for word in words])


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    write_plan(make_plan_value(), tmp_path / "plan")
    return tmp_path / "plan"


@pytest.fixture
def other(tmp_path: Path) -> Path:
    write_plan(make_plan_value(seconds={"search": 2.0}), tmp_path / "other")
    return tmp_path / "other"


COMMANDS = ("init", "upgrade", "backup", "restore", "verify", "export", "import", "erase", "grant", "trail")


@pytest.mark.parametrize("words", [("publish",), ("db",), *(("db", name) for name in COMMANDS)])
def test_every_command_explains_itself(run, words):
    """`--help` works for each of them."""
    result = run(*words, "--help")
    assert result.exit_code == 0
    assert "Usage" in result.stdout


def test_publishing_taking_back_and_listing(run, plan, other):
    """0 published, 3 when it is already, 0 taken back; the list marks what is published."""
    first = run("publish", plan, "--by", "ann", "--note", "week 2", "--json")
    assert (first.exit_code, json.loads(first.stdout)) == (0, {"status": "published", "version": 1, "before": None})
    assert run("publish", plan).exit_code == 3
    assert json.loads(run("publish", other, "--by", "bob", "--json").stdout)["before"] == 1
    assert run("publish", "--rollback", 1, "--by", "cat").exit_code == 0
    assert run("publish", "--rollback", 1).exit_code == 3
    listed = json.loads(run("publish", "--list", "--json").stdout)["versions"]
    assert [(row["version"], row["published_by"], row["stored_by"], row["note"]) for row in listed] == [
        (2, None, "bob", ""),
        (1, "cat", "ann", "week 2"),
    ]
    assert "* " in run("publish", "--list").stdout


def test_a_conflict_ends_with_six(run, plan, other):
    """Who expects another version to be published is told which one is, and by whom."""
    assert run("publish", plan, "--by", "ann", "--expect", 0).exit_code == 0
    result = run("publish", other, "--expect", 0, "--json")
    assert result.exit_code == 6
    data = json.loads(result.stdout)
    assert (data["status"], data["published"], data["by"]) == ("conflict", 1, "ann")
    assert run("publish", other, "--expect", 1).exit_code == 0
    assert run("publish", "--rollback", 1, "--expect", 1).exit_code == 6


def test_a_plan_with_violations_is_refused_but_may_be_a_draft(run, tmp_path):
    """5 with the reasons; `--draft` keeps it for editing and publishes nothing."""
    plan = make_plan_value()
    contracts = tuple(replace(contract, weekly_minutes_max=60) for contract in plan.problem.contracts)
    broken = replace(plan, problem=replace(plan.problem, contracts=contracts), violations=())
    write_plan(broken, tmp_path / "broken")
    result = run("publish", tmp_path / "broken", "--json")
    assert result.exit_code == 5
    assert {row["agent"] for row in json.loads(result.stdout)["violations"]} <= {a.id for a in plan.problem.agents}
    assert json.loads(result.stdout)["violations"]
    assert json.loads(run("publish", tmp_path / "broken", "--draft", "--json").stdout)["status"] == "draft"
    assert json.loads(run("publish", "--list", "--json").stdout)["versions"] == []


@pytest.mark.parametrize(
    "words", [(), ("--list", "--rollback", "1"), ("plan", "--list"), ("--rollback", "7"), ("no-plan",)]
)
def test_wrong_arguments_end_with_two(run, plan, words, monkeypatch):
    """One thing at a time, and versions and folders that exist."""
    monkeypatch.chdir(plan.parent)
    assert run("publish", *words).exit_code == 2


def test_the_life_of_a_database(run, plan, tmp_path):
    """init, nothing to do, backup, verify, restore."""
    assert run("db", "init", "--json").exit_code == 0
    assert run("db", "init").exit_code == 3
    assert run("db", "upgrade").exit_code == 3
    run("publish", plan, "--by", "ann")
    assert run("db", "backup", "--out", tmp_path / "one.db").exit_code == 0
    assert run("db", "backup", "--out", tmp_path / "one.db").exit_code == 2
    for _ in range(2):
        run("db", "backup", "--keep", 1)
    run("publish", "--rollback", 1)
    result = run("db", "verify", "--json")
    assert (result.exit_code, json.loads(result.stdout)["damage"]) == (0, [])
    assert run("db", "restore", tmp_path / "one.db").exit_code == 0
    assert run("db", "restore", tmp_path / "none.db").exit_code == 2
    trail = json.loads(run("db", "trail", "--json").stdout)["trail"]
    assert [row["action"] for row in trail] == ["restore", "publish", "approve", "submit"]
    assert "ann" in run("db", "trail", "--limit", 4).stdout


def test_damage_ends_with_four(run, plan, tmp_path):
    """`verify` names it, and nothing damaged is published again."""
    run("publish", plan)
    with closing(sqlite3.connect(tmp_path / "home" / "staffing.db")) as connection:
        connection.execute("DROP TRIGGER plan_version_no_update")
        connection.execute("UPDATE plan_version SET note = 'other'")
        connection.commit()
    result = run("db", "verify", "--json")
    assert result.exit_code == 4
    assert {"object": "version 1"}.items() <= json.loads(result.stdout)["damage"][0].items()
    assert run("publish", "--list").exit_code == 4
    assert run("publish", "--rollback", 1).exit_code == 4


def test_everything_goes_out_and_in(run, plan, tmp_path, monkeypatch):
    """Export and import between two installations; a person is erased in between."""
    run("publish", plan)
    centre = write_tiny_centre(tmp_path / "centre")
    assert run("db", "import", centre).exit_code == 0
    name, agent = make_plan_value().scenario.centre.name, make_plan_value().problem.agents[0]
    assert run("db", "erase", agent.id, "--centre", name).exit_code == 0
    assert run("db", "erase", agent.id, "--centre", name).exit_code == 3
    assert run("db", "export", tmp_path / "all").exit_code == 0
    assert run("db", "export", tmp_path / "all").exit_code == 2
    assert agent.name not in (tmp_path / "all" / "store.json").read_text()
    monkeypatch.setenv("STAFFING_HOME", str(tmp_path / "second"))
    counts = json.loads(run("db", "import", tmp_path / "all", "--json").stdout)
    assert counts == {"status": "done", "centres": 1, "versions": 1, "drafts": 0, "scenarios": 0}
    (centre / "agents.csv").write_text("agent\n")
    assert run("db", "import", centre).exit_code == 4


def test_roles_are_granted_by_name(run):
    """A role that does not exist is refused."""
    assert run("db", "grant", "kim@example.com", "approver").exit_code == 0
    assert run("db", "grant", "kim@example.com", "king").exit_code == 2


def test_no_name_reaches_the_log(run, plan, other):
    """Standard error tells what was done, never who works there."""
    results = [run("publish", folder) for folder in (plan, other)] + [
        run("publish", other, "--draft"),
        run("db", "verify"),
    ]
    names = [agent.name for agent in make_plan_value().problem.agents]
    assert not [name for result in results for name in names if name in result.stderr + result.stdout]
