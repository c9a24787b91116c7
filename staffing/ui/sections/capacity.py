"""Parts of the page Capacity: the folder, what to plan for, the verdict, classes, head count, budget, files."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from staffing.capacity import CapacityPlan
from staffing.capacity.judge import COSTS
from staffing.capacity.summary import class_rows, head_rows, month_rows, week_rows
from staffing.domain.centre import Scenario
from staffing.errors import DataError
from staffing.files import CapacityInput, capacity_tables, read_capacity, read_centre
from staffing.i18n import text
from staffing.planning import WhatIf
from staffing.store import Job
from staffing.store.access import Action, ask, may
from staffing.ui import capacity_tasks, charts, drawn, state, tasks
from staffing.ui.actor import actor
from staffing.ui.blocks import badge, only_look, plain
from staffing.ui.capacity_tasks import Asked
from staffing.ui.facts.verdict import State
from staffing.ui.sections import asking
from staffing.ui.shown import centre_of, sample_folder, signature
from staffing.ui.state import Shown
from staffing.ui.words import NOTHING, Words

FAULTS_SHOWN = 20
PARTS = ("file", "row", "column", "value", "expected")


@dataclass(frozen=True, eq=False)
class Given:
    """A centre with its capacity files, and what tells whether they changed."""

    folder: Path
    scenario: Scenario
    capacity: CapacityInput
    stamp: object

    @property
    def currency(self) -> str:
        return self.scenario.centre.currency


def inputs(words: Words, shown: Shown | None) -> Given | None:
    """The centre folder named here; None, with the reason, where there is none or it has faults."""
    centre = None if shown is None else centre_of(state.store(), shown.place)
    default = next(
        (found for found in (centre, sample_folder("hr-centre")) if found and (found / "capacity").is_dir()), centre
    )
    named = st.text_input(
        words("capacity.folder"),
        str(default or ""),
        key="capacity_folder",
        help=words("capacity.folder_help"),
        width=480,
    )
    folder = Path(named.strip()).expanduser()
    if not named.strip() or not (folder / "capacity").is_dir() or not (folder / "agents.csv").is_file():
        st.info(words("capacity.no_folder", folder=plain(named)), icon=":material/inbox:")
        return None
    stamp = (str(folder), signature(folder), signature(folder / "capacity"))
    try:
        scenario, found = _read(str(folder), stamp)
    except DataError as error:
        st.error(words("capacity.refused"), icon=":material/error:")
        for fault in error.faults[:FAULTS_SHOWN]:
            place = ":".join(str(part) for part in (fault.file, fault.row, fault.column) if part not in (None, ""))
            told = text(f"fault.{fault.code}", words.lang, **{part: getattr(fault, part) for part in PARTS})
            st.markdown(f"- {plain(f'{place}: {told}')}")
        return None
    for note in found.notes:
        st.caption(plain(words.note(note)))
    return Given(folder, scenario, found, stamp)


@st.cache_resource(show_spinner=False, max_entries=4)
def _read(folder: str, stamp: object) -> tuple[Scenario, CapacityInput]:
    """Inputs are frozen, so that every session may share them; a file written anew makes a new entry."""
    scenario = read_centre(Path(folder))
    return scenario, read_capacity(Path(folder), scenario)


def controls(words: Words, given: Given) -> Asked:
    """Weeks, promise and what-ifs."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        weeks = st.number_input(words("capacity.weeks"), 4, 104, 78, 2, key="capacity_weeks", width=120)
        asked = st.slider(
            words("capacity.probability"),
            50,
            99,
            round(100 * given.capacity.probability),
            format="%d%%",
            key="capacity_probability",
            width=260,
        )
        attrition = st.number_input(
            words("capacity.attrition"), 0.0, 5.0, 1.0, 0.25, key="capacity_attrition", width=140
        )
        volume = st.number_input(words("capacity.volume"), 0.5, 2.0, 1.0, 0.05, key="capacity_volume", width=140)
        overtime = st.toggle(words("capacity.overtime"), value=True, key="capacity_overtime")
        outside = st.toggle(words("capacity.outside"), value=True, key="capacity_outside")
    return Asked(int(weeks), asked / 100, WhatIf(float(attrition), float(volume), overtime, outside))


def planned(words: Words, given: Given, asked: Asked) -> Mapping[str, CapacityPlan] | None:
    """The plans by scenario that the newest job made of these files; starts one, and watches it while it works."""
    job = tasks.latest(state.store(), capacity_tasks.KIND)
    blocked = (job is not None and job.is_open) or not may(actor(), Action.EDIT)
    if not may(actor(), Action.EDIT):
        only_look(words, actor().role)
    with st.container(horizontal=True, vertical_alignment="center"):
        go = st.button(
            words("capacity.go"), type="primary", icon=":material/play_arrow:", key="capacity_go", disabled=blocked
        )
        compared = st.button(
            words("capacity.go_compare"), icon=":material/compare_arrows:", key="capacity_compare", disabled=blocked
        )
        st.caption(words("capacity.hint"))
    if go or compared:
        ask(actor(), Action.EDIT)
        settings = state.settings()
        capacity_tasks.start(
            state.store(), given.folder, given.stamp, asked, settings.home, settings.db_url, compared=compared
        )
        st.rerun()
    if job is not None and job.is_open:
        asking.live(words, job.id, "capacity_stop")
        return None
    if job is not None and not asking.ending(words, job):
        return None
    mine = job is not None and job.payload["stamp"] == capacity_tasks.stamp_key(given.stamp)
    made = _plans(job.id, given.stamp, job, given) if job is not None and mine else None
    if made is None or job is None:
        st.info(words("capacity.none"), icon=":material/inbox:")
        return None
    if capacity_tasks.Asked.of(job.payload["asked"]) != asked:
        st.warning(words("capacity.stale"), icon=":material/update:")
    return made


@st.cache_resource(show_spinner=False, max_entries=4)
def _plans(job_id: str, stamp: object, _job: Job, _given: Given) -> dict[str, CapacityPlan] | None:
    """The plans of a job are frozen, so that every session may share them."""
    return capacity_tasks.plans_of(_job, _given.capacity.case)


def verdict(words: Words, plan: CapacityPlan, currency: str) -> None:
    """Whether the promise holds, and the figures that decide."""
    asked, lowest = f"{plan.settings.probability:.0%}", words.percent(plan.lowest)
    key, at = ("capacity.keeps", State.GOOD) if plan.keeps else ("capacity.misses", State.BAD)
    badge(words, at, words(key, asked=asked, lowest=lowest))
    missed = [words.day(day) for day, ok in zip(plan.need.starts, plan.reachable.tolist(), strict=True) if not ok]
    if missed:
        st.warning(
            words("capacity.out_of_reach", n=len(missed), weeks=", ".join(missed[:6]) + (" ..." * (len(missed) > 6))),
            icon=":material/event_busy:",
        )
    nothing, judged = plan.nothing, plan.judged
    without = float(nothing.probability[plan.reachable].min(initial=1.0))
    unit = f" {currency}".rstrip()
    hired = sum(entry.count for entry in plan.entries if entry.source is None)
    figures = (
        ("lowest", lowest, words("capacity.nothing", value=words.percent(without))),
        (
            "cost",
            words.number(float(judged.cost.mean())) + unit,
            words("capacity.nothing", value=words.number(float(nothing.cost.mean()))),
        ),
        ("per_contact", words.number(judged.cost_per_contact, 2) + unit, None),
        ("hired", words.number(hired), None),
        ("gap", words.percent(plan.gap, 2), None),
    )
    for column, (name, value, beside) in zip(st.columns((3, 4, 3, 2, 3)), figures, strict=True):
        column.metric(words(f"capacity.{name}"), value, beside, delta_color="off", delta_arrow="off", border=True)


def scenarios(words: Words, plans: Mapping[str, CapacityPlan]) -> None:
    """The what-ifs beside each other, where they were asked for."""
    if len(plans) < 2:
        return
    st.subheader(words("capacity.scenarios"), anchor=False)
    frame = pd.DataFrame(
        {
            "scenario": [words.term(f"capacity.scenario.{name}") for name in plans],
            "hired": [sum(e.count for e in plan.entries if e.source is None) for plan in plans.values()],
            "cost": [float(plan.judged.cost.mean()) for plan in plans.values()],
            "per_contact": [plan.judged.cost_per_contact for plan in plans.values()],
            "lowest": [plan.lowest for plan in plans.values()],
        }
    )
    config: dict[str, Any] = {
        "scenario": words("capacity.scenario"),
        "hired": words("capacity.hired"),
        "cost": st.column_config.NumberColumn(words("capacity.cost"), format="localized"),
        "per_contact": st.column_config.NumberColumn(words("capacity.per_contact"), format="%.2f"),
        "lowest": st.column_config.NumberColumn(words("capacity.lowest"), format="percent"),
    }
    st.dataframe(frame, hide_index=True, height="content", key="capacity_scenarios", column_config=config)


def charts_frame(plan: CapacityPlan) -> pd.DataFrame:
    """One row for each week, as the charts and their tooltips need it."""
    rows = week_rows(plan)
    return pd.DataFrame(
        {
            "week": [pd.Timestamp(row.start) for row in rows],
            "need": [row.need_h for row in rows],
            "own": [row.own_h for row in rows],
            "added": [row.own_h + row.overtime_h + row.outside_h for row in rows],
            "with_plan": [row.probability for row in rows],
            "without": [row.without_hiring for row in rows],
        }
    )


def draw(words: Words, plan: CapacityPlan) -> None:
    """Hours, and chances with the asked one as a rule, side by side."""
    frame, look = charts_frame(plan), state.look()
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader(words("capacity.chart_hours"), anchor=False)
        drawn.chart(charts.weekly_lines(frame, ("need", "own", "added"), words, look))
    with right:
        st.subheader(words("capacity.chart_chance"), anchor=False)
        asked = plan.settings.probability
        drawn.chart(charts.weekly_lines(frame, ("with_plan", "without"), words, look, asked=asked))


def classes(words: Words, plan: CapacityPlan) -> None:
    """Whom to hire and train when."""
    st.subheader(words("capacity.classes"), anchor=False)
    rows = class_rows(plan)
    if not rows:
        st.info(words("capacity.no_classes"), icon=":material/check:")
        return
    names = {group.id: group.name for group in plan.case.groups}
    frame = pd.DataFrame(
        {
            "decide_by": [row.decide_by for row in rows],
            "start": [row.start for row in rows],
            "productive": [row.productive for row in rows],
            "group": [names[row.group] for row in rows],
            "people": [row.people for row in rows],
            "contract": [row.contract or NOTHING for row in rows],
            "source": [names[row.source] if row.source else NOTHING for row in rows],
        }
    )
    config: dict[str, Any] = {name: words(f"capacity.{name}") for name in frame.columns}
    st.dataframe(frame, hide_index=True, height="content", key="capacity_classes", column_config=config)
    st.caption(words("capacity.rates"))


def heads(words: Words, plan: CapacityPlan) -> None:
    """The cohort identity by week, for one group or all."""
    st.subheader(words("capacity.heads"), anchor=False)
    names = {"": words("capacity.everybody"), **{group.id: group.name for group in plan.case.groups}}
    which = st.selectbox(
        words("capacity.which"), list(names), format_func=names.__getitem__, key="capacity_group", width=260
    )
    parts = ("opening", "hired", "moved_in", "moved_out", "left", "closing")
    table: dict[object, list[float]] = {}
    for row in head_rows(plan):
        if which in ("", row.group):
            values = [getattr(row, name) for name in parts]
            known = table.get(row.start)
            table[row.start] = values if known is None else [a + b for a, b in zip(known, values, strict=True)]
    frame = pd.DataFrame.from_dict(table, orient="index", columns=list(parts)).rename_axis("week").reset_index()
    config: dict[str, Any] = {
        "week": words("capacity.week"),
        **{
            name: st.column_config.NumberColumn(
                words("capacity.hired_in" if name == "hired" else f"capacity.{name}"), format="%.1f"
            )
            for name in parts
        },
    }
    st.dataframe(frame, hide_index=True, height=320, key="capacity_heads", column_config=config)
    st.caption(words("capacity.heads_help"))


def budget(words: Words, plan: CapacityPlan) -> None:
    """Cost by month and kind, and per contact."""
    st.subheader(words("capacity.budget"), anchor=False)
    rows = month_rows(plan)
    frame = pd.DataFrame(
        {
            "month": [row.month for row in rows],
            **{name: [row.costs[name] for row in rows] for name in COSTS},
            "total": [row.total for row in rows],
            "contacts": [row.contacts for row in rows],
            "per_contact": [row.per_contact for row in rows],
        }
    )
    whole = {name: text(f"capacity.cost.{name}", words.lang) for name in COSTS}
    whole |= {"total": words("capacity.total"), "contacts": words("capacity.contacts")}
    config: dict[str, Any] = {
        "month": words("capacity.month"),
        **{name: st.column_config.NumberColumn(label, format="%.0f") for name, label in whole.items()},
        "per_contact": st.column_config.NumberColumn(words("capacity.per_contact"), format="%.2f"),
    }
    st.dataframe(frame, hide_index=True, height="content", key="capacity_budget", column_config=config)


def downloads(words: Words, plan: CapacityPlan) -> None:
    """One button for each table."""
    with st.container(horizontal=True):
        for name, table in capacity_tables(plan).items():
            st.download_button(
                words("capacity.download", name=name),
                table.encode("utf-8"),
                file_name=f"capacity-{name}",
                mime="text/csv",
                key=f"capacity_{name}",
                on_click="ignore",
                icon=":material/download:",
            )
