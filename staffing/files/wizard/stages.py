"""The long work of an import, stage by stage: reading the tables, settling the columns, checking the centre.

A page does a small one itself and leaves a large one to a job; both work through `work`. What a stage makes is kept in
the folder of the import under a key of the answers that it was made from, so that it is found again after a reload, and
never shown for other answers. It is text: JSON for facts and faults, the made files as they will be written.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from staffing.domain.centre import Scenario
from staffing.domain.note import Note
from staffing.errors import DataError, Fault
from staffing.files.atomic import atomic_write
from staffing.files.codec import decode, encode
from staffing.files.wizard.centre import NewCentre, check_new
from staffing.files.wizard.guess import guess_columns
from staffing.files.wizard.history import History, HistoryMap, convert_history
from staffing.files.wizard.people import People, PeopleMap, Terms, convert_people, guess_skill_columns
from staffing.files.wizard.queues import QueueTerms, read_queues, usual_terms, with_hours
from staffing.files.wizard.spool import ONE_QUEUE, Answers, Upload, upload_file
from staffing.files.wizard.upload import Sheet, read_sheet

READ, SETTLE, CHECK = "read", "settle", "check"
STAGES = (READ, SETTLE, CHECK)
HISTORY, PEOPLE, QUEUES = "history", "people", "queues"
KINDS = (HISTORY, PEOPLE, QUEUES)
PREVIEW_ROWS = 8

Tell = Callable[[str, int, int], None]
"""Called with what is done, how much of it, and all of it; what it raises ends the work."""
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Head:
    """What a page shows of a table, without its rows.

    `first` are the first rows by column, `samples` the first filled cell of each column, `guessed` the headers by our
    names. The others are those of `Sheet`.
    """

    file: str
    rows: int
    header_line: int
    columns: tuple[str, ...]
    encoding: str
    sheets: tuple[str, ...]
    first: tuple[tuple[str, ...], ...]
    samples: tuple[str, ...]
    guessed: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Settled:
    """What the columns tell: queues with their usual promises and the hours of the history, contracts, people read."""

    queues: tuple[QueueTerms, ...]
    contracts: tuple[Terms, ...]
    people: int


@dataclass(frozen=True, slots=True)
class Checked:
    """The centre as every command will read it, in figures; `files` are those of its folder with their lines."""

    queues: int
    agents: int
    contacts: float
    first_day: str
    last_day: str
    notes: tuple[Note, ...]
    files: Mapping[str, int]


@dataclass
class Sheets:
    """Tables of an import, each read once; `read` keeps those that a page has read itself."""

    folder: Path
    read: dict[str, Sheet] = field(default_factory=dict)
    tell: Tell = lambda what, done, total: None

    def get(self, kind: str, upload: Upload) -> Sheet:
        """The table of an upload."""
        key = read_key(kind, upload)
        if key not in self.read:
            self.read[key] = read_sheet(
                upload.name,
                upload_file(self.folder, kind, upload).read_bytes(),
                encoding=upload.encoding or None,
                sheet=upload.sheet or None,
                on_rows=lambda done, total: self.tell("rows", done, total),
            )
        return self.read[key]


def work(folder: Path, answers: Answers, stage: str, sheets: Sheets) -> int:
    """Work a stage and keep what it makes, or the faults that it finds.

    Parameters
    ----------
    folder : Path
        Folder of the import.
    answers : Answers
        What it is worked for.
    stage : str
        One of `STAGES`; each needs what the one before it has made.
    sheets : Sheets
        The tables, and who is told how far the work is.

    Returns
    -------
    int
        Number of faults.

    Raises
    ------
    FileNotFoundError
        When the import was discarded meanwhile.
    """
    if stage == READ:
        return sum(_read(folder, kind, answers.uploads[kind], sheets) for kind in unread(folder, answers))
    make = {SETTLE: _settle, CHECK: _check}[stage]
    name = _name(answers, stage)
    return _kept(folder, stage, name, lambda: make(folder, answers, sheets, name))


def unread(folder: Path, answers: Answers) -> tuple[str, ...]:
    """Kinds of the uploads that have not been read yet."""
    return tuple(kind for kind, upload in answers.uploads.items() if not _is_read(folder, kind, upload))


def weight(folder: Path, answers: Answers, stage: str) -> int:
    """Bytes of text to go through in a stage."""
    kinds = unread(folder, answers) if stage == READ else tuple(answers.uploads)
    return sum(answers.uploads[kind].weight for kind in kinds)


def key(answers: Answers, stage: str) -> str:
    """Names the answers that a stage is worked for."""
    if stage == READ:
        return _digest({kind: read_key(kind, upload) for kind, upload in answers.uploads.items()})
    told: dict[str, Any] = {
        "uploads": answers.uploads, "columns": answers.columns, "order": answers.order, "unit": answers.unit,
        "one_queue": answers.one_queue, "name": answers.name, "timezone": answers.timezone,
        "country": answers.country, "currency": answers.currency,
    }  # fmt: skip
    if stage == CHECK:
        told |= {
            "queues": answers.queues, "contracts": answers.contracts, "absence": answers.absence,
            "meal_min": answers.meal_min, "short_breaks": answers.short_breaks,
        }  # fmt: skip
    return _digest(encode(told))


def read_key(kind: str, upload: Upload) -> str:
    """Names an upload and how it is read."""
    return _digest([kind, encode(upload)])


def head(folder: Path, kind: str, upload: Upload) -> Head | None:
    """What was read of an upload; None where it has not been read.

    Raises
    ------
    DataError
        With the faults that were found.
    """
    return _result(Head, folder, _read_name(kind, upload))


def settled(folder: Path, answers: Answers) -> Settled | None:
    """What the columns told; None where they have not been settled for these answers.

    Raises
    ------
    DataError
        With the faults that were found.
    """
    return _result(Settled, folder, _name(answers, SETTLE))


def checked(folder: Path, answers: Answers) -> Checked | None:
    """The checked centre; None where it has not been checked for these answers.

    Raises
    ------
    DataError
        With the faults that were found.
    """
    return _result(Checked, folder, _name(answers, CHECK))


def made_files(folder: Path, answers: Answers) -> dict[str, Path]:
    """The checked files of the new centre, by the names that they will have."""
    found = checked(folder, answers)
    name = _name(answers, CHECK)
    return {} if found is None else {file: folder / f"{name}.{file}" for file in found.files}


def people(folder: Path, answers: Answers) -> People | None:
    """The people as they were read; None where there are none.

    Raises
    ------
    FileNotFoundError
        When the columns have not been settled for these answers.
    """
    return _table(People, folder, answers, PEOPLE) if PEOPLE in answers.uploads else None


def _read(folder: Path, kind: str, upload: Upload, sheets: Sheets) -> int:
    def make() -> Head:
        sheet = sheets.get(kind, upload)
        return Head(
            file=sheet.file,
            rows=len(sheet),
            header_line=sheet.header_line,
            columns=sheet.columns,
            encoding=sheet.encoding,
            sheets=sheet.sheets,
            first=tuple(tuple(cells[:PREVIEW_ROWS].tolist()) for cells in sheet.texts),
            samples=tuple(next((cell for cell in cells if cell), "") for cells in sheet.texts),
            guessed=guess_columns(sheet, kind),
        )

    return _kept(folder, f"{READ}-{kind}", _read_name(kind, upload), make)


def _is_read(folder: Path, kind: str, upload: Upload) -> bool:
    try:
        return head(folder, kind, upload) is not None
    except DataError:
        return True


def _settle(folder: Path, answers: Answers, sheets: Sheets, name: str) -> Settled:
    """Convert the tables, and find the queues with their usual promises and the hours that the history tells."""
    history_sheet = sheets.get(HISTORY, answers.uploads[HISTORY])
    tables = {kind: sheets.get(kind, upload) for kind, upload in answers.uploads.items() if kind != HISTORY}
    sheets.tell("convert", 0, 2)
    mapped = HistoryMap(answers.columns[HISTORY], answers.order, answers.unit, answers.one_queue.strip() or ONE_QUEUE)
    history = convert_history(history_sheet, mapped)
    read = None
    if PEOPLE in tables:
        columns = answers.columns[PEOPLE]
        skills_of = guess_skill_columns(tables[PEOPLE], columns, history.queues)
        read = convert_people(tables[PEOPLE], PeopleMap(columns, skills_of), history.queues)
    sheets.tell("convert", 1, 2)
    usual = tuple(usual_terms(ident, called) for ident, called in history.queues.items())
    new = NewCentre(answers.name, answers.timezone, history, usual, answers.country, answers.currency)
    hours = {queue.id: queue.hours for queue in check_new(new)[0].centre.queues}
    queues = tuple(with_hours(terms, hours[terms.id]) for terms in usual)
    if QUEUES in tables:
        queues = read_queues(tables[QUEUES], answers.columns[QUEUES], queues)
    for kind, table in ((HISTORY, history), (PEOPLE, read)):
        if table is not None:
            _keep_table(folder, f"{name}.{kind}", table)
    return Settled(queues, () if read is None else read.contracts, 0 if read is None else len(read))


def _check(folder: Path, answers: Answers, sheets: Sheets, name: str) -> Checked:
    """Read the centre as every command will, and keep its files."""
    sheets.tell("check", 0, 1)
    new = NewCentre(
        name=answers.name,
        timezone=answers.timezone,
        history=_table(History, folder, answers, HISTORY),
        queues=answers.queues,
        country=answers.country,
        currency=answers.currency,
        people=people(folder, answers),
        contracts=answers.contracts,
        absence=answers.absence,
        meal_min=answers.meal_min,
        short_breaks=answers.short_breaks,
    )
    scenario, files = check_new(new)
    for file, text in files.items():
        atomic_write(folder / f"{name}.{file}", text, private=True)
    return _figures(scenario, files)


def _figures(scenario: Scenario, files: Mapping[str, str]) -> Checked:
    grid = scenario.history.grid
    return Checked(
        queues=len(scenario.centre.queues),
        agents=len(scenario.agents),
        contacts=float(np.nansum(scenario.history.offered)),
        first_day=str(grid.dates[0]),
        last_day=str(grid.dates[-1]),
        notes=scenario.notes,
        files={name: text.count("\n") for name, text in files.items()},
    )


def _keep_table(folder: Path, name: str, table: History | People) -> None:
    """Keep a converted table: its text as it is, all else as JSON; lines as steps, of which there are few kinds."""
    steps = np.diff(table.lines, prepend=0)
    atomic_write(folder / f"{name}.csv", table.text, private=True)
    atomic_write(folder / f"{name}.json", json.dumps(encode(replace(table, text="", lines=steps))), private=True)


def _table(kind: type[Value], folder: Path, answers: Answers, name: str) -> Value:
    base = f"{_name(answers, SETTLE)}.{name}"
    found = decode(kind, json.loads((folder / f"{base}.json").read_text(encoding="utf-8")))
    text = (folder / f"{base}.csv").read_bytes().decode("utf-8")
    whole: Value = replace(found, text=text, lines=np.cumsum(found.lines))
    return whole


def _kept(folder: Path, before: str, name: str, make: Callable[[], Any]) -> int:
    """Keep what is made, or its faults, in place of all that was made of the same before; number of faults."""
    faults: tuple[Fault, ...] = ()
    told: dict[str, Any]
    try:
        told = {"made": encode(make())}
    except DataError as error:
        faults = error.faults
        told = {"faults": encode(faults)}
    # Last, so that what is found is whole.
    atomic_write(folder / f"{name}.json", json.dumps(told), private=True)
    for old in _older(folder, before, name):
        old.unlink(missing_ok=True)
    return len(faults)


def _older(folder: Path, before: str, name: str) -> Iterator[Path]:
    return (path for path in folder.glob(f"{before}-*") if not path.name.startswith(f"{name}."))


def _result(kind: type[Value], folder: Path, name: str) -> Value | None:
    try:
        told = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        if "faults" in told:
            raise DataError(decode(tuple[Fault, ...], told["faults"]))
        made: Value = decode(kind, told["made"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return made


def _name(answers: Answers, stage: str) -> str:
    return f"{stage}-{key(answers, stage)}"


def _read_name(kind: str, upload: Upload) -> str:
    return f"{READ}-{kind}-{read_key(kind, upload)}"


def _digest(data: Any) -> str:
    return sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:16]
