"""Who could fill a gap of the roster: looked up when asked, made an edit by one press."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import streamlit as st

from staffing.domain.problem import RosterProblem
from staffing.domain.roster import Roster
from staffing.domain.timegrid import TimeGrid
from staffing.planning.edits import PutDay
from staffing.ui.blocks import plain
from staffing.ui.components.roster_canvas import Canvas
from staffing.ui.editing import Editing
from staffing.ui.facts.broken import queue_names
from staffing.ui.words import NOTHING, Words

if TYPE_CHECKING:
    from staffing.solver.explain import Filler, Filling

FILLING = "roster_filling"
FILLERS_MAX = 8


@dataclass(frozen=True, slots=True)
class Looked:
    """Who could fill the gap that was asked about, at a revision of the roster; None: to be looked up."""

    asked: Any
    rev: int
    found: Filling | None = None
    fillers: tuple[Filler, ...] = ()
    is_closed: bool = False


def fill(words: Words, editing: Editing, told: Canvas) -> None:
    """Who could work in the gap that was asked about; one press makes the change an edit."""
    gap, problem = told.gap, editing.plan.problem
    if not gap or gap.get("queue") not in problem.queues or not 0 <= int(gap.get("slot", -1)) < problem.grid.n:
        return
    # Looked up when asked and after its own button, not after every other edit: it takes longer than they may.
    last: Looked | None = st.session_state.get(FILLING)
    is_new = last is None or last.asked != gap.get("n")
    if last is not None and not is_new and (last.is_closed or last.rev != editing.film.rev):
        return
    queue, slot = problem.queues.index(str(gap["queue"])), int(gap["slot"])
    name = plain(queue_names(editing.plan)[problem.queues[queue]])
    with st.container(border=True, key="fill_box"), st.spinner(words("fill.looking")):
        if not problem.is_open[queue, slot]:
            st.markdown(words("fill.shut", queue=name))
            st.button(words("fill.close"), key="fill_close", on_click=_close, args=(gap.get("n"),))
            return
        found, fillers = (None, ()) if last is None or is_new else (last.found, last.fillers)
        if found is None:
            found, fillers = who_could(problem, editing.roster, queue, slot)
            st.session_state[FILLING] = Looked(gap.get("n"), editing.film.rev, found, fillers)
        span = words.span(problem.grid.local(found.first), problem.grid.local(found.last))
        lead = "fill.lead_late" if problem.deadline[queue] else "fill.lead"
        st.markdown(words(lead, queue=name, span=span, hours=words.number(found.short_h, 2)))
        if not fillers:
            st.markdown(words("fill.nobody"))
        for number, filler in enumerate(fillers):
            agent = problem.agents[filler.agent]
            with st.container(horizontal=True, vertical_alignment="center"):
                text = words(
                    "fill.row",
                    name=plain(agent.name or agent.id),
                    team=plain(agent.team),
                    what=words(f"fill.{filler.kind}"),
                    shift=_new_shift(problem.grid, filler.change.rows, int(problem.grid.day[slot])),
                    hours=words.number(filler.filled_h, 2),
                    cost=words.signed(filler.total, 0),
                )
                st.markdown(text, width="stretch")
                st.button(
                    words("fill.apply"),
                    key=f"fill_{number}",
                    on_click=_apply,
                    args=(editing, filler.agent, filler.change.days, filler.change.rows),
                )
        st.button(words("fill.close"), key="fill_close", on_click=_close, args=(gap.get("n"),))


def _new_shift(grid: TimeGrid, rows: tuple[tuple[int, int, int, int, int], ...], day: int) -> str:
    """From and to of the shift that a change makes on a day."""
    mine = [row for row in rows if row[0] == day]
    if not mine:
        return NOTHING
    return f"{grid.local(min(row[1] for row in mine)):%H:%M}–{grid.local(max(row[2] for row in mine)):%H:%M}"


def who_could(problem: RosterProblem, roster: Roster, queue: int, slot: int) -> tuple[Filling, tuple[Filler, ...]]:
    """People for a gap. Work with a deadline is late where it was not done before: the two hours up to there count."""
    from staffing.solver.explain import fill_gap

    if not problem.deadline[queue]:
        found = fill_gap(problem, roster, queue, slot, most=FILLERS_MAX)
        return found, found.fillers
    day = int(problem.grid.day_start[problem.grid.day[slot]])
    first = max(day, slot + 1 - 120 // problem.grid.step_min)
    found = fill_gap(problem, roster, queue, first, until=slot + 1, most=FILLERS_MAX)
    return found, tuple(filler for filler in found.fillers if filler.total < -0.5)


def _apply(
    editing: Editing, agent: int, days: tuple[int, ...], rows: tuple[tuple[int, int, int, int, int], ...]
) -> None:
    name = editing.plan.problem.agents[agent].id
    last = st.session_state[FILLING]
    editing.do(PutDay(name, day, tuple(row[1:] for row in rows if row[0] == day)) for day in days)
    # The gap may be open still: look again.
    st.session_state[FILLING] = Looked(last.asked, editing.film.rev)


def _close(number: Any) -> None:
    st.session_state[FILLING] = Looked(number, -1, is_closed=True)
