"""What a back-test tells of a queue: figures, a verdict, and the days forecast beside what came."""

import math

import pandas as pd

from staffing.forecast import BacktestReport, Score
from staffing.ui.words import Words

BETTER, WORSE = 0.98, 1.02
"""Ratios to the four-week mean between these two count as alike."""
WITHIN_FLOOR = 1.1
FIGURES = (
    "contacts",
    "wape",
    "wape_mean4",
    "ratio_mean4",
    "floor",
    "bias",
    "coverage80",
    "coverage95",
    "day_coverage80",
    "pinball",
    "wape_day",
)


def verdict(score: Score) -> str:
    """``better``, ``alike`` or ``worse`` than the mean of four weeks; ``unknown`` where that mean has none."""
    if math.isnan(score.ratio_mean4):
        return "unknown"
    return "better" if score.ratio_mean4 < BETTER else "worse" if score.ratio_mean4 > WORSE else "alike"


def verdict_text(score: Score, name: str, words: Words) -> str:
    """How far off, against the mean of four weeks, and how much of it is chance."""
    parts = [words("accuracy.off", name=name, wape=words.percent(score.wape))]
    against = verdict(score)
    if against != "unknown":
        parts.append(words(f"accuracy.{against}", by=words.percent(abs(1.0 - score.ratio_mean4), 0)))
    if score.wape <= WITHIN_FLOOR * score.floor:
        parts.append(words("accuracy.at_floor", floor=words.percent(score.floor)))
    return "".join(parts)


def figures(score: Score) -> dict[str, float | None]:
    """The columns shown of a score; None where nothing can be said."""
    values = {name: float(getattr(score, name)) for name in FIGURES}
    return {name: None if math.isnan(value) else value for name, value in values.items()}


def queue_table(report: BacktestReport, names: dict[str, str]) -> pd.DataFrame:
    """One row per queue over all days."""
    wholes = [score for score in report.scores if (score.horizon, score.days) == ("all", "all")]
    return pd.DataFrame([{"part": names.get(score.queue, score.queue), **figures(score)} for score in wholes])


def part_table(report: BacktestReport, queue: str, words: Words) -> pd.DataFrame:
    """A queue's ordinary and special days, then the first day and each week ahead."""
    own = [score for score in report.scores if score.queue == queue]
    kinds = [score for score in own if score.horizon == "all"]
    ahead = [score for score in own if score.horizon != "all" and score.days == "all"]
    if report.weeks == 1:  # the week is all there is
        ahead = ahead[:1]
    rows = [{"part": words(f"accuracy.days_{score.days}"), **_days(score)} for score in kinds]
    for score in ahead:
        kind, _, number = score.horizon.partition(" ")
        rows.append({"part": words(f"accuracy.ahead_{kind}", number=number), **_days(score)})
    return pd.DataFrame(rows)


def _days(score: Score) -> dict[str, float | None]:
    return {"forecast_days": score.forecast_days, **figures(score)}


def past_days(report: BacktestReport, queue: str, week: int, words: Words) -> pd.DataFrame:
    """Days of a queue forecast in the given week ahead (0 the first): each day once, from its own origin."""
    rows = [
        {
            "day": str(day.date),
            "origin": str(day.origin),
            "forecast": day.forecast,
            "low": day.low80,
            "high": day.high80,
            "actual": day.actual,
            "error": (day.forecast - day.actual) / day.actual if day.actual > 0 else None,
            "kind": words(f"accuracy.day_{'special' if day.special else 'ordinary'}"),
            "place": words(f"accuracy.{'inside' if day.low80 <= day.actual <= day.high80 else 'outside'}"),
        }
        for day in report.days
        if day.queue == queue and (day.date - day.origin).days // 7 == week
    ]
    return pd.DataFrame(rows).round({"forecast": 2, "error": 4})
