"""Tables as other systems export them: what the import of a newcomer's own files is shown and tried with."""

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import numpy as np

FIRST_DAY = date(2026, 2, 2)
"""First day of the calls, a Monday."""
WEEKS = 6
OPEN_SLOTS = 20
"""Half-hours from 08:00 to 18:00."""
PEOPLE = (
    *(("Ana Ruiz", "North", 40), ("Ben Okafor", "North", 40), ("Chen Li", "North", 40), ("Dia Novak", "North", 24)),
    *(("Eli Stern", "South", 40), ("Finn Maher", "South", 40), ("Gül Aydın", "South", 32), ("Hana Sato", "South", 24)),
    *(("Ivo Kral", "South", 40), ("Jo Brandt", "North", 20)),
)


def own_files(seed: int = 1) -> Mapping[str, bytes]:
    """Three tables by file name: calls by half-hour, people, and queues with targets and opening hours.

    They are written as telephone systems write them: a title above the header, semicolons, the day first, a row of
    totals at the end.
    """
    return {"calls.csv": _calls(seed), "people.csv": _people(), "queues.csv": _queues()}


def write_own_files(folder: Path, seed: int = 1) -> None:
    """Write `own_files` into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in own_files(seed).items():
        (folder / name).write_bytes(data)


def _calls(seed: int) -> bytes:
    rng = np.random.default_rng(seed)
    lines = ["Interval report, all groups", "Date;Interval;Group;Calls offered;Abandoned;AHT (mm:ss)"]
    # Mornings are busy, noon is quiet, the afternoon rises once more; Mondays bring the most.
    slots = np.arange(OPEN_SLOTS)
    shape = 0.35 + np.exp(-(((slots - 5) / 3.5) ** 2)) + 0.7 * np.exp(-(((slots - 14) / 3.0) ** 2))
    total = 0
    for number in range(7 * WEEKS):
        day = FIRST_DAY + timedelta(days=number)
        if day.weekday() >= 5:
            continue
        for group, level, aht_s in (("Hotline", 15.0, 250.0), ("Orders", 6.0, 330.0)):
            mean = level * shape * (1.25, 1.05, 1.0, 0.95, 0.9)[day.weekday()]
            offered = rng.poisson(mean)
            lost = rng.binomial(offered, 0.04)
            handled_s = rng.normal(aht_s, 0.08 * aht_s, OPEN_SLOTS)
            total += int(offered.sum())
            for slot in range(OPEN_SLOTS):
                minute = 480 + 30 * slot
                span = f"{minute // 60:02d}:{minute % 60:02d}-{(minute + 30) // 60:02d}:{(minute + 30) % 60:02d}"
                seconds = int(handled_s[slot]) if offered[slot] else 0
                clock = f"{seconds // 60}:{seconds % 60:02d}" if seconds else ""
                lines.append(f"{day:%d.%m.%Y};{span};{group};{offered[slot]};{lost[slot]};{clock}")
    lines.append(f"Total;;;{total};;")
    return ("\r\n".join(lines) + "\r\n").encode("cp1252")


def _people() -> bytes:
    lines = ["Personnel number,Name,Team,Weekly hours,Hotline,Orders"]
    for number, (name, team, hours) in enumerate(PEOPLE):
        orders = "80%" if number % 3 == 2 else "x" if number % 3 else ""
        lines.append(f"{4100 + 7 * number},{name},{team},{hours},x,{orders}")
    return ("\n".join(lines) + "\n").encode()


def _queues() -> bytes:
    rows = ["Queue,Channel,Service level,Answer within,Mon-Fri,Sat,Sun,Holidays"]
    rows += ["Hotline,Phone,80%,20,08:00-18:00,closed,closed,closed", "Orders,Phone,80%,30,8-18,closed,closed,closed"]
    return ("\n".join(rows) + "\n").encode()
