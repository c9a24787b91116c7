"""Every page opens in both languages, whatever there is to show."""

from dataclasses import replace
from pathlib import Path

import pytest

from staffing.domain.result import Violation
from staffing.i18n import text
from staffing.store.access import Actor, Role
from staffing.ui.words import NOTHING
from tests.plans import make_plan_value, without_roster
from tests.ui.opened import PAGES, open_page, said, show

both = pytest.mark.parametrize("lang", ["en", "zh"])
every = pytest.mark.parametrize("name", PAGES)


@both
@every
def test_a_page_opens_with_a_plan(plan_folder: Path, name: str, lang: str) -> None:
    """A page of a finished plan draws itself without an exception, in its language."""
    app = open_page(name, lang)
    assert not app.exception
    assert not app.error
    assert app.title[0].value == text(f"ui.{name}.title", lang)


@both
@every
def test_a_page_opens_without_a_plan(home: Path, name: str, lang: str) -> None:
    """With nothing to show a page says so and names the way on; Runs and Calculator work all the same."""
    app = open_page(name, lang)
    assert not app.exception
    assert (text("ui.state.none", lang) in said(app)) == (name not in ("runs", "calculator"))


@every
def test_a_page_opens_without_a_roster(home: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A search that found nothing is told as such, never as an empty roster."""
    show(without_roster(make_plan_value()), home.parent / "plan", monkeypatch)
    app = open_page(name)
    assert not app.exception
    if name in ("overview", "schedule", "replan", "publish"):
        assert text("ui.state.no_roster") in said(app)


@every
def test_a_page_tells_of_a_broken_plan(plan_folder: Path, name: str) -> None:
    """A damaged plan folder gives a sentence and its fault, never a traceback."""
    (plan_folder / "plan.json").write_text("{", encoding="utf-8")
    app = open_page(name)
    assert not app.exception
    assert ("cannot be read" in said(app)) == (name not in ("runs", "calculator"))


def test_a_plan_that_went_away_is_told(plan_folder: Path) -> None:
    """The pointer may outlive the folder it points at."""
    open_page()
    plan_folder.rename(plan_folder.with_name("moved"))
    assert "no longer there" in said(open_page())


def test_a_wrong_setting_is_told(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that cannot be opened is one clear message."""
    monkeypatch.setenv("STAFFING_DB_URL", "nonsense")
    app = open_page()
    assert not app.exception
    assert text("ui.state.settings") in said(app)


def test_the_language_switch_keeps_what_was_chosen(plan_folder: Path) -> None:
    """Widgets are known by their keys, so another language changes words only."""
    app = open_page("requirement")
    told = app.dataframe[-1].value
    assert told["target"].tolist() == ["80% in 20 s", "95% in 24 h"]
    assert told["patience"].tolist() == ["3 min", "–"]
    app.selectbox(key="requirement_queue").select("email").run()
    app.session_state["lang"] = "zh"
    app.run()
    assert not app.exception
    assert app.title[0].value == text("ui.requirement.title", "zh")
    assert app.selectbox(key="requirement_queue").value == "email"
    # The browser keeps choices by their labels, so it is told those of the new language.
    day = app.selectbox(key="requirement_day").proto
    assert (day.set_value, day.raw_value) == (True, "1月5日 周一")
    assert not app.run().selectbox(key="requirement_day").proto.set_value


def test_who_may_only_look_is_told(plan_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that is there to change something says that a role may not; one that only tells says nothing."""
    monkeypatch.setattr("staffing.ui.blocks.actor", lambda: Actor("vi", Role.VIEWER))
    assert text("ui.centre.role", role=text("ui.role.viewer")) in said(open_page("replan"))
    assert text("ui.centre.role", role=text("ui.role.viewer")) not in said(open_page("requirement"))


def test_names_are_shown_as_they_are(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name with markup or Markdown in it reaches the page as text."""
    hostile = "<img src=x onerror=alert(1)> **b** :red[x]"
    plan = make_plan_value(names=(hostile, "Bo"))
    centre = replace(plan.scenario.centre, name=hostile)
    plan = replace(plan, scenario=replace(plan.scenario, centre=centre))
    show(plan, home.parent / "plan", monkeypatch)
    pages = {name: open_page(name) for name in PAGES}
    for app in pages.values():
        assert not app.exception
        assert not any("<img" in str(part.value).replace("\\<", "") for part in app.markdown)
    assert "\\<img" in pages["overview"].subheader[0].value


def test_a_queue_without_figures_has_a_dash(plan_folder: Path) -> None:
    """What was not simulated is no figure: the table of service then shows the sign for nothing."""
    (service,) = (table for table in open_page().dataframe if "service" in table.value)
    assert service.proto.placeholder == NOTHING


def test_a_hard_violation_blocks_publishing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A roster that breaks a hard rule cannot be published, and the page says why."""
    broken = Violation("rest", "hard", 0, 1, {"hours": 9.0})
    show(make_plan_value(violations=(broken,)), home.parent / "plan", monkeypatch)
    app = open_page("publish")
    assert app.button(key="publish_button").disabled
    assert text("ui.publish.blocked") in said(app)


def test_publishing_moves_the_pointer(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A legal plan is published once, and the page then says so."""
    show(make_plan_value(violations=()), home.parent / "plan", monkeypatch)
    app = open_page("publish")
    app.button(key="publish_button").click().run()
    assert not app.exception
    again = open_page("publish")
    assert again.button(key="publish_button").disabled
    assert "version" in said(again)


def test_the_canvas_gets_packed_data_and_no_markup(plan_folder: Path) -> None:
    """What is sent to the canvas names the agents as data and jumps where the link points."""
    app = open_page("schedule", at="20", queue="phone")
    protos = [element.proto for element in app.get("bidi_component")]
    assert [proto.component_name for proto in protos] == ["staffing.roster", "staffing.roster_patch"]
    assert '"=cmd()"' in protos[0].json
    assert '"jump": {"slot": 20, "strip": 1}' in protos[0].json
    assert "cmd" not in protos[0].js_content + protos[0].css_content


def test_filters_narrow_the_roster(plan_folder: Path) -> None:
    """Search and table view work together."""
    app = open_page("schedule")
    app.text_input(key="schedule_search").set_value("ann").run()
    assert "1 of 2" in said(app)
    app.segmented_control(key="schedule_view").set_value("table").run()
    assert not app.exception
    assert list(app.dataframe[0].value.iloc[:, 1]) == ["Ann"]


def test_the_calculator_answers(home: Path) -> None:
    """100 contacts of 240 s in half an hour with 80/20 need 17 agents (Erlang C), plan or no plan."""
    app = open_page("calculator")
    assert app.metric[0].value == "17"
    app.number_input(key="calc_patience_s").set_value(120.0).run()
    assert app.metric[0].value == "16"
    app.number_input(key="calc_own").set_value(14).run()
    assert not app.exception
    assert app.metric[0].value == "16"
    assert list(app.dataframe[0].value["agents"]) == [11, 12, 13, 14, 15, 16, 17]
    app.number_input(key="calc_absence").set_value(20.0).run()
    assert app.metric[1].value == "20"


def test_the_calculator_takes_a_queue_of_the_plan(plan_folder: Path) -> None:
    """Choosing a queue fills the form with its busiest interval; own figures go back to the textbook."""
    app = open_page("calculator")
    app.selectbox(key="calc_queue").select("phone").run()
    assert not app.exception
    assert app.number_input(key="calc_level").value == 80.0
    assert app.number_input(key="calc_volume").value != 100.0
    app.selectbox(key="calc_queue").select("").run()
    assert app.number_input(key="calc_volume").value == 100.0


def test_the_calculator_knows_chats_and_what_is_impossible(home: Path) -> None:
    """Three chats at once need fewer agents than one; one line for every call cannot keep the promise."""
    app = open_page("calculator")
    app.number_input(key="calc_parallel").set_value(3).run()
    assert not app.exception
    assert int(app.metric[0].value) < 17
    app.number_input(key="calc_parallel").set_value(1).run()
    app.number_input(key="calc_lines").set_value(1).run()
    assert not app.exception
    assert app.warning[0].value == text("ui.calculator.impossible")


def test_the_calculator_finds_crews_with_common_skills(home: Path) -> None:
    """A second queue: the crews appear when asked for, and go when the figures change."""
    app = open_page("calculator")
    app.number_input(key="calc_volume").set_value(20.0).run()
    app.number_input(key="pool_volume").set_value(12.0).run()
    app.button(key="pool_find").click().run()
    assert not app.exception
    assert any("cross-trained" in part.value for part in app.markdown)
    app.number_input(key="pool_volume").set_value(13.0).run()
    assert not any("cross-trained" in part.value for part in app.markdown)


def test_a_wrong_centre_folder_starts_nothing(home: Path) -> None:
    """A path that holds no centre is refused with a sentence."""
    app = open_page("runs")
    app.text_input(key="runs_centre").set_value("nowhere")
    app.button(key="runs_button").click().run()
    assert not app.exception
    assert "centre.toml" in app.error[0].value
