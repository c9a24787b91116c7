"""What-ifs: a scenario with some of its inputs replaced, beside the plan it came from."""

from staffing.planning.whatif.answer import full_answer, full_outcome, needed_only, quick_answer
from staffing.planning.whatif.change import changed_scenario

__all__ = ["changed_scenario", "full_answer", "full_outcome", "needed_only", "quick_answer"]
