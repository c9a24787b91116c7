"""Blocks of the Training page: figures, what people need by when, marking it done, and the courses."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any

import pandas as pd
import streamlit as st

from staffing.domain.training import Need, Training
from staffing.files import curricula
from staffing.files.toml_edit import set_value
from staffing.planning.centre_edits import save_centre
from staffing.planning.training.done import DoneRow, mark_done
from staffing.planning.training.needs import training_needs
from staffing.planning.training.placing import ramp_speed
from staffing.ui import state
from staffing.ui.actor import actor
from staffing.ui.centre import CentreShown, change
from staffing.ui.words import NOTHING, Words

VIEWS = ("needs", "plan", "courses")
AHEAD_DAYS = 28
"""Needs due so many days after the first day of the next plan are shown."""
HEIGHT = 460


def empty(words: Words) -> None:
    """The centre has no courses."""
    st.info(words("training.empty"), icon=":material/inbox:")
    st.code(words("training.example"), language="toml")


def training_of(shown: CentreShown) -> Training:
    """The courses of a centre that has some."""
    assert shown.scenario.training is not None
    return shown.scenario.training


def course_names(shown: CentreShown) -> dict[str, str]:
    """Names of the courses by id."""
    return {course.id: course.name for course in training_of(shown).courses}


def people_names(shown: CentreShown) -> dict[str, str]:
    """Id and name of the people by id."""
    return {agent.id: f"{agent.id} {agent.name}".strip() for agent in shown.scenario.agents}


def session_text(shown: CentreShown, need: Need) -> str:
    """Which of how many sessions; empty for a course of one."""
    count = len(training_of(shown).course(need.course).sessions_min)
    return f"{need.session}/{count}" if count > 1 else ""


def due_needs(shown: CentreShown) -> tuple[Need, ...]:
    """What is due on the first day of the next plan and in the weeks after it."""
    on = shown.scenario.next_week_start
    return training_needs(training_of(shown), shown.scenario.agents, on, on + timedelta(days=AHEAD_DAYS))


def figures(words: Words, shown: CentreShown) -> None:
    """Overdue, due with the next plan, due later, and people who are still getting up to speed."""
    on, training = shown.scenario.next_week_start, training_of(shown)
    found = due_needs(shown)
    overdue = sum(need.overdue_days(on) > 0 for need in found)
    week = sum(on <= need.due < on + timedelta(days=7) for need in found)
    new = sum(ramp_speed(agent, training.ramps, on) < 1 for agent in shown.scenario.agents)
    with st.container(horizontal=True):
        help_text = words("training.overdue_help", day=words.day(on))
        st.metric(words("training.overdue"), words.number(overdue), border=True, help=help_text)
        st.metric(words("training.due_week", day=words.day(on)), words.number(week), border=True)
        st.metric(words("training.due_later"), words.number(len(found) - overdue - week), border=True)
        st.metric(words("training.ramping"), words.number(new), border=True, help=words("training.ramping_help"))
    if not training.place:
        st.caption(words("training.not_placed"))


def view_switch(words: Words) -> str:
    """Which block is shown."""
    view = st.segmented_control(
        words("training.view"),
        VIEWS,
        default=VIEWS[0],
        required=True,
        format_func=lambda name: words(f"training.view_{name}"),
        key="training_view",
        label_visibility="collapsed",
    )
    return str(view)


def needs(words: Words, shown: CentreShown) -> None:
    """Needs with their due dates and reasons, to tick what is done."""
    found = due_needs(shown)
    if not found:
        st.success(words("training.nothing_due"), icon=":material/check_circle:")
        return
    names, on = course_names(shown), shown.scenario.next_week_start
    courses = list(dict.fromkeys(need.course for need in found))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        picked = st.multiselect(
            words("training.course"),
            courses,
            format_func=names.__getitem__,
            key="training_courses",
            placeholder=words("training.all_courses"),
            width=420,
        )
        late = st.toggle(words("training.only_overdue"), key="training_late")
    rows = [need for need in found if (not picked or need.course in picked) and (not late or need.overdue_days(on))]
    ticked = ticked_rows(words, shown, _frame(words, shown, rows, on), "needs", f"{picked}{late}")
    day = _done_day(words, shown, on)
    mark(words, shown, [DoneRow(rows[n].agent, rows[n].course, day, rows[n].session) for n in ticked])


def _frame(words: Words, shown: CentreShown, rows: Sequence[Need], on: date) -> pd.DataFrame:
    people, names = people_names(shown), course_names(shown)
    return pd.DataFrame(
        {
            words("training.due"): [need.due for need in rows],
            words("training.late_days"): [need.overdue_days(on) or None for need in rows],
            words("training.person"): [people[need.agent] for need in rows],
            words("training.course"): [names[need.course] for need in rows],
            words("training.session"): [session_text(shown, need) for need in rows],
            words("training.why"): [_why(words, names, need) for need in rows],
        }
    )


def _why(words: Words, names: dict[str, str], need: Need) -> str:
    why = words.term(f"training.why.{need.reason}").format(day=need.since)
    if not need.waits_for:
        return why
    return f"{why} · " + words.term("training.waits").format(course=names.get(need.waits_for, need.waits_for))


def ticked_rows(words: Words, shown: CentreShown, frame: pd.DataFrame, name: str, filters: str) -> list[int]:
    """A table with a tick in front of each row where the one who looks may mark it done; the rows ticked."""
    config: dict[str, Any] = {
        words("training.due"): st.column_config.DateColumn(words("training.due"), format="YYYY-MM-DD"),
    }
    height: Any = "content" if len(frame) <= 12 else HEIGHT
    if not shown.may_edit:
        st.dataframe(frame, hide_index=True, key=f"training_{name}", column_config=config, height=height)
        return []
    done = words("training.done")
    every = st.checkbox(words("training.every_row", count=len(frame)), key=f"training_every_{name}")
    frame = frame.copy()
    frame.insert(0, done, every)
    # A new key for other rows: ticks of old ones must not stay on them.
    edited = st.data_editor(
        frame,
        hide_index=True,
        key=f"training_{name}_{shown.digest[:8]}_{filters}_{every}",
        disabled=list(frame.columns[1:]),
        column_config={done: st.column_config.CheckboxColumn(done), **config},
        height=height,
    )
    return [place for place, tick in enumerate(edited[done].tolist()) if tick]


def _done_day(words: Words, shown: CentreShown, on: date) -> date:
    """The day on which what is ticked was done."""
    if not shown.may_edit:
        return on
    found = st.date_input(
        words("training.done_on"), on - timedelta(days=1), key="training_done_on", format="YYYY-MM-DD", width=200
    )
    return found


def mark(words: Words, shown: CentreShown, rows: Collection[DoneRow]) -> None:
    """The button that records what is ticked, with the skills that follow."""
    if shown.is_sample:
        st.caption(words("training.sample"))
    if not shown.may_edit:
        return
    done = mark_done(shown.folder, shown.scenario, rows) if rows else None
    with st.container(horizontal=True, vertical_alignment="center"):
        pressed = st.button(
            words("training.mark", count=len(rows)),
            key="training_mark",
            type="primary",
            icon=":material/task_alt:",
            disabled=not rows,
        )
        if done is not None and done.granted:
            given = ", ".join(f"{agent} {skill.name} {skill.proficiency:g}" for agent, skill in done.granted)
            st.caption(words("training.grows", skills=given))
        elif not rows:
            st.caption(words("training.choose"))
    if pressed and done is not None:
        note, files = f"training: {len(done.records)} done", done.changes
        change(words, lambda: save_centre(state.store(), shown.folder, files, actor(), seen=shown.digest, note=note))


def courses(words: Words, shown: CentreShown) -> None:
    """The courses as they are stated, how many people owe each, and whether plans take them in."""
    training, on = training_of(shown), shown.scenario.next_week_start
    open_needs = training_needs(training, shown.scenario.agents, on)
    owing = {(need.course, need.agent) for need in open_needs}
    late = Counter(need.course for need in open_needs if need.overdue_days(on))
    rows = []
    for course in training.courses:
        rows.append(
            {
                words("training.course"): course.name,
                words("training.kind"): words(f"training.kind_{course.kind}"),
                words("training.minutes"): " + ".join(map(str, course.sessions_min)),
                words("training.every"): NOTHING if course.every_days is None else str(course.every_days),
                words("training.capacity"): NOTHING if course.capacity is None else str(course.capacity),
                words("training.grants"): NOTHING
                if course.grants is None
                else f"{course.grants.name} {course.grants.proficiency:g}",
                words("training.people"): sum(name == course.id for name, _ in owing),
                words("training.overdue"): late[course.id],
            }
        )
    st.dataframe(pd.DataFrame(rows), hide_index=True, key="training_list", height="content")
    st.caption(words("training.file"))
    if not shown.may_edit:
        return
    place = st.toggle(words("training.place"), training.place, key=f"training_place_{shown.digest[:8]}")
    if place != training.place:
        text = (shown.folder / curricula.FILE).read_text(encoding="utf-8-sig")
        changes = {curricula.FILE: set_value(text, ("planning", "place"), place).encode("utf-8")}
        note = f"training: place {str(place).lower()}"
        change(words, lambda: save_centre(state.store(), shown.folder, changes, actor(), seen=shown.digest, note=note))
