"""Blocks of the People page: how many can serve each queue, now and after a change, and what hangs on one person."""

from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from staffing.domain.centre import Scenario
from staffing.files.people_import import check_people_files
from staffing.measures.supply import QueueSupply, queue_supply
from staffing.ui.blocks import plain
from staffing.ui.centre import CentreShown
from staffing.ui.people_draft import PeopleDraft
from staffing.ui.words import NOTHING, Words


def supply(words: Words, shown: CentreShown, draft: PeopleDraft) -> None:
    """The supply of every queue; beside it, as it would be with what is not saved yet."""
    st.markdown(words("people.supply_lead"))
    if draft.is_dirty:
        agents, faults = check_people_files(shown.folder, draft.edit().changes)
        if not faults:
            before_after(words, shown.scenario, replace(shown.scenario, agents=agents))
            return
        st.warning(words("people.supply_faults"), icon=":material/warning:")
    rows = queue_supply(shown.scenario)
    fragile = [row for row in rows if row.is_fragile]
    names = _names(shown.scenario)
    if fragile:
        told = ", ".join(plain(names[row.queue]) for row in fragile)
        st.warning(words("people.supply_fragile", count=len(fragile), queues=told), icon=":material/person_alert:")
    else:
        st.success(words("people.supply_fine"), icon=":material/check_circle:")
    frame = supply_frame(words, shown.scenario, rows)
    st.dataframe(frame, hide_index=True, height="content", key="people_supply", column_config=_columns(words))
    st.caption(words("people.supply_help"))


def before_after(words: Words, now: Scenario, then: Scenario) -> None:
    """What a change of the people does to each queue."""
    st.subheader(words("people.effect"), anchor=False)
    frame = effect_frame(words, now, then)
    if frame.empty:
        st.markdown(words("people.no_effect"))
        return
    worse = int((frame[words("people.state")] == words("people.worse")).sum())
    if worse:
        st.warning(words("people.effect_worse", count=worse), icon=":material/person_alert:")
    st.dataframe(frame, hide_index=True, height="content", key="people_effect")


def supply_frame(words: Words, scenario: Scenario, rows: tuple[QueueSupply, ...]) -> pd.DataFrame:
    """Supply in words, one row for each queue."""
    names = _names(scenario)
    people = {agent.id: agent.name or agent.id for agent in scenario.agents}
    return pd.DataFrame(
        [
            {
                "queue": names[row.queue],
                "people": row.people,
                "hours": row.hours_max,
                "at_once": row.at_once,
                "thinnest": row.thinnest,
                "when": _when(words, row.thinnest_at),
                "only": ", ".join(people[ident] for ident in row.only),
                "state": words("people.state_fragile" if row.is_fragile else "people.state_fine"),
            }
            for row in rows
        ]
    )


def effect_frame(words: Words, now: Scenario, then: Scenario) -> pd.DataFrame:
    """Queues whose supply differs: people, hours and thinnest time before and after."""
    names = _names(then)
    before = {row.queue: row for row in queue_supply(now, then.next_week_start)}
    rows = []
    for row in queue_supply(then):
        old = before.get(row.queue)
        if old is None or (old.people, old.hours_max, old.thinnest) == (row.people, row.hours_max, row.thinnest):
            continue
        grade = "worse" if row.is_fragile and not old.is_fragile else "fragile" if row.is_fragile else "fine"
        rows.append(
            {
                words("people.supply_queue"): names[row.queue],
                words("people.supply_people"): f"{old.people} → {row.people}",
                words("people.supply_hours"): f"{old.hours_max:,.0f} → {row.hours_max:,.0f}",
                words("people.supply_at_once"): f"{old.at_once:,.1f} → {row.at_once:,.1f}",
                words("people.supply_thinnest"): f"{old.thinnest} → {row.thinnest}",
                words("people.state"): words("people.worse" if grade == "worse" else f"people.state_{grade}"),
            }
        )
    return pd.DataFrame(rows)


def _columns(words: Words) -> dict[str, Any]:
    number, label = st.column_config.NumberColumn, st.column_config.TextColumn
    return {
        "queue": label(words("people.supply_queue")),
        "people": number(words("people.supply_people"), help=words("people.supply_people_help")),
        "hours": number(words("people.supply_hours"), format="%.0f", help=words("people.supply_hours_help")),
        "at_once": number(words("people.supply_at_once"), format="%.1f", help=words("people.supply_at_once_help")),
        "thinnest": number(words("people.supply_thinnest"), help=words("people.supply_thinnest_help")),
        "when": label(words("people.supply_when")),
        "only": label(words("people.supply_only")),
        "state": label(words("people.state")),
    }


def _names(scenario: Scenario) -> dict[str, str]:
    return {queue.id: queue.name or queue.id for queue in scenario.centre.queues}


def _when(words: Words, minute: int | None) -> str:
    if minute is None:
        return NOTHING
    day, rest = divmod(minute, 1440)
    return f"{words.term(f'weekday.{day}')} {rest // 60:02d}:{rest % 60:02d}"
