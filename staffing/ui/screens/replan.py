"""Plan again from the plan on show with few changes, and what else could be done about its gaps."""

import streamlit as st

from staffing.ui import jobs, state
from staffing.ui.blocks import plan_page
from staffing.ui.sections import levers, replan, runs


def show() -> None:
    """Draw the page."""
    words, shown = plan_page("replan")
    if shown.plan.roster is None:
        st.warning(words("state.no_roster"), icon=":material/event_busy:")
        return
    store = state.store()
    job = jobs.newest(store)
    left, right = st.columns([2, 3], gap="large")
    with left:
        st.subheader(words("replan.order"), anchor=False)
        replan.order_form(words, shown, is_busy=job is not None and job.is_open)
    with right:
        if job is not None and job.payload.get("replan"):
            st.subheader(words("runs.progress"), anchor=False)
            if job.is_open:
                runs.live(words, job.id)
            else:
                runs.ended(words, job)
                replan.found(words, job)
        elif shown.plan.replanned is not None:
            replan.changes(words, shown.plan)
        else:
            st.info(words("replan.none"), icon=":material/edit_calendar:")
    levers.levers(words, shown)


if __name__ == "__main__":
    show()
