"""Variables of the free agent-days: shift, day off, places of breaks, queue of every slot."""

from __future__ import annotations

from staffing.solver.cpsat.model import RosterModel
from staffing.solver.moves.state import AWAY, IDLE
from staffing.solver.tables import PIN_FREE


def add_variables(model: RosterModel) -> None:
    """Create the variables of every free cell and the expressions of who is at work when."""
    for agent, day in model.free:
        if model.shifts_free:
            _shift_variables(model, agent, day)
        _work_expressions(model, agent, day)
    for place, terms in model.work.items():
        if isinstance(terms, list):
            model.work[place] = sum(terms)
    for agent, slot in model.work:
        who = int(model.case.tables.group[agent]) if model.grouped else agent
        model.crew.setdefault((who, slot), []).append(agent)
    for who, slot in model.crew:
        _queue_variables(model, who, slot)


def _shift_variables(model: RosterModel, agent: int, day: int) -> None:
    tb, state = model.case.tables, model.state
    now = int(state.choice[agent, day])
    row = agent * tb.days + day
    if model.days_free and not tb.forced[agent, day]:
        model.off[agent, day] = model.flag(f"off_{agent}_{day}", now < 0)
    patterns = set()
    for option in range(int(tb.first[row]), int(tb.first[row + 1])):
        model.shift[agent, day, option] = model.flag(f"y_{agent}_{day}_{option}", option == now)
        patterns.add(int(tb.pattern[option]))
    for p in sorted(patterns):
        starts = [int(tb.start[o]) for o, _ in model.options(agent, day) if tb.pattern[o] == p]
        first = int(tb.pat_first[p])
        for j in range(int(tb.pat_first[p + 1]) - first):
            low, high = min(starts) + int(tb.brk_lo[first + j]), max(starts) + int(tb.brk_hi[first + j])
            at = int(state.breaks[agent, day, j]) if now >= 0 and tb.pattern[now] == p else -1
            for slot in range(low, high + 1):
                span = tb.pin[agent, slot : slot + int(tb.brk_len[first + j])]
                if ((span == PIN_FREE) | (span == -3)).all():
                    model.pause[agent, day, p, j, slot] = model.flag(f"b_{agent}_{day}_{p}_{j}_{slot}", slot == at)


def _work_expressions(model: RosterModel, agent: int, day: int) -> None:
    """`model.work` of the free slots that some option of the cell covers."""
    tb, state = model.case.tables, model.state
    if not model.shifts_free:
        option = int(state.choice[agent, day])
        for slot in range(int(tb.start[option]), min(int(tb.end[option]), tb.slots)):
            if state.queue[agent, slot] != AWAY and tb.pin[agent, slot] == PIN_FREE:
                model.work[agent, slot] = 1
        return
    for option, chosen in model.options(agent, day):
        for slot in range(int(tb.start[option]), min(int(tb.end[option]), tb.slots)):
            if tb.pin[agent, slot] == PIN_FREE:
                model.work.setdefault((agent, slot), []).append(chosen)
    for (who, when, p, j, start), chosen in model.pause.items():
        if (who, when) == (agent, day):
            for slot in range(start, start + int(tb.brk_len[int(tb.pat_first[p]) + j])):
                if (agent, slot) in model.work:
                    model.work[agent, slot].append(-chosen)


def _queue_variables(model: RosterModel, who: int, slot: int) -> None:
    """One queue, or none, for everyone at work in the slot (rules `skills` and `opening_hours` are filters)."""
    tb, crew = model.case.tables, model.crew[who, slot]
    group = model.group(who)
    now = [int(model.state.queue[agent, slot]) for agent in crew]
    able = [q for q in range(tb.prof.shape[1]) if tb.prof[group, q] > 0 and tb.is_open[q, slot]]
    for queue in [*able, IDLE]:
        name = f"x_{who}_{slot}_{queue}"
        model.serve[who, slot, queue] = model.number(0, len(crew), name, now.count(queue))
    total = sum(model.serve[who, slot, queue] for queue in [*able, IDLE])
    model.post("one_place", total == sum(model.work[agent, slot] for agent in crew))
