"""What a capacity plan starts from: groups of people, how they leave and are hired, other sources of hours."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from staffing.domain.arrays import FloatArray, set_frozen
from staffing.domain.shrinkage import ShrinkageReason

WEEKS_PER_MONTH = 365.2425 / 12 / 7


@dataclass(frozen=True, slots=True)
class TenureBand:
    """What was seen of people from `from_month` months of tenure up to the next band.

    `person_months` at risk and `leavers` among them: counts of many people, never one person's.
    """

    from_month: float
    person_months: float
    leavers: float

    def __post_init__(self) -> None:
        if self.from_month < 0:
            raise ValueError(f"from_month is {self.from_month}, expected 0 or more")
        if not 0 <= self.leavers <= self.person_months:
            raise ValueError(f"leavers are {self.leavers}, expected 0 to {self.person_months} person-months")


@dataclass(frozen=True, slots=True)
class Staff:
    """`count` people of one tenure on one contract, at the start of the plan."""

    weekly_h: float
    wage_per_h: float
    tenure_weeks: int
    count: int


@dataclass(frozen=True, slots=True)
class Offer:
    """A contract that newcomers are hired on."""

    contract: str
    weekly_h: float
    wage_per_h: float


@dataclass(frozen=True, slots=True)
class Group:
    """People who can do the same work.

    Attributes
    ----------
    id, name : str
    queues : tuple of str
        Queues they can serve.
    bands : tuple of TenureBand
        By rising `from_month`, the first from 0.
    staff : tuple of Staff
        Who is there at the start.
    offers : tuple of Offer
        Contracts of newcomers; none: nobody is hired into the group.
    lead_weeks, train_weeks : int
        From the decision to the first day; from the first day to the first contact.
    ramp : tuple of float
        Speed in the first, second, ... four weeks after training; then 1.
    class_min, class_max : int
        People of one class.
    hire_cost, class_cost : float
        Of one hire and of one class.
    overtime_share : float
        Overtime at most, as a share of the group's hours.
    """

    id: str
    name: str
    queues: tuple[str, ...]
    bands: tuple[TenureBand, ...]
    staff: tuple[Staff, ...] = ()
    offers: tuple[Offer, ...] = ()
    lead_weeks: int = 8
    train_weeks: int = 4
    ramp: tuple[float, ...] = (0.7, 0.85)
    class_min: int = 1
    class_max: int = 12
    hire_cost: float = 0.0
    class_cost: float = 0.0
    overtime_share: float = 0.0

    def __post_init__(self) -> None:
        starts = [band.from_month for band in self.bands]
        if not starts or starts[0] != 0 or starts != sorted(set(starts)):
            raise ValueError(f"group {self.id}: tenure bands start at {starts}, expected 0 first, then rising")
        if not 1 <= self.class_min <= self.class_max:
            raise ValueError(f"group {self.id}: classes of {self.class_min} to {self.class_max}")

    @property
    def heads(self) -> int:
        return sum(row.count for row in self.staff)

    @property
    def weekly_h(self) -> float:
        """Mean paid hours of a person and week; those of the first offer where nobody is there yet."""
        if self.heads:
            return sum(row.count * row.weekly_h for row in self.staff) / self.heads
        return self.offers[0].weekly_h if self.offers else 40.0

    @property
    def wage_per_h(self) -> float:
        """Mean wage of an hour."""
        hours = sum(row.count * row.weekly_h for row in self.staff)
        if hours:
            return sum(row.count * row.weekly_h * row.wage_per_h for row in self.staff) / hours
        return self.offers[0].wage_per_h if self.offers else 0.0


@dataclass(frozen=True, slots=True)
class CrossTraining:
    """People of group `source` learn the further queues of group `target` and move there."""

    source: str
    target: str
    weeks: int = 2
    cost: float = 0.0
    most: int = 10
    """People at most over the whole plan."""


@dataclass(frozen=True, slots=True)
class Outside:
    """Hours that can be bought week by week, such as an outsourcer's or temporary staff."""

    id: str
    name: str
    queues: tuple[str, ...]
    price_per_h: float
    max_h: float


@dataclass(frozen=True, slots=True)
class CapacityCase:
    """Everything about people and prices.

    Attributes
    ----------
    groups, cross_training, outside : tuple
    absences : tuple of ShrinkageReason
        Planned reasons by week, such as leave and training; ``queues`` name groups here.
    season : tuple of float
        Factor of the attrition of each month, January first.
    rooms : int
        Classes that can be in training at once.
    start_every_weeks : int
        Classes start in every so many weeks.
    break_share : float
        Share of paid hours spent on paid breaks.
    roster_fit : float
        Required hours that an hour at work covers: rosters never fit the requirement exactly.
    overtime_factor : float
        Pay of overtime relative to ordinary time.
    short_per_h : float
        Price of an hour that the promise lacks where nothing can be done any more.
    prior_months : float
        Person-months that a band borrows from the rate of its whole group.
    attrition_factor : float
        Multiplies all attrition, for what-ifs.
    """

    groups: tuple[Group, ...]
    cross_training: tuple[CrossTraining, ...] = ()
    outside: tuple[Outside, ...] = ()
    absences: tuple[ShrinkageReason, ...] = ()
    season: tuple[float, ...] = (1.0,) * 12
    rooms: int = 2
    start_every_weeks: int = 2
    break_share: float = 0.0625
    roster_fit: float = 0.9
    overtime_factor: float = 1.5
    short_per_h: float = 400.0
    prior_months: float = 60.0
    attrition_factor: float = 1.0

    def __post_init__(self) -> None:
        ids = [group.id for group in self.groups]
        if not ids or len(set(ids)) < len(ids):
            raise ValueError(f"groups are {ids}, expected at least one and no id twice")
        for move in self.cross_training:
            if move.source not in ids or move.target not in ids or move.source == move.target:
                raise ValueError(f"cross-training from {move.source} to {move.target}, expected two of {ids}")
        if len(self.season) != 12:
            raise ValueError(f"season has {len(self.season)} factors, expected 12")

    @property
    def without_hiring(self) -> "CapacityCase":
        """The case in which nobody is hired or moved."""
        groups = tuple(replace(group, offers=()) for group in self.groups)
        return replace(self, groups=groups, cross_training=())


@dataclass(frozen=True, eq=False)
class WeeklyNeed:
    """Hours of work that each week needs from people present, and how sure that is.

    Attributes
    ----------
    first_day : datetime.date
        First day of the first week.
    queues : tuple of str
    contacts, need_h : (queues, weeks)
        Contacts expected, and rostered hours (unplanned absence included) that keep the targets.
    factors : (knots,)
        Volumes relative to the forecast, rising, 1 among them.
    growth : (queues, knots)
        Hours at that volume relative to those at 1.
    level_sd : (queues, weeks)
        Standard deviation of the logarithm of the level, as it is when the last decision for the week is taken.
    noise_sd : (queues, weeks)
        The same of the week's own luck.
    checked_error : float
        Largest relative error of a week's hours against the full requirement of weeks kept aside, 0 where
        every week was worked out in full.
    """

    first_day: date
    queues: tuple[str, ...]
    contacts: FloatArray
    need_h: FloatArray
    factors: FloatArray
    growth: FloatArray
    level_sd: FloatArray
    noise_sd: FloatArray
    checked_error: float = 0.0

    def __post_init__(self) -> None:
        set_frozen(self, "need_h")
        shape = self.need_h.shape
        for name in ("contacts", "level_sd", "noise_sd"):
            set_frozen(self, name, np.float64, shape)
        set_frozen(self, "factors")
        set_frozen(self, "growth", np.float64, (len(self.queues), len(self.factors)))
        if shape[0] != len(self.queues) or np.any(np.diff(self.factors) <= 0) or 1.0 not in self.factors:
            raise ValueError("a weekly need has one row for each queue and rising factors with 1 among them")

    @property
    def weeks(self) -> int:
        return int(self.need_h.shape[1])

    @property
    def starts(self) -> tuple[date, ...]:
        """First day of each week."""
        return tuple(self.first_day + timedelta(days=7 * week) for week in range(self.weeks))

    def hours(self, factor: FloatArray) -> FloatArray:
        """Hours at volumes of `factor` times the forecast's, shape (..., queues, weeks); straight beyond the knots."""
        result = np.empty(np.broadcast_shapes(factor.shape, self.need_h.shape))
        for row in range(len(self.queues)):
            result[..., row, :] = self.need_h[row] * _straight(factor[..., row, :], self.factors, self.growth[row])
        return result

    def scaled(self, factor: float) -> "WeeklyNeed":
        """The need when all volumes are `factor` times as large."""
        grown = np.array([_straight(np.array(factor), self.factors, row) for row in self.growth])
        relative = self.factors / factor
        # The knots stay where they are in contacts; 1 is put among them.
        knots = np.union1d(relative, [1.0])
        growth = np.array([_straight(knots * factor, self.factors, row) for row in self.growth])
        return replace(
            self,
            contacts=self.contacts * factor,
            need_h=self.need_h * grown[:, np.newaxis],
            factors=knots,
            growth=growth / np.where(grown > 0, grown, 1.0)[:, np.newaxis],
        )


def _straight(at: FloatArray, knots: FloatArray, values: FloatArray) -> FloatArray:
    """Piecewise linear through (knots, values), the outer pieces continued."""
    if len(knots) == 1:
        return np.asarray(values[0] * at / knots[0])
    place = np.clip(np.searchsorted(knots, at) - 1, 0, len(knots) - 2)
    slope = np.diff(values) / np.diff(knots)
    return np.maximum(0.0, values[place] + (at - knots[place]) * slope[place])
