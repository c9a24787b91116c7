"""Compiled and exact per person: the best breaks of a shift and the best legal week at given prices."""
