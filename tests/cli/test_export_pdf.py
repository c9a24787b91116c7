"""`staffing export --pdf` and `--all`: files that open, or one clear sentence about the font."""

import json
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from staffing.cli import app
from staffing.files import write_plan
from staffing.i18n import text
from tests.plans import make_plan_value


def test_the_report_is_written_as_pdf(tmp_path: Path):
    """Beside the other files, in the folder asked for; not without the option."""
    write_plan(make_plan_value(), tmp_path / "plan")
    done = CliRunner().invoke(app, ["export", str(tmp_path / "plan"), "--out", str(tmp_path / "out"), "--pdf"])
    assert done.exit_code == 0
    assert (tmp_path / "out" / "report.pdf").read_bytes().startswith(b"%PDF")
    assert (tmp_path / "out" / "roster.xlsx").exists()


def test_everything_at_once(tmp_path: Path):
    """`--all` adds the PDF, the calendars as a zip of the same files, and the tables that hold ids only."""
    write_plan(make_plan_value(), tmp_path / "plan")
    out = tmp_path / "out"
    done = CliRunner().invoke(app, ["export", str(tmp_path / "plan"), "--out", str(out), "--all"])
    assert done.exit_code == 0
    tables = {"roster.csv", "coverage.csv", "fairness.csv"}
    made = {"roster.xlsx", "report.html", "report.pdf", "ics", "calendars.zip"}
    assert {path.name for path in out.iterdir()} == tables | made
    assert all((out / name).read_bytes() == (tmp_path / "plan" / name).read_bytes() for name in tables)
    with zipfile.ZipFile(out / "calendars.zip") as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {
            path.name: path.read_bytes() for path in (out / "ics").iterdir()
        }


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_missing_font_ends_with_2_and_says_what_helps(lang: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The other files are there; no PDF with empty boxes is."""
    monkeypatch.setattr("staffing.report.pdf_fonts._places", tuple)
    write_plan(make_plan_value(names=("张伟", "Bo")), tmp_path / "plan")
    done = CliRunner().invoke(app, ["export", str(tmp_path / "plan"), "--pdf", "--json", "--lang", lang])
    assert done.exit_code == 2
    found = json.loads(done.stdout)
    assert found["status"] == "no_font"
    assert text("pdf.no_font", lang, letters=found["letters"]) in done.stderr
    assert not (tmp_path / "plan" / "report.pdf").exists()
    assert (tmp_path / "plan" / "roster.xlsx").exists()
