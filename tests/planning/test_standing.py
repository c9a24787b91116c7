"""What stands of a published roster, and why the rest was changed, on rosters made by hand."""

from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest

from staffing.audit.changes import shift_changes
from staffing.domain.people import Activity, TimeOff
from staffing.domain.rules import Costs
from staffing.planning import again
from staffing.planning.reasons import change_reasons
from staffing.planning.standing import Published
from staffing.report.changed import reason_words
from tests.builders import MONDAY, make_agent, make_problem, make_roster, make_scenario
from tests.plans import make_plan_value

HALF, WHOLE = "phone 240", "phone 240 meal 30 phone 210"


def off(scenario, agent, day, kind="sick", first=0, last=24):
    """Time off from hour to hour of a day."""
    zone = scenario.history.grid.zone
    start = datetime.combine(MONDAY + timedelta(days=day), datetime.min.time(), zone)
    return TimeOff(f"a{agent}", start + timedelta(hours=first), start + timedelta(hours=last), kind)


def test_who_is_gone_has_less_to_work_in_a_replan_too():
    """Days after the end of employment lower the week's limits, whatever was published then."""
    scenario = make_scenario(agents=[make_agent(0, end_date=MONDAY + timedelta(days=3))])
    problem = make_problem(scenario)
    assert problem.leave_days.tolist() == [[3]]
    roster = make_roster(problem, (0, 0, "08:00", HALF))
    assert Published(roster).stated(problem).leave_days.tolist() == [[3]]


def test_mere_unavailability_gives_no_leave_back():
    """Sick on a working day lowers the limits; unavailable on a day off changes nothing of that."""
    plain = make_scenario(agents=1)
    rows = (off(plain, 0, 0), off(plain, 0, 3, "unavailable"))
    problem = make_problem(replace(plain, time_off=rows))
    roster = make_roster(problem, (0, 0, "08:00", HALF))
    assert Published(roster).stated(problem).leave_days.tolist() == [[1]]
    assert Published(make_roster(problem, (0, 1, "08:00", HALF))).stated(problem).leave_days.tolist() == [[0]]


def test_both_of_two_equal_trainings_stand():
    """The same kind and length in two windows of one person are two activities."""
    plain = make_scenario(agents=1)
    zone = plain.history.grid.zone
    start = datetime.combine(MONDAY, datetime.min.time(), zone)
    asked = tuple(
        Activity(f"t{day}", "training", ("a0",), 60, start + timedelta(days=day), start + timedelta(days=day + 1))
        for day in (0, 1)
    )
    problem = make_problem(replace(plain, activities=asked))
    text = "phone 120 training 60 phone 60"
    roster = make_roster(problem, (0, 0, "08:00", text), (0, 1, "08:00", text), (0, 2, "08:00", text))
    locked = Published(roster).stated(problem).locked
    assert locked is not None
    assert locked.day.tolist() == [0, 1]


def test_what_began_before_the_frozen_time_stands_and_nothing_is_added():
    """Of a shift that is being worked the segments that have begun stand; the rest may still change."""
    problem = make_problem(agents=2)
    roster = make_roster(problem, (0, 0, "08:00", WHOLE), (1, 1, "08:00", WHOLE))
    noon = problem.grid.at(0, 12 * 60)
    stated = Published(roster, frozen_until=noon).stated(problem)
    assert stated.locked is not None
    assert stated.locked.start.tolist() == [problem.grid.at(0, 480)]
    assert stated.blocked[1, :noon].all()
    assert not stated.blocked[0, problem.grid.at(0, 480) : noon].any()
    assert not stated.blocked[:, noon:].any()


def test_the_reason_is_the_absence_not_a_training_of_that_day():
    plain = make_scenario(agents=2)
    rows = (off(plain, 0, 0, "training", 8, 9), off(plain, 0, 0, "sick", 10, 24))
    problem = make_problem(replace(plain, time_off=rows))
    problem = replace(problem, reference=make_roster(problem, (0, 0, "08:00", HALF)))
    (row,) = change_reasons(problem, make_roster(problem, (1, 0, "08:00", HALF)))[:1]
    assert (row.reason, row.detail) == ("forced", {"kind": "sick"})


def test_what_is_broken_anyway_is_no_reason():
    """One person has a shift that no type allows; the change of another is told by what it saves."""
    problem = make_problem(agents=2)
    problem = replace(problem, reference=make_roster(problem, (0, 0, "08:00", HALF), (1, 0, "08:00", "phone 60")))
    made = make_roster(problem, (0, 0, "12:00", HALF), (1, 0, "08:00", "phone 60"))
    (row,) = change_reasons(problem, made)
    assert row.reason != "rule"
    assert row.saves is not None


def test_who_is_not_employed_is_not_on_leave():
    assert "Unavailable" in reason_words("forced", None, {}, "en")
    assert "Sick" in reason_words("forced", None, {"kind": "sick"}, "en")


def test_free_changes_are_not_bought_back(monkeypatch):
    """Where a change costs nothing, few changed people are no reason for a dearer roster."""
    made = make_plan_value()
    free = Costs(change_moved=0, change_added=0, change_removed=0, change_breaks=0)
    reference = make_roster(made.problem, (0, 2, "08:00", HALF), (1, 2, "08:00", HALF))
    problem = replace(made.problem, reference=reference, costs=free)
    assert len({row.agent for row in shift_changes(problem, made.roster)}) == 2

    def asked(*_):
        raise AssertionError("the exact model was asked")

    monkeypatch.setattr("staffing.solver.cpsat.fewest.fewest_people", asked)
    assert again.fewer_people(problem, made.result, None) is made.result
    with pytest.raises(AssertionError, match="was asked"):
        again.fewer_people(replace(problem, costs=Costs()), made.result, None)


def test_days_are_those_of_the_grid_over_a_change_of_the_clock():
    """Frozen time and shifts of a 25-hour day: the same moments as in the published roster of another horizon."""
    problem = make_problem(
        make_scenario(replace(make_scenario().centre, timezone="Europe/Berlin")),
        first_day=MONDAY.replace(month=10, day=19),
        days=14,
    )
    later = make_problem(
        make_scenario(replace(make_scenario().centre, timezone="Europe/Berlin")),
        first_day=MONDAY.replace(month=10, day=26),
    )
    roster = make_roster(problem, (0, 6, "08:00", HALF), (0, 7, "08:00", HALF))
    frozen = later.grid.at(0, 24 * 60)
    locked = Published(roster, frozen_until=frozen).stated(later).locked
    assert locked is not None
    assert (locked.day.tolist(), np.unique(locked.start).tolist()) == ([0], [later.grid.at(0, 480)])


def test_the_week_before_a_later_horizon_counts_for_rest_and_runs():
    """Planned again from its second week on, a published plan still says when people last went home."""
    both, second = make_problem(agents=2, days=14), make_problem(agents=2, first_day=MONDAY + timedelta(days=7))
    roster = make_roster(
        both, (0, 4, "08:00", HALF), (0, 5, "08:00", HALF), (0, 6, "12:00", HALF), (1, 7, "08:00", HALF)
    )
    stated = Published(roster).stated(second)
    assert stated.last_end.tolist() == [second.grid.at(-1, 960), second.last_end[1]]
    assert stated.run_before.tolist() == [3, 0]
