"""Why the plan is as it is: who could fill a gap, and how burdens are shared."""

from datetime import date, timedelta

import streamlit as st

from staffing.files.fairness_csv import periods_csv
from staffing.measures import worst_gaps
from staffing.plan import Plan
from staffing.planning.publishing import version_plan
from staffing.store.versions import versions
from staffing.ui import state
from staffing.ui.blocks import plain
from staffing.ui.facts.filled import fairness_table, gap_answer
from staffing.ui.facts.tables import gap_rows
from staffing.ui.kept import kept
from staffing.ui.state import Shown
from staffing.ui.words import Words

GAPS = 10
"""Gaps offered to ask about, the worst first."""


def fillers(words: Words, shown: Shown) -> None:
    """Pick one of the worst gaps: the people who could fill it, ranked, and why the others cannot."""
    plan = shown.plan
    if plan.roster is None:
        return
    gaps = worst_gaps(plan, GAPS)
    if not gaps:
        return
    told = gap_rows(gaps, shown.coverage.grid, shown.queue_names, words)
    with st.expander(words("explain.who")):
        chosen = st.selectbox(
            words("explain.gap"),
            range(len(gaps)),
            index=None,
            placeholder=words("explain.pick"),
            format_func=lambda n: f"{told[n]['when']} · {told[n]['name']} · {told[n]['hours']} h",
            key="explain_gap",
        )
        if chosen is None:
            return
        with st.spinner(words("explain.asking")):
            table, refused, legal = gap_answer(plan, gaps[int(chosen)], words)
        st.markdown(words("explain.legal", count=legal))
        if len(table):
            names = ("agent", "what", "shift", "filled", "left", "total", "cost")
            columns = {name: words(f"explain.column_{name}") for name in names}
            st.dataframe(table, hide_index=True, height="content", key="explain_fillers", column_config=columns)
        if refused:
            st.caption(plain(words("explain.refused", rules=refused)))


def people(words: Words, shown: Shown) -> None:
    """Burdens, wishes and hours of every person."""
    if shown.plan.roster is None:
        return
    with st.expander(words("explain.fairness")):
        st.caption(words("explain.fairness_lead"))
        before = _earlier(words, shown)
        table = kept(shown.plan, fairness_table, words) if not before else fairness_table(shown.plan, words, before)
        st.dataframe(table, hide_index=True, key="explain_fairness")
        st.download_button(
            words("explain.fairness_file"),
            data=lambda: periods_csv(shown.plan, before).encode("utf-8"),
            file_name=f"fairness-{shown.plan.problem.grid.first_day}.csv",
            mime="text/csv",
            key="explain_fairness_csv",
            on_click="ignore",
            icon=":material/download:",
        )


def _earlier(words: Words, shown: Shown) -> tuple[Plan, ...]:
    """Plans of earlier periods of the same centre that are carried over: of the versions in the store, those chosen."""
    first, name = shown.plan.problem.grid.first_day, shown.plan.scenario.centre.name
    known = {
        version.n: version
        for version in versions(state.store())
        if version.centre == name and date.fromisoformat(version.first_day) + timedelta(days=version.days) <= first
    }
    if not known:
        return ()
    chosen = st.multiselect(
        words("explain.fairness_before"),
        list(known),
        format_func=lambda n: words("explain.fairness_version", n=n, first=known[n].first_day, days=known[n].days),
        key="explain_before",
        help=words("explain.fairness_before_help"),
    )
    return tuple(_version(state.settings().db_url, n, known[n].digest) for n in chosen)


@st.cache_resource(show_spinner=False, max_entries=8)
def _version(db_url: str, n: int, digest: str) -> Plan:
    """A version never changes, so that every session may share it."""
    return version_plan(state.store(), n)
