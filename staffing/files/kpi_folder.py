"""The records of a centre: ``kpi/`` in its folder, read whole, all faults at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from staffing.domain.note import Note
from staffing.files import people
from staffing.files.centre_toml import CentreDraft, read_centre_toml
from staffing.files.faults import FaultLog, choices
from staffing.files.kpi_tables import (
    COLUMNS,
    Known,
    read_activity,
    read_clients,
    read_handled,
    read_intervals,
    read_quality,
    read_reasons,
    read_surveys,
    read_tickets,
)
from staffing.files.kpi_toml import FILE as GOALS
from staffing.files.kpi_toml import read_goals
from staffing.files.model_faults import FILE as TOML
from staffing.files.table import Table, read_table
from staffing.measures.kpi import Goals, Records, Rows

FOLDER = "kpi"
READERS: Mapping[str, Callable[[Table, Known, FaultLog], Rows]] = {
    "tickets": read_tickets,
    "surveys": read_surveys,
    "quality": read_quality,
    "activity": read_activity,
    "schedule": read_activity,
    "reasons": read_reasons,
    "handled": read_handled,
    "clients": read_clients,
}
KPI_FILES = (*(f"{name}.csv" for name in COLUMNS), GOALS.partition("/")[2])
"""Files of the folder; each may be absent."""


@dataclass(frozen=True, eq=False)
class KpiInput:
    """What was read: the centre's name, the records, targets and scorecard, people by team, remarks, time zone."""

    centre: str
    records: Records
    goals: Goals = field(default_factory=Goals)
    people: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))


def read_kpi(folder: Path, files: Mapping[str, bytes] | None = None, *, kpi_dir: Path | None = None) -> KpiInput:
    """Read the records of a centre folder.

    Parameters
    ----------
    folder : Path
        Centre folder: ``centre.toml`` and ``agents.csv`` say which queues, people and teams there are; ``history.csv``
        is not read.
    files : mapping, optional
        Contents by name, such as ``tickets.csv``, that are taken instead of the files in ``kpi/``.
    kpi_dir : Path, optional
        Folder that holds the tables, where it is not ``kpi/`` in the centre folder.

    Raises
    ------
    DataError
        With every fault of every file.
    """
    log = FaultLog()
    folder, given = Path(folder), dict(files or {})
    if not folder.is_dir():
        log.add("missing_folder", folder.name or str(folder), value=folder, expected=TOML)
        log.refuse()
    tables_in = folder / FOLDER if kpi_dir is None else Path(kpi_dir)
    for name in _strangers(tables_in, given):
        log.add("not_one_of", f"{FOLDER}/{name}", column="file", value=name, expected=choices(KPI_FILES, name))
    found = {name: data for name in KPI_FILES if (data := _bytes(tables_in / name, given, log)) is not None}
    if not any(name.endswith(".csv") for name in found):
        log.add("missing_file", FOLDER, value=folder.name, expected=" | ".join(f"{FOLDER}/{n}" for n in KPI_FILES[:-1]))
    toml = _bytes(folder / TOML, {}, log)
    if toml is None:
        log.add("missing_file", TOML, value=folder.name, expected=TOML)
    draft = CentreDraft() if toml is None else read_centre_toml(toml, log)
    staff = _bytes(folder / people.FILE, {}, log)
    if staff is None:
        log.add("missing_file", people.FILE, value=folder.name, expected=people.FILE)
    agents_table = None if staff is None else read_table(people.FILE, staff, people.REQUIRED, people.OPTIONAL, log)
    agents = () if agents_table is None else people.read_agents(agents_table, draft, log)
    ids = () if agents_table is None else tuple(dict.fromkeys(agents_table.cells("agent").tolist()))
    goals = read_goals(found["kpi.toml"], log) if "kpi.toml" in found else Goals()
    known = Known(draft.queues, ids, draft.zone or ZoneInfo("UTC"), goals.adherence.codes)
    notes: list[Note] = []
    tables: dict[str, Rows] = {}
    for name, (required, optional) in COLUMNS.items():
        data = found.get(f"{name}.csv")
        if data is None:
            continue
        file = f"{FOLDER}/{name}.csv"
        table = read_table(file, data, required, optional, log, may_be_empty=True)
        if table is None:
            continue
        notes += [Note("column_ignored", (("file", file), ("column", column))) for column in table.ignored]
        if name != "intervals":
            tables["plan" if name == "schedule" else name] = READERS[name](table, known, log)
        elif draft.centre is not None and len(table):
            rows = read_intervals(table, draft.centre, log)
            if rows is not None:
                tables[name] = rows
    log.refuse()
    centre = draft.centre
    if centre is None:
        raise AssertionError("a folder without faults must give a centre")
    teams = tuple(dict.fromkeys(agent.team for agent in agents if agent.team))
    wages = [centre.costs.wage_per_h if agent.cost_per_h is None else agent.cost_per_h for agent in agents]
    records = Records(
        queues=draft.queues,
        agents=ids,
        teams=teams,
        team=np.array([teams.index(agent.team) if agent.team else -1 for agent in agents], dtype=np.int64),
        wage_per_h=np.array(wages, dtype=float),
        week_start=centre.week_start,
        currency=centre.currency,
        tables=tables,
    )
    counts = {team: sum(agent.team == team for agent in agents) for team in teams}
    return KpiInput(centre.name, records, goals, counts, tuple(notes), known.zone)


def has_records(folder: Path, kpi_dir: Path | None = None) -> bool:
    """Whether there is any table to read in ``kpi/`` of a centre folder, or in the folder named."""
    tables_in = Path(folder) / FOLDER if kpi_dir is None else Path(kpi_dir)
    return any((tables_in / f"{name}.csv").is_file() for name in COLUMNS)


def _strangers(folder: Path, given: Mapping[str, bytes]) -> list[str]:
    """Tables that nobody reads: probably misspelt, and missed in silence if they were left alone."""
    there = {path.name for path in folder.iterdir() if path.suffix in (".csv", ".toml")} if folder.is_dir() else set()
    return sorted((there | given.keys()) - set(KPI_FILES))


def _bytes(path: Path, given: Mapping[str, bytes], log: FaultLog) -> bytes | None:
    if path.name in given:
        return given[path.name]
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        log.add("unreadable_file", path.name, value=error.strerror or type(error).__name__, expected=path.name)
        return None
