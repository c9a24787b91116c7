"""Which labour rules hold for the centre, where they come from, and what they tighten."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from staffing.domain.lawful import labour_notes
from staffing.files.labour_presets import preset_names, read_preset
from staffing.files.model_faults import FILE
from staffing.files.toml_edit import set_value
from staffing.planning.centre_edits import save_centre
from staffing.ui import state
from staffing.ui.actor import actor
from staffing.ui.centre import CentreShown, change
from staffing.ui.words import Words

KEY = "labour_rules"


def labour(words: Words, shown: CentreShown) -> None:
    """Choose presets; the limits that would become tighter are shown before anything is saved."""
    centre = shown.scenario.centre
    named = [law.id for law in centre.rules.labour]
    with st.expander(words("labour.title", count=len(named)), icon=":material/gavel:", expanded=bool(named)):
        st.caption(words("labour.lead"))
        chosen = st.multiselect(
            words("labour.presets"), preset_names(), default=named, key="labour_presets",
            format_func=lambda name: read_preset(name).title, disabled=not shown.may_edit,
            placeholder=words("rules.none"),
        )  # fmt: skip
        laws = tuple(read_preset(name) for name in chosen)
        for law in laws:
            st.caption(words("labour.source", title=law.title, source=law.source, checked=str(law.checked)))
        tried = replace(centre, rules=replace(centre.rules, labour=laws))
        rows = [dict(note.params) for note in labour_notes(tried) if note.code == "labour_tightened"]
        if rows:
            columns = ("key", "before", "after")
            table = pd.DataFrame([[row[name] for name in columns] for row in rows],
                                 columns=[words(f"labour.column_{name}") for name in columns])  # fmt: skip
            st.dataframe(table, hide_index=True, key="labour_tightened")
        elif laws:
            st.markdown(words("labour.nothing"))
        pressed = st.button(
            words("labour.save"), key="labour_save", icon=":material/save:",
            disabled=not shown.may_edit or chosen == named,
        )  # fmt: skip
    if pressed:
        text = set_value((shown.folder / FILE).read_text(encoding="utf-8-sig"), (KEY,), list(chosen) or None)
        change(
            words,
            lambda: save_centre(
                state.store(), shown.folder, {FILE: text.encode("utf-8")}, actor(), seen=shown.digest, note=KEY
            ),
        )
