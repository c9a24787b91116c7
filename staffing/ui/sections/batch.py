"""Blocks of the page of batch runs: what became of each team, and publishing what was kept for a person."""

from pathlib import Path

import pandas as pd
import streamlit as st

from staffing.batch.checkpoint import Checkpoint
from staffing.files import read_plan
from staffing.files.batch_toml import BatchOrder
from staffing.files.home import BATCH
from staffing.plan import Plan
from staffing.planning.publishing import current_version, peek_digest, publish_plan, submit_plan, version_plan
from staffing.report.batch_words import fault_words
from staffing.store import StoreDamagedError
from staffing.store.access import Action, may
from staffing.store.versions import version_body
from staffing.ui import state
from staffing.ui.actor import actor
from staffing.ui.blocks import plain
from staffing.ui.facts.batches import Batch, Run, batches, last_run, team_rows
from staffing.ui.facts.checks import may_publish
from staffing.ui.facts.differences import differences
from staffing.ui.sections import replan, versions
from staffing.ui.shown import point_at
from staffing.ui.words import Words

SEEN = "batch_seen"
"""For each team the version that this tab last showed as published."""


def chosen(words: Words) -> BatchOrder | None:
    """The batch to look at; says so where there is none or where it cannot be read."""
    known = batches(state.settings().home)
    for one in known:
        if one.order is None:
            told = words("batch.unreadable", file=plain(one.path.name), reason=plain(one.reason))
            st.error(told, icon=":material/error:")
    readable = [one for one in known if one.order is not None]
    if not readable:
        if not known:
            folder = plain(str(state.settings().home / BATCH))
            st.info(words("batch.none", folder=folder), icon=":material/inbox:")
        return None
    if len(readable) == 1:
        return readable[0].order
    number = st.selectbox(
        words("batch.file"),
        range(len(readable)),
        format_func=lambda n: _label(readable[n]),
        key="batch_file",
        width=420,
    )
    return readable[int(number)].order


def _label(one: Batch) -> str:
    return f"{one.path.parent.name}/{one.path.name}"


def overview(words: Words, order: BatchOrder) -> Run:
    """When it ran, how that ended, and one row for each team."""
    run = last_run(order)
    policy = words("batch.policy", policy=words(f"batch.policy.{order.publish}"))
    if run.at_s is None:
        st.info(f"{words('batch.never_ran')} {policy}", icon=":material/schedule:")
    else:
        ended = words(f"batch.status.{run.status}") if run.status in ("done", "nothing", "unfinished") else ""
        st.markdown(f"{words('batch.ran', when=versions.moment(run.at_s), status=ended)} {policy}")
    if run.waiting:
        st.warning(words("batch.waiting", count=run.waiting), icon=":material/pending_actions:")
    if run.broken:
        st.error(words("batch.broken", count=run.broken), icon=":material/error:")
    st.subheader(words("batch.teams"), anchor=False)
    st.dataframe(pd.DataFrame(team_rows(run, words)), hide_index=True, key="batch_teams")
    return run


def team(words: Words, order: BatchOrder, run: Run) -> None:
    """One team: its faults, or what its plan changes for whom, and the buttons."""
    known = dict(run.teams)
    names = list(known)
    waits = next((n for n, (_, one) in enumerate(run.teams) if one.publication == "kept"), 0)
    name = st.selectbox(words("batch.team"), names, index=waits, key="batch_team", width=420)
    one = known[str(name)]
    if one.faults:
        st.markdown(f"**{words('batch.faults')}**")
        st.markdown("\n".join(f"- {plain(fault_words(fault, words.lang))}" for fault in one.faults))
        return
    folder = order.out / str(name)
    if one.state not in ("planned", "no_plan"):
        return
    if not (folder / "plan.json").is_file():
        st.warning(words("batch.no_folder"), icon=":material/folder_off:")
        return
    _plan_of_team(words, str(name), folder, one)


def _plan_of_team(words: Words, name: str, folder: Path, one: Checkpoint) -> None:
    plan = _plan(str(folder), (folder / "plan.json").stat().st_mtime_ns)
    store = state.store()
    try:
        current = current_version(store, plan)
        live = None if current is None else version_body(store, current)[0]
        published = None if live is None else _version(live.n, live.digest)
        is_this = live is not None and live.body_digest == peek_digest(store, plan)
    except StoreDamagedError as error:
        versions.damaged(words, error)
        return
    if is_this:
        st.success(words("batch.is_published", version=current), icon=":material/verified:")
    elif published is None:
        st.markdown(words("batch.first"))
    else:
        versions.changes(words, differences(published, plan))
    _buttons(words, name, folder, plan, current, is_this=is_this)
    if plan.replanned is not None:
        replan.changes(words, plan)


def _buttons(words: Words, name: str, folder: Path, plan: Plan, current: int | None, *, is_this: bool) -> None:
    me, legal = actor(), may_publish(plan)
    seen = st.session_state.get(SEEN, {}).get(name, current)
    if not may(me, Action.PUBLISH):
        st.info(words("publish.role", role=words(f"role.{me.role.name.lower()}")), icon=":material/lock:")
    if not legal:
        st.error(words("publish.blocked"), icon=":material/block:")
    with st.container(horizontal=True):
        if st.button(
            words("batch.publish"), key="batch_publish", type="primary", icon=":material/publish:",
            disabled=is_this or not legal or not may(me, Action.PUBLISH), help=words("batch.publish_help"),
        ):  # fmt: skip
            versions.act(words, lambda: publish_plan(state.store(), plan, me, "", seen), "publish.done")
        if st.button(
            words("batch.submit"), key="batch_submit", icon=":material/outbox:",
            disabled=is_this or not legal or not may(me, Action.SUBMIT), help=words("publish.submit_help"),
        ):  # fmt: skip
            versions.act(words, lambda: submit_plan(state.store(), plan, me, ""), "publish.submitted")
        if st.button(
            words("batch.show"), key="batch_show", icon=":material/visibility:", help=words("batch.show_help"),
            disabled=not may(me, Action.EDIT),
        ):  # fmt: skip
            point_at(state.store(), folder)
            st.toast(words("batch.shown"))
    st.session_state[SEEN] = {**st.session_state.get(SEEN, {}), name: current}


@st.cache_resource(show_spinner=False, max_entries=4)
def _plan(folder: str, written_ns: int) -> Plan:
    return read_plan(Path(folder))


@st.cache_resource(show_spinner=False, max_entries=4)
def _version(n: int, digest: str) -> Plan:
    return version_plan(state.store(), n)
