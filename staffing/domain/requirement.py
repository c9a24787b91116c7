"""How many agents each queue needs in each interval, and what each number of agents buys."""

from dataclasses import dataclass

import numpy as np

from staffing.domain.arrays import BoolArray, FloatArray, IntArray, set_frozen
from staffing.domain.note import Note
from staffing.domain.timegrid import TimeGrid


@dataclass(frozen=True, eq=False)
class ServiceCurve:
    """Service level bought by each crew size for one queue or pool of queues.

    `first` (steps,) is the smallest crew listed, `service_level` (steps, sizes) the level at
    ``first + k`` agents.
    """

    queues: tuple[str, ...]
    first: IntArray
    service_level: FloatArray

    def __post_init__(self) -> None:
        set_frozen(self, "first", np.int64)
        set_frozen(self, "service_level")

    def at(self, agents: FloatArray) -> FloatArray:
        """Service level at real-valued `agents` (steps,), linear between crew sizes, flat beyond them."""
        sizes = self.service_level.shape[1]
        place = np.clip(np.asarray(agents, dtype=float) - self.first, 0, sizes - 1)
        low = np.minimum(place.astype(int), max(sizes - 2, 0))
        rows = np.arange(len(self.first))
        left, right = self.service_level[rows, low], self.service_level[rows, np.minimum(low + 1, sizes - 1)]
        level: FloatArray = left + (place - low) * (right - left)
        return level


@dataclass(frozen=True, eq=False)
class Workload:
    """Deferred work of one deadline queue as a tube of cumulative agent-hours.

    At the end of each step at most `earliest_h` can have been done (what has arrived) and at least
    `latest_h` must have been done (what was due). `gross_factor` turns net into rostered hours.
    Both arrays have shape (steps,), never fall, and ``latest_h <= earliest_h``.
    """

    queue: str
    earliest_h: FloatArray
    latest_h: FloatArray
    gross_factor: float = 1.0

    def __post_init__(self) -> None:
        set_frozen(self, "earliest_h")
        set_frozen(self, "latest_h")
        if np.any(self.latest_h > self.earliest_h + 1e-6):
            raise ValueError(f"workload of {self.queue}: more is due than has arrived")


@dataclass(frozen=True, eq=False)
class Requirement:
    """Agents per queue and interval, arrays (queues, steps).

    `agents` net and real-valued (present and ready), `agents_gross` on the roster (unplanned
    shrinkage included), `expected_sl` the service level at `agents` (1 where there is no load).
    Rows of deadline queues hold a levelled plan; their truth is `workload`.
    """

    grid: TimeGrid
    queues: tuple[str, ...]
    load_erl: FloatArray
    agents: FloatArray
    agents_gross: FloatArray
    expected_sl: FloatArray
    is_open: BoolArray
    method: tuple[str, ...]
    curves: tuple[ServiceCurve, ...] = ()
    workload: tuple[Workload, ...] = ()
    notes: tuple[Note, ...] = ()

    def __post_init__(self) -> None:
        shape = (len(self.queues), self.grid.n)
        for name in ("load_erl", "agents", "agents_gross", "expected_sl"):
            set_frozen(self, name, np.float64, shape)
        set_frozen(self, "is_open", np.bool_, shape)
        for work in self.workload:
            if work.earliest_h.shape != (self.grid.n,):
                raise ValueError(f"workload of {work.queue} is not on the requirement's grid")

    @property
    def gross_factor(self) -> FloatArray:
        """Rostered agents per agent present, by queue, shape (queues,)."""
        net, gross = self.agents.sum(axis=1), self.agents_gross.sum(axis=1)
        return np.where(net > 0, gross / np.where(net > 0, net, 1), 1.0)
