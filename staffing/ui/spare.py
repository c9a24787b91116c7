"""A worker that waits: libraries and kernels are loaded in a process of its own before anybody starts a job.

The server keeps one (`keep`). A job that is started goes to it (`give`) instead of to a process that first has to load
everything; then another one is made ready. While it waits it ends with the server; with a job it outlives it.
"""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from staffing.settings import PREFIX

LATER_S = 20.0
"""The next one begins to load when the job that took the last one has had the machine for itself for a while."""
READY = b"ready\n"
COMMAND = (sys.executable, "-m", "staffing.ui.spare")


class Spare:
    """The server's end of one waiting worker."""

    def __init__(self, later_s: float) -> None:
        self.is_ready = threading.Event()
        self.process = subprocess.Popen(
            [*COMMAND, f"{later_s:g}"],
            env=os.environ | {"PYTHONPATH": python_path()},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        if self.process.stdout.readline() == READY:
            self.is_ready.set()

    def give(self, order: Mapping[str, Any]) -> bool:
        """Hand the worker its job; False where it has gone or is still loading."""
        assert self.process.stdin is not None
        if not self.is_ready.is_set() or self.process.poll() is not None:
            return False
        try:
            self.process.stdin.write(json.dumps(order).encode() + b"\n")
            self.process.stdin.close()
        except OSError:
            return False
        return True

    def close(self) -> None:
        """Let the worker end."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(timeout=60)


_LOCK = threading.Lock()
_waiting: list[Spare] = []


def python_path() -> str:
    """Where a worker finds this package."""
    package = str(Path(__file__).resolve().parents[2])
    return os.pathsep.join(part for part in (package, os.environ.get("PYTHONPATH", "")) if part)


def keep(later_s: float = 0.0) -> Spare:
    """Have one worker waiting from now on; it begins to load after `later_s` seconds."""
    with _LOCK:
        if not _waiting or _waiting[0].process.poll() is not None:
            _waiting[:] = [Spare(later_s)]
        return _waiting[0]


def give(job_id: str, db_url: str, log: Path) -> bool:
    """Hand a queued job to the waiting worker; False where there is none that could begin at once."""
    with _LOCK:
        if not _waiting or not _waiting[0].is_ready.is_set():
            return False
        spare = _waiting.pop()
    own = {name: value for name, value in os.environ.items() if name.startswith(PREFIX)}
    order = {"job": job_id, "log": str(log), "environment": own | {f"{PREFIX}DB_URL": db_url}}
    is_given = spare.give(order)
    keep(LATER_S)
    return is_given


def wait(later_s: float) -> int:
    """The worker's end: load everything, say so, and work the one job that comes."""
    if hasattr(os, "nice"):
        os.nice(5)  # the page stays quick on a small machine
    came = threading.Event()
    line: list[bytes] = []

    def listen() -> None:
        line.append(sys.stdin.buffer.readline())
        if not line[0]:
            os._exit(0)  # the server has gone, whatever is being loaded
        came.set()

    threading.Thread(target=listen, daemon=True).start()
    time.sleep(later_s)
    _load()
    sys.stdout.buffer.write(READY)
    sys.stdout.buffer.flush()
    came.wait()
    order = json.loads(line[0])
    for stale in [name for name in os.environ if name.startswith(PREFIX)]:
        del os.environ[stale]
    os.environ.update(order["environment"])
    from staffing.ui.worker import log_into, work_job

    log_into(Path(order["log"]))
    return work_job(str(order["job"]))


def _load() -> None:
    from staffing import files, report  # noqa: F401
    from staffing.ui import worker  # noqa: F401
    from staffing.warm import warm_kernels

    warm_kernels(lambda name, seconds: None)


if __name__ == "__main__":
    sys.exit(wait(float(sys.argv[1]) if len(sys.argv) > 1 else 0.0))
