"""A sheet of people -> agents.csv, the contracts and roles it speaks of, and the line each row came from."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from staffing.domain.arrays import IntArray
from staffing.domain.note import Note
from staffing.files.cells import csv_text, plain_text, safe_text, shown
from staffing.files.dates import ISO_DATE
from staffing.files.faults import FaultLog, choices
from staffing.files.history import TOTALS
from staffing.files.models import ID, ID_SHAPE
from staffing.files.people import MAX_PROFICIENCY
from staffing.files.people import REQUIRED as COLUMNS
from staffing.files.wizard.figures import has_decimal_comma, parse_number
from staffing.files.wizard.history import as_id, check_columns
from staffing.files.wizard.moments import guess_order, parse_day
from staffing.files.wizard.upload import Sheet
from staffing.files.wizard.words import folded

HAS = frozenset(("x", "y", "yes", "true", "✓", "✔", "√", "是", "有", "会"))
HAS_NOT = frozenset(("", "-", "–", "n", "no", "false", "否", "无", "不会", "✗"))
PART_TIME = ("part", "兼职", "非全日", "小时工", "学生", "student", "mini")
FULL_H, PART_H, MOST_H = 40.0, 20.0, 84.0
FULL_DAYS = 5

KEPT = ("primary", "cost_per_h", "start_date", "end_date", "seniority")
"""Optional columns of agents.csv that a sheet may bring."""


@dataclass(frozen=True, slots=True)
class Terms:
    """A contract in the words of the wizard: hours and days in a week."""

    id: str
    weekly_h: float = FULL_H
    days: int = FULL_DAYS


@dataclass(frozen=True)
class PeopleMap:
    """Which column holds what. `columns` are headers by our names; `skills_of` names the queue of each skill column,
    where the sheet has one column for each queue. `order` of day and month ``""`` is guessed.
    """

    columns: Mapping[str, str]
    skills_of: Mapping[str, str] = field(default_factory=dict)
    order: str = ""


@dataclass(frozen=True)
class People:
    """agents.csv and where it came from; `contracts` in the order met, `roles` likewise."""

    file: str
    text: str
    lines: IntArray
    columns: Mapping[str, str]
    contracts: tuple[Terms, ...]
    roles: tuple[str, ...]
    notes: tuple[Note, ...] = ()

    def __len__(self) -> int:
        return len(self.lines)

    def rows(self) -> list[dict[str, str]]:
        """The rows of agents.csv, without the columns that nobody fills."""
        rows = list(csv.DictReader(io.StringIO(self.text)))
        filled = [name for name in rows[0] if any(row[name] for row in rows)]
        return [{name: row[name] for name in filled} for row in rows]


def guess_skill_columns(sheet: Sheet, columns: Mapping[str, str], queues: Mapping[str, str]) -> dict[str, str]:
    """Columns called like a queue, with the queue's id: they hold who can serve it."""
    by_name = _by_name(queues)
    return {
        header: by_name[folded(header)]
        for header in sheet.columns
        if header not in columns.values() and folded(header) in by_name
    }


def convert_people(sheet: Sheet, how: PeopleMap, queues: Mapping[str, str]) -> People:
    """The agents.csv of a sheet.

    Parameters
    ----------
    sheet : Sheet
        The uploaded table.
    how : PeopleMap
        Which column holds what.
    queues : mapping
        Names of the queues by id; a sheet without skills lets everybody serve all of them, with a note.

    Raises
    ------
    DataError
        With every fault, by line and header of the uploaded file.
    """
    log = FaultLog()
    check_columns(sheet, {**how.columns, **{q: h for h, q in how.skills_of.items()}}, (("agent", "name"),), log)
    log.refuse()
    kept = _kept(sheet, how.columns)
    rows = _Rows(sheet, how, kept, queues, log)
    contracts, contract_of = _contracts(rows)
    lines = [row.line for row in rows]
    out = [row.out(contract_of[place]) for place, row in enumerate(rows)]
    _repeated(out, rows, log)
    if not out:
        log.add("empty_file", sheet.file, row=sheet.header_line, expected=">= 1 row")
    log.refuse()
    header = (*COLUMNS, *KEPT)
    text = csv_text(header, [[row[name] for name in header] for row in out])
    roles = tuple(dict.fromkeys(row["role"] for row in out if row["role"]))
    notes = [] if rows.has_skills else [Note("import_all_skills", (("file", sheet.file),))]
    if "contract" not in how.columns and "weekly_hours" not in how.columns:
        notes.append(Note("import_one_contract", (("file", sheet.file), ("hours", FULL_H))))
    headers = {**how.columns, "skills": how.columns.get("skills", next(iter(how.skills_of), ""))}
    return People(sheet.file, text, np.array(lines, dtype=np.int64), headers, contracts, roles, tuple(notes))


def _kept(sheet: Sheet, columns: Mapping[str, str]) -> list[int]:
    known = [sheet.cells(columns[role]) for role in ("agent", "name") if role in columns]
    return [
        place
        for place, cells in enumerate(zip(*known, strict=True))
        if any(cells) and not any(cell.casefold() in TOTALS for cell in cells)
    ]


class _Rows:
    """The rows of a sheet of people, each read once."""

    def __init__(self, sheet: Sheet, how: PeopleMap, kept: list[int], queues: Mapping[str, str], log: FaultLog) -> None:
        self.sheet, self.how, self.queues, self.log = sheet, how, queues, log
        self.by_name = _by_name(queues)
        self.has_skills = "skills" in how.columns or bool(how.skills_of)
        self.has_id = "agent" in how.columns
        numeric = [how.columns[name] for name in ("weekly_hours", "cost_per_h", "seniority") if name in how.columns]
        self.comma = any(has_decimal_comma(pd.unique(sheet.cells(header))) for header in numeric)
        dates = [how.columns[name] for name in ("start_date", "end_date") if name in how.columns]
        self.order = how.order or self._order(dates)
        self._rows = [_Row(self, place, number) for number, place in enumerate(kept, start=1)]

    def _order(self, headers: list[str]) -> str:
        texts = [text for header in headers for text in pd.unique(self.sheet.cells(header)).tolist() if text]
        guessed = guess_order(texts)
        if not guessed.sure:
            self.log.add("date_order", self.sheet.file, column=headers[0], value=texts[0], expected="dmy | mdy")
        return guessed.name

    def __iter__(self) -> Iterator["_Row"]:
        return iter(self._rows)


class _Row:
    """One person."""

    def __init__(self, rows: _Rows, place: int, number: int) -> None:
        self.rows, self.place, self.number = rows, place, number
        self.line = int(rows.sheet.line[place])

    def cell(self, role: str) -> str:
        header = self.rows.how.columns.get(role)
        return "" if header is None else str(self.rows.sheet.cells(header)[self.place])

    def fault(self, code: str, role: str, value: object, expected: str) -> None:
        header = self.rows.how.columns.get(role, role)
        self.rows.log.add(code, self.rows.sheet.file, row=self.line, column=header, value=value, expected=expected)

    def figure(self, role: str, high: float) -> float | None:
        """A number from 0 to `high`; None where blank or wrong, and wrong is a fault."""
        cell = self.cell(role)
        value = parse_number(cell, self.rows.comma) if cell else None
        if cell and value is None:
            self.fault("not_a_number", role, cell, "number")
        elif value is not None and not 0 <= value <= high:
            self.fault("out_of_range", role, cell, f"0..{high:g}")
            return None
        return value

    def day(self, role: str) -> str:
        cell = self.cell(role)
        if not cell:
            return ""
        found, code, _ = parse_day(cell, self.rows.order)
        if found is None:
            self.fault(code, role, cell, ISO_DATE)
        return "" if found is None else found.isoformat()

    def ident(self) -> str:
        """The id as it is written; without a column for it, the place in the sheet."""
        if not self.rows.has_id:
            return f"P{self.number:03d}"
        cell = self.cell("agent")
        if not cell:
            self.fault("missing_value", "agent", "", self.rows.how.columns["agent"])
        elif not ID.fullmatch(cell):
            self.fault("bad_id", "agent", cell, ID_SHAPE)
        return cell

    def contract(self) -> tuple[str, float | None]:
        """Name of the contract and its weekly hours, as far as the sheet tells."""
        return self.cell("contract"), self.figure("weekly_hours", MOST_H)

    def skills(self) -> str:
        """Skills as agents.csv writes them."""
        if not self.rows.has_skills:
            return ";".join(self.rows.queues)
        found: dict[str, float] = {}
        for part in re.split(r"[;|,，、；/]", self.cell("skills")):
            name, _, speed = (piece.strip() for piece in re.sub("[：=]", ":", part).partition(":"))
            if name:
                self._skill(name, speed, "skills", part.strip(), found)
        for header, queue in self.rows.how.skills_of.items():
            cell = str(self.rows.sheet.cells(header)[self.place])
            if cell.casefold() not in HAS_NOT:
                self._skill(queue, "" if cell.casefold() in HAS else cell, header, cell, found)
        return ";".join(queue if speed == 1 else f"{queue}:{shown(speed)}" for queue, speed in found.items() if speed)

    def _skill(self, name: str, speed: str, role: str, cell: str, found: dict[str, float]) -> None:
        queue = self.rows.by_name.get(folded(name))
        if queue is None:
            self.fault("unknown_skill", role, name, choices(list(self.rows.queues.values()), name))
            return
        value = 1.0
        if speed:
            percent = speed.endswith(("%", "％"))
            number = parse_number(speed.rstrip("%％ "), has_decimal_comma([speed.rstrip("%％ ")]))
            if number is None:
                self.fault("not_a_number", role, cell, "0.9 | 90% | x")
                return
            value = number / 100 if percent else number
            if not 0 <= value <= MAX_PROFICIENCY:
                self.fault("out_of_range", role, cell, f"> 0, <= {MAX_PROFICIENCY:g}")
                return
        found[queue] = value

    def out(self, contract: str) -> dict[str, str]:
        """The row of agents.csv."""
        primary = self.cell("primary")
        main = self.rows.by_name.get(folded(primary), "")
        if primary and not main:
            self.fault("unknown_skill", "primary", primary, choices(list(self.rows.queues.values()), primary))
        ident = self.ident()
        return {
            "agent": ident,
            "name": safe_text(plain_text(self.cell("name")) or ident),
            "team": self.cell("team"),
            "role": as_id(self.cell("role")),
            "contract": contract,
            "skills": self.skills(),
            "primary": main,
            "cost_per_h": shown(self.figure("cost_per_h", 1e6)),
            "start_date": self.day("start_date"),
            "end_date": self.day("end_date"),
            "seniority": shown(self.figure("seniority", 80)),
        }


def _contracts(rows: _Rows) -> tuple[tuple[Terms, ...], list[str]]:
    """One contract for each kind and number of hours, and the contract of each row."""
    told = [row.contract() for row in rows]
    hours_of: dict[str, set[float]] = {}
    for name, hours in told:
        hours_of.setdefault(name, set()).add(_hours(name, hours))
    contracts: dict[str, Terms] = {}
    chosen = []
    for name, hours in told:
        weekly_h = _hours(name, hours)
        ident = as_id(name)
        if not ident:
            ident = "standard" if "weekly_hours" not in rows.how.columns else f"{shown(weekly_h)} h"
        elif len(hours_of[name]) > 1:
            ident = f"{ident} {shown(weekly_h)} h"
        contracts.setdefault(ident, Terms(ident, weekly_h, guess_days(weekly_h)))
        chosen.append(ident)
    return tuple(contracts.values()), chosen


def _hours(name: str, hours: float | None) -> float:
    """Weekly hours: as told, else a number in the contract's name, else by the kind its name tells."""
    if hours:
        return hours
    found = re.search(r"(\d{1,2}(?:[.,]\d)?)\s*(?:h\b|hours|小时|std)", name.casefold())
    if found and 0 < float(found[1].replace(",", ".")) <= MOST_H:
        return float(found[1].replace(",", "."))
    return PART_H if any(word in name.casefold() for word in PART_TIME) else FULL_H


def guess_days(weekly_h: float) -> int:
    """Days in a week: shifts of about eight hours, five days at most unless that makes shifts over ten hours.

    Examples
    --------
    >>> guess_days(40), guess_days(24), guess_days(20), guess_days(60)
    (5, 3, 4, 6)
    """
    if weekly_h >= 35:
        return FULL_DAYS if weekly_h <= 50 else 6
    return next((days for days in (3, 4, 5, 2) if 4 <= weekly_h / days <= 8 and weekly_h % days == 0), 3)


def _by_name(queues: Mapping[str, str]) -> dict[str, str]:
    return {folded(word): ident for ident, name in queues.items() for word in (name, ident)}


def _repeated(out: list[dict[str, str]], rows: _Rows, log: FaultLog) -> None:
    counts = Counter(row["agent"] for row in out)
    first: dict[str, int] = {}
    for row, source in zip(out, rows, strict=True):
        name = row["agent"]
        if counts[name] > 1 and name in first:
            source.fault("duplicate_agent", "agent", name, f"row {first[name]}")
        first.setdefault(name, source.line)
