import pytest

from staffing.audit import audit_roster
from staffing.domain.problem import RosterProblem
from tests.audit.judging import broken
from tests.builders import make_agent, make_centre, make_problem, make_queue, make_roster, make_scenario


def two_queues() -> RosterProblem:
    """A phone agent, and one who serves the chat by its skill, slowly."""
    centre = make_centre(queues=(make_queue(), make_queue("chat", skill="writing")))
    agents = (make_agent(0), make_agent(1, ["writing:0.8"]))
    return make_problem(make_scenario(centre, agents=agents))


def test_work_on_own_queues_passes() -> None:
    """A skill names a queue or what the queue asks for, any speed above 0 will do, and idle work needs no skill."""
    problem = two_queues()
    rows = [(0, 0, "08:00", "phone 120 work 120"), (1, 0, "08:00", "chat 240")]
    assert broken(problem, make_roster(problem, *rows)) == []


@pytest.mark.parametrize(("agent", "queue"), [(0, "chat"), (1, "phone")])
def test_work_on_a_foreign_queue_is_told(agent: int, queue: str) -> None:
    """Work on a queue the agent cannot serve is told once a day with its minutes."""
    problem = two_queues()
    roster = make_roster(problem, (agent, 3, "08:00", f"{queue} 60 work 60 {queue} 120"))
    assert broken(problem, roster) == [("skills", agent, 3)]
    assert audit_roster(problem, roster)[0].detail == {"queue": queue, "minutes": 180}
