"""Batches that start from what is published: each centre's own version, no second publishing, nobody overwritten."""

from contextlib import contextmanager
from dataclasses import replace
from http.client import BadStatusLine
from pathlib import Path

import pytest

from staffing.batch import hooks, run_batch
from staffing.batch.checkpoint import read_checkpoint, write_checkpoint
from staffing.batch.keys import centre_name
from staffing.batch.running import _Desk
from staffing.files import read_plan
from staffing.files.batch_toml import Hook, read_batch
from staffing.planning.publishing import publish_plan
from staffing.store import open_store
from staffing.store.access import local_actor
from staffing.store.versions import published_version, versions
from tests.plans import make_plan_value

TOML = """
out = "plans"
publish = "{publish}"
[[team]]
name = "n"
centre = "north"
reference = "published"
[[team]]
name = "s"
centre = "south"
reference = "published"
"""


def plan_of(centre: str, name: str = "Ann"):
    plan = make_plan_value((name, "Bob"))
    scenario = plan.scenario
    return replace(plan, scenario=replace(scenario, centre=replace(scenario.centre, name=centre)))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("north", "south"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "centre.toml").write_text(f'name = "{name}"\n', encoding="utf-8")
    return tmp_path


def ordered(folder: Path, publish: str):
    (folder / "batch.toml").write_text(TOML.format(publish=publish), encoding="utf-8")
    return read_batch(folder / "batch.toml")


@pytest.fixture
def opened(folder: Path):
    @contextmanager
    def opened():
        store = open_store(f"sqlite:///{folder / 'store.db'}")
        try:
            yield store
        finally:
            store.close()

    with opened() as store:
        for centre in ("north", "south"):
            publish_plan(store, plan_of(centre), local_actor("me"))
    return opened


@pytest.fixture(autouse=True)
def planned(monkeypatch):
    """Centres that were planned again; a re-plan is the published plan with another floor in its settings."""
    calls = []

    def plan(self, team):
        before = self._reference(team, team.centre.name)
        calls.append(before.scenario.centre.name)
        return replace(before, settings=replace(before.settings, seed=before.settings.seed + 1))

    monkeypatch.setattr(_Desk, "_plan", plan)
    monkeypatch.setattr("staffing.report.export_plan", lambda *_, **__: None)
    return calls


def test_each_team_starts_from_its_own_centre(folder, opened, planned):
    """The version published last is of the south, and no start for the north; a second run has nothing to do."""
    order = ordered(folder, "always")
    assert run_batch(order, open_store=opened).status == "done"
    assert planned == ["north", "south"]
    assert run_batch(order, open_store=opened).status == "nothing"
    assert planned == ["north", "south"]
    with opened() as store:
        assert len(versions(store)) == 4


def test_names_are_written_nowhere_but_into_plan_folders(folder, opened):
    """Neither checkpoints nor copies of versions, which erasing a person would not find, hold names."""
    order = ordered(folder, "never")
    run_batch(order, open_store=opened)
    kept = [path for path in (order.out / ".batch").rglob("*") if path.is_file()]
    assert sorted(path.name for path in kept) == ["n.json", "s.json"]
    assert all("Ann" not in path.read_text(encoding="utf-8") for path in kept)


def test_a_run_killed_after_publishing_publishes_once(folder, opened, planned):
    """The checkpoint does not know of the publishing; its plan being the published one says it."""
    order = ordered(folder, "always")
    run_batch(order, open_store=opened)
    known = read_checkpoint(order.out, "n")
    write_checkpoint(order.out, "n", replace(known, publication="", version=None))
    run_batch(order, open_store=opened)
    again = read_checkpoint(order.out, "n")
    assert (again.publication, again.version) == ("published", known.version)
    assert planned == ["north", "south"]
    with opened() as store:
        assert len(versions(store)) == 4


def test_a_plan_published_by_a_person_is_no_new_start(folder, opened, planned):
    order = ordered(folder, "never")
    run_batch(order, open_store=opened)
    with opened() as store:
        n = publish_plan(store, read_plan(order.out / "n"), local_actor("me"))
    assert run_batch(order, open_store=opened).status == "nothing"
    assert read_checkpoint(order.out, "n").version == n
    with opened() as store:
        other = plan_of("north")
        publish_plan(store, replace(other, settings=replace(other.settings, seed=77)), local_actor("me"))
    run_batch(order, open_store=opened)
    assert planned == ["north", "south", "north"]


def test_what_was_published_meanwhile_is_not_overwritten(folder, opened, monkeypatch):
    """A version published during the search is left, and the next run starts from it."""
    order = ordered(folder, "always")
    made = _Desk._plan

    def slow(self, team):
        plan = made(self, team)
        if team.name == "n":
            other = replace(plan_of("north"), settings=replace(plan.settings, seed=99))
            with opened() as store:
                publish_plan(store, other, local_actor("me"), note="mine")
        return plan

    monkeypatch.setattr(_Desk, "_plan", slow)
    end = run_batch(order, open_store=opened)
    assert end.status == "unfinished"
    with opened() as store:
        n = published_version(store, "north")
        assert next(version for version in versions(store) if version.n == n).note == "mine"


def test_another_policy_is_applied_without_planning_again(folder, opened, planned):
    """So is a plan folder that is gone made again."""
    run_batch(ordered(folder, "never"), open_store=opened)
    order = ordered(folder, "always")
    assert run_batch(order, open_store=opened).status == "done"
    assert read_checkpoint(order.out, "s").publication == "published"
    assert planned == ["north", "south"]
    (order.out / "s").rename(order.out / "gone")
    run_batch(order, open_store=opened)
    assert planned == ["north", "south", "south"]


def test_a_store_that_fails_for_one_team_does_not_stop_the_others(folder, opened, monkeypatch, caplog):
    """The team is told by the kind of error alone, also in the log; its plan is there for the next run."""
    order = ordered(folder, "always")
    publish = _Desk._publish

    def failing(self, team, known):
        if team.name == "n":
            raise RuntimeError("Ann")
        return publish(self, team, known)

    monkeypatch.setattr(_Desk, "_publish", failing)
    end = run_batch(order, open_store=opened)
    assert [row.checkpoint.state for row in end.teams] == ["failed", "planned"]
    assert end.teams[0].checkpoint.faults == ({"code": "RuntimeError"},)
    assert "Ann" not in caplog.text
    monkeypatch.setattr(_Desk, "_publish", publish)
    assert [row.checkpoint.state for row in run_batch(order, open_store=opened).teams] == ["planned", "planned"]


def test_a_centre_without_a_name_has_none(tmp_path):
    assert centre_name(tmp_path) is None
    (tmp_path / "centre.toml").write_text("name = ", encoding="utf-8")
    assert centre_name(tmp_path) is None


def test_an_address_that_talks_nonsense_is_a_failed_hook(monkeypatch):
    def nonsense(url, body):
        raise BadStatusLine("what")

    monkeypatch.setattr(hooks, "_post", nonsense)
    assert hooks.call_hooks([Hook((), "https://example.org")], {}) == ("url: BadStatusLine",)
