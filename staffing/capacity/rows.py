"""The rows of the model: hours of each group and week, the promise, futures, classes with their rooms, moves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from staffing.capacity.hours import all_cuts, extra_prices, present_share
from staffing.capacity.options import Choice, expected_supply
from staffing.capacity.values import CapacityCase, WeeklyNeed
from staffing.domain.arrays import FloatArray, IntArray

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

SCALE = 10
"""Hours are whole tenths."""


@dataclass(frozen=True, slots=True)
class Extra:
    """Hours added by a source in a week of a future; without a source those that are missing."""

    variable: cp_model.IntVar
    price: float
    source: int | None
    week: int


class Rows:
    """The case as numbers: what one person of each option adds to the required hours of each group and week."""

    def __init__(self, case: CapacityCase, need: WeeklyNeed, options: tuple[Choice, ...]) -> None:
        self.case, self.need, self.options = case, need, options
        self.cuts, present = all_cuts(case, need), present_share(case, need)
        self.prices = extra_prices(case, present)
        self.groups, self.weeks = len(case.groups), need.weeks
        self.start = np.round(SCALE * expected_supply(case, need, ())[: self.groups]).astype(int)
        self.added = np.zeros((len(options), self.groups, self.weeks), dtype=int)
        for place, option in enumerate(options):
            group, source = option.entry.group, option.entry.source
            self.added[place, group] = np.round(SCALE * option.ready_h * present[group])
            if source is not None:
                self.added[place, source] = -np.round(SCALE * option.lost_h * present[source])
        self.least, self.most = np.array(self.start), np.array(self.start)
        moves: dict[tuple[int, int], list[int]] = {}
        for place, option in enumerate(options):
            if option.entry.source is None:
                self.most += option.most * self.added[place]
            else:
                moves.setdefault((option.entry.source, option.entry.group), []).append(place)
        for places in moves.values():
            # However spread over time, no more people move than the cross-training allows.
            people = options[places[0]].most
            self.least += people * np.minimum(0, self.added[places]).min(axis=0)
            self.most += people * np.maximum(0, self.added[places]).max(axis=0)
        self.overtime = np.array([round(100 * group.overtime_share) for group in case.groups])
        self.bought = np.array([round(SCALE * buy.max_h) for buy in case.outside], dtype=int)

    def goal(self, hours: FloatArray) -> IntArray:
        return np.ceil(SCALE * hours).astype(np.int64)


def own_hours_of(model: cp_model.CpModel, rows: Rows, number: Sequence[cp_model.IntVar]) -> list[list[cp_model.IntVar]]:
    """Required hours that each group covers in each week: one variable, so that the rows over sets stay short."""
    from ortools.sat.python import cp_model

    own: list[list[cp_model.IntVar]] = []
    for group in range(rows.groups):
        line: list[cp_model.IntVar] = []
        for week in range(rows.weeks):
            places = np.flatnonzero(rows.added[:, group, week]).tolist()
            start = int(rows.start[group, week])
            if not places:
                line.append(model.new_constant(start))
                continue
            # Nobody can be moved who is not there.
            least = max(0, int(rows.least[group, week]))
            hours = model.new_int_var(least, max(least, int(rows.most[group, week])), "")
            weights = [int(rows.added[place, group, week]) for place in places]
            brought = cp_model.LinearExpr.weighted_sum([number[place] for place in places], weights)
            model.add(hours == start + brought)
            line.append(hours)
        own.append(line)
    return own


def promise_rows(
    model: cp_model.CpModel, rows: Rows, own: list[list[cp_model.IntVar]], hours: FloatArray
) -> list[cp_model.IntVar]:
    """With all that can be added every cut reaches its quantile; the hours that lack in the worst cut of each week."""
    from ortools.sat.python import cp_model

    goal, short = rows.goal(hours), []
    for week in range(rows.weeks):
        worst = int(goal[:, week].max(initial=0))
        lacking = model.new_int_var(0, max(1, worst), "")
        for cut, needed in enumerate(goal[:, week].tolist()):
            inside = rows.cuts.sources[cut]
            bought = int(rows.bought[inside[rows.groups :]].sum())
            places = np.flatnonzero(inside[: rows.groups]).tolist()
            variables = [*(own[group][week] for group in places), lacking]
            weights = [*(100 + int(rows.overtime[group]) for group in places), 100]
            model.add(cp_model.LinearExpr.weighted_sum(variables, weights) >= 100 * (needed - bought))
        short.append(lacking)
    return short


def future_rows(
    model: cp_model.CpModel, rows: Rows, own: list[list[cp_model.IntVar]], hours: FloatArray
) -> list[Extra]:
    """Overtime, bought and missing hours of one future with their prices."""
    from ortools.sat.python import cp_model

    goal = rows.goal(hours)
    spend: list[Extra] = []
    for week in range(rows.weeks):
        # Sets that the fewest people possible cover need no row.
        tight = [
            cut
            for cut, needed in enumerate(goal[:, week].tolist())
            if needed > max(0, int(rows.least[rows.cuts.sources[cut, : rows.groups], week].sum()))
        ]
        if not tight:
            continue
        worst = int(goal[tight, week].max())
        extra: dict[int, cp_model.IntVar] = {}
        for source in np.flatnonzero(rows.cuts.sources[tight].any(axis=0)).tolist():
            group = source if source < rows.groups else None
            most = int(rows.bought[source - rows.groups]) if group is None else worst
            if group is not None and not rows.overtime[group]:
                continue
            variable = extra[source] = model.new_int_var(0, max(0, min(most, worst)), "")
            spend.append(Extra(variable, float(rows.prices[source, week]), source, week))
            if group is not None:
                model.add(100 * variable <= int(rows.overtime[group]) * own[group][week])
        missing = model.new_int_var(0, worst, "")
        spend.append(Extra(missing, rows.case.short_per_h, None, week))
        for cut in tight:
            inside = np.flatnonzero(rows.cuts.sources[cut]).tolist()
            have = [own[place][week] for place in inside if place < rows.groups]
            helped = [extra[place] for place in inside if place in extra]
            model.add(cp_model.LinearExpr.sum([*have, *helped, missing]) >= int(goal[cut, week]))
    return spend


def class_rows_of(
    model: cp_model.CpModel,
    case: CapacityCase,
    options: Sequence[Choice],
    number: Sequence[cp_model.IntVar],
) -> dict[tuple[int, int], cp_model.IntVar]:
    """A class has its least and largest size and takes a room until its training ends. Whether each runs."""
    opened: dict[tuple[int, int], cp_model.IntVar] = {}
    members: dict[tuple[int, int], list[cp_model.IntVar]] = {}
    for variable, option in zip(number, options, strict=True):
        if option.entry.source is None:
            members.setdefault((option.entry.group, option.entry.week), []).append(variable)
    for (row, week), people in members.items():
        group = case.groups[row]
        runs = opened[row, week] = model.new_bool_var("")
        model.add(sum(people) <= group.class_max * runs)
        model.add(sum(people) >= group.class_min * runs)
    last = max((week + case.groups[row].train_weeks for row, week in opened), default=0)
    for week in range(last):
        busy = [
            runs
            for (row, start), runs in opened.items()
            if start <= week < start + max(1, case.groups[row].train_weeks)
        ]
        if len(busy) > case.rooms:
            model.add(sum(busy) <= case.rooms)
    return opened


def move_rows(
    model: cp_model.CpModel, case: CapacityCase, options: Sequence[Choice], number: Sequence[cp_model.IntVar]
) -> None:
    """Of each cross-training no more people than it says, and than its source has."""
    at = {group.id: place for place, group in enumerate(case.groups)}
    for move in case.cross_training:
        people = [
            variable
            for variable, option in zip(number, options, strict=True)
            if option.entry.source == at[move.source] and option.entry.group == at[move.target]
        ]
        if people:
            model.add(sum(people) <= min(move.most, case.groups[at[move.source]].heads))
