"""The running day as a value: what came, the rest forecast again, the crew as it stands, the work left."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

import numpy as np

from staffing.audit import deferred_work
from staffing.domain.arrays import BoolArray, FloatArray
from staffing.domain.assemble import proficiency_matrix, skilled_shares, tubes_on_slots
from staffing.domain.calendar import DayTable
from staffing.domain.centre import Scenario
from staffing.domain.day_actuals import DayActuals
from staffing.domain.demand import Forecast
from staffing.domain.note import Note
from staffing.domain.problem import RosterProblem
from staffing.domain.requirement import Requirement, Workload
from staffing.domain.roster import Roster
from staffing.domain.timegrid import TimeGrid
from staffing.errors import SettingsError
from staffing.plan import Plan
from staffing.planning.intraday.values import Away, QueueSoFar
from staffing.planning.on_call import callable_problem

AHT_DAY_CV = 0.05
"""How much the mean handle time of a day differs from that of other days."""


@dataclass(frozen=True, eq=False)
class Situation:
    """A plan at one moment of one of its days.

    Attributes
    ----------
    plan : Plan
        The plan with forecast, requirement and problem of that day brought up to date; its roster is the reference.
    day, cut : int
        Day of the plan, and its first interval that is not known yet (of the whole grid).
    now, end : int
        Slot from which anything may change, and the slot after the last one looked at: the end of the day or, where a
        shift of the day runs over midnight, the end of that shift.
    came : (queues, intervals)
        Contacts of the known intervals, NaN elsewhere.
    day_requirement : Requirement
        Of the day alone, with what each crew size buys at the new volume.
    done_h : (queues,)
        Hours of deferred work done so far, from the first slot of the plan.
    away : tuple of Away
        Who is not there.
    """

    plan: Plan
    day: int
    cut: int
    now: int
    end: int
    came: FloatArray
    day_requirement: Requirement
    done_h: FloatArray
    away: tuple[Away, ...]
    so_far: tuple[QueueSoFar, ...]
    notes: tuple[Note, ...] = ()

    @property
    def problem(self) -> RosterProblem:
        return self.plan.problem

    @property
    def roster(self) -> Roster:
        """The roster as planned."""
        if self.plan.roster is None:
            raise ValueError("plan has no roster, expected one")
        return self.plan.roster

    @property
    def is_away(self) -> BoolArray:
        """Slots in which each agent is known to be away, shape (agents, slots)."""
        mask = np.zeros((len(self.problem.agents), self.problem.grid.n), dtype=bool)
        for one in self.away:
            mask[one.agent, one.start : one.end] = True
        return mask

    def worked(self, roster: Roster) -> Roster:
        """`roster` without the time of those who are away."""
        for one in self.away:
            roster = _without(roster, one)
        return roster

    def begun(self, roster: Roster) -> BoolArray:
        """Rows of shifts that have begun before now, shape (segments,)."""
        begun = np.zeros(len(roster), dtype=bool)
        for shift in roster.shifts():
            begun[list(shift.rows)] = shift.start < self.now
        return begun


def read_situation(
    plan: Plan,
    actuals: DayActuals,
    *,
    at: str | None = None,
    day: date | None = None,
    away: tuple[Away, ...] = (),
    past: tuple[Scenario, DayTable] | None = None,
) -> Situation:
    """The running day of a plan.

    Parameters
    ----------
    actuals
        What has come so far of the day.
    at
        Local clock time ``HH:MM`` of the day; None: the end of the last interval with contacts.
    day
        A day of the plan; None: the last one that the actuals tell of.
    away
        Who is not there.
    past
        Scenario with a longer history than the plan's own, and its day table: tells how much a morning says.

    Raises
    ------
    SettingsError
        When the plan has no roster, or day or time do not lie in it.
    """
    if plan.roster is None:
        raise SettingsError("the plan has no roster; make one with `staffing plan`")
    grid = plan.forecast.grid
    when = day or _last_known(actuals, grid)
    if when is None or when not in grid.dates:
        told = f"{actuals.came.grid.dates[0]} to {actuals.came.grid.dates[-1]}" if day is None else str(day)
        raise SettingsError(f"the day is {told}, expected a day of the plan, {grid.dates[0]} to {grid.dates[-1]}")
    number = grid.dates.index(when)
    came = _came(plan, actuals, when)
    known = np.flatnonzero(np.isfinite(came).any(axis=0))
    moment = None if at is None else _moment(grid, when, at)
    if moment is None and not len(known):
        raise SettingsError(f"nothing is known of {when}; expected contacts of its first intervals or --at")
    cut = int(known[-1]) + 1 if moment is None else max(grid.floor(moment), int(grid.day_start[number]))
    came[:, cut:] = np.nan
    slots = plan.problem.grid
    ratio = grid.step_min // slots.step_min
    now = cut * ratio if moment is None else slots.ceil(moment)
    end = _end(plan.roster, number)
    if not int(slots.day_start[number]) <= now <= end:
        raise SettingsError(f"--at is {at}, expected a time of {when}")
    plan = replace(plan, problem=callable_problem(plan))
    return _situation(plan, actuals, came, (number, cut, now, end), away, past)


def _last_known(actuals: DayActuals, grid: TimeGrid) -> date | None:
    """The last day of the plan of which anything came."""
    known = np.isfinite(actuals.came.offered).any(axis=0)
    days = [actuals.came.grid.dates[n] for n in np.unique(actuals.came.grid.day[known]).tolist()]
    return next((one for one in reversed(days) if one in grid.dates), None)


def _moment(grid: TimeGrid, when: date, at: str) -> datetime:
    try:
        return datetime.combine(when, time.fromisoformat(at), grid.zone)
    except ValueError:
        raise SettingsError(f"--at is {at!r}, expected a time such as 11:00") from None


def _end(roster: Roster, day: int) -> int:
    """Slot after the day or after the last of its shifts, inside the plan."""
    ends = roster.end[(roster.day == day) & roster.on_shift]
    return min(roster.grid.n, max(int(roster.grid.day_start[day + 1]), int(ends.max(initial=0))))


def _came(plan: Plan, actuals: DayActuals, when: date) -> FloatArray:
    forecast = plan.forecast
    unknown = sorted(set(actuals.came.queues) - set(forecast.queues))
    if unknown:
        raise SettingsError(f"the actuals name the queues {', '.join(unknown)}, which are not forecast")
    if actuals.came.grid.step_min != forecast.grid.step_min or actuals.came.grid.timezone != forecast.grid.timezone:
        raise SettingsError(f"the actuals are not on the plan's intervals of {forecast.grid.step_min} min")
    came = np.full(forecast.volume.shape, np.nan)
    span = forecast.grid.day_slice(forecast.grid.dates.index(when))
    for queue in actuals.came.queues:
        values = actuals.of_day(queue, when)
        if values is not None:
            came[forecast.queues.index(queue), span] = values
    return came


def _situation(
    plan: Plan,
    actuals: DayActuals,
    came: FloatArray,
    place: tuple[int, int, int, int],
    away: tuple[Away, ...],
    past: tuple[Scenario, DayTable] | None,
) -> Situation:
    day, cut, now, end = place
    forecast, so_far, notes = _forecast_again(plan, actuals, came, day, cut, past)
    day_requirement = _require_day(plan, forecast, day)
    requirement = _with_day(plan, forecast, day_requirement, day)
    ratio = requirement.grid.step_min // plan.problem.grid.step_min
    earliest, latest = tubes_on_slots(requirement, ratio)
    span = plan.problem.grid.day_slice(day)
    required = np.array(plan.problem.required)
    required[:, span] = np.repeat(day_requirement.agents_gross, ratio, axis=1) * ~plan.problem.deadline[:, None]
    pools = np.array(plan.problem.pool_required)
    for row, name in enumerate(plan.problem.pool_names):
        need = next((one for one in day_requirement.pools if "+".join(one.queues) == name), None)
        if need is not None:
            pools[row, span] = np.repeat(need.agents_gross, ratio)
    problem = replace(
        plan.problem, required=required, earliest_h=earliest, latest_h=latest, pool_required=pools,
        severe_from=np.zeros((0, 0)), reference=plan.roster,
        notice_until=plan.problem.grid.n,
    )  # fmt: skip
    now_plan = replace(plan, forecast=forecast, requirement=requirement, problem=problem, verdict=None)
    bare = Situation(
        now_plan, day, cut, now, end, came, day_requirement, np.zeros(len(problem.queues)), away, so_far, notes
    )
    return replace(bare, done_h=_done(bare, actuals))


def _forecast_again(
    plan: Plan, actuals: DayActuals, came: FloatArray, day: int, cut: int, past: tuple[Scenario, DayTable] | None
) -> tuple[Forecast, tuple[QueueSoFar, ...], tuple[Note, ...]]:
    """The whole forecast with the rest of the day forecast again, and each queue until now."""
    whole, when = plan.forecast, plan.forecast.grid.dates[day]
    span = whole.grid.day_slice(day)
    first = forecast_of_day(whole, day)
    scenario, table = (plan.scenario, plan.table) if past is None else past
    notes: tuple[Note, ...] = ()
    found: dict[str, Any] = {}
    after = first
    if np.isfinite(came).any():
        from staffing.forecast import update_day

        known = replace(scenario, history=scenario.history.before(when))
        update = update_day(known, table, first, came[:, span])
        after, found = update.forecast, {row.queue: row for row in update.queues}
    rows, aht_s = [], np.array(after.aht_s)
    for row, name in enumerate(first.queues):
        one = _so_far(plan, actuals, first, row, came[row, span], found.get(name), cut - span.start)
        aht_s[row, cut - span.start :] *= one.aht_factor
        rows.append(one)
    columns: dict[str, Any] = {}
    for name in ("volume", "low80", "high80", "low95", "high95", "interval_cv"):
        columns[name] = np.array(getattr(whole, name))
        columns[name][:, span] = getattr(after, name)
    columns["aht_s"] = np.array(whole.aht_s)
    columns["aht_s"][:, span] = aht_s
    columns["day_cv"] = np.array(whole.day_cv)
    columns["day_cv"][:, day] = after.day_cv[:, 0]
    return replace(whole, **columns), tuple(rows), notes


def forecast_of_day(forecast: Forecast, day: int) -> Forecast:
    """One day of a forecast as a forecast of its own."""
    grid, span = forecast.grid, forecast.grid.day_slice(day)
    columns = {
        name: getattr(forecast, name)[:, span]
        for name in ("volume", "low80", "high80", "low95", "high95", "aht_s", "interval_cv")
    }
    return replace(
        forecast, grid=TimeGrid(grid.timezone, grid.dates[day], 1, grid.step_min),
        day_cv=forecast.day_cv[:, day : day + 1], base_volume=None, base_aht_s=None, notes=(), **columns,
    )  # fmt: skip


def _so_far(
    plan: Plan, actuals: DayActuals, first: Forecast, row: int, came: FloatArray, update: Any, cut: int
) -> QueueSoFar:
    name, when = first.queues[row], first.grid.first_day
    queue = plan.scenario.centre.queue(name)

    def told(measure: str) -> FloatArray:
        values = actuals.of_day(name, when, measure)
        return np.full(cut, np.nan) if values is None else values[:cut]

    use = np.isfinite(came[:cut])
    expected, total = float(first.volume[row, :cut][use].sum()), float(came[:cut][use].sum())
    aht, handled, in_time, backlog = (told(measure) for measure in ("aht_s", "handled", "within_target", "backlog"))
    weight = np.where(np.isfinite(handled), handled, came[:cut])
    both = np.isfinite(aht) & (np.nan_to_num(weight) > 0) & (first.aht_s[row, :cut] > 0)
    mean_s, factor = None, 1.0
    if both.any():
        mean_s = float(np.average(aht[both], weights=weight[both]))
        planned = float(np.average(first.aht_s[row, :cut][both], weights=weight[both]))
        # Credibility (Buehlmann 1967): the fewer contacts, the less their mean says of the day.
        spread = (queue.handle_cv or 1.0) / AHT_DAY_CV
        trust = float(weight[both].sum()) / (float(weight[both].sum()) + spread**2)
        factor = 1.0 + trust * (mean_s / planned - 1.0)
    judged = np.isfinite(in_time) & use
    return QueueSoFar(
        queue=name,
        expected=expected,
        came=total,
        factor=1.0 if update is None else update.factor,
        aht_factor=factor,
        days=0 if update is None else update.days,
        handled=float(np.nansum(handled)) if np.isfinite(handled).any() else None,
        aht_s=mean_s,
        level=float(in_time[judged].sum() / came[:cut][judged].sum()) if came[:cut][judged].sum() > 0 else None,
        backlog=float(backlog[np.isfinite(backlog)][-1]) if np.isfinite(backlog).any() else None,
    )


def _require_day(plan: Plan, forecast: Forecast, day: int) -> Requirement:
    """Agents needed on the day at the new volume, and what each crew size buys."""
    from staffing.erlang import require_agents

    centre, agents = plan.scenario.centre, plan.scenario.agents
    queues = tuple(centre.queue(name) for name in forecast.queues)
    found = require_agents(
        centre,
        forecast_of_day(forecast, day),
        plan.table,
        method=plan.settings.method,
        carried_h={queue.id: 0.0 for queue in queues if queue.has_deadline},
        skilled=skilled_shares(agents, centre.queues),
        can_serve=proficiency_matrix(agents, queues) if agents else None,
    )
    if found.queues == plan.requirement.queues:
        return found
    raise SettingsError("the plan's requirement names other queues than its forecast")


def _with_day(plan: Plan, forecast: Forecast, fresh: Requirement, day: int) -> Requirement:
    """The plan's requirement with one day at the new volume; deferred work of that day is due as it would have been."""
    old, span = plan.requirement, plan.requirement.grid.day_slice(day)
    columns: dict[str, Any] = {}
    for name in ("load_erl", "agents", "agents_gross", "expected_sl"):
        columns[name] = np.array(getattr(old, name))
        columns[name][:, span] = getattr(fresh, name)
    tubes = []
    for work in old.workload:
        row = forecast.queues.index(work.queue)
        extra = _tube(plan, forecast, row)
        usual = _tube(plan, plan.forecast, row)
        earliest = np.maximum.accumulate(np.maximum(work.earliest_h + extra.earliest_h - usual.earliest_h, 0.0))
        latest = np.maximum.accumulate(np.clip(work.latest_h + extra.latest_h - usual.latest_h, 0.0, earliest))
        tubes.append(Workload(work.queue, earliest, latest, work.gross_factor, work.idle_h))
    return replace(old, workload=tuple(tubes), **columns)


def _tube(plan: Plan, forecast: Forecast, row: int) -> Workload:
    from staffing.erlang.deferred import workload

    queue = plan.scenario.centre.queue(forecast.queues[row])
    return workload(queue, plan.table, forecast.grid, forecast.volume[row] * forecast.aht_s[row] / 3600.0)


def _done(situation: Situation, actuals: DayActuals) -> FloatArray:
    """Hours of deferred work done by now: by the roster as worked, or by the backlog where one is told."""
    problem, now = situation.problem, situation.now
    cover = situation.worked(situation.roster).coverage(problem.proficiency)
    done: FloatArray = np.zeros(len(problem.queues))
    if now > 0:
        done = deferred_work(problem, cover).done_h[:, :now].sum(axis=1)
    for one in situation.so_far:
        row = problem.queues.index(one.queue)
        if one.backlog is None or not problem.deadline[row] or now == 0:
            continue
        arrived = float(problem.earliest_h[row, now - 1])
        done[row] = np.clip(arrived - hours_of(situation.plan, one.queue, one.backlog), 0.0, arrived)
    return done


def hours_of(plan: Plan, queue: str, contacts: float) -> float:
    """Rostered agent-hours of so many contacts of a deadline queue."""
    work = next(work for work in plan.requirement.workload if work.queue == queue)
    return contacts * mean_aht_s(plan.forecast, queue) * work.gross_factor / 3600.0


def mean_aht_s(forecast: Forecast, queue: str) -> float:
    """Mean handle time of a queue over the forecast, weighed by contacts; 1 where there are none."""
    row = forecast.queues.index(queue)
    volume = forecast.volume[row]
    return float(np.average(forecast.aht_s[row], weights=volume)) if volume.sum() > 0 else 1.0


def _without(roster: Roster, away: Away) -> Roster:
    """`roster` with the time of somebody who is away cut out of their shifts."""
    names = ("agent", "day", "start", "end", "activity", "queue", "locked")
    columns: dict[str, Any] = {name: np.array(getattr(roster, name)) for name in names}
    mine = (columns["agent"] == away.agent) & roster.on_shift
    mine &= (columns["start"] < away.end) & (columns["end"] > away.start)
    before, after = mine & (columns["start"] < away.start), mine & (columns["end"] > away.end)
    parts = [{name: values[~mine] for name, values in columns.items()}]
    parts.append({name: values[before].copy() for name, values in columns.items()})
    parts[-1]["end"][:] = away.start
    parts.append({name: values[after].copy() for name, values in columns.items()})
    parts[-1]["start"][:] = away.end
    joined: dict[str, Any] = {name: np.concatenate([part[name] for part in parts]) for name in names}
    return replace(roster, **joined)
