"""The plan: everything a pass was made from and found out, frozen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from staffing.domain.calendar import DayTable
from staffing.domain.centre import Scenario
from staffing.domain.demand import Forecast
from staffing.domain.note import Note
from staffing.domain.on_call import OnCallPlan
from staffing.domain.problem import RosterProblem
from staffing.domain.replanned import Replanned
from staffing.domain.requirement import Requirement
from staffing.domain.result import RosterCost, SolveResult, Violation
from staffing.domain.roster import Roster
from staffing.domain.verdict import Round, Verdict

FORMAT_VERSION = 1


@dataclass(frozen=True, slots=True)
class PlanSettings:
    """Limits and choices of a planning pass, saved with its result.

    `first_day` None is the first week start after the history. `reproducible` limits every phase
    by iterations or deterministic time. At most `rounds` times the rows that fall short in simulation
    are raised before the last search. `floor` is the simulated service, relative to each
    target's share, below which the command reports failure (None: never). `probability` is the
    chance with which each day's target is to be kept, where a queue names none (None: on average).
    `method` is how load that changes within the day becomes agents: ``mol`` or ``sipp``. `training` tells whether
    sessions of courses that are due are placed (None: as the centre says). `parts` is how the search may cut the
    problem: ``auto``, ``whole``, ``sites`` or ``weeks``, as `staffing.solver.solve_roster` explains, and so is
    `divide_slots`.
    """

    first_day: date | None = None
    weeks: int = 1
    time_limit_s: float = 60.0
    seed: int = 1
    workers: int = 2
    reproducible: bool = False
    replications: int = 100
    floor: float | None = None
    rounds: int = 2
    probability: float | None = None
    method: str = "mol"
    training: bool | None = None
    parts: str = "auto"
    divide_slots: bool = False


@dataclass(frozen=True, eq=False)
class Plan:
    """A finished pass.

    `requirement` has its deadline queues levelled on the roster; `violations` and `cost` are the
    solver-free audit's; `verdict` is the simulation's (None without a roster); `rounds` tell what was
    raised because it fell short in simulation: `requirement` and `problem` include it; `replanned` tells what was
    changed of a published roster and why; `on_call` tells who is on call (None without on-call duties); `versions` maps
    packages to versions; `seconds` maps steps to wall seconds (empty when reproducible).
    """

    scenario: Scenario
    settings: PlanSettings
    table: DayTable
    forecast: Forecast
    requirement: Requirement
    problem: RosterProblem
    result: SolveResult
    violations: tuple[Violation, ...]
    cost: RosterCost | None
    verdict: Verdict | None
    versions: Mapping[str, str]
    notes: tuple[Note, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)
    format_version: int = FORMAT_VERSION
    rounds: tuple[Round, ...] = ()
    replanned: Replanned | None = None
    on_call: OnCallPlan | None = None

    @property
    def roster(self) -> Roster | None:
        return self.result.roster

    @property
    def is_legal(self) -> bool:
        """There is a roster and no hard rule is broken."""
        return self.roster is not None and all(v.severity != "hard" for v in self.violations)
