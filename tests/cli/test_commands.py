"""The command line ends with the contract's codes and says one clear thing."""

import contextlib
import json
import math
import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from staffing.cli import app
from staffing.errors import DataError, Fault
from staffing.files import write_plan
from tests.files.tiny_centre import history, write_tiny_centre
from tests.plans import make_plan_value

REPOSITORY = Path(__file__).resolve().parents[2]
COMMANDS = (
    "import",
    "sample",
    "check",
    "forecast",
    "backtest",
    "require",
    "erlang",
    "crew",
    "plan",
    "replan",
    "whatif",
    "calendar",
    "leave",
    "batch",
    "levers",
    "surge",
    "audit",
    "simulate",
    "explain",
    "export",
    "shifts",
    "serve",
    "warm",
)


@pytest.fixture
def run():
    runner = CliRunner()
    return lambda *words: runner.invoke(app, [str(word) for word in words])


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(run, command):
    """`--help` works for every command."""
    result = run(command, "--help")
    assert result.exit_code == 0
    assert "Usage" in result.stdout


def test_the_calculator_agrees_with_the_published_example(run):
    """100 calls of 180 s in half an hour, 80 % in 20 s: 14 agents, service level 88.8 %."""
    result = run("erlang", "--volume", 100, "--aht-s", 180, "--json")
    assert result.exit_code == 0
    data = json.loads(result.stdout)
    assert data["required_agents"] == 14
    row = next(crew for crew in data["crews"] if crew["agents"] == 14)
    assert row["service_level"] == pytest.approx(0.88835, abs=1e-5)
    assert row["asa_s"] == pytest.approx(7.835937, abs=1e-5)


def test_a_chance_asked_for_takes_more_agents(run, tmp_path):
    """`require --probability` rosters more than the average does, and refuses what is no probability."""
    centre = write_tiny_centre(tmp_path / "centre")
    hours = []
    for words in ((), ("--probability", 0.95)):
        result = run("require", centre, "--out", tmp_path / f"out{len(hours)}", "--json", *words)
        assert result.exit_code == 0
        hours.append(json.loads(result.stdout)["queues"]["phone"])
    assert hours[1]["gross_h"] > hours[0]["gross_h"]
    assert hours[1]["method"].endswith("/p0.95")
    assert run("require", centre, "--out", tmp_path / "no", "--probability", 1).exit_code == 2
    assert not (tmp_path / "no").exists()


def test_an_unknown_way_to_cut_is_refused(run, tmp_path):
    """`plan --parts` names the ways there are, before anything is read."""
    refused = run("plan", tmp_path / "nowhere", "--out", tmp_path / "no", "--parts", "half")
    assert refused.exit_code == 2
    assert "expected auto, whole, sites, weeks" in refused.output


def test_the_back_test_is_a_table_people_can_read(run, tmp_path):
    """Each queue has its kinds of day under it, in both languages; machines get every figure and every day."""
    centre = write_tiny_centre(tmp_path / "centre", history_csv=history(weeks=12))
    for lang, special in (("en", "special days"), ("zh", "特殊日")):
        result = run("backtest", centre, "--origins", 2, "--weeks", 2, "--lang", lang)
        assert result.exit_code == 0
        lines = result.stdout.splitlines()
        assert next(line for line in lines if line.startswith("phone")).count("%") == 7
        assert any(line.strip().startswith(special) for line in lines)
    data = json.loads(run("backtest", centre, "--origins", 2, "--json").stdout)
    whole = next(r for r in data["rows"] if (r["queue"], r["horizon"], r["days"]) == ("phone", "all", "all"))
    days = [day for day in data["days"] if day["queue"] == "phone"]
    assert len(data["origins"]) == 2
    assert sum(day["actual"] for day in days) == whole["contacts"]
    assert {"wape", "pinball", "plain95"} <= set(whole)


def test_a_forecast_explains_a_queue(run, tmp_path):
    """`--explain` tells factors that make the day, and the given event; an unknown queue is refused before any work."""
    centre = write_tiny_centre(tmp_path / "centre")
    result = run("forecast", centre, "--out", tmp_path / "out", "--explain", "phone")
    assert result.exit_code == 0
    assert "mailing" in result.stdout
    data = json.loads(run("forecast", centre, "--out", tmp_path / "out", "--explain", "phone", "--json").stdout)
    factors = ("level", "weekday", "holiday", "wave", "month", "season", "event")
    for day in data["days"]:
        assert math.prod(day[name] for name in factors) == pytest.approx(day["volume"])
    mailing = next(event for event in data["events"] if event["name"] == "mailing")
    assert mailing["given"]
    assert mailing["low80"] < mailing["factor"] < mailing["high80"]
    assert run("forecast", centre, "--out", tmp_path / "no", "--explain", "fone").exit_code == 2
    assert not (tmp_path / "no").exists()


def test_no_contacts_need_no_agents(run):
    """Zero volume is a valid question."""
    data = json.loads(run("erlang", "--volume", 0, "--aht-s", 180, "--json").stdout)
    assert data["required_agents"] == 0
    assert data["crews"][0] | {"agents": 0, "service_level": 1.0, "asa_s": 0.0, "occupancy": 0.0} == data["crews"][0]
    assert data["reach"]["volume"] == 0.0


def test_the_calculator_tells_reach_and_sensitivity(run):
    """A crew carries at least the volume it was asked for; more work needs more agents."""
    data = json.loads(
        run("erlang", "--volume", 100, "--aht-s", 180, "--patience-s", 120, "--absence", 0.1, "--json").stdout
    )
    assert data["reach"]["volume"] >= 100
    assert data["reach"]["aht_s"] >= 180
    assert data["reach"]["answer_within_s"] <= 20
    assert data["rostered_agents"] > data["required_agents"]
    agents = data["sensitivity"]["agents"]
    assert agents[2][2] == data["required_agents"]
    assert agents[0][0] < agents[2][2] < agents[4][4]


def test_the_calculator_takes_the_patience_of_a_history(run, tmp_path):
    """Waits and abandoned contacts of the history give the patience; a queue without them is refused."""
    folder = write_tiny_centre(tmp_path / "centre")
    history = folder / "history.csv"
    head, *rows = history.read_text("utf-8").splitlines()
    cells = [row.split(",") for row in rows]
    told = [[start, queue, came, str(int(came) - 2), aht, "2", "360"] for start, queue, came, _, aht in cells]
    told = [row if row[1] == "phone" else [*row[:3], row[2], row[4], "", ""] for row in told]
    lines = [f"{head},abandoned,wait_s", *(",".join(row) for row in told)]
    history.write_text("\n".join(lines) + "\n", "utf-8")
    ask = ("erlang", "--volume", 50, "--aht-s", 180, "--patience-from", folder)
    data = json.loads(run(*ask, "--queue", "phone", "--json").stdout)
    assert data["patience_s"] == pytest.approx(180)
    for queue in ("mail", "nobody"):
        refused = run(*ask, "--queue", queue)
        assert refused.exit_code == 2
        assert queue in refused.stderr


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("erlang", "--volume", 10, "--aht-s", 60, "--service-level", 1.5), "1.5"),
        (("erlang", "--volume", 10, "--aht-s", 60, "--kind", "best"), "best"),
        (("erlang", "--volume", 10, "--aht-s", 60, "--lang", "fr"), "fr"),
        (("sample", "nothing", "somewhere-new"), "nothing"),
        (("sample", "bank", "somewhere-new"), "--calls"),
        (("plan", "nowhere", "--out", "x", "--from", "2026-13-01"), "2026-13-01"),
        (("plan", "nowhere", "--out", "x", "--weeks", 0), "--weeks"),
    ],
)
def test_a_wrong_argument_ends_with_two_and_names_itself(run, words, named, monkeypatch, tmp_path):
    """Settings and arguments refused: exit code 2 or 4, the value is named, no traceback."""
    monkeypatch.chdir(tmp_path)
    result = run(*words)
    assert result.exit_code in (2, 4)
    assert named in result.output
    assert "Traceback" not in result.output
    assert list(tmp_path.iterdir()) == []


def test_refused_data_lists_every_fault(run, monkeypatch):
    """All faults are printed with file, row and column, and the code is 4."""
    import staffing.files

    faults = [
        Fault("not_a_number", "history.csv", 7, "offered", "x", ">= 0"),
        Fault("unknown_reference", "agents.csv", 3, "contract", "fulltime", "one of full"),
    ]

    def refuse(*_args, **_kwargs):
        raise DataError(faults)

    monkeypatch.setattr(staffing.files, "read_centre", refuse)
    result = run("check", "anywhere")
    assert result.exit_code == 4
    assert "history.csv:7:offered" in result.output
    assert "agents.csv:3:contract" in result.output
    as_json = run("check", "anywhere", "--json")
    assert [fault["row"] for fault in json.loads(as_json.stdout)["faults"]] == [7, 3]


def test_an_unexpected_error_is_one_line(run, monkeypatch):
    """A fault of the program itself ends with 1 and no traceback."""
    import staffing.files

    def fail(*_args, **_kwargs):
        raise RuntimeError("boom")

    monkeypatch.setattr(staffing.files, "read_centre", fail)
    result = run("check", "anywhere")
    assert result.exit_code == 1
    assert "boom" in result.output
    assert "Traceback" not in result.output


def test_tables_are_never_written_over_a_plan_or_a_file(run, tmp_path):
    """`forecast` and `require` refuse a plan folder and a file before any work is done."""
    (tmp_path / "plan").mkdir()
    (tmp_path / "plan" / "plan.json").write_text("{}", encoding="utf-8")
    (tmp_path / "file").write_text("", encoding="utf-8")
    for command in ("forecast", "require"):
        for name in ("plan", "file"):
            result = run(command, "nowhere", "--out", tmp_path / name)
            assert result.exit_code == 2
            assert name in result.output


def test_the_smallest_forecast_and_requirement_of_ones_own_are_enough(run, tmp_path):
    """`start, queue, volume` and `start, queue, load_erl, agents` are enough: handle times come from the history."""
    centre = tmp_path / "centre"
    write_tiny_centre(centre)
    assert run("require", centre, "--out", tmp_path / "full").exit_code == 0
    (tmp_path / "own").mkdir()
    for name, columns in (
        ("forecast.csv", ["start", "queue", "volume"]),
        ("requirement.csv", ["start", "queue", "load_erl", "agents"]),
    ):
        table = pd.read_csv(tmp_path / "full" / name)[columns]
        table.to_csv(tmp_path / (name if name == "forecast.csv" else f"own/{name}"), index=False)
    words = ("require", centre, "--forecast", tmp_path / "forecast.csv", "--out", tmp_path / "again")
    assert run(*words).exit_code == 0
    plan = ("plan", centre, "--requirement", tmp_path / "own", "--out", tmp_path / "plan", "--time-limit", 1)
    assert run(*plan, "--replications", 2).exit_code in (0, 5)
    assert (tmp_path / "plan" / "plan.json").is_file()


def test_the_plain_method_is_selectable_and_named(run, tmp_path):
    """`--method sipp` is written beside each row; any other word is refused and names the choices."""
    centre = tmp_path / "centre"
    write_tiny_centre(centre)
    assert run("require", centre, "--method", "sipp", "--out", tmp_path / "plain").exit_code == 0
    assert set(pd.read_csv(tmp_path / "plain" / "requirement.csv")["method"]) == {"erlang_a/sipp", "deadline"}
    result = run("require", centre, "--method", "guess", "--out", tmp_path / "none")
    assert result.exit_code == 2
    assert "expected one of mol, sipp" in result.output


def test_an_illegal_roster_is_never_exported_as_legal(run, tmp_path):
    """A roster broken by hand is audited anew, and the exports say what is broken."""
    write_plan(make_plan_value(), tmp_path / "plan")
    roster = tmp_path / "plan" / "roster.csv"
    lines = roster.read_text(encoding="utf-8").splitlines()
    roster.write_text("\n".join(line for line in lines if ",meal," not in line) + "\n", encoding="utf-8")
    assert run("audit", tmp_path / "plan").exit_code == 5
    assert run("export", tmp_path / "plan", "--out", tmp_path / "out").exit_code == 0
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "Not legal" in page
    assert "Legal, not proven optimal" not in page


@pytest.mark.parametrize("command", ["check", "forecast", "require", "plan"])
def test_bad_input_leaves_existing_output_untouched(run, tmp_path, command):
    """Data that is refused ends with 4, and what lies in the target stays as it was, byte for byte."""
    centre, out = tmp_path / "centre", tmp_path / "out"
    write_tiny_centre(centre)
    history = (centre / "history.csv").read_text(encoding="utf-8").splitlines()
    (centre / "history.csv").write_text("\n".join([*history, history[-1].rpartition(",")[0] + ",-5"]), encoding="utf-8")
    if command == "plan":
        write_plan(make_plan_value(), out)
    else:
        out.mkdir()
        (out / "forecast.csv").write_text("mine", encoding="utf-8")
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    result = run(command, centre, *(() if command == "check" else ("--out", out)))
    assert result.exit_code == 4
    assert "history.csv:" in result.output
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before


def test_the_app_starts_at_once_on_a_fresh_machine(tmp_path):
    """The very first `serve` of a user without any settings asks nothing and answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "HOME": str(tmp_path), "STAFFING_HOME": str(tmp_path / "home"), "BROWSER": "true"}
    environment["PYTHONPATH"] = os.pathsep.join([str(REPOSITORY), os.environ.get("PYTHONPATH", "")])
    words = [sys.executable, "-m", "staffing", "serve", "--port", str(port)]
    log = tmp_path / "server.log"
    with log.open("wb") as out:
        server = subprocess.Popen(
            words, env=environment, cwd=tmp_path, stdin=subprocess.DEVNULL, stdout=out, stderr=out
        )
    address = f"http://127.0.0.1:{port}/_stcore/health"
    answered = False
    try:
        for _ in range(60):
            time.sleep(0.5)
            assert server.poll() is None, log.read_text(encoding="utf-8")
            with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=2) as answer:
                answered = answer.status == 200
                break
    finally:
        server.kill()
        server.wait(timeout=10)
    assert answered, log.read_text(encoding="utf-8")


def test_the_rest_of_a_day_is_forecast_again(run, tmp_path):
    """With --actuals the known intervals hold what came and a note tells the factor; other days are refused."""
    folder, out = write_tiny_centre(tmp_path / "centre"), tmp_path / "out"
    actuals = tmp_path / "today.csv"
    rows = [f"2026-02-02T{hour:02d}:{minute:02d},phone,20" for hour in (8, 9) for minute in (0, 30)]
    actuals.write_text("\n".join(["start,queue,offered", *rows]) + "\n", "utf-8")
    result = run("forecast", folder, "--actuals", actuals, "--out", out)
    assert result.exit_code == 0, result.stderr
    assert "80 contacts have come so far" in result.stderr
    table = pd.read_csv(out / "forecast.csv")
    phone = table[(table["queue"] == "phone") & table["start"].str.startswith("2026-02-02")].set_index("start")
    assert phone["volume"]["2026-02-02T08:30:00+01:00"] == 20
    assert (phone["base_volume"].iloc[16:20] != 20).all()
    actuals.write_text("start,queue,offered\n2026-02-02T08:00,phone,20\n", "utf-8")
    refused = run("forecast", folder, "--from", "2026-02-09", "--actuals", actuals, "--out", out)
    assert refused.exit_code == 2
    assert "2026-02-09" in refused.stderr


def test_common_skills_save_agents(run):
    """Two queues of the design page: 25 agents together where 28 are needed apart; bad queues are refused."""
    result = run("crew", "--queue", "a:100:180", "--queue", "b:60:300", "--json")
    assert result.exit_code == 0, result.stderr
    data = json.loads(result.stdout)
    assert data["flexible"]["alone"] == 28
    assert data["flexible"]["total"] <= 26
    assert data["mixed"]["keeps_targets"]
    for queues in (["a:100:180"], ["a:100:180", "a:60:300"], ["a:100", "b:60:300"], ["a:0:180", "b:60:300"]):
        refused = run("crew", *(part for queue in queues for part in ("--queue", queue)))
        assert refused.exit_code == 2
        assert "--queue" in refused.stderr
