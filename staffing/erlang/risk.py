"""Crews that keep each day's target with a chosen probability.

Four things are random: the day's level (a gamma factor with mean 1 and the forecast's day cv, common to the day), each
interval's own factor, who is absent, and the luck of the contacts themselves. The crew is that of the plain requirement
for a load ``q`` times the expected one, all day; ``q`` is the smallest number for which

    P(level of the day >= target) = E over the day's factor and the people present of Phi((S - target) / sd)

reaches the probability asked for. ``S`` is the contact-weighted level of the day, and ``sd`` its noise (`noise`).
Because the level falls as the load rises, planning for a quantile of the load is the answer to such a constraint
(Charnes and Cooper 1959; for call centres Gans, Shen, Zhou, Korolev, McCord and Ristock 2015); the formula adds to it
what the quantile leaves out. Demand and absence share the one probability: two margins of 90 % each would keep more
than 90 % of the days.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline, PchipInterpolator
from scipy.special import ndtr, ndtri
from scipy.stats import gamma

from staffing.domain.centre import Centre
from staffing.domain.demand import Forecast
from staffing.domain.note import Note
from staffing.domain.queue import Queue
from staffing.erlang.delay import Index
from staffing.erlang.models import AnswerModel, ChatModel, LoadRows
from staffing.erlang.noise import variance_per_contact
from staffing.erlang.search import smallest_crew
from staffing.erlang.special import Array

Modelled = Callable[[LoadRows], AnswerModel]

SHIFT_H = 8.0
"""Who is absent is absent for a shift of about so many hours; where the centre's shifts are not known."""
_NODES = 25  # loads at which the level of an interval is computed
_FINE = 8  # points between two nodes, by monotone cubic interpolation
_ROUNDS = 12
_CLOSE = 0.002  # of the probability
_CREWS = 6  # load factors for which crews are searched
_RARE = 200.0  # contacts of a day below which they are counted one by one
_FAR = 8.0
_NORMAL = (  # a normal variable in five points (Gauss and Hermite)
    (-2.8569700138728056, -1.355626179974266, 0.0, 1.355626179974266, 2.8569700138728056),
    (0.011257411327720691, 0.22207592200561266, 0.5333333333333333, 0.22207592200561266, 0.011257411327720691),
)


@dataclass(frozen=True, eq=False)
class Risk:
    """What is uncertain about one answer queue over the horizon, and the chance each day's target must be kept with.

    `day`, `at_h` (steps,) are each step's day and hours since its midnight, `day_cv` (days,) and `interval_cv` (steps,)
    the forecast's, `absent` (steps,) the share of people who do not come, `step_h` the length of a step,
    `shift_h` the hours they stay away.
    """

    probability: float
    day: NDArray[np.int64]
    at_h: Array
    day_cv: Array
    interval_cv: Array
    absent: Array
    step_h: float = 0.5
    shift_h: float = SHIFT_H


@dataclass(frozen=True, eq=False)
class RiskCrews:
    """Crews (rows,) for the probability.

    `agents` if everybody comes; `rostered` those who come, on average, of a roster large enough for absence too;
    `demand_factor` and `load_factor` (days,) the loads the former and the latter are made for, relative to the expected
    one, 1 on days without work.
    """

    agents: Array
    rostered: Array
    demand_factor: Array
    load_factor: Array


@dataclass(frozen=True, slots=True)
class DayRisk:
    """One day of one answer queue: its busy intervals ("rows") and what is uncertain about them.

    `rows` at the expected load, `at_h` (rows,) hours since midnight; `day_cv` of the day's level, `interval_cv` and
    `absent` (rows,) of the intervals' own factors and the share of people absent; `floor` (rows,) the crew needed
    anyway; `step_h` the length of an interval, `shift_h` how long an absence lasts.
    """

    rows: LoadRows
    at_h: Array
    day_cv: float
    interval_cv: Array
    absent: Array
    floor: Array
    step_h: float = 0.5
    shift_h: float = SHIFT_H


def chance_asked(queue: Queue, probability: float | None) -> float | None:
    """The queue's own probability, else the one for all."""
    return probability if queue.probability is None else queue.probability


def queue_risk(
    centre: Centre, queue: Queue, forecast: Forecast, absent: Array, probability: float | None
) -> Risk | None:
    """What is uncertain about a queue; None when its target is to be kept on average.

    `absent` (steps,) is the share of rostered people who do not come. An absence lasts the centre's mean shift.
    """
    asked = chance_asked(queue, probability)
    if asked is None:
        return None
    grid, row = forecast.grid, forecast.queues.index(queue.id)
    lengths = [minutes for shift in centre.shifts for minutes in shift.lengths_min]
    return Risk(
        asked,
        np.asarray(grid.day),
        np.asarray((np.arange(grid.n) - grid.day_start[grid.day]) * grid.step_h, dtype=np.float64),
        np.asarray(forecast.day_cv[row]),
        np.asarray(forecast.interval_cv[row]),
        absent,
        grid.step_h,
        float(np.mean(lengths)) / 60.0 if lengths else SHIFT_H,
    )


def risk_note(queue: Queue, probability: float, factor: Array) -> Note:
    """What the probability costs: the load planned for, relative to the expected one, on the mean day."""
    return Note(
        "requirement_risk", (("queue", queue.id), ("share", probability), ("margin", float(factor.mean()) - 1.0))
    )


def risk_crews(modelled: Modelled, rows: LoadRows, steps: Index, floor: Array, risk: Risk) -> RiskCrews:
    """Crews that keep each day's target with the probability asked for.

    Parameters
    ----------
    modelled : callable
        Makes the answer model of rows of load.
    rows : LoadRows
        The busy intervals at the expected load, and `steps` (rows,) which steps they are.
    floor : ndarray (rows,)
        Crews that are needed anyway: on average, for the caps, and at least.
    risk : Risk
        What is uncertain.
    """
    days = risk.day[steps]
    certain, joint = np.ones(len(risk.day_cv)), np.ones(len(risk.day_cv))
    for number in np.unique(days):
        mine = np.flatnonzero(days == number)
        place = steps[mine]
        day = DayRisk(
            rows.take(mine),
            risk.at_h[place],
            float(risk.day_cv[number]),
            risk.interval_cv[place],
            np.zeros(len(mine)),
            floor[mine],
            risk.step_h,
            risk.shift_h,
        )
        certain[number] = joint[number] = load_factor(modelled, day, risk.probability)
        if risk.absent[place].any():
            # Absence only adds to what may go wrong.
            both = load_factor(modelled, replace(day, absent=risk.absent[place]), risk.probability)
            joint[number] = max(both, certain[number])

    def crews(factor: Array) -> Array:
        model = modelled(replace(rows, load_erl=rows.load_erl * factor[days][:, None]))
        plain = replace(model, max_occupancy=None, max_abandon_rate=None)
        return np.maximum(smallest_crew(plain.meets, plain.guess(), integer=False), floor)

    agents = crews(certain)
    rostered = agents if (joint == certain).all() else np.maximum(crews(joint), agents)
    return RiskCrews(agents, rostered, certain, joint)


def load_factor(modelled: Modelled, day: DayRisk, probability: float) -> float:
    """Load, relative to the expected one, that the day's crew must be made for; at least 1.

    Where lines are so few that no crew reaches the probability, a load at which they are all taken.

    Parameters
    ----------
    modelled : callable
        Makes the answer model of rows of load: target and, in its crews, caps.
    day : DayRisk
        The day.
    probability : float
        Chance in (0, 1) with which the day's target is to be kept.

    Raises
    ------
    ValueError
        When the probability is not between 0 and 1.

    Examples
    --------
    Twelve steady hours of 100 erlangs, the day's level known to 10 %: for 90 % of the days the load of the busiest
    eighth of the days is planned, with people absent a little more.

    >>> from staffing.domain.queue import AnswerTarget
    >>> from staffing.erlang.models import ErlangModel
    >>> full = np.full(24, 300.0)
    >>> rows = LoadRows(full[:, None] / 3, 2 * full[:, None], full, 0.6 * full)
    >>> day = DayRisk(rows, np.arange(24) / 2, 0.1, 0 * full, 0 * full, 0 * full)
    >>> def modelled(part):
    ...     return ErlangModel(part, AnswerTarget(0.8, 20))
    >>> round(load_factor(modelled, day, 0.9), 2), round(load_factor(modelled, replace(day, absent=full / 3e3), 0.9), 2)
    (1.13, 1.14)
    """
    if not 0.0 < probability < 1.0:
        raise ValueError(f"probability is {probability}, expected between 0 and 1")
    if not len(day.at_h):
        return 1.0
    chance = _Chance(modelled, replace(day, rows=_two_points(day.rows)), probability)
    wanted = float(ndtri(probability))
    low, high, log_q = 0.0, np.inf, 0.0
    for _ in range(_ROUNDS):
        reached = chance.at(log_q)
        score = float(ndtri(np.clip(reached, 1e-6, 1.0 - 1e-6)))
        if abs(reached - probability) < _CLOSE or (log_q == 0.0 and score >= wanted):
            break
        if score < wanted and log_q >= chance.most:
            break
        low, high = (log_q, high) if score < wanted else (low, log_q)
        # Where the level does not saturate the score is nearly a line of this slope.
        guess = log_q + (wanted - score) * chance.spread
        if np.isinf(high):
            log_q = min(max(guess, log_q + 0.02), chance.most)
        else:
            room = 0.05 * (high - low)
            log_q = guess if low + room <= guess <= high - room else 0.5 * (low + high)
    return float(np.exp(log_q))


class _Chance:
    """Probability that the day's target is kept, by the logarithm of the load factor its crew is made for."""

    def __init__(self, modelled: Modelled, day: DayRisk, probability: float) -> None:
        self.modelled, self.day = modelled, day
        target = modelled(day.rows).target
        if target is None:
            raise ValueError("target is None, expected a service level to keep with a probability")
        self.target = target
        self.contacts = float(day.rows.weight.sum())
        self.weight = day.rows.weight.sum(axis=1) / self.contacts
        self.load = load = day.rows.load_erl.mean(axis=1)
        # Absence as one part that the whole day has in common and one that differs from interval to interval.
        alike = np.maximum(0.0, 1.0 - np.abs(day.at_h[:, None] - day.at_h) / day.shift_h)
        common = float(self.weight @ alike @ self.weight)
        away = np.sqrt(day.absent / np.maximum(day.floor, load + 1.0))  # sd / mean of the people present
        self.day_away = np.sqrt(common) * away
        self.own_sd = np.sqrt(np.log1p(day.interval_cv**2 + (1.0 - common) * away**2))
        steep = 1.0 / np.sqrt(float(self.weight @ load))  # change of the load that takes the level from good to bad
        self.spread = float(np.sqrt(np.log1p(day.day_cv**2) + (self.weight @ self.day_away) ** 2 + (0.2 * steep) ** 2))
        reach = max(3.0 * self.spread, 3.0 * float(self.own_sd.max()), 0.05)
        reach = min(reach, max(8.0 * steep, 0.1))
        self.strain = np.linspace(-reach, reach, _NODES)
        self.fine = np.linspace(-reach, reach, (_NODES - 1) * _FINE + 1)
        far = (max(float(ndtri(probability)), 0.0) + 1.5) * self.spread
        self.crews, self.enough, self.most = self._crews(far), np.full(len(load), np.inf), np.inf
        if day.rows.lines is not None and np.all(np.isfinite(day.rows.lines)):
            # Agents beyond the lines do nothing, so the chance may stay below the one asked for.
            self.enough = np.ceil(day.rows.lines)
            self.most = max(far, float(np.log(self.enough.max() / (self.weight @ load))))
        if self.contacts < _RARE:
            self.most = min(self.most, self._all_in_time(probability, away))
        self.noise = self._noise(load)

    def at(self, log_q: float) -> float:
        """The probability."""
        crew = np.maximum(np.exp(np.minimum(self.crews(log_q), np.log(self.enough))), self.day.floor)
        nodes = [(0.0, 1.0)] if not self.day_away.any() else zip(_NORMAL[0], _NORMAL[1], strict=True)
        extra = self._finishing(crew, log_q)
        reached = np.zeros(len(self.fine))
        for z, part in nodes:
            level, own = self._levels(crew * np.maximum(1.0 + z * self.day_away, 0.05) + extra, log_q)
            variance = self.weight**2 @ own + self.noise / (self.contacts * np.exp(log_q + self.fine))
            above = self.weight @ level - self.target.service_level
            reached += part * ndtr(above / np.sqrt(np.maximum(variance, 1e-12)))
        log_x = log_q + self.fine
        if self.day.day_cv < 1e-4:
            return float(np.interp(0.0, log_x, reached))
        shape = 1.0 / self.day.day_cv**2
        edges = np.concatenate(([0.0], np.exp(0.5 * (log_x[1:] + log_x[:-1])), [np.inf]))
        return float(np.diff(gamma.cdf(edges, shape, scale=1.0 / shape)) @ reached)

    def _finishing(self, crew: Array, log_q: float) -> Array:
        """Agents, on average over an interval, who have gone off duty but still finish what they began.

        Of a crew that falls those who leave are busy as often as the others, and stay for a handle time on average.
        """
        day = self.day
        busy = np.minimum(self.load * np.exp(log_q) / self.modelled(day.rows).capacity_erl(crew), 1.0)
        share = day.step_h * 3600.0 / day.rows.aht_s
        extra, left = np.zeros(len(crew)), 0.0
        for row in range(1, len(crew)):
            if day.at_h[row] - day.at_h[row - 1] > 1.5 * day.step_h:
                left = 0.0
                continue
            left = left * np.exp(-share[row]) + max(0.0, crew[row - 1] - crew[row]) * busy[row - 1]
            extra[row] = left * -np.expm1(-share[row]) / share[row]
        return extra

    def _crews(self, far: float) -> CubicSpline:
        """Logarithm of the crews that keep the target on average, by the logarithm of the load factor."""
        rows, points = self.day.rows, np.linspace(0.0, far, _CREWS)
        part = rows.take(np.tile(np.arange(len(self.weight)), len(points)))
        scale = np.repeat(np.exp(points), len(self.weight))[:, None]
        model = self.modelled(replace(part, load_erl=part.load_erl * scale))
        plain = replace(model, max_occupancy=None, max_abandon_rate=None)
        needed = smallest_crew(plain.meets, plain.guess(), integer=False).reshape(len(points), -1)
        return CubicSpline(points, np.log(np.maximum(needed, 1e-3)))

    def _all_in_time(self, probability: float, away: Array) -> float:
        """Logarithm of the load factor whose crew answers every contact of a quiet day in time with the probability.

        A share of three contacts is all or nothing, and no normal variable: that each misses with at most the
        chance ``(1 - probability) / contacts`` is enough (Boole's inequality).
        """
        wanted = max(float(ndtri(probability)), 0.0)
        busy = self.day.rows.load_erl * np.exp(wanted * np.sqrt(np.log1p(self.day.day_cv**2)))
        share = 1.0 - (1.0 - probability) / max(self.contacts, 1.0)

        def answers(agents: Array, rows: Index) -> NDArray[np.bool_]:
            return model.level(agents, rows) >= share

        model = self.modelled(replace(self.day.rows, load_erl=busy))
        needed = np.minimum(smallest_crew(answers, model.guess(), integer=True) * (1.0 + wanted * away), self.enough)
        log_q = 0.0
        while log_q < _FAR:
            scaled = self.modelled(replace(self.day.rows, load_erl=self.day.rows.load_erl * np.exp(log_q)))
            plain = replace(scaled, max_occupancy=None, max_abandon_rate=None)
            if (np.maximum(smallest_crew(plain.meets, plain.guess(), integer=False), self.day.floor) >= needed).all():
                break
            log_q += 0.1
        return log_q

    def _levels(self, crew: Array, log_q: float) -> tuple[Array, Array]:
        """Mean and variance of each interval's level over its own factor, shape (rows, len(fine))."""
        factor = np.exp(log_q + np.tile(self.strain, len(crew)))
        each = np.repeat(np.arange(len(crew)), len(self.strain))
        part = self.day.rows.take(each)
        part = replace(part, load_erl=part.load_erl * factor[:, None])
        nodes = _level(self.modelled, part, crew[each]).reshape(len(crew), -1)
        table = PchipInterpolator(self.strain, nodes, axis=1)(self.fine)
        if not self.own_sd.any():
            return table, np.zeros(table.shape)
        first, second = np.zeros(table.shape), np.zeros(table.shape)
        row, last = np.arange(len(crew))[:, None], len(self.fine) - 1
        for z, share in zip(_NORMAL[0], _NORMAL[1], strict=True):
            moved = (z - 0.5 * self.own_sd) * self.own_sd / (self.fine[1] - self.fine[0])
            place = np.clip(np.arange(last + 1) + moved[:, None], 0.0, last)
            low = np.minimum(place.astype(np.int64), last - 1)
            value = table[row, low] + (place - low) * (table[row, low + 1] - table[row, low])
            first += share * value
            second += share * value**2
        return first, np.maximum(second - first**2, 0.0)

    def _noise(self, load: Array) -> Array:
        """Variance per contact of the day, by strain, for crews that are just enough."""
        rows, few = self.day.rows, self.strain[:: _NODES // 4]
        crew = np.maximum(np.exp(self.crews(0.0)), self.day.floor)
        agents = self.modelled(rows).capacity_erl(crew)
        found = [
            self.weight
            @ variance_per_contact(
                agents, load * np.exp(strain), rows.aht_s, rows.patience_s, float(self.target.answer_within_s)
            )
            for strain in few
        ]
        return np.asarray(PchipInterpolator(few, found)(self.fine))


def _level(modelled: Modelled, rows: LoadRows, crew: Array) -> Array:
    """Levels of rows with their crews. A chat pool computes every crew for all its rows, so it gets them in groups."""
    model = modelled(rows)
    if not isinstance(model, ChatModel):
        return model.level(crew, np.arange(len(crew)))
    level = np.empty(len(crew))
    whole = np.floor(crew)
    for size in np.unique(whole):
        mine = np.flatnonzero(whole == size)
        level[mine] = modelled(rows.take(mine)).level(crew[mine], np.arange(len(mine)))
    return level


def _two_points(rows: LoadRows) -> LoadRows:
    """The sub-steps of each interval as two with the same mean and variance of the load, weighted by contacts."""
    if rows.load_erl.shape[1] <= 2:
        return rows
    mean = rows.mean(rows.load_erl)
    spread = np.sqrt(rows.mean((rows.load_erl - mean[:, None]) ** 2))
    load = np.stack((np.maximum(mean - spread, 0.0), mean + spread), axis=1)
    half = np.repeat(0.5 * rows.weight.sum(axis=1)[:, None], 2, axis=1)
    return replace(rows, load_erl=load, weight=half)
