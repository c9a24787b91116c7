"""The running day on the Overview: what came, what is to come, what to do, and what became of it."""

import hashlib
from dataclasses import replace
from datetime import date, time
from pathlib import Path
from typing import Any

import streamlit as st

from staffing.domain.day_actuals import DayActuals
from staffing.domain.roster_cells import changed_cells
from staffing.errors import DataError, SettingsError
from staffing.files.actuals import parse_day_actuals
from staffing.plan import Plan
from staffing.planning.drafts import Conflict, draft_plan, list_drafts, open_draft, save_draft
from staffing.planning.intraday import (
    IntradayPlan,
    IntradaySettings,
    Situation,
    accepted_roster,
    intraday_data,
    read_situation,
    steer,
)
from staffing.planning.intraday.answer import outlook_with
from staffing.planning.intraday.log import (
    ACCEPTED,
    DISMISSED,
    DayLog,
    afterwards,
    day_file,
    decided,
    promised,
    read_log,
    with_more,
    write_log,
)
from staffing.planning.intraday.people import read_away
from staffing.store.access import Action, may
from staffing.ui import charts, intraday_chart, state
from staffing.ui.actor import actor
from staffing.ui.blocks import plain
from staffing.ui.facts.frames import busy_steps
from staffing.ui.facts.intraday import (
    afterwards_table,
    clock,
    decision_table,
    proposal_table,
    queue_table,
    service_frame,
    volume_frame,
)
from staffing.ui.past import past_of
from staffing.ui.sections.forecast import FAULTS_SHOWN, PASTE_CHARS, UPLOAD_MB, fault_lines
from staffing.ui.state import Shown
from staffing.ui.words import Words

FOUND = "intraday_found"
"""The last answer of this tab: key of the question, plan asked about, situation, answer."""


def running_day(words: Words, shown: Shown) -> None:
    """The question, and the answer once it is there."""
    st.markdown(words("intraday.lead"))
    if shown.plan.roster is None:
        st.info(words("state.no_roster"), icon=":material/inbox:")
        return
    asked = _form(words, shown)
    if asked is None:
        st.info(words("intraday.no_actuals"), icon=":material/inbox:")
        return
    actuals, question, pressed = asked
    plan = _standing(shown)
    key = f"{shown.digest} {question['key']} {_cells_key(shown, plan)}"
    if pressed:
        _look(words, shown, plan, actuals, question, key)
    found = st.session_state.get(FOUND)
    if found is None:
        return
    if found[0] != key:
        st.info(words("intraday.stale"), icon=":material/update:")
        return
    _, situation, answer = found
    log = read_log(_file(shown, situation), situation.problem.grid.dates[situation.day])
    _outlook(words, shown, situation, answer)
    _dangers(words, shown, situation, answer)
    _proposals(words, shown, situation, answer, log)
    _log(words, shown, log, actuals)


def _form(words: Words, shown: Shown) -> tuple[DayActuals, dict[str, Any], bool] | None:
    """What came and who is not there; None until something is given that can be read."""
    plan = shown.plan
    people = {agent.id: agent.name or agent.id for agent in plan.problem.agents}
    first = plan.forecast.grid.first_day
    with st.container(border=True):
        left, right = st.columns(2)
        given = left.file_uploader(words("intraday.file"), type="csv", max_upload_size=UPLOAD_MB, key="intraday_file")
        pasted = right.text_area(
            words("intraday.paste"),
            placeholder=f"start,queue,offered,within_target,backlog\n{first}T08:00,{plan.problem.queues[0]},41,38,",
            max_chars=PASTE_CHARS,
            height=110,
            key="intraday_text",
        )
        cells = st.columns([1, 2, 2, 1, 1.4], vertical_alignment="bottom")
        at = cells[0].time_input(
            words("intraday.at"), value=None, step=900, key="intraday_at", help=words("intraday.at_help")
        )
        absent = cells[1].multiselect(
            words("intraday.absent"),
            list(people),
            format_func=people.__getitem__,
            key="intraday_absent",
            placeholder=words("rules.none"),
        )
        late = cells[2].multiselect(
            words("intraday.late_people"),
            list(people),
            format_func=people.__getitem__,
            key="intraday_late",
            placeholder=words("rules.none"),
        )
        until = cells[3].time_input(words("intraday.late_until"), value=time(10), step=900, key="intraday_until")
        data = given.getvalue() if given is not None else pasted.strip().encode()
        pressed = cells[4].button(
            words("intraday.look"), type="primary", icon=":material/update:", disabled=not data, key="intraday_look"
        )
    if not data:
        return None
    name = given.name if given is not None else words("intraday.pasted")
    try:
        actuals = parse_day_actuals(name, data, plan.scenario.centre)
    except DataError as error:
        st.error(fault_lines(words, error.faults[:FAULTS_SHOWN]))
        return None
    moment = "" if at is None else f"{at:%H:%M}"
    rows = [f"{agent},{until:%H:%M}" for agent in late]
    digest = hashlib.sha256(data).hexdigest()
    question = {"at": moment or None, "absent": absent, "late": rows, "key": f"{digest} {moment} {absent} {rows}"}
    return actuals, question, pressed


def _standing(shown: Shown) -> Plan:
    """The plan as its shared draft has it, so that what was accepted before stands."""
    store, first = state.store(), str(shown.plan.problem.grid.first_day)
    for draft in list_drafts(store):
        if draft.cells and (draft.centre, draft.first_day) == (shown.plan.scenario.centre.name, first):
            plan = draft_plan(store, draft.id)
            if (
                plan.roster is not None
                and shown.plan.roster is not None
                and plan.roster.agents == shown.plan.roster.agents
            ):
                return replace(shown.plan, result=replace(shown.plan.result, roster=plan.roster))
    return shown.plan


def _cells_key(shown: Shown, plan: Plan) -> str:
    """What tells the roster as it stands from the plan's own."""
    if plan.roster is None or shown.plan.roster is None or plan.roster is shown.plan.roster:
        return ""
    return hashlib.sha256(repr(sorted(changed_cells(shown.plan.roster, plan.roster).items())).encode()).hexdigest()


def _look(words: Words, shown: Shown, plan: Plan, actuals: DayActuals, question: dict[str, Any], key: str) -> None:
    past = past_of(shown)
    known = (past.scenario, past.table) if past.whole else None
    try:
        with st.spinner(words("intraday.busy")):
            bare = read_situation(plan, actuals, at=question["at"])
            away = read_away(bare, question["absent"], question["late"])
            situation = read_situation(plan, actuals, at=question["at"], away=away, past=known)
            log = read_log(_file(shown, situation), situation.problem.grid.dates[situation.day])
            dismissed = frozenset((one.agent, one.kind) for one in log.decisions if one.decision == DISMISSED)
            answer = steer(situation, IntradaySettings(dismissed=dismissed))
    except SettingsError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    st.session_state[FOUND] = (key, situation, answer)


def _file(shown: Shown, situation: Situation) -> Path:
    """Where the decisions of a day are kept: one file for each centre and day."""
    day = situation.problem.grid.dates[situation.day]
    return day_file(state.settings().home, shown.plan.scenario.centre.name, day)


def _outlook(words: Words, shown: Shown, situation: Situation, answer: IntradayPlan) -> None:
    """Figures, the queues from now on, and one queue over the day."""
    data, names = intraday_data(situation, answer), shown.queue_names
    mix = data["mix"]
    cells = st.columns(4)
    cells[0].metric(words("intraday.at"), f"{clock(data['at'])}")
    cells[1].metric(words("intraday.more_in_time"), words.signed(mix["contacts"], 0))
    cells[2].metric(
        words("intraday.late"),
        words.number(mix["late_before"]),
        delta=words.signed(mix["late_after"] - mix["late_before"], 0),
        delta_color="inverse",
    )
    cells[3].metric(words("intraday.mix_price"), f"{words.number(mix['price'])} {plain(data['currency'])}")
    number = st.column_config.NumberColumn
    st.dataframe(
        queue_table(data, names),
        hide_index=True,
        key="intraday_queues",
        column_config={
            "queue": words("column.queue"),
            "came": number(words("intraday.column_came"), format="%.0f"),
            "change": number(words("intraday.column_change"), format="%+.0f%%"),
            "factor": number(
                words("intraday.column_factor"), format="%+.0f%%", help=words("intraday.column_factor_help")
            ),
            "target": number(words("column.target"), format="%.0f%%"),
            "level": number(words("intraday.column_level"), format="%.1f%%", help=words("intraday.column_level_help")),
            "range": words("intraday.column_range"),
            "level_after": number(words("intraday.column_level_after"), format="%.1f%%"),
            "left": number(words("intraday.column_left"), format="%.0f", help=words("intraday.column_left_help")),
        },
    )
    queue = st.selectbox(
        words("pick.queue"), list(names), format_func=names.__getitem__, key="intraday_queue", width=360
    )
    grid, row = situation.plan.forecast.grid, situation.plan.forecast.queues.index(queue)
    steps = busy_steps(grid, situation.day, 1, situation.plan.forecast.high95[row])
    axis = charts.time_axis(grid, steps, words)
    frame = volume_frame(situation, shown.plan, queue, steps)
    st.altair_chart(charts.bands(frame, axis, words, state.look()), alt=words("intraday.alt"), key="intraday_volume")
    frame = service_frame(situation, answer, queue, steps, words)
    if len(frame):
        target = next(one.target for one in answer.before if one.queue == queue)
        chart = intraday_chart.service(frame, axis, target, words, state.look())
        st.altair_chart(chart, alt=words("intraday.after_alt"), key="intraday_service")
    st.caption(words("today.help"))


def _dangers(words: Words, shown: Shown, situation: Situation, answer: IntradayPlan) -> None:
    """Deferred work about to be late, with those who could save it."""
    grid, people = situation.problem.grid, _people(shown)
    for row in answer.dangers:
        told = {
            "queue": plain(shown.queue_names.get(row.queue, row.queue)),
            "count": words.number(row.contacts),
            "start": clock(grid.iso(row.start)),
            "end": clock(grid.iso(row.end)),
        }
        names = ", ".join(plain(people.get(one.agent, one.agent)) for one in row.rescues)
        said = words("intraday.danger", names=names, **told) if names else words("intraday.danger_nobody", **told)
        st.warning(said, icon=":material/alarm:")


def _proposals(words: Words, shown: Shown, situation: Situation, answer: IntradayPlan, log: DayLog) -> None:
    """The table with its ticks, and what to do with the ticked."""
    st.subheader(words("intraday.proposals"), anchor=False)
    data = intraday_data(situation, answer)
    if not data["proposals"]:
        st.success(words("intraday.none"), icon=":material/check_circle:")
        return
    table = proposal_table(data["proposals"], _people(shown), shown.queue_names, words)
    number = st.column_config.NumberColumn
    fixed = [name for name in table.columns if name != "tick"]
    edited = st.data_editor(
        table,
        hide_index=True,
        disabled=fixed,
        key="intraday_proposals",
        column_config={
            "tick": st.column_config.CheckboxColumn(words("intraday.tick"), width="small"),
            "number": number("#", width="small"),
            "contacts": number(
                words("intraday.column_contacts"), format="%+.1f", help=words("intraday.column_contacts_help")
            ),
            "saved": number(words("intraday.column_saved"), format="%+.1f", help=words("intraday.column_saved_help")),
            "price": number(words("intraday.column_price", currency=data["currency"]), format="localized"),
            **{
                name: words(f"intraday.column_{name}")
                for name in ("who", "what", "when", "where", "why", "before", "after")
            },
        },
    )
    st.caption(words("intraday.proposals_help"))
    ticked = [int(number) for number in edited[edited["tick"]]["number"]]
    allowed = may(actor(), Action.EDIT)
    with st.container(horizontal=True):
        if st.button(
            words("intraday.accept"), type="primary", icon=":material/check:", key="intraday_accept",
            disabled=not (allowed and ticked),
            help=words("intraday.accept_help" if allowed else "intraday.may_not"),
        ):  # fmt: skip
            _accept(words, shown, situation, answer, log, ticked)
        if st.button(
            words("intraday.dismiss"),
            icon=":material/close:",
            key="intraday_dismiss",
            disabled=not (allowed and ticked),
        ):
            chosen = [one for one in answer.proposals if one.number in ticked]
            write_log(with_more(log, decided(situation, chosen, DISMISSED)), _file(shown, situation))
            st.success(words("intraday.dismissed", count=len(chosen)), icon=":material/close:")
    for gap in answer.missing[:5]:
        grid = situation.problem.grid
        told = {
            "start": clock(grid.iso(gap.start)),
            "end": clock(grid.iso(gap.end)),
            "hours": words.number(gap.short_h, 1),
        }
        name = plain(shown.queue_names.get(gap.queue, gap.queue))
        if gap is answer.missing[0]:
            st.markdown(f"**{words('intraday.left')}**")
        st.markdown("- " + words("intraday.left_row", queue=name, **told))


def _accept(
    words: Words, shown: Shown, situation: Situation, answer: IntradayPlan, log: DayLog, ticked: list[int]
) -> None:
    """Put the ticked changes on the shared draft and remember what they promised."""
    by = actor()
    try:
        roster, chosen = accepted_roster(situation, answer, ticked)
    except SettingsError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    assert shown.plan.roster is not None
    draft = open_draft(state.store(), shown.place.folder, by, plan=shown.plan)
    kept = save_draft(state.store(), draft.id, draft.revision, changed_cells(situation.roster, roster), by)
    if isinstance(kept, Conflict):
        st.warning(words("intraday.conflict"), icon=":material/merge:")
        return
    promises = promised(situation, outlook_with(situation, roster, IntradaySettings()))
    write_log(with_more(log, decided(situation, chosen, ACCEPTED), promises), _file(shown, situation))
    st.success(words("intraday.accepted", count=len(chosen)), icon=":material/check_circle:")


def _log(words: Words, shown: Shown, log: DayLog, actuals: DayActuals) -> None:
    """Decisions of the day, and what came since the last."""
    if not log.decisions:
        return
    with st.expander(words("intraday.decisions", count=len(log.decisions))):
        st.dataframe(decision_table(log.decisions, _people(shown), words), hide_index=True, key="intraday_decisions")
    since = afterwards(log, actuals)
    if since and date.fromisoformat(log.day) in actuals.came.grid.dates:
        st.markdown(f"**{words('intraday.afterwards')}**")
        st.dataframe(afterwards_table(since, shown.queue_names, words), hide_index=True, key="intraday_afterwards")


def _people(shown: Shown) -> dict[str, str]:
    return {agent.id: agent.name or agent.id for agent in shown.plan.problem.agents}
