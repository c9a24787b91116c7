"""Agents on the floor: who is free, and which of the free ones gets a contact."""

import numpy as np

from staffing.domain.queue import IDLE_RESERVE
from staffing.kernels import compiled
from staffing.simulate.floor import FASTEST, LONGEST_IDLE, NONE, SPECIALIST, Floor

_kernel = compiled(_nrt=False, inner=True, forceinline=True)
_seldom = compiled(_nrt=False, inner=True)


@_kernel
def unlist(floor: Floor, agent: int) -> None:
    """Take the agent out of the list of free agents it stands in."""
    me = floor.agents[agent]
    if me["list"] == NONE:
        return
    mine = floor.lists[me["list"]]
    if me["before"] == NONE:
        mine["first"] = me["after"]
    else:
        floor.agents[me["before"]]["after"] = me["after"]
    if me["after"] == NONE:
        mine["last"] = me["before"]
    else:
        floor.agents[me["after"]]["before"] = me["before"]
    mine["count"] -= 1
    me["list"] = NONE


@_kernel
def enlist(floor: Floor, agent: int, now: float) -> None:
    """Put the agent at the end of the list of its assigned queue and load, when it is free for a contact."""
    me = floor.agents[agent]
    if me["assigned"] == NONE:
        return
    place = me["load"]
    if place >= me["limit"]:
        if not (floor.blends and _interruptible(floor, agent)):
            return
        place = floor.held.shape[1]
    number = me["assigned"] * (floor.held.shape[1] + 1) + place
    mine = floor.lists[number]
    me["before"], me["after"] = mine["last"], NONE
    if me["before"] == NONE:
        mine["first"] = agent
    else:
        floor.agents[me["before"]]["after"] = agent
    mine["last"] = agent
    mine["count"] += 1
    me["list"] = number
    me["since_s"] = now


@_seldom
def _interruptible(floor: Floor, agent: int) -> bool:
    """Whether the agent does work for spare agents that may be laid down."""
    me = floor.agents[agent]
    queue = floor.queue[floor.held[agent, 0]]
    spare = me["load"] == 1 and queue != me["assigned"] and floor.spare[me["assigned"], queue] >= 0
    return bool(spare and floor.queues[queue]["resumable"])


@_kernel
def _goes_first(floor: Floor, queue: int, agent: int, other: int) -> bool:
    """Whether `agent` gets a contact of `queue` rather than `other`: by the rule, then the longest standing."""
    one, two = floor.agents[agent], floor.agents[other]
    routing = floor.queues[queue]["routing"]
    if routing == SPECIALIST and one["skills"] != two["skills"]:
        return bool(one["skills"] < two["skills"])
    if routing == FASTEST and floor.proficiency[agent, queue] != floor.proficiency[other, queue]:
        return bool(floor.proficiency[agent, queue] > floor.proficiency[other, queue])
    return bool(one["since_s"] < two["since_s"] or (one["since_s"] == two["since_s"] and agent < other))


@_kernel
def best_of(floor: Floor, assigned: int, place: int, queue: int, best: int) -> int:
    """`best`, or the agent of one list who gets the contact of `queue` rather than `best`."""
    agent = floor.lists[assigned * (floor.held.shape[1] + 1) + place]["first"]
    by_time = floor.queues[queue]["routing"] == LONGEST_IDLE
    while agent != NONE:
        if by_time and best != NONE and floor.agents[agent]["since_s"] > floor.agents[best]["since_s"]:
            break
        if floor.proficiency[agent, queue] > 0.0 and (best == NONE or _goes_first(floor, queue, agent, best)):
            best = agent
        agent = floor.agents[agent]["after"]
    return best


@_kernel
def find(floor: Floor, queue: int) -> int:
    """Agent for a contact of `queue`: assigned to it first, then the least loaded, then by the rule of the queue."""
    for load in range(floor.queues[queue]["max_parallel"]):
        best = best_of(floor, queue, load, queue, NONE)
        if best != NONE:
            return best
    if floor.helpers[queue, 0] == NONE:
        return NONE
    return _find_helper(floor, queue)


@_seldom
def _find_helper(floor: Floor, queue: int) -> int:
    """Agent assigned to another queue who may serve `queue`."""
    for load in range(floor.queues[queue]["max_parallel"]):
        best, place = NONE, 0
        while floor.helpers[queue, place] != NONE:
            best = best_of(floor, floor.helpers[queue, place], load, queue, best)
            place += 1
        if best != NONE:
            return best
    return NONE


@_seldom
def find_spare(floor: Floor, queue: int) -> int:
    """Idle agent for a contact of `queue` where more agents of the assigned queue are idle than the reserve."""
    best = NONE
    for assigned in range(len(floor.queues)):
        if floor.spare[assigned, queue] >= 0 and has_spare(floor, assigned):
            best = best_of(floor, assigned, 0, queue, best)
    return best


@_seldom
def has_spare(floor: Floor, assigned: int) -> bool:
    """Whether more agents of the queue are idle than the reserve, a multiple of the root of those on duty, rounded."""
    idle = floor.lists[assigned * (floor.held.shape[1] + 1)]["count"]
    return bool(idle > np.rint(IDLE_RESERVE * np.sqrt(floor.queues[assigned]["on_duty"])))


@_seldom
def find_interruptible(floor: Floor, queue: int) -> int:
    """Agent for a contact of `queue` among those who may lay down what they do."""
    most = floor.held.shape[1]
    best = best_of(floor, queue, most, queue, NONE)
    place = 0
    while best == NONE and floor.helpers[queue, place] != NONE:
        best = best_of(floor, floor.helpers[queue, place], most, queue, best)
        place += 1
    return best
