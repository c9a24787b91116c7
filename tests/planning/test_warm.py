"""`staffing warm` compiles the moves of every kind of search, so that no first plan waits for them."""

import pytest

from staffing.solver.case import compile_case
from staffing.solver.moves.board import swift
from staffing.warm import KINDS, plain_scenario, problem_of, tiny_scenario


@pytest.mark.parametrize(
    ("queues", "by_counts", "deferred"),
    list(zip(KINDS, (False, True, True), (True, False, True), strict=True)),
)
def test_each_kind_of_moves_has_its_centre(queues: tuple[str, ...], by_counts: bool, deferred: bool) -> None:
    """Moves one seat at a time; by counts of those at work; by counts with a backlog."""
    scenario = plain_scenario(*queues) if queues else tiny_scenario()
    tables = compile_case(problem_of(scenario)).tables
    assert (swift(tables), bool(tables.deadline.any())) == (by_counts, deferred)
