"""The running day: what has come, and what is forecast of the rest before and after it is known."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from staffing.domain.demand import ContactHistory, Forecast
from staffing.ui.facts.frames import forecast_frame


@dataclass(frozen=True, eq=False)
class Today:
    """A forecast brought up to date; `known` tells of each queue the steps of the first day that have come."""

    before: Forecast
    after: Forecast
    came: ContactHistory

    @property
    def steps(self) -> range:
        return range(self.before.grid.day_slice(0).stop)

    def known(self, queue: str) -> np.ndarray:
        """Contacts of the steps of the first day, NaN where not known, shape (steps of the day,)."""
        if queue not in self.came.queues:
            return np.full(len(self.steps), np.nan)
        grid = self.came.grid
        day: np.ndarray = self.came.row(queue)[grid.day_slice(grid.dates.index(self.before.grid.first_day))]
        return day

    @property
    def cut(self) -> int:
        """First step of the day after the last one known of any queue."""
        seen = np.flatnonzero(np.any([np.isfinite(self.known(queue)) for queue in self.came.queues], axis=0))
        return int(seen[-1]) + 1


def problem(came: ContactHistory, first_day: date) -> str | None:
    """Why contacts say nothing of the plan's first day: ``other_day``, ``nothing``, or None."""
    if first_day not in came.grid.dates:
        return "other_day"
    span = came.grid.day_slice(came.grid.dates.index(first_day))
    return None if np.isfinite(came.offered[:, span]).any() else "nothing"


def today_table(found: Today) -> pd.DataFrame:
    """By queue of which something came: expected and came so far, the rest before and after, the whole day after."""
    rows = []
    for queue in found.came.queues:
        row = found.before.queues.index(queue)
        came = found.known(queue)
        use = np.isfinite(came)
        if not use.any():
            continue
        old, new = (forecast.volume[row][: len(came)] for forecast in (found.before, found.after))
        rest, now = float(old[found.cut :].sum()), float(new[found.cut :].sum())
        rows.append(
            {
                "queue": queue,
                "expected": float(old[use].sum()),
                "came": float(came[use].sum()),
                "rest_before": rest,
                "rest_after": now,
                "change": now / rest - 1.0 if rest > 0 else 0.0,
                "day_before": float(old.sum()),
                "day_after": float(new.sum()),
            }
        )
    return pd.DataFrame(rows)


def today_frame(found: Today, queue: str, steps: range) -> pd.DataFrame:
    """The updated day with the earlier forecast as `base` and what came as `came`."""
    row = found.before.queues.index(queue)
    frame = forecast_frame(found.after, queue, steps)
    frame["base"] = found.before.volume[row, steps.start : steps.stop].round(2)
    frame["came"] = found.known(queue)[steps.start : steps.stop]
    return frame
