"""Blocks of the Calculator page: what is asked, the answer, its curves and its sensitivity."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import streamlit as st

from staffing.domain.queue import AnswerTarget
from staffing.erlang.calculator import Case, around, crew_curve, crew_needed, reach, sensitivity
from staffing.erlang.chat import ChatPool
from staffing.erlang.patience import patience_from_history
from staffing.erlang.shrinkage import gross_agents, round_up
from staffing.plan import Plan
from staffing.ui import charts, drawn, state
from staffing.ui.facts.calculator import (
    MEASURES,
    TEXTBOOK,
    Start,
    answered_queues,
    crews_shown,
    curve_table,
    sensitivity_table,
    start_from,
)
from staffing.ui.sections.common_skills import common_skills
from staffing.ui.words import Words

KINDS = ("offered", "net", "any", "answered")
NO_CAP = 100.0


@dataclass(frozen=True, slots=True)
class Asked:
    """The case, the agents somebody has (0: as many as needed), and the share of rostered time lost."""

    case: Case
    own: int
    absence: float


def inputs(words: Words, plan: Plan | None) -> Asked:
    """The form. A queue chosen fills every field; a field stays as typed until another queue is chosen."""
    for key, value in _fields(TEXTBOOK).items():
        st.session_state.setdefault(key, value)
    if plan is not None:
        _queue(words, plan)
    volume, minutes = st.columns([3, 2])
    volume.number_input(words("calculator.volume"), 0.0, 1e6, step=1.0, format="%g", key="calc_volume")
    minutes.selectbox(words("calculator.interval"), [5, 10, 15, 30, 60], key="calc_minutes")
    handle, patience = st.columns(2)
    handle.number_input(words("calculator.aht"), 1.0, 36000.0, step=1.0, format="%g", key="calc_aht_s")
    patience.number_input(
        words("calculator.patience"),
        0.0,
        36000.0,
        step=1.0,
        format="%g",
        key="calc_patience_s",
        help=words("calculator.patience_help"),
    )
    level, within = st.columns(2)
    level.number_input(words("calculator.level"), 1.0, 99.9, step=1.0, format="%g", key="calc_level")
    within.number_input(words("calculator.within"), 0.0, 3600.0, step=1.0, format="%g", key="calc_within_s")
    own, absence = st.columns(2)
    own.number_input(words("calculator.own"), 0, 100000, key="calc_own", help=words("calculator.own_help"))
    absence.number_input(words("calculator.absence"), 0.0, 90.0, step=1.0, format="%g", key="calc_absence")
    with st.expander(words("calculator.more")):
        _more(words)
    return _asked({key: st.session_state[key] for key in _fields(TEXTBOOK)})


def _queue(words: Words, plan: Plan) -> None:
    """Take the figures of a queue of the plan, and tell what its history says of patience."""
    options = ["", *answered_queues(plan)]
    names = {queue.id: queue.name or queue.id for queue in plan.scenario.centre.queues}

    def fill() -> None:
        chosen = st.session_state["calc_queue"]
        st.session_state.update(_fields(start_from(plan, chosen) if chosen else TEXTBOOK))

    chosen = st.selectbox(
        words("calculator.from_queue"),
        options,
        format_func=lambda name: names[name] if name else words("calculator.own_figures"),
        key="calc_queue",
        on_change=fill,
    )
    if not chosen:
        return
    found = patience_from_history(plan.scenario.history, chosen)
    if found is None:
        st.caption(words("calculator.no_patience"))
        return
    told = {"low": words.seconds(found.low95_s), "high": words.seconds(found.high95_s)}
    st.caption(words("calculator.estimated", patience=words.number(found.patience_s), n=int(found.abandons), **told))


def _more(words: Words) -> None:
    st.selectbox(
        words("calculator.kind"), KINDS, format_func=lambda kind: words(f"calculator.kind_{kind}"), key="calc_kind"
    )
    st.number_input(words("calculator.max_occupancy"), 1.0, NO_CAP, step=1.0, format="%g", key="calc_max_occupancy")
    st.number_input(words("calculator.max_abandon"), 0.1, NO_CAP, step=1.0, format="%g", key="calc_max_abandon")
    st.number_input(
        words("calculator.max_asa"),
        0.0,
        36000.0,
        step=1.0,
        format="%g",
        key="calc_max_asa_s",
        help=words("calculator.zero_none"),
    )
    st.number_input(words("calculator.lines"), 0, 100000, key="calc_lines", help=words("calculator.lines_help"))
    st.number_input(words("calculator.balk"), 0.0, 99.0, step=1.0, format="%g", key="calc_balk")
    st.number_input(words("calculator.parallel"), 1, 20, key="calc_parallel", help=words("calculator.parallel_help"))
    st.number_input(words("calculator.slowdown"), 0.0, 100.0, step=1.0, format="%g", key="calc_slowdown")


def _fields(start: Start) -> dict[str, object]:
    """Values of all fields for a case."""
    case = start.case
    factors = (1.0,) if case.chats is None else case.chats.factors
    return {
        "calc_volume": case.volume,
        "calc_minutes": round(case.interval_s / 60),
        "calc_aht_s": case.aht_s,
        "calc_patience_s": case.patience_s or 0.0,
        "calc_level": round(100 * case.target.service_level, 2),
        "calc_within_s": float(case.target.answer_within_s),
        "calc_own": 0,
        "calc_absence": round(100 * start.absence, 2),
        "calc_kind": case.target.kind,
        "calc_max_occupancy": NO_CAP if case.max_occupancy is None else round(100 * case.max_occupancy, 2),
        "calc_max_abandon": NO_CAP if case.max_abandon_rate is None else round(100 * case.max_abandon_rate, 2),
        "calc_max_asa_s": case.max_asa_s or 0.0,
        "calc_lines": case.lines or 0,
        "calc_balk": round(100 * case.balk_share, 2),
        "calc_parallel": len(factors),
        "calc_slowdown": round(100 * (factors[-1] - 1) / max(1, len(factors) - 1), 2),
    }


def _asked(given: Mapping[str, object]) -> Asked:
    number = {key: float(str(item)) for key, item in given.items() if key != "calc_kind"}

    def cap(key: str) -> float | None:
        return None if number[key] >= NO_CAP else number[key] / 100

    parallel = int(number["calc_parallel"])
    chats = ChatPool.linear(parallel, number["calc_slowdown"] / 100) if parallel > 1 else None
    case = Case(
        volume=number["calc_volume"],
        interval_s=60 * number["calc_minutes"],
        aht_s=number["calc_aht_s"],
        target=AnswerTarget(number["calc_level"] / 100, number["calc_within_s"], str(given["calc_kind"])),
        patience_s=number["calc_patience_s"] or None,
        max_occupancy=cap("calc_max_occupancy"),
        max_abandon_rate=cap("calc_max_abandon"),
        max_asa_s=None if chats else number["calc_max_asa_s"] or None,
        lines=None if chats else int(number["calc_lines"]) or None,
        balk_share=0.0 if chats else number["calc_balk"] / 100,
        chats=chats,
    )
    return Asked(case, int(number["calc_own"]), number["calc_absence"] / 100)


def answer(words: Words, asked: Asked) -> None:
    """The number, its proof in curves, and what moves it."""
    case = asked.case
    needed = crew_needed(case)
    if needed is None:
        st.warning(words("calculator.impossible"), icon=":material/error:")
        return
    own = asked.own or needed
    here = curve_table(crew_curve(case, [own])).iloc[0]
    figures = [
        ("calculator.present", words.number(needed)),
        ("calculator.rostered", words.number(int(round_up(gross_agents(needed, asked.absence))))),
        ("chart.service_level", words.percent(here["service_level"])),
        ("calculator.asa", words.seconds(None if np.isnan(here["asa_s"]) else float(here["asa_s"]))),
        ("column.occupancy", words.percent(None if np.isnan(here["occupancy"]) else here["occupancy"])),
        ("calculator.abandoned", words.percent(here["abandon_rate"])),
    ]
    with st.container(horizontal=True, key="calc_answer"):
        for key, shown in figures:
            st.metric(words(key), shown)
    st.markdown(words("calculator.load", needed=words.number(needed), load=words.number(case.load_erl, 2)))
    if own != needed:
        st.markdown(words("calculator.measured_at", own=words.number(own)))
    _reach(words, case, own)
    _curves(words, case, needed, own)
    _power_of_one(words, case, own)
    _sensitivity(words, case, own)
    if case.chats is None:
        common_skills(words, case)


def _reach(words: Words, case: Case, own: int) -> None:
    found = reach(case, own)
    if found.volume is None or found.aht_s is None:
        return
    within = found.answer_within_s
    st.markdown(
        words(
            "calculator.reach",
            own=words.number(own),
            volume=words.number(found.volume, 1),
            aht=words.number(found.aht_s),
            level=words.percent(case.target.service_level, 0),
            within=words("calculator.never") if within is None else words.seconds(round(within, 1)),
        )
    )


def _curves(words: Words, case: Case, needed: int, own: int) -> None:
    st.subheader(words("calculator.curves"), anchor=False)
    table = curve_table(crew_curve(case, np.array(crews_shown(needed, own), dtype=float)))
    goals = {
        "service_level": case.target.service_level,
        "asa_s": case.max_asa_s,
        "occupancy": case.max_occupancy,
        "abandon_rate": case.max_abandon_rate,
        "waiting_probability": None,
    }
    names = [name for name in MEASURES if table[name].notna().any()]
    if case.patience_s is None:  # nobody gives up, but some have to wait
        names = [name if name != "abandon_rate" else "waiting_probability" for name in names]
    names = [name for name in names if table[name].notna().any()]
    columns = st.columns(2)
    for number, name in enumerate(names):
        chart = charts.by_crew(table, name, goals[name], own, words, state.look())
        with columns[number % 2]:
            st.markdown(f"**{words(f'calculator.curve_{name}')}**")
            drawn.chart(chart, alt=words(f"calculator.curve_{name}"), key=f"calc_curve_{name}")
    st.caption(words("calculator.curves_help"))


def _power_of_one(words: Words, case: Case, own: int) -> None:
    st.subheader(words("calculator.power"), anchor=False)
    table = curve_table(crew_curve(case, around(own)))
    table.insert(0, "change", [f"{int(crew) - own:+d}" if crew != own else "0" for crew in table["agents"]])
    number = st.column_config.NumberColumn
    shares = ("service_level", "occupancy", "abandon_rate", "waiting_probability", "blocking_probability")
    table[list(shares)] *= 100
    columns = {
        "change": st.column_config.TextColumn(words("calculator.change"), width=64),
        "agents": number(words("chart.agents"), width=62),
        "service_level": number(words("chart.service_level"), format="%.1f%%", width=92),
        "asa_s": number(words("calculator.asa_unit"), format="%.1f", width=96),
        "occupancy": number(words("column.occupancy"), format="%.1f%%", width=84),
        "abandon_rate": number(words("calculator.abandoned"), format="%.1f%%", width=72),
        "waiting_probability": number(words("calculator.waiting"), format="%.1f%%", width=84),
        "queue_length": number(words("calculator.queue_length"), format="%.2f", width=134),
        "blocking_probability": number(words("calculator.blocked"), format="%.1f%%"),
    }
    empty = {
        *(() if case.lines else ("blocking_probability",)),
        *(() if case.patience_s or case.balk_share else ("abandon_rate",)),  # nobody gives up
    }
    kept = [name for name in columns if table[name].notna().any() and name not in empty]
    st.dataframe(table[kept], hide_index=True, key="calc_power", column_config={name: columns[name] for name in kept})
    st.caption(words("calculator.power_help"))


def _sensitivity(words: Words, case: Case, own: int) -> None:
    st.subheader(words("calculator.sensitivity"), anchor=False)
    table = sensitivity_table(sensitivity(case, own))
    drawn.chart(
        charts.sensitivity(table, case.target.service_level, words, state.look()),
        alt=words("calculator.sensitivity"),
        key="calc_sensitivity",
    )
    st.caption(words("calculator.sensitivity_help", own=words.number(own)))
