"""Chart of the running day: the share in time from now on."""

import altair as alt
import pandas as pd

from staffing.ui import palette
from staffing.ui.palette import Look
from staffing.ui.words import Words


def service(frame: pd.DataFrame, x: alt.X, target: float, words: Words, look: Look) -> alt.LayerChart:
    """Share in time by interval as things stand and with the mix, the target as a dashed rule."""
    names = [words("intraday.level_now"), words("intraday.level_then")]
    colour = alt.Color(
        "name:N",
        title=None,
        legend=alt.Legend(orient="top"),
        scale=alt.Scale(domain=names, range=[palette.UNDER, look.line]),
    )
    low = min(target, float(frame["level"].min())) if len(frame) else target
    scale = alt.Scale(domain=[max(0.0, low - 0.05), 1.0], nice=False)
    y = alt.Y("level:Q", title=words("intraday.service"), scale=scale, axis=alt.Axis(format=".0%", tickCount=5))
    line = (
        alt.Chart(frame)
        .mark_line(strokeWidth=2, point=alt.OverlayMarkDef(size=30))
        .encode(
            x=x,
            y=y,
            color=colour,
            strokeDash=alt.StrokeDash("name:N", scale=alt.Scale(domain=names, range=[[4, 3], [1, 0]]), legend=None),
            tooltip=[
                alt.Tooltip("time:N", title=words("chart.time")),
                alt.Tooltip("name:N", title=words("intraday.view")),
                alt.Tooltip("level:Q", title=words("intraday.service"), format=".1%"),
            ],
        )
    )
    rule = alt.Chart(pd.DataFrame({"level": [target]})).mark_rule(color=palette.NEUTRAL, strokeDash=[2, 4])
    return alt.LayerChart(layer=[rule.encode(y=y), line], height=200)
