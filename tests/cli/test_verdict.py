"""What `plan` and `simulate` print of the judge's word."""

import json
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from staffing.cli.main import app
from staffing.cli.summary import plan_summary, print_summary, print_verdict, verdict_summary
from staffing.domain.verdict import RaisedRow, Round
from staffing.files import write_plan
from tests.judged import FIX, WORST, judged_plan


@pytest.fixture
def plan():
    return judged_plan()


def test_worst_interval_chances_and_fixes_are_printed(plan, capsys):
    """In English: the interval with its moment and agents, the joint chances, and the fix with its price."""
    print_verdict(verdict_summary(plan, plan.verdict), "en")
    shown = capsys.readouterr().out
    assert "worst interval: phone Mon 01-05 09:00, 71% (target 80%; 66% - 76%)" in shown
    assert "on every day 41%, over the whole horizon 62%" in shown
    assert "phone Mon 01-05 09:00-11:00: 78.0% -> 81.5% (+3.5 points, 2.1 to 4.9), target kept 40% -> 71%" in shown
    assert "cost 80" in shown


def test_each_day_has_a_line_entry(plan, capsys):
    """Service and chance of keeping the target by queue and day."""
    print_verdict(verdict_summary(plan, plan.verdict), "en")
    lines = capsys.readouterr().out.splitlines()
    header = next(number for number, line in enumerate(lines) if line.startswith("day by day"))
    assert lines[header + 1].split() == [f"01-{day:02}" for day in range(5, 12)]
    assert lines[header + 2].split() == ["phone", *(["82.0%", "70%"] * 7)]


def test_chinese_says_the_same(plan, capsys):
    """The same figures in Chinese."""
    print_verdict(verdict_summary(plan, plan.verdict), "zh")
    shown = capsys.readouterr().out
    assert "最差时段：phone 周一 01-05 09:00，71%" in shown
    assert "增加一人" in shown


def test_no_fix_is_needed_or_none_is_enough(plan, capsys):
    """Without fixes it is said whether all days keep their targets."""
    fine = replace(plan.verdict, fixes=())
    print_verdict(verdict_summary(plan, fine), "en")
    assert "nothing is needed" in capsys.readouterr().out
    rows = tuple(replace(row, service_level=0.7) for row in fine.rows)
    print_verdict(verdict_summary(plan, replace(fine, rows=rows)), "en")
    assert "no single agent more lifts it" in capsys.readouterr().out


def test_a_chance_asked_for_and_not_kept_is_a_target_missed(plan, capsys):
    """Every mean is kept, but in 70 % of the weeks only where 90 % were asked for."""
    rows = tuple(replace(row, asked=0.9) for row in plan.verdict.rows)
    verdict = replace(plan.verdict, fixes=(), rows=rows)
    print_verdict(verdict_summary(plan, verdict), "en")
    shown = capsys.readouterr().out
    assert "no single agent more lifts it" in shown
    assert shown.count("asked of each day: 90%") == 2
    print_verdict(verdict_summary(plan, replace(verdict, rows=tuple(replace(row, asked=0.7) for row in rows))), "zh")
    shown = capsys.readouterr().out
    assert "无需增加人手" in shown
    assert shown.count("每日要求的概率：70%") == 2


def test_rounds_have_a_maximum():
    """Eleven rounds are refused."""
    result = CliRunner().invoke(app, ["plan", ".", "--rounds", "11"])
    assert result.exit_code == 2


def test_rounds_are_told(plan, capsys):
    """Each round with what it raised; one that did not help says so."""
    rows = (RaisedRow("phone", 18, 1.0, 1.5),)
    done = (Round(1, rows, 1.0, 30.0, 10.0, (), True), Round(2, rows, 1.0, 10.0, 10.0, (), False))
    print_summary(plan_summary(replace(plan, rounds=done)), "en")
    shown = capsys.readouterr().out
    assert "Round 1: 1 rows raised; contacts missing to the targets 30 -> 10\n" in shown
    assert "Round 2: 1 rows raised; contacts missing to the targets 10 -> 10 (no improvement, not used)" in shown


def test_plan_json_holds_worst_fixes_rounds_and_chances(plan, tmp_path):
    """Moments are told with their offset; the gain and the joint chances are there."""
    raised = Round(1, (RaisedRow("phone", 18, 1.0, 1.5), RaisedRow("email", None, 1.0, 1.1)), 1.0, 3.0, 1.0, (), True)
    write_plan(replace(plan, rounds=(raised,)), tmp_path / "plan")
    stored = json.loads((tmp_path / "plan" / "plan.json").read_text(encoding="utf-8"))
    service = stored["service"]
    assert service["worst"][0]["start"] == "2026-01-05T09:00:00+08:00"
    assert service["worst"][0]["service_level"] == WORST.service_level
    fix = service["fixes"][0]
    assert (fix["date"], fix["start"][11:16], fix["end"][11:16]) == ("2026-01-05", "09:00", "11:00")
    assert fix["gain"] == pytest.approx(FIX.gain)
    assert (service["probability_all"], service["probability_week"]) == (0.41, 0.62)
    assert all({"probability", "asked", "is_missed"} <= row.keys() for row in (*service["week"], *service["days"]))
    assert [row["start"] for row in stored["rounds"][0]["raised"]] == ["2026-01-05T09:00:00+08:00", None]


def test_simulate_gives_machines_the_same(plan, tmp_path):
    """`simulate --json` on a stored plan has days, worst intervals and fixes."""
    write_plan(plan, tmp_path / "plan")
    command = ["simulate", str(tmp_path / "plan"), "--replications", "2", "--workers", "1", "--json"]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert {"queues", "days", "worst", "fixes", "probability_all", "probability_week"} <= found.keys()
    assert len(found["days"]) == 14
