"""Rest between the end of a shift and the start of the next."""

from typing import Any

from staffing.solver.cpsat.model import RosterModel

RULE = "rest"


def post(model: RosterModel) -> None:
    """An option excludes the late ends of the days before; fixed shifts and the carried end count."""
    tb = model.case.tables
    for agent, day in model.free:
        for option, chosen in model.options(agent, day):
            if tb.start[option] - tb.last_end[agent] < tb.rest or _meets_fixed(model, agent, day, option):
                model.post(RULE, chosen == 0)
        for before in range(max(0, day - 2), day):
            if (agent, before) not in model.free_set:
                continue
            earlier = model.options(agent, before)
            known: dict[int, list[Any]] = {}
            for option, chosen in model.options(agent, day):
                known.setdefault(int(tb.start[option]), []).append(chosen)
            for start, options in known.items():
                late = [chosen for o, chosen in earlier if start - tb.end[o] < tb.rest]
                if late:
                    model.post(RULE, sum(late) + sum(options) <= 1)


def _meets_fixed(model: RosterModel, agent: int, day: int, option: int) -> bool:
    """Whether a fixed shift of a neighbouring day is too near."""
    tb, state = model.case.tables, model.state
    for other in range(max(0, day - 2), min(tb.days, day + 3)):
        fixed = int(state.choice[agent, other])
        if other == day or fixed < 0 or (agent, other) in model.free_set:
            continue
        gap = tb.start[option] - tb.end[fixed] if other < day else tb.start[fixed] - tb.end[option]
        if gap < tb.rest:
            return True
    return False
