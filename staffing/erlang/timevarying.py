"""Load that moves within the interval: volume per interval -> load in erlangs per sub-step.

Two methods. ``sipp`` treats every interval as steady: load = volume AHT / length. ``mol``, the default, is the modified
offered load (Jagerman 1975; Green, Kolesar and Whitt 2007): the number of agents that would be busy if there were
always one free, m'(t) = arrivals(t) - m(t) / AHT, in sub-steps of about five minutes. It lags behind the volume by
about one AHT, and averaging the service level over the sub-steps repairs what remains inside the interval. What this
load does not know, that those who wait leave after their patience and that a line stays, `moments` adds for a given
crew.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from staffing.erlang.special import Array

METHODS = ("mol", "sipp")
SUBSTEP_MIN = 5.0


def substeps(interval_min: float, method: str) -> int:
    """Sub-steps of an interval: one for ``sipp``, about five minutes each for ``mol``.

    >>> substeps(30, "mol"), substeps(5, "mol"), substeps(30, "sipp")
    (6, 1, 1)
    """
    if method not in METHODS:
        raise ValueError(f"method is {method!r}, expected one of {', '.join(METHODS)}")
    return 1 if method == "sipp" else max(1, round(interval_min / SUBSTEP_MIN))


def edges(volume: Array, is_open: NDArray[np.bool_]) -> tuple[Array, Array]:
    """Arrival rate at the start and end of each interval, for a parabola per interval that keeps its volume.

    Piecewise parabolic reconstruction (Colella and Woodward 1984): within an interval the rate is monotone, between
    its neighbours and never negative; at a peak or dip it is level. Where the queue opens or closes the rate follows
    the slope of the neighbouring interval.

    Parameters
    ----------
    volume : ndarray
        Contacts per interval, shape (steps,).
    is_open : ndarray
        Open intervals, shape (steps,).

    Returns
    -------
    start, end : ndarray
        Rates in contacts per interval, shape (steps,).

    >>> start, end = edges(np.array([10.0, 20.0, 30.0]), np.ones(3, dtype=bool))
    >>> start.tolist(), end.tolist()
    ([5.0, 15.0, 25.0], [15.0, 25.0, 35.0])
    """
    joined = is_open[1:] & is_open[:-1]
    shared = _shared(volume, joined)
    shared = np.clip(shared, np.minimum(volume[:-1], volume[1:]), np.maximum(volume[:-1], volume[1:]))
    start, end = volume.copy(), volume.copy()
    start[1:][joined], end[:-1][joined] = shared[joined], shared[joined]
    opens = np.append(True, ~joined) & np.append(joined, False)
    closes = np.append(~joined, True) & np.append(False, joined)
    beside = np.append(volume[1:], 0.0), np.append(0.0, volume[:-1])
    start[opens] = np.clip(volume - 0.5 * (beside[0] - volume), 0.0, 2.0 * volume)[opens]
    end[closes] = np.clip(volume - 0.5 * (beside[1] - volume), 0.0, 2.0 * volume)[closes]
    return _monotone(volume, start, end)


def _shared(volume: Array, joined: NDArray[np.bool_]) -> Array:
    """Rate between two neighbours from the open intervals on both sides, or on the one side that has them."""
    shared = 0.5 * (volume[:-1] + volume[1:])
    if len(volume) < 3:
        return shared
    first, middle, last = volume[:-2], volume[1:-1], volume[2:]
    pair = joined[:-1] & joined[1:]
    # The second step of the morning is often the steepest of the day: the plain mean would put its calls too early.
    shared[:-1] = np.where(pair, (2.0 * first + 5.0 * middle - last) / 6.0, shared[:-1])
    shared[1:] = np.where(pair, (2.0 * last + 5.0 * middle - first) / 6.0, shared[1:])
    both = pair[:-1] & pair[1:]
    finer = (7.0 * (volume[1:-2] + volume[2:-1]) - volume[:-3] - volume[3:]) / 12.0
    shared[1:-1] = np.where(both, finer, shared[1:-1])
    return shared


def _monotone(volume: Array, start: Array, end: Array) -> tuple[Array, Array]:
    """Edges moved so that the parabola through them with that mean is monotone."""
    extremum = (end - volume) * (volume - start) <= 0.0
    span, lean = end - start, volume - 0.5 * (start + end)
    near_end = ~extremum & (span * lean > span * span / 6.0)
    near_start = ~extremum & (span * lean < -span * span / 6.0)
    new_start = np.where(extremum, volume, np.where(near_end, 3.0 * volume - 2.0 * end, start))
    new_end = np.where(extremum, volume, np.where(near_start, 3.0 * volume - 2.0 * start, end))
    return new_start, new_end


def substep_loads(
    volume: Array,
    aht_s: Array,
    is_open: NDArray[np.bool_],
    *,
    interval_min: float,
    method: str,
    overnight: bool = False,
) -> tuple[Array, Array]:
    """Load and contacts in every sub-step.

    Parameters
    ----------
    volume, aht_s : ndarray
        Contacts and mean handle time in seconds per interval, shape (steps,).
    is_open : ndarray
        Open intervals, shape (steps,); volume outside is not looked at.
    interval_min : float
        Length of an interval in minutes.
    method : str
        ``mol`` or ``sipp``.
    overnight : bool
        The first interval continues a running centre (starts at its steady load); otherwise everything starts empty.

    Returns
    -------
    load_erl, contacts : ndarray
        Shape (steps, sub-steps); the contacts of an interval add up to its volume.

    >>> load, contacts = substep_loads(np.array([100.0]), np.array([180.0]), np.array([True]),
    ...                                interval_min=30, method="mol")
    >>> load.round(2).tolist()
    [[5.13, 9.08, 9.83, 9.97, 9.99, 10.0]]
    """
    count = substeps(interval_min, method)
    offered = np.where(is_open, volume, 0.0)
    interval_s = interval_min * 60.0
    if method == "sipp":
        return (offered * aht_s / interval_s)[:, None], offered[:, None]
    start, end = edges(offered, is_open)
    bend = 6.0 * (offered - 0.5 * (start + end))
    place = np.linspace(0.0, 1.0, count + 1)[:, None]
    rates = start + place * (end - start + bend * (1.0 - place))
    arrived = place * (start + place * (0.5 * (end - start + bend) - bend * place / 3.0))
    contacts = np.maximum(np.diff(arrived, axis=0).T, 0.0)
    return _infinite_server(contacts, rates.T / interval_s, aht_s, interval_s / count, overnight), contacts


def _infinite_server(contacts: Array, rates: Array, aht_s: Array, step_s: float, overnight: bool) -> Array:
    """Mean of m(t) over each sub-step; `rates` per second at its ends, shape (steps, sub-steps + 1).

    Within a sub-step the arrival rate is taken as a line with the sub-step's own mean and rise; for that the solution
    is exact.
    """
    count = contacts.shape[1]
    aht = np.repeat(aht_s, count)
    mean = contacts.ravel() / step_s
    slope = ((rates[:, 1:] - rates[:, :-1]) / step_s).ravel()
    first = mean - 0.5 * slope * step_s
    fade = np.exp(-step_s / aht)
    steady = aht * (first - slope * aht)  # particular solution at the start of the sub-step
    gain = steady * (1.0 - fade) + aht * slope * step_s
    level = first[0] * aht[0] if overnight else 0.0
    levels = np.empty(len(aht) + 1)
    levels[0] = level
    for i, (keep, add) in enumerate(zip(fade.tolist(), gain.tolist(), strict=True)):
        level = keep * level + add
        levels[i + 1] = level
    load = aht * (mean - np.diff(levels) / step_s)
    return np.maximum(load, 0.0).reshape(contacts.shape)
