"""Emergencies: the next person with the skill takes them, whatever that person is on duty for."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from staffing.domain.queue import AnswerTarget, Channel, DeadlineTarget, DeadlineUnit, Queue
from staffing.domain.requirement import Workload
from staffing.simulate.expected import expected_levels
from staffing.simulate.green import found_in_time, uses_green_channel
from tests.simulate.small import Case, case, on_phones, phone, row

SOON = AnswerTarget(0.98, 900.0)
EMERGENCY = Queue("emergency", Channel.CALLBACK, SOON, urgency="extra_urgent", priority=100)


def busy_day(skilled: int, *, emergency: Queue = EMERGENCY, calls: float = 14.0, cases: float = 0.2) -> Case:
    """Five agents on the phone all day, calls of 600 s, `skilled` of them able to take emergencies."""
    can = np.ones((5, 2))
    can[skilled:, 1] = 0.0
    arrived_h = np.cumsum(np.full(48, cases * 600 / 3600))
    tube = Workload("emergency", arrived_h, np.concatenate((np.zeros(1), arrived_h[:-1])))
    volume = np.array([[calls], [cases]])
    return case((phone(), emergency), on_phones(5, 0, 96), volume, 600.0, proficiency=can, workload=(tube,))


def chances(at: Case, absent: float = 0.0) -> Any:
    """By slot; handle times of 600 s."""
    everywhere = np.full(at.problem.is_open.shape, 1.0)
    skill = at.problem.proficiency[:, 1]
    return found_in_time(at.queues[1], at.roster, skill, 600.0 * everywhere, absent * everywhere)


def test_one_busy_skilled_agent() -> None:
    """Within 15 minutes an agent with calls of ten minutes gets free with 1 - e^-1.5; two of them with 1 - e^-3."""
    assert chances(busy_day(1))[:90] == pytest.approx(1 - np.exp(-1.5))
    assert chances(busy_day(2))[:90] == pytest.approx(1 - np.exp(-3.0))
    assert chances(busy_day(1), absent=0.2)[:90] == pytest.approx(0.8 * (1 - np.exp(-1.5)))
    assert not chances(busy_day(0)).any()


def test_a_promise_to_be_done_leaves_less_time() -> None:
    """Done in 20 minutes with ten minutes of work is begun in ten."""
    done = Queue("emergency", Channel.CALLBACK, DeadlineTarget(1 / 3, DeadlineUnit.HOURS), urgency="extra_urgent")
    assert chances(busy_day(1, emergency=done))[:90] == pytest.approx(1 - np.exp(-1.0))


def test_who_comes_within_the_promise_counts() -> None:
    """A case at the middle of 08:00-08:15 still meets the agent who starts at 08:15; one an hour earlier does not."""
    at = case(
        (phone(), EMERGENCY),
        on_phones(1, 33, 96),
        np.array([[1.0], [0.1]]),
        600.0,
        workload=busy_day(1).requirement.workload,
    )
    found = chances(at)
    assert found[32] == pytest.approx(1 - np.exp(-450 / 600))
    assert found[28] == 0.0


def test_only_promises_on_the_clock_use_it() -> None:
    """Urgent queues and working days do not."""
    assert uses_green_channel(EMERGENCY)
    assert not uses_green_channel(Queue("x", Channel.CALLBACK, SOON, urgency="urgent"))
    days = DeadlineTarget(1, DeadlineUnit.WORKING_DAYS)
    assert not uses_green_channel(Queue("x", Channel.CALLBACK, days, urgency="extra_urgent"))


@pytest.mark.parametrize("skilled", [0, 1, 3])
def test_simulation_is_no_worse_than_expected(skilled: int) -> None:
    """Nobody with the skill: never answered. Otherwise the expected share is a lower limit, near 1 with three."""
    at = busy_day(skilled)
    verdict = row(at.judge(200), "emergency")
    assert verdict.expected_sl is not None
    if skilled == 0:
        assert verdict.expected_sl == verdict.service_level == 0.0
        return
    assert verdict.service_level > verdict.expected_sl - 0.01
    if skilled == 3:
        assert verdict.expected_sl > 0.98


def test_weight_is_the_work_that_arrives() -> None:
    """The mean over the day counts each interval by its cases."""
    at = busy_day(1)
    expected = expected_levels(at.problem, at.roster, at.queues, at.requirement, np.full((2, 48), 600.0))
    np.testing.assert_array_equal(expected.weight[1], at.requirement.load_erl[1])


def test_work_of_idle_agents_is_due_and_in_time() -> None:
    """Of four hours due two are left to the roster and not done: half is late, not all."""
    mail = Queue("mail", Channel.EMAIL, DeadlineTarget(4, DeadlineUnit.HOURS), blended=True)
    step = np.arange(48)
    work = Workload("mail", np.full(48, 4.0), np.where(step >= 20, 4.0, 0.0), idle_h=np.where(step < 4, 0.5, 0.0))
    at = case((phone(), mail), on_phones(1, 0, 96), np.array([[1.0], [0.0]]), 600.0, workload=(work.of_roster(),))
    whole = replace(at.requirement, workload=(work,))
    expected = expected_levels(at.problem, at.roster, at.queues, whole, np.full((2, 48), 600.0))
    assert expected.weight[1].sum() == pytest.approx(4.0)
    assert expected.mean(1, slice(0, 48)) == pytest.approx(0.5)
