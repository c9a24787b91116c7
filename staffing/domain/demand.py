"""Contact history and forecast on a time grid."""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from staffing.domain.arrays import FloatArray, set_frozen
from staffing.domain.note import Note
from staffing.domain.timegrid import TimeGrid


@dataclass(frozen=True, eq=False)
class ContactHistory:
    """What happened: arrays of shape (queues, steps); NaN means unknown, never zero.

    `offered` contacts, `handled`, `abandoned`, `aht_s` mean handle time, `wait_s` summed wait,
    `within_target` contacts answered in time. All but `offered` may be None.
    """

    grid: TimeGrid
    queues: tuple[str, ...]
    offered: FloatArray
    handled: FloatArray | None = None
    abandoned: FloatArray | None = None
    aht_s: FloatArray | None = None
    wait_s: FloatArray | None = None
    within_target: FloatArray | None = None
    notes: tuple[Note, ...] = ()

    def __post_init__(self) -> None:
        shape = (len(self.queues), self.grid.n)
        for name in ("offered", "handled", "abandoned", "aht_s", "wait_s", "within_target"):
            if getattr(self, name) is not None:
                set_frozen(self, name, np.float64, shape)

    def before(self, day: date) -> "ContactHistory":
        """The history as it was known on the morning of `day`, which lies after its first day."""
        days = (day - self.grid.first_day).days
        if days >= self.grid.days:
            return self
        stop = int(self.grid.day_start[days])

        def cut(values: FloatArray | None) -> FloatArray | None:
            return None if values is None else values[:, :stop]

        return replace(
            self,
            grid=replace(self.grid, days=days),
            offered=self.offered[:, :stop],
            handled=cut(self.handled),
            abandoned=cut(self.abandoned),
            aht_s=cut(self.aht_s),
            wait_s=cut(self.wait_s),
            within_target=cut(self.within_target),
        )

    def mean_aht_s(self, queue: str) -> float | None:
        """Mean handle time of a queue, weighed by its contacts; None where the history knows none."""
        if self.aht_s is None or queue not in self.queues:
            return None
        index = self.queues.index(queue)
        contacts = self.offered[index] if self.handled is None else self.handled[index]
        known = np.isfinite(self.aht_s[index]) & (self.aht_s[index] > 0) & (np.nan_to_num(contacts) > 0)
        return float(np.average(self.aht_s[index][known], weights=contacts[known])) if known.any() else None

    def row(self, queue: str) -> FloatArray:
        """Offered contacts of one queue, shape (steps,)."""
        values: FloatArray = self.offered[self.queues.index(queue)]
        return values


@dataclass(frozen=True, eq=False)
class Forecast:
    """Expected contacts and handle time with their uncertainty.

    `volume`, the bands and `aht_s` have shape (queues, steps); `day_cv` (queues, days) is the
    coefficient of variation of the whole day's level, `interval_cv` (queues, steps) that of the
    interval's own factor on top of it; Poisson noise comes on top of both. `base_volume` and
    `base_aht_s` are what was forecast before override layers, None without any. `past_error`
    (queues,) is each queue's share of absolute errors over past forecasts, NaN where unknown.
    """

    grid: TimeGrid
    queues: tuple[str, ...]
    volume: FloatArray
    low80: FloatArray
    high80: FloatArray
    low95: FloatArray
    high95: FloatArray
    aht_s: FloatArray
    day_cv: FloatArray
    interval_cv: FloatArray
    method: tuple[str, ...]
    notes: tuple[Note, ...] = ()
    base_volume: FloatArray | None = None
    base_aht_s: FloatArray | None = None
    past_error: FloatArray | None = None

    def __post_init__(self) -> None:
        shape = (len(self.queues), self.grid.n)
        for name in ("base_volume", "base_aht_s"):
            if getattr(self, name) is not None:
                set_frozen(self, name, np.float64, shape)
        for name in ("volume", "low80", "high80", "low95", "high95", "aht_s", "interval_cv"):
            set_frozen(self, name, np.float64, shape)
        set_frozen(self, "day_cv", np.float64, (len(self.queues), self.grid.days))
        if self.past_error is not None:
            set_frozen(self, "past_error", np.float64, (len(self.queues),))
        if not np.all(np.isfinite(self.volume)) or np.any(self.volume < 0):
            raise ValueError("Forecast.volume must be finite and not negative")
        if np.any(self.aht_s < 0) or not np.all(np.isfinite(self.aht_s)):
            raise ValueError("Forecast.aht_s must be finite and not negative")
