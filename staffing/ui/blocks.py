"""Blocks that several pages draw: the head of a page, its empty and error states, badges."""

from typing import Literal

import streamlit as st

from staffing.ui import state
from staffing.ui.facts.verdict import State
from staffing.ui.router import page
from staffing.ui.shown import CannotShowError, demo_folder, point_at
from staffing.ui.state import Shown
from staffing.ui.words import Words

Color = Literal["blue", "gray", "green", "orange", "red"]
ICONS = {State.GOOD: ":material/check_circle:", State.WATCH: ":material/visibility:", State.BAD: ":material/error:"}
COLORS: dict[State, Color] = {State.GOOD: "green", State.WATCH: "orange", State.BAD: "red"}


TIGHT = "<style>[data-testid='stMainBlockContainer'] { padding: 2.5rem 3rem 4rem; }</style>"
"""The default leaves a sixth of the screen empty above every page."""


def head(words: Words, name: str) -> None:
    """Title and one sentence on what the page is for."""
    st.html(TIGHT)
    st.title(words(f"{name}.title"), anchor=False)
    st.caption(words(f"{name}.lead"))


def plan_page(name: str) -> tuple[Words, Shown]:
    """The head of a page about the plan on show; draws why and stops where there is none."""
    words = state.words()
    head(words, name)
    found = state.shown_or_trouble()
    if isinstance(found, CannotShowError):
        trouble(words, found)
        st.stop()
    if found.place.source == "demo":
        st.info(words("state.demo"), icon=":material/science:")
    return words, found


def trouble(words: Words, found: CannotShowError) -> None:
    """Why there is no plan, and the ways on."""
    say = st.info if found.code == "none" else st.warning
    say(words(f"state.{found.code}", folder=plain(str(found.folder or ""))), icon=":material/inbox:")
    if found.detail:
        with st.expander(words("state.detail")):
            st.code(found.detail, language=None, wrap_lines=True)
    with st.container(horizontal=True):
        st.page_link(page("runs", words), label=words("state.make_plan"), icon=":material/play_arrow:")
        demo = demo_folder()
        if demo is not None and found.code != "none" and st.button(words("state.show_demo"), key="show_demo"):
            point_at(state.store(), demo)
            st.rerun()


def badge(words: Words, at: State, label: str) -> None:
    """A state as icon, word and colour."""
    st.badge(label, icon=ICONS[at], color=COLORS[at])


def plain(text: str) -> str:
    """Data inside a sentence: every sign that Markdown would read is escaped, so a name stays a name."""
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]()<>#+-.!|~$:&" else sign for sign in text).replace("\n", " ")
