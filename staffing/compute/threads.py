"""Items side by side in threads of this process: for work that spends its time in compiled code."""

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TypeVar

from staffing.compute.errors import StoppedError

T = TypeVar("T")
R = TypeVar("R")

POLL_S = 0.1
"""How often a stop is asked about."""


def run_in_threads(
    func: Callable[[T], R],
    items: Sequence[T],
    workers: int,
    take: Callable[[int, R], None],
    should_stop: Callable[[], bool] | None = None,
) -> None:
    """At most `workers` items at once; a stop or an error waits for those that were begun.

    Raises
    ------
    StoppedError
        When a stop is asked for.
    """
    with ThreadPoolExecutor(workers) as pool:
        index_of: dict[Future[R], int] = {pool.submit(func, item): index for index, item in enumerate(items)}
        try:
            while index_of:
                ended, _ = wait(index_of, timeout=None if should_stop is None else POLL_S, return_when=FIRST_COMPLETED)
                for future in ended:
                    take(index_of.pop(future), future.result())
                if index_of and should_stop is not None and should_stop():
                    raise StoppedError
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
