import multiprocessing
import os
import random
import signal
import time
from itertools import cycle
from pathlib import Path

import pytest

from staffing.files import atomic, atomic_write, read_plan, write_plan
from staffing.files.atomic import atomic_folder, recover_folder
from tests.plans import make_plan_value, without_roster

KILLS = 20
forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork to start a writer at once")


def kill_after(work, seconds: float) -> None:  # type: ignore[no-untyped-def]
    """Run `work` in a process of its own and kill it without warning."""
    process = multiprocessing.get_context("fork").Process(target=work)
    process.start()
    time.sleep(seconds)
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    """Text and bytes land, nothing else is left in the folder, and rights follow the umask as usual."""
    target = tmp_path / "a.txt"
    atomic_write(target, "é\n")
    atomic_write(target, b"two")
    assert target.read_bytes() == b"two"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]
    (tmp_path / "plain").write_text("")
    assert target.stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error before the rename changes nothing and leaves no temporary file."""
    target = tmp_path / "a.txt"
    atomic_write(target, "old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(atomic.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        atomic_write(target, "new")
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("a.txt", "old")]


@forks
def test_killed_writers_never_leave_half_a_file(tmp_path: Path) -> None:
    """Whenever a writer is killed, the file holds one of the contents whole."""
    target = tmp_path / "a.bin"
    contents = [bytes([n]) * 3_000_000 for n in (1, 2)]
    atomic_write(target, contents[0])

    def write_forever() -> None:
        for content in cycle(contents):
            atomic_write(target, content)

    chance = random.Random(1)
    for _ in range(KILLS):
        kill_after(write_forever, chance.uniform(0.005, 0.05))
        assert target.read_bytes() in contents


@forks
@pytest.mark.parametrize("swap", [True, False], ids=["one-step swap", "two renames"])
def test_killed_writers_never_leave_half_a_plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, swap: bool) -> None:
    """Whenever a plan run is killed, the folder is the old plan or the new one, and the next write cleans up."""
    if not swap:
        monkeypatch.setattr(atomic, "_exchange", lambda one, other: False)
    plans = [make_plan_value(), without_roster(make_plan_value())]
    target = tmp_path / "plan"
    begin = time.perf_counter()
    write_plan(plans[0], target)
    once = time.perf_counter() - begin

    def write_forever() -> None:
        for plan in cycle(plans[::-1]):
            write_plan(plan, target, extras=lambda folder: (folder / "report.html").write_text("x" * 100_000))

    chance = random.Random(2)
    for _ in range(KILLS):
        kill_after(write_forever, chance.uniform(0, 4) * once)
        if swap:
            assert (target / "plan.json").is_file()
        found = read_plan(target)
        assert (found.roster is None) == (found.result.status.value == "none")
    write_plan(plans[0], target)
    assert [p.name for p in tmp_path.iterdir()] == ["plan"]


def test_a_folder_moved_aside_by_a_dead_writer_comes_back(tmp_path: Path) -> None:
    """Between the two renames of a system without swap a crash leaves the old folder aside; it is put back."""
    dead = 2**22 + 1
    aside = tmp_path / f".plan.old-{atomic._host()}-{dead}-0123abcd"
    aside.mkdir()
    (aside / "plan.json").write_text("{}")
    half = tmp_path / f".plan.tmp-{atomic._host()}-{dead}-0123abcd"
    half.mkdir()
    alive = tmp_path / f".plan.tmp-{atomic._host()}-{os.getpid()}-0123abcd"
    alive.mkdir()
    elsewhere = tmp_path / f".plan.tmp-otherhost-{dead}-0123abcd"
    elsewhere.mkdir()
    recover_folder(tmp_path / "plan")
    assert (tmp_path / "plan" / "plan.json").is_file()
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([alive.name, elsewhere.name, "plan"])


def test_an_error_inside_leaves_the_old_folder(tmp_path: Path) -> None:
    """A block that ends badly leaves target and surroundings as they were."""
    target = tmp_path / "plan"
    with atomic_folder(target) as folder:
        (folder / "a").write_text("1")

    def stop_midway() -> None:
        with atomic_folder(target) as folder:
            (folder / "a").write_text("2")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stop_midway()
    assert (target / "a").read_text() == "1"
    assert [p.name for p in tmp_path.iterdir()] == ["plan"]
