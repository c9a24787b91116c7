"""Starts of a week in one band: the solver against every roster, the audit and the clock."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing.audit import RULES
from staffing.domain.people import Contract
from staffing.domain.problem import RosterProblem
from staffing.domain.rules import WorkRules
from staffing.solver.case import compile_case
from staffing.solver.moves.legal import legal_weeks
from tests.builders import make_roster
from tests.solver.tiny import FREE_CONTRACT, SHORT_OR_LONG, cheapest_of_all, solved, tiny_problem

LEVELS = st.lists(st.sampled_from([0.0, 0.4, 1.0, 2.0, 3.0]), min_size=24, max_size=24)
FREE_RULES = WorkRules(rest_h=0.0, max_consecutive_days=14, weekly_rest_h=0.0)


def banded(band: int | None, step: int = 60) -> Contract:
    return replace(FREE_CONTRACT, start_band_min=band, start_band_step_min=step)


def starts(problem: RosterProblem, limit_s: float = 3.0) -> list[int]:
    """Wall-clock hours at which the solved roster's shifts start."""
    result = solved(problem, limit_s)
    assert result.roster is not None
    assert result.reasons == ()
    return [int(problem.grid.minute[shift.start]) // 60 for shift in result.roster.shifts()]


def early_and_late(contract: Contract) -> RosterProblem:
    """One agent of short shifts, much wanted from 8 on one day and from 13 on the next."""
    needed = np.zeros((1, 48))
    needed[0, 8:11] = needed[0, 24 + 13 : 24 + 16] = 3.0
    shift = replace(SHORT_OR_LONG, start_latest_min=780, lengths_min=(180,))
    return tiny_problem(required=needed, days=2, shift=shift, contract=contract)


def test_the_rule_binds() -> None:
    """Without the rule, or in a band wide enough, both are served; otherwise one band has to do."""
    assert starts(early_and_late(banded(None))) == [8, 13]
    assert starts(early_and_late(banded(300))) == [8, 13]
    narrow = starts(early_and_late(banded(240)))
    assert narrow
    assert max(narrow) - min(narrow) <= 4
    assert starts(early_and_late(banded(300, 420))) != [8, 13]  # bands begin at 7 and 14 only


def test_no_legal_week() -> None:
    """Locked shifts that lie in no common band: the agent has no legal week."""
    plain = early_and_late(banded(None))
    locked = make_roster(plain, (0, 0, "08:00", "phone 180"), (0, 1, "13:00", "phone 180"), locked=True)
    for band, status in ((300, "optimal"), (60, "infeasible")):
        result = solved(replace(early_and_late(banded(band)), locked=locked))
        assert result.status == status


@settings(max_examples=3)
@given(LEVELS, LEVELS, st.sampled_from([(0, 60), (60, 60), (60, 120), (0, 90)]))
def test_optimum_of_one_agent_over_two_days(one: list[float], two: list[float], band: tuple[int, int]) -> None:
    """The proven optimum is the cheapest of all legal rosters, and the bound does not pass it."""
    problem = tiny_problem(required=np.array([one + two]), days=2, contract=banded(*band))
    result = solved(problem)
    best = cheapest_of_all(problem)
    assert result.status == "optimal"
    assert result.objective == pytest.approx(best, rel=1e-6)
    assert result.bound is not None
    assert result.bound <= best + 1e-3


@settings(max_examples=3)
@given(st.integers(0, 2**32 - 1), st.sampled_from([(0, 60), (60, 60), (120, 60), (60, 120)]))
def test_random_weeks_pass_the_audit(seed: int, band: tuple[int, int]) -> None:
    """Two agents, one with a band, in nine days: legal, priced alike, above the bound."""
    rng = np.random.default_rng(seed)
    free = replace(FREE_CONTRACT, id="free")
    problem = tiny_problem(
        agents=2,
        required=rng.integers(0, 4, (1, 24 * 9)).astype(float),
        days=9,
        shift=replace(SHORT_OR_LONG, start_earliest_min=480, start_latest_min=720),
        contract=replace(banded(*band), days_min=2, days_max=5),
        rules=WorkRules(rest_h=12.0, weekly_rest_h=30.0),
        run_before=np.array([3, 0]),
    )
    agents = (problem.agents[0], replace(problem.agents[1], contract="free"))
    result = solved(replace(problem, contracts=(*problem.contracts, free), agents=agents), 1.0)
    assert result.reasons == ()


@pytest.mark.parametrize("first_day", [date(2026, 3, 23), date(2026, 10, 19)])
def test_search_and_audit_agree_over_a_change_of_clocks(first_day: date) -> None:
    """Random weeks with a Sunday of 23 or 25 hours: the search calls legal what the audit does, and 08:00 is 08:00."""
    contract = banded(120, 120)
    shift = replace(SHORT_OR_LONG, start_earliest_min=360, start_latest_min=840, lengths_min=(180,))
    problem = tiny_problem(
        days=7, contract=contract, shift=shift, rules=FREE_RULES, first_day=first_day, timezone="Europe/Berlin"
    )
    tb = compile_case(problem).tables
    rng, seen = np.random.default_rng(3), set()
    for _ in range(300):
        middle = int(rng.integers(6, 14))
        rows, choice = [], np.full(7, -1, dtype=np.int64)
        for day in range(7):
            hour = middle + int(rng.integers(0, 4))
            options = np.arange(tb.first[day], tb.first[day + 1])
            own = options[problem.grid.minute[tb.start[options]] == 60 * hour]
            if len(own) and rng.random() < 0.5:
                choice[day] = own[0]
                rows.append((0, day, f"{hour:02}:00", "phone 180"))
        broken = list(RULES["start_band"](problem, make_roster(problem, *rows)))
        assert legal_weeks(tb, 0, choice) == (not broken)
        seen.add(not broken)
    assert seen == {True, False}
    every_day = replace(contract, start_band_min=0, days_min=7)
    assert len(set(starts(replace(problem, contracts=(every_day,)), 1.5))) == 1
