"""Files to hand out for 300 people: how long they take, and whether they hold what the plan holds.

    python -m benchmarks.exports [--agents 300] [--rounds 3] [--json FILE]

The plan of the sample centre is enlarged to so many agents; names and ids that attack spreadsheets and pages stand
among them. Workbook, calendars, report, PDF and tables are written and timed, the median of the rounds. Then the
workbook is read twice, by openpyxl and by a reader of its own (zip and XML, no spreadsheet library), and the calendars
twice, by icalendar and by a reader of lines; every cell and every event is held against the plan, worked out here from
its segments. Live formulas are counted in workbook and tables, and the tags of the report are compared with those of
the same plan with plain names. In the same run openpyxl writes the same cells with the same fills (write-only, the
values at hand).
"""

import argparse
import csv
import io
import json
import os
import platform
import statistics
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from html.parser import HTMLParser
from pathlib import Path
from time import perf_counter, process_time
from typing import Any
from urllib.parse import quote

import icalendar
import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import PatternFill

from benchmarks.roster_canvas import SAMPLE, enlarged
from benchmarks.workbook_cells import Cell, read_cells
from staffing.domain.roster import ABSENCE, ACTIVITIES, OFF_PHONE, WORK
from staffing.files import read_plan, write_plan
from staffing.files.cells import FORMULA_STARTS
from staffing.i18n import text
from staffing.measures import coverage
from staffing.plan import Plan
from staffing.report import write_calendars, write_report, write_workbook
from staffing.report.hours_sheet import person_hours
from staffing.report.pdf import write_pdf
from staffing.report.tables import day_titles
from staffing.report.workbook import COLOURS
from staffing.report.zipped import zipped

HOSTILE = (
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://example.invalid","x")',
    "+1+1",
    "-2+3",
    "@SUM(1,2)",
    "\t=1+1",
    "＝1+1",
    '"quoted", O\'Neil; x',
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "\u202egnirts\u202c",
    "_x0041_",
    "  spaces  ",
    "张伟 😀",
    "line\nbreak",
    "BEGIN:VEVENT",
)
LIMITS = {"xlsx": 3.0, "ics": 5.0}
"""Seconds promised for 300 agents."""
Cells = dict[tuple[int, int], Cell]


def hostile(plan: Plan, *, plain: bool = False) -> Plan:
    """The plan with hostile names, every third one also as an id; or with plain names, the ids as they were."""
    people, roster = plan.problem.agents, plan.roster
    assert roster is not None
    bad = [HOSTILE[number % len(HOSTILE)] for number in range(len(people))]
    ids = [f"{bad[row]}{row}" if row % 3 == 0 and not plain else one.id for row, one in enumerate(people)]
    named = tuple(
        replace(one, id=ids[row], name=f"Name {row}" if plain else bad[row]) for row, one in enumerate(people)
    )
    result = replace(plan.result, roster=replace(roster, agents=tuple(ids)))
    return replace(
        plan,
        scenario=replace(plan.scenario, agents=named),
        problem=replace(plan.problem, agents=named),
        result=result,
        violations=(),
    )


def expected_cells(plan: Plan, lang: str) -> dict[str, Cells]:
    """What the sheets of people, coverage and hours must hold, by sheet."""
    grid, days = plan.problem.grid, day_titles(plan, lang)
    found = {
        text("report.sheet.week", lang): _week(plan, lang, days),
        text("report.sheet.coverage", lang): _coverage(plan, lang),
        text("report.sheet.hours", lang): _hours(plan, lang, days),
        text("report.sheet.roster", lang): _roster(plan, lang),
    }
    for day, when in enumerate(grid.dates):
        found[f"{text(f'weekday.{grid.weekday[day]}', lang)} {when:%m-%d}"] = _day(plan, lang, day)
    return found


def _table(rows: list[list[Any]]) -> Cells:
    cells = {(row, column): Cell(value) for row, line in enumerate(rows) for column, value in enumerate(line)}
    return {place: cell for place, cell in cells.items() if cell.value is not None}


def _heads(lang: str, *names: str) -> list[str]:
    return [text(f"report.{name}", lang) for name in names]


def _segments(plan: Plan) -> list[tuple[int, int, int, int, int, int]]:
    """(agent, day, start, end, activity, queue) of every segment, in the roster's order."""
    roster = plan.roster
    assert roster is not None
    columns = (roster.agent, roster.day, roster.start, roster.end, roster.activity, roster.queue)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def _shifts(plan: Plan) -> dict[tuple[int, int], list[tuple[int, int, int, int]]]:
    """(start, end, activity, queue) of every segment by agent and day; absences are none."""
    found: dict[tuple[int, int], list[tuple[int, int, int, int]]] = {}
    for agent, day, start, end, activity, queue in _segments(plan):
        if activity not in ABSENCE:
            found.setdefault((agent, day), []).append((start, end, activity, queue))
    return found


def _week(plan: Plan, lang: str, days: tuple[str, ...]) -> Cells:
    grid, people = plan.problem.grid, plan.problem.agents
    shown: dict[tuple[int, int], str] = {}
    for agent, _, start, end, activity, _ in _segments(plan):
        if activity in ABSENCE:
            for step in range(max(start, 0), min(end, grid.n)):
                shown[agent, int(grid.day[step])] = text(f"activity.{ACTIVITIES[activity]}", lang)
    for (agent, day), parts in _shifts(plan).items():
        begins, ends = grid.local(parts[0][0]), grid.local(parts[-1][1])
        marks = "".join(
            f" · {text(f'activity.{ACTIVITIES[kind]}', lang)}"
            for kind in sorted({part[2] for part in parts} & {*OFF_PHONE})
        )
        later = "+1" if ends.date() > begins.date() else ""
        shown[agent, day] = f"{begins:%H:%M}–{ends:%H:%M}{later}{marks}"
    rows: list[list[Any]] = [[*_heads(lang, "agent_id", "agent", "team", "role"), *days, text("report.shifts", lang)]]
    shifts = Counter(agent for agent, _ in _shifts(plan))
    for row in sorted(range(len(people)), key=lambda row: (people[row].team, people[row].id)):
        one = people[row]
        cells = [shown.get((row, day), "") for day in range(grid.days)]
        rows.append([one.id, one.name, one.team, one.role, *cells, float(shifts[row])])
    return _table([[value if value != "" else None for value in row] for row in rows])


def _roster(plan: Plan, lang: str) -> Cells:
    grid, people = plan.problem.grid, plan.problem.agents
    assert plan.roster is not None
    rows: list[list[Any]] = [_heads(lang, "agent_id", "agent", "date", "start", "end", "activity", "queue", "locked")]
    locked = plan.roster.locked.tolist()
    for number, (agent, day, start, end, activity, queue) in enumerate(_segments(plan)):
        if activity in ABSENCE:
            continue
        when, begins, ends = grid.dates[day], grid.local(start), grid.local(end)
        first = f"{begins:%H:%M}" if begins.date() == when else f"{begins:%Y-%m-%d %H:%M}"
        cells = [people[agent].id, people[agent].name, str(when), first, f"{ends:%H:%M}"]
        cells += [text(f"activity.{ACTIVITIES[activity]}", lang), plan.problem.queues[queue] if queue >= 0 else ""]
        rows.append([value or None for value in [*cells, "x" if locked[number] else ""]])
    return _table(rows)


def _day(plan: Plan, lang: str, day: int) -> Cells:
    grid, people = plan.problem.grid, plan.problem.agents
    shifts = [(parts[0][0], parts[-1][1], agent, parts) for (agent, at), parts in _shifts(plan).items() if at == day]
    shifts.sort(key=lambda shift: shift[:3])
    cells = _table([_heads(lang, "agent_id", "agent", "team")])
    if not shifts:
        return cells
    first, last = min(shift[0] for shift in shifts), max(shift[1] for shift in shifts)
    cells |= {(0, 3 + step - first): Cell(f"{grid.local(step):%H:%M}") for step in range(first, last)}
    for line, (_, _, agent, parts) in enumerate(shifts, 1):
        for column, value in enumerate((people[agent].id, people[agent].name, people[agent].team)):
            cells[line, column] = Cell(value or None)
        for start, end, activity, queue in parts:
            name = ACTIVITIES[activity]
            label = plan.problem.queues[queue] if activity == WORK and queue >= 0 else ""
            label = label if activity == WORK else text(f"activity.{name}", lang)
            for step in range(start, end):
                cells[line, 3 + step - first] = Cell((label or None) if step == start else None, COLOURS[name][0])
    return {place: cell for place, cell in cells.items() if cell != Cell(None)}


def _coverage(plan: Plan, lang: str) -> Cells:
    table = coverage(plan)
    rows: list[list[Any]] = [_heads(lang, "when", "queue", "required", "assigned", "gap_agents", "expected")]
    for step in range(table.grid.n):
        for names, part in table.parts:
            for row, name in enumerate(names):
                if part.is_open[row, step]:
                    figures = [(part.required, 3), (part.assigned, 3), (part.gap, 3), (part.expected_sl, 4)]
                    values = [round(float(column[row, step]), digits) for column, digits in figures]
                    rows.append([f"{table.grid.local(step):%Y-%m-%d %H:%M}", name, *values])
    return _table(rows)


def _hours(plan: Plan, lang: str, days: tuple[str, ...]) -> Cells:
    people, hours = plan.problem.agents, person_hours(plan)
    last = [text(f"fairness.{name}_h", lang) for name in ("contract_min", "contract_max", "balance")]
    rows: list[list[Any]] = [
        [*_heads(lang, "agent_id", "agent", "team"), *days, *_heads(lang, "paid_h", "work_h", "off_phone_h"), *last]
    ]
    for row in sorted(range(len(people)), key=lambda row: (people[row].team, people[row].id)):
        one = people[row]
        rows.append([one.id, one.name, one.team or None, *(round(value, 3) for value in hours[row].tolist())])
    rows.append([text("report.sum", lang), None, None, *(round(value, 3) for value in hours.sum(axis=0).tolist())])
    return _table(rows)


def differing(found: Mapping[str, Cells], wanted: Mapping[str, Cells], *, fills: bool) -> tuple[int, int]:
    """Cells compared, and those that differ, are missing or are too many."""
    compared = wrong = 0
    for sheet, cells in wanted.items():
        mine = found.get(sheet, {})
        if not fills:
            cells = {place: Cell(cell.value) for place, cell in cells.items() if cell.value is not None}
            mine = {place: Cell(cell.value) for place, cell in mine.items() if cell.value is not None}
        else:
            # Heads and figures have colours of their own; only the slots of a day carry meaning in theirs.
            slots = {place for place, cell in cells.items() if cell.fill}
            mine = {p: cell if p in slots or cell.value is None else Cell(cell.value) for p, cell in mine.items()}
            mine = {p: cell for p, cell in mine.items() if p in slots or cell.value is not None}
        compared += len(cells.keys() | mine.keys())
        wrong += sum(cells.get(place) != mine.get(place) for place in cells.keys() | mine.keys())
    return compared, wrong


def by_openpyxl(path: Path) -> dict[str, Cells]:
    """The values of a workbook as openpyxl reads them."""
    book = openpyxl.load_workbook(path, read_only=True)
    found = {
        sheet.title: {
            (row, column): Cell(float(value) if isinstance(value, int | float) else value)
            for row, line in enumerate(sheet.iter_rows(values_only=True))
            for column, value in enumerate(line)
            if value not in (None, "")
        }
        for sheet in book
    }
    book.close()
    return found


def peer(cells: Mapping[str, Cells], path: Path) -> None:
    """The same sheets by openpyxl in its mode for writing only."""
    book = openpyxl.Workbook(write_only=True)
    fills = {colour: PatternFill("solid", fgColor=colour.lstrip("#")) for colour, _ in COLOURS.values()}
    for name, mine in cells.items():
        sheet = book.create_sheet(name)
        rows: dict[int, dict[int, Cell]] = {}
        for (row, column), cell in mine.items():
            rows.setdefault(row, {})[column] = cell
        for row in range(max(rows, default=-1) + 1):
            line: list[Any] = []
            for column in range(max(rows.get(row, {}), default=-1) + 1):
                found = rows.get(row, {}).get(column)
                if found is None or found.fill not in fills:
                    line.append(None if found is None else _as_text(sheet, found.value))
                else:
                    written = WriteOnlyCell(sheet, found.value)
                    written.fill = fills[found.fill]
                    line.append(written)
            sheet.append(line)
    book.save(path)


def _as_text(sheet: Any, value: Any) -> Any:
    """Text that begins like a formula must be told to be text."""
    if not isinstance(value, str) or not value.startswith("="):
        return value
    cell = WriteOnlyCell(sheet, value)
    cell.data_type = "s"
    return cell


Event = tuple[str, datetime, datetime, str, str]
"""Id, start, end (as the clock shows them), title and description."""


def expected_events(plan: Plan, lang: str) -> dict[str, list[Event]]:
    """What each calendar must hold, by file name."""
    grid, found = plan.problem.grid, dict[str, list[Event]]()
    for (agent, day), parts in sorted(_shifts(plan).items()):
        ident = plan.problem.agents[agent].id
        lines = [
            f"{grid.local(start):%H:%M}-{grid.local(end):%H:%M} {text(f'activity.{ACTIVITIES[activity]}', lang)}"
            for start, end, activity, _ in parts
            if activity != WORK
        ]
        uid = f"{grid.dates[day]}-{quote(ident, safe='')}@staffing"
        begins, ends = (grid.local(step).replace(tzinfo=None) for step in (parts[0][0], parts[-1][1]))
        name = quote(ident, safe=" ").replace(".", "%2E") + ".ics"
        found.setdefault(name, []).append((uid, begins, ends, text("report.shift", lang), "\n".join(lines)))
    return found


def events_by_line(data: bytes, zone: str) -> list[Event]:
    """Events of a calendar read line by line, by the rules of RFC 5545 that a phone must know."""
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    lines = data.decode("utf-8").replace("\r\n ", "").replace("\r\n\t", "").split("\r\n")
    found: list[Event] = []
    inside: dict[str, str] | None = None
    for line in lines:
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            inside = {}
        elif line == "END:VEVENT":
            assert inside is not None
            start, end = (
                datetime.strptime(inside[f"{key};TZID={zone}"], "%Y%m%dT%H%M%S") for key in ("DTSTART", "DTEND")
            )
            title, told = (_unescaped(inside.get(key, "")) for key in ("SUMMARY", "DESCRIPTION"))
            found.append((inside["UID"], start, end, title, told))
            inside = None
        elif inside is not None:
            inside[name] = value
    return found


def _unescaped(value: str) -> str:
    marks = {"\\n": "\n", "\\N": "\n", "\\,": ",", "\\;": ";", "\\\\": "\\"}
    out, at = "", 0
    while at < len(value):
        pair = value[at : at + 2]
        out, at = (out + marks[pair], at + 2) if pair in marks else (out + value[at], at + 1)
    return out


def events_by_icalendar(data: bytes) -> list[Event]:
    """Events of a calendar as icalendar reads them."""
    return [
        (
            str(one["UID"]),
            one.decoded("dtstart").replace(tzinfo=None),
            one.decoded("dtend").replace(tzinfo=None),
            str(one["SUMMARY"]),
            str(one.get("DESCRIPTION", "")),
        )
        for one in icalendar.Calendar.from_ical(data).walk("VEVENT")
    ]


def live_cells(table: str) -> int:
    """Cells of a CSV file that a spreadsheet would run; a negative number is a number."""
    return sum(
        cell.startswith(FORMULA_STARTS) and not _is_number(cell)
        for row in csv.reader(io.StringIO(table))
        for cell in row
    )


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


class Tags(HTMLParser):
    """Counts the tags of a page with the names of their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: Counter[tuple[str, tuple[str, ...]]] = Counter()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found[tag, tuple(name for name, _ in attrs)] += 1


def timed(act: Callable[[], object], rounds: int) -> dict[str, list[float]]:
    """Seconds of each round by the clock and of the processor, after one that warms up."""
    act()
    seconds: dict[str, list[float]] = {"clock": [], "processor": []}
    for _ in range(rounds):
        begin, busy = perf_counter(), process_time()
        act()
        seconds["clock"].append(round(perf_counter() - begin, 3))
        seconds["processor"].append(round(process_time() - busy, 3))
    return seconds


def measure(people: int, rounds: int, lang: str) -> dict[str, Any]:
    """Everything about a plan of so many agents."""
    large = enlarged(read_plan(SAMPLE), people)
    plan = hostile(large)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        book, calendars = folder / "roster.xlsx", folder / "ics"
        wanted = expected_cells(plan, lang)
        seconds = {
            "xlsx": timed(lambda: write_workbook(plan, book, lang=lang), rounds),
            "openpyxl": timed(lambda: peer(wanted, folder / "peer.xlsx"), rounds),
            "ics": timed(lambda: write_calendars(plan, calendars, lang=lang), rounds),
            "html": timed(lambda: write_report(plan, folder / "report.html", lang=lang), rounds),
            "pdf": timed(lambda: write_pdf(plan, folder / "report.pdf", lang=lang), rounds),
            "csv": timed(lambda: write_plan(plan, folder / "plan"), 1),
        }
        files = {path.name: path.read_bytes() for path in calendars.iterdir()}
        sizes = {path.name: path.stat().st_size for path in folder.iterdir() if path.is_file()}
        sizes["calendars.zip"] = len(zipped(files))
        own, formulas = read_cells(book)
        events, zone = expected_events(plan, lang), plan.problem.grid.timezone
        tables = [path.read_text(encoding="utf-8") for path in sorted((folder / "plan").glob("*.csv"))]
        write_report(hostile(large, plain=True), folder / "plain.html", lang=lang)
        pages = [Tags((folder / f"{page}.html").read_text(encoding="utf-8")).found for page in ("report", "plain")]
        own_compared, own_wrong = differing(own, wanted, fills=True)
        peer_compared, peer_wrong = differing(by_openpyxl(book), wanted, fills=False)
        return {
            "agents": people,
            "days": plan.problem.grid.days,
            "segments": len(_segments(plan)),
            "seconds": seconds,
            "median_s": {
                kind: {clock: statistics.median(values) for clock, values in both.items()}
                for kind, both in seconds.items()
            },
            "bytes": sizes,
            "cells": {"own_reader": [own_compared, own_wrong], "openpyxl": [peer_compared, peer_wrong]},
            "events": {
                "calendars": len(files),
                "wanted": sum(map(len, events.values())),
                "by_line": sum(events.get(file) != events_by_line(data, zone) for file, data in files.items()),
                "by_icalendar": sum(events.get(file) != events_by_icalendar(data) for file, data in files.items()),
                "missing": len(events.keys() - files.keys()),
            },
            "live": {
                "workbook": formulas,
                "csv": sum(map(live_cells, tables)),
                "html_tags_too_many": sum((pages[0] - pages[1]).values()),
            },
        }


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--agents", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--lang", default="en")
    parser.add_argument("--json", type=Path, default=Path(__file__).with_suffix(".json"))
    given = parser.parse_args()
    row = measure(given.agents, given.rounds, given.lang)
    median = row["median_s"]
    print(f"{row['agents']} agents, {row['days']} days, {row['segments']} segments; medians of {given.rounds}")
    for kind, both in median.items():
        told = f"  {kind:9} {both['clock']:7.2f} s, {both['processor']:5.2f} s of the processor"
        print(told + (f"  (promised: {LIMITS[kind]:g} s)" if kind in LIMITS else ""))
    ratio = {clock: median["openpyxl"][clock] / median["xlsx"][clock] for clock in median["xlsx"]}
    print(f"  openpyxl (write-only): {ratio['clock']:.1f} times as long, {ratio['processor']:.1f} of the processor")
    for reader, (compared, wrong) in row["cells"].items():
        print(f"  {compared:,} cells read by {reader}: {wrong} differ")
    print("  " + ", ".join(f"{name} {value}" for name, value in row["events"].items()))
    print("  live: " + ", ".join(f"{name} {value}" for name, value in row["live"].items()))
    record = {"date": date.today().isoformat(), "machine": platform.platform(), "load": os.getloadavg(), "row": row}
    given.json.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
