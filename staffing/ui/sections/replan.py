"""Blocks of the Re-plan page: who is away and at which price, the curve of changes, every change with its reason."""

from collections.abc import Hashable, Mapping
from datetime import date, datetime, timedelta

import pandas as pd
import streamlit as st

from staffing.domain.roster import ABSENCE, ACTIVITIES
from staffing.measures.changes import change_rows
from staffing.measures.on_call import replanned_turns
from staffing.plan import Plan
from staffing.report.changed import reason_words
from staffing.store import Job
from staffing.store.access import Action, may
from staffing.ui import charts, drawn, jobs, state
from staffing.ui.actor import actor
from staffing.ui.sections.on_call import changes_table
from staffing.ui.sections.run_line import give
from staffing.ui.shown import PROOF, centre_of
from staffing.ui.state import Shown
from staffing.ui.words import Words

ROWS = ("agent", "start", "end", "kind")


def order_form(words: Words, shown: Shown) -> None:
    """Absences and the limits of the re-plan."""
    problem, scenario = shown.plan.problem, shown.plan.scenario
    people = [f"{agent.id} · {agent.name}" if agent.name else agent.id for agent in scenario.agents]
    first, last = problem.grid.dates[0], problem.grid.dates[-1]
    centre = centre_of(state.store(), shown.place)
    with st.form("replan_form"):
        st.markdown(words("replan.absent"))
        table = st.data_editor(
            pd.DataFrame({name: pd.Series(dtype="object") for name in ROWS}),
            num_rows="dynamic",
            hide_index=True,
            key="replan_absent",
            column_config={
                "agent": st.column_config.SelectboxColumn(words("replan.agent"), options=people, required=True),
                "start": st.column_config.DateColumn(
                    words("replan.from"), min_value=first, max_value=last, required=True, format="YYYY-MM-DD"
                ),
                "end": st.column_config.DateColumn(
                    words("replan.to"), min_value=first, max_value=last + timedelta(days=31), format="YYYY-MM-DD"
                ),
                "kind": st.column_config.SelectboxColumn(
                    words("replan.kind"),
                    options=[ACTIVITIES[code] for code in ABSENCE],
                    format_func=lambda kind: words.term(f"activity.{kind}"),
                    default="sick",
                    required=True,
                ),
            },
        )
        one, two = st.columns(2)
        factor = one.number_input(
            words("replan.price"), 0.0, 100.0, 1.0, step=0.5, key="replan_price", help=words("replan.price_help")
        )
        limited = two.number_input(
            words("replan.most"), 0, 1000, None, key="replan_most", help=words("replan.most_help"), placeholder="–"
        )
        frozen = one.date_input(
            words("replan.frozen"), value=None, min_value=first, max_value=last, key="replan_frozen",
            format="YYYY-MM-DD", help=words("replan.frozen_help"),
        )  # fmt: skip
        today = two.date_input(
            words("replan.today"), notice_from(shown.plan), key="replan_today", format="YYYY-MM-DD",
            help=words("replan.today_help", days=problem.rules.notice_days),
        )  # fmt: skip
        seconds = two.number_input(words("runs.limit"), 1, 7200, 5, key="replan_limit", help=words("runs.limit_help"))
        fresh = st.checkbox(
            words("replan.fresh"), key="replan_fresh", disabled=centre is None, help=words("replan.fresh_help")
        )
        pressed = st.form_submit_button(
            words("replan.button"), type="primary", icon=":material/edit_calendar:",
            disabled=not may(actor(), Action.EDIT), key="replan_button",
        )  # fmt: skip
    if not pressed:
        return
    absent = tuple(absence_line(row) for row in table.to_dict("records") if row["agent"] and row["start"])
    asked = jobs.Again(
        shown.place.folder,
        absent,
        float(factor),
        None if limited is None else int(limited),
        None if frozen is None else frozen.isoformat(),
        bool(fresh),
        today.isoformat(),
    )
    give(words, jobs.Order(centre, time_limit_s=float(seconds), workers=state.settings().workers, replan=asked))
    st.rerun()


def notice_from(plan: Plan) -> date:
    """The day on which the notice window begins: the present one, or the first of a plan whose days are over."""
    grid = plan.problem.grid
    now = datetime.now(grid.zone).date()
    return now if now <= grid.dates[-1] else grid.first_day


def absence_line(row: Mapping[Hashable, object]) -> str:
    """A row of the table as `planning.absences` reads it; without an end it is one day."""
    start, end = str(row["start"])[:10], str(row["end"])[:10]
    end = end if end[:1].isdigit() else start
    return f"{str(row['agent']).partition(' · ')[0]},{start}/{end},{row['kind']}"


def found(words: Words, job: Job) -> None:
    """What an ended re-plan has found, before it is applied."""
    folder = jobs.out_folder(job)
    if (folder / PROOF).is_file():
        changes(words, state.plan_at(folder))


def changes(words: Words, plan: Plan) -> None:
    """The curve of what changes buy, and the changes of the roster."""
    made = plan.replanned
    if made is None:
        return
    st.subheader(words("replan.curve"), anchor=False)
    st.caption(words("replan.curve_lead"))
    frame = pd.DataFrame(
        [{"changes": p.changes, "people": p.people, "short_h": p.short_h, "cost": p.cost} for p in made.curve]
    )
    if len(frame) > 1:
        drawn.chart(charts.change_curve(frame, words, state.look()), alt=words("replan.curve_alt"), key="replan_curve")
    st.dataframe(
        frame,
        hide_index=True,
        key="replan_points",
        column_config={
            "changes": st.column_config.NumberColumn(words("replan.changes")),
            "people": st.column_config.NumberColumn(words("replan.people")),
            "short_h": st.column_config.NumberColumn(words("replan.short"), format="%.1f"),
            "cost": st.column_config.NumberColumn(words("column.cost"), format="localized"),
        },
    )
    rows = change_rows(plan)
    people = len({row["agent"] for row in rows})
    st.subheader(words("replan.list", changes=len(rows), people=people), anchor=False)
    turns = replanned_turns(plan)
    changes_table(words, turns, (plan,), "replan_turns")
    if not rows:
        if not turns:
            st.success(words("replan.nothing"), icon=":material/check_circle:")
        return
    names = {agent.id: agent.name or agent.id for agent in plan.scenario.agents}
    st.dataframe(
        [
            {
                words("replan.agent"): names.get(row["agent"], row["agent"]),
                words("chart.day"): words.day(datetime.fromisoformat(row["date"]).date()),
                words("replan.kind_of"): words.term(f"change.{row['kind']}"),
                words("replan.before"): _clock(words, row, "before"),
                words("replan.after"): _clock(words, row, "after"),
                words("replan.reason"): reason_words(row["reason"], row["saves"], row["detail"], words.lang),
            }
            for row in rows
        ],
        hide_index=True,
        key="replan_changes",
    )


def _clock(words: Words, row: dict[str, str], name: str) -> str:
    start, end = row[f"{name}_start"], row[f"{name}_end"]
    return f"{start[11:16]}–{end[11:16]}" if start else words.term("change.day_off")
