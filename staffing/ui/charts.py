"""Charts of the screens. A time axis counts elapsed hours, so days of 23 and 25 hours are drawn as they are."""

import altair as alt
import numpy as np
import pandas as pd

from staffing.domain.timegrid import TimeGrid
from staffing.ui import palette
from staffing.ui.palette import Look
from staffing.ui.words import Words

NUMBER = ",.1f"


def _layers(*charts: alt.Chart, height: int) -> alt.LayerChart:
    return alt.LayerChart(layer=list(charts), height=height)


def time_axis(grid: TimeGrid, steps: range, words: Words) -> alt.X:
    """Elapsed hours over `steps`, labelled with local clock times within a day, with days beyond one."""
    labels: dict[str, str] = {}
    is_day = len(steps) * grid.step_min <= 25 * 60
    every = 1 if len(steps) * grid.step_min <= 14 * 60 else 2
    for step in range(steps.start, steps.stop + 1):
        moment = grid.local(step)
        hour = f"{_hour(grid, step):g}"
        if is_day and moment.minute == 0 and moment.hour % every == 0:
            labels[hour] = words.clock(moment)
        elif not is_day and moment.hour == moment.minute == 0 and step < steps.stop:
            labels[hour] = words.day(moment.date())
    table = ",".join(f"'{value}':'{label}'" for value, label in labels.items())
    axis = alt.Axis(
        values=[float(value) for value in labels],
        labelExpr=f"({{{table}}})[datum.value] || ''",
        labelAlign="center" if is_day else "left",
        labelOverlap="greedy",
        grid=True,
        title=None,
    )
    domain = [_hour(grid, steps.start), _hour(grid, steps.stop)]
    return alt.X("hour:Q", axis=axis, scale=alt.Scale(domain=domain, nice=False))


def _hour(grid: TimeGrid, step: int) -> float:
    return (grid.epoch_s(step) - grid.start_epoch_s) / 3600


def heat_map(frame: pd.DataFrame, words: Words, look: Look) -> alt.Chart:
    """Day by time of day: short in vermilion, over in blue, as needed in grey."""
    # One extreme cell must not turn all others grey.
    limit = max(1.0, float(frame["net"].abs().quantile(0.98)) if len(frame) else 1.0)
    hours = list(range(0, 1441, 120))
    clock = ",".join(f"'{minute}':'{minute // 60:02d}:00'" for minute in hours)
    chart: alt.Chart = (
        alt.Chart(frame)
        .mark_rect(stroke=None)
        .encode(
            x=alt.X(
                "minute:Q",
                scale=alt.Scale(nice=False, zero=False),
                axis=alt.Axis(values=hours, labelExpr=f"({{{clock}}})[datum.value] || ''", title=None, grid=False),
            ),
            x2="end:Q",
            y=alt.Y("day:N", sort=alt.EncodingSortField("order"), title=None),
            color=alt.Color(
                "net:Q",
                title=words("chart.gap"),
                scale=alt.Scale(
                    domain=[-limit, 0, limit],
                    range=[palette.UNDER, look.even, look.over],
                    clamp=True,
                    interpolate="rgb",
                ),
                legend=alt.Legend(format="+.0f", orient="bottom", gradientLength=240),
            ),
            tooltip=[
                alt.Tooltip("day:N", title=words("chart.day")),
                alt.Tooltip("clock:N", title=words("chart.time")),
                alt.Tooltip("short:Q", title=words("chart.short"), format=NUMBER),
                alt.Tooltip("over:Q", title=words("chart.over"), format=NUMBER),
            ],
        )
        .properties(height=max(120, 30 * frame["day"].nunique() + 70))
    )
    return chart


def coverage_steps(
    frame: pd.DataFrame, x: alt.X, words: Words, look: Look, chosen: int | None = None
) -> alt.LayerChart:
    """Required agents as a step area under the line of those assigned."""
    tooltip = [
        alt.Tooltip("time:N", title=words("chart.time")),
        alt.Tooltip("required:Q", title=words("chart.required"), format=NUMBER),
        alt.Tooltip("assigned:Q", title=words("chart.assigned"), format=NUMBER),
        alt.Tooltip("gap:Q", title=words("chart.gap"), format="+,.1f"),
    ]
    names = [words("chart.required"), words("chart.assigned")]
    colour = alt.Color(
        "name:N",
        title=None,
        legend=alt.Legend(orient="top"),
        scale=alt.Scale(domain=names, range=[palette.MET, look.line]),
    )
    base = alt.Chart(frame).encode(x=x)
    area = (
        base.transform_calculate(name=f"'{names[0]}'")
        .mark_area(interpolate="step-after", opacity=0.75)
        .encode(y=alt.Y("required:Q", title=words("chart.agents")), color=colour)
    )
    line = (
        base.transform_calculate(name=f"'{names[1]}'")
        .mark_line(interpolate="step-after", strokeWidth=2)
        .encode(y="assigned:Q", color=colour)
    )
    touch = base.mark_rect(opacity=0).encode(x2="end:Q", tooltip=tooltip)
    layers = [area, line]
    if chosen is not None:
        mark = alt.Chart(frame[frame["step"] == chosen]).mark_rect(opacity=0.35, color=palette.ACTIVITY["meal"])
        layers.append(mark.encode(x=x, x2="end:Q"))
    return _layers(*layers, touch, height=280)


def bands(frame: pd.DataFrame, x: alt.X, words: Words, look: Look) -> alt.LayerChart:
    """Forecast volume by interval with its 80 % and 95 % bands."""
    base = alt.Chart(frame).encode(x=x)
    wide = base.mark_area(interpolate="monotone", color=look.band, opacity=0.22)
    near = base.mark_area(interpolate="monotone", color=look.band, opacity=0.35)
    line = base.mark_line(interpolate="monotone", color=look.line, strokeWidth=2)
    tooltip = [
        alt.Tooltip("time:N", title=words("chart.time")),
        alt.Tooltip("volume:Q", title=words("chart.contacts"), format=NUMBER),
        alt.Tooltip("low80:Q", title=words("chart.low80"), format=NUMBER),
        alt.Tooltip("high80:Q", title=words("chart.high80"), format=NUMBER),
        alt.Tooltip("low95:Q", title=words("chart.low95"), format=NUMBER),
        alt.Tooltip("high95:Q", title=words("chart.high95"), format=NUMBER),
        alt.Tooltip("aht_s:Q", title=words("chart.aht"), format=",.0f"),
    ]
    return _layers(
        wide.encode(y=alt.Y("low95:Q", title=words("chart.contacts")), y2="high95:Q"),
        near.encode(y="low80:Q", y2="high80:Q"),
        line.encode(y="volume:Q"),
        base.mark_rect(opacity=0).encode(x2="end:Q", tooltip=tooltip),
        height=280,
    )


def handle_time(frame: pd.DataFrame, x: alt.X, words: Words) -> alt.Chart:
    """Mean handle time by interval."""
    chart: alt.Chart = (
        alt.Chart(frame)
        .mark_line(interpolate="step-after", color=palette.ACTIVITY["meal"], strokeWidth=2)
        .encode(
            x=x,
            y=alt.Y("aht_s:Q", title=None, scale=alt.Scale(zero=False)),
            tooltip=["time:N", "aht_s:Q"],
        )
        .properties(height=140)
    )
    return chart


def daily(history: pd.DataFrame, totals: pd.DataFrame, words: Words, look: Look) -> alt.LayerChart:
    """Contacts by day: what was, and what is forecast with its range."""
    names = [words("chart.history"), words("chart.forecast")]
    past = history.assign(name=names[0], day=[str(day) for day in history["date"]])
    future = totals.assign(name=names[1], day=[str(day) for day in totals["date"]])
    days = [*past["day"], *future["day"]]
    mondays = [str(day) for day in [*history["date"], *totals["date"]] if day.weekday() == 0]
    x = alt.X("day:O", title=None, sort=days, axis=alt.Axis(values=mondays, labelAngle=0, labelOverlap="greedy"))
    colour = alt.Color(
        "name:N",
        title=None,
        legend=alt.Legend(orient="top"),
        scale=alt.Scale(domain=names, range=[palette.NEUTRAL, look.line]),
    )
    tooltip = [
        alt.Tooltip("day:O", title=words("chart.day")),
        alt.Tooltip("contacts:Q", title=words("chart.contacts"), format=",.0f"),
    ]
    y = alt.Y("contacts:Q", title=words("chart.contacts_day"))
    bars = alt.Chart(pd.concat([past, future])).mark_bar().encode(x=x, y=y, color=colour, tooltip=tooltip)
    whiskers = (
        alt.Chart(future).mark_rule(color=palette.ACTIVITY["meal"], strokeWidth=2).encode(x=x, y="low:Q", y2="high:Q")
    )
    return _layers(bars, whiskers, height=240)


def service_curve(frame: pd.DataFrame, target: float, agents: float, words: Words, look: Look) -> alt.LayerChart:
    """Service level by agents present, with the target and the number chosen."""
    y = alt.Y(
        "service_level:Q", title=words("chart.service_level"), axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 1])
    )
    line = (
        alt.Chart(frame)
        .mark_line(point=True, color=look.line)
        .encode(
            x=alt.X(
                "agents:Q",
                title=words("chart.agents_present"),
                scale=alt.Scale(zero=False),
                axis=alt.Axis(tickMinStep=1),
            ),
            y=y,
            tooltip=[
                alt.Tooltip("agents:Q", title=words("chart.agents_present")),
                alt.Tooltip("service_level:Q", title=words("chart.service_level"), format=".1%"),
            ],
        )
    )
    goal = alt.Chart(pd.DataFrame({"y": [target]})).mark_rule(strokeDash=[6, 4], color=palette.UNDER).encode(y="y:Q")
    chosen = (
        alt.Chart(pd.DataFrame({"x": [agents]})).mark_rule(strokeDash=[2, 3], color=palette.NEUTRAL).encode(x="x:Q")
    )
    return _layers(line, goal, chosen, height=280)


def progress(
    seconds: list[float], costs: list[float | None], floors: list[float | None], words: Words, look: Look
) -> alt.Chart:
    """Best cost and bound over the seconds of a search, as steps on a linear axis that need not start at 0."""
    names = [words("chart.cost"), words("chart.bound")]
    rows = [
        (second, name, value)
        for name, values in zip(names, (costs, floors), strict=True)
        for second, value in zip(seconds, values, strict=True)
        if value is not None and np.isfinite(value)
    ]
    frame = pd.DataFrame(rows, columns=["seconds", "name", "value"])
    chart: alt.Chart = (
        alt.Chart(frame)
        .mark_line(interpolate="step-after", point=len(frame) < 20, strokeWidth=2)
        .encode(
            x=alt.X("seconds:Q", scale=alt.Scale(zero=False), title=words("chart.seconds")),
            y=alt.Y("value:Q", title=words("column.cost"), scale=alt.Scale(zero=False), axis=alt.Axis(format="~s")),
            color=alt.Color(
                "name:N",
                title=None,
                legend=alt.Legend(orient="top"),
                scale=alt.Scale(domain=names, range=[palette.UNDER, look.line]),
            ),
            tooltip=["name:N", alt.Tooltip("seconds:Q", format=".0f"), alt.Tooltip("value:Q", format=",.0f")],
        )
        .properties(height=260)
    )
    return chart
