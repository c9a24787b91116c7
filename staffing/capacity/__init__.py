"""Weeks to months: head count, attrition, hiring classes, cross-training, at the least cost for a promise."""

from staffing.capacity.plan import CapacityPlan, CapacitySettings, plan_capacity
from staffing.capacity.replacing import Replacing, replacing_at
from staffing.capacity.values import (
    CapacityCase,
    CrossTraining,
    Group,
    Offer,
    Outside,
    Staff,
    TenureBand,
    WeeklyNeed,
)

__all__ = [
    "CapacityCase",
    "CapacityPlan",
    "CapacitySettings",
    "CrossTraining",
    "Group",
    "Offer",
    "Outside",
    "Replacing",
    "Staff",
    "TenureBand",
    "WeeklyNeed",
    "plan_capacity",
    "replacing_at",
]
