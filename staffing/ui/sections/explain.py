"""Why the plan is as it is: who could fill a gap, and how burdens are shared."""

import streamlit as st

from staffing.measures import worst_gaps
from staffing.ui.blocks import plain
from staffing.ui.facts.filled import fairness_table, gap_answer
from staffing.ui.facts.tables import gap_rows
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
        st.dataframe(fairness_table(shown.plan, words), hide_index=True, key="explain_fairness")
