"""Items on the hosts of a Dask cluster, over mutual TLS.

A future is released as soon as its result is handed on: a worker that dies later then takes nothing with it that has
to be done again. Each task carries the versions of the sender, so that a worker that joins late is asked too.
"""

import pickle
import platform
import queue
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Generic, TypeVar
from urllib.parse import urlsplit

from staffing.compute.errors import ClusterError, LostClusterError, StoppedError
from staffing.errors import SettingsError
from staffing.settings import Settings, load_settings

T = TypeVar("T")
R = TypeVar("R")

PACKAGES = ("staffing", "numpy", "scipy", "numba", "ortools", "pandas", "statsmodels")
LOOPBACK = ("127.0.0.1", "localhost", "::1")
CONNECT_S = 15
"""Longest wait for the scheduler, and for a first worker."""
SILENCE_S = 30
"""Silence after which a connection counts as cut; the scheduler's ``worker-ttl`` must not be above `TTL_MAX_S`."""
TTL_MAX_S = 45
RECOUNT_S = 2
"""How often the threads of the cluster are counted; workers may come and go."""
POLL_S = 0.5
"""How often a stop and the connection are asked about."""
FETCHING = 8
"""Results fetched at once; one that lies on a silent host holds up no other."""
AHEAD = 2
"""Items under way per thread of the cluster: the next one waits at the worker while one runs."""


def run_on_cluster(
    func: Callable[[T], R],
    items: Sequence[T],
    address: str,
    take: Callable[[int, R], None],
    should_stop: Callable[[], bool] | None = None,
) -> None:
    """Run `func` over `items` on the cluster of the scheduler at `address`; `take` gets (index, result), each once.

    Raises
    ------
    SettingsError
        When the address is no ``tls://`` off this machine, a certificate is not named or Dask is not installed.
    ClusterError
        When the scheduler does not answer or refuses the certificate, there is no worker, versions differ, an item
        killed its worker again and again, or the scheduler was lost. What `func` raises comes through as it is.
    """
    settings = load_settings()
    secure = _is_secure(address)
    _need_files(settings, secure)
    try:
        import dask
        from distributed import Client, Security
    except ImportError:
        raise SettingsError(
            "the executor is a cluster, which needs the extra 'cluster': pip install 'staffing[cluster]'"
        ) from None
    security = None
    if secure:
        security = Security(
            tls_ca_file=str(settings.cluster_ca),
            tls_client_cert=str(settings.cluster_cert),
            tls_client_key=str(settings.cluster_key),
            require_encryption=True,
        )
    limits = {
        "distributed.comm.timeouts.connect": f"{CONNECT_S}s",
        "distributed.comm.timeouts.tcp": f"{SILENCE_S}s",
        "distributed.comm.retry.count": 0,
    }
    with dask.config.set(limits):
        try:
            client = Client(address, security=security, timeout=CONNECT_S, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as error:
            raise ClusterError(
                f"no scheduler answers at {address} ({type(error).__name__}): check that it runs, that its port is "
                "open and that its certificate and ours are signed by the same authority"
            ) from None
        try:
            _shake_hands(client, address)
            _Run(client, func, items, take, should_stop).work()
        finally:
            client.close(timeout=5)


class _Run(Generic[T, R]):
    """A run over the items: a few are kept ahead of the threads there are, each result is handed on and forgotten."""

    def __init__(
        self,
        client: Any,
        func: Callable[[T], R],
        items: Sequence[T],
        take: Callable[[int, R], None],
        should_stop: Callable[[], bool] | None,
    ) -> None:
        self.client, self.func, self.items, self.take, self.should_stop = client, func, items, take, should_stop
        self.waiting = deque(range(len(items)))
        self.index_of: dict[Any, int] = {}
        self.ended: queue.SimpleQueue[tuple[Any, Any, BaseException | None]] = queue.SimpleQueue()
        self.fetching = ThreadPoolExecutor(FETCHING)
        self.threads, self.counted = 1, float("-inf")

    def work(self) -> None:
        from distributed.comm.core import CommClosedError

        try:
            self._send()
            while self.index_of:
                with suppress(queue.Empty):
                    self._hand_on(*self.ended.get(timeout=POLL_S))
                if self.client.status != "running":
                    raise self._lost()
                if self.index_of and self.should_stop is not None and self.should_stop():
                    raise StoppedError
                self._send()
        except (CommClosedError, ConnectionError) as error:
            # What the function raises is its own, unless the connection is gone.
            if self.client.status == "running":
                raise
            raise self._lost() from error
        finally:
            self.fetching.shutdown(wait=False, cancel_futures=True)
            if self.index_of and self.client.status == "running":
                self.client.cancel(list(self.index_of), force=True)

    def _send(self) -> None:
        if time.monotonic() - self.counted >= RECOUNT_S:
            self.threads, self.counted = max(1, sum(self.client.nthreads().values())), time.monotonic()
        while self.waiting and len(self.index_of) < AHEAD * self.threads:
            index = self.waiting.popleft()
            # Packed here and unpacked inside the task: what a worker cannot import is then told as the task's error.
            packed = pickle.dumps((self.func, self.items[index]), protocol=5)
            future = self.client.submit(run_task, packed, versions(), pure=False)
            self.index_of[future] = index
            future.add_done_callback(self._done)

    def _done(self, future: Any) -> None:
        with suppress(RuntimeError):  # the run has ended
            self.fetching.submit(self._fetch, future)

    def _fetch(self, future: Any) -> None:
        """Get the result beside the run: from a host that was just cut off it comes only after another has made it."""
        try:
            self.ended.put((future, future.result(), None))
        except BaseException as error:  # noqa: BLE001 - raised by the run itself
            self.ended.put((future, None, error))

    def _hand_on(self, future: Any, result: Any, error: BaseException | None) -> None:
        from distributed import CancelledError, KilledWorker

        index = self.index_of.pop(future)
        if isinstance(error, KilledWorker):
            raise ClusterError(f"item {index} of {len(self.items)} ended every worker that tried it (out of memory?)")
        if isinstance(error, CancelledError):
            raise self._lost() from error
        if error is not None:
            raise error
        future.release()
        self.take(index, result)

    def _lost(self) -> LostClusterError:
        left = len(self.waiting) + len(self.index_of)
        return LostClusterError(f"the scheduler was lost with {left} of {len(self.items)} items to do")


def run_task(packed: bytes, wanted: dict[str, str]) -> Any:
    """One item on a worker, if the worker has what the sender has: the result of the packed (function, item).

    Raises
    ------
    ClusterError
        When it has not.
    """
    differ = _differences(wanted, versions())
    if differ:
        raise ClusterError(f"a worker on {platform.node()} has other versions: {differ}")
    func, item = pickle.loads(packed)
    return func(item)


@cache
def versions() -> dict[str, str]:
    """Python and the packages that results depend on, as installed here; blank where one is missing."""
    found = {"python": ".".join(platform.python_version_tuple()[:2])}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = ""
    return found


async def _told_versions() -> dict[str, str]:
    """The same; a coroutine is answered at once, a plain function only when the item under way is done."""
    return versions()


def _differences(ours: dict[str, str], theirs: dict[str, str]) -> str:
    return ", ".join(
        f"{name} {theirs.get(name) or 'missing'} instead of {wanted or 'none'}"
        for name, wanted in ours.items()
        if theirs.get(name) != wanted
    )


def _shake_hands(client: Any, address: str) -> None:
    """See before the first item that there are workers, all with the same versions, and that a dead link is noticed."""
    try:
        client.wait_for_workers(1, timeout=CONNECT_S)
    except TimeoutError:
        raise ClusterError(f"the scheduler at {address} has no worker; start one and try again") from None
    for worker, found in client.run(_told_versions, on_error="return").items():
        if isinstance(found, Exception):
            raise ClusterError(f"the worker at {worker} cannot run staffing: {type(found).__name__}")
        differ = _differences(versions(), found)
        if differ:
            raise ClusterError(f"the worker at {worker} has other versions: {differ}")
    silence = client.run_on_scheduler(worker_ttl)
    if silence is None or silence > TTL_MAX_S:
        told = "never" if silence is None else f"only after {silence:.0f} s"
        raise ClusterError(
            f"the scheduler at {address} notices a lost worker {told}; start it with "
            "DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL=30s"
        )


def worker_ttl(dask_scheduler: Any = None) -> float | None:
    """Seconds after which the scheduler gives up a silent worker; None where it never does."""
    silence = dask_scheduler.worker_ttl
    return None if silence is None else float(silence)


def _is_secure(address: str) -> bool:
    parts = urlsplit(address)
    if parts.scheme not in ("tls", "tcp") or not parts.hostname or parts.port is None:
        raise SettingsError(f"the cluster's address is {address!r}, expected tls://HOST:PORT")
    if parts.scheme == "tcp" and parts.hostname not in LOOPBACK:
        raise SettingsError(
            f"the cluster's address is {address!r}, expected tls://: without it anybody who reaches the port can run "
            "programs on the hosts"
        )
    return parts.scheme == "tls"


def _need_files(settings: Settings, secure: bool) -> None:
    """With TLS all three files must be there."""
    for name in ("cluster_ca", "cluster_cert", "cluster_key") if secure else ():
        path: Path | None = getattr(settings, name)
        if path is None or not path.is_file():
            raise SettingsError(f"STAFFING_{name.upper()} is {str(path or '')!r}, expected a PEM file of the cluster")
