"""Blocks that several pages draw: the head of a page, its empty and error states, badges."""

from typing import Literal

import streamlit as st

from staffing.store.access import Action, Role, may
from staffing.ui import opening, state
from staffing.ui.actor import actor
from staffing.ui.facts.verdict import State
from staffing.ui.palette import DARK
from staffing.ui.router import page
from staffing.ui.shown import CannotShowError, demo_folder, has_demo, point_at, remove_demo, restore_demo
from staffing.ui.state import Shown
from staffing.ui.words import Words

Color = Literal["blue", "gray", "green", "orange", "red"]
ICONS = {State.GOOD: ":material/check_circle:", State.WATCH: ":material/visibility:", State.BAD: ":material/error:"}
COLORS: dict[State, Color] = {State.GOOD: "green", State.WATCH: "orange", State.BAD: "red"}


CHANGING = ("schedule", "replan", "whatif", "accuracy")
"""Pages about a plan that are there to do something; others say themselves what a role may not do."""
TELL_STALE = ("overview", "forecast")
"""Pages that say in their own words that the plan is older than its centre."""
TIGHT = "<style>[data-testid='stMainBlockContainer'] { padding: 2.5rem 2rem 4rem; }</style>"
"""The default leaves a sixth of the screen empty above every page, and much beside it."""
DARK_ON_BRIGHT = "<style>[data-testid^='stBaseButton-primary']:not(:disabled) { color: #0F1216 !important; }</style>"
"""The dark theme's bright blue carries dark text; white on it could not be read."""


def head(words: Words, name: str) -> None:
    """Title and one sentence on what the page is for."""
    st.html(TIGHT + (DARK_ON_BRIGHT if state.look() is DARK else ""))
    st.title(words(f"{name}.title"), anchor=False)
    st.caption(words(f"{name}.lead"))
    opening.portion()


def only_look(words: Words, role: Role) -> None:
    """That a role is too low to change anything here."""
    st.info(words("centre.role", role=words(f"role.{role.name.lower()}")), icon=":material/lock:")


def plan_page(name: str) -> tuple[Words, Shown]:
    """The head of a page about the plan on show; draws why and stops where there is none."""
    words = state.words()
    head(words, name)
    found = state.shown_or_trouble()
    if isinstance(found, CannotShowError):
        trouble(words, found)
        st.stop()
    if found.place.source == "demo":
        sample(words)
    if name in CHANGING and not may(actor(), Action.EDIT):
        only_look(words, actor().role)
    if name not in TELL_STALE and state.is_stale(found):
        st.warning(words("state.stale"), icon=":material/update:")
        st.page_link(page("runs", words), label=words("state.make_plan"), icon=":material/play_arrow:")
    return words, found


def sample(words: Words) -> None:
    """That this is the sample, and the ways away from it."""
    st.info(words("state.demo"), icon=":material/science:")
    with st.container(horizontal=True, vertical_alignment="center"):
        own_files(words)
        if may(actor(), Action.CENTRE) and st.button(
            words("state.remove_demo"), key="remove_demo", icon=":material/delete:", type="tertiary"
        ):
            remove_demo(state.store())
            st.rerun()


def own_files(words: Words) -> None:
    """The way to a centre of one's own."""
    st.page_link(
        page("newcentre", words),
        label=words("state.own_files"),
        icon=":material/add_business:",
        query_params={"lang": words.lang},
    )


def trouble(words: Words, found: CannotShowError) -> None:
    """Why there is no plan, and the ways on."""
    say = st.info if found.code == "none" else st.warning
    demo = demo_folder()
    is_removed = found.code == "none" and demo is not None and not has_demo(state.store())
    code = "demo_removed" if is_removed else found.code
    say(words(f"state.{code}", folder=plain(str(found.folder or ""))), icon=":material/inbox:")
    if found.detail:
        with st.expander(words("state.detail")):
            st.code(found.detail, language=None, wrap_lines=True)
    with st.container(horizontal=True):
        own_files(words)
        st.page_link(page("runs", words), label=words("state.make_plan"), icon=":material/play_arrow:")
        if demo is not None and st.button(words("state.show_demo"), key="show_demo"):
            if is_removed:
                restore_demo(state.store())
            else:
                point_at(state.store(), demo)
            st.rerun()


def badge(words: Words, at: State, label: str) -> None:
    """A state as icon, word and colour."""
    st.badge(label, icon=ICONS[at], color=COLORS[at])


def plain(text: str) -> str:
    """Data inside a sentence: every sign that Markdown would read is escaped, so a name stays a name."""
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]()<>#+-.!|~$:&" else sign for sign in text).replace("\n", " ")
