"""What has come of a day that is still running."""

from dataclasses import dataclass
from datetime import date

from staffing.domain.arrays import FloatArray, set_frozen
from staffing.domain.demand import ContactHistory


@dataclass(frozen=True, eq=False)
class DayActuals:
    """Contacts so far and the work left over, each (queues, steps) on the grid of `came`; NaN where not known.

    `backlog` are contacts not yet done at the end of each step, of queues with a deadline; None: not told.
    """

    came: ContactHistory
    backlog: FloatArray | None = None

    def __post_init__(self) -> None:
        if self.backlog is not None:
            set_frozen(self, "backlog", float, self.came.offered.shape)

    def of_day(self, queue: str, day: date, measure: str = "offered") -> FloatArray | None:
        """A measure of one queue on the steps of one day; None where the file tells nothing of it."""
        came = self.came
        values = self.backlog if measure == "backlog" else getattr(came, measure)
        if values is None or queue not in came.queues or day not in came.grid.dates:
            return None
        span = came.grid.day_slice(came.grid.dates.index(day))
        row: FloatArray = values[came.queues.index(queue), span]
        return row
