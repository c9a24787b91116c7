"""A tiny plan with a forecast, a requirement with curves and tubes, and a roster made by hand: a day to steer."""

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np

from staffing.audit import audit_roster, roster_cost
from staffing.domain.assemble import roster_problem
from staffing.domain.day_actuals import DayActuals
from staffing.domain.demand import ContactHistory, Forecast
from staffing.domain.timegrid import TimeGrid
from staffing.plan import Plan
from staffing.planning import make_requirement
from tests.builders import (
    MONDAY,
    ShiftRow,
    make_agent,
    make_centre,
    make_email,
    make_history,
    make_queue,
    make_roster,
    make_scenario,
    make_table,
)
from tests.plans import make_plan_value

FULL = "phone 240 meal 30 phone 210"
MAIL = "email 240 meal 30 email 210"
SLOTS = 48
BUSY: tuple[ShiftRow, ...] = (
    (0, 0, "08:00", FULL), (1, 0, "09:00", FULL), (2, 0, "08:00", MAIL), (3, 0, "10:00", MAIL),
    (2, 1, "08:00", MAIL), (3, 1, "08:00", MAIL),
)  # fmt: skip
"""Two on the phone on Monday, two on mail on Monday and on Tuesday."""


def day_plan(
    *shifts: ShiftRow, volume: float = 6.0, mails: float = 4.0, agents: Any = 4, first: date = MONDAY, **changes: Any
) -> Plan:
    """Phone and e-mail from 08:00 to 18:00, `volume` calls and `mails` mails in every half hour, handled in 5 min."""
    queues = changes.pop("queues", (make_queue(), make_email()))
    centre = make_centre(queues=queues, currency="CNY", **changes.pop("centre", {}))
    people = tuple(make_agent(n, ("phone", "email")) for n in range(agents)) if isinstance(agents, int) else agents
    scenario = make_scenario(centre, people, history=make_history(centre, days=14, offered=0.2, end=first), **changes)
    table = make_table(first)
    grid = TimeGrid(centre.timezone, first, 7, centre.interval_min)
    flat = np.stack([
        np.where(queue.hours.mask(table, grid), mails if queue.has_deadline else volume, 0.0)
        for queue in queues if queue.hours is not None
    ])  # fmt: skip
    forecast = Forecast(
        grid, tuple(queue.id for queue in queues), flat, flat * 0.8, flat * 1.2, flat * 0.7, flat * 1.3,
        np.full(flat.shape, 300.0), day_cv=np.full((len(queues), 7), 0.2), interval_cv=np.full(flat.shape, 0.02),
        method=("given",) * len(queues),
    )  # fmt: skip
    requirement = make_requirement(scenario, forecast, table)
    problem = roster_problem(scenario, requirement, table)
    roster = make_roster(problem, *shifts)
    base = make_plan_value()
    cost = roster_cost(problem, roster)
    result = replace(base.result, roster=roster, cost=cost, objective=cost.total, bound=None)
    return replace(
        base, scenario=scenario, table=table, forecast=forecast, requirement=requirement, problem=problem,
        result=result, cost=cost, violations=audit_roster(problem, roster), verdict=None,
    )  # fmt: skip


def came(plan: Plan, until: int, factor: float = 1.0, *, day: int = 0, **measures: Any) -> DayActuals:
    """`factor` times what was forecast in the intervals of a day up to interval `until`; more columns by name."""
    grid = plan.forecast.grid
    span = grid.day_slice(day)
    offered = np.full(plan.forecast.volume.shape, np.nan)
    offered[:, span.start : span.start + until] = plan.forecast.volume[:, span.start : span.start + until] * factor
    backlog = measures.pop("backlog", None)
    columns = {name: np.where(np.isfinite(offered), value, np.nan) for name, value in measures.items()}
    if backlog is not None:
        backlog = np.where(np.isfinite(offered), np.array(backlog)[:, None], np.nan)
    return DayActuals(ContactHistory(grid, plan.forecast.queues, offered, **columns), backlog)
