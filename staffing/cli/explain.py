"""The command explain: why a plan is as it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from staffing.cli.common import Exit, Json, Lang, PlanFolder, Workers, check_lang, emit, guarded, leave, say
from staffing.cli.rostering import StopOnSignal
from staffing.errors import SettingsError
from staffing.i18n import text

SHOWN = 12
"""Rows of a list that are printed; --json holds all of them."""


@guarded
def explain(
    plan_dir: PlanFolder,
    at: Annotated[
        str | None, typer.Option("--at", metavar="TIME", help="Start of a gap, 2026-02-02T10:00, with --queue.")
    ] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="TIME", help="Its end. Default: while short.")] = None,
    queue: Annotated[
        str | None, typer.Option("--queue", help="Queue of the gap, or a pool such as phone+chat.")
    ] = None,
    agent: Annotated[
        str | None, typer.Option("--agent", help="Why not this person (with --at), or why their shift (with --day).")
    ] = None,
    day: Annotated[str | None, typer.Option("--day", metavar="DATE", help="Day to ask about, with --agent.")] = None,
    on_call: Annotated[
        str | None,
        typer.Option("--on-call", metavar="DUTY", help="Who could have this on-call duty, with --day; [--agent]."),
    ] = None,
    conflicts: Annotated[
        bool, typer.Option("--conflicts", help="What contradicts what, and the cheapest ways out.")
    ] = False,
    share: Annotated[
        float | None,
        typer.Option("--staffing", min=0.0, max=1.0, help="--conflicts: this share of the need, not min_agents."),
    ] = None,
    rules: Annotated[bool, typer.Option("--rules", help="The price of every rule, by searching without it.")] = False,
    gaps: Annotated[bool, typer.Option("--gaps", help="Gaps that no legal roster can close, and why.")] = False,
    fairness: Annotated[bool, typer.Option("--fairness", help="Burdens, wishes and hours of every person.")] = False,
    before: Annotated[
        list[Path] | None, typer.Option("--before", help="--fairness: earlier plan folder to carry over; repeatable.")
    ] = None,
    most: Annotated[int, typer.Option("--most", min=1, help="People listed for a gap.")] = 10,
    time_limit: Annotated[
        float, typer.Option("--time-limit", min=1.0, help="Seconds for --conflicts or --rules.")
    ] = 60.0,
    workers: Workers = 2,
    as_json: Json = False,
    lang: Lang = "en",
) -> None:
    """Say why a roster is as it is: gaps and who could fill them, shifts, conflicts, prices of rules, fairness."""
    from staffing.files import read_plan

    check_lang(lang)
    if (at is None) != (queue is None):
        raise SettingsError("--at and --queue belong together")
    if on_call is not None and day is None:
        raise SettingsError("--on-call needs --day")
    if day is not None and agent is None and on_call is None:
        raise SettingsError("--day needs --agent, or --on-call")
    if agent is not None and day is None and at is None:
        raise SettingsError("--agent needs --day, or --at with --queue")
    plan = read_plan(plan_dir)
    found: dict[str, Any] = {}
    with StopOnSignal() as stop:
        if at is not None and queue is not None:
            found["gap"] = _gap(plan, queue, at, until, most, agent)
        if on_call is not None and day is not None:
            found["on_call"] = _on_call(plan, on_call, day, agent)
        elif agent is not None and day is not None:
            found["shift"] = _shift(plan, agent, day)
        if gaps:
            found["gaps"] = _ceilings(plan)
        if conflicts:
            found["conflicts"] = _conflicts(plan, share, time_limit, workers, stop.asked, lang)
        if rules:
            found["rules"] = _rules(plan, time_limit, workers, stop.asked, lang)
        if fairness:
            earlier = [read_plan(folder) for folder in before or ()]
            found["fairness"] = _fairness(plan, earlier)
            if earlier:
                found["fairness_periods"] = _fairness_periods(plan, earlier)
        if not found:
            found["worst"] = _worst(plan, min(most, 5))
    if as_json:
        emit(found)
    else:
        for name, data in found.items():
            PRINTERS[name](data, lang)
    if found.get("conflicts", {}).get("kept") is False:
        leave(Exit.NO_PLAN)


def _moment(value: str, name: str) -> datetime:
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        raise SettingsError(f"{name} is {value!r}, expected a time such as 2026-02-02T10:00") from None


def _gap(plan: Any, queue: str, at: str, until: str | None, most: int, agent: str | None) -> dict[str, Any]:
    from staffing.planning.explain import agent_of, explain_gap, slot_at
    from staffing.report.explained import filling_data

    slot = slot_at(plan.problem, _moment(at, "--at"))
    last = None if until is None else plan.problem.grid.ceil(_moment(until, "--until"))
    if last is not None and not slot < last <= plan.problem.grid.n:
        raise SettingsError(f"--until is {until}, expected a time after --at within the plan")
    everybody = len(plan.problem.agents)
    if agent is not None:
        agent_of(plan.problem, agent)
    data = filling_data(
        plan.problem, explain_gap(plan, queue, slot, until=last, most=most if agent is None else everybody)
    )
    if agent is not None:
        for name in ("fillers", "refusals"):
            data[name] = [row for row in data[name] if row["agent"] == agent]
        data["asked"] = agent
    return data


def _worst(plan: Any, most: int) -> list[dict[str, Any]]:
    from staffing.planning import explain_worst
    from staffing.report.explained import filling_data

    return [filling_data(plan.problem, filling) for _, filling in explain_worst(plan, most=most)]


def _shift(plan: Any, agent: str, day: str) -> dict[str, Any]:
    from staffing.planning import explain_shift
    from staffing.report.explained import reasons_data

    return reasons_data(plan.problem, explain_shift(plan, agent, _day(day)))


def _day(day: str) -> date:
    try:
        return date.fromisoformat(day)
    except ValueError:
        raise SettingsError(f"--day is {day!r}, expected a date such as 2026-02-02") from None


def _on_call(plan: Any, duty: str, day: str, agent: str | None) -> dict[str, Any]:
    from staffing.planning.explain import agent_of
    from staffing.planning.on_call import explain_turn, turn_of
    from staffing.report.on_call import turn_data

    asked = None if agent is None else agent_of(plan.problem, agent)
    return turn_data(plan, explain_turn(plan, turn_of(plan, duty, _day(day))), asked)


def _print_on_call(data: Mapping[str, Any], lang: str) -> None:
    from staffing.report.on_call import turn_lines

    for line in turn_lines(data, lang):
        typer.echo(line)


def _ceilings(plan: Any) -> list[dict[str, Any]]:
    from staffing.planning import explain_ceilings
    from staffing.report.explained import ceiling_data

    return ceiling_data(plan.problem, explain_ceilings(plan))


def _conflicts(plan: Any, share: float | None, seconds: float, workers: int, asked: Any, lang: str) -> dict[str, Any]:
    from staffing.planning import explain_conflicts
    from staffing.report.explained import findings_data

    def tell(step: str, done: int, total: int) -> None:
        say(text(f"explain.step_{step}", lang, done=done + 1, total=total))

    found = explain_conflicts(plan, share=share, seconds=seconds, workers=workers, should_stop=asked, on_progress=tell)
    return findings_data(plan.problem, found)


def _rules(plan: Any, seconds: float, workers: int, asked: Any, lang: str) -> list[dict[str, Any]]:
    from staffing.planning import explain_rules
    from staffing.report.explained import rule_name

    def tell(rule: str, done: int, total: int) -> None:
        say(text("explain.step_rule", lang, rule=rule_name(rule, lang), done=done + 1, total=total))

    rows = explain_rules(plan, seconds=seconds, workers=workers, on_rule=tell, should_stop=asked)
    return [asdict(row) for row in rows]


def _fairness(plan: Any, before: list[Any]) -> list[dict[str, Any]]:
    from staffing.measures import person_fairness
    from staffing.report.explained import fairness_data

    return fairness_data(person_fairness(plan, before), plan.problem.queues)


def _fairness_periods(plan: Any, before: list[Any]) -> list[dict[str, Any]]:
    from staffing.measures import period_fairness
    from staffing.report.explained import fairness_data

    queues = tuple(dict.fromkeys(queue for one in (*before, plan) for queue in one.problem.queues))
    return [
        {"from": str(period.first), "to": str(period.last), "people": fairness_data(period.people, queues)}
        for period in period_fairness(plan, before)
    ]


def _print_periods(periods: list[dict[str, Any]], lang: str) -> None:
    for period in periods:
        typer.echo(text("fairness.period", lang, first=period["from"], last=period["to"]))
        _print_fairness(period["people"], lang)


def _print_gap(data: Mapping[str, Any], lang: str) -> None:
    from staffing.report.explained import cost_words, rule_words

    start, end = (datetime.fromisoformat(data[name]) for name in ("start", "end"))
    typer.echo(
        text(
            "explain.gap",
            lang,
            queue="+".join(data["queues"]),
            when=f"{start:%Y-%m-%d %H:%M}-{end:%H:%M}",
            hours=f"{data['short_h']:,.1f}",
            legal=data["legal"],
        )
    )
    for row in data["fillers"]:
        typer.echo(
            "  "
            + text(
                "explain.filler",
                lang,
                agent=row["agent"],
                what=text(f"explain.kind_{row['kind']}", lang, date=row["date"], given_up=row["given_up"]),
                shift=_span(row),
                hours=f"{row['filled_h']:,.2f}",
                left=f"{row['short_h']:,.2f}",
                total=f"{row['total']:+,.0f}",
                cost=cost_words(row["cost"], lang) or "-",
            )
        )
    if data.get("asked"):
        for row in data["refusals"]:
            what = text(f"explain.kind_{row['kind']}", lang, date=row["date"], given_up=row["given_up"])
            rules = rule_words(row["rules"], lang)
            typer.echo(
                "  " + text("explain.refusal", lang, agent=row["agent"], what=what, shift=_span(row), rules=rules)
            )
        if not data["fillers"] and not data["refusals"]:
            typer.echo("  " + text("explain.already", lang, agent=data["asked"]))
        return
    counts = Counter(row["rule"] for row in data["refusals"])
    if counts:
        told = ", ".join(f"{rule_words((rule,), lang)} {count}" for rule, count in counts.most_common())
        typer.echo("  " + text("explain.refused", lang, count=len(data["refusals"]), rules=told))


def _span(row: Mapping[str, Any]) -> str:
    if row["start"] is None:
        return "-"
    start, end = (datetime.fromisoformat(row[name]) for name in ("start", "end"))
    return f"{start:%m-%d %H:%M}-{end:%H:%M}"


def _print_worst(rows: list[dict[str, Any]], lang: str) -> None:
    if not rows:
        typer.echo(text("explain.no_gaps", lang))
    for row in rows:
        _print_gap(row, lang)


def _print_shift(data: Mapping[str, Any], lang: str) -> None:
    from staffing.report.explained import cost_words, rule_words

    now = text("explain.off", lang) if data["start"] is None else _span(data)
    cost = cost_words(data["cost"], lang) or "-"
    typer.echo(text("explain.shift", lang, agent=data["agent"], date=data["date"], shift=now, cost=cost))
    for row in data["alternatives"][:SHOWN]:
        other = text("explain.off", lang) if row["start"] is None else _span(row)
        cost = cost_words(row["cost"], lang) or "-"
        line = text("explain.alternative", lang, shift=other, total=f"{row['total']:+,.0f}", cost=cost)
        if row["rules"]:
            line += "  " + text("explain.breaks", lang, rules=rule_words(row["rules"], lang))
        typer.echo("  " + line)
    if len(data["alternatives"]) > SHOWN:
        typer.echo("  " + text("explain.more", lang, count=len(data["alternatives"]) - SHOWN))


def _print_ceilings(rows: list[dict[str, Any]], lang: str) -> None:
    short = [row for row in rows if row["is_short"]]
    typer.echo(text("explain.ceilings", lang, short=len(rows), hopeless=len(short)))
    for row in short[:SHOWN]:
        when = f"{datetime.fromisoformat(row['start']):%Y-%m-%d %H:%M}"
        told = {name: row[name] for name in ("skilled", "away", "no_shift", "occupied", "ruled_out")}
        told |= {name: f"{row[name]:,.1f}" for name in ("required", "most")}
        typer.echo("  " + text("explain.ceiling", lang, when=when, queue="+".join(row["queues"]), **told))
    if len(short) > SHOWN:
        typer.echo("  " + text("explain.more", lang, count=len(short) - SHOWN))


def _print_conflicts(data: Mapping[str, Any], lang: str) -> None:
    from staffing.report.explained import rule_words

    key = {True: "explain.no_conflict", False: "explain.conflicts", None: "explain.conflict_unknown"}[data["kept"]]
    typer.echo(text(key, lang, count=len(data["conflicts"])))
    for number, row in enumerate(data["conflicts"], 1):
        minimal = text("explain.minimal" if row["minimal"] else "explain.not_minimal", lang)
        typer.echo(text("explain.conflict", lang, number=number, count=len(row["groups"]), minimal=minimal))
        _print_groups(row["groups"], lang)
    for row in data["ways_out"]:
        rules = rule_words(row["rules"], lang)
        fewest = text("explain.fewest" if row["fewest"] else "explain.not_fewest", lang)
        typer.echo(text("explain.way_out", lang, rules=rules, count=len(row["groups"]), fewest=fewest))
        _print_groups(row["groups"], lang)
    if data["kept"] is not None:
        typer.echo(text("explain.breaks_left_out", lang))


def _print_groups(groups: list[dict[str, Any]], lang: str) -> None:
    from staffing.report.explained import group_words

    for group in groups[:SHOWN]:
        typer.echo("  " + group_words(group, lang))
    if len(groups) > SHOWN:
        typer.echo("  " + text("explain.more", lang, count=len(groups) - SHOWN))


def _print_rules(rows: list[dict[str, Any]], lang: str) -> None:
    from staffing.report.explained import rule_name

    def shown(value: float | None, digits: int = 0) -> str:
        return "-" if value is None else f"{value:,.{digits}f}"

    names = [text(f"explain.column_{name}", lang) for name in ("cost", "change", "short_h", "bound", "rule")]
    typer.echo(f"{names[0]:>12} {names[1]:>10} {names[2]:>10} {names[3]:>12}  {names[4]}")
    base = rows[0]["cost"] if rows else None
    for row in rows:
        change = "" if not row["rule"] or None in (base, row["cost"]) else f"{row['cost'] - base:+,.0f}"
        name = rule_name(row["rule"], lang)
        name = text("explain.without", lang, rule=name) if row["rule"] else name
        figures = f"{shown(row['cost']):>12} {change:>10} {shown(row['short_h'], 1):>10} {shown(row['bound']):>12}"
        typer.echo(f"{figures}  {name}")
    typer.echo(text("explain.rules_note", lang))


def _print_fairness(rows: list[dict[str, Any]], lang: str) -> None:
    from staffing.measures import BURDENS

    heads = [text(f"fairness.{name}", lang) for name in (*BURDENS, "wishes", "paid_h", "contract_h", "balance_h")]
    typer.echo(" ".join([f"{text('fairness.agent', lang):<12}", *(f"{head:>12}" for head in heads)]))
    for row in rows:
        cells = [
            f"{row[name]} (+{row[f'{name}_before']})" if row[f"{name}_before"] else str(row[name]) for name in BURDENS
        ]
        cells += [
            f"{row['wishes_granted']}/{row['wishes_asked']}"
            + (
                f" (+{row['wishes_granted_before']}/{row['wishes_asked_before']})" if row["wishes_asked_before"] else ""
            ),
            f"{row['paid_h']:,.1f}",
            f"{row['contract_min_h']:,.0f}-{row['contract_max_h']:,.0f}",
            f"{row['balance_h']:+,.1f}" + (f" ({row['balance_before_h']:+,.1f})" if row["paid_before_h"] else ""),
        ]
        typer.echo(" ".join([f"{row['agent']:<12}", *(f"{cell:>12}" for cell in cells)]))


PRINTERS: dict[str, Any] = {
    "gap": _print_gap,
    "worst": _print_worst,
    "shift": _print_shift,
    "on_call": _print_on_call,
    "gaps": _print_ceilings,
    "conflicts": _print_conflicts,
    "rules": _print_rules,
    "fairness": _print_fairness,
    "fairness_periods": _print_periods,
}
COMMANDS = {"explain": explain}
