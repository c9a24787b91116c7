"""An independent judge of rosters for the public shift instances (Curtois and Qu 2014).

    python -m benchmarks.shift_judge INSTANCE.txt ROSTER.csv

ROSTER.csv has the columns ``employee,day,shift``, days from 0, days off left out. Prints the penalty by component and
every broken rule, and ends with 1 when there is one. It reads the format by itself and shares no code with the product,
so that an error of the product's reader, audit or cost shows.
"""

from __future__ import annotations

import csv
import sys
from collections import defaultdict
from pathlib import Path


class Instance:
    """The sections of a file as plain dictionaries."""

    def __init__(self, path: Path) -> None:
        sections: dict[str, list[str]] = defaultdict(list)
        name = ""
        for line in path.read_text(encoding="utf-8-sig").replace("\r", "\n").split("\n"):
            line = line.strip()
            if line.startswith("SECTION_"):
                name = line
            elif line and not line.startswith("#"):
                sections[name].append(line)
        rows = {key: [[cell.strip() for cell in line.split(",")] for line in lines] for key, lines in sections.items()}
        self.horizon = int(rows["SECTION_HORIZON"][0][0])
        self.minutes = {row[0]: int(row[1]) for row in rows["SECTION_SHIFTS"]}
        self.barred = {(row[0], other) for row in rows["SECTION_SHIFTS"] for other in row[2].split("|") if other}
        self.staff = {}
        for row in rows["SECTION_STAFF"]:
            most = dict(part.split("=") for part in row[1].split("|"))
            self.staff[row[0]] = ({key: int(value) for key, value in most.items()}, [int(cell) for cell in row[2:8]])
        self.leave = {(row[0], int(day)) for row in rows.get("SECTION_DAYS_OFF", []) for day in row[1:] if day}
        self.wanted = [(row[0], int(row[1]), row[2], int(row[3])) for row in rows.get("SECTION_SHIFT_ON_REQUESTS", [])]
        self.unwanted = [
            (row[0], int(row[1]), row[2], int(row[3])) for row in rows.get("SECTION_SHIFT_OFF_REQUESTS", [])
        ]
        self.cover = [(int(row[0]), row[1], int(row[2]), int(row[3]), int(row[4])) for row in rows["SECTION_COVER"]]


def read_roster(path: Path) -> list[tuple[str, int, str]]:
    """Rows of the roster as they stand."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return [(row["employee"], int(row["day"]), row["shift"]) for row in csv.DictReader(stream)]


def penalty(instance: Instance, rows: list[tuple[str, int, str]]) -> dict[str, int]:
    """Penalty by component."""
    given = set(rows)
    cost = {"under": 0, "over": 0, "on_requests": 0, "off_requests": 0}
    for day, shift, need, under, over in instance.cover:
        there = sum(1 for _, other_day, other in rows if (other_day, other) == (day, shift))
        cost["under"] += under * max(0, need - there)
        cost["over"] += over * max(0, there - need)
    cost["on_requests"] = sum(weight for who, day, shift, weight in instance.wanted if (who, day, shift) not in given)
    cost["off_requests"] = sum(weight for who, day, shift, weight in instance.unwanted if (who, day, shift) in given)
    return cost


def broken_rules(instance: Instance, rows: list[tuple[str, int, str]]) -> list[str]:
    """Every broken rule in words."""
    found = []
    plan: dict[str, dict[int, str]] = {who: {} for who in instance.staff}
    for who, day, shift in rows:
        if who not in plan or shift not in instance.minutes or not 0 <= day < instance.horizon:
            found.append(f"no such employee, day or shift: {who},{day},{shift}")
        elif day in plan[who]:
            found.append(f"{who}: two shifts on day {day}")
        else:
            plan[who][day] = shift
    for who, days in plan.items():
        found += [f"{who}: {what}" for what in _own_rules(instance, who, days)]
    return found


def _own_rules(instance: Instance, who: str, days: dict[int, str]) -> list[str]:
    most, (minutes_max, minutes_min, run_max, run_min, off_min, weekends_max) = instance.staff[who]
    found = [f"works on day {day}, a day off" for day in days if (who, day) in instance.leave]
    for day, shift in days.items():
        if (shift, days.get(day + 1)) in instance.barred:
            found.append(f"{days[day + 1]} on day {day + 1} follows {shift}")
    for shift in instance.minutes:
        count = list(days.values()).count(shift)
        if count > most.get(shift, instance.horizon):
            found.append(f"{count} shifts {shift}, at most {most[shift]}")
    minutes = sum(instance.minutes[shift] for shift in days.values())
    if not minutes_min <= minutes <= minutes_max:
        found.append(f"{minutes} minutes, allowed {minutes_min} to {minutes_max}")
    line = "".join("w" if day in days else "o" for day in range(instance.horizon))
    start = 0
    for day in range(1, instance.horizon + 1):
        if day < instance.horizon and line[day] == line[start]:
            continue
        length, edge = day - start, start == 0 or day == instance.horizon
        if line[start] == "w" and length > run_max:
            found.append(f"{length} days worked in a row from day {start}, at most {run_max}")
        if line[start] == "w" and length < run_min and not edge:
            found.append(f"{length} days worked in a row from day {start}, at least {run_min}")
        if line[start] == "o" and length < off_min and not edge:
            found.append(f"{length} days off in a row from day {start}, at least {off_min}")
        start = day
    weekends = sum(1 for week in range(instance.horizon // 7 + 1) if 7 * week + 5 in days or 7 * week + 6 in days)
    if weekends > weekends_max:
        found.append(f"{weekends} weekends worked, at most {weekends_max}")
    return found


def main(arguments: list[str] | None = None) -> int:
    """Command line; 1 when a rule is broken."""
    given = sys.argv[1:] if arguments is None else arguments
    if len(given) != 2:
        print(__doc__)
        return 2
    instance, rows = Instance(Path(given[0])), read_roster(Path(given[1]))
    cost = penalty(instance, rows)
    print(f"penalty {sum(cost.values())} " + " ".join(f"{name}={value}" for name, value in cost.items()))
    faults = broken_rules(instance, rows)
    for fault in faults:
        print(f"broken: {fault}")
    print("all rules hold" if not faults else f"{len(faults)} rules broken")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
