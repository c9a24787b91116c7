"""Blocks of the Publish page about versions: what is published, what would change, approval, taking back."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from staffing.measures.on_call import turn_changes
from staffing.plan import Plan
from staffing.planning.publishing import (
    RefusedPlanError,
    current_version,
    peek_digest,
    publish_plan,
    submit_plan,
    version_plan,
)
from staffing.store import NoVersionError, StoreDamagedError, VersionConflictError
from staffing.store.access import AccessError, Action, may
from staffing.store.versions import Version, approve, roll_back, versions
from staffing.ui import state
from staffing.ui.actor import actor
from staffing.ui.blocks import ICONS, plain
from staffing.ui.facts.checks import may_publish
from staffing.ui.facts.differences import KINDS, PersonChange, differences, totals
from staffing.ui.facts.verdict import State
from staffing.ui.sections.on_call import changes_table
from staffing.ui.state import Shown
from staffing.ui.words import NOTHING, Words

SEEN = "publish_seen"
"""What this tab last showed as published: publishing over anything newer is a conflict."""
PEOPLE_SHOWN = 200


def release(words: Words, shown: Shown, below: DeltaGenerator) -> None:
    """Which version is published, what this plan changes, and the buttons; all versions `below`, in its width."""
    st.subheader(words("publish.release"), anchor=False)
    try:
        known = versions(state.store(), shown.plan.scenario.centre.name)
        current = current_version(state.store(), shown.plan)
        newest = known[0].digest if known else ""
        digest = _body_digest(state.settings().db_url, shown.digest, newest, shown.plan)
        mine = next((version for version in known if version.body_digest == digest), None)
        live = next((version for version in known if version.n == current), None)
        published = None if live is None else _published(live.n, live.digest)
    except StoreDamagedError as error:
        damaged(words, error)
        return
    is_this = mine is not None and mine == live
    status(words, live, is_this)
    if live is not None and not is_this:
        changes(words, differences(published, shown.plan))
        if published is not None:
            changes_table(words, turn_changes(published, shown.plan), (published, shown.plan), "publish_turns")
    _buttons(words, shown, mine, current, is_this)
    with below:
        _table(words, known, current)


def status(words: Words, live: Version | None, is_this: bool) -> None:
    """Who published what when."""
    if live is None:
        st.markdown(words("publish.none"))
        return
    facts = {
        "n": live.n,
        "by": plain(live.published_by or ""),
        "when": moment(live.published_s),
        "digest": live.digest[:12],
    }
    if is_this:
        st.success(words("publish.this", **facts), icon=":material/verified:")
    else:
        st.markdown(words("publish.other", **facts))


def changes(words: Words, people: tuple[PersonChange, ...]) -> None:
    """What would change for whom."""
    if not people:
        st.markdown(words("publish.no_change"))
        return
    counts = {kind: words.number(number) for kind, number in totals(people).items()}
    st.markdown(words("publish.changes", people=words.number(len(people)), **counts))
    with st.expander(words("publish.who_changes")):
        rows = [
            {
                words("publish.person"): person.name,
                **{words(f"change.{kind}"): person.counts[kind] for kind in KINDS},
                words("publish.days"): ", ".join(change.date[5:] for change in person.changes),
            }
            for person in people[:PEOPLE_SHOWN]
        ]
        st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch", key="publish_changes")


def damaged(words: Words, error: StoreDamagedError) -> None:
    """A stored plan is not what was stored."""
    st.error(words("publish.damaged", object=plain(error.object)), icon=":material/broken_image:")


def _buttons(words: Words, shown: Shown, mine: Version | None, current: int | None, is_this: bool) -> None:
    me, legal = actor(), may_publish(shown.plan)
    seen = st.session_state.get(SEEN, current)
    if not legal:
        st.error(words("publish.blocked"), icon=":material/block:")
    if not may(me, Action.PUBLISH):
        st.info(words("publish.role", role=words(f"role.{me.role.name.lower()}")), icon=":material/lock:")
    note = st.text_input(words("publish.note"), key="publish_note", max_chars=200, help=words("publish.note_help"))
    with st.container(horizontal=True):
        if st.button(
            words("publish.button"),
            key="publish_button",
            type="primary",
            icon=":material/publish:",
            disabled=is_this or not legal or not may(me, Action.PUBLISH),
        ):
            act(words, lambda: publish_plan(state.store(), shown.plan, me, note, seen), "publish.done")
        if st.button(
            words("publish.submit"),
            key="publish_submit",
            icon=":material/outbox:",
            disabled=mine is not None or not legal or not may(me, Action.SUBMIT),
            help=words("publish.submit_help"),
        ):
            act(words, lambda: submit_plan(state.store(), shown.plan, me, note), "publish.submitted")
        number, approvable = (0, False) if mine is None else (mine.n, mine.approved_by is None)
        if st.button(
            words("publish.approve"),
            key="publish_approve",
            icon=":material/approval:",
            disabled=not approvable or not may(me, Action.APPROVE),
        ):
            act(words, lambda: approve(state.store(), number, me), "publish.approved")
    st.session_state[SEEN] = current


def _table(words: Words, known: tuple[Version, ...], current: int | None) -> None:
    """All versions, and taking back to one of them."""
    if not known:
        return
    st.subheader(words("publish.versions"), anchor=False)
    st.dataframe(pd.DataFrame([_row(words, version) for version in known]), hide_index=True, key="publish_versions")
    live = next((version for version in known if version.n == current), None)
    others = [
        version.n for version in known if version.n != current and (live is None or version.first_day == live.first_day)
    ]
    me = actor()
    if live is None or not others or not may(me, Action.ROLLBACK):
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(words("publish.back_to"), others, key="publish_back_to", width=200)
        if st.button(words("publish.rollback"), key="publish_rollback", icon=":material/history:"):
            seen = st.session_state.get(SEEN, current)
            act(words, lambda: roll_back(state.store(), chosen, me, seen), "publish.rolled_back")


def _row(words: Words, version: Version) -> dict[str, Any]:
    if version.is_published:
        at = "published"
    else:
        at = "stored" if version.approved_by is None else "approved"
    return {
        words("publish.version"): version.n,
        words("publish.state"): words(f"version.{at}"),
        words("publish.first_day"): version.first_day,
        words("publish.stored"): f"{moment(version.made_s)} {version.made_by}",
        words("version.approved"): _who(version.approved_s, version.approved_by),
        words("version.published"): _who(version.published_s, version.published_by),
        words("publish.note"): version.note,
        words("publish.digest"): version.digest[:12],
    }


def act(words: Words, action: Callable[[], object], done: str) -> None:
    """Run an action of a button; say how it ended."""
    try:
        action()
    except VersionConflictError as error:
        by, when = plain(error.by) or NOTHING, moment(error.at_s)
        st.error(words("publish.conflict", n=error.found or NOTHING, by=by, when=when), icon=":material/sync_problem:")
    except StoreDamagedError as error:
        damaged(words, error)
    except (AccessError, RefusedPlanError, NoVersionError):
        st.error(words("publish.refused"), icon=":material/block:")
    else:
        st.session_state.pop(SEEN, None)
        st.toast(words(done), icon=ICONS[State.GOOD])
        st.rerun()


@st.cache_data(show_spinner=False, max_entries=16)
def _body_digest(url: str, digest: str, newest: str, _plan: Plan) -> str | None:
    """Digest of the plan on show as the store would have it; worked out anew after each stored version."""
    return peek_digest(state.store(), _plan)


@st.cache_resource(show_spinner=False, max_entries=2)
def _published(n: int, digest: str) -> Plan:
    return version_plan(state.store(), n)


def _who(seconds: float | None, name: str | None) -> str:
    return NOTHING if seconds is None else f"{moment(seconds)} {name}"


def moment(seconds: float | None) -> str:
    """A moment in the clock of the one who looks."""
    if not seconds:
        return NOTHING
    zone = st.context.timezone
    moment = datetime.fromtimestamp(seconds, UTC).astimezone(ZoneInfo(zone) if zone else None)
    return f"{moment:%Y-%m-%d %H:%M}"
