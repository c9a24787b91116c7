"""Blocks of the Schedule page: the roster as a workbook to edit elsewhere, handed in, looked at, and taken over."""

from collections.abc import Iterator, Mapping

import pandas as pd
import streamlit as st

from staffing.domain.roster import Roster
from staffing.domain.roster_cells import Cell
from staffing.domain.roster_cells import Day as CellDay
from staffing.errors import DataError
from staffing.files.changes import Change, cell_changes
from staffing.files.roster_workbook import RosterUpload, read_roster_workbook
from staffing.planning.drafts import past_cells
from staffing.report import roster_facts, sheet_words
from staffing.store.access import Action, may
from staffing.ui import keeping, state
from staffing.ui.actor import actor
from staffing.ui.blocks import plain
from staffing.ui.centre import faults_table
from staffing.ui.editing import Editing, Standing, hard_first, standing
from staffing.ui.exports import MIME
from staffing.ui.facts.broken import broken_table
from staffing.ui.words import NOTHING, Words

ROUND = "upload_round"
"""How many workbooks were taken or discarded: each begins with an empty field."""
TAKEN = "upload_taken"
REPLACED_MAX = 10
STATES_MAX = 300
"""Former states of the draft that a workbook is compared with."""


def upload(words: Words, editing: Editing) -> None:
    """The workbook out and in again; nothing is changed before its differences have been seen."""
    if not may(actor(), Action.EDIT):
        return
    if TAKEN in st.session_state:
        st.toast(words("upload.taken", days=st.session_state.pop(TAKEN)), icon=":material/check_circle:")
    sheet = words.term("report.sheet.roster")
    with st.expander(words("upload.title"), icon=":material/table_edit:", key="upload_box"):
        st.markdown(words("upload.lead", sheet=sheet))
        st.download_button(
            words("upload.download"),
            data=lambda: keeping.exported(editing.now.plan, "xlsx", words.lang),
            file_name=f"roster-{editing.plan.problem.grid.first_day.isoformat()}.xlsx",
            mime=MIME["roster.xlsx"],
            key="upload_download",
            on_click="ignore",
            icon=":material/download:",
        )
        number = st.session_state.get(ROUND, 0)
        file = st.file_uploader(words("upload.file"), type=["xlsx"], key=f"upload_file_{number}")
        if file is None:
            return
        try:
            with st.spinner(words("upload.reading")):
                found = _read(editing.token, editing.film.rev, editing.digest, file.name, file.getvalue(), editing)
        except DataError as error:
            st.error(words("upload.faults", count=len(error.faults)), icon=":material/error:")
            faults_table(words, error.faults, "upload_fault_rows")
            return
        if not found.cells:
            st.success(words("upload.same", sheet=sheet), icon=":material/check_circle:")
            return
        _preview(words, editing, found)


@st.cache_resource(show_spinner=False, max_entries=2)
def _read(token: str, rev: int, digest: str, name: str, data: bytes, _editing: Editing) -> RosterUpload:
    """The workbook against the roster as it stands at this revision of this tab."""
    plan = _editing.plan
    return read_roster_workbook(name, data, plan.problem, _rosters(_editing), roster_facts(plan), sheet_words())


def _rosters(editing: Editing) -> Iterator[Roster]:
    """The roster as it stands, then those that the workbook may have been written from: the plan's, and the draft's
    former states.
    """
    yield editing.roster
    yield editing.first.judged.roster
    if editing.draft is not None:
        for cells in past_cells(state.store(), editing.draft.id, STATES_MAX):
            yield editing.roster_of(cells)


def _preview(words: Words, editing: Editing, found: RosterUpload) -> None:
    """What would change for whom, what it costs and breaks, and the buttons."""
    changes = cell_changes(editing.roster, found.cells)
    after = standing(editing.plan, found.roster)
    sure = True
    if not found.is_known:
        st.warning(words("upload.unknown"), icon=":material/difference:")
        sure = st.checkbox(words("upload.sure"), key="upload_sure")
    names = {agent.id: agent.name or agent.id for agent in editing.plan.problem.agents}
    if found.replaced:
        days = [f"{names[agent]} {date}" for agent, date in found.replaced[:REPLACED_MAX]]
        more = [] if len(found.replaced) <= REPLACED_MAX else ["…"]
        st.warning(words("upload.replaced", days=plain(", ".join([*days, *more]))), icon=":material/group:")
    people = len({row.agent for row in changes})
    st.markdown(words("upload.changes", days=words.number(len(changes)), people=words.number(people)))
    _figures(words, editing.now, after)
    st.dataframe(
        change_frame(words, editing, changes),
        hide_index=True,
        key="upload_changes",
        height="content" if len(changes) < 10 else 380,
    )
    _broken(words, editing, after)
    with st.container(horizontal=True):
        st.button(
            words("upload.take"),
            key="upload_take",
            type="primary",
            icon=":material/check:",
            disabled=not sure or editing.conflict is not None,
            on_click=_take,
            args=(editing, found.cells),
        )
        st.button(words("upload.discard"), key="upload_discard", icon=":material/delete:", on_click=_next)


def _figures(words: Words, now: Standing, after: Standing) -> None:
    """Cost, hours short and broken rules as they would be, each with its change."""
    step_h = now.coverage.grid.step_h
    rows = []
    for one in (now, after):
        severities = [row.severity for row in one.judged.violations]
        short = float(one.coverage.missing.sum() * step_h)
        rows.append((one.judged.cost.total, short, float(severities.count("hard")), float(severities.count("soft"))))
    with st.container(horizontal=True):
        for name, digits, before, value in zip(("cost", "short", "hard", "soft"), (0, 1, 0, 0), *rows, strict=True):
            st.metric(
                words(f"edit.{name}"),
                words.number(value, digits),
                delta=words.signed(value - before, digits) if abs(value - before) >= 0.5 * 10**-digits else None,
                delta_color="inverse",
                border=True,
            )


def change_frame(words: Words, editing: Editing, changes: tuple[Change, ...]) -> pd.DataFrame:
    """One row for each day that differs."""
    names = {agent.id: agent.name or agent.id for agent in editing.plan.problem.agents}
    days = {str(day): words.day(day) for day in editing.plan.problem.grid.dates}
    rows = [
        {
            words("column.agent"): names[row.agent],
            words("column.day"): days[row.date],
            words("people.what"): words(f"change.{row.kind}"),
            words("upload.before"): _hours(row.before),
            words("upload.after"): words("upload.inside") if row.kind == "inside" else _hours(row.after),
        }
        for row in changes
    ]
    return pd.DataFrame(rows)


def _hours(span: tuple[str, str] | None) -> str:
    return NOTHING if span is None else f"{span[0][11:16]}–{span[1][11:16]}"


def _broken(words: Words, editing: Editing, after: Standing) -> None:
    """Rules that the workbook would break and the roster as it stands does not."""
    before = editing.now.judged.violations
    new = hard_first(row for row in after.judged.violations if row not in before)
    if new:
        hard = sum(row.severity == "hard" for row in new)
        st.markdown(words("upload.new_broken", hard=hard, soft=len(new) - hard))
        table = broken_table(editing.plan, new, before, words).drop(columns="since")
        columns = {name: words(f"column.{name}") for name in table.columns}
        st.dataframe(table, hide_index=True, key="upload_broken", column_config=columns)
    if not after.judged.is_legal:
        st.caption(words("upload.hard"))


def _take(editing: Editing, cells: Mapping[Cell, CellDay]) -> None:
    editing.put(cells)
    st.session_state[TAKEN] = len(cells)
    _next()


def _next() -> None:
    st.session_state[ROUND] = st.session_state.get(ROUND, 0) + 1
