"""Tables of the forecast's commands: scores of the past, and what makes a queue's days."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING
from unicodedata import east_asian_width

import typer

from staffing.i18n import text

if TYPE_CHECKING:
    from staffing.forecast import BacktestReport, DayExplanation, EventEffect, Score

SCORES = ("days", "contacts", "wape", "ratio4", "floor", "bias", "inside80", "inside95", "pinball", "wape_day")
FACTORS = ("weekday", "holiday", "wave", "month", "season", "event")


def print_scores(report: "BacktestReport", lang: str) -> None:
    """One line per queue, then its kinds of day and weeks; a sentence on what the columns mean."""
    rows = [["", *(text(f"cli.score.{name}", lang) for name in SCORES)]]
    # A queue's whole comes first, then kinds of day, then weeks.
    for score in sorted(report.scores, key=lambda score: (report.queues.index(score.queue), score.horizon != "all")):
        whole, weekly = score.horizon == "all", score.horizon.startswith("week ") and report.weeks > 1
        if whole or (weekly and score.days == "all"):
            label = score.queue if whole and score.days == "all" else "  " + _part(score, lang)
            rows.append([label, *_cells(score)])
    first, last = report.origins[0], report.origins[-1]
    typer.echo(text("cli.score.lead", lang, origins=len(report.origins), first=first, last=last, weeks=report.weeks))
    _print(rows)
    typer.echo(text("cli.score.help", lang))


def print_explanation(
    queue: str, days: Sequence["DayExplanation"], effects: Sequence["EventEffect"], lang: str
) -> None:
    """A queue's days as level and factors, then its events and holidays with their bands."""
    typer.echo(text("cli.explain.days", lang, queue=queue))
    head = [text(f"cli.explain.{name}", lang) for name in ("volume", "level", *FACTORS)]
    rows = [["", *head]]
    for day in days:
        factors = (getattr(day, name) for name in FACTORS)
        rows.append(
            [str(day.date), f"{day.volume:,.0f}", f"{day.level:,.0f}", *(_change(factor) for factor in factors)]
        )
    _print(rows)
    if not effects:
        return
    typer.echo(text("cli.explain.events", lang, queue=queue))
    rows = [["", *(text(f"cli.explain.{name}", lang) for name in ("effect", "band", "seen", "source"))]]
    for effect in effects:
        label = text(f"cli.explain.kind_{effect.kind}", lang, name=effect.name)
        source = "given" if effect.given else "learned" if effect.seen_days else "unknown"
        band = f"{_change(effect.low80)} … {_change(effect.high80)}"
        named = text(f"cli.explain.{source}", lang)
        rows.append([label, _change(effect.factor), band, str(effect.seen_days), named])
    _print(rows)


def _part(score: "Score", lang: str) -> str:
    if score.days != "all":
        return text(f"cli.score.{score.days}", lang)
    return text("cli.score.week", lang, number=score.horizon.removeprefix("week "))


def _cells(score: "Score") -> list[str]:
    shares = (score.wape, score.ratio_mean4, score.floor)
    return [
        str(score.forecast_days),
        f"{score.contacts:,.0f}",
        _share(shares[0]),
        "-" if math.isnan(shares[1]) else f"{shares[1]:.2f}",
        _share(shares[2]),
        "-" if math.isnan(score.bias) else f"{score.bias:+.1%}",
        *(_share(value) for value in (score.coverage80, score.coverage95, score.pinball, score.wape_day)),
    ]


def _share(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.1%}"


def _change(factor: float) -> str:
    """A factor as a change in percent; a dot where nothing applies."""
    return "·" if factor == 1.0 else f"{factor - 1:+.1%}"


def _print(rows: Sequence[Sequence[str]]) -> None:
    """Columns under each other, the first to the left; a Chinese sign takes two places."""
    widths = [max(_width(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        first, *others = ((cell, " " * (width - _width(cell))) for cell, width in zip(row, widths, strict=True))
        typer.echo("  ".join([first[0] + first[1], *(space + cell for cell, space in others)]).rstrip())


def _width(cell: str) -> int:
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in cell)
