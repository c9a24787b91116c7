"""The roster as a workbook that a manager reads: summary, week, one sheet a day, coverage, changes, hours."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from staffing.domain.roster import ACTIVITIES
from staffing.i18n import text
from staffing.measures import BURDENS, coverage, person_fairness, short_hours
from staffing.measures.changes import change_rows
from staffing.measures.on_call import replanned_turns, turn_rows
from staffing.plan import Plan
from staffing.report.changed import reason_words
from staffing.report.hours_sheet import write_hours_sheet
from staffing.report.on_call import change_words, hours
from staffing.report.roster_sheet import roster_facts, write_roster_sheet
from staffing.report.tables import day_titles, week_grid

COLOURS: Mapping[str, tuple[str, str]] = {
    "work": ("#0072B2", "#FFFFFF"),
    "break": ("#F0E442", "#1B1F24"),
    "meal": ("#E69F00", "#1B1F24"),
    "training": ("#009E73", "#1B1F24"),
    "meeting": ("#CC79A7", "#1B1F24"),
    "coaching": ("#56B4E9", "#1B1F24"),
    "other": ("#9BB4C7", "#1B1F24"),
    "leave": ("#5A5A5A", "#FFFFFF"),
    "sick": ("#5A5A5A", "#FFFFFF"),
    "unavailable": ("#D9D9D9", "#1B1F24"),
}


def write_workbook(plan: Plan, path: Path, *, lang: str = "en") -> None:
    """Write the workbook. Every text is written as text: nothing from data becomes a formula or a link."""
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(str(path), options)
    # A fixed date keeps the same plan the same file.
    book.set_properties(
        {
            "title": plan.scenario.centre.name,
            "created": datetime.combine(plan.problem.grid.dates[0], datetime.min.time()),
        }
    )
    style = {
        "head": book.add_format({"bold": True, "bg_color": "#F4F6F8", "bottom": 1, "text_wrap": True, "valign": "top"}),
        "title": book.add_format({"bold": True, "font_size": 14}),
        "percent": book.add_format({"num_format": "0.0%"}),
        "number": book.add_format({"num_format": "#,##0.00"}),
        "missed": book.add_format({"num_format": "0.0%", "font_color": "#A34700", "bold": True}),
        "short": book.add_format({"num_format": "0.00", "bg_color": "#F6D3BD"}),
        "leave": book.add_format({"font_color": "#57606A", "italic": True}),
        "plain": book.add_format({}),
        "sum": book.add_format({"num_format": "#,##0.00", "bold": True, "bg_color": "#F4F6F8", "top": 1}),
    }
    _summary(book, plan, lang, style)
    _week(book, plan, lang, style)
    _coverage(book, plan, lang, style)
    _changes(book, plan, lang, style)
    _print(write_hours_sheet(book, plan, lang, style))
    _fairness(book, plan, lang, style)
    if plan.on_call is not None:
        _on_call(book, plan, lang, style)
    _print(write_roster_sheet(book, plan, lang, style))
    for day in range(plan.problem.grid.days):
        _day(book, plan, day, lang, style)
    book.close()


def _sheet(book: Any, key: str, lang: str) -> Any:
    return book.add_worksheet(text(key, lang)[:31])


def _summary(book: Any, plan: Plan, lang: str, style: Mapping[str, Any]) -> None:
    sheet, result, hours = _sheet(book, "report.sheet.summary", lang), plan.result, short_hours(plan)
    grid = plan.problem.grid
    sheet.write_string(0, 0, f"{plan.scenario.centre.name}  {grid.dates[0]} – {grid.dates[-1]}", style["title"])
    facts: list[tuple[str, float | str | None, str]] = [
        ("report.status", text(f"status.{result.status}", lang), "plain"),
        ("report.cost", result.objective, "number"),
        ("report.bound", result.bound, "number"),
        ("report.gap", result.gap_total, "percent"),
        ("report.gap_flexible", result.gap_flexible, "percent"),
        ("report.required_h", hours.required_h, "number"),
        ("report.short_h", hours.short_h, "number"),
        ("report.violations", float(len(plan.violations)), "plain"),
        *((f"report.{name}", value, "plain") for name, value in roster_facts(plan).items()),
    ]
    for row, (key, value, name) in enumerate(facts, start=2):
        sheet.write_string(row, 0, text(key, lang))
        if isinstance(value, str):
            sheet.write_string(row, 1, value)
        elif value is not None:
            sheet.write_number(row, 1, value, style[name])
    top = len(facts) + 3
    columns = ("queue", "contacts", "target", "simulated", "low95", "high95", "probability", "occupancy", "abandonment")
    for column, name in enumerate(columns):
        sheet.write_string(top, column, text(f"report.{name}", lang), style["head"])
    for row, item in enumerate(plan.verdict.week() if plan.verdict else (), start=top + 1):
        sheet.write_string(row, 0, item.queue)
        sheet.write_number(row, 1, item.contacts, style["number"])
        missed = item.service_level is not None and item.service_level < item.target
        values = (
            item.target,
            item.service_level,
            item.low95,
            item.high95,
            item.probability,
            item.occupancy,
            item.abandonment,
        )
        for column, value in enumerate(values, start=2):
            if value is not None:
                sheet.write_number(row, column, value, style["missed" if missed and column == 3 else "percent"])
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, len(columns), 14)


def _week(book: Any, plan: Plan, lang: str, style: Mapping[str, Any]) -> None:
    sheet = _sheet(book, "report.sheet.week", lang)
    heads = [text(f"report.{name}", lang) for name in ("agent_id", "agent", "team", "role")]
    for column, title in enumerate([*heads, *day_titles(plan, lang), text("report.shifts", lang)]):
        sheet.write_string(0, column, title, style["head"])
    for row, item in enumerate(week_grid(plan), start=1):
        agent = item.agent
        for column, value in enumerate((agent.id, agent.name, agent.team, agent.role)):
            sheet.write_string(row, column, value)
        for column, cell in enumerate(item.days, start=4):
            name = "plain" if cell.kind in ("shift", "off") else "leave"
            sheet.write_string(row, column, cell.label(lang), style[name])
        sheet.write_number(row, 4 + len(item.days), item.shifts)
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, len(plan.problem.agents), 4 + plan.problem.grid.days)
    sheet.set_column(0, 3, 12)
    sheet.set_column(4, 3 + plan.problem.grid.days, 17)
    _print(sheet)


def _coverage(book: Any, plan: Plan, lang: str, style: Mapping[str, Any]) -> None:
    sheet, table = _sheet(book, "report.sheet.coverage", lang), coverage(plan)
    names = ("when", "queue", "required", "assigned", "gap_agents", "expected")
    for column, name in enumerate(names):
        sheet.write_string(0, column, text(f"report.{name}", lang), style["head"])
    rows = [(name, part, row) for names, part in table.parts for row, name in enumerate(names)]
    line = 1
    for step in range(table.grid.n):
        when = f"{table.grid.local(step):%Y-%m-%d %H:%M}"
        for name, part, row in rows:
            if not part.is_open[row, step]:
                continue
            gap = float(part.gap[row, step])
            sheet.write_string(line, 0, when)
            sheet.write_string(line, 1, name)
            sheet.write_number(line, 2, round(float(part.required[row, step]), 3), style["number"])
            sheet.write_number(line, 3, round(float(part.assigned[row, step]), 3), style["number"])
            sheet.write_number(line, 4, round(gap, 3), style["short" if gap < -0.05 else "number"])
            sheet.write_number(line, 5, round(float(part.expected_sl[row, step]), 4), style["percent"])
            line += 1
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, max(line - 1, 1), len(names) - 1)
    sheet.set_column(0, 0, 17)
    sheet.set_column(1, len(names), 13)
    _print(sheet)


def _changes(book: Any, plan: Plan, lang: str, style: Mapping[str, Any]) -> None:
    """Changes against the published roster with their reasons; a first plan has none and says so."""
    sheet = _sheet(book, "report.sheet.changes", lang)
    if plan.replanned is None:
        sheet.write_string(0, 0, text("report.no_reference", lang), style["plain"])
        sheet.set_column(0, 0, 60)
        return
    names = ("agent_id", "date", "change", "before", "after", "price", "reason")
    for column, name in enumerate(names):
        sheet.write_string(0, column, text(f"report.{name}", lang), style["head"])
    rows = change_rows(plan)
    for line, row in enumerate(rows, start=1):
        hours = (_clock(row, name, lang) for name in ("before", "after"))
        reason = reason_words(row["reason"], row["saves"], row["detail"], lang)
        texts = (row["agent"], row["date"], text(f"change.{row['kind']}", lang), *hours)
        for column, value in enumerate(texts):
            sheet.write_string(line, column, value, style["plain"])
        sheet.write_number(line, 5, row["price"], style["number"])
        sheet.write_string(line, 6, reason, style["plain"])
    for line, turn in enumerate(replanned_turns(plan), start=len(rows) + 1):
        sheet.write_string(line, 1, turn.start[:10], style["plain"])
        sheet.write_string(line, 2, text("report.sheet.on_call", lang), style["plain"])
        sheet.write_number(line, 5, turn.price, style["number"])
        sheet.write_string(line, 6, change_words(turn, lang), style["plain"])
    sheet.set_column(0, 5, 13)
    sheet.set_column(6, 6, 70)
    sheet.freeze_panes(1, 0)
    _print(sheet)


def _clock(row: Mapping[str, Any], name: str, lang: str) -> str:
    start, end = row[f"{name}_start"], row[f"{name}_end"]
    return f"{start[11:16]}-{end[11:16]}" if start else text("change.day_off", lang)


def _day(book: Any, plan: Plan, day: int, lang: str, style: Mapping[str, Any]) -> None:
    """One day as a coloured grid of slots, first shift first."""
    grid, roster = plan.problem.grid, plan.roster
    when = grid.dates[day]
    sheet = book.add_worksheet(f"{text(f'weekday.{grid.weekday[day]}', lang)} {when:%m-%d}"[:31])
    heads = [text(f"report.{name}", lang) for name in ("agent_id", "agent", "team")]
    for column, title in enumerate(heads):
        sheet.write_string(0, column, title, style["head"])
    sheet.set_column(0, 2, 12)
    if roster is None:
        return
    shifts = sorted((s for s in roster.shifts() if s.day == day), key=lambda s: (s.start, s.end, s.agent))
    if not shifts:
        return
    first, last = min(s.start for s in shifts), max(s.end for s in shifts)
    slot = book.add_format({"rotation": 90, "font_size": 8, "bottom": 1})
    for step in range(first, last):
        sheet.write_string(0, 3 + step - first, f"{grid.local(step):%H:%M}", slot)
    paint = {
        kind: book.add_format({"bg_color": back, "font_color": front, "font_size": 7})
        for kind, (back, front) in COLOURS.items()
    }
    for line, shift in enumerate(shifts, start=1):
        agent = plan.problem.agents[shift.agent]
        for column, value in enumerate((agent.id, agent.name, agent.team)):
            sheet.write_string(line, column, value)
        for row in shift.rows:
            kind = ACTIVITIES[int(roster.activity[row])]
            served = plan.problem.queues[int(roster.queue[row])] if roster.queue[row] >= 0 else ""
            start, end = int(roster.start[row]), int(roster.end[row])
            label = served if kind == "work" else text(f"activity.{kind}", lang)
            for step in range(start, end):
                if step == start:
                    sheet.write_string(line, 3 + step - first, label, paint[kind])
                else:
                    sheet.write_blank(line, 3 + step - first, None, paint[kind])
    sheet.set_column(3, 3 + last - first, 2.3)
    sheet.freeze_panes(1, 3)
    _print(sheet)


def _fairness(book: Any, plan: Plan, lang: str, style: Mapping[str, Any]) -> None:
    """Burdens, wishes and hours of every person."""
    sheet = _sheet(book, "report.sheet.fairness", lang)
    names = [*(f"fairness.{name}" for name in ("agent", *BURDENS)), "fairness.before"]
    names += [f"fairness.{name}" for name in ("wishes_asked", "wishes_granted", "paid_h", "contract_min_h")]
    names += ["fairness.contract_max_h", "fairness.balance_h"]
    heads = [*(text(name, lang) for name in names), *plan.problem.queues]
    for column, title in enumerate(heads):
        sheet.write_string(0, column, title, style["head"])
    line = 0
    for line, row in enumerate(person_fairness(plan), 1):
        sheet.write_string(line, 0, row.agent)
        hours, before = dict(row.queue_h), sum(dict(row.before).get(name, 0) for name in BURDENS[1:])
        figures = [*(getattr(row, name) for name in BURDENS), before, row.wishes_asked, row.wishes_granted, row.paid_h]
        figures += [row.contract_min_h, row.contract_max_h, row.balance_h]
        figures += [hours.get(queue, 0.0) for queue in plan.problem.queues]
        for column, value in enumerate(figures, 1):
            sheet.write_number(line, column, value, style["number" if isinstance(value, float) else "plain"])
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(line, 1), len(heads) - 1)
    sheet.set_column(0, len(heads) - 1, 13)
    _print(sheet)


def _on_call(book: Any, plan: Plan, lang: str, style: Mapping[str, Any]) -> None:
    """Who is on call when; an open place says so."""
    sheet = _sheet(book, "report.sheet.on_call", lang)
    names = ("duty", "when", "agent_id", "agent", "day_kind", "pay", "response_min")
    for column, name in enumerate(names):
        sheet.write_string(0, column, text(f"report.{name}", lang), style["head"])
    called = {agent.id: agent.name for agent in plan.problem.agents}
    for line, row in enumerate(turn_rows(plan), 1):
        who = row["agent"] or text("on_call.open", lang)
        texts = (row["duty"], hours(row), who, called.get(row["agent"], ""), text(f"on_call.kind_{row['day']}", lang))
        for column, value in enumerate(texts):
            sheet.write_string(line, column, value, style["plain" if row["agent"] else "short"])
        if row["pay"] is not None:
            sheet.write_number(line, 5, row["pay"], style["number"])
        sheet.write_number(line, 6, row["response_min"], style["plain"])
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, 1, 26)
    sheet.set_column(2, 6, 13)
    sheet.freeze_panes(1, 0)
    _print(sheet)


def _print(sheet: Any) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
