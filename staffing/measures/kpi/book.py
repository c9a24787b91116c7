"""The KPI book: every measure over a period, in groups whose parts add up to the total, with trend and confidence."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from staffing.domain.arrays import BoolArray, FloatArray, IntArray
from staffing.measures.kpi.catalogue import MEASURES
from staffing.measures.kpi.confidence import Interval, mean_interval, nps_interval, ratio_interval, wilson
from staffing.measures.kpi.measure import Direction, Kind, Measure
from staffing.measures.kpi.records import Records
from staffing.measures.kpi.terms import Terms

GROUPINGS = ("day", "week", "month", "queue", "team")
TIMES = ("day", "week", "month")
UNKNOWN = ""
"""Group of rows that name no queue or no agent: it keeps the parts equal to the whole."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure in one group. `value` is None without data; `low` and `high` where an interval can be told.

    `top` and `bottom` are the sums it is made of, `sample` counts observations, `few` says that there are fewer than
    the measure's smallest sample; `trend` is the value of each week of the book, None where there is no data.
    """

    value: float | None = None
    low: float | None = None
    high: float | None = None
    top: float = 0.0
    bottom: float = 0.0
    sample: int = 0
    few: bool = False
    trend: tuple[float | None, ...] = ()

    @property
    def state(self) -> str:
        """``none``, ``few`` or ``known``."""
        return "none" if self.value is None else "few" if self.few else "known"


@dataclass(frozen=True, slots=True)
class KpiBook:
    """Figures of all measures from `first` to `last`, in total and by group.

    `groups` are days, weeks (their first day), months (``2026-01``), queues or teams; `weeks` are the first days of
    the weeks of each trend. `currency` is what money is counted in.
    """

    first: date
    last: date
    by: str
    groups: tuple[str, ...]
    weeks: tuple[date, ...]
    measures: tuple[Measure, ...]
    total: Mapping[str, Figure]
    cells: Mapping[tuple[str, str], Figure]
    currency: str = ""

    def figure(self, code: str, group: str | None = None) -> Figure:
        """A measure in a group, or in total."""
        return self.total[code] if group is None else self.cells[group, code]


def kpi_book(
    records: Records,
    *,
    by: str = "week",
    first: date | None = None,
    last: date | None = None,
    measures: Iterable[Measure] = MEASURES,
    min_sample: Mapping[str, int] | None = None,
) -> KpiBook | None:
    """Add up the records; None where nothing happened in the period.

    Parameters
    ----------
    by : str
        One of `GROUPINGS`.
    first, last : date, optional
        The period, both days included; by default from the first to the last day with records.
    min_sample : mapping, optional
        Smallest samples by measure that replace the measures' own.

    Raises
    ------
    ValueError
        When `by` is no grouping, or the period ends before it starts.
    """
    if by not in GROUPINGS:
        raise ValueError(f"by is {by!r}, expected one of {', '.join(GROUPINGS)}")
    span = records.span()
    if span is None:
        return None
    begin = span[0] if first is None else first.toordinal()
    end = span[1] if last is None else last.toordinal()
    if end < begin and first is not None and last is not None:
        raise ValueError(f"the period ends on {last} before it starts on {first}")
    if end < span[0] or begin > span[1] or end < begin:
        return None
    weeks = Buckets.of("week", begin, end, records.week_start)
    times = Buckets.of(by, begin, end, records.week_start) if by in TIMES else None
    names = {"queue": (*records.queues, UNKNOWN), "team": (*records.teams, UNKNOWN)}
    groups = names[by] if times is None else times.names
    smallest = min_sample or {}
    total: dict[str, Figure] = {}
    cells: dict[tuple[str, str], Figure] = {}
    chosen = tuple(measures)
    for measure in chosen:
        least = smallest.get(measure.code, measure.smallest_sample)
        whole = _inside(measure.terms(records, begin, end), begin, end)
        parts = [_inside(measure.terms(records, *week), *week) if measure.stock else None for week in weeks.spans]
        total[measure.code] = _figure(measure, whole, None, least, _trend(measure, whole, None, weeks, parts))
        for number, group in enumerate(groups):
            if times is not None:
                low, high = times.spans[number]
                part = _inside(measure.terms(records, low, high), low, high) if measure.stock else whole
                keep = None if part is None else (part.day >= low) & (part.day <= high)
                cells[group, measure.code] = _figure(measure, part, keep, least, ())
                continue
            where = None if whole is None else _place(whole, by, records)
            keep = None if where is None else where == (number if group != UNKNOWN else -1)
            cells[group, measure.code] = _figure(
                measure, whole, keep, least, _trend(measure, whole, keep, weeks, parts)
            )
    if times is None and all(cells[UNKNOWN, measure.code].value is None for measure in chosen):
        groups = groups[:-1]
        cells = {key: figure for key, figure in cells.items() if key[0] != UNKNOWN}
    return KpiBook(
        first=date.fromordinal(begin),
        last=date.fromordinal(end),
        by=by,
        groups=groups,
        weeks=tuple(date.fromordinal(low) for low in weeks.starts),
        measures=chosen,
        total=total,
        cells=cells,
        currency=records.currency,
    )


def verdict(measure: Measure, figure: Figure, target: float | None) -> str:
    """How a figure stands to its target: ``kept``, ``missed``, ``unsure`` (the target lies in its interval), or empty.

    Empty without a target, without enough data, and for measures with no better direction.
    """
    if target is None or figure.state != "known" or figure.value is None or measure.direction is Direction.NEITHER:
        return ""
    if figure.low is not None and figure.high is not None and figure.low < target < figure.high:
        return "unsure"
    higher = measure.direction is Direction.HIGHER
    return "kept" if (figure.value >= target if higher else figure.value <= target) else "missed"


@dataclass(frozen=True, slots=True)
class Buckets:
    """Days, weeks or months that cover a period: their names, first days, and spans within the period."""

    names: tuple[str, ...]
    starts: tuple[int, ...]
    spans: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, by: str, begin: int, end: int, week_start: int) -> "Buckets":
        starts, day = [], _start_of(by, date.fromordinal(begin), week_start)
        while day.toordinal() <= end:
            starts.append(day.toordinal())
            day = _next(by, day)
        edges = [*starts[1:], end + 1]
        spans = tuple((max(low, begin), min(high - 1, end)) for low, high in zip(starts, edges, strict=True))
        dates = [date.fromordinal(low) for low in starts]
        names = tuple(f"{day:%Y-%m}" if by == "month" else day.isoformat() for day in dates)
        return cls(names, tuple(starts), spans)


def _start_of(by: str, day: date, week_start: int) -> date:
    if by == "month":
        return day.replace(day=1)
    return day if by == "day" else day - timedelta(days=(day.weekday() - week_start) % 7)


def _next(by: str, day: date) -> date:
    if by == "month":
        return date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return day + timedelta(days=1 if by == "day" else 7)


def _inside(found: Terms | None, begin: int, end: int) -> Terms | None:
    if found is None:
        return None
    keep = (found.day >= begin) & (found.day <= end)
    return found.chosen(keep)


def _place(found: Terms, by: str, records: Records) -> IntArray:
    """Position of each row's queue or team, -1 unknown."""
    if by == "queue":
        return found.queue
    known = found.agent >= 0
    team = np.full(len(found), -1, dtype=np.int64)
    team[known] = records.team[found.agent[known]]
    return team


def _value(measure: Measure, top: float, bottom: float) -> float | None:
    """The value of sums of a group that has rows."""
    if measure.kind is Kind.SUM:
        return measure.scale * top
    return measure.scale * top / bottom if bottom > 0 else None


def _figure(
    measure: Measure, found: Terms | None, keep: BoolArray | None, least: int, trend: tuple[float | None, ...]
) -> Figure:
    if found is None:
        return Figure(trend=trend)
    found = found if keep is None else found.chosen(keep)
    top, bottom = found.top, found.bottom
    total, whole = float(top.sum()), float(bottom.sum())
    value = _value(measure, total, whole) if found.is_whole else None
    if value is None:
        return Figure(top=total, bottom=whole, trend=trend)
    interval: Interval = None
    sample = len(top)
    if measure.kind is Kind.SHARE:
        sample, interval = round(whole), wilson(total, whole)
    elif measure.kind is Kind.MEAN:
        interval = mean_interval(top)
    elif measure.kind is Kind.NPS:
        interval = nps_interval(float((top > 0).sum()), float((top < 0).sum()), whole)
    elif measure.kind is Kind.RATIO:
        units, place = np.unique(found.unit, return_inverse=True)
        tops, bottoms = (np.bincount(place, values, len(units)).astype(float) for values in (top, bottom))
        sample, interval = int((bottoms > 0).sum()), _possible(measure, ratio_interval(tops, bottoms), tops)
    low, high = (None, None) if interval is None else (measure.scale * interval[0], measure.scale * interval[1])
    return Figure(value, low, high, total, whole, sample, sample < least, trend)


def _possible(measure: Measure, interval: Interval, tops: FloatArray) -> Interval:
    """The interval without values that no unit could have: below nothing, or above the whole."""
    if interval is None:
        return None
    low = max(0.0, interval[0]) if (tops >= 0).all() else interval[0]
    return low, min(1.0, interval[1]) if measure.part else interval[1]


def _trend(
    measure: Measure, found: Terms | None, keep: BoolArray | None, weeks: Buckets, parts: list[Terms | None]
) -> tuple[float | None, ...]:
    """Value of each week; a stock has its own rows each week, and is told in total only."""
    if measure.stock:
        told = [part if keep is None else None for part in parts]
    elif found is None:
        return (None,) * len(weeks.starts)
    else:
        mine = found if keep is None else found.chosen(keep)
        bucket = np.searchsorted(np.array(weeks.starts), mine.day, side="right") - 1
        told = [mine.chosen(bucket == number) for number in range(len(weeks.starts))]
    return tuple(
        _value(measure, float(part.top.sum()), float(part.bottom.sum())) if part is not None and part.is_whole else None
        for part in told
    )
