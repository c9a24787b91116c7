"""A centre around the real call counts of a bank: real history, synthetic people."""

from collections import Counter
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from staffing.errors import DataError, SettingsError
from staffing.files.faults import FaultLog
from staffing.files.rows import Row
from staffing.files.table import read_table
from staffing.sample.tables import copy_resource, write_table

ZONE = ZoneInfo("America/New_York")
SERIES_STEP_MIN, STEP_MIN = 5, 30
OPEN_H, CLOSE_H = 7, 21
CONTRACTS = {"full_time": (0.45, 35.0, 18), "four_days": (0.3, 35.0, 18), "part_time": (0.25, 20.0, 16)}
"""Share of the people, hours a week at their desks (breaks and leave taken off) and wage, by contract."""
CREW = (1.11, 1.5)
"""Agents wanted on the roster at 80/20: so many for each erlang, and so many more."""
LEAVE_SHARE = 0.06


def write_bank_centre(folder: Path, calls: Path, *, share: float = 0.25, aht_s: float = 180.0, seed: int = 1) -> None:
    """Write a centre around a series of calls per five minutes into `folder`.

    Each call of the series is kept with probability `share` (binomial thinning, so that counts stay counts with
    their own noise) and the rest are added up to half hours from 07:00 to 21:00. The number of agents follows the
    load of the last four weeks: about 70 for the defaults and the shared series.

    Parameters
    ----------
    folder : pathlib.Path
        Made when missing; files of the same names are replaced.
    calls : pathlib.Path
        CSV file with columns ``timestamp`` (local, every five minutes) and ``calls``.
    share : float
        Share of the calls that this centre takes, above 0 and at most 1.
    aht_s : float
        Mean handle time in seconds; the series has none.
    seed : int
        Seed of the thinning, leave and wishes.

    Raises
    ------
    SettingsError
        When `calls` is no file, or `share` or `aht_s` is out of range.
    DataError
        When the file is not such a series; every fault is named.
    """
    if not 0 < share <= 1:
        raise SettingsError(f"share is {share}, expected above 0 and at most 1")
    if not 0 < aht_s <= 7200:
        raise SettingsError(f"aht_s is {aht_s}, expected above 0 and at most 7200")
    if not calls.is_file():
        raise SettingsError(f"{calls} is no file; expected a CSV file with the columns timestamp and calls")
    thinning, leave, wishes = (np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(3))
    history = _half_hours(_series(calls), share, thinning)
    last = max(history).date()
    monday = last + timedelta(days=7 - last.weekday())
    agents = _agents(history, aht_s)
    folder.mkdir(parents=True, exist_ok=True)
    copy_resource("bank_centre.toml", folder, AHT_S=f"{aht_s:g}")
    write_table(
        folder, "history.csv", ("start", "queue", "offered"), ((start, "phone", n) for start, n in history.items())
    )
    write_table(folder, "agents.csv", ("agent", "name", "team", "role", "contract", "skills", "cost_per_h"), agents)
    away = _time_off(agents, monday, leave)
    write_table(folder, "time_off.csv", ("agent", "start", "end", "kind", "paid"), away)
    busy = {row[0] for row in away}
    free = [row for row in agents if row[0] not in busy]
    write_table(folder, "wishes.csv", ("agent", "date", "wish", "weight"), _wishes(free, monday, wishes))


def _series(path: Path) -> dict[datetime, int]:
    """Calls by local start; every fault of the file is told at once."""
    faults = FaultLog()
    table = read_table(path.name, path.read_bytes(), ("timestamp", "calls"), (), faults)
    found: dict[datetime, int] = {}
    if table is None:
        raise DataError(faults.all())
    for line, cells in table.rows():
        row = Row(table, line, cells, faults)
        moment, count = row.moment("timestamp", ZONE), row.whole("calls") if row.required("calls") else None
        if moment is None or count is None:
            continue
        start = moment.replace(tzinfo=None)
        if start.minute % SERIES_STEP_MIN or start.second:
            row.fault("off_grid", "timestamp", cells["timestamp"], f"{SERIES_STEP_MIN} min x n")
        if start in found:
            row.fault("duplicate_row", "timestamp", cells["timestamp"], "1")
        found[start] = count
    if not len(faults) and not _whole_half_hours(found):
        faults.add("empty_file", path.name, expected=f"mon_fri {OPEN_H:02d}:00-{CLOSE_H}:00, {SERIES_STEP_MIN} min x n")
    faults.refuse()
    return found


def _whole_half_hours(series: dict[datetime, int]) -> dict[datetime, int]:
    """Calls by half hour; one with a missing part is left out, as is what comes after closing or at a weekend."""
    total: Counter[datetime] = Counter()
    parts: Counter[datetime] = Counter()
    for moment, count in sorted(series.items()):
        if OPEN_H <= moment.hour < CLOSE_H and moment.weekday() < 5:
            start = moment - timedelta(minutes=moment.minute % STEP_MIN)
            total[start] += count
            parts[start] += 1
    return {start: count for start, count in total.items() if parts[start] == STEP_MIN // SERIES_STEP_MIN}


def _half_hours(series: dict[datetime, int], share: float, rng: np.random.Generator) -> dict[datetime, int]:
    """Thinned calls by half hour."""
    whole = _whole_half_hours(series)
    kept = rng.binomial(list(whole.values()), share)
    return {start: int(n) for start, n in zip(whole, kept, strict=True)}


def _agents(history: dict[datetime, int], aht_s: float) -> list[tuple[str, ...]]:
    """As many people as the load of the last four weeks needs."""
    since = max(history) - timedelta(weeks=4)
    recent = [count for start, count in history.items() if start > since]
    load = float(np.mean(recent)) * aht_s / (STEP_MIN * 60)
    crew = CREW[0] * load + CREW[1]
    mean_h = sum(share * hours for share, hours, _ in CONTRACTS.values())
    people = max(4, round(crew * 5 * (CLOSE_H - OPEN_H) / mean_h))
    rows: list[tuple[str, ...]] = []
    until = 0.0
    for contract, (share, _, wage) in CONTRACTS.items():
        until += share
        while len(rows) < round(until * people):
            number = len(rows) + 1
            team = f"Team {number % max(1, people // 14) + 1}"
            rows.append((f"B{number:03d}", f"Agent {number}", team, "agent", contract, "phone:1", str(wage)))
    return rows


def _time_off(agents: list[tuple[str, ...]], monday: date, rng: np.random.Generator) -> list[tuple[object, ...]]:
    """Leave of the first week: blocks of one to five days until the share is taken."""
    rows: list[tuple[object, ...]] = []
    wanted = LEAVE_SHARE * 5 * len(agents)
    for index in rng.permutation(len(agents)):
        first = int(rng.integers(0, 5))
        length = int(min(rng.choice([1, 2, 3, 5]), 5 - first))
        if wanted > 0:
            wanted -= length
            start = datetime.combine(monday + timedelta(days=first), time())
            rows.append((agents[index][0], start, start + timedelta(days=length), "leave", True))
    return sorted(rows, key=lambda row: str(row[0]))


def _wishes(agents: list[tuple[str, ...]], monday: date, rng: np.random.Generator) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for index in rng.choice(len(agents), min(20, len(agents)), replace=False):
        day = monday + timedelta(days=int(rng.integers(0, 5)))
        part_time = agents[index][4] == "part_time"
        options = ["off", "start>=10:00", "start<=08:30"] if part_time else ["start>=10:00", "start<=08:30"]
        rows.append((agents[index][0], day, str(rng.choice(options)), int(rng.integers(1, 4))))
    return sorted(rows, key=lambda row: str(row[0]))
