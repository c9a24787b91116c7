"""Random tiny centres with every rule at once: the audit is clean, costs agree, the bound is below."""

import pytest

from benchmarks.random_centres import judge
from tests.solver.random_centres import random_centre


@pytest.mark.parametrize("number", range(8))
def test_a_random_centre_is_planned_within_its_rules(number: int) -> None:
    """No hard violation of anybody with shifts, search and audit agree on the cost, no bound above it."""
    found = judge(random_centre(number), 0.5, number)
    assert {name: found[name] for name in ("violations", "cost mismatches", "bounds above cost")} == {
        "violations": 0,
        "cost mismatches": 0,
        "bounds above cost": 0,
    }
    assert found["people"] > 0


def test_the_same_number_is_the_same_centre() -> None:
    """What failed once can be looked at again."""
    one, two = random_centre(4), random_centre(4)
    assert one.rules == two.rules
    assert one.agents == two.agents
    assert (one.required == two.required).all()
