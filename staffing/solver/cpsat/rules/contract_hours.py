"""Paid minutes of each week lie inside the contract's limits; overtime is priced."""

from staffing.solver.cpsat.model import RosterModel

RULE = "contract_hours"


def post(model: RosterModel) -> None:
    """Minutes of free and fixed days together; overtime minutes become a variable."""
    tb, state = model.case.tables, model.state
    for agent in model.agents:
        for week in sorted({day // 7 for who, day in model.free if who == agent}):
            days = range(7 * week, min(7 * week + 7, tb.days))
            fixed, terms = 0, []
            for day in days:
                if (agent, day) in model.free_set:
                    terms += [int(tb.paid[o]) * chosen for o, chosen in model.options(agent, day)]
                elif state.choice[agent, day] >= 0:
                    fixed += int(tb.paid[state.choice[agent, day]])
            minutes = sum(terms) + fixed
            low, high, top = (int(limit[agent, week]) for limit in (tb.low, tb.high, tb.top))
            model.post(RULE, minutes >= low)
            model.post(RULE, minutes <= top)
            if top > high:
                now = sum(int(tb.paid[o]) for o in state.choice[agent, days.start : days.stop] if o >= 0)
                extra = model.number(0, top - high, f"overtime_{agent}_{week}", now - high)
                model.cp.add(extra >= minutes - high)
                model.pay(extra, float(tb.extra_per_min[agent]))
