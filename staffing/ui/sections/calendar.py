"""Blocks of the Calendar page: the month, the day picked, special days and events."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from staffing.calendars import holiday_name
from staffing.domain.calendar import DayKind
from staffing.domain.leave import LeaveRequest
from staffing.files import calendar_rows
from staffing.files.calendar_edit import calendar_table, marked_day
from staffing.measures import coverage
from staffing.plan import Plan
from staffing.planning.centre_edits import save_centre
from staffing.ui import drawn, state
from staffing.ui.actor import actor
from staffing.ui.blocks import plain
from staffing.ui.centre import CentreShown, change
from staffing.ui.facts.month import (
    away_on,
    days_of,
    edit_frame,
    edited,
    events_on,
    kind_of,
    month_frame,
    next_month,
)
from staffing.ui.month_chart import PICK, month_chart
from staffing.ui.state import Shown
from staffing.ui.words import Words

MONTH, DAY, CHART = "calendar_month", "calendar_day", "calendar_chart"
MARKED = tuple(kind.value for kind in DayKind)
"""Kinds that a special day is given."""
SPECIAL = (*calendar_rows.SPECIAL_DAYS_REQUIRED, *calendar_rows.SPECIAL_DAYS_OPTIONAL)
EVENT = (*calendar_rows.EVENTS_REQUIRED, *calendar_rows.EVENTS_OPTIONAL)


def month(words: Words, shown: CentreShown, plan: Shown | None, requests: tuple[LeaveRequest, ...]) -> None:
    """The month with its ways to the next ones; a click picks a day."""
    first = _chosen_month(shown, plan)
    with st.container(horizontal=True, vertical_alignment="center"):
        for by, icon, key in ((-1, "chevron_left", "back"), (1, "chevron_right", "on")):
            st.button(
                words(f"calendar.{key}"),
                icon=f":material/{icon}:",
                key=f"calendar_{key}",
                on_click=_go,
                args=(next_month(first, by),),
            )
        st.markdown(f"### {words('calendar.month', month=words(f'month.{first.month}'), year=first.year)}")
        if plan is not None:
            begin = plan.plan.problem.grid.first_day
            st.button(
                words("calendar.to_plan"), icon=":material/event:", key="calendar_plan", on_click=_go, args=(begin,)
            )
    days, notes = days_of(shown.scenario, first)
    for note in notes:
        # What concerns the year on view is pressing; the next one only has to be known.
        if dict(note.params).get("year", first.year) == first.year:
            st.warning(plain(words.note(note)), icon=":material/event_busy:")
        else:
            st.caption(f":material/event_busy: {plain(words.note(note))}")
    short = {} if plan is None else _short(plan.digest, plan.plan)
    frame = month_frame(shown.scenario, days, requests, first, words, planned=short)
    start = shown.scenario.centre.week_start
    weekdays = [words.term(f"weekday.{(start + n) % 7}") for n in range(7)]
    event = drawn.chart(
        month_chart(frame, weekdays, words, state.look()),
        alt=words("calendar.alt"),
        key=f"{CHART}_{first}",
        on_select="rerun",
        selection_mode=PICK,
    )
    picked = _picked(event)
    if picked is not None and picked != st.session_state.get("calendar_clicked"):
        st.session_state["calendar_clicked"] = picked
        st.session_state[DAY] = picked
    st.caption(words("calendar.help"))
    with st.expander(words("calendar.as_table"), icon=":material/table_rows:"):
        _table(words, frame)


def _chosen_month(shown: CentreShown, plan: Shown | None) -> date:
    found = st.session_state.get(MONTH)
    if isinstance(found, date):
        return found
    return _begin(shown, plan).replace(day=1)


def _begin(shown: CentreShown, plan: Shown | None) -> date:
    """The first day of the plan on show, else of the next one."""
    return shown.scenario.next_week_start if plan is None else plan.plan.problem.grid.first_day


def _follow() -> None:
    """The month of a day that was typed in."""
    _go(st.session_state[DAY])


def _go(to: date) -> None:
    st.session_state[MONTH] = to.replace(day=1)


def _picked(event: Any) -> date | None:
    """The day that was clicked, None where nothing is."""
    try:
        rows = event["selection"][PICK]
        return date.fromisoformat(str(rows[0]["date"])) if rows else None
    except (KeyError, IndexError, TypeError, ValueError):
        return None


@st.cache_data(show_spinner=False, max_entries=8)
def _short(digest: str, _plan: Plan) -> dict[date, float]:
    """Hours short by day of the plan."""
    table = coverage(_plan)
    return {
        when: float(table.missing[table.grid.day_slice(day)].sum() * table.grid.step_h)
        for day, when in enumerate(table.grid.dates)
    }


def _table(words: Words, frame: pd.DataFrame) -> None:
    """What the picture shows, as text: days with anything special."""
    inside = frame[frame["inside"]]
    marked = inside[
        ~inside["kind"].isin(["ordinary", "weekend"])
        | (inside["events"] != "")
        | (inside["away"] + inside["asked"] > 0)
    ]
    columns = {
        "date": words("column.day"),
        "kind_label": words("column.kind"),
        "whole_name": words("calendar.name"),
        "whole_events": words("calendar.events"),
        "away": words("calendar.away"),
        "asked": words("calendar.asked"),
    }
    if marked.empty:
        st.markdown(words("calendar.plain_month"))
        return
    st.dataframe(marked[list(columns)], hide_index=True, key="calendar_table", column_config=columns, height="content")


def day(words: Words, shown: CentreShown, requests: tuple[LeaveRequest, ...], plan: Shown | None) -> None:
    """The day picked: what it is, what happens, who is away; and what it is to be."""
    st.session_state.setdefault(DAY, _begin(shown, plan))
    when = st.date_input(words("calendar.day"), key=DAY, format="YYYY-MM-DD", width=180, on_change=_follow)
    days, _ = days_of(shown.scenario, when.replace(day=1))
    row = next(one for one in days if one.date == when)
    kind = words("calendar.weekend") if kind_of(row) == "weekend" else words(f"daykind.{row.kind}")
    name = holiday_name(row.name, shown.scenario.centre.country, words.lang)
    told = f"**{words.day(when)}** · {kind}" + (f" · {plain(name)}" if name else "")
    if row.kind is DayKind.WORKDAY:
        told += " · " + words("calendar.works_as", weekday=words.term(f"weekday.{row.works_as}"))
    st.markdown(told)
    for event in events_on(shown.scenario.events, when):
        effect = words("calendar.learn") if event.factor is None else f"× {event.factor:g}"
        st.markdown(f"- {plain(event.name)} ({effect})")
    away = away_on(shown.scenario, when, ZoneInfo(shown.scenario.centre.timezone))
    asking = [one for one in requests if one.is_open and one.start <= when <= one.end]
    st.markdown(words("calendar.who", away=len(away), asked=len(asking)))
    if shown.may_edit:
        _day_form(words, shown, when)


def _day_form(words: Words, shown: CentreShown, when: date) -> None:
    own = {special.date: special for special in shown.scenario.special_days}.get(when)
    options = ["", *MARKED]
    with st.form(f"calendar_day_{when}_{shown.digest[:8]}", border=True):
        kind = st.selectbox(
            words("calendar.make"),
            options,
            index=options.index(own.kind) if own is not None and own.kind in options else 0,
            format_func=lambda one: words(f"daykind.{one}") if one else words("calendar.as_calendar"),
            key="calendar_kind",
            help=words("calendar.make_help"),
        )
        name = st.text_input(words("calendar.name"), "" if own is None else own.name, key="calendar_name")
        pressed = st.form_submit_button(words("calendar.save_day"), icon=":material/save:", key="calendar_save_day")
    if pressed:
        table = marked_day(shown.folder, when, kind or "", name)
        _save(words, shown, {calendar_rows.SPECIAL_DAYS: table.to_bytes()}, f"special day {when}")


def special_days(words: Words, shown: CentreShown) -> None:
    """All rows of special_days.csv."""
    kinds = st.column_config.SelectboxColumn(
        words("column.kind"), options=list(MARKED), required=True,
        format_func=lambda kind: words(f"daykind.{kind}"),
    )  # fmt: skip
    config = {
        "date": st.column_config.DateColumn(words("column.day"), format="YYYY-MM-DD", required=True),
        "kind": kinds,
        "name": st.column_config.TextColumn(words("calendar.name"), max_chars=80),
    }
    _editor(words, shown, calendar_rows.SPECIAL_DAYS, SPECIAL, config)


def events(words: Words, shown: CentreShown) -> None:
    """All rows of events.csv."""
    names = {queue.id: queue.name or queue.id for queue in shown.scenario.centre.queues}
    text = st.column_config.TextColumn
    when = st.column_config.DateColumn
    config = {
        "name": text(words("calendar.name"), required=True, max_chars=80),
        "start": when(words("calendar.from"), format="YYYY-MM-DD", required=True),
        "end": when(words("calendar.to"), format="YYYY-MM-DD", required=True),
        "queues": st.column_config.MultiselectColumn(
            words("calendar.queues"), options=list(names), format_func=lambda queue: names.get(str(queue), str(queue))
        ),
        "effect": text(words("calendar.effect"), help=words("calendar.effect_help")),
        "spread": text(words("calendar.spread"), help=words("calendar.spread_help")),
        "lead_days": text(words("calendar.days_before")),
        "lag_days": text(words("calendar.days_after")),
    }
    _editor(words, shown, calendar_rows.EVENTS, EVENT, config)


def _editor(words: Words, shown: CentreShown, file: str, columns: tuple[str, ...], config: Mapping[str, Any]) -> None:
    table = calendar_table(shown.folder, file, columns)
    frame = edit_frame(table, columns)
    st.caption(words(f"calendar.{file.partition('.')[0]}_help"))
    if frame.empty:
        st.info(words("calendar.no_rows"), icon=":material/inbox:")
    common: dict[str, Any] = {"hide_index": True, "column_order": columns, "column_config": dict(config)}
    if not shown.may_edit:
        st.dataframe(frame, key=f"calendar_{file}_read", **common)
        return
    key = f"calendar_{file}_{shown.digest[:12]}"
    after = edited(table, st.data_editor(frame, num_rows="dynamic", key=key, **common))
    is_dirty = after.to_bytes() != table.to_bytes()
    if st.button(
        words("calendar.save"),
        icon=":material/save:",
        key=f"calendar_save_{file}",
        type="primary",
        disabled=not is_dirty,
    ):
        _save(words, shown, {file: after.to_bytes()}, file)


def _save(words: Words, shown: CentreShown, changes: Mapping[str, bytes | None], note: str) -> None:
    change(words, lambda: save_centre(state.store(), shown.folder, changes, actor(), seen=shown.digest, note=note))
