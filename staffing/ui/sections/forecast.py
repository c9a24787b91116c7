"""Blocks of the Forecast page: why a day is as it is, what was learned of events, the running day."""

from collections.abc import Iterable
from datetime import date

import numpy as np
import streamlit as st

from staffing.domain.calendar import DayTable
from staffing.domain.centre import Scenario
from staffing.domain.demand import ContactHistory, Forecast
from staffing.errors import DataError, Fault, SettingsError
from staffing.files import parse_actuals
from staffing.forecast import DayExplanation, EventEffect, event_effects, explain_days
from staffing.i18n import text
from staffing.plan import Plan
from staffing.planning import update_forecast
from staffing.ui import charts, drawn, state
from staffing.ui.blocks import plain
from staffing.ui.facts.explained import (
    FACTORS,
    effect_table,
    factor_table,
    is_modelled,
    reason,
    rule_text,
    steps_of,
    waterfall,
)
from staffing.ui.facts.frames import busy_steps
from staffing.ui.facts.today import Today, problem, today_frame, today_table
from staffing.ui.past import Past
from staffing.ui.state import Shown
from staffing.ui.words import Words

UPLOAD_MB = 5
PASTE_CHARS = 200_000
FAULTS_SHOWN = 10


def why(words: Words, shown: Shown, past: Past, queue: str, day: int | None) -> None:
    """All days as level and factors, or one day step by step."""
    plan = shown.plan
    st.subheader(words("forecast.why"), anchor=False)
    rule = rule_text(plan.scenario.centre.queue(queue), shown.queue_names, words)
    if rule is not None:
        st.markdown(plain(rule))
        return
    days = _days_of(words, plan, past, queue)
    if days is None:
        return
    _weeks_only(words, past)
    if day is None:
        _all_days(words, plan, days, queue)
        return
    when = plan.forecast.grid.dates[day]
    found = next((one for one in days if one.date == when), None)
    if found is None:
        st.markdown(words("why.closed"))
        return
    row, span = plan.forecast.queues.index(queue), plan.forecast.grid.day_slice(day)
    final = float(plan.forecast.volume[row, span].sum())
    base = final if plan.forecast.base_volume is None else float(plan.forecast.base_volume[row, span].sum())
    steps = steps_of(found, base, final, plan.scenario.centre.queue(queue).deflection)
    weekday, country = plan.table.on(when).works_as, plan.scenario.centre.country
    frame = waterfall(steps, [reason(step, found, weekday, words, country) for step in steps], words)
    drawn.chart(charts.waterfall(frame, words, state.look()), alt=words("why.alt"), key="forecast_why")
    st.markdown(
        " → ".join(
            f"{plain(str(label))} **{plain(str(told))}**"
            for label, told in zip(frame["label"], frame["told"], strict=True)
        )
    )
    st.caption(words("why.help"))


def _days_of(words: Words, plan: Plan, past: Past, queue: str) -> tuple[DayExplanation, ...] | None:
    """The plan's days explained; says why and gives None where they cannot be."""
    if not is_modelled(plan.forecast.method[plan.forecast.queues.index(queue)]):
        st.markdown(words("why.not_modelled"))
        return None
    grid = plan.forecast.grid
    try:
        return _explained(past.key, queue, grid.first_day, grid.days, past.scenario, past.table)
    except SettingsError as error:
        st.info(plain(str(error)))
        return None


@st.cache_data(show_spinner=False, max_entries=64)
def _explained(
    key: str, queue: str, first: date, days: int, _scenario: Scenario, _table: DayTable
) -> tuple[DayExplanation, ...]:
    return explain_days(_scenario, _table, queue, first, days)


@st.cache_data(show_spinner=False, max_entries=64)
def _learned(key: str, queue: str, first: date, _scenario: Scenario, _table: DayTable) -> tuple[EventEffect, ...]:
    return event_effects(_scenario, _table, queue, first)


def _weeks_only(words: Words, past: Past) -> None:
    if not past.whole:
        st.info(words("why.weeks_only", days=past.scenario.history.grid.days), icon=":material/info:")


def _all_days(words: Words, plan: Plan, days: tuple[DayExplanation, ...], queue: str) -> None:
    table = factor_table(days, plan, queue)
    factors = [name for name in FACTORS if name in table]
    table[factors] = (100 * table[factors]).round(1)
    table[["level", "planned"]] = table[["level", "planned"]].round()
    table["date"] = [words.day(when) for when in table["date"]]
    number = st.column_config.NumberColumn
    st.dataframe(
        table,
        hide_index=True,
        height="content",
        key="forecast_factors",
        column_config={
            "date": words("column.day"),
            "level": number(words("why.level_short"), format="localized", help=words("why.level_help")),
            **{name: number(words(f"why.{name}_short"), format="%+.1f%%") for name in factors},
            "planned": number(words("why.planned"), format="localized"),
        },
    )
    st.caption(words("why.days_help"))


def effects(words: Words, shown: Shown, past: Past, queue: str) -> None:
    """What was learned of each event and holiday, with its range."""
    forecast = shown.plan.forecast
    if not is_modelled(forecast.method[forecast.queues.index(queue)]):
        return
    try:
        found = _learned(past.key, queue, forecast.grid.first_day, past.scenario, past.table)
    except SettingsError:
        return  # told under the days above
    st.subheader(words("forecast.effects"), anchor=False)
    if not found:
        st.markdown(words("effect.none"))
        return
    table = effect_table(found, words, shown.plan.scenario.centre.country)
    figures = ["change", "low", "high"]
    table[figures] = (100 * table[figures]).round(1)
    number = st.column_config.NumberColumn
    st.dataframe(
        table[["name", *figures, "seen", "source"]],
        hide_index=True,
        key="forecast_effects",
        column_config={
            "name": words("effect.name"),
            "change": number(words("effect.change"), format="%+.1f%%"),
            "low": number(words("chart.low80"), format="%+.1f%%"),
            "high": number(words("chart.high80"), format="%+.1f%%"),
            "seen": number(words("effect.seen")),
            "source": words("effect.source"),
        },
    )
    st.caption(words("effect.help"))


def today(words: Words, shown: Shown, past: Past, queue: str) -> None:
    """The rest of the plan's first day, forecast again from contacts given here; nothing is stored."""
    plan = shown.plan
    first = plan.forecast.grid.first_day
    with st.expander(words("today.title", day=words.day(first)), icon=":material/update:"):
        st.markdown(words("today.lead"))
        given = st.file_uploader(words("today.file"), type="csv", max_upload_size=UPLOAD_MB, key="forecast_today_file")
        pasted = st.text_area(
            words("today.paste"),
            placeholder=f"start,queue,offered\n{first}T08:00,{queue},41\n{first}T08:30,{queue},57",
            max_chars=PASTE_CHARS,
            key="forecast_today_text",
        )
        data = given.getvalue() if given is not None else pasted.strip().encode()
        if not data:
            return
        found = _today(words, shown, past, given.name if given is not None else words("today.pasted"), data)
        if found is not None:
            _show_today(words, shown, found, queue)


def _today(words: Words, shown: Shown, past: Past, name: str, data: bytes) -> Today | None:
    """The day brought up to date; tells every fault and gives None where it cannot be."""
    forecast = shown.plan.forecast
    try:
        came = parse_actuals(name, data, past.scenario.centre)
    except DataError as error:
        st.error(fault_lines(words, error.faults[:FAULTS_SHOWN]))
        return None
    wrong = problem(came, forecast.grid.first_day)
    if wrong is not None:
        days = f"{came.grid.dates[0]} – {came.grid.dates[-1]}"
        st.error(words(f"today.{wrong}", day=words.day(forecast.grid.first_day), days=days))
        return None
    with st.spinner(words("today.working")):
        after = _updated(f"{past.key} {hash(data)}", past.scenario, past.table, forecast, came)
    return Today(forecast, after, came)


FAULT_PARTS = ("file", "row", "column", "value", "expected")


def fault_lines(words: Words, faults: Iterable[Fault]) -> str:
    """Faults of a file as a list, each with its row."""
    lines = []
    for fault in faults:
        line = text(f"fault.{fault.code}", words.lang, **{part: getattr(fault, part) for part in FAULT_PARTS})
        place = words("today.row", row=fault.row) if fault.row else ""
        lines.append(f"- {place}{plain(line)}")
    return "\n".join(lines)


@st.cache_data(show_spinner=False, max_entries=8)
def _updated(key: str, _scenario: Scenario, _table: DayTable, _plan: Forecast, _came: ContactHistory) -> Forecast:
    return update_forecast(_scenario, _table, _plan, _came)


def _show_today(words: Words, shown: Shown, found: Today, queue: str) -> None:
    names = shown.queue_names
    grid = found.before.grid
    until = f"{grid.local(found.cut):%H:%M}"
    table = today_table(found)
    for row in table.to_dict("records"):
        told = {name: words.number(row[name]) for name in ("came", "expected", "rest_before", "rest_after")}
        change = f"{row['change']:+.1%}"
        name = plain(names.get(row["queue"], row["queue"]))
        st.markdown("- " + words("today.said", name=name, until=until, change=change, **told))
    steps = busy_steps(grid, 0, 1, found.before.high95[found.before.queues.index(queue)])
    frame = today_frame(found, queue, steps)
    chart = charts.bands(frame, charts.time_axis(grid, steps, words), words, state.look())
    st.markdown(f"**{plain(names.get(queue, queue))}**")
    drawn.chart(chart, alt=words("today.alt"), key="forecast_today")
    st.caption(words("today.help"))
    table["queue"] = [names.get(name, name) for name in table["queue"]]
    table["change"] = np.round(100 * table["change"], 1)
    number = st.column_config.NumberColumn
    st.dataframe(
        table,
        hide_index=True,
        key="forecast_today_table",
        column_config={
            "queue": words("column.queue"),
            **{name: number(words(f"today.{name}"), format="%.0f") for name in table.columns[1:]},
            "change": number(words("today.change"), format="%+.1f%%"),
        },
    )
