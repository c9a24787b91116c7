"""Forecast accuracy on real data beside the forecasts others make, from the same origins.

    python -m benchmarks.forecast_peers [--series bank bank2 bank0.2 ambulance ambulance-areas] [--every N]
        [--weeks 4] [--json FILE]

Series, read from the folder of shared data that STAFFING_SHARED_DATA names (default ``../shared/data``):
``bank``, real bank calls of 2003 in half hours (29 origins, the next 20 days with calls); ``bank2`` and ``bank0.2``,
the same thinned to 2 % and 0.2 % of the calls; ``ambulance``, daily responses of a whole service from 2014 to 2019
(15 origins, 28 days); ``ambulance-areas``, the same and each of its areas. Under each table stand the figures that
must hold, with their bounds. Peers: the mean of the last four and eight same weekdays, the same weekday a week ago
(snaive), and, only where they are installed, Prophet with the country's holidays and statsforecast's MSTL with ETS.
`--every 4` takes every fourth origin, for the slow peers.
"""

import argparse
import csv
import importlib.util
import json
import logging
import os
import platform
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

import numpy as np

from staffing.calendars import day_table
from staffing.domain.arrays import FloatArray, IntArray
from staffing.domain.calendar import DayTable
from staffing.domain.centre import Centre, Scenario
from staffing.domain.demand import ContactHistory, Forecast
from staffing.domain.queue import AnswerTarget, Channel, OpeningHours, Queue
from staffing.domain.timegrid import TimeGrid
from staffing.forecast import forecast_demand
from staffing.forecast.frame import QueueFrame, queue_frame
from staffing.forecast.peers import same_weekday_mean
from staffing.forecast.score import ForecastDays, Score, inside
from staffing.forecast.series import to_cells

BANK = Path("calls", "bank_calls_5min_2003.csv")
AMBULANCE = Path("calls", "ambulance_sw_england_daily_2014_2019.csv")
# The bank took calls on Columbus Day, so holidays are not closed by rule; those without rows are unknown.
BANK_HOURS = OpeningHours((((420, 1260),),) * 5 + ((), ()), ((420, 1260),))
ALWAYS = OpeningHours((((0, 1440),),) * 7, ((0, 1440),))
SERIES: dict[str, tuple[float | None, str]] = {
    "bank": (1.0, "US"),
    "bank2": (0.02, "US"),
    "bank0.2": (0.002, "US"),
    "ambulance": (None, "GB"),
}
SPANS = ("day1", "week1", "all")
THINNINGS = range(1, 6)
Peer = Callable[[QueueFrame], FloatArray]


@dataclass(frozen=True, slots=True)
class Check:
    """A figure and the bounds within which it must lie; without bounds it is only told."""

    what: str
    found: float
    low: float | None = None
    high: float | None = None

    @property
    def holds(self) -> bool | None:
        """None where there are no bounds."""
        return None if self.low is None or self.high is None else self.low <= self.found <= self.high


def shared_folder() -> Path:
    """The folder of shared real data, which need not exist."""
    named = os.environ.get("STAFFING_SHARED_DATA")
    return Path(named) if named else Path(__file__).resolve().parents[2] / "shared" / "data"


def bank_scenario(folder: Path, share: float = 1.0, seed: int = 1) -> tuple[Scenario, DayTable]:
    """Real bank calls in half hours from 07:00 to 21:00, thinned to `share`; days without rows are unknown."""
    first, last = date(2003, 3, 3), date(2003, 10, 24)
    grid = TimeGrid("America/New_York", first, (last - first).days + 1, 30)
    offered = np.full(grid.n, np.nan)
    with (folder / BANK).open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            moment = datetime.fromisoformat(row["timestamp"])
            if moment.hour < 21:
                step = grid.floor(moment)
                offered[step] = np.nan_to_num(offered[step]) + float(row["calls"])
    if share < 1:
        known = np.isfinite(offered)
        offered[known] = np.random.default_rng(seed).binomial(offered[known].astype(np.int64), share)
    return _scenario("phone", grid, offered, BANK_HOURS, "US", "")


def ambulance_scenario(folder: Path, area: str = "Trust") -> tuple[Scenario, DayTable]:
    """Daily responses of one area of an ambulance service; ``Trust`` is the whole."""
    with (folder / AMBULANCE).open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["ORA"] == area]
    days = [date.fromisoformat(row["Actual_dt"]) for row in rows]
    grid = TimeGrid("Europe/London", min(days), (max(days) - min(days)).days + 1, 1440)
    offered = np.full(grid.n, np.nan)
    for day, row in zip(days, rows, strict=True):
        offered[(day - grid.first_day).days] = float(row["Actual_Value"] or "nan")
    return _scenario(area, grid, offered, ALWAYS, "GB", "ENG")


def _scenario(
    name: str, grid: TimeGrid, offered: FloatArray, hours: OpeningHours, country: str, subdivision: str
) -> tuple[Scenario, DayTable]:
    queue = Queue(name, Channel.PHONE, AnswerTarget(0.8, 20), hours=hours, aht_s=180.0)
    centre = Centre(name, grid.timezone, grid.step_min, (queue,), country=country, subdivision=subdivision)
    table, _ = day_table(country, subdivision, (), grid.first_day, grid.dates[-1] + timedelta(days=60))
    return Scenario(centre, ContactHistory(grid, (name,), offered[None])), table


def ambulance_areas(folder: Path) -> list[str]:
    """The whole service and its areas, without calls from outside, which are known for one year only."""
    with (folder / AMBULANCE).open(encoding="utf-8") as file:
        return sorted({row["ORA"] for row in csv.DictReader(file)} - {"OOA"}, key=lambda name: (name != "Trust", name))


def bank_origins(scenario: Scenario) -> list[date]:
    """Every third known day from the 61st, as long as 20 known days follow."""
    grid, row = scenario.history.grid, scenario.history.offered[0]
    known = [day for day in range(grid.days) if np.isfinite(row[grid.day_slice(day)]).any()]
    return [grid.first_day + timedelta(days=day) for day in known[60 : len(known) - 19 : 3]]


def ambulance_origins() -> list[date]:
    """Every 49 days from 2018-01-07."""
    return [date(2018, 1, 7) + timedelta(days=49 * n) for n in range(15)]


def peers(country: str, slow: bool) -> dict[str, Peer]:
    """The forecasts to compare with, by name; `slow` takes those that are packages, too."""

    def mean(weeks: int) -> Peer:
        return lambda frame: same_weekday_mean(frame, frame.origin, slice(frame.origin, frame.days), weeks)

    found: dict[str, Peer] = {"mean4": mean(4), "mean8": mean(8), "snaive": mean(1)}
    for name, package in (("prophet", "prophet"), ("mstl_ets", "statsforecast")) if slow else ():
        if importlib.util.find_spec(package) is None:
            print(f"{name}: {package} is not installed, left out", file=sys.stderr)
        elif name == "prophet":
            found[name] = lambda frame: _prophet(frame, country)
        else:
            found[name] = _mstl_ets
    return found


def _moments(frame: QueueFrame, days: slice) -> tuple[np.ndarray, FloatArray]:
    """(day, cell) of open cells of `days`, and their moments as datetime64."""
    place = np.argwhere(frame.series.is_open[days])
    start = np.datetime64(frame.first_day) + days.start
    minutes = place[:, 1] * (1440 // frame.series.cells)
    return place, start + place[:, 0].astype("timedelta64[D]") + minutes.astype("timedelta64[m]")


def _prophet(frame: QueueFrame, country: str) -> FloatArray:
    """Prophet as it comes, with the country's holidays."""
    import pandas as pd
    from prophet import Prophet

    for name in ("cmdstanpy", "prophet"):
        logging.getLogger(name).setLevel(logging.ERROR)
    past, ahead = slice(0, frame.origin), slice(frame.origin, frame.days)
    place, moments = _moments(frame, past)
    table = pd.DataFrame({"ds": moments, "y": frame.series.counts[past][tuple(place.T)]}).dropna()
    model = Prophet(uncertainty_samples=0)
    model.add_country_holidays(country)
    model.fit(table)
    place, moments = _moments(frame, ahead)
    result = np.zeros((frame.days - frame.origin, frame.series.cells))
    if len(place):
        result[tuple(place.T)] = np.maximum(model.predict(pd.DataFrame({"ds": moments}))["yhat"].to_numpy(), 0.0)
    return result


def _mstl_ets(frame: QueueFrame) -> FloatArray:
    """Statsforecast's MSTL with ETS on the logarithm of open cells, strung together."""
    import pandas as pd
    from statsforecast import StatsForecast
    from statsforecast.models import MSTL, AutoETS

    counts, opened = frame.series.counts[: frame.origin], frame.series.is_open[: frame.origin]
    weekday = frame.features.weekday[: frame.origin]
    known = np.isfinite(counts)
    usual = np.array(
        [
            np.nansum(counts[weekday == day], axis=0) / np.maximum(known[weekday == day].sum(axis=0), 1)
            for day in range(7)
        ]
    )
    counts = np.where(np.isfinite(counts), counts, usual[weekday])  # unknown days are filled, to keep the week's clock
    values = np.log(counts[opened] + 1.0)
    cells = int(opened.sum(axis=1).max())
    week = cells * len({int(day) for day in weekday[opened.any(axis=1)]})
    place = np.argwhere(frame.series.is_open[frame.origin :])
    seasons = [week] if cells == 1 else [cells, week]
    table = pd.DataFrame({"unique_id": "q", "ds": np.arange(len(values)), "y": values})
    model = StatsForecast([MSTL(season_length=seasons, trend_forecaster=AutoETS(model="ZZN"))], freq=1)
    result = np.zeros((frame.days - frame.origin, frame.series.cells))
    ahead = model.forecast(df=table, h=len(place))["MSTL"].to_numpy()
    result[tuple(place.T)] = np.maximum(np.exp(ahead) - 1.0, 0.0)
    return result


@dataclass(frozen=True, eq=False)
class Comparison:
    """Absolute errors by forecast and origin over the first day, the first week and all days.

    `errors` holds (origins, 3) by forecast, `contacts` is (origins, 3), `seconds` a fit's; `ours` has all days
    of the forecast made here.
    """

    errors: dict[str, FloatArray]
    contacts: FloatArray
    seconds: dict[str, float]
    ours: ForecastDays

    def wape(self, name: str, every: int = 1) -> FloatArray:
        """WAPE over the three spans, shape (3,), from every so-manieth origin."""
        result: FloatArray = self.errors[name][::every].sum(axis=0) / self.contacts[::every].sum(axis=0)
        return result

    def ratio(self, name: str, every: int = 1) -> FloatArray:
        """WAPE of the forecast made here over that of another forecast, shape (3,)."""
        result: FloatArray = self.wape("staffing", every) / self.wape(name, every)
        return result

    def rows(self) -> list[dict[str, object]]:
        """One row per forecast: WAPE, ratio to the four-week mean, seconds per fit."""
        rows: list[dict[str, object]] = []
        for name in self.errors:
            wape = self.wape(name)
            row: dict[str, object] = {"forecast": name}
            row |= {key: round(float(value), 4) for key, value in zip(SPANS, wape, strict=True)}
            relative = wape / self.wape("mean4")
            row |= {f"{key}_ratio": round(float(value), 3) for key, value in zip(SPANS, relative, strict=True)}
            rows.append(row | {"seconds": round(self.seconds[name], 3)})
        return rows

    def score(self, days: str = "all") -> Score:
        """Bias, coverage and the like of the forecast made here, on ``all`` or ``special`` days."""
        special = self.ours.special
        return self.ours.score("", "all", days, special if days == "special" else np.ones(len(special), dtype=bool))


def compare(
    scenario: Scenario, table: DayTable, origins: list[date], days: int, country: str, *, slow: bool = True
) -> Comparison:
    """Forecast from each origin by all, with nothing but the days before it."""
    queue, grid = scenario.centre.queues[0], scenario.history.grid
    names = {"staffing": None, **peers(country, slow)}
    errors: dict[str, list[list[float]]] = {name: [] for name in names}
    seconds = dict.fromkeys(names, 0.0)
    contacts, parts = [], []
    actual = to_cells(scenario.history.offered[0], grid)
    for number, first in enumerate(origins):
        begin = (first - grid.first_day).days
        came = actual[begin : begin + days]
        known = np.flatnonzero(np.isfinite(came).any(axis=1))[
            : 20 if days == 28 and queue.hours == BANK_HOURS else None
        ]
        week = len(known) * 7 // days if queue.hours == ALWAYS else 5
        spans = [known[:1], known[:week], known]
        frame = queue_frame(scenario, table, queue, TimeGrid(grid.timezone, first, len(came), grid.step_min))
        contacts.append([float(np.nansum(came[span])) for span in spans])
        for name, peer in names.items():
            start = time.perf_counter()
            if peer is None:
                result = forecast_demand(scenario, table, first, len(came))
                cells = to_cells(result.volume[0], result.grid)
                parts.append(_forecast_days(frame, result, came, known))
            else:
                cells = peer(frame)
            seconds[name] += (time.perf_counter() - start) / len(origins)
            errors[name].append([float(np.nansum(np.abs(came[span] - cells[span]))) for span in spans])
        print(f"\r{number + 1}/{len(origins)}", end="", file=sys.stderr, flush=True)
    print("\r", end="", file=sys.stderr)
    axes = {"bands": 1, "peers": 1}
    joined = {
        field.name: np.concatenate([getattr(part, field.name) for part in parts], axis=axes.get(field.name, 0))
        for field in fields(ForecastDays)
    }
    found = {name: np.array(rows) for name, rows in errors.items()}
    return Comparison(found, np.array(contacts), seconds, ForecastDays(**joined))


def _forecast_days(frame: QueueFrame, forecast: Forecast, came: FloatArray, known: IntArray) -> ForecastDays:
    """The scored days of one forecast."""
    ahead = slice(frame.origin, frame.days)
    bands = (forecast.low95[0], forecast.low80[0], forecast.high80[0], forecast.high95[0])
    return ForecastDays(
        came[known],
        np.nan_to_num(to_cells(forecast.volume[0], forecast.grid))[known],
        np.array([np.nan_to_num(to_cells(band, forecast.grid))[known] for band in bands]),
        np.nan_to_num(to_cells(forecast.interval_cv[0], forecast.grid))[known],
        forecast.day_cv[0][known],
        np.array([same_weekday_mean(frame, frame.origin, ahead, weeks)[known] for weeks in (4, 8)]),
        known.astype(np.float64),
        frame.effects().special[ahead][known],
    )


def checks(name: str, found: Comparison) -> list[Check]:
    """What must hold for a series, with the figures found; `--every` must be 1 for the stated origins."""
    score = found.score()
    rows = [
        Check("80 % band holds", score.coverage80, 0.77, 0.83),
        Check("95 % band holds", score.coverage95, 0.92, 0.97),
        Check("80 % band of day totals", score.day_coverage80, 0.75, 0.85),
        Check("80 % band, plain count", score.plain80),
        Check("95 % band, plain count", score.plain95),
        Check("bias", score.bias, -0.012, 0.012) if name == "bank" else Check("bias", score.bias),
        Check("WAPE / Poisson floor", score.wape / score.floor),
    ]
    if name == "bank":
        wape, ratio = found.wape("staffing"), found.ratio("mean4")
        limits = (("one day", 0.051, 0.68), ("one week", 0.053, 0.76), ("20 working days", 0.056, 0.82))
        for place, (span, error, share) in enumerate(limits):
            rows.append(Check(f"{span}: WAPE", wape[place], 0.0, error))
            rows.append(Check(f"{span}: / four-week mean", ratio[place], 0.0, share))
        rows.append(Check("special days: / four-week mean", found.score("special").ratio_mean4, 0.0, 0.75))
        slow = (("prophet", 1, 0.72), ("prophet", 2, 0.60), ("mstl_ets", 1, 0.83))
        for peer, place, share in slow:
            if peer in found.errors:
                span = limits[place][0]
                rows.append(Check(f"{span}: / {peer}, 4th origins", found.ratio(peer, 4)[place], 0.0, share))
    return rows


def thinned_checks(folder: Path, share: float, origins: list[date], days: int) -> list[Check]:
    """Coverage of day totals over several thinnings: in one of them a hundred days decide, which is mostly chance.

    How much chance, a forecast tells that knew each day's true rate: its coverage from one thinning to the next.
    """
    whole = bank_scenario(folder)[0].history
    counts = to_cells(whole.offered[0], whole.grid)
    known, rate = np.flatnonzero(np.isfinite(counts).any(axis=1)), share * np.nansum(counts, axis=1)
    rows = np.concatenate([known[known >= (first - whole.grid.first_day).days][:20] for first in origins])
    perfect = []
    for seed in range(1, 21):
        thin = to_cells(bank_scenario(folder, share, seed)[0].history.offered[0], whole.grid)
        perfect.append(inside(np.nansum(thin, axis=1)[rows], rate[rows], np.zeros(len(rows)), 0.8))
    held = []
    for seed in THINNINGS:
        scenario, table = bank_scenario(folder, share, seed)
        held.append(compare(scenario, table, origins, days, "US", slow=False).score().day_coverage80)
    return [
        Check(f"day totals, mean of {len(held)} thinnings", float(np.mean(held)), 0.75, 0.85),
        Check("true rate, mean of 20 thinnings", float(np.mean(perfect))),
        Check("true rate, deviation of one thinning", float(np.std(perfect, ddof=1))),
    ]


def area_checks(found: dict[str, Comparison]) -> list[Check]:
    """Never worse than the means of past weeks; on average over the areas no worse than Prophet with holidays."""
    rows = [Check(f"{name}: / mean4", one.ratio("mean4")[2], 0.0, 1.0) for name, one in found.items()]
    rows += [Check(f"{name}: / mean8", one.ratio("mean8")[2], 0.0, 1.0) for name, one in found.items()]
    if "Trust" in found:
        rows.append(Check("Trust: / mean4, total", found["Trust"].ratio("mean4")[2], 0.0, 0.83))
    areas = [one for name, one in found.items() if name != "Trust"]
    if areas and "prophet" in areas[0].errors:
        own, peer = (np.mean([one.wape(name)[2] for one in areas]) for name in ("staffing", "prophet"))
        rows.append(Check("areas: mean WAPE", float(own)))
        rows.append(Check("areas: / Prophet's mean WAPE", float(own / peer), 0.0, 1.0))
    return rows


def show(name: str, found: Comparison, told: Sequence[Check]) -> dict[str, object]:
    """Print one series' table; returns what is kept of it."""
    rows, count = found.rows(), len(found.contacts)
    print(f"{name}: WAPE from {count} origins, ratio to the mean of the last four same weekdays, s per fit")
    print(f"  {'':10}{'day 1':>16}{'week 1':>16}{'all':>16}{'s':>8}")
    for row in rows:
        parts = "".join(f"{row[key]:>9.2%}{row[key + '_ratio']:>7.3f}" for key in SPANS)
        print(f"  {row['forecast']:10}{parts}{row['seconds']:>8.2f}")
    return {"origins": count, "rows": rows, **({"checks": show_checks(told)} if told else {})}


def show_checks(told: Sequence[Check]) -> list[dict[str, object]]:
    """Print figures beside their bounds; returns what is kept of them."""
    for row in told:
        bounds = "" if row.holds is None else f"{row.low:>8.3f} to {row.high:<7.3f}{'holds' if row.holds else 'FAILS'}"
        print(f"  {row.what:38}{row.found:>8.4f}{bounds}")
    return [{"what": row.what, "found": round(row.found, 4), "low": row.low, "high": row.high} for row in told]


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    names = [*SERIES, "ambulance-areas"]
    parser.add_argument("--series", nargs="+", choices=names, default=names)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--weeks", type=int, default=4)
    parser.add_argument("--json", type=Path, default=Path(__file__).with_suffix(".json"))
    given = parser.parse_args()
    folder = shared_folder()
    if not (folder / BANK).is_file() or not (folder / AMBULANCE).is_file():
        print("no shared data: STAFFING_SHARED_DATA names no folder with calls/", file=sys.stderr)
        return
    packages = [name for name in ("numpy", "holidays", "prophet", "statsforecast") if importlib.util.find_spec(name)]
    record: dict[str, object] = {
        "date": date.today().isoformat(),
        "machine": f"{platform.platform()}, {os.cpu_count()} cores, python {platform.python_version()}",
        "versions": {name: version(name) for name in packages},
        "weeks": given.weeks,
    }
    for name in given.series:
        if name == "ambulance-areas":
            areas = {}
            for area in ambulance_areas(folder):
                scenario, table = ambulance_scenario(folder, area)
                origins = ambulance_origins()[:: given.every]
                areas[area] = compare(scenario, table, origins, 7 * given.weeks, "GB")
                record[f"{name}:{area}"] = show(f"{name} {area}", areas[area], ())
            record[f"{name}:checks"] = show_checks(area_checks(areas))
            continue
        share, country = SERIES[name]
        scenario, table = ambulance_scenario(folder) if share is None else bank_scenario(folder, share)
        origins = (ambulance_origins() if share is None else bank_origins(scenario))[:: given.every]
        found = compare(scenario, table, origins, 7 * given.weeks, country)
        told = checks(name, found)
        if share is not None and share < 1:
            told += thinned_checks(folder, share, origins, 7 * given.weeks)
        record[name] = show(name, found, told)
    given.json.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
