"""Part of the page KPI: what was scheduled against what was done, its reasons, and those still to be given."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Literal

import pandas as pd
import streamlit as st

from staffing.domain.arrays import IntArray
from staffing.files import KpiInput
from staffing.files.adherence_csv import adherence_csv, adherence_people_csv
from staffing.files.kpi_reasons import Reason
from staffing.measures.kpi import ADHERENCE_BY, Adherence, AdherenceLine, Records, adherence, shown_groups
from staffing.planning.centre_edits import code_reasons
from staffing.report.adherence_words import WordTable, group_table, reason_names, reasons_table, span_lines
from staffing.store.access import Action, may
from staffing.ui import state
from staffing.ui.actor import actor
from staffing.ui.centre import change, is_sample
from staffing.ui.words import Words

PERSON = "person"
MOST = 200
"""Deviations shown at once to be given a reason: the longest."""
HEIGHT, SECOND = 420, 170


def show(words: Words, given: KpiInput, records: Records, folder: Path | None, period: tuple[date, date]) -> None:
    """Draw the part; `folder` is the centre whose records these are, None where they were dropped here."""
    sees_persons = may(actor(), Action.PERSONS)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        by = st.segmented_control(
            words("adherence.by"),
            ADHERENCE_BY if sees_persons else [name for name in ADHERENCE_BY if name != PERSON],
            default="team",
            required=True,
            format_func=lambda name: words.term(f"adherence.by.{name}"),
            key="adherence_by",
        )
        tolerance = st.number_input(
            words("adherence.tolerance"),
            min_value=0.0,
            max_value=60.0,
            value=given.goals.adherence.tolerance_min,
            step=1.0,
            format="%g",
            help=words("adherence.tolerance_help"),
            key="adherence_tolerance",
            width=200,
        )
    if by == PERSON and not sees_persons:
        by = "team"
    rules = replace(given.goals.adherence, tolerance_min=tolerance)
    found = adherence(records, rules, by=by or "team", first=period[0], last=period[1])
    if found is None:
        st.info(words.term("adherence.nothing"), icon=":material/inbox:")
        return
    groups = found.groups if by == PERSON else shown_groups(found, given.goals.min_people, given.people)
    _figures(words, found)
    _table(group_table(found, groups, words.lang), "adherence_groups")
    if found.by == "team" and len(groups) < len(found.groups):
        st.caption(words.term("adherence.hidden").format(least=given.goals.min_people))
    st.subheader(words("adherence.why"), anchor=False)
    lost = reasons_table(found, words.lang)
    if lost.rows:
        _table(lost, "adherence_reasons")
    else:
        st.success(words("adherence.all_kept"), icon=":material/check_circle:")
    st.caption(words.term("adherence.note").format(minutes=f"{rules.tolerance_min:g}"))
    _downloads(words, given, found, groups)
    if sees_persons:
        _to_code(words, given, found, folder)
    else:
        st.caption(words("adherence.persons_hidden"))


def _figures(words: Words, found: Adherence) -> None:
    """The three figures of the whole period."""
    total = found.total
    shares = {"adherence": total.adherence, "adjusted": total.adjusted}
    columns = st.columns(3)
    for column, (name, value) in zip(columns, shares.items(), strict=False):
        column.metric(words.term(f"adherence.head.{name}"), "–" if value is None else f"{value:.1%}", border=True)
    columns[2].metric(words.term("adherence.head.uncoded"), f"{total.uncoded_h:,.1f}", border=True)


def _table(table: WordTable, key: str) -> None:
    frame = pd.DataFrame(table.rows, columns=list(table.heads))
    height: Literal["content"] | int = "content" if len(frame) <= 12 else HEIGHT
    # The second column may say more than a figure.
    wide = {table.heads[1]: st.column_config.TextColumn(width=SECOND)}
    st.dataframe(frame, hide_index=True, key=key, height=height, column_config=wide)


def _downloads(words: Words, given: KpiInput, found: Adherence, groups: tuple[AdherenceLine, ...]) -> None:
    with st.container(horizontal=True):
        st.download_button(
            words("kpi.download", name="adherence.csv"),
            data=lambda: adherence_csv(found, groups).encode("utf-8"),
            file_name=f"adherence-{found.last}.csv",
            mime="text/csv",
            key="adherence_csv",
            on_click="ignore",
            icon=":material/download:",
        )
        if found.by == PERSON:
            st.download_button(
                words("kpi.download", name="adherence_people.csv"),
                data=lambda: adherence_people_csv(found, given.zone).encode("utf-8"),
                file_name=f"adherence_people-{found.last}.csv",
                mime="text/csv",
                key="adherence_people_csv",
                on_click="ignore",
                icon=":material/download:",
            )


def _to_code(words: Words, given: KpiInput, found: Adherence, folder: Path | None) -> None:
    """Deviations without a reason, each with a choice of reasons; saved into the records of the centre."""
    st.subheader(words("adherence.to_code"), anchor=False)
    places = _without_reason(found)
    if not len(places):
        st.success(words("adherence.coded"), icon=":material/check_circle:")
        return
    lines = span_lines(found, given.zone, words.lang, places[:MOST])
    names = reason_names(found.rules, words.lang)
    can_save = folder is not None and not is_sample(folder) and may(actor(), Action.CENTRE)
    frame = pd.DataFrame(
        {
            "agent": [line.agent for line in lines],
            "start": [f"{line.start:%Y-%m-%d %H:%M}" for line in lines],
            "end": [f"{line.end:%H:%M}" for line in lines],
            "minutes": [round(line.minutes) for line in lines],
            "pattern": [line.pattern for line in lines],
            "planned": [line.planned for line in lines],
            "done": [line.done for line in lines],
            "reason": pd.Series([None] * len(lines), dtype="object"),
        }
    )
    edited = st.data_editor(
        frame,
        hide_index=True,
        # New rows are another table: what was chosen for old ones must not stay on them.
        key=f"adherence_code_{hash(tuple((line.agent, line.start, line.end) for line in lines))}",
        disabled=[name for name in frame.columns if name != "reason"] if can_save else True,
        height="content" if len(frame) <= 12 else HEIGHT,
        column_config={
            **{name: words(f"adherence.col_{name}") for name in frame.columns if name != "reason"},
            "reason": st.column_config.SelectboxColumn(
                words("adherence.col_reason"),
                options=list(names),
                format_func=lambda code: names.get(str(code), str(code)),
            ),
        },
    )
    if len(places) > MOST:
        st.caption(words("adherence.most", most=MOST, count=len(places)))
    if not can_save:
        st.caption(words("adherence.sample" if folder is not None and is_sample(folder) else "adherence.read_only"))
        return
    chosen = [
        Reason(line.agent, line.start, line.end, str(code))
        for line, code in zip(lines, edited["reason"].tolist(), strict=True)
        if code
    ]
    label = words("adherence.save", count=len(chosen))
    if st.button(label, key="adherence_save", type="primary", icon=":material/save:", disabled=not chosen):
        where = folder
        if where is not None:
            note = words("adherence.edit_note", count=len(chosen))
            change(words, lambda: code_reasons(state.store(), where, chosen, actor(), note=note))


def _without_reason(found: Adherence) -> IntArray:
    """Deviations none of whose time has a reason: a second reason at the same time would be refused."""
    places = found.open_spans
    return places[found.coded_s[places] <= 0]
