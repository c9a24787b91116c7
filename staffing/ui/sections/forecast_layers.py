"""The layers on a forecast: what each does, switching and ordering them, saving them in the centre."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import streamlit as st

from staffing.domain.override_list import Layer, layers_in, moved, renamed, switched, without
from staffing.files.centre_write import CentreConflictError, CentreEdit
from staffing.files.override_edit import overrides_file
from staffing.plan import Plan
from staffing.planning.centre_edits import save_centre
from staffing.store.access import Action, may
from staffing.ui import state
from staffing.ui.actor import actor
from staffing.ui.blocks import plain
from staffing.ui.centre import change, is_sample, own_copy, read_shared
from staffing.ui.facts.explained import layer_table
from staffing.ui.forecast_edits import ForecastEdits
from staffing.ui.router import page
from staffing.ui.state import Shown
from staffing.ui.words import Words

CHOSEN = "forecast_layer"
NAME_CHARS, NOTE_CHARS = 60, 200


def default_name(words: Words) -> str:
    """Name of a layer that nobody has named: the day of today."""
    zone = st.context.timezone
    return words("layer.default", day=f"{datetime.now(ZoneInfo(zone) if zone else None):%Y-%m-%d}")


def save_bar(words: Words, shown: Shown, edits: ForecastEdits, folder: Path | None, queue: str) -> None:
    """Name and reason of what is edited next, and the buttons that save or drop all of it."""
    if edits.theirs is not None:
        _conflict(words, edits)
    can_save = folder is not None and not is_sample(folder) and may(actor(), Action.CENTRE)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            words("layer.name"),
            key="forecast_layer_name",
            placeholder=default_name(words),
            max_chars=NAME_CHARS,
            width=220,
        )
        st.text_input(words("layer.why"), key="forecast_layer_note", max_chars=NOTE_CHARS, width=320)
        save = st.button(
            words("layer.save"),
            key="forecast_save",
            type="primary",
            icon=":material/save:",
            disabled=not (can_save and edits.is_dirty and edits.theirs is None),
        )
        st.button(
            words("layer.drop"),
            key="forecast_drop",
            disabled=not edits.is_dirty,
            on_click=edits.begin,
            args=(edits.saved,),
        )
    if edits.is_dirty:
        st.markdown(f":material/edit: {words('layer.unsaved')}")
    _why_not(words, folder)
    if save and folder is not None:
        change(words, lambda: write(words, edits, folder))
    if not edits.is_dirty and state.is_stale(shown):
        st.warning(words("layer.stale"), icon=":material/update:")
        with st.container(horizontal=True):
            for name, icon in (("replan", "edit_calendar"), ("runs", "play_arrow")):
                st.page_link(
                    page(name, words),
                    label=words(f"layer.to_{name}"),
                    icon=f":material/{icon}:",
                    query_params={"lang": words.lang},
                )


def write(words: Words, edits: ForecastEdits, folder: Path) -> CentreEdit | None:
    """Save the layers through the one writer of centres.

    Raises
    ------
    CentreConflictError
        When somebody else saved other layers meanwhile.
    AccessError, DataError
        As `save_centre`.
    """
    scenario, digest = read_shared(folder)
    if scenario.overrides != edits.saved:
        edits.meet(scenario.overrides)
        raise CentreConflictError(digest)
    changes = overrides_file(folder, scenario.overrides, edits.now, ZoneInfo(scenario.centre.timezone))
    done = save_centre(state.store(), folder, changes, actor(), seen=digest, note=words("layer.edit"))
    edits.begin(read_shared(folder)[0].overrides)
    return done


def _why_not(words: Words, folder: Path | None) -> None:
    """Why nothing can be saved here, and the way to where it can."""
    if folder is None:
        st.info(words("layer.no_centre"), icon=":material/folder_off:")
    elif not may(actor(), Action.CENTRE):
        st.info(words("centre.role", role=words(f"role.{actor().role.name.lower()}")), icon=":material/lock:")
    elif is_sample(folder):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f":material/science: {words('layer.sample')}")
            if st.button(words("centre.copy"), key="forecast_copy", icon=":material/content_copy:"):
                own_copy(state.store(), folder, state.settings().home)
                st.rerun()


def _conflict(words: Words, edits: ForecastEdits) -> None:
    """Somebody else saved other layers: both can be kept."""
    theirs = layers_in(edits.theirs or ())
    known = set(edits.saved)
    new = [
        one.name or one.note or words("layer.unnamed") for one in theirs if any(row not in known for row in one.rows)
    ]
    who = sorted({row.author for one in theirs for row in one.rows if row not in known and row.author})
    st.warning(
        words("layer.conflict", who=plain(", ".join(who) or "–"), what=plain(", ".join(new) or "–")),
        icon=":material/sync_problem:",
    )
    with st.container(horizontal=True):
        st.button(words("layer.keep_mine"), key="forecast_mine", on_click=edits.settle, kwargs={"keep_mine": True})
        st.button(words("layer.take_theirs"), key="forecast_theirs", on_click=edits.settle, kwargs={"keep_mine": False})


def layers(words: Words, edits: ForecastEdits, now: Plan, queue: str, folder: Path | None) -> None:
    """All layers that touch the queue, and what can be done with the one chosen."""
    found = layers_in(edits.now)
    mine = [n for n, one in enumerate(found) if any(not row.queues or queue in row.queues for row in one.rows)]
    st.subheader(words("forecast.layers"), anchor=False)
    if not mine:
        st.caption(words("layer.none"))
        return
    st.dataframe(
        layer_table(now, queue, words, edits.now),
        hide_index=True,
        key="forecast_layers",
        column_config={
            "layer": words("layer.name"),
            "range": words("layer.range"),
            "operation": words("layer.operation"),
            "note": words("layer.note"),
            "on": st.column_config.CheckboxColumn(words("layer.on")),
            "change": words("layer.change"),
            "by": words("layer.by"),
        },
    )
    st.caption(words("forecast.layers_help"))
    if folder is None or not (may(actor(), Action.CENTRE) or is_sample(folder)):
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            words("layer.choose"),
            mine,
            format_func=lambda n: f"{n + 1} · {_label(words, found[n])}" if n < len(found) else "",
            key=CHOSEN,
            width=320,
        )
        layer = found[chosen]
        on = words("layer.switch_off" if layer.is_on else "layer.switch_on")
        _act(on, "switch", "toggle_on", edits, switched(edits.now, chosen, not layer.is_on))
        _act(words("layer.earlier"), "earlier", "arrow_upward", edits, moved(edits.now, chosen, -1), chosen > 0)
        _act(
            words("layer.later"), "later", "arrow_downward", edits, moved(edits.now, chosen, 1), chosen + 1 < len(found)
        )
        _act(words("layer.remove"), "remove", "delete", edits, without(edits.now, chosen))
        with st.popover(words("layer.rename"), icon=":material/edit:"):
            name = st.text_input(words("layer.name"), layer.name, key=f"layer_name_{chosen}", max_chars=NAME_CHARS)
            note = st.text_input(words("layer.why"), layer.note, key=f"layer_note_{chosen}", max_chars=NOTE_CHARS)
            _act(
                words("layer.rename_do"),
                "rename",
                "check",
                edits,
                renamed(edits.now, chosen, name.strip(), note.strip()),
            )


def _label(words: Words, layer: Layer) -> str:
    return layer.name or layer.note or words("layer.unnamed")


def _act(label: str, name: str, icon: str, edits: ForecastEdits, after: object, enabled: bool = True) -> None:
    """A button that makes `after` the layers."""
    st.button(
        label,
        key=f"layer_{name}",
        icon=f":material/{icon}:",
        disabled=not enabled,
        on_click=edits.put,
        args=(after,),
    )
