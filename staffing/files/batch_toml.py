"""BATCH.toml: which teams to plan unattended, where to, and what may be published."""

import os
import re
import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from staffing.errors import SettingsError
from staffing.files.home import BATCH

VARIABLE = "STAFFING_BATCH"
RELATIVE = re.compile(r"today(?:\+(\d{1,3}))?")
"""A day counted from the day of the run: ``today``, ``today+2``."""


@dataclass(frozen=True, slots=True)
class RelativeDay:
    """So many days after the day of the run; the same order then means another day every night."""

    days: int

    def on(self, run: date) -> date:
        """The day that is meant by a run on the day `run`.

        >>> RelativeDay(2).on(date(2026, 2, 27))
        datetime.date(2026, 3, 1)
        """
        return run + timedelta(days=self.days)


@dataclass(frozen=True, slots=True)
class TeamOrder:
    """One plan: a centre, or with `reference` a re-plan of what was published (a plan folder, or ``published``).

    `today` and `frozen_until` may be counted from the day of the run; the order and its run key stay as they are.
    """

    name: str
    centre: Path
    first_day: date | None
    weeks: int
    time_limit_s: float
    seed: int
    reference: str
    probability: float | None
    frozen_until: str | RelativeDay | None
    today: date | RelativeDay | None
    price_factor: float


@dataclass(frozen=True, slots=True)
class Hook:
    """A command that gets the summary on its standard input, or an https address that it is posted to."""

    command: tuple[str, ...]
    url: str


@dataclass(frozen=True, slots=True)
class BatchOrder:
    """A whole batch; `publish` is ``never``, ``if-safe`` or ``always``.

    `floor` and `max_changes` say what is safe: the least simulated service relative to each target, and the most
    changed shifts (None: no limit). `executor` is where teams are planned (`compute.run_all`; blank: the
    installation's, else one by one).
    """

    out: Path
    publish: str
    floor: float
    max_changes: int | None
    max_seconds: float | None
    workers: int
    replications: int
    lang: str
    executor: str
    reproducible: bool
    teams: tuple[TeamOrder, ...]
    hooks: tuple[Hook, ...]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Team(_Model):
    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")
    centre: str
    first_day: date | None = Field(default=None, alias="from")
    weeks: int = Field(default=1, ge=1, le=8)
    time_limit_s: float = Field(default=60.0, ge=1, le=86400)
    seed: int = 1
    reference: str = ""
    probability: float | None = Field(default=None, gt=0, lt=1)
    frozen_until: str | None = None
    today: date | str | None = None
    price_factor: float = Field(default=1.0, ge=0, le=1000)


class _Hook(_Model):
    command: list[str] = []
    url: str = Field(default="", pattern=r"^(https://.+)?$")


class _Batch(_Model):
    out: str
    publish: Literal["never", "if-safe", "always"] = "never"
    floor: float = Field(default=0.0, ge=0, le=2)
    max_changes: int | None = Field(default=None, ge=0)
    max_seconds: float | None = Field(default=None, gt=0)
    workers: int = Field(default=2, ge=1, le=1024)
    replications: int = Field(default=100, ge=2)
    lang: Literal["en", "zh"] = "en"
    executor: str = Field(default="", pattern=r"^(serial|processes(:[1-9][0-9]*)?|dask:.+)?$")
    reproducible: bool = False
    team: list[_Team] = Field(min_length=1)
    hook: list[_Hook] = []


def order_files(home: Path) -> tuple[Path, ...]:
    """Batches named in STAFFING_BATCH, and those in the folder ``batch`` below `home`."""
    named = (Path(part) for part in os.environ.get(VARIABLE, "").split(os.pathsep) if part)
    return tuple(dict.fromkeys((*named, *sorted((home / BATCH).glob("*.toml")))))


def read_batch(path: Path) -> BatchOrder:
    """Read a batch; folders in it are relative to the file.

    Raises
    ------
    SettingsError
        With every fault: key, value and what would be right.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path}: {error}") from None
    try:
        found = _Batch.model_validate(raw)
    except ValidationError as error:
        raise SettingsError("; ".join(f"{path.name}: {_fault(row)}" for row in error.errors())) from None
    names = [team.name for team in found.team]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise SettingsError(f"{path.name}: team name {', '.join(twice)} is used twice, expected a name of its own")
    base = path.resolve().parent
    return BatchOrder(
        out=base / found.out,
        publish=found.publish,
        floor=found.floor,
        max_changes=found.max_changes,
        max_seconds=found.max_seconds,
        workers=found.workers,
        replications=found.replications,
        lang=found.lang,
        executor=found.executor,
        reproducible=found.reproducible,
        teams=tuple(_team(team, base) for team in found.team),
        hooks=tuple(Hook(tuple(hook.command), hook.url) for hook in found.hook),
    )


def _fault(row: Any) -> str:
    place = ".".join(str(part) for part in row["loc"])
    return f"{place} is {row['input']!r}: {row['msg'].removeprefix('Input should be ')}"


def _team(team: _Team, base: Path) -> TeamOrder:
    reference = team.reference
    if reference not in ("", "published"):
        reference = str(base / reference)
    return TeamOrder(
        team.name,
        base / team.centre,
        team.first_day,
        team.weeks,
        team.time_limit_s,
        team.seed,
        reference,
        team.probability,
        _relative(team.frozen_until) or team.frozen_until,
        None if team.today is None else _day(team.name, team.today),
        team.price_factor,
    )


def _relative(value: str | None) -> RelativeDay | None:
    found = None if value is None else RELATIVE.fullmatch(value.strip())
    return None if found is None else RelativeDay(int(found[1] or 0))


def _day(name: str, value: date | str) -> date | RelativeDay:
    if isinstance(value, date):
        return value
    found = _relative(value)
    if found is not None:
        return found
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise SettingsError(f"team {name}: today is {value!r}, expected a date, today or today+2") from None
