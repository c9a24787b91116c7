"""Records of a centre are read whole, and refused with every fault at once."""

from pathlib import Path

import numpy as np
import pytest

from staffing.errors import DataError, Fault
from staffing.files import kpi_csv, read_kpi
from staffing.files.kpi_tables import COLUMNS
from staffing.files.kpi_toml import AdherenceModel, KpiModel, ScorecardModel
from staffing.files.kpi_write import KPI_COLUMNS
from staffing.i18n import catalogue
from staffing.measures.kpi import Goals, kpi_sheet
from tests.files.tiny_kpi import TABLES, write_tiny_kpi

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "kpi-files.md"


def faults_of(folder: Path) -> tuple[Fault, ...]:
    with pytest.raises(DataError) as caught:
        read_kpi(folder)
    return caught.value.faults


def test_every_table_is_read(tmp_path: Path) -> None:
    """Rows, blanks, moments in the centre's zone, targets and teams."""
    given = read_kpi(write_tiny_kpi(tmp_path))
    records = given.records
    names = {"intervals", "tickets", "surveys", "quality", "activity", "plan", "reasons", "handled", "clients"}
    assert set(records.tables) == names
    assert (records.queues, records.teams, given.people) == (("phone", "mail"), ("north",), {"north": 4})
    tickets = records.rows("tickets")
    assert tickets is not None
    assert (tickets["first_s"] - tickets["opened_s"])[0] == 3600
    assert np.isnan(tickets["reopened"]).tolist() == [False, True]
    assert tickets["complaint"].tolist() == [0, 1]
    assert tickets.agent.tolist() == [0, -1]
    activity = records.rows("activity")
    assert activity is not None
    assert activity["paid"].tolist() == [1, 0]
    handled = records.rows("handled")
    assert handled is not None
    assert (handled["contacts"].tolist(), handled["handle_s"].tolist()) == ([40, 30], [9600, 8000])
    assert given.goals == Goals({"csat": 4.5}, {"csat": 1.0}, {"csat": 3.0}, {"csat": 2}, 3)


def test_each_table_may_be_absent(tmp_path: Path) -> None:
    """One table is enough, and it may hold a header only."""
    absent = dict.fromkeys(TABLES, "")
    given = read_kpi(write_tiny_kpi(tmp_path / "one", {**absent, "surveys.csv": TABLES["surveys.csv"]}))
    assert set(given.records.tables) == {"surveys"}
    empty = read_kpi(write_tiny_kpi(tmp_path / "empty", {**absent, "surveys.csv": "when,csat\n"}))
    assert empty.records.span() is None
    assert kpi_sheet("", empty.records, empty.goals, empty.people) is None


def test_a_centre_judges_adherence_in_its_own_way(tmp_path: Path) -> None:
    """Tolerance, what is excused, and reasons of its own, which rows may name."""
    toml = '[adherence]\ntolerance_min = 3\nexcused = ["fire_drill"]\n[adherence.reasons]\nfire_drill = "Fire drill"\n'
    reasons = "agent,start,end,reason\na1,2026-02-02T12:00,2026-02-02T12:30,fire_drill\n"
    given = read_kpi(write_tiny_kpi(tmp_path, {"kpi.toml": toml, "reasons.csv": reasons}))
    rules = given.goals.adherence
    assert (rules.tolerance_min, rules.excused, rules.codes[-1]) == (3, ("fire_drill",), "fire_drill")
    rows = given.records.rows("reasons")
    assert rows is not None
    assert rules.codes[int(rows["reason"][0])] == "fire_drill"


def test_tables_given_take_the_place_of_those_in_the_folder(tmp_path: Path) -> None:
    """As when a file is dropped on the page."""
    given = read_kpi(write_tiny_kpi(tmp_path), {"surveys.csv": b"when,csat\n2026-02-02,1\n"})
    surveys = given.records.rows("surveys")
    assert surveys is not None
    assert surveys["csat"].tolist() == [1]


def test_a_table_that_nobody_reads_is_told(tmp_path: Path) -> None:
    """A misspelt name is a fault, in the folder and dropped on the page; other kinds of files may lie there."""
    folder = write_tiny_kpi(tmp_path, {"ticket.csv": "a\n", "notes.txt": "x"})
    assert [(fault.file, fault.expected) for fault in faults_of(folder)] == [("kpi/ticket.csv", "tickets.csv")]
    (folder / "kpi" / "ticket.csv").unlink()
    with pytest.raises(DataError) as caught:
        read_kpi(folder, {"surveys (1).csv": b""})
    assert caught.value.faults[0].expected == "surveys.csv"


SPOILT = [
    ("unknown_queue", "intervals", "queue", "T08:30,phone", "T08:30,fon"),
    ("negative", "intervals", "offered", "phone,8,", "phone,-8,"),
    ("out_of_range", "intervals", "within_target", "40,8,9", "40,11,9"),
    ("off_grid", "intervals", "start", None, "start,queue,offered\n2026-02-02T08:00,phone,1\n2026-02-02T08:30,phone,1\n"
     "2026-02-02T09:00,phone,1\n2026-02-02T09:30,phone,1\n2026-02-02T10:00,phone,1\n2026-02-02T10:10,phone,1\n"),
    ("duplicate_id", "tickets", "ticket", "t2,", "t1,"),
    ("unknown_agent", "tickets", "agent", "mail,a1", "mail,a9"),
    ("missing_value", "tickets", "queue", "t2,mail", "t2,"),
    ("ends_before_start", "tickets", "first_response", "2026-02-02T10:00", "2026-02-02T08:00"),
    ("not_a_date", "tickets", "resolved", "2026-02-02T12:00", "noon"),
    ("out_of_range", "tickets", "contacts", "no,1,no", "no,0,no"),
    ("wrong_type", "tickets", "complaint", ",,yes", ",,perhaps"),
    ("out_of_range", "surveys", "csat", "a1,5,", "a1,6,"),
    ("out_of_range", "surveys", "nps", ",10", ",11"),
    ("missing_value", "surveys", "csat", "a2,4,", "a2,,"),
    ("out_of_range", "quality", "score", "45,50", "55,50"),
    ("out_of_range", "quality", "max", "45,50", "0,0"),
    ("missing_value", "quality", "agent", ",a1,", ",,"),
    ("overlap", "activity", "start", "12:00,2026-02-02T12:30", "11:00,2026-02-02T12:30"),
    ("not_one_of", "activity", "activity", "meal", "lunch"),
    ("ends_before_start", "activity", "end", "T12:30,meal", "T11:30,meal"),
    ("not_one_of", "reasons", "reason", "system_fault", "sistem_fault"),
    ("unknown_agent", "reasons", "agent", "a1,", "a9,"),
    ("ends_before_start", "reasons", "end", "T12:30,system", "T11:30,system"),
    ("overlap", "reasons", "start", None, "agent,start,end,reason\na1,2026-02-02T12:00,2026-02-02T12:30,sick\n"
     "a1,2026-02-02T12:20,2026-02-02T12:40,late\n"),
    ("duplicate_id", "handled", "agent", "a2,phone", "a1,phone"),
    ("out_of_range", "handled", "contacts", ",40,", ",-4,"),
    ("wrong_type", "handled", "contacts", ",40,", ",4.5,"),
    ("missing_value", "handled", "handle_s", ",9600", ","),
    ("not_a_date", "handled", "date", "2026-02-02,40", "Monday,40"),
    ("unknown_queue", "handled", "queue", "a1,phone", "a1,fon"),
    ("ends_before_start", "clients", "end", "2026-02-02", "2020-02-02"),
    ("duplicate_id", "clients", "client", "c2,", "c1,"),
    ("missing_column", "clients", "start", "client,start", "client,begin"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "table", "column", "old", "new"), SPOILT, ids=lambda value: str(value)[:20])
def test_each_fault_is_told_at_its_place(
    code: str, table: str, column: str, old: str | None, new: str, tmp_path: Path
) -> None:
    """A table spoilt in one way is refused with that very fault and no other, said in both languages."""
    name = f"{table}.csv"
    content = new if old is None else TABLES[name].replace(old, new, 1)
    assert content != TABLES[name]
    found = faults_of(write_tiny_kpi(tmp_path, {name: content}))
    assert [(fault.code, fault.file, fault.column) for fault in found] == [(code, f"kpi/{name}", column)]
    assert found[0].row is not None
    assert all(f"fault.{code}" in catalogue(lang) for lang in ("en", "zh"))


BAD_GOALS = [
    ("unknown_key", "targets.csatt", "csat = 4.5", "csat = 4.5\ncsatt = 1"),
    ("unknown_key", "scorecard.weights.volume", "csat = 1\n", "csat = 1\nvolume = 1\n"),
    ("unknown_key", "colour", "[targets]", "colour = 1\n[targets]"),
    ("missing_key", "targets.csat", "csat = 4.5", "nps = 4.5"),
    ("missing_key", "scorecard.zero.csat", "csat = 3\n", ""),
    ("out_of_range", "scorecard.zero.csat", "csat = 3\n", "csat = 4.6\n"),
    ("out_of_range", "scorecard.min_people", "min_people = 3", "min_people = 1"),
    ("wrong_type", "targets.csat", "csat = 4.5", 'csat = "high"'),
    ("out_of_range", "adherence.tolerance_min", "[targets]", "[adherence]\ntolerance_min = -1\n[targets]"),
    ("not_one_of", "adherence.excused", "[targets]", '[adherence]\nexcused = ["sik"]\n[targets]'),
    ("bad_id", "adherence.reasons.Fire drill", "[targets]", '[adherence.reasons]\n"Fire drill" = "x"\n[targets]'),
    ("unknown_key", "adherence.tolerance", "[targets]", "[adherence]\ntolerance = 5\n[targets]"),
    ("toml_syntax", None, "[targets]", "[targets"),
]


@pytest.mark.parametrize(("code", "column", "old", "new"), BAD_GOALS, ids=lambda value: str(value)[:20])
def test_each_fault_of_the_goals_is_told(code: str, column: str, old: str, new: str, tmp_path: Path) -> None:
    """Keys that nobody knows, weights without a scale, and values of another kind."""
    found = faults_of(write_tiny_kpi(tmp_path, {"kpi.toml": TABLES["kpi.toml"].replace(old, new, 1)}))
    assert (code, "kpi/kpi.toml", column) in [(fault.code, fault.file, fault.column) for fault in found]


def test_faults_of_all_files_are_told_together(tmp_path: Path) -> None:
    """One file never hides another."""
    tables = {
        "surveys.csv": TABLES["surveys.csv"].replace("a1,5", "a1,9"),
        "quality.csv": TABLES["quality.csv"].replace("a1", "zz"),
        "kpi.toml": "[targets]\nx = 1\n",
    }
    found = faults_of(write_tiny_kpi(tmp_path, tables, agents_csv="agent,name,team,role,contract,skills\n"))
    files = {fault.file for fault in found}
    assert {"kpi/surveys.csv", "kpi/quality.csv", "kpi/kpi.toml", "agents.csv"} <= files


def test_missing_folders_and_tables_are_told(tmp_path: Path) -> None:
    """No centre, or a centre without any records."""
    assert [fault.code for fault in faults_of(tmp_path / "no")] == ["missing_folder"]
    bare = write_tiny_kpi(tmp_path / "bare", dict.fromkeys(TABLES, ""))
    assert [(fault.code, fault.file) for fault in faults_of(bare)] == [("missing_file", "kpi")]


def test_no_formula_leaves_the_house(tmp_path: Path) -> None:
    """A team called like a formula is text in kpi.csv, and agents are named nowhere."""
    agents = "agent,name,team,role,contract,skills\na1,Ana,=cmd(),agent,full,phone\na2,Ben,@x,agent,full,phone\n"
    given = read_kpi(write_tiny_kpi(tmp_path, agents_csv=agents))
    sheet = kpi_sheet(given.centre, given.records, given.goals, given.people, by="team")
    assert sheet is not None
    written = kpi_csv(sheet)
    assert written.splitlines()[0] == ",".join(KPI_COLUMNS)
    cells = [cell for line in written.splitlines()[1:] for cell in line.split(",")]
    assert {"'=cmd()", "'@x"} <= set(cells)
    assert [cell for cell in cells if cell.startswith(("=", "+", "@"))] == []
    assert not {"Ana", "Ben", "a1", "a2"} & set(cells)


def test_every_column_and_key_is_in_the_dictionary() -> None:
    """The reference names each file, column, key and column written."""
    page = PAGE.read_text(encoding="utf-8")
    for name, (required, optional) in COLUMNS.items():
        assert f"`{name}.csv`" in page
        assert [column for column in (*required, *optional) if f"`{column}`" not in page] == []
    keys = (*KpiModel.model_fields, *ScorecardModel.model_fields, *AdherenceModel.model_fields)
    assert [key for key in keys if f"`{key}`" not in page and f"[{key}]" not in page] == []
    assert f"`{', '.join(KPI_COLUMNS)}`" in page
