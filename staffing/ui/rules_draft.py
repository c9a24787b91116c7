"""Values of rules being tried in one tab, on top of centre.toml as it is saved."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from staffing.domain.centre import Centre
from staffing.errors import Fault, SettingsError
from staffing.files.centre_toml import read_centre_toml
from staffing.files.crosscheck import check_people
from staffing.files.faults import FaultLog
from staffing.files.model_faults import FILE
from staffing.files.rule_values import with_values
from staffing.report.rule_lines import HOURS, PAIRS, WHOLES, WINDOW, Field, RuleLine, rule_lines

Place = tuple[str | int, ...]


@dataclass(frozen=True, eq=False)
class Tried:
    """centre.toml with values set: its text, the centre it makes or None, its faults, and its rules."""

    text: str
    centre: Centre | None
    faults: tuple[Fault, ...]

    @cached_property
    def lines(self) -> tuple[RuleLine, ...]:
        return () if self.centre is None else rule_lines(self.centre)

    @cached_property
    def values(self) -> dict[Place, Any]:
        """Every value by its key."""
        return {made.path: made.value for line in self.lines for made in line.fields}


@dataclass(eq=False)
class RulesDraft:
    """Values of a tab that are not saved yet, by their key. A new `version` makes the inputs begin anew."""

    folder: Path
    seen: str
    source: str
    values: dict[Place, Any] = field(default_factory=dict)
    version: int = 0

    @cached_property
    def saved(self) -> Tried:
        return tried(self.source, {})

    def now(self) -> Tried:
        """The rules with every value that is tried."""
        return tried(self.source, self.values)

    def take(self, path: Place, value: Any) -> None:
        """Try a value; the saved one is no edit."""
        if value == self.saved.values.get(path):
            self.values.pop(path, None)
        else:
            self.values[path] = value


def begin(folder: Path, digest: str, version: int = 0) -> RulesDraft:
    """A draft without edits."""
    return RulesDraft(folder, digest, (folder / FILE).read_text(encoding="utf-8-sig"), version=version)


def tried(source: str, values: Mapping[Place, Any]) -> Tried:
    """The centre that a text makes with values set."""
    log = FaultLog()
    try:
        text = with_values(source, values)
    except SettingsError as error:
        return Tried(source, None, (Fault("wrong_type", FILE, None, None, str(error), "-"),))
    draft = read_centre_toml(text.encode("utf-8"), log)
    check_people(draft, draft.centre, None, log)
    return Tried(text, draft.centre, log.all())


def shown_value(made: Field) -> Any:
    """A value as an input shows it: hours for minutes, texts for lists."""
    if made.value is None:
        return None
    if made.kind == WHOLES:
        return ", ".join(str(value) for value in made.value)
    if made.kind == PAIRS:
        return [" → ".join(pair) for pair in made.value]
    return made.value if made.scale == 1 else round(made.value / made.scale, 6)


def taken_value(made: Field, entered: Any) -> Any:
    """What an input says, as centre.toml holds it; a list of numbers that is none stays text, for the reader to refuse.

    >>> taken_value(Field(("shift", 0, "lengths_min"), [480], WHOLES), "240, 300")
    [240, 300]
    >>> taken_value(Field(("contract", 0, "weekly_minutes_max"), 2400, scale=HOURS), 37.5)
    2250
    """
    if entered is None:
        return None
    if made.kind == WHOLES:
        parts = [part.strip() for part in str(entered).replace("，", ",").split(",") if part.strip()]
        return [int(part) for part in parts] if all(part.isdigit() for part in parts) else str(entered)
    if made.kind == PAIRS:
        return [str(pair).split(" → ") for pair in entered]
    if made.kind == WINDOW:
        return [f"{when:%H:%M}" for when in entered]
    if made.scale == HOURS:
        return round(entered * made.scale)
    return entered if made.scale == 1 else round(entered * made.scale, 8)
