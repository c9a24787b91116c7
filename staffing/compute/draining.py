"""What ended is handed on at once, whatever the items run in."""

from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from typing import TypeVar

from staffing.compute.errors import StoppedError

R = TypeVar("R")


def drain(
    pool: Executor,
    index_of: dict[Future[R], int],
    take: Callable[[int, R], None],
    should_stop: Callable[[], bool] | None,
    poll_s: float,
) -> None:
    """Until every future has ended: each result to `take` with its index, and forgotten then.

    Asks every `poll_s` seconds for a stop. On a stop or an error nothing more is begun.

    Raises
    ------
    StoppedError
        When a stop is asked for.
    """
    try:
        while index_of:
            ended, _ = wait(index_of, timeout=None if should_stop is None else poll_s, return_when=FIRST_COMPLETED)
            for future in ended:
                # The result is handed on and forgotten: a long run must not hold it twice.
                take(index_of.pop(future), future.result())
            if index_of and should_stop is not None and should_stop():
                raise StoppedError
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        raise
