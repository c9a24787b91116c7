"""The sheet of the workbook that tells everybody's hours: day by day, at work, in training, against the contract."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from staffing.audit.weeks import day_paid
from staffing.domain.arrays import FloatArray
from staffing.domain.roster import OFF_PHONE
from staffing.i18n import text
from staffing.measures import person_fairness
from staffing.plan import Plan
from staffing.report.tables import day_titles

TEXTS = ("agent_id", "agent", "team")
AFTER_DAYS = (
    "report.paid_h",
    "report.work_h",
    "report.off_phone_h",
    "fairness.contract_min_h",
    "fairness.contract_max_h",
    "fairness.balance_h",
)


def write_hours_sheet(book: Any, plan: Plan, lang: str, style: Mapping[str, Any]) -> Any:
    """Add the sheet: a row for each agent by team and id, then the sums."""
    sheet = book.add_worksheet(text("report.sheet.hours", lang)[:31])
    heads = [*(text(f"report.{name}", lang) for name in TEXTS), *day_titles(plan, lang)]
    heads += [text(name, lang) for name in AFTER_DAYS]
    for column, title in enumerate(heads):
        sheet.write_string(0, column, title, style["head"])
    hours, people = person_hours(plan), plan.problem.agents
    order = sorted(range(len(hours)), key=lambda row: (people[row].team, people[row].id))
    for line, row in enumerate(order, start=1):
        for column, value in enumerate((people[row].id, people[row].name, people[row].team)):
            sheet.write_string(line, column, value)
        _numbers(sheet, line, hours[row], style["number"])
    if order:
        sheet.write_string(len(order) + 1, 0, text("report.sum", lang), style["head"])
        for column in range(1, len(TEXTS)):
            sheet.write_blank(len(order) + 1, column, None, style["head"])
        _numbers(sheet, len(order) + 1, hours.sum(axis=0), style["sum"])
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, max(len(order), 1), len(heads) - 1)
    sheet.set_column(0, len(TEXTS) - 1, 12)
    sheet.set_column(len(TEXTS), len(heads) - 1, 11)
    return sheet


def person_hours(plan: Plan) -> FloatArray:
    """Hours of every agent, shape (agents, days + 6): paid by day, then in the order of `AFTER_DAYS`.

    A shift counts on the day it starts. Without a roster there are no rows.
    """
    problem, roster, people = plan.problem, plan.roster, person_fairness(plan)
    if roster is None:
        return np.zeros((0, problem.grid.days + len(AFTER_DAYS)))
    by_day = day_paid(problem, roster) / 60
    rows = np.flatnonzero(np.isin(roster.activity, OFF_PHONE))
    slots = np.clip(roster.end[rows], 0, problem.grid.n) - np.clip(roster.start[rows], 0, problem.grid.n)
    off_phone = np.bincount(roster.agent[rows], slots * problem.grid.step_h, len(people))
    rest = [
        (row.paid_h, sum(h for _, h in row.queue_h), away, row.contract_min_h, row.contract_max_h, row.balance_h)
        for row, away in zip(people, off_phone.tolist(), strict=True)
    ]
    return np.hstack([by_day, np.array(rest).reshape(len(people), len(AFTER_DAYS))])


def _numbers(sheet: Any, line: int, values: FloatArray, form: Any) -> None:
    for column, value in enumerate(values.tolist(), start=len(TEXTS)):
        sheet.write_number(line, column, round(value, 3), form)
