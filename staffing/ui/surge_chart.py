"""The chart of a surge: hours short of the present and of the robust roster in each scenario."""

import altair as alt
import pandas as pd

from staffing.ui import palette
from staffing.ui.palette import Look
from staffing.ui.words import Words


def short_bars(frame: pd.DataFrame, words: Words, look: Look) -> alt.LayerChart:
    """Two bars for each scenario, the hours beside them."""
    order = list(dict.fromkeys(frame["scenario"]))
    rosters = list(dict.fromkeys(zip(frame["kind"], frame["roster"], strict=True)))
    colours = {"present": palette.NEUTRAL, "robust": look.line}
    base = alt.Chart(frame).encode(
        y=alt.Y("scenario:N", sort=order, title=None, axis=alt.Axis(labelLimit=260)),
        yOffset=alt.YOffset("roster:N", sort=[name for _, name in rosters]),
        x=alt.X("hours:Q", title=words.term("whatif.head.short_h")),
    )
    bars = base.mark_bar().encode(
        color=alt.Color(
            "roster:N",
            title=None,
            legend=alt.Legend(orient="top"),
            scale=alt.Scale(domain=[name for _, name in rosters], range=[colours[kind] for kind, _ in rosters]),
        ),
        tooltip=[
            alt.Tooltip("scenario:N", title=words.term("whatif.head.name")),
            alt.Tooltip("roster:N", title=" "),
            alt.Tooltip("hours:Q", title=words.term("whatif.head.short_h"), format=",.1f"),
        ],
    )
    told = base.mark_text(align="left", dx=5, color=look.ink, fontSize=12).encode(
        text=alt.Text("hours:Q", format=",.1f")
    )
    return alt.LayerChart(layer=[bars, told], height=90 + 46 * len(order))
