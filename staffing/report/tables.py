"""Tables of a plan as plain rows, for the workbook, the report and the screen."""

from dataclasses import dataclass

from staffing.domain.people import Agent
from staffing.domain.roster import ABSENCE, ACTIVITIES, OFF_PHONE
from staffing.i18n import text
from staffing.plan import Plan

MISSED = "▼"
"""Mark of a figure below its target."""


@dataclass(frozen=True, slots=True)
class DayCell:
    """One person's day: `kind` is ``shift``, an absence kind or ``off``; `extra` the off-phone activities."""

    kind: str
    start: str = ""
    end: str = ""
    extra: tuple[str, ...] = ()
    next_day: bool = False

    def label(self, lang: str) -> str:
        """Text of the cell; empty on a day off."""
        if self.kind == "off":
            return ""
        if self.kind != "shift":
            return text(f"activity.{self.kind}", lang)
        later = "+1" if self.next_day else ""
        marks = "".join(f" · {text(f'activity.{kind}', lang)}" for kind in self.extra)
        return f"{self.start}–{self.end}{later}{marks}"


@dataclass(frozen=True, slots=True)
class WeekRow:
    """One person's days and paid hours."""

    agent: Agent
    days: tuple[DayCell, ...]
    shifts: int


def week_grid(plan: Plan) -> tuple[WeekRow, ...]:
    """One row for each agent, sorted by team and agent id."""
    grid, problem, roster = plan.problem.grid, plan.problem, plan.roster
    cells = [[DayCell("off") for _ in range(grid.days)] for _ in problem.agents]
    if roster is not None:
        for row in range(len(roster)):
            kind = ACTIVITIES[int(roster.activity[row])]
            if int(roster.activity[row]) in ABSENCE:
                agent = int(roster.agent[row])
                first = max(0, int(grid.day_of(int(roster.start[row]))))
                last = min(grid.days - 1, int(grid.day_of(int(roster.end[row]) - 1)))
                for day in range(first, last + 1):
                    cells[agent][day] = DayCell(kind)
        for shift in roster.shifts():
            start, end = grid.local(shift.start), grid.local(shift.end)
            codes = sorted({int(roster.activity[row]) for row in shift.rows} & set(OFF_PHONE))
            extra = tuple(ACTIVITIES[code] for code in codes)
            later = end.date() > start.date()
            cells[shift.agent][shift.day] = DayCell("shift", f"{start:%H:%M}", f"{end:%H:%M}", extra, later)
    rows = [
        WeekRow(agent, tuple(cells[index]), sum(cell.kind == "shift" for cell in cells[index]))
        for index, agent in enumerate(problem.agents)
    ]
    return tuple(sorted(rows, key=lambda row: (row.agent.team, row.agent.id)))


def percent(value: float | None) -> str:
    """``12.3%``, or a dash where there is no figure."""
    return "–" if value is None else f"{value:.1%}"


def whole(value: float | None) -> str:
    """``1,234``, or a dash where there is no figure."""
    return "–" if value is None else f"{value:,.0f}"


def day_titles(plan: Plan, lang: str) -> tuple[str, ...]:
    """Column titles such as ``Mon 02-02``, with the holiday's name where there is one."""
    titles = []
    for day, when in enumerate(plan.problem.grid.dates):
        name = text(f"weekday.{plan.problem.grid.weekday[day]}", lang)
        special = plan.table.on(when).name
        titles.append(f"{name} {when:%m-%d}" + (f" {special}" if special else ""))
    return tuple(titles)
