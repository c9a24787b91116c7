"""Reading tables without the collector of cycles."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Let the collector rest while a table is read.

    Rows are millions of small lists without a cycle; the collector would look at all of them again and again, which
    takes more than half of the time. Where several threads read at once the first one that ends wakes it.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
