"""Who gets a contact: the rules of routing, the green channel, and work for spare agents."""

from dataclasses import replace

import numpy as np
import pytest

from staffing.domain.queue import AnswerTarget, Channel, DeadlineTarget, DeadlineUnit, Queue
from staffing.domain.requirement import Workload
from staffing.simulate.floor import FASTEST, LONGEST_IDLE, NONE, SPECIALIST, Contacts, Duty, Outcome, Skills
from staffing.simulate.kernel import run
from staffing.simulate.world import play
from tests.simulate.small import case, on_phones, phone, row

MAIL = Queue("email", Channel.EMAIL, DeadlineTarget(8, DeadlineUnit.HOURS, 0.95), blended=True)
END_S = np.array([10000.0])


def played(
    arrivals: list[tuple[float, int, float]],
    proficiency: list[list[float]],
    assigned: list[int],
    rank: list[list[int]],
    **changes: object,
) -> Outcome:
    """Contacts (moment, queue, work) in order of their queues; everybody is on duty from the start."""
    moment, queue, work = (np.array(column) for column in zip(*arrivals, strict=True))
    contacts = Contacts.plain(moment.astype(float), queue, work.astype(float), np.full(len(queue), np.inf))
    agents = len(assigned)
    skills = Skills.plain(np.array(proficiency, dtype=float), np.array(rank))._replace(**changes)
    duty = Duty(np.zeros(agents), np.arange(agents), np.array(assigned))
    return run(contacts, duty, skills, END_S)


@pytest.mark.parametrize(("rule", "order"), [(LONGEST_IDLE, [0, 1, 2]), (SPECIALIST, [2, 0, 1]), (FASTEST, [1, 0, 2])])
def test_rules_of_routing(rule: int, order: list[int]) -> None:
    """Three idle agents: longest idle first; fewest skills first; fastest first; equal ones by how long they stand."""
    proficiency = [[1.0, 1.0], [1.2, 1.0], [0.9, 0.0]]
    arrivals = [(10.0 + number, 0, 500.0) for number in range(3)]
    outcome = played(arrivals, proficiency, [0, 0, 0], [[0, 1], [1, 0]], routing=np.array([rule, rule]))
    assert outcome.agent.tolist() == order


def test_own_agents_come_before_the_rule() -> None:
    """An agent assigned to another queue gets the contact only when none of its own is free, however fast."""
    arrivals = [(10.0, 0, 500.0), (11.0, 0, 500.0)]
    outcome = played(arrivals, [[2.0, 1.0], [0.5, 0.0]], [1, 0], [[0, 1], [1, 0]], routing=np.array([FASTEST, FASTEST]))
    assert outcome.agent.tolist() == [1, 0]


def test_rule_of_the_queue_reaches_the_floor() -> None:
    """The queue's rule decides: of two idle agents of a queue the specialist is the busier one."""
    proficiency = np.array([[1.0, 1.0], [1.0, 0.0]])
    found = {}
    for rule in ("longest_idle", "specialist", "fastest"):
        queues = (phone(routing=rule), phone("sales"))
        calls = case(queues, on_phones(2, 0, 96), [[4.0], [0.0]], 200.0, proficiency=proficiency)
        found[rule] = np.bincount(play(calls.world(), 0, calls.paths(1)[0]).outcome.agent, minlength=2)
    assert found["specialist"][1] > 1.3 * found["longest_idle"][1]
    assert abs(found["longest_idle"][0] - found["longest_idle"][1]) < 0.2 * found["longest_idle"].sum()


def test_an_emergency_takes_the_very_next_free_agent_of_any_family() -> None:
    """Chat, phone and e-mail agents are busy, two chats and calls wait: the first agent with the skill to be free."""
    answer = AnswerTarget(0.8, 30.0)
    queues = (
        phone("phone"),
        Queue("chat", Channel.CHAT, answer),
        replace(MAIL, blended=False),
        phone("emergency", urgency="extra_urgent"),
    )
    work = Workload("email", np.full(48, 100.0), np.zeros(48))
    segments = on_phones(1, 0, 96) + on_phones(1, 0, 96, queue=1, first=1) + on_phones(1, 0, 96, queue=2, first=2)
    skilled = np.array([[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 1.0], [0.0, 0.0, 1.0, 1.0]])
    volume = np.array([[10.0], [10.0], [10.0], [0.3]])
    found = case(queues, segments, volume, 400.0, proficiency=skilled, workload=(work,))
    cases = 0
    for number, path in enumerate(found.paths(10)):
        there = play(found.world(), number, path)
        contacts, outcome = there.contacts, there.outcome
        for one in np.flatnonzero((contacts.queue == 3) & ~np.isnan(outcome.begun_s)):
            came_s, begun_s = contacts.arrival_s[one], outcome.begun_s[one]
            cases += 1
            assert outcome.agent[one] in (1, 2)
            others = contacts.queue != 3
            between = others & (outcome.begun_s > came_s) & (outcome.begun_s < begun_s)
            assert not np.any(np.isin(outcome.agent[between], (1, 2)))
            # Whoever got free meanwhile took an emergency that came earlier.
            freed = np.isin(outcome.agent, (1, 2)) & (outcome.done_s > came_s) & (outcome.done_s < begun_s)
            assert np.isin(outcome.done_s[freed], outcome.begun_s[contacts.queue == 3]).all()
    assert cases > 50


SPARE = np.array([[NONE, 0], [NONE, NONE]])
OWN_ONLY = [[0, NONE], [NONE, 0]]
MAY_STOP = np.array([False, True])


def test_spare_agents_do_blended_work_down_to_the_reserve() -> None:
    """Nine agents on the phone keep a reserve of two: of eight e-mails seven are begun, the last when one is done."""
    arrivals = [(100.0 + number, 1, 300.0) for number in range(8)]
    outcome = played(arrivals, [[1.0, 1.0]] * 9, [0] * 9, OWN_ONLY, spare=SPARE, resumable=MAY_STOP)
    assert outcome.begun_s.tolist() == [100.0, 101.0, 102.0, 103.0, 104.0, 105.0, 106.0, 400.0]


def test_a_call_interrupts_blended_work_when_nobody_else_is_free() -> None:
    """Two agents: one does e-mail, the other a call; the next call takes the first one off it, and the rest is done."""
    arrivals = [(20.0, 0, 200.0), (50.0, 0, 200.0), (10.0, 1, 300.0)]
    outcome = played(arrivals, [[1.0, 1.0]] * 2, [0] * 2, OWN_ONLY, spare=SPARE, resumable=MAY_STOP)
    assert outcome.begun_s.tolist() == [20.0, 50.0, 10.0]
    # Laid down at 50 with 260 s left; at 220 one of two is idle (the reserve), at 250 both are.
    assert outcome.done_s.tolist() == [220.0, 250.0, 510.0]


def test_blended_conversations_are_not_interrupted() -> None:
    """A callback begun by a spare agent is finished; the call waits for it."""
    arrivals = [(20.0, 0, 500.0), (50.0, 0, 200.0), (10.0, 1, 300.0)]
    outcome = played(arrivals, [[1.0, 1.0]] * 2, [0] * 2, OWN_ONLY, spare=SPARE)
    assert outcome.begun_s.tolist() == [20.0, 310.0, 10.0]


def test_blended_mail_uses_the_phones_idle_time() -> None:
    """Nobody is on duty for e-mail: the idle time of the phones does all of it, and the callers hardly notice."""
    arrived_h = np.cumsum(np.where(np.arange(48) < 32, 0.5, 0.0))
    work = Workload("email", arrived_h, np.concatenate((np.zeros(16), arrived_h[:-16])))
    volume = np.vstack((np.full(48, 60.0), np.diff(arrived_h, prepend=0.0) * 12))
    levels = {}
    for blended in (False, True):
        queues = (phone(patience_s=180.0), replace(MAIL, blended=blended))
        found = case(queues, on_phones(14, 0, 96), volume, 300.0, workload=(work,)).judge(20)
        levels[blended] = [row(found, name).service_level for name in ("phone", "email")]
    assert levels[False][1] == 0.0
    assert levels[True][1] > 0.97
    assert levels[True][0] == pytest.approx(levels[False][0], abs=0.01)
