"""What a plan made of the sessions that it was asked for: when each is held, or why it is not."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from staffing.audit.activities import placed, unplaced
from staffing.domain.centre import Scenario
from staffing.domain.note import Note
from staffing.domain.problem import RosterProblem
from staffing.domain.roster import Roster
from staffing.domain.training import Need
from staffing.plan import Plan


@dataclass(frozen=True, slots=True)
class Held:
    """A session of one person in a plan.

    Not held: `start` and `end` are None and `reason` tells why: ``missing`` (the search found no time for it),
    ``apart`` (not at the time of the group), ``capacity`` (the room was full), ``trainer`` (the group is there, its
    trainer not).
    """

    need: Need
    activity: str
    trainer: str
    start: datetime | None = None
    end: datetime | None = None
    reason: str = ""

    @property
    def is_late(self) -> bool:
        """Held after the day it was due."""
        return self.start is not None and self.start.date() > self.need.due


def held_sessions(plan: Plan) -> tuple[Held, ...]:
    """Every session that the plan was asked for, in the order of time, those not held at the end.

    Parameters
    ----------
    plan : Plan
        Its scenario knows what was asked for.
    """
    if plan.roster is None:
        return ()
    found = _held(plan.scenario, plan.problem, plan.roster)
    return tuple(sorted(found, key=lambda row: (row.start is None, row.start or row.need.due, row.activity)))


def _held(scenario: Scenario, problem: RosterProblem, roster: Roster) -> list[Held]:
    training = scenario.training
    if training is None or not training.groups:
        return []
    grid, number = problem.grid, {agent.id: place for place, agent in enumerate(problem.agents)}
    starts: Mapping[str, Mapping[int, int]] = {row.id: chosen for row, chosen in placed(problem, roster)}
    faults = {(row.id, agent): fault for row, agent, fault in unplaced(problem, roster)}
    slots = {row.id: row.slots for row in problem.activities}
    found = []
    for group in training.groups:
        chosen = starts.get(group.activity, {})
        leader = chosen.get(number.get(group.trainer, -1))
        for need in group.needs:
            learner = number.get(need.agent, -1)
            begin = chosen.get(learner)
            if begin is None:
                reason = faults.get((group.activity, learner), "missing")
            else:
                reason = "trainer" if group.trainer and leader is None else ""
            if reason or begin is None:
                found.append(Held(need, group.activity, group.trainer, reason=reason))
                continue
            start, end = (
                datetime.fromtimestamp(grid.epoch_s(slot), grid.zone) for slot in (begin, begin + slots[group.activity])
            )
            found.append(Held(need, group.activity, group.trainer, start, end))
    return found


def outcome_notes(scenario: Scenario, problem: RosterProblem, roster: Roster) -> tuple[Note, ...]:
    """How many of the sessions asked for the roster does not hold; empty when it holds all."""
    missing = sum(row.start is None for row in _held(scenario, problem, roster))
    return (Note("training_not_held", (("sessions", missing),)),) if missing else ()
