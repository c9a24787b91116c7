"""Roster optimiser: a roster problem becomes named shifts with breaks and queues, a cost and a bound."""

from staffing.solver.solve import solve_roster

__all__ = ["solve_roster"]
