"""What the surge blocks show, without drawing it: ready-made scenarios, weights, and both rosters in each scenario."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pandas as pd

from staffing.domain.calendar import DayKind
from staffing.domain.scenario import NAME_LENGTH, WhatIf
from staffing.measures.whatif import Outcome
from staffing.plan import Plan
from staffing.planning.surge import SurgeRow, campaign_whatifs, holiday_whatifs
from staffing.ui.words import Words

KINDS = ("holiday", "campaign")
STEPS = ("milder", "expected", "stronger")
FIGURES = ("short_h", "least", "probability_week", "service_floor", "wages")
"""What is told of each roster in each scenario; `least` is the chance of the queue least likely to keep its target."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The form of the ready-made scenarios; shares and changes in percent.

    `more` is the rise before a holiday or during a campaign, `fewer` the fall on the holiday.
    """

    kind: str
    first: date
    last: date
    more: float
    days_before: int = 3
    fewer: float = 70.0
    away: float = 10.0
    aht: float = 0.0


def default_days(plan: Plan) -> tuple[date, date]:
    """The first holidays of the plan that follow each other; without one its last two days."""
    dates = plan.problem.grid.dates
    off = [day.date for day in plan.table.days if day.kind is DayKind.HOLIDAY and dates[0] <= day.date <= dates[-1]]
    if not off:
        return dates[-min(2, len(dates))], dates[-1]
    last = off[0]
    while last + timedelta(days=1) in off:
        last += timedelta(days=1)
    return off[0], last


def ready_made(asked: Asked, words: Words) -> tuple[WhatIf, ...]:
    """Three scenarios of the form, the milder first, with names in the language of the page.

    Raises
    ------
    ValueError
        Naming the value and what would be right.
    """
    if asked.kind == "holiday":
        found = holiday_whatifs(
            asked.first,
            asked.last,
            days_before=asked.days_before,
            before=1 + asked.more / 100,
            during=1 - asked.fewer / 100,
            absent=asked.away / 100,
        )
        reason = words("surge.away_reason")
        found = tuple(
            replace(one, absences=tuple(replace(part, name=reason) for part in one.absences)) for one in found
        )
    else:
        found = campaign_whatifs(asked.first, asked.last, 1 + asked.more / 100, aht=1 + asked.aht / 100)
    names = (words(f"surge.{asked.kind}_{step}") for step in STEPS)
    return tuple(replace(one, name=name[:NAME_LENGTH]) for one, name in zip(found, names, strict=True))


def plannable(whatifs: Iterable[WhatIf]) -> dict[str, WhatIf]:
    """Scenarios by name that one roster can be made for: those of the present people and rules."""
    return {one.name: one for one in whatifs if not one.hires and not one.rules}


def weights(offered: Mapping[str, WhatIf], surge: Sequence[WhatIf]) -> dict[str, float]:
    """The weight that each scenario begins with: the surge's own where there is one, else each scenario's."""
    names = {one.name for one in surge}
    return {name: one.weight if not names or name in names else 0.0 for name, one in offered.items()}


def weighted(offered: Mapping[str, WhatIf], given: Iterable[Mapping[Any, Any]]) -> tuple[WhatIf, ...]:
    """The scenarios of the table that have a weight, with it."""
    rows = [(str(row["name"]), row["weight"]) for row in given]
    return tuple(
        replace(offered[name], weight=float(weight))
        for name, weight in rows
        if name in offered and weight is not None and weight == weight and weight > 0
    )


def rows_of(summary: Mapping[str, Any]) -> tuple[SurgeRow, ...]:
    """The comparison that a job left in its summary."""
    return tuple(
        SurgeRow(row["name"], row["likelihood"], Outcome.of_dict(row["present"]), Outcome.of_dict(row["robust"]))
        for row in summary.get("rows", ())
    )


def table(rows: Sequence[SurgeRow], words: Words) -> pd.DataFrame:
    """Each scenario, and all of them by weight: every figure with the present roster, an arrow, the robust one."""
    data = [
        _line(words, row.name, row.likelihood, [_values(row.present)], [_values(row.robust)], [1.0]) for row in rows
    ]
    shares = [row.likelihood for row in rows]
    present, robust = [_values(row.present) for row in rows], [_values(row.robust) for row in rows]
    data.append(_line(words, words("surge.expected"), 1.0, present, robust, shares))
    return pd.DataFrame(data)


def bars(rows: Sequence[SurgeRow], words: Words) -> pd.DataFrame:
    """Hours short of both rosters in each scenario."""
    return pd.DataFrame(
        [
            {"scenario": row.name, "roster": words(f"surge.{kind}"), "kind": kind, "hours": one.short_h}
            for row in rows
            for kind, one in (("present", row.present), ("robust", row.robust))
            if one.short_h is not None
        ]
    )


def least(outcome: Outcome) -> float | None:
    """Chance of the queue that is least likely to keep its target."""
    return min((row.probability for row in outcome.queues if row.probability is not None), default=None)


def _values(outcome: Outcome) -> dict[str, float | None]:
    return {name: least(outcome) if name == "least" else getattr(outcome, name) for name in FIGURES}


def _line(
    words: Words,
    name: str,
    likelihood: float,
    present: Sequence[Mapping[str, float | None]],
    robust: Sequence[Mapping[str, float | None]],
    shares: Sequence[float],
) -> dict[str, str]:
    cells = {words.term("whatif.head.name"): name, words("surge.weight"): words.percent(likelihood, 0)}
    for figure in FIGURES:
        told = [_told(words, figure, _mean([one[figure] for one in ones], shares)) for ones in (present, robust)]
        cells[words(f"surge.figure_{figure}")] = " → ".join(told)
    return cells


def _mean(values: Sequence[float | None], shares: Sequence[float]) -> float | None:
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return None
    return sum(share * value for share, value in zip(shares, known, strict=True))


def _told(words: Words, figure: str, value: float | None) -> str:
    if figure in ("short_h", "wages"):
        return words.number(value, 1 if figure == "short_h" else 0)
    return words.percent(value, 1 if figure == "service_floor" else 0)
