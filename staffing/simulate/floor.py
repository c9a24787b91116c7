"""The tables of one run: what the event loop is given, what it changes, what it gives back."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from staffing.domain.arrays import BoolArray, FloatArray, IntArray

NONE = -1
Table = NDArray[np.void]

CONTACT = np.dtype(
    [
        ("leaves_s", "f8"),  # moment at which it gives up when nobody has answered
        ("left_s", "f8"),  # work left, in seconds of a standard agent with this contact alone
        ("begun_s", "f8"),  # first answer and completion, NaN: never
        ("done_s", "f8"),
        ("queue", "i8"),
        ("agent", "i8"),  # last agent, -1: none
        ("behind", "i8"),  # next in the waiting line
    ]
)
AGENT = np.dtype(
    [
        ("assigned", "i8"),  # queue on duty for, -1: off duty
        ("load", "i8"),  # contacts held
        ("limit", "i8"),  # most contacts that may be held, given those that are
        ("finishing", "i8"),  # place of the contact that is done next
        ("stamp_s", "f8"),  # work left of the contacts held is up to date at this moment
        ("spell_s", "f8"),  # busy time is booked up to this moment
        ("since_s", "f8"),  # moment of joining the list
        ("list", "i8"),  # list of agents with room this one stands in, -1: none; its neighbours there
        ("before", "i8"),
        ("after", "i8"),
    ]
)
QUEUE = np.dtype(
    [
        ("head", "i8"),  # waiting line, -1: empty
        ("tail", "i8"),
        ("max_parallel", "i8"),
        ("slowdown", "f8"),
        ("resumable", "i8"),
    ]
)
LIST = np.dtype([("first", "i8"), ("last", "i8")])  # agents of one assigned queue and load, longest standing first


class Contacts(NamedTuple):
    """Contacts in order of arrival; `work_s` is the time a standard agent needs for the contact alone.

    `leaves_s` is the moment at which a contact without an answer gives up, infinite where it never does.
    """

    arrival_s: FloatArray
    queue: IntArray
    work_s: FloatArray
    leaves_s: FloatArray


class Duty(NamedTuple):
    """Changes of agents' assigned queue (-1: off duty) in order of time."""

    at_s: FloatArray
    agent: IntArray
    queue: IntArray


class Skills(NamedTuple):
    """Who may serve what, and how fast.

    `proficiency` (agents, queues); `max_parallel`, `slowdown`, `resumable` (queues,); `rank` (assigned queue, queue of
    the contact): order in which an agent looks at the queues, smaller first, -1 never.
    """

    proficiency: FloatArray
    max_parallel: IntArray
    slowdown: FloatArray
    resumable: BoolArray
    rank: IntArray


class Outcome(NamedTuple):
    """What became of each contact, and the time agents on duty for each queue were busy, (queues, days).

    `begun_s`, `done_s` are the moments of first answer and of completion (NaN: never), `agent` the last agent
    (-1: none).
    """

    begun_s: FloatArray
    done_s: FloatArray
    agent: IntArray
    busy_s: FloatArray


class Floor(NamedTuple):
    """The tables of one run: what changes while the clock runs, and the skills."""

    contacts: Table
    agents: Table
    queues: Table
    lists: Table  # (queues * most parallel,)
    held: IntArray  # (agents, most parallel) contacts held
    tree_s: FloatArray  # tournament over the agents' next completions
    busy_s: FloatArray  # (queues, days)
    proficiency: FloatArray
    rank: IntArray


def empty_floor(contacts: Contacts, skills: Skills, days: int) -> Floor:
    """Nobody on duty, nobody waiting."""
    agents, queues = skills.proficiency.shape
    most = int(max(1, skills.max_parallel.max()))
    leaves = 1 << max(0, agents - 1).bit_length()
    tables: dict[str, Any] = {
        "contacts": np.zeros(len(contacts.queue), CONTACT),
        "agents": np.zeros(agents, AGENT),
        "queues": np.zeros(queues, QUEUE),
        "lists": np.zeros(queues * most, LIST),
    }
    for name in ("queue", "leaves_s"):
        tables["contacts"][name] = getattr(contacts, name)
    tables["contacts"]["left_s"] = contacts.work_s
    for name in ("max_parallel", "slowdown", "resumable"):
        tables["queues"][name] = getattr(skills, name)
    for name in ("begun_s", "done_s"):
        tables["contacts"][name] = np.nan
    for table, name in (
        *(("contacts", "agent"), ("contacts", "behind"), ("queues", "head"), ("queues", "tail")),
        *(("agents", "assigned"), ("agents", "list"), ("agents", "before"), ("agents", "after")),
        *(("lists", "first"), ("lists", "last")),
    ):
        tables[table][name] = NONE
    tables["agents"]["limit"] = most
    return Floor(
        **tables,
        held=np.full((agents, most), NONE),
        tree_s=np.full(2 * leaves, np.inf),
        busy_s=np.zeros((queues, days)),
        proficiency=np.ascontiguousarray(skills.proficiency, dtype=np.float64),
        rank=skills.rank,
    )
