"""A centre from somebody's own files, in five steps; nothing is written before the last one."""

import streamlit as st

from staffing.store.access import Action, may
from staffing.ui import newcentre, state
from staffing.ui.actor import actor
from staffing.ui.blocks import head
from staffing.ui.sections import newcentre as steps
from staffing.ui.sections import newcentre_tables as tables


def show() -> None:
    """Draw the page."""
    words = state.words()
    head(words, "newcentre")
    if not may(actor(), Action.CENTRE):
        st.info(words("newcentre.role"), icon=":material/lock:")
        return
    draft = steps.draft()
    steps.ladder(words, draft)
    name = newcentre.STEPS[draft.step]
    draw = {
        "files": steps.files,
        "columns": steps.columns,
        "targets": tables.targets,
        "people": tables.people,
        "check": steps.check,
    }
    draw[name](words, draft)


if __name__ == "__main__":
    show()
