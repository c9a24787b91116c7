"""Plan contact centres: forecast, requirement, named roster, audit and simulation, each with its proof.

The names below are loaded when first used, so that importing the package is cheap.

>>> import staffing
>>> scenario = staffing.read_centre("data/hr-centre")
>>> scenario.centre.interval_min
30
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_HOME = {
    "AnswerTarget": "domain.queue",
    "Centre": "domain.centre",
    "ContactHistory": "domain.demand",
    "DataError": "errors",
    "DeadlineTarget": "domain.queue",
    "Forecast": "domain.demand",
    "Plan": "plan",
    "PlanSettings": "plan",
    "Requirement": "domain.requirement",
    "Roster": "domain.roster",
    "RosterProblem": "domain.problem",
    "Scenario": "domain.centre",
    "SettingsError": "errors",
    "audit_roster": "audit",
    "forecast_demand": "forecast",
    "make_plan": "planning",
    "read_centre": "files",
    "read_plan": "files",
    "require_agents": "erlang",
    "roster_cost": "audit",
    "simulate_roster": "simulate",
    "solve_roster": "solver",
    "write_plan": "files",
}

__all__ = [*sorted(_HOME), "__version__"]


def __getattr__(name: str) -> Any:
    if name == "erlang":
        return import_module(f"{__name__}.erlang")
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return __all__
