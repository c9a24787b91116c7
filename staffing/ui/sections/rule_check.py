"""Blocks of the Rules page: whether all rules can be kept together, and what each of them costs."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import streamlit as st

from staffing.domain.people import Agent
from staffing.report.explained import rule_words
from staffing.report.rule_checked import own_ways_words
from staffing.report.rule_lines import RuleLine
from staffing.store import Job
from staffing.store.access import Action, may
from staffing.ui import jobs, state, tasks
from staffing.ui.actor import actor
from staffing.ui.blocks import plain
from staffing.ui.centre import CentreShown
from staffing.ui.facts.rule_findings import Told, price_frame, told_groups
from staffing.ui.rules_draft import RulesDraft, tried
from staffing.ui.sections import asking
from staffing.ui.shown import CannotShowError
from staffing.ui.words import Words

CHECK, PRICES = "check", "prices"
SHARES = (None, 0.5, 0.8, 1.0)


def check(words: Words, shown: CentreShown, draft: RulesDraft) -> None:
    """Start the check of the rules as they are on this page, watch it, and read what it found."""
    job = tasks.latest(state.store(), CHECK)
    is_busy = job is not None and job.is_open
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{words('rules.check')}**", help=words("rules.check_lead"), width="stretch")
            with st.popover(words("rules.options"), icon=":material/tune:"):
                asked = _options(words, shown)
            blocked = bool(draft.now().faults) or not may(actor(), Action.CENTRE)
            pressed = st.button(
                words("rules.check_button"),
                key="rules_check",
                icon=":material/rule:",
                type="secondary" if draft.values or job is not None else "primary",
                disabled=is_busy or blocked,
            )
        if pressed:
            values = [[list(path), _plain(value)] for path, value in draft.values.items()]
            _start(CHECK, {"centre": str(shown.folder), "values": values, "rules": _digest(draft, shown), **asked})
        if job is None:
            st.caption(words("rules.check_lead"))
        elif job.is_open:
            asking.live(words, job.id, "rules_check_stop")
        elif asking.ending(words, job):
            _answer(words, shown, draft, job)


def _answer(words: Words, shown: CentreShown, draft: RulesDraft, job: Job) -> None:
    answer = tasks.answer_of(job)
    if answer is None:
        return
    if job.payload["centre"] != str(shown.folder):
        st.caption(words("rules.check_lead"))
        return
    if job.payload.get("rules") != _digest(draft, shown):
        st.warning(words("rules.stale"), icon=":material/update:")
    # The sentences tell the values that were checked, whatever is tried by now.
    values = {tuple(path): value for path, value in job.payload["values"]}
    lines = tried(draft.source, values).lines or draft.saved.lines
    findings(words, answer, {agent.id: agent for agent in shown.scenario.agents}, lines)


def _options(words: Words, shown: CentreShown) -> dict[str, Any]:
    """Which weeks are looked at, what staffing is asked for, and for how long."""
    one, two = st.columns(2)
    first = shown.scenario.next_week_start
    start = one.date_input(words("runs.first_day"), value=first, key="rules_first", format="YYYY-MM-DD")
    weeks = two.number_input(words("runs.weeks"), 1, 4, 1, key="rules_weeks")
    share = one.selectbox(
        words("rules.share"),
        SHARES,
        format_func=lambda value: words("rules.share_least") if value is None else words.percent(value, 0),
        key="rules_share",
        help=words("rules.share_help"),
    )
    seconds = two.number_input(words("runs.limit"), 10, 3600, 60, step=10, key="rules_seconds")
    return {
        "first_day": start.isoformat(),
        "weeks": int(weeks),
        "share": share,
        "seconds": float(seconds),
    }


def _start(kind: str, payload: Mapping[str, Any]) -> None:
    settings = state.settings()
    job, is_new = tasks.ask(state.store(), kind, {**payload, "workers": settings.workers}, settings.home)
    if is_new:
        jobs.launch(state.store(), job, settings.home, settings.db_url)
    st.rerun()


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _digest(draft: RulesDraft, shown: CentreShown) -> str:
    """What an answer belongs to: the files of the centre, and the values tried on top."""
    return f"{shown.digest} {sorted(map(str, draft.values.items()))}"


def findings(words: Words, data: Mapping[str, Any], agents: Mapping[str, Agent], lines: Sequence[RuleLine]) -> None:
    """The verdict, the conflicts, and the ways out, the lightest first."""
    span = {name: words.day(date.fromisoformat(str(data[name]))) for name in ("first_day", "last_day")}
    if data["kept"]:
        st.success(words("rules.kept", **span), icon=":material/check_circle:")
    elif data["kept"] is None:
        st.warning(words("rules.unknown", **span), icon=":material/help:")
    else:
        st.error(words("rules.conflicts", count=len(data["conflicts"]), **span), icon=":material/error:")
    for number, row in enumerate(data["conflicts"], 1):
        told = told_groups(row["groups"], agents, lines, words)
        with st.expander(words("rules.conflict", number=number, who=plain(told.title)), expanded=number == 1):
            _bullets(told)
            ways = own_ways_words(row, words.lang)
            if ways:
                st.markdown(words("rules.own_ways", ways=" · ".join(f"**{plain(way)}**" for way in ways)))
            if not row["minimal"]:
                st.caption(words("rules.not_minimal"))
    if data["ways_out"]:
        st.markdown(words("rules.ways_out"))
    for row in data["ways_out"]:
        rules = plain(rule_words(row["rules"], words.lang))
        fewest = words("rules.fewest" if row["fewest"] else "rules.not_fewest")
        with st.expander(words("rules.way_out", rules=rules, count=len(row["groups"]), fewest=fewest)):
            for rule in dict.fromkeys(group["rule"] for group in row["groups"]):
                _bullets(told_groups([group for group in row["groups"] if group["rule"] == rule], agents, lines, words))
    if any(not row.get("ways_out") for row in data["conflicts"]) and not data["ways_out"]:
        st.caption(words("rules.no_way_out"))
    if data["kept"] is not None:
        st.caption(words("rules.breaks_left_out"))


def _bullets(told: Told) -> None:
    st.markdown("\n".join(f"- {plain(line)}" for line in told.lines))


def prices(words: Words) -> None:
    """What the roster on show could be without each rule."""
    st.caption(words("rules.prices_lead"))
    found = state.shown_or_trouble()
    if isinstance(found, CannotShowError) or found.plan.roster is None:
        st.info(words("rules.prices_none"), icon=":material/inbox:")
        return
    job = tasks.latest(state.store(), PRICES)
    is_busy = job is not None and job.is_open
    with st.container(horizontal=True, vertical_alignment="bottom"):
        seconds = st.number_input(words("runs.limit"), 20, 7200, 120, step=20, key="rules_prices_seconds", width=160)
        if st.button(
            words("rules.prices_button"),
            key="rules_prices",
            icon=":material/payments:",
            disabled=is_busy or not may(actor(), Action.CENTRE),
        ):
            _start(PRICES, {"plan": str(found.place.folder), "digest": found.digest, "seconds": float(seconds)})
    if job is None:
        return
    if job.is_open:
        asking.live(words, job.id, "rules_prices_stop")
        return
    if not asking.ending(words, job):
        return
    answer = tasks.answer_of(job)
    if answer is None:
        return
    if job.payload.get("digest") != found.digest:
        st.warning(words("rules.prices_stale"), icon=":material/update:")
    number = st.column_config.NumberColumn
    st.dataframe(
        price_frame(answer["rows"], words),
        hide_index=True,
        height="content",
        key="rules_price_table",
        column_config={
            "rule": st.column_config.TextColumn(words("rules.without")),
            "saves": number(words("rules.saves"), format="%.0f", help=words("rules.saves_help")),
            "cost": number(words("column.cost"), format="localized"),
            "short_h": number(words("replan.short"), format="%.1f"),
            "note": st.column_config.TextColumn(""),
        },
    )
    st.caption(words("rules.prices_note"))
