"""Solve, simulate, raise the rows that fall short, solve again: a bounded number of rounds."""

import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from staffing.audit import roster_cost
from staffing.domain.assemble import roster_problem
from staffing.domain.calendar import DayTable
from staffing.domain.centre import Scenario
from staffing.domain.demand import Forecast
from staffing.domain.note import Note
from staffing.domain.problem import RosterProblem
from staffing.domain.queue import Queue
from staffing.domain.requirement import Requirement
from staffing.domain.result import SolveEvent, SolveResult, Status
from staffing.domain.roster import Roster
from staffing.domain.verdict import Round, Verdict
from staffing.plan import PlanSettings
from staffing.planning.steps import judge_by, judged_queues

if TYPE_CHECKING:
    from staffing.simulate.raising import Demands

ROUND_SHARE, ROUNDS_SHARE = 0.15, 0.6
"""Shares of the time limit: of one short search, and of all of them at most; the last search gets what is left."""
LOOP_SEED = 2_000_003
"""Added to the plan's seed for the draws that rows are raised on; the verdict has others."""
BETTER = 0.95
"""A round must leave at most this share of the contacts that were missing before."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A requirement with its problem; once searched, the roster and what the loop's judge said of it.

    `cost` is that of the roster by the requirement as it was first stated.
    """

    requirement: Requirement
    problem: RosterProblem
    result: SolveResult | None = None
    verdict: Verdict | None = None
    cost: float = 0.0

    @property
    def solved(self) -> SolveResult:
        if self.result is None:
            raise ValueError("result is None, expected a search before it is asked for")
        return self.result

    @property
    def roster(self) -> Roster | None:
        return self.solved.roster if self.result is not None else None


@dataclass(slots=True)
class Search:
    """The searches of one plan: short ones of the rounds, then the last one with the time that is left.

    The rounds find the requirement that holds in simulation, the last search finds the roster for it, so that cost,
    bound and gap all belong to the problem that is delivered.
    """

    scenario: Scenario
    forecast: Forecast
    table: DayTable
    settings: PlanSettings
    on_event: Callable[[SolveEvent], None] | None
    should_stop: Callable[[], bool] | None
    left: float = 1.0
    """Share of the time limit that no search has taken yet."""
    start: Roster | None = None
    """A roster to begin the first search with."""
    stated: Callable[[RosterProblem], RosterProblem] = lambda problem: problem
    """Adds to a problem what the centre does not know: the published roster of a re-plan."""

    def problem(self, requirement: Requirement) -> RosterProblem:
        """The roster problem of a requirement."""
        return self.stated(roster_problem(self.scenario, requirement, self.table))

    def rounds(self, first: Stage) -> tuple[Stage, tuple[Round, ...]]:
        """Solve -> simulate -> raise the short rows -> solve again: the best stage, and what each round did.

        Ends when nothing is short, nothing can be raised, a round did not help or all are done.
        """
        from staffing.simulate.raising import missing_contacts, raise_rows

        best = self._judged(first, first.problem, None)
        told: list[Round] = []
        while best.verdict is not None and len(told) < self.settings.rounds and not self._stopped:
            raised = self._demands(best, best.verdict).raised
            if not raised:
                break
            requirement = raise_rows(best.requirement, raised)
            stage = Stage(requirement, self.problem(requirement))
            stage = self._judged(stage, first.problem, best.roster)
            if stage.verdict is None:
                break
            queues = self._queues(stage)
            before, after = missing_contacts(best.verdict, queues), missing_contacts(stage.verdict, queues)
            kept = after <= BETTER * before
            service = _levels({row.queue for row in raised}, best.verdict, stage.verdict)
            told.append(Round(len(told) + 1, raised, stage.cost, before, after, service, kept))
            if not kept:
                break
            best = stage
        return best, tuple(told)

    def last(self, stage: Stage) -> Stage:
        """The long search, from the roster of the rounds; a proven roster needs none."""
        if stage.result is not None and (self._stopped or stage.result.status is Status.OPTIMAL):
            return stage
        return replace(stage, result=self._solve(stage.problem, self.left, stage.roster))

    def lacking(self, stage: Stage, verdict: Verdict, rounds: tuple[Round, ...]) -> tuple[Note, ...]:
        """Queues that miss their target while agents are missing against the requirement.

        Or would be against a higher one: when the last round raised rows in vain, nobody was found to fill them.
        """
        found = self._demands(stage, verdict)
        in_vain = bool(rounds) and not rounds[-1].kept
        count = Counter(row.queue for row in (*found.lacking, *(found.helped if in_vain else ())))
        return tuple(
            Note("rounds_no_people", (("queue", queue), ("days", days))) for queue, days in sorted(count.items())
        )

    def _demands(self, stage: Stage, verdict: Verdict) -> "Demands":
        from staffing.simulate.raising import demands

        assert stage.roster is not None
        return demands(stage.requirement, self.forecast, stage.problem, stage.roster, self._queues(stage), verdict)

    def _queues(self, stage: Stage) -> tuple[Queue, ...]:
        return judged_queues(self.scenario, stage.requirement, self.settings.probability)

    def _judged(self, stage: Stage, stated: RosterProblem, start: Roster | None) -> Stage:
        """A short search and the word of the loop's judge on its roster, always on the same draws."""
        share = min(ROUND_SHARE, ROUNDS_SHARE / (self.settings.rounds + 1))
        result = self._solve(stage.problem, share, start)
        self.left -= share
        if result.roster is None or self._stopped:
            return replace(stage, result=result)
        verdict = judge_by(
            self.settings,
            self.scenario,
            self.forecast,
            stage.requirement,
            stage.problem,
            result.roster,
            draws=LOOP_SEED,
            fixes=0,
        )
        return replace(stage, result=result, verdict=verdict, cost=roster_cost(stated, result.roster).total)

    @property
    def _stopped(self) -> bool:
        return self.should_stop is not None and self.should_stop()

    def _solve(self, problem: RosterProblem, share: float, start: Roster | None) -> SolveResult:
        from staffing.solver import solve_roster

        return solve_roster(
            problem,
            time_limit_s=self.settings.time_limit_s * share,
            seed=self.settings.seed,
            workers=self.settings.workers or max(1, os.cpu_count() or 1),
            reproducible=self.settings.reproducible,
            on_event=self.on_event,
            should_stop=self.should_stop,
            start=self.start if start is None else start,
            parts=self.settings.parts,
            divide_slots=self.settings.divide_slots,
        )


def _levels(queues: set[str], before: Verdict, after: Verdict) -> tuple[tuple[str, float, float], ...]:
    """(queue, service level before, after) over the horizon."""
    pairs = zip(before.week(), after.week(), strict=True)
    return tuple((a.queue, a.service_level or 0.0, b.service_level or 0.0) for a, b in pairs if a.queue in queues)


def round_notes(rounds: tuple[Round, ...]) -> tuple[Note, ...]:
    """What was raised beyond the stated requirement, by queue."""
    agents: dict[str, float] = {}
    work: dict[str, float] = {}
    for row in (row for done in rounds if done.kept for row in done.raised):
        if row.step is None:
            work[row.queue] = (1.0 + work.get(row.queue, 0.0)) * row.after / row.before - 1.0
        else:
            agents[row.queue] = agents.get(row.queue, 0.0) + row.after - row.before
    return (
        *(Note("rounds_raised", (("queue", queue), ("agents", total))) for queue, total in agents.items()),
        *(Note("rounds_raised_work", (("queue", queue), ("share", share))) for queue, share in work.items()),
    )
