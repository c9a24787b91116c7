"""One seam for serial work and process pools: same results, in order, and one second chance after a crash."""

import os
import time
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest

from staffing.compute import StoppedError, executor_for, run_all
from staffing.errors import SettingsError


def square(number: int) -> int:
    return number * number


def refuse_three(number: int) -> int:
    if number == 3:
        raise ValueError("three is refused")
    return number


def die_once(item: tuple[int, Path]) -> int:
    """Kill the worker process at item 2, the first time only."""
    number, marker = item
    if number == 2 and not marker.exists():
        marker.touch()
        os._exit(1)
    return number


def die(number: int) -> int:
    os._exit(1)


@pytest.mark.parametrize("executor", ["serial", "threads:2", "processes", "processes:2", "processes:64"])
def test_results_come_in_order(executor: str) -> None:
    """Every executor gives the results in the order of the items."""
    assert run_all(square, range(5), executor=executor) == [0, 1, 4, 9, 16]


@pytest.mark.parametrize("executor", ["serial", "threads:2", "processes:2"])
def test_listeners_hear_of_every_item(executor: str) -> None:
    """Each result is handed on once with its index, and the count of items done rises to all."""
    results: dict[int, int] = {}
    heard: list[tuple[int, int]] = []
    run_all(
        square,
        [3, 4, 5],
        executor=executor,
        on_result=results.__setitem__,
        progress=lambda done, items: heard.append((done, items)),
    )
    assert results == {0: 9, 1: 16, 2: 25}
    assert heard == [(1, 3), (2, 3), (3, 3)]


@pytest.mark.parametrize("executor", ["serial", "threads:2", "processes:2"])
def test_no_items_no_work(executor: str) -> None:
    """Nothing to do is an empty list, and no process is started."""
    assert run_all(square, [], executor=executor) == []


@pytest.mark.parametrize("executor", ["serial", "threads:2", "processes:2"])
def test_failures_are_seen(executor: str) -> None:
    """What the function raises comes through."""
    with pytest.raises(ValueError, match="three is refused"):
        run_all(refuse_three, range(5), executor=executor)


def test_listener_may_stop_the_run() -> None:
    """What a listener raises ends the run of a pool too."""

    def full(index: int, result: int) -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        run_all(square, range(5), executor="processes:2", on_result=full)


def test_a_crash_is_forgiven_once(tmp_path: Path) -> None:
    """When a worker dies, the items without a result run again; each result is handed on once."""
    heard: list[int] = []
    items = [(number, tmp_path / "died") for number in range(6)]
    found = run_all(die_once, items, executor="processes:2", on_result=lambda index, _: heard.append(index))
    assert found == list(range(6))
    assert sorted(heard) == list(range(6))
    assert (tmp_path / "died").exists()


def test_a_second_crash_ends_the_run() -> None:
    """A function that always kills its process is not tried for ever."""
    with pytest.raises(BrokenProcessPool):
        run_all(die, [1], executor="processes:1")


@pytest.mark.parametrize("executor", ["threads", "processes:", "processes:0", "processes:two", "Serial", ""])
def test_unknown_executors_are_refused(executor: str) -> None:
    """An executor that does not exist is named, whether or not there is work."""
    with pytest.raises(SettingsError, match="executor"):
        run_all(square, [], executor=executor)


def wait_long(number: int) -> int:
    time.sleep(60)
    return number


def test_a_stop_ends_the_run() -> None:
    """In this process before the next item, in a pool while items run: their processes are ended."""
    heard: list[int] = []
    with pytest.raises(StoppedError):
        run_all(square, range(3), on_result=lambda index, _: heard.append(index), should_stop=lambda: len(heard) == 2)
    assert heard == [0, 1]
    begun = time.monotonic()
    with pytest.raises(StoppedError):
        run_all(wait_long, range(2), executor="processes:2", should_stop=lambda: True)
    assert time.monotonic() - begun < 50


def test_the_installation_may_name_a_cluster(monkeypatch) -> None:
    monkeypatch.setenv("STAFFING_EXECUTOR", "dask:tls://planner.example:8786")
    assert executor_for(4) == "dask:tls://planner.example:8786"
    monkeypatch.delenv("STAFFING_EXECUTOR")
    assert (executor_for(1), executor_for(4)) == ("serial", "processes:4")
