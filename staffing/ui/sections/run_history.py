"""Block of the ended runs: one row each, the newest first; one chosen run in full, two to four side by side."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from staffing.store import Job
from staffing.ui import jobs, state
from staffing.ui.facts.run_compare import MOST
from staffing.ui.facts.run_orders import kind_of, moment, place_of, who
from staffing.ui.sections import runs
from staffing.ui.sections.run_compare import compare
from staffing.ui.words import Words

CHOSEN = "runs_chosen"
"""Key of the ids of the chosen runs in this tab: the rows move down when a run ends."""


def history(words: Words, found: Sequence[Job], newest: Job | None) -> None:
    """Ended jobs; `newest` is the one that the page tells of already."""
    if not found:
        return
    st.subheader(words("runs.history"), anchor=False)
    st.caption(words("history.lead", most=MOST))
    chosen = _table(words, found)
    if len(chosen) > MOST:
        st.warning(words("history.too_many", most=MOST), icon=":material/checklist:")
    elif len(chosen) > 1:
        compare(words, chosen, partial(runs.decide, brief=True))
    elif chosen and (newest is None or chosen[0].id != newest.id):
        with st.container(border=True):
            runs.ended(words, chosen[0], "chosen")
    elif chosen:
        st.caption(words("history.above"))


def _table(words: Words, found: Sequence[Job]) -> list[Job]:
    """The table; the runs that are chosen in it, in its order."""
    before = set(st.session_state.get(CHOSEN, ()))
    at = [place for place, job in enumerate(found) if job.id in before]
    badges = {words(f"job.{name}"): color for name, (_, color) in runs.BADGES.items()}
    state_column = words("column.state")
    event = st.dataframe(
        _rows(words, found),
        hide_index=True,
        # Another table when a run has ended or is gone: the rows of a choice would be those of others.
        key=f"runs_history_{found[0].id}_{len(found)}",
        on_select="rerun",
        selection_mode="multi-row",
        selection_default={"selection": {"rows": at}},
        column_config={
            state_column: st.column_config.MultiselectColumn(options=list(badges), color=list(badges.values())),
            words("column.cost"): st.column_config.NumberColumn(format="localized"),
            words("column.gap"): st.column_config.NumberColumn(format="percent"),
            words("compare.seconds"): st.column_config.NumberColumn(format="localized"),
        },
    )
    chosen = [found[row] for row in sorted(event.selection.rows) if row < len(found)]
    st.session_state[CHOSEN] = tuple(job.id for job in chosen)
    return chosen


def _rows(words: Words, found: Sequence[Job]) -> list[dict[str, object]]:
    names, offered = who(state.store(), found), jobs.offers(state.store(), found)
    rows: list[dict[str, object]] = []
    for job, offer in zip(found, offered, strict=True):
        order, kind, summary = job.payload, kind_of(job), job.summary or {}
        cost = summary.get("objective")
        row: dict[str, object] = {
            words("column.state"): [words(f"job.{job.state}")],
            words("column.time"): moment(job.created_s),
            words("line.kind"): words(f"line.kind_{kind}"),
            words("column.centre"): place_of(job),
            words("column.weeks"): order.get("weeks") if kind == "plan" else None,
            words("runs.limit"): order.get("time_limit_s") if kind != "simulate" else None,
            words("column.seed"): order.get("seed") if kind == "plan" else None,
            words("column.cost"): None if cost is None else round(cost),
            words("column.gap"): summary.get("gap"),
            words("compare.seconds"): round(jobs.elapsed_s(job, job.ended_s or job.created_s)),
            words("history.plan"): words(f"history.plan_{offer}"),
        }
        if names:
            row[words("history.by")] = names.get(job.id, "")
        rows.append(row)
    return rows
