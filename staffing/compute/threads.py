"""Items side by side in threads of this process: for work that spends its time in compiled code."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from staffing.compute.draining import drain

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
        drain(pool, index_of, take, should_stop, POLL_S)
