"""Items side by side in processes of this machine."""

import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from typing import TypeVar

from staffing.compute.draining import drain
from staffing.compute.errors import StoppedError

T = TypeVar("T")
R = TypeVar("R")

POLL_S = 0.5
"""How often a stop is asked about."""


def run_in_pool(
    func: Callable[[T], R],
    items: Sequence[T],
    wanted: Sequence[int],
    workers: int,
    take: Callable[[int, R], None],
    should_stop: Callable[[], bool] | None = None,
) -> None:
    """One pool of fresh interpreters; they inherit no threads, locks or open files.

    Raises
    ------
    concurrent.futures.process.BrokenProcessPool
        When a worker process dies.
    StoppedError
        When a stop is asked for; the processes are ended.
    """
    before = set(multiprocessing.active_children())
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        index_of: dict[Future[R], int] = {pool.submit(func, items[index]): index for index in wanted}
        try:
            drain(pool, index_of, take, should_stop, POLL_S)
        except StoppedError:
            for process in set(multiprocessing.active_children()) - before:
                process.terminate()
            raise
