"""Figures that people judge a plan by, each defined once."""

from staffing.measures.coverage import Coverage, PoolCoverage, coverage
from staffing.measures.fairness import BURDENS, PeriodFairness, PersonFairness, period_fairness, person_fairness
from staffing.measures.hours import Hours, short_hours
from staffing.measures.people import Fairness, fairness
from staffing.measures.service import service_floor, worst_gaps

__all__ = [
    "BURDENS",
    "Coverage",
    "Fairness",
    "Hours",
    "PeriodFairness",
    "PersonFairness",
    "PoolCoverage",
    "coverage",
    "fairness",
    "period_fairness",
    "person_fairness",
    "service_floor",
    "short_hours",
    "worst_gaps",
]
