"""A plan run that dies leaves what was there before."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from staffing.files import read_plan
from tests.files.tiny_centre import write_tiny_centre

REPOSITORY = Path(__file__).resolve().parents[2]


def start(centre: Path, out: Path) -> "subprocess.Popen[str]":
    words = ["plan", str(centre), "--out", str(out), "--time-limit", "1", "--replications", "2", "--workers", "1"]
    command = [sys.executable, "-m", "staffing", *words]
    return subprocess.Popen(command, cwd=REPOSITORY, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("line", "delay_s"), [("Searching", 0.2), ("Writing", 0.0), ("Writing", 0.3), ("Writing", 0.8)]
)
def test_a_killed_run_leaves_no_half_written_folder(tmp_path, line, delay_s):
    """Killed while searching or writing, the target is absent or whole, and an older plan stays readable."""
    centre, out = tmp_path / "centre", tmp_path / "out"
    write_tiny_centre(centre)
    first = start(centre, out)
    assert first.communicate(timeout=180)[1] is not None
    assert first.returncode in (0, 5)
    before = contents(out)
    again = start(centre, out)
    assert again.stderr is not None
    for text in again.stderr:
        if text.startswith(line):
            break
    time.sleep(delay_s)
    again.send_signal(signal.SIGKILL)
    again.wait(timeout=60)
    after = contents(out)
    assert after.keys() == before.keys()
    assert read_plan(out).roster is not None


def test_an_interrupted_run_keeps_its_best_roster(tmp_path):
    """Asked to end while it searches, the run writes a whole plan with the stop reason `stopped`."""
    centre, out = tmp_path / "centre", tmp_path / "out"
    write_tiny_centre(centre)
    words = ["plan", str(centre), "--out", str(out), "--time-limit", "300", "--replications", "2", "--workers", "1"]
    run = subprocess.Popen(
        [sys.executable, "-m", "staffing", *words], cwd=REPOSITORY, stderr=subprocess.PIPE, text=True
    )
    assert run.stderr is not None
    for text in run.stderr:
        if "improve" in text or "whole" in text:
            break
    run.send_signal(signal.SIGTERM)
    run.communicate(timeout=120)
    assert run.returncode in (0, 5)
    plan = read_plan(out)
    assert plan.roster is not None
    assert str(plan.result.stop_reason) in ("stopped", "proven")
