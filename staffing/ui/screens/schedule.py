"""Who works when: the roster on a canvas, or as a table, with coverage above it on the same time axis."""

import streamlit as st

from staffing.ui.blocks import plan_page
from staffing.ui.components.roster_canvas import roster_canvas
from staffing.ui.components.roster_data import roster_data, selected_slot
from staffing.ui.sections import schedule


def show() -> None:
    """Draw the page."""
    words, shown = plan_page("schedule")
    plan, table = shown.plan, shown.coverage
    if plan.roster is None:
        st.warning(words("state.no_roster"), icon=":material/event_busy:")
        return

    rows, view = schedule.filters(words, shown)
    st.caption(words("schedule.count", shown=len(rows), all=len(plan.problem.agents)))
    if view == "table":
        schedule.week(words, plan, rows)
        return

    slot = selected_slot(table.grid, st.query_params.get("at", ""))
    queue = st.query_params.get("queue", "")
    jump = None if slot is None else (slot, queue if queue in table.queues else "")
    chosen = roster_canvas(roster_data(plan, table, words, rows, jump=jump), key="roster")
    schedule.details(words, plan, chosen)


if __name__ == "__main__":
    show()
