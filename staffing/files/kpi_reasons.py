"""Reasons for deviations from the schedule, added to the table that keeps them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from staffing.files.kpi_folder import FOLDER, read_kpi
from staffing.files.kpi_tables import COLUMNS
from staffing.files.raw_table import RawTable, parse_raw

REASONS_FILE = f"{FOLDER}/reasons.csv"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a person did something else than was scheduled from `start` to `end` (local or with an offset)."""

    agent: str
    start: datetime
    end: datetime
    reason: str


def with_reasons(folder: Path, before: bytes | None, reasons: Sequence[Reason]) -> bytes:
    """The table with more rows, read and checked as part of the records of the centre folder.

    Raises
    ------
    DataError
        With every fault that the records would have.
    """
    names = COLUMNS["reasons"][0]
    table = parse_raw(REASONS_FILE, before or b"") or RawTable(REASONS_FILE, names)
    rows = [
        dict(zip(names, (one.agent, one.start.isoformat(), one.end.isoformat(), one.reason), strict=True))
        for one in reasons
    ]
    data = table.with_rows([*table.rows, *rows]).to_bytes()
    read_kpi(folder, {Path(REASONS_FILE).name: data})
    return data
