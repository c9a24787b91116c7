"""Capacity on top of the mean for deferred work, because mails do not arrive evenly and no two take as long.

A crew that can do ``c`` agent-hours of work an hour, given ``m`` on average with the variance ``v`` an hour, lets the
backlog pass ``x`` with the probability ``exp(-2 (c - m) x / v)``: reflected Brownian motion, the heavy-traffic limit of
a queue (Kingman 1962; Harrison 1985). Work that arrives at a backlog of ``c D`` just keeps a deadline ``D`` away, so a
share ``s`` in time needs ``c (c - m) = v log(1 / (1 - s)) / (2 D)``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from staffing.domain.queue import DeadlineTarget, DeadlineUnit
from staffing.domain.timegrid import TimeGrid
from staffing.erlang.special import Array

HANDLE_TIME_CV = 1.0
"""Handle times as variable as an exponential, as everywhere in the formulas."""
SHARE_MAX = 0.99
"""No finite capacity keeps every deadline; above this share this share is planned."""


def safety_factor(
    deadline: DeadlineTarget,
    volume: Array,
    aht_s: Array,
    is_open: NDArray[np.bool_],
    grid: TimeGrid,
    *,
    day_cv: Array,
    interval_cv: Array,
    until_done: bool = True,
    probability: float | None = None,
) -> float:
    """Capacity relative to the mean work so that `deadline.share` of the work keeps the deadline.

    Within a day the day's level is unknown but the same: a deadline shorter than a day is planned for the level at the
    share's quantile. Over longer deadlines it evens out and counts as variance.

    Parameters
    ----------
    deadline : DeadlineTarget
        The promise.
    volume, aht_s : ndarray (steps,)
        Expected contacts and seconds of each.
    is_open : ndarray of bool (steps,)
        Open steps of the queue.
    grid : TimeGrid
        The steps.
    day_cv, interval_cv : ndarray (days,), (steps,)
        Coefficients of variation of the day's level and of single intervals.
    until_done : bool
        The work must be done by the deadline (its own handle time is part of it), not only begun.
    probability : float, optional
        Chance with which a day's share must be kept: the quantile of the day's level, where it is above the share.

    Returns
    -------
    float
        At least 1; exactly 1 without contacts or open time.

    Examples
    --------
    40 mails of ten minutes an hour within two working hours: the mean work and 4 % more.

    >>> from datetime import date
    >>> grid = TimeGrid("UTC", date(2026, 1, 5), 5, 60)
    >>> is_open = (grid.minute >= 480) & (grid.minute < 1080)
    >>> mail = DeadlineTarget(2, DeadlineUnit.WORKING_HOURS, 0.95)
    >>> known = {"day_cv": np.zeros(5), "interval_cv": np.zeros(grid.n)}
    >>> round(safety_factor(mail, is_open * 40.0, np.full(grid.n, 600.0), is_open, grid, **known), 2)
    1.04
    >>> safety_factor(mail, np.zeros(grid.n), np.full(grid.n, 600.0), is_open, grid, **known)
    1.0
    """
    total, hours = float(volume.sum()), float(is_open.sum()) * grid.step_h
    work_h = float((volume * aht_s).sum()) / 3600.0
    if work_h <= 0.0 or hours <= 0.0:
        return 1.0
    share = min(deadline.share, SHARE_MAX)
    if share <= 0.5:
        return 1.0
    day_h = hours / max(len(np.unique(grid.day[is_open])), 1)
    each_h, mean = work_h / total, work_h / hours
    window = _window_h(deadline, day_h)
    if until_done:
        window = max(window - each_h, window / 2)
    weight = volume / total
    day_variance = float((weight * day_cv[grid.day] ** 2).sum())
    variance = total / hours * each_h**2 * (1.0 + HANDLE_TIME_CV**2)
    variance += mean**2 * float((weight * interval_cv**2).sum()) * grid.step_h
    level = mean
    if window < day_h:
        quantile = share if probability is None else max(share, probability)
        level *= 1.0 + float(norm.ppf(quantile)) * float(np.sqrt(day_variance))
    else:
        variance += mean**2 * day_variance * day_h
    capacity = (level + float(np.sqrt(level**2 + 2.0 * variance * -np.log1p(-share) / window))) / 2.0
    return capacity / mean


def _window_h(deadline: DeadlineTarget, day_h: float) -> float:
    """Open hours that the deadline allows on average, when a day is open for `day_h`."""
    if deadline.unit is DeadlineUnit.WORKING_HOURS:
        return deadline.amount
    if deadline.unit is DeadlineUnit.WORKING_DAYS:
        return deadline.amount * day_h
    whole, rest = divmod(deadline.amount, 24.0)
    return whole * day_h + min(rest, day_h)
