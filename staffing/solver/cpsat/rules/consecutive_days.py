"""Not too many days worked in a row, the days before the horizon included."""

from staffing.solver.cpsat.model import RosterModel

RULE = "consecutive_days"


def post(model: RosterModel) -> None:
    """Every stretch of one day more than the limit holds a day off."""
    tb = model.case.tables
    if not model.days_free:
        return
    limit = tb.max_run
    for agent in model.agents:
        run = int(tb.run_before[agent])
        stretches = [range(first, first + limit + 1) for first in range(tb.days - limit)]
        if run > 0:
            stretches.append(range(max(0, limit - run) + 1))
        for days in stretches:
            if days.stop <= tb.days:
                worked = sum(model.worked(agent, day) for day in days)
                if not isinstance(worked, int):
                    model.post(RULE, worked <= len(days) - 1)
