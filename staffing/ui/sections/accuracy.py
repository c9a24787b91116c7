"""Blocks of the Accuracy page: the back-test and its progress, scores by queue, plan against actual."""

from pathlib import Path

import pandas as pd
import streamlit as st

from staffing.domain.centre import Scenario
from staffing.errors import SettingsError
from staffing.forecast import BacktestReport, backtest_origins
from staffing.forecast.backtest import MIN_HISTORY_DAYS
from staffing.store import Job, JobState
from staffing.store.access import Action, ask, may
from staffing.ui import backtest_tasks, charts, drawn, state, tasks
from staffing.ui.actor import actor
from staffing.ui.backtest_tasks import KIND, Asked, Kept, data_digest, read_report, report_file
from staffing.ui.blocks import plain
from staffing.ui.facts.accuracy import FIGURES, part_table, past_days, queue_table, verdict_text
from staffing.ui.past import Past
from staffing.ui.sections import asking, pick, run_log
from staffing.ui.sections.versions import moment
from staffing.ui.state import Shown
from staffing.ui.words import Words

SECONDS_WEEK, SECONDS_MORE = 0.6, 1.6
"""Rough time of one queue's forecast from one past day with two years of history: of one week, and of more weeks, for
which one more model is tried."""
SCORES = tuple(name for name in FIGURES if name != "contacts")


def tried(words: Words, past: Past, shown: Shown) -> BacktestReport | None:
    """The back-test of the choices made here: asked for, watched, or read as it was kept; None until there is one."""
    history, job = past.scenario.history, tasks.latest(state.store(), KIND)
    is_busy = job is not None and job.is_open
    with st.container(horizontal=True, vertical_alignment="bottom"):
        origins = int(st.slider(words("accuracy.origins"), 3, 12, 4, key="accuracy_origins", width=320))
        weeks = int(st.slider(words("accuracy.weeks"), 1, 4, 1, key="accuracy_weeks", width=240))
        asked = Asked(_digest(past.key, past.scenario), origins, weeks)
        kept = _kept(asked)
        pressed = st.button(
            words("accuracy.button"),
            type="primary",
            key="accuracy_button",
            icon=":material/play_arrow:",
            disabled=is_busy or (kept is not None and kept.is_whole) or not may(actor(), Action.EDIT),
        )
    seconds = max(1.0, (SECONDS_WEEK if weeks == 1 else SECONDS_MORE) * origins * len(history.queues))
    span = {"first": str(history.grid.first_day), "last": str(history.grid.dates[-1])}
    st.caption(words("accuracy.takes", queues=len(history.queues), seconds=words.seconds(seconds), **span))
    if not past.whole:
        st.info(words("accuracy.weeks_only", days=history.grid.days), icon=":material/info:")
    if pressed and not _start(words, past, shown, asked):
        return None
    if job is not None and job.is_open:
        st.caption(words("accuracy.asked", n=job.payload["origins"], weeks=job.payload["weeks"]))
        asking.live(words, job.id, "accuracy_stop")
    elif kept is None:
        _nothing(words, job, asked)
    return None if kept is None else _told(words, kept)


def _start(words: Words, past: Past, shown: Shown, asked: Asked) -> bool:
    """Start the back-test and draw the page anew; False, with the reason, where the history is too short."""
    ask(actor(), Action.EDIT)
    try:
        backtest_origins(past.scenario, asked.origins, asked.weeks)
    except SettingsError:
        needed = MIN_HISTORY_DAYS + 7 * asked.weeks + 6
        days = past.scenario.history.grid.days
        st.warning(words("accuracy.short", days=days, needed=needed), icon=":material/history:")
        return False
    settings = state.settings()
    backtest_tasks.start(state.store(), asked, shown.place.folder, past.centre, settings.home, settings.db_url)
    st.rerun()


def _nothing(words: Words, job: Job | None, asked: Asked) -> None:
    """Why there is no report of these choices."""
    before = None if job is None else Asked.of(job)
    if job is not None and before == asked and not asking.ending(words, job):
        return
    if job is not None and before == asked and job.state == JobState.STOPPED:
        st.info(words("accuracy.stopped_early"), icon=":material/stop_circle:")
    elif before is not None and before.data != asked.data:
        st.info(words("accuracy.other_data"), icon=":material/update:")
    else:
        st.info(words("accuracy.none"), icon=":material/target:")


def _told(words: Words, kept: Kept) -> BacktestReport | None:
    """What the report is of; None where nothing could be scored."""
    report = kept.report
    if not kept.is_whole:
        told = words("accuracy.stopped", n=len(report.origins), total=kept.asked)
        st.warning(told, icon=":material/stop_circle:")
    if not report.scores:
        st.info(words("accuracy.nothing"), icon=":material/inbox:")
        return None
    span = {"first": str(report.origins[0]), "last": str(report.origins[-1])}
    st.caption(words("accuracy.done", n=len(report.origins), made=moment(kept.made_s), **span))
    return report


@st.cache_data(show_spinner=False, max_entries=16)
def _digest(key: str, _scenario: Scenario) -> str:
    return data_digest(_scenario)


def _kept(asked: Asked) -> Kept | None:
    path = report_file(state.settings().home, asked)
    return _read(str(path), path.stat().st_mtime_ns) if path.is_file() else None


@st.cache_resource(show_spinner=False, max_entries=16)
def _read(path: str, mtime_ns: int) -> Kept | None:
    """A report is frozen, so that every session may share it."""
    return read_report(Path(path))


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


def log(words: Words) -> None:
    """The log of the newest back-test once it has ended."""
    job = tasks.latest(state.store(), KIND)
    if job is not None and not job.is_open:
        run_log.log(words, job, "accuracy")


def _table(words: Words, table: pd.DataFrame, key: str, first: str) -> None:
    number = st.column_config.NumberColumn
    forms = {"bias": "%+.1f%%", "ratio_mean4": "%.2f"}
    shares = [name for name in SCORES if name != "ratio_mean4"]
    shown = table.copy()
    shown[shares] = (100 * shown[shares].astype(float)).round(2)
    shown["contacts"] = shown["contacts"].round()
    heads = {
        name: number(words(f"score.{name}"), format=forms.get(name, "%.1f%%"), help=words(f"score.{name}_help"))
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
            "contacts": number(words("column.contacts"), format="localized"),
            **heads,
        },
    )
