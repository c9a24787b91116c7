"""Choices that several pages offer, and small tables beside them."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from staffing.calendars import holiday_name
from staffing.plan import Plan
from staffing.ui.words import Words


def queue(words: Words, names: Mapping[str, str], key: str) -> str:
    """One queue."""
    return str(st.selectbox(words("pick.queue"), list(names), format_func=names.__getitem__, key=key, width=320))


def day(words: Words, plan: Plan, key: str, *, whole: bool = False) -> int | None:
    """A day of the plan, or with `whole` None for all of it."""
    dates = plan.problem.grid.dates
    options = [*([-1] if whole else []), *range(len(dates))]
    chosen = st.selectbox(
        words("pick.day"),
        options,
        format_func=lambda n: words("pick.all_days") if n < 0 else _label(words, plan, n),
        key=key,
        width=240,
    )
    return None if chosen is None or chosen < 0 else int(chosen)


def _label(words: Words, plan: Plan, number: int) -> str:
    when = plan.problem.grid.dates[number]
    name = holiday_name(plan.table.on(when).name, plan.scenario.centre.country, words.lang)
    return f"{words.day(when)} · {name}" if name else words.day(when)


def totals(words: Words, plan: Plan, table: pd.DataFrame, key: str) -> None:
    """Day totals of a forecast with their range."""
    named = table.assign(
        **{name: table[name].round() for name in ("contacts", "low", "high")},
        date=[words.day(when) for when in table["date"]],
        kind=[
            holiday_name(plan.table.on(when).name, plan.scenario.centre.country, words.lang)
            or words(f"daykind.{plan.table.on(when).kind}")
            for when in table["date"]
        ],
    )
    number = st.column_config.NumberColumn
    st.dataframe(
        named[["date", "kind", "contacts", "low", "high", "aht_s"]],
        hide_index=True,
        height="content",
        key=key,
        column_config={
            "date": words("column.day"),
            "kind": words("column.kind"),
            "contacts": number(words("chart.contacts"), format="localized"),
            "low": number(words("chart.low80"), format="localized", help=words("forecast.range_help")),
            "high": number(words("chart.high80"), format="localized", help=words("forecast.range_help")),
            "aht_s": number(words("chart.aht"), format="%.0f"),
        },
    )
