"""roster.csv, coverage.csv, violations.csv and cost_terms.csv as text."""

import numpy as np

from staffing.audit import RULE_OF
from staffing.domain.roster import ACTIVITIES, Roster
from staffing.domain.timegrid import TimeGrid
from staffing.files.cells import csv_text, moments, safe_text, shown, shown_all
from staffing.measures import coverage
from staffing.plan import Plan

ROSTER = "roster.csv"
COVERAGE = "coverage.csv"
VIOLATIONS = "violations.csv"
COST_TERMS = "cost_terms.csv"
ROSTER_COLUMNS = ("agent", "date", "start", "end", "activity", "queue", "locked")
COVERAGE_COLUMNS = ("start", "queue", "required", "assigned", "gap", "expected_sl")
VIOLATION_COLUMNS = ("rule", "severity", "agent", "date", "detail")
COST_TERM_COLUMNS = ("component", "rule", "agent", "date", "queue", "amount", "detail")


def roster_csv(roster: Roster | None) -> str:
    """One row for each segment, by agent and start; agents by id, never by name."""
    if roster is None:
        return csv_text(ROSTER_COLUMNS, ())
    dates = [str(date) for date in roster.grid.dates]
    rows = []
    for agent, day, start, end, activity, queue, locked in zip(
        roster.agent.tolist(),
        roster.day.tolist(),
        roster.start.tolist(),
        roster.end.tolist(),
        roster.activity.tolist(),
        roster.queue.tolist(),
        roster.locked.tolist(),
        strict=True,
    ):
        rows.append(
            (
                safe_text(roster.agents[agent]),
                dates[day] if 0 <= day < len(dates) else str(roster.grid.local(start).date()),
                roster.grid.iso(start),
                roster.grid.iso(end),
                ACTIVITIES[activity],
                safe_text(roster.queues[queue]) if queue >= 0 else "",
                "1" if locked else "0",
            )
        )
    return csv_text(ROSTER_COLUMNS, rows)


def coverage_csv(plan: Plan) -> str:
    """One row for each queue and open slot, then one for each pool and slot in which it counts."""
    table = coverage(plan)
    starts = np.array(moments(table.grid)[:-1], dtype=object)
    rows: list[tuple[str, ...]] = []
    for names, part in table.parts:
        for index, name in enumerate(names):
            is_open = np.flatnonzero(part.is_open[index])
            columns = [
                shown_all(values[index, is_open], 4)
                for values in (part.required, part.assigned, part.gap, part.expected_sl)
            ]
            rows += zip(starts[is_open].tolist(), [safe_text(name)] * len(is_open), *columns, strict=True)
    return csv_text(COVERAGE_COLUMNS, rows)


def violations_csv(plan: Plan) -> str:
    """One row for each violation; `detail` is ``key=value`` pairs."""
    rows = []
    for row in plan.violations:
        detail = "; ".join(
            f"{key}={shown(value) if isinstance(value, int | float) else value}"
            for key, value in sorted(row.detail.items())
        )
        agent = "" if row.agent is None else plan.problem.agents[row.agent].id
        rows.append((row.rule, row.severity, safe_text(agent), day_text(plan.problem.grid, row.day), safe_text(detail)))
    return csv_text(VIOLATION_COLUMNS, rows)


def cost_terms_csv(plan: Plan) -> str:
    """One row for each price paid, component by component; the amounts add up to the cost."""
    rows = []
    for term in plan.cost.terms if plan.cost else ():
        agent = "" if term.agent is None else plan.problem.agents[term.agent].id
        queue = "" if term.queue is None else plan.problem.queues[term.queue]
        where = (safe_text(agent), day_text(plan.problem.grid, term.day), safe_text(queue))
        rows.append((term.component, RULE_OF.get(term.component, ""), *where, repr(term.value), safe_text(term.detail)))
    return csv_text(COST_TERM_COLUMNS, rows)


def day_text(grid: TimeGrid, day: int | None) -> str:
    """Date of a day of the horizon; blank for none."""
    return "" if day is None or not 0 <= day < grid.days else str(grid.dates[day])
