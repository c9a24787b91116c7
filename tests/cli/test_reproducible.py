"""`--reproducible` keeps its word."""

from pathlib import Path

from typer.testing import CliRunner

from staffing.cli import app
from tests.files.tiny_centre import write_tiny_centre


def test_the_same_seed_gives_the_same_files(tmp_path: Path):
    """Two runs write the same bytes in every file, exports included."""
    centre = tmp_path / "centre"
    write_tiny_centre(centre)
    for name in ("one", "two"):
        words = ["plan", str(centre), "--out", str(tmp_path / name), "--time-limit", "1", "--replications", "2"]
        result = CliRunner().invoke(app, [*words, "--reproducible", "--seed", "5", "--workers", "1"])
        assert result.exit_code in (0, 5)
    one = {path.relative_to(tmp_path / "one"): path.read_bytes() for path in (tmp_path / "one").rglob("*.*")}
    two = {path.relative_to(tmp_path / "two"): path.read_bytes() for path in (tmp_path / "two").rglob("*.*")}
    assert {"plan.json", "roster.csv", "roster.xlsx", "report.html"} <= {path.name for path in one}
    assert one == two
