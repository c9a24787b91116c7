"""A month as rows, and edits of the calendar's tables that lose nothing."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import altair as alt
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from staffing.domain.centre import Event, SpecialDay
from staffing.domain.leave import LeaveRequest, LeaveState
from staffing.domain.people import TimeOff
from staffing.files.calendar_edit import with_day
from staffing.files.raw_table import RawTable, parse_raw
from staffing.ui import palette
from staffing.ui.facts.month import (
    away_on,
    days_of,
    edit_frame,
    edited,
    events_on,
    kind_of,
    month_frame,
    month_grid,
    next_month,
)
from staffing.ui.month_chart import colours, month_chart
from staffing.ui.words import Words
from tests.builders import SHANGHAI, make_centre, make_scenario

ZONE = ZoneInfo(SHANGHAI)
FEBRUARY = date(2026, 2, 1)


def scenario(**changes):
    return make_scenario(make_centre(country="CN"), agents=3, **changes)


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(0, 6))
def test_a_month_is_shown_in_whole_weeks(when: date, start: int) -> None:
    """Its weeks begin on the centre's first weekday, hold every day of it, and no whole week of another."""
    first, last = month_grid(when, start)
    begin = when.replace(day=1)
    assert first.weekday() == start
    assert (last - first).days % 7 == 6
    assert first <= begin < first + timedelta(days=7)
    assert last - timedelta(days=7) < next_month(when) - timedelta(days=1) <= last
    assert next_month(next_month(when), -1) == begin


def test_days_have_their_kinds_and_unknown_years_are_told() -> None:
    """Spring Festival 2026 with its worked weekends; the year after is not announced."""
    days, notes = days_of(scenario(), FEBRUARY)
    kinds = {day.date.day: kind_of(day) for day in days if day.date.month == 2}
    assert (kinds[13], kinds[14], kinds[15], kinds[17], kinds[8]) == (
        "ordinary",
        "workday",
        "observed",
        "holiday",
        "weekend",
    )
    assert {note.code for note in notes} == {"calendar_adjusted_days_unknown"}
    told = scenario(special_days=tuple(SpecialDay(date(year, 9, 20), "workday") for year in (2026, 2027)))
    assert days_of(told, FEBRUARY)[1] == ()
    assert days_of(make_scenario(), FEBRUARY)[1] == ()


def test_a_day_tells_who_is_away_and_what_happens() -> None:
    noon = datetime(2026, 2, 3, 12, tzinfo=ZONE)
    off = (
        TimeOff("a0", noon, noon + timedelta(hours=2), "sick"),
        TimeOff("a0", noon - timedelta(hours=3), noon, "leave"),
        TimeOff("a1", noon, noon + timedelta(hours=2), "training"),
        TimeOff("a2", noon - timedelta(hours=36), noon - timedelta(hours=12), "leave"),
    )
    events = (Event("<b>sale</b>", date(2026, 2, 4), date(2026, 2, 5), lead_days=1),)
    given_ = scenario(time_off=off, events=events)
    asked = (
        LeaveRequest("r1", "a1", date(2026, 2, 3), date(2026, 2, 4)),
        LeaveRequest("r2", "a2", date(2026, 2, 3), date(2026, 2, 3), state=LeaveState.REFUSED),
    )
    words = Words("en")
    frame = month_frame(given_, days_of(given_, FEBRUARY)[0], asked, FEBRUARY, words, planned={date(2026, 2, 3): 1.25})
    day = frame.set_index("date").loc["2026-02-03"]
    assert (day["away"], day["asked"], day["in_plan"], day["inside"]) == (1, 1, True, True)
    assert day["whole_events"] == "<b>sale</b>"
    assert words("calendar.n_away", n=1) in day["away_text"]
    assert "1.2" in day["short"]
    other = frame.set_index("date").loc["2026-02-04"]
    assert (other["away"], other["asked"], other["in_plan"], other["short"]) == (0, 1, False, "")
    assert away_on(given_, date(2026, 2, 2), ZONE) == ("a2",)
    assert events_on(events, date(2026, 2, 2)) == ()


def test_a_day_is_marked_once_and_given_back_to_the_calendar() -> None:
    """Another mark replaces the first, other rows and columns stay, hostile names start no formula."""
    table = RawTable(
        "special_days.csv", ("date", "kind", "name", "who"), ({"date": "2026-03-06", "kind": "holiday", "who": "x"},)
    )
    marked = with_day(with_day(table, date(2026, 1, 2), "closed", "=1+1"), date(2026, 1, 2), "workday", "swap ")
    assert [(row["date"], row["kind"], row.get("name", "")) for row in marked.rows] == [
        ("2026-01-02", "workday", "swap"),
        ("2026-03-06", "holiday", ""),
    ]
    assert marked.rows[1]["who"] == "x"
    assert with_day(table, date(2026, 1, 2), "closed", "=1+1").rows[0]["name"] == "'=1+1"
    assert list(with_day(marked, date(2026, 1, 2), "", "").rows) == list(table.rows)


EVENTS = (
    "Name;start;end;queues;effect;spread;owner\n"
    "Sale;2026-02-01;2026-02-02;phone|chat;1,35;0,05;kim\n"
    "'=x;02/03/2026;2026-02-02;;learn;;lee\n"
)
COLUMNS = ("name", "start", "end", "queues", "effect", "spread")


def test_an_unchanged_table_stays_byte_for_byte() -> None:
    """Separators, unknown columns and cells that are no dates survive the editor."""
    table = parse_raw("events.csv", EVENTS.encode())
    assert table is not None
    frame = edit_frame(table, COLUMNS)
    assert frame.loc[0, "start"] == date(2026, 2, 1)
    assert frame.loc[0, "queues"] == ["phone", "chat"]
    assert frame.loc[1, "name"] == "=x"
    assert frame.loc[1, "start"] is None
    assert edited(table, frame).to_bytes() == EVENTS.encode()


def test_rows_are_changed_added_and_removed() -> None:
    table = parse_raw("events.csv", EVENTS.encode())
    assert table is not None
    frame = edit_frame(table, COLUMNS).drop(index=0)
    frame.at[1, "end"] = pd.Timestamp(2026, 3, 1)
    new = {"name": "New", "start": date(2026, 4, 1), "end": date(2026, 4, 2), "queues": ["phone"], "effect": 1.2}
    frame.loc[2] = [new.get(name) for name in frame.columns]
    frame.loc[3] = [None] * len(frame.columns)
    text = edited(table, frame).to_bytes().decode()
    assert text.splitlines() == [
        "Name;start;end;queues;effect;spread;owner",
        "'=x;02/03/2026;2026-03-01;;learn;;lee",
        "New;2026-04-01;2026-04-02;phone;1.2;;",
    ]


@pytest.mark.parametrize("look", [palette.LIGHT, palette.DARK])
def test_texts_of_days_can_be_read(look) -> None:
    """Every kind of day has a contrast of 4.5 between text and fill, in both themes."""

    def light(colour: str) -> float:
        parts = (int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
        linear = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    for fill, ink in colours(look).values():
        dark, bright = sorted((light(fill), light(ink)))
        assert (bright + 0.05) / (dark + 0.05) >= 4.5


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_picture_is_valid(lang: str) -> None:
    """It can be written as a chart, and picks a date."""
    words = Words(lang)
    given_ = scenario()
    frame = month_frame(given_, days_of(given_, FEBRUARY)[0], (), FEBRUARY, words)
    chart = month_chart(frame, [words.term(f"weekday.{n}") for n in range(7)], words, palette.LIGHT)
    assert isinstance(chart, alt.LayerChart)
    assert '"picked"' in chart.to_json()
