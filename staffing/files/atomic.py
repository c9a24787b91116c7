"""Files and folders that are there whole or not at all, whenever the process or the machine dies."""

import contextlib
import ctypes
import ctypes.util
import errno
import os
import re
import secrets
import shutil
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


def atomic_write(path: Path, data: bytes | str, *, private: bool = False) -> None:
    """Write a file in one step: a temporary file beside it, synced, renamed over it, the folder synced.

    Parameters
    ----------
    path : Path
        Target; its folder must exist. An existing file is replaced.
    data : bytes or str
        Content; text is written as UTF-8 with line feeds.
    private : bool, optional
        Nobody but the account that writes it may read it, where the system knows accounts.
    """
    path = Path(path)
    content = data.encode("utf-8") if isinstance(data, str) else data
    temporary = path.with_name(_temporary_name(path.name, "tmp"))
    try:
        with open(temporary, "xb", opener=_own if private else None) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


@contextlib.contextmanager
def atomic_folder(target: Path) -> Iterator[Path]:
    """A new folder beside `target` that takes its place when the block ends well, and vanishes otherwise.

    Everything in it is synced first. Where the system can swap two folders in one step (Linux) an existing target is
    whole at every moment; elsewhere it is moved aside for an instant, and `recover_folder` puts it back after a crash.
    """
    target = Path(target).absolute()
    target.parent.mkdir(parents=True, exist_ok=True)
    recover_folder(target)
    temporary = target.with_name(_temporary_name(target.name, "tmp"))
    temporary.mkdir()
    try:
        yield temporary
        _sync_tree(temporary)
        _replace_folder(temporary, target)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise


def recover_folder(target: Path) -> None:
    """Clean up after dead writers of `target`: put back a folder moved aside, delete what was never finished."""
    target = Path(target).absolute()
    if not target.parent.is_dir():
        return
    pattern = re.compile(re.escape(f".{target.name}.") + r"(tmp|old)-(.+)-(\d+)-[0-9a-f]{8}")
    for path in sorted(target.parent.iterdir()):
        found = pattern.fullmatch(path.name)
        if found is None or found[2] != _host() or _alive(int(found[3])):
            continue
        if found[1] == "old" and not target.exists():
            path.rename(target)
            sync_folder(target.parent)
        elif path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Make names in a folder durable, where the system has a way to."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _replace_folder(temporary: Path, target: Path) -> None:
    if not target.exists():
        temporary.rename(target)
    elif _exchange(temporary, target):
        # What was the target is now under the temporary name; should we die here, the next writer deletes it.
        sync_folder(target.parent)
        shutil.rmtree(temporary, ignore_errors=True)
    else:
        aside = target.with_name(_temporary_name(target.name, "old"))
        target.rename(aside)
        temporary.rename(target)
        sync_folder(target.parent)
        shutil.rmtree(aside, ignore_errors=True)
    sync_folder(target.parent)


def _exchange(one: Path, other: Path) -> bool:
    """Swap two folders in one step; False where the system or the file system cannot."""
    if sys.platform != "linux":
        return False
    library = ctypes.CDLL(ctypes.util.find_library("c") or "libc.so.6", use_errno=True)
    if not hasattr(library, "renameat2"):
        return False
    names = os.fsencode(one), os.fsencode(other)
    if library.renameat2(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in (errno.EINVAL, errno.ENOSYS, errno.EXDEV, errno.ENOTSUP, errno.EPERM):
        return False
    raise OSError(code, os.strerror(code), str(other))


def _sync_tree(folder: Path) -> None:
    for root, _, names in os.walk(folder):
        for name in names:
            handle = os.open(Path(root) / name, os.O_RDWR)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
        sync_folder(Path(root))


def _own(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _temporary_name(name: str, kind: str) -> str:
    return f".{name}.{kind}-{_host()}-{os.getpid()}-{secrets.token_hex(4)}"


def _host() -> str:
    return re.sub(r"[^A-Za-z0-9]", "_", socket.gethostname())[:32] or "host"


def _alive(process: int) -> bool:
    if process == os.getpid():
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
