"""Blocks of roster editing: the canvas and its answer, figures, broken rules."""

from functools import partial
from typing import Any

import streamlit as st

from staffing.store.access import Action, may
from staffing.ui import keeping, state
from staffing.ui.actor import actor
from staffing.ui.blocks import Color, plain
from staffing.ui.components.roster_canvas import Canvas, roster_canvas, roster_patch
from staffing.ui.components.roster_data import KEY, roster_data
from staffing.ui.components.roster_patch import patch_data
from staffing.ui.editing import Editing, hard_first, open_editing
from staffing.ui.facts.broken import broken_table, flags, said
from staffing.ui.sections import schedule, schedule_draft, schedule_upload
from staffing.ui.sections.schedule_draft import SESSION
from staffing.ui.sections.schedule_fill import fill
from staffing.ui.state import Shown
from staffing.ui.words import Words


def editing_of(shown: Shown) -> Editing:
    """The tab's editing of the plan on show; begun from its draft where there is one."""
    kept = st.session_state.get(SESSION)
    if isinstance(kept, Editing) and kept.digest == shown.digest:
        keeping.refresh(kept, state.store())
        return kept
    draft = keeping.found_draft(state.store(), shown.plan, shown.place.folder, actor())
    made = open_editing(shown.plan, shown.digest, draft)
    st.session_state[SESSION] = made
    return made


def canvas_base(
    editing: Editing, words: Words, rows: list[int], jump: tuple[int, str] | None, *, editable: bool
) -> None:
    """Give the canvas the whole roster as it stands; from then on it is told changes only."""
    of = (tuple(rows), words.lang, jump, editable, editing.film.rev)
    if editing.base is not None and editing.base_of == of:
        return
    name = f"{editing.token}-{editing.film.rev}-{abs(hash(of[:4])):x}"
    now = editing.now
    editing.base_of, editing.seen = of, editing.film.rev
    editing.base = roster_data(
        now.plan, now.coverage, words, rows, jump=jump, base=name, rev=editing.film.rev, editable=editable
    )


@st.fragment
def desk(words: Words, shown: Shown, editing: Editing) -> None:
    """Everything an edit changes, drawn again after each one; the rest of the page stays."""
    # Before the canvas hears that its edits are taken: what it shows as done is kept, whoever closes the tab then.
    reason = schedule_draft.save(shown, editing)
    figures = st.container(horizontal=True, vertical_alignment="center")
    asked = st.container()  # above the roster: below it the answer would be off the screen
    told = _canvas(words, editing)
    with figures:
        _figures(words, editing)
    status = st.container(horizontal=True, vertical_alignment="center")
    schedule_draft.not_saved(words, reason)
    with status:
        schedule_draft.draft(words, shown, editing)
    schedule_draft.conflict(words, shown, editing)
    _broken(words, editing)
    with asked:
        fill(words, editing, told)
    schedule.details(words, editing.now.plan, told.chosen)
    schedule_upload.upload(words, editing)


def _canvas(words: Words, editing: Editing) -> Canvas:
    answer = _answer(words, editing)
    if answer is None:  # the canvas is too far behind: it gets the whole roster again
        rows, _, jump, editable, _ = editing.base_of
        canvas_base(editing, words, list(rows), jump, editable=editable)
        answer = _answer(words, editing)
    told = roster_canvas(editing.base or {}, key=KEY, on_edits=partial(_take, editing))
    roster_patch(answer or {}, key=f"{KEY}_patch")
    return told


def _take(editing: Editing) -> None:
    """Edits are taken before anything is drawn, so that one run shows what they did."""
    sent = st.session_state.get(KEY) or {}
    editing.take(sent.get("edits"))


def _answer(words: Words, editing: Editing) -> dict[str, Any] | None:
    base = editing.base or {}
    return patch_data(
        str(base.get("base", "")),
        max(editing.seen, int(base.get("rev", 0))) if editing.seen >= 0 else -1,
        editing.film,
        editing.roster,
        editing.now.levels,
        ack=(editing.last_client, editing.taken.get(editing.last_client, 0)),
        flags=flags(editing, words),
        can_undo=editing.log.can_undo,
        can_redo=editing.log.can_redo,
        said=said(editing, words),
    )


def _figures(words: Words, editing: Editing) -> None:
    """What the roster costs and breaks, beside the plan on show, in one line."""
    now, first = editing.now, editing.first
    count = words("schedule.count", shown=len(editing.base_of[0]), all=len(editing.plan.problem.agents))
    st.badge(count, icon=":material/group:", color="gray")
    step_h = now.coverage.grid.step_h
    short, short_first = (float(one.coverage.missing.sum() * step_h) for one in (now, first))
    broken = [[row.severity for row in one.judged.violations] for one in (now, first)]
    hard, hard_before = (float(rows.count("hard")) for rows in broken)
    soft, soft_before = (float(rows.count("soft")) for rows in broken)
    cost, cost_before = now.judged.cost.total, first.judged.cost.total
    parts = ", ".join(
        f"{words.term(f'cost.{name}')} {words.signed(value, 0)}"
        for name, value in _components(editing).items()
        if abs(value) >= 0.5
    )
    for name, value, before, digits, icon in (
        ("cost", cost, cost_before, 0, "payments"),
        ("short", short, short_first, 1, "person_off"),
        ("hard", hard, hard_before, 0, "gavel"),
        ("soft", soft, soft_before, 0, "rule"),
    ):
        is_other = abs(value - before) >= 0.5 * 10**-digits
        change = f" ({words.signed(value - before, digits)})" if is_other else ""
        label = f"{words(f'edit.{name}')} {words.number(value, digits)}{change}"
        color: Color = "red" if name == "hard" and value else "gray" if not is_other else "blue"
        told = words(f"edit.{name}_help")
        if name == "cost" and parts:
            told = f"{told}\n\n{words('edit.parts', parts=plain(parts))}"
        st.badge(label, icon=f":material/{icon}:", color=color, help=told)


def _components(editing: Editing) -> dict[str, float]:
    before, after = editing.first.judged.cost.components, editing.now.judged.cost.components
    changes = {name: value - before.get(name, 0.0) for name, value in after.items()}
    return dict(sorted(changes.items(), key=lambda part: -abs(part[1])))


def _broken(words: Words, editing: Editing) -> None:
    """Everything the roster breaks, hard rules first."""
    found = hard_first(editing.now.judged.violations)
    if not found:
        return
    hard = sum(row.severity == "hard" for row in found)
    label = words("edit.broken", hard=hard, soft=len(found) - hard)
    with st.expander(label, icon=":material/rule:", expanded=hard > 0, key="edit_broken"):
        table = broken_table(editing.plan, found, editing.first.judged.violations, words)
        columns = {name: words(f"column.{name}") for name in ("state", "agent", "day", "detail")}
        st.dataframe(
            table, hide_index=True, key="edit_violations", column_config=columns | {"since": words("edit.since")}
        )


def may_edit() -> bool:
    """Whether this tab's user may change a roster."""
    return may(actor(), Action.EDIT)
