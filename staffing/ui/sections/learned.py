"""Blocks of the Learned page: the records, proposals to tick, what fits, lost time, the learning curve."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from staffing.domain.centre import Scenario
from staffing.errors import DataError
from staffing.files import read_kpi
from staffing.files.kpi_folder import FOLDER, has_records
from staffing.measures.learned import Finding, Kind, State
from staffing.planning.centre_edits import save_centre
from staffing.planning.learning import Learned, accepted, edit_note, learn
from staffing.report.learned_words import FindingLine, finding_line, lost_lines, months
from staffing.ui import drawn, state
from staffing.ui.actor import actor
from staffing.ui.blocks import plain
from staffing.ui.centre import CentreShown, change, faults_table
from staffing.ui.learned_chart import learning_curve, lost_time
from staffing.ui.shown import signature
from staffing.ui.words import Words

COLUMNS = ("kind", "subject", "now", "found", "range", "proposed", "sample", "means")
WIDTHS = {"kind": 156, "now": 70, "found": 78, "range": 122, "proposed": 78, "sample": 104}
GROUPS = ("values", "speeds")
COUNTED = {
    "proposed": (State.PROPOSED,),
    "fits": (State.FITS,),
    "unsure": (State.UNSURE,),
    "few": (State.FEW, State.UNKNOWN),
}
MANY = 10


def records(words: Words, shown: CentreShown) -> Learned | None:
    """What the folder named here says; None, with the reason, where there is nothing to learn from."""
    named = st.text_input(
        words("learned.folder"),
        str(shown.folder / FOLDER),
        key=f"learned_folder_{shown.folder}",
        help=words("learned.folder_help"),
        width=560,
    )
    folder = Path(named.strip()).expanduser()
    if not named.strip() or not has_records(shown.folder, folder):
        st.info(words("learned.empty", folder=plain(named)), icon=":material/inbox:")
        return None
    try:
        with st.spinner(words("learned.reading")):
            return _learned(str(shown.folder), shown.digest, str(folder), signature(folder), shown.scenario)
    except DataError as error:
        st.error(words("learned.refused"), icon=":material/error:")
        faults_table(words, error.faults, "learned_faults")
        return None


@st.cache_resource(show_spinner=False, max_entries=4)
def _learned(folder: str, digest: str, tables: str, stamp: object, _scenario: Scenario) -> Learned:
    """What was learned is frozen, so that every session may share it; a file written anew makes a new entry."""
    return learn(_scenario, read_kpi(Path(folder), kpi_dir=Path(tables)).records)


def figures(words: Words, given: Learned) -> None:
    """How many values are proposed, fit, or cannot be told."""
    for column, (name, states) in zip(st.columns(len(COUNTED)), COUNTED.items(), strict=True):
        count = sum(found.state in states for found in given.findings)
        column.metric(words(f"learned.count_{name}"), words.number(count), border=True)
    if given.missing:
        st.caption(plain(words.term("learned.missing").format(names="; ".join(given.missing))))


def proposals(words: Words, shown: CentreShown, given: Learned) -> list[Finding]:
    """Tables of the proposals; those that are ticked."""
    if not given.proposals:
        st.success(words("learned.none"), icon=":material/check_circle:")
        return []
    chosen: list[Finding] = []
    for group in GROUPS:
        found = [one for one in given.proposals if (one.kind is Kind.SPEED) == (group == "speeds")]
        if not found:
            continue
        st.subheader(words(f"learned.{group}"), anchor=False)
        if group == "speeds":
            st.caption(words("learned.speeds_help"))
        every = st.checkbox(
            words("learned.every", count=len(found)), key=f"learned_every_{group}", disabled=not shown.may_edit
        )
        chosen += _ticked(words, shown, found, group, every)
    return chosen


def _ticked(words: Words, shown: CentreShown, found: list[Finding], group: str, every: bool) -> list[Finding]:
    frame = _frame(_lines(words, shown, found), group)
    frame.insert(0, "accept", every)
    # A new key for new proposals: ticks of old ones must not stay on other rows.
    edited = st.data_editor(
        frame,
        hide_index=True,
        key=f"learned_{group}_{shown.digest[:8]}_{every}",
        disabled=list(frame.columns[1:]) if shown.may_edit else True,
        height="content" if len(found) <= MANY else 420,
        column_config={
            "accept": st.column_config.CheckboxColumn(words("learned.col_accept"), width=76),
            **_heads(words, group),
        },
    )
    return [one for one, tick in zip(found, edited["accept"].tolist(), strict=True) if tick]


def _lines(words: Words, shown: CentreShown, found: Sequence[Finding]) -> list[FindingLine]:
    queues = {queue.id: queue.name or queue.id for queue in shown.scenario.centre.queues}
    people = {agent.id: f"{agent.id} {agent.name}".strip() for agent in shown.scenario.agents}
    return [finding_line(one, words.lang, queues, people) for one in found]


def _frame(lines: list[FindingLine], group: str, *, with_state: bool = False) -> pd.DataFrame:
    names = [name for name in COLUMNS if group == "values" or name != "kind"]
    if with_state:
        names = ["state" if name == "proposed" else name for name in names]
    return pd.DataFrame({name: [getattr(line, name) for line in lines] for name in names})


def _heads(words: Words, group: str) -> dict[str, Any]:
    heads = {name: words(f"learned.col_{name}") for name in (*COLUMNS, "state")}
    if group == "speeds":
        heads["subject"] = words("learned.col_person")
    return {name: st.column_config.TextColumn(head, width=WIDTHS.get(name)) for name, head in heads.items()}


def accept(words: Words, shown: CentreShown, chosen: list[Finding]) -> None:
    """The button that writes what is ticked, and what follows from it."""
    if shown.is_sample:
        st.caption(words("learned.sample"))
    if not shown.may_edit:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        pressed = st.button(
            words("learned.accept", count=len(chosen)),
            key="learned_accept",
            type="primary",
            icon=":material/check:",
            disabled=not chosen,
        )
        st.caption(words("learned.after") if chosen else words("learned.choose"))
    if pressed:

        def save() -> None:
            files = accepted(shown.folder, chosen)
            save_centre(state.store(), shown.folder, files, actor(), seen=shown.digest, note=edit_note(chosen))

        change(words, save)


def others(words: Words, shown: CentreShown, given: Learned) -> None:
    """What is not proposed, and why, on demand."""
    rest = [found for found in given.findings if found.state is not State.PROPOSED]
    if not rest or not st.toggle(words("learned.all"), key="learned_all"):
        return
    for group in GROUPS:
        found = [one for one in rest if (one.kind is Kind.SPEED) == (group == "speeds")]
        if found:
            frame = _frame(_lines(words, shown, found), group, with_state=True)
            st.dataframe(
                frame,
                hide_index=True,
                key=f"learned_rest_{group}",
                height="content" if len(found) <= MANY else 420,
                column_config=_heads(words, group),
            )


def evidence(words: Words, given: Learned) -> None:
    """Lost time by reason, and the learning curve."""
    left, right = st.columns(2, gap="large")
    if given.lost is not None:
        with left:
            st.subheader(words("learned.lost"), anchor=False)
            rows = lost_lines(given.lost, words.lang)
            frame = pd.DataFrame({"reason": [name for name, _ in rows], "share": [share for _, share in rows]})
            chart = lost_time(frame, words, state.look())
            drawn.chart(chart, alt=words("learned.lost"), key="learned_lost")
            st.caption(words("learned.lost_help", people=given.lost.people, days=given.lost.days))
    with right:
        st.subheader(words("learned.curve"), anchor=False)
        told = [band for band in given.curve if band.speed is not None]
        if not told:
            st.info(words("learned.no_curve"), icon=":material/inbox:")
            return
        frame = pd.DataFrame(
            {
                "months": [months(band) for band in told],
                "speed": [band.speed for band in told],
                "low": [band.low for band in told],
                "high": [band.high for band in told],
                "people": [band.people for band in told],
                "contacts": [band.contacts for band in told],
            }
        )
        chart = learning_curve(frame, words, state.look())
        drawn.chart(chart, alt=words("learned.curve_alt"), key="learned_curve")
        st.caption(words("learned.curve_help"))
