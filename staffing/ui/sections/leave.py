"""Blocks of the Calendar page: requests for leave, what each does to its days, and the decision."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import pandas as pd
import streamlit as st

from staffing.domain.leave import LeaveRequest, LeaveState
from staffing.files.absences import ABSENCES
from staffing.files.leave_requests import ask_leave, decide_leave, drop_request
from staffing.planning.centre_edits import save_centre
from staffing.planning.leave import LeaveDay, leave_chances, leave_days
from staffing.store.access import Action, ask, may
from staffing.ui import state
from staffing.ui.actor import actor
from staffing.ui.blocks import Color
from staffing.ui.centre import CentreShown, change
from staffing.ui.router import page
from staffing.ui.state import Shown
from staffing.ui.words import NOTHING, Words

PICKED, CHANCES = "leave_picked", "leave_chances"
STATES: dict[LeaveState, tuple[str, Color]] = {
    LeaveState.ASKED: ("hourglass_empty", "blue"),
    LeaveState.APPROVED: ("check_circle", "green"),
    LeaveState.REFUSED: ("block", "orange"),
}
NUMBERS = (
    *("employed", "away", "asked", "available", "at_work"),
    *("required_h", "rostered_h", "short_before_h", "short_after_h"),
)
NOTED = 0.05
"""Agent-hours more short from which a day is worth a word."""


def requests_block(words: Words, shown: CentreShown, plan: Shown | None, requests: Sequence[LeaveRequest]) -> None:
    """The requests, the one picked with its effect, and a new one."""
    if not requests:
        st.info(words("leave.none"), icon=":material/inbox:")
    else:
        _all(words, shown, plan, requests)
        _one(words, shown, plan, requests)
    if shown.may_edit:
        with st.expander(words("leave.new"), icon=":material/add:", key="leave_new_open"):
            _new(words, shown)


def _names(shown: CentreShown) -> dict[str, str]:
    return {agent.id: f"{agent.id} · {agent.name}" if agent.name else agent.id for agent in shown.scenario.agents}


def _all(words: Words, shown: CentreShown, plan: Shown | None, requests: Sequence[LeaveRequest]) -> None:
    names = _names(shown)
    ordered = sorted(requests, key=lambda row: (not row.is_open, row.start, row.id))
    rows = []
    for row in ordered:
        days = _effect(shown, plan, row, requests) if row.is_open else ()
        more = [day.more_short_h for day in days if day.more_short_h is not None]
        rows.append(
            {
                words("leave.state"): words(f"leave.state_{row.state.value}"),
                words("leave.who"): names.get(row.agent, row.agent),
                words("calendar.from"): row.start,
                words("calendar.to"): row.end,
                words("leave.days"): len(row.days),
                words("leave.kind"): _kind(words, row.kind),
                words("leave.least"): min((day.available for day in days), default=None),
                words("leave.more_short"): sum(more) if more else None,
                words("leave.note"): row.note,
            }
        )
    config = {
        words("leave.more_short"): st.column_config.NumberColumn(
            words("leave.more_short"), format="%.1f", help=words("leave.more_short_help")
        ),
        words("leave.least"): st.column_config.NumberColumn(words("leave.least"), help=words("leave.least_help")),
        words("calendar.from"): st.column_config.DateColumn(words("calendar.from"), format="YYYY-MM-DD"),
        words("calendar.to"): st.column_config.DateColumn(words("calendar.to"), format="YYYY-MM-DD"),
    }
    st.dataframe(pd.DataFrame(rows), hide_index=True, key="leave_all", column_config=config, placeholder=NOTHING)


_KNOWN = ("leave", "sick", "unavailable")
"""Kinds that the roster has words for."""


def _kind(words: Words, kind: str) -> str:
    return words.term(f"activity.{kind}") if kind in _KNOWN else words(f"leave.kind_{kind}")


def _effect(
    shown: CentreShown, plan: Shown | None, request: LeaveRequest, requests: Sequence[LeaveRequest]
) -> tuple[LeaveDay, ...]:
    if all(agent.id != request.agent for agent in shown.scenario.agents):
        return ()
    key = f"{shown.folder} {shown.digest} {'' if plan is None else plan.digest} {request}"
    return _days(key, shown, plan, request, tuple(requests))


@st.cache_data(show_spinner=False, max_entries=256)
def _days(
    key: str, _shown: CentreShown, _plan: Shown | None, _request: LeaveRequest, _others: tuple[LeaveRequest, ...]
) -> tuple[LeaveDay, ...]:
    return leave_days(_shown.scenario, None if _plan is None else _plan.plan, _request, _others)


def _one(words: Words, shown: CentreShown, plan: Shown | None, requests: Sequence[LeaveRequest]) -> None:
    names = _names(shown)
    by_id = {row.id: row for row in sorted(requests, key=lambda row: (not row.is_open, row.start, row.id))}
    ident = st.selectbox(
        words("leave.pick"),
        list(by_id),
        format_func=lambda one: _label(by_id[one], names, words),
        key=PICKED,
        width=560,
    )
    if ident not in by_id:
        return
    request = by_id[ident]
    icon, color = STATES[request.state]
    st.badge(words(f"leave.state_{request.state.value}"), icon=f":material/{icon}:", color=color)
    days = _effect(shown, plan, request, requests)
    if not days:
        st.warning(words("leave.gone"), icon=":material/person_off:")
    else:
        _days_table(words, shown, plan, request, days)
        _verdict(words, request, days)
    if shown.may_edit:
        _decide(words, shown, request)


def _label(request: LeaveRequest, names: Mapping[str, str], words: Words) -> str:
    span = words.day(request.start)
    if request.end != request.start:
        span += f" – {words.day(request.end)}"
    # The id keeps labels apart, by which a choice is known; without the state a decision keeps the choice.
    return f"{request.id} · {names.get(request.agent, request.agent)} · {span}"


def _days_table(
    words: Words, shown: CentreShown, plan: Shown | None, request: LeaveRequest, days: Sequence[LeaveDay]
) -> None:
    key = f"{shown.digest} {'' if plan is None else plan.digest} {request}"
    chances = st.session_state.get(CHANCES, {}).get(key, {})
    rows = []
    for one in days:
        before, after = chances.get(one.date, (None, None))
        rows.append(
            {
                "day": words.day(one.date),
                "works": NOTHING if one.works is None else words("leave.yes" if one.works else "leave.no"),
                "employed": one.employed,
                "away": one.away,
                "asked": one.asked,
                "available": one.available,
                "at_work": one.at_work,
                "required_h": one.required_h,
                "rostered_h": one.rostered_h,
                "short_before_h": one.short_before_h,
                "short_after_h": one.short_after_h,
                "before": words.percent(before, 0),
                "after": words.percent(after, 0),
            }
        )
    frame = pd.DataFrame(rows)
    number = st.column_config.NumberColumn
    config: dict[str, Any] = {
        name: number(
            words(f"leave.column_{name}"),
            format="%.1f" if name.endswith("_h") else "%d",
            help=words(f"leave.column_{name}_help"),
        )
        for name in NUMBERS
    }
    config |= {name: words(f"leave.column_{name}") for name in ("day", "works", "before", "after")}
    hidden = [] if chances else ["before", "after"]
    if all(one.works is None for one in days):
        hidden += ["works", "at_work", "required_h", "rostered_h", "short_before_h", "short_after_h"]
        st.caption(words("leave.outside"))
    st.dataframe(
        frame.drop(columns=hidden), hide_index=True, key="leave_days", column_config=config, placeholder=NOTHING
    )
    inside = plan is not None and any(one.works is not None for one in days)
    if inside and plan is not None and not chances and st.button(
        words("leave.chance"), icon=":material/casino:", key="leave_chance", help=words("leave.chance_help")
    ):  # fmt: skip
        with st.spinner(words("leave.simulating")):
            found = leave_chances(plan.plan, request, workers=state.settings().workers)
        st.session_state[CHANCES] = {key: found}
        st.rerun()


def _verdict(words: Words, request: LeaveRequest, days: Sequence[LeaveDay]) -> None:
    """One sentence on what the leave does, and the way to mend it."""
    more = sum(one.more_short_h or 0.0 for one in days)
    known = [one for one in days if one.works is not None]
    if not known:
        return
    if more < NOTED:
        st.success(words("leave.harmless"), icon=":material/check_circle:")
        return
    worst = max(known, key=lambda one: one.more_short_h or 0.0)
    st.warning(
        words("leave.costs", hours=words.number(more, 1), day=words.day(worst.date)), icon=":material/trending_down:"
    )
    st.page_link(page("replan", words), label=words("leave.replan"), icon=":material/edit_calendar:")


def _decide(words: Words, shown: CentreShown, request: LeaveRequest) -> None:
    can = may(actor(), Action.APPROVE)
    with st.container(horizontal=True):
        if request.state is not LeaveState.APPROVED and st.button(
            words("leave.approve"), type="primary", icon=":material/check:", key="leave_approve", disabled=not can
        ):
            _set(words, shown, request, LeaveState.APPROVED)
        if request.state is not LeaveState.REFUSED and st.button(
            words("leave.refuse"), icon=":material/block:", key="leave_refuse", disabled=not can
        ):
            _set(words, shown, request, LeaveState.REFUSED)
        if not request.is_open and st.button(
            words("leave.reopen"), icon=":material/undo:", key="leave_reopen", disabled=not can
        ):
            _set(words, shown, request, LeaveState.ASKED)
        with st.popover(words("leave.delete"), icon=":material/delete:", key="leave_delete"):
            st.markdown(words("leave.delete_sure"))
            if st.button(words("leave.delete_yes"), key="leave_delete_yes", type="primary"):
                if request.state is LeaveState.APPROVED:
                    ask(actor(), Action.APPROVE)
                _write(words, shown, drop_request(shown.folder, request.id), f"leave request {request.id} deleted")
    if not can:
        st.caption(words("leave.needs_approver"))


def _set(words: Words, shown: CentreShown, request: LeaveRequest, to: LeaveState) -> None:
    ask(actor(), Action.APPROVE)
    today = date.today()
    changes = decide_leave(shown.folder, request.id, to, today)
    _write(words, shown, changes, f"leave request {request.id} {to.value}")


def _new(words: Words, shown: CentreShown) -> None:
    names = _names(shown)
    with st.form(f"leave_new_{shown.digest[:12]}", border=False):
        left, right = st.columns(2)
        agent = left.selectbox(
            words("leave.who"), list(names), index=None, format_func=lambda one: names[one], key="leave_agent"
        )
        kind = right.selectbox(
            words("leave.kind"), list(ABSENCES), format_func=lambda one: _kind(words, one), key="leave_kind"
        )
        begin = shown.scenario.next_week_start
        span = left.date_input(words("leave.span"), (begin, begin), key="leave_span", format="YYYY-MM-DD")
        note = right.text_input(words("leave.note"), key="leave_note", max_chars=120)
        pressed = st.form_submit_button(words("leave.ask"), icon=":material/send:", key="leave_ask")
    if not pressed:
        return
    if not agent or not span:
        st.error(words("leave.incomplete"), icon=":material/edit:")
        return
    start, end = span[0], span[-1]
    if end - start > timedelta(days=366):
        st.error(words("leave.too_long"), icon=":material/edit:")
        return
    ident, changes = ask_leave(shown.folder, str(agent), start, end, str(kind), asked=date.today(), note=note)
    _write(words, shown, changes, f"leave request {ident}")


def _write(words: Words, shown: CentreShown, changes: Mapping[str, bytes | None], note: str) -> None:
    change(words, lambda: save_centre(state.store(), shown.folder, changes, actor(), seen=shown.digest, note=note))
