"""The plan in a few lines: cost, proof and promise."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import typer

from staffing.domain.verdict import Verdict
from staffing.i18n import text
from staffing.measures import service_floor, short_hours
from staffing.plan import Plan


def verdict_summary(plan: Plan, verdict: Verdict) -> dict[str, Any]:
    """The verdict on the plan's roster as data: by queue, by day, worst intervals, fixes, joint chances."""
    from staffing.files.plan_verdict import service_data

    found = service_data(replace(plan, verdict=verdict))
    assert found is not None
    kept = ("days", "worst", "fixes", "probability_all", "probability_week")
    return {"queues": found["week"], **{name: found[name] for name in kept}}


def plan_summary(plan: Plan) -> dict[str, Any]:
    """Figures of the plan for people and machines."""
    from staffing.files.plan_verdict import rounds_data
    from staffing.report.on_call import on_call_summary

    result, hours = plan.result, short_hours(plan)
    reached = service_floor(plan.verdict) if plan.verdict else None
    floor = plan.settings.floor
    return {
        "status": str(result.status),
        "stop_reason": str(result.stop_reason),
        "objective": result.objective,
        "bound": result.bound,
        "gap_total": result.gap_total,
        "gap_flexible": result.gap_flexible,
        "parts": len(result.parts),
        "joined_cost": result.joined_cost,
        "violations": len(plan.violations),
        "cost": dict(plan.cost.components) if plan.cost else {},
        "required_h": hours.required_h,
        "short_h": hours.short_h,
        "over_h": hours.over_h,
        "service_floor": reached,
        "below_floor": floor is not None and (reached is None or reached < floor),
        "queues": [],
        **(verdict_summary(plan, plan.verdict) if plan.verdict else {}),
        "rounds": rounds_data(plan),
        "on_call": on_call_summary(plan),
    }


def print_summary(summary: Mapping[str, Any], lang: str) -> None:
    """The summary as lines on standard output."""
    print_verdict(summary, lang)
    for item in summary["rounds"]:
        dropped = "" if item["kept"] else text("cli.round_dropped", lang)
        typer.echo(
            text(
                "cli.round",
                lang,
                number=item["number"],
                count=len(item["raised"]),
                before=f"{item['missing_before']:,.0f}",
                after=f"{item['missing_after']:,.0f}",
                kept=dropped,
            )
        )
    status, stop = (
        text(f"{kind}.{summary[name]}", lang) for kind, name in (("status", "status"), ("stop", "stop_reason"))
    )
    typer.echo(f"{status} ({stop})")
    if summary["objective"] is not None:
        typer.echo(text("cli.objective", lang, cost=f"{summary['objective']:,.0f}"))
        if summary["bound"] is None:
            typer.echo(text("cli.no_bound", lang))
        else:
            typer.echo(
                text(
                    "cli.bound",
                    lang,
                    bound=f"{summary['bound']:,.0f}",
                    total=f"{summary['gap_total']:.2%}",
                    flexible=f"{summary['gap_flexible']:.2%}",
                )
            )
        share = summary["short_h"] / summary["required_h"] if summary["required_h"] else 0.0
        typer.echo(
            text(
                "cli.hours",
                lang,
                required=f"{summary['required_h']:,.0f}",
                short=f"{summary['short_h']:,.1f}",
                share=f"{share:.2%}",
            )
        )
    if summary["on_call"] is not None:
        from staffing.report.on_call import summary_lines

        for line in summary_lines(summary["on_call"], lang):
            typer.echo(line)
    typer.echo(text("cli.violations", lang, count=summary["violations"]))


def print_verdict(summary: Mapping[str, Any], lang: str) -> None:
    """Simulated service by queue and day, the worst interval, the cheapest fixes."""
    typer.echo(text("cli.verdict_header", lang))
    for row in summary["queues"]:
        if row["service_level"] is None:
            typer.echo(f"{row['queue']:<14} {row['target']:>7.0%} {text('cli.no_contacts', lang)}")
            continue
        busy = "-" if row["occupancy"] is None else f"{row['occupancy']:.0%}"
        asked = "" if row["asked"] is None else "  " + text("cli.asked", lang, share=f"{row['asked']:.0%}")
        typer.echo(
            f"{row['queue']:<14} {row['target']:>7.0%} {row['service_level']:>8.1%} "
            f"[{row['low95']:.1%}, {row['high95']:.1%}] {row['probability']:>8.0%} {busy:>6}{asked}"
        )
    if summary.get("days"):
        _print_days(summary["days"], lang)
    if summary.get("probability_all") is not None:
        shares = {"all": f"{summary['probability_all']:.0%}", "week": f"{summary['probability_week']:.0%}"}
        typer.echo(text("cli.probability_all", lang, **shares))
    _print_worst(summary.get("worst", []), lang)
    _print_fixes(summary, lang)


def _print_days(rows: list[dict[str, Any]], lang: str) -> None:
    """One line for each queue: service and chance of each day."""
    typer.echo(text("cli.days_header", lang))
    dates = list(dict.fromkeys(row["date"] for row in rows))
    cells = {(row["queue"], row["date"]): row for row in rows}
    typer.echo(" " * 14 + "".join(f"{when[5:]:>13}" for when in dates))
    for queue in dict.fromkeys(row["queue"] for row in rows):
        found = [cells[queue, when] for when in dates]
        shown = ["-" if row["service_level"] is None else f"{row['service_level']:.1%}" for row in found]
        chances = ["" if row["probability"] is None else f" {row['probability']:>4.0%}" for row in found]
        typer.echo(f"{queue:<14}" + "".join(f"{a + b:>13}" for a, b in zip(shown, chances, strict=True)))


def _print_worst(rows: list[dict[str, Any]], lang: str) -> None:
    """The worst interval of each queue that has one below its target; else the worst of all."""
    from staffing.report.judged import worst_words

    below = [row for row in rows if row["service_level"] < row["target"]]
    for row in below or sorted(rows, key=lambda row: row["service_level"] - row["target"])[:1]:
        band = "" if row["low95"] is None else f"; {row['low95']:.0%} - {row['high95']:.0%}"
        typer.echo(
            text(
                "cli.worst",
                lang,
                **worst_words(row, datetime.fromisoformat(row["start"]), lang),
                band=band,
                rostered=f"{row['rostered']:.1f}",
                required=f"{row['required']:.1f}",
            )
        )


def _print_fixes(summary: Mapping[str, Any], lang: str) -> None:
    """Where one agent more helps most, or that none is needed."""
    from staffing.report.judged import fix_words

    fixes = summary.get("fixes")
    if fixes is None:
        return
    if not fixes:
        missed = any(row["is_missed"] for row in summary.get("days", []))
        typer.echo(text("cli.fix_unsure" if missed else "cli.fix_none", lang))
        return
    typer.echo(text("cli.fixes_header", lang))
    for row in fixes:
        shift = text("cli.fix_shift", lang, shift=row["shift"]) if row["shift"] else ""
        start, end = (datetime.fromisoformat(row[name]) for name in ("start", "end"))
        typer.echo(
            "  "
            + text(
                "cli.fix",
                lang,
                **fix_words(row, start, end, lang, dash="-"),
                shift=shift,
                gain=f"{100 * row['gain']:.1f}",
                low=f"{100 * row['low95']:.1f}",
                high=f"{100 * row['high95']:.1f}",
            )
        )
