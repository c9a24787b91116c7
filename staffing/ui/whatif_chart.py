"""The chart of compared scenarios."""

import altair as alt
import pandas as pd

from staffing.ui import palette
from staffing.ui.palette import Look
from staffing.ui.words import Words


def scenario_bars(frame: pd.DataFrame, words: Words, look: Look) -> alt.LayerChart:
    """Hours required by scenario: covered, and short in vermilion; the number stands beside each bar."""
    order = list(dict.fromkeys(frame["scenario"]))
    parts = list(dict.fromkeys(zip(frame["kind"], frame["part"], strict=True)))
    colours = {"covered": palette.MET, "short": palette.UNDER, "need": palette.NEUTRAL}
    y = alt.Y("scenario:N", sort=order, title=None, axis=alt.Axis(labelLimit=260))
    bars = (
        alt.Chart(frame)
        .mark_bar(height=22)
        .encode(
            y=y,
            x=alt.X("sum(hours):Q", title=words.term("whatif.head.required_h")),
            color=alt.Color(
                "part:N",
                title=None,
                legend=alt.Legend(orient="top"),
                scale=alt.Scale(domain=[part for _, part in parts], range=[colours[kind] for kind, _ in parts]),
            ),
            order=alt.Order("order:Q"),
            tooltip=[
                alt.Tooltip("scenario:N", title=words.term("whatif.head.name")),
                alt.Tooltip("part:N", title=" "),
                alt.Tooltip("hours:Q", title=words("whatif.hours"), format=",.1f"),
            ],
        )
    )
    whole = frame.groupby("scenario", as_index=False, sort=False)["hours"].sum()
    told = (
        alt.Chart(whole)
        .mark_text(align="left", dx=6, color=look.ink, fontSize=12)
        .encode(y=y, x="hours:Q", text=alt.Text("hours:Q", format=",.0f"))
    )
    return alt.LayerChart(layer=[bars, told], height=110 + 34 * len(order))
