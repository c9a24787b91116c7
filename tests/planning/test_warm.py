"""`staffing warm` compiles the moves of every kind of search, so that no first plan waits for them."""

import pytest

from staffing.solver.case import compile_case
from staffing.solver.divide import divided
from staffing.solver.moves.board import swift
from staffing.warm import KINDS, plain_scenario, problem_of, tiny_scenario


@pytest.mark.parametrize(
    ("queues", "by_counts", "deferred", "divides"),
    list(zip(KINDS, (False, True, True, False), (True, False, True, False), (False, False, False, True), strict=True)),
)
def test_each_kind_of_moves_has_its_centre(
    queues: tuple[str, ...], by_counts: bool, deferred: bool, divides: bool
) -> None:
    """Moves one seat at a time; by counts of those at work; by counts with a backlog; with divided slots."""
    scenario = plain_scenario(*queues) if queues else tiny_scenario()
    case = compile_case(problem_of(scenario))
    assert (swift(case.tables), bool(case.tables.deadline.any())) == (by_counts, deferred)
    parts = divided(case)
    assert (parts is not None) == divides
    assert parts is None or swift(parts.tables)
