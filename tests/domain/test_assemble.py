from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from staffing.domain.people import Activity, CarryIn, TimeOff, Wish
from staffing.domain.problem import RosterProblem
from staffing.domain.requirement import Workload
from tests.builders import MONDAY, make_agent, make_centre, make_email, make_problem, make_queue, make_scenario


def at(day: int, clock: str) -> datetime:
    """Local moment of a day of the horizon."""
    return datetime.fromisoformat(f"{MONDAY + timedelta(days=day)}T{clock}")


def problem_with(days: int = 7, slot_min: int = 15, **changes: Any) -> RosterProblem:
    """Two agents on slots of a quarter of an hour."""
    agents = changes.pop("agents", 2)
    scenario = make_scenario(make_centre(slot_min=slot_min), agents=agents, **changes)
    return make_problem(scenario, days=days)


def test_intervals_become_slots() -> None:
    """Each slot of an interval needs what the interval needs, and is open when it is."""
    scenario = make_scenario(make_centre(slot_min=10))
    problem = make_problem(scenario, required=np.arange(336.0)[None])
    assert problem.grid.step_min == 10
    assert problem.required[0, 3 * 16 : 3 * 18].tolist() == [16] * 3 + [17] * 3
    assert problem.is_open[0, :144].sum() == 60


def test_slots_must_divide_intervals() -> None:
    """Quarter-hours cannot carry intervals of twenty minutes."""
    with pytest.raises(ValueError, match="slot_min 15 does not divide interval_min 20"):
        make_problem(make_scenario(make_centre(interval_min=20, slot_min=15)))


def test_tubes_arrive_early_and_are_due_late() -> None:
    """Work may be done from the start of the interval it arrives in, and is due at the end of the one it is due in."""
    centre = make_centre(slot_min=15, queues=(make_queue(), make_email()))
    earliest, latest = np.zeros(336), np.zeros(336)
    earliest[16:], latest[17:] = 2.0, 1.0
    earliest[20:], latest[20:] = 3.0, 3.0
    work = Workload("email", earliest, latest, gross_factor=1.25)
    problem = make_problem(make_scenario(centre), workload=(work,))
    assert problem.deadline.tolist() == [False, True]
    assert problem.required[1].sum() == 0
    assert problem.earliest_h[1, 31:43].tolist() == [0] + [2.5] * 8 + [3.75] * 3
    assert problem.latest_h[1, 33:43].tolist() == [0, 0] + [1.25] * 6 + [3.75] * 2
    assert not problem.earliest_h[0].any()
    assert np.all(problem.latest_h <= problem.earliest_h)


def test_absences_block_slots() -> None:
    """A slot that is touched is blocked; training is not an absence."""
    rows = (
        TimeOff("a1", at(0, "08:10"), at(0, "09:00"), "leave"),
        TimeOff("a1", at(0, "10:00"), at(0, "11:00"), "training"),
        TimeOff("a1", at(-2, "00:00"), at(0, "01:00"), "sick"),
        TimeOff("a1", at(6, "23:00"), at(9, "00:00"), "leave"),
        TimeOff("a1", at(7, "08:00"), at(7, "09:00"), "leave"),
        TimeOff("gone", at(1, "08:00"), at(1, "09:00"), "leave"),
    )
    problem = problem_with(time_off=rows)
    assert np.flatnonzero(problem.blocked[1]).tolist() == [0, 1, 2, 3, 32, 33, 34, 35, *range(668, 672)]
    assert not problem.blocked[0].any()
    told = [(row.agent, row.start, row.end, row.kind, row.on_shift) for row in problem.fixed]
    assert told == [
        (1, -192, 4, "sick", False),
        (1, 32, 36, "leave", False),
        (1, 40, 44, "training", True),
        (1, 668, 864, "leave", False),
    ]


def test_leave_days_are_days_lost_for_half_a_day_or_more() -> None:
    """Four hours make a leave day, less does not; training and mere unavailability do not; weeks count apart."""
    rows = (
        TimeOff("a0", at(0, "08:00"), at(0, "12:00"), "leave"),
        TimeOff("a0", at(1, "08:00"), at(1, "11:45"), "sick"),
        TimeOff("a0", at(2, "08:00"), at(2, "10:00"), "leave"),
        TimeOff("a0", at(2, "14:00"), at(2, "16:00"), "leave"),
        TimeOff("a0", at(3, "00:00"), at(4, "00:00"), "unavailable"),
        TimeOff("a0", at(4, "08:00"), at(4, "17:00"), "training"),
        TimeOff("a0", at(6, "00:00"), at(9, "00:00"), "leave"),
    )
    assert problem_with(days=14, time_off=rows).leave_days.tolist() == [[3, 2], [0, 0]]


def test_days_outside_employment_are_blocked_and_lost() -> None:
    """Who starts on Wednesday and leaves in the second week loses the days before and after."""
    agents = (make_agent(0, start_date=date(2026, 1, 7), end_date=date(2026, 1, 14)), make_agent(1))
    problem = problem_with(days=14, agents=agents)
    assert problem.leave_days.tolist() == [[2, 4], [0, 0]]
    free = ~problem.blocked[0].reshape(14, 96)
    assert free.all(axis=1).tolist() == [False] * 2 + [True] * 8 + [False] * 4
    assert free.any(axis=1).tolist() == free.all(axis=1).tolist()


def test_carry_in_counts_the_run_and_the_last_end() -> None:
    """Three days in a row to the eve, the last into the night; a gap ends the run, leave is no work."""
    rows = tuple(CarryIn("a0", MONDAY + timedelta(days=d), at(d, "14:00"), at(d, "22:00")) for d in (-3, -2, -5))
    rows += (CarryIn("a0", MONDAY + timedelta(days=-1), at(-1, "20:00"), at(0, "02:00")),)
    rows += (CarryIn("a1", MONDAY + timedelta(days=-1), at(-1, "00:00"), at(0, "00:00"), "leave"),)
    problem = problem_with(carry_in=rows)
    assert problem.run_before.tolist() == [3, 0]
    assert problem.last_end.tolist()[0] == 8
    assert problem.last_end[1] < -100_000


def test_a_day_off_on_the_eve_ends_the_run() -> None:
    """Work up to Saturday is no run before a Monday, but its end is known."""
    rows = (CarryIn("a0", MONDAY + timedelta(days=-2), at(-2, "08:00"), at(-2, "16:00")),)
    problem = problem_with(carry_in=rows)
    assert (problem.run_before[0], problem.last_end[0]) == (0, -4 * 32)


def test_activities_get_slots_and_windows() -> None:
    """Minutes are rounded up, windows cut to the horizon, unknown agents left out."""
    rows = (
        Activity("course", "training", ("a1", "gone", "a0"), 50, at(-3, "00:00"), at(1, "12:10"), capacity=1),
        Activity("past", "meeting", ("a1",), 30, at(-3, "00:00"), at(0, "00:15")),
        Activity("alien", "meeting", ("gone",), 30, at(0, "00:00"), at(6, "00:00")),
    )
    (course,) = problem_with(activities=rows).activities
    assert (course.id, course.agents, course.slots) == ("course", (1, 0), 4)
    assert (course.earliest, course.latest, course.together, course.capacity) == (0, 96 + 48, False, 1)


def test_wishes_of_the_horizon_become_indices() -> None:
    """Wishes for other days and of people who left are dropped."""
    rows = (
        Wish("a1", MONDAY + timedelta(days=6), "start>=", 2.0, minute=600),
        Wish("a1", MONDAY + timedelta(days=7), "off"),
        Wish("a1", MONDAY - timedelta(days=1), "off"),
        Wish("gone", MONDAY, "off"),
    )
    (wish,) = problem_with(wishes=rows).wishes
    assert (wish.agent, wish.day, wish.kind, wish.weight, wish.minute) == (1, 6, "start>=", 2.0, 600)


def test_proficiency_by_queue_or_skill() -> None:
    """A skill named like the queue goes before the skill that the queue asks for, in any order."""
    centre = make_centre(queues=(make_queue(), make_queue("chat", skill="writing"), make_email(skill="writing")))
    agents = (
        make_agent(0, ["writing:0.7", "chat:0.9"]),
        make_agent(1, ["chat:0.9", "writing:0.7"]),
        make_agent(2, ["phone"]),
        make_agent(3, ()),
    )
    problem = make_problem(make_scenario(centre, agents=agents))
    assert problem.proficiency.tolist() == [[0, 0.9, 0.7], [0, 0.9, 0.7], [1, 0, 0], [0, 0, 0]]


@pytest.mark.parametrize(("first_day", "slots"), [(date(2026, 3, 2), 167 * 2), (date(2026, 10, 26), 169 * 2)])
def test_a_week_with_a_change_of_clocks(first_day: date, slots: int) -> None:
    """A week of 167 or 169 hours has as many slots, and leave until midnight ends at midnight."""
    sunday = first_day + timedelta(days=6)
    start, end = datetime.combine(sunday, datetime.min.time()), datetime.combine(sunday, datetime.min.time())
    leave = TimeOff("a0", start, end + timedelta(days=1), "leave")
    scenario = make_scenario(make_centre(timezone="America/New_York"), time_off=(leave,))
    problem = make_problem(scenario, first_day=first_day)
    assert problem.grid.n == slots
    assert np.array_equal(np.flatnonzero(problem.blocked[0]), np.arange(288, slots))
    assert problem.leave_days.tolist() == [[1]]
