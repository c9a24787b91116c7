"""What the judge found: simulated service of a roster on many demand paths, its worst moment and its cheapest fix."""

from dataclasses import dataclass

from staffing.domain.arrays import FloatArray
from staffing.domain.note import Note


@dataclass(frozen=True, slots=True)
class QueueVerdict:
    """One queue over the whole horizon (`day` None) or on one day.

    `service_level` is the simulated mean over replications with its 95 % band (of the mean);
    for deadline queues it is the share done by the deadline. `probability` is the share of
    replications in which the target was met. None where there was no contact. `asked` is the chance
    with which each day's target is to be kept (None: on average).
    """

    queue: str
    day: int | None
    target: float
    expected_sl: float | None
    service_level: float | None
    low95: float | None
    high95: float | None
    probability: float | None
    occupancy: float | None
    abandonment: float | None
    contacts: float
    asked: float | None = None

    @property
    def is_short(self) -> bool:
        """The target is missed on average."""
        return self.service_level is not None and self.service_level < self.target - 1e-9

    @property
    def is_missed(self) -> bool:
        """The target is missed on average, or kept less often than asked."""
        too_often = self.asked is not None and self.probability is not None and self.probability < self.asked
        return self.is_short or too_often

    @property
    def is_surely_short(self) -> bool:
        """The target lies above the band: the miss is no accident of the draws."""
        return self.high95 is not None and self.high95 < self.target


@dataclass(frozen=True, slots=True)
class WorstInterval:
    """The interval in which a queue's service is worst, of those with enough contacts.

    `step` is an interval of the requirement's grid (the one contacts arrive in; for deadline queues
    the one their work is due in), `contacts` those judged in it per replication, `required` and
    `rostered` agents of it.
    """

    queue: str
    step: int
    target: float
    service_level: float
    low95: float | None
    high95: float | None
    contacts: float
    required: float
    rostered: float


@dataclass(frozen=True, slots=True)
class Fix:
    """One agent more on one queue and day, and what it does there; simulated on the same contacts.

    The agent works in slots [start, end) of the roster's grid: a block without a break, or a shift of
    type `shift` with its breaks. `hours` are paid, `cost` is their wage. Service level and probability
    are those of the queue's day without and with the agent; `low95` and `high95` are the band of the
    gain in service level. `contacts` is how many more of the day are served in time.
    """

    queue: str
    day: int
    start: int
    end: int
    shift: str
    hours: float
    cost: float
    target: float
    service_before: float
    service_after: float
    low95: float | None
    high95: float | None
    probability_before: float
    probability_after: float
    contacts: float
    replications: int

    @property
    def gain(self) -> float:
        """Points of service level won on that day."""
        return self.service_after - self.service_before


@dataclass(frozen=True, slots=True)
class RaisedRow:
    """Agents asked for in one interval of the requirement's grid, before and after.

    For a deadline queue (`step` None) they are rostered hours per hour of work.
    """

    queue: str
    step: int | None
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Round:
    """One round of raising: what was raised, and the short search that followed.

    `missing` are contacts short of the levels at which the targets count as kept (the targets, or what keeps them as
    often as asked), summed over queues and days (deadline queues: over the horizon), before and after;
    `cost` is that of the new roster by the requirement as it was first stated; `service` holds (queue,
    service level before, after) of the queues that were raised; `kept` tells whether the plan uses it.
    """

    number: int
    raised: tuple[RaisedRow, ...]
    cost: float
    missing_before: float
    missing_after: float
    service: tuple[tuple[str, float, float], ...]
    kept: bool


@dataclass(frozen=True, eq=False)
class Verdict:
    """Service of a roster.

    `interval_sl` (queues, intervals) is weighted by contacts, NaN without any, with its 95 % band in
    `interval_low95` and `interval_high95` (None: too few replications). `probability_all` is the share of
    replications in which every queue kept its target on every day, `probability_week` over the horizon.
    `fixes` is None where nobody has looked for any.
    """

    replications: int
    seed: int
    rows: tuple[QueueVerdict, ...]
    interval_sl: FloatArray
    method: str
    notes: tuple[Note, ...] = ()
    interval_low95: FloatArray | None = None
    interval_high95: FloatArray | None = None
    worst: tuple[WorstInterval, ...] = ()
    probability_all: float | None = None
    probability_week: float | None = None
    fixes: tuple[Fix, ...] | None = None

    def week(self) -> tuple[QueueVerdict, ...]:
        """The rows of whole-horizon figures, one per queue."""
        return tuple(row for row in self.rows if row.day is None)

    def days(self) -> tuple[QueueVerdict, ...]:
        """The rows of single days, by queue."""
        return tuple(row for row in self.rows if row.day is not None)
