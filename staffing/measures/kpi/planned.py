"""What a plan promised, as rows beside what happened."""

import numpy as np

from staffing.audit.price_people import wish_terms
from staffing.domain.arrays import FloatArray, IntArray
from staffing.measures.fairness import BURDENS, shift_burdens
from staffing.measures.kpi.records import Records, Rows
from staffing.measures.kpi.terms import only
from staffing.plan import Plan

COUNTED = ("weekend_days", "nights", "late", "holidays")
"""Burdens of the measure of fairness; a shift may be several."""


def with_plan(records: Records, plan: Plan) -> Records:
    """The records with the plan's roster, its burdens and wishes, and its forecast beside the intervals it covers.

    Intervals that name their own forecast keep it, and days outside the plan keep the schedule they had. People and
    queues that the centre no longer has stay in the totals as unknown. Plans of several
    weeks are put in one after the other.
    """
    tables: dict[str, Rows] = {}
    agents = _places([agent.id for agent in plan.problem.agents], records.agents)
    queues = _places(plan.problem.queues, records.queues)
    grid, roster = plan.problem.grid, plan.roster
    first = grid.first_day.toordinal()
    if roster is not None and len(roster):
        span = {
            name: np.array([grid.epoch_s(int(step)) for step in getattr(roster, name)], dtype=float)
            for name in ("start", "end")
        }
        served = np.where(roster.queue >= 0, queues[roster.queue], -1)
        mine = Rows(
            first + roster.day,
            served,
            agents[roster.agent],
            {"start_s": span["start"], "end_s": span["end"], "kind": roster.activity.astype(float)},
        )
        tables["plan"] = _beside(records, "plan", mine, first, grid.days)
        tables["wishes"] = _beside(records, "wishes", _wishes(plan, agents, first), first, grid.days)
        tables["burdens"] = _beside(records, "burdens", _burdens(plan, agents, first), first, grid.days)
    intervals = records.rows("intervals")
    if intervals is not None:
        columns = {**intervals.columns, "forecast": _forecast(plan, records, intervals)}
        tables["intervals"] = Rows(intervals.day, intervals.queue, intervals.agent, columns)
    return records.with_tables(tables)


def _beside(records: Records, name: str, mine: Rows, first: int, days: int) -> Rows:
    """The plan's rows for its days, beside those that were known for others."""
    earlier = records.rows(name)
    if earlier is None:
        return mine
    return stacked(only(earlier, (earlier.day < first) | (earlier.day >= first + days)), mine)


def _burdens(plan: Plan, agents: IntArray, first: int) -> Rows:
    """Every shift with the number of its burdens: weekend day, night, late end, public holiday."""
    found = shift_burdens(plan)
    if found is None:
        nobody = np.zeros(0, dtype=np.int64)
        return Rows(nobody, nobody, nobody)
    counted = [BURDENS.index(name) for name in COUNTED]
    columns = {"burdens": found.marks[:, counted].sum(axis=1).astype(float)}
    return Rows(first + found.day, np.full(len(found.day), -1), agents[found.agent], columns)


def _wishes(plan: Plan, agents: IntArray, first: int) -> Rows:
    problem, roster = plan.problem, plan.roster
    missed = set() if roster is None else {(t.agent, t.day, t.detail) for t in wish_terms(problem, roster)}
    agent = np.array([wish.agent for wish in problem.wishes], dtype=np.int64)
    day = np.array([wish.day for wish in problem.wishes], dtype=np.int64)
    granted = [float((wish.agent, wish.day, wish.kind) not in missed) for wish in problem.wishes]
    return Rows(first + day, np.full(len(day), -1), agents[agent], {"granted": np.array(granted, dtype=float)})


def _forecast(plan: Plan, records: Records, intervals: Rows) -> FloatArray:
    """Forecast contacts of each interval row that starts in the plan's horizon, its own where it has one."""
    forecast, own = plan.forecast, intervals["forecast"]
    step_s = forecast.grid.step_min * 60
    step = ((intervals["start_s"] - forecast.grid.start_epoch_s) // step_s).astype(np.int64)
    back = _places(records.queues, forecast.queues)
    queue = np.where(intervals.queue >= 0, back[intervals.queue], -1) if len(back) else intervals.queue
    inside = (step >= 0) & (step < forecast.grid.n) & (queue >= 0)
    given = np.full(len(intervals), np.nan)
    given[inside] = forecast.volume[queue[inside], step[inside]]
    return np.where(np.isnan(own), given, own)


def _places(names: tuple[str, ...] | list[str], among: tuple[str, ...]) -> IntArray:
    """Position of each name in `among`, -1 where it is not."""
    known = {name: place for place, name in enumerate(among)}
    return np.array([known.get(name, -1) for name in names], dtype=np.int64)


def stacked(first: Rows, second: Rows) -> Rows:
    """Rows of both, with the columns of the second."""
    return Rows(
        np.concatenate([first.day, second.day]),
        np.concatenate([first.queue, second.queue]),
        np.concatenate([first.agent, second.agent]),
        {name: np.concatenate([first[name], values]) for name, values in second.columns.items()},
    )
