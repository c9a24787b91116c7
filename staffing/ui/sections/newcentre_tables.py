"""Steps of the page New centre that are tables to edit: queues with targets and hours, contracts."""

from dataclasses import asdict, fields
from typing import TypeVar

import pandas as pd
import streamlit as st

from staffing.domain.queue import Channel
from staffing.files.wizard import QueueTerms, Terms
from staffing.ui import newcentre
from staffing.ui.newcentre import Draft
from staffing.ui.sections.newcentre import forward, move
from staffing.ui.sections.newcentre_work import key
from staffing.ui.words import Words

Row = TypeVar("Row")


def begun_with(table: str, rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """The rows that a table began with: while somebody edits it they stay, whatever is kept already."""
    name = f"{table}_begun_with"
    if table not in st.session_state:
        st.session_state[name] = rows
    found: tuple[Row, ...] = st.session_state.setdefault(name, rows)
    return found


def targets(words: Words, draft: Draft) -> None:
    """One row for each queue: channel, promise, opening hours."""
    st.caption(words("newcentre.targets_lead"))
    begun = begun_with(key("queue_table"), draft.answers.queues)
    rows = [asdict(terms) | {"service_level": _percent(terms)} for terms in begun]
    names = [field.name for field in fields(QueueTerms)]
    number, texts = st.column_config.NumberColumn, st.column_config.TextColumn
    edited = st.data_editor(
        pd.DataFrame(rows, columns=names),
        hide_index=True,
        key=key("queue_table"),
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

    draft.set(queues=newcentre.changed_queues(begun, edited.to_dict("records")))

    def go() -> None:
        draft.set(queues=newcentre.settled(draft.answers.queues))
        forward(draft)

    move(words, draft, go)


def people(words: Words, draft: Draft) -> None:
    """Contracts, breaks and absence; the people as they were read."""
    known, read = draft.answers, draft.people()
    if read is None:
        st.info(words("newcentre.no_people"), icon=":material/group_off:")
        move(words, draft, lambda: forward(draft))
        return
    st.caption(words("newcentre.people_step_lead"))
    left, right = st.columns([3, 2], gap="large")
    number = st.column_config.NumberColumn
    begun = begun_with(key("contract_table"), known.contracts)
    with left:
        edited = st.data_editor(
            pd.DataFrame([asdict(terms) for terms in begun], columns=[field.name for field in fields(Terms)]),
            hide_index=True,
            key=key("contract_table"),
            disabled=["id"],
            column_config={
                "id": words("newcentre.contract"),
                "weekly_h": number(words("newcentre.weekly_h"), min_value=1, max_value=84, required=True),
                "days": number(words("newcentre.days_week"), min_value=1, max_value=7, step=1, required=True),
            },
        )
    with right:
        absence = st.number_input(
            words("newcentre.absence"), 0.0, 50.0, round(100 * known.absence, 2), step=1.0, key=key("absence"),
            help=words("newcentre.absence_help"),
        )  # fmt: skip
        meal = st.number_input(words("newcentre.meal"), 0, 120, known.meal_min, step=15, key=key("meal"))
        short = st.number_input(words("newcentre.short_breaks"), 0, 2, known.short_breaks, key=key("short"))
    draft.set(
        contracts=newcentre.changed_contracts(edited.to_dict("records")),
        absence=round(absence / 100, 4),
        meal_min=int(meal),
        short_breaks=int(short),
    )
    st.markdown(f"**{words('newcentre.people_read', count=len(read))}**")
    rows = pd.DataFrame(read.rows())
    names = {name: words(f"newcentre.people_{name}") for name in rows.columns}
    st.dataframe(rows, hide_index=True, key="newcentre_people_rows", height=280, column_config=names)
    move(words, draft, lambda: forward(draft))


def _percent(terms: QueueTerms) -> float | None:
    return None if terms.service_level is None else round(100 * terms.service_level, 4)
