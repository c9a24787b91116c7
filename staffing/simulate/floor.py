"""The tables of one run: what the event loop is given, what it changes, what it gives back."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from staffing.domain.arrays import BoolArray, FloatArray, IntArray

NONE = -1
OPEN, BLOCKED, BALKED, GONE, CLOSED = range(5)
"""Fates: nothing special; no line free; left at once; noted as given up; called again while closed."""
LONGEST_IDLE, SPECIALIST, FASTEST = range(3)
"""Which of several free agents gets a contact."""
_LEAST_S = 1e-3
"""Shortest mean work the width of the wheel's slots is made for."""
Table = NDArray[np.void]

AGENT = np.dtype(
    [
        ("assigned", "i8"),  # queue on duty for, -1: off duty
        ("load", "i8"),  # contacts held
        ("limit", "i8"),  # most contacts that may be held, given those that are
        ("finishing", "i8"),  # place of the contact that is done next
        ("done_s", "f8"),  # next completion, infinite: none
        ("beside", "i8"),  # next agent in the same slot of the wheel
        ("stamp_s", "f8"),  # work left of the contacts held is up to date at this moment
        ("spell_s", "f8"),  # busy time is booked up to this moment
        ("since_s", "f8"),  # moment of joining the list
        ("list", "i8"),  # list of free agents this one stands in, -1: none; its neighbours there
        ("before", "i8"),
        ("after", "i8"),
        ("skills", "i8"),  # number of queues the agent can serve
    ]
)
QUEUE = np.dtype(
    [
        ("head", "i8"),  # waiting line, -1: empty
        ("tail", "i8"),
        ("next", "i8"),  # the next contact to arrive, and the one after the last
        ("end", "i8"),
        ("present", "i8"),  # contacts in service and waiting, kept where lines are limited
        ("on_duty", "i8"),  # agents on duty for the queue
        ("max_parallel", "i8"),
        ("resumable", "i8"),
        ("lines", "i8"),  # most contacts in service and waiting, -1: no limit
        ("routing", "i8"),
        ("prompt", "i8"),  # whether a contact's giving up matters at its moment
    ]
)
HAND = np.dtype(
    [
        ("number", "i8"),  # slot of the wheel, counted from the start, before which no completion lies
        ("agent", "i8"),  # the next completion: whose and when, infinite: none, -1: not known
        ("soonest_s", "f8"),
        ("pendings", "i8"),  # entries of the heap
    ]
)
LIST = np.dtype([("first", "i8"), ("last", "i8"), ("count", "i8")])  # free agents, longest standing first


class Contacts(NamedTuple):
    """Contacts of the first queue in order of arrival, then those of the second, and so on; then redials.

    `arrival_s` (first attempts,) are moments; `queue`, `work_s`, `patience_s` (attempts,) go on with the redials.
    `work_s` is the time a standard agent needs for the contact alone, `patience_s` the time until one without an
    answer gives up, infinite where it never does. `balks` (attempts,) marks those that leave at once when nobody is
    free, `follow` (attempts,) is the redial to be made when this attempt is lost (-1: none), `after_s` (redials,) the
    time until then; the three are empty where no queue has such callers. Redials belong to queues whose work is not
    laid down.
    """

    arrival_s: FloatArray
    queue: IntArray
    work_s: FloatArray
    patience_s: FloatArray
    balks: BoolArray
    follow: IntArray
    after_s: FloatArray

    @classmethod
    def plain(cls, arrival_s: FloatArray, queue: IntArray, work_s: FloatArray, patience_s: FloatArray) -> "Contacts":
        """Nobody balks, nobody calls again."""
        return cls(
            arrival_s, queue, work_s, patience_s, np.zeros(0, dtype=bool), np.zeros(0, dtype=np.int64), np.zeros(0)
        )


class Duty(NamedTuple):
    """Changes of agents' assigned queue (-1: off duty) in order of time."""

    at_s: FloatArray
    agent: IntArray
    queue: IntArray


class Skills(NamedTuple):
    """Who may serve what, and how fast.

    `proficiency` (agents, queues); `max_parallel`, `resumable`, `lines` (-1: no limit), `routing` (queues,);
    `factors` (queues, most parallel): handle time with 1, 2, ... contacts at once relative to one; `rank` (assigned
    queue, queue of the contact): order in which an agent looks at the queues, smaller first, -1 never; `spare` the
    same for work that is done while more agents of the assigned queue are idle than the reserve.
    """

    proficiency: FloatArray
    max_parallel: IntArray
    factors: FloatArray
    resumable: BoolArray
    lines: IntArray
    routing: IntArray
    rank: IntArray
    spare: IntArray

    @classmethod
    def plain(cls, proficiency: FloatArray, rank: IntArray) -> "Skills":
        """One contact at a time, no limit of lines, the longest idle agent first, no work for spare agents."""
        queues = proficiency.shape[1]
        one, none = np.ones(queues, dtype=np.int64), np.full(queues, NONE)
        return cls(
            proficiency,
            max_parallel=one,
            factors=np.ones((queues, 1)),
            resumable=np.zeros(queues, dtype=bool),
            lines=none,
            routing=np.full(queues, LONGEST_IDLE),
            rank=rank,
            spare=np.full((queues, queues), NONE),
        )


class Doors(NamedTuple):
    """Whether a contact that calls again gets in, by queue and step of `step_s` seconds."""

    admits: BoolArray
    step_s: float


class Outcome(NamedTuple):
    """What became of each attempt, and the time agents on duty for each queue were busy, (queues, days).

    `arrived_s`, `begun_s`, `done_s` are the moments of the attempt (NaN: a redial never made), of first answer and of
    completion (NaN: never), `agent` the last agent (-1: none), `fate` tells those turned away.
    """

    arrived_s: FloatArray
    begun_s: FloatArray
    done_s: FloatArray
    agent: IntArray
    fate: IntArray
    busy_s: FloatArray


class Floor(NamedTuple):
    """The tables of one run: columns of the contacts, what else changes while the clock runs, and the skills."""

    arrived_s: FloatArray
    queue: IntArray
    left_s: FloatArray  # work left, in seconds of a standard agent with this contact alone
    leaves_s: FloatArray  # moment of giving up; of a redial still to come: the patience
    begun_s: FloatArray
    done_s: FloatArray
    agent: IntArray
    behind: IntArray  # next in the waiting line
    fate: IntArray
    balks: BoolArray
    follow: IntArray
    after_s: FloatArray
    coming_s: FloatArray  # tournament over the queues' next arrivals
    coming: IntArray
    pending_s: FloatArray  # heap of redials and of moments of giving up
    pending: IntArray
    wheel: IntArray  # (slots,) first agent with a completion in the slot, -1: none
    slots_per_s: float
    hand: Table  # (1,)
    agents: Table
    queues: Table
    lists: Table  # (queues * (most parallel + 1),): by load, last those whose work may be interrupted
    held: IntArray  # (agents, most parallel) contacts held
    busy_s: FloatArray  # (queues, days)
    proficiency: FloatArray
    factors: FloatArray
    rank: IntArray
    helpers: IntArray  # (queues, queues + 1) other queues whose agents may serve this one, -1 after the last
    spare: IntArray
    admits: BoolArray
    step_s: float
    blends: bool  # whether any work is for spare agents


def empty_floor(contacts: Contacts, skills: Skills, days: int, doors: Doors | None) -> Floor:
    """Nobody on duty, nobody waiting."""
    agents, queues = skills.proficiency.shape
    fresh, rows = len(contacts.arrival_s), len(contacts.queue)
    most = int(max(1, skills.max_parallel.max()))
    leaves_s = contacts.patience_s.copy()
    leaves_s[:fresh] += contacts.arrival_s
    prompt = skills.lines != NONE
    prompt[contacts.queue[fresh:]] = True
    room = 1 + rows * bool(prompt.any())
    slots = 4 << max(4, agents - 1).bit_length()
    leaves = 1 << max(0, queues - 1).bit_length()
    hand = np.zeros(1, HAND)
    hand["agent"], hand["soonest_s"] = NONE, np.inf
    return Floor(
        arrived_s=np.concatenate((contacts.arrival_s, np.full(rows - fresh, np.nan))),
        queue=contacts.queue,
        left_s=contacts.work_s.copy(),
        leaves_s=leaves_s,
        begun_s=np.full(rows, np.nan),
        done_s=np.full(rows, np.nan),
        agent=np.full(rows, NONE),
        behind=np.empty(rows, dtype=np.int64),
        fate=np.zeros(rows, dtype=np.int64),
        balks=contacts.balks,
        follow=contacts.follow,
        after_s=contacts.after_s,
        coming_s=np.full(2 * leaves, np.inf),
        coming=np.concatenate((np.zeros(leaves, dtype=np.int64), np.arange(leaves))),
        pending_s=np.full(room, np.inf),
        pending=np.full(room, NONE),
        wheel=np.full(slots, NONE),
        slots_per_s=agents / max(_LEAST_S, 2.0 * float(contacts.work_s.sum()) / max(1, rows)),
        hand=hand,
        agents=_agents(skills, most),
        queues=_queues(contacts, skills, prompt),
        lists=_lists(queues * (most + 1)),
        held=np.full((agents, most), NONE),
        busy_s=np.zeros((queues, days)),
        proficiency=np.ascontiguousarray(skills.proficiency, dtype=np.float64),
        factors=np.ascontiguousarray(skills.factors, dtype=np.float64),
        rank=skills.rank,
        helpers=_helpers(skills.rank),
        spare=skills.spare,
        admits=np.ones((queues, 1), dtype=bool) if doors is None else doors.admits,
        step_s=np.inf if doors is None else doors.step_s,
        blends=bool((skills.spare != NONE).any()),
    )


def _agents(skills: Skills, most: int) -> Table:
    table = np.zeros(len(skills.proficiency), AGENT)
    for name in ("assigned", "list", "before", "after"):
        table[name] = NONE
    table["limit"], table["done_s"] = most, np.inf
    table["skills"] = (skills.proficiency > 0).sum(axis=1)
    return table


def _queues(contacts: Contacts, skills: Skills, prompt: BoolArray) -> Table:
    table = np.zeros(skills.proficiency.shape[1], QUEUE)
    table["head"] = table["tail"] = NONE
    bounds = np.searchsorted(contacts.queue[: len(contacts.arrival_s)], np.arange(len(table) + 1))
    table["next"], table["end"] = bounds[:-1], bounds[1:]
    table["prompt"] = prompt
    for name in ("max_parallel", "resumable", "lines", "routing"):
        table[name] = getattr(skills, name)
    return table


def _lists(count: int) -> Table:
    table = np.zeros(count, LIST)
    table["first"] = table["last"] = NONE
    return table


def _helpers(rank: IntArray) -> IntArray:
    table = np.full((len(rank), len(rank) + 1), NONE)
    for queue in range(len(rank)):
        others = [assigned for assigned in range(len(rank)) if assigned != queue and rank[assigned, queue] >= 0]
        table[queue, : len(others)] = others
    return table
