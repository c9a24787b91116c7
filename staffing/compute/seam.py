"""`run_all`, the one way to run a function over many items."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

from staffing.compute.errors import StoppedError
from staffing.errors import SettingsError
from staffing.settings import load_settings

T = TypeVar("T")
R = TypeVar("R")

CLUSTER, THREADS = "dask:", "threads:"


def run_all(
    func: Callable[[T], R],
    items: Sequence[T],
    *,
    executor: str = "serial",
    on_result: Callable[[int, R], None] | None = None,
    progress: Callable[[int, int], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> list[R]:
    """Apply `func` to every item; results in the order of the items.

    Parameters
    ----------
    func
        A function of a module (worker processes import it). It gets everything it needs, its seed
        included, from the item, so that the result does not depend on the executor.
    items
        Plain data.
    executor
        ``"serial"``, ``"threads:N"`` (of this process: for work in compiled code), ``"processes"`` (one per
        processor), ``"processes:N"`` or the address of a cluster's scheduler, ``"dask:tls://HOST:PORT"``. A script
        that starts processes needs the guard ``if __name__ == "__main__"``.
    on_result
        Called in this process with (index, result) as soon as each item is done, in any order: the
        place to save results. What it raises ends the run.
    progress
        Called with (items done, items in all).
    should_stop
        Asked about twice a second from the calling thread, before each item where they run in it.

    Raises
    ------
    SettingsError
        When the executor is not known, or is a cluster that may not be used (no TLS off this machine).
    ClusterError
        When a cluster cannot be reached or has other versions installed; `LostClusterError` when it was lost.
    StoppedError
        When a stop was asked for before all was done.
    concurrent.futures.process.BrokenProcessPool
        When a worker process dies (out of memory, killed) a second time; after the first, the items
        without a result run again in fresh processes. What `func` raises comes through as it is.

    Examples
    --------
    >>> run_all(abs, [-1, 2, -3])
    [1, 2, 3]
    """
    workers = min(_workers(executor), len(items))
    results: dict[int, R] = {}

    def take(index: int, result: R) -> None:
        results[index] = result
        if on_result is not None:
            on_result(index, result)
        if progress is not None:
            progress(len(results), len(items))

    if executor == "serial":
        for index, item in enumerate(items):
            if should_stop is not None and should_stop():
                raise StoppedError
            take(index, func(item))
    elif executor.startswith(CLUSTER):
        from staffing.compute.cluster import run_on_cluster

        run_on_cluster(func, items, executor.removeprefix(CLUSTER), take, should_stop)
    elif items and executor.startswith(THREADS):
        from staffing.compute.threads import run_in_threads

        run_in_threads(func, items, workers, take, should_stop)
    elif items:
        from staffing.compute.pool import run_in_pool

        try:
            run_in_pool(func, items, range(len(items)), workers, take, should_stop)
        except BrokenProcessPool:
            missing = [index for index in range(len(items)) if index not in results]
            run_in_pool(func, items, missing, workers, take, should_stop)
    return [results[index] for index in range(len(items))]


def executor_for(workers: int) -> str:
    """Where wide work runs: on the installation's cluster where one is set, else on `workers` processors.

    The setting is ``STAFFING_EXECUTOR``; an executor never changes a result.

    Examples
    --------
    >>> executor_for(1), executor_for(4)
    ('serial', 'processes:4')
    """
    named = load_settings().executor
    return named or ("serial" if workers <= 1 else f"processes:{workers}")


def _workers(executor: str) -> int:
    kind, _, number = executor.partition(":")
    if executor == "serial":
        return 1
    if kind == "processes" and executor == kind:
        return _processors()
    if kind in ("processes", "threads") and number.isdecimal() and int(number) >= 1:
        return int(number)
    if executor.startswith(CLUSTER) and number:
        return 1
    raise SettingsError(
        f"executor is {executor!r}, expected serial, threads:N, processes, processes:N or dask:tls://HOST:PORT"
    )


def _processors() -> int:
    """Processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
