"""Not too many night shifts: in a week, in a period, on days in a row."""

from staffing.solver.cpsat.model import RosterModel
from staffing.solver.cpsat.rules.marks import at_most, marked
from staffing.solver.tables import NIGHT, UNLIMITED

RULE = "nights"


def post(model: RosterModel) -> None:
    """Sums of marked options over weeks, periods and stretches of one day more than the limit."""
    tb = model.case.tables
    long, days = tb.long, range(tb.days)
    if not (long.mark & NIGHT).any():
        return
    for agent in model.agents:
        for week in range(tb.weeks) if long.nights_week < 7 else ():
            own = days[7 * week : 7 * week + 7]
            at_most(model, RULE, marked(model, long.mark, NIGHT, agent, own), long.nights_week)
        for period, left in enumerate(long.nights_left[agent].tolist()):
            if left < UNLIMITED:
                own_days = [day for day in days if long.period_of[day] == period]
                at_most(model, RULE, marked(model, long.mark, NIGHT, agent, own_days), left)
        if long.nights_row < UNLIMITED:
            first = long.nights_row - int(long.nights_run[agent])
            stretches = [days[begin : begin + long.nights_row + 1] for begin in range(tb.days - long.nights_row)]
            if long.nights_run[agent]:
                stretches.append(days[: max(0, first) + 1])
            for stretch in stretches:
                at_most(model, RULE, marked(model, long.mark, NIGHT, agent, stretch), len(stretch) - 1)
