"""Days with a surprise of volume, steered from eleven o'clock: how much of the service lost comes back.

    python -m benchmarks.intraday_day [--days 100] [--surprise 0.15] [--at 11:00] [--json FILE]

The plan is the stored one of ``data/hr-centre-plan``. On each simulated day all contacts of a weekday are drawn with
15 % more than forecast; nobody knows of it but through the contacts that came until 11:00. The rest of the day is then
forecast again, the whole mix of proposals is accepted, and the day goes on. Three courses are played with the same
contacts, handle times, patience and people away (common random numbers): as planned (the contacts thinned to the
forecast), with the surprise and the roster as it stands, and with the surprise and the mix. Service is the share of
contacts in time from 11:00 to the end of the day, of deferred work of what falls due. Lost is planned service less
service under the surprise; recovered is the part of it that the mix brings back. Writes JSON and a chart (SVG).
"""

import argparse
import json
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from staffing.domain.day_actuals import DayActuals
from staffing.domain.demand import ContactHistory
from staffing.files import read_plan
from staffing.plan import Plan
from staffing.planning.intraday import IntradaySettings, read_situation, steer
from staffing.planning.intraday.outlook import Window

FOLDER = Path(__file__).resolve().parents[1] / "data" / "hr-centre-plan"
WORKDAYS = 5
SERIES = ("planned", "surprise", "steered")
COLOURS = {"planned": "#5A5A5A", "surprise": "#D55E00", "steered": "#0072B2"}


def one_day(plan: Plan, number: int, surprise: float, at: str) -> dict[str, Any]:
    """Contacts in time and judged by course, queue and interval, and what was proposed."""
    day = number % WORKDAYS
    rng = np.random.default_rng(np.random.SeedSequence(2026, spawn_key=(number,)))
    grid, volume = plan.forecast.grid, plan.forecast.volume
    span = grid.day_slice(day)
    interval = rng.gamma(1 / 0.05**2, 0.05**2, volume[:, span].shape)
    truth = rng.poisson(volume[:, span] * (1.0 + surprise) * interval)
    # Thinning a Poisson stream gives the stream of the forecast: the same contacts without the surprise.
    usual = rng.binomial(truth, 1.0 / (1.0 + surprise))
    came = np.full(volume.shape, np.nan)
    came[:, span] = truth
    hour, minute = (int(part) for part in at.split(":"))
    cut = grid.at(day, hour * 60 + minute)
    came[:, cut:] = np.nan
    actuals = DayActuals(ContactHistory(grid, plan.forecast.queues, came))
    begun = time.perf_counter()
    situation = read_situation(plan, actuals, at=at, day=grid.dates[day])
    answer = steer(situation, IntradaySettings(seed=number + 1, others=12))
    seconds = time.perf_counter() - begun
    window = Window(situation)
    order = [plan.forecast.queues.index(queue.id) for queue in window.queues]
    courses = {
        "planned": (usual, situation.roster),
        "surprise": (truth, situation.roster),
        "steered": (truth, answer.roster),
    }
    found: dict[str, Any] = {}
    for name, (contacts, roster) in courses.items():
        whole = np.zeros((1, len(order), window.forecast.grid.n), dtype=np.int64)
        first = span.start - window.steps.start
        whole[0, :, first : first + contacts.shape[1]] = contacts[order]
        rest = window.play(roster, whole, seed=10_000 + number)
        found[name] = rest.good[0][:, window.ahead], rest.base[0][:, window.ahead]
    return {
        "day": str(grid.dates[day]),
        "seconds": seconds,
        "proposals": len(answer.mix),
        "price": answer.price,
        "kinds": [row.kind for row in answer.mix],
        "courses": found,
        "queues": [queue.id for queue in window.queues],
        "deadline": [queue.has_deadline for queue in window.queues],
        "start": [
            f"{window.requirement.grid.local(step):%H:%M}" for step in range(window.ahead.start, window.ahead.stop)
        ],
    }


def shares(rows: list[dict[str, Any]], keep: np.ndarray) -> dict[str, float]:
    """Service by course over all days, for some queues."""
    result = {}
    for name in SERIES:
        good = sum(int(row["courses"][name][0][keep].sum()) for row in rows)
        base = sum(int(row["courses"][name][1][keep].sum()) for row in rows)
        result[name] = good / base
    return result


def recovered(service: dict[str, float]) -> float:
    """Part of the service lost that came back."""
    return (service["steered"] - service["surprise"]) / (service["planned"] - service["surprise"])


def bootstrap(rows: list[dict[str, Any]], keep: np.ndarray) -> tuple[float, float]:
    """95 % range of the part recovered, days drawn again."""
    rng, found = np.random.default_rng(1), []
    table = {
        name: np.array([[row["courses"][name][part][keep].sum() for part in (0, 1)] for row in rows]) for name in SERIES
    }
    for _ in range(2000):
        pick = rng.integers(len(rows), size=len(rows))
        service = {name: float(part[pick, 0].sum() / part[pick, 1].sum()) for name, part in table.items()}
        found.append(recovered(service))
    return float(np.quantile(found, 0.025)), float(np.quantile(found, 0.975))


def curves(rows: list[dict[str, Any]], keep: np.ndarray) -> dict[str, list[float | None]]:
    """Service by interval of the day and course."""
    found: dict[str, list[float | None]] = {}
    steps = len(rows[0]["start"])
    for name in SERIES:
        good = sum(row["courses"][name][0][keep].sum(axis=0) for row in rows)
        base = sum(row["courses"][name][1][keep].sum(axis=0) for row in rows)
        found[name] = [round(float(good[n] / base[n]), 4) if base[n] > 0 else None for n in range(steps)]
    return found


def draw(starts: list[str], lines: dict[str, list[float | None]], title: str, path: Path) -> None:
    """Write the curves as SVG."""
    import altair as alt
    import pandas as pd

    from staffing.report.charts import to_svg

    rows = [
        {"start": start, "course": name, "service": value}
        for name in SERIES
        for start, value in zip(starts, lines[name], strict=True)
        if value is not None
    ]
    chart = (
        alt.Chart(pd.DataFrame(rows))
        .mark_line(strokeWidth=2.5)
        .encode(
            x=alt.X("start:O", title=None, axis=alt.Axis(labelAngle=0, labelOverlap=True)),
            y=alt.Y("service:Q", scale=alt.Scale(zero=False), axis=alt.Axis(format=".0%"), title=None),
            color=alt.Color(
                "course:N", scale=alt.Scale(domain=SERIES, range=[COLOURS[name] for name in SERIES]), title=None
            ),
        )
        .properties(width=640, height=320, title=title)
        .configure_view(strokeWidth=0)
    )
    path.write_text(to_svg(chart, "intraday-day") + "\n", encoding="utf-8")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=100)
    parser.add_argument("--surprise", type=float, default=0.15)
    parser.add_argument("--at", default="11:00")
    parser.add_argument("--json", type=Path, default=Path(__file__).with_suffix(".json"))
    given = parser.parse_args()
    plan = read_plan(FOLDER)
    one_day(plan, 0, given.surprise, given.at)  # compiles, and fills caches
    rows = []
    for number in range(given.days):
        rows.append(one_day(plan, number, given.surprise, given.at))
        print(f"\r{number + 1}/{given.days}", end="", file=sys.stderr)
    print(file=sys.stderr)
    deadline = np.array(rows[0]["deadline"])
    groups = {"all": np.ones(len(deadline), dtype=bool), "answered at once": ~deadline, "deferred": deadline}
    record: dict[str, Any] = {
        "date": date.today().isoformat(),
        "days": given.days,
        "surprise": given.surprise,
        "at": given.at,
    }
    print(f"{'':>18}" + "".join(f"{name:>10}" for name in SERIES) + " recovered          95 %")
    for name, keep in groups.items():
        service, span = shares(rows, keep), bootstrap(rows, keep)
        back = recovered(service)
        print(
            f"{name:>18}" + "".join(f"{100 * service[one]:>9.2f}%" for one in SERIES)
            + f"{100 * back:>9.0f}%  {100 * span[0]:>5.0f}-{100 * span[1]:.0f}%"
        )  # fmt: skip
        record[name] = {**service, "recovered": back, "low95": span[0], "high95": span[1], "curves": curves(rows, keep)}
    seconds = np.array([row["seconds"] for row in rows])
    kinds: dict[str, int] = {}
    for row in rows:
        for kind in row["kinds"]:
            kinds[kind] = kinds.get(kind, 0) + 1
    record |= {
        "queues": rows[0]["queues"],
        "start": rows[0]["start"],
        "seconds_median": float(np.median(seconds)),
        "seconds_max": float(seconds.max()),
        "proposals_mean": float(np.mean([row["proposals"] for row in rows])),
        "price_mean": float(np.mean([row["price"] for row in rows])),
        "kinds": dict(sorted(kinds.items(), key=lambda item: -item[1])),
    }
    print(
        f"proposals {record['proposals_mean']:.1f} a day, {record['price_mean']:.0f} a day in price: {record['kinds']}"
    )
    print(f"seconds from actuals to answer: median {record['seconds_median']:.2f}, max {record['seconds_max']:.2f}")
    given.json.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    title = f"Share of contacts in time, {given.days} days with {given.surprise:+.0%} contacts, steered at {given.at}"
    draw(rows[0]["start"], record["all"]["curves"], title, given.json.with_suffix(".svg"))


if __name__ == "__main__":
    main()
