"""Deferred work: due moments from the tube, first due first, laid down and taken up again."""

from dataclasses import replace

import numpy as np
import pytest

from staffing.domain.queue import AnswerTarget, Channel, DeadlineTarget, DeadlineUnit, Queue
from staffing.domain.requirement import Workload
from staffing.domain.roster import BREAK, WORK
from staffing.simulate.due import CARRIED, Tube
from staffing.simulate.world import play
from tests.simulate.small import Case, case, on_phones, phone, row

MAIL = Queue("email", Channel.EMAIL, DeadlineTarget(1, DeadlineUnit.WORKING_DAYS, 0.9))


def once(items: int, minutes: float, due_step: int, segments: list, queue: Queue = MAIL, **settings: object) -> Case:
    """`items` arrive in the first half hour, each of `minutes`, all due at the end of `due_step`."""
    volume = np.where(np.arange(48) == 0, float(items), 0.0)
    hours = items * minutes / 60
    work = Workload("email", np.full(48, hours), np.where(np.arange(48) >= due_step, hours, 0.0))
    return case((queue,), segments, volume, minutes * 60.0, workload=(work,), **settings)


def test_share_done_in_time_by_hand() -> None:
    """Four e-mails of ten minutes, on duty 0:30-1:00 and from 1:15, due at 1:00: three are done in time."""
    segments = [(0, 2, 4, WORK, 0), (0, 4, 5, BREAK, -1), (0, 5, 40, WORK, 0)]
    found = once(4, 10, 1, segments)
    path = np.zeros((1, 1, 48), dtype=int)
    path[0, 0, 0] = 4
    played = play(found.world(service_cv=0.0), 0, path[0])
    np.testing.assert_allclose(played.outcome.done_s, [2400, 3000, 3600, 5100])
    figures = row(found.judge(paths=path, service_cv=0.0), "email")
    assert (figures.service_level, figures.probability, figures.target) == (0.75, 0.0, 0.9)
    assert (figures.contacts, figures.abandonment) == (4.0, None)
    assert figures.expected_sl == pytest.approx(0.75)  # half an hour of work done of forty minutes due
    assert row(once(4, 10, 2, segments).judge(paths=path, service_cv=0.0), "email").service_level == 1.0


def test_work_is_laid_down_at_a_break_and_taken_up_by_another() -> None:
    """Twenty minutes begun at 0:30, laid down at 0:45, are finished five minutes after the next agent comes at 1:00."""
    found = once(1, 20, 10, [(0, 2, 3, WORK, 0), (1, 4, 8, WORK, 0)])
    path = np.eye(1, 48, dtype=int)
    outcome = play(found.world(service_cv=0.0), 0, path).outcome
    assert (outcome.begun_s[0], outcome.done_s[0], outcome.agent[0]) == (1800.0, 3900.0, 1)
    assert outcome.busy_s[0, 0] == 1200.0


def test_laid_down_work_goes_on_at_once_where_a_colleague_is_idle() -> None:
    """Twenty minutes laid down at 0:45 are taken over in the same moment; a phone call would have been finished."""
    found = once(1, 20, 10, [(0, 2, 3, WORK, 0), (1, 3, 8, WORK, 0)])
    outcome = play(found.world(service_cv=0.0), 0, np.eye(1, 48, dtype=int)).outcome
    assert (outcome.done_s[0], outcome.agent[0]) == (3000.0, 1)


def test_a_conversation_is_not_laid_down() -> None:
    """A promised callback of twenty minutes begun at 0:30 goes on over the start of the break at 0:45."""
    callback = Queue("email", Channel.CALLBACK, DeadlineTarget(1, DeadlineUnit.WORKING_DAYS))
    found = once(1, 20, 10, [(0, 2, 3, WORK, 0), (1, 3, 8, WORK, 0)], queue=callback)
    outcome = play(found.world(service_cv=0.0), 0, np.eye(1, 48, dtype=int)).outcome
    assert (outcome.done_s[0], outcome.agent[0]) == (3000.0, 0)


def test_the_expected_work_keeps_its_deadlines() -> None:
    """A fluid plan without slack is kept when just the expected work comes, and missed when days vary."""
    arrived_h = np.cumsum(np.where((np.arange(48) >= 16) & (np.arange(48) < 32), 1.0, 0.0))
    work = Workload("email", arrived_h, np.concatenate((np.zeros(4), arrived_h[:-4])))
    hours = replace(MAIL, target=DeadlineTarget(2, DeadlineUnit.HOURS, 0.95))
    volume = np.diff(arrived_h, prepend=0.0) * 6
    found = case((hours,), on_phones(2, 32, 65), volume, 600.0, workload=(work,))
    steady = row(found.judge(paths=volume[np.newaxis, np.newaxis].astype(int), service_cv=0.0), "email")
    assert steady.expected_sl == 1.0
    assert steady.service_level > 0.97  # moments inside the half hours still vary
    assert row(found.judge(50), "email").service_level < 0.9


def test_only_those_assigned_do_deferred_work_unless_shared() -> None:
    """An agent assigned to tickets leaves e-mails alone, however idle, unless deadline queues share their agents."""
    tickets = Queue("tickets", Channel.TICKET, DeadlineTarget(24, DeadlineUnit.HOURS))
    volume = np.where(np.arange(48) == 0, [[1.0], [0.0]], 0.0)
    none = Workload("tickets", np.zeros(48), np.zeros(48))
    some = Workload("email", np.full(48, 0.1), np.where(np.arange(48) > 4, 0.1, 0.0))
    found = case((MAIL, tickets), on_phones(1, 0, 96, queue=1), volume, 360.0, workload=(some, none))
    path = np.vstack((np.eye(1, 48, dtype=int), np.zeros((1, 48), dtype=int)))[np.newaxis]
    assert row(found.judge(paths=path), "email").service_level == 0.0
    assert row(found.judge(paths=path, share_deferred=True, service_cv=0.0), "email").service_level == 1.0


def test_live_agents_do_no_deferred_work() -> None:
    """Idle phone agents do not touch e-mail, and e-mail agents answer no phone."""
    work = Workload("email", np.full(48, 0.1), np.where(np.arange(48) > 4, 0.1, 0.0))
    volume = np.where(np.arange(48) == 0, 1.0, 0.0)
    for assigned, served in ((0, "phone"), (1, "email")):
        found = case((phone(), MAIL), on_phones(1, 0, 96, queue=assigned), volume, 60.0, workload=(work,))
        path = np.eye(1, 48, dtype=int).repeat(2, axis=0)[np.newaxis]
        levels = {r.queue: r.service_level for r in found.judge(paths=path, service_cv=0.0).week()}
        assert levels == {"phone": 0.0, "email": 0.0, served: 1.0}


def test_answer_promises_are_kept_when_begun() -> None:
    """A callback promised within half an hour is in time when it is begun by then, whenever it ends."""
    callback = Queue("email", Channel.CALLBACK, AnswerTarget(0.9, 1800.0))
    found = once(1, 120, 2, on_phones(1, 2, 96), queue=callback)
    figures = row(found.judge(paths=np.eye(1, 48, dtype=int)[np.newaxis], service_cv=0.0), "email")
    assert figures.service_level == 1.0


def test_days_are_those_of_the_due_moment() -> None:
    """Work of the first day that is due on the second counts there; the first day has nothing to judge."""
    volume = np.where(np.arange(96) == 30, 2.0, 0.0)
    work = Workload("email", np.where(np.arange(96) >= 30, 1.0, 0.0), np.where(np.arange(96) >= 60, 1.0, 0.0))
    found = case((MAIL,), on_phones(1, 100, 192), volume, 1800.0, workload=(work,), days=2)
    path = np.zeros((1, 1, 96), dtype=int)
    path[0, 0, 30] = 2
    first, second = (row(found.judge(paths=path, service_cv=0.0), "email", day) for day in (0, 1))
    assert (first.contacts, first.service_level) == (2.0, None)
    assert (second.contacts, second.service_level) == (0.0, 1.0)


def test_work_due_beyond_the_horizon_is_not_judged() -> None:
    """What need not be done before the end says nothing of the roster, and the verdict tells."""
    volume = np.where(np.arange(48) == 40, 3.0, 0.0)
    work = Workload("email", np.where(np.arange(48) >= 40, 1.0, 0.0), np.zeros(48))
    found = case((MAIL,), on_phones(1, 0, 96), volume, 1200.0, workload=(work,)).judge()
    assert row(found, "email").service_level is None
    assert [note.code for note in found.notes] == ["simulation_not_due"]


def test_backlog_at_the_start_is_worked_first() -> None:
    """Two hours of work carried in and due in the first two hours keep the e-mail of the first half hour waiting."""
    volume = np.where(np.arange(48) == 0, 1.0, 0.0)
    due_h = np.where(np.arange(48) >= 3, 2.0, 0.0) + np.where(np.arange(48) >= 5, 0.5, 0.0)
    found = case((MAIL,), on_phones(1, 0, 96), volume, 1800.0, workload=(Workload("email", np.full(48, 2.5), due_h),))
    path = np.eye(1, 48, dtype=int)
    played = play(found.world(service_cv=0.0), 0, path)
    assert played.step.tolist() == [CARRIED] * 4 + [0]
    np.testing.assert_allclose(played.outcome.done_s, 1800.0 * np.arange(1, 6))
    figures = row(found.judge(paths=path[np.newaxis], service_cv=0.0), "email")
    assert (figures.contacts, figures.service_level) == (1.0, 1.0)


def tube(unit: DeadlineUnit, hours: float, due: list[float]) -> Tube:
    """One agent-hour arrives in each half hour 0-3; `due` is the cumulative work due by the end of half hours 0-7."""
    queue = Queue("email", Channel.EMAIL, DeadlineTarget(hours, unit))
    arrived = np.minimum(np.arange(1, 9), 4.0)
    return Tube.of(queue, Workload("email", arrived, np.array(due)), 1.0, np.arange(8) < 6, 1800.0)


@pytest.mark.parametrize(
    ("unit", "hours", "due", "arrival_s", "expected_s"),
    [
        (DeadlineUnit.HOURS, 1, [0, 0, 1, 2, 3, 4, 4, 4], 600, 4200),  # exactly an hour later
        (DeadlineUnit.HOURS, 1.25, [0, 0, 0.5, 1.5, 2.5, 3.5, 4, 4], 1200, 5700),  # over the border of a step
        (DeadlineUnit.HOURS, 1, [0, 0, 2, 2, 4, 4, 4, 4], 600, 4200),  # the moment lies in the step all is due in
        (DeadlineUnit.HOURS, 24, [0, 0, 0, 0, 0, 4, 4, 4], 600, 10800),  # moved to closing time: the end of the step
        (DeadlineUnit.HOURS, 24, [0] * 8, 600, np.inf),  # beyond the horizon
        (DeadlineUnit.WORKING_HOURS, 1, [0, 0, 1, 2, 3, 4, 4, 4], 2400, 6000),
        (DeadlineUnit.WORKING_HOURS, 1.25, [0, 0, 0.5, 1.5, 2.5, 3.5, 4, 4], 1200, 5700),
        (DeadlineUnit.WORKING_DAYS, 1, [0, 0, 0, 0, 0, 4, 4, 4], 3000, 10800),  # close of business
    ],
)
def test_due_moments(unit: DeadlineUnit, hours: float, due: list[float], arrival_s: float, expected_s: float) -> None:
    """Due moments of one contact, worked out by hand."""
    found = tube(unit, hours, due).due_s(np.array([float(arrival_s)]), np.array([int(arrival_s // 1800)]))
    assert found[0] == pytest.approx(expected_s)


def test_contacts_nobody_expected_go_with_the_next_work_due() -> None:
    """A contact in a half hour without expected volume is due with the work that is due next."""
    queue = Queue("email", Channel.EMAIL, DeadlineTarget(1, DeadlineUnit.WORKING_DAYS))
    work = Workload("email", np.array([1.0, 1.0, 2.0, 2.0]), np.array([0.0, 1.0, 1.0, 2.0]))
    due_s = Tube.of(queue, work, 1.0, np.ones(4, dtype=bool), 1800.0).due_s(np.array([2000.0]), np.array([1]))
    assert due_s.tolist() == [7200.0]


@pytest.mark.parametrize("after_s", [0.0, 0.001, 0.01, 100.0])
def test_no_contact_is_due_before_it_arrives(after_s: float) -> None:
    """Nothing is due before the last step; who comes at the very start of the second one is due then, like the rest."""
    arrived, due = np.array([0.0, 9.6, 9.6, 9.6]), np.array([0.0, 0.0, 0.0, 9.6])
    tube = Tube(arrived, due, 0.0, 1800.0, 7200.0, DeadlineUnit.WORKING_DAYS, np.ones(4, dtype=bool))
    assert tube.due_s(np.array([1800.0 + after_s]), np.array([1])).tolist() == [7200.0]
    # The same behind work that is due before.
    behind = Tube(arrived + 2.0, due + 2.0, 2.0, 1800.0, 7200.0, DeadlineUnit.WORKING_DAYS, np.ones(4, dtype=bool))
    assert behind.due_s(np.array([1800.0 + after_s]), np.array([1])).tolist() == [7200.0]
