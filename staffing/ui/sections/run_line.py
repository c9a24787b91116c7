"""Block of the orders that wait for their turn: what they are, the next one first, and what can be done with them."""

import time

import streamlit as st

from staffing.store import Job, JobState
from staffing.store.access import Action, ask, may
from staffing.store.waiting import move_first, take_out
from staffing.ui import jobs, state
from staffing.ui.actor import actor
from staffing.ui.blocks import plain
from staffing.ui.facts.run_orders import line_of, moment, who
from staffing.ui.words import Words

POLL_S = 1.0


def current() -> Job | None:
    """The run at work, else the one that ended last; the next one is started where none works."""
    go_on()
    return jobs.newest(state.store())


def go_on() -> None:
    """Start the order whose turn it is, where no run works."""
    settings = state.settings()
    jobs.go_on(state.store(), settings.home, settings.db_url)


def give(words: Words, order: jobs.Order) -> Job:
    """Start a run, or let it wait for its turn and say so; the one place that pages order runs from."""
    by = actor()
    ask(by, Action.EDIT)
    settings, asked_s = state.settings(), time.time()
    job = jobs.start(state.store(), order, settings.home, settings.db_url, by)
    if job.created_s < asked_s:
        st.toast(words("line.known"), icon=":material/playlist_add_check:")
    elif job.state == JobState.WAITING:
        st.toast(words("line.taken"), icon=":material/playlist_add:")
    return job


def line(words: Words, key: str, *, names_work: bool = False) -> None:
    """The orders that wait, as long as a run works; with `names_work` also what it is, where nothing else tells."""
    working = jobs.at_work(state.store())
    if working is not None or jobs.waiting(state.store()):
        _line(words, None if working is None else working.id, key, names_work=names_work)


@st.fragment(run_every=POLL_S)
def _line(words: Words, working_id: str | None, key: str, *, names_work: bool) -> None:
    go_on()
    store = state.store()
    working = jobs.at_work(store)
    if (None if working is None else working.id) != working_id:
        st.rerun(scope="app")  # the rest of the page tells of the run at work
    found = jobs.waiting(store)
    if names_work and working is not None:
        st.info(words("line.at_work", run=plain(line_of(working, words))), icon=":material/autorenew:")
    if not found:
        return
    st.markdown(f"**{words('line.title', count=len(found))}**", help=words("line.help"))
    names, can = who(store, found), may(actor(), Action.EDIT)
    with st.container(border=True, gap="small"):
        for place, job in enumerate(found):
            _order(words, job, names.get(job.id), key, is_next=place == 0, can=can)


def _order(words: Words, job: Job, by: str | None, key: str, *, is_next: bool, can: bool) -> None:
    at = moment(job.created_s)
    given = words("line.given", at=at) if by is None else words("line.given_by", at=at, by=plain(by))
    mark = f":blue[**{words('line.next')}**] · " if is_next else ""
    st.markdown(f"{plain(line_of(job, words))}  \n:small[{mark}{given}]")
    with st.container(horizontal=True, gap="medium"):
        st.button(
            words("line.first"),
            key=f"{key}_first_{job.id}",
            icon=":material/vertical_align_top:",
            type="tertiary",
            help=words("line.first_help"),
            disabled=is_next or not can,
            on_click=_move,
            args=(job.id,),
        )
        st.button(
            words("line.out"),
            key=f"{key}_out_{job.id}",
            icon=":material/close:",
            type="tertiary",
            help=words("line.out_help"),
            disabled=not can,
            on_click=_out,
            args=(job.id,),
        )


def _move(job_id: str) -> None:
    ask(actor(), Action.EDIT)
    move_first(state.store(), job_id)


def _out(job_id: str) -> None:
    ask(actor(), Action.EDIT)
    take_out(state.store(), job_id)
