"""The compile decorator, and the oracle's kernels against plain enumeration."""

from dataclasses import replace
from itertools import product

import numpy as np

from staffing.domain.people import Contract
from staffing.domain.problem import RosterProblem
from staffing.domain.rules import WorkRules
from staffing.kernels import compiled
from staffing.solver.case import compile_case
from staffing.solver.moves.legal import legal_weeks
from staffing.solver.oracle.breaks import BIG
from staffing.solver.oracle.week import best_week
from staffing.solver.oracle.week_ends import NEVER, room_needed
from tests.solver.tiny import SHORT_OR_LONG, tiny_problem


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
        _compare(problem, rng)


def test_best_week_in_a_start_band() -> None:
    """With a band of starts too: where rest cannot bind and where it does, one length or two, days forced or not."""
    rng = np.random.default_rng(6)
    for trial in range(16):
        band, step = (0, 60, 120, 150)[trial % 4], (60, 120, 90)[trial % 3]
        least, most = 180 * (trial % 3), int(rng.integers(3, 5))
        contract = Contract(
            "any", least, 720, trial % 2, most, ("day",), 180, start_band_min=band, start_band_step_min=step
        )
        lengths = (180, 360) if trial % 2 else (180,)
        rules = WorkRules(rest_h=float(rng.choice([8, 20])), max_consecutive_days=int(rng.integers(2, 5)))
        problem = tiny_problem(
            days=4,
            contract=contract,
            shift=replace(SHORT_OR_LONG, start_latest_min=720, lengths_min=lengths),
            rules=rules,
            last_end=np.array([int(rng.integers(-12, 3))]),
            run_before=np.array([int(rng.integers(0, 4))]),
        )
        _compare(problem, rng, forced=int(rng.integers(4)) if trial % 5 == 0 else -1)


def _compare(problem: RosterProblem, rng: np.random.Generator, forced: int = -1) -> None:
    """Costs of options drawn at random: the oracle's week is the cheapest of all, and legal."""
    tb = compile_case(problem).tables
    if forced >= 0:
        tb.forced[0, forced] = True
    tb.off_price[:] = rng.normal(0, 10, tb.off_price.shape)
    cost = rng.normal(0, 50, len(tb.start))
    room = room_needed(tb)
    choice = np.zeros(7, dtype=np.int64)
    found = best_week(
        tb, 0, 0, cost, int(tb.last_end[0]), int(tb.run_before[0]),
        np.empty((8, room)), np.empty((8, room), dtype=np.int64), choice,
    )  # fmt: skip
    best = NEVER
    days = [[-1, *range(tb.first[d], tb.first[d + 1])] for d in range(tb.days)]
    for options in product(*days):
        row = np.array(options, dtype=np.int64)
        if legal_weeks(tb, 0, row):
            worked = row[row >= 0]
            extra = max(0, int(tb.paid[worked].sum()) - int(tb.high[0, 0])) * float(tb.extra_per_min[0])
            best = min(best, float(cost[worked].sum()) + extra + float(tb.off_price[0][row < 0].sum()))
    assert np.isclose(found, best)
    if best < BIG:
        assert legal_weeks(tb, 0, choice[: tb.days])
