"""The full answer on the What-if page: started as a job, watched, stopped, and how it ended."""

import time
from collections.abc import Mapping

import streamlit as st

from staffing.files.whatif_folder import SavedWhatIf
from staffing.store import Job
from staffing.store.access import Action, ask, may
from staffing.ui import jobs, state, tasks, whatif_tasks
from staffing.ui.actor import actor
from staffing.ui.blocks import plain
from staffing.ui.sections import runs
from staffing.ui.sections.run_log import log
from staffing.ui.shown import centre_of
from staffing.ui.state import Shown
from staffing.ui.words import Words


def order(words: Words, shown: Shown, saved: Mapping[str, SavedWhatIf]) -> None:
    """Which scenario to search a roster for, and how the newest search stands."""
    st.caption(words("whatif.full_help"))
    job = tasks.latest(state.store(), whatif_tasks.KIND)
    is_busy = job is not None and job.is_open
    if not saved:
        st.info(words("whatif.save_first"), icon=":material/save:")
    else:
        with st.form("whatif_full_form", border=True):
            name = st.selectbox(words("whatif.head_scenario"), list(saved), key="whatif_full_name")
            seconds = st.number_input(
                words("runs.limit"), 1, 7200, 30, step=10, key="whatif_full_limit", help=words("runs.limit_help")
            )
            pressed = st.form_submit_button(
                words("whatif.search"),
                type="primary",
                icon=":material/play_arrow:",
                disabled=is_busy or shown.plan.roster is None or not may(actor(), Action.EDIT),
                key="whatif_full_start",
            )
        if pressed and name in saved:
            ask(actor(), Action.EDIT)
            settings = state.settings()
            whatif_tasks.start(
                state.store(),
                saved[name],
                shown.place.folder,
                shown.digest,
                shown.plan.scenario.centre.name,
                float(seconds),
                settings.home,
                settings.db_url,
                folder=centre_of(state.store(), shown.place),
            )
            st.rerun()
    if job is None:
        return
    st.markdown(f"**{plain(str(job.payload['name']))}**")
    if job.is_open:
        runs.live(words, job.id)
    else:
        ended(words, shown, job, saved)


def ended(words: Words, shown: Shown, job: Job, saved: Mapping[str, SavedWhatIf]) -> None:
    """How the newest search ended, and whether its answer still fits."""
    runs.state_badge(words, job)
    summary = dict(job.summary or {})
    code = str(summary.get("code", job.state))
    st.markdown(words(f"ending.{code}", seconds=words.number(jobs.elapsed_s(job, time.time()))))
    if summary.get("message"):
        st.text(str(summary["message"]))
    log(words, job, "whatif")
    one = saved.get(str(job.payload["name"]))
    fits = one is not None and one.digest == job.payload["scenario"] and job.payload["digest"] == shown.digest
    if summary.get("outcome") is not None and not fits:
        st.warning(words("whatif.out_of_date"), icon=":material/update:")
    offered = jobs.offer(state.store(), job)
    if offered == jobs.Offer.APPLIED:
        st.success(words("runs.applied"), icon=":material/task_alt:")
    elif offered == jobs.Offer.OPEN:
        _decide(words, job)


def _decide(words: Words, job: Job) -> None:
    """Put the plan of the scenario on show, or delete it."""
    st.info(words("whatif.proposal", name=plain(str(job.payload["name"]))), icon=":material/rule:")
    can = may(actor(), Action.EDIT)
    with st.container(horizontal=True):
        if st.button(
            words("runs.apply"), key="whatif_apply", type="primary", icon=":material/check:", disabled=not can
        ):
            ask(actor(), Action.EDIT)
            jobs.apply(state.store(), job)
            st.rerun()
        if st.button(words("runs.discard"), key="whatif_discard", icon=":material/delete:", disabled=not can):
            ask(actor(), Action.EDIT)
            jobs.discard(state.store(), job)
            st.rerun()
