"""Charts of the screens. A time axis counts elapsed hours, so days of 23 and 25 hours are drawn as they are."""

import altair as alt
import numpy as np
import pandas as pd

from staffing.domain.timegrid import TimeGrid
from staffing.ui import palette
from staffing.ui.palette import Look
from staffing.ui.run_chart import costs_shown
from staffing.ui.words import Words

NUMBER = ",.1f"
PLACES, DAY_KINDS = ("inside", "outside"), ("day_ordinary", "day_special")


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
            x2=alt.X2("end:Q"),
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
        .encode(y=alt.Y("assigned:Q"), color=colour)
    )
    touch = base.mark_rect(opacity=0).encode(x2=alt.X2("end:Q"), tooltip=tooltip)
    layers = [area, line]
    if chosen is not None:
        mark = alt.Chart(frame[frame["step"] == chosen]).mark_rect(opacity=0.35, color=palette.ACTIVITY["meal"])
        layers.append(mark.encode(x=x, x2=alt.X2("end:Q")))
    return _layers(*layers, touch, height=280)


def bands(frame: pd.DataFrame, x: alt.X, words: Words, look: Look) -> alt.LayerChart:
    """Forecast volume by interval with its 80 % and 95 % bands.

    A column `base` is drawn as a dashed line, contacts that `came` as points.
    """
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
    more = []
    if "base" in frame:
        tooltip.insert(2, alt.Tooltip("base:Q", title=words("chart.base"), format=NUMBER))
        dashed = base.mark_line(interpolate="monotone", color=palette.NEUTRAL, strokeDash=[5, 4], strokeWidth=2)
        more.append(dashed.encode(y=alt.Y("base:Q")))
    if "came" in frame:
        tooltip.insert(1, alt.Tooltip("came:Q", title=words("chart.came"), format=NUMBER))
        points = alt.Chart(frame[frame["came"].notna()]).mark_point(filled=True, size=45, color=palette.UNDER)
        more.append(points.encode(x=x, y=alt.Y("came:Q")))
    return _layers(
        wide.encode(y=alt.Y("low95:Q", title=words("chart.contacts")), y2=alt.Y2("high95:Q")),
        near.encode(y=alt.Y("low80:Q"), y2=alt.Y2("high80:Q")),
        line.encode(y=alt.Y("volume:Q")),
        *more,
        base.mark_rect(opacity=0).encode(x2=alt.X2("end:Q"), tooltip=tooltip),
        height=280,
    )


def waterfall(frame: pd.DataFrame, words: Words, look: Look) -> alt.LayerChart:
    """Steps from the usual level to the forecast; every bar says its change, so that colour only helps."""
    order = list(frame["label"])
    base = alt.Chart(frame).encode(
        y=alt.Y("label:N", sort=order, title=None, axis=alt.Axis(labelLimit=320)),
        x=alt.X("low:Q", title=words("chart.contacts_day"), scale=alt.Scale(zero=True)),
        tooltip=[alt.Tooltip("label:N", title=words("chart.step")), alt.Tooltip("told:N", title=words("chart.change"))],
    )
    colour = alt.Color(
        "kind:N",
        legend=None,
        scale=alt.Scale(domain=["whole", "more", "less"], range=[palette.NEUTRAL, look.over, palette.UNDER]),
    )
    bars = base.mark_bar(height=18).encode(x2=alt.X2("high:Q"), color=colour)
    told = base.mark_text(align="left", dx=6, color=look.ink, fontSize=12).encode(
        x=alt.X("high:Q"), text=alt.Text("told:N")
    )
    # The longest bar leaves room for its words.
    room = (
        alt.Chart(pd.DataFrame({"x": [1.25 * float(frame["high"].max())]})).mark_point(opacity=0).encode(x=alt.X("x:Q"))
    )
    return _layers(bars, told, room, height=60 + 30 * len(frame))


def past_days(frame: pd.DataFrame, words: Words, look: Look) -> alt.LayerChart:
    """Forecast and actual by day over all origins; the line breaks where another forecast begins."""
    starts = list(frame.groupby("origin")["day"].first())
    days = list(frame["day"])
    x = alt.X("day:O", title=None, sort=days, axis=alt.Axis(values=starts, labelAngle=0, labelOverlap="greedy"))
    tooltip = [
        alt.Tooltip("day:O", title=words("chart.day")),
        alt.Tooltip("kind:N", title=words("column.kind")),
        alt.Tooltip("actual:Q", title=words("chart.actual"), format=",.0f"),
        alt.Tooltip("forecast:Q", title=words("chart.forecast"), format=",.0f"),
        alt.Tooltip("low:Q", title=words("chart.low80"), format=",.0f"),
        alt.Tooltip("high:Q", title=words("chart.high80"), format=",.0f"),
        alt.Tooltip("error:Q", title=words("chart.error"), format="+.1%"),
    ]
    base = alt.Chart(frame).encode(x=x, detail=alt.Detail("origin:N"), tooltip=tooltip)
    band = base.mark_area(color=look.band, opacity=0.3).encode(
        y=alt.Y("low:Q", title=words("chart.contacts_day")), y2=alt.Y2("high:Q")
    )
    line = base.mark_line(color=look.line, strokeWidth=2).encode(y=alt.Y("forecast:Q"))
    places, kinds = ([words(f"accuracy.{key}") for key in pair] for pair in (PLACES, DAY_KINDS))
    points = base.mark_point(filled=True, size=55, opacity=1).encode(
        y=alt.Y("actual:Q"),
        color=alt.Color(
            "place:N",
            title=None,
            legend=alt.Legend(orient="top", labelLimit=240),
            scale=alt.Scale(domain=places, range=[look.ink, palette.UNDER]),
        ),
        shape=alt.Shape(
            "kind:N",
            title=None,
            legend=alt.Legend(orient="top", symbolFillColor=look.ink, symbolStrokeColor=look.ink),
            scale=alt.Scale(domain=kinds, range=["circle", "triangle-up"]),
        ),
    )
    return _layers(band, line, points, height=300)


def handle_time(frame: pd.DataFrame, x: alt.X, words: Words) -> alt.Chart:
    """Mean handle time by interval."""
    chart: alt.Chart = (
        alt.Chart(frame)
        .mark_line(interpolate="step-after", color=palette.ACTIVITY["meal"], strokeWidth=2)
        .encode(
            x=x,
            y=alt.Y("aht_s:Q", title=None, scale=alt.Scale(zero=False), axis=alt.Axis(format="~g", tickMinStep=1)),
            tooltip=[alt.Tooltip("time:N"), alt.Tooltip("aht_s:Q")],
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
        alt.Chart(future)
        .mark_rule(color=palette.ACTIVITY["meal"], strokeWidth=2)
        .encode(x=x, y=alt.Y("low:Q"), y2=alt.Y2("high:Q"))
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
    goal = (
        alt.Chart(pd.DataFrame({"y": [target]}))
        .mark_rule(strokeDash=[6, 4], color=palette.UNDER)
        .encode(y=alt.Y("y:Q"))
    )
    chosen = (
        alt.Chart(pd.DataFrame({"x": [agents]}))
        .mark_rule(strokeDash=[2, 3], color=palette.NEUTRAL)
        .encode(x=alt.X("x:Q"))
    )
    return _layers(line, goal, chosen, height=280)


def by_crew(frame: pd.DataFrame, name: str, goal: float | None, own: int, words: Words, look: Look) -> alt.LayerChart:
    """One measure by number of agents, with its goal as a dashed line and the own crew marked."""
    share = name != "asa_s"
    told = frame.loc[frame[name].notna(), ["agents", name]].round({name: 4})
    scale = (
        alt.Scale(domain=[0, 1])
        if name in ("service_level", "occupancy", "waiting_probability")
        else alt.Scale(zero=True)
    )
    axis = alt.Axis(format="%") if share else alt.Axis()
    tooltip = [
        alt.Tooltip("agents:Q", title=words("chart.agents")),
        alt.Tooltip(f"{name}:Q", title=words(f"calculator.curve_{name}"), format=".1%" if share else ",.1f"),
    ]
    x = alt.X("agents:Q", title=words("chart.agents"), scale=alt.Scale(zero=False), axis=alt.Axis(tickMinStep=1))
    line = (
        alt.Chart(told)
        .mark_line(point=True, color=look.line)
        .encode(x=x, y=alt.Y(f"{name}:Q", title=None, scale=scale, axis=axis), tooltip=tooltip)
    )
    mark = alt.Chart(told[told["agents"] == own]).mark_point(size=160, filled=True, color=palette.ACTIVITY["meal"])
    layers = [line, mark.encode(x=x, y=alt.Y(f"{name}:Q"), tooltip=tooltip)]
    if goal is not None:
        rule = alt.Chart(pd.DataFrame({"y": [goal]})).mark_rule(strokeDash=[6, 4], color=palette.UNDER)
        layers.append(rule.encode(y=alt.Y("y:Q")))
    return _layers(*layers, height=200)


def sensitivity(frame: pd.DataFrame, target: float, words: Words, look: Look) -> alt.LayerChart:
    """Volume by handle time: agents required as text on the service level that the own crew would give."""
    order = list(dict.fromkeys(frame["volume"]))
    base = alt.Chart(frame).encode(
        x=alt.X("aht:N", sort=order, title=words("calculator.aht_change"), axis=alt.Axis(labelAngle=0)),
        y=alt.Y("volume:N", sort=order[::-1], title=words("calculator.volume_change")),
        tooltip=[
            alt.Tooltip("volume:N", title=words("calculator.volume_change")),
            alt.Tooltip("aht:N", title=words("calculator.aht_change")),
            alt.Tooltip("agents:Q", title=words("calculator.present")),
            alt.Tooltip("service_level:Q", title=words("chart.service_level"), format=".1%"),
        ],
    )
    colour = alt.Color(
        "service_level:Q",
        title=words("chart.service_level"),
        scale=alt.Scale(
            domain=[max(0.0, target - 0.3), target, 1.0],
            range=[palette.UNDER, look.even, look.over],
            clamp=True,
            interpolate="rgb",
        ),
        legend=alt.Legend(format="%", orient="bottom", gradientLength=240),
    )
    number = base.mark_text(fontSize=14, fontWeight="bold", color=look.ink).encode(text=alt.Text("agents:Q"))
    return _layers(base.mark_rect().encode(color=colour), number, height=280)


def progress(
    seconds: list[float], costs: list[float | None], floors: list[float | None], words: Words, look: Look
) -> alt.Chart:
    """Best cost and bound over the seconds of a search, as steps; first rosters may lie above the picture."""
    names = [words("chart.cost"), words("chart.bound")]
    rows = [
        (second, name, value)
        for name, values in zip(names, (costs, floors), strict=True)
        for second, value in zip(seconds, values, strict=True)
        if value is not None and np.isfinite(value)
    ]
    frame = pd.DataFrame(rows, columns=["seconds", "name", "value"])
    low, high = costs_shown(frame.assign(run=""), names[1])
    scale = alt.Scale(domain=[low, min(high, float(frame["value"].max()) + 0.1 * (high - low))])
    chart: alt.Chart = (
        alt.Chart(frame)
        .mark_line(interpolate="step-after", point=len(frame) < 20, strokeWidth=2, clip=True)
        .encode(
            x=alt.X("seconds:Q", scale=alt.Scale(zero=False), title=words("chart.seconds")),
            y=alt.Y("value:Q", title=words("column.cost"), scale=scale, axis=alt.Axis(format="~s")),
            color=alt.Color(
                "name:N",
                title=None,
                legend=alt.Legend(orient="top"),
                scale=alt.Scale(domain=names, range=[palette.UNDER, look.line]),
            ),
            tooltip=[
                alt.Tooltip("name:N"),
                alt.Tooltip("seconds:Q", format=".0f"),
                alt.Tooltip("value:Q", format=",.0f"),
            ],
        )
        .properties(height=260)
    )
    return chart


def change_curve(frame: pd.DataFrame, words: Words, look: Look) -> alt.LayerChart:
    """Agent-hours short after so many changed shifts, the best known for each number."""
    base = alt.Chart(frame).encode(
        x=alt.X("changes:Q", title=words("replan.changes"), axis=alt.Axis(tickMinStep=1)),
        y=alt.Y("short_h:Q", title=words("replan.short"), scale=alt.Scale(zero=True)),
        tooltip=[
            alt.Tooltip("changes:Q", title=words("replan.changes")),
            alt.Tooltip("people:Q", title=words("replan.people")),
            alt.Tooltip("short_h:Q", title=words("replan.short"), format=NUMBER),
            alt.Tooltip("cost:Q", title=words("chart.cost"), format=",.0f"),
        ],
    )
    line = base.mark_line(interpolate="step-after", color=look.line, strokeWidth=2)
    points = base.mark_point(filled=True, size=70, color=look.line)
    return _layers(line, points, height=220)


def weekly_lines(
    frame: pd.DataFrame, names: tuple[str, ...], words: Words, look: Look, asked: float | None = None
) -> alt.LayerChart:
    """Lines over the weeks of a capacity plan; with `asked` they are chances, and that one is a rule."""
    labels = {name: words(f"capacity.{name}") for name in names}
    long = frame.melt("week", value_vars=list(names)).replace({"variable": labels})
    title, form = (words("capacity.hours"), NUMBER) if asked is None else (words("capacity.chance"), "%")
    scale = alt.Scale() if asked is None else alt.Scale(domain=[0, 1])
    colours = [palette.NEUTRAL, look.line, palette.UNDER] if asked is None else [look.line, palette.NEUTRAL]
    dashes = [[1, 0], [1, 0], [5, 3]] if asked is None else [[1, 0], [5, 3]]
    shown = list(labels.values())
    lines = (
        alt.Chart(long)
        .mark_line(interpolate="step-after", strokeWidth=2)
        .encode(
            x=alt.X("week:T", title=None, axis=alt.Axis(format="%Y-%m", labelOverlap="greedy")),
            y=alt.Y("value:Q", title=title, scale=scale, axis=alt.Axis(format=form)),
            color=alt.Color(
                "variable:N",
                title=None,
                legend=alt.Legend(orient="top"),
                scale=alt.Scale(domain=shown, range=colours[: len(shown)]),
            ),
            strokeDash=alt.StrokeDash("variable:N", scale=alt.Scale(domain=shown, range=dashes), legend=None),
            tooltip=[
                alt.Tooltip("week:T", title=words("capacity.week"), format="%Y-%m-%d"),
                alt.Tooltip("variable:N", title=" "),
                alt.Tooltip("value:Q", title=title, format=NUMBER if asked is None else ".1%"),
            ],
        )
    )
    if asked is None:
        return _layers(lines, height=300)
    rule = alt.Chart(pd.DataFrame({"value": [asked]})).mark_rule(strokeDash=[2, 2], color=palette.OVER)
    return _layers(lines, rule.encode(y=alt.Y("value:Q")), height=300)
