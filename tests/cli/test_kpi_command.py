"""The command kpi: tables, files, JSON, endings."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from staffing.cli.main import app
from staffing.files import write_plan
from staffing.i18n import text
from tests.files.tiny_kpi import TABLES, write_tiny_kpi
from tests.plans import make_plan_value

RUN = CliRunner()


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_kpi(tmp_path_factory.mktemp("kpi") / "centre")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_it_prints_every_measure(centre: Path, lang: str) -> None:
    """Names, values, intervals and targets in the language asked for."""
    result = RUN.invoke(app, ["kpi", str(centre), "--by", "queue", "--lang", lang])
    assert result.exit_code == 0
    line = next(row for row in result.stdout.splitlines() if row.startswith(text("kpi.csat", lang)))
    assert "4.50" in line
    assert text("kpi.few", lang) not in line  # the centre asks for two answers only
    assert f"{text('kpi.wishes', lang)}: {text('kpi.no_data', lang)}" in result.stdout
    assert text("kpi.card.note", lang) in result.stdout


def test_it_writes_three_files(centre: Path, tmp_path: Path) -> None:
    """kpi.csv, kpi.xlsx and kpi.html, and the same csv twice."""
    for name in ("one", "two"):
        assert RUN.invoke(app, ["kpi", str(centre), "--out", str(tmp_path / name)]).exit_code == 0
    assert sorted(path.name for path in (tmp_path / "one").iterdir()) == ["kpi.csv", "kpi.html", "kpi.xlsx"]
    assert (tmp_path / "one" / "kpi.csv").read_bytes() == (tmp_path / "two" / "kpi.csv").read_bytes()


def test_json_holds_figures_and_states(centre: Path) -> None:
    """Codes and numbers, null where there is no data."""
    result = RUN.invoke(app, ["kpi", str(centre), "--by", "team", "--json"])
    found = json.loads(result.stdout)
    assert (found["by"], found["from"], found["to"]) == ("team", "2026-02-02", "2026-02-03")
    assert found["total"]["csat"]["value"] == 4.5
    assert found["total"]["wishes"] | {"value": None, "state": "none"} == found["total"]["wishes"]
    assert found["groups"]["north"]["quality"]["value"] == 0.9
    assert found["scorecard"]["scores"][0]["team"] == "north"


def test_a_plan_brings_forecast_and_wishes(tmp_path: Path) -> None:
    """The plan's own forecast is compared where the intervals name none."""
    plan = make_plan_value()
    write_plan(plan, tmp_path / "plan")
    first = plan.problem.grid.first_day
    interval = TABLES["intervals.csv"].replace(",forecast", "").replace(",12\n", "\n").replace(",9\n", "\n")
    tables = {"intervals.csv": interval.replace("2026-02-02", str(first))}
    folder = write_tiny_kpi(tmp_path / "centre", tables)
    call = ["kpi", str(folder), "--from", str(first), "--to", str(first), "--json"]
    alone = json.loads(RUN.invoke(app, call).stdout)
    beside = json.loads(RUN.invoke(app, [*call, "--plan", str(tmp_path / "plan")]).stdout)
    assert alone["total"]["forecast_wape"]["value"] is None
    # Two contacts are forecast for each half hour, 10 and 8 came.
    assert beside["total"]["forecast_wape"]["value"] == pytest.approx(14 / 18)


def test_a_week_and_a_month_are_reported_beside_the_one_before(tmp_path: Path) -> None:
    """By day or week, queue and team, with the period before and whether the change is more than chance."""
    days = ("2026-01-05", "2026-01-06", "2026-02-02", "2026-02-03")
    marks = [("1", "2") * 20, ("1", "2") * 20, ("4", "5") * 20, ("4", "5") * 20]
    surveys = "when,csat\n" + "".join(
        f"{day},{mark}\n" for day, given in zip(days, marks, strict=True) for mark in given
    )
    folder = write_tiny_kpi(tmp_path / "c", {"surveys.csv": surveys})
    found = json.loads(RUN.invoke(app, ["kpi", str(folder), "--month", "2026-02", "--json"]).stdout)
    assert (found["from"], found["to"], found["by"]) == ("2026-02-01", "2026-02-28", "week")
    assert list(found["others"]) == ["queue", "team"]
    csat = found["total"]["csat"]
    assert (csat["value"], csat["before"], csat["change"]) == (4.5, 1.5, "better")
    out = RUN.invoke(app, ["kpi", str(folder), "--week", "2026-02-04", "--out", str(tmp_path / "out"), "--lang", "zh"])
    assert out.exit_code == 0
    assert text("kpi.period_before", "zh", first="2026-01-26", last="2026-02-01") in out.stdout
    rows = (tmp_path / "out" / "kpi.csv").read_text(encoding="utf-8").splitlines()
    assert {row.split(",")[0] for row in rows[1:]} == {"total", "day", "queue", "team"}


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--month", "2026-13"], 2),
        (["--month", "2026-02", "--week", "2026-02-02"], 2),
        (["--month", "2026-02", "--from", "2026-02-02"], 2),
        (["--week", "2019-02-02"], 3),
        (["--by", "agent"], 2),
        (["--from", "soon"], 2),
        (["--from", "2026-02-03", "--to", "2026-02-02"], 2),
        (["--plan", "nowhere"], 2),
        (["--from", "2030-01-01"], 3),
    ],
)
def test_it_ends_as_the_contract_says(centre: Path, options: list[str], code: int) -> None:
    """Wrong arguments 2, nothing to do 3."""
    assert RUN.invoke(app, ["kpi", str(centre), *options]).exit_code == code


def test_faults_end_with_4_and_write_nothing(tmp_path: Path) -> None:
    """All faults on standard error, no folder made."""
    folder = write_tiny_kpi(tmp_path / "c", {"surveys.csv": "when,csat\n2026-02-02,9\n2026-02-02,0\n"})
    result = RUN.invoke(app, ["kpi", str(folder), "--out", str(tmp_path / "out")])
    assert result.exit_code == 4
    assert result.stderr.count("kpi/surveys.csv") == 2
    assert not (tmp_path / "out").exists()
