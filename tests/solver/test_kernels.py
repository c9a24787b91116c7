"""The compile decorator, and the oracle's kernels against plain enumeration."""

from itertools import product

import numpy as np

from staffing.domain.people import Contract
from staffing.domain.rules import WorkRules
from staffing.kernels import compiled
from staffing.solver.case import compile_case
from staffing.solver.moves.legal import legal_weeks
from staffing.solver.oracle.breaks import BIG
from staffing.solver.oracle.week import best_week
from staffing.solver.oracle.week_ends import NEVER, room_needed
from tests.solver.tiny import tiny_problem


@compiled
def _total(values, count):  # type: ignore[no-untyped-def]
    sum_ = 0.0
    for i in range(count):
        sum_ += values[i]
    return sum_


def test_compiled_keeps_the_plain_form() -> None:
    """Compiled and plain form agree."""
    values = np.arange(5.0)
    assert _total(values, 5) == _total.py_func(values, 5) == 10.0


def test_best_week_is_the_cheapest_of_all_legal_weeks() -> None:
    """The oracle against every combination of options of four days, with rest, runs and limits that bind."""
    rng = np.random.default_rng(5)
    for trial in range(12):
        contract = Contract("any", 180 * (trial % 3), 900, trial % 2, 3 + trial % 2, ("day",), overtime_minutes_max=180)
        rules = WorkRules(rest_h=float(rng.choice([8, 19, 21])), max_consecutive_days=int(rng.integers(1, 4)))
        problem = tiny_problem(days=4, contract=contract, rules=rules, run_before=np.array([int(rng.integers(0, 3))]))
        tb = compile_case(problem).tables
        cost = rng.normal(0, 50, len(tb.start))
        room = room_needed(tb)
        choice = np.zeros(7, dtype=np.int64)
        found = best_week(
            tb, 0, 0, cost, int(tb.last_end[0]), int(tb.run_before[0]),
            np.empty((8, room)), np.empty((8, room), dtype=np.int64), choice,
        )  # fmt: skip
        best = NEVER
        days = [[-1, *range(tb.first[d], tb.first[d + 1])] for d in range(4)]
        for options in product(*days):
            row = np.array(options, dtype=np.int64)
            if legal_weeks(tb, 0, row):
                worked = row[row >= 0]
                extra = max(0, int(tb.paid[worked].sum()) - int(tb.high[0, 0])) * float(tb.extra_per_min[0])
                best = min(best, float(cost[worked].sum()) + extra)
        assert np.isclose(found, best)
        if best < BIG:
            assert legal_weeks(tb, 0, choice[:4])
