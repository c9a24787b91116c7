"""Blocks of the What-if page about surges: ready-made scenarios, and one roster for several of them."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from staffing.domain.scenario import WhatIf
from staffing.store import Job
from staffing.store.access import Action, ask, may
from staffing.ui import drawn, jobs, state, surge_tasks, tasks
from staffing.ui.actor import actor
from staffing.ui.facts.surge import (
    KINDS,
    Asked,
    bars,
    default_days,
    plannable,
    ready_made,
    rows_of,
    table,
    weighted,
    weights,
)
from staffing.ui.sections import replan, runs
from staffing.ui.shown import centre_of
from staffing.ui.state import Shown
from staffing.ui.surge_chart import short_bars
from staffing.ui.words import Words

ASKED = "surge_asked"
"""Key of the surge's scenarios that stand beside the plan in this tab."""


def asked() -> tuple[WhatIf, ...]:
    """The surge's scenarios of this tab."""
    found: tuple[WhatIf, ...] = st.session_state.get(ASKED, ())
    return found


def form(words: Words, shown: Shown) -> None:
    """Days and strength of a holiday or a campaign; its three scenarios join the comparison."""
    st.caption(words("surge.lead"))
    kind = st.segmented_control(
        words("surge.kind"),
        KINDS,
        default=KINDS[0],
        required=True,
        format_func=lambda name: words(f"surge.{name}"),
        key="surge_kind",
        label_visibility="collapsed",
    )
    filled = _fields(words, shown, str(kind or KINDS[0]))
    if filled is not None:
        try:
            st.session_state[ASKED] = ready_made(filled, words)
        except ValueError as error:
            st.error(words("whatif.refused"), icon=":material/error:")
            st.text(str(error))
            return
        st.rerun()
    if asked() and st.button(words("surge.remove"), icon=":material/close:", key="surge_remove"):
        del st.session_state[ASKED]
        st.rerun()


def _fields(words: Words, shown: Shown, kind: str) -> Asked | None:
    """The fields of one kind; what is in them once the button is pressed."""
    dates = shown.plan.problem.grid.dates
    with st.form(f"surge_form_{kind}", border=True):
        left, right = st.columns(2)
        days = left.date_input(
            words(f"surge.{kind}_days"), default_days(shown.plan), min_value=dates[0], max_value=dates[-1],
            key=f"surge_{kind}_days", format="YYYY-MM-DD",
        )  # fmt: skip
        more = right.number_input(
            words(f"surge.{kind}_more"), 0.0, 900.0, 100.0 if kind == "holiday" else 40.0, step=10.0, format="%g",
            key=f"surge_{kind}_more",
        )  # fmt: skip
        rest: dict[str, Any] = {}
        if kind == "holiday":
            before = left.number_input(words("surge.days_before"), 0, 28, 3, key="surge_days_before")
            fewer = right.number_input(
                words("surge.fewer"), 0.0, 100.0, 70.0, step=10.0, format="%g", key="surge_fewer"
            )
            away = left.number_input(
                words("surge.away"), 0.0, 75.0, 10.0, step=5.0, format="%g", key="surge_away",
                help=words("surge.away_help"),
            )  # fmt: skip
            rest = {"days_before": int(before), "fewer": float(fewer), "away": float(away)}
        else:
            rest["aht"] = float(
                left.number_input(words("whatif.aht"), -90.0, 900.0, 0.0, step=5.0, format="%g", key="surge_aht")
            )
        pressed = st.form_submit_button(
            words("surge.compare"), type="primary", icon=":material/compare_arrows:", key=f"surge_{kind}_compare"
        )
    # While somebody is choosing there may be no day yet, or the first one only.
    return Asked(kind, days[0], days[-1], float(more), **rest) if pressed and days else None


def robust(words: Words, shown: Shown, baseline: WhatIf, compared: Mapping[str, WhatIf]) -> None:
    """Which scenarios one roster is to be enough for, and how the newest search stands."""
    st.caption(words("surge.robust_lead"))
    job = tasks.latest(state.store(), surge_tasks.KIND)
    if shown.plan.roster is None:
        st.info(words("surge.no_roster"), icon=":material/event_busy:")
    elif not compared:
        st.info(words("surge.choose_first"), icon=":material/compare_arrows:")
    else:
        _order(words, shown, plannable([*compared.values(), baseline]), is_busy=job is not None and job.is_open)
    if job is None:
        return
    if job.is_open:
        runs.live(words, job.id, "surge")
    else:
        _ended(words, shown, job)


def _order(words: Words, shown: Shown, offered: Mapping[str, WhatIf], *, is_busy: bool) -> None:
    begun = weights(offered, asked())
    begun[list(begun)[-1]] = 0.0  # the plan as it is takes part only when somebody says so
    key = "surge_weights_" + "|".join(begun)
    with st.form("surge_robust_form", border=True):
        st.markdown(words("surge.weights"), help=words("surge.weights_help"))
        given = st.data_editor(
            pd.DataFrame({"name": list(begun), "weight": list(begun.values())}),
            hide_index=True,
            key=key,
            column_config={
                "name": st.column_config.TextColumn(words.term("whatif.head.name"), disabled=True, width="large"),
                "weight": st.column_config.NumberColumn(words("surge.weight"), min_value=0.0, format="%g"),
            },
        )
        left, right = st.columns(2)
        share = left.number_input(
            words("surge.share"), 1.0, 100.0, 90.0, step=5.0, format="%g", key="surge_share",
            help=words("surge.share_help"),
        )  # fmt: skip
        seconds = right.number_input(
            words("runs.limit"), 1, 7200, 30, step=10, key="surge_limit", help=words("runs.limit_help")
        )
        pressed = st.form_submit_button(
            words("surge.search"), type="primary", icon=":material/play_arrow:", key="surge_start",
            disabled=is_busy or not may(actor(), Action.EDIT),
        )  # fmt: skip
    if not pressed:
        return
    ask(actor(), Action.EDIT)
    chosen = weighted(offered, given.to_dict("records"))
    if not chosen:
        st.error(words("surge.no_weight"), icon=":material/balance:")
        return
    settings, store = state.settings(), state.store()
    surge_tasks.start(
        store,
        chosen,
        shown.place.folder,
        shown.digest,
        centre_of(store, shown.place),
        settings.home,
        settings.db_url,
        share=float(share) / 100,
        seconds=float(seconds),
        workers=settings.workers,
        today=replan.notice_from(shown.plan),
    )
    st.rerun()


def _ended(words: Words, shown: Shown, job: Job) -> None:
    """How the newest search ended: both rosters in each scenario, the plan to apply, and whose shifts it changes."""
    is_shown = jobs.offer(state.store(), job) == jobs.Offer.APPLIED
    if job.payload["digest"] != shown.digest and not is_shown:
        st.warning(words("surge.out_of_date"), icon=":material/update:")
    runs.ended(words, job, "surge")
    rows = rows_of(job.summary or {})
    if not rows:
        return
    st.markdown(f"**{words('surge.both', share=words.percent((job.summary or {}).get('share'), 0))}**")
    drawn.chart(short_bars(bars(rows, words), words, state.look()), alt=words("surge.chart_alt"), key="surge_chart")
    st.dataframe(table(rows, words), hide_index=True, height="content", key="surge_table")
    st.caption(words("surge.both_help"))
    with st.expander(words("surge.changes"), icon=":material/edit_calendar:", key="surge_changes"):
        replan.found(words, job)
