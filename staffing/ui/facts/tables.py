"""Tables of the pages with their columns in the reader's language."""

from collections.abc import Iterable, Mapping

import pandas as pd

from staffing.domain.result import Violation
from staffing.domain.roster import ACTIVITIES
from staffing.domain.timegrid import TimeGrid
from staffing.erlang.risk import chance_asked
from staffing.measures import Coverage
from staffing.measures.service import Gap
from staffing.plan import Plan
from staffing.report.tables import day_titles, week_grid
from staffing.ui.facts.trace import target_brief
from staffing.ui.facts.verdict import queue_state
from staffing.ui.words import NOTHING, Words


def service_table(plan: Plan, names: Mapping[str, str], words: Words) -> pd.DataFrame:
    """Promise, simulated service with its band, and chance of keeping the promise, by queue."""
    rows = []
    for row in plan.verdict.week() if plan.verdict else ():
        queue = plan.scenario.centre.queue(row.queue)
        band = NOTHING if row.low95 is None else _band(row.low95, row.high95)
        rows.append(
            {
                "state": words(f"judge.{queue_state(row).value}") if row.probability is not None else NOTHING,
                "queue": names[row.queue],
                "target": target_brief(queue, words),
                "service": _hundred(row.service_level),
                "band": band,
                "probability": _hundred(row.probability),
                "occupancy": _hundred(row.occupancy),
                "abandonment": _hundred(row.abandonment),
                "contacts": round(row.contacts),
            }
        )
    return pd.DataFrame(rows)


def promise_table(plan: Plan, names: Mapping[str, str], words: Words) -> pd.DataFrame:
    """What every planned queue promises, and what its number of agents was worked out from."""
    rows = []
    for name in plan.requirement.queues:
        queue = plan.scenario.centre.queue(name)
        rows.append(
            {
                "queue": names[name],
                "target": target_brief(queue, words),
                "probability": words.percent(chance_asked(queue, plan.settings.probability), 0),
                "occupancy": words.percent(queue.max_occupancy, 0),
                "abandonment": words.percent(queue.max_abandon_rate, 0),
                "patience": NOTHING if queue.has_deadline else words.seconds(queue.patience_s),
                "absence": words.percent(queue.unplanned_shrinkage),
            }
        )
    return pd.DataFrame(rows)


def _band(low: float, high: float | None) -> str:
    """Both ends in percent, as the column beside it; more signs would only make the table wider."""
    ends = (low, low if high is None else high)
    return "–".join("100" if end > 0.9995 else f"{100 * end:.1f}" for end in ends)


def _hundred(share: float | None) -> float | None:
    return None if share is None else 100 * share


def gap_rows(gaps: Iterable[Gap], grid: TimeGrid, names: Mapping[str, str], words: Words) -> list[dict[str, str | int]]:
    """Each gap in words, with the slot a link leads to: its start."""
    return [
        {
            "slot": gap.start,
            "queue": gap.queue,
            "when": words.span(grid.local(gap.start), grid.local(gap.end)),
            # The name of a pool is made of its queues' names.
            "name": " + ".join(names[queue] for queue in ([gap.queue] if gap.queue in names else gap.queue.split("+"))),
            "agents": words.number(-gap.worst, 1),
            "hours": words.number(gap.short_h, 1),
            "level": words.percent(gap.expected_sl, 0),
        }
        for gap in gaps
    ]


def violation_table(plan: Plan, violations: Iterable[Violation], words: Words) -> pd.DataFrame:
    """Broken rules in words."""
    grid, agents = plan.problem.grid, plan.problem.agents
    rows = [
        {
            "rule": words.term(f"rule.{row.rule}"),
            "severity": words.term(f"severity.{row.severity}"),
            "agent": NOTHING if row.agent is None else agents[row.agent].name or agents[row.agent].id,
            "day": NOTHING if row.day is None or not 0 <= row.day < grid.days else words.day(grid.dates[row.day]),
            "detail": ", ".join(f"{name} {value}" for name, value in row.detail.items()),
        }
        for row in violations
    ]
    return pd.DataFrame(rows, columns=["rule", "severity", "agent", "day", "detail"])


def cost_table(plan: Plan, words: Words) -> pd.DataFrame:
    """Cost by component, the largest first."""
    parts = plan.cost.components if plan.cost else {}
    largest_first = sorted(parts.items(), key=lambda part: -part[1])
    rows = [(words.term(f"cost.{name}"), value) for name, value in largest_first if abs(value) >= 0.5]
    return pd.DataFrame(rows, columns=["component", "cost"])


def week_table(plan: Plan, rows: Iterable[int], words: Words) -> pd.DataFrame:
    """One row for each of the agents `rows`: name, team and the days' shifts as text."""
    wanted = {plan.problem.agents[row].id for row in rows}
    titles = day_titles(plan, words.lang)
    table = [
        [line.agent.id, line.agent.name, line.agent.team, *(cell.label(words.lang) for cell in line.days), line.shifts]
        for line in week_grid(plan)
        if line.agent.id in wanted
    ]
    first = [words("column.id"), words("column.agent"), words("column.team")]
    return pd.DataFrame(table, columns=[*first, *titles, words("column.shifts")])


def agent_day(plan: Plan, agent_id: str, day: int, words: Words) -> pd.DataFrame:
    """Everything one agent does on one day, in order."""
    roster = plan.roster
    names = {queue.id: queue.name or queue.id for queue in plan.scenario.centre.queues}
    rows = []
    if roster is not None and agent_id in roster.agents:
        agent, grid = roster.agents.index(agent_id), roster.grid
        span = grid.day_slice(day)
        for row in range(len(roster)):
            start, end = int(roster.start[row]), int(roster.end[row])
            touches = start < span.stop and end > span.start
            if roster.agent[row] != agent or not (touches if roster.activity[row] > 6 else roster.day[row] == day):
                continue
            queue = int(roster.queue[row])
            rows.append(
                (
                    f"{grid.local(start):%H:%M}–{grid.local(end):%H:%M}",
                    words.term(f"activity.{ACTIVITIES[int(roster.activity[row])]}"),
                    names.get(roster.queues[queue], roster.queues[queue]) if queue >= 0 else "",
                    (end - start) * grid.step_min,
                )
            )
    return pd.DataFrame(rows, columns=["time", "activity", "queue", "minutes"])


def staffing_table(table: Coverage, queue: str, words: Words) -> pd.DataFrame:
    """Required, assigned and gap of the open intervals of one queue: the chart as numbers."""
    row = table.queues.index(queue)
    steps = [step for step in range(table.grid.n) if table.is_open[row, step]]
    moments = [table.grid.local(step) for step in steps]
    return pd.DataFrame(
        {
            words("column.day"): [words.day(moment.date()) for moment in moments],
            words("column.time"): [words.clock(moment) for moment in moments],
            words("chart.required"): [round(float(table.required[row, step]), 2) for step in steps],
            words("chart.assigned"): [round(float(table.assigned[row, step]), 2) for step in steps],
            words("chart.gap"): [round(float(table.gap[row, step]), 2) for step in steps],
        }
    )
