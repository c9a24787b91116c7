"""course_records.csv: which session of which course somebody has had, and when."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from staffing.domain.training import Course, CourseRecord
from staffing.files.faults import FaultLog
from staffing.files.raw_table import RawTable, parse_raw
from staffing.files.rows import Row
from staffing.files.table import Table

FILE = "course_records.csv"
REQUIRED = ("agent", "course", "session", "done")
OPTIONAL = ("note",)


def read_records(
    table: Table, agents: frozenset[str] | None, courses: Sequence[Course] | None, log: FaultLog
) -> tuple[CourseRecord, ...]:
    """Records without faults; `agents` and `courses` None: not known, so not checked."""
    count = None if courses is None else {course.id: len(course.sessions_min) for course in courses}
    built: list[CourseRecord] = []
    first: dict[CourseRecord, int] = {}
    for line, cells in table.rows():
        row = Row(table, line, cells, log)
        agent = row.known("unknown_agent", "agent", agents)
        course = row.known("unknown_course", "course", count)
        row.required("session")
        session, done = row.whole("session", low=1), row.date("done")
        most = None if count is None else count.get(course)
        if session is not None and most is not None and session > most:
            row.fault("out_of_range", "session", session, f"<= {most}")
        if not row.ok or session is None or done is None:
            continue
        record = CourseRecord(agent, course, session, done)
        if record in first:
            row.fault("duplicate_row", "session", session, f"row {first[record]}")
            continue
        first[record] = line
        built.append(record)
    return tuple(built)


def with_records(folder: Path, records: Iterable[CourseRecord]) -> dict[str, bytes | None]:
    """The file with more records at its end; nothing is written."""
    path = Path(folder) / FILE
    table = parse_raw(FILE, path.read_bytes()) if path.is_file() else None
    table = table or RawTable(FILE, REQUIRED)
    rows = [
        {"agent": row.agent, "course": row.course, "session": str(row.session), "done": row.done.isoformat()}
        for row in records
    ]
    return {FILE: table.with_rows([*table.rows, *rows]).to_bytes()}
