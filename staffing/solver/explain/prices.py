"""The price of every rule: what the roster could be if the rule were not there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from staffing.audit import audit_roster, roster_cost
from staffing.domain.problem import RosterProblem
from staffing.domain.result import SolveEvent, SolveResult, Status
from staffing.domain.roster import Roster
from staffing.solver.explain.without import WITHOUT, without


@dataclass(frozen=True, eq=False)
class RulePrice:
    """What a search found without `rule` ("" with all rules, the yardstick), judged by its own problem.

    `result` is None where the search was not begun before the time was over.
    """

    rule: str
    problem: RosterProblem
    result: SolveResult | None


def rule_prices(
    problem: RosterProblem,
    roster: Roster | None,
    *,
    rules: Sequence[str] | None = None,
    seconds: float = 60.0,
    seed: int = 1,
    workers: int = 2,
    on_rule: Callable[[str, int, int], None] | None = None,
    on_event: Callable[[SolveEvent], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> tuple[RulePrice, ...]:
    """Search again without each rule, from `roster`, all for the same time; first once more with every rule.

    The first search is the yardstick: what more searching alone would have gained is no merit of a rule that went.
    Rules that change nothing when they go are left out.
    """
    wanted = [rule for rule in (WITHOUT if rules is None else rules) if rule in WITHOUT]
    cases = [("", problem)]
    cases += [(rule, changed) for rule in wanted if (changed := without(problem, rule)) is not None]
    found: list[RulePrice] = []
    for number, (rule, changed) in enumerate(cases):
        if on_rule is not None:
            on_rule(rule, number, len(cases))
        result = None
        if should_stop is None or not should_stop():
            result = _search(changed, roster, seconds / len(cases), seed, workers, on_event, should_stop)
            if found and found[0].result is not None:
                result = _not_worse(changed, result, found[0].result)
        found.append(RulePrice(rule, changed, result))
    return tuple(found)


def _not_worse(problem: RosterProblem, result: SolveResult, base: SolveResult) -> SolveResult:
    """The roster found with all rules where it is legal and cheaper without one of them too."""
    if base.roster is None or any(row.severity == "hard" for row in audit_roster(problem, base.roster)):
        return result
    cost = roster_cost(problem, base.roster)
    if result.status is not Status.INFEASIBLE and (result.objective is None or result.objective <= cost.total):
        return result
    return replace(
        result,
        roster=base.roster,
        status=Status.FEASIBLE,
        objective=cost.total,
        cost=cost,
        fixed_cost=cost.fixed,
        reasons=(),
    )


def _search(
    problem: RosterProblem,
    roster: Roster | None,
    seconds: float,
    seed: int,
    workers: int,
    on_event: Callable[[SolveEvent], None] | None,
    should_stop: Callable[[], bool] | None,
) -> SolveResult:
    from staffing.solver.solve import solve_roster

    return solve_roster(
        problem,
        time_limit_s=seconds,
        seed=seed,
        workers=workers,
        on_event=on_event,
        should_stop=should_stop,
        start=roster,
    )
