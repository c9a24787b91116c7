"""What makes the app quick: answers kept, charts described once, sockets without waiting, a worker made ready."""

import gc
import json
import os
import socket
import sys
import weakref
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import altair as alt
import pandas as pd
import pyarrow as pa
import pytest
from sqlalchemy.exc import OperationalError

from staffing.store import JobState, open_store
from staffing.store.jobs import finish_job
from staffing.ui import drawn, jobs, opening, server, spare
from staffing.ui.kept import EACH, kept
from staffing.ui.shown import CannotShowError


class Value:
    """Something that is told apart by identity."""


def answer(owner: Value, number: int) -> list[int]:
    return [number]


def test_answers_are_found_once_and_go_with_their_value() -> None:
    """The same object for the same question, another for another value; none outlives the value."""
    one, two = Value(), Value()
    assert kept(one, answer, 1) is kept(one, answer, 1)
    assert kept(one, answer, 1) is not kept(two, answer, 1)
    first = kept(one, answer, -1)
    for number in range(EACH):
        kept(one, answer, number)
    assert kept(one, answer, -1) is not first
    gone = weakref.ref(two)
    del two
    gc.collect()
    assert gone() is None


def test_a_chart_is_sent_as_the_framework_would_send_it() -> None:
    """Tables stand beside the description under a name that changes with what is in them."""
    table = pd.DataFrame({"x": [1, 2], "y": ["a", "b"]})
    base = alt.Chart(table).encode(x="x:Q", y="y:N")
    found = drawn.described(alt.layer(base.mark_line(), base.mark_point()))
    ((name, sent),) = found["datasets"].items()
    assert f'"name": "{name}"' in json.dumps({**found, "datasets": {}})
    assert pa.ipc.open_stream(sent).read_pandas().equals(table)
    assert "config" not in found
    other = drawn.described(alt.Chart(table.assign(x=[1, 3])).mark_line().encode(x="x:Q", y="y:N"))
    assert name not in other["datasets"]


def test_small_packets_do_not_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the server accepts sends at once; without the framework's function nothing is changed."""
    monkeypatch.setattr(server.starlette_server, "_bind_socket", server.starlette_server._bind_socket)
    server.answer_at_once()
    with server.starlette_server._bind_socket("127.0.0.1", 0, 5) as listening:
        listening.setblocking(True)
        with socket.create_connection(listening.getsockname()), listening.accept()[0] as accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    monkeypatch.delattr(server.starlette_server, "_bind_socket")
    server.answer_at_once()
    assert not hasattr(server.starlette_server, "_bind_socket")


def test_only_a_fresh_tab_gets_its_page_in_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first run in a browser pauses; later runs do not, and a script without a browser never does."""
    waited: list[float] = []
    tab: dict[str, object] = {}
    asked = SimpleNamespace(headers={"host": "127.0.0.1"})
    monkeypatch.setattr(opening, "st", SimpleNamespace(session_state=tab, context=asked))
    monkeypatch.setattr(opening, "time", SimpleNamespace(sleep=waited.append))
    opening.portion()
    assert waited == []
    opening.begin()
    opening.portion()
    opening.portion()
    assert waited == [opening.PAUSE_S] * 2
    for _ in range(2):
        opening.begin()
        opening.portion()
    assert len(waited) == 2
    tab.clear()
    asked.headers = {}
    opening.begin()
    opening.portion()
    assert len(waited) == 2


STAND_IN = """import sys, pathlib
print("ready", flush=True)
pathlib.Path(sys.argv[1]).write_text(sys.stdin.readline())
"""


@pytest.fixture
def order_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where a stand-in for the waiting worker writes the order it is given."""
    monkeypatch.setattr(spare, "COMMAND", (sys.executable, "-c", STAND_IN, str(tmp_path / "order")))
    monkeypatch.setattr(spare, "_waiting", [])
    yield tmp_path / "order"
    for one in spare._waiting:
        one.close()


def test_a_job_goes_to_the_waiting_worker(order_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It gets the job, its log and the settings of now, and another worker takes its place."""
    assert not spare.give("job", "sqlite://", Path("log"))
    first = spare.keep()
    assert spare.keep() is first
    assert first.is_ready.wait(60)
    monkeypatch.setenv("STAFFING_LANG", "zh")
    assert spare.give("job", "sqlite:///x.db", Path("job.log"))
    assert first.process.wait(timeout=60) == 0
    order = json.loads(order_file.read_text())
    assert (order["job"], order["log"]) == ("job", "job.log")
    assert order["environment"] | {"STAFFING_LANG": "zh", "STAFFING_DB_URL": "sqlite:///x.db"} == order["environment"]
    assert spare._waiting[0] is not first


def test_a_worker_that_has_died_is_not_given_a_job(order_file: Path) -> None:
    """The job is then started as if there were none."""
    one = spare.keep()
    assert one.is_ready.wait(60)
    one.process.kill()
    one.process.wait(timeout=60)
    assert not spare.give("job", "sqlite://", Path("log"))


def test_the_worker_loads_waits_and_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ready is said after loading; then it has the settings of the order, its log, and works that job."""
    steps: list[object] = []
    source, given = os.pipe()
    said = tmp_path / "said"
    for name in ("STAFFING_LANG", "STAFFING_X"):
        monkeypatch.setenv(name, "zh")  # undone at the end
    monkeypatch.setattr(spare, "_load", lambda: steps.append("loaded"))
    monkeypatch.setattr(os, "nice", lambda by: 0)
    monkeypatch.setattr(os, "dup2", lambda log, stream: steps.append("log"))
    monkeypatch.setattr(
        "staffing.ui.worker.work_job", lambda job: steps.append((job, os.environ.get("STAFFING_X"))) or 7
    )
    order = {"job": "j1", "log": str(tmp_path / "log"), "environment": {"STAFFING_X": "1"}}
    os.write(given, json.dumps(order).encode() + b"\n")
    os.close(given)
    with os.fdopen(source, "rb") as lines, said.open("wb") as out:
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=lines))
        monkeypatch.setattr(sys, "stdout", SimpleNamespace(buffer=out, fileno=out.fileno))
        assert spare.wait(0.0) == 7
    assert steps == ["loaded", "log", "log", ("j1", "1")]
    assert said.read_bytes() == spare.READY
    assert "STAFFING_LANG" not in os.environ


def test_a_worker_waits_also_where_there_is_no_plan_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first plan of a new installation begins at once too; unless the settings say otherwise."""
    asked: list[bool] = []

    def nothing_to_show() -> None:
        raise CannotShowError("none")

    monkeypatch.setattr(server.runtime, "exists", lambda: True)
    monkeypatch.setattr(server, "_page", lambda name: None)
    monkeypatch.setattr(server, "_plan", nothing_to_show)
    monkeypatch.setattr(server.gc, "freeze", lambda: None)
    monkeypatch.setattr(spare, "keep", lambda: asked.append(True))
    for wanted in ("0", "1"):
        monkeypatch.setenv("STAFFING_SPARE_WORKER", wanted)
        server.prepare()
    assert asked == [True]


def test_a_run_that_waits_begins_although_nobody_looks(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server starts it, as after a restart; a database that cannot be reached is asked again later."""
    begun: list[str] = []
    monkeypatch.setattr(jobs, "launch", lambda store, job, home, url: begun.append(job.id))
    monkeypatch.setattr(server, "prepare", lambda: None)
    monkeypatch.setenv("STAFFING_SPARE_WORKER", "0")
    store = open_store(f"sqlite:///{home / 'staffing.db'}")
    first, second = (jobs.create(store, jobs.Order(tmp_path, seed=seed), home)[0] for seed in (1, 2))
    finish_job(store, first.id, JobState.LOST)
    looks: list[float] = []

    def look_again(seconds: float) -> None:
        looks.append(seconds)
        if len(looks) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(server, "time", SimpleNamespace(sleep=look_again))
    with pytest.raises(KeyboardInterrupt):
        server.tend()
    assert begun == [second.id]
    store.close()

    def unreachable(*_: object) -> None:
        raise OperationalError("SELECT", {}, OSError())

    monkeypatch.setattr(jobs, "go_on", unreachable)
    server.go_on()
