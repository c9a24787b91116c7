"""What labour rules ask for the hours of one shift beyond the wage, as far as the shift alone tells."""

from __future__ import annotations

import numpy as np

from staffing.domain.arrays import FloatArray, IntArray
from staffing.domain.labour import PayClasses, pay_class
from staffing.domain.problem import RosterProblem


class Premium:
    """Prices of the component ``premium`` that follow from person, day and paid minutes.

    Those are all hours on a statutory holiday; and hours beyond the ordinary day of people whose contract keeps them
    inside the ordinary week, because nothing else of theirs can be overtime then. What overtime of the others costs
    depends on their whole week and is left to the audit: it is never negative, so that a bound stays one.
    """

    def __init__(self, problem: RosterProblem) -> None:
        self.problem = problem
        days = problem.grid.days
        self.holiday, self.overtime = np.zeros(days), np.zeros(days)
        self.day_minutes = 0
        self.by_day = np.zeros(len(problem.agents), dtype=bool)
        law = next((law for law in problem.rules.labour if law.pay != PayClasses()), None)
        if law is None:
            return
        classes = np.array([pay_class(problem.table.on(when)) for when in problem.grid.dates])
        self.holiday[classes == "holiday"] = law.pay.holiday - 1.0
        if law.day_minutes is not None:
            self.overtime[classes == "rest_day"] = law.pay.rest_day - 1.0
            self.overtime[classes == "overtime"] = law.pay.overtime - 1.0
            self.day_minutes = law.day_minutes
        for agent in range(len(problem.agents)):
            most = max((problem.week_limits(agent, week)[1] for week in range(problem.weeks)), default=0)
            within = law.week_minutes is None or most <= law.week_minutes
            self.by_day[agent] = within and not problem.contract_of(agent).overtime_minutes_max

    def price(self, agent: int, day: int, paid_min: IntArray) -> FloatArray:
        """Price of shifts with so many paid minutes, each as the day it starts on; shape (shifts,)."""
        beyond = np.maximum(0, paid_min - self.day_minutes) if self.by_day[agent] else np.zeros(len(paid_min))
        minutes = paid_min * self.holiday[day] + beyond * self.overtime[day]
        return np.asarray(minutes * (self.problem.wage_per_h(agent) / 60))
