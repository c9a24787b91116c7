"""Random rosters, most of them illegal, judged by columns and again slot by slot."""

from dataclasses import replace
from math import ceil

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from staffing.audit import RULES, roster_cost
from staffing.domain.people import Role
from staffing.domain.problem import RosterProblem
from staffing.domain.roster import ABSENCE, WORK, Roster
from staffing.domain.rules import WorkRules
from tests.audit.judging import ALWAYS_OPEN, ANY_TIME
from tests.builders import ANY_HOURS, make_agent, make_centre, make_problem, make_queue, make_roster, make_scenario

AGENTS, DAYS = 3, 7
CENTRE = make_centre(
    interval_min=60,
    slot_min=60,
    queues=(make_queue(hours=ALWAYS_OPEN), make_queue("chat", hours=ALWAYS_OPEN)),
    shifts=(replace(ANY_TIME, start_step_min=60),),
    contracts=(replace(ANY_HOURS, shifts=("any",)),),
    roles=(Role("head", ("representative",), 2),),
    rules=WorkRules(weekly_rest_h=30),
)
PEOPLE = (make_agent(0, ["phone"]), make_agent(1, ["phone:0.7", "chat"]), make_agent(2, (), role="head"))
LIMITS = make_problem(make_scenario(CENTRE, agents=PEOPLE))

what = st.sampled_from(["phone", "chat", "work", "meal", "break", "training", "leave"])
pieces = st.lists(st.tuples(what, st.integers(1, 6)), min_size=1, max_size=4)
shifts = st.tuples(st.integers(0, AGENTS - 1), st.integers(0, DAYS - 1), st.integers(0, 23), pieces)


@st.composite
def cases(draw: st.DrawFn) -> tuple[RosterProblem, Roster]:
    """A week of hours with random needs, hours and absences, and a random roster."""
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    slots = LIMITS.grid.n
    problem = replace(
        LIMITS,
        required=random.uniform(0, 3, (2, slots)),
        is_open=random.random((2, slots)) < 0.8,
        blocked=random.random((AGENTS, slots)) < 0.05,
        last_end=random.integers(-20, 6, AGENTS),
    )
    rows = [
        (agent, day, f"{hour}:00", " ".join(f"{name} {60 * hours}" for name, hours in parts))
        for agent, day, hour, parts in draw(st.lists(shifts, max_size=12))
    ]
    return problem, make_roster(problem, *rows)


def told(rule: str, problem: RosterProblem, roster: Roster) -> list[tuple[int | None, int | None]]:
    """(agent, day) of the violations of one rule."""
    return [(violation.agent, violation.day) for violation in RULES[rule](problem, roster)]


def segments(roster: Roster) -> list[dict[str, int]]:
    """The rows of a roster as plain numbers."""
    names = ("agent", "day", "start", "end", "activity", "queue")
    return [{name: int(getattr(roster, name)[row]) for name in names} for row in range(len(roster))]


@given(case=cases())
def test_overlaps(case: tuple[RosterProblem, Roster]) -> None:
    """Every segment that starts during an earlier one of its agent is told, but for absences during absences."""
    problem, roster = case
    rows = segments(roster)
    expected = [
        (b["agent"], b["day"])
        for place, b in enumerate(rows)
        if any(
            a["agent"] == b["agent"]
            and a["end"] > b["start"]
            and not (a["activity"] in ABSENCE and b["activity"] in ABSENCE)
            for a in rows[:place]
        )
    ]
    found = [v for v in RULES["one_place"](problem, roster) if v.detail["fault"] == "overlap"]
    assert [(v.agent, v.day) for v in found] == expected


@given(case=cases())
def test_rest_and_weekly_rest(case: tuple[RosterProblem, Roster]) -> None:
    """Rest is counted hour by hour back from each start; the longest free block from an hourly map of the week."""
    problem, roster = case
    short, tired = [], []
    for agent in range(AGENTS):
        busy = np.zeros(problem.grid.n + 60, dtype=bool)
        busy[: max(0, int(problem.last_end[agent]))] = True
        mine = [shift for shift in roster.shifts() if shift.agent == agent]
        ends = [int(problem.last_end[agent])]
        for shift in mine:
            end = max(int(roster.end[row]) for row in shift.rows)
            if shift.start - max(ends) < problem.rules.rest_h:
                short.append((agent, shift.day))
            ends.append(end)
            busy[shift.start : end] = True
        free = "".join(".#"[int(value)] for value in busy[: problem.grid.n])
        if max((len(block) for block in free.split("#")), default=0) < problem.rules.weekly_rest_h:
            tired.append((agent, 0))
    assert told("rest", problem, roster) == short
    assert told("weekly_rest", problem, roster) == tired


@given(case=cases())
def test_filters(case: tuple[RosterProblem, Roster]) -> None:
    """Minutes over absences, on foreign queues and out of hours are those of an hourly count."""
    problem, roster = case
    slots = problem.grid.n
    absent = {}
    for shift in roster.shifts():
        end = max(int(roster.end[row]) for row in shift.rows)
        hours = sum(bool(problem.blocked[shift.agent, slot]) for slot in range(shift.start, min(end, slots)))
        if hours:
            absent[shift.agent, shift.day, shift.start] = hours * 60
    found = [v.detail["minutes"] for v in RULES["time_off"](problem, roster)]
    assert sorted(found) == sorted(absent.values())
    foreign: dict[tuple[int, int, str], int] = {}
    closed: dict[tuple[int, int, str], int] = {}
    for row in segments(roster):
        if row["activity"] == WORK and row["queue"] >= 0:
            key = (row["agent"], row["day"], problem.queues[row["queue"]])
            if problem.proficiency[row["agent"], row["queue"]] == 0:
                foreign[key] = foreign.get(key, 0) + 60 * (row["end"] - row["start"])
            out = sum(not problem.is_open[row["queue"], slot] for slot in range(row["start"], min(row["end"], slots)))
            if out:
                closed[key] = closed.get(key, 0) + 60 * out
    for rule, expected in (("skills", foreign), ("opening_hours", closed)):
        answers = {(v.agent, v.day, v.detail["queue"]): v.detail["minutes"] for v in RULES[rule](problem, roster)}
        assert answers == expected


@given(case=cases())
def test_prices_of_slots(case: tuple[RosterProblem, Roster]) -> None:
    """Short, over, idle and span are sums over slots, queues and people."""
    problem, roster = case
    costs, expected = problem.costs, dict.fromkeys(("short", "over", "idle", "span"), 0.0)
    rows = [row for row in segments(roster) if row["activity"] == WORK]
    for slot in range(problem.grid.n):
        here = [row for row in rows if row["start"] <= slot < row["end"]]
        for queue in range(2):
            agents = sum(problem.proficiency[row["agent"], queue] for row in here if row["queue"] == queue)
            need = problem.required[queue, slot]
            if problem.is_open[queue, slot]:
                missing, allow = max(0, need - agents), max(1, costs.severe_share * need)
                expected["short"] += costs.short_per_h * min(missing, allow)
                expected["short"] += costs.short_severe_per_h * max(0, missing - allow)
                expected["over"] += costs.over_per_h * max(0, agents - need)
        expected["idle"] += costs.over_per_h * sum(row["queue"] < 0 and row["agent"] < 2 for row in here)
        led, heads = (sum((row["agent"] == 2) == head for row in here) for head in (False, True))
        expected["span"] += costs.span_per_h * max(0, ceil(led / 2) - heads)
    components = roster_cost(problem, roster).components
    assert {name: components[name] for name in expected} == pytest.approx(expected)
