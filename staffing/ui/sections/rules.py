"""Blocks of the Rules page: topics, sentences with their values, and saving."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, time
from itertools import groupby, product
from typing import Any

import streamlit as st

from staffing.files.model_faults import FILE
from staffing.files.rule_limits import Limits, limits
from staffing.planning.centre_edits import save_centre
from staffing.report.rule_lines import (
    CHOICE,
    DATE,
    DEADLINE,
    FLAG,
    HARD,
    HOURS,
    PAIRS,
    PRICED,
    SETTING,
    TOPICS,
    UNITS,
    WEEKDAYS,
    WHOLES,
    WINDOW,
    Field,
    RuleLine,
    field_name,
    sentence,
)
from staffing.store.access import Action, may
from staffing.ui import state
from staffing.ui.actor import actor
from staffing.ui.blocks import plain
from staffing.ui.centre import CentreShown, change, faults_table
from staffing.ui.rules_draft import RulesDraft, begin, shown_value, taken_value
from staffing.ui.sections import on_call_rules
from staffing.ui.words import Words

DRAFT, COSTS, ON_CALL = "rules_draft", "costs", "on_call"
ICONS = {HARD: ":material/gavel:", PRICED: ":material/scale:", SETTING: ":material/payments:"}
MANY = 8
"""Contracts or shifts from which one is chosen instead of showing all."""


def draft_of(shown: CentreShown) -> RulesDraft:
    """The values tried in this tab; put on others' edits of the same centre, begun anew for another."""
    draft = st.session_state.get(DRAFT)
    if not isinstance(draft, RulesDraft) or draft.folder != shown.folder:
        draft = begin(shown.folder, shown.digest)
    elif draft.seen != shown.digest:
        old = draft
        draft = begin(shown.folder, shown.digest, old.version + 1)
        for path, value in old.values.items():
            draft.take(path, value)
    st.session_state[DRAFT] = draft
    return draft


def topic_switch(words: Words) -> str:
    """Which rules are shown."""
    asked = st.query_params.get("topic")
    chosen = st.segmented_control(
        words("rules.topic"),
        (*TOPICS, COSTS),
        default=asked if asked in TOPICS else TOPICS[0],
        format_func=lambda topic: words(f"rules.topic_{topic}"),
        key="rules_topic",
        required=True,
        label_visibility="collapsed",
    )
    return str(chosen or TOPICS[0])


def topic(words: Words, shown: CentreShown, draft: RulesDraft, name: str) -> None:
    """The rules of a topic, those of one contract, shift or queue together."""
    st.caption(words(f"rules.lead_{name}"))
    now = draft.now()
    lines = [line for line in (now.lines or draft.saved.lines) if line.topic == name]
    before = {(line.topic, line.owner, _stem(line)): line for line in draft.saved.lines}
    if name == ON_CALL:
        on_call_rules.add_duty(words, shown, draft)
        on_call_rules.remove_duty(words, shown, draft)
    if not lines:
        st.info(words("rules.nothing"), icon=":material/inbox:")
        return
    owners = list(dict.fromkeys(line.owner for line in lines))
    if name != "staffing" and len(owners) > MANY:
        chosen = st.selectbox(words("rules.owner"), owners, key=f"rules_owner_{name}", width=320)
        lines = [line for line in lines if line.owner == chosen]
    people = Counter(agent.contract for agent in shown.scenario.agents)
    for owner, group in groupby(lines, key=lambda line: line.owner):
        with st.container(border=bool(owner) and name != "staffing"):
            if owner and name == "contract":
                st.markdown(words("rules.contract_of", name=plain(owner), count=people[owner]))
            elif owner and name != "staffing":
                st.markdown(f"**{plain(owner)}**")
            for line in group:
                _line(words, draft, line, before.get((line.topic, line.owner, _stem(line))))


def _line(words: Words, draft: RulesDraft, line: RuleLine, before: RuleLine | None) -> None:
    """A rule's sentence, what it was before this tab touched it, and its values."""
    if not line.fields:
        st.markdown(f"{ICONS[line.nature]} {_told(line, words)}")
        return
    left, right = st.columns([5, 4], vertical_alignment="center")
    with left:
        st.markdown(f"{ICONS[line.nature]} {_told(line, words)}")
        if before is not None and any(made.path in draft.values for made in line.fields):
            st.caption(f":orange[●] {words('rules.was')} {plain(sentence(before, words.lang))}")
    with right, st.container(horizontal=True, vertical_alignment="bottom"):
        for made in line.fields:
            _input(words, draft, made, is_only=len(line.fields) == 1)


def _told(line: RuleLine, words: Words) -> str:
    told = plain(sentence(line, words.lang))
    return f"**{plain(line.owner)}**: {told}" if line.topic == "staffing" else told


def _input(words: Words, draft: RulesDraft, made: Field, *, is_only: bool) -> None:
    """The input of a value; the sentence beside it is label enough for a value that stands alone."""
    key = f"rules_{'_'.join(map(str, made.path))}_{draft.version}"
    common: dict[str, Any] = {
        "key": key,
        "on_change": _take,
        "args": (made, key),
        "disabled": not may(actor(), Action.CENTRE),
        "label_visibility": "collapsed" if is_only else "visible",
    }
    label, value = field_name(made.path, words.lang), shown_value(made)
    if made.kind == FLAG:
        st.checkbox(label, value=bool(value), **common)
    elif made.kind == DATE:
        st.date_input(label, value=value if isinstance(value, date) else None, format="YYYY-MM-DD", **common)
    elif made.kind == WHOLES:
        st.text_input(label, value=value, width=180, **common)
    elif made.kind == PAIRS:
        pairs = [f"{early} → {late}" for early, late in product(made.options, repeat=2)]
        st.multiselect(label, pairs, default=value, placeholder=words("rules.none"), **common)
    elif made.kind == CHOICE:
        st.multiselect(
            label,
            list(made.options),
            default=value,
            format_func=lambda word: _option(words, made, word),
            placeholder=words("rules.none"),
            **common,
        )
    elif made.kind == WINDOW:
        _window(label, value, common, key)
    elif made.kind == DEADLINE:
        _deadline(words, label, str(value), common, key)
    else:
        _number(label, made, value, common)


def _number(label: str, made: Field, value: Any, common: dict[str, Any]) -> None:
    allowed: Limits = limits(made.path)
    is_whole = allowed.is_whole and made.scale == 1
    kind: Any = int if is_whole else float
    low = None if allowed.low is None else allowed.low / made.scale
    if low is not None and allowed.above:
        low += 1 if is_whole else 0.25
    st.number_input(
        label,
        min_value=None if low is None else kind(low),
        max_value=None if allowed.high is None else kind(allowed.high / made.scale),
        value=None if value is None else kind(value),
        step=kind(1) if is_whole else _step(made, float(value or 0)),
        format="%d" if is_whole else "%g",
        placeholder="–",
        width=140,
        **common,
    )


def _step(made: Field, value: float) -> float:
    """A step that changes a value by something one can notice."""
    if made.scale == HOURS:
        return 0.5
    return 1.0 if value >= 5 else 0.5 if value >= 1 else 0.05


def _window(label: str, value: Sequence[str], common: dict[str, Any], key: str) -> None:
    for place in (0, 1):
        own = common | {"key": f"{key}_{place}"}
        shown = time.fromisoformat(value[place])
        if place == 1 and own["label_visibility"] == "visible":
            own["label_visibility"] = "hidden"
        st.time_input(label, value=shown, step=900, width=110, **own)


def _deadline(words: Words, label: str, value: str, common: dict[str, Any], key: str) -> None:
    """How many of which unit."""
    amount, _, unit = value.partition(" ")
    st.number_input(label, 0.5, None, float(amount), step=0.5, format="%g", width=140, **common | {"key": f"{key}_0"})
    st.selectbox(
        words.term("rules.field.unit"),
        list(UNITS.values()),
        index=list(UNITS.values()).index(unit),
        format_func=lambda name: words.term(f"rules.unit.{name.replace(' ', '_')}"),
        width=160,
        **common | {"key": f"{key}_1"},
    )


def _option(words: Words, made: Field, word: str) -> str:
    return words.term(f"weekday.{WEEKDAYS.index(word)}") if made.options == WEEKDAYS else word


def _take(made: Field, key: str) -> None:
    """Put what an input says into the draft."""
    draft = st.session_state.get(DRAFT)
    if not isinstance(draft, RulesDraft):
        return
    entered: Any
    if made.kind == WINDOW:
        entered = [st.session_state.get(f"{key}_{place}") for place in (0, 1)]
        if None in entered:
            return
    elif made.kind == DEADLINE:
        amount, unit = (st.session_state.get(f"{key}_{place}") for place in (0, 1))
        if amount is None:
            return
        entered = f"{amount:g} {unit}"
    else:
        entered = st.session_state.get(key)
        if entered is None and made.kind == WHOLES:
            return
    if made.kind == CHOICE and made.options == WEEKDAYS:
        entered = sorted(entered or [], key=WEEKDAYS.index)
    if entered is None and made.kind != DATE and not limits(made.path).is_optional:
        return
    draft.take(made.path, taken_value(made, entered))


def save_bar(words: Words, shown: CentreShown, draft: RulesDraft) -> None:
    """What is tried but not saved, what stands in its way, and the two ways on."""
    if not draft.values:
        return
    now = draft.now()
    with st.bottom:
        st.markdown(words("rules.unsaved", count=len(draft.values)))
        if now.faults:
            st.error(words("people.faults", count=len(now.faults)), icon=":material/error:")
            faults_table(words, now.faults, "rules_faults")
        if shown.is_sample:
            st.caption(words("rules.sample"))
        with st.container(horizontal=True):
            pressed = st.button(
                words("people.save"),
                key="rules_save",
                type="primary",
                icon=":material/save:",
                disabled=bool(now.faults) or not shown.may_edit,
            )
            if st.button(words("people.discard"), key="rules_discard", icon=":material/undo:"):
                st.session_state[DRAFT] = begin(shown.folder, shown.digest, draft.version + 1)
                st.rerun()
    if pressed:
        note = "rules: " + ", ".join(sorted({str(path[-1]) for path in draft.values}))

        def save() -> None:
            files = {FILE: now.text.encode("utf-8")}
            save_centre(state.store(), shown.folder, files, actor(), seen=draft.seen, note=note)
            st.session_state.pop(DRAFT)

        change(words, save)


def _stem(line: RuleLine) -> str:
    """What a rule is about, whatever its values make of its sentence."""
    return line.fields[0].path[-1] if line.fields else line.code  # type: ignore[return-value]
