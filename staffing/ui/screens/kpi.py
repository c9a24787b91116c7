"""What the centre is judged by: measures with targets, trend and doubt, the scorecard of the teams, and adherence."""

import streamlit as st

from staffing.ui import state
from staffing.ui.blocks import head
from staffing.ui.sections import adherence, kpi
from staffing.ui.shown import CannotShowError
from staffing.ui.words import Words

PARTS = ("measures", "adherence")


def show() -> None:
    """Draw the page; it needs records, not a plan."""
    words = state.words()
    head(words, "kpi")
    found = state.shown_or_trouble()
    shown = None if isinstance(found, CannotShowError) else found
    given = kpi.records(words)
    if given is None:
        return
    chosen = kpi.chosen(words, given[0], shown, given[1])
    if chosen is None:
        st.info(words.term("kpi.nothing"), icon=":material/inbox:")
        return
    part = st.segmented_control(
        words("kpi.part"),
        PARTS,
        default=PARTS[0],
        required=True,
        format_func=lambda name: words(f"kpi.part_{name}"),
        key="kpi_part",
        label_visibility="collapsed",
    )
    if part == "adherence":
        adherence.show(words, chosen.given, chosen.records, chosen.folder, (chosen.first, chosen.last))
    else:
        _measures(words, chosen)


def _measures(words: Words, chosen: kpi.Chosen) -> None:
    sheet = kpi.sheet_of(words, chosen)
    if sheet is None:
        st.info(words.term("kpi.nothing"), icon=":material/inbox:")
        return
    kpi.measures(words, sheet)
    kpi.groups(words, sheet)
    kpi.card(words, sheet)
    kpi.formulas(words, sheet)
    kpi.downloads(words, sheet)


if __name__ == "__main__":
    show()
