"""The plan in a few lines: cost, proof and promise."""

from collections.abc import Mapping
from typing import Any

import typer

from staffing.domain.verdict import Verdict
from staffing.i18n import text
from staffing.measures import service_floor, short_hours
from staffing.plan import Plan


def verdict_rows(verdict: Verdict) -> list[dict[str, Any]]:
    """Whole-horizon figures by queue."""
    names = (
        "queue",
        "target",
        "expected_sl",
        "service_level",
        "low95",
        "high95",
        "probability",
        "occupancy",
        "abandonment",
        "contacts",
    )
    return [{name: getattr(row, name) for name in names} for row in verdict.week()]


def plan_summary(plan: Plan) -> dict[str, Any]:
    """Figures of the plan for people and machines."""
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
        "violations": len(plan.violations),
        "cost": dict(plan.cost.components) if plan.cost else {},
        "required_h": hours.required_h,
        "short_h": hours.short_h,
        "over_h": hours.over_h,
        "service_floor": reached,
        "below_floor": floor is not None and (reached is None or reached < floor),
        "queues": verdict_rows(plan.verdict) if plan.verdict else [],
    }


def print_summary(summary: Mapping[str, Any], lang: str) -> None:
    """The summary as lines on standard output."""
    print_verdict(summary["queues"], lang)
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
    typer.echo(text("cli.violations", lang, count=summary["violations"]))


def print_verdict(rows: list[dict[str, Any]], lang: str) -> None:
    """Simulated service by queue with its band and the probability of keeping the target."""
    typer.echo(text("cli.verdict_header", lang))
    for row in rows:
        if row["service_level"] is None:
            typer.echo(f"{row['queue']:<14} {row['target']:>7.0%} {text('cli.no_contacts', lang)}")
            continue
        busy = "-" if row["occupancy"] is None else f"{row['occupancy']:.0%}"
        typer.echo(
            f"{row['queue']:<14} {row['target']:>7.0%} {row['service_level']:>8.1%} "
            f"[{row['low95']:.1%}, {row['high95']:.1%}] {row['probability']:>8.0%} {busy:>6}"
        )
