"""Blocks of the Overview: state, figures, next step, worst gaps, service, proof."""

import streamlit as st

from staffing.measures import Hours, worst_gaps
from staffing.ui.blocks import badge, plain
from staffing.ui.facts.tables import cost_table, gap_rows, service_table, violation_table
from staffing.ui.facts.verdict import Judgement
from staffing.ui.router import page
from staffing.ui.state import Shown
from staffing.ui.words import NOTHING, Words


def standing(words: Words, judged: Judgement) -> None:
    """The state as a badge, and each reason in a sentence."""
    badge(words, judged.state, words(f"judge.{judged.state.value}"))
    for _, code, params in judged.reasons:
        told = {name: _shown(words, name, value) for name, value in params}
        st.markdown(f"- {words(f'reason.{code}', **told)}")


def _shown(words: Words, name: str, value: str | float) -> str:
    if name == "share":
        return words.percent(float(value), 1)
    return words.number(float(value)) if isinstance(value, (int, float)) else plain(value)


def figures(words: Words, shown: Shown, hours: Hours) -> None:
    """The six figures a plan is judged by."""
    plan, result = shown.plan, shown.plan.result
    chances = [row.probability for row in (plan.verdict.week() if plan.verdict else ()) if row.probability is not None]
    ending = {"status": words.term(f"status.{result.status}"), "stop": words.term(f"stop.{result.stop_reason}")}
    cards = {
        "targets": (words.percent(min(chances, default=None), 0), {}),
        "short": (
            words("unit.hours", n=words.number(hours.short_h, 1)),
            {"share": words.percent(hours.short_share, 2)},
        ),
        "over": (words("unit.hours", n=words.number(hours.over_h)), {}),
        "violations": (words.number(len(plan.violations)), {}),
        "cost": (words.number(result.objective), {"currency": plain(plan.scenario.centre.currency)}),
        "gap": (words.percent(result.gap_total, 2), ending),
    }
    with st.container(horizontal=True):
        for name, (value, params) in cards.items():
            label, hint = words(f"metric.{name}", **params), words(f"metric.{name}_help", **params)
            st.metric(label, value, help=hint, border=True, width=160, height="stretch")


def next_step(words: Words, step: str) -> None:
    """What to do next, with the way there."""
    target = {"publish": "publish", "look": "schedule"}.get(step, "runs")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{words('overview.next')}** {words(f'next.{step}')}", width="content")
        st.page_link(
            page(target, words),
            label=words(f"{target}.title"),
            icon=":material/arrow_forward:",
            query_params={"lang": words.lang},
        )


def gaps(words: Words, shown: Shown) -> None:
    """The three worst gaps, each with a link to its place on the roster."""
    if shown.plan.roster is None:
        st.markdown(words("state.no_roster"))
        return
    found = gap_rows(worst_gaps(shown.plan, 3), shown.coverage.grid, shown.queue_names, words)
    if not found:
        st.markdown(words("overview.no_gaps"))
    for row in found:
        told = {name: plain(str(value)) for name, value in row.items()}
        with st.container(horizontal=True, vertical_alignment="center"):
            st.page_link(
                page("schedule", words),
                label=str(row["when"]),
                icon=":material/my_location:",
                query_params={"at": str(row["slot"]), "queue": str(row["queue"]), "lang": words.lang},
            )
            st.markdown(words("overview.gap_row", **told), width="content")


def service(words: Words, shown: Shown) -> None:
    """Promise and simulated service by queue."""
    if shown.plan.verdict is None:
        st.markdown(words("reason.not_judged"))
        return
    share = st.column_config.NumberColumn
    st.dataframe(
        service_table(shown.plan, shown.queue_names, words),
        hide_index=True,
        height="content",
        key="overview_service",
        placeholder=NOTHING,
        column_config={
            "state": st.column_config.TextColumn(words("column.state"), width=86),
            "queue": words("column.queue"),
            "target": st.column_config.TextColumn(words("column.target"), width=154),
            "service": share(words("column.service"), format="%.1f%%", help=words("column.service_help"), width=94),
            "band": st.column_config.TextColumn(words("column.band"), help=words("column.band_help"), width=88),
            "probability": st.column_config.ProgressColumn(
                words("column.probability"),
                format="%.0f%%",
                min_value=0,
                max_value=100,
                help=words("column.probability_help"),
                width=90,
            ),
            "occupancy": share(
                words("column.occupancy"), format="%.0f%%", help=words("column.occupancy_help"), width=78
            ),
            "abandonment": share(words("column.abandonment"), format="%.1f%%", width=84),
            "contacts": share(words("column.contacts"), format="localized", width=66),
        },
    )


def proof(words: Words, shown: Shown) -> None:
    """Cost by component, broken rules, and what the steps remarked."""
    plan = shown.plan
    with st.expander(words("overview.cost")):
        st.dataframe(
            cost_table(plan, words),
            hide_index=True,
            width="content",
            key="overview_cost",
            column_config={
                "component": words("column.component"),
                "cost": st.column_config.NumberColumn(words("column.cost"), format="localized"),
            },
        )
    with st.expander(words("overview.violations", count=len(plan.violations)), expanded=bool(plan.violations)):
        violations(words, shown, "overview_violations")
    with st.expander(words("overview.notes", count=len(plan.notes))):
        for note in plan.notes:
            st.markdown(f"- {plain(words.note(note, shown.queue_names))}")


def violations(words: Words, shown: Shown, key: str) -> None:
    """Broken rules as a table, or a sentence that there are none."""
    plan = shown.plan
    if not plan.violations:
        st.markdown(words("overview.no_violations"))
        return
    columns = {name: words(f"column.{name}") for name in ("rule", "severity", "agent", "day", "detail")}
    st.dataframe(violation_table(plan, plan.violations, words), hide_index=True, key=key, column_config=columns)
