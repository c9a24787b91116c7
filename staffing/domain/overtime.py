"""Overtime as a labour law counts it: minutes beyond the ordinary day and the ordinary week, day by day."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

import numpy as np

from staffing.domain.arrays import IntArray
from staffing.domain.labour import LabourRules


def overtime_by_day(law: LabourRules, paid_min: IntArray, first: int) -> IntArray:
    """Overtime of each day.

    Parameters
    ----------
    paid_min : (people, days)
        Paid minutes of consecutive days.
    first : int
        Place of a day on which a week begins, so that weeks are counted from there in both directions.

    Returns
    -------
    (people, days)
        Minutes beyond `law.day_minutes` of a day; of a week whose other minutes are more than `law.week_minutes`, what
        is beyond lies on its last days. No minute counts twice.
    """
    day, week = law.day_minutes, law.week_minutes
    plain = paid_min if day is None else np.minimum(paid_min, day)
    beyond: IntArray = np.asarray(paid_min - plain, dtype=np.int64)
    if week is None:
        return beyond
    for span in _weeks(paid_min.shape[1], first):
        total = np.cumsum(plain[:, span], axis=1)
        above = np.maximum(0, total - week)
        beyond[:, span] += np.diff(above, axis=1, prepend=0)
    return beyond


def months_of(dates: tuple[date, ...]) -> tuple[tuple[int, int], ...]:
    """(year, month) of each day."""
    return tuple((when.year, when.month) for when in dates)


def days_before(first_day: date, days: int) -> tuple[date, ...]:
    """The `days` days before `first_day`, in order."""
    return tuple(first_day - timedelta(days=days - place) for place in range(days))


def _weeks(days: int, first: int) -> Iterator[slice]:
    """Slices of seven days counted from `first`; what is left at either end is a shorter slice."""
    begin = first % 7
    edges = sorted({0, *range(begin, days, 7), days})
    for start, stop in pairwise(edges):
        yield slice(start, stop)
