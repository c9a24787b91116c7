"""Blocks of the Requirement page: interval choice, trace in words, service curve."""

from collections.abc import Mapping

import streamlit as st

from staffing.domain.queue import AnswerTarget
from staffing.domain.timegrid import TimeGrid
from staffing.plan import Plan
from staffing.ui import charts, drawn, state
from staffing.ui.blocks import plain
from staffing.ui.facts.tables import promise_table
from staffing.ui.facts.trace import Trace, curve_for, curve_frame, target_text
from staffing.ui.router import ICONS, page
from staffing.ui.state import Shown
from staffing.ui.words import Words


def interval(words: Words, grid: TimeGrid, day: int, start_with: int) -> int:
    """An interval of the day; the busiest one at first."""
    span = grid.day_slice(day)
    options = list(range(span.start, span.stop))
    chosen = st.selectbox(
        words("pick.interval"),
        options,
        index=options.index(start_with),
        format_func=lambda step: f"{grid.local(step):%H:%M}–{grid.local(step + 1):%H:%M}",
        key=f"requirement_interval_{day}",
        width=180,
    )
    return int(chosen)


def promises(words: Words, shown: Shown) -> None:
    """What all queues promise, beside what else their number of agents rests on, and the way to change it."""
    st.subheader(words("requirement.promises"), anchor=False)
    st.caption(words("requirement.promises_lead"))
    st.dataframe(
        promise_table(shown.plan, shown.queue_names, words),
        hide_index=True,
        height="content",
        key="requirement_promises",
        column_config={
            "queue": words("column.queue"),
            "target": words("column.target"),
            **{
                name: st.column_config.TextColumn(words(f"requirement.{name}"), help=words(f"requirement.{name}_help"))
                for name in ("probability", "occupancy", "abandonment", "patience", "absence")
            },
        },
    )
    st.page_link(
        page("rules", words),
        label=words("requirement.change"),
        icon=ICONS["rules"],
        query_params={"topic": "promise", "lang": words.lang},
    )


def trace_steps(words: Words, found: Trace) -> None:
    """The number of agents, from contacts to heads, in sentences."""
    queue = found.queue
    st.markdown(words("trace.target", target=target_text(queue, words)))
    if queue.has_deadline:
        st.markdown(words("trace.deadline"))
    if found.volume is not None and found.aht_s is not None:
        minutes = words.number(found.aht_s)
        st.markdown("1. " + words("trace.volume", contacts=words.number(found.volume, 1), aht=minutes))
    st.markdown("2. " + words("trace.load", load=words.number(found.load_erl, 2)))
    level = words("trace.net_level", level=words.percent(found.expected_sl)) if found.expected_sl is not None else ""
    told = {"agents": words.number(found.agents, 2), "level": level, "method": plain(words.method(found.method))}
    st.markdown("3. " + words("trace.net", **told))
    if found.probability is not None and found.load_factor is not None:
        told = {"chance": words.percent(found.probability, 0), "margin": words.percent(found.load_factor - 1.0)}
        st.markdown("   - " + words("trace.risk", **told))
    share = words.percent(found.shrinkage)
    st.markdown("4. " + words("trace.gross", gross=words.number(found.agents_gross, 2), share=share))
    if len(found.reasons) > 1 or (found.reasons and found.reasons[0][0]):
        named = [
            words("trace.reason", reason=plain(name) or words("trace.no_reason"), share=words.percent(part))
            for name, part in found.reasons
        ]
        st.markdown("   - " + words("trace.reasons", reasons="; ".join(named)))
    if found.planned > 0.0:
        told = {"heads": words.number(found.heads, 2), "share": words.percent(found.planned)}
        st.markdown("   - " + words("trace.heads", **told))
    gap = found.assigned - found.agents_gross
    told = {"assigned": words.number(found.assigned, 2), "gap": words.signed(gap, 2)}
    st.markdown("5. " + words("trace.assigned", **told))


def remarks(words: Words, plan: Plan, queue: str, names: Mapping[str, str]) -> None:
    """What the step remarked on this queue, and on the requirement as a whole."""
    for note in plan.requirement.notes:
        if dict(note.params).get("queue", queue) == queue:
            st.caption(plain(words.note(note, names)))


def curve(words: Words, plan: Plan, found: Trace) -> None:
    """What each number of agents buys in the interval."""
    known = curve_for(plan, found.queue.id)
    target = found.queue.target
    if known is None or not isinstance(target, AnswerTarget):
        st.markdown(words("requirement.no_curve"))
        return
    frame = curve_frame(known, found.step)
    chart = charts.service_curve(frame, target.service_level, found.agents, words, state.look())
    drawn.chart(chart, alt=words("requirement.curve_alt"), key="requirement_curve")
    st.caption(words("requirement.curve_help"))
