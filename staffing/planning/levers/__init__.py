"""Levers of a plan that is short: what could be done, at which price, and the cheapest mix."""

from staffing.planning.levers.mix import find_levers
from staffing.planning.levers.rows import lever_data
from staffing.planning.levers.values import KINDS, Lever, LeverKind, LeverPlan, LeverSettings, Missing

__all__ = ["KINDS", "Lever", "LeverKind", "LeverPlan", "LeverSettings", "Missing", "find_levers", "lever_data"]
