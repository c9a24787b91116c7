"""A plan run that dies leaves what was there before."""

import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from staffing.cli import app
from staffing.files import read_plan
from tests.files.tiny_centre import write_tiny_centre

REPOSITORY = Path(__file__).resolve().parents[2]


def order(centre: Path, out: Path) -> list[str]:
    return ["plan", str(centre), "--out", str(out), "--time-limit", "1", "--replications", "2", "--workers", "1"]


@pytest.fixture(scope="module")
def older(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a centre, and the plan that a run before has made of it."""
    folder = tmp_path_factory.mktemp("older")
    result = CliRunner().invoke(app, order(write_tiny_centre(folder / "centre"), folder / "out"))
    assert result.exit_code in (0, 5)
    return folder


def start(centre: Path, out: Path) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "staffing", *order(centre, out)]
    return subprocess.Popen(command, cwd=REPOSITORY, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("line", "delay_s"), [("Searching", 0.2), ("Writing", 0.0), ("Writing", 0.3), ("Writing", 0.8)]
)
def test_a_killed_run_leaves_no_half_written_folder(tmp_path, older, line, delay_s):
    """Killed while searching or writing, the target is absent or whole, and an older plan stays readable."""
    shutil.copytree(older, tmp_path, dirs_exist_ok=True)
    centre, out = tmp_path / "centre", tmp_path / "out"
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
