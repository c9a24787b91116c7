"""The rules of a roster checked without a solver, and its cost by component."""

from staffing.audit.cost import RULE_OF, cost_terms, roster_cost
from staffing.audit.deferred import DeferredWork, deferred_work
from staffing.audit.registry import RULES, audit_roster

__all__ = ["RULES", "RULE_OF", "DeferredWork", "audit_roster", "cost_terms", "deferred_work", "roster_cost"]
