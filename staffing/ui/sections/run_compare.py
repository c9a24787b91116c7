"""Block of runs side by side: orders, figures, queues, searches, and what to do with each plan."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd
import streamlit as st

from staffing.store import Job
from staffing.store.jobs import events
from staffing.ui import drawn, jobs, state
from staffing.ui.blocks import plain
from staffing.ui.facts.run_compare import (
    Changed,
    Run,
    RunFigures,
    changed_between,
    figures_of,
    found_table,
    label_of,
    ordered_table,
    queue_table,
    traces,
)
from staffing.ui.run_chart import searches
from staffing.ui.shown import CannotShowError, signature
from staffing.ui.words import Words

FIRST, EACH = 280, 195
"""Widths of the columns of names and of each run: their texts must be readable whole."""
Files = tuple[tuple[str, int, int], ...]


def compare(words: Words, chosen: Sequence[Job], decide: Callable[[Words, Job, str], None]) -> None:
    """The chosen runs beside each other; `decide` draws the ways to apply or discard one."""
    with st.spinner(words("compare.reading")):
        runs = [_run(place, job, chosen[0]) for place, job in enumerate(chosen)]
    st.subheader(words("compare.title", count=len(runs)), anchor=False)
    for run in runs:
        if run.figures is None:
            st.warning(words("compare.gone", run=plain(run.label)), icon=":material/folder_off:")
    _table(ordered_table(runs, words), "compare_ordered")
    st.caption(words("compare.ordered_help"))
    _table(found_table(runs, words), "compare_found")
    st.caption(words("compare.found_help"))
    if any(jobs.offer(state.store(), run.job) == jobs.Offer.OPEN for run in runs):
        st.markdown(f"**{words('compare.decide')}**", help=words("runs.proposal"))
    for column, run in zip(st.columns(len(runs)), runs, strict=True):
        with column.container(border=True):
            st.markdown(f"**{plain(run.label)}**")
            decide(words, run.job, f"compare_{run.job.id}")
    frame = traces(runs, words)
    if len(frame):
        st.markdown(f"**{words('compare.searches')}**")
        drawn.chart(searches(frame, words, state.look()), alt=words("compare.chart_alt"), key="compare_chart")
        st.caption(words("compare.searches_help"))
    queues = queue_table(runs, words)
    if len(queues):
        _table(queues, "compare_queues")
        st.caption(words("compare.queues_help"))


def _table(table: pd.DataFrame, key: str) -> None:
    """A table of texts: the names stay in sight, figures stand at the right."""
    column = st.column_config.TextColumn
    st.dataframe(
        table,
        hide_index=True,
        height="content",
        key=key,
        column_config={
            name: column(
                name,
                alignment="left" if place == 0 else "right",
                pinned=place == 0,
                width=FIRST if place == 0 else EACH,
            )
            for place, name in enumerate(table.columns)
        },
    )


def _run(place: int, job: Job, first: Job) -> Run:
    """A run with the figures of its plan, which are worked out once as long as its files stay the same."""
    folder, base = jobs.out_folder(job), jobs.out_folder(first)
    files, base_files = signature(folder), signature(base)
    figures, changed = None, None
    if files:
        figures = _figures(str(folder), files)
    if files and base_files and place > 0:
        changed = _changed(str(base), base_files, str(folder), files)
    return Run(label_of(place, job), job, figures, changed, events(state.store(), job.id))


@st.cache_data(show_spinner=False, max_entries=64)
def _figures(folder: str, files: Files) -> RunFigures | None:
    try:
        return figures_of(state.plan_at(Path(folder)))
    except CannotShowError:
        return None


@st.cache_data(show_spinner=False, max_entries=64)
def _changed(first: str, first_files: Files, folder: str, files: Files) -> Changed | None:
    try:
        return changed_between(state.plan_at(Path(first)), state.plan_at(Path(folder)))
    except CannotShowError:
        return None
