"""What a what-if does to people, promises, absence and rules. Contacts are changed in the forecast itself."""

from dataclasses import replace
from typing import Any

from staffing.domain.centre import Centre, Scenario
from staffing.domain.people import Agent, Skill
from staffing.domain.queue import AnswerTarget, Queue
from staffing.domain.scenario import Hire, TargetChange, WhatIf
from staffing.domain.shrinkage import ShrinkageReason
from staffing.errors import SettingsError

MOST_ABSENT = 0.95
"""A factor on absence never loses more than this share of the time."""
NEW = "new"
"""Ids of people hired: ``new-1``, ``new-2``, ..."""


def changed_scenario(scenario: Scenario, whatif: WhatIf) -> Scenario:
    """The scenario with everything of `whatif` but its loads.

    Raises
    ------
    SettingsError
        When it names a queue or an agent that the scenario has not, or a promise that does not fit the queue.
    """
    if whatif.is_baseline:
        return scenario
    _check_queues(scenario.centre, whatif)
    centre = _ruled(scenario.centre, whatif)
    queues = tuple(_promised(_absent(queue, whatif.absence), whatif) for queue in centre.queues)
    reasons = tuple(reason if reason.planned else _scaled(reason, whatif.absence) for reason in centre.shrinkage)
    centre = replace(centre, queues=queues, shrinkage=reasons + whatif.absences)
    return replace(scenario, centre=centre, agents=scenario.agents + _hired(scenario, whatif.hires))


def _check_queues(centre: Centre, whatif: WhatIf) -> None:
    known = [queue.id for queue in centre.queues]
    named = [queue for load in whatif.loads for queue in load.queues]
    named += [queue for reason in whatif.absences for queue in reason.queues]
    named += [target.queue for target in whatif.targets]
    for queue in named:
        if queue not in known:
            raise SettingsError(f"scenario {whatif.name!r}: queue is {queue!r}, expected one of {', '.join(known)}")


def _ruled(centre: Centre, whatif: WhatIf) -> Centre:
    rules, costs = centre.rules, centre.costs
    for name, value in whatif.rules:
        owner = rules if hasattr(rules, name) else costs
        is_whole = type(getattr(owner, name)) is int
        if value < 0 or (is_whole and value != int(value)):
            expected = "a whole number, 0 or more" if is_whole else "0 or more"
            raise SettingsError(f"scenario {whatif.name!r}: {name} is {value:g}, expected {expected}")
        given: dict[str, Any] = {name: int(value) if is_whole else float(value)}
        if owner is rules:
            rules = replace(rules, **given)
        else:
            costs = replace(costs, **given)
    return replace(centre, rules=rules, costs=costs)


def _absent(queue: Queue, factor: float) -> Queue:
    return replace(queue, unplanned_shrinkage=min(MOST_ABSENT, queue.unplanned_shrinkage * factor))


def _scaled(reason: ShrinkageReason, factor: float) -> ShrinkageReason:
    return replace(reason, share=min(MOST_ABSENT, reason.share * factor))


def _promised(queue: Queue, whatif: WhatIf) -> Queue:
    for change in whatif.targets:
        if change.queue == queue.id:
            queue = _retargeted(queue, change, whatif.name)
    return queue


def _retargeted(queue: Queue, change: TargetChange, name: str) -> Queue:
    target = queue.target
    if isinstance(target, AnswerTarget):
        level = target.service_level if change.share is None else change.share
        seconds = target.answer_within_s if change.answer_within_s is None else change.answer_within_s
        target = replace(target, service_level=level, answer_within_s=seconds)
    elif change.answer_within_s is not None:
        raise SettingsError(f"scenario {name!r}: answer_within_s of {queue.id}, expected a queue with an answer target")
    elif change.share is not None:
        target = replace(target, share=change.share)
    return replace(
        queue, target=target, probability=queue.probability if change.probability is None else change.probability
    )


def _hired(scenario: Scenario, hires: tuple[Hire, ...]) -> tuple[Agent, ...]:
    known = {agent.id: agent for agent in scenario.agents}
    found: list[Agent] = []
    number = 0
    for hire in hires:
        if hire.like not in known:
            raise SettingsError(f"hire like {hire.like!r}, expected the id of an agent of the centre")
        model = known[hire.like]
        skills = tuple(Skill(skill.name, skill.proficiency * hire.proficiency) for skill in model.skills)
        for _ in range(hire.people):
            number += 1
            while f"{NEW}-{number}" in known:
                number += 1
            new = replace(model, id=f"{NEW}-{number}", name="", skills=skills, start_date=hire.start, end_date=None)
            found.append(replace(new, seniority=0.0))
    return tuple(found)
