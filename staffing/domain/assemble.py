"""Scenario and requirement -> roster problem: names become indices, moments become slots."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np

from staffing.domain.arrays import BoolArray, FloatArray, IntArray
from staffing.domain.calendar import DayTable
from staffing.domain.carried import LEAVE_DAY_MIN, carried, paid_before
from staffing.domain.centre import Centre, Scenario
from staffing.domain.lawful import days_needed, lawful_centre, lawful_people
from staffing.domain.on_call_assemble import turns_before
from staffing.domain.people import ON_SHIFT_KINDS, Agent
from staffing.domain.problem import AgentWish, FixedTime, OpenActivity, RosterProblem
from staffing.domain.queue import Queue
from staffing.domain.requirement import Requirement
from staffing.domain.roster import Roster
from staffing.domain.rotation import patterns
from staffing.domain.service_prices import service_weights
from staffing.domain.timegrid import TimeGrid

FAR_BACK = -1_000_000
"""Value of `last_end` for an agent with no shift before the horizon."""


def roster_problem(
    scenario: Scenario,
    requirement: Requirement,
    table: DayTable,
    *,
    locked: Roster | None = None,
    reference: Roster | None = None,
) -> RosterProblem:
    """State the roster problem of `scenario` for the days of `requirement`.

    Where the centre names labour rules, its shifts, contracts and rules are tightened to them; who has little overtime
    left this month has a contract that says so.

    Raises
    ------
    ValueError
        When the requirement's interval is not a multiple of the centre's slot.
    """
    stated = scenario.centre
    centre = lawful_centre(stated)
    scenario = scenario if centre is stated else replace(scenario, centre=centre)
    ratio, rest = divmod(requirement.grid.step_min, centre.slot_min)
    if rest:
        raise ValueError(f"slot_min {centre.slot_min} does not divide interval_min {requirement.grid.step_min}")
    grid = requirement.grid.with_step(centre.slot_min)
    queues = tuple(centre.queue(queue) for queue in requirement.queues)
    number = {agent.id: index for index, agent in enumerate(scenario.agents)}
    fixed = _fixed(scenario, grid, number)
    blocked = _blocked(scenario, grid, fixed, number)
    last_end, run_before = _carry_in(scenario, grid, number)
    asked = days_needed(centre.rules.labour, grid.first_day) if centre.rules.labour else 0
    # What was worked is read with the shifts as the centre states them: a shift of the past may be one that is no more.
    paid = paid_before(stated, scenario.agents, scenario.carry_in, grid, asked)
    contracts, agents = lawful_people(centre, scenario.agents, paid, grid)
    return RosterProblem(
        grid=grid,
        table=table,
        agents=agents,
        contracts=contracts,
        shifts=centre.shifts,
        breaks=centre.breaks,
        roles=centre.roles,
        rules=centre.rules,
        costs=centre.costs,
        queues=requirement.queues,
        proficiency=proficiency_matrix(scenario.agents, queues),
        is_open=np.repeat(requirement.is_open, ratio, axis=1),
        deadline=np.array([queue.has_deadline for queue in queues]),
        blocked=blocked,
        leave_days=_leave_days(scenario, grid, fixed),
        last_end=last_end,
        run_before=run_before,
        fixed=fixed,
        activities=_activities(scenario, grid, number),
        wishes=tuple(
            AgentWish(
                number[w.agent],
                (w.date - grid.first_day).days,
                w.kind,
                w.weight * (1 + centre.costs.seniority_per_year * scenario.agents[number[w.agent]].seniority),
                w.minute,
                w.shift,
            )
            for w in scenario.wishes
            if w.agent in number and 0 <= (w.date - grid.first_day).days < grid.days
        ),
        reserves=tuple(queue.id for queue in queues if queue.is_reserve),
        locked=locked,
        reference=reference,
        carried=carried(stated, scenario.agents, scenario.carry_in, grid),
        pattern=patterns(scenario.agents, centre.rotations, centre.shifts, grid),
        paid_before=paid,
        **_asked(centre, queues, requirement, ratio),
    )


def restated_problem(problem: RosterProblem, centre: Centre, requirement: Requirement) -> RosterProblem:
    """`problem` with what another requirement of the same days asks for; people and rules stay."""
    queues = tuple(centre.queue(queue) for queue in requirement.queues)
    asked = _asked(lawful_centre(centre), queues, requirement, requirement.grid.step_min // problem.grid.step_min)
    if len(asked["pool_member"]) != len(problem.pool_member):
        asked["severe_from"] = np.zeros((0, 0))
    return replace(problem, **asked)


def _asked(centre: Centre, queues: tuple[Queue, ...], requirement: Requirement, ratio: int) -> dict[str, Any]:
    """The fields of a problem that say what is needed in each slot."""
    required = np.repeat(requirement.agents_gross, ratio, axis=1)
    required[[queue.has_deadline for queue in queues]] = 0.0
    earliest, latest = tubes_on_slots(requirement, ratio)
    return {
        "required": required,
        "earliest_h": earliest,
        "latest_h": latest,
        "pool_member": np.array([[queue in pool.queues for queue in requirement.queues] for pool in requirement.pools]),
        "pool_required": np.array([np.repeat(pool.agents_gross, ratio) for pool in requirement.pools]),
        "short_weight": _short_weight(centre, queues, requirement, ratio),
    }


def proficiency_matrix(agents: tuple[Agent, ...], queues: tuple[Queue, ...]) -> FloatArray:
    """Speed of each agent on each queue (agents, queues); a skill names a queue or a queue's skill."""
    matrix = np.zeros((len(agents), len(queues)))
    for row, agent in enumerate(agents):
        for skill in agent.skills:
            for column, queue in enumerate(queues):
                if skill.name == queue.id or (skill.name == queue.skill and matrix[row, column] == 0):
                    matrix[row, column] = skill.proficiency
    return matrix


def skilled_shares(agents: tuple[Agent, ...], queues: tuple[Queue, ...]) -> dict[tuple[str, str], float] | None:
    """(blended queue, answer queue) -> share of those who can serve the answer queue and can serve the blended one too.

    None without people: nobody's skills are known.
    """
    if not agents:
        return None
    can = proficiency_matrix(agents, queues) > 0
    shares = {}
    for column, queue in enumerate(queues):
        for live, other in enumerate(queues):
            if queue.blended and not other.has_deadline and can[:, live].any():
                shares[queue.id, other.id] = float(can[can[:, live], column].mean())
    return shares


def _short_weight(centre: Centre, queues: tuple[Queue, ...], requirement: Requirement, ratio: int) -> FloatArray:
    """What a missing agent is worth in each row (queues, then pools) and slot; empty where all are worth the same."""
    if not centre.costs.short_by_service:
        return np.zeros((0, 0))
    least = np.array([queue.min_agents for queue in queues], dtype=np.int64)
    weight = service_weights(requirement, centre.costs.severe_share, least)
    return np.repeat(weight, ratio, axis=1)


def tubes_on_slots(requirement: Requirement, ratio: int) -> tuple[FloatArray, FloatArray]:
    """Cumulative hours on slots for the roster: arrivals at the start of their interval, due work at its end."""
    shape = (len(requirement.queues), requirement.grid.n * ratio)
    earliest, latest = np.zeros(shape), np.zeros(shape)
    for whole in requirement.workload:
        work = whole.of_roster()
        row = requirement.queues.index(work.queue)
        earliest[row] = np.repeat(work.earliest_h, ratio) * work.gross_factor
        due = np.repeat(np.concatenate([[0.0], work.latest_h[:-1]]), ratio)
        due[ratio - 1 :: ratio] = work.latest_h
        latest[row] = due * work.gross_factor
    return earliest, np.minimum(latest, earliest)


def _fixed(scenario: Scenario, grid: TimeGrid, number: dict[str, int]) -> tuple[FixedTime, ...]:
    rows = []
    for off in scenario.time_off:
        start, end = grid.floor(off.start), grid.ceil(off.end)
        if off.agent in number and start < grid.n and end > 0:
            on_shift = off.kind in ON_SHIFT_KINDS
            rows.append(FixedTime(number[off.agent], start, end, off.kind, off.paid, on_shift))
    return tuple(sorted(rows, key=lambda row: (row.agent, row.start)))


def _blocked(scenario: Scenario, grid: TimeGrid, fixed: tuple[FixedTime, ...], number: dict[str, int]) -> BoolArray:
    """Slots in which nobody may be at work: absent, not employed, or on call from before the horizon."""
    blocked = np.zeros((len(scenario.agents), grid.n), dtype=bool)
    for row in fixed:
        if not row.on_shift:
            blocked[row.agent, max(0, row.start) : max(0, row.end)] = True
    for index, agent in enumerate(scenario.agents):
        for day, when in enumerate(grid.dates):
            if not _employed(agent, when):
                blocked[index, grid.day_slice(day)] = True
    for ident, _, end in turns_before(scenario, grid):
        if ident in number:
            blocked[number[ident], : max(0, end)] = True
    return blocked


def _employed(agent: Agent, when: date) -> bool:
    return (agent.start_date is None or agent.start_date <= when) and (agent.end_date is None or when <= agent.end_date)


def _leave_days(scenario: Scenario, grid: TimeGrid, fixed: tuple[FixedTime, ...]) -> IntArray:
    """Days of each week lost to absence or to not being employed.

    Mere unavailability does not count, nor do days on which the contract has no shift.
    """
    agents = scenario.agents
    lost_min = np.zeros((len(agents), grid.days))
    for row in fixed:
        if row.on_shift or row.kind == "unavailable":
            continue
        for day in range(grid.days):
            span = grid.day_slice(day)
            lost_min[row.agent, day] += max(0, min(row.end, span.stop) - max(row.start, span.start)) * grid.step_min
    lost = lost_min >= LEAVE_DAY_MIN
    for index, agent in enumerate(agents):
        for day, when in enumerate(grid.dates):
            lost[index, day] |= not _employed(agent, when)
        lost[index, ~np.isin(grid.weekday, _workable(scenario, agent))] = False
    weeks = -(-grid.days // 7)
    return np.array([[row[7 * w : 7 * w + 7].sum() for w in range(weeks)] for row in lost], dtype=np.int64).reshape(
        len(agents), weeks
    )


def _workable(scenario: Scenario, agent: Agent) -> list[int]:
    """Weekdays on which the agent's contract has a shift."""
    shifts = {
        name for contract in scenario.centre.contracts if contract.id == agent.contract for name in contract.shifts
    }
    return sorted({weekday for shift in scenario.centre.shifts if shift.id in shifts for weekday in shift.weekdays})


def _carry_in(scenario: Scenario, grid: TimeGrid, number: dict[str, int]) -> tuple[IntArray, IntArray]:
    last_end = np.full(len(number), FAR_BACK, dtype=np.int64)
    worked: dict[int, set[date]] = {}
    for row in scenario.carry_in:
        if row.agent not in number or row.kind not in ("work", *ON_SHIFT_KINDS):
            continue
        agent = number[row.agent]
        if row.date < grid.first_day:
            worked.setdefault(agent, set()).add(row.date)
            last_end[agent] = max(last_end[agent], grid.ceil(row.end))
    run = np.zeros(len(number), dtype=np.int64)
    for agent, dates in worked.items():
        while grid.first_day - timedelta(days=int(run[agent]) + 1) in dates:
            run[agent] += 1
    return last_end, run


def _activities(scenario: Scenario, grid: TimeGrid, number: dict[str, int]) -> tuple[OpenActivity, ...]:
    rows = []
    for activity in scenario.activities:
        earliest, latest = max(0, grid.ceil(activity.earliest)), min(grid.n, grid.floor(activity.latest))
        agents = tuple(number[agent] for agent in activity.agents if agent in number)
        slots = -(-activity.minutes // grid.step_min)
        if agents and latest - earliest >= slots:
            rows.append(
                OpenActivity(
                    activity.id,
                    activity.kind,
                    agents,
                    slots,
                    earliest,
                    latest,
                    activity.together,
                    activity.capacity,
                )
            )
    return tuple(rows)
