"""The compile decorator of all kernels and its cache; the only importer of numba.

A kernel is a plain function of arrays and numbers. Compiled code is kept beside the package when that folder can be
written (editable and user installs), otherwise in the user's cache folder; ``NUMBA_CACHE_DIR`` overrides both. numba
tells stale code by the file of the kernel alone; here the files of all kernels of a room count, so that a kernel may
call kernels of its neighbours.
"""

from __future__ import annotations

import getpass
import hashlib
import os
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, ParamSpec, Protocol, TypeVar, cast, overload

P = ParamSpec("P")
R_co = TypeVar("R_co", covariant=True)


class Kernel(Protocol[P, R_co]):
    """A compiled function; `py_func` is the plain Python form, for tests and for reading."""

    py_func: Callable[..., Any]

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R_co: ...


@overload
def compiled(function: Callable[P, R_co], /) -> Kernel[P, R_co]: ...


@overload
def compiled(**options: bool) -> Callable[[Callable[P, R_co]], Kernel[P, R_co]]: ...


def compiled(function: Callable[..., Any] | None = None, /, **options: bool) -> Any:
    """Compile `function` at its first call, without the Python interpreter, and keep the result on disk.

    Parameters
    ----------
    function
        A function that numba can compile in nopython mode.
    **options
        Handed to ``numba.njit``; ``cache=True``, ``nogil=True`` and ``error_model="numpy"`` unless told otherwise (a
        division by zero raises nothing: Python's check costs 150 ns where the division takes 5). ``inner=True`` is for
        kernels that only kernels call: without their door to Python they compile three times as fast.
    """

    def decorate(plain: Callable[..., Any]) -> Kernel[..., Any]:
        _choose_cache()
        import numba

        if options.pop("inner", False):
            options.update(no_cpython_wrapper=True, no_cfunc_wrapper=True)
        compiler: Any = numba.njit
        done = compiler(**{"cache": True, "nogil": True, "error_model": "numpy", **options})(plain)
        if not hasattr(done, "py_func"):  # NUMBA_DISABLE_JIT hands the function back as it is
            done.py_func = plain
        _forget_literals(done)
        _watch_room(done, Path(plain.__code__.co_filename))
        return cast(Kernel[..., Any], done)

    return decorate if function is None else decorate(function)


def _forget_literals(kernel: Any) -> None:
    """Compile `kernel` once for an integer, not once more for each constant it is called with by other kernels."""
    inner = getattr(kernel, "get_call_template", None)
    if inner is None:
        return
    from numba.core import types

    unliteral: Any = types.unliteral

    def get_call_template(args: Any, kws: Any) -> Any:
        return inner([unliteral(arg) for arg in args], {name: unliteral(arg) for name, arg in kws.items()})

    kernel.get_call_template = get_call_template


def _watch_room(kernel: Any, file: Path) -> None:
    """Make `kernel` stale when any file with kernels of its room (folder directly below the package) changes.

    numba has no public way to say so; where its inside differs, its own stamp (time and size of `file`) is left.
    """
    package = Path(__file__).resolve().parent
    store: Any = getattr(getattr(kernel, "_cache", None), "_cache_file", None)
    if hasattr(store, "_source_stamp") and package in file.resolve().parents:
        room = file.resolve().relative_to(package).parts[0]
        store._source_stamp = (store._source_stamp, _room_stamp(package / room))


@cache
def _room_stamp(room: Path) -> str:
    """Digest of this module and of all files below `room` that import it."""
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for file in sorted(room.rglob("*.py")) if room.is_dir() else ():
        content = file.read_bytes()
        if b"staffing.kernels" in content:
            digest.update(content)
    return digest.hexdigest()


def _choose_cache() -> None:
    """Name a cache folder before numba reads its settings, where the package's own cannot be written."""
    if os.environ.get("NUMBA_CACHE_DIR"):
        return
    package = Path(__file__).resolve().parent
    if os.access(package, os.W_OK):
        return
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    for folder in (
        home / "staffing" / "kernels",
        Path(tempfile.gettempdir()) / f"staffing-kernels-{getpass.getuser()}",
    ):
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        os.environ["NUMBA_CACHE_DIR"] = str(folder)
        return
