"""What the centre is judged by: measures with targets, trend and doubt, and the scorecard of the teams."""

import streamlit as st

from staffing.ui import state
from staffing.ui.blocks import head
from staffing.ui.sections import kpi
from staffing.ui.shown import CannotShowError


def show() -> None:
    """Draw the page; it needs records, not a plan."""
    words = state.words()
    head(words, "kpi")
    found = state.shown_or_trouble()
    shown = None if isinstance(found, CannotShowError) else found
    given = kpi.records(words, shown)
    if given is None:
        return
    sheet = kpi.chosen(words, given, shown)
    if sheet is None:
        st.info(words.term("kpi.nothing"), icon=":material/inbox:")
        return
    kpi.measures(words, sheet)
    kpi.groups(words, sheet)
    kpi.card(words, sheet)
    kpi.downloads(words, sheet)


if __name__ == "__main__":
    show()
