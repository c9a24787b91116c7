"""Steering a running day: what came, what is to come, and what to do about it now."""

from staffing.planning.intraday.answer import accepted_roster, steer
from staffing.planning.intraday.rows import intraday_data
from staffing.planning.intraday.situation import Situation, read_situation
from staffing.planning.intraday.values import (
    KINDS,
    Away,
    Danger,
    IntradayPlan,
    IntradaySettings,
    Proposal,
    QueueOutlook,
    QueueSoFar,
    StillMissing,
)

__all__ = [
    "KINDS",
    "Away",
    "Danger",
    "IntradayPlan",
    "IntradaySettings",
    "Proposal",
    "QueueOutlook",
    "QueueSoFar",
    "Situation",
    "StillMissing",
    "accepted_roster",
    "intraday_data",
    "read_situation",
    "steer",
]
