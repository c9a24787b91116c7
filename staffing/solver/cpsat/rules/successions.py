"""No forbidden shift type on the day after another."""

from staffing.solver.cpsat.model import RosterModel
from staffing.solver.cpsat.rules.marks import at_most, marked
from staffing.solver.tables import FIRST_TYPE


def post(model: RosterModel) -> None:
    """At most one of a type and of those that may not follow it on the next day."""
    tb = model.case.tables
    mark = tb.long.mark
    for bit, banned in enumerate(tb.long.type_bans):
        for agent in model.agents:
            for day in range(tb.days - 1) if banned else ():
                earlier = marked(model, mark, FIRST_TYPE << bit, agent, (day,))
                at_most(model, "successions", earlier + marked(model, mark, int(banned), agent, (day + 1,)), 1)
