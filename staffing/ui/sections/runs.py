"""Blocks of the Runs page: order, live progress, ending."""

import time
from pathlib import Path

import streamlit as st

from staffing.domain.result import CUTS
from staffing.i18n import text
from staffing.store import Job, JobState
from staffing.store.access import Action, ask, may
from staffing.store.jobs import events, get_job, request_stop, sweep_lost
from staffing.ui import charts, drawn, jobs, state
from staffing.ui.actor import actor
from staffing.ui.blocks import Color, plain
from staffing.ui.facts.run_log import phase_words
from staffing.ui.sections.run_line import POLL_S, give
from staffing.ui.sections.run_log import log
from staffing.ui.shown import chosen_centre, sample_folder
from staffing.ui.words import Words

BADGES: dict[JobState, tuple[str, Color]] = {
    JobState.WAITING: ("hourglass_empty", "gray"),
    JobState.QUEUED: ("hourglass_top", "gray"),
    JobState.RUNNING: ("autorenew", "blue"),
    JobState.DONE: ("check_circle", "green"),
    JobState.STOPPED: ("stop_circle", "orange"),
    JobState.FAILED: ("error", "red"),
    JobState.LOST: ("link_off", "red"),
}
CHANCES = (None, 0.7, 0.8, 0.9, 0.95)


def order_form(words: Words, *, is_busy: bool) -> None:
    """What to plan. One run works at a time: while it `is_busy` an order waits for its turn."""
    sample = chosen_centre(state.store()) or sample_folder("hr-centre")
    with st.form("runs_form"):
        centre = st.text_input(
            words("runs.centre"), value=str(sample or ""), key="runs_centre", help=words("runs.centre_help")
        )
        first, second = st.columns(2)
        first_day = first.date_input(
            words("runs.first_day"),
            value=None,
            key="runs_first_day",
            format="YYYY-MM-DD",
            help=words("runs.first_day_help"),
        )
        weeks = second.number_input(words("runs.weeks"), 1, 8, 1, key="runs_weeks")
        limit = first.number_input(
            words("runs.limit"), 1, 7200, 60, step=10, key="runs_limit", help=words("runs.limit_help")
        )
        seed = second.number_input(words("runs.seed"), 0, 2**31 - 1, 1, key="runs_seed", help=words("runs.seed_help"))
        cores = state.settings().workers
        workers = first.number_input(words("runs.workers"), 1, max(64, cores), cores, key="runs_workers")
        chance = second.selectbox(
            words("runs.probability"),
            CHANCES,
            format_func=lambda value: words("runs.on_average") if value is None else words.percent(value, 0),
            key="runs_probability",
            help=words("runs.probability_help"),
        )
        parts = st.selectbox(
            words("runs.parts"),
            CUTS,
            format_func=lambda value: words(f"runs.parts_{value}"),
            key="runs_parts",
            help=words("runs.parts_help"),
        )
        pressed = st.form_submit_button(
            words("runs.button_turn" if is_busy else "runs.button"),
            type="primary",
            icon=":material/playlist_add:" if is_busy else ":material/play_arrow:",
            help=words("runs.button_turn_help") if is_busy else None,
            disabled=not may(actor(), Action.EDIT),
            key="runs_button",
        )
    if not pressed:
        return
    folder = Path(centre.strip()).expanduser()
    if not (folder / "centre.toml").is_file():
        st.error(words("runs.no_centre", folder=plain(centre)), icon=":material/folder_off:")
        return
    give(words, jobs.Order(folder, int(weeks), float(limit), int(seed), int(workers), first_day, chance, parts))
    st.rerun()


def state_badge(words: Words, job: Job) -> None:
    """A job's state as icon, word and colour."""
    icon, color = BADGES[job.state]
    st.badge(words(f"job.{job.state}"), icon=f":material/{icon}:", color=color)


@st.fragment(run_every=POLL_S)
def live(words: Words, job_id: str, key: str = "runs") -> None:
    """Progress of an unfinished job; one full rerun when it ends stops the polling. `key`: of this job on its page."""
    store = state.store()
    sweep_lost(store)
    job = get_job(store, job_id)
    if not job.is_open:
        st.rerun(scope="app")
    state_badge(words, job)
    steps = events(store, job.id)
    seen = jobs.progress(steps)
    seconds = words.number(jobs.elapsed_s(job, time.time()))
    st.markdown(words("runs.at", phase=phase_words(seen.phase, words), seconds=seconds))
    figures(words, seen, key)
    if job.stop_requested:
        st.info(words("runs.stopping"), icon=":material/hourglass_bottom:")
    else:
        st.button(
            words("runs.stop"),
            key=f"{key}_stop",
            icon=":material/stop:",
            help=words("runs.stop_help"),
            disabled=not may(actor(), Action.EDIT),
            on_click=_stop,
            args=(job.id,),
        )
    log(words, job, key, steps)


def _stop(job_id: str) -> None:
    ask(actor(), Action.EDIT)
    request_stop(state.store(), job_id)


def figures(words: Words, seen: jobs.Progress, key: str = "runs") -> None:
    """Best cost, bound and gap so far; a word where there is no number yet."""
    waiting = words("runs.searching")
    with st.container(horizontal=True):
        st.metric(words("chart.cost"), waiting if seen.cost is None else words.number(seen.cost), border=True)
        st.metric(words("chart.bound"), waiting if seen.bound is None else words.number(seen.bound), border=True)
        gap = waiting if seen.gap is None else words.percent(seen.gap, 2)
        st.metric(words("metric.gap"), gap, border=True, help=words("runs.gap_help"))
    if seen.cost is not None:
        chart = charts.progress(list(seen.seconds), list(seen.costs), list(seen.bounds), words, state.look())
        drawn.chart(chart, alt=words("runs.chart_alt"), key=f"{key}_chart")


def ended(words: Words, job: Job, key: str = "runs") -> None:
    """How a job ended, and what to do with its plan."""
    store, summary = state.store(), dict(job.summary or {})
    state_badge(words, job)
    code = str(summary.get("code", "ended" if job.state in (JobState.DONE, JobState.STOPPED) else job.state))
    st.markdown(words(f"ending.{code}", seconds=words.number(jobs.elapsed_s(job, time.time()))))
    if "status" in summary:
        status, stop = words.term(f"status.{summary['status']}"), words.term(f"stop.{summary['stop_reason']}")
        st.markdown(words("runs.status", status=status, stop=stop, violations=summary["violations"]))
    if summary.get("message"):
        st.text(str(summary["message"]))
    for fault in summary.get("faults", []):
        row = "" if fault["row"] is None else f":{fault['row']}"
        told = text(f"fault.{fault['code']}", words.lang, **{**fault, "value": "…"})
        st.markdown(f"- {plain(fault['file'])}{row} {plain(fault['column'] or '')}: {plain(told)}")
    decide(words, job, key)
    steps = events(store, job.id)
    figures(words, jobs.progress(steps), key)
    log(words, job, key, steps)


def decide(words: Words, job: Job, key: str, *, brief: bool = False) -> None:
    """Put the plan of an ended job on show or delete it; or what has become of it. `brief`: without what that means."""
    offered = jobs.offer(state.store(), job)
    if offered == jobs.Offer.APPLIED:
        st.success(words("runs.applied"), icon=":material/task_alt:")
    elif offered == jobs.Offer.GONE:
        st.caption(words("runs.gone"))
    elif offered == jobs.Offer.OPEN:
        if not brief:
            st.info(words("runs.proposal"), icon=":material/rule:")
        _choose(words, job, key)


def _choose(words: Words, job: Job, key: str) -> None:
    can = may(actor(), Action.EDIT)
    with st.container(horizontal=True):
        if st.button(
            words("runs.apply"), key=f"{key}_apply", type="primary", icon=":material/check:", disabled=not can
        ):
            ask(actor(), Action.EDIT)
            jobs.apply(state.store(), job)
            st.rerun()
        if st.button(words("runs.discard"), key=f"{key}_discard", icon=":material/delete:", disabled=not can):
            ask(actor(), Action.EDIT)
            jobs.discard(state.store(), job)
            st.rerun()
