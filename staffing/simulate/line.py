"""Contacts without an agent: arrivals, the waiting lines, and the heap of redials and of moments of giving up."""

import numpy as np

from staffing.kernels import compiled
from staffing.simulate.floor import GONE, NONE, Floor

_kernel = compiled(_nrt=False, inner=True, forceinline=True)
_seldom = compiled(_nrt=False, inner=True)


@_kernel
def announce(floor: Floor, queue: int) -> None:
    """Note the next arrival of the queue; the root of the tournament tells which queue's comes first."""
    contact = floor.queues[queue]["next"]
    best_s = floor.arrived_s[contact] if contact < floor.queues[queue]["end"] else np.inf
    node, best = floor.coming.size // 2 + queue, queue
    floor.coming_s[node] = best_s
    while node > 1:
        other = node ^ 1
        other_s = floor.coming_s[other]
        if other_s < best_s or (other_s == best_s and other < node):
            best_s, best = other_s, floor.coming[other]
        node >>= 1
        floor.coming_s[node], floor.coming[node] = best_s, best


@_kernel
def first_waiting(floor: Floor, queue: int, now: float) -> int:
    """First contact still waiting; those in front of it that have given up leave the line."""
    contact = floor.queues[queue]["head"]
    while contact != NONE and (floor.leaves_s[contact] < now or floor.fate[contact] == GONE):
        contact = floor.behind[contact]
    floor.queues[queue]["head"] = contact
    return int(contact)


@_kernel
def earlier(floor: Floor, one: int, other: int) -> bool:
    """Whether `one` arrived before `other`."""
    one_s, other_s = floor.arrived_s[one], floor.arrived_s[other]
    return bool(one_s < other_s or (one_s == other_s and one < other))


@_kernel
def join(floor: Floor, queue: int, contact: int) -> None:
    """Let a contact wait: behind all that arrived before it, also when it was interrupted."""
    mine = floor.queues[queue]
    if mine["head"] == NONE:
        mine["head"] = mine["tail"] = contact
        floor.behind[contact] = NONE
    elif earlier(floor, mine["tail"], contact):
        floor.behind[mine["tail"]] = contact
        mine["tail"] = contact
        floor.behind[contact] = NONE
    elif earlier(floor, contact, mine["head"]):
        floor.behind[contact] = mine["head"]
        mine["head"] = contact
    else:
        ahead = mine["head"]
        while earlier(floor, floor.behind[ahead], contact):
            ahead = floor.behind[ahead]
        floor.behind[contact] = floor.behind[ahead]
        floor.behind[ahead] = contact


@_seldom
def lose(floor: Floor, contact: int, fate: int, now: float) -> None:
    """Note the fate of an attempt that came to nothing, and the redial that follows."""
    floor.fate[contact] = fate
    if contact < len(floor.follow) and floor.follow[contact] != NONE:
        redial = floor.follow[contact]
        remind(floor, redial, now + floor.after_s[redial - (len(floor.queue) - len(floor.after_s))])


@_seldom
def remind(floor: Floor, contact: int, at_s: float) -> None:
    """Put a contact into the heap: it calls again, or gives up, at that moment."""
    place = floor.hand[0]["pendings"]
    floor.hand[0]["pendings"] += 1
    while place > 0:
        above = (place - 1) // 2
        if not _sooner(at_s, contact, floor.pending_s[above], floor.pending[above]):
            break
        floor.pending_s[place], floor.pending[place] = floor.pending_s[above], floor.pending[above]
        place = above
    floor.pending_s[place], floor.pending[place] = at_s, contact


@_seldom
def next_pending(floor: Floor) -> int:
    """Take the contact whose moment has come out of the heap."""
    contact: int = floor.pending[0]
    floor.hand[0]["pendings"] -= 1
    size = floor.hand[0]["pendings"]
    at_s, last = floor.pending_s[size], floor.pending[size]
    floor.pending_s[size] = np.inf
    place = 0
    while 2 * place + 1 < size:
        below = 2 * place + 1
        if below + 1 < size and _sooner(
            floor.pending_s[below + 1], floor.pending[below + 1], floor.pending_s[below], floor.pending[below]
        ):
            below += 1
        if not _sooner(floor.pending_s[below], floor.pending[below], at_s, last):
            break
        floor.pending_s[place], floor.pending[place] = floor.pending_s[below], floor.pending[below]
        place = below
    if size > 0:
        floor.pending_s[place], floor.pending[place] = at_s, last
    return contact


@_kernel
def _sooner(one_s: float, one: int, other_s: float, other: int) -> bool:
    return bool(one_s < other_s or (one_s == other_s and one < other))
