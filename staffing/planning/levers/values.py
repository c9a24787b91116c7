"""What a lever is, and what comes of choosing among them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from staffing.domain.arrays import FloatArray

if TYPE_CHECKING:
    from staffing.domain.roster import Roster
    from staffing.plan import Plan
    from staffing.solver.explain import Change

KINDS = (
    "seat", "lend", "defer", "breaks", "training", "hours", "move", "swap", "on_call", "reserve", "overtime",
    "temporary", "time_off",
)  # fmt: skip
"""Kinds of levers, those that touch people least first.

``seat``: somebody at work without a queue; ``lend``: from another answer queue; ``defer``: from work that can wait;
``breaks`` and ``training`` at another time; ``hours``: a longer shift inside the contract; ``move``: other hours;
``swap``: another day instead; ``on_call``: somebody on call is called; ``reserve``: a shift on a day off inside the
contract; ``overtime``: beyond it; ``temporary``: people from outside; ``time_off``: voluntary, where agents are too
many.
"""


@dataclass(frozen=True, slots=True)
class LeverSettings:
    """Where to look and what may be used.

    Attributes
    ----------
    gaps, people : int
        Gaps looked at in each round, the worst first, and people asked for each.
    rounds : int
        Times that is done; later rounds leave those alone who were changed before.
    per_h : float
        What keeping the promise for one agent-hour may cost at most; None: the severe price of a missing hour.
    today : date
        Begin of the notice window, in which changes are dearer; None: the first day of the plan.
    kinds : tuple of str
        Levers that may be used.
    budget : float
        Most that the mix may cost; None: whatever the promise costs.
    temporary_people, temporary_per_h, temporary_min_h
        People from outside at one time, their price, and the hours that they are paid at least; a price of None is one
        and a half times the wage.
    """

    gaps: int = 8
    people: int = 16
    rounds: int = 2
    per_h: float | None = None
    today: date | None = None
    kinds: tuple[str, ...] = tuple(kind for kind in KINDS if kind != "time_off")
    budget: float | None = None
    temporary_people: int = 0
    temporary_per_h: float | None = None
    temporary_min_h: float = 4.0

    def __post_init__(self) -> None:
        unknown = [kind for kind in self.kinds if kind not in KINDS]
        if unknown:
            raise ValueError(f"kinds holds {unknown[0]!r}, expected some of {', '.join(KINDS)}")
        for name in ("gaps", "people", "rounds"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}, expected at least 1")


@dataclass(frozen=True, eq=False)
class Lever:
    """One thing that could be done.

    Attributes
    ----------
    kind : str
        One of `KINDS`.
    agent : str
        Id of the person; empty for people from outside.
    day, start, end, queue
        Day of the plan, and the slots and the queue (or pool) of the gap it was found for; of time off the slots.
    price : float
        What it costs beside service: pay, changes, wishes; negative where it saves.
    restores_h : float
        Agent-hours that are no longer missing when it is used alone.
    change : Change
        The person's day as it would be; None for people from outside.
    more : (rows, slots)
        Agents more on each queue, then on each pool.
    late_h : float
        Hours of deferred work that become late less (negative: more) when it is used alone.
    """

    kind: str
    agent: str
    day: int
    start: int
    end: int
    queue: str
    price: float
    restores_h: float
    change: Change | None
    more: FloatArray = field(default_factory=lambda: np.zeros((0, 0)), repr=False)
    late_h: float = 0.0

    @property
    def per_hour(self) -> float | None:
        """Price of an hour restored; None where none is."""
        return self.price / self.restores_h if self.restores_h > 1e-9 else None


@dataclass(frozen=True, slots=True)
class LeverKind:
    """All that levers of one kind could do by themselves: their number, hours restored and price of the best mix."""

    kind: str
    offers: int
    restores_h: float
    price: float


@dataclass(frozen=True, slots=True)
class Missing:
    """Agent-hours that are still missing from slot `start` to `end` of a queue or pool."""

    queue: str
    start: int
    end: int
    short_h: float


@dataclass(frozen=True, eq=False)
class LeverPlan:
    """The ranked levers, the cheapest mix and what it leaves.

    Attributes
    ----------
    before, after : Plan
        The plan asked about, and the same with the mix applied and audited (people from outside are in no roster).
    kinds : tuple of LeverKind
        Each kind by itself, the cheapest hour first.
    offers, chosen : tuple of Lever
        Everything found, the cheapest hour first, and the mix in order of time.
    short_before_h, short_after_h : float
        Agent-hours missing before, and after with people from outside counted.
    price : float
        Price of the mix.
    missing : tuple of Missing
        What is still missing.
    proven : bool
        Whether no other mix of the levers found first is cheaper, what it leaves missing priced too.
    """

    before: Plan
    after: Plan
    kinds: tuple[LeverKind, ...]
    offers: tuple[Lever, ...]
    chosen: tuple[Lever, ...]
    short_before_h: float
    short_after_h: float
    price: float
    missing: tuple[Missing, ...]
    proven: bool

    @property
    def roster(self) -> Roster:
        """The roster with the mix applied."""
        if self.after.roster is None:
            raise ValueError("roster is None, expected a plan with one")
        return self.after.roster
