"""Changes of a published roster: priced the same by solver and audit, few where many are dear, all free at price 0."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from staffing.audit import audit_roster, roster_cost
from staffing.audit.changes import shift_changes
from staffing.domain.people import Contract
from staffing.domain.problem import RosterProblem
from staffing.domain.roster import Roster
from staffing.domain.rules import Costs
from staffing.solver.cpsat.fewest import fewest_people
from staffing.solver.cpsat.solve import Effort
from staffing.solver.repair import repair_roster
from tests.builders import make_roster
from tests.solver.tiny import cheapest_of_all, day_texts, solved, tiny_problem

LONG = "phone 120 meal 60 phone 180"
ONE_LONG = Contract("any", 0, 300, 0, 1, ("day",))
EFFORT = Effort(10.0, 1, 1, True)


def published(problem: RosterProblem, *rows: tuple[int, int, str, str], notice_until: int = 0) -> RosterProblem:
    return replace(problem, reference=make_roster(problem, *rows), notice_until=notice_until)


def absent(problem: RosterProblem, agent: int, day: int) -> RosterProblem:
    blocked = np.array(problem.blocked)
    blocked[agent, problem.grid.day_slice(day)] = True
    return replace(problem, blocked=blocked)


def kinds(problem: RosterProblem, roster: Roster) -> list[tuple[int, int, str, float]]:
    return [(row.agent, row.day, row.kind, row.price) for row in shift_changes(problem, roster)]


def test_each_kind_of_change_has_its_price() -> None:
    """Inside the notice window three times the price; who is not in the reference has no published days."""
    problem = tiny_problem(agents=5, days=2)
    problem = published(
        problem, (0, 0, "08:00", LONG), (1, 0, "08:00", LONG), (2, 0, "08:00", LONG), (4, 1, "08:00", LONG),
        notice_until=24,
    )  # fmt: skip
    roster = make_roster(
        problem, (0, 0, "09:00", LONG), (1, 0, "08:00", "phone 180 meal 60 phone 120"), (3, 1, "08:00", LONG)
    )
    found = [(0, 0, "moved", 120.0), (1, 0, "breaks", 45.0), (2, 0, "removed", 120.0)]
    assert kinds(problem, roster) == [*found, (3, 1, "added", 60.0), (4, 1, "removed", 40.0)]
    assert roster_cost(problem, roster).components["change"] == 385.0
    assert not shift_changes(replace(problem, reference=None), roster)


def test_a_published_roster_that_needs_nothing_is_kept() -> None:
    problem = published(tiny_problem(agents=2, required=1.0), (0, 0, "08:00", LONG), (1, 0, "10:00", LONG))
    result = solved(problem)
    assert result.roster is not None
    repaired = repair_roster(problem, problem.reference or result.roster).rosters[-1]
    for roster in (result.roster, repaired):
        assert len(shift_changes(problem, roster)) <= 1
    dear = replace(problem, costs=Costs(change_moved=1e4, change_removed=1e4, change_added=1e4, change_breaks=1e4))
    result = solved(dear)
    assert result.roster is not None
    assert kinds(dear, result.roster) == []


def test_free_changes_are_no_worse_than_a_fresh_roster() -> None:
    """With all prices 0 the least cost is that of the problem without a published roster."""
    free = Costs(change_moved=0, change_added=0, change_removed=0, change_breaks=0)
    problem = tiny_problem(agents=2, required=1.0, costs=free)
    fresh = cheapest_of_all(problem)
    again = solved(published(problem, (0, 0, "10:00", LONG), (1, 0, "10:00", LONG)))
    assert again.objective == pytest.approx(fresh)


@pytest.mark.parametrize("price", [0.0, 30.0, 400.0, 5000.0])
def test_the_least_cost_with_priced_changes_is_found(price: float) -> None:
    """Against trying every roster: the solver's optimum prices changes as the audit does."""
    costs = Costs(change_moved=price, change_added=price, change_removed=price, change_breaks=price / 4)
    problem = published(tiny_problem(agents=2, required=1.0, costs=costs), (0, 0, "08:00", LONG), (1, 0, "08:00", LONG))
    result = solved(absent(problem, 0, 0))
    assert result.objective == pytest.approx(cheapest_of_all(absent(problem, 0, 0)))


def test_repair_covers_an_absence_with_the_fewest_people() -> None:
    """Two people serve two days exactly; when one falls ill one other is asked, and no more."""
    served = np.isin(np.arange(48) % 24, (8, 9, 11, 12, 13)).astype(float)
    problem = tiny_problem(agents=3, days=2, required=served.reshape(1, 48))
    problem = published(problem, (0, 0, "08:00", LONG), (1, 1, "08:00", LONG))
    ill = absent(problem, 0, 0)
    assert problem.reference is not None
    steps = repair_roster(ill, problem.reference).rosters
    changes = shift_changes(ill, steps[-1])
    assert len(changes) == 2
    costs = [roster_cost(ill, step).total for step in steps]
    assert costs == sorted(costs, reverse=True)
    assert all(v.severity != "hard" for step in steps for v in audit_roster(ill, step))
    found = fewest_people(ill, steps[-1], range(3), EFFORT)
    assert found is not None
    assert found.proven
    assert found.people == fewest_of_all(ill, service(ill, steps[-1])) == len({row.agent for row in changes})


def service(problem: RosterProblem, roster: Roster) -> float:
    parts = roster_cost(problem, roster).components
    return parts["short"] + parts["overdue"] + parts["undone"] + parts["span"]


def fewest_of_all(problem: RosterProblem, allowed: float) -> int:
    """Fewest people changed over all legal rosters whose service is no worse, by trying every one."""
    places = list(product(range(len(problem.agents)), range(problem.grid.days)))
    best = len(problem.agents)
    for choice in product(day_texts(), repeat=len(places)):
        rows = [(agent, day, *text) for (agent, day), text in zip(places, choice, strict=True) if text is not None]
        if len(rows) > 2:
            continue
        roster = make_roster(problem, *rows)
        people = {row.agent for row in shift_changes(problem, roster)}
        if len(people) >= best or service(problem, roster) > allowed + 1e-6:
            continue
        if all(v.severity != "hard" for v in audit_roster(problem, roster)):
            best = len(people)
    return best


def test_fewest_people_beats_a_roster_that_asks_too_many() -> None:
    """Two people were moved where one is enough."""
    problem = published(
        tiny_problem(agents=3, required=1.0), (0, 0, "08:00", LONG), (1, 0, "09:00", LONG), (2, 0, "10:00", LONG)
    )
    wild = make_roster(problem, (0, 0, "09:00", LONG), (1, 0, "08:00", LONG), (2, 0, "10:00", LONG))
    found = fewest_people(problem, wild, range(3), EFFORT)
    assert found is not None
    assert (found.people, found.proven) == (0, True)
    assert fewest_people(problem, wild, [2], EFFORT) is not None


def test_fewest_people_needs_a_published_roster() -> None:
    problem = tiny_problem(agents=1)
    with pytest.raises(ValueError, match="reference is None"):
        fewest_people(problem, make_roster(problem), [0], EFFORT)


def test_a_reference_on_other_slots_is_refused() -> None:
    problem = tiny_problem(agents=1)
    other = make_roster(tiny_problem(agents=1, days=1, timezone="Asia/Kathmandu"), (0, 0, "08:00", LONG))
    with pytest.raises(ValueError, match="not on the slots"):
        shift_changes(replace(problem, reference=other), make_roster(problem))
