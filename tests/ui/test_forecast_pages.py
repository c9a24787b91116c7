"""The Forecast and Accuracy pages of a plan with a forecast of its own."""

from pathlib import Path

import numpy as np
import pytest

from staffing.i18n import text
from staffing.ui.words import Words
from tests.ui.forecast_plan import make_forecast_plan
from tests.ui.opened import open_page, said, show

both = pytest.mark.parametrize("lang", ["en", "zh"])


@pytest.fixture
def made(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The plan on show; its folder keeps eight weeks of the history."""
    return show(make_forecast_plan(), home.parent / "plan", monkeypatch)


@both
def test_a_day_is_explained(made: Path, lang: str) -> None:
    """All days as a table, one day step by step, events with their range, layers with their effect."""
    app = open_page("forecast", lang)
    assert not app.exception
    heads = {part.value for part in app.subheader}
    assert {text(f"ui.forecast.{key}", lang) for key in ("layers", "why", "effects")} <= heads
    assert text("ui.why.weeks_only", lang, days=56) in said(app)
    layers = next(frame.value for frame in app.dataframe if "operation" in frame.value)
    assert "mailing" in list(layers["note"])
    app.selectbox(key="forecast_day").select(1).run()
    assert not app.exception
    words = Words(lang)
    line = next(part.value for part in app.markdown if " → " in part.value)
    assert line.startswith(words("why.level"))
    assert words("why.layers") in line


def test_the_centre_gives_the_whole_history(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the centre's folder still holds the weeks kept, four days tell of the campaign instead of two."""
    whole = make_forecast_plan().scenario
    seen = []
    for centre in (None, made):
        monkeypatch.setattr("staffing.ui.past.centre_of", lambda store, place, found=centre: found)
        monkeypatch.setattr("staffing.ui.past.read_centre", lambda folder, people: whole)
        app = open_page("forecast")
        assert not app.exception
        assert (text("ui.why.weeks_only", days=56) in said(app)) == (centre is None)
        seen.append(next(int(frame.value["seen"].iloc[0]) for frame in app.dataframe if "seen" in frame.value))
    assert seen == [2, 4]


@both
def test_a_queue_without_history_tells_its_rule(made: Path, lang: str) -> None:
    """A derived queue names its source and share; nothing is learned of events for it."""
    app = open_page("forecast", lang)
    app.selectbox(key="forecast_queue").select("callback").run()
    assert not app.exception
    assert "10\\.00%" in said(app)
    assert text("ui.forecast.effects", lang) not in {part.value for part in app.subheader}


def test_a_pasted_morning_moves_the_day(made: Path) -> None:
    """Rows of the first day bring a sentence and a table; faults and other days are told, and nothing is stored."""
    before = sorted(path.stat().st_mtime_ns for path in made.iterdir())
    app = open_page("forecast")
    rows = "\n".join(f"2026-01-05T{8 + n // 2:02d}:{30 * (n % 2):02d},phone,60" for n in range(6))
    app.text_area(key="forecast_today_text").set_value("start,queue,offered\n" + rows).run()
    assert not app.exception
    assert "until 11:00: 360 came" in said(app)
    table = next(frame.value for frame in app.dataframe if "rest_after" in frame.value)
    assert np.all(table["rest_after"] > table["rest_before"])
    app.text_area(key="forecast_today_text").set_value("start,queue,offered\n2026-01-05T08:00,fone,1\n").run()
    assert not app.exception
    assert "fone" in app.error[0].value
    app.text_area(key="forecast_today_text").set_value("start,queue,offered\n2026-02-05T08:00,phone,1\n").run()
    assert "the first day of this plan is Mon 5 Jan" in app.error[0].value
    app.text_area(key="forecast_today_text").set_value("start,queue,offered\n2026-01-05T08:00,phone,\n").run()
    assert not app.exception
    assert app.error
    assert sorted(path.stat().st_mtime_ns for path in made.iterdir()) == before


@both
def test_a_back_test_is_run_and_kept(made: Path, lang: str) -> None:
    """Nothing is scored until asked for; then every queue has a sentence and a row."""
    app = open_page("accuracy", lang)
    assert not app.exception
    assert not app.dataframe
    assert text("ui.accuracy.none", lang) in said(app)
    app.slider(key="accuracy_origins").set_value(3)
    app.button(key="accuracy_button").click().run()
    assert not app.exception
    assert len(app.dataframe[0].value) == 2
    assert app.dataframe[1].value["part"][0] == text("ui.accuracy.days_all", lang)
    app.selectbox(key="accuracy_queue").select("email").run()
    assert not app.exception
    assert len(app.dataframe) == 2
    again = open_page("accuracy", lang)
    again.slider(key="accuracy_origins").set_value(3).run()
    assert len(again.dataframe) == 2  # kept: nothing is computed twice


def test_a_short_history_is_told(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fewer days than a back-test needs give a sentence with both numbers."""
    show(make_forecast_plan(28), home.parent / "plan", monkeypatch)
    app = open_page("accuracy")
    app.button(key="accuracy_button").click().run()
    assert not app.exception
    assert text("ui.accuracy.short", "en", days=28, needed=41) in said(app)
    assert not app.dataframe
