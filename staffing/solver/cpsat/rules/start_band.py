"""All starts of a person's week lie in one band of the day."""

from typing import Any

from staffing.solver.cpsat.model import RosterModel

RULE = "start_band"


def post(model: RosterModel) -> None:
    """A band is chosen for each week with free days; an option needs one of its own. Fixed shifts narrow the choice."""
    tb = model.case.tables
    for agent in model.agents:
        if tb.bands[agent] > 1:
            for week in sorted({day // 7 for who, day in model.free if who == agent}):
                _week(model, agent, week)


def _week(model: RosterModel, agent: int, week: int) -> None:
    tb, state = model.case.tables, model.state
    first, last = 0, int(tb.bands[agent]) - 1
    now = last
    free: list[list[tuple[int, Any]]] = []
    for day in range(7 * week, min(7 * week + 7, tb.days)):
        option = int(state.choice[agent, day])
        if option >= 0:
            now = min(now, int(tb.band_last[option]))
        if (agent, day) in model.free_set:
            free.append(model.options(agent, day))
        elif option >= 0:
            first, last = max(first, int(tb.band_first[option])), min(last, int(tb.band_last[option]))
    bands: dict[int, Any] = {}
    if len(free) > 1 and first < last:
        bands = {b: model.flag(f"band_{agent}_{week}_{b}", b == max(first, now)) for b in range(first, last + 1)}
        model.post(RULE, sum(bands.values()) == 1)
    for option, chosen in (pair for day_options in free for pair in day_options):
        own = range(max(first, int(tb.band_first[option])), min(last, int(tb.band_last[option])) + 1)
        if not own:
            model.post(RULE, chosen == 0)
        elif bands:
            model.post(RULE, sum(bands[b] for b in own) >= chosen)
