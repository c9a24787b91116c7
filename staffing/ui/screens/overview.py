"""Is this plan all right? State, figures, the worst gaps, and what to do next."""

import streamlit as st

from staffing.measures import short_hours
from staffing.ui import drawn, opening, plan_charts, state
from staffing.ui.blocks import plain, plan_page
from staffing.ui.facts.verdict import judgement, next_step
from staffing.ui.kept import kept
from staffing.ui.sections import explain, late, on_call, overview
from staffing.ui.sections import judged as proof

VIEWS = ("plan", "day")
"""The plan as it was made, and the day that is running."""


def show() -> None:
    """Draw the page."""
    words, shown = plan_page("overview")
    view = st.segmented_control(
        words("intraday.view"),
        VIEWS,
        default=VIEWS[0],
        required=True,
        format_func=lambda name: words("intraday.plan_view" if name == "plan" else "intraday.view_day"),
        key="overview_view",
        label_visibility="collapsed",
    )
    if view == "day":
        from staffing.ui.sections import intraday  # the simulation it needs is slow to load

        intraday.running_day(words, shown)
        return
    plan, names = shown.plan, shown.queue_names
    dates = plan.problem.grid.dates
    hours = kept(plan, short_hours)
    judged = judgement(plan, hours, names)

    st.subheader(f"{plain(plan.scenario.centre.name)} · {words.day(dates[0])} – {words.day(dates[-1])}", anchor=False)
    overview.standing(words, judged)
    is_stale = state.is_stale(shown)
    if is_stale:
        st.warning(words("overview.stale"), icon=":material/update:")
    overview.figures(words, shown, hours)
    opening.portion()
    overview.next_step(words, next_step(plan, judged, is_stale))
    opening.portion()

    on_call.on_call_now(words, shown)

    st.subheader(words("overview.gaps"), anchor=False)
    overview.gaps(words, shown)
    explain.fillers(words, shown)
    proof.worst(words, shown)
    proof.fixes(words, shown)
    late.deadlines(words, shown)

    st.subheader(words("overview.heat"), anchor=False)
    queue = st.selectbox(
        words("pick.queue"),
        ["", *names],
        format_func=lambda chosen: names.get(chosen, words("canvas.all_queues")),
        key="overview_queue",
        width=360,
    )
    drawn.kept_chart(
        shown, plan_charts.gaps, queue or None, words, state.look(), alt=words("overview.heat_alt"), key="overview_heat"
    )

    st.subheader(words("overview.service"), anchor=False)
    overview.service(words, shown)
    proof.days(words, shown)
    proof.rounds(words, shown)
    explain.people(words, shown)
    overview.proof(words, shown)


if __name__ == "__main__":
    show()
