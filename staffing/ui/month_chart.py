"""The picture of a month: a week in each row, colour and words for the kind of day, and what happens on it."""

from collections.abc import Sequence

import altair as alt
import pandas as pd

from staffing.ui import palette
from staffing.ui.palette import Look
from staffing.ui.words import Words

PICK = "picked"
"""Name of the selection: the date of the day that was clicked."""
ROW, GAP = 96, 3
LINES = (("name", 31), ("events", 48), ("away_text", 65), ("asked_text", 82))
"""Columns of text below the number of the day, by their distance from its upper edge."""


def colours(look: Look) -> dict[str, tuple[str, str]]:
    """Fill and text colour by kind of day."""
    dark = look is palette.DARK
    return {
        "ordinary": (look.even, look.ink),
        "weekend": ("#3D4753", look.ink) if dark else ("#CBD3DB", look.ink),
        "holiday": (palette.ACTIVITY["meal"], palette.INK),
        "observed": ("#F2CF8F", palette.INK),
        "workday": (palette.ACTIVITY["chat"], palette.INK),
        "closed": ("#5A5A5A", "#FFFFFF"),
    }


def month_chart(frame: pd.DataFrame, weekdays: Sequence[str], words: Words, look: Look) -> alt.LayerChart:
    """The days of `frame` as `facts.month.month_frame` gives them; a click picks one."""
    fills = {kind: fill for kind, (fill, _) in colours(look).items()}
    inks = {kind: ink for kind, (_, ink) in colours(look).items()}
    labels = ",".join(f"'{number}':'{label}'" for number, label in enumerate(weekdays))
    shown = frame.assign(
        ink=[inks[kind] for kind in frame["kind"]], opacity=[1.0 if i else 0.45 for i in frame["inside"]]
    )
    present = [kind for kind in fills if kind in set(frame["kind"])]
    names = {kind: str(frame.loc[frame["kind"] == kind, "kind_label"].iloc[0]) for kind in present}
    x = alt.X(
        "column:O",
        title=None,
        axis=alt.Axis(orient="top", labelExpr=f"({{{labels}}})[datum.value]", labelAngle=0, domain=False, ticks=False),
        scale=alt.Scale(paddingInner=0.02, paddingOuter=0.0),
    )
    y = alt.Y("week:O", title=None, axis=None, scale=alt.Scale(paddingInner=0.04, paddingOuter=0.0))
    base = alt.Chart(shown).encode(x=x, y=y)
    pick = alt.selection_point(name=PICK, fields=["date"])
    days = (
        base.mark_rect(cornerRadius=4, cursor="pointer")
        .encode(
            color=alt.Color(
                "kind_label:N",
                title=None,
                legend=alt.Legend(orient="bottom"),
                scale=alt.Scale(domain=[names[kind] for kind in present], range=[fills[kind] for kind in present]),
            ),
            opacity=alt.Opacity("opacity:Q", scale=None),
            stroke=alt.condition("datum.in_plan", alt.value(look.line), alt.value(None)),
            strokeWidth=alt.condition("datum.in_plan", alt.value(2), alt.value(0)),
            tooltip=[
                alt.Tooltip("date:N", title=words("chart.day")),
                alt.Tooltip("kind_label:N", title=words("column.kind")),
                alt.Tooltip("whole_name:N", title=words("calendar.name")),
                alt.Tooltip("whole_events:N", title=words("calendar.events")),
                alt.Tooltip("away:Q", title=words("calendar.away")),
                alt.Tooltip("asked:Q", title=words("calendar.asked")),
            ],
        )
        .add_params(pick)
    )
    texts = [_text(base, "day", 12, size=14, bold=True)]
    texts += [_text(base, column, offset) for column, offset in LINES]
    texts.append(_text(base, "short", 13, right=True))
    weeks = int(frame["week"].max()) + 1
    return alt.LayerChart(layer=[days, *texts], height=weeks * (ROW + GAP) + 60)


def _text(
    base: alt.Chart, column: str, down: int, *, size: int = 11, bold: bool = False, right: bool = False
) -> alt.Chart:
    # Texts lie over the days and must not take the click from them.
    chart: alt.Chart = base.mark_text(
        align="right" if right else "left",
        baseline="middle",
        fontSize=size,
        fontWeight="bold" if bold else "normal",
        tooltip=None,
        xOffset=-6 if right else 8,
        yOffset=down,
        clip=True,
    ).encode(
        text=f"{column}:N",
        color=alt.Color("ink:N", scale=None, legend=None),
        opacity=alt.Opacity("opacity:Q", scale=None),
        x=alt.X("column:O", bandPosition=1 if right else 0),
        y=alt.Y("week:O", bandPosition=0),
    )
    return chart
