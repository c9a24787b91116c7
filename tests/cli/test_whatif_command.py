"""The command whatif: a plan or a centre, options or a file, table, JSON and files."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from staffing.cli.main import app
from staffing.files import write_plan
from staffing.i18n import text
from tests.files.tiny_centre import write_tiny_centre
from tests.plans import make_plan_value

RUN = CliRunner()


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whatif") / "plan"
    write_plan(make_plan_value(), folder)
    return folder


def test_a_scenario_of_options_beside_the_baseline(plan: Path, tmp_path: Path) -> None:
    """Half as many contacts again need more; both files are written."""
    files = [word for name in ("w.csv", "w.xlsx") for word in ("--out", str(tmp_path / name))]
    asked = ["whatif", str(plan), "--volume", "1.5", "--queues", "phone", "--replications", "5", "--json", *files]
    result = RUN.invoke(app, asked)
    assert result.exit_code == 0, result.output
    base, more = json.loads(result.stdout)["scenarios"]
    assert (base["name"], base["kind"], more["name"]) == ("Baseline", "quick", "what-if")
    assert more["queues"][0]["contacts"] == pytest.approx(1.5 * base["queues"][0]["contacts"])
    assert more["required_h"] > base["required_h"]
    assert base["queues"][0]["service_level"] is not None
    assert sorted(path.name for path in tmp_path.iterdir()) == ["w.csv", "w.xlsx"]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_scenarios_of_a_file_as_a_table(plan: Path, tmp_path: Path, lang: str) -> None:
    file = tmp_path / "s.toml"
    file.write_text("[[scenario]]\nname = 'rush'\n[[scenario.load]]\nvolume = 1.2\n", encoding="utf-8")
    result = RUN.invoke(app, ["whatif", str(plan), "--scenario", str(file), "--replications", "0", "--lang", lang])
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert lines[0] == text("cli.whatif_header", lang)
    assert [line.split()[0] for line in lines[1:3]] == [text("whatif.baseline", lang), "rush"]
    assert "+20%" in lines[3]


def test_a_centre_without_a_plan_tells_the_need(tmp_path: Path) -> None:
    centre = write_tiny_centre(tmp_path / "centre")
    result = RUN.invoke(app, ["whatif", str(centre), "--aht", "1.3", "--json"])
    assert result.exit_code == 0, result.output
    base, slow = json.loads(result.stdout)["scenarios"]
    assert (base["kind"], base["cost"]) == ("need", None)
    assert slow["required_h"] > base["required_h"]
    assert RUN.invoke(app, ["whatif", str(centre), "--aht", "1.3", "--full"]).exit_code == 2


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ([], 2),
        (["--volume", "-1"], 2),
        (["--volume", "1.1", "--queues", "fax"], 2),
        (["--hire", "a0"], 2),
        (["--hire", "a0,many"], 2),
        (["--hire", "nobody,2"], 2),
        (["--volume", "1.1", "--out", "x.pdf"], 2),
        (["--scenario", "missing.toml"], 2),
    ],
)
def test_wrong_orders_end_with_one_clear_message(plan: Path, words: list[str], code: int) -> None:
    result = RUN.invoke(app, ["whatif", str(plan), "--replications", "0", *words])
    assert result.exit_code == code
    assert "expected" in result.output or "such file" in result.output


def test_a_faulty_file_tells_every_fault(plan: Path, tmp_path: Path) -> None:
    """Line, key and what would be right, with the exit code of refused data."""
    (tmp_path / "s.toml").write_text("[[scenario]]\nabsence = -1\nx = 2\n", encoding="utf-8")
    result = RUN.invoke(app, ["whatif", str(plan), "--scenario", str(tmp_path / "s.toml")])
    assert result.exit_code == 4
    assert "s.toml:2:scenario[1].absence" in result.output
    assert "s.toml:3:scenario[1].x" in result.output
