"""Everything of the store as folders, and folders into a store."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from staffing.domain.roster_cells import cells_of
from staffing.domain.scenario import WhatIf
from staffing.errors import DataError, SettingsError
from staffing.files import pack, read_centre, read_plan, unpack, write_plan
from staffing.files.whatif_folder import list_whatifs, save_whatif, whatif_folder
from staffing.plan import Plan
from staffing.planning.archive import export_store, import_centre, import_folder
from staffing.planning.drafts import draft_plan, list_drafts, open_draft, save_draft
from staffing.planning.forgetting import erase_person
from staffing.planning.publishing import publish_plan
from staffing.store import Store, open_store
from staffing.store.access import AccessError, Actor, Role, local_actor
from staffing.store.centres import centre_names
from staffing.store.checking import verify
from staffing.store.versions import versions
from tests.files.tiny_centre import write_tiny_centre
from tests.plans import make_plan_value

ME = local_actor("me")


@pytest.fixture
def store(tmp_path: Path):
    opened = open_store(f"sqlite:///{tmp_path}/store.db")
    yield opened
    opened.close()


def elsewhere() -> Plan:
    """A plan of another centre than the folder's, as it is read from a plan folder."""
    plan = unpack(pack(make_plan_value(), with_roster=True))
    return replace(plan, scenario=replace(plan.scenario, centre=replace(plan.scenario.centre, name="Elsewhere")))


def filled(store: Store, tmp_path: Path) -> Path:
    centre = write_tiny_centre(tmp_path / "centre")
    agents = (centre / "agents.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    agents[2] = agents[2].replace("Ben", "'=cmd()")
    (centre / "agents.csv").write_text("".join(agents), encoding="utf-8")
    plan = elsewhere()
    import_centre(store, centre, ME)
    publish_plan(store, plan, ME, "first")
    publish_plan(store, replace(plan, seconds={"search": 2.0}), ME, "second")
    draft = open_draft(store, Path("-"), ME, plan=plan)
    save_draft(store, draft.id, 0, {(plan.problem.agents[0].id, str(plan.problem.grid.dates[0])): ()}, ME)
    return centre


def test_a_centre_comes_back_with_its_history(store: Store, tmp_path: Path):
    """People, rules and every row of history are those of the folder that was imported."""
    centre = filled(store, tmp_path)
    export_store(store, tmp_path / "all", ME, tmp_path / "home")
    before, after = read_centre(centre), read_centre(tmp_path / "all" / "centres" / "1")
    assert after.agents == before.agents
    assert after.centre == before.centre
    assert after.history.queues == before.history.queues
    assert after.history.grid == before.history.grid
    for name in ("offered", "handled", "aht_s"):
        one, other = getattr(before.history, name), getattr(after.history, name)
        assert (one is None and other is None) or np.array_equal(one, other, equal_nan=True)
    assert (tmp_path / "all" / "centres" / "1" / "agents.csv").read_bytes() == (centre / "agents.csv").read_bytes()


def test_an_export_makes_the_same_store_again(store: Store, tmp_path: Path):
    """Versions in order with notes and pointer, drafts with their edits, centres."""
    filled(store, tmp_path)
    rush, home, there = WhatIf("rush", absence=2.0), tmp_path / "home", tmp_path / "there"
    save_whatif(whatif_folder(home, "Tiny"), rush, None)
    counts = {"centres": 1, "versions": 2, "drafts": 1, "scenarios": 1}
    assert export_store(store, tmp_path / "all", ME, home) == counts
    other = open_store(f"sqlite:///{tmp_path}/other.db")
    assert import_folder(other, tmp_path / "all", ME, there) == counts
    assert [one.whatif for one in list_whatifs(whatif_folder(there, "Tiny"))[0]] == [rush]
    told = [(v.n, v.note, v.is_published, v.approved_by is not None) for v in versions(other)]
    assert told == [(v.n, v.note, v.is_published, v.approved_by is not None) for v in versions(store)]
    edited, again = (draft_plan(one, list_drafts(one)[0].id).roster for one in (store, other))
    assert cells_of(edited) == cells_of(again)
    assert centre_names(other) == centre_names(store)
    assert verify(other).damage == ()
    assert json.loads((tmp_path / "all" / "store.json").read_text())["trail"][0]["action"] == "import"
    other.close()


def test_importing_twice_changes_nothing(store: Store, tmp_path: Path):
    """The same centre and plan are kept once."""
    centre = filled(store, tmp_path)
    write_plan(elsewhere(), tmp_path / "plan")
    import_folder(store, centre, ME, tmp_path / "home")
    for _ in range(2):
        import_folder(store, tmp_path / "plan", ME, tmp_path / "home")
    assert len(versions(store)) == 2
    assert len(centre_names(store)) == 1
    assert verify(store).damage == ()


def test_an_erased_person_is_not_exported(store: Store, tmp_path: Path):
    """Neither the centre's files nor the plans name somebody who was erased."""
    centre = filled(store, tmp_path)
    gone = read_centre(centre).agents[0]
    assert erase_person(store, read_centre(centre).centre.name, gone.id, ME, tmp_path).known
    assert erase_person(store, "Elsewhere", elsewhere().problem.agents[0].id, ME, tmp_path).known
    export_store(store, tmp_path / "all", ME, tmp_path / "home")
    text = (tmp_path / "all" / "centres" / "1" / "agents.csv").read_text()
    assert gone.name not in text
    assert text.splitlines()[1].startswith("former-")
    assert read_plan(tmp_path / "all" / "plans" / "1").problem.agents[0].name == ""


def test_a_refused_centre_leaves_the_store_as_it_was(store: Store, tmp_path: Path):
    """Faults are told as everywhere, and nothing is kept."""
    centre = write_tiny_centre(tmp_path / "centre")
    (centre / "agents.csv").write_text("agent\nA1\n")
    with pytest.raises(DataError):
        import_folder(store, centre, ME, tmp_path / "home")
    assert centre_names(store) == ()


@pytest.mark.parametrize(
    "listed", ["not json", '{"centres": 5}', '{"centres":[{"folder":"../../x"}],"versions":[],"drafts":[]}']
)
def test_a_damaged_or_hostile_list_is_refused(store: Store, tmp_path: Path, listed: str):
    """An export that was tampered with reaches nothing outside of its folder."""
    (tmp_path / "all").mkdir()
    (tmp_path / "all" / "store.json").write_text(listed)
    with pytest.raises(SettingsError, match=r"store\.json"):
        import_folder(store, tmp_path / "all", ME, tmp_path / "home")


def test_folders_that_cannot_be_used(store: Store, tmp_path: Path):
    """Not empty, not known, and not allowed."""
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    with pytest.raises(SettingsError, match="not empty"):
        export_store(store, tmp_path / "full", ME, tmp_path / "home")
    with pytest.raises(SettingsError, match="no centre folder"):
        import_folder(store, tmp_path / "full", ME, tmp_path / "home")
    with pytest.raises(AccessError):
        export_store(store, tmp_path / "new", Actor("kim", Role.APPROVER), tmp_path / "home")
    with pytest.raises(AccessError):
        import_folder(store, tmp_path / "full", Actor("kim", Role.VIEWER), tmp_path / "home")
