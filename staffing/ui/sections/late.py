"""Block of the Overview about deadlines that are likely to be missed."""

import streamlit as st

from staffing.ui.blocks import plain
from staffing.ui.facts.late import has_deadlines, late_rows
from staffing.ui.router import page
from staffing.ui.state import Shown
from staffing.ui.words import Words

SHOWN = 5


def deadlines(words: Words, shown: Shown) -> None:
    """The days furthest below their target, each with a link to where more people would help."""
    if shown.plan.roster is None or not has_deadlines(shown.plan):
        return
    st.subheader(words("late.title"), anchor=False, help=words("late.help"))
    rows = late_rows(shown.plan, shown.coverage, shown.queue_names, words)
    if not rows:
        st.markdown(words("late.none"))
    else:
        st.caption(words("late.lead" if shown.plan.verdict else "late.lead_forecast"))
    for row in rows[:SHOWN]:
        told = {name: plain(str(value)) for name, value in row.items() if name not in ("id", "slot")}
        with st.container(horizontal=True, vertical_alignment="center"):
            st.page_link(
                page("schedule", words),
                label=str(row["when"]),
                icon=":material/my_location:",
                query_params={"at": str(row["slot"]), "queue": str(row["id"]), "lang": words.lang},
            )
            st.markdown(words("late.forecast" if "hours" in row else "late.row", **told), width="content")
    if len(rows) > SHOWN:
        st.caption(words("late.more", count=len(rows) - SHOWN))
