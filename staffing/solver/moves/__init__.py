"""Compiled local search: the state of a roster, exact cost changes, re-insertion of days and weeks, annealing."""
