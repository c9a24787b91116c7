"""Items side by side in processes of this machine."""

import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from typing import TypeVar

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
            while index_of:
                ended, _ = wait(index_of, timeout=None if should_stop is None else POLL_S, return_when=FIRST_COMPLETED)
                for future in ended:
                    # The result is handed on and forgotten: a long run must not hold it twice.
                    take(index_of.pop(future), future.result())
                if index_of and should_stop is not None and should_stop():
                    raise StoppedError
        except StoppedError:
            pool.shutdown(wait=False, cancel_futures=True)
            for process in set(multiprocessing.active_children()) - before:
                process.terminate()
            raise
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
