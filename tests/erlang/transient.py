"""A second way to the same answers: the queue M(t)/M/s(t)+M by uniformisation (Jensen 1953), exact up to truncation.

Rates are constant in each piece. When the crew falls, contacts go back to the line (the chain knows numbers, not
people). Waits are those of the Markov chain of one caller: who is ahead is answered or leaves, the caller leaves or is
answered.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Piece:
    """A stretch of constant rates; `rate` contacts and `mu`, `theta` events per second."""

    seconds: float
    rate: float
    agents: int
    mu: float
    theta: float


def played(pieces: list[Piece], top: int) -> tuple[list[Array], list[Array]]:
    """Average distribution of the number in the system over each piece, and the one at its end; starts empty."""
    chance = np.zeros(top + 1)
    chance[0] = 1.0
    averages, ends = [], []
    for piece in pieces:
        average, chance = _uniformised(chance, piece)
        averages.append(average)
        ends.append(chance)
    return averages, ends


def _uniformised(chance: Array, piece: Piece) -> tuple[Array, Array]:
    number = np.arange(len(chance))
    leave = piece.mu * np.minimum(number, piece.agents) + piece.theta * np.maximum(number - piece.agents, 0)
    arrive = np.full(len(chance), piece.rate)
    arrive[-1] = 0.0
    fastest = float((arrive + leave).max())
    mean = fastest * piece.seconds
    last = int(mean + 12.0 * np.sqrt(mean) + 40.0)
    count = np.arange(last + 1.0)
    weight = np.exp(count * np.log(mean) - mean - gammaln(count + 1.0))
    later = 1.0 - np.cumsum(weight)  # chance of more jumps than k: the time spent after k jumps, times the fastest rate
    end, average = np.zeros_like(chance), np.zeros_like(chance)
    for k in range(last + 1):
        end += weight[k] * chance
        average += max(later[k], 0.0) * chance
        step = chance * (1.0 - (arrive + leave) / fastest)
        step[1:] += chance[:-1] * arrive[:-1] / fastest
        step[:-1] += chance[1:] * leave[1:] / fastest
        chance = step
    return average / mean, end / end.sum()


def answered_in_time(agents: int, mu: float, theta: float, within_s: float, top: int, steps: int = 400) -> Array:
    """Chance of an answer in time for a contact that finds 0, 1, ..., top others; Runge-Kutta on its place in line."""
    place = np.arange(top + 1 - agents)
    ahead = agents * mu + theta * place
    soon = np.zeros(len(place))
    h = within_s / steps

    def rise(f: Array) -> Array:
        return ahead * (np.concatenate(([1.0], f[:-1])) - f) - theta * f

    for _ in range(steps):
        one = rise(soon)
        two = rise(soon + 0.5 * h * one)
        three = rise(soon + 0.5 * h * two)
        four = rise(soon + h * three)
        soon = soon + h / 6.0 * (one + 2.0 * two + 2.0 * three + four)
    return np.concatenate((np.ones(agents), soon))


def service_levels(
    contacts: Array, crew: list[int], *, aht_s: float, patience_s: float, within_s: float, interval_s: float, top: int
) -> Array:
    """Expected level by interval; `contacts` (steps, sub-steps), constant rate in each sub-step."""
    seconds, theta = interval_s / contacts.shape[1], 0.0 if np.isinf(patience_s) else 1.0 / patience_s
    pieces = [
        Piece(seconds, arrived / seconds, agents, 1.0 / aht_s, theta)
        for row, agents in zip(contacts, crew, strict=True)
        for arrived in row
    ]
    averages, _ = played(pieces, top)
    found = {agents: answered_in_time(agents, 1.0 / aht_s, theta, within_s, top) for agents in set(crew)}
    level = np.array([average @ found[piece.agents] for average, piece in zip(averages, pieces, strict=True)])
    return np.asarray((level.reshape(contacts.shape) * contacts).sum(axis=1) / contacts.sum(axis=1))
