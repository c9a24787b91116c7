"""Whether the rules of a centre can be kept at all, asked before any roster is searched for."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from staffing.domain.assemble import roster_problem
from staffing.domain.calendar import DayTable
from staffing.domain.centre import Scenario
from staffing.domain.problem import RosterProblem
from staffing.domain.queue import OpeningHours
from staffing.domain.requirement import Requirement
from staffing.domain.timegrid import TimeGrid
from staffing.planning.explain import floors_of
from staffing.planning.steps import make_forecast, make_requirement, plan_days, plan_table

if TYPE_CHECKING:
    from staffing.solver.explain import Conflict, Findings, Relaxation

ALWAYS = OpeningHours((((0, 1440),),) * 7, ((0, 1440),))
MOST = 5


@dataclass(frozen=True, eq=False)
class RuleCheck:
    """What contradicts what in the weeks of `problem`.

    `own` holds the ways out of contradictions of single people, by the person's number; those of several people
    together are in the findings.
    """

    problem: RosterProblem
    findings: Findings
    own: Mapping[int, tuple[Relaxation, ...]]


def check_rules(
    scenario: Scenario,
    *,
    first_day: date | None = None,
    weeks: int = 1,
    share: float | None = None,
    most: int = MOST,
    seconds: float = 60.0,
    workers: int = 2,
    on_step: Callable[[str], None] | None = None,
    on_progress: Callable[[str, int, int], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> RuleCheck:
    """Look for contradictions among the rules, contracts, leave, patterns and minimum staffing of a centre.

    Neither a forecast nor a roster is needed, unless `share` asks for a part of the requirement.

    Parameters
    ----------
    scenario : Scenario
        The centre with its people.
    first_day, weeks : date, int
        The weeks looked at; by default the first one after the history.
    share : float, optional
        Ask for this share of the requirement in every interval, in place of the queues' `min_agents`.
    most : int
        Conflicts told at most; each of very many takes a while, and the ways out come after them.
    seconds : float
        No new search begins after this.
    on_step, on_progress, should_stop : callable, optional
        Told the name of each step, and step, done and total of the search; asked whether to stop.

    Raises
    ------
    SettingsError
        When those weeks cannot be planned.
    """
    from staffing.solver.explain import find_conflicts

    tell = on_step or (lambda _: None)
    first, days = plan_days(scenario, first_day, weeks)
    table, _ = plan_table(scenario, first, days)
    if share is None:
        requirement = nothing_required(scenario, table, first, days)
    else:
        tell("forecast")
        forecast = make_forecast(scenario, table, first, days, workers=workers)
        tell("requirement")
        requirement = make_requirement(scenario, forecast, table)
    problem = roster_problem(scenario, requirement, table)
    floors = floors_of(problem, scenario.centre) if share is None else share * problem.required * problem.is_open
    tell("conflicts")
    begun, report = time.monotonic(), on_progress or (lambda *_: None)
    half = _Half(begun + seconds / 2, should_stop or (lambda: False), report)
    search: dict[str, Any] = {"workers": workers, "should_stop": half.over, "on_progress": half.tell}
    findings = find_conflicts(problem, floors, ways_out=False, most=most, seconds=seconds, **search)
    own: dict[int, tuple[Relaxation, ...]] = {}
    for conflict in findings.conflicts:
        number = alone_in(conflict)
        if number is not None:
            own[number] = _of_one(scenario, requirement, table, number, max(2.0, seconds / 10))
    if any(alone_in(conflict) is None for conflict in findings.conflicts):
        # Of several people together: one contradiction again, then the ways out of all that belongs to it.
        half.until = time.monotonic() + seconds / 8
        left = max(1.0, seconds - (time.monotonic() - begun))
        again = find_conflicts(problem, floors, most=1, seconds=left, **search)
        findings = replace(findings, relaxations=again.relaxations)
    return RuleCheck(problem, findings, own)


def alone_in(conflict: Conflict) -> int | None:
    """Number of the one person whom a conflict is about; None where it is about several, or about a queue too."""
    people = {group.agent for group in conflict.groups}
    return people.pop() if len(people) == 1 else None


def _of_one(
    scenario: Scenario, requirement: Requirement, table: DayTable, number: int, seconds: float
) -> tuple[Relaxation, ...]:
    """The ways out of what one person's own rules and leave contradict: a small question, answered at once."""
    from staffing.solver.explain import find_conflicts

    agent = scenario.agents[number]
    alone = replace(
        scenario,
        centre=replace(scenario.centre, roles=()),
        agents=(agent,),
        time_off=tuple(row for row in scenario.time_off if row.agent == agent.id),
        carry_in=tuple(row for row in scenario.carry_in if row.agent == agent.id),
        activities=(),
        wishes=(),
    )
    found = find_conflicts(roster_problem(alone, requirement, table), seconds=seconds, workers=1)
    return tuple(
        replace(way, groups=tuple(replace(group, agent=number) for group in way.groups)) for way in found.relaxations
    )


class _Half:
    """Ends the search for contradictions early, so that there is time for the ways out of them."""

    def __init__(
        self, until: float, should_stop: Callable[[], bool], on_progress: Callable[[str, int, int], None]
    ) -> None:
        self.until = until
        self._stop, self._tell = should_stop, on_progress
        self._is_second = False

    def tell(self, step: str, done: int, total: int) -> None:
        self._is_second = step == "ways_out"
        self._tell(step, done, total)

    def over(self) -> bool:
        return self._stop() or (not self._is_second and time.monotonic() > self.until)


def nothing_required(scenario: Scenario, table: DayTable, first: date, days: int) -> Requirement:
    """A requirement of nobody in the opening hours of every queue: what holds whatever the demand."""
    centre = scenario.centre
    grid = TimeGrid(centre.timezone, first, days, centre.interval_min)
    is_open = np.array([(queue.hours or ALWAYS).mask(table, grid) for queue in centre.queues])
    none = np.zeros(is_open.shape)
    return Requirement(
        grid=grid,
        queues=tuple(queue.id for queue in centre.queues),
        load_erl=none,
        agents=none,
        agents_gross=none,
        expected_sl=np.ones(is_open.shape),
        is_open=is_open,
        method=("none",) * len(centre.queues),
    )
