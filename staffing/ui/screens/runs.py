"""Make a new plan: start a search beside the page, watch it, stop it, apply, discard or compare what was found."""

import streamlit as st

from staffing.store.access import Action, may
from staffing.ui import jobs, state
from staffing.ui.actor import actor
from staffing.ui.blocks import head, only_look
from staffing.ui.sections import run_history, run_line, runs


def show() -> None:
    """Draw the page."""
    words = state.words()
    head(words, "runs")
    if not may(actor(), Action.EDIT):
        only_look(words, actor().role)
    job = run_line.current()
    left, right = st.columns([2, 3], gap="large")
    with left:
        st.subheader(words("runs.start"), anchor=False)
        runs.order_form(words, is_busy=job is not None and job.is_open)
    with right:
        st.subheader(words("runs.progress"), anchor=False)
        if job is None:
            st.info(words("runs.none"), icon=":material/hourglass_empty:")
        elif job.is_open:
            runs.live(words, job.id)
        else:
            runs.ended(words, job)
        run_line.line(words, "runs")
    run_history.history(words, jobs.finished(state.store()), job)


if __name__ == "__main__":
    show()
