"""The Publish page: what is published, what would change, approval, taking back, conflicts and roles."""

from dataclasses import replace
from pathlib import Path

import pytest

from staffing.domain.roster_cells import cells_of, roster_with
from staffing.files import read_plan, write_plan
from staffing.i18n import text
from staffing.plan import Plan
from staffing.planning.publishing import publish_plan, submit_plan
from staffing.settings import load_settings
from staffing.store import Store, open_store
from staffing.store.access import Actor, Role, local_actor
from staffing.store.people import grant
from staffing.store.versions import published_version, versions
from staffing.ui import actor as acting
from staffing.ui.facts.differences import differences, totals
from tests.plans import make_plan_value
from tests.ui.opened import open_page, said, show

ME = local_actor("me")


@pytest.fixture
def store(home: Path):
    opened = open_store(load_settings().db_url)
    yield opened
    opened.close()


def other(plan: Plan) -> Plan:
    """The same roster, found by another search: another plan."""
    return replace(plan, seconds={"search": 2.0})


def moved(plan: Plan) -> Plan:
    """The plan with the first shift gone, the second an hour later, and one more on Thursday."""
    cells = cells_of(plan.roster)
    first, second = sorted(cells)[0], sorted(cells)[2]
    later = tuple(segment._replace(start=segment.start + 2, end=segment.end + 2) for segment in cells[second])
    thursday = (first[0], str(plan.problem.grid.dates[3]))
    added = tuple(segment._replace(start=segment.start + 144, end=segment.end + 144) for segment in cells[first])
    roster = roster_with(plan.roster, {first: (), second: later, thursday: added})
    return replace(plan, result=replace(plan.result, roster=roster), violations=())


def test_differences_are_counted_person_by_person():
    """New, gone and moved shifts of each person; nothing against nothing."""
    plan = make_plan_value()
    people = differences(plan, moved(plan))
    assert totals(people) == {"added": 1, "removed": 1, "moved": 1, "inside": 0}
    assert {person.agent: len(person.changes) for person in people} == {
        plan.problem.agents[0].id: 2,
        plan.problem.agents[1].id: 1,
    }
    assert differences(None, plan) == ()
    assert differences(plan, plan) == ()


def test_the_page_tells_what_publishing_would_change(home: Path, store: Store, monkeypatch: pytest.MonkeyPatch):
    """Against the published version: how many people and shifts, and who."""
    plan = make_plan_value(("Ann", "Ben"), violations=())
    publish_plan(store, plan, Actor("kim", Role.ADMINISTRATOR))
    show(moved(plan), home.parent / "plan", monkeypatch)
    app = open_page("publish")
    assert not app.exception
    counts = {"people": "2", "added": "1", "removed": "1", "moved": "1", "inside": "0"}
    assert text("ui.publish.changes", **counts) in said(app)
    assert "kim" in said(app)
    table = next(frame.value for frame in app.dataframe if text("ui.publish.days") in frame.value.columns)
    assert set(table[text("ui.publish.person")]) == {"Ann", "Ben"}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_submit_approve_publish(home: Path, store: Store, monkeypatch: pytest.MonkeyPatch, lang: str):
    """Each step is one button, and the table shows how far it is."""
    show(make_plan_value(violations=()), home.parent / "plan", monkeypatch)
    app = open_page("publish", lang)
    assert app.button(key="publish_approve").disabled
    app.text_input(key="publish_note").input("week 2").run()
    app.button(key="publish_submit").click().run()
    assert not app.exception
    assert app.button(key="publish_submit").disabled
    app.button(key="publish_approve").click().run()
    app.button(key="publish_button").click().run()
    assert not app.exception
    (version,) = versions(store)
    assert (version.note, version.is_published, version.approved_by is not None) == ("week 2", True, True)
    assert app.button(key="publish_button").disabled
    assert any(text("ui.version.published", lang) in str(frame.value.to_dict()) for frame in app.dataframe)


def test_taking_back(home: Path, store: Store, monkeypatch: pytest.MonkeyPatch):
    """An earlier version of the period is published again."""
    plan = read_plan(show(make_plan_value(violations=()), home.parent / "plan", monkeypatch))
    one = publish_plan(store, plan, ME)
    publish_plan(store, other(plan), ME)
    app = open_page("publish")
    app.button(key="publish_rollback").click().run()
    assert not app.exception
    assert published_version(store) == one
    assert app.button(key="publish_button").disabled


def test_publishing_over_what_was_not_seen_is_a_conflict(home: Path, store: Store, monkeypatch: pytest.MonkeyPatch):
    """Another tab published meanwhile: the page says who, shows it, and the next press counts."""
    plan = make_plan_value(violations=())
    show(plan, home.parent / "plan", monkeypatch)
    app = open_page("publish")
    theirs = publish_plan(store, other(plan), Actor("kim", Role.ADMINISTRATOR))
    app.button(key="publish_button").click().run()
    assert published_version(store) == theirs
    assert any("kim" in error.value for error in app.error)
    app.button(key="publish_button").click().run()
    assert not app.exception
    assert published_version(store) != theirs


def test_a_damaged_version_is_said(home: Path, store: Store, monkeypatch: pytest.MonkeyPatch):
    """The page never shows a version that is not what was stored."""
    import sqlalchemy as sa

    plan = make_plan_value(violations=())
    submit_plan(store, plan, ME)
    with store.begin() as connection:
        connection.execute(sa.text("DROP TRIGGER plan_version_no_update"))
        connection.execute(sa.text("UPDATE plan_version SET note = 'x'"))
    show(plan, home.parent / "plan", monkeypatch)
    app = open_page("publish")
    assert not app.exception
    assert any("version 1" in error.value for error in app.error)


def test_a_viewer_may_only_look(home: Path, monkeypatch: pytest.MonkeyPatch):
    """Where not only loopback is served and nobody is logged in, the buttons are off and the page says why."""
    show(make_plan_value(violations=()), home.parent / "plan", monkeypatch)
    monkeypatch.setattr("staffing.ui.sections.versions.actor", lambda: acting.NOBODY)
    app = open_page("publish")
    assert all(app.button(key=f"publish_{name}").disabled for name in ("button", "submit", "approve"))
    assert text("ui.publish.role", role=text("ui.role.viewer")) in said(app)


def test_a_login_counts_until_it_expires():
    """An expired login, one without a name and one with an unproved address are nobody's."""
    login = {"is_logged_in": True, "email": "kim@example.com", "exp": 100}
    assert acting.logged_in(login, 99) == "kim@example.com"
    assert acting.logged_in(login, 100) is None
    assert acting.logged_in(login | {"is_logged_in": False}, 99) is None
    assert acting.logged_in(login | {"email_verified": False}, 99) is None
    assert acting.logged_in({"is_logged_in": True, "sub": "7"}, 99) == "7"


@pytest.mark.parametrize(
    ("address", "headers", "local"),
    [
        (None, {}, True),
        ("127.0.0.1", {"host": "localhost:8501"}, True),
        ("::1", {"host": "[::1]:8501"}, True),
        ("127.0.0.1", {"host": "evil.example:8501"}, False),
        ("127.0.0.1", {"host": "127.0.0.1:8501", "forwarded": "for=10.0.0.7"}, False),
        ("0.0.0.0", {"host": "127.0.0.1:8501"}, False),
        (None, {"host": "127.0.0.1:8501"}, False),
    ],
)
def test_only_loopback_is_local(address: str | None, headers: dict[str, str], local: bool):
    """A proxy, another address or a name that is not this machine's make the user a viewer."""
    assert acting.is_local(address, headers) is local


def test_a_logged_in_user_has_the_granted_role(home: Path, store: Store, monkeypatch: pytest.MonkeyPatch):
    """The login says who, the store says what they may."""
    grant(store, "kim", Role.APPROVER, ME)
    login = {"is_logged_in": True, "email": "kim"}
    monkeypatch.setattr(acting.st.user.__class__, "to_dict", lambda _: login)
    assert acting.actor() == Actor("kim", Role.APPROVER)
    login["exp"] = 1
    assert acting.actor() == acting.NOBODY


def test_looking_at_the_page_stores_nothing(home: Path, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Nobody's name enters the store before somebody acts."""
    write_plan(make_plan_value(violations=()), tmp_path / "p")
    show(make_plan_value(violations=()), home.parent / "plan", monkeypatch)
    open_page("publish")
    store.close()
    assert b"=cmd()" not in (home / "staffing.db").read_bytes()
    assert versions(store) == ()


def test_without_a_font_the_page_says_what_is_missing(home: Path, monkeypatch: pytest.MonkeyPatch):
    """A Chinese name and no Chinese font: no button for the PDF, and what would help; the other files stay."""
    show(make_plan_value(names=("张伟", "Bo"), violations=()), home.parent / "plan", monkeypatch)
    monkeypatch.setattr("staffing.report.pdf_fonts._places", tuple)
    app = open_page("publish")
    assert text("ui.download.no_font") in said(app)
    labels = [button.proto.label for button in app.get("download_button")]
    assert text("ui.download.report_html") in labels
    assert text("ui.download.report_pdf") not in labels
