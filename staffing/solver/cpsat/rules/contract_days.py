"""Shifts of each week lie inside the contract's day limits."""

from staffing.solver.cpsat.model import RosterModel


def post(model: RosterModel) -> None:
    """Needed only where days off are free."""
    tb = model.case.tables
    if not model.days_free:
        return
    for agent in model.agents:
        for week in range(tb.weeks):
            worked = sum(model.worked(agent, day) for day in range(7 * week, min(7 * week + 7, tb.days)))
            if not isinstance(worked, int):
                model.post("contract_days", worked >= int(tb.days_min[agent, week]))
                model.post("contract_days", worked <= int(tb.days_max[agent, week]))
