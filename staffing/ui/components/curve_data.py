"""Plan before and after a change of its layers -> what the curve's canvas draws: constant words, colours, numbers."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from staffing.domain.arrays import FloatArray
from staffing.measures import Coverage
from staffing.plan import Plan
from staffing.ui import palette
from staffing.ui.facts.curve import Before, open_steps
from staffing.ui.words import Words

LABELS = (
    "title",
    "help",
    "help_look",
    "keys",
    "tools",
    "volume",
    "aht_s",
    "operation",
    "percent",
    "add",
    "set",
    "amount",
    "apply",
    "undo",
    "redo",
    "now",
    "plan",
    "base",
    "week",
    "year",
    "band",
    "need",
    "need_plan",
    "need_later",
    "have",
    "short",
    "closed",
    "total",
    "mean",
    "no_value",
    "lost",
)


def curve_data(
    was: Plan,
    now: Plan,
    queue: str,
    steps: Sequence[int],
    past: dict[str, Before],
    need: tuple[FloatArray, FloatArray] | None,
    coverage: Coverage | None,
    words: Words,
    *,
    base: str,
    rev: int,
    ack: tuple[str, int],
    state: tuple[bool, bool],
    said: str,
    editable: bool,
) -> dict[str, Any]:
    """Everything the canvas needs, as JSON; series have one value for each of `steps`, None where nothing is known.

    Parameters
    ----------
    was, now : Plan
        The plan on show, and with the layers as they are now.
    steps : sequence of int
        Steps of the forecast that are shown.
    past : dict
        Measure -> what happened before.
    need : two arrays (steps of the forecast,)
        Agents asked for, before and after; None where nobody is planned for the queue.
    coverage : Coverage, optional
        Of the roster; None without one.
    base, rev, ack, state, said
        Name and revision of the edits; the client and number of the edit taken last; whether there is anything to undo
        and to do again; what happened.
    """
    grid, places = now.forecast.grid, list(steps)
    row = now.forecast.queues.index(queue)
    is_open = open_steps(now, queue)
    have = None
    if coverage is not None and need is not None:
        ratio = grid.step_min // coverage.grid.step_min
        mine = coverage.assigned[coverage.queues.index(queue)]
        have = _series(mine.reshape(grid.n, ratio).mean(axis=1), places, 2)
    return {
        "base": base,
        "rev": rev,
        "ack": list(ack),
        "undo": state[0],
        "redo": state[1],
        "said": said,
        "editable": editable,
        "queue": queue,
        "steps": places,
        "clock": [f"{grid.local(step):%H:%M}" for step in places],
        "day": [int(grid.day[step]) for step in places],
        "days": {str(day): words.day(grid.dates[day]) for day in sorted({int(grid.day[step]) for step in places})},
        "open": [int(is_open[step]) for step in places],
        "measures": {
            "volume": _measure(was, now, row, places, past["volume"], "volume", 2)
            | {
                "low": _series(now.forecast.low80[row], places, 2),
                "high": _series(now.forecast.high80[row], places, 2),
            },
            "aht_s": _measure(was, now, row, places, past["aht_s"], "aht_s", 1),
        },
        "need": None
        if need is None
        else {
            "plan": _series(need[0], places, 2),
            "now": _series(need[1], places, 2),
            "have": have,
            # Deferred work may be done at another time: agents fewer than that lack nothing.
            "later": now.scenario.centre.queue(queue).has_deadline,
        },
        "colors": {
            "now": [palette.LINE, palette.LINE_ON_DARK],
            "band": [palette.BAND, palette.BAND_ON_DARK],
            "neutral": [palette.NEUTRAL, palette.NEUTRAL],
            "week": [palette.ACTIVITY["meal"], palette.ACTIVITY["meal"]],
            "year": [palette.ACTIVITY["meeting"], palette.ACTIVITY["meeting"]],
            "short": [palette.UNDER, palette.UNDER],
            "have": [palette.MET, palette.MET],
        },
        "labels": {label: words(f"curve.{label}") for label in LABELS},
    }


def _measure(
    was: Plan, now: Plan, row: int, places: list[int], past: Before, measure: str, digits: int
) -> dict[str, list[float | None]]:
    below = now.forecast.base_volume if measure == "volume" else now.forecast.base_aht_s
    values = getattr(now.forecast, measure)[row]
    return {
        "now": _series(values, places, digits),
        "plan": _series(getattr(was.forecast, measure)[row], places, digits),
        "base": _series(values if below is None else below[row], places, digits),
        "week": _series(past.week, places, digits),
        "year": _series(past.year, places, digits),
    }


def _series(values: FloatArray, places: list[int], digits: int) -> list[float | None]:
    return [round(value, digits) if np.isfinite(value) else None for value in values[places].tolist()]
