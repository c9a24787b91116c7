"""`staffing audit --workbook`: an exported workbook that was edited, told and applied."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from typer.testing import CliRunner

from staffing.cli import app
from staffing.files import read_plan, write_plan
from staffing.report import write_workbook
from tests.plans import make_plan_value


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    plan = make_plan_value()
    write_plan(plan, tmp_path / "plan", extras=lambda target: write_workbook(plan, target / "roster.xlsx"))
    return tmp_path / "plan"


def told(*arguments: object, code: int) -> str:
    result = CliRunner().invoke(app, ["audit", *map(str, arguments)])
    assert result.exit_code == code, result.output
    return result.output if "--json" not in arguments else result.stdout


def edited(folder: Path, edit: Callable[[Any], None]) -> Path:
    book = openpyxl.load_workbook(folder / "roster.xlsx")
    edit(book["Roster"])
    book.save(folder / "edited.xlsx")
    return folder / "edited.xlsx"


def later(sheet: Any) -> None:
    """The whole first shift half an hour later, in words of the clock."""
    for row, hours in zip((2, 3, 4), (("08:30", "12:30"), ("12:30", "13:00"), ("13:00", "16:30")), strict=True):
        sheet[f"D{row}"], sheet[f"E{row}"] = hours


def test_an_edited_workbook_is_told_and_applied(folder: Path, tmp_path: Path) -> None:
    """Days, cost before and after; the plan that is written holds the edit and is audited."""
    file = edited(folder, later)
    data = json.loads(told(folder, "--workbook", file, "--json", code=0))
    assert data["known"] is True
    (change,) = data["changes"]
    assert (change["agent"], change["date"], change["kind"]) == ("a0", "2026-01-05", "moved")
    assert data["before"] == {"objective": make_plan_value().cost.total, "hard": 0, "soft": 0}
    assert "08:00-16:00 → 08:30-16:30" in told(folder, "--workbook", file, code=0)
    told(folder, "--workbook", file, "--apply", tmp_path / "better", code=0)
    made = read_plan(tmp_path / "better")
    assert made.cost is not None
    assert made.cost.total == pytest.approx(data["objective"])
    assert made.roster is not None
    assert made.roster.start[0] == 17
    assert made.result.bound is None


def test_nothing_illegal_or_strange_is_written(folder: Path, tmp_path: Path) -> None:
    """A hard rule broken ends with 5, another roster's workbook with 6 until it is forced, an untouched one with 3."""
    out = tmp_path / "out"
    assert "nothing differs" in told(folder, "--workbook", folder / "roster.xlsx", code=3)
    broken = edited(folder, lambda sheet: sheet.delete_rows(3))
    assert "hard" in told(folder, "--workbook", broken, "--apply", out, code=5)
    lines = (folder / "roster.csv").read_text(encoding="utf-8").splitlines()
    (folder / "roster.csv").write_text("\n".join(lines[:-1]) + "\n", encoding="utf-8")
    stranger = edited(folder, later)
    assert "--force" in told(folder, "--workbook", stranger, "--apply", out, code=6)
    assert not out.exists()
    told(folder, "--workbook", stranger, "--apply", out, "--force", code=0)
    assert out.is_dir()


def test_faults_name_their_cells_in_both_languages(folder: Path) -> None:
    """Exit 4 with sheet, row and heading; without a file, or --apply alone, it is a wrong argument."""
    file = edited(folder, lambda sheet: sheet.__setitem__("D2", "soon"))
    assert "edited.xlsx / Roster:2:Start" in told(folder, "--workbook", file, code=4)
    assert "不是" in told(folder, "--workbook", file, "--lang", "zh", code=4)
    told(folder, "--workbook", folder / "none.xlsx", code=2)
    told(folder, "--apply", folder / "x", code=2)
