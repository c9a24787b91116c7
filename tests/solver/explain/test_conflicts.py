"""Conflicts against brute force on tiny weeks: found where there are any, contradictory, and minimal."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from staffing.domain.people import Contract
from staffing.domain.problem import FixedTime, RosterProblem
from staffing.domain.rules import WorkRules
from staffing.domain.shift import ShiftType
from staffing.solver.explain import Group, find_conflicts
from tests.builders import make_agent, make_centre, make_problem, make_scenario

ONE = ShiftType("day", 540, 540, 60, (480,))
DAYS = 7


def week(people: int, low: int, high: int, rules: WorkRules) -> RosterProblem:
    """One week, one possible shift a day, one queue."""
    contract = Contract("any", 0, 6000, low, high, ("day",))
    centre = make_centre(shifts=(ONE,), breaks=(), contracts=(contract,), rules=rules)
    return make_problem(make_scenario(centre, [make_agent(i) for i in range(people)]))


def away(problem: RosterProblem, days: list[tuple[int, int]]) -> RosterProblem:
    """The problem with whole days of people blocked; contracts are not lowered."""
    blocked = problem.blocked.copy()
    fixed = []
    for agent, day in days:
        span = problem.grid.day_slice(day)
        blocked[agent, span] = True
        fixed.append(FixedTime(agent, span.start, span.stop, "leave", True, False))
    return replace(problem, blocked=blocked, fixed=tuple(fixed))


def floors(problem: RosterProblem, wanted: list[int]) -> np.ndarray:
    """So many agents from 10 to 12 on each day."""
    found = np.zeros(problem.is_open.shape)
    for day, agents in enumerate(wanted):
        found[0, problem.grid.at(day, 600) : problem.grid.at(day, 720)] = agents
    return found


def broken(problem: RosterProblem, wanted: list[int], low: int, high: int) -> list[set[Group]]:
    """The groups that each possible roster breaks, by trying all of them."""
    rules, people = problem.rules, len(problem.agents)
    tours = list(product((0, 1), repeat=DAYS))
    mine: list[list[set[Group]]] = []
    for agent in range(people):
        rows = []
        for tour in tours:
            out = set()
            if not low <= sum(tour) <= high:
                out.add(Group("contract_days", agent, 0))
            if tour[5] + tour[6] > rules.weekend_days_max:
                out.add(Group("weekends", agent, 6))
            size = rules.max_consecutive_days + 1
            if any(sum(tour[first : first + size]) == size for first in range(DAYS - size + 1)):
                out.add(Group("consecutive_days", agent, 0))
            for day in np.flatnonzero(tour):
                if problem.blocked[agent, problem.grid.at(int(day), 600)]:
                    out.add(Group("time_off", agent, int(day)))
            rows.append(out)
        mine.append(rows)
    found = []
    for choice in product(range(len(tours)), repeat=people):
        out = set().union(*(mine[agent][number] for agent, number in enumerate(choice)))
        for day, agents in enumerate(wanted):
            if sum(tours[number][day] for number in choice) < agents:
                out.add(Group("min_agents", None, day, "phone"))
        found.append(out)
    return found


def can_keep(rosters: list[set[Group]], groups: set[Group]) -> bool:
    return any(not groups & out for out in rosters)


@pytest.mark.parametrize("seed", range(12))
def test_conflicts_agree_with_brute_force(seed: int):
    """Every conflict told is one, and minimal; none is told exactly where everything can be kept."""
    rng = np.random.default_rng(seed)
    low, high = sorted(rng.integers(2, 7, 2).tolist())
    rules = WorkRules(0.0, int(rng.integers(3, 6)), 0.0, int(rng.integers(0, 3)))
    problem = week(2, low, high, rules)
    leave = [(int(rng.integers(2)), int(day)) for day in np.flatnonzero(rng.random(DAYS) < 0.3)]
    problem = away(problem, leave)
    wanted = rng.choice(3, DAYS, p=[0.5, 0.4, 0.1]).tolist()
    rosters = broken(problem, wanted, low, high)
    everything = set().union(*rosters)
    answer = find_conflicts(problem, floors(problem, wanted), workers=1)
    assert answer.kept == can_keep(rosters, everything)
    assert bool(answer.conflicts) == (answer.kept is False)
    seen: set[Group] = set()
    for conflict in answer.conflicts:
        groups = set(conflict.groups)
        assert conflict.minimal
        assert not can_keep(rosters, groups)
        assert all(can_keep(rosters, groups - {one}) for one in groups)
        assert not groups & seen
        seen |= groups
    for way in answer.relaxations:
        left = everything - set(way.groups)
        assert can_keep(rosters, left)
        if way.fewest:
            # No smaller set of these families will do.
            sizes = [len({g for g in out if g.rule in way.rules}) for out in rosters
                     if all(g.rule in way.rules for g in out)]  # fmt: skip
            assert min(sizes) == len(way.groups)


def test_a_weekend_rule_against_minimum_staffing_is_a_counting_conflict():
    """Six people, one weekend day each, five wanted on both days: the conflict holds both floors and enough rules."""
    problem = week(6, 0, 7, WorkRules(0.0, 7, 0.0, 1))
    answer = find_conflicts(problem, floors(problem, [0, 0, 0, 0, 0, 5, 5]), workers=1)
    (conflict,) = answer.conflicts
    rules = sorted(group.rule for group in conflict.groups)
    assert conflict.minimal
    # 6 people give at most 6 + (6 - kept) days of 10; with 3 rules kept it is 9.
    assert rules == ["min_agents", "min_agents", "weekends", "weekends", "weekends"]
    ways = {way.rules: len(way.groups) for way in answer.relaxations}
    assert ways["min_agents",] == 1
    assert ways["weekends",] == 4


def test_leave_against_the_contract_is_a_conflict_of_one_person():
    """Five days asked for and four of them away: found without looking at anybody else."""
    problem = away(week(2, 5, 5, WorkRules(0.0, 7, 0.0, 2)), [(1, day) for day in range(4)])
    (conflict,) = find_conflicts(problem, None, workers=1).conflicts
    assert {group.agent for group in conflict.groups} == {1}
    assert {group.rule for group in conflict.groups} == {"contract_days", "time_off"}
    assert len(conflict.groups) == 4  # three of the four days away will do


def test_nobody_to_plan_contradicts_nothing():
    """Without wishes for staff all is well; with them nobody is there."""
    problem = week(1, 0, 7, WorkRules(0.0, 7, 0.0, 2))
    assert find_conflicts(problem, None).kept is True
    (conflict,) = find_conflicts(problem, floors(problem, [2, 0, 0, 0, 0, 0, 0])).conflicts
    assert conflict.groups == (Group("min_agents", None, 0, "phone"),)
