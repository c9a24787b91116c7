"""Charts of a plan as Altair specifications, shared by the printed report and the screen."""

import re
from typing import Any

import altair as alt
import pandas as pd

from staffing.i18n import text
from staffing.measures import Coverage

SHORT, OVER, MET, LINE = "#D55E00", "#0072B2", "#9BB4C7", "#1B1F24"
FONT = "Inter, 'Noto Sans SC', 'Noto Sans CJK SC', 'Microsoft YaHei', sans-serif"


def coverage_frame(table: Coverage, queue: str) -> pd.DataFrame:
    """Required and assigned agents of one queue by slot, with local day and time."""
    row = table.queues.index(queue)
    return pd.DataFrame(
        {
            "start": [table.grid.local(step).replace(tzinfo=None) for step in range(table.grid.n)],
            "required": table.required[row].round(3),
            "assigned": table.assigned[row].round(3),
            "open": table.is_open[row],
        }
    )


def coverage_chart(table: Coverage, queue: str, lang: str, width: int = 900, height: int = 150) -> Any:
    """Assigned agents as steps under the required line of one queue."""
    frame = coverage_frame(table, queue)
    time = alt.X("start:T", title=None, axis=alt.Axis(format="%m-%d %H:%M", labelOverlap=True, tickCount=14))
    area = (
        alt.Chart(frame)
        .mark_area(interpolate="step-after", color=MET)
        .encode(x=time, y=alt.Y("assigned:Q", title=text("report.agents", lang)))
    )
    line = (
        alt.Chart(frame)
        .mark_line(interpolate="step-after", color=SHORT, strokeWidth=1.5)
        .encode(x=time, y="required:Q")
    )
    return _styled(alt.layer(area, line).properties(width=width, height=height, title=queue))


def gap_frame(table: Coverage) -> pd.DataFrame:
    """Short hours and over hours of all queues by day and hour."""
    hours = table.grid.step_h
    return (
        pd.DataFrame(
            {
                "day": [f"{table.grid.dates[day]:%m-%d}" for day in table.grid.day],
                "hour": table.grid.minute // 60,
                "short_h": table.missing * hours,
                "over_h": table.surplus * hours,
                "open": table.is_open.any(axis=0),
            }
        )
        .query("open")
        .groupby(["day", "hour"], as_index=False)[["short_h", "over_h"]]
        .sum()
        .assign(net_h=lambda frame: frame["over_h"].where(frame["short_h"] < 0.05, -frame["short_h"]))
    )


def gap_chart(table: Coverage, lang: str, width: int = 900) -> Any:
    """Heat map of day by hour: short in vermilion, over in blue."""
    frame = gap_frame(table)
    limit = max(1.0, float(frame["net_h"].abs().max()) if len(frame) else 1.0)
    colour = alt.Color(
        "net_h:Q",
        title=text("report.gap_h", lang),
        scale=alt.Scale(domain=[-limit, 0, limit], range=[SHORT, "#F4F6F8", OVER], interpolate="rgb"),
    )
    chart = (
        alt.Chart(frame)
        .mark_rect()
        .encode(
            x=alt.X("hour:O", title=text("report.hour", lang)),
            y=alt.Y("day:O", title=None),
            color=colour,
            tooltip=["day", "hour", alt.Tooltip("short_h:Q", format=".1f"), alt.Tooltip("over_h:Q", format=".1f")],
        )
        .properties(width=width, height=26 * max(1, frame["day"].nunique()))
    )
    return _styled(chart)


def to_svg(chart: Any, prefix: str) -> str:
    """The chart as SVG text; texts stay text, so the reader's fonts are used.

    The renderer counts its element ids over the life of the process; they are numbered anew with
    `prefix`, so that the same chart is the same text and several charts share a page.
    """
    import vl_convert

    svg = str(vl_convert.vegalite_to_svg(chart.to_json()))
    for number, name in enumerate(dict.fromkeys(re.findall(r'\bid="([^"]+)"', svg))):
        svg = svg.replace(f'id="{name}"', f'id="{prefix}-{number}"').replace(
            f"url(#{name})", f"url(#{prefix}-{number})"
        )
    return svg


def _styled(chart: Any) -> Any:
    return chart.configure(font=FONT, background="transparent").configure_view(strokeWidth=0)
