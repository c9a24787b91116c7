"""A capacity plan as rows: weeks, head count, classes, budget by month."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from staffing.capacity.headcount import Entry
from staffing.capacity.hours import own_hours, present_share
from staffing.capacity.judge import COSTS
from staffing.capacity.plan import CapacityPlan
from staffing.domain.arrays import FloatArray

LOW, HIGH = 0.05, 0.95


@dataclass(frozen=True, slots=True)
class WeekRow:
    """Means over the simulated futures of one week; hours are required hours covered."""

    start: date
    contacts: float
    need_h: float
    own_h: float
    overtime_h: float
    outside_h: float
    short_h: float
    heads: float
    probability: float
    without_hiring: float
    reachable: bool
    cost: float


@dataclass(frozen=True, slots=True)
class HeadRow:
    """Means of one group and week, and what 90 % of the futures close between."""

    start: date
    group: str
    opening: float
    hired: float
    moved_in: float
    moved_out: float
    left: float
    closing: float
    closing_low: float
    closing_high: float


@dataclass(frozen=True, slots=True)
class ClassRow:
    """People who begin together; `decide_by` is the last day to begin recruiting, `source` the group they leave."""

    start: date
    decide_by: date
    productive: date
    group: str
    contract: str
    people: int
    source: str


@dataclass(frozen=True, slots=True)
class MonthRow:
    """Budget of a month: weeks count for the month in which they begin."""

    month: str
    costs: dict[str, float]
    contacts: float

    @property
    def total(self) -> float:
        return sum(self.costs.values())

    @property
    def per_contact(self) -> float | None:
        return self.total / self.contacts if self.contacts > 0 else None


def week_rows(plan: CapacityPlan) -> list[WeekRow]:
    """One row for each week."""
    judged, need, groups = plan.judged, plan.need, len(plan.case.groups)
    own = own_hours(judged.people, present_share(plan.case, need)).mean(axis=0).sum(axis=0)
    extra = judged.extra_h.mean(axis=0)
    heads = (judged.people.opening + judged.people.hired).mean(axis=0).sum(axis=0)
    table = zip(
        need.starts,
        judged.contacts.mean(axis=0).tolist(),
        need.need_h.sum(axis=0).tolist(),
        own.tolist(),
        extra[:groups].sum(axis=0).tolist(),
        extra[groups:].sum(axis=0).tolist(),
        judged.short_h.mean(axis=0).tolist(),
        heads.tolist(),
        judged.probability.tolist(),
        plan.nothing.probability.tolist(),
        plan.reachable.tolist(),
        judged.costs.mean(axis=0).sum(axis=0).tolist(),
        strict=True,
    )
    return [WeekRow(*row) for row in table]


def head_rows(plan: CapacityPlan) -> Iterator[HeadRow]:
    """One row for each group and week."""
    people = plan.judged.people
    parts = (people.opening, people.hired, people.moved_in, people.moved_out, people.left, people.closing)
    means: list[FloatArray] = [part.mean(axis=0) for part in parts]
    low, high = (np.quantile(people.closing, share, axis=0) for share in (LOW, HIGH))
    for place, group in enumerate(plan.case.groups):
        for week, start in enumerate(plan.need.starts):
            opening, hired, came, went, left, closing = (float(mean[place, week]) for mean in means)
            least, most = float(low[place, week]), float(high[place, week])
            yield HeadRow(start, group.id, opening, hired, came, went, left, closing, least, most)


def class_rows(plan: CapacityPlan) -> list[ClassRow]:
    """Classes and cross-training by their start."""
    return [_class_row(plan, entry) for entry in plan.entries]


def _class_row(plan: CapacityPlan, entry: Entry) -> ClassRow:
    group, start = plan.case.groups[entry.group], plan.need.starts[entry.week]
    if entry.source is not None:
        source = plan.case.groups[entry.source].id
        return ClassRow(start, start, start + timedelta(weeks=entry.weeks), group.id, "", entry.count, source)
    return ClassRow(
        start,
        start - timedelta(weeks=group.lead_weeks),
        start + timedelta(weeks=group.train_weeks),
        group.id,
        group.offers[entry.offer].contract,
        entry.count,
        "",
    )


def month_rows(plan: CapacityPlan) -> list[MonthRow]:
    """One row for each month, by mean cost."""
    costs, contacts = plan.judged.costs.mean(axis=0), plan.judged.contacts.mean(axis=0)
    months: dict[str, list[int]] = {}
    for week, start in enumerate(plan.need.starts):
        months.setdefault(f"{start:%Y-%m}", []).append(week)
    return [
        MonthRow(
            month,
            {name: float(costs[place, weeks].sum()) for place, name in enumerate(COSTS)},
            float(contacts[weeks].sum()),
        )
        for month, weeks in months.items()
    ]
