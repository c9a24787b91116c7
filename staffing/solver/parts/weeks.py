"""The problem of one week after the weeks before it were planned."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np

from staffing.audit import deferred_work
from staffing.audit.activities import unplaced
from staffing.domain.arrays import IntArray
from staffing.domain.carried import Carried
from staffing.domain.duties import duty_marks
from staffing.domain.problem import OpenActivity, RosterProblem
from staffing.domain.roster import Roster, Shift
from staffing.domain.timegrid import TimeGrid
from staffing.solver.parts.take import PartProblem, part_of


def weeks_apart(problem: RosterProblem) -> bool:
    """Whether weeks may be planned one after another: nothing is counted over several of them.

    Rest, days in a row, successions and fair shares are carried from week to week.
    """
    rules, used = problem.rules, {agent.contract for agent in problem.agents}
    counted = [rules.nights_max_per_period, rules.weekends_max_per_period]
    for contract in problem.contracts:
        if contract.id in used:
            counted += [contract.period_minutes_min, contract.period_minutes_max]
    return problem.grid.days > 7 and not rules.labour and all(limit is None for limit in counted)


def week_problem(problem: RosterProblem, week: int, before: Roster) -> PartProblem:
    """The days of `week` alone; `before` holds the shifts of all weeks before it on the grid of `problem`.

    Work that was done and agents who are still there count; an activity goes into the first week that takes it.
    """
    grid = problem.grid
    first, last = 7 * week, min(7 * week + 7, grid.days)
    begin, end = int(grid.day_start[first]), int(grid.day_start[last])
    own = TimeGrid(grid.timezone, grid.dates[first], last - first, grid.step_min)
    slots, days = slice(begin, end), slice(first, last)
    cover = before.coverage(problem.proficiency)
    done = deferred_work(problem, cover).done_h[:, :begin].sum(axis=1)[:, None] if begin else 0.0
    carried, last_end, run = _carried(problem, before, first, begin)
    there = cover[:, slots]
    changes: dict[str, Any] = {
        "grid": own,
        "is_open": problem.is_open[:, slots],
        "required": np.maximum(0.0, problem.required[:, slots] - there * ~problem.deadline[:, None]),
        "earliest_h": np.maximum(0.0, problem.earliest_h[:, slots] - done),
        "latest_h": np.maximum(0.0, problem.latest_h[:, slots] - done),
        "blocked": problem.blocked[:, slots],
        "leave_days": problem.leave_days[:, week : week + 1],
        "last_end": last_end,
        "run_before": run,
        "fixed": tuple(
            replace(row, start=row.start - begin, end=row.end - begin)
            for row in problem.fixed
            if row.end > begin and row.start < end
        ),
        "activities": _open_activities(problem, before, begin, end),
        "wishes": tuple(replace(row, day=row.day - first) for row in problem.wishes if first <= row.day < last),
        "notice_until": problem.notice_until - begin,
        "pool_required": np.maximum(0.0, problem.pool_required[:, slots] - problem.pool_member @ there),
        "carried": carried,
        "pattern": problem.pattern[:, days],
        "severe_from": problem.severe_from[:, slots] if problem.severe_from.size else problem.severe_from,
        "short_weight": problem.short_weight[:, slots] if problem.short_weight.size else problem.short_weight,
    }
    return part_of(problem, changes)


def _carried(problem: RosterProblem, before: Roster, first: int, begin: int) -> tuple[Carried, IntArray, IntArray]:
    """What is carried into the day `first`: shift type, nights, duties; ends of shifts and days in a row."""
    grid, people = problem.grid, len(problem.agents)
    past = {field.name: getattr(problem.carried, field.name).copy() for field in fields(Carried)}
    past["duties"] = problem.duties_before.copy()
    if not first:
        return Carried(**past), problem.last_end, problem.run_before
    worked, night = np.zeros((people, first), dtype=bool), np.zeros((people, first), dtype=bool)
    last_end = problem.last_end.copy()
    past["shift"][:] = -1
    for shift in before.shifts():
        if not 0 <= shift.day < first:
            continue
        agent, day = shift.agent, shift.day
        marks = duty_marks(grid, problem.rules, *(np.array([value]) for value in (day, shift.start, shift.end)))[0]
        worked[agent, day], night[agent, day] = True, marks[1]
        past["duties"][agent] += marks
        last_end[agent] = max(last_end[agent], shift.end)
        if day == first - 1:
            past["shift"][agent] = _type(problem, shift)
    past["nights_run"] = _run(night, problem.carried.nights_run)
    return Carried(**past), last_end - begin, _run(worked, problem.run_before)


def _run(days: np.ndarray, before: IntArray) -> IntArray:
    """Days in a row at the end of `days` (agents, days), with those before where all days were."""
    length = np.where(days.all(axis=1), days.shape[1], np.argmin(days[:, ::-1], axis=1))
    return np.asarray(length + np.where(days.all(axis=1), before, 0), dtype=np.int64)


def _type(problem: RosterProblem, shift: Shift) -> int:
    """Number of the first type of the contract that the shift fits, -1 for none."""
    grid = problem.grid
    minute, length = int(grid.minute[shift.start]), (shift.end - shift.start) * grid.step_min
    for kind in problem.shift_types(shift.agent):
        if kind.fits(minute, int(grid.weekday[shift.day]), length):
            return problem.shifts.index(kind)
    return -1


def _open_activities(problem: RosterProblem, before: Roster, begin: int, end: int) -> tuple[OpenActivity, ...]:
    """Activities that could be held in the slots [begin, end), for those who have not had them."""
    missing: dict[str, set[int]] = {}
    for activity, agent, _ in unplaced(problem, before):
        missing.setdefault(activity.id, set()).add(agent)
    found = []
    for activity in problem.activities:
        earliest, latest = max(0, activity.earliest - begin), min(end, activity.latest) - begin
        agents = tuple(agent for agent in activity.agents if agent in missing.get(activity.id, set()))
        if agents and latest - earliest >= activity.slots:
            found.append(replace(activity, agents=agents, earliest=earliest, latest=latest))
    return tuple(found)
