from pathlib import Path

import pytest

from staffing.errors import DataError, Fault
from staffing.files import read_centre
from staffing.i18n import text
from tests.files.bad_inputs import CASES, BadInput, Text
from tests.files.tiny_centre import tiny_files

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "bad-input.md"


def write(folder: Path, files: Text) -> Path:
    for name, content in files.items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return folder


def spoilt(case: BadInput) -> Text:
    files: Text = dict(tiny_files())
    for edit in case.edits:
        edit(files)
    return files


def faults_of(folder: Path) -> tuple[Fault, ...]:
    with pytest.raises(DataError) as caught:
        read_centre(folder)
    return caught.value.faults


def row_of(case: BadInput, files: Text) -> int | None:
    """Line of the fault; where the case gives text, the last line that holds it."""
    if not isinstance(case.row, str):
        return case.row
    lines = str(files[case.file]).splitlines()
    return max(number for number, line in enumerate(lines, start=1) if case.row in line)


def sentence(fault: Fault, lang: str = "en") -> str:
    return text(f"fault.{fault.code}", lang, column=fault.column, value=fault.value, expected=fault.expected)


def table_row(case: BadInput, fault: Fault) -> str:
    cells = [f"`{fault.code}`", fault.file, case.example.strip().replace("\n", " "), sentence(fault)]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.code}-{case.file}-{case.column}")
def test_each_kind_of_bad_input_gives_its_one_fault(case: BadInput, tmp_path: Path) -> None:
    """A centre spoilt in one way is refused with that very fault and no other, and the page shows its message."""
    files = spoilt(case)
    faults = faults_of(write(tmp_path, files))
    found = [(fault.code, fault.file, fault.row, fault.column) for fault in faults]
    assert found == [(case.code, case.file, row_of(case, files), case.column)]
    assert table_row(case, faults[0]) in PAGE.read_text(encoding="utf-8")


def test_there_are_at_least_25_kinds() -> None:
    """The table covers many different codes, not one code in many places."""
    assert len({case.code for case in CASES}) >= 60


def test_faults_of_five_files_are_told_together(tmp_path: Path) -> None:
    """Faults of one file never hide those of another."""
    files: Text = dict(tiny_files())
    wanted = [
        ("centre.toml", "queue[1].patience_s", "wrong_type", "patience_s = 180", 'patience_s = "x"'),
        ("centre.toml", "queue[2].channel", "not_one_of", '"email"', '"fax"'),
        ("history.csv", "offered", "negative", "phone,8,", "phone,-8,"),
        ("agents.csv", "skills", "unknown_skill", "full,phone\n", "full,phone;x\n"),
        ("time_off.csv", "agent", "unknown_agent", "a2,", "a22,"),
        ("wishes.csv", "wish", "bad_wish", "start>=08:30", "late"),
    ]
    for file, _, _, old, new in wanted:
        files[file] = str(files[file]).replace(old, new, 1)
    found = {(fault.file, fault.column, fault.code) for fault in faults_of(write(tmp_path, files))}
    assert found == {row[:3] for row in wanted}


def test_a_centre_that_cannot_be_parsed_does_not_hide_the_tables(tmp_path: Path) -> None:
    """With broken TOML the CSV files are still checked for what can be known without it."""
    files: Text = dict(tiny_files()) | {"centre.toml": "name = "}
    files["history.csv"] = str(files["history.csv"]).replace("phone,8,", "phone,x,", 1)
    files["wishes.csv"] = str(files["wishes.csv"]).replace("a1,", "zz,", 1)
    found = {(fault.file, fault.code) for fault in faults_of(write(tmp_path, files))}
    assert ("centre.toml", "toml_syntax") in found
    assert ("history.csv", "not_a_number") in found
    assert ("wishes.csv", "unknown_agent") in found


def test_many_equal_faults_are_counted(tmp_path: Path) -> None:
    """Beyond fifty of a kind the rest is one line with their number."""
    files: Text = dict(tiny_files())
    files["history.csv"] = str(files["history.csv"]).replace(",phone,", ",phone,-")
    faults = faults_of(write(tmp_path, files))
    assert len(faults) == 51
    assert (faults[-1].code, faults[-1].value, faults[-1].expected) == ("more_of_the_same", "270", "negative")


def test_a_missing_folder_is_one_fault(tmp_path: Path) -> None:
    """A folder that is not there is told once."""
    (fault,) = faults_of(tmp_path / "nowhere")
    assert (fault.code, fault.file) == ("missing_folder", "nowhere")
