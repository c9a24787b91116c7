"""The means of the last same weekdays: the forecast most centres use, our guard and our yardstick."""

import numpy as np

from staffing.domain.arrays import FloatArray
from staffing.forecast.frame import QueueFrame
from staffing.forecast.shape import OFF_CLASS


def same_weekday_mean(frame: QueueFrame, origin: int, days: slice, weeks: int) -> FloatArray:
    """Mean of each cell over the last `weeks` known ordinary days of the weekday, shape (days, cells).

    Only days before `origin` count. NaN for a weekday that has none; closed cells are 0.
    """
    series = frame.series
    known = frame.rows
    known = known[(known < origin) & (frame.classes[known] != OFF_CLASS)]
    result = np.full((days.stop - days.start, series.cells), np.nan)
    for weekday in range(7):
        last = known[frame.features.weekday[known] == weekday][-weeks:]
        if len(last):
            mean = series.filled[last].sum(axis=0) / np.maximum(series.seen_cells[last].sum(axis=0), 1.0)
            result[frame.features.weekday[days] == weekday] = mean
    return np.where(series.is_open[days], result, 0.0)
