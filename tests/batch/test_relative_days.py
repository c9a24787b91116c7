"""Days counted from the day of the run, dry runs that make nothing, and faults in words."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from staffing.batch import run_batch
from staffing.batch.keys import run_key
from staffing.batch.running import _Desk
from staffing.errors import SettingsError
from staffing.files.batch_toml import RelativeDay, read_batch
from staffing.report.batch_words import HIDDEN, fault_words
from tests.plans import make_plan_value

TOML = """
out = "plans"
[[team]]
name = "north"
centre = "north"
reference = "published"
today = {today}
frozen_until = {frozen}
"""


def order_of(folder: Path, today: str = '"today"', frozen: str = '"today+2"'):  # type: ignore[no-untyped-def]
    (folder / "north").mkdir(exist_ok=True)
    (folder / "north" / "centre.toml").write_text('name = "north"\n', encoding="utf-8")
    (folder / "batch.toml").write_text(TOML.format(today=today, frozen=frozen), encoding="utf-8")
    return read_batch(folder / "batch.toml")


def test_days_may_be_counted_from_the_run(tmp_path: Path) -> None:
    """``today`` and ``today+2`` are kept as they are said; dates and times stay what they are."""
    (team,) = order_of(tmp_path).teams
    assert (team.today, team.frozen_until) == (RelativeDay(0), RelativeDay(2))
    (team,) = order_of(tmp_path, '"2026-02-01"', '"2026-02-03T12:00"').teams
    assert (team.today, team.frozen_until) == (date(2026, 2, 1), "2026-02-03T12:00")
    (team,) = order_of(tmp_path, "2026-02-01").teams
    assert team.today == date(2026, 2, 1)


def test_a_day_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"today is 'tomorrow', expected a date, today or today\+2"):
        order_of(tmp_path, '"tomorrow"')


def test_the_limits_of_a_run_are_those_of_its_day_in_the_centres_zone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At 20:00 UTC it is tomorrow in Shanghai; the run key is the same on every day."""
    order = order_of(tmp_path)
    (team,) = order.teams
    plan = make_plan_value()
    monkeypatch.setattr("staffing.files.read_centre", lambda _: plan.scenario)
    monkeypatch.setattr(_Desk, "_reference", lambda *_: plan)
    keys = set()
    for moment, day in (((2026, 1, 4, 12), 4), ((2026, 1, 4, 20), 5)):
        desk = _Desk(order, lambda: False, lambda *_: None, None, True, now=datetime(*moment, tzinfo=UTC))
        limits = desk.task(team).limits
        assert limits is not None
        assert limits.today == date(2026, 1, day)
        assert limits.frozen_until is not None
        assert limits.frozen_until.isoformat() == f"2026-01-0{day + 2}T00:00:00+08:00"
        keys.add(run_key(order, team))
    assert len(keys) == 1


def test_a_dry_run_makes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says what would run, and leaves not even the folder behind."""
    order = order_of(tmp_path)
    monkeypatch.setattr(_Desk, "published", lambda *_: None)
    end = run_batch(order, dry_run=True)
    assert [row.checkpoint.state for row in end.teams] == ["would_run"]
    assert not order.out.exists()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_faults_are_told_in_words_without_values(lang: str) -> None:
    """A fault of a table by place and sentence, settings by their message, the rest by its kind."""
    told = fault_words({"code": "unknown_agent", "file": "wishes.csv", "row": 3, "column": "agent"}, lang)
    assert told.startswith("wishes.csv")
    assert "3" in told
    assert HIDDEN in told
    assert "unknown_agent" not in told
    assert fault_words({"code": "settings", "message": "--from is wrong"}, lang) == "--from is wrong"
    assert "KeyError" in fault_words({"code": "KeyError"}, lang)
    assert fault_words({"code": "missing_file", "file": "agents.csv", "row": None, "column": None}, lang).startswith(
        "agents.csv: "
    )
