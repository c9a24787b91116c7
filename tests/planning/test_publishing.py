"""Plans in the store: without people inside, with them outside, drafts and versions alike."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from staffing.domain.note import Note
from staffing.domain.people import Activity, TimeOff, Wish
from staffing.domain.result import Violation
from staffing.domain.roster_cells import Segment, cells_of
from staffing.files import read_plan, unpack
from staffing.plan import Plan
from staffing.planning.drafts import (
    Conflict,
    Draft,
    discard_draft,
    draft_plan,
    list_drafts,
    open_draft,
    read_draft,
    save_draft,
)
from staffing.planning.forgetting import erase_person
from staffing.planning.publishing import (
    RefusedPlanError,
    current_version,
    peek_digest,
    publish_plan,
    published_plan,
    submit_plan,
    version_plan,
)
from staffing.store import Store, VersionConflictError, open_store
from staffing.store.access import AccessError, Actor, Role
from staffing.store.checking import verify
from staffing.store.versions import version_body, versions
from tests.plans import make_plan_value, without_roster

ANN, BOB = Actor("ann@example.com", Role.PLANNER), Actor("bob", Role.ADMINISTRATOR)


@pytest.fixture
def store(tmp_path: Path):
    opened = open_store(f"sqlite:///{tmp_path}/home/store.db")
    yield opened
    opened.close()


@pytest.fixture
def plan() -> Plan:
    """A plan in which people are named wherever a plan can name them."""
    plan = make_plan_value(("Ann Lovelace", "Bob Babbage"))
    ids = [agent.id for agent in plan.scenario.agents]
    start, end = (plan.problem.grid.local(step) for step in (10, 20))
    scenario = replace(
        plan.scenario,
        time_off=(TimeOff(ids[0], start, end, "leave"),),
        activities=(Activity("team", "meeting", tuple(ids), 60, start, end),),
        wishes=(Wish(ids[1], plan.problem.grid.dates[0], "off"),),
    )
    problem = replace(plan.problem, reference=plan.roster)
    return replace(plan, scenario=scenario, problem=problem, notes=(Note("some", (("agent", ids[0]),)),))


def first_cell(plan: Plan) -> tuple[str, str]:
    return plan.problem.agents[0].id, str(plan.problem.grid.dates[0])


def test_a_version_is_the_plan_that_was_stored(store: Store, plan: Plan):
    """Every value comes back, people included."""
    found = version_plan(store, publish_plan(store, plan, BOB, "first"))
    assert found.scenario.agents == plan.scenario.agents
    assert found.scenario.time_off == plan.scenario.time_off
    assert found.scenario.activities == plan.scenario.activities
    assert found.notes == plan.notes
    assert found.roster is not None
    assert cells_of(found.roster) == cells_of(plan.roster)
    assert np.array_equal(found.problem.required, plan.problem.required)


def test_stored_bytes_know_nobody(store: Store, plan: Plan, tmp_path: Path):
    """Neither name nor id of an agent is anywhere in a stored plan, nor in the trail or a draft."""
    ids = ("ZQ-agent-1", "ZQ-agent-2")
    renamed = dict(zip([agent.id for agent in plan.problem.agents], ids, strict=True))
    from staffing.domain.relabel import relabel

    plan = relabel(plan, renamed, {ids[0]: "Ann Lovelace", ids[1]: "Bob Babbage"})
    n = publish_plan(store, plan, BOB)
    draft = open_draft(store, Path("-"), ANN, plan=plan)
    save_draft(store, draft.id, 0, {first_cell(plan): ()}, ANN)
    import gzip

    body = gzip.decompress(version_body(store, n)[1]).decode()
    assert not [word for word in (*ids, "Ann", "Lovelace", "Bob Babbage") if word in body]
    assert unpack(version_body(store, n)[1]).problem.reference.agents != ids


def test_erasing_is_one_row_and_leaves_versions_whole(store: Store, plan: Plan, tmp_path: Path):
    """The name is gone from file and folders, the plan still verifies and still has the shifts."""
    n = publish_plan(store, plan, BOB)
    folder = published_plan(store, tmp_path / "home")
    assert folder is not None
    gone = plan.problem.agents[0]
    assert not erase_person(store, "Another", gone.id, BOB, tmp_path / "home").known
    assert erase_person(store, plan.scenario.centre.name, gone.id, BOB, tmp_path / "home").known
    assert not erase_person(store, plan.scenario.centre.name, gone.id, BOB, tmp_path / "home").known
    assert not folder.exists()
    found = version_plan(store, n)
    assert found.problem.agents[0].name == ""
    assert found.problem.agents[0].id.startswith("former-")
    assert found.problem.agents[1] == plan.problem.agents[1]
    assert len(found.roster) == len(plan.roster)
    assert verify(store).damage == ()
    store.close()
    files = b"".join(path.read_bytes() for path in (tmp_path / "home").glob("store.db*"))
    assert b"Lovelace" not in files
    assert b"Babbage" in files


def test_the_published_folder_is_a_plan_folder(store: Store, plan: Plan, tmp_path: Path):
    """`published` names a folder that reads like any other, of the period asked for."""
    assert published_plan(store, tmp_path / "home") is None
    n = publish_plan(store, plan, BOB)
    assert published_plan(store, tmp_path / "home", None, "another centre") is None
    folder = published_plan(store, tmp_path / "home", plan.problem.grid.first_day)
    assert read_plan(folder).scenario.agents == plan.scenario.agents
    assert published_plan(store, tmp_path / "home", plan.problem.grid.dates[-1]) == folder
    for outside in (-1, plan.problem.grid.days):
        assert published_plan(store, tmp_path / "home", plan.problem.grid.first_day + timedelta(days=outside)) is None
    assert current_version(store, plan) == n


def test_a_plan_is_known_again(store: Store, plan: Plan):
    """Looking whether a plan is stored changes nothing and finds it once it is."""
    assert peek_digest(store, plan) is None
    submit_plan(store, plan, ANN)
    assert peek_digest(store, plan) == versions(store)[0].body_digest
    assert submit_plan(store, plan, ANN) == 1


def test_an_illegal_roster_is_refused(store: Store, plan: Plan):
    """The audit is done again: a plan that claims no violations does not pass by its word."""
    with pytest.raises(RefusedPlanError, match="no roster"):
        submit_plan(store, without_roster(plan), ANN)
    rules = replace(plan.problem.rules, max_consecutive_days=0)
    broken = replace(plan, problem=replace(plan.problem, rules=rules), violations=())
    with pytest.raises(RefusedPlanError) as found:
        publish_plan(store, broken, BOB)
    assert all(isinstance(row, Violation) for row in found.value.violations)
    assert versions(store) == ()


def test_who_may_not_publish_leaves_no_version(store: Store, plan: Plan):
    """A planner submits; publishing is refused, and so is a stale view of what is published."""
    with pytest.raises(AccessError):
        publish_plan(store, plan, ANN)
    publish_plan(store, plan, BOB, expected=None)
    other = replace(plan, seconds={"search": 1.0})
    with pytest.raises(VersionConflictError):
        publish_plan(store, other, BOB, expected=None)


def test_two_tabs_share_a_draft_and_merge(store: Store, plan: Plan):
    """Edits of different people's days are both in the plan that the draft makes."""
    draft = open_draft(store, Path("-"), ANN, plan=plan)
    assert open_draft(store, Path("-"), BOB, plan=plan).id == draft.id
    monday, other = first_cell(plan), (plan.problem.agents[1].id, str(plan.problem.grid.dates[0]))
    save_draft(store, draft.id, 0, {monday: ()}, ANN)
    day = cells_of(plan.roster)[other][:1]
    merged = save_draft(store, draft.id, 0, {other: day}, BOB)
    assert isinstance(merged, Draft)
    assert (merged.revision, merged.changed_by, dict(merged.cells)) == (2, "bob", {monday: (), other: day})
    cells = cells_of(draft_plan(store, draft.id).roster)
    assert monday not in cells
    assert cells[other] == day
    assert list_drafts(store) == (merged,)
    discard_draft(store, draft.id, ANN)
    assert list_drafts(store) == ()


def test_a_conflict_tells_whose_edit_and_what(store: Store, plan: Plan):
    """Before, mine and theirs of each day in the way; insisting saves it."""
    draft, monday = open_draft(store, Path("-"), ANN, plan=plan), first_cell(plan)
    before = cells_of(plan.roster)[monday]
    mine = (Segment(before[0].start, before[-1].end, "training", "", False),)
    save_draft(store, draft.id, 0, {monday: ()}, ANN)
    found = save_draft(store, draft.id, 0, {monday: mine}, BOB)
    assert isinstance(found, Conflict)
    (clash,) = found.clashes
    assert (clash.agent, clash.date, clash.by, clash.revision) == (*monday, "ann@example.com", 1)
    assert (clash.before, clash.mine, clash.theirs) == (before, mine, ())
    assert isinstance(save_draft(store, draft.id, found.draft.revision, {monday: mine}, BOB), Draft)
    assert read_draft(store, draft.id).cells[monday] == mine


def test_a_draft_takes_only_what_a_roster_can_hold(store: Store, plan: Plan):
    """An agent who is not in the plan, or an unknown queue, is refused before it is stored."""
    draft, monday = open_draft(store, Path("-"), ANN, plan=plan), first_cell(plan)
    with pytest.raises(ValueError, match="agents are"):
        save_draft(store, draft.id, 0, {("nobody", monday[1]): ()}, ANN)
    with pytest.raises(ValueError, match="expected a queue"):
        save_draft(store, draft.id, 0, {monday: (Segment(1, 2, "work", "no", False),)}, ANN)
    assert read_draft(store, draft.id).revision == 0


def test_a_draft_of_a_published_plan_is_published_itself(store: Store, plan: Plan):
    """The edited plan becomes the next version; the first stays as it was."""
    one = publish_plan(store, plan, BOB)
    draft = open_draft(store, Path("-"), ANN, plan=plan)
    save_draft(store, draft.id, 0, {first_cell(plan): ()}, ANN)
    two = publish_plan(store, draft_plan(store, draft.id), BOB, expected=one)
    assert (one, two) == (1, 2)
    assert len(version_plan(store, one).roster) > len(version_plan(store, two).roster)
