"""The curve of a forecast being edited: the canvas, what the edits come to, the same values as a table."""

from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from staffing.domain.override_list import Overrides
from staffing.errors import DataError, SettingsError
from staffing.plan import Plan
from staffing.planning.layering import Layering
from staffing.store.access import Action, may
from staffing.ui import state
from staffing.ui.actor import actor
from staffing.ui.blocks import Color
from staffing.ui.centre import is_sample, read_shared
from staffing.ui.components.curve_canvas import curve_canvas
from staffing.ui.components.curve_data import curve_data
from staffing.ui.facts.curve import Before, Effect, before, day_table, effect_of, shown_steps, step_table
from staffing.ui.forecast_edits import ForecastEdits
from staffing.ui.kept import kept
from staffing.ui.past import Past
from staffing.ui.sections import forecast_layers
from staffing.ui.state import Shown
from staffing.ui.words import Words

SESSION, KEY, NAME, NOTE = "forecast_edits", "forecast_curve", "forecast_layer_name", "forecast_layer_note"
FIGURES = {"contacts": "call", "hours": "groups", "wages": "payments", "short": "person_off", "service": "verified"}


def edits_of(words: Words, shown: Shown) -> tuple[ForecastEdits, Path | None]:
    """The tab's edits of the plan on show, and the centre folder they would be saved in; None where there is none."""
    folder = state.plan_centre(shown)
    found = None if folder is None else _layers(folder)
    saved = shown.plan.scenario.overrides if found is None else found
    edits = st.session_state.get(SESSION)
    if not isinstance(edits, ForecastEdits) or edits.digest != shown.digest:
        edits = ForecastEdits(_layering(shown.digest, shown.plan), shown.digest, saved)
        st.session_state[SESSION] = edits
    edits.author = actor().name
    edits.meet(saved)
    return edits, folder if found is not None else None


def warm(shown: Shown) -> None:
    """Make ready what the first edit would wait for."""
    _layering(shown.digest, shown.plan).warm()


@st.cache_resource(show_spinner=False, max_entries=4)
def _layering(digest: str, _plan: Plan) -> Layering:
    """Shared by all tabs: what one has worked out the others need not."""
    return Layering(_plan)


def _layers(folder: Path) -> Overrides | None:
    """The layers of a centre as they are saved; None where it cannot be read."""
    try:
        return read_shared(folder)[0].overrides
    except (DataError, SettingsError, OSError):
        return None


def may_try(folder: Path | None) -> bool:
    """Whether this tab may change the curve: planners, and everybody in the sample, where nothing is saved."""
    return may(actor(), Action.CENTRE) or (folder is not None and is_sample(folder))


@st.fragment
def desk(words: Words, shown: Shown, past: Past, queue: str, day: int | None) -> None:
    """Everything that an edit changes, drawn again after each one; the rest of the page stays."""
    edits, folder = edits_of(words, shown)
    edits.name = str(st.session_state.get(NAME) or forecast_layers.default_name(words))
    edits.note = str(st.session_state.get(NOTE) or "")
    was, now = edits.plan, edits.after()
    steps = shown_steps((was, now), queue, day)
    if not steps:
        st.info(words("curve.nothing"), icon=":material/event_busy:")
        forecast_layers.layers(words, edits, now, queue, folder)
        return
    compared = {
        name: kept(past.scenario.history, before, was.forecast.grid, queue, name) for name in ("volume", "aht_s")
    }
    editable = may_try(folder)
    data = curve_data(
        was,
        now,
        queue,
        steps,
        compared,
        _need(edits, queue),
        None if was.roster is None else shown.coverage,
        words,
        base=f"{edits.token}-{shown.digest[:8]}",
        rev=edits.rev,
        ack=(edits.last_client, edits.taken.get(edits.last_client, 0)),
        state=(edits.can_undo, edits.can_redo),
        said=words(f"curve.said_{edits.said}") if edits.said else "",
        editable=editable,
    )
    curve_canvas(data, key=KEY, on_edits=partial(_take, edits))
    # Below the curve: what changes its size must not move the curve from under the pointer.
    _figures(words, kept(now, _effect, was, queue, day))
    told = words("curve.help" if editable else "curve.help_look")
    st.caption(f"{words('forecast.curve_help')} {told}", help=words("curve.keys") if editable else None)
    forecast_layers.save_bar(words, shown, edits, folder, queue)
    # Made only when it is looked at: every edit would send it again.
    table = st.expander(words("curve.table"), icon=":material/table_rows:", key="forecast_table", on_change="rerun")
    if table.open:
        with table:
            _table(words, edits, now, queue, day, steps, compared, editable)
    forecast_layers.layers(words, edits, now, queue, folder)


def _take(edits: ForecastEdits) -> None:
    """Edits are taken before anything is drawn, so that one run shows what they did."""
    sent = st.session_state.get(KEY) or {}
    edits.take(sent.get("edits"))


def _effect(now: Plan, was: Plan, queue: str, day: int | None) -> Effect:
    return effect_of(was, now, queue, day)


def _need(edits: ForecastEdits, queue: str) -> tuple[Any, Any] | None:
    """Agents on the roster asked for by step, before and after; None for a queue that nobody is planned for."""
    was, now = edits.plan, edits.after()
    if queue not in was.requirement.queues:
        return None
    row = was.requirement.queues.index(queue)
    if not was.scenario.centre.queue(queue).has_deadline:
        return was.requirement.agents_gross[row], now.requirement.agents_gross[row]
    return edits.layering.levelled(was.forecast, queue), edits.layering.levelled(now.forecast, queue)


def _figures(words: Words, found: Effect) -> None:
    """What the layers come to beside the plan on show, in one line."""
    pairs = {"contacts": found.contacts, "hours": found.hours, "wages": found.wages}
    if found.short_h is not None:
        pairs["short"] = found.short_h
    with st.container(horizontal=True, vertical_alignment="center"):
        for name, icon in FIGURES.items():
            if name == "service":
                label, changed = _service(words, *found.service)
                if not label:
                    continue
            elif name not in pairs:
                continue
            else:
                was, now = pairs[name]
                digits = 1 if name in ("hours", "short") else 0
                changed = abs(now - was) >= 0.5 * 10**-digits
                change = f" ({words.signed(now - was, digits)})" if changed else ""
                label = f"{words(f'curve.figure_{name}')} {words.number(now, digits)}{change}"
            color: Color = "blue" if changed else "gray"
            st.badge(label, icon=f":material/{icon}:", color=color, help=words(f"curve.figure_{name}_help"))


def _service(words: Words, was: float | None, now: float | None) -> tuple[str, bool]:
    if now is None:
        return "", False
    changed = was is not None and abs(now - was) >= 0.0005
    before = f" ({words.percent(was)})" if changed else ""
    return f"{words('curve.figure_service')} {words.percent(now)}{before}", changed


def _table(
    words: Words,
    edits: ForecastEdits,
    now: Plan,
    queue: str,
    day: int | None,
    steps: tuple[int, ...],
    compared: dict[str, Before],
    editable: bool,
) -> None:
    """The values as a table that takes typed and pasted ones; totals of days where all are shown."""
    key = f"forecast_table_{queue}_{day}_{edits.version}"
    if day is None:
        table = day_table(edits.plan, now, queue, compared["volume"], words)
    else:
        table = step_table(edits.plan, now, queue, steps, compared["volume"])
    # The editor keeps its rows while it is typed in: what it was given first stands, and its cells lie on top.
    given = st.session_state.setdefault("forecast_table_given", {})
    if given.get("key") != key:
        given.update(key=key, table=table)
    number = st.column_config.NumberColumn
    columns: dict[str, Any] = {
        "time": st.column_config.TextColumn(words("column.day" if day is None else "curve.time")),
        "contacts": number(words("curve.contacts"), min_value=0.0, format="%.1f", required=True),
        "planned": number(words("curve.plan"), format="%.1f"),
        "week": number(words("curve.week"), format="%.0f"),
        "year": number(words("curve.year"), format="%.0f"),
        "aht_s": number(words("curve.aht_s"), min_value=1.0, format="%.0f", required=True),
    }
    st.data_editor(
        given["table"],
        key=key,
        hide_index=True,
        disabled=["time", "planned", "week", "year"] if editable else True,
        column_config=columns,
        on_change=partial(take_cells, edits, key, queue, steps, whole_days=day is None),
    )
    st.caption(words("curve.table_days" if day is None else "curve.table_help"))


def take_cells(edits: ForecastEdits, key: str, queue: str, steps: tuple[int, ...], *, whole_days: bool) -> None:
    """Cells typed or pasted into the table, as one edit; a day's total keeps the shape of the day."""
    held = (st.session_state.get(key) or {}).get("edited_rows", {})
    cells = [
        (str(row), column, float(value))
        for row, changed in held.items()
        for column, value in changed.items()
        if isinstance(value, int | float) and column in ("contacts", "aht_s")
    ]
    fresh = edits.new_cells(key, cells)
    try:
        if whole_days:
            for row, _, value in fresh:
                span = edits.grid.day_slice(int(row))
                edits.change_range(queue, "volume", "set", span.start, span.stop, value, in_table=True)
            return
        for column, measure in (("contacts", "volume"), ("aht_s", "aht_s")):
            points = {steps[int(row)]: value for row, name, value in fresh if name == column}
            if points:
                edits.set_points(queue, measure, points, in_table=True)
    except ValueError:
        edits.said = "refused"
        edits.version += 1
