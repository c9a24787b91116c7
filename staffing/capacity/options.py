"""What can be decided: each class and each move, with what one person in it brings and costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from staffing.capacity.attrition import stays
from staffing.capacity.headcount import Entry, expected_ready, season_factor, speeds
from staffing.capacity.hours import present_share
from staffing.capacity.values import CapacityCase, WeeklyNeed
from staffing.domain.arrays import FloatArray


@dataclass(frozen=True, slots=True)
class Choice:
    """One number to be chosen: people who enter."""

    entry: Entry
    most: int
    ready_h: FloatArray
    """Hours at work of one of them in the group entered, (weeks,)."""
    lost_h: FloatArray
    """The same that the source loses."""
    cost: float

    @property
    def key(self) -> tuple[int, int, int, int | None]:
        return key_of(self.entry)


def key_of(entry: Entry) -> tuple[int, int, int, int | None]:
    """Group, week, offer and source: what tells options apart."""
    return entry.group, entry.week, entry.offer, entry.source


def choices(case: CapacityCase, need: WeeklyNeed) -> tuple[Choice, ...]:
    """Every class and move that can be decided, with what one person in it brings."""
    factor, weeks = season_factor(case, need), need.weeks
    at = {group.id: number for number, group in enumerate(case.groups)}
    found = []
    for number, group in enumerate(case.groups):
        for start in range(_round_up(group.lead_weeks, case.start_every_weeks), weeks, case.start_every_weeks):
            since = np.arange(weeks) - start
            share = stays(group.bands, case.prior_months, 0, factor, start)
            speed = np.where(since >= 0, speeds(group.train_weeks, group.ramp, np.maximum(since, 0)), 0.0)
            if not (share * speed).any():
                continue
            for place, offer in enumerate(group.offers):
                paid = offer.weekly_h * offer.wage_per_h * float(share.sum())
                found.append(
                    Choice(
                        Entry(number, start, 0, place),
                        group.class_max,
                        share * speed * offer.weekly_h,
                        np.zeros(weeks),
                        paid + group.hire_cost,
                    )
                )
    for move in case.cross_training:
        source, target = case.groups[at[move.source]], at[move.target]
        if not source.heads:
            continue
        most = min(move.most, source.heads)
        tenure = max(row.tenure_weeks for row in source.staff)
        for start in range(0, weeks - move.weeks, case.start_every_weeks):
            share = stays(source.bands, case.prior_months, tenure + start, factor, start)
            since = np.arange(weeks) - start
            ready = np.where(since >= move.weeks, share, 0.0)
            found.append(
                Choice(
                    Entry(target, start, 0, 0, at[move.source], move.weeks, move.cost),
                    most,
                    ready * source.weekly_h,
                    share * source.weekly_h,
                    move.cost,
                )
            )
    return tuple(found)


def _round_up(week: int, step: int) -> int:
    return -(-week // step) * step


def expected_supply(case: CapacityCase, need: WeeklyNeed, entries: Sequence[Entry]) -> FloatArray:
    """Expected hours of the groups under a plan, (sources, weeks); outside sources are 0."""
    present, factor = present_share(case, need), season_factor(case, need)
    ready = np.array([expected_ready(group, case, factor) for group in case.groups])
    table = {choice.key: choice for choice in choices(case, need)} if entries else {}
    for entry in entries:
        choice = table.get(key_of(entry))
        if choice is not None:
            ready[entry.group] += entry.count * choice.ready_h
            if entry.source is not None:
                ready[entry.source] -= entry.count * choice.lost_h
    return np.concatenate([ready * present, np.zeros((len(case.outside), need.weeks))])


def known_wages(case: CapacityCase, need: WeeklyNeed) -> float:
    """Expected wages of those who are there now."""
    factor = season_factor(case, need)
    return sum(
        row.count
        * row.weekly_h
        * row.wage_per_h
        * float(stays(group.bands, case.prior_months, row.tenure_weeks, factor, 0).sum())
        for group in case.groups
        for row in group.staff
    )
