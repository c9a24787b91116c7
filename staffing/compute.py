"""Run one function over many items behind one seam: in this process or in a pool of processes."""

import multiprocessing
import os
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

from staffing.errors import SettingsError

T = TypeVar("T")
R = TypeVar("R")


def run_all(
    func: Callable[[T], R],
    items: Sequence[T],
    *,
    executor: str = "serial",
    on_result: Callable[[int, R], None] | None = None,
    progress: Callable[[int, int], None] | None = None,
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
        ``"serial"``, ``"processes"`` (one per processor) or ``"processes:N"``. A script that starts
        processes needs the guard ``if __name__ == "__main__"``.
    on_result
        Called in this process with (index, result) as soon as each item is done, in any order: the
        place to save results. What it raises ends the run.
    progress
        Called with (items done, items in all).

    Raises
    ------
    SettingsError
        When the executor is not known.
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
            take(index, func(item))
    elif items:
        try:
            _pool(func, items, range(len(items)), workers, take)
        except BrokenProcessPool:
            missing = [index for index in range(len(items)) if index not in results]
            _pool(func, items, missing, workers, take)
    return [results[index] for index in range(len(items))]


def _pool(
    func: Callable[[T], R],
    items: Sequence[T],
    wanted: Sequence[int],
    workers: int,
    take: Callable[[int, R], None],
) -> None:
    """One pool of fresh interpreters; they inherit no threads, locks or open files."""
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        index_of: dict[Future[R], int] = {pool.submit(func, items[index]): index for index in wanted}
        try:
            for future in as_completed(index_of):
                # The result is handed on and forgotten: a long run must not hold it twice.
                take(index_of.pop(future), future.result())
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _workers(executor: str) -> int:
    kind, _, number = executor.partition(":")
    if executor == "serial":
        return 1
    if kind == "processes" and executor == kind:
        return _processors()
    if kind == "processes" and number.isdecimal() and int(number) >= 1:
        return int(number)
    raise SettingsError(f"executor is {executor!r}, expected serial, processes or processes:N")


def _processors() -> int:
    """Processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
