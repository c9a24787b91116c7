"""Event simulation of a roster against demand paths: the judge."""

from staffing.simulate.judge import simulate_roster

__all__ = ["simulate_roster"]
