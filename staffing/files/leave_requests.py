"""leave_requests.csv: who asks to be away when, and what was decided. What is approved is a row of time_off.csv too."""

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

from staffing.domain.leave import LeaveRequest, LeaveState
from staffing.files.absences import ABSENCES, TIME_OFF, TIME_OFF_REQUIRED, UNPAID
from staffing.files.cells import plain_text, safe_text
from staffing.files.faults import FaultLog, choices
from staffing.files.raw_table import RawTable, parse_raw
from staffing.files.rows import Row
from staffing.files.table import Table, read_table

FILE = "leave_requests.csv"
REQUIRED = ("request", "agent", "start", "end")
OPTIONAL = ("kind", "state", "asked", "decided", "note")
LONGEST_DAYS = 400
"""Days of one request at most."""
Changes = dict[str, bytes | None]


def read_requests(folder: Path, agents: frozenset[str] | None = None) -> tuple[LeaveRequest, ...]:
    """The requests of a centre folder, in the order of the file; none where there is no file.

    `agents` are the ids that may ask (None: not checked).

    Raises
    ------
    DataError
        With every fault of the file.
    """
    path = Path(folder) / FILE
    return parse_requests(path.read_bytes(), agents) if path.is_file() else ()


def parse_requests(data: bytes, agents: frozenset[str] | None = None) -> tuple[LeaveRequest, ...]:
    """The requests in the bytes of the file.

    Raises
    ------
    DataError
        With every fault.
    """
    log = FaultLog()
    table = read_table(FILE, data, REQUIRED, OPTIONAL, log, may_be_empty=True)
    found = () if table is None else request_rows(table, agents, log)
    log.refuse()
    return found


def request_rows(table: Table, agents: frozenset[str] | None, log: FaultLog) -> tuple[LeaveRequest, ...]:
    """Requests without faults."""
    built, first = [], dict[str, int]()
    for line, cells in table.rows():
        row = Row(table, line, cells, log)
        name = row.id("request")
        if name in first:
            row.fault("duplicate_id", "request", name, f"row {first[name]}")
        first.setdefault(name, line)
        agent = row.known("unknown_agent", "agent", agents)
        start, end = row.date("start"), row.date("end")
        if start is not None and end is not None and end < start:
            row.fault("ends_before_start", "end", end, f">= {start}")
        elif start is not None and end is not None and (end - start).days >= LONGEST_DAYS:
            row.fault("out_of_range", "end", end, f"<= {start + timedelta(days=LONGEST_DAYS - 1)}")
        kind = row.text("kind").lower() or ABSENCES[0]
        if kind not in ABSENCES:
            row.fault("not_one_of", "kind", kind, choices(ABSENCES, kind))
        state = row.text("state").lower() or LeaveState.ASKED.value
        if state not in tuple(LeaveState):
            row.fault("not_one_of", "state", state, choices([known.value for known in LeaveState], state))
        asked, decided = row.date("asked", required=False), row.date("decided", required=False)
        if row.ok and start is not None and end is not None:
            note = plain_text(row.text("note"))
            built.append(LeaveRequest(name, agent, start, end, kind, LeaveState(state), asked, decided, note))
    return tuple(built)


def ask_leave(
    folder: Path, agent: str, start: date, end: date, kind: str, *, asked: date, note: str = ""
) -> tuple[str, Changes]:
    """Id of a new request, and the file with it, to be written by the writer of centre folders.

    Raises
    ------
    DataError
        When the file as it is has faults.
    ValueError
        When the end lies before the start or the kind is unknown.
    """
    known = {request.id for request in read_requests(folder)}
    number = len(known) + 1
    while f"r{number}" in known:
        number += 1
    if kind not in ABSENCES:
        raise ValueError(f"kind is {kind!r}, expected one of {', '.join(ABSENCES)}")
    request = LeaveRequest(f"r{number}", agent, start, end, kind, asked=asked, note=note)
    table = _table(folder, FILE, (*REQUIRED, *OPTIONAL))
    return request.id, {FILE: table.with_rows([*table.rows, _cells(request)]).to_bytes()}


def decide_leave(folder: Path, ident: str, state: LeaveState, when: date) -> Changes:
    """The files with a decision: an approval adds the time off, taking it back removes it again.

    Raises
    ------
    KeyError
        When there is no such request.
    DataError
        When the file as it is has faults.
    """
    requests = {request.id: request for request in read_requests(folder)}
    before = requests[ident]
    after = before.decided_as(state, when)
    table = _table(folder, FILE, (*REQUIRED, *OPTIONAL))
    rows = [{**row, **_cells(after)} if row.get("request") == ident else row for row in table.rows]
    changes: Changes = {FILE: table.with_rows(rows).to_bytes()}
    if LeaveState.APPROVED in (before.state, after.state) and before.state is not after.state:
        changes[TIME_OFF] = _time_off(folder, after)
    return changes


def drop_request(folder: Path, ident: str) -> Changes:
    """The files without a request; what had been approved is no time off any more.

    Raises
    ------
    KeyError
        When there is no such request.
    """
    request = {request.id: request for request in read_requests(folder)}[ident]
    table = _table(folder, FILE, (*REQUIRED, *OPTIONAL))
    changes: Changes = {FILE: table.with_rows(row for row in table.rows if row.get("request") != ident).to_bytes()}
    if request.state is LeaveState.APPROVED:
        changes[TIME_OFF] = _time_off(folder, request.decided_as(LeaveState.REFUSED, request.start))
    return changes


def _time_off(folder: Path, request: LeaveRequest) -> bytes:
    """time_off.csv with the row of an approved request, without it when it is one no more."""
    table = _table(folder, TIME_OFF, (*TIME_OFF_REQUIRED, "paid"))
    own = {
        "agent": request.agent,
        "start": request.start.isoformat(),
        "end": request.end.isoformat(),
        "kind": request.kind,
        "paid": "false" if request.kind in UNPAID else "true",
    }
    rows: list[Mapping[str, str]] = list(table.rows)
    if request.state is LeaveState.APPROVED:
        return table.with_rows([*rows, own]).to_bytes()  # over leave that there is, the reader refuses it
    place = next((n for n in reversed(range(len(rows))) if _is_row(rows[n], own)), None)
    return table.with_rows(row for n, row in enumerate(rows) if n != place).to_bytes()


def _is_row(row: Mapping[str, str], own: Mapping[str, str]) -> bool:
    return all(row.get(name, "").lower() == own[name].lower() for name in TIME_OFF_REQUIRED)


def _cells(request: LeaveRequest) -> dict[str, str]:
    return {
        "request": request.id,
        "agent": request.agent,
        "start": request.start.isoformat(),
        "end": request.end.isoformat(),
        "kind": request.kind,
        "state": request.state.value,
        "asked": "" if request.asked is None else request.asked.isoformat(),
        "decided": "" if request.decided is None else request.decided.isoformat(),
        "note": safe_text(request.note),
    }


def _table(folder: Path, file: str, columns: tuple[str, ...]) -> RawTable:
    """The file as it was written, or a new one."""
    path = Path(folder) / file
    found = parse_raw(file, path.read_bytes()) if path.is_file() else None
    return RawTable(file, columns) if found is None else found
