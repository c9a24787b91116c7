"""The event loop counts what an independent model counts that is written with SimPy, on the same draws."""

from collections.abc import Generator
from typing import Any

import numpy as np
import pytest
import simpy

from staffing.simulate.draws import Callers, draw_contacts
from staffing.simulate.floor import Contacts, Duty, Skills
from staffing.simulate.kernel import run

DAY_S = 86400.0
Steps = Generator[simpy.Event, Any, None]


def drawn(per_step: list[float], aht_s: list[float], patience_s: list[float], seed: int) -> Contacts:
    """One day of Poisson arrivals, exponential work and patience by queue."""
    counts = np.random.default_rng(seed).poisson(np.array(per_step)[:, None], (len(per_step), 48))
    mean_s = np.repeat(np.array(aht_s)[:, None], 48, axis=1)
    callers = Callers.plain(np.array(patience_s))
    return draw_contacts(counts, mean_s, callers, np.zeros(len(per_step)), step_s=1800.0, seed=seed, replication=0)[0]


def counted(contacts: Contacts, begun_s: np.ndarray) -> list[list[int]]:
    """By queue: answered, answered in 20 s, given up by the end of the day."""
    found = []
    for queue in range(contacts.queue.max() + 1):
        mine = contacts.queue == queue
        wait_s = (begun_s - contacts.arrival_s)[mine]
        never = np.isnan(wait_s) & (contacts.arrival_s + contacts.patience_s <= DAY_S)[mine]
        found.append([int((~np.isnan(wait_s)).sum()), int((wait_s <= 20).sum()), int(never.sum())])
    return found


def one_queue(contacts: Contacts, agents: int) -> np.ndarray:
    """Moments of answer: a resource with as many places as agents, callers who leave after their patience."""
    env = simpy.Environment()
    crew = simpy.Resource(env, agents)
    begun_s = np.full(len(contacts.queue), np.nan)

    def call(number: int) -> Steps:
        yield env.timeout(contacts.arrival_s[number])
        with crew.request() as request:
            reached = yield request | env.timeout(contacts.patience_s[number])
            if request in reached:
                begun_s[number] = env.now
                yield env.timeout(contacts.work_s[number])

    for number in range(len(contacts.queue)):
        env.process(call(number))
    env.run(until=DAY_S)
    return begun_s


class Floor:
    """Agents with skills, shifts and a queue of their own; each agent and each call is a process."""

    def __init__(self, contacts: Contacts, skills: Skills, shifts: list[tuple[float, float, int]]) -> None:
        self.env, self.contacts, self.skills = simpy.Environment(), contacts, skills
        self.begun_s = np.full(len(contacts.queue), np.nan)
        self.lines: list[list[int]] = [[] for _ in skills.rank]
        self.idle: dict[int, tuple[float, simpy.Event]] = {}
        self.own = [queue for _, _, queue in shifts]
        for agent, (start_s, end_s, _) in enumerate(shifts):
            self.env.process(self.agent(agent, start_s, end_s))
        for number in range(len(contacts.queue)):
            self.env.process(self.call(number))
        self.env.run(until=DAY_S)

    def able(self, agent: int, queue: int) -> bool:
        return bool(self.skills.rank[self.own[agent], queue] >= 0 and self.skills.proficiency[agent, queue] > 0)

    def agent(self, agent: int, start_s: float, end_s: float) -> Steps:
        yield self.env.timeout(start_s)
        while self.env.now < end_s:
            queues = [queue for queue, line in enumerate(self.lines) if line and self.able(agent, queue)]
            if queues:
                queue = min(
                    queues,
                    key=lambda q: (self.skills.rank[self.own[agent], q], self.contacts.arrival_s[self.lines[q][0]]),
                )
                number = self.lines[queue].pop(0)
            else:
                called = self.env.event()
                self.idle[agent] = (self.env.now, called)
                answer = yield called | self.env.timeout(end_s - self.env.now)
                self.idle.pop(agent, None)
                if called not in answer:
                    return
                number = called.value
            self.begun_s[number] = self.env.now
            queue = int(self.contacts.queue[number])
            yield self.env.timeout(self.contacts.work_s[number] / self.skills.proficiency[agent, queue])

    def call(self, number: int) -> Steps:
        yield self.env.timeout(self.contacts.arrival_s[number])
        queue = int(self.contacts.queue[number])
        free = [agent for agent in self.idle if self.able(agent, queue)]
        if free:
            agent = min(free, key=lambda a: (self.own[a] != queue, self.idle[a][0], a))
            self.idle.pop(agent)[1].succeed(number)
            return
        self.lines[queue].append(number)
        if np.isfinite(self.contacts.patience_s[number]):
            yield self.env.timeout(self.contacts.patience_s[number])
            if number in self.lines[queue]:
                self.lines[queue].remove(number)


@pytest.mark.parametrize(
    ("agents", "per_step", "patience_s"), [(20, 110.0, 180.0), (6, 30.0, 60.0), (20, 90.0, np.inf)]
)
def test_one_queue(agents: int, per_step: float, patience_s: float) -> None:
    """Answered, answered in 20 s and abandoned are equal, and so is every moment of answer."""
    contacts = drawn([per_step], [300.0], [patience_s], seed=3)
    everybody = np.arange(agents)
    duty = Duty(np.zeros(agents), everybody, np.zeros(agents, dtype=np.int64))
    found = run(contacts, duty, Skills.plain(np.ones((agents, 1)), np.ones((1, 1), dtype=np.int64)), np.array([DAY_S]))
    expected = one_queue(contacts, agents)
    assert counted(contacts, found.begun_s) == counted(contacts, expected)
    np.testing.assert_allclose(found.begun_s, expected)


@pytest.mark.parametrize("seed", range(4))
def test_queues_skills_priorities_and_shifts(seed: int) -> None:
    """Three queues, the third an emergency line all look at first; 24 agents with skills of their own, two shifts."""
    rng = np.random.default_rng(seed)
    contacts = drawn([40.0, 25.0, 4.0], [240.0, 300.0, 400.0], [150.0, 90.0, np.inf], seed)
    agents = 24
    proficiency = np.where(rng.random((agents, 3)) < 0.5, rng.uniform(0.7, 1.2, (agents, 3)), 0.0)
    own = rng.integers(0, 2, agents)
    proficiency[np.arange(agents), own] = 1.0
    rank = np.array([[1, 2, 0], [2, 1, 0], [2, 2, 0]])
    skills = Skills.plain(proficiency, rank)
    shifts = [
        (0.0, 50000.0, int(queue)) if agent % 3 else (30000.0, DAY_S, int(queue)) for agent, queue in enumerate(own)
    ]
    changes = [(start, agent, queue) for agent, (start, _, queue) in enumerate(shifts)]
    changes += [(end, agent, -1) for agent, (_, end, _) in enumerate(shifts)]
    at_s, who, queue = (np.array(column) for column in zip(*sorted(changes), strict=True))
    found = run(contacts, Duty(at_s, who, queue), skills, np.array([DAY_S]))
    expected = Floor(contacts, skills, shifts).begun_s
    assert counted(contacts, found.begun_s) == counted(contacts, expected)
    np.testing.assert_allclose(found.begun_s, expected)
    assert all(min(row) > 10 for row in counted(contacts, expected)[:2])
