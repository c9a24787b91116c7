"""Blocks of the Publish page: checklist and downloads."""

from collections.abc import Callable

import streamlit as st

from staffing.measures import Hours
from staffing.report.pdf_fonts import font_problem
from staffing.ui import state
from staffing.ui.blocks import COLORS, ICONS
from staffing.ui.exports import MIME, export_bytes
from staffing.ui.facts.checks import checks
from staffing.ui.sections.all_files import all_files
from staffing.ui.sections.overview import violations
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
            st.markdown(words(f"check.{check.code}", value=value), width="stretch")
    if shown.plan.violations:
        violations(words, shown, "publish_violations")


def downloads(words: Words, shown: Shown) -> None:
    """One button for each file; a file is made when its button is pressed."""
    if shown.plan.roster is None:
        st.markdown(words("state.no_roster"))
        return
    first_day = shown.plan.problem.grid.first_day.isoformat()
    font = state.settings().pdf_font
    said = [words("download.report_pdf"), shown.plan.scenario.centre.name, *shown.plan.problem.queues]
    said += [part for agent in shown.plan.problem.agents for part in (agent.name, agent.team)]
    problem = font_problem(said, font)
    for name in MIME:
        if name == "report.pdf" and problem:
            st.caption(words(f"download.{problem}"))
            continue
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
    all_files(words, shown)
    st.caption(words("download.privacy"))


def _maker(name: str, shown: Shown, lang: str) -> Callable[[], bytes]:
    def make() -> bytes:
        settings = state.settings()
        return export_bytes(name, shown.plan, shown.place.folder, shown.digest, lang, settings.home, settings.pdf_font)

    return make
