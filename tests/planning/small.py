"""A phone centre of two days whose right number of agents is known from Erlang, to be asked for too few of."""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from staffing.domain.calendar import DayTable
from staffing.domain.centre import Centre, Scenario
from staffing.domain.demand import ContactHistory, Forecast
from staffing.domain.people import Agent, Contract, Role, Skill
from staffing.domain.queue import AnswerTarget, Channel, OpeningHours, Queue
from staffing.domain.requirement import Requirement
from staffing.domain.shift import ShiftType
from staffing.domain.timegrid import TimeGrid
from staffing.planning import make_requirement, plan_table

MONDAY = date(2026, 1, 5)


@dataclass(frozen=True)
class Ordered:
    """What a plan is made from."""

    scenario: Scenario
    forecast: Forecast
    table: DayTable
    requirement: Requirement

    def lowered(self, share: float) -> Requirement:
        """The requirement with this share of its agents."""
        need = self.requirement
        return replace(need, agents=need.agents * share, agents_gross=need.agents_gross * share)


def phones(people: int, *, volume: float = 30.0, days: int = 2) -> Ordered:
    """`people` agents may work two shifts of four hours a day; 80 % of 30 calls of 5 minutes per half hour in 20 s."""
    hours = OpeningHours(weekday=(((540, 1020),),) * 7)
    queue = Queue("phone", Channel.PHONE, AnswerTarget(0.8, 20), hours=hours, aht_s=300.0, patience_s=180.0)
    past = TimeGrid("UTC", date(2025, 12, 22), 14, 30)
    centre = Centre(
        name="phones",
        timezone="UTC",
        interval_min=30,
        queues=(queue,),
        shifts=(ShiftType("half", 540, 780, 240, (240,)), ShiftType("whole", 540, 540, 30, (480,))),
        contracts=(Contract("any", 0, 2880, 0, 6, ("half", "whole")),),
        roles=(Role("agent"),),
    )
    crew = tuple(Agent(f"a{i}", "", "t", "agent", "any", (Skill("phone"),)) for i in range(people))
    scenario = Scenario(centre, ContactHistory(past, ("phone",), np.zeros((1, past.n))), crew)
    grid = TimeGrid("UTC", MONDAY, days, 30)
    calls = np.where((grid.minute >= 540) & (grid.minute < 1020), volume, 0.0)[np.newaxis]
    forecast = Forecast(
        grid, ("phone",), *(calls,) * 5, np.full((1, grid.n), 300.0), np.zeros((1, days)), np.zeros((1, grid.n)), ("",)
    )
    table, _ = plan_table(scenario, MONDAY, days)
    return Ordered(scenario, forecast, table, make_requirement(scenario, forecast, table))
