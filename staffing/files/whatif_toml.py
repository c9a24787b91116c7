"""What-ifs as TOML: ``[[scenario]]`` with its loads, absences, hires, targets and rules."""

from datetime import date
from pathlib import Path
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from staffing.domain.scenario import (
    MAX_FACTOR,
    MAX_PEOPLE,
    NAME_LENGTH,
    Hire,
    LoadChange,
    TargetChange,
    WhatIf,
    changeable_rules,
)
from staffing.domain.shrinkage import ShrinkageReason
from staffing.errors import SettingsError
from staffing.files.centre_shrinkage import toml_date
from staffing.files.faults import FaultLog, choices
from staffing.files.model_faults import Doc, checked, read_toml
from staffing.files.toml_lines import Path as Place

FILE = "scenarios.toml"
PARTS = ("load", "absent", "hire", "target")
Factor = Annotated[float, Field(ge=0, le=MAX_FACTOR)]
Chance = Annotated[float, Field(gt=0, lt=1)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)
    FILL: ClassVar[dict[str, Any]] = {}


class _Load(_Model):
    volume: Factor = 1.0
    aht: Annotated[float, Field(ge=0.01, le=MAX_FACTOR)] = 1.0
    deflected: Annotated[float, Field(ge=0, le=1)] = 0.0
    queues: list[str] = []
    start: Any = None
    end: Any = None


class _Absent(_Model):
    FILL: ClassVar[dict[str, Any]] = {"share": 0.0}

    share: Annotated[float, Field(ge=0, lt=1)]
    reason: str = "absent"
    queues: list[str] = []
    start: Any = None
    end: Any = None


class _Hire(_Model):
    FILL: ClassVar[dict[str, Any]] = {"like": "?", "people": 1}

    like: str
    people: Annotated[int, Field(ge=1, le=MAX_PEOPLE)]
    proficiency: Annotated[float, Field(ge=0.05, le=2)] = 1.0
    start: Any = None


class _Target(_Model):
    FILL: ClassVar[dict[str, Any]] = {"queue": "?"}

    queue: str
    share: Chance | None = None
    answer_within_s: Annotated[float, Field(ge=0, le=86400)] | None = None
    probability: Chance | None = None


class _Scenario(_Model):
    FILL: ClassVar[dict[str, Any]] = {"name": "?"}

    name: Annotated[str, Field(min_length=1, max_length=NAME_LENGTH)]
    absence: Factor = 1.0
    weight: Annotated[float, Field(ge=0)] = 1.0
    rules: dict[str, Annotated[float, Field(ge=0)]] = {}


def read_whatifs(path: Path) -> tuple[WhatIf, ...]:
    """The scenarios of a file.

    Raises
    ------
    SettingsError
        When the file cannot be read.
    DataError
        With every fault: file, line, key, value and what would be right.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SettingsError(f"--scenario {path}: {error.strerror or error}") from None
    return parse_whatifs(path.name, data)


def parse_whatifs(file: str, data: bytes) -> tuple[WhatIf, ...]:
    r"""The scenarios in the bytes of a file; queues and agents are not checked here.

    Raises
    ------
    DataError
        With every fault.

    Examples
    --------
    >>> parse_whatifs("s.toml", b"[[scenario]]\nname = 'rush'\nabsence = 2")[0].absence
    2.0
    """
    log = FaultLog()
    found = read_toml(file, data, log)
    if found is None:
        log.refuse()
        raise AssertionError("a file without text has a fault")
    raw, doc = found
    for key in [key for key in raw if key != "scenario"]:
        doc.fault("unknown_key", (key,), key, "scenario")
    items = raw.get("scenario", [])
    if not isinstance(items, list) or not items:
        doc.fault("missing_key", ("scenario",), "", "[[scenario]]")
        items = []
    built, first = [], dict[str, int]()
    for place, item in enumerate(items):
        made = _whatif(item, ("scenario", place), doc)
        if made is not None:
            if made.name in first:
                doc.fault("duplicate_id", ("scenario", place, "name"), made.name, f"scenario {first[made.name]}")
            first.setdefault(made.name, place + 1)
            built.append(made)
    log.refuse()
    return tuple(built)


def whatifs_text(whatifs: tuple[WhatIf, ...]) -> str:
    """The text that `parse_whatifs` reads back as the same scenarios; defaults are left out."""
    return "\n".join(_written(whatif) for whatif in whatifs)


def _whatif(item: Any, path: Place, doc: Doc) -> WhatIf | None:
    before = len(doc.log)
    parts: dict[str, list[Any]] = {name: [] for name in PARTS}
    if isinstance(item, dict):
        item = dict(item)
        for name in PARTS:
            given = item.pop(name, [])
            if not isinstance(given, list):
                doc.fault("wrong_type", (*path, name), f"[scenario.{name}]", f"[[scenario.{name}]]")
                given = []
            parts[name] = given
    head, _ = checked(_Scenario, item, path, doc)
    if not head.name.strip():
        doc.fault("missing_key", (*path, "name"), "", "name = ...")
    for name in head.rules:
        if name not in changeable_rules():
            doc.fault("unknown_key", (*path, "rules", name), name, choices(changeable_rules(), name))
    loads = [_load(part, (*path, "load", place), doc) for place, part in enumerate(parts["load"])]
    absent = [_absent(part, (*path, "absent", place), doc) for place, part in enumerate(parts["absent"])]
    hires = [_hire(part, (*path, "hire", place), doc) for place, part in enumerate(parts["hire"])]
    targets = [_target(part, (*path, "target", place), doc) for place, part in enumerate(parts["target"])]
    if len(doc.log) > before:
        return None
    return WhatIf(
        head.name,
        tuple(part for part in loads if part is not None),
        head.absence,
        tuple(part for part in absent if part is not None),
        tuple(part for part in hires if part is not None),
        tuple(part for part in targets if part is not None),
        tuple(head.rules.items()),
        head.weight,
    )


def _span(model: _Load | _Absent, path: Place, doc: Doc) -> tuple[date | None, date | None]:
    start, end = (toml_date(getattr(model, key), (*path, key), doc) for key in ("start", "end"))
    if start is not None and end is not None and end < start:
        doc.fault("ends_before_start", (*path, "end"), end, f">= {start}")
    return start, end


def _load(raw: Any, path: Place, doc: Doc) -> LoadChange | None:
    before = len(doc.log)
    model, _ = checked(_Load, raw, path, doc)
    start, end = _span(model, path, doc)
    if len(doc.log) > before:
        return None
    return LoadChange(model.volume, model.aht, model.deflected, tuple(model.queues), start, end)


def _absent(raw: Any, path: Place, doc: Doc) -> ShrinkageReason | None:
    before = len(doc.log)
    model, _ = checked(_Absent, raw, path, doc)
    start, end = _span(model, path, doc)
    if len(doc.log) > before:
        return None
    return ShrinkageReason(model.reason, model.share, False, tuple(model.queues), start, end)


def _hire(raw: Any, path: Place, doc: Doc) -> Hire | None:
    before = len(doc.log)
    model, _ = checked(_Hire, raw, path, doc)
    start = toml_date(model.start, (*path, "start"), doc)
    return None if len(doc.log) > before else Hire(model.like, model.people, model.proficiency, start)


def _target(raw: Any, path: Place, doc: Doc) -> TargetChange | None:
    model, clean = checked(_Target, raw, path, doc)
    return TargetChange(model.queue, model.share, model.answer_within_s, model.probability) if clean else None


def _written(whatif: WhatIf) -> str:
    lines = ["[[scenario]]", f"name = {_quoted(whatif.name)}"]
    lines += [f"{name} = {getattr(whatif, name)!r}" for name in ("absence", "weight") if getattr(whatif, name) != 1.0]
    if whatif.rules:
        lines += ["[scenario.rules]", *(f"{name} = {value!r}" for name, value in whatif.rules)]
    for load in whatif.loads:
        given = {name: getattr(load, name) for name in ("volume", "aht") if getattr(load, name) != 1.0}
        given |= {"deflected": load.deflected} if load.deflected else {}
        lines += _table("load", given | _where(load))
    for reason in whatif.absences:
        lines += _table("absent", {"share": reason.share, "reason": reason.name} | _where(reason))
    for hire in whatif.hires:
        given = {"like": hire.like, "people": hire.people}
        given |= {"proficiency": hire.proficiency} if hire.proficiency != 1.0 else {}
        lines += _table("hire", given | ({} if hire.start is None else {"start": hire.start}))
    for target in whatif.targets:
        names = ("share", "answer_within_s", "probability")
        given = {"queue": target.queue} | {name: getattr(target, name) for name in names}
        lines += _table("target", {name: value for name, value in given.items() if value is not None})
    return "\n".join(lines) + "\n"


def _where(part: LoadChange | ShrinkageReason) -> dict[str, Any]:
    given = {name: getattr(part, name) for name in ("queues", "start", "end")}
    return {name: value for name, value in given.items() if value}


def _table(name: str, given: dict[str, Any]) -> list[str]:
    return [f"[[scenario.{name}]]", *(f"{key} = {_value(value)}" for key, value in given.items())]


def _value(value: Any) -> str:
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, tuple):
        return "[" + ", ".join(_quoted(part) for part in value) + "]"
    return value.isoformat() if isinstance(value, date) else repr(value)


def _quoted(text: str) -> str:
    """A TOML basic string."""
    named = {'"': '\\"', "\\": "\\\\"}
    return '"' + "".join(named.get(c, c if c >= " " and c != "\x7f" else f"\\u{ord(c):04x}") for c in text) + '"'
