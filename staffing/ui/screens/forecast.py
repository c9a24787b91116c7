"""How many contacts are expected, how sure that is, and how long each takes."""

import streamlit as st

from staffing.ui import charts, state
from staffing.ui.blocks import plain, plan_page
from staffing.ui.facts.frames import busy_steps, daily_history, day_totals, forecast_frame
from staffing.ui.past import past_of
from staffing.ui.sections import forecast as blocks
from staffing.ui.sections import pick

HISTORY_DAYS = 56


def show() -> None:
    """Draw the page."""
    words, shown = plan_page("forecast")
    plan, names = shown.plan, shown.queue_names
    forecast = plan.forecast
    with st.container(horizontal=True):
        queue = pick.queue(words, {name: names.get(name, name) for name in forecast.queues}, "forecast_queue")
        day = pick.day(words, plan, "forecast_day", whole=True)

    totals = day_totals(forecast, queue)
    st.subheader(words("forecast.curve"), anchor=False)
    first, days = (0, forecast.grid.days) if day is None else (day, 1)
    steps = busy_steps(forecast.grid, first, days, forecast.high95[forecast.queues.index(queue)])
    frame = forecast_frame(forecast, queue, steps)
    axis = charts.time_axis(forecast.grid, steps, words)
    st.altair_chart(
        charts.bands(frame, axis, words, state.look()), alt=words("forecast.curve_alt"), key="forecast_curve"
    )
    st.caption(words("forecast.curve_help") + (" " + words("forecast.base_help") if "base" in frame else ""))
    blocks.layers(words, plan, queue)

    st.subheader(words("forecast.days"), anchor=False)
    history = daily_history(plan.scenario.history, queue, HISTORY_DAYS)
    if history.empty:
        st.info(words("forecast.derived"))
    st.altair_chart(
        charts.daily(history, totals, words, state.look()), alt=words("forecast.days_alt"), key="forecast_days"
    )
    st.caption(words("forecast.days_help"))
    pick.totals(words, plan, totals, "forecast_totals")

    st.subheader(words("forecast.aht"), anchor=False)
    st.altair_chart(charts.handle_time(frame, axis, words), alt=words("forecast.aht_alt"), key="forecast_aht")

    past = past_of(shown)
    blocks.why(words, shown, past, queue, day)
    blocks.effects(words, shown, past, queue)
    blocks.today(words, shown, past, queue)

    st.subheader(words("forecast.how"), anchor=False)
    st.markdown(words("forecast.method", method=plain(forecast.method[forecast.queues.index(queue)])))
    for note in forecast.notes:
        if ("queue", queue) in note.params or all(name != "queue" for name, _ in note.params):
            st.markdown(f"- {plain(words.note(note))}")


if __name__ == "__main__":
    show()
