"""A new centre: all answers of the wizard, the files they make, the check of those files, and the folder."""

import json
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from staffing.domain.centre import Scenario
from staffing.domain.note import Note
from staffing.domain.queue import OpeningHours
from staffing.errors import DataError, Fault, SettingsError
from staffing.files.atomic import atomic_folder
from staffing.files.cells import shown
from staffing.files.centre import read_centre
from staffing.files.centre_toml import read_centre_toml
from staffing.files.faults import FaultLog
from staffing.files.hours import WEEKDAYS
from staffing.files.wizard.history import History
from staffing.files.wizard.people import People, Terms
from staffing.files.wizard.queues import CLOSED, DAYS, QueueTerms, settle_queues
from staffing.files.wizard.shifts import BreakRow, ContractRow, ShiftRow, make_shifts, open_windows

TOML, HISTORY, AGENTS = "centre.toml", "history.csv", "agents.csv"
SLOT_MIN = 15


@dataclass(frozen=True)
class NewCentre:
    """Everything a new centre folder is made from.

    `people` None makes a centre for forecast and requirement only. `absence` is the unplanned share of time that people
    are away (0..1). `meal_min` and `short_breaks` are of every shift from six hours on.
    """

    name: str
    timezone: str
    history: History
    queues: tuple[QueueTerms, ...]
    country: str = ""
    currency: str = ""
    people: People | None = None
    contracts: tuple[Terms, ...] = ()
    absence: float = 0.0
    meal_min: int = 30
    short_breaks: int = 2

    @property
    def slot_min(self) -> int:
        return min(SLOT_MIN, self.history.interval_min)


def centre_files(new: NewCentre) -> tuple[dict[str, str], tuple[Note, ...]]:
    """Text of each file of the folder, and what had to be bent to fit.

    Raises
    ------
    DataError
        When the opening hours cannot be told, because centre.toml or the history have faults.
    """
    files = {TOML: _toml(new, (), (), ()), HISTORY: new.history.text}
    if new.people is None:
        return files, ()
    hours = _hours(files, new.queues)
    breaks, shifts, contracts = make_shifts(
        new.contracts,
        open_windows(hours),
        slot_min=new.slot_min,
        meal_min=new.meal_min,
        short_breaks=new.short_breaks,
    )
    files = {TOML: _toml(new, breaks, shifts, contracts), HISTORY: new.history.text, AGENTS: new.people.text}
    short = (
        Note(
            "import_hours_not_reached",
            (("contract", row.id), ("hours", row.weekly_max / 60), ("reach", row.weekly_min / 60)),
        )
        for row in contracts
        if row.weekly_max - row.weekly_min >= new.slot_min * row.days
    )
    return files, tuple(short)


def _hours(files: Mapping[str, str], queues: Sequence[QueueTerms]) -> list[OpeningHours]:
    """Opening hours of the queues, which shifts must fit; where they come from the history, the reader tells them."""
    if all(terms.has_hours for terms in queues):
        told = read_centre_toml(files[TOML].encode("utf-8"), FaultLog()).centre
        if told is not None:
            return [queue.hours for queue in told.queues if queue.hours is not None]
    return [queue.hours for queue in _read(files, people=False).centre.queues if queue.hours is not None]


def check_new(new: NewCentre) -> tuple[Scenario, dict[str, str]]:
    """Read the files as every command will, before any folder is made.

    Returns
    -------
    (Scenario, dict)
        The centre with its notes, and the text of each file.

    Raises
    ------
    DataError
        With every fault: file, line and column are those of the uploaded files wherever the fault comes from there.
    """
    new = replace(new, queues=settle_queues(new.queues, TOML))
    try:
        files, notes = centre_files(new)
        scenario = _read(files, people=new.people is not None)
    except DataError as error:
        raise DataError([_traced(fault, new) for fault in error.faults]) from None
    told = (*new.history.notes, *(new.people.notes if new.people is not None else ()), *notes, *scenario.notes)
    return replace(scenario, notes=told), files


def create_centre(files: Mapping[str, str], folder: Path) -> Path:
    """Write the files as a new folder, which is there whole or not at all.

    Raises
    ------
    SettingsError
        When the folder exists and is not empty, or is a file.
    """
    folder = Path(folder)
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir())):
        raise SettingsError(f"{folder} exists and is not empty; name a new folder")
    with atomic_folder(folder) as work:
        for name, text in files.items():
            (work / name).write_text(text, encoding="utf-8", newline="\n")
    return folder


def free_folder(base: Path, name: str) -> Path:
    """A folder below `base` called after a centre that nothing has yet.

    Examples
    --------
    >>> free_folder(Path("centres"), "Bank / North").name
    'Bank-North'
    """
    stem = re.sub(r"[^\w.-]+", "-", name).strip("-. ")[:60] or "centre"
    found, again = base / stem, 2
    while found.exists():
        found, again = base / f"{stem}-{again}", again + 1
    return found


def _read(files: Mapping[str, str], *, people: bool) -> Scenario:
    with tempfile.TemporaryDirectory(prefix="centre-") as folder:
        for name, text in files.items():
            (Path(folder) / name).write_text(text, encoding="utf-8", newline="\n")
        return read_centre(Path(folder), people=people)


def _traced(fault: Fault, new: NewCentre) -> Fault:
    """A fault of a made file as one of the file it was made from."""
    source = {HISTORY: new.history, AGENTS: new.people}.get(fault.file)
    if source is not None:
        row = None if fault.row is None or fault.row < 2 else int(source.lines[fault.row - 2])
        column = source.columns.get(fault.column or "", fault.column)
        # "row 17" in what would be right is a row of the made file too.
        expected = re.sub(
            r"^row (\d+)$", lambda found: f"row {int(source.lines[int(found[1]) - 2])}", fault.expected
        )  # fmt: skip
        return replace(fault, file=source.file, row=row, column=column, expected=expected)
    found = re.fullmatch(r"queue\[(\d+)\]\.?(.*)", fault.column or "")
    if fault.file == TOML and found:
        return replace(fault, row=None, column=f"{new.queues[int(found[1]) - 1].name}: {found[2]}".rstrip(": "))
    return replace(fault, row=None) if fault.file == TOML else fault


def _toml(
    new: NewCentre, breaks: Sequence[BreakRow], shifts: Sequence[ShiftRow], contracts: Sequence[ContractRow]
) -> str:
    head = {"name": new.name, "timezone": new.timezone, "country": new.country, "currency": new.currency}
    lines = [f"{key} = {_text(value)}" for key, value in head.items() if value]
    lines += [f"interval_min = {new.history.interval_min}", f"slot_min = {new.slot_min}", ""]
    for queue in new.queues:
        lines += [*_queue(queue), ""]
    for item in breaks:
        lines += ["[[break]]", f"id = {_text(item.id)}", f"kind = {_text(item.kind)}", f"minutes = {item.minutes}"]
        lines += [f"earliest_min = {item.earliest_min}", f"latest_min = {item.latest_min}", ""]
    for shift in shifts:
        starts = ", ".join(_text(_clock(minute)) for minute in (shift.first_start, shift.last_start))
        lines += ["[[shift]]", f"id = {_text(shift.id)}", f"start = [{starts}]", f"start_step_min = {_step(new)}"]
        lines += [f"lengths_min = [{shift.length_min}]", f"breaks = {_list(shift.breaks)}"]
        lines += [f"weekdays = {_list([WEEKDAYS[day] for day in shift.weekdays])}", ""]
    for contract in contracts:
        lines += ["[[contract]]", f"id = {_text(contract.id)}", f"weekly_minutes_min = {contract.weekly_min}"]
        lines += [f"weekly_minutes_max = {contract.weekly_max}", f"days_min = {contract.days}"]
        lines += [f"days_max = {contract.days}", f"shifts = {_list(contract.shifts)}", ""]
    for role in new.people.roles if new.people is not None else ():
        lines += ["[[role]]", f"id = {_text(role)}", ""]
    if new.absence:
        lines += ["[shrinkage]", f"default = {shown(new.absence)}", ""]
    return "\n".join(lines)


def _queue(terms: QueueTerms) -> list[str]:
    share = shown(terms.service_level) or "0"
    if terms.deadline:
        target = f"{{ deadline = {_text(terms.deadline)}, share = {share} }}"
    else:
        target = f"{{ service_level = {share}, answer_within_s = {shown(terms.answer_within_s) or 0} }}"
    lines = ["[[queue]]", f"id = {_text(terms.id)}", f"name = {_text(terms.name)}"]
    lines += [f"channel = {_text(terms.channel)}", f"target = {target}"]
    if terms.has_hours:
        days = ", ".join(f"{day} = {_list(_spans(getattr(terms, day)))}" for day in DAYS)
        lines.append(f"hours = {{ {days} }}")
    if terms.patience_s:
        lines.append(f"patience_s = {shown(terms.patience_s)}")
    if terms.max_parallel > 1:
        lines.append(f"max_parallel = {terms.max_parallel}")
    return lines


def _spans(cell: str) -> list[str]:
    return [] if cell in ("", CLOSED) else [part.strip() for part in cell.split(",")]


def _step(new: NewCentre) -> int:
    return max(new.slot_min, 30 // new.slot_min * new.slot_min)


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _text(value: str) -> str:
    """A TOML string: JSON's is one, as long as no sign beyond the usual plane is escaped."""
    return json.dumps(value, ensure_ascii=False)


def _list(values: Sequence[str]) -> str:
    return f"[{', '.join(map(_text, values))}]"
