"""Charts of the Learned page: lost time by reason, speed by months of service."""

import altair as alt
import pandas as pd

from staffing.ui import palette
from staffing.ui.palette import Look
from staffing.ui.words import Words


def lost_time(frame: pd.DataFrame, words: Words, look: Look) -> alt.LayerChart:
    """Shares of scheduled work by `reason`, the largest on top, each with its figure."""
    base = alt.Chart(frame).encode(
        x=alt.X("share:Q", title=words("learned.share"), axis=alt.Axis(format=".1%", tickCount=5)),
        y=alt.Y("reason:N", title=None, sort=None, axis=alt.Axis(labelLimit=160)),
        tooltip=[
            alt.Tooltip("reason:N", title=words("learned.reason")),
            alt.Tooltip("share:Q", title=words("learned.share"), format=".2%"),
        ],
    )
    bars = base.mark_bar(color=palette.UNDER, height=16)
    figures = base.mark_text(align="left", dx=4, color=look.ink).encode(text=alt.Text("share:Q", format=".1%"))
    return alt.LayerChart(layer=[bars, figures], height=max(120, 30 * len(frame) + 50))


def learning_curve(frame: pd.DataFrame, words: Words, look: Look) -> alt.LayerChart:
    """Speed in each band of `months`, relative to the last, with its interval as a bar."""
    order = frame["months"].tolist()
    x = alt.X("months:N", sort=order, title=words("learned.months"), axis=alt.Axis(labelAngle=0))
    tooltip = [
        alt.Tooltip("months:N", title=words("learned.months")),
        alt.Tooltip("speed:Q", title=words("learned.speed"), format=".0%"),
        alt.Tooltip("low:Q", title=words("chart.low95"), format=".0%"),
        alt.Tooltip("high:Q", title=words("chart.high95"), format=".0%"),
        alt.Tooltip("people:Q", title=words("learned.people")),
        alt.Tooltip("contacts:Q", title=words("learned.contacts"), format=",.0f"),
    ]
    scale = alt.Scale(zero=False, nice=True)
    y = alt.Y("speed:Q", title=words("learned.speed"), scale=scale, axis=alt.Axis(format=".0%"))
    base = alt.Chart(frame).encode(x=x, tooltip=tooltip)
    ranges = base.mark_rule(color=look.band, strokeWidth=5, opacity=0.6).encode(
        y=alt.Y("low:Q", scale=scale), y2="high:Q"
    )
    line = base.mark_line(color=look.line, strokeWidth=2).encode(y=y)
    points = base.mark_point(filled=True, size=80, color=look.line).encode(y=y)
    return alt.LayerChart(layer=[line, ranges, points], height=260)
