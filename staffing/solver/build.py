"""State <-> Roster: segments of every shift, absence rows, and a start from a given roster."""

from __future__ import annotations

import numpy as np

from staffing.domain.roster import BREAK, MEAL, WORK, Roster
from staffing.solver.case import Case
from staffing.solver.moves.state import AWAY, IDLE, State, new_state
from staffing.solver.pins import Pin
from staffing.solver.tables import PIN_BREAK, PIN_FREE, PIN_IDLE

Row = tuple[int, int, int, int, int, int, bool]
"""Agent, day, start, end, activity, queue, locked."""


def build_roster(case: Case, state: State) -> Roster:
    """The roster of `state`: work cut where the queue changes, settled segments kept as they are."""
    pins: dict[int, list[Pin]] = {}
    for pin in case.settled.pins:
        pins.setdefault(pin.agent, []).append(pin)
    locked = _locked_keys(case)
    rows: list[Row] = []
    for agent, day in np.argwhere(state.choice >= 0):
        rows.extend(_shift_rows(case, state, int(agent), int(day), pins.get(int(agent), []), locked))
    for row in case.settled.absences:
        day = int(case.problem.grid.day_of(row.start))
        rows.append((row.agent, day, row.start, row.end, row.code, -1, row.locked))
    table = np.array(rows, dtype=np.int64).reshape(-1, 7)
    return Roster(
        grid=case.problem.grid,
        agents=tuple(agent.id for agent in case.problem.agents),
        queues=case.problem.queues,
        agent=table[:, 0],
        day=table[:, 1],
        start=table[:, 2],
        end=table[:, 3],
        activity=table[:, 4],
        queue=table[:, 5],
        locked=table[:, 6] > 0,
    )


def _locked_keys(case: Case) -> set[tuple[int, int, int, int]]:
    """Settled segments that come from the locked roster."""
    if case.problem.locked is None:
        return set()
    fixed = {(row.agent, row.start, row.end) for row in case.problem.fixed}
    return {
        (pin.agent, pin.start, pin.end, pin.code)
        for pin in case.settled.pins
        if pin.activity < 0 and (pin.code in (WORK, BREAK, MEAL) or (pin.agent, pin.start, pin.end) not in fixed)
    }


def _shift_rows(
    case: Case, state: State, agent: int, day: int, pins: list[Pin], locked: set[tuple[int, int, int, int]]
) -> list[Row]:
    tb, patterns = case.tables, case.patterns
    option = int(state.choice[agent, day])
    start, end = int(tb.start[option]), int(tb.end[option])
    fixed = {pin.start: pin for pin in pins if start <= pin.start < end}
    pauses = {}
    p = int(tb.pattern[option])
    for number, row in enumerate(range(int(tb.pat_first[p]), int(tb.pat_first[p + 1]))):
        at = int(state.breaks[agent, day, number])
        pauses[at] = (at + int(tb.brk_len[row]), int(patterns.code[row]))
    rows: list[Row] = []
    t = start
    while t < end:
        if t in fixed:
            pin = fixed[t]
            keep = (agent, pin.start, pin.end, pin.code) in locked
            rows.append((agent, day, t, pin.end, pin.code, pin.queue, keep))
            t = pin.end
        elif t in pauses:
            stop, code = pauses[t]
            rows.append((agent, day, t, stop, code, -1, False))
            t = stop
        else:
            queue, stop = int(state.queue[agent, t]), t + 1
            while stop < end and stop not in fixed and stop not in pauses and state.queue[agent, stop] == queue:
                stop += 1
            rows.append((agent, day, t, stop, WORK, queue, False))
            t = stop
    return rows


def read_roster(case: Case, roster: Roster) -> State:
    """The shifts of `roster` that are options of the case, as a state to be rebuilt; others are left out."""
    tb = case.tables
    state = new_state(tb)
    number = {agent.id: index for index, agent in enumerate(case.problem.agents)}
    queue_of = {name: index for index, name in enumerate(case.problem.queues)}
    later = (roster.grid.start_epoch_s - case.problem.grid.start_epoch_s) // (case.problem.grid.step_min * 60)
    for shift in roster.shifts():
        agent = number.get(roster.agents[shift.agent])
        start, end = shift.start + later, shift.end + later
        if agent is None or not 0 <= start < tb.slots:
            continue
        day = int(case.problem.grid.day_of(start))
        rows = np.arange(tb.first[agent * tb.days + day], tb.first[agent * tb.days + day + 1])
        pauses = [
            (int(roster.start[row] + later), int(roster.end[row] - roster.start[row]), int(roster.activity[row]))
            for row in shift.rows
            if roster.activity[row] in (BREAK, MEAL)
        ]
        for option in rows[(tb.start[rows] == start) & (tb.end[rows] == end)]:
            if _breaks_fit(case, int(option), pauses) and not _settled(case, agent, pauses):
                state.choice[agent, day] = option
                state.breaks[agent, day, : len(pauses)] = [at for at, _, _ in pauses]
                break
        else:
            continue
        for row in shift.rows:
            if roster.activity[row] == WORK:
                name = roster.queues[roster.queue[row]] if roster.queue[row] >= 0 else ""
                queue = queue_of.get(name, IDLE)
                span = slice(int(roster.start[row] + later), int(roster.end[row] + later))
                state.queue[agent, span] = queue if queue < 0 or tb.prof[tb.group[agent], queue] > 0 else IDLE
        _mend(case, state, agent, start, end, {t for at, length, _ in pauses for t in range(at, at + length)})
    return state


def _settled(case: Case, agent: int, pauses: list[tuple[int, int, int]]) -> bool:
    """Whether a break would lie on something settled, such as training that is now placed elsewhere."""
    pin = case.tables.pin[agent]
    return any(code not in (PIN_FREE, PIN_BREAK) for at, length, _ in pauses for code in pin[at : at + length])


def _breaks_fit(case: Case, option: int, pauses: list[tuple[int, int, int]]) -> bool:
    tb = case.tables
    p = int(tb.pattern[option])
    rows = range(int(tb.pat_first[p]), int(tb.pat_first[p + 1]))
    if len(rows) != len(pauses):
        return False
    free_from, start, end = int(tb.start[option]), int(tb.start[option]), int(tb.end[option])
    for row, (at, length, code) in zip(rows, pauses, strict=True):
        inside = tb.brk_lo[row] <= at - start <= tb.brk_hi[row] and at - free_from >= tb.brk_gap[row]
        if not inside or length != tb.brk_len[row] or code != case.patterns.code[row] or at + length > end:
            return False
        free_from = at + length
    return True


def _mend(case: Case, state: State, agent: int, start: int, end: int, paused: set[int]) -> None:
    """Settled slots and closed queues overrule what the given roster says; what was settled there is free again."""
    tb = case.tables
    for t in range(start, end):
        code, queue = int(tb.pin[agent, t]), int(state.queue[agent, t])
        if code == PIN_FREE:
            closed = queue >= 0 and t < tb.slots and not tb.is_open[queue, t]
            if closed or (queue == AWAY and t not in paused):
                state.queue[agent, t] = IDLE
        elif code >= 0:
            state.queue[agent, t] = code
        else:
            state.queue[agent, t] = IDLE if code == PIN_IDLE else AWAY
