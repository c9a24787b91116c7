"""The recommended crew of skill groups, and the judge of crews under steady demand."""

import numpy as np
import pytest

from staffing.domain.queue import AnswerTarget
from staffing.erlang import required_agents, service_level
from staffing.planning.crew import CrewAdvice, recommend_crew
from staffing.simulate.crew import crew_levels, steady_demand

PROMISE = AnswerTarget(0.8, 20)
GROUPS = {"A": [0], "B": [1], "AB": [0, 1]}


def recommend(*groups: str, contacts: int = 100_000) -> CrewAdvice:
    """Two skills: 100 calls of 180 s and 60 of 300 s in half an hour, nobody leaves."""
    chosen = {name: GROUPS[name] for name in groups}
    return recommend_crew(
        [100, 60], interval_s=1800, aht_s=[180, 300], targets=[PROMISE] * 2, groups=chosen, contacts=contacts
    )


def test_a_lone_queue_gets_its_erlang_crew() -> None:
    advice = recommend_crew([100], interval_s=1800, aht_s=[180], targets=[PROMISE], groups={"A": [0]}, contacts=100_000)
    assert advice.total == advice.alone == required_agents(100, interval_s=1800, aht_s=180, target=PROMISE)
    assert advice.service_level[0] == pytest.approx(service_level(14, 10, aht_s=180, answer_within_s=20), abs=0.02)


def test_two_skills_fully_flexible() -> None:
    """24 agents are just too few or just enough (benchmarks/pooling.py), 25 are enough."""
    advice = recommend("AB")
    assert advice.total in (24, 25)
    assert advice.alone == 28
    assert advice.saved == 28 - advice.total
    assert advice.keeps_targets


def test_two_skills_dedicated_and_flexible() -> None:
    """No more agents than fully flexible and one, and fewer with two skills."""
    advice = recommend("A", "B", "AB")
    assert advice.total in (24, 25)
    assert advice.agents["AB"] <= 16
    assert advice.keeps_targets
    assert advice.assigned[0, 1] == advice.assigned[1, 0] == 0


def test_without_common_skills_each_queue_has_its_own() -> None:
    advice = recommend("A", "B")
    assert advice.agents == {"A": 14, "B": 14}
    assert advice.saved == 0


def test_wrong_cases_are_refused() -> None:
    case = {"interval_s": 1800.0, "aht_s": [180.0, 300.0], "targets": [PROMISE] * 2}
    for volume, groups, text in (
        ([1.0, 1.0], {"A": [0]}, "have no group"),
        ([1.0, 1.0], {"A": [0, 2]}, "group A serves"),
        ([0.0, 0.0], {"AB": [0, 1]}, "expected contacts"),
        ([1.0], {"A": [0]}, "as many of"),
    ):
        with pytest.raises(ValueError, match=text):
            recommend_crew(volume, groups=groups, **case)  # type: ignore[arg-type]


def test_crews_are_judged_as_formulas_say() -> None:
    """Erlang A for a queue with patience, by all four ways to count, and nobody answers a queue without agents."""
    kinds = ("offered", "net", "any", "answered")
    targets = [AnswerTarget(0.8, 20, kind) for kind in kinds]
    demand = steady_demand(
        [100.0] * 4, interval_s=1800, aht_s=[180.0] * 4, targets=targets, patience_s=[120.0] * 4,
        contacts=400_000, replications=4, seed=3,
    )  # fmt: skip
    found = crew_levels(demand, np.eye(4), np.diag([12, 12, 12, 0]))
    assert found.shape == (4, 4)
    for row, kind in enumerate(kinds[:3]):
        wanted = service_level(12, 10, aht_s=180, answer_within_s=20, patience_s=120, kind=kind)
        assert found[:, row].mean() == pytest.approx(float(wanted), abs=0.01)
    assert np.isnan(found[:, 3]).all()


def test_a_crew_must_fit_its_skills() -> None:
    demand = steady_demand(
        [10.0] * 2, interval_s=1800, aht_s=[180.0] * 2, targets=[PROMISE] * 2, patience_s=[None] * 2,
        contacts=100, replications=1, seed=1,
    )  # fmt: skip
    for crew in ([[1, 1]], [[1, 1], [0, 1]], [[-1, 0], [0, 1]]):
        with pytest.raises(ValueError, match="assigned"):
            crew_levels(demand, np.eye(2), crew)
