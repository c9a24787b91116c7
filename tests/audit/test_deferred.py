from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from staffing.audit import deferred_work
from staffing.domain.problem import RosterProblem
from tests.builders import make_centre, make_email, make_problem, make_queue, make_scenario


def problem_of(earliest_h: list[float], latest_h: list[float]) -> RosterProblem:
    """A phone and an e-mail queue for one day of hours; the tube is that of the e-mail."""
    centre = make_centre(queues=(make_queue(), make_email()), interval_min=60, slot_min=60)
    problem = make_problem(make_scenario(centre), days=1)
    tubes = [np.pad(np.array(tube, float), (0, 24 - len(tube)), mode="edge") for tube in (earliest_h, latest_h)]
    nothing = np.zeros(24)
    return replace(problem, earliest_h=np.array([nothing, tubes[0]]), latest_h=np.array([nothing, tubes[1]]))


def crew(*agents: float) -> np.ndarray:
    """Two on the phone all day, and these on the e-mail, hour by hour."""
    email = np.pad(np.array(agents, float), (0, 24 - len(agents)))
    return np.array([np.full(24, 2.0), email])


def test_a_day_hour_by_hour() -> None:
    """Work is done as early as the crew allows, what is due and not done is overdue, who finds no work is idle.

    ====  =======  ======  ====  ====  ====  =======  ====
    hour  arrived     due  crew  done     W  overdue  idle
    ====  =======  ======  ====  ====  ====  =======  ====
       0        2       0     1     1     1        0     0
       1        2       1     3     1     2        0     2
       2        5       2     0     0     2        0     0
       3        5       5     1     1     3        2     0
       4        6       5     1     1     4        1     0
       5        6       6     4     2     6        0     2
       6        6       6     1     0     6        0     1
    ====  =======  ======  ====  ====  ====  =======  ====
    """
    problem = problem_of([2, 2, 5, 5, 6, 6, 6], [0, 1, 2, 5, 5, 6, 6])
    found = deferred_work(problem, crew(1, 3, 0, 1, 1, 4, 1))
    assert found.done_h[1, :7].tolist() == [1, 1, 0, 1, 1, 2, 0]
    assert found.overdue_h[1, :7].tolist() == [0, 0, 0, 2, 1, 0, 0]
    assert found.idle_h[1, :7].tolist() == [0, 2, 0, 0, 0, 2, 1]
    assert found.undone_h.tolist() == [0, 0]


def test_the_phone_has_no_backlog() -> None:
    """Rows of queues without a deadline are zero, whoever works there."""
    found = deferred_work(problem_of([1], [1]), crew(1))
    assert not found.done_h[0].any()
    assert not found.idle_h[0].any()
    assert not found.overdue_h[0].any()


def test_work_that_nobody_does_stays_undone() -> None:
    """Without a crew all that is due is overdue from its hour to the end."""
    found = deferred_work(problem_of([3, 3], [0, 3]), crew())
    assert found.overdue_h[1].tolist() == [0] + [3] * 23
    assert found.undone_h.tolist() == [0, 3]


def test_no_contacts_make_everybody_idle() -> None:
    """With nothing to do, nothing is done, nothing is overdue, and all hours are idle."""
    found = deferred_work(problem_of([0], [0]), crew(1, 0.5))
    assert found.done_h.sum() == found.overdue_h.sum() == 0
    assert found.idle_h[1, :3].tolist() == [1, 0.5, 0]


def test_the_result_cannot_be_written_to() -> None:
    """Its arrays are read-only."""
    found = deferred_work(problem_of([0], [0]), crew())
    with pytest.raises(ValueError, match="read-only"):
        found.done_h[0, 0] = 1


hours = st.lists(st.floats(0, 5), min_size=24, max_size=24)


@given(arrived=hours, share=hours, agents=hours)
def test_all_slots_at_once_equal_the_sweep(arrived: list[float], share: list[float], agents: list[float]) -> None:
    """The closed form gives what the definition gives slot after slot."""
    earliest = np.cumsum(arrived)
    latest = np.minimum(np.maximum.accumulate(np.array(share) * earliest / 5), earliest)
    found = deferred_work(problem_of(list(earliest), list(latest)), crew(*agents))
    before = 0.0
    for hour in range(24):
        reached = max(before, min(earliest[hour], before + agents[hour]))
        assert found.done_h[1, hour] == pytest.approx(reached - before, abs=1e-8)
        assert found.overdue_h[1, hour] == pytest.approx(max(0, latest[hour] - reached), abs=1e-8)
        assert found.idle_h[1, hour] == pytest.approx(agents[hour] - (reached - before), abs=1e-8)
        before = reached
