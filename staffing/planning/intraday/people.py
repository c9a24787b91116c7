"""Who is not there today, from lines of text."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time

from staffing.domain.timegrid import TimeGrid
from staffing.errors import SettingsError
from staffing.planning.intraday.situation import Situation
from staffing.planning.intraday.values import Away


def read_away(situation: Situation, absent: Iterable[str], late: Iterable[str]) -> tuple[Away, ...]:
    """Absences of the running day.

    Parameters
    ----------
    absent
        ``AGENT`` for all day, ``AGENT,HH:MM`` from then on, or ``AGENT,HH:MM/HH:MM``.
    late
        ``AGENT,HH:MM``: there only from then on.

    Raises
    ------
    SettingsError
        Naming the line and what would be right.
    """
    grid = situation.problem.grid
    known = {agent.id: number for number, agent in enumerate(situation.problem.agents)}
    first, last = int(grid.day_start[situation.day]), situation.end
    found = []
    for row in absent:
        name, _, span = (part.strip() for part in row.partition(","))
        begin, _, stop = span.partition("/")
        if name not in known:
            raise SettingsError(f"--absent is {row!r}, expected AGENT[,HH:MM[/HH:MM]] with an agent of the plan")
        start = first if not begin else _slot(grid, situation.day, begin, f"--absent is {row!r}")
        end = last if not stop else _slot(grid, situation.day, stop, f"--absent is {row!r}", up=True)
        if end <= start:
            raise SettingsError(f"--absent is {row!r}, expected an end after its start")
        found.append(Away(known[name], start, end))
    for row in late:
        name, _, moment = (part.strip() for part in row.partition(","))
        if name not in known or not moment:
            raise SettingsError(f"--late is {row!r}, expected AGENT,HH:MM with an agent of the plan")
        found.append(
            Away(known[name], first, max(first + 1, _slot(grid, situation.day, moment, f"--late is {row!r}", up=True)))
        )
    return tuple(found)


def _slot(grid: TimeGrid, day: int, clock: str, said: str, *, up: bool = False) -> int:
    try:
        moment = datetime.combine(grid.dates[day], time.fromisoformat(clock.strip()), grid.zone)
    except ValueError:
        raise SettingsError(f"{said}, expected times such as 11:30") from None
    return grid.ceil(moment) if up else grid.floor(moment)
