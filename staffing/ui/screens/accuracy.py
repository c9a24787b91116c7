"""How good the forecasts of the past would have been."""

import streamlit as st

from staffing.ui.blocks import plan_page
from staffing.ui.past import past_of
from staffing.ui.sections import accuracy


def show() -> None:
    """Draw the page."""
    words, shown = plan_page("accuracy")
    report = accuracy.tried(words, past_of(shown), shown)
    if report is None:
        return
    st.subheader(words("accuracy.queues"), anchor=False)
    accuracy.queues(words, report, shown.queue_names)
    accuracy.one_queue(words, report, shown.queue_names)
    accuracy.log(words)


if __name__ == "__main__":
    show()
