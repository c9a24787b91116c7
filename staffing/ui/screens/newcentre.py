"""A centre from somebody's own files, in five steps; no centre is written before the last one."""

import streamlit as st

from staffing.files.wizard import spool
from staffing.store.access import Action, may
from staffing.ui import newcentre, state
from staffing.ui.actor import actor
from staffing.ui.blocks import head, plain
from staffing.ui.sections import newcentre as steps
from staffing.ui.sections import newcentre_tables as tables
from staffing.ui.sections import newcentre_work as work
from staffing.ui.words import Words

DRAW = {
    "files": steps.files,
    "columns": steps.columns,
    "targets": tables.targets,
    "people": tables.people,
    "check": steps.check,
}


def show() -> None:
    """Draw the page."""
    words = state.words()
    head(words, "newcentre")
    if not may(actor(), Action.CENTRE):
        st.info(words("newcentre.role"), icon=":material/lock:")
        return
    try:
        _steps(words)
    except OSError as error:
        st.error(words("newcentre.not_written", reason=plain(str(error))), icon=":material/error:")


def _steps(words: Words) -> None:
    spool.sweep(state.settings().home)
    if steps.CREATED in st.session_state:
        folder, has_people = st.session_state[steps.CREATED]
        steps.ladder(words, len(newcentre.STEPS))
        steps.created(words, folder, has_people=has_people)
        return
    draft = work.draft()
    step = draft.sound_step()
    if step != draft.answers.step:
        draft.set(step=step, asked=False)
    work.kept(words, draft)
    steps.ladder(words, step)
    DRAW[newcentre.STEPS[step]](words, draft)


if __name__ == "__main__":
    show()
