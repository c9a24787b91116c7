"""Blocks of the Rules page: one more on-call duty, and one less."""

from datetime import time

import streamlit as st

from staffing.errors import SettingsError
from staffing.files.duty_edit import agreed_to, duty_ids, without_duty
from staffing.files.model_faults import FILE
from staffing.files.toml_edit import append_item
from staffing.planning.centre_edits import save_centre
from staffing.report.rule_lines import WEEKDAYS
from staffing.store.access import Action, may
from staffing.ui import state
from staffing.ui.actor import actor
from staffing.ui.blocks import plain
from staffing.ui.centre import CentreShown, change
from staffing.ui.rules_draft import RulesDraft
from staffing.ui.words import Words


def add_duty(words: Words, shown: CentreShown, draft: RulesDraft) -> None:
    """Name, hours and days of a new duty; everything else is changed once it is there."""
    with st.expander(words("on_call.add"), icon=":material/add:", key="on_call_add"):
        if draft.values:
            st.caption(words("on_call.save_first"))
            return
        with st.form("on_call_form", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
            ident = st.text_input(words("on_call.id"), key="on_call_id", width=160)
            start = st.time_input(words("on_call.start"), time(18), step=900, key="on_call_start", width=110)
            end = st.time_input(words("on_call.end"), time(8), step=900, key="on_call_end", width=110)
            days = st.multiselect(
                words("on_call.weekdays"),
                WEEKDAYS,
                default=list(WEEKDAYS),
                format_func=lambda day: words.term(f"weekday.{WEEKDAYS.index(day)}"),
                key="on_call_days",
            )
            pressed = st.form_submit_button(
                words("on_call.add_it"),
                icon=":material/add:",
                disabled=not shown.may_edit or not may(actor(), Action.CENTRE),
            )
    if not pressed:
        return
    values = {"id": ident.strip(), "start": f"{start:%H:%M}", "end": f"{end:%H:%M}", "weekdays": list(days)}
    text = append_item(draft.source, "on_call", values)

    def save() -> None:
        files = {FILE: text.encode("utf-8")}
        save_centre(state.store(), shown.folder, files, actor(), seen=draft.seen, note=words("on_call.add"))

    change(words, save)


def remove_duty(words: Words, shown: CentreShown, draft: RulesDraft) -> None:
    """Choose a duty, see who had agreed to it, confirm. Taken back among the edits of the centre, as any other."""
    duties = duty_ids(draft.source)
    if not duties or draft.values:
        return
    with st.expander(words("on_call.remove"), icon=":material/delete:", key="on_call_remove"):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            duty = st.selectbox(words("on_call.duty"), duties, key="on_call_gone", width=240)
            sure = st.checkbox(words("on_call.remove_sure", duty=plain(duty)), key=f"on_call_sure_{duty}")
            pressed = st.button(
                words("on_call.remove_it"),
                key="on_call_remove_it",
                icon=":material/delete:",
                disabled=not sure or not shown.may_edit,
            )
        agreed = agreed_to(shown.folder, duty)
        st.caption(words("on_call.remove_agreed", count=len(agreed)))
        st.caption(words("on_call.remove_help"))
    if not pressed:
        return

    def save() -> None:
        files = without_duty(shown.folder, duty).changes
        save_centre(state.store(), shown.folder, files, actor(), seen=draft.seen, note=words("on_call.remove"))

    try:
        change(words, save)
    except SettingsError as error:
        st.error(words("centre.not_written"), icon=":material/save_as:")
        st.code(str(error), language=None, wrap_lines=True)
