"""What if? Scenarios beside the plan on show: made in a form, answered at once, searched in full as a job."""

import streamlit as st

from staffing.files.whatif_folder import list_whatifs, whatif_folder
from staffing.ui import state, whatif_tasks
from staffing.ui.blocks import plan_page
from staffing.ui.sections import surge, whatif, whatif_edit, whatif_full


def show() -> None:
    """Draw the page."""
    words, shown = plan_page("whatif")
    folder = whatif_folder(state.settings().home, shown.plan.scenario.centre.name)
    found, broken = list_whatifs(folder)
    saved = {one.whatif.name: one for one in found}
    if broken:
        st.warning(words("whatif.broken", files=", ".join(broken)), icon=":material/warning:")
    if shown.plan.roster is None:
        st.warning(words("whatif.need_only"), icon=":material/event_busy:")
    chosen = whatif.chosen(words, saved) | {one.name: one for one in surge.asked()}
    with st.expander(words("whatif.scenario"), icon=":material/edit_note:", key="whatif_editor"):
        whatif_edit.form(words, shown, whatif_edit.pick(words, saved), folder, saved)
    with st.expander(words("surge.title"), icon=":material/festival:", key="whatif_surge"):
        surge.form(words, shown)
    outcomes = whatif.answers(words, shown, list(chosen.values()))
    full = whatif_tasks.found(state.store(), shown.digest, saved)
    ordered = [row for one in outcomes for row in (one, full.get(one.name)) if row is not None]
    whatif.side_by_side(words, shown, ordered, chosen)
    whatif.by_queue(words, shown, ordered)
    whatif.downloads(words, shown, ordered, chosen)
    st.subheader(words("whatif.full"), anchor=False)
    whatif_full.order(words, shown, saved)
    st.subheader(words("surge.robust_title"), anchor=False)
    surge.robust(words, shown, whatif.baseline(words), chosen)


if __name__ == "__main__":
    show()
