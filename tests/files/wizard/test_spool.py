"""An unfinished import on disk: private, found again whole, gone in time; what stages make belongs to answers."""

import os
import stat
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staffing.errors import DataError
from staffing.files.codec import decode, encode
from staffing.files.home import IMPORTS
from staffing.files.wizard import QueueTerms, Terms, read_sheet, spool, stages, upload
from staffing.files.wizard.spool import DAY_S, DAYS_KEPT, Answers, Upload
from staffing.files.wizard.stages import CHECK, HISTORY, PEOPLE, QUEUES, READ, SETTLE, Sheets
from staffing.sample import own_files
from tests.files.wizard.test_upload import book

FILES = dict(zip((HISTORY, PEOPLE, QUEUES), own_files().items(), strict=True))
words = st.text(max_size=8)


class EndError(Exception):
    """Somebody wants the reading to end."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return spool.begin(tmp_path, "owner")


@pytest.fixture
def answers(folder: Path) -> Answers:
    """The three example files, uploaded and read."""
    uploads = {kind: spool.put(folder, kind, name, data) for kind, (name, data) in FILES.items()}
    made = Answers(begun_s=1.0, name="Shop", timezone="Europe/Berlin", uploads=uploads, unit="s")
    spool.keep(folder, made)
    assert stages.work(folder, made, READ, Sheets(folder)) == 0
    heads = {kind: stages.head(folder, kind, upload) for kind, upload in uploads.items()}
    return replace(made, columns={kind: head.guessed for kind, head in heads.items() if head is not None})


def settle(folder: Path, answers: Answers) -> Answers:
    assert stages.work(folder, answers, SETTLE, Sheets(folder)) == 0
    found = stages.settled(folder, answers)
    assert found is not None
    return replace(answers, queues=found.queues, contracts=found.contracts)


@given(
    st.builds(
        Answers,
        name=words,
        uploads=st.dictionaries(words, st.builds(Upload, words, words, st.integers(0, 9), words, words), max_size=2),
        columns=st.dictionaries(words, st.dictionaries(words, words, max_size=2), max_size=2),
        queues=st.tuples(st.builds(QueueTerms, words, words, patience_s=st.none() | st.floats(1, 9))),
        contracts=st.tuples(st.builds(Terms, words, st.floats(1, 84), st.integers(1, 7))),
        absence=st.floats(0, 1),
    )
)
def test_answers_come_back_as_they_were(answers: Answers) -> None:
    """Whatever was typed, also what no file name could hold."""
    assert decode(Answers, encode(answers)) == answers


def test_only_the_account_of_the_server_may_read(folder: Path, answers: Answers) -> None:
    """Folder and files of an import are closed to all other accounts, whatever is usual here."""
    if sys.platform == "win32":
        pytest.skip("accounts are another matter there")
    settle(folder, answers)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (folder.parent, folder)}
    assert modes == {0o700}
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


@pytest.mark.parametrize("name", ["../../draft.json", "/etc/passwd", "a\0b", "CON", "x" * 300, "\ud800", "<b>.csv"])
def test_a_hostile_file_name_is_only_told(folder: Path, name: str) -> None:
    """It names no path; it comes back in messages as it was."""
    made = spool.put(folder, HISTORY, name, b"Date,Calls\n")
    answers = Answers(uploads={HISTORY: made})
    spool.keep(folder, answers)
    assert sorted(path.name for path in folder.iterdir()) == ["draft.json", f"history-{made.digest[:16]}.upload"]
    found = spool.find(folder.parents[1], "owner")
    assert found == (folder, answers)
    assert stages.work(folder, answers, READ, Sheets(folder)) == 1
    with pytest.raises(DataError) as refused:
        stages.head(folder, HISTORY, made)
    assert refused.value.faults[0].file == name


def test_the_newest_readable_one_is_found(tmp_path: Path) -> None:
    """Of somebody's imports the newest; what cannot be read, and what belongs to others, is none."""
    old, new, broken, other = (spool.begin(tmp_path, owner) for owner in ("a", "a", "a", "b"))
    spool.keep(old, Answers(begun_s=1.0))
    spool.keep(new, Answers(begun_s=2.0, name="new"))
    (broken / spool.DRAFT).write_text('{"name": 3')
    spool.keep(other, Answers(begun_s=3.0))
    assert spool.find(tmp_path, "a") == (new, Answers(begun_s=2.0, name="new"))
    assert spool.discard_of(tmp_path, "a") == 3
    assert spool.find(tmp_path, "a") is None
    assert spool.find(tmp_path, "b") is not None
    with pytest.raises(FileNotFoundError):
        spool.keep(new, Answers())


def test_what_nobody_goes_on_with_is_deleted(tmp_path: Path) -> None:
    """After a week without an answer an import goes, what a discarded one left behind after an hour."""
    kept, rest = spool.begin(tmp_path, "a"), spool.begin(tmp_path, "b")
    spool.keep(kept, Answers())
    begun = (kept / spool.DRAFT).stat().st_mtime
    assert spool.sweep(tmp_path, begun + DAYS_KEPT * DAY_S - 1) == 1
    assert not rest.exists()
    assert spool.sweep(tmp_path, begun + DAYS_KEPT * DAY_S + 1) == 1
    assert list((tmp_path / IMPORTS).iterdir()) == []
    assert spool.sweep(tmp_path / "nowhere") == 0
    fresh = spool.begin(tmp_path, "a")
    assert spool.sweep(tmp_path) == 0
    os.utime(fresh, (1, 1))
    assert spool.sweep(tmp_path) == 1


def test_what_a_stage_made_belongs_to_its_answers(folder: Path, answers: Answers) -> None:
    """It is found for the same answers only, and what was made for others goes."""
    whole = settle(folder, answers)
    assert stages.work(folder, whole, CHECK, Sheets(folder)) == 0
    found = stages.checked(folder, whole)
    assert found is not None
    assert (found.queues, found.agents, set(found.files)) == (2, 10, {"centre.toml", "history.csv", "agents.csv"})
    texts = {name: path.read_text(encoding="utf-8") for name, path in stages.made_files(folder, whole).items()}
    assert {name: text.count("\n") for name, text in texts.items()} == dict(found.files)
    people = stages.people(folder, whole)
    assert people is not None
    assert people.lines.tolist() == list(range(2, 12))
    other = replace(whole, absence=0.2)
    assert stages.settled(folder, other) is not None
    assert stages.checked(folder, other) is None
    stages.work(folder, other, CHECK, Sheets(folder))
    assert stages.checked(folder, whole) is None
    elsewhere = replace(other, columns={**answers.columns, HISTORY: {}})
    assert stages.work(folder, elsewhere, SETTLE, Sheets(folder)) > 0
    with pytest.raises(DataError):
        stages.settled(folder, elsewhere)
    assert stages.settled(folder, other) is None


def test_faults_name_lines_of_the_upload_after_a_reload(folder: Path, answers: Answers) -> None:
    """What is wrong with a made file is told by the place in the file it came from."""
    name, data = FILES[HISTORY]
    lines = data.decode("utf-8-sig").splitlines()
    at = next(place for place, line in enumerate(lines) if "Hotline" in line)
    text = "\n".join([*lines[: at + 1], lines[at], *lines[at + 1 :]])
    upload = spool.put(folder, HISTORY, name, text.encode())
    answers = replace(answers, uploads={HISTORY: upload}, columns={HISTORY: answers.columns[HISTORY]})
    assert stages.work(folder, answers, SETTLE, Sheets(folder)) == 1
    with pytest.raises(DataError) as refused:
        stages.settled(folder, answers)
    assert [(fault.file, fault.row) for fault in refused.value.faults] == [(name, at + 2)]


def test_a_history_of_one_queue_has_a_name_for_it(folder: Path, answers: Answers) -> None:
    """The one that was typed, else the usual one."""
    columns = {role: header for role, header in answers.columns[HISTORY].items() if role != "queue"}
    only = replace(answers, uploads={HISTORY: answers.uploads[HISTORY]}, columns={HISTORY: columns})
    _, data = FILES[HISTORY]
    lines = [line for line in data.decode("utf-8-sig").splitlines() if "Orders" not in line]
    upload = spool.put(folder, HISTORY, "calls.csv", "\n".join(lines).encode())
    for typed, called in (("Desk", "Desk"), (" ", spool.ONE_QUEUE)):
        told = replace(only, uploads={HISTORY: upload}, one_queue=typed)
        assert [terms.name for terms in settle(folder, told).queues] == [called]


def test_uploads_that_were_replaced_go(folder: Path, answers: Answers) -> None:
    """Of each kind there is one; what was chosen of a dropped one is forgotten."""
    left = spool.without(answers, PEOPLE)
    assert (set(left.uploads), set(left.columns)) == ({HISTORY, QUEUES}, {HISTORY, QUEUES})
    spool.tidy(folder, left)
    assert len(list(folder.glob("*.upload"))) == 2


def test_a_workbook_weighs_more_than_its_packed_bytes() -> None:
    """It is slow to read, and small on disk; what only looks like one weighs its bytes."""
    data = book(a=[["Date", "Calls"], *[["2026-02-02", 1]] * 500])
    assert spool.weight_of(data) > 3 * len(data)
    assert spool.weight_of(b"PK\x03\x04no") == 6


def test_it_is_told_how_far_a_table_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows of both kinds of files are counted, and whoever is told can end the reading."""
    monkeypatch.setattr(upload, "TELL_ROWS", 2)
    monkeypatch.setattr("staffing.files.wizard.workbook.TELL_ROWS", 2)
    rows = [["Date", "Calls"], *[["2026-02-02", 1]] * 5]
    for data in (b"Date,Calls\n" + b"2026-02-02,1\n" * 5, book(a=rows)):
        told: list[tuple[int, int]] = []
        read_sheet("a", data, on_rows=lambda done, total, told=told: told.append((done, total)))
        assert [done for done, _ in told] == [2, 4, 6]
        assert all(6 <= total <= 7 for _, total in told)

        def end(done: int, total: int) -> None:
            raise EndError

        with pytest.raises(EndError):
            read_sheet("a", data, on_rows=end)
