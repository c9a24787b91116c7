"""Plan again from the plan on show with few changes, and what else could be done about its gaps."""

import streamlit as st

from staffing.store import Job
from staffing.ui import jobs, state
from staffing.ui.blocks import plan_page
from staffing.ui.sections import levers, replan, run_line, runs


def show() -> None:
    """Draw the page."""
    words, shown = plan_page("replan")
    if shown.plan.roster is None:
        st.warning(words("state.no_roster"), icon=":material/event_busy:")
        return
    job = newest()
    left, right = st.columns(2, gap="medium")
    with left:
        st.subheader(words("replan.order"), anchor=False)
        replan.order_form(words, shown)
    with right:
        run_line.line(words, "replan", names_work=job is None or not job.is_open)
        if job is not None:
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


def newest() -> Job | None:
    """The re-plan at work or just ended, else the newest one that nobody has decided on; None without such a one."""
    store, job = state.store(), run_line.current()
    if job is None or job.payload.get("replan"):
        return job
    last = next((one for one in jobs.finished(store) if one.payload.get("replan")), None)
    return last if last is not None and jobs.offer(store, last) == jobs.Offer.OPEN else None


if __name__ == "__main__":
    show()
