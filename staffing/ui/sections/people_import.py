"""Blocks of the People page: a list of people taken over after a preview, and forgetting a person."""

from pathlib import Path

import pandas as pd
import streamlit as st

from staffing.files import people
from staffing.files.people_edit import PeopleEdit, people_table
from staffing.files.people_import import PeopleImport, import_people
from staffing.planning.centre_edits import save_centre
from staffing.planning.forgetting import Forgotten, RunningError, erase_agent
from staffing.store.access import Action, may
from staffing.ui import state
from staffing.ui.actor import actor
from staffing.ui.blocks import plain
from staffing.ui.centre import CentreShown, change, faults_table
from staffing.ui.sections.people import DRAFT
from staffing.ui.sections.people_supply import before_after
from staffing.ui.words import NOTHING, Words

KINDS = ("added", "changed", "removed")
ERASED = "people_erased"
"""What was done when a person was erased, told once the page is drawn anew."""
ENDINGS = ("csv", "xlsx", "txt", "tsv")


def upload(words: Words, shown: CentreShown) -> None:
    """Take a CSV or XLSX file, show what it would change, and write it when that is accepted."""
    left, right = st.columns([2, 1], gap="large")
    with left:
        st.markdown(words("people.import_lead"))
        file = st.file_uploader(words("people.file"), type=list(ENDINGS), key="people_file")
    with right:
        replace = st.toggle(words("people.replace"), key="people_replace", help=words("people.replace_help"))
        st.download_button(
            words("people.template"),
            data=people_table(shown.folder).to_bytes(),
            file_name=people.FILE,
            mime="text/csv",
            key="people_template",
            on_click="ignore",
            icon=":material/download:",
            help=words("people.template_help"),
        )
    if file is not None:
        with st.spinner(words("people.comparing")):
            found = _compared(str(shown.folder), shown.digest, file.name, file.getvalue(), replace)
        preview(words, shown, found)


@st.cache_resource(show_spinner=False, max_entries=2)
def _compared(folder: str, digest: str, name: str, data: bytes, replace: bool) -> PeopleImport:
    return import_people(Path(folder), name, data, replace_all=replace)


def preview(words: Words, shown: CentreShown, found: PeopleImport) -> None:
    """Faults, differences and what they do to the supply; the button that writes them."""
    if found.columns:
        st.caption(words("people.columns", columns=plain(", ".join(f"{o} ← {t}" for o, t in found.columns.items()))))
    if found.unused:
        st.caption(words("people.unused", columns=plain(", ".join(found.unused))))
    if found.faults:
        st.error(words("people.import_faults", count=len(found.faults)), icon=":material/error:")
        faults_table(words, found.faults, "people_import_faults")
    if found.edit is None:
        return
    edit = found.edit
    with st.container(horizontal=True):
        for kind in KINDS:
            st.metric(words(f"people.{kind}"), words.number(len(edit.of(kind))), border=True)
        st.metric(words("people.unchanged"), words.number(edit.unchanged), border=True)
    for name, count in edit.dropped:
        st.caption(plain(words.term("people.dropped").format(file=name, count=count)))
    if not edit.differences:
        st.success(words("people.no_difference"), icon=":material/check_circle:")
        return
    st.dataframe(difference_frame(words, edit), hide_index=True, key="people_differences", height=380)
    if found.scenario is not None:
        before_after(words, shown.scenario, found.scenario)
    if not shown.may_edit:
        st.info(words("people.import_locked"), icon=":material/lock:")
        return
    if st.button(
        words("people.accept"),
        key="people_accept",
        type="primary",
        icon=":material/check:",
        disabled=bool(found.faults),
    ):
        change(
            words,
            lambda: save_centre(state.store(), shown.folder, edit.changes, actor(), seen=shown.digest, note=edit.note),
        )


def difference_frame(words: Words, edit: PeopleEdit) -> pd.DataFrame:
    """One row for each cell that differs, and one for each person who goes."""
    rows = []
    for row in edit.differences:
        for name, before, after in row.cells or (("", "", ""),):
            rows.append(
                {
                    words("people.col_agent"): row.agent,
                    words("people.what"): words(f"people.{row.kind}"),
                    words("fault.column"): words(f"people.col_{name}") if name else "",
                    words("people.before"): before or NOTHING,
                    words("people.after"): after or NOTHING,
                }
            )
    return pd.DataFrame(rows)


def erase(words: Words, shown: CentreShown) -> None:
    """Forget a person everywhere, for those who may."""
    if shown.is_sample:
        return
    with st.expander(words("people.erase"), icon=":material/person_remove:"):
        st.markdown(words("people.erase_lead"))
        if ERASED in st.session_state:
            told(words, st.session_state[ERASED])
        if not may(actor(), Action.ERASE):
            st.info(words("people.erase_role"), icon=":material/lock:")
            return
        names = {agent.id: agent.name for agent in shown.scenario.agents}
        chosen = st.selectbox(
            words("people.col_agent"),
            list(names),
            index=None,
            placeholder=words("people.erase_who"),
            format_func=lambda ident: f"{ident} · {names[ident]}" if names[ident] else ident,
            key="people_erase_who",
        )
        typed = st.text_input(words("people.erase_confirm"), key="people_erase_confirm")
        if st.button(
            words("people.erase_button"),
            key="people_erase",
            icon=":material/delete_forever:",
            disabled=chosen is None or typed.strip() != chosen,
        ):

            def forget() -> None:
                home = state.settings().home
                with st.spinner(words("people.erasing")):
                    st.session_state[ERASED] = erase_agent(state.store(), shown.folder, str(chosen), actor(), home)
                st.session_state.pop(DRAFT, None)

            try:
                change(words, forget)
            except RunningError:
                st.error(words("people.erase_running"), icon=":material/hourglass_top:")


def told(words: Words, done: Forgotten) -> None:
    """What was erased, and what still names the person."""
    counts = {name: words.number(getattr(done, name)) for name in ("plans", "days", "scenarios")}
    st.success(words("people.erased", **counts), icon=":material/check_circle:")
    if done.left:
        st.warning(words("people.erase_left", count=len(done.left)), icon=":material/folder_delete:")
        st.code("\n".join(map(str, done.left)), language=None, wrap_lines=True)
