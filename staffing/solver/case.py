"""RosterProblem -> Case: the problem compiled to arrays for kernels and models."""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd
from typing import Any

import numpy as np

from staffing.domain.arrays import BoolArray, FloatArray, IntArray
from staffing.domain.problem import AgentWish, RosterProblem
from staffing.domain.roster import BREAK, MEAL, WORK
from staffing.solver.bands import StartBands, in_some_band, start_bands
from staffing.solver.classes import EndClasses, end_classes, rest_is_free, weekly_rest_can_bind
from staffing.solver.coverage_rows import coverage_rows
from staffing.solver.links import day_filter, long_rules
from staffing.solver.options import DayOptions, Patterns, contract_options, fits_type, make_patterns
from staffing.solver.pins import Pin, Settled, settle
from staffing.solver.premium import Premium
from staffing.solver.published import Published, allowed, change_prices, with_published
from staffing.solver.tables import PIN_AWAY, PIN_BREAK, PIN_FREE, PIN_IDLE, LongRules, Tables


@dataclass(frozen=True, eq=False)
class Case:
    """A compiled problem: `tables` for the kernels, `patterns` with break kinds, what is `settled` and `published`."""

    problem: RosterProblem
    tables: Tables
    patterns: Patterns
    settled: Settled
    published: Published

    @property
    def agents(self) -> int:
        return len(self.problem.agents)

    @property
    def reach(self) -> int:
        return int(self.tables.pin.shape[1])

    def with_pools(self, cover: FloatArray) -> FloatArray:
        """Coverage of all rows (rows, slots) from that of the queues; 0 where a pool does not count."""
        member = self.problem.pool_member
        if not len(member):
            return cover
        together = np.stack([cover[queues].sum(axis=0) for queues in member])
        return np.concatenate([cover, together * self.tables.is_open[member.shape[1] :]])

    def pinned(self, more: tuple[Pin, ...]) -> Case:
        """The same problem with further segments settled (activities that were placed)."""
        return compile_case(self.problem, self.settled.with_pins(more))


def compile_case(problem: RosterProblem, settled: Settled | None = None) -> Case:
    """Compile `problem`; `settled` replaces what is read from it when more is fixed."""
    longest = max((length for shift in problem.shifts for length in shift.lengths_min), default=0)
    reach = problem.grid.n + -(-longest // problem.grid.step_min) + 1
    settled = settled or settle(problem, reach)
    patterns = make_patterns(problem)
    by_contract = {
        contract.id: contract_options(problem, _shift_types(problem, contract.shifts), patterns)
        for contract in problem.contracts
    }
    by_contract, patterns, published = with_published(problem, by_contract, patterns)
    pins_of: dict[int, list[Pin]] = {}
    for pin in settled.pins:
        pins_of.setdefault(pin.agent, []).append(pin)
    wishes_of: dict[tuple[int, int], list[AgentWish]] = {}
    for wish in problem.wishes:
        wishes_of.setdefault((wish.agent, wish.day), []).append(wish)
    builder = _Builder(problem, settled, patterns, by_contract, published)
    for agent in range(len(problem.agents)):
        builder.add(agent, pins_of.get(agent, []), wishes_of)
    return Case(problem, builder.tables(reach), patterns, settled, published)


def _shift_types(problem: RosterProblem, names: tuple[str, ...]) -> tuple:  # type: ignore[type-arg]
    by_id = {shift.id: shift for shift in problem.shifts}
    return tuple(by_id[name] for name in names)


class _Builder:
    """Collects the options of agent after agent."""

    def __init__(
        self,
        problem: RosterProblem,
        settled: Settled,
        patterns: Patterns,
        by_contract: dict[str, list[DayOptions]],
        published: Published,
    ) -> None:
        people, days = len(problem.agents), problem.grid.days
        self.problem, self.settled, self.patterns, self.by_contract = problem, settled, patterns, by_contract
        self.published, self.premium = published, Premium(problem)
        self.shape_first: dict[str, list[int]] = {}
        count = 0
        for name, options in by_contract.items():
            sizes = np.cumsum([0, *(len(option.start) for option in options)]) + count
            self.shape_first[name] = [int(size) for size in sizes]
            count = int(sizes[-1])
        self.blocked = np.zeros((people, settled.blocked.shape[1] + 1), dtype=np.int64)
        np.cumsum(settled.blocked, axis=1, out=self.blocked[:, 1:])
        self.off_price = np.zeros((people, days))
        self.forced = np.zeros((people, days), dtype=bool)
        self.columns: list[np.ndarray] = []
        self.counts: list[int] = []
        self.classes: list[EndClasses] = []
        self.detailed = np.zeros((people, problem.weeks), dtype=bool)
        self.unit = np.ones(people, dtype=np.int64)
        self.same_paid = np.zeros(people, dtype=np.int64)
        self.loose = np.zeros((people, problem.weeks), dtype=bool)
        self.bands: list[StartBands] = []
        self.rest = int(np.ceil(problem.rules.rest_h / problem.grid.step_h - 1e-9))
        self.weekly_rest = int(np.ceil(problem.rules.weekly_rest_h / problem.grid.step_h - 1e-9))

    def add(
        self,
        agent: int,
        pins: list[Pin],
        wishes_of: dict[tuple[int, int], list[AgentWish]],
    ) -> None:
        name = self.problem.agents[agent].contract
        options = self.by_contract[name]
        kept = []
        contract = self.problem.contract_of(agent)
        minute = self.problem.grid.minute
        homes = _pin_days(self.problem, options, pins)
        wage = self.problem.wage_per_h(agent) / 60
        for day, option in enumerate(options):
            keep = self.blocked[agent, option.end] == self.blocked[agent, option.start]
            keep &= in_some_band(contract, minute[option.start])
            mine = [pin for pin, home in zip(pins, homes, strict=True) if home == day]
            for pin in mine:
                keep &= (option.start <= pin.start) & (option.end >= pin.end)
            for pin, home in zip(pins, homes, strict=True):
                if home != day:
                    keep &= (option.end <= pin.start) | (option.start >= pin.end)
            keep &= day_filter(self.problem, agent, day, option)
            self.forced[agent, day] = bool(mine) or bool(self.problem.pattern_due[agent, day])
            keep &= allowed(self.published, agent, day, option)
            change, off_change = change_prices(self.problem, self.published, agent, day, option)
            self.off_price[agent, day] += off_change
            price = option.paid_min * wage + self.premium.price(agent, day, option.paid_min) + change
            for wish in wishes_of.get((agent, day), []):
                price = price + self._wish(wish, day, option)
            rows = np.flatnonzero(keep)
            kept.append(rows)
            shape = np.arange(len(option.start)) + self.shape_first[name][day]
            columns = (option.start, option.end, option.paid_min, option.pattern, price, shape)
            self.columns.append(np.stack([np.asarray(column, dtype=float)[rows] for column in columns]))
            self.counts.append(len(rows))
        starts = [option.start[rows] for option, rows in zip(options, kept, strict=True)]
        ends = [option.end[rows] for option, rows in zip(options, kept, strict=True)]
        for week in range(self.problem.weeks):
            span = slice(7 * week, min(7 * week + 7, len(options)))
            self.detailed[agent, week] = weekly_rest_can_bind(
                self.problem, agent, week, starts[span], ends[span], self.rest, self.weekly_rest
            )
        for day in range(len(options)):
            before = (starts[day - 1], ends[day - 1]) if day and day % 7 else None
            self.classes.append(
                end_classes(
                    starts[day],
                    ends[day],
                    options[day].paid_min[kept[day]],
                    starts[day + 1] if day + 1 < len(options) else None,
                    self.rest,
                    bool(self.detailed[agent, day // 7]),
                    self.classes[-1] if before is not None else None,
                )
            )
        own = self.classes[len(self.classes) - len(options) :]
        for week in range(self.problem.weeks):
            self.loose[agent, week] = not self.detailed[agent, week] and rest_is_free(own[7 * week : 7 * week + 7])
        paid = [int(value) for option, rows in zip(options, kept, strict=True) for value in set(option.paid_min[rows])]
        self.unit[agent] = gcd(*paid) or 1
        self.same_paid[agent] = max(paid) if paid and min(paid) == max(paid) else 0
        self.bands.append(start_bands(contract, minute[np.concatenate(starts)]))

    def _wish(self, wish: AgentWish, day: int, option: DayOptions) -> np.ndarray:
        """Price of the wish for each option; a wish for work is priced on the day off."""
        problem, value = self.problem, wish.weight * self.problem.costs.wish_per_weight
        minute = problem.grid.minute[option.start] if len(option.start) else option.start
        if wish.kind == "work":
            self.off_price[wish.agent, day] += value
            return np.zeros(len(option.start))
        if wish.kind == "off":
            unmet = np.ones(len(option.start), dtype=bool)
        elif wish.kind == "start>=":
            unmet = minute < (wish.minute or 0)
        elif wish.kind == "start<=":
            unmet = minute > (wish.minute if wish.minute is not None else 1440)
        else:
            shift = next((kind for kind in problem.shifts if kind.id == wish.shift), None)
            unmet = np.ones(len(minute), dtype=bool) if shift is None else ~fits_type(problem, shift, day, option)
        return np.asarray(value * unmet)

    def tables(self, reach: int) -> Tables:
        problem = self.problem
        grid, rules, costs, h = problem.grid, problem.rules, problem.costs, problem.grid.step_h
        people = len(problem.agents)
        columns = np.concatenate(self.columns, axis=1) if self.columns else np.zeros((6, 0))
        self.columns.clear()  # with the largest cases every further copy of the options counts
        start, end, paid, pattern, shape = (columns[row].astype(np.int64) for row in (0, 1, 2, 3, 5))
        price = columns[4].copy()
        del columns
        shapes = [option for options in self.by_contract.values() for option in options]
        limits = np.array(
            [[problem.week_limits(a, w) for w in range(problem.weeks)] for a in range(people)], dtype=np.int64
        ).reshape(people, problem.weeks, 4)
        whole = np.array([7 * w + 7 <= grid.days for w in range(problem.weeks)])
        overtime = np.array([problem.contract_of(a).overtime_minutes_max for a in range(people)], dtype=np.int64)
        pin, has_pin = _pin_array(self.settled, people, reach)
        group, prof, heads, led, span = _groups(problem)
        open_before = np.zeros((len(problem.queues), grid.n + 1), dtype=np.int64)
        np.cumsum(problem.is_open, axis=1, out=open_before[:, 1:])
        wage = np.array([problem.wage_per_h(a) for a in range(people)])
        rows = coverage_rows(problem)
        kind, kind_group, kind_shape = self._kinds(group)
        long, fair = long_rules(problem, _offsets(self.counts), start, end)
        alike = _joined([c.alike for c in self.classes])
        alike_first = _offsets([int(c.alike.max(initial=-1)) + 1 for c in self.classes])
        alike_option = np.zeros(alike_first[-1], dtype=np.int64)
        alike_option[np.repeat(alike_first[:-1], self.counts) + alike] = np.arange(len(alike))
        tables = Tables(
            days=grid.days,
            weeks=problem.weeks,
            slots=grid.n,
            slot_h=h,
            first=_offsets(self.counts),
            start=start,
            end=end,
            paid=paid,
            pattern=pattern,
            price=price + fair,
            cls=_joined([c.number for c in self.classes]),
            lim=_joined([c.limit for c in self.classes]),
            alike=alike,
            shape=shape,
            shape_start=_joined([option.start for option in shapes]),
            shape_end=_joined([option.end for option in shapes]),
            shape_pattern=_joined([option.pattern for option in shapes]),
            kind=kind,
            kind_group=kind_group,
            kind_shape=kind_shape,
            kind_first=_offsets([int(last - first) for first, last in kind_shape]),
            cls_first=_offsets([len(c.last_end) for c in self.classes]),
            cls_end=_joined([c.last_end for c in self.classes]),
            alike_first=alike_first,
            alike_option=alike_option,
            bands=np.array([band.count for band in self.bands], dtype=np.int64),
            band_first=_joined([band.first for band in self.bands]),
            band_last=_joined([band.last for band in self.bands]),
            cell=_joined([band.cell for band in self.bands]),
            cells=np.array([band.cells for band in self.bands], dtype=np.int64),
            band_first_cell=_offsets([band.count for band in self.bands])[:-1],
            cell_from=_joined([band.cell_from for band in self.bands]),
            cell_to=_joined([band.cell_to for band in self.bands]),
            loose=self.loose,
            same_paid=self.same_paid,
            off_price=self.off_price,
            forced=self.forced,
            pat_first=self.patterns.first,
            brk_len=self.patterns.length,
            brk_lo=self.patterns.lo,
            brk_hi=self.patterns.hi,
            brk_gap=self.patterns.gap,
            day_start=np.array(grid.day_start),
            is_weekend=np.asarray(grid.weekday >= 5),
            last_end=np.array(problem.last_end),
            run_before=np.array(problem.run_before),
            low=np.where(whole[None, :], limits[:, :, 0], 0),
            high=limits[:, :, 1].copy(),
            top=limits[:, :, 1] + overtime[:, None],
            days_min=np.where(whole[None, :], limits[:, :, 2], 0),
            days_max=limits[:, :, 3].copy(),
            extra_per_min=wage * (costs.overtime_factor - 1) / 60,
            unit=self.unit,
            detailed=self.detailed,
            whole=whole,
            rest=self.rest,
            weekly_rest=self.weekly_rest,
            max_run=rules.max_consecutive_days,
            weekend_max=rules.weekend_days_max,
            has_pin=has_pin,
            pin=pin,
            group=group,
            prof=prof,
            heads=heads,
            led=led,
            skilled=np.asarray((prof > 0).any(axis=1)),
            is_open=rows.is_open,
            deadline=rows.deadline,
            required=rows.required,
            severe_from=rows.severe_from,
            over_at=rows.over,
            weight=rows.weight,
            corner=np.zeros((len(prof), 0), dtype=np.int32),
            corner_base=np.zeros((grid.n, 0), dtype=np.int32),
            corner_unit=1.0,
            pool_first=rows.pool_first,
            pool=rows.pool,
            early=np.array(problem.earliest_h),
            late=np.array(problem.latest_h),
            open_before=open_before,
            open_first=_offsets([int(row.sum()) for row in problem.is_open]),
            open_slot=np.nonzero(problem.is_open)[1].astype(np.int64),
            span=span,
            short=h * costs.short_per_h,
            severe=h * costs.short_severe_per_h,
            over=h * costs.over_per_h,
            overdue=h * costs.overdue_per_h,
            undone=costs.short_severe_per_h,
            span_price=h * costs.span_per_h,
            switch=costs.switch_per_change,
            long=long,
        )
        return _plain(tables)

    def _kinds(self, group: IntArray) -> tuple[IntArray, IntArray, IntArray]:
        """Agents of one group and contract share the worth of their shapes: (agents,), (kinds,), (kinds, 2)."""
        names = list(self.by_contract)
        contract = np.array([names.index(agent.contract) for agent in self.problem.agents], dtype=np.int64)
        found, kind = np.unique(np.stack([group, contract], axis=1), axis=0, return_inverse=True)
        spans = [(self.shape_first[names[c]][0], self.shape_first[names[c]][-1]) for c in found[:, 1]]
        shape_span = np.array(spans, dtype=np.int64).reshape(-1, 2)
        return kind.ravel().astype(np.int64), found[:, 0].astype(np.int64), shape_span


def _plain(tables: Tables) -> Tables:
    """The same with every array in C order and every number a plain int or float, so that kernels compile once."""
    floats = ("slot_h", "short", "severe", "over", "overdue", "undone", "span_price", "switch", "corner_unit")
    plain: dict[str, Any] = {}
    values: tuple[Any, ...] = tuple(tables)
    for name, value in zip(tables._fields, values, strict=True):
        if isinstance(value, LongRules):
            plain[name] = value
        elif isinstance(value, np.ndarray):
            # Most are of that form already; a copy of all would double what the largest cases need.
            plain[name] = np.require(value, requirements=["C", "W"])
        else:
            plain[name] = float(value) if name in floats else int(value)
    return Tables(**plain)


def _pin_days(problem: RosterProblem, options: list[DayOptions], pins: list[Pin]) -> list[int]:
    """Day whose shift holds each pin: its own day, or the day before when only a shift begun then can."""
    homes = []
    for pin in pins:
        day = int(problem.grid.day_of(pin.start))
        own = options[day] if day < len(options) else None
        holds = own is not None and bool(np.any((own.start <= pin.start) & (own.end >= pin.end)))
        if not holds and day > 0:
            before = options[day - 1]
            holds = bool(np.any((before.start <= pin.start) & (before.end >= pin.end)))
            day = day - 1 if holds else day
        homes.append(min(day, len(options) - 1))
    return homes


def _pin_array(settled: Settled, people: int, reach: int) -> tuple[IntArray, BoolArray]:
    pin = np.full((people, reach), PIN_FREE, dtype=np.int64)
    for row in settled.pins:
        if row.code == WORK:
            code = row.queue if row.queue >= 0 else PIN_IDLE
        else:
            code = PIN_BREAK if row.code in (BREAK, MEAL) else PIN_AWAY
        pin[row.agent, row.start : min(row.end, reach)] = code
    return pin, np.asarray((pin != PIN_FREE).any(axis=1))


def _groups(problem: RosterProblem) -> tuple[IntArray, np.ndarray, BoolArray, BoolArray, IntArray]:
    """Agents alike in skills and supervision share a group: its number per agent and its rows."""
    people, roles = len(problem.agents), problem.supervision()
    heads, led = np.zeros((people, len(roles)), dtype=bool), np.zeros((people, len(roles)), dtype=bool)
    for number, (_, supervisors, supervised, _) in enumerate(roles):
        heads[supervisors, number] = True
        led[supervised, number] = True
    rows = np.concatenate([problem.proficiency, heads, led], axis=1)
    found, group = np.unique(rows, axis=0, return_inverse=True)
    queues, count = len(problem.queues), len(roles)
    return (
        group.ravel().astype(np.int64),
        np.ascontiguousarray(found[:, :queues]),
        np.ascontiguousarray(found[:, queues : queues + count] > 0),
        np.ascontiguousarray(found[:, queues + count :] > 0),
        np.array([span for *_, span in roles], dtype=np.int64),
    )


def _offsets(counts: list[int]) -> IntArray:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


def _joined(parts: list[IntArray]) -> IntArray:
    return np.concatenate(parts).astype(np.int64) if parts else np.zeros(0, dtype=np.int64)
