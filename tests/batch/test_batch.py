"""Batches: what is unchanged is left alone, broken teams do not stop others, publishing follows the policy."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from staffing.batch import LockedError, run_batch, running
from staffing.batch.checkpoint import Checkpoint, read_checkpoint, write_checkpoint
from staffing.batch.hooks import call_hooks
from staffing.batch.keys import folder_digest, run_key
from staffing.batch.locking import locked
from staffing.batch.running import _Desk, unsafe_for
from staffing.cli import app
from staffing.compute import LostClusterError, StoppedError
from staffing.domain.replanned import ChangeReason, Replanned
from staffing.domain.result import Violation
from staffing.errors import DataError, Fault, SettingsError
from staffing.files import read_centre, read_plan
from staffing.files.batch_toml import Hook, read_batch
from staffing.store import open_store
from staffing.store.versions import published_version, versions
from tests.plans import make_plan_value, without_roster

TOML = """
out = "plans"
publish = "{publish}"
{more}
[[team]]
name = "north"
centre = "north"
[[team]]
name = "south"
centre = "south"
weeks = 2
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two centres, of which only the digests count here, and a batch."""
    for name in ("north", "south"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "centre.toml").write_text(f'name = "{name}"\n', encoding="utf-8")
    ordered(tmp_path)
    return tmp_path


def ordered(folder: Path, publish: str = "never", more: str = ""):
    (folder / "batch.toml").write_text(TOML.format(publish=publish, more=more), encoding="utf-8")
    return read_batch(folder / "batch.toml")


@pytest.fixture(autouse=True)
def planned(monkeypatch):
    """Teams that were planned, in order; the plan is a finished value, nothing is searched."""
    calls = []

    def plan(self, team):
        calls.append(team.name)
        return make_plan_value()

    monkeypatch.setattr(_Desk, "_plan", plan)
    return calls


def states(end):
    return {row.name: (row.checkpoint.state, row.ran) for row in end.teams}


def test_the_second_run_has_nothing_to_do(folder, planned):
    """Each team is planned once; its folder is a whole plan; equal input is not planned again, changed input is."""
    order = ordered(folder)
    assert run_batch(order).status == "done"
    assert planned == ["north", "south"]
    assert read_plan(order.out / "north").roster is not None
    again = run_batch(order)
    assert again.status == "nothing"
    assert states(again) == {"north": ("planned", False), "south": ("planned", False)}
    (folder / "south" / "agents.csv").write_text("agent\n", encoding="utf-8")
    assert states(run_batch(order)) == {"north": ("planned", False), "south": ("planned", True)}
    run_batch(order, force=True)
    assert planned == ["north", "south", "south", "north", "south"]


def test_a_dry_run_changes_nothing(folder, planned):
    order = ordered(folder)
    end = run_batch(order, dry_run=True)
    assert states(end) == {"north": ("would_run", False), "south": ("would_run", False)}
    assert not planned
    assert not (order.out / "north").exists()
    run_batch(order)
    assert run_batch(order, dry_run=True).status == "nothing"


def test_one_broken_team_does_not_stop_the_others(folder, monkeypatch, planned):
    """Refused input is told with its faults until it changes; a failure by its kind alone, and is tried again."""
    order = ordered(folder)

    def broken(self, team):
        if team.name == "north":
            raise DataError((Fault("bad_number", "agents.csv", 3, "cost_per_h", "Anna", "a number"),))
        return make_plan_value()

    monkeypatch.setattr(_Desk, "_plan", broken)
    end = run_batch(order)
    assert states(end) == {"north": ("refused", True), "south": ("planned", True)}
    fault = end.teams[0].checkpoint.faults[0]
    assert fault == {"file": "agents.csv", "row": 3, "column": "cost_per_h", "code": "bad_number"}
    again = run_batch(order)
    assert (again.status, states(again)) == ("nothing", {"north": ("refused", False), "south": ("planned", False)})
    assert again.teams[0].checkpoint.faults == (fault,)
    assert run_batch(order, dry_run=True).status == "nothing"

    def failing(self, team):
        raise ZeroDivisionError("Anna")

    monkeypatch.setattr(_Desk, "_plan", failing)
    (folder / "north" / "agents.csv").write_text("agent\n", encoding="utf-8")
    run_batch(order)
    end = run_batch(order)
    assert states(end) == {"north": ("failed", True), "south": ("planned", False)}
    assert "Anna" not in (order.out / ".batch" / "north.json").read_text(encoding="utf-8")


def test_out_of_time_leaves_the_rest_for_later(folder, planned):
    """A stop while a team is planned keeps nothing half; the next run goes on."""
    order = ordered(folder)
    end = run_batch(order, should_stop=lambda: len(planned) >= 2)
    assert end.status == "unfinished"
    assert states(end) == {"north": ("planned", True), "south": ("new", False)}
    assert not (order.out / "south").exists()
    assert run_batch(order).status == "done"
    assert planned == ["north", "south", "south"]


def test_a_second_run_at_once_is_refused(folder):
    order = ordered(folder)
    with locked(order.out), pytest.raises(LockedError):
        run_batch(order)
    assert run_batch(order).status == "done"


def test_policies_of_publishing(folder, planned, monkeypatch):
    """Always publishes once; a plan that is not safe is kept with its reasons; publishing again changes nothing."""
    url = f"sqlite:///{folder / 'store.db'}"

    @contextmanager
    def opened():
        store = open_store(url)
        try:
            yield store
        finally:
            store.close()

    kept = run_batch(ordered(folder, "if-safe", "floor = 1.5"), open_store=opened)
    assert {row.checkpoint.publication for row in kept.teams} == {"kept"}
    assert kept.teams[0].checkpoint.unsafe == ("service",)
    with opened() as store:
        assert published_version(store) is None
    order = ordered(folder, "always")
    end = run_batch(order, force=True, open_store=opened)
    assert {row.checkpoint.publication for row in end.teams} == {"published"}
    # A run that was killed after publishing and before its checkpoint publishes the same version.
    known = read_checkpoint(order.out, "north")
    write_checkpoint(order.out, "north", replace(known, publication="", version=None))
    again = run_batch(order, open_store=opened)
    assert again.teams[0].checkpoint == known
    with opened() as store:
        assert len(versions(store)) == 1  # both teams have the same plan here


def test_what_is_safe(folder):
    """Broken rules, service below the floor, too many changes and changes of frozen days are named."""
    order = ordered(folder, "if-safe", "floor = 0.5\nmax_changes = 0")
    plan = make_plan_value()
    assert unsafe_for(replace(order, floor=0.0), plan) == ()
    broken = replace(plan, violations=(Violation("rest", "hard", 0, 0, {}),))
    assert "violations" in unsafe_for(order, broken)
    change = ChangeReason(0, 0, "moved", 40.0, "saves", 50.0)
    frozen = replace(plan, replanned=Replanned(int(plan.problem.grid.day_start[1]), 0, (), (change,)))
    assert {"changes", "frozen"} <= set(unsafe_for(order, frozen))
    assert "violations" in unsafe_for(order, without_roster(plan))


def test_the_run_key_follows_everything_that_counts(folder):
    order = ordered(folder)
    north = order.teams[0]
    key = run_key(order, north)
    assert key == run_key(order, north)
    assert key != run_key(order, replace(north, seed=2))
    assert key != run_key(replace(order, replications=7), north)
    started = replace(north, reference=str(order.out / "north"))
    run_batch(order)
    roster = order.out / "north" / "roster.csv"
    begun = run_key(order, started)
    roster.write_text(roster.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert run_key(order, started) != begun  # a roster edited by hand is another start
    before = folder_digest(north.centre)
    (north.centre / "notes.txt").write_text("no input", encoding="utf-8")
    assert folder_digest(north.centre) == before


def test_a_damaged_checkpoint_is_a_new_one(tmp_path):
    (tmp_path / ".batch").mkdir()
    (tmp_path / ".batch" / "a.json").write_text('{"key": ', encoding="utf-8")
    assert read_checkpoint(tmp_path, "a") == Checkpoint()


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", "out"),
        ('out = "x"\n[[team]]\nname = "../up"\ncentre = "c"', "team.0.name"),
        ('out = "x"\npublish = "maybe"\n[[team]]\nname = "a"\ncentre = "c"', "publish"),
        ('out = "x"\n[[team]]\nname = "a"\ncentre = "c"\n[[team]]\nname = "a"\ncentre = "c"', "used twice"),
        ('out = "x"\n[[hook]]\nurl = "http://plain"\n[[team]]\nname = "a"\ncentre = "c"', "hook.0.url"),
        ("out = ", "batch.toml"),
    ],
)
def test_a_wrong_batch_is_refused(tmp_path, text, place):
    (tmp_path / "batch.toml").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=place):
        read_batch(tmp_path / "batch.toml")


def test_hooks_get_the_summary_and_may_fail(tmp_path):
    """A command reads JSON; one that fails, or is not there, is named by kind only."""
    target = tmp_path / "got.json"
    good = Hook((sys.executable, "-c", f"import sys; open({str(target)!r}, 'w').write(sys.stdin.read())"), "")
    failed = call_hooks([good, Hook(("/no/such/command",), "")], {"status": "done"})
    assert json.loads(target.read_text(encoding="utf-8")) == {"status": "done"}
    assert failed == ("command: FileNotFoundError",)


def test_the_command_ends_with_the_codes_of_the_contract(folder, planned):
    """Done, nothing to do, locked, wrong file."""
    run = CliRunner().invoke
    batch = str(folder / "batch.toml")
    first = run(app, ["batch", batch, "--json"])
    assert first.exit_code == 0, first.output
    summary = json.loads(first.stdout)
    assert [row["state"] for row in summary["teams"]] == ["planned", "planned"]
    assert json.loads((folder / "plans" / "summary.json").read_text(encoding="utf-8")) == summary
    assert "north/report.html" in (folder / "plans" / "report.html").read_text(encoding="utf-8")
    assert run(app, ["batch", batch]).exit_code == 3
    with locked(folder / "plans"):
        assert run(app, ["batch", batch]).exit_code == 75
    assert run(app, ["batch", str(folder / "none.toml")]).exit_code == 2
    assert run(app, ["batch", batch, "--lang", "zh"]).exit_code == 3


def test_what_was_refused_is_told_once(folder, planned, monkeypatch):
    """The first night ends with 4 or 5, the next with 3 until something changes; neither opens the store nor plans."""
    batch = str(folder / "batch.toml")
    run = CliRunner().invoke
    (folder / "south" / "centre.toml").write_text("name = ", encoding="utf-8")

    def plan(self, team):
        planned.append(team.name)
        if team.name == "south":
            read_centre(team.centre)
        return without_roster(make_plan_value())

    monkeypatch.setattr(_Desk, "_plan", plan)
    assert run(app, ["batch", batch]).exit_code == 4
    second = run(app, ["batch", batch, "--json"])
    assert second.exit_code == 3
    assert [row["state"] for row in json.loads(second.stdout)["teams"]] == ["no_plan", "refused"]
    assert planned == ["north", "south"]
    (folder / "south" / "centre.toml").write_text('name = "south"', encoding="utf-8")
    monkeypatch.setattr(_Desk, "_plan", lambda self, team: without_roster(make_plan_value()))
    assert run(app, ["batch", batch]).exit_code == 5


def test_a_run_with_nothing_to_do_loads_no_engine(folder):
    """Neither solver nor simulation, drawing or database, so that it ends at once."""
    run_batch(ordered(folder))
    code = (
        "import sys\nfrom staffing.cli import main\n"
        f"sys.argv = ['staffing', 'batch', {str(folder / 'batch.toml')!r}]\n"
        "try:\n    main()\nexcept SystemExit as end:\n"
        "    names = ('ortools', 'numba', 'scipy', 'pandas', 'statsmodels', 'altair', 'sqlalchemy', 'dask')\n"
        "    print(end.code, [name for name in names if name in sys.modules])"
    )
    ended = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert ended.stdout.splitlines()[-1] == "3 []", ended.stderr


def test_a_plan_without_legal_roster_is_never_published(folder, monkeypatch):
    """Its folder is a draft with the reasons; the policy always, the command and the store refuse it."""
    plan = make_plan_value()
    broken = replace(plan, violations=(Violation("rest", "hard", 0, 1, {}), Violation("activities", "soft", 0, 1, {})))
    monkeypatch.setattr(_Desk, "_plan", lambda self, team: broken)
    order = ordered(folder, "always")
    (north, _) = run_batch(order, open_store=None).teams
    assert (north.checkpoint.state, north.checkpoint.publication) == ("no_plan", "")
    told = north.checkpoint.figures
    assert (told["violations"], told["violations_soft"]) == (1, 1)
    assert told["rules_broken"] == {"activities": 1, "rest": 1}
    assert (order.out / "north" / "violations.csv").read_text(encoding="utf-8").count("\n") == 3


def test_killed_runs_leave_whole_plans(folder):
    """Killed at any moment and started again: every plan is whole, no team is planned more often than it was killed."""
    script = Path(__file__).with_name("killed.py")
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    kills = 0
    for delay in (1.2, 1.6, 2.0):
        child = subprocess.Popen([sys.executable, str(script), str(folder / "batch.toml")], env=environment)
        time.sleep(delay)
        if child.poll() is None:
            child.send_signal(signal.SIGKILL)
            kills += 1
        child.wait()
    last = subprocess.run([sys.executable, str(script), str(folder / "batch.toml")], env=environment, check=False)
    assert last.returncode in (0, 3)
    order = ordered(folder)
    for team in ("north", "south"):
        assert read_plan(order.out / team).roster is not None
        assert read_checkpoint(order.out, team).state == "planned"
    runs = (folder / "runs.txt").read_text(encoding="utf-8").split()
    assert len(runs) <= 2 + kills


@pytest.fixture
def wide(monkeypatch):
    """Teams go to workers: the tasks that they got; the plan is a finished value, or what `answers` holds."""
    given, answers = [], {}

    def run_all(func, items, *, executor, on_result, should_stop):
        given.append((executor, list(items)))
        for index, team in enumerate(items):
            if should_stop():
                raise StoppedError
            if answers.get(team) == "lost":
                raise LostClusterError("the scheduler was lost")
            on_result(index, answers.get(team, make_plan_value()))

    monkeypatch.setattr(running, "run_all", run_all)
    monkeypatch.setattr(_Desk, "task", lambda self, team: team.name)
    return given, answers


def test_teams_side_by_side_end_as_one_by_one(folder, wide, planned):
    """Workers plan what needs it, each plan is checkpointed as it comes, and the second run has nothing to do."""
    order = ordered(folder, more='executor = "processes:2"')
    assert states(run_batch(order)) == {"north": ("planned", True), "south": ("planned", True)}
    assert wide[0] == [("processes:2", ["north", "south"])]
    assert read_checkpoint(order.out, "north").publication == "unpublished"
    assert run_batch(order).status == "nothing"
    (folder / "south" / "agents.csv").write_text("agent\n", encoding="utf-8")
    assert states(run_batch(order)) == {"north": ("planned", False), "south": ("planned", True)}
    assert not planned


def test_what_goes_wrong_at_a_worker_is_the_teams_own(folder, wide):
    """A refused team is told with its faults; the others are planned."""
    order = ordered(folder, more='executor = "processes:2"')
    wide[1]["north"] = DataError((Fault("bad_number", "agents.csv", 3, "cost_per_h", "Anna", "a number"),))
    end = run_batch(order)
    assert states(end) == {"north": ("refused", True), "south": ("planned", True)}
    assert "Anna" not in (order.out / ".batch" / "north.json").read_text(encoding="utf-8")


def test_a_lost_cluster_leaves_the_rest_for_later(folder, wide, planned):
    """What came before it was lost is kept and not planned again; a team out of time is left too."""
    order = ordered(folder, more='executor = "dask:tls://planner.example:8786"')
    wide[1]["south"] = "lost"
    end = run_batch(order)
    assert end.status == "unfinished"
    assert states(end) == {"north": ("planned", True), "south": ("new", False)}
    wide[1]["south"] = None
    end = run_batch(order)
    assert (end.status, wide[0][-1][1]) == ("unfinished", ["south"])
    del wide[1]["south"]
    assert states(run_batch(order)) == {"north": ("planned", False), "south": ("planned", True)}
    assert not planned
