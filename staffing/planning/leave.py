"""What a request for leave does to the staffing of its days, before anybody decides."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from staffing.domain.centre import Scenario
from staffing.domain.leave import LeaveRequest
from staffing.domain.people import ON_SHIFT_KINDS, Agent
from staffing.domain.roster import Roster
from staffing.domain.verdict import Verdict
from staffing.measures.coverage import Coverage, coverage
from staffing.plan import Plan
from staffing.planning.steps import judge_plan

REPLICATIONS = 50
"""Simulated horizons behind the chances."""


@dataclass(frozen=True, slots=True)
class LeaveDay:
    """One day of a request.

    `employed` are the people who can serve a queue of the person who asks, `away` those of them who are absent at some
    time of the day already, `asked` those who ask for it too. What follows is None outside the plan: `at_work` of these
    people have a shift, `works` tells whether the person has one; agent-hours required, rostered, and short without and
    with the leave, all queues.
    """

    date: date
    employed: int
    away: int
    asked: int
    at_work: int | None = None
    works: bool | None = None
    required_h: float | None = None
    rostered_h: float | None = None
    short_before_h: float | None = None
    short_after_h: float | None = None

    @property
    def available(self) -> int:
        """People left who could work, when this leave is granted and the others are not."""
        return max(0, self.employed - self.away - 1)

    @property
    def more_short_h(self) -> float | None:
        """Agent-hours that the leave adds to those short."""
        if self.short_after_h is None or self.short_before_h is None:
            return None
        return max(0.0, self.short_after_h - self.short_before_h)


def leave_days(
    scenario: Scenario, plan: Plan | None, request: LeaveRequest, others: Iterable[LeaveRequest] = ()
) -> tuple[LeaveDay, ...]:
    """Staffing of each day of a request, with and without it, nobody else's shifts changed.

    Parameters
    ----------
    scenario : Scenario
        The centre as it is: people and their absences.
    plan : Plan or None
        The plan on show; days outside it have no figures of the roster.
    request : LeaveRequest
    others : iterable of LeaveRequest
        Requests of other people; those that nobody has decided are counted.

    Raises
    ------
    KeyError
        When the person is nobody of the centre.
    """
    agent = next((one for one in scenario.agents if one.id == request.agent), None)
    if agent is None:
        raise KeyError(request.agent)
    served = _served(scenario, agent)
    alike = [one for one in scenario.agents if one.id == agent.id or served & _served(scenario, one)]
    zone = ZoneInfo(scenario.centre.timezone)
    waiting = [row for row in others if row.is_open and row.id != request.id]
    rows = []
    for when in request.days:
        here = {one.id for one in alike if _employed(one, when)}
        away = here & _away(scenario, when, zone)
        asked = {row.agent for row in waiting if row.start <= when <= row.end} & (here - away) - {agent.id}
        rows.append(LeaveDay(when, len(here), len(away - {agent.id}), len(asked)))
    if plan is None or plan.roster is None:
        return tuple(rows)
    return _on_plan(plan, request, rows, {one.id for one in alike})


def leave_chances(
    plan: Plan, request: LeaveRequest, *, replications: int = REPLICATIONS, workers: int = 1
) -> dict[date, tuple[float | None, float | None]]:
    """Chance of the day's weakest queue to keep its target without and with the leave, on the same simulated days.

    Only days of the plan; None where a day has no contacts.
    """
    if plan.roster is None:
        return {}
    rosters = plan.roster, without_days(plan.roster, request.agent, request.days)
    verdicts = [judge_plan(plan, roster, replications=replications, workers=workers) for roster in rosters]
    dates = plan.problem.grid.dates
    wanted = {when: day for day, when in enumerate(dates) if request.start <= when <= request.end}
    return {when: (_least(verdicts[0], day), _least(verdicts[1], day)) for when, day in wanted.items()}


def without_days(roster: Roster, agent: str, days: Iterable[date]) -> Roster:
    """The roster without the shifts that a person begins on these days."""
    if agent not in roster.agents:
        return roster
    wanted = [(when - roster.grid.first_day).days for when in days]
    gone = (roster.agent == roster.agents.index(agent)) & np.isin(roster.day, wanted) & roster.on_shift
    columns = ("agent", "day", "start", "end", "activity", "queue", "locked")
    return replace(roster, **{name: getattr(roster, name)[~gone] for name in columns})


def _on_plan(plan: Plan, request: LeaveRequest, rows: list[LeaveDay], alike: set[str]) -> tuple[LeaveDay, ...]:
    assert plan.roster is not None
    after = without_days(plan.roster, request.agent, request.days)
    tables = [coverage(plan), coverage(replace(plan, result=replace(plan.result, roster=after)))]
    working: dict[int, set[str]] = {}
    for shift in plan.roster.shifts():
        working.setdefault(shift.day, set()).add(plan.roster.agents[shift.agent])
    dates = plan.problem.grid.dates
    found = []
    for row in rows:
        if row.date not in dates:
            found.append(row)
            continue
        day = dates.index(row.date)
        span = plan.problem.grid.day_slice(day)
        before, short = (_short_h(table, span) for table in tables)
        found.append(
            replace(
                row,
                at_work=len(working.get(day, set()) & alike),
                works=request.agent in working.get(day, set()),
                required_h=float(tables[0].needed[span].sum() * tables[0].grid.step_h),
                rostered_h=float(tables[0].assigned[:, span].sum() * tables[0].grid.step_h),
                short_before_h=before,
                short_after_h=short,
            )
        )
    return tuple(found)


def _short_h(table: Coverage, span: slice) -> float:
    return float(table.missing[span].sum() * table.grid.step_h)


def _least(verdict: Verdict, day: int) -> float | None:
    rows = [row.probability for row in verdict.days() if row.day == day and row.probability is not None]
    return min(rows, default=None)


def _served(scenario: Scenario, agent: Agent) -> set[str]:
    names = {skill.name for skill in agent.skills}
    return {queue.id for queue in scenario.centre.queues if queue.id in names or queue.skill in names}


def _employed(agent: Agent, when: date) -> bool:
    return (agent.start_date is None or agent.start_date <= when) and (agent.end_date is None or when <= agent.end_date)


def _away(scenario: Scenario, when: date, zone: ZoneInfo) -> set[str]:
    """People absent at some time of a day; training and meetings are no absence."""
    begin = datetime.combine(when, time(), zone)
    end = datetime.combine(when + timedelta(days=1), time(), zone)
    return {
        row.agent for row in scenario.time_off if row.kind not in ON_SHIFT_KINDS and row.start < end and row.end > begin
    }
