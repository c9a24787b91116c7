"""How many contacts are expected, how sure that is, and how long each takes."""

import streamlit as st

from staffing.ui import drawn, plan_charts, state
from staffing.ui.blocks import plain, plan_page
from staffing.ui.facts.frames import daily_history, day_totals
from staffing.ui.kept import kept
from staffing.ui.past import past_of
from staffing.ui.sections import forecast as blocks
from staffing.ui.sections import forecast_edit, pick


def show() -> None:
    """Draw the page."""
    words, shown = plan_page("forecast")
    plan, names = shown.plan, shown.queue_names
    forecast = plan.forecast
    with st.container(horizontal=True):
        queue = pick.queue(words, {name: names.get(name, name) for name in forecast.queues}, "forecast_queue")
        day = pick.day(words, plan, "forecast_day", whole=True)

    st.subheader(words("forecast.curve"), anchor=False)
    past, look = past_of(shown), state.look()
    forecast_edit.desk(words, shown, past, queue, day)

    st.subheader(words("forecast.days"), anchor=False)
    if kept(plan.scenario.history, daily_history, queue, plan_charts.HISTORY_DAYS).empty:
        st.info(words("forecast.derived"))
    drawn.kept_chart(
        shown, plan_charts.day_by_day, queue, words, look, alt=words("forecast.days_alt"), key="forecast_days"
    )
    st.caption(words("forecast.days_help"))
    pick.totals(words, plan, kept(forecast, day_totals, queue), "forecast_totals")

    st.subheader(words("forecast.aht"), anchor=False)
    drawn.kept_chart(
        shown, plan_charts.handle_time, queue, day, words, alt=words("forecast.aht_alt"), key="forecast_aht"
    )

    blocks.why(words, shown, past, queue, day)
    blocks.effects(words, shown, past, queue)
    blocks.today(words, shown, past, queue)

    st.subheader(words("forecast.how"), anchor=False)
    method = words.method(forecast.method[forecast.queues.index(queue)], names)
    st.markdown(words("forecast.method", method=plain(method)))
    for note in forecast.notes:
        if ("queue", queue) in note.params or all(name != "queue" for name, _ in note.params):
            st.markdown(f"- {plain(words.note(note, names))}")


if __name__ == "__main__":
    show()
