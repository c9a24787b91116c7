"""What records say of the values that plans are made from: estimates with doubt, and what should change."""

from staffing.measures.learned.estimate import Estimate, believed, discovered, pulled, rate
from staffing.measures.learned.finding import Finding, Kind, State, judged, rounded
from staffing.measures.learned.lost_time import MIN_PEOPLE, LostTime, lost_time
from staffing.measures.learned.rates import MIN_ESCALATED, MIN_LEFT, escalated_share, has_left, patience_s
from staffing.measures.learned.speed import (
    MIN_CONTACTS,
    Band,
    combined,
    handle_time_s,
    handled,
    learning_curve,
    proficiencies,
)

__all__ = [
    "MIN_CONTACTS",
    "MIN_ESCALATED",
    "MIN_LEFT",
    "MIN_PEOPLE",
    "Band",
    "Estimate",
    "Finding",
    "Kind",
    "LostTime",
    "State",
    "believed",
    "combined",
    "discovered",
    "escalated_share",
    "handle_time_s",
    "handled",
    "has_left",
    "judged",
    "learning_curve",
    "lost_time",
    "patience_s",
    "proficiencies",
    "pulled",
    "rate",
    "rounded",
]
