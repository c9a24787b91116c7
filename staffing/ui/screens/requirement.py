"""How many agents each interval needs, where the number comes from, and what other numbers would buy."""

import streamlit as st

from staffing.ui import drawn, plan_charts, state
from staffing.ui.blocks import plan_page
from staffing.ui.facts.coverage import on_intervals
from staffing.ui.facts.tables import staffing_table
from staffing.ui.facts.trace import busiest, trace
from staffing.ui.router import ICONS, page
from staffing.ui.sections import pick, requirement


def show() -> None:
    """Draw the page."""
    words, shown = plan_page("requirement")
    plan, names = shown.plan, shown.queue_names
    grid = plan.requirement.grid
    table = on_intervals(shown.coverage, grid.step_min)
    with st.container(horizontal=True):
        queue = pick.queue(words, names, "requirement_queue")
        day = pick.day(words, plan, "requirement_day") or 0
        step = requirement.interval(words, grid, day, busiest(plan, queue, day))

    st.subheader(words("requirement.levels"), anchor=False)
    drawn.kept_chart(
        shown,
        plan_charts.levels,
        queue,
        day,
        step,
        words,
        state.look(),
        alt=words("requirement.levels_alt"),
        key="requirement_levels",
    )
    with st.expander(words("requirement.as_table")):
        st.dataframe(staffing_table(table, queue, words), hide_index=True, key="requirement_table")

    left, right = st.columns(2, gap="large")
    found = trace(plan, table, queue, step)
    with left:
        moment = grid.local(step)
        st.subheader(words("requirement.trace", when=words.span(moment, grid.local(step + 1))), anchor=False)
        requirement.trace_steps(words, found)
    with right:
        st.subheader(words("requirement.curve"), anchor=False)
        requirement.curve(words, plan, found)

    st.page_link(page("calculator", words), label=words("requirement.calculate"), icon=ICONS["calculator"])
    requirement.promises(words, shown)
    requirement.remarks(words, plan, queue, names)


if __name__ == "__main__":
    show()
