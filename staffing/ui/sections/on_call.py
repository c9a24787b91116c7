"""Blocks about on-call duties: who is on call now, the strip above the roster, and exchanging a turn by hand."""

from collections.abc import Sequence
from datetime import datetime

import streamlit as st

from staffing.domain.on_call import OnCallPlan, TurnAnswer
from staffing.domain.result import Status
from staffing.measures.on_call import TurnChange
from staffing.plan import Plan
from staffing.planning.on_call import exchanged, explain_turn
from staffing.report.on_call import people_words, person_words, turn_data
from staffing.store.access import Action, may
from staffing.ui import keeping, state
from staffing.ui.actor import actor
from staffing.ui.blocks import plain
from staffing.ui.editing import Editing
from staffing.ui.facts.on_call import (
    OnCallNow,
    agent_names,
    duty_name,
    next_turn,
    share_table,
    turns_at,
    turns_of,
    week_strip,
)
from staffing.ui.shown import centre_of
from staffing.ui.state import Shown
from staffing.ui.words import Words

REFUSED_SHOWN = 12


def on_call_now(words: Words, shown: Shown) -> None:
    """Who is on call at this moment, or who is next; places that nobody has."""
    plan = shown.plan
    if plan.on_call is None:
        return
    moment = datetime.now(plan.problem.grid.zone)
    st.subheader(words("on_call.title"), anchor=False)
    running = turns_at(plan, moment)
    for row in running:
        st.markdown(f":material/phone_in_talk: {words('on_call.now', **_told(words, row))}")
    if not running:
        later = next_turn(plan, moment)
        told = words("on_call.nobody_now") if later is None else words("on_call.next", **_told(words, later))
        st.markdown(f":material/phone_paused: {told}")
    missing = sum(plan.on_call.open)
    if missing:
        st.warning(words("on_call.missing", count=missing), icon=":material/phone_missed:")


def _told(words: Words, row: OnCallNow) -> dict[str, str | int]:
    return {
        "duty": plain(row.duty),
        "who": plain(", ".join(row.people)) or words.term("on_call.nobody"),
        "span": words.span(row.start, row.end),
        "minutes": row.response_min,
    }


def strip(words: Words, shown: Shown, editing: Editing) -> None:
    """Duties by day above the roster; giving a turn to somebody else, folded out where a place is open."""
    plan = shown.plan
    if plan.on_call is None:
        return
    missing = sum(plan.on_call.open)
    st.dataframe(week_strip(plan, words), hide_index=True, height="content", key="on_call_week")
    label = words("on_call.strip_open", count=missing) if missing else words("on_call.strip")
    with st.expander(label, icon=":material/phone_in_talk:", expanded=missing > 0, key="on_call_strip"):
        _proof(words, plan.on_call)
        exchange, shares = st.tabs([words("on_call.exchange"), words("on_call.shares")])
        with exchange:
            _exchange(words, shown, editing, plan.on_call)
        with shares:
            st.dataframe(share_table(plan, words), hide_index=True, width="content", key="on_call_shares")


def _proof(words: Words, found: OnCallPlan) -> None:
    """What the duties cost, and how good that is."""
    key = {Status.OPTIMAL: "on_call.cost_proven", Status.INFEASIBLE: "on_call.cost_illegal"}
    bound = words.number(found.bound)
    st.caption(words(key.get(found.status, "on_call.cost"), cost=words.number(found.cost.total), bound=bound))


def _exchange(words: Words, shown: Shown, editing: Editing, found: OnCallPlan) -> None:
    """One turn: who has it, who could have it at what price, who cannot and why; one press gives it away."""
    plan, problem = shown.plan, found.problem
    if not problem.turns:
        st.markdown(words("on_call.no_turns"))
        return
    grid, names = plan.problem.grid, agent_names(plan)
    first_open = next((turn for turn, missing in enumerate(found.open) if missing), 0)

    def turn_label(number: int) -> str:
        turn = problem.turns[number]
        who = ", ".join(names[agent] for agent in found.agents_of[number]) or words.term("on_call.nobody")
        return f"{words.span(grid.local(turn.start), grid.local(turn.end))} · {duty_name(found, turn)} · {who}"

    turn = st.selectbox(
        words("on_call.turn"), range(len(problem.turns)), index=first_open, format_func=turn_label, key="on_call_turn"
    )
    answer = explain_turn(plan, turn)
    able = [row for row in answer.candidates if not row.has_turn]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            words("on_call.to"),
            [row.agent for row in able],
            format_func=lambda agent: words(
                "on_call.candidate",
                name=names[agent],
                cost=words.signed(next(row.change for row in able if row.agent == agent), 0),
            ),
            key=f"on_call_to_{turn}",
            placeholder=words("on_call.nobody_can"),
            width=360,
        )
        reason = _stands_in_the_way(words, editing, found, answer)
        pressed = st.button(
            words("on_call.give"),
            key="on_call_give",
            icon=":material/swap_horiz:",
            disabled=not able or reason is not None or not may(actor(), Action.EDIT),
            help=reason,
        )
    if reason is not None and able:
        st.caption(f":material/lock: {reason}")
    data = turn_data(plan, answer)
    refused = [row for row in data["people"] if row["rules"]]
    for row in refused[:REFUSED_SHOWN]:
        st.caption(plain(person_words(row | {"agent": names[problem.agents.index(row["agent"])]}, words.lang)))
    if len(refused) > REFUSED_SHOWN:
        st.caption(words("on_call.more", count=len(refused) - REFUSED_SHOWN))
    if pressed and able:
        _give(words, shown, found, answer, int(chosen))


def _stands_in_the_way(words: Words, editing: Editing, found: OnCallPlan, answer: TurnAnswer) -> str | None:
    """Why the turn cannot be given away now."""
    if editing.is_changed:
        return words("on_call.draft_first")
    standing = {*found.locked, *found.problem.locked}
    place = (answer.turn, next(iter(found.agents_of[answer.turn]), None))
    if answer.open_places == 0 and place in {(call.turn, call.agent) for call in found.problem.called}:
        return words("on_call.called")
    if answer.open_places == 0 and place in standing:
        return words("on_call.stands")
    return None


def _give(words: Words, shown: Shown, found: OnCallPlan, answer: TurnAnswer, agent: int) -> None:
    """Write the plan with the turn given to somebody else, and put it on show."""
    pairs = set(found.pairs)
    if answer.open_places == 0:
        pairs.discard((answer.turn, found.agents_of[answer.turn][0]))
    plan = exchanged(shown.plan, tuple(pairs | {(answer.turn, agent)}))
    store = state.store()
    with st.spinner(words("draft.making")):
        keeping.keep_plan(plan, store, state.settings().home, centre=centre_of(store, shown.place))
    st.session_state.pop("roster_editing", None)
    st.toast(words("on_call.given"), icon=":material/task_alt:")
    st.rerun()


def changes_table(words: Words, rows: Sequence[TurnChange], plans: Sequence[Plan], key: str) -> None:
    """Turns that change hands: duty, hours, who was published and who has it now; people of all `plans`."""
    if not rows:
        return
    names = {agent.id: agent.name or agent.id for plan in plans for agent in plan.problem.agents}
    st.markdown(words("publish.turns", count=len(rows)))
    table = [
        {
            words("on_call.duty"): row.duty,
            words("on_call.turn"): words.span(datetime.fromisoformat(row.start), datetime.fromisoformat(row.end)),
            words("publish.turn_before"): people_words(row.before, words.lang, names),
            words("publish.turn_after"): people_words(row.after, words.lang, names),
        }
        for row in rows
    ]
    st.dataframe(table, hide_index=True, width="stretch", key=key)


def of_person(words: Words, plan: Plan, agent: str) -> None:
    """The turns of one person, under their day."""
    rows = turns_of(plan, agent)
    if rows:
        told = "; ".join(f"{words.span(row.start, row.end)} {row.duty}" for row in rows)
        st.text(words("on_call.of_person", turns=told))
