"""Blocks of the Training page about the plan on show: its sessions, and what they cost in service."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from staffing.planning.training.done import DoneRow
from staffing.planning.training.effect import ServiceEffect, service_effect, training_effects
from staffing.planning.training.outcome import Held, held_sessions
from staffing.ui import state
from staffing.ui.centre import CentreShown
from staffing.ui.kept import kept
from staffing.ui.router import page
from staffing.ui.sections.training import course_names, mark, people_names, session_text, ticked_rows
from staffing.ui.shown import CannotShowError
from staffing.ui.state import Shown
from staffing.ui.words import NOTHING, Words

SERVICE = "training_service"


def sessions(words: Words, shown: CentreShown) -> None:
    """What the plan on show holds of the courses, its price, and marking it done."""
    plan = _plan_of(shown)
    held = () if plan is None else kept(plan.plan, held_sessions)
    if plan is None or plan.plan.scenario.training is None or not (held or plan.plan.scenario.training.left):
        st.info(words("training.no_plan"), icon=":material/inbox:")
        st.page_link(page("runs", words), label=words("state.make_plan"), icon=":material/play_arrow:")
        return
    rows = [row for row in held if _known(shown, row)]
    placed = [row for row in rows if row.start is not None]
    first, last = plan.plan.problem.grid.dates[0], plan.plan.problem.grid.dates[-1]
    told = words("training.placed", held=len(placed), asked=len(held), first=words.day(first), last=words.day(last))
    (st.success if len(placed) == len(rows) else st.warning)(told, icon=":material/event_available:")
    _effects(words, shown, plan)
    if placed:
        st.subheader(words("training.in_roster"), anchor=False)
        ticked = ticked_rows(words, shown, _frame(words, shown, placed), "plan", plan.digest[:8])
        marked = [
            DoneRow(row.need.agent, row.need.course, row.start.date(), row.need.session)
            for row in (placed[n] for n in ticked)
            if row.start is not None
        ]
        mark(words, shown, marked)
    _not_placed(words, shown, plan, [row for row in rows if row.start is None])


def _plan_of(shown: CentreShown) -> Shown | None:
    """The plan on show where it is one of this centre and has a roster."""
    found = state.shown_or_trouble()
    if isinstance(found, CannotShowError) or found.plan.scenario.centre.name != shown.scenario.centre.name:
        return None
    return None if found.plan.roster is None else found


def _known(shown: CentreShown, row: Held) -> bool:
    """Whether person and course are still there."""
    return row.need.course in course_names(shown) and row.need.agent in people_names(shown)


def _frame(words: Words, shown: CentreShown, rows: Sequence[Held]) -> pd.DataFrame:
    people, names = people_names(shown), course_names(shown)
    return pd.DataFrame(
        {
            words("training.when"): [
                NOTHING if row.start is None or row.end is None else words.span(row.start, row.end) for row in rows
            ],
            words("training.person"): [people[row.need.agent] for row in rows],
            words("training.course"): [names[row.need.course] for row in rows],
            words("training.session"): [session_text(shown, row.need) for row in rows],
            words("training.trainer"): [people.get(row.trainer, row.trainer) for row in rows],
            words("training.due"): [row.need.due for row in rows],
        }
    )


def _not_placed(words: Words, shown: CentreShown, plan: Shown, rows: Sequence[Held]) -> None:
    """What the roster does not hold, and what the plan was not asked for, each with its reason."""
    training = plan.plan.scenario.training
    assert training is not None
    people, names = people_names(shown), course_names(shown)
    told = [(row.need, words.term(f"training.reason.{row.reason}")) for row in rows]
    told += [(row.need, words.term(f"training.left.{row.reason}")) for row in training.left]
    told = [(need, reason) for need, reason in told if need.agent in people and need.course in names]
    if not told:
        return
    with st.expander(words("training.later", count=len(told)), icon=":material/event_busy:", key="training_later"):
        frame = pd.DataFrame(
            {
                words("training.due"): [need.due for need, _ in told],
                words("training.person"): [people[need.agent] for need, _ in told],
                words("training.course"): [names[need.course] for need, _ in told],
                words("training.session"): [session_text(shown, need) for need, _ in told],
                words("training.why"): [reason for _, reason in told],
            }
        )
        st.dataframe(frame, hide_index=True, key="training_not_placed", height="content" if len(frame) < 12 else 380)


def _effects(words: Words, shown: CentreShown, plan: Shown) -> None:
    """What the sessions cost, course by course, against postponing them; simulated on demand."""
    found = kept(plan.plan, training_effects)
    if not found:
        return
    st.subheader(words("training.effect"), anchor=False)
    names, money = course_names(shown), plan.plan.scenario.centre.currency
    frame = pd.DataFrame(
        {
            words("training.course"): [
                names.get(row.course, row.course) if row.course else words.term("training.all") for row in found
            ],
            words("training.sessions"): [row.sessions for row in found],
            words("training.hours"): [row.hours for row in found],
            words("training.short"): [round(row.short_h, 2) + 0.0 for row in found],
            words("training.price", currency=money): [round(row.service_cost, 1) + 0.0 for row in found],
        }
    )
    config: dict[str, Any] = {
        words("training.hours"): st.column_config.NumberColumn(words("training.hours"), format="%.1f"),
        words("training.short"): st.column_config.NumberColumn(words("training.short"), format="%+.2f"),
        words("training.price", currency=money): st.column_config.NumberColumn(
            words("training.price", currency=money), format="%+.1f"
        ),
    }
    st.dataframe(frame, hide_index=True, key="training_effects", column_config=config, height="content")
    st.caption(words("training.effect_help"))
    key = f"{plan.digest} {shown.digest}"
    service: Sequence[ServiceEffect] = st.session_state.get(SERVICE, {}).get(key, ())
    if service:
        _service(words, service)
    elif st.button(words("training.simulate"), key="training_simulate", icon=":material/casino:"):
        with st.spinner(words("training.simulating")):
            courses = {row.course for row in found if row.course}
            st.session_state[SERVICE] = {key: service_effect(plan.plan, courses, workers=state.settings().workers)}
        st.rerun()


def _service(words: Words, service: Sequence[ServiceEffect]) -> None:
    known = [row for row in service if row.with_sessions is not None and row.without is not None]
    frame = pd.DataFrame(
        {
            words("training.queue"): [row.queue for row in known],
            words("training.without"): [words.percent(row.without) for row in known],
            words("training.with"): [words.percent(row.with_sessions) for row in known],
            words("training.points"): [
                words.signed(100 * ((row.with_sessions or 0.0) - (row.without or 0.0)), 2) for row in known
            ],
        }
    )
    st.dataframe(frame, hide_index=True, key="training_service", height="content")
