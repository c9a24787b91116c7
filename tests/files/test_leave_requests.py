"""leave_requests.csv: read, asked, decided, taken back; faults all at once; no plan is made from it."""

from datetime import date
from pathlib import Path

import pytest

from staffing.domain.leave import LeaveState
from staffing.errors import DataError
from staffing.files import read_centre
from staffing.files.centre_write import edit_centre
from staffing.files.leave_requests import FILE, ask_leave, decide_leave, drop_request, parse_requests, read_requests
from staffing.files.people_edit import without_person
from tests.files.tiny_centre import write_tiny_centre

DAY = date(2026, 3, 2)


@pytest.fixture
def centre(tmp_path: Path) -> Path:
    return write_tiny_centre(tmp_path / "centre")


def asked(centre: Path, agent: str = "a1", start: date = DAY, end: date = DAY) -> str:
    ident, changes = ask_leave(centre, agent, start, end, "leave", asked=DAY, note="=1+1")
    edit_centre(centre, changes)
    return ident


def off(centre: Path) -> list[tuple[str, date, str]]:
    return [(row.agent, row.start.date(), row.kind) for row in read_centre(centre).time_off if row.start.date() >= DAY]


def test_asking_changes_no_plan(centre: Path) -> None:
    """A request is there with its note, no time off comes of it, and the digest of the inputs stays."""
    before = read_centre(centre)
    assert read_requests(centre) == ()
    assert [asked(centre), asked(centre, "a2")] == ["r1", "r2"]
    first, second = read_requests(centre)
    assert (first.agent, first.state, first.note, first.asked) == ("a1", LeaveState.ASKED, "=1+1", DAY)
    assert second.agent == "a2"
    assert "'=1+1" in (centre / FILE).read_text(encoding="utf-8")
    after = read_centre(centre)
    assert (after.digest, after.time_off) == (before.digest, before.time_off)


def test_an_approval_is_time_off_until_it_is_taken_back(centre: Path) -> None:
    """Other rows of time off stay as they were, byte for byte."""
    ident = asked(centre, end=date(2026, 3, 4))
    before = (centre / "time_off.csv").read_bytes()
    edit_centre(centre, decide_leave(centre, ident, LeaveState.APPROVED, DAY))
    assert off(centre) == [("a1", DAY, "leave")]
    assert read_requests(centre)[0].decided == DAY
    assert (centre / "time_off.csv").read_bytes().startswith(before)
    edit_centre(centre, decide_leave(centre, ident, LeaveState.REFUSED, DAY))
    assert off(centre) == []
    assert (centre / "time_off.csv").read_bytes() == before
    edit_centre(centre, decide_leave(centre, ident, LeaveState.APPROVED, DAY))
    edit_centre(centre, drop_request(centre, ident))
    assert (off(centre), read_requests(centre)) == ([], ())


def test_a_refusal_touches_no_time_off(centre: Path) -> None:
    ident = asked(centre)
    assert set(decide_leave(centre, ident, LeaveState.REFUSED, DAY)) == {FILE}
    with pytest.raises(KeyError):
        decide_leave(centre, "r9", LeaveState.REFUSED, DAY)


def test_leave_over_leave_cannot_be_approved(centre: Path) -> None:
    """The reader refuses overlapping absences; nothing is written."""
    for _ in range(2):
        asked(centre)
    edit_centre(centre, decide_leave(centre, "r1", LeaveState.APPROVED, DAY))
    with pytest.raises(DataError) as refused:
        edit_centre(centre, decide_leave(centre, "r2", LeaveState.APPROVED, DAY))
    assert {fault.code for fault in refused.value.faults} == {"overlap"}
    assert read_requests(centre)[1].is_open


def test_every_fault_is_told_and_the_centre_is_refused(centre: Path) -> None:
    text = """request,agent,start,end,kind,state
r1,a1,2026-03-02,2026-03-01,leave,asked
r1,nobody,2026-03-02,2026-03-02,party,maybe
r2,a1,02/03/2026,2028-03-02,,
"""
    with pytest.raises(DataError) as refused:
        parse_requests(text.encode(), frozenset({"a1"}))
    found = {(fault.code, fault.row, fault.column) for fault in refused.value.faults}
    assert found == {
        ("ends_before_start", 2, "end"),
        ("duplicate_id", 3, "request"),
        ("unknown_agent", 3, "agent"),
        ("not_one_of", 3, "kind"),
        ("not_one_of", 3, "state"),
        ("date_order", 4, "start"),
    }
    with pytest.raises(DataError):
        edit_centre(centre, {FILE: text.encode()})
    with pytest.raises(ValueError, match="kind"):
        ask_leave(centre, "a1", DAY, DAY, "party", asked=DAY)


def test_a_person_who_goes_takes_the_requests_along(centre: Path) -> None:
    asked(centre)
    assert b"a1" not in (without_person(centre, "a1")[FILE] or b"a1")
