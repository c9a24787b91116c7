"""The cluster behind the seam: same contract as pools, mutual TLS, equal versions, no finished item done again."""

import os
import pickle
import shutil
import time
from pathlib import Path

import pytest

from staffing.compute import ClusterError, StoppedError, run_all
from staffing.compute import cluster as module
from staffing.errors import SettingsError
from tests.compute.certificates import make_certificates

distributed = pytest.importorskip("distributed", reason="the extra 'cluster' is not installed")
pytestmark = [
    pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl to make certificates with"),
    pytest.mark.xdist_group("cluster"),
]


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    """Ours and those of a stranger."""
    folder = tmp_path_factory.mktemp("certificates")
    return {name: make_certificates(folder, name) for name in ("ours", "strange")}


@pytest.fixture(scope="module")
def address(certificates):
    """Two worker processes behind a scheduler that wants certificates."""
    import dask

    ours = certificates["ours"]
    both = {
        f"tls_{role}_{part}": str(ours[part]) for role in ("client", "scheduler", "worker") for part in ("cert", "key")
    }
    security = distributed.Security(tls_ca_file=str(ours["ca"]), require_encryption=True, **both)
    with (
        dask.config.set({"distributed.scheduler.worker-ttl": "30s", "distributed.scheduler.allowed-failures": 1}),
        distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            dashboard_address=None,
            security=security,
            protocol="tls",
            silence_logs=50,
        ) as cluster,
    ):
        yield cluster.scheduler_address


@pytest.fixture(autouse=True)
def named(certificates, monkeypatch):
    """The settings name our certificates."""
    for part, path in certificates["ours"].items():
        monkeypatch.setenv(f"STAFFING_CLUSTER_{part.upper()}", str(path))


def square(number: int) -> int:
    return number * number


def refuse_three(number: int) -> int:
    if number == 3:
        raise ValueError("three is refused")
    return number


def noted(item: tuple[int, Path]) -> int:
    """Notes that it ran; item 5 kills its worker the first time."""
    number, folder = item
    with (folder / f"ran-{number}").open("a", encoding="ascii") as file:
        file.write("x")
    if number == 5 and not (folder / "died").exists():
        (folder / "died").touch()
        os._exit(1)
    return number


def end(number: int) -> int:
    os._exit(1)


def wait_long(number: int) -> int:
    time.sleep(5)
    return number


def test_same_contract_as_the_others(address):
    """Results come in the order of the items, each is handed on once, and nothing to do is an empty list."""
    heard: list[int] = []
    found = run_all(square, range(20), executor=f"dask:{address}", on_result=lambda index, _: heard.append(index))
    assert found == [number * number for number in range(20)]
    assert sorted(heard) == list(range(20))
    assert run_all(square, [], executor=f"dask:{address}") == []


def test_what_goes_wrong_comes_through(address):
    """What the function or a listener raises ends the run as it is."""
    with pytest.raises(ValueError, match="three is refused"):
        run_all(refuse_three, range(5), executor=f"dask:{address}")

    def full(index: int, result: int) -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        run_all(square, range(5), executor=f"dask:{address}", on_result=full)


def test_a_stop_is_heard_while_items_run(address):
    """The run ends before the first item does."""
    heard: list[int] = []
    with pytest.raises(StoppedError):
        run_all(
            wait_long,
            range(2),
            executor=f"dask:{address}",
            on_result=lambda index, _: heard.append(index),
            should_stop=lambda: True,
        )
    assert not heard


def test_other_versions_are_refused(address, monkeypatch):
    """A worker with another release gets no item."""
    monkeypatch.setattr(module, "versions", lambda: {"numpy": "0.1"})
    with pytest.raises(ClusterError, match=r"other versions: .*instead of 0\.1"):
        run_all(square, [1], executor=f"dask:{address}")


def test_a_worker_that_joins_late_is_asked_too():
    packed = pickle.dumps((square, 2))
    with pytest.raises(ClusterError, match=r"numpy .* instead of 0"):
        module.run_task(packed, {**module.versions(), "numpy": "0"})
    assert module.run_task(packed, module.versions()) == 4


def test_a_strange_certificate_is_refused(address, certificates, monkeypatch):
    """Neither a stranger's authority nor a stranger's certificate is let in."""
    monkeypatch.setattr(module, "CONNECT_S", 3)
    for part in ("cert", "key"):
        monkeypatch.setenv(f"STAFFING_CLUSTER_{part.upper()}", str(certificates["strange"][part]))
    with pytest.raises(ClusterError, match="no scheduler answers"):
        run_all(square, [1], executor=f"dask:{address}")
    monkeypatch.setenv("STAFFING_CLUSTER_CA", str(certificates["strange"]["ca"]))
    with pytest.raises(ClusterError, match="no scheduler answers"):
        run_all(square, [1], executor=f"dask:{address}")


@pytest.mark.parametrize(
    ("where", "wrong"),
    [
        ("tcp://planner.example:8786", "expected tls://"),
        ("planner.example:8786", "expected tls://HOST:PORT"),
        ("tls://planner.example", "expected tls://HOST:PORT"),
    ],
)
def test_only_tls_beyond_this_machine(where, wrong):
    with pytest.raises(SettingsError, match=wrong):
        run_all(square, [1], executor=f"dask:{where}")


def test_certificates_must_be_there(monkeypatch, tmp_path):
    monkeypatch.setenv("STAFFING_CLUSTER_KEY", str(tmp_path / "none.key"))
    with pytest.raises(SettingsError, match=r"STAFFING_CLUSTER_KEY is '.*none\.key', expected a PEM file"):
        run_all(square, [1], executor="dask:tls://127.0.0.1:8786")


def test_nobody_there_is_told(monkeypatch):
    monkeypatch.setattr(module, "CONNECT_S", 1)
    with pytest.raises(ClusterError, match=r"no scheduler answers at tls://127\.0\.0\.1:9"):
        run_all(square, [1], executor="dask:tls://127.0.0.1:9")


def test_a_dead_worker_costs_only_what_it_had_in_hand(address, tmp_path):
    """Finished items are not done again when a worker dies; nothing is missing or told twice."""
    heard: list[int] = []
    before: set[int] = set()  # told of before the death

    def tell(index, _):
        heard.append(index)
        if not (tmp_path / "died").exists():
            before.add(index)

    items = [(number, tmp_path) for number in range(12)]
    found = run_all(noted, items, executor=f"dask:{address}", on_result=tell)
    assert found == list(range(12))
    assert sorted(heard) == list(range(12))
    assert (tmp_path / "died").exists()
    again = {number for number in range(12) if len((tmp_path / f"ran-{number}").read_text()) > 1}
    assert 5 in again
    assert not again & before
    assert len(again) <= 2 * module.AHEAD  # what two workers have in hand, or have finished and not yet told


def test_an_item_that_kills_every_worker_ends_the_run(address):
    with pytest.raises(ClusterError, match="ended every worker"):
        run_all(end, [1], executor=f"dask:{address}")
