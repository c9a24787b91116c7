"""What was decided on a running day, and what happened afterwards."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np

from staffing.domain.day_actuals import DayActuals
from staffing.errors import SettingsError
from staffing.files import atomic_write
from staffing.files.home import INTRADAY
from staffing.planning.intraday.situation import Situation
from staffing.planning.intraday.values import Proposal, QueueOutlook

FILE = "intraday.json"
FORMAT = 1
ACCEPTED, DISMISSED = "accepted", "dismissed"


@dataclass(frozen=True, slots=True)
class Decision:
    """One proposal that was accepted or dismissed, with what it promised. Times are ISO-8601 with offset."""

    at: str
    decision: str
    kind: str
    agent: str
    queue: str
    from_queue: str
    start: str
    end: str
    contacts: float
    saved: float
    price: float


@dataclass(frozen=True, slots=True)
class Promise:
    """What was expected of one interval of a queue with all that was accepted: contacts and share in time."""

    at: str
    queue: str
    start: str
    contacts: float
    level: float | None


@dataclass(frozen=True, slots=True)
class DayLog:
    """Decisions and promises of one day; of each interval only the newest promise counts."""

    day: str
    decisions: tuple[Decision, ...] = ()
    promises: tuple[Promise, ...] = ()


@dataclass(frozen=True, slots=True)
class Afterwards:
    """One queue since a decision: contacts and service expected then and as they came; None where not told."""

    queue: str
    since: str
    until: str
    expected: float
    came: float
    expected_level: float | None
    level: float | None


def decided(situation: Situation, chosen: Iterable[Proposal], decision: str) -> tuple[Decision, ...]:
    """Proposals as decisions made now."""
    grid = situation.problem.grid
    return tuple(
        Decision(
            grid.iso(situation.now), decision, one.kind, one.agent, one.queue, one.from_queue, grid.iso(one.start),
            grid.iso(one.end), round(one.contacts, 2), round(one.saved, 2), round(one.price, 2),
        )
        for one in chosen
    )  # fmt: skip


def promised(situation: Situation, outlook: Iterable[QueueOutlook]) -> tuple[Promise, ...]:
    """What is expected now of each interval to come."""
    grid = situation.plan.forecast.grid
    first = int(grid.day_start[situation.day])
    rows = []
    for one in outlook:
        row = situation.plan.forecast.queues.index(one.queue)
        for place in np.flatnonzero(np.isfinite(one.waiting)).tolist():
            step = first + place
            if step < grid.n:
                level = None if np.isnan(one.by_step[place]) else round(float(one.by_step[place]), 4)
                contacts = round(float(situation.plan.forecast.volume[row, step]), 2)
                rows.append(Promise(grid.iso(situation.now), one.queue, grid.iso(step), contacts, level))
    return tuple(rows)


def with_more(log: DayLog, decisions: Iterable[Decision], promises: Iterable[Promise] = ()) -> DayLog:
    """The log with more decisions; newer promises take the place of older ones."""
    newest = {(one.queue, one.start): one for one in (*log.promises, *promises)}
    return replace(log, decisions=(*log.decisions, *decisions), promises=tuple(newest.values()))


def afterwards(log: DayLog, actuals: DayActuals) -> tuple[Afterwards, ...]:
    """Expected against come, by queue, over the promised intervals that are known by now."""
    grid, when = actuals.came.grid, date.fromisoformat(log.day)
    rows = []
    for queue in dict.fromkeys(one.queue for one in log.promises):
        came = actuals.of_day(queue, when)
        in_time = actuals.of_day(queue, when, "within_target")
        if came is None:
            continue
        first = int(grid.day_start[grid.dates.index(when)])
        known = []
        for one in log.promises:
            step = grid.floor(datetime.fromisoformat(one.start)) - first
            if one.queue == queue and 0 <= step < len(came) and np.isfinite(came[step]):
                known.append((one, step))
        if not known:
            continue
        expected = sum(one.contacts for one, _ in known)
        total = float(sum(came[step] for _, step in known))
        weights = [(one.contacts, one.level) for one, _ in known if one.level is not None and one.contacts > 0]
        said = sum(n * level for n, level in weights) / sum(n for n, _ in weights) if weights else None
        told = [] if in_time is None else [step for _, step in known if np.isfinite(in_time[step])]
        judged = float(sum(came[step] for step in told))
        level = float(sum(in_time[step] for step in told)) / judged if in_time is not None and judged > 0 else None
        last = max(step for _, step in known)
        rows.append(
            Afterwards(
                queue, min(one.start for one, _ in known), grid.iso(first + last + 1), expected, total, said, level
            )
        )
    return tuple(rows)


def day_file(home: Path, centre: str, day: date) -> Path:
    """Where the app keeps the decisions of a day: one file for each centre and day."""
    return home / INTRADAY / f"{_key(centre)}-{day}.json"


def day_files(home: Path, centre: str) -> tuple[Path, ...]:
    """The files of all days of a centre."""
    return tuple(sorted((home / INTRADAY).glob(f"{_key(centre)}-*.json")))


def forget_in_day(file: Path, ident: str, label: str) -> bool:
    """Put `label` in the place of a person in the log of a day; whether the person was in it."""
    if not file.is_file() or ident.encode() not in file.read_bytes():
        return False
    log = read_log(file)
    decisions = tuple(replace(one, agent=label) if one.agent == ident else one for one in log.decisions)
    if decisions == log.decisions:
        return False
    write_log(replace(log, decisions=decisions), file)
    return True


def _key(centre: str) -> str:
    return hashlib.sha256(centre.encode()).hexdigest()[:16]


def write_log(log: DayLog, file: Path) -> None:
    """Write the log, whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    data = {"format": FORMAT, **asdict(log)}
    atomic_write(file, json.dumps(data, ensure_ascii=False, indent=1) + "\n")


def read_log(file: Path, day: date | None = None) -> DayLog:
    """The log of a day; an empty one where there is none, or it is another day's. Default: whatever day it is of.

    Raises
    ------
    SettingsError
        When the file is no such log.
    """
    if not file.is_file():
        return DayLog(str(day or ""))
    try:
        data: Mapping[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        if data["format"] != FORMAT:
            raise ValueError(f"format {data['format']}")
        log = DayLog(
            data["day"],
            tuple(Decision(**row) for row in data["decisions"]),
            tuple(Promise(**row) for row in data["promises"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise SettingsError(f"{file} is no log of a running day ({error}); take it away") from None
    return log if day is None or log.day == str(day) else DayLog(str(day))
