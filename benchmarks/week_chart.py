"""A chart of the gap against time of runs of `benchmarks.weeks`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from benchmarks.weeks import Outcome

FLOOR = 1e-4
"""Smallest gap drawn; the axis is logarithmic."""


def gap_rows(outcome: Outcome) -> list[dict[str, Any]]:
    """Seconds and the gap in total cost of the roster known then, against the bound known in the end.

    None where the instance prices the last roster otherwise than the search did (slots divided among queues).
    """
    rows: list[dict[str, Any]] = []
    if outcome.bound is None or outcome.objective is None or outcome.gap_total is None:
        return rows
    total = (outcome.objective - outcome.bound) / outcome.gap_total if outcome.gap_total else outcome.objective
    fixed = total - outcome.objective
    told = [cost for _, cost, _ in outcome.curve if cost is not None]
    if told and abs(told[-1] - outcome.objective) > 1e-6 * total:
        return rows
    for seconds, cost, _ in outcome.curve:
        if cost is not None:
            gap = max(FLOOR, (cost - outcome.bound) / (cost + fixed))
            rows.append({"instance": outcome.instance, "seconds": max(0.1, seconds), "gap": gap})
    return rows


def draw(outcomes: Sequence[Outcome], path: Path) -> bool:
    """Write the chart as SVG; False when there is nothing to draw."""
    import altair as alt
    import pandas as pd

    from staffing.report.charts import to_svg

    frame = pd.DataFrame([row for outcome in outcomes for row in gap_rows(outcome)])
    if frame.empty:
        return False
    chart = (
        alt.Chart(frame)
        .mark_line(interpolate="step-after", strokeWidth=1.5)
        .encode(
            x=alt.X("seconds:Q", scale=alt.Scale(type="log"), title="seconds"),
            y=alt.Y("gap:Q", scale=alt.Scale(type="log"), axis=alt.Axis(format=".1%"), title="gap, total cost"),
            color=alt.Color("instance:N", sort=None, title=None),
        )
        .properties(width=640, height=360)
        .configure_view(strokeWidth=0)
    )
    path.write_text(to_svg(chart, "weeks") + "\n", encoding="utf-8")
    return True
