"""What could be done about the gaps of the plan on show: priced, ranked, and the cheapest mix put on a draft."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pandas as pd
import streamlit as st

from staffing.domain.roster_cells import Cell, Day
from staffing.measures import short_hours
from staffing.planning.drafts import Conflict, open_draft, save_draft
from staffing.planning.levers import KINDS, LeverSettings
from staffing.store.access import Action, ask, may
from staffing.ui import lever_tasks, state, tasks
from staffing.ui.actor import actor
from staffing.ui.blocks import plain
from staffing.ui.sections import asking
from staffing.ui.state import Shown
from staffing.ui.words import NOTHING, Words

LEAST_H = 0.05


def levers(words: Words, shown: Shown) -> None:
    """The question, and the answer once it is there."""
    short_h = short_hours(shown.plan).short_h
    st.subheader(words("levers.title"), anchor=False)
    if short_h < LEAST_H:
        st.success(words("levers.none_missing"), icon=":material/check_circle:")
        return
    st.markdown(words("levers.lead", hours=words.number(short_h, 1)))
    job = tasks.latest(state.store(), lever_tasks.KIND)
    is_busy = job is not None and job.is_open
    wanted = _form(words, shown, is_busy=is_busy)
    if wanted is not None:
        ask(actor(), Action.EDIT)
        settings = state.settings()
        lever_tasks.start(state.store(), shown.place.folder, shown.digest, wanted, settings.home, settings.db_url)
        st.rerun()
    if job is None:
        return
    if job.is_open:
        asking.live(words, job.id, "levers_stop")
    elif job.payload["digest"] != shown.digest:
        st.info(words("levers.stale"), icon=":material/update:")
    elif asking.ending(words, job):
        answer = tasks.answer_of(job)
        if answer is not None:
            _answer(words, shown, answer)


def _form(words: Words, shown: Shown, *, is_busy: bool) -> LeverSettings | None:
    """What may be used; the settings once the button is pressed."""
    costs = shown.plan.problem.costs
    with st.form("levers_form"):
        one, two, three = st.columns(3)
        people = one.number_input(words("levers.temporary"), 0, 1000, 0, key="levers_temporary")
        price = two.number_input(
            words("levers.temporary_price"), 0.0, None, 1.5 * costs.wage_per_h, key="levers_temporary_price"
        )
        per_h = three.number_input(
            words("levers.per_hour"), 0.0, None, costs.short_severe_per_h, key="levers_per_hour",
            help=words("levers.per_hour_help"),
        )  # fmt: skip
        kinds = st.pills(
            words("levers.kinds"), [kind for kind in KINDS if kind != "temporary"], selection_mode="multi",
            default=[kind for kind in KINDS if kind not in ("temporary", "time_off")],
            format_func=lambda kind: words.term(f"lever.{kind}"), key="levers_kinds",
        )  # fmt: skip
        pressed = st.form_submit_button(
            words("levers.button"), icon=":material/tune:", key="levers_button",
            disabled=is_busy or not may(actor(), Action.EDIT),
        )  # fmt: skip
    if not pressed:
        return None
    return LeverSettings(
        kinds=(*kinds, "temporary"),
        per_h=float(per_h),
        temporary_people=int(people),
        temporary_per_h=float(price),
    )


def _answer(words: Words, shown: Shown, answer: Mapping[str, Any]) -> None:
    data, names = answer["data"], shown.queue_names
    st.markdown(f"**{words('levers.mix')}**")
    cells = st.columns(4)
    currency = plain(data["currency"])
    cells[0].metric(words("levers.before"), words("unit.hours", n=words.number(data["short_before_h"], 1)))
    cells[1].metric(words("levers.after"), words("unit.hours", n=words.number(data["short_after_h"], 1)))
    cells[2].metric(words("levers.price"), f"{words.number(data['price'])} {currency}")
    people = {row["agent"] for row in data["chosen"] if row["agent"]}
    cells[3].metric(words("levers.people"), len(people))
    if not data["chosen"]:
        st.warning(words("levers.nothing"), icon=":material/money_off:")
    else:
        st.dataframe(chosen_table(data, shown, words), hide_index=True, key="levers_chosen")
        _draft(words, shown, lever_tasks.cells_of(answer))
    st.markdown(f"**{words('levers.ranking')}**")
    st.dataframe(kind_table(data, words), hide_index=True, key="levers_kinds_table")
    if data["missing"]:
        st.markdown(f"**{words('levers.left')}**")
        st.dataframe(missing_table(data, names, words), hide_index=True, key="levers_missing")


def _draft(words: Words, shown: Shown, changed: Mapping[Cell, Day]) -> None:
    by = actor()
    allowed = may(by, Action.EDIT) and bool(changed)
    pressed = st.button(
        words("levers.draft"), icon=":material/edit_note:", type="primary", key="levers_draft",
        help=words("levers.draft_help"), disabled=not allowed,
    )  # fmt: skip
    if not pressed or shown.plan.roster is None:
        return
    draft = open_draft(state.store(), shown.place.folder, by, plan=shown.plan)
    kept = save_draft(state.store(), draft.id, draft.revision, dict(changed), by)
    if isinstance(kept, Conflict):
        st.warning(words("levers.conflict"), icon=":material/merge:")
    else:
        st.success(words("levers.drafted"), icon=":material/check_circle:")


def chosen_table(data: dict[str, Any], shown: Shown, words: Words) -> pd.DataFrame:
    """The mix, one row for each lever."""
    people, queues = {agent.id: agent.name or agent.id for agent in shown.plan.scenario.agents}, shown.queue_names
    return pd.DataFrame(
        [
            {
                words("chart.day"): words.day(datetime.fromisoformat(row["date"]).date()),
                words("levers.column_who"): people.get(row["agent"], words("levers.outside")),
                words("levers.column_kind"): words.term(f"lever.{row['kind']}"),
                words("replan.before"): _hours(row["before"]),
                words("levers.column_after"): _hours(row["after"]) if row["agent"] else _clock(row),
                words("levers.column_queue"): queues.get(row["queue"], row["queue"]),
                words("levers.column_price"): round(row["price"]),
                words("levers.column_alone"): round(row["restores_h"], 2),
            }
            for row in data["chosen"]
        ]
    )


def kind_table(data: dict[str, Any], words: Words) -> pd.DataFrame:
    """What each kind of lever could do by itself, the cheapest hour first."""
    return pd.DataFrame(
        [
            {
                words("levers.column_kind"): words.term(f"lever.{row['kind']}"),
                words("levers.column_restores"): round(row["restores_h"], 2),
                words("levers.column_price"): round(row["price"]),
                words("levers.column_per_h"): NOTHING if row["per_h"] is None else words.number(row["per_h"]),
                words("levers.column_offers"): row["offers"],
            }
            for row in data["kinds"]
        ]
    )


def missing_table(data: dict[str, Any], queues: dict[str, str], words: Words) -> pd.DataFrame:
    """What the mix leaves missing."""
    return pd.DataFrame(
        [
            {
                words("levers.column_queue"): queues.get(row["queue"], row["queue"]),
                words("levers.column_when"): words.span(
                    datetime.fromisoformat(row["start"]), datetime.fromisoformat(row["end"])
                ),
                words("levers.column_missing"): round(row["short_h"], 2),
            }
            for row in data["missing"]
            if row["short_h"] >= LEAST_H
        ]
    )


def _hours(clock: str) -> str:
    return clock.replace("-", "–") or NOTHING


def _clock(row: dict[str, Any]) -> str:
    return f"{row['start'][11:16]}–{row['end'][11:16]}"
