"""Frozen values of the planner and their invariants."""
