"""Expected demand of the sample centre: level of the day x shape of the day."""

from dataclasses import dataclass
from datetime import date, timedelta
from math import cos, exp, pi

import numpy as np

from staffing.domain.arrays import FloatArray
from staffing.sample.china import (
    block_of,
    eve_of_block,
    from_spring_festival,
    is_working,
    working_day_of_month,
    working_days_since_block,
)

STEP_MIN = 30
COMPANY_DAYS = (date(2025, 3, 7), date(2026, 3, 6))
CAMPAIGNS = (
    # name, first day, last day, queues, true factor, effect as the planner enters it
    ("秋季校招推广", date(2025, 9, 15), date(2025, 9, 26), ("phone", "chat", "recruitment"), 1.35, "1.35"),
    ("个税专项附加扣除确认", date(2024, 12, 2), date(2024, 12, 13), ("phone", "chat", "email"), 1.20, "learn"),
    ("个税专项附加扣除确认", date(2025, 12, 1), date(2025, 12, 12), ("phone", "chat", "email"), 1.20, "learn"),
    ("年终奖政策宣讲", date(2026, 2, 3), date(2026, 2, 5), ("phone", "chat"), 1.15, "1.15"),
)
WEEKDAY = (1.16, 1.06, 1.0, 0.97, 0.93)
MONTH_START = (1.34, 1.27, 1.20, 1.13, 1.06)
"""Factor of the first five working days of a month: the filing peak."""
MONTH_END = 1.08
AFTER_BLOCK = (1.30, 1.15, 1.06)
LUNAR_DAYS = (-35, -21, -14, -8, -5, -3, -2, -1, 0, 1, 3, 5, 7, 8, 11, 14, 20, 30, 45)
LUNAR_LEVEL = (
    1.0,
    1.08,
    1.18,
    1.20,
    1.02,
    0.78,
    0.6,
    0.32,
    0.09,
    0.07,
    0.1,
    0.16,
    0.3,
    0.72,
    0.82,
    0.95,
    1.1,
    1.05,
    1.0,
)
"""Ramp before the Spring Festival, collapse, slump after it and the job-changing season."""


@dataclass(frozen=True, slots=True)
class Stream:
    """One queue's demand.

    Attributes
    ----------
    volume : float
        Contacts on an ordinary Wednesday of January 2025.
    growth : float
        Growth in a year, continuous.
    saturday, sunday, holiday : float
        Contacts of such a day relative to an ordinary Wednesday.
    month_start : float
        How much of `MONTH_START` reaches the queue.
    season : (amplitude, peak)
        Yearly wave; the peak as a share of the year.
    peaks : of (hour, width_h, height)
        Waves of the day.
    abandon : float
        Mean share of contacts given up.
    opens, closes : float
        Hours of a working day.
    """

    queue: str
    volume: float
    aht_s: float
    growth: float
    season: tuple[float, float]
    month_start: float
    peaks: tuple[tuple[float, float, float], ...]
    opens: float = 8.0
    closes: float = 21.0
    saturday: float = 0.0
    sunday: float = 0.0
    holiday: float = 0.0
    abandon: float = 0.0


STREAMS = (
    Stream(
        queue="phone",
        volume=1600,
        aht_s=250,
        growth=0.05,
        season=(0.06, 0.2),
        month_start=1.0,
        peaks=((10, 1.2, 1.0), (15, 1.5, 0.85), (19, 1.6, 0.22)),
        saturday=0.34,
        sunday=0.27,
        holiday=0.28,
        abandon=0.012,
    ),
    Stream(
        queue="chat",
        volume=840,
        aht_s=420,
        growth=0.14,
        season=(0.05, 0.25),
        month_start=0.7,
        peaks=((10.3, 1.3, 1.0), (15.2, 1.6, 0.95), (19.5, 1.5, 0.4)),
        saturday=0.38,
        sunday=0.32,
        holiday=0.32,
        abandon=0.010,
    ),
    Stream(
        queue="email",
        volume=380,
        aht_s=330,
        growth=-0.04,
        season=(0.05, 0.2),
        month_start=0.8,
        peaks=((9.2, 0.9, 1.0), (14.2, 1.3, 0.7)),
        opens=8.5,
        closes=18.0,
    ),
    Stream(
        queue="ticket",
        volume=190,
        aht_s=600,
        growth=0.06,
        season=(0.06, 0.5),
        month_start=1.2,
        peaks=((10.2, 1.3, 1.0), (15.5, 1.6, 0.9), (19, 1.8, 0.25)),
        saturday=0.3,
        sunday=0.24,
        holiday=0.25,
    ),
    Stream(
        queue="recruitment",
        volume=116,
        aht_s=660,
        growth=0.08,
        season=(0.16, 0.22),
        month_start=0.1,
        peaks=((10.2, 1.1, 1.0), (14.8, 1.4, 0.9)),
        opens=9.0,
        closes=18.0,
    ),
)
SHORT_DAY = (9.0, 18.0)
"""Hours of weekends and days off, of the queues that are open then."""


def open_span(stream: Stream, day: date) -> tuple[int, int] | None:
    """Opening minutes of a day as ``centre.toml`` states them; None when closed."""
    if is_working(day) and day not in COMPANY_DAYS:
        return round(60 * stream.opens), round(60 * stream.closes)
    return (round(60 * SHORT_DAY[0]), round(60 * SHORT_DAY[1])) if stream.saturday else None


def expected_day(stream: Stream, day: date) -> float:
    """Expected contacts of a day without noise; 0 when closed."""
    if open_span(stream, day) is None:
        return 0.0
    years = (day - date(2025, 1, 15)).days / 365.25
    amplitude, peak = stream.season
    season = 1 + amplitude * cos(2 * pi * (day.timetuple().tm_yday / 365.25 - peak))
    level = stream.volume * exp(stream.growth * years) * season * _lunar(day)
    for _, first, last, queues, factor, _ in CAMPAIGNS:
        if first <= day <= last and stream.queue in queues:
            level *= factor
    if day in COMPANY_DAYS:
        return level * 0.4
    block = block_of(day)
    if block is not None:
        return level if _near_lunar(day) else level * stream.holiday * (1.3 if day == block.last else 1.0)
    if not is_working(day):
        return level * (stream.saturday if day.weekday() == 5 else stream.sunday)
    return level * _working_day(stream, day)


def _working_day(stream: Stream, day: date) -> float:
    factor = WEEKDAY[day.weekday()] if day.weekday() < 5 else 0.85
    number = working_day_of_month(day)
    if number <= len(MONTH_START):
        factor *= 1 + stream.month_start * (MONTH_START[number - 1] - 1)
    elif not any(
        is_working(day + timedelta(days=k)) for k in range(1, 10) if (day + timedelta(days=k)).month == day.month
    ):
        factor *= MONTH_END
    if not _near_lunar(day):
        since = working_days_since_block(day)
        if since is not None and since <= len(AFTER_BLOCK):
            factor *= AFTER_BLOCK[since - 1]
        if eve_of_block(day):
            factor *= 0.84
    return factor


def _near_lunar(day: date) -> bool:
    return -3 <= from_spring_festival(day) <= 14


def _lunar(day: date) -> float:
    return float(np.interp(from_spring_festival(day), LUNAR_DAYS, LUNAR_LEVEL))


def day_shape(stream: Stream, day: date) -> FloatArray:
    """Share of a day's contacts in each open interval, shape (intervals,)."""
    span = open_span(stream, day)
    if span is None:
        return np.zeros(0)
    hour = np.arange(span[0] + STEP_MIN / 2, span[1], STEP_MIN) / 60
    shape = np.full(len(hour), 0.06)
    for centre, width, height in stream.peaks:
        spread = width * (1.0 if is_working(day) else 1.5)
        shape += height * np.exp(-0.5 * ((hour - centre) / spread) ** 2)
    if not stream.saturday:
        # What arrived overnight waits at opening.
        shape[0] *= 1.35
    share: FloatArray = shape / shape.sum()
    return share
