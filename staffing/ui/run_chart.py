"""Searches of several runs laid over each other."""

import altair as alt
import pandas as pd

from staffing.ui import palette
from staffing.ui.palette import Look
from staffing.ui.words import Words


def searches(frame: pd.DataFrame, words: Words, look: Look) -> alt.Chart:
    """Best costs as whole lines and bounds as broken ones, a colour for each run; columns as `run_compare.traces`."""
    low, high = costs_shown(frame, words("chart.bound"))
    runs = list(dict.fromkeys(frame["run"]))
    names = [words("chart.cost"), words("chart.bound")]
    colours = [look.line, palette.UNDER, palette.ACTIVITY["training"], palette.ACTIVITY["meeting"]]
    chart: alt.Chart = (
        alt.Chart(frame)
        .mark_line(interpolate="step-after", strokeWidth=2, clip=True)
        .encode(
            x=alt.X("seconds:Q", title=words("chart.seconds")),
            y=alt.Y(
                "value:Q", title=words("column.cost"), scale=alt.Scale(domain=[low, high]), axis=alt.Axis(format="~s")
            ),
            color=alt.Color(
                "run:N",
                title=None,
                legend=alt.Legend(orient="top"),
                scale=alt.Scale(domain=runs, range=colours[: len(runs)]),
            ),
            strokeDash=alt.StrokeDash(
                "name:N",
                title=None,
                legend=alt.Legend(orient="top"),
                scale=alt.Scale(domain=names, range=[[1, 0], [5, 4]]),
            ),
            tooltip=[
                alt.Tooltip("run:N", title=words("compare.run")),
                alt.Tooltip("name:N", title=" "),
                alt.Tooltip("seconds:Q", title=words("chart.seconds"), format=".0f"),
                alt.Tooltip("value:Q", title=words("column.cost"), format=",.0f"),
            ],
        )
        .properties(height=320)
    )
    return chart


def costs_shown(frame: pd.DataFrame, bound: str) -> tuple[float, float]:
    """From the lowest bound to a little above the dearest last cost: first rosters cost so much that all else is flat.

    `bound` is the name of the bounds in the frame's column ``name``; columns as `run_compare.traces`.

    Examples
    --------
    >>> rows = [("A", "cost", 1.0, 900.0), ("A", "cost", 2.0, 110.0), ("A", "bound", 1.0, 100.0)]
    >>> costs_shown(pd.DataFrame(rows, columns=["run", "name", "seconds", "value"]), "bound")
    (99.0, 130.0)
    """
    is_bound = frame["name"] == bound
    last = frame.sort_values("seconds").groupby(["run", "name"])["value"].last().max()
    low = float(frame.loc[is_bound, "value"].min() if is_bound.any() else frame["value"].min())
    span = max(float(last) - low, 0.01 * abs(float(last)), 1.0)
    return low - 0.1 * span, float(last) + 2.0 * span
