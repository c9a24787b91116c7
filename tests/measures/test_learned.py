"""What records tell of the values in use: known cases, directions, and no proposals from noise."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from staffing.measures.kpi import Records, Rows
from staffing.measures.learned import (
    Estimate,
    Finding,
    Kind,
    State,
    believed,
    escalated_share,
    handle_time_s,
    handled,
    judged,
    learning_curve,
    lost_time,
    patience_s,
    proficiencies,
    pulled,
    rate,
)
from staffing.measures.learned.speed import BANDS, MIN_CONTACTS
from tests.measures.kpi_cases import DAY, NO, spans, table


def records(**tables: Rows) -> Records:
    """Three queues, eight people."""
    agents = tuple(f"a{number}" for number in range(8))
    return Records(("phone", "mail", "case"), agents, (), np.full(8, -1), np.zeros(8), tables=tables)


def report(rng: np.random.Generator, speeds: list[float], *, days: int = 10, contacts: int = 50) -> Rows:
    """Handle times of people in the first queue, 200 s at speed 1, as chance has them."""
    rows = [
        (day, 0, agent, contacts, contacts * 200 / speed * rng.normal(1, 0.7 / contacts**0.5))
        for day in range(days)
        for agent, speed in enumerate(speeds)
    ]
    return table(*rows, names="contacts handle_s")


def test_a_rate_is_exact_where_events_are_poisson() -> None:
    """Ten events: the interval of Garwood's table, 4.80 to 18.39."""
    found = rate(np.full(10, 1.0), np.full(10, 10.0), np.arange(10))
    assert found is not None
    assert (found.value, found.sample) == (0.1, 10)
    assert 100 * found.low == pytest.approx(4.795, abs=1e-3)
    assert 100 * found.high == pytest.approx(18.39, abs=1e-2)


def test_days_that_differ_more_than_chance_count_for_less() -> None:
    """The same ten events on two of ten days: the same rate, a wider interval."""
    even = rate(np.full(10, 1.0), np.full(10, 10.0), np.arange(10))
    lumped = rate(np.array([5.0, 5.0, *[0.0] * 8]), np.full(10, 10.0), np.arange(10))
    assert even is not None
    assert lumped is not None
    assert lumped.value == even.value
    assert lumped.low < even.low < even.high < lumped.high


def test_nothing_happened_is_no_rate() -> None:
    """Without events or exposure nothing is told."""
    assert rate(np.zeros(3), np.ones(3), np.arange(3)) is None
    assert rate(np.zeros(0), np.zeros(0), np.zeros(0, dtype=np.int64)) is None


@given(st.lists(st.tuples(st.floats(-3, 3), st.floats(0.01, 4)), min_size=1, max_size=12))
def test_a_proposal_lies_between_the_value_in_use_and_the_estimate(pairs: list[tuple[float, float]]) -> None:
    """The part believed is a share, the larger the surer."""
    away, variance = (np.array(column) for column in zip(*pairs, strict=True))
    part = believed(away, variance)
    assert ((part >= 0) & (part < 1)).all()
    assert (np.diff(part[np.argsort(variance)]) <= 1e-12).all()
    estimate = Estimate(2.0, 1.5, 2.5, float(variance[0]), 50)
    assert 1.0 <= estimate.moved(1.0, float(part[0])) <= 2.0


def test_values_are_pulled_together_as_far_as_chance_explains_them() -> None:
    """Noise makes one value of many; real differences stay."""
    close, _ = pulled(np.array([0.05, 0.06, 0.055]), np.full(3, 0.01))
    assert np.ptp(close) == pytest.approx(0)
    far, variance = pulled(np.array([0.05, 0.5]), np.full(2, 1e-6))
    assert far == pytest.approx([0.05, 0.5], abs=1e-3)
    assert (variance <= 1.1e-6).all()


def test_patience_counts_those_who_stayed_as_censored() -> None:
    """By hand: waits 90 + 30 and 60 + 20 over one and one who left: 100 s; unknown rows and other queues stay out."""
    intervals = table(
        (0, 0, -1, 1, 90, 30),
        (1, 0, -1, 1, 60, 20),
        (1, 0, -1, 1, NO, 20),
        (1, 1, -1, 5, 10, 10),
        names="abandoned wait_s abandon_wait_s",
    )
    found = patience_s(records(intervals=intervals), 0)
    assert found is not None
    assert found.value == pytest.approx(100)
    assert found.low < 100 < found.high


def test_patience_of_a_queue_is_recovered_and_its_interval_keeps_its_promise() -> None:
    """Calls with exponential patience and any waits, a hundred times: 95 % intervals hold the truth as often."""
    rng, truth, held, values = np.random.default_rng(3), 120.0, 0, []
    for _ in range(100):
        offered = np.where(rng.random((8, 400)) < 0.5, 0.0, rng.gamma(2, 20, (8, 400)))
        own = rng.exponential(truth, (8, 400))
        left = own < offered
        waits = np.where(left, own, offered)
        rows = [
            (day, 0, -1, left[day].sum(), (waits * ~left)[day].sum(), (waits * left)[day].sum()) for day in range(8)
        ]
        found = patience_s(records(intervals=table(*rows, names="abandoned wait_s abandon_wait_s")), 0)
        assert found is not None
        held += found.low <= truth <= found.high
        values.append(found.value)
    assert np.mean(values) == pytest.approx(truth, rel=0.02)
    assert held >= 90


def test_patience_is_not_guessed() -> None:
    """Without the waits of those who left, or without anybody who left, nothing is said."""
    known = table((0, 0, -1, 3, 90), names="abandoned wait_s")
    assert patience_s(records(intervals=known), 0) is None
    stayed = table((0, 0, -1, 0, 90, 0), names="abandoned wait_s abandon_wait_s")
    assert patience_s(records(intervals=stayed), 0) is None
    assert patience_s(records(), 0) is None


def test_cases_of_monday_belong_to_the_calls_of_the_weekend() -> None:
    """Calls every day, cases on working days only: the share is that of all days and no day stands out."""
    calls = [(day, 0, -1, 100) for day in range(12)]
    cases = [(day, 2, -1, 30 if day == 7 else 10) for day in range(12) if day % 7 < 5]
    found = escalated_share(records(handled=table(*calls, *cases, names="contacts")), 0, 2)
    assert found is not None
    assert found.value == pytest.approx(120 / 1200)
    assert found.variance == pytest.approx(1 / 120)


def test_both_queues_must_be_counted_by_the_same_table() -> None:
    """Intervals before tickets before the agent report; a table that knows only one of them tells nothing."""
    intervals = table((0, 0, -1, 100), (0, 2, -1, 20), names="offered")
    handled_rows = table((0, 0, 1, 100), (0, 2, 1, 50), names="contacts")
    both = escalated_share(records(intervals=intervals, handled=handled_rows), 0, 2)
    assert both is not None
    assert both.value == pytest.approx(0.2)
    tickets = table((0, 2, 1), (0, 2, 1))
    assert escalated_share(records(tickets=tickets, intervals=table((0, 0, -1, 9), names="offered")), 0, 2) is None


SCHEDULED = spans(
    *((day, 0, agent, 8, 16, "work", 1) for day in (0, 1) for agent in range(4)), (0, 1, 4, 8, 16, "work", 1)
)
DONE = spans(
    *((day, 0, agent, 8 + 0.5 * agent, 16, "work", 1) for day in (0, 1) for agent in range(3)),
    *((day, -1, 2, 8, 9, "sick", 1) for day in (0, 1)),
    (0, 2, 3, 8, 16, "work", 1),
    (1, -1, 3, 8, 16, "leave", 1),
    (0, 1, 4, 8, 12, "work", 1),
    (0, -1, 4, 12, 13, "meal", 0),
    (0, 1, 4, 13, 16, "work", 1),
)


def test_lost_time_by_reason_adds_up() -> None:
    """By hand: late by 0, 0.5 and 1 h, one of them told as sick, a day of leave, a meal; other work is no loss."""
    found = lost_time(records(plan=SCHEDULED, activity=DONE))
    assert found is not None
    hours = {reason: seconds.sum() / 3600 for reason, seconds in found.by_reason.items()}
    assert hours == pytest.approx({"break": 1, "leave": 8, "sick": 2, "nothing": 1})
    assert found.shares[-1].value == pytest.approx(12 / 72)
    assert (found.people, found.days) == (5, 2)
    assert min(found.shares[0].value, found.shares[1].value) >= 0


def test_who_is_not_recorded_was_not_there_but_days_without_records_tell_nothing() -> None:
    """One of two people is missing on a day with records; the next day has none at all."""
    meant = spans(*((day, 0, agent, 8, 16, "work", 1) for day in (0, 1) for agent in (0, 1)))
    done = spans((0, 0, 0, 8, 16, "work", 1))
    found = lost_time(records(plan=meant, activity=done))
    assert found is not None
    assert {reason: seconds.sum() / 3600 for reason, seconds in found.by_reason.items()} == {"nothing": 8}
    assert found.days == 1
    assert lost_time(records(plan=meant)) is None
    assert lost_time(records(plan=meant, activity=spans((5, 0, 0, 8, 16, "work", 1)))) is None


@given(st.lists(st.floats(0.6, 1.6), min_size=3, max_size=8), st.integers(0, 1000))
def test_speeds_weighed_by_contacts_leave_the_queues_time_as_it_is(speeds: list[float], seed: int) -> None:
    """The mean of 1 / speed is 1: the forecast of the queue's handle time and the speeds fit together."""
    rows = report(np.random.default_rng(seed), speeds)
    found = proficiencies(rows, 0)
    assert len(found) == len(speeds)
    assert np.mean([1 / estimate.value for estimate in found.values()]) == pytest.approx(1)


def test_speeds_are_recovered() -> None:
    """One of six is a third faster: the estimate is near, relative to the mean of all."""
    truth = [1.3, 1, 1, 1, 1, 1]
    found = proficiencies(report(np.random.default_rng(1), truth, days=20), 0)
    standard = np.mean([1 / speed for speed in truth])
    for agent, speed in enumerate(truth):
        assert found[agent].value == pytest.approx(speed * standard, rel=0.08)
        assert found[agent].low < found[agent].value < found[agent].high


def test_few_contacts_days_or_colleagues_tell_no_speed() -> None:
    """Nobody to compare with, too few days, nothing handled."""
    rng = np.random.default_rng(1)
    assert proficiencies(report(rng, [1.0, 1.2]), 0) == {}
    assert proficiencies(report(rng, [1.0, 1.2, 0.9], days=2), 0) == {}
    assert proficiencies(report(rng, [1.0, 1.2, 0.9], contacts=1), 0) == {}
    assert handled(records(handled=table((0, 0, 1, 0, 0), names="contacts handle_s"))) is None


def found_for(estimate: Estimate | None, now: float | None = 1.0, kind: Kind = Kind.SPEED) -> Finding:
    return Finding(kind, "phone", "a1" if kind is Kind.SPEED else "", now, estimate, MIN_CONTACTS)


def test_noise_makes_no_proposals() -> None:
    """Eight equal people, a hundred times: of 800 values hardly any is proposed, and none far away."""
    rng, proposed = np.random.default_rng(7), []
    for _ in range(100):
        estimates = proficiencies(report(rng, [1.0] * 8), 0)
        proposed += [f.proposed for f in judged([found_for(e) for e in estimates.values()]) if f.proposed is not None]
    assert len(proposed) <= 16
    assert all(abs(value - 1) <= 0.15 for value in proposed)


def test_real_differences_are_proposed_and_only_they() -> None:
    """Of eight people one is slow and the plan does not know it."""
    found = proficiencies(report(np.random.default_rng(2), [0.7, *[1.0] * 7], days=20), 0)
    states = judged([found_for(estimate) for estimate in found.values()])
    assert states[0].state is State.PROPOSED
    assert states[0].proposed == pytest.approx(0.75)
    assert [one.proposed for one in states[1:] if one.proposed not in (None, 1.05, 1.1)] == []


def test_states_of_a_finding() -> None:
    """Inside the interval it fits, too little is too little, nothing is nothing, and no value in use is a new one."""
    sure = Estimate(1.2, 1.1, 1.3, 0.002, 100)
    assert judged([found_for(replace(sure, low=0.9))])[0].state is State.FITS
    assert judged([found_for(replace(sure, sample=10))])[0].state is State.FEW
    assert judged([found_for(None)])[0].state is State.UNKNOWN
    new = judged([found_for(Estimate(123.4, 100, 150, 0.01, 100), None, Kind.PATIENCE)])[0]
    assert (new.state, new.proposed, new.id) == (State.PROPOSED, 123.0, "patience.phone")
    zero = judged([found_for(Estimate(0.05, 0.03, 0.07, 0.01, 100), 0.0, Kind.SHARE)])[0]
    assert zero.proposed == 0.05
    assert judged([found_for(sure)])[0].id == "speed.a1.phone"
    assert judged([found_for(replace(sure, value=1.02, low=1.01, high=1.03, variance=1e-5))])[0].state is State.FITS


def test_one_among_many_may_be_chance() -> None:
    """A value just outside its interval is proposed alone, and could be chance among forty that fit."""
    near = Estimate(1.1, 1.0001, 1.2, 0.00233, 100)
    assert judged([found_for(near)])[0].state is State.PROPOSED
    fits = [found_for(Estimate(1.0, 0.9, 1.1, 0.00233, 100)) for _ in range(39)]
    assert judged([found_for(near), *fits])[0].state is State.UNSURE


def test_handle_time_of_a_queue() -> None:
    """All time divided by all contacts; a single person on a single day tells no doubt and so nothing."""
    rows = table((0, 0, 0, 10, 1000), (1, 0, 1, 30, 5000), (1, 0, 2, 10, 1500), names="contacts handle_s")
    found = handle_time_s(rows, 0)
    assert found is not None
    assert found.value == pytest.approx(150)
    assert found.low < 150 < found.high
    assert handle_time_s(table((0, 0, 0, 10, 1000), names="contacts handle_s"), 0) is None
    assert handle_time_s(rows, 1) is None


def test_the_learning_curve_never_falls_and_ends_at_one() -> None:
    """Newcomers in a slow queue are compared with experienced people of that queue, not with all."""
    rng = np.random.default_rng(4)
    rows = []
    for day in range(10):
        for agent in range(4):
            rows.append((day, 0, agent, 50, 50 * 200 * rng.normal(1, 0.05)))
            rows.append((day, 2, agent, 10, 10 * 900 * rng.normal(1, 0.05)))
        rows += [(day, 2, agent, 30, 30 * 900 / 0.7 * rng.normal(1, 0.05)) for agent in range(4, 8)]
    started = {agent: DAY - (1000 if agent < 4 else 40) for agent in range(8)}
    bands = learning_curve(table(*rows, names="contacts handle_s"), started)
    assert tuple(band.from_month for band in bands) == BANDS
    speeds = [band.speed for band in bands if band.speed is not None]
    assert speeds == sorted(speeds)
    assert bands[-1].speed == pytest.approx(1)
    new = bands[1]
    assert new.speed == pytest.approx(0.7, rel=0.05)
    assert new.low is not None
    assert new.high is not None
    assert new.low < 0.7 < new.high
    assert (bands[2].speed, bands[2].people) == (None, 0)


def test_without_experienced_people_there_is_no_curve() -> None:
    """Nothing to compare with, or no start dates."""
    rows = report(np.random.default_rng(1), [1.0, 1.0, 1.0])
    assert learning_curve(rows, dict.fromkeys(range(3), DAY - 30)) == ()
    assert learning_curve(rows, {}) == ()
