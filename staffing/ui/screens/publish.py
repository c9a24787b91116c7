"""Check, publish, download: the plan leaves the house here."""

import streamlit as st

from staffing.measures import short_hours
from staffing.ui.blocks import plan_page
from staffing.ui.sections import publish, versions


def show() -> None:
    """Draw the page."""
    words, shown = plan_page("publish")
    hours = short_hours(shown.plan)
    left, right = st.columns([3, 2], gap="large")
    below = st.container()
    with left:
        st.subheader(words("publish.checks"), anchor=False)
        publish.checklist(words, shown, hours)
        versions.release(words, shown, below)
    with right:
        st.subheader(words("publish.downloads"), anchor=False)
        publish.downloads(words, shown)


if __name__ == "__main__":
    show()
