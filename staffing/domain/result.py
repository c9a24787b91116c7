"""How a search ended, what a roster costs and what it breaks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from staffing.domain.roster import Roster


class Status(StrEnum):
    """What is known of the roster: optimal (proven), feasible, infeasible, none."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    NONE = "none"


class StopReason(StrEnum):
    """Why the search ended."""

    PROVEN = "proven"
    TIME_LIMIT = "time_limit"
    STOPPED = "stopped"
    NO_PLAN = "no_plan"


@dataclass(frozen=True, slots=True)
class CostTerm:
    """One price paid, with its origin; `agent` and `day` are None where they do not apply."""

    component: str
    value: float
    agent: int | None = None
    day: int | None = None
    queue: int | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class RosterCost:
    """Cost by component; `fixed` is the part of the wages that the contracts' minimum hours cost anyway."""

    components: Mapping[str, float]
    fixed: float
    terms: tuple[CostTerm, ...] = ()

    @property
    def total(self) -> float:
        return float(sum(self.components.values()))

    @property
    def flexible(self) -> float:
        return self.total - self.fixed


@dataclass(frozen=True, slots=True)
class Violation:
    """A broken rule. `severity` is ``hard`` (the roster is not legal) or ``soft`` (priced and told)."""

    rule: str
    severity: str
    agent: int | None
    day: int | None
    detail: Mapping[str, str | float]


@dataclass(frozen=True, slots=True)
class SolveEvent:
    """Progress of a search: seconds since its start, phase, best cost and bound so far (None: none yet)."""

    seconds: float
    phase: str
    objective: float | None
    bound: float | None


CUTS = ("auto", "whole", "sites", "weeks")
"""Ways to cut a problem: what shares nothing; nothing at all; also people who share a queue or two; also weeks."""


@dataclass(frozen=True, slots=True)
class PartResult:
    """How the search of one part of a problem ended.

    `cut` tells what it shares with the other parts: ``component`` nothing, ``site`` a queue or two, ``week`` its
    people. The bound of a coupled part is one of that part alone.
    """

    cut: str
    agents: int
    queues: tuple[str, ...]
    first_day: int
    days: int
    objective: float | None
    bound: float | None


@dataclass(frozen=True, slots=True)
class SolveResult:
    """Ending of a search. No roster means None with a stop reason, never an empty roster.

    `parts` were searched apart, none where the problem was searched whole. `joined_cost` is what the rosters of coupled
    parts cost together before they were improved as one; `bound` is that of the whole problem in any case.
    """

    roster: Roster | None
    status: Status
    stop_reason: StopReason
    objective: float | None
    bound: float | None
    fixed_cost: float
    cost: RosterCost | None
    seed: int
    method: str
    events: tuple[SolveEvent, ...] = ()
    reasons: tuple[Violation, ...] = field(default=())
    parts: tuple[PartResult, ...] = ()
    joined_cost: float | None = None

    @property
    def gap_total(self) -> float | None:
        """(objective - bound) / objective, wages included; None where either is missing."""
        return _gap(self.objective, self.bound, 0.0)

    @property
    def gap_flexible(self) -> float | None:
        """The same without the fixed wages."""
        return _gap(self.objective, self.bound, self.fixed_cost)


def _gap(objective: float | None, bound: float | None, fixed: float) -> float | None:
    if objective is None or bound is None:
        return None
    base = objective - fixed
    return max(0.0, (objective - bound) / base) if base > 1e-9 else 0.0
