"""The draft of an edited roster: saved after every edit, settled when two collide, discarded, or made the plan."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

import streamlit as st

from staffing.planning.drafts import Clash
from staffing.store.access import AccessError, Action, may
from staffing.store.faults import StoreDamagedError
from staffing.ui import jobs, keeping, state
from staffing.ui.actor import actor
from staffing.ui.blocks import plain
from staffing.ui.editing import Editing
from staffing.ui.exports import MIME
from staffing.ui.router import page
from staffing.ui.sections.run_line import give
from staffing.ui.shown import centre_of
from staffing.ui.state import Shown
from staffing.ui.words import Words

SESSION = "roster_editing"


def save(shown: Shown, editing: Editing, *, keep_mine: bool = False) -> str:
    """Every edit is saved at once: a closed tab loses nothing. Gives what kept it from being saved, else nothing."""
    try:
        keeping.save(editing, state.store(), shown.place.folder, actor(), keep_mine=keep_mine)
    except (AccessError, StoreDamagedError, OSError, ValueError) as error:
        return type(error).__name__
    return ""


def not_saved(words: Words, reason: str) -> None:
    """Why edits are on the screen only, where they are."""
    if reason:
        st.error(words("draft.not_saved", reason=plain(reason)), icon=":material/cloud_off:")


def draft(words: Words, shown: Shown, editing: Editing) -> None:
    """Where the edits are, and what can be done with them."""
    if not editing.is_changed:
        st.caption(words("draft.none"))
        return
    kept = editing.draft
    if editing.dirty or kept is None:
        st.badge(words("draft.unsaved", days=len(editing.dirty)), icon=":material/cloud_off:", color="orange")
    else:
        when = datetime.fromtimestamp(kept.changed_s).astimezone()
        label = words("draft.saved", days=len(kept.cells), revision=kept.revision, time=f"{when:%H:%M:%S}")
        st.badge(label, icon=":material/cloud_done:", color="green")
    with st.popover(words("draft.discard"), icon=":material/delete:"):
        st.markdown(words("draft.discard_sure"))
        if st.button(words("draft.discard_yes"), key="draft_discard", type="primary"):
            keeping.discard(editing, state.store(), actor())
            st.rerun()
    name = f"roster-{shown.plan.problem.grid.first_day.isoformat()}"
    for ending in ("csv", "xlsx"):
        st.download_button(
            words(f"draft.{ending}"),
            data=partial(_exported, editing, ending, words.lang),
            file_name=f"{name}-draft.{ending}",
            mime=MIME[f"roster.{ending}"],
            key=f"draft_{ending}",
            on_click="ignore",
            icon=":material/download:",
        )
    pressed = st.button(
        words("draft.make"),
        key="draft_make",
        type="primary",
        icon=":material/task_alt:",
        disabled=not editing.is_legal or editing.conflict is not None,
        help=words("draft.make_help" if editing.is_legal else "draft.illegal"),
    )
    if pressed:
        _make(words, shown, editing)


def _exported(editing: Editing, ending: str, lang: str) -> bytes:
    return keeping.exported(editing.now.plan, ending, lang)


def _make(words: Words, shown: Shown, editing: Editing) -> None:
    store, settings = state.store(), state.settings()
    with st.spinner(words("draft.making")):
        keeping.make_plan_of(
            editing,
            store,
            settings.home,
            actor(),
            centre=centre_of(store, shown.place),
        )
    del st.session_state[SESSION]
    st.toast(words("draft.made"), icon=":material/task_alt:")
    st.rerun()


def simulate(words: Words, shown: Shown) -> None:
    """A roster made by hand has no simulated service yet: the way to it."""
    if shown.plan.verdict is not None:
        return
    store, settings = state.store(), state.settings()
    with st.container(horizontal=True, vertical_alignment="center"):
        if jobs.is_simulated(store, shown.place.folder):
            st.info(words("draft.simulating"), icon=":material/hourglass_bottom:", width=600)
            st.page_link(page("runs", words), label=words("runs.title"), icon=":material/arrow_forward:")
            return
        st.info(words("draft.not_simulated"), icon=":material/casino:", width=600)
        if st.button(
            words("draft.simulate"),
            key="draft_simulate",
            icon=":material/play_arrow:",
            disabled=not may(actor(), Action.EDIT),
        ):
            order = jobs.Order(
                centre_of(store, shown.place),
                weeks=shown.plan.settings.weeks,
                seed=shown.plan.settings.seed,
                workers=settings.workers,
                simulate=shown.place.folder,
            )
            give(words, order)
            st.switch_page(page("runs", words))


def conflict(words: Words, shown: Shown, editing: Editing) -> None:
    """Whose edit stands in the way, theirs beside mine, and the choice between them."""
    found = editing.conflict
    if found is None:
        return
    names = {agent.id: agent.name or agent.id for agent in editing.plan.problem.agents}
    with st.container(border=True):
        st.error(words("conflict.lead", count=len(found.clashes)), icon=":material/call_merge:")
        st.dataframe(
            [_clash(words, editing, clash, names) for clash in found.clashes], hide_index=True, key="draft_clashes"
        )
        with st.container(horizontal=True):
            if st.button(words("conflict.mine"), key="conflict_mine", icon=":material/person:"):
                save(shown, editing, keep_mine=True)
                st.rerun(scope="fragment")
            if st.button(words("conflict.theirs"), key="conflict_theirs", icon=":material/group:"):
                editing.keep_theirs()
                save(shown, editing)
                st.rerun(scope="fragment")


def _clash(words: Words, editing: Editing, clash: Clash, names: Mapping[str, str]) -> dict[str, str]:
    grid = editing.plan.problem.grid

    def told(day: Any) -> str:
        on_shift = [row for row in day if row.activity not in ("leave", "sick", "unavailable")]
        if not on_shift:
            return words("canvas.off")
        queues = dict.fromkeys(row.queue for row in on_shift if row.queue)
        return f"{grid.local(on_shift[0].start):%H:%M}–{grid.local(on_shift[-1].end):%H:%M} {', '.join(queues)}".strip()

    when = datetime.fromtimestamp(clash.at_s).astimezone()
    return {
        words("column.agent"): names.get(clash.agent, clash.agent),
        words("column.day"): clash.date,
        words("conflict.by"): clash.by,
        words("conflict.at"): f"{when:%H:%M:%S}",
        words("conflict.was"): told(clash.before),
        words("conflict.their_day"): told(clash.theirs),
        words("conflict.my_day"): told(clash.mine),
    }
