"""What the judge found: simulated service of a roster on many demand paths."""

from dataclasses import dataclass

from staffing.domain.arrays import FloatArray
from staffing.domain.note import Note


@dataclass(frozen=True, slots=True)
class QueueVerdict:
    """One queue over the whole horizon (`day` None) or on one day.

    `service_level` is the simulated mean over replications with its 95 % band (of the mean);
    for deadline queues it is the share done by the deadline. `probability` is the share of
    replications in which the target was met. None where there was no contact.
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


@dataclass(frozen=True, eq=False)
class Verdict:
    """Service of a roster. `interval_sl` (queues, intervals) is weighted by contacts, NaN without any."""

    replications: int
    seed: int
    rows: tuple[QueueVerdict, ...]
    interval_sl: FloatArray
    method: str
    notes: tuple[Note, ...] = ()

    def week(self) -> tuple[QueueVerdict, ...]:
        """The rows of whole-horizon figures, one per queue."""
        return tuple(row for row in self.rows if row.day is None)
