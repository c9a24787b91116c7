"""Opening hours, clock windows and weekdays as centre.toml writes them."""

from collections.abc import Callable
from datetime import time
from itertools import pairwise
from typing import Any

from staffing.domain.queue import OpeningHours, Span
from staffing.domain.timegrid import DAY_MIN
from staffing.files.dates import parse_clock

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LONG_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
HOURS_SHAPE = "HH:MM-HH:MM | 24h"
DAYS_SHAPE = "mon | mon_fri | daily | holiday"

Report = Callable[[str, str, object, str], None]
"""Called with the code, the key below the one being read, the value and what would be right."""


def weekdays_of(word: str) -> tuple[int, ...] | None:
    """Weekdays (Monday 0) of ``mon``, ``monday``, ``mon_fri``, ``fri_mon`` or ``daily``; None when it is none."""
    word = word.strip().lower().replace("-", "_")
    if word == "daily":
        return tuple(range(7))
    ends = [_weekday(part) for part in word.split("_")]
    days = [day for day in ends if day is not None]
    if len(days) != len(ends) or len(days) > 2:
        return None
    first, last = days[0], days[-1]
    return tuple((first + step) % 7 for step in range((last - first) % 7 + 1))


def parse_hours(raw: Any, report: Report) -> OpeningHours | None:
    """Opening hours from a text (every day and holidays) or a table of days.

    More specific keys win over ranges, and ranges over ``daily``. Days not named are closed, holidays too.
    """
    if isinstance(raw, str):
        spans = parse_spans(raw, "", report)
        return None if spans is None else OpeningHours((spans,) * 7, spans)
    if not isinstance(raw, dict):
        report("wrong_type", "", raw, "{ " + DAYS_SHAPE + ' = ["HH:MM-HH:MM"] }')
        return None
    faults = 0
    found: dict[str, tuple[Span, ...]] = {}
    for key, value in raw.items():
        spans = parse_spans(value, key, report)
        if key != "holiday" and weekdays_of(key) is None:
            report("unknown_key", key, key, DAYS_SHAPE)
            faults += 1
        if spans is None:
            faults += 1
        else:
            found[key] = spans
    if faults:
        return None
    week: list[tuple[Span, ...]] = [()] * 7
    holiday = found.pop("holiday", ())
    for key in sorted(found, key=lambda name: -len(weekdays_of(name) or ())):
        for day in weekdays_of(key) or ():
            week[day] = found[key]
    return OpeningHours(tuple(week), holiday)


def parse_spans(raw: Any, key: str, report: Report) -> tuple[Span, ...] | None:
    """Spans of one day: a text or a list of them; a span that ends before it starts runs past midnight."""
    texts = [raw] if isinstance(raw, str) else raw
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        report("wrong_type", key, raw, '["HH:MM-HH:MM"]')
        return None
    spans = [_span(text) for text in texts]
    good = sorted(span for span in spans if span is not None)
    if len(good) < len(spans):
        bad = next(text for text, span in zip(texts, spans, strict=True) if span is None)
        report("bad_hours", key, bad, HOURS_SHAPE)
        return None
    for (_, end), (start, _) in pairwise(good):
        if start < end:
            report("bad_hours", key, ", ".join(texts), HOURS_SHAPE)
            return None
    return tuple(good)


def parse_window(raw: Any, report: Report) -> tuple[int, int] | None:
    """Earliest and latest start in minutes of the day: one clock time or a list of two."""
    times = raw if isinstance(raw, list) else [raw]
    minutes = [clock_minutes(value) for value in times]
    good = [minute for minute in minutes if minute is not None and minute < DAY_MIN]
    if len(good) != len(times) or not 1 <= len(good) <= 2:
        report("bad_clock", "", raw, '"HH:MM" | ["HH:MM", "HH:MM"]')
        return None
    if good[0] > good[-1]:
        report("window_reversed", "", raw, "earliest <= latest")
        return None
    return good[0], good[-1]


def parse_weekdays(raw: Any, report: Report) -> tuple[int, ...] | None:
    """Weekdays on which a shift may start; not given means all."""
    if raw is None:
        return tuple(range(7))
    words = raw if isinstance(raw, list) else [raw]
    days: set[int] = set()
    for word in words:
        found = weekdays_of(word) if isinstance(word, str) else None
        if found is None:
            report("not_one_of", "", word, " | ".join(WEEKDAYS) + " | mon_fri")
            return None
        days.update(found)
    if not days:
        report("out_of_range", "", raw, ">= 1 weekday")
        return None
    return tuple(sorted(days))


def clock_minutes(value: Any) -> int | None:
    """Minutes of the day of ``"HH:MM"`` or a TOML time."""
    if isinstance(value, time):
        return value.hour * 60 + value.minute
    return parse_clock(value) if isinstance(value, str) else None


def multiples(minutes: int) -> str:
    """What fits a grid: ``15 | 30 | ... min``."""
    return f"{minutes} | {2 * minutes} | ... min"


def clock_steps(minutes: int) -> str:
    """Times of day on a grid: ``HH:00 | HH:15 | ...``."""
    return f"HH:00 | HH:{minutes:02d} | ..." if minutes < 60 else "HH:00"


def _weekday(word: str) -> int | None:
    if word in WEEKDAYS:
        return WEEKDAYS.index(word)
    return LONG_WEEKDAYS.index(word) if word in LONG_WEEKDAYS else None


def _span(text: str) -> Span | None:
    if text.strip().lower() in ("24h", "24 h"):
        return 0, DAY_MIN
    start, dash, end = text.partition("-")
    first, last = parse_clock(start), parse_clock(end)
    if not dash or first is None or last is None or first in (DAY_MIN, last):
        return None
    return first, last if last > first else last + DAY_MIN
