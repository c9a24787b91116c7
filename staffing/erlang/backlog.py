"""What a given crew achieves through the day when a line that built up stays: `carried_service`.

The requirement keeps its target in every interval, so hardly a line passes from one to the next. A roster may fall
short: callers who do not leave then wait into the next interval, and over closing time where nobody leaves at all. Here
the number in the system, waiting or being handled, is followed as a Markov chain whose rates change with arrivals and
crew: the whole distribution, because a line of forty contacts now and then is not a line of four all the time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc, gammainc

from staffing.erlang.chat import ChatPool
from staffing.erlang.delay import KINDS
from staffing.erlang.special import Array

_STEP_S = 60.0
_GAMMA = 1.0 - np.sqrt(0.5)
_ALONE = ChatPool((1.0,))


@dataclass(frozen=True, eq=False)
class CarriedService:
    """What a crew achieves, arrays (steps,).

    `service_level` of the contacts that arrive in the step (1 where none do), `waiting` mean contacts in line at its
    end, `abandoned` contacts that give up in it, `overtime_h` agent-hours that those who went off duty at its beginning
    still spend on the contacts they were handling.
    """

    service_level: Array
    waiting: Array
    abandoned: Array
    overtime_h: Array


def carried_service(
    volume: ArrayLike,
    crew: ArrayLike,
    *,
    aht_s: ArrayLike,
    answer_within_s: float,
    interval_s: float,
    patience_s: float | None = None,
    kind: str = "offered",
    is_open: NDArray[np.bool_] | None = None,
    waiting: ArrayLike = 0.0,
    pool: ChatPool = _ALONE,
) -> CarriedService:
    """Expected service of a crew, interval by interval, with the line carried from each to the next.

    Everybody starts idle. Agents who go off duty finish what they are handling, as in the simulation: a crew that falls
    from 20 to 15 takes a quarter of the contacts being handled with it. Contacts that come in closed time are turned
    away; those in line at closing stay, and leave after their patience, if they have one. Between whole crews
    everything is linear.

    Parameters
    ----------
    volume : array_like
        Contacts per interval, shape (steps,), or per equal sub-step of it, shape (steps, sub-steps), as
        `timevarying.substep_loads` gives them.
    crew, aht_s : array_like
        Agents present, real-valued, and mean handle time in seconds, each shape (steps,) or one number.
    answer_within_s : float
        Seconds to answer in.
    interval_s : float
        Seconds of an interval.
    patience_s : float, optional
        Mean patience; None: nobody leaves.
    kind : str
        Definition of the service level, see `service_level`.
    is_open : ndarray, optional
        Shape (steps,); all open if None. Nobody works in closed steps, whatever `crew` says.
    waiting : array_like
        Contacts beside the volume that join the line when a step begins, shape (steps,) or one number for the first
        step: those who queued before opening. They are served but not judged.
    pool : ChatPool
        Agents with parallel contacts.

    Raises
    ------
    ValueError
        When a number is negative, a time is not positive or the kind is unknown.

    >>> calls, crew = [360.0] * 8, [70, 70, 50, 50, 70, 70, 70, 70]  # sixty erlangs, two half hours with fifty agents
    >>> common = dict(crew=crew, aht_s=300, answer_within_s=20, interval_s=1800)
    >>> carried_service(calls, patience_s=180, **common).service_level.round(2).tolist()
    [0.98, 0.97, 0.41, 0.33, 0.97, 0.97, 0.97, 0.97]
    >>> carried_service(calls, **common).service_level.round(2).tolist()
    [0.97, 0.93, 0.17, 0.0, 0.08, 0.44, 0.78, 0.89]
    """
    contacts = np.asarray(volume, dtype=float)
    contacts = contacts[:, None] if contacts.ndim == 1 else contacts
    steps = len(contacts)
    opened = np.ones(steps, dtype=bool) if is_open is None else np.asarray(is_open)
    agents = np.where(opened, np.broadcast_to(np.asarray(crew, dtype=float), steps), 0.0)
    aht = np.broadcast_to(np.asarray(aht_s, dtype=float), steps)
    joins = np.zeros(steps)
    joins[: 1 if np.ndim(waiting) == 0 else steps] = waiting
    _check(contacts, agents, aht, joins, interval_s, patience_s, answer_within_s, kind)
    contacts = np.where(opened[:, None], contacts, 0.0)
    theta = 0.0 if patience_s is None or np.isinf(patience_s) else 1.0 / patience_s
    number = np.arange(_most(contacts, agents, aht, joins, interval_s, theta, pool) + 1.0)
    chance = np.where(number == 0.0, 1.0, 0.0)
    result = {name: np.zeros(steps) for name in ("service_level", "waiting", "abandoned", "overtime_h")}
    before = 0.0
    for i in range(steps):
        if agents[i] < before:
            taken = np.minimum(number, before * pool.max_parallel) * (1.0 - agents[i] / before)
            result["overtime_h"][i] = float(chance @ taken) * aht[i] / 3600.0
            chance = _moved(chance, number - taken)
        if joins[i] > 0.0:
            chance = _moved(chance, number + joins[i])
        before = agents[i]
        line = np.maximum(number - agents[i] * pool.max_parallel, 0.0)
        finish = _finish_rate(number, agents[i], pool) / aht[i]
        fates = _fates(number, line, agents[i], float(finish[-1]), theta, answer_within_s, pool)
        judged, step_s = np.zeros(3), interval_s / contacts.shape[1]
        for arrived in contacts[i]:
            average, chance = _played(chance, arrived / step_s, finish + theta * line, step_s)
            judged += arrived * (fates @ average)
            result["abandoned"][i] += theta * float(average @ line) * step_s
        result["service_level"][i] = _level(judged, float(contacts[i].sum()), kind)
        result["waiting"][i] = float(chance @ line)
    return CarriedService(**result)


def _check(
    contacts: Array,
    agents: Array,
    aht_s: Array,
    joins: Array,
    interval_s: float,
    patience_s: float | None,
    answer_within_s: float,
    kind: str,
) -> None:
    within_s = np.array(answer_within_s)
    for name, values in (("volume", contacts), ("crew", agents), ("waiting", joins), ("answer_within_s", within_s)):
        if not np.all(np.isfinite(values)) or np.any(np.less(values, 0.0)):
            raise ValueError(f"{name} must be finite and not negative")
    if np.any(~(aht_s > 0.0)) or not interval_s > 0.0 or (patience_s is not None and not patience_s > 0.0):
        raise ValueError("aht_s, interval_s and patience_s must be more than 0 seconds")
    if kind not in KINDS:
        raise ValueError(f"kind is {kind!r}, expected one of {', '.join(KINDS)}")


def _most(
    contacts: Array, agents: Array, aht_s: Array, joins: Array, interval_s: float, theta: float, pool: ChatPool
) -> int:
    """A number in the system that is as good as never passed: the largest fluid line, all agents, eight deviations."""
    line, longest = 0.0, 0.0
    finished = agents * float(pool.speed[-1]) / aht_s * interval_s
    for i, arrived in enumerate(contacts.sum(axis=1)):
        peak = line + float(joins[i]) + max(0.0, float(contacts[i].max()) * contacts.shape[1] - finished[i])
        longest = max(longest, peak, line + float(joins[i] + arrived) if agents[i] == 0.0 else 0.0)
        line = max(0.0, line + float(joins[i] + arrived - finished[i])) * np.exp(-theta * interval_s)
    full = float(agents.max(initial=0.0)) * pool.max_parallel + longest
    return int(np.ceil(full + 8.0 * np.sqrt(full + float(contacts.max(initial=0.0))) + 20.0))


def _finish_rate(number: Array, agents: float, pool: ChatPool) -> Array:
    """Contacts finished per handle time when so many are in the system."""
    return np.asarray(agents * np.interp(number / max(agents, 1e-9), np.arange(pool.max_parallel + 1.0), pool.speed))


def _moved(chance: Array, number: Array) -> Array:
    """Distribution after each state has moved to a real number, split between the whole ones beside it."""
    top = len(chance) - 1
    place = np.clip(number, 0.0, top)
    low = np.floor(place).astype(np.int64)
    share = place - low
    moved = np.bincount(low, chance * (1.0 - share), minlength=top + 1)
    return np.asarray(moved + np.bincount(np.minimum(low + 1, top), chance * share, minlength=top + 1))


def _played(chance: Array, rate: float, leave: Array, step_s: float) -> tuple[Array, Array]:
    """Average distribution of a sub-step and the one at its end, by two-stage implicit steps (Alexander 1977)."""
    from scipy.linalg import solve_banded

    parts = int(np.ceil(step_s / _STEP_S))
    h = step_s / parts
    arrive = np.full(len(chance), rate)
    arrive[-1] = 0.0
    bands = np.zeros((3, len(chance)))
    bands[0, 1:] = -_GAMMA * h * leave[1:]
    bands[1] = 1.0 + _GAMMA * h * (arrive + leave)
    bands[2, :-1] = -_GAMMA * h * arrive[:-1]

    def change(p: Array) -> Array:
        flow = arrive[:-1] * p[:-1] - leave[1:] * p[1:]
        gained: Array = np.append(-flow, 0.0) + np.append(0.0, flow)
        return gained

    average = np.zeros_like(chance)
    for _ in range(parts):
        first = solve_banded((1, 1), bands, change(chance), check_finite=False)
        second = solve_banded((1, 1), bands, change(chance + (1.0 - _GAMMA) * h * first), check_finite=False)
        later = chance + h * ((1.0 - _GAMMA) * first + _GAMMA * second)
        average += 0.5 * (chance + later) / parts
        chance = later
    return average, chance


def _fates(
    number: Array, line: Array, agents: float, rate: float, theta: float, within_s: float, pool: ChatPool
) -> Array:
    """What becomes of a contact that finds so many: answered in time, left in time, ever answered; shape (3, numbers).

    With j in line before it, it is answered in time with the probability x/(x + j + 1) I(z; j + 1, x + 1), where I is
    the regularised incomplete beta function, x = rate patience and z = 1 - exp(-t / patience).
    """
    free = np.clip(agents * pool.max_parallel - number, 0.0, 1.0)
    if theta == 0.0:
        soon = gammainc(line + 1.0, rate * within_s)
        left, ever = np.zeros_like(line), np.full_like(line, 1.0 if rate > 0.0 else 0.0)
    else:
        x, z = rate / theta, -np.expm1(-within_s * theta)
        ever = x / (x + line + 1.0)
        soon = ever * betainc(line + 1.0, x + 1.0, z)
        still = (1.0 - z) * (1.0 - (betainc(line + 1.0, x, z) if x > 0.0 else 0.0))
        left = np.maximum(1.0 - soon - still, 0.0)
    return np.array([free + (1.0 - free) * soon, (1.0 - free) * left, free + (1.0 - free) * ever])


def _level(judged: Array, arrived: float, kind: str) -> float:
    soon, left, ever = judged
    good = soon + left if kind == "any" else soon
    base = {"net": arrived - left, "answered": ever}.get(kind, arrived)
    return float(np.clip(good / base, 0.0, 1.0)) if base > 0.0 else 1.0 if arrived <= 0.0 else 0.0
