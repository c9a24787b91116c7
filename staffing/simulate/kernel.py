"""The event loop: contacts, agents and the clock, as a pure function of arrays drawn beforehand.

No random number is drawn here, so two rosters meet the same contacts, replications may run in any order, and the
plain Python form (`NUMBA_DISABLE_JIT=1`) gives the same output. Events at the same moment: duty changes first, then
completions, then arrivals. All compiled functions live in this file because compiled code is kept on disk by file;
they pass few tables of records around, because every array handed to a compiled function costs time.
"""

import numpy as np

from staffing.domain.arrays import FloatArray, IntArray
from staffing.kernels import compiled
from staffing.simulate.floor import NONE, Contacts, Duty, Floor, Outcome, Skills, Table, empty_floor

# Work left that counts as none when an agent goes off duty: only rounding leaves so little.
_DONE_S = 1e-6
# Nothing here makes or keeps an array, so references need no counting: three times as fast.
_kernel = compiled(_nrt=False)


def run(contacts: Contacts, duty: Duty, skills: Skills, day_end_s: FloatArray) -> Outcome:
    """Play the contacts against the duties until the end of the last day.

    Parameters
    ----------
    contacts, duty, skills
        Sorted by time; moments in seconds since the start of the horizon.
    day_end_s : (days,)
        Ends of the days; what happens after the last one is not simulated.
    """
    floor = empty_floor(contacts, skills, len(day_end_s))
    _clock(floor, contacts.arrival_s, duty.at_s, duty.agent, duty.queue, day_end_s)
    table = floor.contacts
    return Outcome(table["begun_s"].copy(), table["done_s"].copy(), table["agent"].copy(), floor.busy_s)


@_kernel
def _clock(
    floor: Floor,
    arrival_s: FloatArray,
    change_s: FloatArray,
    change_agent: IntArray,
    change_queue: IntArray,
    day_end_s: FloatArray,
) -> None:
    """Take the next event, whatever it is, until the last day is over."""
    contact, change, day = 0, 0, 0
    while day < len(day_end_s):
        next_arrival_s = arrival_s[contact] if contact < len(arrival_s) else np.inf
        next_change_s = change_s[change] if change < len(change_s) else np.inf
        next_done_s = floor.tree_s[1]
        now = min(next_arrival_s, next_change_s, next_done_s)
        if now >= day_end_s[day]:
            for agent in range(len(floor.agents)):
                _book(floor.agents, floor.busy_s, agent, day, day_end_s[day])
            day += 1
        elif next_change_s == now:
            _assign(floor, change_agent[change], change_queue[change], day, now)
            change += 1
        elif next_done_s == now:
            _complete(floor, _soonest(floor.tree_s), day, now)
        else:
            queue = floor.contacts[contact]["queue"]
            _join(floor.contacts, floor.queues, queue, contact)
            _dispatch(floor, queue, day, now)
            contact += 1


@_kernel
def _assign(floor: Floor, agent: int, queue: int, day: int, now: float) -> None:
    """Change the agent's duty; resumable work of another queue goes back into its line, all else is finished."""
    contacts, me, queues = floor.contacts, floor.agents[agent], floor.queues
    _work_off(contacts, floor.agents, queues, floor.held, floor.proficiency, agent, now)
    _book(floor.agents, floor.busy_s, agent, day, now)
    me["assigned"] = queue
    dropped = 0
    for place in range(me["load"] - 1, -1, -1):
        own = contacts[floor.held[agent, place]]["queue"]
        if contacts[floor.held[agent, place]]["left_s"] <= _DONE_S:
            contacts[_release(floor.agents, floor.held, agent, place)]["done_s"] = now
        elif queues[own]["resumable"] and own != queue:
            _join(contacts, queues, own, _release(floor.agents, floor.held, agent, place))
            dropped += 1
    _settle(floor, agent, now)
    _fill(floor, agent, day, now)
    for _ in range(dropped):
        for other in range(len(queues)):
            if queues[other]["resumable"]:
                _dispatch(floor, other, day, now)


@_kernel
def _complete(floor: Floor, agent: int, day: int, now: float) -> None:
    """Finish the contact whose moment has come; the agent then takes the next one."""
    _work_off(floor.contacts, floor.agents, floor.queues, floor.held, floor.proficiency, agent, now)
    _book(floor.agents, floor.busy_s, agent, day, now)
    contact = _release(floor.agents, floor.held, agent, floor.agents[agent]["finishing"])
    floor.contacts[contact]["left_s"] = 0.0
    floor.contacts[contact]["done_s"] = now
    _settle(floor, agent, now)
    _fill(floor, agent, day, now)


@_kernel
def _dispatch(floor: Floor, queue: int, day: int, now: float) -> None:
    """Hand the first waiting contact of `queue` to an agent with room, if there is one."""
    if _waiting(floor.contacts, floor.queues, queue, now) == NONE:
        return
    agent = _find(floor.agents, floor.queues, floor.lists, floor.held, floor.proficiency, floor.rank, queue)
    if agent != NONE:
        _begin(floor, agent, queue, day, now)


@_kernel
def _fill(floor: Floor, agent: int, day: int, now: float) -> None:
    """Let an agent with room take waiting contacts: smallest rank first, then the longest waiting."""
    me = floor.agents[agent]
    while me["list"] != NONE:
        best, best_rank, best_contact = NONE, 0, NONE
        for queue in range(len(floor.queues)):
            if floor.queues[queue]["head"] == NONE:
                continue
            rank = floor.rank[me["assigned"], queue]
            if rank < 0 or floor.proficiency[agent, queue] <= 0.0 or me["load"] >= floor.queues[queue]["max_parallel"]:
                continue
            contact = _waiting(floor.contacts, floor.queues, queue, now)
            if contact == NONE:
                continue
            if best == NONE or rank < best_rank or (rank == best_rank and contact < best_contact):
                best, best_rank, best_contact = queue, rank, contact
        if best == NONE:
            return
        _begin(floor, agent, best, day, now)


@_kernel
def _begin(floor: Floor, agent: int, queue: int, day: int, now: float) -> None:
    """Hand the first waiting contact of `queue` to the agent."""
    me = floor.agents[agent]
    contact = floor.queues[queue]["head"]
    floor.queues[queue]["head"] = floor.contacts[contact]["behind"]
    _work_off(floor.contacts, floor.agents, floor.queues, floor.held, floor.proficiency, agent, now)
    _book(floor.agents, floor.busy_s, agent, day, now)
    floor.held[agent, me["load"]] = contact
    me["load"] += 1
    if np.isnan(floor.contacts[contact]["begun_s"]):
        floor.contacts[contact]["begun_s"] = now
    floor.contacts[contact]["agent"] = agent
    _settle(floor, agent, now)


@_kernel
def _settle(floor: Floor, agent: int, now: float) -> None:
    """After a change of what the agent holds or serves: its next completion and its place among those with room."""
    soonest_s = _next_done(floor.contacts, floor.agents, floor.queues, floor.held, floor.proficiency, agent, now)
    _enter(floor.tree_s, agent, soonest_s)
    _unlist(floor.agents, floor.lists, agent)
    _list(floor.agents, floor.lists, floor.held.shape[1], agent, now)


@_kernel
def _slower(queues: Table, queue: int, load: int) -> float:
    """h(n): how much longer a contact takes when it is one of `load` held at once."""
    factor: float = 1.0 + queues[queue]["slowdown"] * (load - 1)
    return factor


@_kernel
def _work_off(
    contacts: Table, agents: Table, queues: Table, held: IntArray, proficiency: FloatArray, agent: int, now: float
) -> None:
    """Bring the work left of the contacts held up to date."""
    me = agents[agent]
    passed_s = now - me["stamp_s"]
    for place in range(me["load"]):
        contact = held[agent, place]
        queue = contacts[contact]["queue"]
        contacts[contact]["left_s"] -= passed_s * proficiency[agent, queue] / _slower(queues, queue, me["load"])
    me["stamp_s"] = now


@_kernel
def _next_done(
    contacts: Table, agents: Table, queues: Table, held: IntArray, proficiency: FloatArray, agent: int, now: float
) -> float:
    """Moment of the agent's next completion; sets which contact it is and how many may be held beside it."""
    me = agents[agent]
    soonest_s, limit = np.inf, held.shape[1]
    for place in range(me["load"]):
        contact = contacts[held[agent, place]]
        queue = contact["queue"]
        limit = min(limit, queues[queue]["max_parallel"])
        done_s = now + max(0.0, contact["left_s"]) * _slower(queues, queue, me["load"]) / proficiency[agent, queue]
        if done_s < soonest_s:
            soonest_s = done_s
            me["finishing"] = place
    me["limit"] = limit
    return soonest_s


@_kernel
def _book(agents: Table, busy_s: FloatArray, agent: int, day: int, now: float) -> None:
    """Add the agent's busy time since the last booking to the queue it is on duty for."""
    me = agents[agent]
    if me["assigned"] != NONE and me["load"] > 0:
        busy_s[me["assigned"], day] += now - me["spell_s"]
    me["spell_s"] = now


@_kernel
def _release(agents: Table, held: IntArray, agent: int, place: int) -> int:
    """Take the contact at `place` out of the agent's hands."""
    contact: int = held[agent, place]
    agents[agent]["load"] -= 1
    held[agent, place] = held[agent, agents[agent]["load"]]
    return contact


@_kernel
def _enter(tree_s: FloatArray, agent: int, done_s: float) -> None:
    """Note an agent's next completion in the tournament."""
    node = tree_s.size // 2 + agent
    tree_s[node] = done_s
    while node > 1:
        node //= 2
        tree_s[node] = min(tree_s[2 * node], tree_s[2 * node + 1])


@_kernel
def _soonest(tree_s: FloatArray) -> int:
    """Agent with the next completion; the lower number where two are equal."""
    node, leaves = 1, tree_s.size // 2
    while node < leaves:
        node *= 2
        if tree_s[node] > tree_s[node + 1]:
            node += 1
    return node - leaves


@_kernel
def _unlist(agents: Table, lists: Table, agent: int) -> None:
    """Take the agent out of the list of those with room for a contact."""
    me = agents[agent]
    if me["list"] == NONE:
        return
    if me["before"] == NONE:
        lists[me["list"]]["first"] = me["after"]
    else:
        agents[me["before"]]["after"] = me["after"]
    if me["after"] == NONE:
        lists[me["list"]]["last"] = me["before"]
    else:
        agents[me["after"]]["before"] = me["before"]
    me["list"] = NONE


@_kernel
def _list(agents: Table, lists: Table, most: int, agent: int, now: float) -> None:
    """Put the agent at the end of the list of its assigned queue and load, when it has room."""
    me = agents[agent]
    if me["assigned"] == NONE or me["load"] >= me["limit"]:
        return
    mine = me["assigned"] * most + me["load"]
    me["before"], me["after"] = lists[mine]["last"], NONE
    if me["before"] == NONE:
        lists[mine]["first"] = agent
    else:
        agents[me["before"]]["after"] = agent
    lists[mine]["last"] = agent
    me["list"] = mine
    me["since_s"] = now


@_kernel
def _earlier(agents: Table, agent: int, other: int) -> bool:
    """Whether `agent` has been standing longer than `other`; of two equal ones the lower number."""
    one_s, other_s = agents[agent]["since_s"], agents[other]["since_s"]
    return bool(one_s < other_s or (one_s == other_s and agent < other))


@_kernel
def _find(
    agents: Table, queues: Table, lists: Table, held: IntArray, proficiency: FloatArray, rank: IntArray, queue: int
) -> int:
    """Agent for a contact of `queue`: assigned to it first, then the least loaded, then the longest idle."""
    for own in (True, False):
        for load in range(queues[queue]["max_parallel"]):
            best = NONE
            for assigned in range(len(queues)):
                if (assigned == queue) != own or rank[assigned, queue] < 0:
                    continue
                agent = lists[assigned * held.shape[1] + load]["first"]
                while agent != NONE and proficiency[agent, queue] <= 0.0:
                    agent = agents[agent]["after"]
                if agent != NONE and (best == NONE or _earlier(agents, agent, best)):
                    best = agent
            if best != NONE:
                return best
    return NONE


@_kernel
def _waiting(contacts: Table, queues: Table, queue: int, now: float) -> int:
    """First contact still waiting; those in front of it that have given up leave the line."""
    contact: int = queues[queue]["head"]
    while contact != NONE and contacts[contact]["leaves_s"] < now:
        contact = contacts[contact]["behind"]
    queues[queue]["head"] = contact
    return contact


@_kernel
def _join(contacts: Table, queues: Table, queue: int, contact: int) -> None:
    """Let a contact wait: behind all that arrived before it, also when it was interrupted."""
    line = queues[queue]
    if line["head"] == NONE:
        line["head"] = line["tail"] = contact
        contacts[contact]["behind"] = NONE
    elif line["tail"] < contact:
        contacts[line["tail"]]["behind"] = contact
        line["tail"] = contact
        contacts[contact]["behind"] = NONE
    elif contact < line["head"]:
        contacts[contact]["behind"] = line["head"]
        line["head"] = contact
    else:
        ahead = line["head"]
        while contacts[ahead]["behind"] < contact:
            ahead = contacts[ahead]["behind"]
        contacts[contact]["behind"] = contacts[ahead]["behind"]
        contacts[ahead]["behind"] = contact
