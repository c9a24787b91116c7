"""What a measure is: one definition, from rows to numerator and denominator."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from staffing.measures.kpi.records import Records
from staffing.measures.kpi.terms import Terms


class Unit(StrEnum):
    """What the value is counted in. A share is 0..1; points are those of the measure's own scale."""

    COUNT = "count"
    SHARE = "share"
    SECONDS = "seconds"
    HOURS = "hours"
    POINTS = "points"
    MONEY = "money"


class Kind(StrEnum):
    """How parts make a value, and which interval it has."""

    SUM = "sum"
    SHARE = "share"
    MEAN = "mean"
    RATIO = "ratio"
    NPS = "nps"
    INDEX = "index"


class Direction(StrEnum):
    """Which way is better."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure, defined once.

    The value is `scale` x sum of tops / sum of bottoms, or the sum of tops for a sum: never a mean of ratios.

    Attributes
    ----------
    code : str
        Key of its texts: ``kpi.CODE`` the name, ``kpi.formula.CODE`` the formula.
    unit, kind, direction
        See there.
    sources : tuple of str
        Tables it needs: those of `Records`.
    smallest_sample : int
        Observations (rows of a sum or mean, trials of a share, units of a ratio) below which a value is shown as
        too few to judge.
    terms : callable
        (records, first day, last day) -> `Terms`, None where a table is missing. Days are ordinals; only measures of
        a `stock` need them.
    part : bool
        The top of a ratio is a part of its bottom, so that no interval goes beyond 1.
    stock : bool
        Looks at a period as a whole, so that periods do not add up (teams and queues do).
    """

    code: str
    unit: Unit
    kind: Kind
    direction: Direction
    sources: tuple[str, ...]
    smallest_sample: int
    terms: Callable[[Records, int, int], Terms | None]
    scale: float = 1.0
    part: bool = False
    stock: bool = False

    @property
    def name_key(self) -> str:
        return f"kpi.{self.code}"

    @property
    def formula_key(self) -> str:
        return f"kpi.formula.{self.code}"
