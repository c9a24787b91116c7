"""What the steps of New centre share: the draft of this tab, its keys, and the stages that a job may work."""

from datetime import datetime
from zoneinfo import ZoneInfo, available_timezones

import streamlit as st

from staffing.errors import DataError
from staffing.files.wizard.spool import DAYS_KEPT
from staffing.store import Job, JobState
from staffing.ui import state
from staffing.ui.actor import actor
from staffing.ui.centre import faults_table
from staffing.ui.newcentre import Draft
from staffing.ui.sections import asking
from staffing.ui.sections.runs import state_badge
from staffing.ui.words import Words

KEY, ROUND = "newcentre", "newcentre_round"


def draft() -> Draft:
    """The unfinished import of the one who acts, as it stands on disk."""
    zone = st.context.timezone
    found = Draft(state.settings().home, actor(), zone if zone in available_timezones() else "UTC")
    known: Draft | None = st.session_state.get(KEY)
    if known is not None and known.is_same(found):
        return known
    if known is not None:
        next_round()  # another tab has gone on, or ended it
    st.session_state[KEY] = found
    return found


def next_round() -> None:
    """Let every field be filled from the draft anew."""
    st.session_state[ROUND] = st.session_state.get(ROUND, 0) + 1


def key(name: str) -> str:
    """Key of a field; it changes where the draft was changed past the field."""
    count = st.session_state.get(ROUND, 0)
    return f"newcentre_{name}" + (f"_{count}" if count else "")


def kept(words: Words, draft: Draft) -> None:
    """That an import is kept, and the button that deletes it."""
    if draft.folder is None:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        zone = st.context.timezone
        begun = datetime.fromtimestamp(draft.answers.begun_s, ZoneInfo(zone) if zone else None)
        st.caption(words("newcentre.kept", begun=f"{begun:%Y-%m-%d %H:%M}", days=DAYS_KEPT), width="stretch")
        with st.popover(words("newcentre.anew"), icon=":material/restart_alt:"):
            st.markdown(words("newcentre.anew_help"))
            if st.button(words("newcentre.anew_button"), key="newcentre_anew", icon=":material/delete:"):
                draft.discard(state.store())
                next_round()
                st.rerun()


def faults(words: Words, error: DataError) -> None:
    """Every fault with its place and what would be right."""
    st.error(words("newcentre.faults", count=len(error.faults)), icon=":material/error:")
    faults_table(words, error.faults, f"newcentre_{error.faults[0].file}_faults")


def begin(words: Words, draft: Draft, stage: str) -> None:
    """Work a stage at once, or let a job do so where it is large."""
    if draft.is_large(stage):
        draft.order(state.store(), stage, state.settings().db_url)
        return
    with st.spinner(words("newcentre.reading")):
        draft.work(stage)


def is_running(words: Words, draft: Draft, stage: str) -> bool:
    """Whether a job is at work for this import; then it tells how far it is."""
    job = draft.job(state.store(), stage)
    if job is None or not job.is_open:
        return False
    with st.container(border=True):
        asking.live(words, job.id, "newcentre_stop")
    return True


def broken(draft: Draft, stage: str) -> Job | None:
    """The job that ended without having made the stage, where there is one."""
    try:
        job = None if draft.is_made(stage) else draft.job(state.store(), stage)
    except DataError:
        return None
    return None if job is None or job.is_open else job


def trouble(words: Words, draft: Draft, stage: str) -> bool:
    """What stands in the way of a stage: faults of the files, or a job that did not come to its end."""
    try:
        draft.is_made(stage)
    except DataError as error:
        faults(words, error)
        return True
    job = broken(draft, stage)
    if job is None:
        return False
    if job.state == JobState.DONE:
        state_badge(words, job)
    asking.ending(words, job)
    st.info(words("newcentre.unfinished"), icon=":material/restart_alt:")
    return True
