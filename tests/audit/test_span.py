from dataclasses import replace

from staffing.audit import audit_roster
from staffing.domain.people import Role
from staffing.domain.problem import RosterProblem
from staffing.domain.queue import AnswerTarget
from tests.audit.judging import FULL, HALF, broken
from tests.builders import make_agent, make_centre, make_problem, make_queue, make_roster, make_scenario

ROLES = (Role("representative"), Role("supervisor", ("representative",), 2))


def team(supervisors: int, others: int) -> RosterProblem:
    """Supervisors first, then representatives; one supervisor for two of them."""
    agents = [make_agent(i, (), role="supervisor") for i in range(supervisors)]
    agents += [make_agent(supervisors + i) for i in range(others)]
    return make_problem(make_scenario(make_centre(roles=ROLES), agents=agents))


def test_one_supervisor_for_two_passes() -> None:
    """Two representatives need one supervisor, nobody at work needs none."""
    problem = team(1, 2)
    rows = [(0, 0, "08:00", "work 240"), (1, 0, "08:00", HALF), (2, 0, "08:00", HALF)]
    assert broken(problem, make_roster(problem, *rows)) == []
    assert broken(problem, make_roster(problem)) == []


def test_a_third_needs_a_second_supervisor() -> None:
    """The missing supervisor is told once a day, with the hours, the most missing and the first minute."""
    problem = team(1, 3)
    rows = [(0, 4, "08:00", "work 240 meal 30 work 210")]
    rows += [(1, 4, "08:00", HALF), (2, 4, "08:30", HALF), (3, 4, "10:00", HALF)]
    (found,) = audit_roster(problem, make_roster(problem, *rows))
    # Three at work from 10:00 to 12:00, then the supervisor's meal with two left until 12:30: 2 h and half an hour.
    assert (found.rule, found.severity, found.agent, found.day) == ("span", "soft", None, 4)
    assert found.detail == {"role": "supervisor", "hours": 2.5, "most": 1, "first_min": 600}


def test_breaks_and_training_do_not_supervise() -> None:
    """A supervisor at the meal is not there, and neither counts a representative in training."""
    problem = team(1, 1)
    rows = [(0, 0, "08:00", "work 240 meal 30 work 210"), (1, 0, "08:00", FULL)]
    assert broken(problem, make_roster(problem, *rows)) == []
    late = (1, 0, "08:30", FULL)
    assert broken(problem, make_roster(problem, rows[0], late)) == [("span", None, 0)]
    problem = team(1, 1)
    trained = (1, 0, "08:00", "training 240")
    assert broken(problem, make_roster(problem, (0, 0, "08:00", "training 240"), trained)) == []


def test_each_day_is_told_on_its_own() -> None:
    """A supervisor missing on two days is told twice."""
    problem = team(0, 1)
    rows = [(0, 0, "08:00", HALF), (0, 3, "08:00", HALF)]
    assert broken(problem, make_roster(problem, *rows)) == [("span", None, 0), ("span", None, 3)]


def test_a_reserve_is_at_work_whenever_anybody_is() -> None:
    """Somebody with the skill of an extra urgent queue with `min_agents`; without them no rule, with nobody no need."""
    urgent = make_queue("urgent", target=AnswerTarget(0.98, 3600), urgency="extra_urgent")
    agents = [make_agent(0, ("phone", "urgent")), make_agent(1)]

    def problem_with(least: float) -> RosterProblem:
        queues = (make_queue(), replace(urgent, min_agents=least))
        return make_problem(make_scenario(make_centre(queues=queues), agents=agents))

    problem = problem_with(1.0)
    assert problem.reserves == ("urgent",)
    alone = (1, 2, "08:00", HALF)
    assert broken(problem, make_roster(problem, alone)) == [("span", None, 2)]
    assert broken(problem, make_roster(problem, alone, (0, 2, "08:00", HALF))) == []
    assert broken(problem, make_roster(problem)) == []
    without = problem_with(0.0)
    assert broken(without, make_roster(without, alone)) == []
