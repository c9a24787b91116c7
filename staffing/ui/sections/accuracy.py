"""Blocks of the Accuracy page: the back-test and its progress, scores by queue, plan against actual."""

import pandas as pd
import streamlit as st

from staffing.errors import SettingsError
from staffing.forecast import BacktestReport, backtest
from staffing.forecast.backtest import MIN_HISTORY_DAYS
from staffing.planning import plan_table
from staffing.ui import charts, drawn, state
from staffing.ui.blocks import plain
from staffing.ui.facts.accuracy import FIGURES, part_table, past_days, queue_table, verdict_text
from staffing.ui.past import Past
from staffing.ui.sections import pick
from staffing.ui.words import Words

SECONDS_WEEK, SECONDS_MORE = 0.6, 1.6
"""Rough time of one queue's forecast from one past day with two years of history: of one week, and of more weeks, for
which one more model is tried."""
KEPT = 16
SCORES = tuple(name for name in FIGURES if name != "contacts")
Key = tuple[str, int, int]


@st.cache_resource(show_spinner=False)
def _kept() -> dict[Key, BacktestReport]:
    """Reports of this process, the newest last."""
    return {}


def tried(words: Words, past: Past) -> BacktestReport | None:
    """The back-test of the choices made here, run when asked for; None until there is one."""
    history = past.scenario.history
    with st.container(horizontal=True, vertical_alignment="bottom"):
        origins = int(st.slider(words("accuracy.origins"), 3, 12, 4, key="accuracy_origins", width=320))
        weeks = int(st.slider(words("accuracy.weeks"), 1, 4, 1, key="accuracy_weeks", width=240))
        asked = st.button(words("accuracy.button"), type="primary", key="accuracy_button")
    seconds = max(1.0, (SECONDS_WEEK if weeks == 1 else SECONDS_MORE) * origins * len(history.queues))
    span = {"first": str(history.grid.first_day), "last": str(history.grid.dates[-1])}
    st.caption(words("accuracy.takes", queues=len(history.queues), seconds=words.seconds(seconds), **span))
    if not past.whole:
        st.info(words("accuracy.weeks_only", days=history.grid.days), icon=":material/info:")
    key = (past.key, origins, weeks)
    if asked and key not in _kept():
        try:
            _keep(key, _run(words, past, origins, weeks))
        except SettingsError:
            needed = MIN_HISTORY_DAYS + 7 * weeks + 6
            st.warning(words("accuracy.short", days=history.grid.days, needed=needed), icon=":material/history:")
            return None
    report = _kept().get(key)
    if report is None:
        st.info(words("accuracy.none"), icon=":material/target:")
    elif not report.scores:
        st.info(words("accuracy.nothing"), icon=":material/inbox:")
    else:
        told = {"n": len(report.origins), "first": str(report.origins[0]), "last": str(report.origins[-1])}
        st.caption(words("accuracy.done", **told))
        return report
    return None


def _run(words: Words, past: Past, origins: int, weeks: int) -> BacktestReport:
    bar = st.progress(0.0, text=words("accuracy.running", done=0, total=origins))

    def tell(done: int, total: int) -> None:
        bar.progress(done / total, text=words("accuracy.running", done=done, total=total))

    table = plan_table(past.scenario, past.scenario.history.grid.dates[-1], 1)[0]
    report = backtest(past.scenario, table, origins=origins, weeks=weeks, progress=tell)
    bar.empty()
    return report


def _keep(key: Key, report: BacktestReport) -> None:
    kept = _kept()
    kept[key] = report
    for old in list(kept)[:-KEPT]:
        kept.pop(old, None)


def queues(words: Words, report: BacktestReport, names: dict[str, str]) -> None:
    """A sentence and a row for each queue."""
    for queue in report.queues:
        name = plain(names.get(queue, queue))
        st.markdown("- " + verdict_text(report.score(queue), f"**{name}**", words))
    _table(words, queue_table(report, names), "accuracy_queues", words("column.queue"))
    st.caption(words("accuracy.help"))


def one_queue(words: Words, report: BacktestReport, names: dict[str, str]) -> None:
    """A queue's days beside what came, and its scores by kind of day and week ahead."""
    st.subheader(words("accuracy.days"), anchor=False)
    with st.container(horizontal=True):
        queue = pick.queue(words, {name: names.get(name, name) for name in report.queues}, "accuracy_queue")
        week = 0
        if report.weeks > 1:
            week = st.selectbox(
                words("accuracy.week"),
                range(report.weeks),
                format_func=lambda n: words("accuracy.ahead_week", number=n + 1),
                key=f"accuracy_week_{report.weeks}",
                width=200,
            )
    frame = past_days(report, queue, int(week or 0), words)
    if frame.empty:
        st.info(words("accuracy.nothing"))
    else:
        chart = charts.past_days(frame, words, state.look())
        drawn.chart(chart, alt=words("accuracy.days_alt"), key="accuracy_days")
        st.caption(words("accuracy.days_help"))
    st.subheader(words("accuracy.parts"), anchor=False)
    _table(words, part_table(report, queue, words), "accuracy_parts", words("accuracy.part"))


def _table(words: Words, table: pd.DataFrame, key: str, first: str) -> None:
    number = st.column_config.NumberColumn
    forms = {"bias": "%+.1f %%", "ratio_mean4": "%.2f"}
    shares = [name for name in SCORES if name != "ratio_mean4"]
    shown = table.copy()
    shown[shares] = (100 * shown[shares].astype(float)).round(2)
    heads = {
        name: number(words(f"score.{name}"), format=forms.get(name, "%.1f %%"), help=words(f"score.{name}_help"))
        for name in SCORES
    }
    st.dataframe(
        shown,
        hide_index=True,
        height="content",
        key=key,
        column_config={
            "part": first,
            "forecast_days": number(words("score.forecast_days")),
            "contacts": number(words("column.contacts"), format="%.0f"),
            **heads,
        },
    )
