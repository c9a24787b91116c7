"""The next completion of each agent, on a wheel of time slots, and which of all comes first.

A wheel (Brown 1988, calendar queue) looks at one or two agents per event where a tree looks at its depth. The slots
only decide where to look: the order of the events does not depend on their width.
"""

import numpy as np

from staffing.kernels import compiled
from staffing.simulate.floor import NONE, Floor

# Nothing here makes or keeps an array, so references need no counting: three times as fast. A call that hands over the
# tables costs more than most steps, so they become part of their caller.
_kernel = compiled(_nrt=False, inner=True, forceinline=True)
_seldom = compiled(_nrt=False, inner=True)
_UNKNOWN = -1.0


@_kernel
def expect(floor: Floor, agent: int, at_s: float) -> None:
    """Note the next completion of an agent who expects none."""
    hand, me = floor.hand[0], floor.agents[agent]
    number = int(at_s * floor.slots_per_s)
    slot = number & (floor.wheel.size - 1)
    me["done_s"], me["beside"] = at_s, floor.wheel[slot]
    floor.wheel[slot] = agent
    hand["number"] = min(hand["number"], number)
    if at_s < hand["soonest_s"] or (at_s == hand["soonest_s"] and agent < hand["agent"]):
        hand["soonest_s"], hand["agent"] = at_s, agent


@_kernel
def forget(floor: Floor, agent: int) -> None:
    """The agent expects no completion any more."""
    hand, me = floor.hand[0], floor.agents[agent]
    if me["done_s"] == np.inf:
        return
    slot = int(me["done_s"] * floor.slots_per_s) & (floor.wheel.size - 1)
    other = floor.wheel[slot]
    if other == agent:
        floor.wheel[slot] = me["beside"]
    else:
        while floor.agents[other]["beside"] != agent:
            other = floor.agents[other]["beside"]
        floor.agents[other]["beside"] = me["beside"]
    me["done_s"] = np.inf
    if hand["agent"] == agent:
        hand["soonest_s"] = _UNKNOWN


@_kernel
def soonest(floor: Floor) -> float:
    """Moment of the next completion; the hand then points at its agent, the lower number of two equal ones."""
    hand = floor.hand[0]
    if hand["soonest_s"] == _UNKNOWN:
        number, found, best_s = hand["number"], NONE, np.inf
        for _ in range(floor.wheel.size):
            agent = floor.wheel[number & (floor.wheel.size - 1)]
            while agent != NONE:
                at_s = floor.agents[agent]["done_s"]
                if (at_s < best_s or (at_s == best_s and agent < found)) and int(at_s * floor.slots_per_s) == number:
                    found, best_s = agent, at_s
                agent = floor.agents[agent]["beside"]
            if found != NONE:
                break
            number += 1
        if found == NONE:
            found = _anywhere(floor)
        hand["agent"] = found
        hand["soonest_s"] = floor.agents[found]["done_s"] if found != NONE else np.inf
        hand["number"] = number if found == NONE else int(hand["soonest_s"] * floor.slots_per_s)
    return float(hand["soonest_s"])


@_seldom
def _anywhere(floor: Floor) -> int:
    """Agent with the next completion where none comes within a turn of the wheel."""
    found, best_s = NONE, np.inf
    for agent in range(len(floor.agents)):
        if floor.agents[agent]["done_s"] < best_s:
            found, best_s = agent, floor.agents[agent]["done_s"]
    return found
