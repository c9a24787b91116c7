"""A fresh tab gets its page in portions: title and figures are drawn before the browser is busy with the rest.

A page that arrives as a whole is also drawn as a whole: the programs of charts and tables are read first, and what had
to wait for its own program is then held back for some tenths of a second more. With a short pause after a portion the
browser draws it at once, and the whole page is not finished later for it.
"""

import time

import streamlit as st

PAUSE_S = 0.15
"""Long enough to draw a title or six figures on a slow machine."""
RUNS = "opening_runs"
"""How often this tab's script has begun, as far as it matters: once, or more."""


def begin() -> None:
    """Note that a run of this tab begins."""
    st.session_state[RUNS] = min(2, st.session_state.get(RUNS, 0) + 1)


def portion() -> None:
    """End a portion of a page: in the first run of a tab what follows is sent a moment later.

    Later runs find the programs loaded and are not held up; nor is a script without a browser.
    """
    if st.session_state.get(RUNS) == 1 and st.context.headers:
        time.sleep(PAUSE_S)
