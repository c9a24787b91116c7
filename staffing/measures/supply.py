"""What people could give: how many can serve each queue, for how many hours, and when hardly anybody can."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from staffing.domain.arrays import BoolArray
from staffing.domain.assemble import proficiency_matrix
from staffing.domain.centre import Centre, Scenario
from staffing.domain.people import Agent, Contract
from staffing.domain.queue import Queue

DAY_MIN = 1440
WEEK_MIN = 7 * DAY_MIN
FEW = 2
"""A queue that so few can serve hangs on single people."""


@dataclass(frozen=True, slots=True)
class QueueSupply:
    """Who can serve a queue.

    Attributes
    ----------
    people : int
        People with the skill.
    strength : float
        Sum of their proficiency.
    hours_min, hours_max : float
        Their contract hours of a week, whatever else they serve.
    only : tuple of str
        The ids, where at most `FEW` can serve it.
    thinnest : int
        Fewest people whose shifts reach an opening time of an ordinary week, leave aside.
    thinnest_at : int or None
        Minute of the week (Monday 00:00 is 0) at which that is so first; None for a queue that is never open.
    open_h : float
        Opening hours of an ordinary week.
    """

    queue: str
    people: int
    strength: float
    hours_min: float
    hours_max: float
    only: tuple[str, ...]
    thinnest: int
    thinnest_at: int | None
    open_h: float

    @property
    def at_once(self) -> float:
        """How many of them can be at work at a time on average, over all opening hours of a week."""
        return self.hours_max / self.open_h if self.open_h > 0 else float(self.people)

    @property
    def is_fragile(self) -> bool:
        """Whether the queue hangs on one person: in all, at some opening time, or for lack of contract hours."""
        return self.people <= 1 or (self.thinnest_at is not None and (self.thinnest <= 1 or self.at_once < 1))


def queue_supply(scenario: Scenario, on: date | None = None) -> tuple[QueueSupply, ...]:
    """Supply of every queue by the people employed on a day, by default the first one of the next plan.

    Absences are left out: this is about skills and contracts, not about one week.
    """
    centre = scenario.centre
    people = employed(scenario.agents, scenario.next_week_start if on is None else on)
    speed = proficiency_matrix(people, centre.queues)
    terms = {contract.id: contract for contract in centre.contracts}
    reach = {contract.id: reached(centre, contract) for contract in centre.contracts}
    nobody = np.zeros(WEEK_MIN // centre.slot_min, dtype=bool)
    found = []
    for column, queue in enumerate(centre.queues):
        able = np.flatnonzero(speed[:, column] > 0)
        mine = [people[row] for row in able]
        open_at = _open(queue, centre.slot_min)
        count = sum((reach.get(agent.contract, nobody).astype(int) for agent in mine), np.zeros(len(nobody), int))
        # Among equally thin times the first is told; closed ones never are.
        places = np.flatnonzero(open_at)
        at = None if not len(places) else int(places[np.argmin(count[places])])
        hours = [terms[agent.contract] for agent in mine if agent.contract in terms]
        found.append(
            QueueSupply(
                queue.id,
                len(mine),
                float(speed[able, column].sum()),
                sum(contract.weekly_minutes_min for contract in hours) / 60,
                sum(contract.weekly_minutes_max for contract in hours) / 60,
                tuple(agent.id for agent in mine) if len(mine) <= FEW else (),
                0 if at is None else int(count[at]),
                None if at is None else at * centre.slot_min,
                float(open_at.sum()) * centre.slot_min / 60,
            )
        )
    return tuple(found)


def employed(agents: Sequence[Agent], on: date) -> tuple[Agent, ...]:
    """Those whose employment holds on a day."""
    return tuple(
        agent
        for agent in agents
        if (agent.start_date is None or agent.start_date <= on) and (agent.end_date is None or on <= agent.end_date)
    )


def reached(centre: Centre, contract: Contract) -> BoolArray:
    """Slots of a week, Monday first, that some shift of the contract holds, shape (slots,)."""
    step = centre.slot_min
    found = np.zeros(WEEK_MIN // step, dtype=bool)
    for shift in centre.shifts:
        if shift.id not in contract.shifts:
            continue
        for weekday in shift.weekdays:
            for start in shift.starts_min:
                first = (weekday * DAY_MIN + start) // step
                found[np.arange(first, first + max(shift.lengths_min) // step) % len(found)] = True
    return found


def _open(queue: Queue, step: int) -> BoolArray:
    """Slots of an ordinary week in which the queue is open, shape (slots,); all of them without hours."""
    if queue.hours is None:
        return np.ones(WEEK_MIN // step, dtype=bool)
    found = np.zeros(WEEK_MIN // step, dtype=bool)
    for weekday, spans in enumerate(queue.hours.weekday):
        for start, end in spans:
            slots = np.arange((weekday * DAY_MIN + start) // step, -(-(weekday * DAY_MIN + end) // step))
            found[slots % len(found)] = True
    return found
