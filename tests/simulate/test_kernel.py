"""The compiled event loop is right event by event: against a slow oracle, and against its own plain Python form."""

import importlib.util
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import staffing.simulate.kernel as kernel
from staffing.simulate.floor import Contacts, Duty, Outcome, Skills
from tests.simulate.oracle import Oracle

DAY_END_S = np.array([3000.0, 6000.0])


def a_floor(seed: int, agents: int = 7, contacts: int = 150) -> tuple[Contacts, Duty, Skills]:
    """Phone, VIP phone, chat and two deadline queues with random people, breaks, changes of queue and patience."""
    rng = np.random.default_rng(seed)
    arrival_s = np.sort(rng.uniform(0, 5500, contacts))
    queue = rng.integers(0, 5, contacts)
    patience_s = np.where(queue < 3, rng.exponential(200, contacts), np.inf)
    proficiency = np.where(rng.random((agents, 5)) < 0.7, rng.uniform(0.5, 1.5, (agents, 5)), 0.0)
    rank = np.array([[1, 2, -1, -1, 0], [2, 1, -1, -1, 0], [-1, -1, 1, -1, 0], [-1, -1, -1, 1, 0], [-1, -1, -1, 2, 0]])
    skills = Skills(
        proficiency,
        np.array([1, 1, 3, 1, 1]),
        np.array([0.0, 0.0, 0.4, 0.0, 0.0]),
        np.array([False, False, False, True, True]),
        rank,
    )
    changes = sorted(
        (float(at), agent, int(rng.integers(-1, 5)))
        for agent in range(agents)
        for at in 300 * rng.choice(20, size=6, replace=False)
    )
    at_s, agent, assigned = (np.array(column) for column in zip(*changes, strict=True))
    work_s = rng.exponential(250, contacts)
    return Contacts(arrival_s, queue, work_s, arrival_s + patience_s), Duty(at_s, agent, assigned), skills


def plain_kernel(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The kernel's file with a decorator that does nothing."""
    monkeypatch.setattr("staffing.kernels.compiled", lambda **_: lambda function: function)
    spec = importlib.util.spec_from_file_location("plain_kernel", kernel.__file__)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@given(seed=st.integers(0, 10_000))
def test_the_loop_agrees_with_a_slow_oracle(seed: int) -> None:
    """Every contact is begun and done at the moment at which the oracle begins and ends it."""
    contacts, duty, skills = a_floor(seed)
    outcome = kernel.run(contacts, duty, skills, DAY_END_S)
    expected = np.array(Oracle(contacts, duty, skills, DAY_END_S[-1]).played())
    np.testing.assert_allclose(np.column_stack((outcome.begun_s, outcome.done_s)), expected, atol=1e-6)


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
    contacts = Contacts(np.array([2900.0]), np.array([0]), np.array([4000.0]), np.array([np.inf]))
    skills = Skills(np.ones((1, 1)), np.array([1]), np.zeros(1), np.array([False]), np.array([[1]]))
    outcome = kernel.run(contacts, Duty(np.array([0.0]), np.array([0]), np.array([0])), skills, DAY_END_S)
    assert outcome.busy_s.tolist() == [[100.0, 3000.0]]
    assert (outcome.begun_s[0], np.isnan(outcome.done_s[0])) == (2900.0, True)


def test_nobody_and_nothing() -> None:
    """No contact, no duty: nothing happens."""
    none = Contacts(*(np.empty(0) for _ in range(4)))._replace(queue=np.empty(0, dtype=np.int64))
    duty = Duty(np.empty(0), np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))
    skills = Skills(np.ones((0, 1)), np.array([1]), np.zeros(1), np.array([False]), np.array([[1]]))
    assert kernel.run(none, duty, skills, DAY_END_S).busy_s.tolist() == [[0.0, 0.0]]
