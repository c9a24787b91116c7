"""The compiled event loop is right event by event: against a slow oracle, and against its own plain Python form."""

import importlib
import sys
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import staffing.simulate
import staffing.simulate.kernel as kernel
from staffing.simulate.floor import Contacts, Duty, Outcome, Skills
from tests.simulate.oracle import Oracle

DAY_END_S = np.array([3000.0, 6000.0])


def a_floor(seed: int, agents: int = 7, contacts: int = 150) -> tuple[Contacts, Duty, Skills]:
    """Phone, VIP phone, chat and two deadline queues with random people, breaks, changes of queue and patience.

    Some floors have limits of lines, callers who balk and call again, rules of routing, and work for spare agents.
    """
    rng = np.random.default_rng(seed)
    queue = np.sort(rng.integers(0, 5, contacts))
    arrival_s = rng.uniform(0, 5500, contacts)
    arrival_s = arrival_s[np.lexsort((arrival_s, queue))]
    patience_s = np.where(queue < 3, rng.exponential(200, contacts), np.inf)
    proficiency = np.where(rng.random((agents, 5)) < 0.7, rng.uniform(0.5, 1.5, (agents, 5)), 0.0)
    rank = np.array([[1, 2, -1, -1, 0], [2, 1, -1, -1, 0], [-1, -1, 1, -1, 0], [-1, -1, -1, 1, 0], [-1, -1, -1, 2, 0]])
    spare = np.full((5, 5), -1)
    lines = np.full(5, -1)
    if rng.random() < 0.5:
        rank[:4, 4] = -1
        spare[:3, 3], spare[:3, 4] = 1, rng.integers(0, 3)
    if rng.random() < 0.5:
        lines[:3] = rng.integers(2, 6, 3)
    skills = Skills(
        proficiency,
        np.array([1, 1, 3, 1, 1]),
        np.array([[1.0, 1.0, 1.0], [1.0, 1.0, 1.0], [1.0, 1.3, 1.9], [1.0, 1.0, 1.0], [1.0, 1.0, 1.0]]),
        np.array([False, False, False, True, rng.random() < 0.7]),
        lines,
        rng.integers(0, 3, 5),
        rank,
        spare,
    )
    changes = sorted(
        (float(at), agent, int(rng.integers(-1, 5)))
        for agent in range(agents)
        for at in 300 * rng.choice(20, size=6, replace=False)
    )
    at_s, agent, assigned = (np.array(column) for column in zip(*changes, strict=True))
    found = Contacts.plain(arrival_s, queue, rng.exponential(250, contacts), patience_s)
    if rng.random() < 0.5:
        found = with_redials(found, rng)
    return found, Duty(at_s, agent, assigned), skills


def with_redials(contacts: Contacts, rng: np.random.Generator) -> Contacts:
    """Half of the calls balk, and half of the lost ones try once more, half of these a third time."""
    first = np.flatnonzero((contacts.queue < 2) & (rng.random(len(contacts.queue)) < 0.5))
    second = len(contacts.queue) + np.flatnonzero(rng.random(len(first)) < 0.5)
    rows = len(contacts.queue) + len(first) + len(second)
    follow = np.full(rows, -1)
    follow[np.concatenate((first, second))] = np.arange(len(contacts.queue), rows)
    matter = np.concatenate((np.arange(len(contacts.queue)), first, first[second - len(contacts.queue)]))
    return Contacts(
        contacts.arrival_s,
        contacts.queue[matter],
        contacts.work_s[matter],
        np.where(contacts.queue[matter] < 3, rng.exponential(200, rows), np.inf),
        (rng.random(rows) < 0.5) & (contacts.queue[matter] < 2),
        follow,
        rng.exponential(300, rows - len(contacts.queue)),
    )


def plain_kernel(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The kernel's files with a decorator that does nothing."""
    monkeypatch.setattr("staffing.kernels.compiled", lambda **_: lambda function: function)
    for name in ("wheel", "free", "line", "kernel"):
        monkeypatch.delitem(sys.modules, f"staffing.simulate.{name}")
        monkeypatch.delattr(staffing.simulate, name)
    return importlib.import_module("staffing.simulate.kernel")


@given(seed=st.integers(0, 10_000))
def test_the_loop_agrees_with_a_slow_oracle(seed: int) -> None:
    """Every contact is begun and done at the moment at which the oracle begins and ends it."""
    contacts, duty, skills = a_floor(seed)
    outcome = kernel.run(contacts, duty, skills, DAY_END_S)
    expected = np.array(Oracle(contacts, duty, skills, DAY_END_S[-1]).played())
    found = np.column_stack((outcome.arrived_s, outcome.begun_s, outcome.done_s))
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_plain_python_gives_the_same_output(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compiled and plain Python form agree bit by bit."""
    plain = plain_kernel(monkeypatch)
    for seed in range(5):
        floor = a_floor(seed, agents=12, contacts=400)
        compiled: Outcome = kernel.run(*floor, DAY_END_S)
        for fast, slow in zip(compiled, plain.run(*floor, DAY_END_S), strict=True):
            np.testing.assert_array_equal(fast, slow)


def test_inputs_are_left_alone() -> None:
    """Running twice gives the same output and changes no input."""
    floor = a_floor(3)
    copies = [[np.array(column) for column in part] for part in floor]
    first, second = kernel.run(*floor, DAY_END_S), kernel.run(*floor, DAY_END_S)
    for one, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(one, other)
    for part, copy in zip(floor, copies, strict=True):
        for column, before in zip(part, copy, strict=True):
            np.testing.assert_array_equal(column, before)


def test_busy_time_is_split_at_midnight() -> None:
    """A contact that runs over the end of a day counts on both days; what lies beyond the horizon does not count."""
    contacts = Contacts.plain(np.array([2900.0]), np.array([0]), np.array([4000.0]), np.array([np.inf]))
    skills = Skills.plain(np.ones((1, 1)), np.array([[1]]))
    outcome = kernel.run(contacts, Duty(np.array([0.0]), np.array([0]), np.array([0])), skills, DAY_END_S)
    assert outcome.busy_s.tolist() == [[100.0, 3000.0]]
    assert (outcome.begun_s[0], np.isnan(outcome.done_s[0])) == (2900.0, True)


def test_nobody_and_nothing() -> None:
    """No contact, no duty: nothing happens."""
    none = Contacts.plain(np.empty(0), np.empty(0, dtype=np.int64), np.empty(0), np.empty(0))
    duty = Duty(np.empty(0), np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))
    skills = Skills.plain(np.ones((0, 1)), np.array([[1]]))
    assert kernel.run(none, duty, skills, DAY_END_S).busy_s.tolist() == [[0.0, 0.0]]
