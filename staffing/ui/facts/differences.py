"""What a plan changes against the published one, person by person."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from staffing.files.changes import Change, roster_changes
from staffing.plan import Plan

KINDS = ("added", "removed", "moved", "inside")


@dataclass(frozen=True, slots=True)
class PersonChange:
    """How many shifts of a person are new, gone, moved, or different inside; and each of them by date."""

    agent: str
    name: str
    counts: dict[str, int]
    changes: tuple[Change, ...]


def differences(published: Plan | None, plan: Plan) -> tuple[PersonChange, ...]:
    """People with a changed shift, most changes first. Nothing without two rosters."""
    if published is None or published.roster is None or plan.roster is None:
        return ()
    by_agent: dict[str, list[Change]] = {}
    for change in roster_changes(published.roster, plan.roster):
        by_agent.setdefault(change.agent, []).append(change)
    names = {agent.id: agent.name or agent.id for agent in (*published.problem.agents, *plan.problem.agents)}
    found = [_person(agent, names.get(agent, agent), changes) for agent, changes in by_agent.items()]
    return tuple(sorted(found, key=lambda person: (-len(person.changes), person.agent)))


def _person(agent: str, name: str, changes: Sequence[Change]) -> PersonChange:
    counts = Counter(change.kind for change in changes)
    return PersonChange(agent, name, {kind: counts[kind] for kind in KINDS}, tuple(changes))


def totals(people: Sequence[PersonChange]) -> dict[str, int]:
    """Changes of everybody by kind."""
    return {kind: sum(person.counts[kind] for person in people) for kind in KINDS}
