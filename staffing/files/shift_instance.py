"""Plans by shifts: the public instance format of Curtois and Qu (2014) in, roster tables out.

Sections start with ``SECTION_NAME`` and may come in any order; ``#`` starts a comment line; cells are separated by
commas, lists inside a cell by ``|``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from staffing.domain.shift_cover import OFF as OFF_DAY
from staffing.domain.shift_cover import ShiftCoverProblem, ShiftResult
from staffing.errors import DataError
from staffing.files.atomic import atomic_write
from staffing.files.cells import csv_text
from staffing.files.faults import FaultLog, choices

Line = tuple[int, list[str]]
HORIZON, SHIFTS, STAFF = "SECTION_HORIZON", "SECTION_SHIFTS", "SECTION_STAFF"
DAYS_OFF, ON, OFF = "SECTION_DAYS_OFF", "SECTION_SHIFT_ON_REQUESTS", "SECTION_SHIFT_OFF_REQUESTS"
COVER = "SECTION_COVER"
REQUIRED, OPTIONAL = (HORIZON, SHIFTS, STAFF, COVER), (DAYS_OFF, ON, OFF)
STAFF_LIMITS = ("minutes_max", "minutes_min", "run_max", "run_min", "off_min", "weekends_max")
STAFF_COLUMNS = ("ID", "MaxShifts", *STAFF_LIMITS)
REQUEST_COLUMNS = ("EmployeeID", "Day", "ShiftID", "Weight")
COVER_COLUMNS = ("Day", "ShiftID", "Requirement", "Weight for under", "Weight for over")
LONGEST = 3660
"""Days of a horizon at most."""


def read_shift_instance(path: Path) -> ShiftCoverProblem:
    """Read one instance; day 0 is a Monday, as the format says.

    Raises
    ------
    DataError
        With every fault found.
    """
    log = FaultLog()
    reader = _Reader(path.name, log)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        log.add("not_utf8", path.name, value=error.object[error.start : error.start + 4])
        raise DataError(log.all()) from None
    except OSError as error:
        log.add("unreadable_file", path.name, value=error.strerror or str(error))
        raise DataError(log.all()) from None
    problem = reader.build(_sections(text, path.name, log))
    log.refuse()
    assert problem is not None
    return problem


def _sections(text: str, file: str, log: FaultLog) -> dict[str, list[Line]]:
    """Lines of each section as (line number, cells)."""
    found: dict[str, list[Line]] = {}
    current: list[Line] | None = None
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        if line.upper().startswith("SECTION_"):
            name = line.upper()
            if name not in REQUIRED + OPTIONAL:
                log.add("unknown_section", file, row=number, value=line, expected=choices(REQUIRED + OPTIONAL, name))
            elif name in found:
                log.add("duplicate_section", file, row=number, value=name)
            current = found.setdefault(name, [])
        elif current is None:
            log.add("outside_section", file, row=number, value=line, expected=" | ".join(REQUIRED))
        else:
            current.append((number, [cell.strip() for cell in line.split(",")]))
    for name in REQUIRED:
        if not found.get(name):
            log.add("missing_section", file, value=name)
    return found


class _Reader:
    """Turns the sections into arrays and notes every fault on the way."""

    def __init__(self, file: str, log: FaultLog) -> None:
        self.file, self.log = file, log
        self.shifts: dict[str, int] = {}
        self.employees: dict[str, int] = {}
        self.days = 0

    def build(self, sections: dict[str, list[Line]]) -> ShiftCoverProblem | None:
        """The problem, or None when something is wrong."""
        if len(self.log):
            return None
        number, cells = sections[HORIZON][0]
        self.days = self.whole(number, "days", cells[0], low=1, high=LONGEST) or 0
        minutes, may_follow = self.read_shifts(sections[SHIFTS])
        limits, shifts_max = self.read_staff(sections[STAFF])
        if len(self.log):
            return None
        shape = (len(self.employees), self.days, len(self.shifts))
        day_off = np.zeros(shape[:2], dtype=np.bool_)
        for number, cells in sections.get(DAYS_OFF, []):
            employee = self.known(number, "EmployeeID", cells[0], self.employees)
            for cell in cells[1:]:
                day = self.day(number, cell) if cell else None
                if employee is not None and day is not None:
                    day_off[employee, day] = True
        on, off = (self.requests(sections.get(name, []), shape) for name in (ON, OFF))
        cover = self.cover(sections[COVER])
        if len(self.log):
            return None
        return ShiftCoverProblem(
            employees=tuple(self.employees),
            shifts=tuple(self.shifts),
            minutes=minutes,
            may_follow=may_follow,
            shifts_max=shifts_max,
            **limits,
            day_off=day_off,
            on_weight=on,
            off_weight=off,
            required=cover[0],
            under=cover[1],
            over=cover[2],
        )

    def read_shifts(self, lines: list[Line]) -> tuple[np.ndarray, np.ndarray]:
        """Minutes (S,) and who may follow whom (S, S)."""
        minutes = []
        for number, cells in lines:
            if not cells[0] or cells[0] in self.shifts:
                self.log.add("duplicate_id", self.file, row=number, column="ShiftID", value=cells[0], expected="")
            self.shifts.setdefault(cells[0], len(self.shifts))
            length = self.whole(number, "Length", cells[1] if len(cells) > 1 else "", low=1, high=2880)
            minutes.append(length or 1)
        may_follow = np.ones((len(self.shifts), len(self.shifts)), dtype=np.bool_)
        for number, cells in lines:
            for name in filter(None, (part.strip() for part in "|".join(cells[2:]).split("|"))):
                later = self.known(number, "ShiftID", name, self.shifts)
                if later is not None:
                    may_follow[self.shifts[cells[0]], later] = False
        return np.array(minutes, dtype=np.int64), may_follow

    def read_staff(self, lines: list[Line]) -> tuple[dict[str, Any], np.ndarray]:
        """The limits of each employee, and the most shifts of each kind (E, S)."""
        rows, most = [], []
        for number, cells in lines:
            if not self.long_enough(number, cells, STAFF_COLUMNS):
                continue
            if not cells[0] or cells[0] in self.employees:
                self.log.add("duplicate_id", self.file, row=number, column="ID", value=cells[0], expected="")
            self.employees.setdefault(cells[0], len(self.employees))
            own = [self.whole(number, name, cell) for name, cell in zip(STAFF_LIMITS, cells[2:], strict=False)]
            rows.append([value or 0 for value in own])
            limit = np.full(len(self.shifts), self.days, dtype=np.int64)
            for part in filter(None, (part.strip() for part in cells[1].split("|"))):
                name, _, count = part.partition("=")
                shift = self.known(number, "MaxShifts", name.strip(), self.shifts)
                value = self.whole(number, "MaxShifts", count.strip())
                if shift is not None and value is not None:
                    limit[shift] = value
            most.append(limit)
        table = np.array(rows, dtype=np.int64).reshape(len(rows), len(STAFF_LIMITS))
        limits = {name: table[:, place] for place, name in enumerate(STAFF_LIMITS)}
        return limits, np.array(most, dtype=np.int64).reshape(len(most), len(self.shifts))

    def requests(self, lines: list[Line], shape: tuple[int, int, int]) -> np.ndarray:
        """Weights (E, D, S) of one kind of requests; those for the same shift and day add up."""
        weights = np.zeros(shape, dtype=np.int64)
        for number, cells in lines:
            if not self.long_enough(number, cells, REQUEST_COLUMNS):
                continue
            employee = self.known(number, "EmployeeID", cells[0], self.employees)
            day, shift = self.day(number, cells[1]), self.known(number, "ShiftID", cells[2], self.shifts)
            weight = self.whole(number, "Weight", cells[3])
            if employee is not None and day is not None and shift is not None and weight is not None:
                weights[employee, day, shift] += weight
        return weights

    def cover(self, lines: list[Line]) -> np.ndarray:
        """Requirement and the two weights (3, D, S); zero where no line speaks of a day and shift."""
        table = np.zeros((3, self.days, len(self.shifts)), dtype=np.int64)
        first: dict[tuple[int, int], int] = {}
        for number, cells in lines:
            if not self.long_enough(number, cells, COVER_COLUMNS):
                continue
            day, shift = self.day(number, cells[0]), self.known(number, "ShiftID", cells[1], self.shifts)
            values = [self.whole(number, name, cell) for name, cell in zip(COVER_COLUMNS[2:], cells[2:], strict=False)]
            if day is None or shift is None:
                continue
            if (day, shift) in first:
                expected = f"row {first[day, shift]}"
                self.log.add("cover_twice", self.file, row=number, value=",".join(cells), expected=expected)
            first.setdefault((day, shift), number)
            table[:, day, shift] = [value or 0 for value in values]
        return table

    def long_enough(self, number: int, cells: list[str], columns: tuple[str, ...]) -> bool:
        """Whether the row has a cell for each column."""
        enough = len(cells) >= len(columns)
        if not enough:
            self.log.add("field_count", self.file, row=number, value=len(cells), expected=str(len(columns)))
        return enough

    def known(self, number: int, column: str, name: str, table: dict[str, int]) -> int | None:
        """Number of a shift or an employee."""
        if name not in table:
            expected = choices(table, name)
            self.log.add("unknown_name", self.file, row=number, column=column, value=name, expected=expected)
        return table.get(name)

    def day(self, number: int, cell: str) -> int | None:
        """A day of the horizon."""
        return self.whole(number, "Day", cell, high=self.days - 1)

    def whole(self, number: int, column: str, cell: str, *, low: int = 0, high: int = 10**9) -> int | None:
        """A whole number in its limits."""
        try:
            value = int(cell)
        except ValueError:
            expected = "a whole number"
            self.log.add("not_a_whole_number", self.file, row=number, column=column, value=cell, expected=expected)
            return None
        if not low <= value <= high:
            expected = f">= {low}, <= {high}"
            self.log.add("out_of_range", self.file, row=number, column=column, value=cell, expected=expected)
            return None
        return value


def write_shift_roster(folder: Path, problem: ShiftCoverProblem, result: ShiftResult) -> None:
    """Write ``roster.csv`` (employee, day, shift), ``cover.csv`` and ``result.json``; the folder is made.

    Raises
    ------
    ValueError
        When the result holds no roster.
    """
    if result.roster is None:
        raise ValueError("result.roster is None, expected a roster to write")
    folder.mkdir(parents=True, exist_ok=True)
    table = result.roster.tolist()
    rows = [
        (employee, day, problem.shifts[shift])
        for employee, own in zip(problem.employees, table, strict=True)
        for day, shift in enumerate(own)
        if shift != OFF_DAY
    ]
    atomic_write(folder / "roster.csv", csv_text(("employee", "day", "shift"), rows))
    given = (result.roster[:, :, None] == np.arange(len(problem.shifts))).sum(axis=0)
    wanted = np.argwhere((problem.under > 0) | (problem.over > 0) | (given > 0)).tolist()
    cover = [
        (
            day,
            problem.shifts[s],
            int(problem.required[day, s]),
            int(given[day, s]),
            int(given[day, s] - problem.required[day, s]),
        )
        for day, s in wanted
    ]
    atomic_write(folder / "cover.csv", csv_text(("day", "shift", "required", "assigned", "gap"), cover))
    assert result.cost is not None
    summary = {
        "status": str(result.status),
        "stop_reason": str(result.stop_reason),
        "objective": result.objective,
        "bound": result.bound,
        "gap": result.gap,
        "cost": {
            "under": result.cost.under,
            "over": result.cost.over,
            "on_requests": result.cost.on_requests,
            "off_requests": result.cost.off_requests,
        },
        "seed": result.seed,
        "method": result.method,
    }
    atomic_write(folder / "result.json", json.dumps(summary, indent=1) + "\n")
