"""The command adherence: by team, by person where asked for, files, JSON, endings."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from staffing.cli.main import app
from staffing.files.adherence_csv import GROUP_COLUMNS, REASON_COLUMNS, SPAN_COLUMNS
from staffing.i18n import text
from tests.files.tiny_kpi import write_tiny_kpi

RUN = CliRunner()
AGENTS = "agent,name,team,role,contract,skills\n" + "".join(
    f"a{n},Ana{n},{'north' if n < 5 else '=south'},agent,full,phone\n" for n in range(1, 8)
)
ACTIVITY = (
    "agent,start,end,activity\na1,2026-02-02T08:00,2026-02-02T12:30,work\n"
    "a2,2026-02-02T08:20,2026-02-02T12:30,work\na5,2026-02-02T08:00,2026-02-02T10:00,work\n"
)
SCHEDULE = "agent,start,end,activity\n" + "".join(f"a{n},2026-02-02T08:00,2026-02-02T12:30,work\n" for n in (1, 2, 5))
REASONS = "agent,start,end,reason\na5,2026-02-02T10:00,2026-02-02T11:00,system_fault\n"


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tables = {"activity.csv": ACTIVITY, "schedule.csv": SCHEDULE, "reasons.csv": REASONS}
    return write_tiny_kpi(tmp_path_factory.mktemp("adherence") / "centre", tables, agents_csv=AGENTS)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_it_prints_teams_reasons_and_patterns_and_names_nobody(centre: Path, lang: str) -> None:
    """13.5 h scheduled, 20 min late and two and a half hours gone, of which one is excused."""
    result = RUN.invoke(app, ["adherence", str(centre), "--lang", lang])
    assert result.exit_code == 0
    total = next(row for row in result.stdout.splitlines() if row.startswith(f"[{text('kpi.total', lang)}]"))
    assert f"{text('adherence.head.adherence', lang)} 79.0%" in total
    for key in ("adherence.reason.system_fault", "adherence.pattern.late_start", "adherence.pattern.early_end"):
        assert f"[{text(key, lang)}]" in result.stdout
    assert "a2" not in result.stdout
    assert text("adherence.hidden", lang, least=3) not in result.stdout


def test_persons_are_told_where_they_are_asked_for(centre: Path, tmp_path: Path) -> None:
    """Groups by id, and the deviations without a reason in a file of their own."""
    out = tmp_path / "out"
    result = RUN.invoke(app, ["adherence", str(centre), "--by", "person", "--out", str(out), "--json"])
    data = json.loads(result.stdout)
    assert [line["group"] for line in data["groups"]] == ["a1", "a2", "a5"]
    assert [line["agent"] for line in data["open"]] == ["a5", "a2"]
    rows = (out / "adherence_people.csv").read_text(encoding="utf-8").splitlines()
    assert rows[0] == ",".join(SPAN_COLUMNS)
    assert [row.split(",")[0] for row in rows[1:]] == ["a5", "a2"]
    tolerant = RUN.invoke(app, ["adherence", str(centre), "--by", "person", "--tolerance", "30", "--json"])
    assert [line["agent"] for line in json.loads(tolerant.stdout)["open"]] == ["a5"]


def test_files_of_teams_hold_no_person(centre: Path, tmp_path: Path) -> None:
    """Two files; a team called like a formula is text."""
    assert RUN.invoke(app, ["adherence", str(centre), "--out", str(tmp_path)]).exit_code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["adherence.csv", "adherence_reasons.csv"]
    lines = (tmp_path / "adherence.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == ",".join(GROUP_COLUMNS)
    assert [line.split(",")[:3] for line in lines[1:]] == [
        ["total", "", "3"],
        ["team", "north", "2"],
        ["team", "'=south", "1"],
    ]
    reasons = (tmp_path / "adherence_reasons.csv").read_text(encoding="utf-8").splitlines()
    assert reasons[:2] == [",".join(REASON_COLUMNS), "reason,system_fault,true,1,1"]


@pytest.mark.parametrize(
    ("options", "code"),
    [(["--by", "queue"], 2), (["--from", "soon"], 2), (["--tolerance", "-1"], 2), (["--from", "2030-01-01"], 3)],
)
def test_it_ends_as_the_contract_says(centre: Path, options: list[str], code: int) -> None:
    """Wrong arguments 2, nothing to compare 3."""
    assert RUN.invoke(app, ["adherence", str(centre), *options]).exit_code == code
