"""Columns of the day regression: weekday, days off, month position, season and events, each with its prior."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from staffing.calendars import DayFeatures, HolidayBlock
from staffing.domain.arrays import BoolArray, FloatArray, IntArray
from staffing.domain.centre import Event

MONTH_START_DAYS = 5
MONTH_END_DAYS = 3
YEAR_DAYS = 365.2425
SEASON_FROM_DAYS = 550
SEASON_SD = (0.15, 0.1, 0.07)
TREND_SD = 0.1
"""Prior standard deviation of a year's growth."""
LONG_BLOCK_DAYS = 5
OFF_WEEKDAY_SHARE = 0.5
"""How much the weekday may matter differently on days off, relative to the spread of weekdays."""
MIN_FACTOR = 0.01
"""Events that stop a queue altogether are taken to leave this share."""
WAVE_BLOCK_DAYS = 7
"""Blocks of at least this length change volume weeks before and after them."""
WAVE_KNOTS = (-35, -28, -21, -14, -10, -7, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 14, 21, 30, 45)
WAVE_ENDS = (-42, 55)
WAVE_SD = ((8, 0.5), (21, 0.15), (99, 0.1))
"""Prior standard deviation of a knot, by distance in days from the main day."""


@dataclass(frozen=True, eq=False)
class Effects:
    """Design of the day regression in logarithms.

    Attributes
    ----------
    matrix : (days, columns)
    names, groups : (columns,) of str
        Name and group (``level``, ``weekday``, ``holiday``, ``wave``, ``month``, ``season``, ``event``) of each column.
    prior_mean, prior_sd : (columns,)
        Normal prior of each coefficient.
    """

    matrix: FloatArray
    names: tuple[str, ...]
    groups: tuple[str, ...]
    prior_mean: FloatArray
    prior_sd: FloatArray

    @property
    def special(self) -> BoolArray:
        """True on days with a holiday, month or event effect, shape (days,)."""
        return self._touched(("holiday", "month", "event"))

    @property
    def rare(self) -> BoolArray:
        """True on days with a holiday or event effect, or near a long holiday, shape (days,)."""
        return self._touched(("holiday", "event", "wave"))

    def _touched(self, groups: tuple[str, ...]) -> BoolArray:
        wanted = [group in groups for group in self.groups]
        result: BoolArray = np.abs(self.matrix[:, wanted]).sum(axis=1) > 0
        return result


def build_effects(
    features: DayFeatures,
    blocks: Sequence[HolidayBlock],
    ordinals: IntArray,
    history_days: int,
    events: Sequence[Event],
    spread: float,
    week_spread: float,
) -> Effects:
    """Effects of consecutive days, of which the first `history_days` are history.

    Parameters
    ----------
    features : DayFeatures
        Of the same days.
    blocks : sequence of HolidayBlock
        Also those outside these days, since long holidays are felt for weeks.
    ordinals : (days,)
        Proleptic day numbers.
    events : sequence of Event
        Events of this queue; those of one name share one effect.
    spread : float
        Residual standard deviation of the day's logarithm; calendar effects have it as prior, at least 0.15.
    week_spread : float
        Standard deviation of the logarithm between weekdays.

    Notes
    -----
    Effects of a holiday's own name, of its class and of all holidays are separate columns with zero-mean
    priors: their sum shrinks a rare holiday towards its class and that towards all holidays.
    """
    off_weekday_sd = max(0.01, OFF_WEEKDAY_SHARE * week_spread)
    near, off = max(0.15, spread), features.off
    rows: list[tuple[str, str, FloatArray, float, float]] = [
        ("level", "level", np.ones(len(ordinals)), 0.0, 3.0),
        *_trend_rows(ordinals, history_days),
        *((f"weekday:{day}", "weekday", (features.weekday == day) * 1.0, 0.0, 1.0) for day in range(7)),
        *(
            (f"off_weekday:{day}", "holiday", (off & (features.weekday == day)) * 1.0, 0.0, off_weekday_sd)
            for day in range(7)
        ),
        *_holiday_rows(features, near),
        *_wave_rows(blocks, ordinals),
        *(
            (f"month_start:{k}", "month", (features.month_start == k) * 1.0, 0.0, near)
            for k in range(1, MONTH_START_DAYS + 1)
        ),
        *(
            (f"month_end:{k}", "month", (features.month_end == k) * 1.0, 0.0, near)
            for k in range(1, MONTH_END_DAYS + 1)
        ),
        *_season_rows(ordinals, history_days),
        *_event_rows(ordinals, events),
    ]
    used = [row for row in rows if np.any(row[2] != 0)]
    return Effects(
        np.column_stack([row[2] for row in used]),
        tuple(row[0] for row in used),
        tuple(row[1] for row in used),
        np.array([row[3] for row in used]),
        np.array([row[4] for row in used]),
    )


def _holiday_rows(features: DayFeatures, near: float) -> list[tuple[str, str, FloatArray, float, float]]:
    off = features.off
    length = features.block + features.block_left
    places = {
        "off": off,
        "off_first": off & (features.block == 1),
        "off_last": off & (features.block_left == 0),
        "off_long": off & (length >= LONG_BLOCK_DAYS),
        "before1": features.before == 1,
        "before2": features.before == 2,
        "after1": features.after == 1,
        "after2": features.after == 2,
        "after3": features.after == 3,
    }
    sd = {
        "before2": near / 2,
        "after2": near / 2,
        "after3": near / 2,
        "off": 1.0,
        "off_first": 0.3,
        "off_last": 0.3,
        "off_long": 0.5,
    }
    rows = [(place, "holiday", days * 1.0, 0.0, sd.get(place, near)) for place, days in places.items()]
    rows.append(("adjusted", "holiday", features.adjusted * 1.0, 0.0, max(0.3, near)))
    names = np.array(features.name)
    for name in sorted({*features.name} - {""}):
        own = names == name
        rows += [
            (f"{place}:{name}", "holiday", (places[place] & own) * 1.0, 0.0, 0.5 if place == "off" else near / 2)
            for place in ("off", "before1", "before2", "after1", "after2")
        ]
    return rows


def _trend_rows(ordinals: IntArray, history_days: int) -> list[tuple[str, str, FloatArray, float, float]]:
    """Steady growth, learned once the history holds a year; it stops at the end of the history."""
    if history_days < YEAR_DAYS:
        return []
    years = (ordinals - ordinals[history_days - 1]).clip(max=0) / YEAR_DAYS
    return [("trend", "level", years, 0.0, TREND_SD)]


def _wave_rows(blocks: Sequence[HolidayBlock], ordinals: IntArray) -> list[tuple[str, str, FloatArray, float, float]]:
    """Piecewise linear curve over the days around the main day of each long holiday."""
    rows = []
    knots = np.array([WAVE_ENDS[0], *WAVE_KNOTS, WAVE_ENDS[1]], dtype=np.float64)
    for name in sorted({block.name for block in blocks if block.days >= WAVE_BLOCK_DAYS}):
        main = np.array([block.main_day.toordinal() for block in blocks if block.name == name])
        gaps = ordinals[:, None] - main
        distance = gaps[np.arange(len(ordinals)), np.abs(gaps).argmin(axis=1)]
        for number, knot in enumerate(WAVE_KNOTS, 1):
            hat = np.interp(distance, knots[number - 1 : number + 2], [0.0, 1.0, 0.0], left=0.0, right=0.0)
            sd = next(size for reach, size in WAVE_SD if abs(knot) <= reach)
            rows.append((f"wave:{name}:{knot}", "wave", hat, 0.0, sd))
    return rows


def _season_rows(ordinals: IntArray, history_days: int) -> list[tuple[str, str, FloatArray, float, float]]:
    if history_days < SEASON_FROM_DAYS:
        return []
    angle = 2 * np.pi * ordinals / YEAR_DAYS
    return [
        (f"year_{wave.__name__}:{k}", "season", wave(k * angle), 0.0, sd)
        for k, sd in enumerate(SEASON_SD, 1)
        for wave in (np.sin, np.cos)
    ]


def _event_rows(ordinals: IntArray, events: Sequence[Event]) -> list[tuple[str, str, FloatArray, float, float]]:
    rows = []
    for name in sorted({event.name for event in events}):
        own = [event for event in events if event.name == name]
        reach = np.zeros(len(ordinals))
        for event in own:
            first, last = event.start.toordinal() - event.lead_days, event.end.toordinal() + event.lag_days
            reach[(ordinals >= first) & (ordinals <= last)] = 1.0
        given = [event for event in own if event.factor is not None]
        if given:
            factor = max(float(given[-1].factor or 0.0), MIN_FACTOR)
            rows.append((f"event:{name}", "event", reach, float(np.log(factor)), max(0.01, given[-1].spread / factor)))
        else:
            rows.append((f"event:{name}", "event", reach, 0.0, 0.4))
    return rows
