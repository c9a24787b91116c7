"""One thread for the linear algebra of forecasts."""

from functools import cache
from typing import Any

from threadpoolctl import ThreadpoolController


def one_thread() -> Any:
    """Context in which BLAS uses one thread: for many small dense systems more cost twenty times the work itself."""
    return _libraries().limit(limits=1, user_api="blas")


@cache
def _libraries() -> ThreadpoolController:
    """The libraries loaded by now, numpy's and scipy's among them; to look for them takes longer than a small fit."""
    return ThreadpoolController()
