"""Blocks about the judge's word: service by day, worst intervals, the cheapest fixes, rounds of raising."""

import streamlit as st

from staffing.ui.blocks import plain
from staffing.ui.facts.judged import day_service, fix_rows, is_fix_needed, round_lines, worst_rows
from staffing.ui.router import page
from staffing.ui.state import Shown
from staffing.ui.words import Words


def days(words: Words, shown: Shown) -> None:
    """Service and chance of each day, and the chance that everything is kept."""
    verdict = shown.plan.verdict
    if verdict is None:
        return
    with st.expander(words("overview.days")):
        st.caption(words("overview.days_lead"))
        st.dataframe(
            day_service(shown.plan, shown.queue_names, words), hide_index=True, height="content", key="overview_days"
        )
    if verdict.probability_all is not None:
        shares = words.percent(verdict.probability_all, 0), words.percent(verdict.probability_week, 0)
        st.markdown(words("overview.all", all=shares[0], week=shares[1]))


def worst(words: Words, shown: Shown) -> None:
    """The worst intervals, each with a link to its place on the roster."""
    rows = worst_rows(shown.plan, shown.queue_names, words)
    if not rows:
        return
    st.subheader(words("overview.worst"), anchor=False, help=words("overview.worst_help"))
    for row in rows:
        _line(words, row, words("overview.worst_row", **_told(row)))


def fixes(words: Words, shown: Shown) -> None:
    """Where one agent more helps most; a sentence when none is needed or none is enough."""
    if shown.plan.verdict is None or shown.plan.verdict.fixes is None:
        return
    st.subheader(words("overview.fixes"), anchor=False, help=words("overview.fixes_help"))
    rows = fix_rows(shown.plan, shown.queue_names, words)
    if not rows:
        st.markdown(words("overview.fix_unsure" if is_fix_needed(shown.plan) else "overview.fix_none"))
    for row in rows:
        told = _told(row)
        told["shift"] = words("overview.fix_shift", shift=told["shift"]) if row["shift"] else ""
        currency = plain(shown.plan.scenario.centre.currency)
        _line(words, row, words("overview.fix_row", **told, currency=currency))


def rounds(words: Words, shown: Shown) -> None:
    """What was raised because the simulation fell short."""
    lines = round_lines(shown.plan, words)
    if not lines:
        return
    with st.expander(words("overview.rounds", count=len(lines)), expanded=True):
        for line in lines:
            st.markdown(f"- {line}")


def _line(words: Words, row: dict[str, str | int], told: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.page_link(
            page("schedule", words),
            label=str(row["when"]),
            icon=":material/my_location:",
            query_params={"at": str(row["slot"]), "queue": str(row["id"]), "lang": words.lang},
        )
        st.markdown(told, width="content")


def _told(row: dict[str, str | int]) -> dict[str, str]:
    return {name: plain(str(value)) for name, value in row.items() if name not in ("id", "slot")}
