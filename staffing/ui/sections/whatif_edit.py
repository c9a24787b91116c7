"""The form of a scenario on the What-if page: made, tried, saved, copied, deleted."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from staffing.domain.scenario import NAME_LENGTH, WhatIf
from staffing.errors import SettingsError
from staffing.files.whatif_folder import SavedWhatIf, WhatIfConflictError, delete_whatif, save_whatif
from staffing.planning.whatif import changed_scenario
from staffing.report.whatif_words import rule_words
from staffing.store.access import Action, ask, may
from staffing.ui.actor import actor
from staffing.ui.blocks import plain
from staffing.ui.facts.whatif import COLUMNS, RULES, Form, copy_name, form_of, kind_label, kinds, whatif_of
from staffing.ui.sections.whatif import TRIED
from staffing.ui.state import Shown
from staffing.ui.words import Words

PICKED = "whatif_picked"
NEXT = "whatif_next"
"""What to pick in the next run: a widget's own value cannot be changed after it was drawn."""
NEW = ""


def pick(words: Words, saved: Mapping[str, SavedWhatIf]) -> SavedWhatIf | None:
    """Which scenario the form shows; None is a new one."""
    options = [NEW, *saved]
    if NEXT in st.session_state:
        wanted = st.session_state.pop(NEXT)
        st.session_state[PICKED] = wanted if wanted in options else NEW
    if st.session_state.get(PICKED) not in options:
        st.session_state[PICKED] = NEW
    chosen = st.selectbox(
        words("whatif.edit"),
        options,
        format_func=lambda name: name or words("whatif.new"),
        key=PICKED,
    )
    return saved.get(chosen) if chosen else None


def form(words: Words, shown: Shown, one: SavedWhatIf | None, folder: Path, taken: Mapping[str, SavedWhatIf]) -> None:
    """The fields, and what can be done with the scenario."""
    begun = form_of(one.whatif) if one is not None else Form()
    # New fields for another scenario or another version of it; typing in them never gets lost otherwise.
    key = f"whatif_{'new' if one is None else one.digest[:12]}"
    by = actor()
    with st.form(f"{key}_form", border=True):
        name = st.text_input(words("whatif.name"), begun.name, max_chars=NAME_LENGTH, key=f"{key}_name")
        left, right = st.columns(2)
        contacts = left.number_input(
            words("whatif.contacts"), -100.0, 900.0, begun.contacts, step=5.0, format="%g", key=f"{key}_contacts"
        )
        aht = right.number_input(words("whatif.aht"), -90.0, 900.0, begun.aht, step=5.0, format="%g", key=f"{key}_aht")
        served = left.number_input(
            words("whatif.self_service"), 0.0, 100.0, begun.self_service, step=5.0, format="%g",
            key=f"{key}_self", help=words("whatif.self_service_help"),
        )  # fmt: skip
        absence = right.number_input(
            words("whatif.absence"), -100.0, 900.0, begun.absence, step=10.0, format="%g",
            key=f"{key}_absence", help=words("whatif.absence_help"),
        )  # fmt: skip
        rows: dict[str, Any] = {"hires": _table(words, shown, "hires", begun.hires, key)}
        is_rich = bool(begun.loads or begun.absent or begun.targets or begun.rules)
        with st.expander(words("whatif.more"), expanded=is_rich, key=f"{key}_more"):
            for part in ("loads", "absent", "targets", "rules"):
                rows[part] = _table(words, shown, part, getattr(begun, part), key)
        with st.container(horizontal=True):
            tried = st.form_submit_button(
                words("whatif.try"), icon=":material/science:", key=f"{key}_try", type="primary"
            )
            saved = st.form_submit_button(
                words("whatif.save"), icon=":material/save:", disabled=not may(by, Action.EDIT), key=f"{key}_save"
            )
    if tried or saved:
        filled = Form(name, contacts, aht, served, absence, **rows, weight=begun.weight)
        _take(words, shown, filled, one, folder, taken, keep=saved)
    if one is not None and may(by, Action.EDIT):
        _manage(words, one, folder, taken)


def _take(
    words: Words,
    shown: Shown,
    filled: Form,
    one: SavedWhatIf | None,
    folder: Path,
    taken: Mapping[str, SavedWhatIf],
    *,
    keep: bool,
) -> None:
    """Try or save what was filled in; says what is wrong with it."""
    if not filled.name.strip():
        st.error(words("whatif.no_name"), icon=":material/edit:")
        return
    try:
        whatif = whatif_of(filled)
        changed_scenario(shown.plan.scenario, whatif)
    except (ValueError, SettingsError) as error:
        st.error(words("whatif.refused"), icon=":material/error:")
        st.text(str(error))
        return
    if whatif.name == words.term("whatif.baseline"):
        st.error(words("whatif.baseline_name"), icon=":material/error:")
        return
    if not keep:
        st.session_state[TRIED] = whatif
        st.rerun()
    ask(actor(), Action.EDIT)
    is_same = one is not None and one.whatif.name == whatif.name
    if not is_same and whatif.name in taken:
        st.error(words("whatif.name_taken", name=plain(whatif.name)), icon=":material/error:")
        return
    try:
        save_whatif(folder, whatif, one.digest if is_same and one is not None else None)
    except WhatIfConflictError:
        st.error(words("whatif.conflict", name=plain(whatif.name)), icon=":material/group:")
        return
    if one is not None and not is_same:
        delete_whatif(folder, one.whatif.name)  # it was given another name
    st.session_state.pop(TRIED, None)
    st.session_state[NEXT] = whatif.name
    st.rerun()


def _manage(words: Words, one: SavedWhatIf, folder: Path, taken: Mapping[str, SavedWhatIf]) -> None:
    with st.container(horizontal=True):
        if st.button(words("whatif.copy"), icon=":material/content_copy:", key="whatif_copy"):
            ask(actor(), Action.EDIT)
            name = copy_name(one.whatif.name, taken, words("whatif.copy_suffix"))
            made = WhatIf(**{**_fields(one.whatif), "name": name})
            save_whatif(folder, made, None)
            st.session_state[NEXT] = name
            st.rerun()
        with st.popover(words("whatif.delete"), icon=":material/delete:", key="whatif_delete"):
            st.markdown(words("whatif.delete_sure", name=plain(one.whatif.name)))
            if st.button(words("whatif.delete_yes"), type="primary", key="whatif_delete_yes"):
                ask(actor(), Action.EDIT)
                delete_whatif(folder, one.whatif.name)
                st.session_state[NEXT] = NEW
                st.rerun()


def _fields(whatif: WhatIf) -> dict[str, Any]:
    return {name: getattr(whatif, name) for name in WhatIf.__dataclass_fields__}


def _table(words: Words, shown: Shown, part: str, rows: Any, key: str) -> list[dict[str, Any]]:
    """One of the form's tables; what is in it."""
    st.markdown(f"**{words(f'whatif.{part}')}**", help=words(f"whatif.{part}_help"))
    columns = COLUMNS[part]
    frame = pd.DataFrame({name: _series(name, [row.get(name) for row in rows]) for name in columns})
    found = st.data_editor(
        frame,
        num_rows="dynamic",
        hide_index=True,
        key=f"{key}_{part}",
        column_config={name: _column(words, shown, part, name, rows) for name in columns},
    )
    return [{str(name): value for name, value in row.items()} for row in found.to_dict("records")]


def _series(name: str, values: list[Any]) -> pd.Series:
    """One column of a table, of a type that stays when it is empty."""
    if name in _NUMBERS:
        return pd.Series(values, dtype="float64")
    if name == "queues":
        values = [value if isinstance(value, list) else [] for value in values]
    return pd.Series(values, dtype="object")


_NUMBERS = ("contacts", "aht", "self_service", "share", "people", "speed", "answer_within_s", "probability", "value")


def _column(words: Words, shown: Shown, part: str, name: str, rows: Any) -> Any:
    label = words(f"whatif.column_{name}")
    config = st.column_config
    if name in ("queue", "queues"):
        names = shown.queue_names
        options = list(names)
        if name == "queues":
            return config.MultiselectColumn(
                label, options=options, format_func=lambda queue: names.get(str(queue), str(queue))
            )
        return config.SelectboxColumn(
            label, options=options, format_func=lambda queue: names.get(str(queue), str(queue))
        )
    if name == "like":
        groups = kinds(shown.plan.scenario, [row["like"] for row in rows])
        return config.SelectboxColumn(
            label, options=list(groups), format_func=lambda ident: kind_label(*groups[str(ident)]), width="large"
        )
    if name == "rule":
        options = list(dict.fromkeys([*RULES, *(row["rule"] for row in rows)]))
        return config.SelectboxColumn(
            label, options=options, format_func=lambda rule: rule_words(str(rule), words.lang), width="large"
        )
    if name in ("start", "end"):
        return config.DateColumn(label, format="YYYY-MM-DD")
    if name == "reason":
        return config.TextColumn(label, max_chars=60)
    low, high, step = _BOUNDS.get(name, (0.0, None, None))
    default = {"people": 1.0, "speed": 100.0}.get(name)
    if part == "loads" and name in ("contacts", "aht"):
        low, high = (-100.0, 900.0) if name == "contacts" else (-90.0, 900.0)
    return config.NumberColumn(label, min_value=low, max_value=high, step=step, format="%g", default=default)


_BOUNDS: dict[str, tuple[float, float | None, float | None]] = {
    "self_service": (0.0, 100.0, None),
    "share": (0.0, 99.9, None),
    "probability": (0.0, 99.9, None),
    "people": (1.0, 1000.0, 1.0),
    "speed": (5.0, 200.0, None),
    "answer_within_s": (0.0, 86400.0, None),
}
