"""Whom to hire and train in the months to come, what it keeps and what it costs."""

import streamlit as st

from staffing.ui import state
from staffing.ui.blocks import head
from staffing.ui.sections import capacity
from staffing.ui.shown import CannotShowError


def show() -> None:
    """Draw the page; it needs a centre folder with people, not a plan."""
    words = state.words()
    head(words, "capacity")
    found = state.shown_or_trouble()
    shown = None if isinstance(found, CannotShowError) else found
    given = capacity.inputs(words, shown)
    if given is None:
        return
    asked = capacity.controls(words, given)
    made = capacity.planned(words, given, asked)
    if made is None:
        st.info(words("capacity.none"), icon=":material/inbox:")
        return
    capacity.verdict(words, made.plans["base"], given.currency)
    capacity.scenarios(words, made.plans)
    capacity.draw(words, made.plans["base"])
    capacity.classes(words, made.plans["base"])
    capacity.heads(words, made.plans["base"])
    capacity.budget(words, made.plans["base"])
    capacity.downloads(words, made.plans["base"])


if __name__ == "__main__":
    show()
