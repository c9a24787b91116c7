"""An uploaded list of people against the centre: what it would change, and every fault by row and column."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from staffing.domain.centre import Scenario
from staffing.domain.people import Agent
from staffing.errors import DataError, Fault
from staffing.files import absences, people, requests
from staffing.files.cells import shown
from staffing.files.centre_toml import CentreDraft, read_centre_toml
from staffing.files.centre_write import check_edit
from staffing.files.faults import FaultLog
from staffing.files.model_faults import FILE as TOML
from staffing.files.people_edit import (
    COLUMNS,
    NUMBERS,
    PeopleEdit,
    edit_people,
    merge_people,
    people_table,
    skill_map,
    skill_text,
)
from staffing.files.rows import number
from staffing.files.table import Table, read_table
from staffing.files.wizard.guess import guess_columns
from staffing.files.wizard.upload import Sheet, read_sheet
from staffing.files.wizard.words import folded

YES = ("x", "✓", "✔", "√", "y", "yes", "true", "是", "有")
NO = ("", "-", "–", "0", "n", "no", "false", "否", "无")
SLASHED = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})(?:[ T]00:00(?::00)?)?")


@dataclass(frozen=True)
class PeopleImport:
    """What an uploaded file would do; with `faults` nothing can be written.

    Attributes
    ----------
    edit : PeopleEdit or None
        Files and differences; None when the file cannot be read at all.
    faults : tuple of Fault
        All of them; those of the upload name its rows and its own headings.
    scenario : Scenario or None
        The centre as it would be; None with faults.
    columns : mapping of our column to the file's heading
        What was taken from where.
    unused : tuple of str
        Headings that nothing is taken from.
    """

    edit: PeopleEdit | None
    faults: tuple[Fault, ...]
    scenario: Scenario | None
    columns: Mapping[str, str]
    unused: tuple[str, ...] = ()


def import_people(folder: Path, name: str, data: bytes, *, replace_all: bool = False) -> PeopleImport:
    """Compare an uploaded CSV or XLSX file with the people of a centre; nothing is written.

    Columns are found by their names in English or Chinese. Only columns the file has are changed; skills may stand in
    one column (``phone:1;chat:0.9``) or in a column for each queue, with a proficiency or a mark.

    Parameters
    ----------
    folder : Path
        The centre folder.
    name, data : str, bytes
        The upload.
    replace_all : bool, optional
        People whom the file does not name leave the centre.
    """
    try:
        sheet = read_sheet(name, data)
    except DataError as error:
        return PeopleImport(None, error.faults, None, {})
    draft = read_centre_toml((folder / TOML).read_bytes(), FaultLog())
    found = people_columns(sheet)
    matrix = {} if "skills" in found else skill_columns(sheet, folder, found)
    unused = tuple(title for title in sheet.columns if title not in (*found.values(), *matrix))
    if "agent" not in found:
        missing = Fault("missing_column", name, sheet.header_line, "agent", ", ".join(sheet.columns)[:80], "agent")
        return PeopleImport(None, (missing,), None, found, unused)
    table = people_table(folder)
    before = {row.get("agent", ""): row for row in table.rows}
    log = FaultLog()
    rows = []
    for place, line in enumerate(sheet.line.tolist()):
        row = {column: _clean(column, sheet.cells(title)[place]) for column, title in found.items()}
        if matrix:
            old = skill_map(before.get(row["agent"], {}).get("skills", ""))
            row["skills"] = _skills(sheet, place, line, matrix, old, log)
        rows.append(row)
    known = merge_people(table, rows)
    by_id = {row.get("agent", ""): row for row in known}
    _check(sheet, [by_id[row["agent"]] | row for row in rows], draft, found, log)
    edit = edit_people(folder, known if not replace_all else merge_people(table, rows, replace_all=True))
    faults = log.all()
    scenario = None
    if not faults:
        try:
            scenario = check_edit(folder, edit.changes)
        except DataError as error:
            faults = error.faults
    return PeopleImport(
        edit, faults, scenario, found | {f"skills.{own}": title for title, own in matrix.items()}, unused
    )


def people_columns(sheet: Sheet) -> dict[str, str]:
    """Heading of the sheet for each column of ``agents.csv`` that it has: its own names first, then guesses."""
    own = {title.strip().lower(): title for title in reversed(sheet.columns)}
    found = {column: own[column] for column in COLUMNS if column in own}
    for column, title in guess_columns(sheet, "people").items():
        if column in COLUMNS and title not in found.values():
            found.setdefault(column, title)
    return found


def skill_columns(sheet: Sheet, folder: Path, found: Mapping[str, str]) -> dict[str, str]:
    """Queue or skill of each heading that is called like one, by id, skill or name."""
    names: dict[str, str] = {}
    for queue in tomllib.loads((folder / TOML).read_text(encoding="utf-8-sig")).get("queue", []):
        own = str(queue.get("skill") or queue.get("id"))
        for word in (queue.get("name"), queue.get("id"), queue.get("skill")):
            if word:
                names[folded(str(word))] = own
    taken = set(found.values())
    return {title: names[folded(title)] for title in sheet.columns if title not in taken and folded(title) in names}


def _skills(
    sheet: Sheet, place: int, line: int, matrix: Mapping[str, str], old: Mapping[str, float | None], log: FaultLog
) -> str:
    """The cell of a person's skills: those the sheet has columns for from there, the others as before."""
    skills = {name: value for name, value in old.items() if name not in matrix.values() and value is not None}
    for title, own in matrix.items():
        cell = str(sheet.cells(title)[place])
        word = cell.lower()
        if word in NO:
            continue
        value = 1.0 if word in YES else number(cell, decimal_comma=True)
        if value is None:
            log.add("not_a_number", sheet.file, row=line, column=title, value=cell, expected="0.1 ... 2 | x | blank")
        else:
            skills[own] = value
    return skill_text(skills)


def _clean(column: str, cell: str) -> str:
    """A cell as our files write it: a point in numbers, ISO dates."""
    text = str(cell).strip()
    if column in NUMBERS:
        value = number(text, decimal_comma=True) if text else None
        return text if value is None else shown(value)
    if column == "skills":
        skills = skill_map(text.replace("；", ";").replace("：", ":").replace("、", ";"))
        if all(value is not None for value in skills.values()):
            return skill_text({name: value for name, value in skills.items() if value is not None})
    if column in ("start_date", "end_date"):
        found = SLASHED.fullmatch(text)
        return f"{found[1]}-{int(found[2]):02d}-{int(found[3]):02d}" if found else text
    return text


def _check(
    sheet: Sheet, rows: list[dict[str, str]], draft: CentreDraft, found: Mapping[str, str], log: FaultLog
) -> None:
    """Let the reader of ``agents.csv`` look at the rows of the upload; faults name the upload's own headings."""
    own = FaultLog()
    columns = {}
    for column in COLUMNS:
        cells = np.empty(len(rows), dtype=object)
        cells[:] = [row.get(column, "") for row in rows]
        columns[column] = cells
    people.read_agents(Table(sheet.file, sheet.line, columns, False), draft, own)
    for fault in own.all():
        told = replace(fault, column=found.get(fault.column, fault.column) if fault.column else None)
        log.add(told.code, told.file, row=told.row, column=told.column, value=told.value, expected=told.expected)


def check_people_files(
    folder: Path, changes: Mapping[str, bytes | None]
) -> tuple[tuple[Agent, ...], tuple[Fault, ...]]:
    """People of a centre with changes not written yet, and the faults of the files about people alone.

    The history is not read, so this answers while somebody types; `check_edit` has the last word.
    """
    draft, log = read_centre_toml((folder / TOML).read_bytes(), FaultLog()), FaultLog()
    zone = draft.zone or ZoneInfo("UTC")
    tables = {}
    for file, required, optional in (
        (people.FILE, people.REQUIRED, people.OPTIONAL),
        (absences.TIME_OFF, absences.TIME_OFF_REQUIRED, absences.TIME_OFF_OPTIONAL),
        (requests.WISHES, requests.WISHES_REQUIRED, requests.WISHES_OPTIONAL),
    ):
        path = folder / file
        data = changes[file] if file in changes else path.read_bytes() if path.is_file() else None
        if data is not None:
            tables[file] = read_table(file, data, required, optional, log, may_be_empty=file != people.FILE)
    table = tables.get(people.FILE)
    agents = () if table is None else people.read_agents(table, draft, log)
    known = None if table is None else people.agent_ids(table)
    table = tables.get(absences.TIME_OFF)
    if table is not None:
        absences.read_time_off(table, known, zone, log)
    table = tables.get(requests.WISHES)
    if table is not None:
        requests.read_wishes(table, known, draft.shifts, log)
    return agents, log.all()
