"""The calculator agrees with the formulas it is made of, whatever it is asked."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing.domain.queue import AnswerTarget
from staffing.erlang import ChatPool
from staffing.erlang.calculator import Case, around, crew_curve, crew_needed, reach, sensitivity

TEXTBOOK = Case(100.0, 1800.0, 180.0, AnswerTarget(0.8, 20.0))


def test_the_textbook_interval() -> None:
    """100 calls of 180 s in half an hour, 80/20 (R package ErlangC): 14 agents, 88.8 %, 7.84 s, 71.4 % busy."""
    assert crew_needed(TEXTBOOK) == 14
    curve = crew_curve(TEXTBOOK, 14)
    assert curve.service_level[0] == pytest.approx(0.88835, abs=1e-5)
    assert curve.asa_s[0] == pytest.approx(7.835937, abs=1e-5)
    assert curve.occupancy[0] == pytest.approx(10 / 14)
    assert curve.waiting_probability[0] == pytest.approx(0.1741319, abs=1e-6)


def test_more_agents_never_do_harm() -> None:
    """Level up; wait, occupancy, abandonment and queue down."""
    curve = crew_curve(replace(TEXTBOOK, patience_s=120.0), np.arange(5.0, 25.0))
    assert np.all(np.diff(curve.service_level) >= 0)
    for measure in (curve.occupancy, curve.abandon_rate, curve.waiting_probability, curve.queue_length):
        assert np.all(np.diff(measure) <= 0)


def test_a_crew_too_small_for_ever_growing_lines() -> None:
    """Without patience and with less agents than work the wait has no end and nobody is in time."""
    curve = crew_curve(TEXTBOOK, 9)
    assert curve.service_level[0] == 0.0
    assert np.isinf(curve.asa_s[0])
    found = reach(TEXTBOOK, 9)
    assert found.volume is not None
    assert found.volume < 100.0
    assert found.answer_within_s is None


@settings(max_examples=40, deadline=None)
@given(
    volume=st.floats(1, 400),
    aht_s=st.floats(30, 900),
    share=st.floats(0.5, 0.95),
    within_s=st.floats(0, 60),
    patience_s=st.none() | st.floats(30, 600),
)
def test_reach_lies_on_the_border_of_the_promise(
    volume: float, aht_s: float, share: float, within_s: float, patience_s: float | None
) -> None:
    """The needed crew reaches at least the case itself, and a little beyond its reach the promise fails."""
    case = Case(volume, 1800.0, aht_s, AnswerTarget(share, within_s), patience_s=patience_s)
    crew = crew_needed(case)
    found = reach(case, crew)
    assert found.volume is not None
    assert found.volume >= volume * (1 - 1e-6)
    assert crew_needed(replace(case, volume=found.volume * 1.001)) > crew
    assert found.aht_s is not None
    assert found.aht_s >= aht_s * (1 - 1e-6)
    assert found.answer_within_s is not None
    assert found.answer_within_s <= within_s + 1e-6


def test_sensitivity_holds_the_case_in_its_middle() -> None:
    """No change is the case; more contacts and longer ones need more agents and lower the level."""
    found = sensitivity(TEXTBOOK, 14)
    assert found.agents[2, 2] == 14
    assert found.service_level[2, 2] == pytest.approx(0.88835, abs=1e-5)
    for axis in (0, 1):
        assert np.all(np.diff(found.agents, axis=axis) >= 0)
        assert np.all(np.diff(found.service_level, axis=axis) <= 1e-12)


def test_chats_have_levels_but_no_formula_for_waits() -> None:
    """60 chats of 480 s with three at once (h grows by 0.35): 10 agents; what is not known is NaN, reach is None."""
    case = Case(60.0, 1800.0, 480.0, AnswerTarget(0.8, 30.0), patience_s=240.0, chats=ChatPool.linear(3, 0.35))
    assert crew_needed(case) == 10
    curve = crew_curve(case, [9, 10])
    assert curve.service_level[0] < 0.8 <= curve.service_level[1]
    assert np.isnan(curve.asa_s).all()
    assert reach(case, 10).volume is None


def test_chats_keep_their_caps_and_refuse_what_has_no_formula() -> None:
    """Half the occupancy needs about twice the crew; lines, balking and a limit on the wait are refused for chats."""
    pool, promise = ChatPool.linear(3, 0.35), AnswerTarget(0.8, 30.0)
    plain = Case(100.0, 1800.0, 480.0, promise, patience_s=60.0, chats=pool)
    capped = replace(plain, max_occupancy=0.5)
    crew = crew_needed(capped)
    assert crew is not None
    assert crew > (crew_needed(plain) or 0)
    assert crew_curve(capped, crew).occupancy[0] <= 0.5 + 1e-9 < crew_curve(capped, crew - 1).occupancy[0] + 1e-9
    calm = crew_needed(replace(plain, max_abandon_rate=0.001))
    assert calm is not None
    assert crew_curve(plain, calm).abandon_rate[0] <= 0.001
    for change in ({"lines": 20}, {"balk_share": 0.1}, {"max_asa_s": 10.0}):
        with pytest.raises(ValueError, match="chats"):
            replace(plain, **change)


def test_nothing_to_do_and_nobody_there() -> None:
    """No contacts need nobody; the power of one starts at no agent."""
    empty = replace(TEXTBOOK, volume=0.0)
    assert crew_needed(empty) == 0
    assert crew_curve(empty, 0).service_level[0] == 1.0
    assert around(1, 3).tolist() == [0.0, 1.0, 2.0, 3.0, 4.0]
