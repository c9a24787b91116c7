"""History of the sample centre: expected demand x factors of the day and the half hour, then Poisson."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import numpy as np

from staffing.domain.arrays import FloatArray
from staffing.sample.china import working_day_of_month
from staffing.sample.hr_demand import STEP_MIN, STREAMS, Stream, day_shape, expected_day, open_span

FIRST, LAST = date(2023, 12, 1), date(2026, 1, 25)
OUTAGE = (datetime(2025, 8, 20, 10), datetime(2025, 8, 20, 15))
OUTAGE_QUEUES = ("phone", "chat")
AFTER_OUTAGE = timedelta(hours=2)


def history_rows(rng: np.random.Generator) -> Iterator[tuple[datetime, str, int, int, int, int | None]]:
    """Rows of ``history.csv``: start, queue, offered, handled, abandoned, aht_s."""
    days = [FIRST + timedelta(days=k) for k in range((LAST - FIRST).days + 1)]
    factors = _day_factors(rng, len(days))
    # A stream of draws of its own for each queue: changing one leaves the others as they are.
    draws = rng.spawn(len(STREAMS))
    for number, day in enumerate(days):
        rows = []
        for index, stream in enumerate(STREAMS):
            rows += _day_rows(draws[index], stream, day, float(factors[index, number]))
        yield from sorted(rows, key=lambda row: row[0])


def _day_factors(rng: np.random.Generator, days: int) -> FloatArray:
    """Level of each day around its expectation: a factor all queues share and one of their own, both remembered."""
    shared, own = _remembered(rng, 1, days, 0.045), _remembered(rng, len(STREAMS), days, 0.05)
    return np.exp(shared + own)


def _remembered(rng: np.random.Generator, rows: int, days: int, deviation: float) -> FloatArray:
    noise = rng.normal(0.0, deviation, (rows, days))
    for day in range(1, days):
        noise[:, day] = 0.4 * noise[:, day - 1] + (1 - 0.4**2) ** 0.5 * noise[:, day]
    return noise


def _day_rows(
    rng: np.random.Generator, stream: Stream, day: date, level: float
) -> list[tuple[datetime, str, int, int, int, int | None]]:
    span = open_span(stream, day)
    if span is None:
        return []
    rate = expected_day(stream, day) * level * day_shape(stream, day)
    rate = rate * rng.gamma(1 / 0.05**2, 0.05**2, len(rate))
    starts = [datetime.combine(day, time(m // 60, m % 60)) for m in range(span[0], span[1], STEP_MIN)]
    down = [stream.queue in OUTAGE_QUEUES and OUTAGE[0] <= start < OUTAGE[1] for start in starts]
    after = [stream.queue in OUTAGE_QUEUES and OUTAGE[1] <= start < OUTAGE[1] + AFTER_OUTAGE for start in starts]
    offered = rng.poisson(np.where(after, 1.4 * rate, rate))
    busy = rate / max(float(rate.max()), 1e-9)
    lost = rng.binomial(offered, np.clip(stream.abandon * (0.5 + 1.5 * busy), 0, 1)) if stream.abandon else 0 * offered
    drift = 1 - 0.02 * (day - FIRST).days / 365.25
    peak_days = 1.03 if 1 <= working_day_of_month(day) <= 5 else 1.0
    mean = stream.aht_s * drift * peak_days * (1.04 - 0.06 * busy)
    handled = offered - lost
    measured = rng.normal(mean, 0.7 * mean / np.sqrt(np.maximum(handled, 1)))
    aht = [round(max(0.3 * m, value)) if n else None for n, m, value in zip(handled, mean, measured, strict=True)]
    return [
        (start, stream.queue, int(n), int(h), int(a), seconds)
        for start, n, h, a, seconds, gone in zip(starts, offered, handled, lost, aht, down, strict=True)
        if not gone
    ]
