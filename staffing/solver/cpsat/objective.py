"""The cost of cost.md over the slots that the free cells can touch; everything else is a constant."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np

from staffing.solver.cpsat.model import RosterModel
from staffing.solver.cpsat.rules.marks import marked
from staffing.solver.moves.state import AWAY, IDLE, State, copy_state, rebuild
from staffing.solver.moves.worth import tube_slopes


def add_objective(model: RosterModel) -> None:
    """Price coverage, deferred work, supervision, wages, wishes and switches; then minimise."""
    rest = without_free(model)
    own: dict[tuple[int, int], list[Any]] = defaultdict(list)
    tb, unit = model.case.tables, model.scale.cover
    most: dict[tuple[int, int], int] = defaultdict(int)
    for (who, slot, queue), chosen in model.serve.items():
        speed = round(float(tb.prof[model.group(who), queue]) * unit)
        if queue != IDLE:
            for row in (queue, *tb.pool[tb.pool_first[queue] : tb.pool_first[queue + 1]].tolist()):
                own[row, slot].append(speed * chosen)
                most[row, slot] += speed * len(model.crew[who, slot])
        elif tb.skilled[model.group(who)]:
            model.pay(chosen, tb.over)
    for row, slot in sorted(own):
        if not tb.deadline[row]:
            _answered(model, rest, row, slot, sum(own[row, slot]), most[row, slot])
    for queue in sorted({queue for queue, _ in own if tb.deadline[queue]}):
        _deferred(model, rest, queue, {slot: sum(own[q, slot]) for q, slot in own if q == queue})
    _span(model, rest)
    for (_, _, option), chosen in model.shift.items():
        model.pay(chosen, float(tb.price[option]))
    for (agent, day), off in model.off.items():
        model.pay(off, float(tb.off_price[agent, day]))
    _fairness(model)
    _switches(model)
    model.minimise()


def without_free(model: RosterModel) -> State:
    """The state with the work that is to be decided taken out; settled work of free cells stays."""
    state = copy_state(model.state)
    tb = model.case.tables
    for agent, day in model.free:
        option = int(state.choice[agent, day])
        if option < 0:
            continue
        for slot in range(int(tb.start[option]), int(tb.end[option])):
            if tb.pin[agent, slot] == -1:
                state.queue[agent, slot] = AWAY
    rebuild(tb, state)
    return state


def _answered(model: RosterModel, rest: State, row: int, slot: int, own: Any, most: int) -> None:
    """Price the row of a queue or a pool; nothing is to be priced where it is filled and more of it is free."""
    tb, unit = model.case.tables, model.scale.cover
    need = round(float(tb.required[row, slot]) * unit) - round(float(rest.cover[row, slot]) * unit)
    if need <= 0 and tb.over_at[row, slot] <= 0:
        return
    mild = round(float(tb.severe_from[row, slot]) * unit)
    now = round(float(model.state.cover[row, slot] - rest.cover[row, slot]) * unit)
    name = f"{row}_{slot}"
    missing = max(0, need - now)
    short = model.number(0, max(0, min(mild, need)), f"short_{name}", min(missing, mild))
    severe = model.number(0, max(0, need - mild), f"severe_{name}", max(0, missing - mild))
    over = model.number(0, max(0, most - need), f"over_{name}", max(0, now - need))
    model.cp.add(own + short + severe - over == need)
    model.pay(short, float(tb.weight[row, slot]) * tb.short, per_cover=True)
    model.pay(severe, float(tb.weight[row, slot]) * tb.severe, per_cover=True)
    model.pay(over, tb.over_at[row, slot], per_cover=True)


def _deferred(model: RosterModel, rest: State, queue: int, own: dict[int, Any]) -> None:
    """Work done may not exceed what has come nor what the crew can do; being late and being idle are priced.

    Hours are counted in agent-slots. Doing less than one could never pays, so the sweep need not be forced. A part of
    a roster looks no further than its last slot: what more work done by then is worth is read off the present roster.
    """
    tb, unit, h = model.case.tables, model.scale.cover, model.case.tables.slot_h
    early = np.maximum.accumulate(tb.early[queue]) / h * unit
    late = tb.late[queue] / h * unit
    done_now, done_rest = (_all_slots(model, st, queue) / h * unit for st in (model.state, rest))
    first, stop = min(own), tb.slots if model.days_free else max(own) + 1
    level: Any = int(np.floor(done_rest[first - 1])) if first else 0
    hint_before = int(level)
    for slot in range(first, stop):
        base = round(float(rest.cover[queue, slot]) * unit)
        if slot not in own and not base and not (tb.is_open[queue, slot] and late[slot] > 0):
            continue
        top = int(np.floor(early[slot] + 1e-6))
        hint = max(hint_before, min(top, int(np.floor(done_now[slot]))))
        after = model.number(0, max(top, hint_before), f"done_{queue}_{slot}", hint)
        model.cp.add(after - level <= own.get(slot, 0) + base)
        model.cp.add(after >= level)
        if slot in own:
            model.pay(own[slot], tb.over, per_cover=True)
        due = int(np.ceil(late[slot] - 1e-6))
        last = slot == tb.slots - 1
        if (tb.is_open[queue, slot] or last) and due > 0:
            missing = model.number(0, due, f"late_{queue}_{slot}", due - hint)
            model.cp.add(missing >= due - after)
            if tb.is_open[queue, slot]:
                model.pay(missing, tb.overdue * h, per_cover=True)
            if last:
                model.pay(missing, tb.undone * h, per_cover=True)
        level, hint_before = after, hint
    if stop < tb.slots:
        _later(model, rest, queue, stop, level)
        return
    due = int(np.ceil(late[-1] - 1e-6))
    if due > 0 and not isinstance(level, int) and not tb.is_open[queue, tb.slots - 1]:
        missing = model.number(0, due, f"undone_{queue}", due - hint_before)
        model.cp.add(missing >= due - level)
        model.pay(missing, tb.undone * h, per_cover=True)
    model.pay(level, -tb.over, per_cover=True)


def _all_slots(model: RosterModel, state: State, queue: int) -> Any:
    """Hours done by the end of every slot; the state keeps them for open slots only."""
    done = np.where(model.case.tables.is_open[queue], state.done[queue], 0.0)
    return np.maximum.accumulate(done)


def _later(model: RosterModel, rest: State, queue: int, stop: int, level: Any) -> None:
    """Price the work done by slot `stop` by its worth later: much for what is late, little or nothing beyond."""
    tb, unit, h = model.case.tables, model.scale.cover, model.case.tables.slot_h
    near_row, far_row, useful_row = np.zeros(tb.slots), np.zeros(tb.slots), np.zeros(tb.slots)
    done = _all_slots(model, model.state, queue)
    if tb.is_open[queue, stop:].any():
        following = stop + int(np.argmax(tb.is_open[queue, stop:]))
        tube_slopes.py_func(tb, model.state, queue, stop, near_row, far_row, useful_row)
        near, far, useful = float(near_row[following]), float(far_row[following]), float(useful_row[following])
    else:
        useful = max(0.0, float(tb.late[queue, -1] - done[-1]))
        near, far = (tb.undone if useful > 0 else 0.0), 0.0
    waste = tb.over / h
    before = round(float(done[stop - 1]) / h * unit)
    step = round(useful / h * unit)
    most = round(float(tb.early[queue, stop - 1]) / h * unit) + unit
    missing = model.number(0, most, f"less_{queue}", 0)
    late = model.number(0, step, f"soon_{queue}", 0)
    more = model.number(0, most, f"more_{queue}", 0)
    model.cp.add(level + missing - late - more <= before)
    model.cp.add(level + missing - late - more >= before)
    model.pay(missing, (near + waste) * h, per_cover=True)
    model.pay(late, -(near + waste) * h, per_cover=True)
    model.pay(more, -(far + waste) * h, per_cover=True)


def _span(model: RosterModel, rest: State) -> None:
    """Missing supervisors in the slots that the free cells can touch."""
    tb = model.case.tables
    for role in range(len(tb.span)):
        led: dict[int, list[Any]] = defaultdict(list)
        heads: dict[int, list[Any]] = defaultdict(list)
        for (agent, slot), work in model.work.items():
            if tb.led[tb.group[agent], role]:
                led[slot].append(work)
            if tb.heads[tb.group[agent], role]:
                heads[slot].append(work)
        for slot in sorted({*led, *heads}):
            most = int(rest.led[role, slot]) + len(led[slot])
            span = int(tb.span[role])
            now = max(0, -(-int(model.state.led[role, slot]) // span) - int(model.state.heads[role, slot]))
            missing = model.number(0, -(-most // span), f"span_{role}_{slot}", now)
            supervised = sum(led[slot]) + int(rest.led[role, slot])
            model.cp.add(span * (missing + sum(heads[slot]) + int(rest.heads[role, slot])) >= supervised)
            model.pay(missing, tb.span_price)


def _fairness(model: RosterModel) -> None:
    """What the duties of each agent cost beyond the first price of each: n (n - 1) / 2 steps for n of a kind."""
    tb = model.case.tables
    if tb.long.fair <= 0 or not model.shifts_free:
        return
    for agent in model.agents:
        for kind in (1, 2, 4):
            own = state_count(model, agent, kind)
            count = marked(model, tb.long.duty, kind, agent, range(tb.days))
            if isinstance(count, int):
                continue
            steps = model.number(0, tb.days * (tb.days - 1) // 2, f"fair_{agent}_{kind}", own * (own - 1) // 2)
            for slope in range(1, tb.days):
                model.cp.add(steps >= slope * count - slope * (slope + 1) // 2)
            model.pay(steps, tb.long.fair)


def state_count(model: RosterModel, agent: int, kind: int) -> int:
    """Shifts of the present roster that are a duty of that kind."""
    row = model.state.choice[agent]
    return int((model.case.tables.long.duty[row[row >= 0]] & kind > 0).sum())


def _switches(model: RosterModel) -> None:
    """A change of queue between two slots at work in a row."""
    tb, state = model.case.tables, model.state
    if tb.switch <= 0 or model.grouped:
        return
    for agent, slot in model.work:
        queues = [q for q in range(-1, tb.prof.shape[1]) if (agent, slot, q) in model.serve]
        before = [q for q in range(-1, tb.prof.shape[1]) if (agent, slot - 1, q) in model.serve]
        if not before:
            continue
        here, prior = int(state.queue[agent, slot]), int(state.queue[agent, slot - 1])
        now = here != AWAY and prior != AWAY and here != prior
        change = model.flag(f"switch_{agent}_{slot}", now)
        for queue in queues:
            others = [model.serve[agent, slot - 1, q] for q in before if q != queue]
            if others:
                model.cp.add(change >= model.serve[agent, slot, queue] + sum(others) - 1)
        model.pay(change, tb.switch)
