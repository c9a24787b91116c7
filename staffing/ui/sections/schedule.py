"""Blocks of the Schedule page: filters, the table of the week, one agent's day."""

from collections.abc import Iterable, Sequence

import streamlit as st

from staffing.measures import Coverage
from staffing.plan import Plan
from staffing.ui.facts.people import shown_agents, teams
from staffing.ui.facts.tables import agent_day, week_table
from staffing.ui.sections import on_call
from staffing.ui.state import Shown
from staffing.ui.words import Words


def filters(words: Words, shown: Shown, plan: Plan, table: Coverage) -> tuple[list[int], str]:
    """Agents of the roster as it stands that pass the filters, in order, and the view: ``canvas`` or ``table``."""
    names = shown.queue_names
    with st.container(horizontal=True, vertical_alignment="bottom"):
        team = st.multiselect(
            words("pick.teams"), teams(shown.plan), key="schedule_teams", placeholder=words("pick.all"), width=160
        )
        skill = st.multiselect(
            words("pick.skills"),
            list(names),
            format_func=names.__getitem__,
            key="schedule_skills",
            placeholder=words("pick.all"),
            width=180,
        )
        contract = st.multiselect(
            words("pick.contracts"),
            [contract.id for contract in plan.problem.contracts],
            key="schedule_contracts",
            placeholder=words("pick.all"),
            width=140,
        )
        search = st.text_input(words("pick.search"), key="schedule_search", width=120)
        only_short = st.toggle(
            words("pick.only_short"), key="schedule_short", help=words("pick.only_short_help"), width="content"
        )
        view = view_choice(words)
    rows = shown_agents(
        plan, table, in_teams=team, serves=skill, contracts=contract, only_short=only_short, search=search or ""
    )
    return rows, view


def view_choice(words: Words) -> str:
    """``canvas`` or ``table``."""
    chosen = st.segmented_control(
        words("pick.view"),
        ["canvas", "table"],
        format_func=lambda name: words(f"schedule.{name}"),
        default="canvas",
        required=True,
        key="schedule_view",
        label_visibility="collapsed",
    )
    return str(chosen)


def week(words: Words, plan: Plan, rows: Sequence[int]) -> None:
    """Agent by day as text: sortable, searchable, and readable with a screen reader."""
    table = week_table(plan, rows, words)
    names = list(table.columns)
    st.dataframe(
        table,
        hide_index=True,
        height=640,
        key="schedule_week",
        column_config={
            names[0]: st.column_config.TextColumn(pinned=True),
            names[1]: st.column_config.TextColumn(pinned=True),
            # The grid measures the first rows only, and would cut a shift that comes further down.
            **{name: st.column_config.TextColumn(width=text_width(table[name])) for name in names[3:-1]},
        },
    )


def text_width(cells: Iterable[str]) -> int:
    """Pixels that the longest text of a column needs, at least those of a heading.

    >>> text_width(["", "09:00–18:00"]), text_width(["09:00–18:00 · 培训"])
    (106, 158)
    """
    return max(106, *(18 + sum(8 if ord(sign) < 0x2E80 else 14 for sign in cell) for cell in cells))


def details(words: Words, plan: Plan, chosen: tuple[str, int] | None) -> None:
    """Everything the chosen agent does on the chosen day."""
    if chosen is None or not 0 <= chosen[1] < plan.problem.grid.days:
        st.caption(words("schedule.choose"))
        return
    agent = next((person for person in plan.problem.agents if person.id == chosen[0]), None)
    if agent is None:
        return
    when = words.day(plan.problem.grid.dates[chosen[1]])
    skills = ", ".join(f"{skill.name} {skill.proficiency:g}" for skill in agent.skills)
    st.text(words("schedule.detail", name=agent.name or agent.id, id=agent.id, team=agent.team, day=when))
    st.text(words("schedule.skills", skills=skills, contract=agent.contract))
    on_call.of_person(words, plan, agent.id)
    st.dataframe(
        agent_day(plan, chosen[0], chosen[1], words),
        hide_index=True,
        width="content",
        key="schedule_detail",
        column_config={name: words(f"column.{name}") for name in ("time", "activity", "queue", "minutes")},
    )
