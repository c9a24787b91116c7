"""The rules of a roster checked without a solver, and its cost by component."""

from staffing.audit.cost import roster_cost
from staffing.audit.deferred import DeferredWork, deferred_work
from staffing.audit.registry import RULES, audit_roster

__all__ = ["RULES", "DeferredWork", "audit_roster", "deferred_work", "roster_cost"]
