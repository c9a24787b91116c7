"""Agents for any interval, what one agent more or less does, and how sure the answer is."""

import streamlit as st

from staffing.ui import state
from staffing.ui.blocks import head
from staffing.ui.sections import calculator
from staffing.ui.shown import CannotShowError


def show() -> None:
    """Draw the page; it needs no plan, but takes a queue's figures from one."""
    words = state.words()
    head(words, "calculator")
    found = state.shown_or_trouble()
    plan = None if isinstance(found, CannotShowError) else found.plan
    left, right = st.columns([1, 2], gap="large")
    with left:
        asked = calculator.inputs(words, plan)
    with right:
        calculator.answer(words, asked)


if __name__ == "__main__":
    show()
