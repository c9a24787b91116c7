"""The only place where moments become numbers and numbers become moments."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import ArrayLike

from staffing.domain.arrays import IntArray, frozen

DAY_MIN = 1440


@dataclass(frozen=True)
class TimeGrid:
    """Equal steps of elapsed time over whole local days of 23, 24 or 25 hours.

    Step 0 starts at local midnight of `first_day`. Indices before 0 and from `n` on are
    meaningful too (a night shift leaves the horizon); arrays over the grid hold 0..n-1.

    Parameters
    ----------
    timezone : str
        IANA zone name.
    first_day : datetime.date
        First local day.
    days : int
        Number of local days, at least 1.
    step_min : int
        Minutes of a step; divides 1440 and every day of the horizon.

    Raises
    ------
    ValueError
        When a day is not a whole number of steps, or days or step are out of range.
    """

    timezone: str
    first_day: date
    days: int
    step_min: int
    day_start: IntArray = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        if self.days < 1:
            raise ValueError(f"days is {self.days}, expected at least 1")
        if self.step_min < 1 or DAY_MIN % self.step_min:
            raise ValueError(f"step_min is {self.step_min}, expected a divisor of 1440")
        seconds = np.array([self._midnight(day) for day in range(self.days + 1)], dtype=np.int64)
        offsets = seconds - seconds[0]
        if self.step_min < DAY_MIN and np.any(offsets % (self.step_min * 60)):
            raise ValueError(f"a day of {self.timezone} is not a whole number of {self.step_min}-minute steps")
        # Daily grids have one step a day whatever its length.
        steps = np.arange(self.days + 1) if self.step_min == DAY_MIN else offsets // (self.step_min * 60)
        object.__setattr__(self, "day_start", frozen(steps, np.int64))

    def _midnight(self, day: int) -> int:
        moment = datetime.combine(self.first_day + timedelta(days=day), datetime.min.time(), self.zone)
        return int(moment.timestamp())

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @cached_property
    def start_epoch_s(self) -> int:
        return self._midnight(0)

    @property
    def n(self) -> int:
        """Number of steps of the horizon."""
        return int(self.day_start[-1])

    @property
    def step_h(self) -> float:
        return self.step_min / 60

    @cached_property
    def dates(self) -> tuple[date, ...]:
        return tuple(self.first_day + timedelta(days=day) for day in range(self.days))

    @cached_property
    def weekday(self) -> IntArray:
        """Weekday of each day, Monday 0, shape (days,)."""
        return frozen((self.first_day.weekday() + np.arange(self.days)) % 7, np.int64)

    @cached_property
    def day(self) -> IntArray:
        """Local day of each step, shape (n,)."""
        return frozen(np.repeat(np.arange(self.days), np.diff(self.day_start)), np.int64)

    @cached_property
    def minute(self) -> IntArray:
        """Local wall-clock minute of the day at the start of each step, shape (n,)."""
        plain = (np.arange(self.n) - self.day_start[self.day]) * self.step_min
        for day in np.flatnonzero(np.diff(self.day_start) * self.step_min != DAY_MIN):
            for step in range(int(self.day_start[day]), int(self.day_start[day + 1])):
                local = self.local(step)
                plain[step] = local.hour * 60 + local.minute
        return frozen(plain, np.int64)

    def epoch_s(self, step: int) -> int:
        """Seconds since 1970 (UTC) at the start of `step`."""
        if self.step_min == DAY_MIN:
            return self._midnight(step)
        return self.start_epoch_s + step * self.step_min * 60

    def local(self, step: int) -> datetime:
        """Zone-aware local moment at which `step` starts."""
        return datetime.fromtimestamp(self.epoch_s(step), self.zone)

    def iso(self, step: int) -> str:
        return self.local(step).isoformat()

    def aware(self, moment: datetime) -> datetime:
        """`moment` in the grid's zone; one without an offset is taken as local wall-clock time."""
        return moment.replace(tzinfo=self.zone) if moment.tzinfo is None else moment.astimezone(self.zone)

    def index(self, moment: datetime) -> int:
        """Step that starts exactly at `moment`.

        Raises
        ------
        ValueError
            When `moment` lies between two steps.
        """
        elapsed_s = int(self.aware(moment).timestamp()) - self.start_epoch_s
        if self.step_min == DAY_MIN:
            return (self.aware(moment).date() - self.first_day).days
        step, rest = divmod(elapsed_s, self.step_min * 60)
        if rest:
            raise ValueError(f"{moment.isoformat()} is not on the {self.step_min}-minute grid")
        return int(step)

    def floor(self, moment: datetime) -> int:
        """Step that contains `moment`."""
        if self.step_min == DAY_MIN:
            return self.index(moment)
        return (int(self.aware(moment).timestamp()) - self.start_epoch_s) // (self.step_min * 60)

    def ceil(self, moment: datetime) -> int:
        """First step that starts at or after `moment`."""
        if self.step_min == DAY_MIN:
            return self.index(moment)
        return -((self.start_epoch_s - int(self.aware(moment).timestamp())) // (self.step_min * 60))

    def at(self, day: int, minute: int) -> int:
        """Step at local wall-clock `minute` of `day`; minutes from 1440 on lie in the next days.

        A minute inside the gap of a spring day is taken one hour on, as clocks are.
        """
        later, minute = divmod(minute, DAY_MIN)
        plain = self._plain_start.get(day + later)
        if plain is not None:
            return plain + minute // self.step_min
        when = self.first_day + timedelta(days=day + later)
        moment = datetime(when.year, when.month, when.day, minute // 60, minute % 60, tzinfo=self.zone)
        return self.floor(moment)

    @cached_property
    def _plain_start(self) -> dict[int, int]:
        """First step of each day of 24 hours, on which the clock need not be asked."""
        starts = self.day_start.tolist()
        per_day = DAY_MIN // self.step_min
        return {day: start for day, start in enumerate(starts[:-1]) if starts[day + 1] - start == per_day}

    def day_of(self, step: ArrayLike) -> IntArray:
        """Local day of each index, also outside the horizon (days of 24 h assumed there)."""
        steps = np.asarray(step, dtype=np.int64)
        per_day = DAY_MIN // self.step_min
        inside = np.searchsorted(self.day_start, steps, side="right") - 1
        before = np.floor_divide(steps, per_day)
        after = self.days + np.floor_divide(steps - self.n, per_day)
        return np.where(steps < 0, before, np.where(steps >= self.n, after, inside)).astype(np.int64)

    def with_step(self, step_min: int) -> "TimeGrid":
        """Same days on another step."""
        return TimeGrid(self.timezone, self.first_day, self.days, step_min)

    def day_slice(self, day: int) -> slice:
        return slice(int(self.day_start[day]), int(self.day_start[day + 1]))
