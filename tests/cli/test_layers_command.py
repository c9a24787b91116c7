"""`staffing layers` lists the layers of a centre and changes them through the one writer."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from staffing.cli import app
from staffing.files import read_centre
from tests.files.tiny_centre import write_tiny_centre


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STAFFING_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("STAFFING_DB_URL", raising=False)
    return write_tiny_centre(tmp_path / "centre")


def told(*arguments: object, code: int = 0) -> str:
    result = CliRunner().invoke(app, ["layers", *(str(part) for part in arguments)])
    assert result.exit_code == code, result.output
    return result.stdout


ADD = ("--add", "sale", "--start", "2026-02-02", "--end", "2026-02-03")


def test_layers_are_listed_added_and_changed(folder: Path) -> None:
    """A day as end is that whole day; on, off, order, name and removal; nothing different ends with 3."""
    assert [row["note"] for row in json.loads(told(folder, "--json"))["layers"]] == ["mailing"]
    told(folder, *ADD, "--queue", "phone", "--multiply", "1.2", "--note", "flyer", "--by", "pia")
    row = read_centre(folder, people=False).overrides[1]
    assert (row.layer, row.note, row.author, row.value) == ("sale", "flyer", "pia", 1.2)
    assert (row.end - row.start).days == 2
    told(folder, "--off", 2)
    assert json.loads(told(folder, "--json"))["layers"][1]["on"] is False
    told(folder, "--off", 2, code=3)
    told(folder, "--on", 2)
    told(folder, "--move", "2=-1")
    told(folder, "--rename", "1=flyers")
    found = json.loads(told(folder, "--json"))["layers"]
    assert [(one["name"], one["note"]) for one in found] == [("flyers", "flyer"), ("", "mailing")]
    assert "所有队列" in told(folder, *ADD, "--plus", "5", "--measure", "aht_s", "--lang", "zh")
    told(folder, "--remove", 1)
    assert len(read_centre(folder, people=False).overrides) == 2


@pytest.mark.parametrize(
    "options",
    [
        ("--add", "sale"),
        (*ADD, "--multiply", "1", "--set", "2"),
        (*ADD, "--multiply", "-1"),
        (*ADD, "--set", "5", "--queue", "fax"),
        (*ADD, "--set", "5", "--measure", "wait"),
        ("--add", "sale", "--start", "2026-02-03", "--end", "2026-02-01", "--set", "5"),
        ("--add", "sale", "--start", "soon", "--end", "2026-02-01", "--set", "5"),
        ("--on", "9"),
        ("--on", "1", "--off", "1"),
        ("--rename", "first"),
        ("--move", "1=up"),
    ],
)
def test_what_is_wrong_is_said(folder: Path, options: tuple[str, ...]) -> None:
    before = (folder / "overrides.csv").read_bytes()
    told(folder, *options, code=2)
    assert (folder / "overrides.csv").read_bytes() == before
