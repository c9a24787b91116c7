"""Every whole week holds one long block without a shift."""

from typing import Any

from staffing.solver.cpsat.model import RosterModel

RULE = "weekly_rest"


def post(model: RosterModel) -> None:
    """Some block that begins with the week or with the end of a shift meets no shift."""
    tb = model.case.tables
    for agent in model.agents:
        for week in range(tb.weeks):
            if tb.whole[week] and tb.detailed[agent, week]:
                _block(model, agent, week)


def _block(model: RosterModel, agent: int, week: int) -> None:
    tb, state = model.case.tables, model.state
    first, last = 7 * week, 7 * week + 7
    begin, finish = int(tb.day_start[first]), int(tb.day_start[last])
    shifts: list[tuple[int, int, Any]] = []
    for day in range(max(0, first - 2), last):
        if (agent, day) in model.free_set:
            shifts += [(int(tb.start[o]), int(tb.end[o]), chosen) for o, chosen in model.options(agent, day)]
        elif state.choice[agent, day] >= 0:
            o = int(state.choice[agent, day])
            shifts.append((int(tb.start[o]), int(tb.end[o]), 1))
    carried = int(tb.last_end[agent])
    starts = {begin, max(begin, carried), *(end for _, end, _ in shifts if end > begin)}
    blocks = []
    fixed_now = [(int(tb.start[o]), int(tb.end[o])) for o in state.choice[agent] if o >= 0]
    found = False
    for start in sorted(starts):
        end = start + tb.weekly_rest
        if end > finish or start < carried:
            continue
        free_now = all(e <= start or s >= end for s, e in fixed_now)
        block = model.flag(f"rest_{agent}_{week}_{start}", free_now and not found)
        found = found or free_now
        blocks.append(block)
        for s, e, chosen in shifts:
            if s < end and e > start:
                model.post(RULE, block + chosen <= 1)
    model.post(RULE, sum(blocks) >= 1)
