"""What a day's volume is made of: steps from the usual level to the forecast, layers, rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd

from staffing.calendars import holiday_name
from staffing.domain.override import Override
from staffing.domain.override_list import layers_in
from staffing.domain.queue import Queue
from staffing.domain.timegrid import TimeGrid
from staffing.forecast import DayExplanation, EventEffect
from staffing.forecast.layers import layered_aht_s, layers_of
from staffing.plan import Plan
from staffing.ui.words import Words

FACTORS = ("weekday", "holiday", "wave", "month", "season", "event")
MODELS = frozenset({"day_regression", "random_walk", "mean4", "mean8"})
LEAST_CHANGE = 0.0005
LEAST_REST = 0.005
"""A difference to the explained volume below this share of it is rounding."""


@dataclass(frozen=True, slots=True)
class Step:
    """Contacts before and after one step; `factor` is None for what is added rather than multiplied."""

    kind: str
    factor: float | None
    before: float
    after: float


def is_modelled(method: str) -> bool:
    """The forecast was made here from the queue's own history."""
    return not MODELS.isdisjoint(method.split("+"))


def steps_of(day: DayExplanation, base: float, final: float, deflection: float = 0.0) -> tuple[Step, ...]:
    """From the level through every factor to the day's `base` (before layers) and `final` contacts.

    What the factors do not explain is a step of its own: the mean over several models, or a mean of past weeks that
    stands in for them.
    """
    steps, at = [Step("level", None, 0.0, day.level)], day.level
    for name in FACTORS:
        factor = getattr(day, name)
        if abs(factor - 1.0) >= LEAST_CHANGE:
            steps.append(Step(name, factor, at, at * factor))
        at *= factor
    if deflection > 0.0:
        steps.append(Step("self_service", 1.0 - deflection, at, at * (1.0 - deflection)))
        at *= 1.0 - deflection
    if abs(base - at) > max(LEAST_REST * at, 0.5):
        steps.append(Step("guard" if day.method.startswith("mean") else "rest", None, at, base))
        at = base
    if abs(final - base) >= 0.05:
        steps.append(Step("layers", None, at, final))
    return (*steps, Step("total", None, 0.0, final))


def reason(step: Step, day: DayExplanation, weekday: int, words: Words, country: str = "") -> str:
    """A step's cause in a few words; holidays of `country` by their name in the reader's language."""
    if step.kind == "weekday":
        return words.term(f"weekday.{weekday}")
    if step.kind == "holiday" and day.place:
        return words(f"why.place_{day.place}", name=holiday_name(day.near, country, words.lang))
    if step.kind == "wave":
        return words("why.wave", name=words.listed(holiday_name(name, country, words.lang) for name in day.waves))
    if step.kind == "event":
        return words("why.event", name=words.listed(day.events))
    return words(f"why.{step.kind}")


def waterfall(steps: Sequence[Step], labels: Sequence[str], words: Words) -> pd.DataFrame:
    """One bar for each step, with its change as text."""
    rows = []
    for number, (step, label) in enumerate(zip(steps, labels, strict=True)):
        whole = step.kind in ("level", "total")
        change = step.after - step.before
        told = words.number(step.after) if whole else words.signed(change, 0)
        if step.factor is not None:
            told = f"{change_text(step.factor)} ({told})"
        kind = "whole" if whole else "more" if change >= 0 else "less"
        rows.append((number, label, min(step.before, step.after), max(step.before, step.after), kind, told))
    return pd.DataFrame(rows, columns=["order", "label", "low", "high", "kind", "told"]).round({"low": 2, "high": 2})


def change_text(factor: float) -> str:
    """A factor as a change in percent."""
    return f"{factor - 1.0:+.1%}"


def factor_table(days: Sequence[DayExplanation], plan: Plan, queue: str) -> pd.DataFrame:
    """One row per day: level, each factor's change where any day has it, contacts by the factors and as planned."""
    row = plan.forecast.queues.index(queue)
    total = np.add.reduceat(plan.forecast.volume[row], plan.forecast.grid.day_start[:-1])
    by_date = dict(zip(plan.forecast.grid.dates, total.tolist(), strict=True))
    frame = pd.DataFrame({"date": [day.date for day in days], "level": [day.level for day in days]})
    for name in FACTORS:
        changes = [getattr(day, name) - 1.0 for day in days]
        if any(abs(change) >= LEAST_CHANGE for change in changes):
            frame[name] = changes
    frame["planned"] = [by_date[day.date] for day in days]
    return frame


def effect_table(effects: Sequence[EventEffect], words: Words, country: str = "") -> pd.DataFrame:
    """Events first, then holidays of `country` with the days next to them."""
    kinds = ("event", "holiday", "eve", "after")
    rows = [
        {
            "name": words(f"effect.{effect.kind}", name=holiday_name(effect.name, country, words.lang)),
            "change": effect.factor - 1.0,
            "low": effect.low80 - 1.0,
            "high": effect.high80 - 1.0,
            "seen": effect.seen_days,
            "source": words(f"effect.{'given' if effect.given else 'learned' if effect.seen_days else 'unknown'}"),
        }
        for effect in sorted(effects, key=lambda one: (one.kind != "event", one.name, kinds.index(one.kind)))
    ]
    return pd.DataFrame(rows)


def rule_text(queue: Queue, names: dict[str, str], words: Words) -> str | None:
    """How a queue without own history gets its work; None where it has one."""
    source, work = queue.source, queue.schedule
    if source is not None:
        later = []
        if source.delay_h:
            later.append(words("why.delay_h", hours=f"{source.delay_h:g}"))
        if source.delay_days:
            later.append(words("why.delay_days", days=source.delay_days))
        name = names.get(source.queue, source.queue)
        return words("why.derived", share=words.percent(source.share, 2), name=name, later="".join(later))
    if work is None:
        return None
    due = ""
    if work.due_day is not None and work.every == "week":
        due = words("why.due_weekday", day=words.term(f"weekday.{work.due_day - 1}"))
    elif work.due_day is not None and work.every != "day":
        due = words("why.due_day", day=work.due_day)
    told = {"every": words(f"why.every_{work.every}"), "volume": words.number(work.volume), "due": due}
    if work.contact_rate < 1:
        told |= {"attempts": words.number(work.attempts), "rate": words.percent(work.contact_rate)}
        return words("why.attempts", **told)
    return words("why.schedule", **told)


def layer_table(plan: Plan, queue: str, words: Words, overrides: Sequence[Override]) -> pd.DataFrame:
    """The layers that touch a queue, in their order, and what each changes in the plan whose forecast has them."""
    forecast, row = plan.forecast, plan.forecast.queues.index(queue)
    moved = iter(
        [
            dict(note.params)["contacts"]
            for note in forecast.notes
            if note.code == "forecast_override" and ("queue", queue) in note.params
        ]
    )
    known = layers_of(overrides, "volume", queue)
    aht_s = None if forecast.base_aht_s is None else forecast.base_aht_s[row]
    rows = []
    for layer in layers_in(overrides):
        mine = [one for one in layer.rows if not one.queues or queue in one.queues]
        if not mine:
            continue
        changes, contacts = [], [next(moved, None) for one in mine if any(one is other for other in known)]
        if contacts:
            total = sum(float(str(value or 0.0)) for value in contacts)
            changes.append(words("layer.contacts", n=words.signed(total, 0)))
        slower = [one for one in mine if one.on and one.measure == "aht_s"]
        if slower and aht_s is not None:
            after = layered_aht_s(aht_s, slower, forecast.grid)
            touched = np.flatnonzero((after != aht_s) & (forecast.volume[row] > 0))
            longer = float((after - aht_s)[touched].mean()) if len(touched) else 0.0
            changes.append(words("layer.seconds", n=words.signed(longer)))
            aht_s = after
        rows.append(
            {
                "layer": layer.name,
                "range": range_text(mine, forecast.grid),
                "operation": operation_text(mine[0], words) if len(mine) == 1 else words("layer.rows", n=len(mine)),
                "note": layer.note,
                "on": layer.is_on,
                "change": ", ".join(changes),
                "by": _written(mine[-1], forecast.grid),
            }
        )
    return pd.DataFrame(rows)


def range_text(rows: Sequence[Override], grid: TimeGrid) -> str:
    """From the first moment that some rows touch to the last, by the centre's clock."""
    start = min((row.start for row in rows), key=datetime.timestamp)
    end = max((row.end for row in rows), key=datetime.timestamp)
    return f"{grid.aware(start):%Y-%m-%d %H:%M} – {grid.aware(end):%Y-%m-%d %H:%M}"


def _written(row: Override, grid: TimeGrid) -> str:
    when = "" if row.at is None else f"{grid.aware(row.at):%Y-%m-%d %H:%M}"
    return " · ".join(part for part in (row.author, when) if part)


def operation_text(layer: Override, words: Words) -> str:
    """What a layer does, such as ``contacts × 1.2`` or ``AHT = 300 s``."""
    sign = {"multiply": "×", "add": "+" if layer.value >= 0 else "−", "set": "="}[layer.operation]
    return words(f"layer.{layer.measure}", sign=sign, value=f"{abs(layer.value):,g}")
