"""What a planner does to a roster, as values: an edit is data, so it can be kept, sent, undone and merged."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class MoveShift:
    """The whole shift, its breaks and stretches, starts at slot `start` instead, also on another day."""

    kind: ClassVar[str] = "move"
    agent: str
    day: int
    start: int


@dataclass(frozen=True, slots=True)
class ResizeShift:
    """The shift covers the slots [start, end) instead; its breaks become those of its new length."""

    kind: ClassVar[str] = "resize"
    agent: str
    day: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class RemoveShift:
    """The agent is off on that day."""

    kind: ClassVar[str] = "remove"
    agent: str
    day: int


@dataclass(frozen=True, slots=True)
class InsertShift:
    """A shift of a shift type from slot `start` on; length 0 is the type's first, queue "" where it helps most."""

    kind: ClassVar[str] = "insert"
    agent: str
    day: int
    shift: str
    start: int
    length_min: int = 0
    queue: str = ""


@dataclass(frozen=True, slots=True)
class CopyShift:
    """The shift at the same time of day for another agent or on another day, in place of what was there."""

    kind: ClassVar[str] = "copy"
    agent: str
    day: int
    to_agent: str
    to_day: int


@dataclass(frozen=True, slots=True)
class SwapDay:
    """Two agents exchange what they work on one day, a day off included."""

    kind: ClassVar[str] = "swap"
    agent: str
    day: int
    other: str


@dataclass(frozen=True, slots=True)
class MoveBreak:
    """The break or meal that starts at slot `at` starts at slot `start` instead."""

    kind: ClassVar[str] = "pause"
    agent: str
    day: int
    at: int
    start: int


@dataclass(frozen=True, slots=True)
class SetStretch:
    """The slots [start, end) of a shift, breaks left out, become work on `queue` (or none) or another activity."""

    kind: ClassVar[str] = "stretch"
    agent: str
    day: int
    start: int
    end: int
    queue: str = ""
    activity: str = "work"


@dataclass(frozen=True, slots=True)
class LockShift:
    """The shift is locked, so that no edit changes it until it is free again."""

    kind: ClassVar[str] = "lock"
    agent: str
    day: int
    locked: bool = True


@dataclass(frozen=True, slots=True)
class PutDay:
    """The shift of that day is `rows`: (first slot, end, activity code, queue index or -1); none is a day off."""

    kind: ClassVar[str] = "put"
    agent: str
    day: int
    rows: tuple[tuple[int, int, int, int], ...] = ()


Edit = (
    MoveShift
    | ResizeShift
    | RemoveShift
    | InsertShift
    | CopyShift
    | SwapDay
    | MoveBreak
    | SetStretch
    | LockShift
    | PutDay
)
KINDS: Mapping[str, type[Edit]] = {
    kind.kind: kind
    for kind in (
        MoveShift,
        ResizeShift,
        RemoveShift,
        InsertShift,
        CopyShift,
        SwapDay,
        MoveBreak,
        SetStretch,
        LockShift,
        PutDay,
    )
}
"""Kind of an edit, as it is written, -> its class."""
_TYPES = {"agent": str, "to_agent": str, "other": str, "shift": str, "queue": str, "activity": str, "locked": bool}
TEXT_MAX, NUMBER_MAX, ROWS_MAX = 200, 10_000_000, 300


def edit_row(edit: Edit) -> dict[str, Any]:
    """An edit as plain data: its kind and its fields.

    Examples
    --------
    >>> edit_row(RemoveShift("a1", 3))
    {'kind': 'remove', 'agent': 'a1', 'day': 3}
    """
    return {"kind": edit.kind, **asdict(edit)}


def read_edit(row: Mapping[str, Any]) -> Edit:
    """The edit that `edit_row` wrote, checked: it may come from a browser or a file.

    Raises
    ------
    ValueError
        When kind, names or types of the fields are not those of an edit.

    Examples
    --------
    >>> read_edit({"kind": "remove", "agent": "a1", "day": 3})
    RemoveShift(agent='a1', day=3)
    """
    kind = KINDS.get(str(row.get("kind")))
    if kind is None:
        raise ValueError(f"kind is {row.get('kind')!r}, expected one of {', '.join(KINDS)}")
    names = {field.name for field in fields(kind)}
    given = {name: value for name, value in row.items() if name != "kind"}
    if not given.keys() <= names:
        raise ValueError(f"fields of {kind.kind} are {sorted(given)}, expected {sorted(names)}")
    if "rows" in given:
        given["rows"] = _rows(given["rows"])
    for name, value in given.items():
        if name == "rows":
            continue
        wanted = _TYPES.get(name, int)
        if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
            raise ValueError(f"{name} of {kind.kind} is {value!r}, expected {wanted.__name__}")
        if (isinstance(value, str) and len(value) > TEXT_MAX) or (isinstance(value, int) and abs(value) > NUMBER_MAX):
            raise ValueError(f"{name} of {kind.kind} is too long or too large")
    try:
        return kind(**given)
    except TypeError as error:
        raise ValueError(f"fields of {kind.kind} are {sorted(given)}, expected {sorted(names)}") from error


def _rows(value: object) -> tuple[tuple[int, int, int, int], ...]:
    """Rows of a day read from plain data: lists of four whole numbers."""
    if not isinstance(value, list | tuple) or len(value) > ROWS_MAX:
        raise ValueError("rows of put are no list, or too many")
    rows = []
    for row in value:
        if not isinstance(row, list | tuple) or len(row) != 4:
            raise ValueError(f"row of put is {row!r}, expected four whole numbers")
        if not all(isinstance(n, int) and not isinstance(n, bool) and abs(n) <= NUMBER_MAX for n in row):
            raise ValueError(f"row of put is {row!r}, expected four whole numbers")
        rows.append((row[0], row[1], row[2], row[3]))
    return tuple(rows)
