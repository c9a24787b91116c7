"""Blocks for a job that answers a question: how far it is, a button that stops it, and how it ended."""

import time

import streamlit as st

from staffing.store import Job, JobState
from staffing.store.jobs import events, get_job, request_stop, sweep_lost
from staffing.ui import jobs, state
from staffing.ui.sections.run_line import POLL_S
from staffing.ui.sections.run_log import log
from staffing.ui.sections.runs import state_badge
from staffing.ui.words import Words

FILES = ("file_roster_xlsx", "file_report_html", "file_report_pdf", "file_calendars_zip", "file_all_zip")
IMPORT = ("import_rows", "import_convert", "import_check")
PHASES = (
    *("queued", "read", "forecast", "requirement", "conflicts", "ways_out", "rules", "capacity", "backtest", "levers"),
    *FILES,
    *IMPORT,
)


@st.fragment(run_every=POLL_S)
def live(words: Words, job_id: str, key: str) -> None:
    """Progress of an unfinished job; one full rerun when it ends stops the polling."""
    store = state.store()
    sweep_lost(store)
    job = get_job(store, job_id)
    if not job.is_open:
        st.rerun(scope="app")
    seen = events(store, job.id)
    last = seen[-1] if seen else None
    phase = last.phase if last is not None and last.phase in PHASES else "queued"
    state_badge(words, job)
    seconds = words.number(jobs.elapsed_s(job, time.time()))
    st.markdown(words("runs.at", phase=words(f"asking.{phase}"), seconds=seconds))
    if last is not None and last.objective is not None and last.bound:
        done = words("asking.of", done=words.number(last.objective), total=words.number(last.bound))
        st.progress(min(1.0, last.objective / last.bound), text=done)
    if job.stop_requested:
        st.info(words("asking.stopping"), icon=":material/hourglass_bottom:")
    else:
        st.button(words("asking.stop"), key=key, icon=":material/stop:", on_click=request_stop, args=(store, job.id))
    log(words, job, key, seen)


def ending(words: Words, job: Job) -> bool:
    """How a job ended, where that is worth a word; whether it may have an answer."""
    if job.state in (JobState.FAILED, JobState.LOST):
        state_badge(words, job)
        code = str((job.summary or {}).get("code", job.state))
        st.error(
            words(f"ending.{code}", seconds=words.number(jobs.elapsed_s(job, time.time()))), icon=":material/error:"
        )
        if (job.summary or {}).get("message"):
            st.text(str((job.summary or {})["message"]))
        log(words, job, f"ended_{job.kind}")
        return False
    if job.state == JobState.STOPPED:
        state_badge(words, job)
    return True
