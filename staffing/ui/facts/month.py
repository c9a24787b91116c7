"""A month as rows: what kind of day each is, what happens on it, who is away; and edits of its tables."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from staffing.calendars import day_table, holiday_name
from staffing.domain.calendar import CalendarDay, DayKind
from staffing.domain.centre import Event, Scenario
from staffing.domain.leave import LeaveRequest
from staffing.domain.note import Note
from staffing.domain.people import ON_SHIFT_KINDS
from staffing.files.cells import plain_text, safe_text
from staffing.files.raw_table import RawTable
from staffing.ui.words import Words

WEEKEND = "weekend"
KINDS = (*(kind.value for kind in DayKind), WEEKEND)
TEXT_LENGTH = 14
"""Signs of a text that fit into a day of the picture."""


def month_grid(first: date, week_start: int) -> tuple[date, date]:
    """First and last day of the weeks that hold a month.

    >>> month_grid(date(2026, 2, 1), 0)
    (datetime.date(2026, 1, 26), datetime.date(2026, 3, 1))
    """
    begin = first.replace(day=1)
    last = next_month(begin) - timedelta(days=1)
    return begin - timedelta(days=(begin.weekday() - week_start) % 7), last + timedelta(
        days=6 - (last.weekday() - week_start) % 7
    )


def next_month(first: date, by: int = 1) -> date:
    """The first day of a month so many months later.

    >>> next_month(date(2026, 1, 15), -1), next_month(date(2026, 12, 1))
    (datetime.date(2025, 12, 1), datetime.date(2027, 1, 1))
    """
    months = first.year * 12 + first.month - 1 + by
    return date(months // 12, months % 12 + 1, 1)


def days_of(scenario: Scenario, first: date) -> tuple[tuple[CalendarDay, ...], tuple[Note, ...]]:
    """The days of the weeks of a month, and what is not known of them.

    Years whose adjusted working days are not announced are told for the month's own year and the next one, since a
    plan is made ahead.
    """
    centre = scenario.centre
    begin, end = month_grid(first, centre.week_start)
    table, _ = day_table(
        centre.country, centre.subdivision, scenario.special_days, begin, end, categories=centre.holiday_categories
    )
    ahead = next_month(first, 12)
    _, notes = day_table(
        centre.country,
        centre.subdivision,
        scenario.special_days,
        first.replace(day=1),
        ahead,
        categories=centre.holiday_categories,
    )
    return table.days, notes


def kind_of(day: CalendarDay) -> str:
    """The kind of a day; ordinary days without work are weekends."""
    return WEEKEND if day.kind is DayKind.ORDINARY and not day.working else day.kind.value


def month_frame(
    scenario: Scenario,
    days: Sequence[CalendarDay],
    requests: Iterable[LeaveRequest],
    first: date,
    words: Words,
    *,
    planned: Mapping[date, float] | None = None,
) -> pd.DataFrame:
    """One row for each day: its place in the picture, kind, texts and counts.

    `planned` holds the hours short of the days of the plan on show.
    """
    zone = ZoneInfo(scenario.centre.timezone)
    asked, known = [row for row in requests if row.is_open], planned or {}
    rows = []
    for number, day in enumerate(days):
        away = len(away_on(scenario, day.date, zone))
        wanted = len({row.agent for row in asked if row.start <= day.date <= row.end})
        kind = kind_of(day)
        happening = [event.name for event in events_on(scenario.events, day.date)]
        own_name = holiday_name(day.name, scenario.centre.country, words.lang)
        named = own_name or ("" if kind in ("ordinary", WEEKEND) else words(f"daykind.{day.kind}"))
        rows.append(
            {
                "date": day.date.isoformat(),
                "week": number // 7,
                "column": number % 7,
                "day": str(day.date.day),
                "inside": day.date.month == first.month,
                "kind": kind,
                "kind_label": words("calendar.weekend") if kind == WEEKEND else words(f"daykind.{day.kind}"),
                "name": _cut(named),
                "whole_name": own_name,
                "events": _cut(", ".join(happening)),
                "whole_events": ", ".join(happening),
                "away": away,
                "asked": wanted,
                "away_text": words("calendar.n_away", n=away) if away else "",
                "asked_text": words("calendar.n_asked", n=wanted) if wanted else "",
                "in_plan": day.date in known,
                "short": words("calendar.short", hours=words.number(known[day.date], 1))
                if known.get(day.date, 0.0) >= 0.05
                else "",
            }
        )
    return pd.DataFrame(rows)


def away_on(scenario: Scenario, when: date, zone: ZoneInfo) -> tuple[str, ...]:
    """People who are absent at some time of a day."""
    begin, end = (datetime.combine(when + timedelta(days=n), time(), zone) for n in (0, 1))
    found = {
        row.agent: None
        for row in scenario.time_off
        if row.kind not in ON_SHIFT_KINDS and row.kind != "unavailable" and row.start < end and row.end > begin
    }
    return tuple(found)


def events_on(events: Iterable[Event], when: date) -> tuple[Event, ...]:
    """Events whose days, with lead and lag, hold a day."""
    return tuple(
        event
        for event in events
        if event.start - timedelta(days=event.lead_days) <= when <= event.end + timedelta(days=event.lag_days)
    )


def edit_frame(table: RawTable, columns: Sequence[str]) -> pd.DataFrame:
    """A table of the centre for an editor: dates as dates, queues as lists, everything else as text.

    Cells that are no date stay out of sight but not lost: see `edited`.
    """
    names = list(dict.fromkeys([*columns, *table.names]))
    return pd.DataFrame(
        {name: pd.Series([_shown(name, row.get(name, "")) for row in table.rows], dtype="object") for name in names}
    )


def edited(table: RawTable, frame: pd.DataFrame) -> RawTable:
    """The table with the rows of an edited frame; cells that mean the same keep their text, blank rows go."""
    rows = []
    for index, row in zip(frame.index, frame.to_dict("records"), strict=True):
        is_old = isinstance(index, int) and 0 <= index < len(table.rows)
        old = table.rows[index] if is_old else {}
        cells = {
            str(name): old[str(name)]
            if str(name) in old and _shown(str(name), old[str(name)]) == _plain(value)
            else _cell(value)
            for name, value in row.items()
        }
        if any(cells.values()):
            rows.append(cells)
    return table.with_rows(rows)


def _cut(text: str) -> str:
    # A Chinese sign is as wide as two others.
    width, kept = 0, ""
    for sign in text:
        width += 2 if ord(sign) > 0x2E80 else 1
        if width > TEXT_LENGTH:
            return kept + "…"
        kept += sign
    return kept


def _shown(name: str, cell: str) -> Any:
    if name in ("date", "start", "end"):
        try:
            return date.fromisoformat(cell)
        except ValueError:
            return None
    if name == "queues":
        return [part.strip() for part in cell.replace("|", ";").split(";") if part.strip()]
    return plain_text(cell)


def _plain(value: Any) -> Any:
    """The value of an editor's cell as `_shown` gives it."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, list | tuple):
        return [str(part) for part in value]
    if value is None or value is pd.NaT or (isinstance(value, float) and value != value):
        return None
    return value


def _cell(value: Any) -> str:
    value = _plain(value)
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return ";".join(value)
    if isinstance(value, float):
        return f"{value:g}"
    return safe_text(str(value).strip())
