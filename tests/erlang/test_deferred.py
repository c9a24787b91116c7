"""Deferred work as a tube, levelled by a linear program."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from staffing.domain.queue import AnswerTarget, Channel, DeadlineTarget, DeadlineUnit, OpeningHours, QueueSource
from staffing.domain.requirement import Workload
from staffing.erlang.carried import carried_from_history
from staffing.erlang.clock import WorkingClock, cumulative_due
from staffing.erlang.deferred import carried_due_h, deadline_of, open_mask, workload
from staffing.erlang.levelling import Levelled, level_workloads
from tests.builders import MONDAY, make_centre, make_email, make_grid, make_history, make_queue, make_table
from tests.erlang.test_requirement import make_forecast

WORKING = DeadlineUnit.WORKING_HOURS
WEEKDAYS = OpeningHours(weekday=(((480, 1080),),) * 5 + ((), ()))


def check(levelled: Levelled, tubes: list[Workload], is_open: np.ndarray, step_h: float) -> None:
    """Every plan keeps its tube, works only when open, and its agents suffice for its work."""
    for row, tube in enumerate(tubes):
        done = levelled.done_h[row]
        assert np.all(done[is_open[row]] >= tube.latest_h[is_open[row]] - 1e-6)
        assert np.all(done <= tube.earliest_h + 1e-6)
        work = np.diff(done, prepend=0.0)
        assert np.all(work >= -1e-6)
        assert np.all(work[~is_open[row]] == 0)
        assert np.all(levelled.agents[row][~is_open[row]] == 0)
        assert np.all(levelled.agents[row] * step_h + levelled.idle_h[row] >= work - 1e-6)


def test_tube_of_a_day() -> None:
    """Ten hours of work at 09:00 with two working hours: all there at 09:30, all due from 11:30 on."""
    grid = make_grid(days=1)
    arrived = np.zeros(grid.n)
    arrived[18] = 10.0
    queue = make_email(target=DeadlineTarget(2, DeadlineUnit.WORKING_HOURS), hours=WEEKDAYS)
    tube = workload(queue, make_table(), grid, arrived, gross_factor=1.25)
    assert tube.earliest_h[17:20].tolist() == [0.0, 10.0, 10.0]
    np.testing.assert_allclose(tube.latest_h[20:24], [0, 0, 10, 10], atol=1e-6)
    assert tube.gross_factor == 1.25


def test_work_due_after_the_horizon_is_not_due_inside() -> None:
    """A ticket of Friday with three working days is not due in its week, though it could be done."""
    grid = make_grid(days=7)
    arrived = np.zeros(grid.n)
    arrived[4 * 48 + 20] = 3.0
    tube = workload(
        make_email(target=DeadlineTarget(3, DeadlineUnit.WORKING_DAYS), hours=WEEKDAYS), make_table(), grid, arrived
    )
    assert tube.earliest_h[-1] == 3.0
    assert tube.latest_h[-1] == 0.0


def test_deadline_in_the_closed_time_after_the_horizon() -> None:
    """The horizon ends on Sunday; work of Friday 17:00 due on Monday at 05:00 has to be done on Friday."""
    grid = make_grid(days=7)
    arrived = np.zeros(grid.n)
    arrived[4 * 48 + 34] = 2.0
    tube = workload(
        make_email(target=DeadlineTarget(60, DeadlineUnit.HOURS), hours=WEEKDAYS), make_table(), grid, arrived
    )
    assert tube.latest_h[4 * 48 + 35] == pytest.approx(2.0)


def test_backlog_at_the_start() -> None:
    """Work carried over is there at once, and due as its number or its array says."""
    grid = make_grid(days=2)
    queue = make_email(target=DeadlineTarget(4, DeadlineUnit.WORKING_HOURS), hours=WEEKDAYS)
    tube = workload(queue, make_table(), grid, np.zeros(grid.n), carried_h=6.0)
    assert np.all(tube.earliest_h == 6.0)
    assert tube.latest_h[22] == 0.0
    assert tube.latest_h[23] == 6.0
    by_step = np.zeros(grid.n)
    by_step[[16, 30]] = 2.0, 4.0
    tube = workload(queue, make_table(), grid, np.zeros(grid.n), carried_h=by_step)
    assert tube.latest_h[[15, 16, 29, 30]].tolist() == [0, 2, 2, 6]


def test_work_of_the_days_before_is_not_lost() -> None:
    """Planning one week or two weeks sees the same work fall due in the second week."""
    two, queue = make_grid(days=14), make_email(target=DeadlineTarget(3, DeadlineUnit.WORKING_DAYS), hours=WEEKDAYS)
    arrived = np.where(open_mask(queue, make_table(), two), 0.5, 0.0)
    whole = workload(queue, make_table(), two, arrived).latest_h
    before, second = make_grid(days=7), make_grid(days=7, first_day=MONDAY + timedelta(days=7))
    due = carried_due_h(queue, make_table(), second, before, arrived[: before.n])
    tube = workload(queue, make_table(), second, arrived[before.n :], carried_h=due)
    np.testing.assert_allclose(tube.latest_h, whole[before.n :] - whole[before.n - 1], atol=1e-6)
    assert tube.latest_h[-1] == pytest.approx(0.5 * 20 * 5, rel=1e-5)


def test_long_answer_promises_are_deadlines() -> None:
    """A callback promised within half an hour is deferred work with that window; a phone call is not."""
    callback = make_queue("back", channel=Channel.CALLBACK, target=AnswerTarget(0.9, 1800))
    assert callback.has_deadline
    assert deadline_of(callback) == DeadlineTarget(0.5, DeadlineUnit.HOURS, 0.9)


def test_overnight_opening_continues_over_the_first_midnight() -> None:
    """A queue open from 20:00 to 04:00 is open at the first midnight of the horizon, and the clock knows it."""
    night = make_email(hours=OpeningHours(weekday=(((1200, 1680),),) * 7))
    mask = open_mask(night, make_table(), make_grid(days=1))
    assert mask[:8].all()
    assert not mask[8:40].any()
    assert mask[40:].all()


def test_flat_work_is_level() -> None:
    """Forty hours due at the end of a day of ten hours are four agents all day; live agents' dips are filled."""
    is_open = np.zeros((1, 48), dtype=bool)
    is_open[0, 16:36] = True
    tube = Workload("a", np.full(48, 40.0), np.where(np.arange(48) >= 35, 40.0, 0.0))
    day = np.zeros(48, dtype=np.int64)
    level = level_workloads([tube], is_open, 0.5, day)
    np.testing.assert_allclose(level.agents[0, 16:36], 4.0, atol=1e-6)
    assert level.peak == pytest.approx(4.0)
    live = np.where(is_open[0], 10.0, 0.0)
    live[24:28] = 4.0
    filled = level_workloads([tube], is_open, 0.5, day, live_agents=live)
    assert filled.peak == pytest.approx((10 * 16 + 4 * 4 + 80) / 20)
    check(filled, [tube], is_open, 0.5)


def test_idle_live_agents_do_deferred_work_first() -> None:
    """Hours that live agents can spare lower the agents needed, and never below none."""
    is_open = np.ones((2, 10), dtype=bool)
    tubes = [Workload(name, np.full(10, 6.0), np.where(np.arange(10) >= 8, 6.0, 0.0)) for name in "ab"]
    day = np.zeros(10, dtype=np.int64)
    full = level_workloads(tubes, is_open, 0.5, day)
    idle = np.full(10, 0.5)
    both = np.tile(idle, (2, 1))
    assert full.agents.sum() * 0.5 == pytest.approx(12.0)
    assert not full.idle_h.any()
    some = level_workloads(tubes, is_open, 0.5, day, idle_h=both, idle_together_h=idle)
    check(some, tubes, is_open, 0.5)
    assert some.agents.sum() * 0.5 == pytest.approx(12.0 - 9 * 0.5)
    assert some.idle_h.sum() == pytest.approx(9 * 0.5)
    assert np.all(some.idle_h.sum(axis=0) <= idle + 1e-9)
    one = level_workloads(tubes, is_open, 0.5, day, idle_h=both * [[1.0], [0.0]], idle_together_h=idle)
    assert not one.idle_h[1].any()
    assert level_workloads(tubes, is_open, 0.5, day, idle_h=both * 100).agents.max() == pytest.approx(0.0, abs=1e-9)


def test_an_hour_of_work_takes_idle_agents_its_safety_too() -> None:
    """With a safety factor of 1.25 idle agents do four fifths of their hours."""
    is_open, tube = np.ones((1, 10), dtype=bool), Workload("a", np.full(10, 6.0), np.r_[np.zeros(9), 6.0])
    idle = np.full(10, 0.25)
    day = np.zeros(10, dtype=np.int64)
    level = level_workloads(
        [tube], is_open, 0.5, day, idle_h=idle[None, :], idle_together_h=idle, safety=np.array([1.25])
    )
    assert level.idle_h.sum() == pytest.approx(2.0)
    assert level.agents.sum() * 0.5 == pytest.approx(4.0)


def test_minimum_agents_are_there_while_open() -> None:
    """A queue without work still has its minimum in open steps, and work uses it."""
    is_open = np.zeros((1, 48), dtype=bool)
    is_open[0, 16:36] = True
    tube = Workload("a", np.full(48, 5.0), np.where(np.arange(48) >= 35, 5.0, 0.0))
    level = level_workloads([tube], is_open, 0.5, np.zeros(48, dtype=np.int64), min_agents=np.array([1.0]))
    np.testing.assert_allclose(level.agents[0], np.where(is_open[0], 1.0, 0.0), atol=1e-9)


@given(st.integers(0, 2**32 - 1))
def test_every_tube_is_kept_at_the_lowest_peak(seed: int) -> None:
    """On random days each deadline is kept, and no plan has a lower peak: some span of steps needs just as much."""
    rng = np.random.default_rng(seed)
    pattern = rng.random(24) < 0.6
    pattern[rng.integers(24)] = True
    clock = WorkingClock(pattern, np.array([0, 24]), np.ones(1, dtype=bool), 1.0)
    deadline = DeadlineTarget(float(rng.integers(1, 9)), rng.choice([DeadlineUnit.HOURS, DeadlineUnit.WORKING_HOURS]))
    arrived = rng.gamma(1.0, 2.0, 24) * (rng.random(24) < 0.7)
    tube = Workload("a", np.cumsum(arrived), cumulative_due(arrived, clock, deadline))
    level = level_workloads([tube], pattern[None, :], 1.0, np.zeros(24, dtype=np.int64))
    check(level, [tube], pattern[None, :], 1.0)
    done_before = np.append(0.0, tube.earliest_h)
    opened = np.append(0, np.cumsum(pattern))
    spans = [
        (tube.latest_h[end] - done_before[start]) / (opened[end + 1] - opened[start])
        for start in range(24)
        for end in range(start, 24)
        if opened[end + 1] > opened[start]
    ]
    assert level.peak == pytest.approx(max(0.0, *spans), abs=1e-5)


def test_late_work_of_the_history_is_carried_later() -> None:
    """Ten calls each open half hour; a tenth is checked, at once or at the next day's opening, within eight hours.

    At once, Sunday's last eight of ten hours are open on Monday. A day later, Saturday's twenty checks came on Sunday
    at 08:00 and Sunday's come with the forecast: nothing is carried, but with twelve hours the twenty are.
    """
    phone = make_queue("phone")
    table, grid = make_table(), make_grid(days=2)
    history = make_history(make_centre(queues=(phone,)), days=14)
    history = replace(history, offered=np.where(open_mask(phone, table, history.grid), history.offered, 0.0))

    def carried_h(delay_days: int, hours: float) -> float:
        source, target = QueueSource("phone", 0.1, delay_days=delay_days), DeadlineTarget(hours, WORKING)
        checks = make_email("checks", target=target, hours=phone.hours, source=source, aht_s=360.0)
        centre = make_centre(queues=(phone, checks))
        found = carried_from_history(checks, make_forecast(centre, grid, phone=10.0, checks=1.0), table, history)
        assert found is not None
        return float(found.sum())

    assert carried_h(0, 8.0) == pytest.approx(16 * 0.1)
    assert carried_h(1, 8.0) == pytest.approx(0.0, abs=1e-4)
    assert carried_h(1, 12.0) == pytest.approx(20 * 0.1)
