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
    Both arrays have shape (steps,), never fall, and ``latest_h <= earliest_h``. `idle_h` (steps,) are
    the hours of each step that idle agents of answer queues are counted on for; None: none.
    """

    queue: str
    earliest_h: FloatArray
    latest_h: FloatArray
    gross_factor: float = 1.0
    idle_h: FloatArray | None = None

    def __post_init__(self) -> None:
        set_frozen(self, "earliest_h")
        set_frozen(self, "latest_h")
        if self.idle_h is not None:
            set_frozen(self, "idle_h", np.float64, self.latest_h.shape)
            if np.any(self.idle_h < 0.0):
                raise ValueError(f"workload of {self.queue}: hours of idle agents are negative")
        if np.any(self.latest_h > self.earliest_h + 1e-6):
            raise ValueError(f"workload of {self.queue}: more is due than has arrived")

    def of_roster(self) -> "Workload":
        """What is left for agents rostered for the queue: the tube less the hours of idle agents.

        Whoever keeps it keeps the whole tube, together with the idle agents.

        >>> tube = Workload("mail", np.full(3, 6.0), np.array([0.0, 4.0, 6.0]), idle_h=np.array([1.0, 1.0, 0.0]))
        >>> tube.of_roster().earliest_h.tolist(), tube.of_roster().latest_h.tolist()
        ([4.0, 4.0, 4.0], [0.0, 2.0, 4.0])
        """
        if self.idle_h is None:
            return self
        helped = np.cumsum(self.idle_h)
        latest = np.maximum.accumulate(np.maximum(0.0, self.latest_h - helped))
        earliest = np.minimum.accumulate((self.earliest_h - helped)[::-1])[::-1]
        return Workload(self.queue, np.maximum(earliest, latest), latest, self.gross_factor)


@dataclass(frozen=True, eq=False)
class PoolNeed:
    """Agents that a set of queues needs together, when agents serve more than one of them.

    `queues` are at least two, in the requirement's order. In every step the agents assigned to
    them, weighted by proficiency, must add up to `agents_gross`; `agents` (net, real-valued),
    `agents_gross` (on the roster) and `expected_sl` have shape (steps,).
    """

    queues: tuple[str, ...]
    agents: FloatArray
    agents_gross: FloatArray
    expected_sl: FloatArray

    def __post_init__(self) -> None:
        if len(set(self.queues)) < 2 or len(set(self.queues)) < len(self.queues):
            raise ValueError(f"queues are {self.queues}, expected at least two different ones")
        set_frozen(self, "agents")
        for name in ("agents_gross", "expected_sl"):
            set_frozen(self, name, np.float64, self.agents.shape)


@dataclass(frozen=True, eq=False)
class Requirement:
    """Agents per queue and interval, arrays (queues, steps).

    `agents` net and real-valued (present and ready), `agents_gross` on the roster (unplanned
    shrinkage included), `expected_sl` the service level at `agents` (1 where there is no load).
    Rows of deadline queues hold a levelled plan; their truth is `workload`. Where agents serve
    several queues, `pools` says what sets of queues need together, and the rows of those queues
    are only what each needs of its own while the others help.

    `absent_share` (queues, steps) is the chance that somebody rostered does not come, `planned_share`
    the share of people away for reasons that rosters already know; None: not known, the queues' own
    unplanned shrinkage then holds. `load_factor` (queues, days) is the load planned for relative to
    the expected one where a probability was asked for, 1 elsewhere; None where none was.
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
    pools: tuple[PoolNeed, ...] = ()
    absent_share: FloatArray | None = None
    planned_share: FloatArray | None = None
    load_factor: FloatArray | None = None

    def __post_init__(self) -> None:
        shape = (len(self.queues), self.grid.n)
        for name in ("load_erl", "agents", "agents_gross", "expected_sl"):
            set_frozen(self, name, np.float64, shape)
        set_frozen(self, "is_open", np.bool_, shape)
        for name, size in (("absent_share", shape[1]), ("planned_share", shape[1]), ("load_factor", self.grid.days)):
            if getattr(self, name) is not None:
                set_frozen(self, name, np.float64, (shape[0], size))
        for work in self.workload:
            if work.earliest_h.shape != (self.grid.n,):
                raise ValueError(f"workload of {work.queue} is not on the requirement's grid")
        for pool in self.pools:
            if pool.agents.shape != (self.grid.n,):
                raise ValueError(f"pool {'+'.join(pool.queues)} is not on the requirement's grid")
            places = [self.queues.index(queue) if queue in self.queues else -1 for queue in pool.queues]
            if min(places) < 0 or places != sorted(places):
                raise ValueError(f"pool {pool.queues}: expected queues of {self.queues}, in their order")

    def absence(self, otherwise: FloatArray) -> FloatArray:
        """Chance that somebody rostered is away (queues, steps); `otherwise` (queues,) where it is not known."""
        if self.absent_share is not None:
            return self.absent_share
        return np.repeat(np.asarray(otherwise, dtype=np.float64)[:, np.newaxis], self.grid.n, axis=1)

    def present(self, assigned: FloatArray, otherwise: FloatArray) -> FloatArray:
        """Agents who come of those `assigned`: each step's own absence is taken off.

        Parameters
        ----------
        assigned : (queues, slots)
            Agents on the roster; slots may be finer than the requirement's steps.
        otherwise : (queues,)
            Chance that somebody is away where the requirement does not know it.

        Returns
        -------
        ndarray, (queues, slots)
        """
        absent = np.repeat(self.absence(otherwise), assigned.shape[1] // self.grid.n, axis=1)
        return np.asarray(assigned * (1.0 - absent))

    @property
    def gross_factor(self) -> FloatArray:
        """Rostered agents per agent present, by queue, shape (queues,)."""
        net, gross = self.agents.sum(axis=1), self.agents_gross.sum(axis=1)
        return np.where(net > 0, gross / np.where(net > 0, net, 1), 1.0)
