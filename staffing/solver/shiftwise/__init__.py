"""Plans by whole shifts: prices, an exact search of each person's roster, and CP-SAT."""

from staffing.solver.shiftwise.solve import solve_shifts

__all__ = ["solve_shifts"]
