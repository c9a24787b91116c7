"""One batch at a time in a folder: a lock that the kernel frees when the process dies."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

try:
    import fcntl
except ImportError:  # pragma: no cover - systems without flock
    fcntl = None  # type: ignore[assignment]


FILE = ".batch.lock"


class LockedError(Exception):
    """Another run holds the folder."""


@contextlib.contextmanager
def locked(folder: Path, *, looks_only: bool = False) -> Iterator[None]:
    """Hold the folder's lock for the block; who `looks_only` makes nothing, neither folder nor lock.

    Raises
    ------
    LockedError
        At once, when another process holds it.
    """
    if looks_only and not (folder / FILE).exists():
        yield
        return
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder / FILE, os.O_CREAT | os.O_RDWR, 0o644)
    try:
        if fcntl is not None:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise LockedError(str(folder)) from None
        yield
    finally:
        os.close(handle)
