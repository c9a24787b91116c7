"""What steering a running day asks and answers: settings, outlook, proposals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from staffing.domain.arrays import FloatArray
from staffing.domain.note import Note
from staffing.domain.roster import Roster
from staffing.solver.explain import Change

KINDS = (
    "breaks", "activity", "switch", "push_back", "pull_forward", "hours", "overtime", "move", "on_call", "reserve",
    "time_off",
)  # fmt: skip
"""Kinds of proposals, those that touch people least first.

``breaks`` and ``activity`` (training, coaching, meetings) at another time; ``switch``: another answer queue;
``push_back``: an answer queue instead of deferred work that can wait; ``pull_forward``: deferred work, that which is
about to be late or that of later days; ``hours``: a longer shift inside the contract; ``overtime``: beyond it;
``move``: other hours of a shift that has not begun; ``on_call``: somebody on call is called; ``reserve``: somebody
who is off is called in; ``time_off``: voluntary, where agents are too many.
"""


@dataclass(frozen=True, slots=True)
class IntradaySettings:
    """What may be proposed and what service is worth.

    Attributes
    ----------
    kinds : tuple of str
        Kinds of proposals that may be used.
    worth_per_h : float
        What an agent-hour's contacts in time are worth; None: the severe price of a missing hour.
    beyond_target : float
        Share of that worth for contacts in time beyond the queue's target.
    notice_min : int
        Minutes of notice for people who are not at work yet: shifts moved or added start no sooner.
    most : int
        Proposals in the mix at most.
    others : int
        Proposals listed beside it.
    replications : int
        Simulated courses of the rest of the day.
    seed : int
        Of everything drawn.
    dismissed : set of (agent, kind)
        What is not proposed again.
    """

    kinds: tuple[str, ...] = KINDS
    worth_per_h: float | None = None
    beyond_target: float = 0.5
    notice_min: int = 120
    most: int = 40
    others: int = 12
    replications: int = 50
    seed: int = 1
    dismissed: frozenset[tuple[str, str]] = frozenset()

    def __post_init__(self) -> None:
        unknown = [kind for kind in self.kinds if kind not in KINDS]
        if unknown:
            raise ValueError(f"kinds holds {unknown[0]!r}, expected some of {', '.join(KINDS)}")
        for name, least in (("notice_min", 0), ("most", 0), ("others", 0), ("replications", 2)):
            if getattr(self, name) < least:
                raise ValueError(f"{name} is {getattr(self, name)}, expected at least {least}")
        if not 0.0 <= self.beyond_target <= 1.0:
            raise ValueError(f"beyond_target is {self.beyond_target}, expected 0 to 1")


@dataclass(frozen=True, slots=True)
class Away:
    """Somebody who is not there from slot `start` to slot `end`."""

    agent: int
    start: int
    end: int


@dataclass(frozen=True, eq=False)
class QueueSoFar:
    """One queue until now: contacts expected and come, what is known of handle time, service and backlog.

    `factor` multiplies the contacts forecast for the rest of the day, `aht_factor` their handle time; `days` past days
    told how much a morning says. Figures that the file does not tell are None; `level` is the share of contacts so far
    that were answered in time.
    """

    queue: str
    expected: float
    came: float
    factor: float
    aht_factor: float
    days: int
    handled: float | None = None
    aht_s: float | None = None
    level: float | None = None
    backlog: float | None = None


@dataclass(frozen=True, eq=False)
class QueueOutlook:
    """Simulated service of one queue from now to closing.

    Attributes
    ----------
    level : float
        Mean share of contacts (of deferred work: of what falls due) in time; None where there are none.
    low80, high80 : float
        Range that eight of ten simulated courses lie in.
    contacts, in_time : float
        Means of contacts and of those in time.
    chance : float
        Share of courses that keep the target from now on.
    by_step, waiting : (steps,)
        Level, and contacts waiting or not done at the end of each interval of the day; NaN before now.
    """

    queue: str
    target: float
    level: float | None
    low80: float | None
    high80: float | None
    contacts: float
    in_time: float
    chance: float | None
    by_step: FloatArray
    waiting: FloatArray


@dataclass(frozen=True, slots=True)
class Rescue:
    """One way to save deferred work: the person, the kind of proposal, the contacts saved and the price."""

    agent: str
    kind: str
    saves: float
    price: float


@dataclass(frozen=True, slots=True)
class Danger:
    """Deferred work of a queue that becomes late until slot `end`, from slot `start` on, and who could save it."""

    queue: str
    start: int
    end: int
    contacts: float
    rescues: tuple[Rescue, ...] = ()


@dataclass(frozen=True, eq=False)
class Proposal:
    """One thing to do now.

    Attributes
    ----------
    number : int
        By which it is accepted, from 1.
    kind, agent, reason
        One of `KINDS`; id of the person; code of the sentence that says why, one of ``short``, ``late``, ``over``.
    queue, from_queue : str
        Queue that is helped, and the one that gives; empty for none.
    start, end : int
        Slots in which the person does something else than before.
    change : Change
        The person's days as they would be.
    contacts : float
        Contacts in time gained, those of other queues lost taken off, beside what the mix before it gains.
    points : float
        The same of the helped queue's contacts until closing, in points of its service level.
    saved : float
        Deferred contacts that do not become late.
    price : float
        Cost in money beside service; negative where it saves.
    worth : float
        Worth of the gain less the price: the order of the list.
    in_mix : bool
        Part of the best mix found.
    """

    number: int
    kind: str
    agent: str
    reason: str
    queue: str
    from_queue: str
    start: int
    end: int
    change: Change
    contacts: float
    points: float
    saved: float
    price: float
    worth: float
    in_mix: bool


@dataclass(frozen=True, slots=True)
class StillMissing:
    """Agent-hours that an answer queue lacks from slot `start` to `end` with the mix."""

    queue: str
    start: int
    end: int
    short_h: float


@dataclass(frozen=True, eq=False)
class IntradayPlan:
    """The answer for one moment of one day.

    `before` and `after` are the outlooks by queue as things stand and with the whole mix, on the same draws; `roster`
    has the mix applied; `seconds` tell how long each step took.
    """

    so_far: tuple[QueueSoFar, ...]
    before: tuple[QueueOutlook, ...]
    after: tuple[QueueOutlook, ...]
    dangers: tuple[Danger, ...]
    proposals: tuple[Proposal, ...]
    missing: tuple[StillMissing, ...]
    roster: Roster
    price: float
    late_before: float
    late_after: float
    seconds: Mapping[str, float] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()

    @property
    def mix(self) -> tuple[Proposal, ...]:
        """The proposals of the best mix."""
        return tuple(one for one in self.proposals if one.in_mix)
