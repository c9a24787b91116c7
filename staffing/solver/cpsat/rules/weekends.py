"""Not too many Saturdays and Sundays worked in a week."""

from staffing.solver.cpsat.model import RosterModel


def post(model: RosterModel) -> None:
    """Needed only where days off are free and the limit can bind."""
    tb = model.case.tables
    if not model.days_free:
        return
    for agent in model.agents:
        for week in range(tb.weeks):
            days = [day for day in range(7 * week, min(7 * week + 7, tb.days)) if tb.is_weekend[day]]
            worked = sum(model.worked(agent, day) for day in days)
            if len(days) > tb.weekend_max and not isinstance(worked, int):
                model.post("weekends", worked <= tb.weekend_max)
