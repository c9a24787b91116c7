"""Who works when: the roster on a canvas that can be edited, or as a table, with coverage on the same time axis."""

import streamlit as st

from staffing.ui.blocks import plan_page
from staffing.ui.components.roster_data import selected_slot
from staffing.ui.sections import on_call, schedule, schedule_draft, schedule_edit


def show() -> None:
    """Draw the page."""
    words, shown = plan_page("schedule")
    if shown.plan.roster is None:
        st.warning(words("state.no_roster"), icon=":material/event_busy:")
        return

    editing = schedule_edit.editing_of(shown)
    now = editing.now
    rows, view = schedule.filters(words, shown, now.plan, now.coverage)
    schedule_draft.simulate(words, shown)
    on_call.strip(words, shown, editing)
    if view == "table":
        schedule_draft.not_saved(words, schedule_draft.save(shown, editing))  # edits that came with the step to it
        st.caption(words("schedule.count", shown=len(rows), all=len(now.plan.problem.agents)))
        schedule.week(words, now.plan, rows)
        return

    slot = selected_slot(now.coverage.grid, st.query_params.get("at", ""))
    queue = st.query_params.get("queue", "")
    jump = None if slot is None else (slot, queue if queue in now.coverage.queues else "")
    schedule_edit.canvas_base(editing, words, rows, jump, editable=schedule_edit.may_edit())
    schedule_edit.desk(words, shown, editing)


if __name__ == "__main__":
    show()
