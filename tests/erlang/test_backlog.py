"""The line a crew leaves behind: carried to the next interval, over closing time, and from before opening."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing.domain.queue import AnswerTarget
from staffing.erlang import ChatPool, chat_service_level, service_level
from staffing.erlang.answer import answer_need
from staffing.erlang.backlog import carried_service
from staffing.erlang.delay import KINDS
from staffing.simulate.floor import Contacts, Duty, Skills
from staffing.simulate.kernel import run
from tests.builders import make_queue
from tests.erlang.transient import service_levels

ASKED = {"aht_s": 300.0, "answer_within_s": 20.0, "interval_s": 1800.0}


@pytest.mark.parametrize("patience_s", [60.0, 180.0, 300.0, None])
def test_equal_to_the_transient_oracle_while_the_crew_does_not_fall(patience_s: float | None) -> None:
    """Short at first, so that a line stands; nobody goes home, so both chains are the same."""
    calls = np.array([40.0, 90.0, 120.0, 120.0, 60.0])
    crew = [7, 11, 15, 23, 23]
    ours = carried_service(calls, crew, patience_s=patience_s, **ASKED)
    patience = np.inf if patience_s is None else patience_s
    truth = service_levels(
        np.repeat(calls[:, None] / 6, 6, axis=1),
        crew,
        aht_s=300,
        patience_s=patience,
        within_s=20,
        interval_s=1800,
        top=210,
    )
    np.testing.assert_allclose(ours.service_level, truth, atol=2e-3)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("patience_s", [120.0, None])
def test_settles_where_the_formula_is(kind: str, patience_s: float | None) -> None:
    """Long steady: the closed form, in each definition."""
    ours = carried_service([60.0] * 12, 12, patience_s=patience_s, kind=kind, **ASKED)
    formula = service_level(12, 10, aht_s=300, answer_within_s=20, patience_s=patience_s, kind=kind)
    assert ours.service_level[-1] == pytest.approx(float(formula), abs=1e-4)


def test_chats_settle_where_their_formula_is() -> None:
    pool = ChatPool.linear(3, 0.35)
    ours = carried_service(
        [60.0] * 8, 9, aht_s=480, answer_within_s=30, interval_s=1800, patience_s=240, pool=pool
    ).service_level[-1]
    formula = chat_service_level(9, 60 / 1800 * 480, aht_s=480, answer_within_s=30, patience_s=240, pool=pool)
    assert ours == pytest.approx(float(formula), abs=1e-4)


def _simulated(calls: list[float], crew: list[int], patience_s: float, days: int) -> tuple[list[float], list[float]]:
    """Level and mean line at the end of each half hour by the event simulator; the last to come leave first."""
    changes = []
    for step, (before, now) in enumerate(zip([0, *crew[:-1]], crew, strict=True)):
        changes += [(step * 1800.0, agent, -1) for agent in range(now, before)]
        changes += [(step * 1800.0, agent, 0) for agent in range(before, now)]
    at_s, agent, queue = np.array(changes).T
    duty = Duty(at_s.copy(), agent.astype(np.int64), queue.astype(np.int64))
    skills = Skills.plain(np.ones((max(crew), 1)), np.zeros((1, 1), dtype=np.int64))
    rng = np.random.default_rng(3)
    came, good, line = np.zeros(len(crew)), np.zeros(len(crew)), np.zeros(len(crew))
    for _ in range(days):
        arrival_s = np.sort(np.concatenate([1800.0 * (i + rng.random(rng.poisson(n))) for i, n in enumerate(calls)]))
        count = len(arrival_s)
        waits_s = patience_s * rng.standard_exponential(count)
        leaves_s = arrival_s + waits_s
        contacts = Contacts.plain(
            arrival_s, np.zeros(count, dtype=np.int64), 300.0 * rng.standard_exponential(count), waits_s
        )
        begun_s = run(contacts, duty, skills, np.array([1800.0 * len(crew)])).begun_s
        step = (arrival_s // 1800).astype(np.int64)
        came += np.bincount(step, minlength=len(crew))
        good += np.bincount(step[begun_s - arrival_s <= 20.0], minlength=len(crew))
        for i in range(len(crew)):
            end_s = 1800.0 * (i + 1)
            line[i] += np.sum((arrival_s < end_s) & ~(begun_s < end_s) & (leaves_s > end_s)) / days
    return (good / came).tolist(), line.tolist()


@pytest.mark.parametrize("patience_s", [180.0, np.inf])
def test_one_bad_hour_spoils_the_next_ones_where_nobody_leaves(patience_s: float) -> None:
    """Sixty erlangs, seventy agents, fifty for an hour: as in the event simulator, where leavers finish their call."""
    calls, crew = [360.0] * 8, [70, 70, 50, 50, 70, 70, 70, 70]
    ours = carried_service(calls, crew, patience_s=patience_s, **ASKED)
    level, line = _simulated(calls, crew, patience_s, days=250)
    np.testing.assert_allclose(ours.service_level, level, atol=0.03)
    np.testing.assert_allclose(ours.waiting, line, atol=3.0, rtol=0.08)
    recovered = ours.service_level[4:] > 0.85
    assert recovered.tolist() == ([True] * 4 if np.isfinite(patience_s) else [False, False, False, True])


def test_who_does_not_leave_waits_for_reopening() -> None:
    """Over closed steps a line stays whole or leaves after its patience; the first interval of the morning has it."""
    calls = [60.0, 60.0, 50.0, 0.0, 60.0, 60.0]
    crew, hours = [12, 12, 5, 9, 12, 12], np.array([True, True, True, False, True, True])
    stays = carried_service(calls, crew, is_open=hours, **ASKED)
    assert stays.waiting[3] == pytest.approx(stays.waiting[2], rel=1e-6)
    assert stays.waiting[2] > 15
    fresh = carried_service(calls[4:], crew[4:], **ASKED)
    assert stays.service_level[4] < fresh.service_level[0] - 0.3
    leaves = carried_service(calls, crew, is_open=hours, patience_s=600.0, **ASKED)
    assert leaves.waiting[3] == pytest.approx(leaves.waiting[2] * np.exp(-3.0), rel=5e-3)
    assert leaves.abandoned[3] == pytest.approx(leaves.waiting[2] - leaves.waiting[3], rel=1e-2)
    # Agents who close finish what they hold: five busy agents, five minutes each.
    assert stays.overtime_h[3] == pytest.approx(5 * 300 / 3600, rel=0.01)


def test_callers_before_opening_are_work_of_the_first_interval() -> None:
    """Thirty in line at eight: a lower level for a given crew, more agents in the requirement, nothing later on."""
    calls, aht_s, hours = np.full(6, 60.0), np.full(6, 300.0), np.full(6, True)
    alone = carried_service(calls, 13, patience_s=600.0, **ASKED)
    queued = carried_service(calls, 13, patience_s=600.0, waiting=30.0, **ASKED)
    assert queued.service_level[0] < alone.service_level[0] - 0.2
    assert queued.service_level[-1] == pytest.approx(alone.service_level[-1], abs=1e-3)
    given_per_step = carried_service(calls, 13, patience_s=600.0, waiting=[30.0, 0, 0, 0, 0, 0], **ASKED)
    np.testing.assert_array_equal(given_per_step.service_level, queued.service_level)
    queue = make_queue(target=AnswerTarget(0.8, 20), patience_s=600.0)
    waiting = np.array([30.0, 0, 0, 0, 0, 0])
    common = {"interval_min": 30.0, "method": "mol", "curve": False}
    plain = answer_need(queue, calls, aht_s, hours, **common).agents
    more = answer_need(queue, calls, aht_s, hours, waiting=waiting, **common).agents
    assert more[0] > plain[0] + 1.0
    np.testing.assert_allclose(more[3:], plain[3:], atol=0.05)
    kept = carried_service(calls, np.ceil(more), patience_s=600.0, waiting=waiting, **ASKED)
    assert kept.service_level[0] > 0.75


def test_nothing_and_nobody() -> None:
    """No contacts: level 1. Contacts and nobody there: level 0, all give up or all wait. Closed: turned away."""
    assert carried_service([0.0, 0.0], 0, **ASKED).service_level.tolist() == [1.0, 1.0]
    nobody = carried_service([10.0, 0.0], 0, patience_s=60.0, **ASKED)
    assert nobody.service_level.tolist() == [0.0, 1.0]
    assert nobody.abandoned.sum() == pytest.approx(10.0, rel=1e-3)
    waits = carried_service([10.0, 0.0], 0, **ASKED)
    np.testing.assert_allclose(waits.waiting, 10.0, rtol=1e-4)
    closed = carried_service([10.0, 0.0], 5, is_open=np.array([False, True]), **ASKED)
    assert closed.waiting.tolist() == [0.0, 0.0]
    assert carried_service([1.0], 1, **ASKED).service_level[0] > 0.5


def test_bad_values_are_refused() -> None:
    with pytest.raises(ValueError, match="crew must be finite"):
        carried_service([1.0], -1, **ASKED)
    with pytest.raises(ValueError, match="volume must be finite"):
        carried_service([np.nan], 1, **ASKED)
    with pytest.raises(ValueError, match="more than 0 seconds"):
        carried_service([1.0], 1, patience_s=0.0, **ASKED)
    with pytest.raises(ValueError, match="kind is 'best'"):
        carried_service([1.0], 1, kind="best", **ASKED)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.floats(0, 60), min_size=1, max_size=4),
    st.lists(st.floats(0, 12), min_size=4, max_size=4),
    st.sampled_from([30.0, 300.0, 3000.0, None]),
)
def test_one_agent_more_never_harms(calls: list[float], crew: list[float], patience_s: float | None) -> None:
    """Levels are shares, lines and departures not negative, and no more give up than came."""
    agents = np.array(crew[: len(calls)])
    before = carried_service(calls, agents, patience_s=patience_s, **ASKED)
    assert np.all((before.service_level >= 0) & (before.service_level <= 1))
    assert min(before.waiting.min(), before.abandoned.min(), before.overtime_h.min()) >= -1e-9
    assert before.abandoned.sum() + before.waiting[-1] <= sum(calls) + 1e-6
    agents = agents + 1.0
    after = carried_service(calls, agents, patience_s=patience_s, **ASKED)
    assert np.all(after.service_level >= before.service_level - 0.02)
    assert after.waiting[-1] <= before.waiting[-1] + 0.05
