"""The running day on the Overview: asked, answered, accepted onto the draft, remembered."""

from pathlib import Path

import pytest

from staffing.i18n import text
from staffing.planning.drafts import list_drafts
from staffing.store import open_store
from tests.planning.intraday_small import BUSY, day_plan
from tests.ui.opened import open_page, said, show

ROWS = "start,queue,offered\n" + "\n".join(
    f"2026-01-05T{half // 2:02d}:{30 * (half % 2):02d},phone,10" for half in range(16, 24)
)


def test_a_morning_is_answered_and_the_mix_accepted(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Empty, bad rows, stale and answered; accepted changes are on the draft and in the list of decisions."""
    show(day_plan(*BUSY), home.parent / "plan", monkeypatch)
    app = open_page("overview", "zh")
    app.segmented_control(key="overview_view").set_value("day").run()
    assert text("ui.intraday.no_actuals", "zh") in said(app)
    app.text_area(key="intraday_text").set_value("start,queue,offered\n2026-01-05T08:00,fax,1").run()
    assert "fax" in said(app)
    app.text_area(key="intraday_text").set_value(ROWS).run()
    app.button(key="intraday_look").click().run()
    assert not app.exception
    assert text("ui.intraday.proposals", "zh") in said(app)
    app.button(key="intraday_accept").click().run()
    assert not app.exception
    drafts = list_drafts(open_store(f"sqlite:///{home / 'staffing.db'}"))
    assert len(drafts) == 1
    assert len(drafts[0].cells) >= 1
    assert list((home / "intraday").glob("*-2026-01-05.json"))
    app.run()
    assert text("ui.intraday.stale", "zh") in said(app)
    app.button(key="intraday_look").click().run()
    assert not app.exception
    assert [box.label for box in app.expander if "1" in box.label or len(drafts[0].cells) > 1]
