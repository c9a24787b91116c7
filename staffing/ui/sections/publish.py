"""Blocks of the Publish page: checklist, release, downloads."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import streamlit as st

from staffing.measures import Hours
from staffing.store.pointers import get_pointer
from staffing.ui import state
from staffing.ui.blocks import COLORS, ICONS, plain
from staffing.ui.exports import MIME, export_folder, file_bytes
from staffing.ui.facts.checks import checks, may_publish
from staffing.ui.facts.verdict import State
from staffing.ui.sections.overview import violations
from staffing.ui.shown import PUBLISHED, CannotShowError, plan_digest, point_at
from staffing.ui.state import Shown
from staffing.ui.words import Words

SHARES = ("service", "short", "gap")


def checklist(words: Words, shown: Shown, hours: Hours) -> None:
    """Each check with its state and number."""
    for check in checks(shown.plan, hours):
        value = words.percent(check.value) if check.code in SHARES else words.number(check.value)
        label = words(f"judge.{check.state.value}")
        with st.container(horizontal=True, vertical_alignment="center"):
            st.badge(label, icon=ICONS[check.state], color=COLORS[check.state])
            st.markdown(words(f"check.{check.code}", value=value), width="content")
    if shown.plan.violations:
        violations(words, shown, "publish_violations")


def release(words: Words, shown: Shown) -> None:
    """Which version is published, and the button that publishes this one."""
    st.subheader(words("publish.release"), anchor=False)
    pointed = get_pointer(state.store(), PUBLISHED)
    is_this = pointed is not None and pointed[1] == shown.digest
    if pointed is None:
        st.markdown(words("publish.none"))
    else:
        _published(words, Path(pointed[0]), pointed[1], is_this)
    allowed = may_publish(shown.plan)
    if not allowed:
        st.error(words("publish.blocked"), icon=":material/block:")
    pressed = st.button(
        words("publish.button"),
        key="publish_button",
        type="primary",
        icon=":material/publish:",
        disabled=is_this or not allowed,
    )
    if pressed:
        point_at(state.store(), shown.place.folder, PUBLISHED)
        st.toast(words("publish.done"), icon=ICONS[State.GOOD])
        st.rerun()


def _published(words: Words, folder: Path, digest: str, is_this: bool) -> None:
    if is_this:
        st.success(words("publish.this", digest=digest[:12]), icon=":material/verified:")
        return
    try:
        is_same = plan_digest(folder) == digest
    except CannotShowError:
        st.warning(words("publish.lost", folder=plain(str(folder))), icon=":material/warning:")
        return
    if not is_same:
        st.warning(words("publish.altered", folder=plain(str(folder))), icon=":material/warning:")
        return
    changed = datetime.fromtimestamp((folder / "plan.json").stat().st_mtime).astimezone()
    st.markdown(words("publish.other", digest=digest[:12], made=f"{changed:%Y-%m-%d %H:%M}"))


def downloads(words: Words, shown: Shown) -> None:
    """One button for each file; a file is made when its button is pressed."""
    if shown.plan.roster is None:
        st.markdown(words("state.no_roster"))
        return
    first_day = shown.plan.problem.grid.first_day.isoformat()
    for name in MIME:
        st.download_button(
            words(f"download.{name.replace('.', '_')}"),
            data=_maker(name, shown, words.lang),
            file_name=name.replace(".", f"-{first_day}.", 1),
            mime=MIME[name],
            key=f"download_{name}",
            on_click="ignore",
            icon=":material/download:",
            help=words(f"download.{name.replace('.', '_')}_help"),
            width=280,
        )
    st.caption(words("download.privacy"))


def _maker(name: str, shown: Shown, lang: str) -> Callable[[], bytes]:
    def make() -> bytes:
        if name == "roster.csv":
            return file_bytes(name, shown.place.folder, shown.place.folder)
        folder = export_folder(shown.plan, shown.digest, lang, state.settings().home)
        return file_bytes(name, folder, shown.place.folder)

    return make
