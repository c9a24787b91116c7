"""Paid minutes of each period lie inside the contract's limits."""

from staffing.solver.cpsat.model import RosterModel
from staffing.solver.tables import UNLIMITED

RULE = "period_hours"


def post(model: RosterModel) -> None:
    """Minutes of free and fixed days together."""
    tb, state = model.case.tables, model.state
    for agent in model.agents:
        for period in range(tb.long.low.shape[1]):
            low, high = int(tb.long.low[agent, period]), int(tb.long.high[agent, period])
            if low <= 0 and high >= UNLIMITED:
                continue
            fixed, terms = 0, []
            for day in range(tb.days):
                if tb.long.period_of[day] != period:
                    continue
                if (agent, day) in model.free_set:
                    terms += [int(tb.paid[o]) * chosen for o, chosen in model.options(agent, day)]
                elif state.choice[agent, day] >= 0:
                    fixed += int(tb.paid[state.choice[agent, day]])
            if terms:
                minutes = sum(terms) + fixed
                model.post(RULE, minutes >= low)
                if high < UNLIMITED:
                    model.post(RULE, minutes <= high)
