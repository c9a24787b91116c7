"""On-call duties in the app: who is on call now, the strip, a turn given away, a duty added, changed and removed."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from staffing.domain.on_call import CalledOut
from staffing.files import read_centre, read_plan
from staffing.files.centre_write import centre_history
from staffing.i18n import text
from staffing.planning.on_call import exchanged
from staffing.planning.publishing import publish_plan
from staffing.settings import load_settings
from staffing.store import open_store
from staffing.store.access import Actor, Role
from staffing.ui.centre import point_at_centre
from staffing.ui.facts.on_call import next_turn, share_table, turns_at, turns_of, week_strip
from staffing.ui.words import Words
from tests.files.tiny_centre import TOML, write_tiny_centre
from tests.on_call_case import on_call_plan
from tests.plans import make_plan_value
from tests.ui.opened import open_page, said, show

WORDS = Words("en")


def test_facts_of_turns() -> None:
    """Who is on call at a moment, who is next, one person's turns, the strip of the week and the shares."""
    plan = on_call_plan(("Ann", ""))
    first = plan.problem.grid.local(36)
    (now,) = turns_at(plan, first)
    assert (now.duty, now.people, now.open_places, now.response_min) == ("night", ("Ann",), 0, 30)
    assert turns_at(plan, now.end) == ()
    later = next_turn(plan, first)
    assert later is not None
    assert later.people == ("a1",)
    assert next_turn(plan, first + timedelta(days=30)) is None
    assert [row.start.day for row in turns_of(plan, "a0")] == [5, 7, 9]
    assert turns_of(plan, "nobody") == ()
    strip = week_strip(plan, WORDS)
    assert strip.iloc[0].tolist() == ["night", "Ann", "a1", "Ann", "a1", "Ann", "a1", "▲ 1 open"]
    assert share_table(plan, WORDS).iloc[0].tolist() == ["Ann", 3, 0, 0, 0]
    without = make_plan_value()
    assert (turns_at(without, first), turns_of(without, "a0")) == ((), ())
    assert week_strip(without, WORDS).empty


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_an_open_turn_is_given_away(home: Path, monkeypatch: pytest.MonkeyPatch, lang: str) -> None:
    """The strip tells the open place; one press gives it to somebody, and the new plan is on show."""
    folder = show(on_call_plan(("Ann", "[x](y)")), home.parent / "plan", monkeypatch)
    app = open_page("schedule", lang)
    assert not app.exception
    assert "▲" in app.dataframe[0].value.iloc[0].tolist()[-1]
    assert app.selectbox(key="on_call_turn").value == 6
    if lang == "zh":
        return
    app.selectbox(key="on_call_turn").set_value(0).run()
    assert app.button(key="on_call_give").disabled  # locked by hand
    app.selectbox(key="on_call_turn").set_value(6).run()
    app.button(key="on_call_give").click().run()
    assert not app.exception
    made = [path.parent for path in home.rglob("on_call.csv")]
    assert len(made) == 1
    after = read_plan(made[0]).on_call
    assert after is not None
    assert sum(after.open) == 0
    assert read_plan(folder).on_call.open[6] == 1  # type: ignore[union-attr]


def test_a_turn_in_which_somebody_was_called_is_not_given_away(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever was called has worked in the turn: the page says so, and no plan with another person is made."""
    plan = on_call_plan()
    assert plan.on_call is not None
    turn, agent = plan.on_call.pairs[1]
    called = replace(plan.on_call.problem, called=(CalledOut(turn, agent, 60),))
    plan = replace(plan, on_call=replace(plan.on_call, problem=called))
    others = tuple(pair for pair in plan.on_call.pairs if pair[0] != turn)  # type: ignore[union-attr]
    with pytest.raises(ValueError, match="was called"):
        exchanged(plan, (*others, (turn, 1 - agent)))
    show(plan, home.parent / "plan", monkeypatch)
    app = open_page("schedule")
    app.selectbox(key="on_call_turn").set_value(turn).run()
    assert app.button(key="on_call_give").disabled
    assert text("ui.on_call.called") in said(app)


def test_the_overview_tells_open_places(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The plan lies in the past: nobody is on call now; the open place is told."""
    show(on_call_plan(), home.parent / "plan", monkeypatch)
    app = open_page()
    assert not app.exception
    assert text("ui.on_call.nobody_now") in said(app)
    assert text("ui.on_call.missing", count=1) in said(app)


def test_a_duty_is_added_changed_and_removed_on_the_rules_page(home: Path, tmp_path: Path) -> None:
    """A new duty lands at the end of centre.toml; a bad one is refused with the reason."""
    folder = write_tiny_centre(tmp_path / "mine")
    store = open_store(load_settings().db_url)
    point_at_centre(store, folder)
    app = open_page("rules")
    app.segmented_control(key="rules_topic").set_value("on_call").run()
    assert text("ui.rules.nothing") in said(app)
    app.text_input(key="on_call_id").set_value("night")
    submit = next(button for button in app.button if button.label == text("ui.on_call.add_it"))
    submit.click().run()
    assert not app.exception
    (duty,) = read_centre(folder).centre.on_call
    assert (duty.id, duty.start_min, duty.end_min) == ("night", 18 * 60, 32 * 60)
    assert (folder / "centre.toml").read_text().startswith(TOML.rstrip("\n"))
    app.segmented_control(key="rules_topic").set_value("on_call").run()
    people = next(box for box in app.number_input if "on_call_0_people" in (box.key or ""))
    people.set_value(2).run()
    app.button(key="rules_save").click().run()
    assert read_centre(folder).centre.on_call == (replace(duty, people=2),)
    # Removed after a confirmation, and taken back among the edits of the centre.
    app.segmented_control(key="rules_topic").set_value("on_call").run()
    assert app.button(key="on_call_remove_it").disabled
    app.checkbox(key="on_call_sure_night").check().run()
    app.button(key="on_call_remove_it").click().run()
    assert not app.exception
    assert read_centre(folder).centre.on_call == ()
    newest = centre_history(folder)[0]
    assert newest.note == text("ui.on_call.remove")
    app.button(key=f"centre_back_{newest.number}").click().run()
    assert read_centre(folder).centre.on_call == (replace(duty, people=2),)
    store.close()


def test_the_publish_page_tells_turns_that_change_hands(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Against the published version: who had the turn and who has it now, by name."""
    plan = on_call_plan(("Ann", "[x](y)"))
    store = open_store(load_settings().db_url)
    plan = replace(plan, violations=())
    publish_plan(store, plan, Actor("kim", Role.ADMINISTRATOR))
    store.close()
    given = exchanged(plan, (*(pair for pair in plan.on_call.pairs if pair[0] != 2), (2, 1)))
    show(given, home.parent / "plan", monkeypatch)
    app = open_page("publish")
    assert not app.exception
    assert text("ui.publish.turns", count=1) in said(app)
    table = next(frame.value for frame in app.dataframe if text("ui.publish.turn_after") in frame.value.columns)
    assert table.iloc[0][[text("ui.publish.turn_before"), text("ui.publish.turn_after")]].tolist() == ["Ann", "[x](y)"]
