"""Scenarios that are kept, and the files of a comparison."""

import csv
import io
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from staffing.domain.scenario import LoadChange, WhatIf
from staffing.files.whatif_csv import WHATIF_COLUMNS, whatif_csv
from staffing.files.whatif_folder import (
    WhatIfConflictError,
    delete_whatif,
    list_whatifs,
    save_whatif,
    take_whatifs,
    whatif_files,
    whatif_folder,
)
from staffing.measures.whatif import outcome_of
from staffing.report.whatif_words import change_words
from staffing.report.whatif_workbook import write_whatifs
from tests.plans import make_plan_value, without_roster

RUSH = WhatIf("../rush", loads=(LoadChange(1.2),))


def test_scenarios_are_kept_by_name(tmp_path: Path) -> None:
    """Any name is a safe file; a scenario comes back as it was; a broken file hides no other."""
    folder = whatif_folder(tmp_path, "人力资源 / ..")
    assert list_whatifs(folder) == ((), ())
    saved = save_whatif(folder, RUSH, None)
    save_whatif(folder, WhatIf("a"), None)
    (folder / "x.toml").write_text("[[scenario", encoding="utf-8")
    found, broken = list_whatifs(folder)
    assert [one.whatif for one in found] == [RUSH, WhatIf("a")]
    assert found[0] == saved
    assert broken == ("x.toml",)
    assert {path.parent for path in tmp_path.rglob("*.toml")} == {folder}
    delete_whatif(folder, "a")
    delete_whatif(folder, "a")
    assert [one.whatif.name for one in list_whatifs(folder)[0]] == ["../rush"]


def test_scenarios_move_to_another_home(tmp_path: Path) -> None:
    """Every file goes along; one of a name that is there already stays; a folder that is no key is refused."""
    one, other = tmp_path / "one", tmp_path / "other"
    folder = whatif_folder(one, "centre")
    save_whatif(folder, RUSH, None)
    save_whatif(folder, WhatIf("a"), None)
    save_whatif(whatif_folder(other, "centre"), WhatIf("a", absence=2.0), None)
    files = whatif_files(one)
    assert {file.folder for file in files} == {f"whatif/{folder.name}"}
    assert [(folder / file.name).read_bytes() for file in files] == [file.data for file in files]
    assert take_whatifs(other, folder.name, folder) == 1
    kept = {found.whatif.name: found.whatif for found in list_whatifs(whatif_folder(other, "centre"))[0]}
    assert kept == {"../rush": RUSH, "a": WhatIf("a", absence=2.0)}
    with pytest.raises(ValueError, match="hexadecimal"):
        take_whatifs(other, "..", folder)


def test_nobody_writes_over_what_they_have_not_seen(tmp_path: Path) -> None:
    """The second of two writers is refused, and so is a new scenario under a name that is taken."""
    first = save_whatif(tmp_path, RUSH, None)
    second = save_whatif(tmp_path, replace(RUSH, absence=2.0), first.digest)
    for seen in (first.digest, None):
        with pytest.raises(WhatIfConflictError):
            save_whatif(tmp_path, RUSH, seen)
    assert list_whatifs(tmp_path)[0] == (second,)


def test_the_csv_has_a_row_for_all_and_for_each_queue() -> None:
    """A hostile name starts no formula; figures that are not known are blank."""
    found = outcome_of(make_plan_value(), "=1+1", "quick", changed_days=0)
    need = outcome_of(without_roster(make_plan_value()), "need", "need")
    rows = list(csv.DictReader(io.StringIO(whatif_csv((found, need)))))
    assert [row["queue"] for row in rows] == ["all", "phone", "email"] * 2
    assert list(rows[0]) == list(WHATIF_COLUMNS)
    assert rows[0]["scenario"] == "'=1+1"
    assert float(rows[0]["required_h"]) == pytest.approx(found.required_h, abs=1e-5)
    assert rows[1]["service_level"] == "0.82"
    assert (rows[3]["cost"], rows[4]["service_level"], rows[3]["assigned_h"]) == ("", "", "")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_workbook_holds_the_figures_and_no_formula(tmp_path: Path, lang: str) -> None:
    found = outcome_of(make_plan_value(), "=cmd()", "quick", changed_days=3)
    write_whatifs((found,), {"=cmd()": RUSH}, tmp_path / "w.xlsx", lang=lang)
    book = openpyxl.load_workbook(tmp_path / "w.xlsx")
    first = [cell.value for cell in book.worksheets[0][2]]
    assert first[0] == "=cmd()"
    assert all(cell.data_type != "f" for tab in book for row in tab.iter_rows() for cell in row)
    assert first[3] == 2
    assert first[4] == pytest.approx(found.required_h)
    assert book.worksheets[2]["B2"].value == change_words(RUSH, lang)[0]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_change_is_said(lang: str) -> None:
    """Nothing that a scenario changes is left out, nothing is said by its key."""
    from datetime import date

    from staffing.domain.scenario import Hire, TargetChange
    from staffing.domain.shrinkage import ShrinkageReason

    whatif = WhatIf(
        "x",
        (LoadChange(1.2, 0.9, 0.1, ("phone",), date(2026, 2, 2), date(2026, 2, 3)),),
        1.5,
        (ShrinkageReason("flu", 0.1, start=date(2026, 2, 2)),),
        (Hire("a1", 3, 0.8),),
        (TargetChange("phone", 0.9, 30.0, 0.8),),
        (("rest_h", 12.0), ("seniority_per_year", 1.0)),
    )
    lines = change_words(whatif, lang, {"phone": "Line 1"})
    assert len(lines) == 11
    told = "\n".join(lines)
    for part in ("+20%", "-10%", "10%", "+50%", "flu", "a1", "80%", "Line 1", "30", "12", "2026-02-02", "2026-02-03"):
        assert part in told
    assert "whatif." not in told
    assert len(change_words(WhatIf("x"), lang)) == 1
