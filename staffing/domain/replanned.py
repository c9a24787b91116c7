"""What a re-plan changed of the published roster, why, and what fewer or more changes would have bought."""

from collections.abc import Mapping
from dataclasses import dataclass, field

REASONS = ("forced", "rule", "covers", "saves", "inside")
"""``forced``: the published shift cannot be worked (absent, or not employed); ``rule``: it would break one, given the
person's other days; ``covers``: without the change a queue is short; ``saves``: it costs less elsewhere; ``inside``:
only breaks move."""


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """A roster on the way from the published one: so many people and days changed, what is short then, what it costs.

    `cost` leaves the price of the changes out; `short_h` is missing agent-hours of answer queues and hours of deferred
    work that is late at the end of its day or of the horizon.
    """

    people: int
    changes: int
    short_h: float
    cost: float


@dataclass(frozen=True, slots=True)
class ChangeReason:
    """One changed day: `reason` is one of `REASONS`; `saves` is what undoing it alone would cost, None where it cannot.

    `detail` holds the rule, or queue, local start, local end and missing hours that the change avoids.
    """

    agent: int
    day: int
    kind: str
    price: float
    reason: str
    saves: float | None
    detail: Mapping[str, str | float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Replanned:
    """Limits of the re-plan in slots, the curve from no change on, and the changes of the roster."""

    frozen_until: int
    notice_until: int
    curve: tuple[CurvePoint, ...]
    changes: tuple[ChangeReason, ...]
