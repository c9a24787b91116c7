"""The event loop: contacts, agents and the clock, as a pure function of arrays drawn beforehand.

No random number is drawn here, so two rosters meet the same contacts, replications may run in any order, and the
plain Python form (`NUMBA_DISABLE_JIT=1`) gives the same output. Events at the same moment: duty changes first, then
completions, then arrivals, then redials and givings up.
"""

import numpy as np

from staffing.domain.arrays import FloatArray, IntArray
from staffing.kernels import compiled
from staffing.simulate.floor import (
    BALKED,
    BLOCKED,
    CLOSED,
    GONE,
    NONE,
    Contacts,
    Doors,
    Duty,
    Floor,
    Outcome,
    Skills,
    empty_floor,
)
from staffing.simulate.free import best_of, enlist, find, find_interruptible, find_spare, has_spare, unlist
from staffing.simulate.line import announce, earlier, first_waiting, join, lose, next_pending, remind
from staffing.simulate.wheel import expect, forget, soonest

# Work left that counts as none when an agent goes off duty: only rounding leaves so little.
_DONE_S = 1e-6
_kernel = compiled(_nrt=False, inner=True, forceinline=True)
_seldom = compiled(_nrt=False, inner=True)


def run(contacts: Contacts, duty: Duty, skills: Skills, day_end_s: FloatArray, doors: Doors | None = None) -> Outcome:
    """Play the contacts against the duties until the end of the last day.

    Parameters
    ----------
    contacts, duty, skills
        In the order their classes tell; moments in seconds since the start of the horizon.
    day_end_s : (days,)
        Ends of the days; what happens after the last one is not simulated.
    doors
        When those who call again get in; None: always.
    """
    floor = empty_floor(contacts, skills, len(day_end_s), doors)
    _clock(floor, duty.at_s, duty.agent, duty.queue, day_end_s)
    return Outcome(floor.arrived_s, floor.begun_s, floor.done_s, floor.agent, floor.fate, floor.busy_s)


@compiled(_nrt=False)
def _clock(
    floor: Floor, change_s: FloatArray, change_agent: IntArray, change_queue: IntArray, day_end_s: FloatArray
) -> None:
    """Take the next event, whatever it is, until the last day is over."""
    change, day = 0, 0
    for queue in range(len(floor.queues)):
        announce(floor, queue)
    while day < len(day_end_s):
        next_change_s = change_s[change] if change < len(change_s) else np.inf
        next_done_s = soonest(floor)
        now = min(min(next_done_s, floor.coming_s[1]), min(next_change_s, floor.pending_s[0]))
        if now >= day_end_s[day]:
            for agent in range(len(floor.agents)):
                _book(floor, agent, day, day_end_s[day])
            day += 1
        elif next_change_s == now:
            _assign(floor, change_agent[change], change_queue[change], day, now)
            change += 1
        elif next_done_s == now:
            _complete(floor, floor.hand[0]["agent"], day, now)
        else:
            if floor.coming_s[1] == now:
                queue = floor.coming[1]
                contact = floor.queues[queue]["next"]
                floor.queues[queue]["next"] = contact + 1
                announce(floor, queue)
            else:
                contact = _pending(floor, now)
            if contact != NONE:
                _arrive(floor, contact, day, now)


@_seldom
def _pending(floor: Floor, now: float) -> int:
    """A contact gives up, or calls again: then it is returned, unless the queue is closed."""
    contact = next_pending(floor)
    queue = floor.queue[contact]
    if np.isnan(floor.arrived_s[contact]):
        floor.arrived_s[contact] = now
        floor.leaves_s[contact] += now
        if floor.admits[queue, min(int(now / floor.step_s), floor.admits.shape[1] - 1)]:
            return contact
        floor.fate[contact] = CLOSED
    elif np.isnan(floor.begun_s[contact]):
        floor.queues[queue]["present"] -= 1
        lose(floor, contact, GONE, now)
    return NONE


@_kernel
def _arrive(floor: Floor, contact: int, day: int, now: float) -> None:
    """Serve the contact, let it wait, or turn it away."""
    queue = floor.queue[contact]
    mine = floor.queues[queue]
    if mine["lines"] != NONE and mine["present"] >= mine["lines"]:
        lose(floor, contact, BLOCKED, now)
        return
    agent = find(floor, queue)
    freed = False
    if agent == NONE and floor.blends:
        agent = find_spare(floor, queue)
        if agent == NONE:
            agent = find_interruptible(floor, queue)
            if agent != NONE:
                freed = True
                _lay_down(floor, agent, day, now)
    if agent == NONE and contact < len(floor.balks) and floor.balks[contact]:
        lose(floor, contact, BALKED, now)
        return
    mine["present"] += 1
    if agent == NONE or mine["head"] != NONE:
        join(floor, queue, contact)
        if mine["prompt"] and floor.leaves_s[contact] < np.inf:
            remind(floor, contact, floor.leaves_s[contact])
        if agent == NONE:
            return
        contact = first_waiting(floor, queue, now)
        mine["head"] = floor.behind[contact]
    _begin(floor, agent, contact, day, now)
    if freed:
        _offer(floor, day, now)


@_seldom
def _lay_down(floor: Floor, agent: int, day: int, now: float) -> None:
    """The agent lays down the one piece of work it does."""
    _work_off(floor, agent, now)
    _book(floor, agent, day, now)
    unlist(floor, agent)
    contact = _release(floor, agent, 0)
    floor.agents[agent]["limit"] = floor.held.shape[1]
    forget(floor, agent)
    join(floor, floor.queue[contact], contact)


@_seldom
def _offer(floor: Floor, day: int, now: float) -> None:
    """Hand work laid down to whoever is free for it."""
    for queue in range(len(floor.queues)):
        while floor.queues[queue]["resumable"]:
            contact = first_waiting(floor, queue, now)
            agent = find(floor, queue) if contact != NONE else NONE
            if agent == NONE:
                break
            floor.queues[queue]["head"] = floor.behind[contact]
            _begin(floor, agent, contact, day, now)
    if floor.blends:
        for assigned in range(len(floor.queues)):
            _blend(floor, assigned, day, now)


@_seldom
def _assign(floor: Floor, agent: int, queue: int, day: int, now: float) -> None:
    """Change the agent's duty; resumable work of another queue goes back into its line, all else is finished."""
    me = floor.agents[agent]
    _work_off(floor, agent, now)
    _book(floor, agent, day, now)
    unlist(floor, agent)
    before = me["assigned"]
    me["assigned"] = queue
    if before != NONE:
        floor.queues[before]["on_duty"] -= 1
    if queue != NONE:
        floor.queues[queue]["on_duty"] += 1
    for place in range(me["load"] - 1, -1, -1):
        contact = floor.held[agent, place]
        own = floor.queue[contact]
        if floor.left_s[contact] <= _DONE_S:
            _release(floor, agent, place)
            _finish(floor, contact, now)
        elif floor.queues[own]["resumable"] and own != queue:
            _release(floor, agent, place)
            join(floor, own, contact)
    _go_on(floor, agent, day, now)
    _offer(floor, day, now)


@_kernel
def _complete(floor: Floor, agent: int, day: int, now: float) -> None:
    """Finish the contact whose moment has come; the agent then takes the next one."""
    me = floor.agents[agent]
    if me["load"] > 1:
        _work_off(floor, agent, now)
    _book(floor, agent, day, now)
    _finish(floor, _release(floor, agent, me["finishing"]), now)
    unlist(floor, agent)
    _go_on(floor, agent, day, now)
    if floor.blends:
        _blend(floor, me["assigned"], day, now)


@_kernel
def _finish(floor: Floor, contact: int, now: float) -> None:
    floor.done_s[contact] = now
    floor.queues[floor.queue[contact]]["present"] -= 1


@_kernel
def _go_on(floor: Floor, agent: int, day: int, now: float) -> None:
    """Let an agent who stands in no list take waiting contacts as long as there is room, then stand in the list."""
    me = floor.agents[agent]
    if me["load"] > 0:
        _settle(floor, agent, now)
    else:
        me["limit"] = floor.held.shape[1]
        forget(floor, agent)
    while me["assigned"] != NONE and me["load"] < me["limit"]:
        contact = _choose(floor, agent, now)
        if contact == NONE:
            break
        _begin(floor, agent, contact, day, now)
    if me["load"] == 0:
        enlist(floor, agent, now)


@_kernel
def _choose(floor: Floor, agent: int, now: float) -> int:
    """Take out of its line the contact that the agent serves next: smallest rank first, then the longest waiting."""
    me = floor.agents[agent]
    best, best_rank = NONE, 0
    for queue in range(len(floor.queues)):
        if floor.queues[queue]["head"] == NONE:
            continue
        rank = floor.rank[me["assigned"], queue]
        if rank < 0 or floor.proficiency[agent, queue] <= 0.0 or me["load"] >= floor.queues[queue]["max_parallel"]:
            continue
        contact = first_waiting(floor, queue, now)
        if contact == NONE:
            continue
        if best == NONE or rank < best_rank or (rank == best_rank and earlier(floor, contact, best)):
            best, best_rank = contact, rank
    if best != NONE:
        floor.queues[floor.queue[best]]["head"] = floor.behind[best]
    return int(best)


@_seldom
def _blend(floor: Floor, assigned: int, day: int, now: float) -> None:
    """Hand work for spare agents to idle agents of one queue as long as more of them are idle than the reserve."""
    while assigned != NONE and has_spare(floor, assigned):
        best, best_rank, agent = NONE, 0, NONE
        for queue in range(len(floor.queues)):
            rank = floor.spare[assigned, queue]
            contact = first_waiting(floor, queue, now) if rank >= 0 else NONE
            if contact == NONE:
                continue
            able = best_of(floor, assigned, 0, queue, NONE)
            if able == NONE:
                continue
            if best == NONE or rank < best_rank or (rank == best_rank and earlier(floor, contact, best)):
                best, best_rank, agent = contact, rank, able
        if best == NONE:
            return
        floor.queues[floor.queue[best]]["head"] = floor.behind[best]
        _begin(floor, agent, best, day, now)


@_kernel
def _begin(floor: Floor, agent: int, contact: int, day: int, now: float) -> None:
    """Hand a contact that stands in no line to the agent."""
    me = floor.agents[agent]
    if np.isnan(floor.begun_s[contact]):
        floor.begun_s[contact] = now
    floor.agent[contact] = agent
    if me["load"] > 0:
        _work_off(floor, agent, now)
        floor.held[agent, me["load"]] = contact
        me["load"] += 1
        _settle(floor, agent, now)
        return
    queue = floor.queue[contact]
    floor.held[agent, 0] = contact
    me["load"], me["finishing"] = 1, 0
    me["limit"] = floor.queues[queue]["max_parallel"]
    me["stamp_s"] = me["spell_s"] = now
    left_s = max(0.0, floor.left_s[contact])
    expect(floor, agent, now + left_s * floor.factors[queue, 0] / floor.proficiency[agent, queue])
    unlist(floor, agent)
    if me["limit"] > 1 or floor.blends:
        enlist(floor, agent, now)


@_seldom
def _settle(floor: Floor, agent: int, now: float) -> None:
    """After a change of what an agent with contacts holds: its next completion and its place among the free ones."""
    me = floor.agents[agent]
    soonest_s, limit = np.inf, floor.held.shape[1]
    for place in range(me["load"]):
        contact = floor.held[agent, place]
        queue = floor.queue[contact]
        limit = min(limit, floor.queues[queue]["max_parallel"])
        left_s = max(0.0, floor.left_s[contact])
        done_s = now + left_s * floor.factors[queue, me["load"] - 1] / floor.proficiency[agent, queue]
        if done_s < soonest_s:
            soonest_s = done_s
            me["finishing"] = place
    me["limit"] = limit
    forget(floor, agent)
    expect(floor, agent, soonest_s)
    unlist(floor, agent)
    enlist(floor, agent, now)


@_seldom
def _work_off(floor: Floor, agent: int, now: float) -> None:
    """Bring the work left of the contacts held up to date."""
    me = floor.agents[agent]
    passed_s = now - me["stamp_s"]
    for place in range(me["load"]):
        contact = floor.held[agent, place]
        queue = floor.queue[contact]
        factor = floor.factors[queue, me["load"] - 1]
        floor.left_s[contact] -= passed_s * floor.proficiency[agent, queue] / factor
    me["stamp_s"] = now


@_kernel
def _book(floor: Floor, agent: int, day: int, now: float) -> None:
    """Add the agent's busy time since the last booking to the queue it is on duty for."""
    me = floor.agents[agent]
    if me["assigned"] != NONE and me["load"] > 0:
        floor.busy_s[me["assigned"], day] += now - me["spell_s"]
    me["spell_s"] = now


@_kernel
def _release(floor: Floor, agent: int, place: int) -> int:
    """Take the contact at `place` out of the agent's hands."""
    me = floor.agents[agent]
    contact: int = floor.held[agent, place]
    me["load"] -= 1
    floor.held[agent, place] = floor.held[agent, me["load"]]
    return contact
