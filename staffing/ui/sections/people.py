"""Blocks of the People page: figures, filters, the editable tables, and saving."""

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import streamlit as st

from staffing.files import absences, people, requests
from staffing.files.cells import plain_text
from staffing.files.people_import import check_people_files
from staffing.measures.supply import employed
from staffing.planning.centre_edits import save_centre
from staffing.ui import state
from staffing.ui.actor import actor
from staffing.ui.blocks import plain
from staffing.ui.centre import CentreShown, change, faults_table
from staffing.ui.facts.people_tables import (
    SKILL,
    delta_of,
    matching,
    people_frame,
    skill_frame,
    skills_of,
    time_off_frame,
    wish_frame,
    with_delta,
)
from staffing.ui.people_draft import PeopleDraft, begin
from staffing.ui.words import Words

VIEWS = ("list", "skills", "away", "wishes", "supply", "import")
DRAFT, VIEW = "people_draft", "people_view"
FILE_OF = {"list": people.FILE, "skills": people.FILE, "away": absences.TIME_OFF, "wishes": requests.WISHES}
LIST = (
    *("agent", "name", "team", "role", "contract", "skills", "primary", "cost_per_h", "start_date", "end_date"),
    *("rotation", "rotation_week", "seniority", "on_call"),
)
ROWS_SHOWN = 16
"""Rows of a table before it scrolls."""


def draft_of(shown: CentreShown) -> PeopleDraft:
    """The edits of this tab; begun anew for another centre, put on others' edits of the same one."""
    draft = st.session_state.get(DRAFT)
    if not isinstance(draft, PeopleDraft) or draft.folder != shown.folder:
        draft = begin(shown.folder, shown.digest)
    elif draft.seen != shown.digest:
        if draft.is_dirty:
            draft.adopt(shown.digest)
        else:
            draft = begin(shown.folder, shown.digest, draft.version + 1)
    st.session_state[DRAFT] = draft
    return draft


def figures(words: Words, shown: CentreShown, draft: PeopleDraft) -> None:
    """How many people, teams and contract hours there are, and who is away in the next week to be planned."""
    scenario = shown.scenario
    first = scenario.next_week_start
    here = employed(scenario.agents, first)
    hours = {contract.id: contract.weekly_minutes_max / 60 for contract in scenario.centre.contracts}
    begin_at, end_at = first, first + timedelta(days=7)
    away = {row.agent for row in scenario.time_off if row.start.date() < end_at and row.end.date() >= begin_at}
    with st.container(horizontal=True):
        st.metric(words("people.count"), words.number(len(here)), border=True)
        st.metric(words("people.teams"), words.number(len({agent.team for agent in here})), border=True)
        total = sum(hours.get(agent.contract, 0.0) for agent in here)
        st.metric(words("people.hours"), words.number(total), border=True, help=words("people.hours_help"))
        day = words.day(first)
        st.metric(
            words("people.away_in", day=day), words.number(len(away)), border=True, help=words("people.away_in_help")
        )
    _save_bar(words, shown, draft)


def view_switch(words: Words) -> str:
    """Which table is shown. Switching keeps every edit."""
    chosen = st.segmented_control(
        words("people.view"),
        VIEWS,
        default="list",
        format_func=lambda view: words(f"people.view_{view}"),
        key=VIEW,
        required=True,
        label_visibility="collapsed",
        on_change=_settle,
    )
    return str(chosen or "list")


def filters(words: Words, shown: CentreShown, draft: PeopleDraft, view: str) -> None:
    """Who is in the table. Filters keep every edit too."""
    rows = draft.rows[people.FILE]
    centre = shown.scenario.centre
    with st.container(horizontal=True):
        teams = sorted({row["team"] for row in rows if row.get("team")})
        st.multiselect(words("pick.teams"), teams, key="people_teams", on_change=_settle, placeholder=words("pick.all"))
        contracts = Counter(row.get("contract", "") for row in rows)
        st.multiselect(
            words("pick.contracts"),
            [contract.id for contract in centre.contracts],
            key="people_contracts",
            on_change=_settle,
            placeholder=words("pick.all"),
            format_func=lambda name: f"{name} ({contracts[name]})",
        )
        skills = _skills(shown, draft)
        st.multiselect(
            words("pick.skills"),
            list(skills),
            key="people_serves",
            on_change=_settle,
            placeholder=words("pick.all"),
            format_func=lambda name: skills.get(name, name),
        )
        st.text_input(words("pick.search"), key="people_search", on_change=_settle)
        if view in ("away", "wishes"):
            st.checkbox(words("people.coming"), key="people_coming", value=True, on_change=_settle)


def table(words: Words, shown: CentreShown, draft: PeopleDraft, view: str) -> None:
    """The rows of a view that pass the filters, to be edited by those who may."""
    file, key = FILE_OF[view], f"people_{view}_{draft.version}"
    if key not in st.session_state and draft.pending:
        # The editor was away with what was done in it: the page had been left.
        draft.settle()
        key = f"people_{view}_{draft.version}"
    visible = _visible(shown, draft, view)
    rows = [draft.rows[file][number] for number in visible]
    frame, columns = _frame(words, shown, draft, view, rows)
    if not draft.rows[file]:
        st.info(words(f"people.{view}_none"), icon=":material/inbox:")
    else:
        st.caption(words("people.shown", shown=len(rows), all=len(draft.rows[file])))
    common: dict[str, Any] = {
        "hide_index": True,
        "column_config": columns,
        "height": 72 + 35 * min(max(len(rows), 3), ROWS_SHOWN),
        "width": "stretch",
        "placeholder": "",
    }
    if not shown.may_edit:
        st.dataframe(frame, key=f"{key}_read", **common)
        return
    locked = ["agent", "name"] if view == "skills" else False
    st.data_editor(frame, key=key, num_rows="fixed" if view == "skills" else "dynamic", disabled=locked, **common)
    before = draft.pending.get(file)
    draft.pending[file] = with_delta(draft.rows[file], visible, delta_of(st.session_state.get(key)))
    if before is None and not draft.is_changed(file):
        return
    if draft.pending[file] != before:
        st.rerun()  # the line of what is not saved yet stands above the table


def _frame(
    words: Words, shown: CentreShown, draft: PeopleDraft, view: str, rows: list[dict[str, str]]
) -> tuple[Any, dict[str, Any]]:
    """The table of a view and how its columns are shown."""
    names = {row.get("agent", ""): plain_text(row.get("name", "")) for row in draft.rows[people.FILE]}
    if view == "skills":
        skills = _skills(shown, draft)
        return skill_frame(rows, list(skills)), _skill_columns(words, skills)
    if view == "away":
        return time_off_frame(rows, ZoneInfo(shown.scenario.centre.timezone)), _away_columns(words, names, rows)
    if view == "wishes":
        shifts = [shift.id for shift in shown.scenario.centre.shifts]
        return wish_frame(rows), _wish_columns(words, names, shifts)
    centre = shown.scenario.centre
    hidden = {*(() if centre.rotations else ("rotation", "rotation_week")), *(() if centre.on_call else ("on_call",))}
    columns = [name for name in LIST if name not in hidden]
    return people_frame(rows, columns), _list_columns(words, shown)


def _list_columns(words: Words, shown: CentreShown) -> dict[str, Any]:
    centre, config = shown.scenario.centre, st.column_config

    def label(name: str) -> str:
        return words(f"people.col_{name}")

    def pick(name: str, options: list[str], required: bool = False) -> Any:
        return config.SelectboxColumn(label(name), options=options, required=required, help=words(f"people.tip_{name}"))

    served = list(dict.fromkeys(name for queue in centre.queues for name in (queue.skill, queue.id) if name))
    roles = [role.id for role in centre.roles]
    return {
        "agent": config.TextColumn(label("agent"), required=True, pinned=True, help=words("people.tip_agent")),
        "name": config.TextColumn(label("name"), pinned=True),
        "team": config.TextColumn(label("team")),
        "role": pick("role", roles) if roles else config.TextColumn(label("role")),
        "contract": pick("contract", [contract.id for contract in centre.contracts], required=True),
        # Each skill has a column of its own in the view of skills: here the others shall fit beside it.
        "skills": config.TextColumn(label("skills"), help=words("people.tip_skills"), width=190),
        "primary": pick("primary", served),
        "cost_per_h": config.NumberColumn(label("cost_per_h"), min_value=0.0, help=words("people.tip_cost_per_h")),
        "start_date": config.DateColumn(label("start_date"), format="YYYY-MM-DD"),
        "end_date": config.DateColumn(label("end_date"), format="YYYY-MM-DD", help=words("people.tip_end_date")),
        "rotation": pick("rotation", [rotation.id for rotation in centre.rotations]),
        "rotation_week": config.NumberColumn(label("rotation_week"), min_value=1, step=1),
        "seniority": config.NumberColumn(label("seniority"), min_value=0.0, help=words("people.tip_seniority")),
        "on_call": config.TextColumn(
            label("on_call"),
            help=words("people.tip_on_call", duties=", ".join(duty.id for duty in centre.on_call)),
        ),
    }


def _skill_columns(words: Words, skills: Mapping[str, str]) -> dict[str, Any]:
    config = st.column_config
    columns: dict[str, Any] = {
        "agent": config.TextColumn(words("people.col_agent"), pinned=True),
        "name": config.TextColumn(words("people.col_name"), pinned=True),
        "primary": config.SelectboxColumn(
            words("people.col_primary"), options=list(skills), help=words("people.tip_primary"), pinned=True
        ),
    }
    for name, label in skills.items():
        columns[SKILL + name] = config.NumberColumn(
            label, min_value=0.0, max_value=people.MAX_PROFICIENCY, step=0.05, format="%.2f", help=name, width=90
        )
    return columns


def _people_column(words: Words, names: Mapping[str, str]) -> Any:
    return st.column_config.SelectboxColumn(
        words("people.col_agent"),
        options=list(names),
        format_func=lambda ident: f"{ident} · {names[str(ident)]}" if names.get(str(ident)) else str(ident),
        required=True,
        width="medium",
    )


def _away_columns(words: Words, names: Mapping[str, str], rows: list[dict[str, str]]) -> dict[str, Any]:
    config = st.column_config
    kinds = dict.fromkeys((*absences.KINDS, *(row.get("kind", "").lower() for row in rows)))
    return {
        "agent": _people_column(words, names),
        "start": config.DatetimeColumn(words("people.col_start"), format="YYYY-MM-DD HH:mm", required=True),
        "end": config.DatetimeColumn(words("people.col_end"), format="YYYY-MM-DD HH:mm", required=True),
        "kind": config.SelectboxColumn(
            words("people.col_kind"),
            options=list(kinds),
            format_func=lambda kind: words(f"people.kind_{kind}") if kind in absences.KINDS else str(kind),
            required=True,
        ),
        "paid": config.CheckboxColumn(words("people.col_paid"), default=True, help=words("people.tip_paid")),
    }


def _wish_columns(words: Words, names: Mapping[str, str], shifts: list[str]) -> dict[str, Any]:
    config = st.column_config
    shape = words("people.tip_wish", shifts=", ".join(shifts))
    return {
        "agent": _people_column(words, names),
        "date": config.DateColumn(words("people.col_date"), format="YYYY-MM-DD", required=True),
        "wish": config.TextColumn(words("people.col_wish"), required=True, help=shape),
        "weight": config.NumberColumn(
            words("people.col_weight"), min_value=0.0, default=1.0, help=words("people.tip_weight")
        ),
    }


def _skills(shown: CentreShown, draft: PeopleDraft) -> dict[str, str]:
    """Label of every skill: the names of the queues it opens."""
    labels: dict[str, list[str]] = {}
    for queue in shown.scenario.centre.queues:
        labels.setdefault(queue.skill or queue.id, []).append(queue.name or queue.id)
    return skills_of(draft.rows[people.FILE], {skill: " / ".join(names) for skill, names in labels.items()})


def _visible(shown: CentreShown, draft: PeopleDraft, view: str) -> list[int]:
    """Numbers of the rows that pass the filters."""
    chosen: dict[str, Any] = {
        "teams": st.session_state.get("people_teams", ()),
        "contracts": st.session_state.get("people_contracts", ()),
        "serves": st.session_state.get("people_serves", ()),
        "search": st.session_state.get("people_search", ""),
    }
    who = matching(draft.rows[people.FILE], **chosen)
    if view in ("list", "skills"):
        return who
    wanted = {draft.rows[people.FILE][number].get("agent") for number in who} if any(chosen.values()) else None
    first = shown.scenario.next_week_start.isoformat() if st.session_state.get("people_coming", True) else ""
    last = "end" if view == "away" else "date"
    rows = draft.rows[FILE_OF[view]]
    return [
        number
        for number, row in enumerate(rows)
        if (wanted is None or row.get("agent") in wanted) and row.get(last, "")[:10] >= first
    ]


def _save_bar(words: Words, shown: CentreShown, draft: PeopleDraft) -> None:
    """What is not saved yet, what stands in its way, and the two ways on."""
    if not draft.is_dirty:
        return
    edit = draft.edit()
    _, faults = check_people_files(shown.folder, edit.changes)
    counts = {kind: len(edit.of(kind)) for kind in ("added", "changed", "removed")}
    rows = sum(draft.is_changed(file) for file in (absences.TIME_OFF, requests.WISHES))
    # At the foot of the window: it must not push away the table that is being edited.
    with st.bottom:
        st.markdown(words("people.unsaved", **counts) + (" " + words("people.unsaved_rows") if rows else ""))
        for file, count in edit.dropped:
            st.caption(plain(words.term("people.dropped").format(file=file, count=count)))
        if draft.clashes:
            st.warning(words("people.clashes", count=draft.clashes), icon=":material/sync_problem:")
        if faults:
            st.error(words("people.faults", count=len(faults)), icon=":material/error:")
            faults_table(words, faults, "people_faults")
        with st.container(horizontal=True):
            pressed = st.button(
                words("people.save"), key="people_save", type="primary", icon=":material/save:", disabled=bool(faults)
            )
            if st.button(words("people.discard"), key="people_discard", icon=":material/undo:"):
                st.session_state[DRAFT] = begin(shown.folder, shown.digest, draft.version + 1)
                st.rerun()
    if pressed:
        note = edit.note if edit.differences else ", ".join(edit.changes)

        def save() -> None:
            save_centre(state.store(), shown.folder, edit.changes, actor(), seen=draft.seen, note=note)
            st.session_state.pop(DRAFT)

        change(words, save)


def _settle() -> None:
    draft = st.session_state.get(DRAFT)
    if isinstance(draft, PeopleDraft):
        draft.settle()
