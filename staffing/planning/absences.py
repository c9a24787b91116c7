"""Somebody away: a line of text becomes time off of the scenario."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from staffing.domain.centre import Scenario
from staffing.domain.people import TimeOff
from staffing.errors import SettingsError
from staffing.files.absences import KINDS, UNPAID
from staffing.files.faults import choices, nearest


def with_absences(scenario: Scenario, rows: Iterable[str]) -> Scenario:
    """The scenario with more time off, each row as ``AGENT,START[/END][,KIND]``.

    Raises
    ------
    SettingsError
        Naming the row and what would be right.
    """
    zone = ZoneInfo(scenario.centre.timezone)
    found = tuple(_absence(row, zone, {agent.id for agent in scenario.agents}) for row in rows)
    return replace(scenario, time_off=scenario.time_off + found)


def with_agents(rows: Iterable[str], ids: Mapping[str, str]) -> tuple[str, ...]:
    """The same rows with other ids of agents.

    >>> with_agents(["A1,2026-02-03", "B2,2026-02-04,sick"], {"A1": "p7"})
    ('p7,2026-02-03', 'B2,2026-02-04,sick')
    """
    parts = (row.partition(",") for row in rows)
    return tuple(f"{ids.get(ident, ident)}{comma}{rest}" for ident, comma, rest in parts)


def _absence(row: str, zone: ZoneInfo, agents: set[str]) -> TimeOff:
    parts = [part.strip() for part in row.split(",")]
    if len(parts) not in (2, 3) or parts[0] not in agents:
        raise SettingsError(f"--absent is {row!r}, expected AGENT,START[/END][,KIND] with an agent of the centre")
    begin, _, stop = parts[1].partition("/")
    start = moment(begin, "--absent", zone)
    last = stop or begin
    end = moment(last, "--absent", zone)
    if len(last) == len("2026-02-03"):
        end = datetime.combine(end.date() + timedelta(days=1), time(), zone)
    if end <= start:
        raise SettingsError(f"--absent is {row!r}, expected an end after its start")
    kind = parts[2].lower() if len(parts) == 3 else "sick"
    meant = choices(KINDS) if not kind else None if kind in KINDS else nearest(kind, KINDS)
    if meant is not None:
        raise SettingsError(f"--absent is {row!r}, expected as kind {meant}; others than the known ones count as leave")
    return TimeOff(parts[0], start, end, kind, kind not in UNPAID)


def moment(value: str, option: str, zone: ZoneInfo) -> datetime:
    """The value of an option as a moment; without an offset it is local time of the zone.

    Raises
    ------
    SettingsError
        When it is neither a date nor a time.
    """
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise SettingsError(f"{option} is {value!r}, expected a date or a time such as 2026-02-03T12:00") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)
