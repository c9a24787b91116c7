"""Oracle: agents who hold several chats, each of them followed, solved without approximation.

The state says how many agents hold 0, 1, ..., k chats, and how many chats wait when all are full. A new chat goes to an
agent with the fewest; an agent with n chats finishes n / h(n) per second; those who wait give up. Below "all full" the
balance equations are a sparse linear system; above it the line is a birth-death chain in closed form.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import spsolve
from scipy.special import betainc

Counts = NDArray[np.int64]
_TAIL = 1e-14  # weight, relative to "all full and nobody waits", at which the line is cut


@dataclass(frozen=True)
class ChatFloor:
    """`agents` who hold up to ``len(speed) - 1`` chats; `speed[n]` chats finished by n at once, per h(1)."""

    agents: int
    speed: tuple[float, ...]
    load: float
    aht_s: float
    patience_s: float

    @property
    def max_parallel(self) -> int:
        return len(self.speed) - 1

    def measures(self, share_full: float, within_s: float) -> tuple[float, float]:
        """Service level (offered) and abandonment.

        `share_full` is P(all full, nobody waiting) / P(not all full).
        """
        line = self._line() * share_full
        total = 1.0 + line.sum()
        ahead = np.arange(len(line))
        x = self.agents * self.speed[-1] / self.aht_s * self.patience_s
        served = x / (x + ahead + 1) * betainc(ahead + 1.0, x + 1.0, -np.expm1(-within_s / self.patience_s))
        left = float((line * ahead).sum()) / self.patience_s / (self.load / self.aht_s)
        return float(1.0 + (line * served).sum()) / total, left / total

    def _line(self) -> NDArray[np.float64]:
        """Weights of 0, 1, ... chats waiting, relative to none."""
        weights, rate = [1.0], self.agents * self.speed[-1] / self.aht_s
        while weights[-1] > _TAIL or len(weights) < 10:
            weights.append(weights[-1] * self.load / self.aht_s / (rate + len(weights) / self.patience_s))
        return np.array(weights)

    def share_full(self) -> float:
        """P(all full, nobody waiting) / P(not all full), from the balance equations of every state."""
        states = _states(self.agents, self.max_parallel)
        place = {tuple(state): i for i, state in enumerate(states.tolist())}
        row, col, rate = [], [], []
        for i, state in enumerate(states.tolist()):
            lowest = next(n for n in range(self.max_parallel + 1) if state[n])
            moves = [(lowest, lowest + 1, self.load)] if lowest < self.max_parallel else []
            moves += [(n, n - 1, state[n] * self.speed[n]) for n in range(1, self.max_parallel + 1) if state[n]]
            for source, target, flow in moves:
                state[source] -= 1
                state[target] += 1
                row.append(place[tuple(state)])
                col.append(i)
                rate.append(flow)
                state[source] += 1
                state[target] -= 1
        size = len(states)
        flow_in = sparse.csc_array((rate, (row, col)), shape=(size, size))
        balance = flow_in - sparse.diags_array(flow_in.sum(axis=0))
        full = place[(0,) * self.max_parallel + (self.agents,)]
        others = np.flatnonzero(np.arange(size) != full)
        weights = spsolve(sparse.csc_array(balance[others][:, others]), -balance[others][:, [full]].toarray().ravel())
        return float(1.0 / weights.sum())


def _states(agents: int, most: int) -> Counts:
    """All ways to spread `agents` over 0..`most` chats, shape (states, most + 1)."""
    bars = np.array(list(combinations(range(agents + most), most)), dtype=np.int64)
    edges = np.concatenate([np.full((len(bars), 1), -1), bars, np.full((len(bars), 1), agents + most)], axis=1)
    return np.diff(edges, axis=1) - 1
