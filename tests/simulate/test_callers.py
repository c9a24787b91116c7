"""What callers do when nobody is free: no line, leaving at once, calling again; and how long contacts take."""

from dataclasses import replace

import numpy as np
import pytest

from staffing.domain.queue import AnswerTarget, Channel, Queue
from staffing.erlang import abandon_rate, blocking_probability, lost_rate, service_level, with_redials
from staffing.simulate.floor import BALKED, BLOCKED, CLOSED, Contacts, Duty, Skills
from staffing.simulate.kernel import run
from staffing.simulate.tally import (
    ABANDONED,
    ABANDONED_SOON,
    ANSWERED,
    ARRIVED,
    IN_TIME,
    JUDGED,
    REDIALLED,
    TURNED_DOWN,
    Task,
    level,
    tally,
)
from staffing.simulate.world import play
from tests.simulate.small import assert_near, case, on_phones, phone, second_days

KINDS = ("offered", "net", "any", "answered")


@pytest.mark.parametrize(
    ("agents", "load_erl", "patience_s", "lines", "balk_share"),
    [
        (6, 5.0, None, 8, 0.0),  # M/M/c/K
        (5, 5.0, None, 5, 0.0),  # Erlang B
        (6, 5.0, 120.0, 9, 0.0),
        (6, 5.0, 120.0, None, 0.4),
        (6, 5.0, 90.0, 10, 0.3),
    ],
)
def test_lines_and_balking_meet_the_birth_death_chain(
    agents: int, load_erl: float, patience_s: float | None, lines: int | None, balk_share: float
) -> None:
    """Blocked, lost and given up, and all four kinds of service level."""
    queue = phone(patience_s=patience_s, lines=lines, balk_share=balk_share)
    counts = second_days(queue, agents, load_erl, 180.0, 150).by_day[:, 0, 1]
    model = {"aht_s": 180.0, "patience_s": patience_s, "lines": lines, "balk_share": balk_share}
    share = counts / counts[:, [JUDGED]]
    if lines is not None:
        assert_near(share[:, TURNED_DOWN], float(blocking_probability(agents, load_erl, **model)))
    assert_near(1.0 - share[:, ANSWERED], float(lost_rate(agents, load_erl, **model)))
    for kind in KINDS:
        exact = float(service_level(agents, load_erl, answer_within_s=20.0, kind=kind, **model))
        assert_near(level(counts[np.newaxis], (kind,))[0], exact)


def test_five_measures_lie_in_their_limits() -> None:
    """50 agents, 48 erlangs, patience two minutes: abandonment and the four levels of Erlang A, 95 % limits."""
    counts = second_days(phone(patience_s=120.0), 50, 48.0, 60.0, 40).by_day[:, 0, 1]
    model = {"aht_s": 60.0, "patience_s": 120.0}
    pairs = [(counts[:, ABANDONED] / counts[:, JUDGED], abandon_rate(50, 48.0, **model))]
    for kind in KINDS:
        exact = service_level(50, 48.0, answer_within_s=20.0, kind=kind, **model)
        pairs.append((level(counts[np.newaxis], (kind,))[0], exact))
    for values, exact in pairs:
        assert abs(values.mean() - exact) < 2.023 * values.std(ddof=1) / np.sqrt(len(values))


def test_redials_meet_the_fixed_point() -> None:
    """Of those lost 30 % call again, long after: as many attempts as the fixed point says, all of them counted."""
    queue = phone(patience_s=60.0, redial_share=0.3, redial_after_s=7200.0)
    agents, volume = 9, 100.0
    counts = second_days(queue, agents, volume * 180 / 1800, 180.0, 60).by_day[:, 0, 1]
    attempts = float(
        with_redials(volume, agents=agents, redial_share=0.3, interval_s=1800, aht_s=180.0, patience_s=60.0)
    )
    assert_near((counts[:, ARRIVED] - counts[:, REDIALLED]) / 48.0, volume)
    assert counts[:, ARRIVED].mean() / 48.0 == pytest.approx(attempts, rel=0.01)
    assert attempts > 1.05 * volume


def test_an_attempt_ends_in_one_way() -> None:
    """Every attempt is answered, blocked, balks, gives up or waits; nobody tries more than five times."""
    queue = phone(patience_s=30.0, lines=3, balk_share=0.3, redial_share=0.95, redial_after_s=60.0)
    found = case((queue,), on_phones(1, 0, 96), 30.0, 300.0)
    played = play(found.world(), 0, found.paths(1)[0])
    contacts, outcome = played.contacts, played.outcome
    made = ~np.isnan(outcome.arrived_s)
    answered = ~np.isnan(outcome.begun_s)
    turned_away = np.isin(outcome.fate, (BLOCKED, BALKED, CLOSED))
    assert not np.any(turned_away & answered)
    assert not np.any(answered & ~made)
    assert np.all((outcome.begun_s - outcome.arrived_s)[answered] <= contacts.patience_s[answered])
    attempts = np.ones(len(contacts.queue), dtype=int)
    for row in np.flatnonzero(contacts.follow >= 0):  # an attempt comes before the one that follows
        attempts[contacts.follow[row]] = attempts[row] + 1
    assert attempts[made].max() == 5
    followed = contacts.follow[contacts.follow >= 0]
    before = np.flatnonzero(contacts.follow >= 0)
    assert np.all(outcome.arrived_s[followed][made[followed]] > outcome.arrived_s[before][made[followed]])
    counts = tally(Task(found.world(), 0, found.paths(1))).by_day[0, 0, 0]
    assert counts[ARRIVED] == made.sum()
    assert counts[ARRIVED] - counts[REDIALLED] == len(played.step)
    assert counts[TURNED_DOWN] == (outcome.fate == BLOCKED).sum()
    still_waiting = counts[JUDGED] - counts[ANSWERED] - counts[ABANDONED] - counts[TURNED_DOWN]
    assert 0 <= still_waiting <= 3  # as many as there are lines


def test_callers_who_try_again_after_closing_are_turned_away() -> None:
    """Nobody on duty, patience of a minute, open for an hour: late redials come to a closed door and are told."""
    queue = phone(patience_s=60.0, redial_share=1.0, redial_after_s=3600.0)
    found = case((queue,), [], 10.0, 60.0, is_open=np.arange(48) < 2, agents=1)
    played = play(found.world(), 0, found.paths(1)[0] * (np.arange(48) < 2))
    arrived_s, fate = played.outcome.arrived_s, played.outcome.fate
    made = ~np.isnan(arrived_s)
    assert np.all(arrived_s[made & (fate != CLOSED)] < 3600.0)
    assert np.any(fate == CLOSED)
    assert np.all(arrived_s[fate == CLOSED] >= 3600.0)
    assert np.isnan(arrived_s[played.contacts.follow[fate == CLOSED]]).all()  # whoever is told it is closed stops
    closed = int((fate == CLOSED).sum())
    path = found.paths(1) * (np.arange(48) < 2)
    assert tally(Task(found.world(), 0, path)).turned_away.tolist() == [closed]


def test_balking_counts_as_giving_up_at_once() -> None:
    """All balk: whoever does not find a free agent is gone, and nobody waits."""
    counts = second_days(phone(balk_share=1.0), 4, 4.0, 180.0, 3).by_day[:, 0, 1]
    assert np.array_equal(counts[:, ABANDONED], counts[:, ABANDONED_SOON])
    assert np.array_equal(counts[:, ANSWERED], counts[:, IN_TIME])
    assert counts[:, ABANDONED].min() > 0


def test_other_queues_meet_the_same_contacts_when_one_queue_balks() -> None:
    """Arrivals, work and patience of every queue stay as they were when one queue's callers balk and redial."""
    plain = (phone(patience_s=60.0), phone("sales", patience_s=60.0))
    wild = (replace(plain[0], balk_share=0.5, redial_share=0.5), plain[1])
    first, second = (case(queues, on_phones(2, 0, 96), 5.0, 300.0) for queues in (plain, wild))
    path = first.paths(1)[0]
    one, other = (play(found.world(), 0, path).contacts for found in (first, second))
    np.testing.assert_array_equal(one.arrival_s, other.arrival_s)
    for name in ("work_s", "patience_s", "queue"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name)[: len(one.queue)])


def test_handle_times_by_queue() -> None:
    """A queue's own spread, the spread given for all, and none: exponential."""
    queues = (phone("even", handle_cv=0.0), phone("wide", handle_cv=0.5), phone("plain"))
    found = case(queues, on_phones(1, 0, 96), 200.0, 300.0)
    path = found.paths(1)[0]
    for given, expected in ((None, (0.0, 0.5, 1.0)), (0.2, (0.2, 0.2, 0.2))):
        contacts = play(found.world(service_cv=given), 0, path).contacts
        for queue, cv in enumerate(expected):
            work_s = contacts.work_s[contacts.queue == queue]
            assert work_s.mean() == pytest.approx(300.0, rel=0.03)
            assert work_s.std() / work_s.mean() == pytest.approx(cv, abs=0.03)


def test_given_factors_slow_parallel_chats() -> None:
    """A chat of 100 s and one that comes 50 s later, each 1.5 times as long beside the other: done at 125 and 175 s."""
    one = np.ones((1, 1), dtype=np.int64)
    skills = Skills.plain(np.ones((1, 1)), one)._replace(
        max_parallel=np.array([3]), factors=np.array([[1.0, 1.5, 1.6]])
    )
    duty = Duty(np.zeros(1), np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64))
    for arrival_s, done_s in (([0.0, 50.0], [125.0, 175.0]), ([0.0, 0.0, 0.0], [160.0] * 3)):
        count = len(arrival_s)
        chats = Contacts.plain(
            np.array(arrival_s), np.zeros(count, dtype=np.int64), np.full(count, 100.0), np.full(count, np.inf)
        )
        np.testing.assert_allclose(run(chats, duty, skills, np.array([1000.0])).done_s, done_s)


def test_factors_of_the_queue_reach_the_floor() -> None:
    """Factors given for the queue, or its slowdown for each further contact."""
    chat = Queue("chat", Channel.CHAT, AnswerTarget(0.8, 30.0), max_parallel=3, parallel_factors=(1.0, 1.5, 1.6))
    other = Queue("social", Channel.SOCIAL, AnswerTarget(0.8, 30.0), max_parallel=2, slowdown=0.3)
    found = case((chat, other, phone()), on_phones(1, 0, 96), 1.0, 60.0).world().skills
    assert found.factors.tolist() == [[1.0, 1.5, 1.6], [1.0, 1.3, 1.0], [1.0, 1.0, 1.0]]
