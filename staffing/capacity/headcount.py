"""Head count week by week: people come in cohorts, leave by chance and are counted exactly."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from staffing.capacity.attrition import band_of, draw_rates, stays, weekly
from staffing.capacity.values import CapacityCase, Group, WeeklyNeed
from staffing.domain.arrays import FloatArray, IntArray

RAMP_WEEKS = 4


@dataclass(frozen=True, slots=True)
class Entry:
    """`count` people who join a group in a week.

    `offer` is the place among the group's offers. With `source` they come from that group, trained for `weeks`.
    """

    group: int
    week: int
    count: int
    offer: int = 0
    source: int | None = None
    weeks: int = 0
    cost: float = 0.0


@dataclass(frozen=True, eq=False)
class HeadCount:
    """Simulated people, (runs, groups, weeks).

    In every run, group and week ``opening + hired + moved_in - moved_out - left == closing``, and the next week opens
    with what the last one closed with. `ready_h` are the hours at work, weighed by speed, before absence; `paid_h` the
    hours paid; `wages` their price.
    """

    opening: IntArray
    hired: IntArray
    moved_in: IntArray
    moved_out: IntArray
    left: IntArray
    closing: IntArray
    ready_h: FloatArray
    paid_h: FloatArray
    wages: FloatArray


def speeds(train_weeks: int, ramp: Sequence[float], tenure_weeks: IntArray) -> FloatArray:
    """Speed by weeks since the first day: 0 in training, then the ramp, then 1.

    >>> speeds(2, (0.5, 0.8), np.array([0, 1, 2, 5, 6, 10])).tolist()
    [0.0, 0.0, 0.5, 0.5, 0.8, 1.0]
    """
    since = np.asarray(tenure_weeks) - train_weeks
    table = np.array([*ramp, 1.0])
    place = np.minimum(np.maximum(since, 0) // RAMP_WEEKS, len(ramp))
    return np.where(since < 0, 0.0, table[place])


def season_factor(case: CapacityCase, need: WeeklyNeed) -> FloatArray:
    """Factor of attrition in each week."""
    months = [day.month - 1 for day in need.starts]
    return np.array(case.season)[months] * case.attrition_factor


@dataclass
class _Cohorts:
    """People who share group, contract, tenure: one column each of `heads` (runs, cohorts)."""

    runs: int
    group: list[int] = field(default_factory=list)
    weekly_h: list[float] = field(default_factory=list)
    wage: list[float] = field(default_factory=list)
    born: list[int] = field(default_factory=list)
    """Week of tenure 0."""
    clock: list[int] = field(default_factory=list)
    """Week from which training and ramp count."""
    train: list[int] = field(default_factory=list)
    ramp: list[tuple[float, ...]] = field(default_factory=list)
    heads: list[IntArray] = field(default_factory=list)

    def add(
        self,
        group: int,
        weekly_h: float,
        wage: float,
        born: int,
        clock: int,
        train: int,
        ramp: tuple[float, ...],
        heads: IntArray,
    ) -> None:
        self.group.append(group)
        self.weekly_h.append(weekly_h)
        self.wage.append(wage)
        self.born.append(born)
        self.clock.append(clock)
        self.train.append(train)
        self.ramp.append(ramp)
        self.heads.append(heads)


def simulate_heads(
    case: CapacityCase,
    need: WeeklyNeed,
    entries: Sequence[Entry],
    *,
    runs: int,
    seed: int,
    replace_leavers: bool = False,
) -> HeadCount:
    """Draw `runs` possible courses of the head count.

    A run draws the rate of leaving of each band once, then each person's leaving week by week (binomial by cohort).
    Who leaves in a week is there until its end.

    Parameters
    ----------
    case, need
        People; the weeks.
    entries : sequence of Entry
        Classes and moves. Of a move only those come whom the source still has.
    runs, seed : int
        Same seed, same luck: the rates do not depend on the entries.
    replace_leavers : bool
        For each leaver one is hired, on the leaver's hours and for the wage of the first offer, who starts after the
        group's lead time.
    """
    rates_rng, luck = (np.random.default_rng(part) for part in np.random.SeedSequence(seed).spawn(2))
    groups, weeks = case.groups, need.weeks
    rates = [draw_rates(group.bands, case.prior_months, runs, rates_rng) for group in groups]
    factor = season_factor(case, need)
    people = _Cohorts(runs)
    for number, group in enumerate(groups):
        for row in group.staff:
            full = np.full(runs, row.count, dtype=np.int64)
            born = -row.tenure_weeks
            people.add(number, row.weekly_h, row.wage_per_h, born, born, group.train_weeks, group.ramp, full)
    shape = (runs, len(groups), weeks)
    opening, hired, came, went, left, closing = (np.zeros(shape, dtype=np.int64) for _ in range(6))
    ready, paid, wages = (np.zeros(shape) for _ in range(3))
    for column, number in enumerate(people.group):
        opening[:, number, 0] += people.heads[column]
    due: dict[int, list[tuple[int, float, IntArray]]] = {}
    for week in range(weeks):
        if week:
            opening[:, :, week] = closing[:, :, week - 1]
        for entry in entries:
            if entry.week == week:
                _enter(entry, groups, people, week, hired, came, went)
        for number, weekly_h, heads in due.pop(week, []):
            group = groups[number]
            wage = group.offers[0].wage_per_h if group.offers else group.wage_per_h
            people.add(number, weekly_h, wage, week, week, group.train_weeks, group.ramp, heads)
            hired[:, number, week] += heads
        missing: dict[tuple[int, float], IntArray] = {}
        for number, group in enumerate(groups):
            columns = [c for c, at in enumerate(people.group) if at == number]
            if not columns:
                continue
            tenure = np.array([week - people.born[c] for c in columns])
            heads = np.stack([people.heads[c] for c in columns], axis=1)
            hours = np.array([people.weekly_h[c] for c in columns])
            speed = np.array(
                [float(speeds(people.train[c], people.ramp[c], np.array(week - people.clock[c]))) for c in columns]
            )
            ready[:, number, week] = heads @ (hours * speed)
            paid[:, number, week] = heads @ hours
            wages[:, number, week] = heads @ (hours * np.array([people.wage[c] for c in columns]))
            leave = weekly(rates[number][:, band_of(group.bands, tenure)], factor[week])
            gone = luck.binomial(heads, leave)
            left[:, number, week] = gone.sum(axis=1)
            for place, column in enumerate(columns):
                people.heads[column] = heads[:, place] - gone[:, place]
                if replace_leavers:
                    key = number, people.weekly_h[column]
                    missing[key] = missing.get(key, 0) + gone[:, place]
        for (number, weekly_h), heads in missing.items():
            due.setdefault(week + 1 + groups[number].lead_weeks, []).append((number, weekly_h, heads))
        closing[:, :, week] = opening[:, :, week] + (hired + came - went - left)[:, :, week]
    return HeadCount(opening, hired, came, went, left, closing, ready, paid, wages)


def _enter(
    entry: Entry,
    groups: Sequence[Group],
    people: _Cohorts,
    week: int,
    hired: IntArray,
    came: IntArray,
    went: IntArray,
) -> None:
    """A class begins, or people move from group to group."""
    group = groups[entry.group]
    if entry.source is None:
        offer = group.offers[entry.offer]
        full = np.full(people.runs, entry.count, dtype=np.int64)
        people.add(entry.group, offer.weekly_h, offer.wage_per_h, week, week, group.train_weeks, group.ramp, full)
        hired[:, entry.group, week] += entry.count
        return
    left_to_take = np.full(people.runs, entry.count, dtype=np.int64)
    columns = sorted((c for c, at in enumerate(people.group) if at == entry.source), key=lambda c: people.born[c])
    for column in columns:
        taken = np.minimum(people.heads[column], left_to_take)
        if not taken.any():
            continue
        people.heads[column] = people.heads[column] - taken
        left_to_take = left_to_take - taken
        people.add(
            entry.group,
            people.weekly_h[column],
            people.wage[column],
            people.born[column],
            week,
            entry.weeks,
            (),
            taken,
        )
        went[:, entry.source, week] += taken
        came[:, entry.group, week] += taken


def expected_ready(group: Group, case: CapacityCase, factor: FloatArray) -> FloatArray:
    """Expected hours at work of those who are there now, (weeks,), weighed by speed, before absence."""
    weeks = np.arange(len(factor))
    total = np.zeros(len(factor))
    for row in group.staff:
        share = stays(group.bands, case.prior_months, row.tenure_weeks, factor, 0)
        speed = speeds(group.train_weeks, group.ramp, row.tenure_weeks + weeks)
        total += row.count * row.weekly_h * share * speed
    return total
