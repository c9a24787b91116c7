"""The load a crew works with when arrivals move: mean and variance of the contacts in the system, step by step.

The infinite-server load of `timevarying` knows no crew: it takes the contacts that wait as being handled. Those who
wait leave after their patience, though, not after a handle time, and a line that built up is still there later. With s
agents, mu = 1/AHT and theta = 1/patience (0: nobody leaves) the number N in the system follows

    mean'     = arrivals - mu E[min(N, s)] - theta E[(N - s)+]
    variance' = arrivals + mu E[min(N, s)] + theta E[(N - s)+] - 2 variance (mu P(N < s) + theta P(N > s))

exactly for the mean and with N taken as normal on the right-hand side (Gaussian closure; Massey and Pender 2013). The
rate of leaving, in handle times, is the load of the steady system that is in the same state (Rider 1976; Wang, Tipper
and Banerjee 1996): the service level of a sub-step is the steady one at that load. With patience = AHT it is the
infinite-server load whatever the crew.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from staffing.erlang.special import Array

_STEP_S = 20.0, 100.0  # shortest and longest step; half of it changes usual loads by less than 0.1 %


def crew_loads(
    contacts: Array,
    crew: Array,
    aht_s: Array,
    patience_s: float,
    is_open: NDArray[np.bool_],
    *,
    interval_s: float,
    running: bool = False,
    waiting: Array | None = None,
) -> Array:
    """Load at which the steady system is as full as the moving one, in every sub-step.

    Contacts being handled at closing time are finished; those still waiting stay in line until their patience ends.

    Parameters
    ----------
    contacts : ndarray
        Contacts that arrive in each sub-step, shape (steps, sub-steps).
    crew, aht_s : ndarray
        Agents and mean handle time in seconds, shape (steps,).
    patience_s : float
        Mean patience; infinite where nobody leaves.
    is_open : ndarray
        Open intervals, shape (steps,); nobody works in the others.
    interval_s : float
        Seconds of an interval.
    running : bool
        The first interval continues a centre that has long had its first rate of arrivals; otherwise all starts empty.
    waiting : ndarray, optional
        Contacts beside the arrivals that are in line when a step begins, shape (steps,): those who queued before
        opening.

    Returns
    -------
    load_erl : ndarray
        Shape (steps, sub-steps).

    >>> calls, crew, aht_s = np.full((4, 6), 20.0), np.array([22.0, 22.0, 18.0, 22.0]), np.full(4, 300.0)
    >>> crew_loads(calls, crew, aht_s, 60.0, np.full(4, True), interval_s=1800.0).mean(axis=1).round(2).tolist()
    [16.88, 20.0, 20.28, 19.72]
    """
    from staffing.erlang.moments_kernel import march

    step_s = interval_s / contacts.shape[1]
    load = np.zeros(contacts.shape)
    march(
        np.ascontiguousarray(contacts, dtype=np.float64),
        np.asarray(crew, dtype=np.float64),
        np.asarray(aht_s, dtype=np.float64),
        np.asarray(is_open, dtype=np.bool_),
        np.zeros(len(crew)) if waiting is None else np.asarray(waiting, dtype=np.float64),
        0.0 if math.isinf(patience_s) else 1.0 / patience_s,
        step_s,
        math.ceil(step_s / min(max(0.5 * patience_s, _STEP_S[0]), _STEP_S[1])),
        running,
        load,
    )
    return np.maximum(load, 0.0)
