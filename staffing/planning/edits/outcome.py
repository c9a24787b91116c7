"""What edits do to a roster, told by the same audit and the same cost that judge every plan."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from staffing.audit import audit_roster, roster_cost
from staffing.audit.on_call import plan_faults
from staffing.domain.arrays import FloatArray
from staffing.domain.on_call import OnCallPlan
from staffing.domain.problem import RosterProblem
from staffing.domain.result import RosterCost, Violation
from staffing.domain.roster import Roster
from staffing.planning.edits.apply import RefusedError, Step, do_step
from staffing.planning.edits.days import Working
from staffing.planning.edits.values import Edit


@dataclass(frozen=True, eq=False)
class Judged:
    """A roster with everything it breaks, what it costs and whom it covers: `coverage` is (queues, slots)."""

    roster: Roster
    violations: tuple[Violation, ...]
    cost: RosterCost
    coverage: FloatArray

    @property
    def is_legal(self) -> bool:
        """No hard rule is broken."""
        return all(violation.severity != "hard" for violation in self.violations)


def judge_edited(problem: RosterProblem, roster: Roster, on_call: OnCallPlan | None = None) -> Judged:
    """The whole audit and the whole cost of a roster: quick enough to run after every edit.

    With the on-call turns of the plan the audit tells those that a shift is put into.
    """
    faults = audit_roster(problem, roster) + plan_faults(problem, roster, on_call)
    return Judged(roster, faults, roster_cost(problem, roster), roster.coverage(problem.proficiency))


@dataclass(frozen=True, slots=True)
class Refusal:
    """An edit that could not be done: its place in the order given, and why (a code of `apply.REASONS`)."""

    place: int
    edit: Edit
    code: str


@dataclass(frozen=True, eq=False)
class EditOutcome:
    """The roster before and after edits."""

    before: Judged
    after: Judged
    steps: tuple[Step, ...]
    refused: tuple[Refusal, ...] = ()

    @property
    def roster(self) -> Roster:
        return self.after.roster

    @property
    def violations(self) -> tuple[Violation, ...]:
        """Everything the edited roster breaks."""
        return self.after.violations

    @property
    def new_violations(self) -> tuple[Violation, ...]:
        """What it breaks that was not broken in the same way before."""
        return tuple(v for v in self.after.violations if v not in self.before.violations)

    @property
    def cost_before(self) -> RosterCost:
        return self.before.cost

    @property
    def cost_after(self) -> RosterCost:
        return self.after.cost

    @property
    def cost_change(self) -> Mapping[str, float]:
        """Change of each cost component, in the centre's currency."""
        before, after = self.before.cost.components, self.after.cost.components
        return {name: after[name] - before[name] for name in after}

    @property
    def coverage_change(self) -> FloatArray:
        """Agents more (or fewer) at work on each queue in each slot, shape (queues, slots)."""
        return self.after.coverage - self.before.coverage

    @property
    def may_publish(self) -> bool:
        """A roster that breaks a hard rule may be looked at and kept as a draft, but never published."""
        return self.after.is_legal


def apply_edits(
    problem: RosterProblem, roster: Roster, edits: Iterable[Edit], *, before: Judged | None = None
) -> EditOutcome:
    """Do `edits` in order and judge the result.

    An edit that breaks a rule is done and told as a violation, for a planner may know better; one that has no meaning
    (no shift there, a locked shift, a day outside the plan) is left out and told in `refused`.

    Parameters
    ----------
    problem : RosterProblem
        What the roster was made from.
    roster : Roster
        The roster to edit, on the problem's grid; it stays as it is.
    edits : iterable of Edit
        What to do.
    before : Judged, optional
        The judgement of `roster`, when it is known already.

    Raises
    ------
    ValueError
        When the roster's grid, agents or queues are not those of the problem.
    """
    working, steps, refused = Working(roster, {}), [], []
    for place, edit in enumerate(edits):
        try:
            working, step = do_step(problem, working, [edit])
        except RefusedError as reason:
            refused.append(Refusal(place, edit, reason.code))
        else:
            steps.append(step)
    judged = before or judge_edited(problem, roster)
    after = judge_edited(problem, working.roster) if steps else judged
    return EditOutcome(judged, after, tuple(steps), tuple(refused))
