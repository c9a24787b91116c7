"""What the records say beside what is in use, and whether that is reason enough to change it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from staffing.measures.learned.estimate import Estimate, believed, discovered


class State(StrEnum):
    """Whether a value should change.

    ``proposed``: the records contradict it; ``fits``: they do not; ``unsure``: they do by itself, but not among so many
    that were looked at; ``few``: too little is recorded; ``unknown``: nothing is.
    """

    PROPOSED = "proposed"
    FITS = "fits"
    UNSURE = "unsure"
    FEW = "few"
    UNKNOWN = "unknown"


class Kind(StrEnum):
    """What was learned; also the first part of the id of a finding."""

    SHRINKAGE = "shrinkage"
    SHARE = "share"
    PATIENCE = "patience"
    HANDLE_TIME = "aht"
    SPEED = "speed"


@dataclass(frozen=True, slots=True)
class Finding:
    """One value of the centre and what the records say of it.

    Attributes
    ----------
    kind : Kind
    queue : str
        Queue, or for a speed the skill as ``agents.csv`` names it.
    agent : str
        Id of the person for a speed, else empty.
    now : float or None
        Value in use; None where the centre states none.
    estimate : Estimate or None
        From the records; None where nothing is recorded.
    least : int
        Smallest sample that is looked at.
    state : State
    proposed : float or None
        Value to change to, only with the state ``proposed``.
    """

    kind: Kind
    queue: str
    agent: str
    now: float | None
    estimate: Estimate | None
    least: int
    state: State = State.UNKNOWN
    proposed: float | None = None

    @property
    def id(self) -> str:
        """A name to accept it by: ``patience.phone``, ``speed.A012.phone``."""
        return ".".join((str(self.kind), *([self.agent] if self.agent else []), self.queue))

    @property
    def sample(self) -> int:
        return 0 if self.estimate is None else self.estimate.sample

    @property
    def is_compared(self) -> bool:
        """There is a value in use to compare with; nothing is a multiple of 0."""
        return self.estimate is not None and self.now is not None and (self.now > 0 or not self.estimate.is_log)


def rounded(kind: Kind, value: float) -> float:
    """A value as people write it: speeds in twentieths from 0.5 to 1.5, shares and times with three digits.

    >>> rounded(Kind.SPEED, 1.238), rounded(Kind.SPEED, 0.2), rounded(Kind.PATIENCE, 412.7)
    (1.25, 0.5, 413.0)
    """
    if kind is Kind.SPEED:
        return min(1.5, max(0.5, round(round(value * 20) / 20, 2)))
    if kind is Kind.SHRINKAGE:
        return round(min(0.99, max(0.0, value)), 3)
    return float(f"{min(1.0, value) if kind is Kind.SHARE else value:.3g}")


def judged(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The findings of one kind with their states and proposals.

    A value is proposed only where the 95 % interval excludes the one in use and the difference is real among all of its
    kind. Then the one in use moves by the part of the difference that is believed; a value that nobody stated yet is
    proposed as it was estimated.
    """
    enough = [found.estimate is not None and found.sample >= found.least for found in findings]
    compared = [place for place, found in enumerate(findings) if enough[place] and found.is_compared]
    real, part = dict[int, bool](), dict[int, float]()
    if compared:
        pairs = [(findings[place].estimate, findings[place].now) for place in compared]
        away = np.array(
            [estimate.deviation(now) for estimate, now in pairs if estimate is not None and now is not None]
        )
        variance = np.array([estimate.variance for estimate, _ in pairs if estimate is not None])
        real = dict(zip(compared, discovered(away, variance).tolist(), strict=True))
        part = dict(zip(compared, believed(away, variance).tolist(), strict=True))
    return tuple(
        _judged(found, enough[place], real.get(place, True), part.get(place, 1.0))
        for place, found in enumerate(findings)
    )


def _judged(found: Finding, enough: bool, real: bool, part: float) -> Finding:
    estimate, now = found.estimate, found.now
    if estimate is None:
        return replace(found, state=State.UNKNOWN)
    if not enough:
        return replace(found, state=State.FEW)
    if now is None or not found.is_compared:
        return replace(found, state=State.PROPOSED, proposed=rounded(found.kind, estimate.value))
    if estimate.low <= now <= estimate.high:
        return replace(found, state=State.FITS)
    if not real:
        return replace(found, state=State.UNSURE)
    value = rounded(found.kind, estimate.moved(now, part))
    if value == now:
        return replace(found, state=State.FITS)
    return replace(found, state=State.PROPOSED, proposed=value)
