"""A CP-SAT model solved so that it can be stopped from outside."""

import threading
from collections.abc import Callable

from ortools.sat.python import cp_model


def solve_watched(
    solver: cp_model.CpSolver, model: cp_model.CpModel, should_stop: Callable[[], bool] | None
) -> cp_model.CpSolverStatus:
    """Solve while somebody else looks whether a stop was asked for; None: nobody asks."""
    if should_stop is None:
        return solver.solve(model)
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.2):
            if should_stop():
                solver.stop_search()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        return solver.solve(model)
    finally:
        over.set()
        watcher.join()
