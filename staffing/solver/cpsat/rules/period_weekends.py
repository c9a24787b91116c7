"""Not too many weekends worked in a period."""

from typing import Any

from staffing.solver.cpsat.model import RosterModel
from staffing.solver.cpsat.rules.marks import marked
from staffing.solver.tables import UNLIMITED, WEEKEND

RULE = "period_weekends"


def post(model: RosterModel) -> None:
    """A switch for each weekend of each period, on when one of its days is worked."""
    tb = model.case.tables
    long = tb.long
    for agent in model.agents:
        for period, left in enumerate(long.weekends_left[agent].tolist()):
            if left >= UNLIMITED:
                continue
            worked: list[Any] = []
            for weekend in sorted(set(long.weekend_of[long.period_of == period].tolist()) - {-1}):
                if weekend == 0 and long.weekend_open[agent]:
                    continue
                days = [d for d in range(tb.days) if (long.weekend_of[d], long.period_of[d]) == (weekend, period)]
                now = any(model.state.choice[agent, day] >= 0 for day in days)
                counts = model.flag(f"weekend_{agent}_{period}_{weekend}", now)
                worked.append(counts)
                for day in days:
                    model.post(RULE, counts >= marked(model, long.mark, WEEKEND, agent, (day,)))
            if worked:
                model.post(RULE, sum(worked) <= left)
