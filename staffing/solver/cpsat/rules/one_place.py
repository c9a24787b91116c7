"""At most one shift starts on a day of an agent."""

from staffing.solver.cpsat.model import RosterModel


def post(model: RosterModel) -> None:
    """Exactly one option, or the day off, for every free cell."""
    for agent, day in model.free:
        choices = [chosen for _, chosen in model.options(agent, day)]
        if (agent, day) in model.off:
            choices.append(model.off[agent, day])
        model.cp.add_exactly_one(choices)
