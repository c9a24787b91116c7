"""The command learn: it tells, and changes only what is accepted."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from staffing.cli.main import app
from staffing.files import read_centre
from staffing.files.centre_write import centre_digest, centre_history
from staffing.i18n import text
from tests.files.tiny_centre import write_tiny_centre
from tests.files.tiny_learned import write_tiny_learned

RUN = CliRunner()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STAFFING_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("STAFFING_DB_URL", raising=False)


@pytest.fixture
def centre(tmp_path: Path) -> Path:
    return write_tiny_learned(tmp_path / "centre")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_without_accept_it_only_tells(centre: Path, lang: str) -> None:
    """Proposals with their figures, lost time and the curve in both languages; no file is touched, nobody named."""
    before = centre_digest(centre)
    result = RUN.invoke(app, ["learn", str(centre), "--lang", lang])
    assert result.exit_code == 0
    assert any(line.startswith("patience.phone") and "180" in line for line in result.stdout.splitlines())
    assert text("cli.learn.count", lang, count=8) in result.stdout
    assert text("activity.sick", lang) in result.stdout
    assert not {"Ana", "Ben", "Chu"} & set(result.stdout.replace(",", " ").split())
    assert (centre_digest(centre), centre_history(centre)) == (before, ())


def test_json_holds_every_finding(centre: Path) -> None:
    """Numbers and codes for machines."""
    found = json.loads(RUN.invoke(app, ["learn", str(centre), "--json"]).stdout)
    rows = {row["id"]: row for row in found["findings"]}
    share = rows["share.callback"]
    assert (share["state"], share["now"], share["where"]) == ("proposed", 0.05, "centre.toml: source.share")
    assert share["low95"] < share["estimate"] < share["high95"]
    assert rows["speed.a1.phone"]["agent"] == "a1"
    assert (found["accepted"], found["edit"], found["missing"]) == ([], None, [])
    assert found["curve"][-1]["from_month"] == 24


def test_accepted_values_are_in_the_centre(centre: Path) -> None:
    """One by its id, then all that are left; a second time nothing is proposed for the queues."""
    result = RUN.invoke(app, ["learn", str(centre), "--accept", "patience.phone", "--by", "pia", "--json"])
    assert json.loads(result.stdout)["accepted"] == ["patience.phone"]
    assert read_centre(centre).centre.queue("phone").patience_s == pytest.approx(60, abs=2)
    assert centre_history(centre)[0].note == "learned: patience 1"
    assert RUN.invoke(app, ["learn", str(centre), "--all"]).exit_code == 0
    callback = read_centre(centre).centre.queue("callback")
    assert callback.aht_s == pytest.approx(300, rel=0.05)
    again = json.loads(RUN.invoke(app, ["learn", str(centre), "--all", "--json"]).stdout)
    assert [ident for ident in again["accepted"] if not ident.startswith("speed")] == []


def test_records_may_lie_elsewhere(centre: Path, tmp_path: Path) -> None:
    """A folder with nothing but an agent report: speeds are learned, the rest is missing."""
    other = tmp_path / "export"
    other.mkdir()
    (centre / "kpi" / "handled.csv").rename(other / "handled.csv")
    found = json.loads(RUN.invoke(app, ["learn", str(centre), "--records", str(other), "--json"]).stdout)
    assert found["missing"] == ["schedule.csv, activity.csv", "abandon_wait_s"]
    assert {row["kind"] for row in found["findings"] if row["state"] == "proposed"} == {"share", "aht", "speed"}


def test_endings(centre: Path, tmp_path: Path) -> None:
    """3 without records, 2 for a name that is no proposal or two ways at once, 4 for faults in the records."""
    assert RUN.invoke(app, ["learn", str(write_tiny_centre(tmp_path / "bare"))]).exit_code == 3
    assert RUN.invoke(app, ["learn", str(centre), "--accept", "patience.mail"]).exit_code == 2
    assert RUN.invoke(app, ["learn", str(centre), "--all", "--accept", "patience.phone"]).exit_code == 2
    assert RUN.invoke(app, ["learn", str(centre), "--records", str(tmp_path / "no")]).exit_code == 2
    assert RUN.invoke(app, ["learn", str(tmp_path / "nowhere")]).exit_code == 4
    (centre / "kpi" / "handled.csv").write_text("agent,queue,date,contacts,handle_s\nzz,phone,2026-01-12,1,1\n")
    before = centre_digest(centre)
    assert RUN.invoke(app, ["learn", str(centre), "--all"]).exit_code == 4
    assert centre_digest(centre) == before
