"""Steps of the page New centre that are tables to edit: queues with targets and hours, contracts."""

from dataclasses import asdict, fields

import pandas as pd
import streamlit as st

from staffing.domain.queue import Channel
from staffing.files.wizard import QueueTerms, Terms
from staffing.ui import newcentre
from staffing.ui.newcentre import Draft
from staffing.ui.sections.newcentre import move
from staffing.ui.words import Words


def targets(words: Words, draft: Draft) -> None:
    """One row for each queue: channel, promise, opening hours."""
    st.caption(words("newcentre.targets_lead"))
    rows = [asdict(terms) | {"service_level": _percent(terms)} for terms in draft.queues]
    names = [field.name for field in fields(QueueTerms)]
    number, texts = st.column_config.NumberColumn, st.column_config.TextColumn
    edited = st.data_editor(
        pd.DataFrame(rows, columns=names),
        hide_index=True,
        key="newcentre_queue_table",
        column_order=[name for name in names if name != "id"],
        disabled=["name"],
        column_config={
            "name": texts(words("column.queue")),
            "channel": st.column_config.SelectboxColumn(
                words("newcentre.channel"),
                options=[str(channel) for channel in Channel],
                format_func=lambda channel: words.term(f"channel.{channel}"),
                required=True,
            ),
            "service_level": number(words("newcentre.level"), min_value=1, max_value=99.9, format="%.1f%%"),
            "answer_within_s": number(words("newcentre.within"), min_value=0, help=words("newcentre.within_help")),
            "deadline": texts(words("newcentre.deadline"), help=words("newcentre.deadline_help")),
            "patience_s": number(words("newcentre.patience"), min_value=1, help=words("newcentre.patience_help")),
            "max_parallel": number(
                words("newcentre.parallel"), min_value=1, max_value=20, step=1, help=words("newcentre.parallel_help")
            ),
            "mon_fri": texts(words("newcentre.mon_fri"), help=words("newcentre.hours_help")),
            "sat": texts(words.term("weekday.5"), help=words("newcentre.hours_help")),
            "sun": texts(words.term("weekday.6"), help=words("newcentre.hours_help")),
            "holiday": texts(words("newcentre.holiday"), help=words("newcentre.hours_help")),
        },
    )

    def settle() -> None:
        draft.queues = newcentre.settled(newcentre.changed_queues(draft.queues, edited.to_dict("records")))

    move(words, draft, settle)


def people(words: Words, draft: Draft) -> None:
    """Contracts, breaks and absence; the people as they were read."""
    if draft.people is None:
        st.info(words("newcentre.no_people"), icon=":material/group_off:")
        move(words, draft, lambda: None)
        return
    st.caption(words("newcentre.people_step_lead"))
    left, right = st.columns([3, 2], gap="large")
    number = st.column_config.NumberColumn
    with left:
        edited = st.data_editor(
            pd.DataFrame([asdict(terms) for terms in draft.contracts], columns=[field.name for field in fields(Terms)]),
            hide_index=True,
            key="newcentre_contract_table",
            disabled=["id"],
            column_config={
                "id": words("newcentre.contract"),
                "weekly_h": number(words("newcentre.weekly_h"), min_value=1, max_value=84, required=True),
                "days": number(words("newcentre.days_week"), min_value=1, max_value=7, step=1, required=True),
            },
        )
    with right:
        absence = st.number_input(
            words("newcentre.absence"), 0.0, 50.0, 100 * draft.absence, step=1.0, key="newcentre_absence",
            help=words("newcentre.absence_help"),
        )  # fmt: skip
        meal = st.number_input(words("newcentre.meal"), 0, 120, draft.meal_min, step=15, key="newcentre_meal")
        short = st.number_input(words("newcentre.short_breaks"), 0, 2, draft.short_breaks, key="newcentre_short")
    st.markdown(f"**{words('newcentre.people_read', count=len(draft.people))}**")
    rows = pd.DataFrame(draft.people.rows())
    names = {name: words(f"newcentre.people_{name}") for name in rows.columns}
    st.dataframe(rows, hide_index=True, key="newcentre_people_rows", height=280, column_config=names)

    def settle() -> None:
        draft.contracts = newcentre.changed_contracts(edited.to_dict("records"))
        draft.absence, draft.meal_min, draft.short_breaks = round(absence / 100, 4), int(meal), int(short)

    move(words, draft, settle)


def _percent(terms: QueueTerms) -> float | None:
    return None if terms.service_level is None else round(100 * terms.service_level, 4)
