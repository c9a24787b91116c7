"""Why a roster is as it is: who could fill a gap, what else a day could be, what conflicts, what a rule costs."""

from staffing.solver.explain.ceiling import Ceiling, ceilings
from staffing.solver.explain.change import Change
from staffing.solver.explain.conflicts import Conflict, Findings, Relaxation, find_conflicts
from staffing.solver.explain.fill import Filler, Filling, Refusal, fill_gap, fillers
from staffing.solver.explain.prices import RulePrice, rule_prices
from staffing.solver.explain.system import Group
from staffing.solver.explain.why import Alternative, Reasons, why_shift

__all__ = [
    "Alternative",
    "Ceiling",
    "Change",
    "Conflict",
    "Filler",
    "Filling",
    "Findings",
    "Group",
    "Reasons",
    "Refusal",
    "Relaxation",
    "RulePrice",
    "ceilings",
    "fill_gap",
    "fillers",
    "find_conflicts",
    "rule_prices",
    "why_shift",
]
