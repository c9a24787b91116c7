"""The sheet of the workbook that holds the roster row by row: the one to edit, because it can be read back."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from staffing.domain.roster import ABSENCE, ACTIVITIES, Roster
from staffing.domain.roster_cells import roster_digest
from staffing.i18n import LANGUAGES, text
from staffing.plan import Plan

COLUMNS = ("agent_id", "agent", "date", "start", "end", "activity", "queue", "locked")
FACTS = ("centre", "period", "roster_digest")
"""Facts of the summary by which a workbook is known again."""
MARK = "x"
KINDS = tuple(kind for code, kind in enumerate(ACTIVITIES) if code not in ABSENCE)
ROOM = 500
"""Rows below the last one that offer the activities as a list too."""


def roster_facts(plan: Plan) -> dict[str, str]:
    """What tells this roster from any other: centre, days, and the digest of every segment."""
    grid = plan.problem.grid
    digest = "" if plan.roster is None else roster_digest(plan.roster)
    values = (plan.scenario.centre.name, f"{grid.dates[0]} / {grid.dates[-1]}", digest)
    return dict(zip(FACTS, values, strict=True))


def sheet_words() -> dict[str, dict[str, str]]:
    """What a reader of the workbook must know, by ``sheet``, ``column``, ``activity`` and ``fact``: name by text.

    The texts are those of both languages and the names themselves, in small letters: who reads need not know in which
    language the workbook was written.
    """
    columns, activities = dict(zip(COLUMNS, COLUMNS, strict=True)), dict(zip(ACTIVITIES, ACTIVITIES, strict=True))
    found: dict[str, dict[str, str]] = {"sheet": {}, "column": columns, "activity": activities, "fact": {}}
    for lang in LANGUAGES:
        found["sheet"][text("report.sheet.roster", lang)[:31].casefold()] = "roster"
        found["column"] |= {text(f"report.{name}", lang).casefold(): name for name in COLUMNS}
        found["activity"] |= {text(f"activity.{kind}", lang).casefold(): kind for kind in ACTIVITIES}
        found["fact"] |= {text(f"report.{name}", lang).casefold(): name for name in FACTS}
    return found


def write_roster_sheet(book: Any, plan: Plan, lang: str, style: Mapping[str, Any]) -> Any:
    """Add the sheet: a row for each piece of each shift, by agent and start, but no absences."""
    sheet = book.add_worksheet(text("report.sheet.roster", lang)[:31])
    for column, name in enumerate(COLUMNS):
        sheet.write_string(0, column, text(f"report.{name}", lang), style["head"])
    line = 0
    for line, row in enumerate(() if plan.roster is None else roster_rows(plan, plan.roster, lang), start=1):
        for column, value in enumerate(row):
            if value:
                sheet.write_string(line, column, value)
    place = COLUMNS.index("activity")
    names = [text(f"activity.{kind}", lang) for kind in KINDS]
    sheet.data_validation(1, place, line + ROOM, place, {"validate": "list", "source": names, "error_type": "warning"})
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, max(line, 1), len(COLUMNS) - 1)
    for column, width in enumerate((12, 14, 12, 17, 17, 12, 14, 10)):
        sheet.set_column(column, column, width)
    return sheet


def roster_rows(plan: Plan, roster: Roster, lang: str) -> Iterator[tuple[str, ...]]:
    """Cells of the sheet. A time of day stands alone where it can be meant in one way only, else with its date."""
    grid, names = roster.grid, {agent.id: agent.name for agent in plan.problem.agents}
    steps = np.unique(np.concatenate([roster.start, roster.end])).tolist()
    clock = {step: grid.local(step) for step in steps}
    labels = [text(f"activity.{kind}", lang) for kind in ACTIVITIES]
    columns = (roster.agent, roster.day, roster.start, roster.end, roster.activity, roster.queue, roster.locked)
    for agent, day, start, end, activity, queue, locked in zip(*(part.tolist() for part in columns), strict=True):
        if activity in ABSENCE or not 0 <= day < grid.days:
            continue
        ident, date = roster.agents[agent], grid.first_day + timedelta(days=day)
        begins, ends = clock[start], clock[end]
        yield (
            ident,
            names.get(ident, ""),
            str(date),
            f"{begins:%H:%M}" if begins.date() == date and not _is_twice(begins) else _full(begins),
            f"{ends:%H:%M}" if _is_next(begins, ends) and not _is_twice(ends) else _full(ends),
            labels[activity],
            roster.queues[queue] if queue >= 0 else "",
            MARK if locked else "",
        )


def _is_next(begins: datetime, ends: datetime) -> bool:
    """Whether `ends` is the first moment after `begins` at which the clock shows its time."""
    later = int(ends.time() <= begins.time())
    return ends.date() == begins.date() + timedelta(days=later)


def _is_twice(moment: datetime) -> bool:
    """Whether the clock shows this time twice that night."""
    return moment.utcoffset() != moment.replace(fold=1 - moment.fold).utcoffset()


def _full(moment: datetime) -> str:
    return moment.isoformat(" ", timespec="minutes") if _is_twice(moment) else f"{moment:%Y-%m-%d %H:%M}"
