"""Scenario and roster problem -> on-call problem: names become indices, windows become slots."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

import numpy as np

from staffing.domain.arrays import BoolArray, FloatArray, IntArray
from staffing.domain.centre import Scenario
from staffing.domain.duties import find_periods
from staffing.domain.on_call import (
    ON_CALL,
    TURN_KINDS,
    Away,
    CalledOut,
    NamedTurn,
    OnCallProblem,
    Turn,
    cents,
    day_kind,
)
from staffing.domain.people import ON_SHIFT_KINDS, Agent
from staffing.domain.problem import RosterProblem
from staffing.domain.queue import Queue
from staffing.domain.timegrid import TimeGrid

LONG_AGO = -1_000_000
"""Day of the last past turn of somebody who had none."""
Past = tuple[tuple[str, date, int], ...]
"""Agent, day and slot after the last of turns that began before the horizon."""


def on_call_problem(
    scenario: Scenario,
    problem: RosterProblem,
    *,
    published: Iterable[NamedTurn] = (),
    published_days: tuple[int, int] = (0, 0),
    frozen_until: int = 0,
) -> OnCallProblem | None:
    """State who can take which turn in the days of `problem`; None where the centre has no on-call duties.

    Parameters
    ----------
    published : iterable of NamedTurn
        Places of the published plan; those that begin before slot `frozen_until`, or are locked, stand. Those that
        began before the horizon are past turns, as those of ``carry_in.csv`` are.
    published_days : tuple
        Days [first, last) of the horizon that the published plan covers.
    frozen_until : int
        First slot of which something may change.
    """
    centre = scenario.centre
    if not centre.on_call:
        return None
    published = tuple(published)
    number = {agent.id: index for index, agent in enumerate(problem.agents)}
    turns = _turns(scenario, problem)
    place = {(turn.duty, turn.day): index for index, turn in enumerate(turns)}
    duty = {one.id: index for index, one in enumerate(centre.on_call)}
    past = turns_before(scenario, problem.grid, published)
    away = _away(scenario, problem, number, past)
    agreed = np.array(
        [[one.id in agent.on_call for one in centre.on_call] for agent in problem.agents], dtype=bool
    ).reshape(len(problem.agents), len(centre.on_call))
    skilled = _skilled(scenario, problem.agents)
    reference, locked, called = set(), set(), list[CalledOut]()
    for row in published:
        key = duty.get(row.duty, -1), (row.date - problem.grid.first_day).days
        if row.agent not in number or key not in place:
            continue
        turn, agent = place[key], number[row.agent]
        reference.add((turn, agent))
        can = agreed[agent, turns[turn].duty] and skilled[agent, turns[turn].duty]
        # Nobody who is away, or may not take the duty any more, can be held to a turn.
        gone = any(one.agent == agent and _meets(one, turns[turn]) for one in away)
        if row.called_min and not gone:
            called.append(CalledOut(turn, agent, row.called_min))
        if (row.locked or row.called_min or turns[turn].start < frozen_until) and can and not gone:
            locked.add((turn, agent))
    before, period_before, last_day = _past(problem, number, past)
    first, last = published_days
    return OnCallProblem(
        grid=problem.grid,
        agents=tuple(agent.id for agent in problem.agents),
        duties=centre.on_call,
        turns=turns,
        rules=centre.on_call_rules,
        agreed=agreed,
        skilled=skilled,
        counting=np.array([one.counts_as_work or _stand_by_counts(problem) for one in centre.on_call]),
        wage_per_h=np.array([problem.wage_per_h(agent) for agent in range(len(problem.agents))]),
        away=away,
        wish_off=_wish_off(problem),
        before=before,
        period_before=period_before,
        last_day=last_day,
        period_of_day=find_periods(problem.rules, problem.grid).of_day,
        week_most_min=_week_most(problem),
        last_end=problem.last_end,
        rest_h=problem.rules.rest_h,
        weekly_rest_h=problem.rules.weekly_rest_h,
        called=tuple(called),
        known=tuple(index for index, turn in enumerate(turns) if first <= turn.day < last),
        reference=tuple(sorted(reference)),
        locked=tuple(sorted(locked)),
        notice_until=problem.notice_until,
        change_notice_factor=problem.costs.change_notice_factor,
    )


def turns_before(scenario: Scenario, grid: TimeGrid, published: Iterable[NamedTurn] = ()) -> Past:
    """Turns that began before the horizon: agent, day, and the slot after the last, which may lie in the horizon.

    Those of ``carry_in.csv`` and the `published` ones; one that both tell counts once.
    """
    duties = {duty.id: duty for duty in scenario.centre.on_call}
    found = {
        (row.agent, row.date, grid.ceil(row.end))
        for row in scenario.carry_in
        if row.kind == ON_CALL and row.date < grid.first_day
    }
    for place in published:
        if place.date < grid.first_day and place.duty in duties:
            day = (place.date - grid.first_day).days
            found.add((place.agent, place.date, grid.at(day, duties[place.duty].end_min)))
    return tuple(sorted(found))


def _meets(row: Away, turn: Turn) -> bool:
    return row.start < turn.end and row.end > turn.start


def _stand_by_counts(problem: RosterProblem) -> bool:
    return any(law.stand_by_counts for law in problem.rules.labour)


def _turns(scenario: Scenario, problem: RosterProblem) -> tuple[Turn, ...]:
    grid, made = problem.grid, []
    for day, when in enumerate(grid.dates):
        for number, duty in enumerate(scenario.centre.on_call):
            if duty.is_held(when, problem.table):
                start, end = grid.at(day, duty.start_min), grid.at(day, duty.end_min)
                if end > start:
                    made.append(Turn(number, day, start, end, day_kind(when, problem.table)))
    return tuple(made)


def _skilled(scenario: Scenario, agents: tuple[Agent, ...]) -> BoolArray:
    """Whether each agent can serve all queues of each duty; a skill of the duty is any queue's skill or a queue."""
    centre = scenario.centre
    can = np.ones((len(agents), len(centre.on_call)), dtype=bool)
    for row, agent in enumerate(agents):
        own = {skill.name for skill in agent.skills}
        for column, duty in enumerate(centre.on_call):
            can[row, column] = all(_serves(own, name, centre.queues) for name in duty.queues)
    return can


def _serves(own: set[str], name: str, queues: tuple[Queue, ...]) -> bool:
    return name in own or any(queue.id == name and queue.skill in own for queue in queues if queue.skill)


def _away(scenario: Scenario, problem: RosterProblem, number: dict[str, int], past: Past) -> tuple[Away, ...]:
    """Absences, time outside employment, past turns that run into the horizon.

    A day beyond the horizon counts, for turns that leave it.
    """
    grid, rows = problem.grid, []
    last = grid.at(grid.days + 1, 0)
    for off in scenario.time_off:
        if off.agent in number and off.kind not in ON_SHIFT_KINDS:
            start, end = grid.floor(off.start), grid.ceil(off.end)
            if start < last and end > 0:
                rows.append(Away(number[off.agent], start, end))
    for index, agent in enumerate(problem.agents):
        if agent.start_date is not None and agent.start_date > grid.first_day:
            rows.append(Away(index, 0, min(last, grid.floor(datetime.combine(agent.start_date, time(), grid.zone)))))
        if agent.end_date is not None and agent.end_date < grid.first_day + timedelta(days=grid.days + 1):
            gone = grid.floor(datetime.combine(agent.end_date + timedelta(days=1), time(), grid.zone))
            rows.append(Away(index, gone, last))
    rows += [Away(number[agent], 0, end) for agent, _, end in past if agent in number]
    return tuple(sorted((row for row in rows if row.end > row.start), key=lambda row: (row.agent, row.start)))


def _wish_off(problem: RosterProblem) -> FloatArray:
    price = np.zeros((len(problem.agents), problem.grid.days))
    for wish in problem.wishes:
        if wish.kind == "off":
            price[wish.agent, wish.day] += cents(wish.weight * problem.costs.wish_per_weight) / 100
    return price


def _week_most(problem: RosterProblem) -> IntArray:
    most = np.zeros((len(problem.agents), problem.weeks), dtype=np.int64)
    for agent in range(len(problem.agents)):
        over = problem.contract_of(agent).overtime_minutes_max
        for week in range(problem.weeks):
            most[agent, week] = problem.week_limits(agent, week)[1] + over
    return most


def _past(problem: RosterProblem, number: dict[str, int], past: Past) -> tuple[IntArray, IntArray, IntArray]:
    """Past turns by kind beyond the fewest that anybody on call had, those of the first period, and the last day."""
    people = len(problem.agents)
    kinds = np.zeros((people, len(TURN_KINDS)), dtype=np.int64)
    in_period = np.zeros(people, dtype=np.int64)
    last = np.full(people, LONG_AGO, dtype=np.int64)
    begin = find_periods(problem.rules, problem.grid).first[0]
    for name, when, _ in past:
        if name not in number:
            continue
        agent = number[name]
        kinds[agent, day_kind(when, problem.table)] += 1
        in_period[agent] += when >= begin
        last[agent] = max(last[agent], (when - problem.grid.first_day).days)
    on_call = [index for index, agent in enumerate(problem.agents) if agent.on_call]
    least = kinds[on_call].min(axis=0) if on_call else np.zeros(len(TURN_KINDS), dtype=np.int64)
    return np.maximum(0, kinds - least), in_period, last
