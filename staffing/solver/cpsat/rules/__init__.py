"""One file per rule; each posts its constraints under its own name, so that it can be switched off.

The filters `shift_window`, `time_off`, `skills`, `opening_hours`, `rotation` and `locked` leave no option that breaks
them: they act where options and variables are made.
"""

from staffing.solver.cpsat.model import RosterModel
from staffing.solver.cpsat.rules import (
    breaks,
    consecutive_days,
    contract_days,
    contract_hours,
    nights,
    one_place,
    period_hours,
    period_weekends,
    rest,
    start_band,
    successions,
    weekends,
    weekly_rest,
)

RULES = {
    "one_place": one_place.post,
    "breaks": breaks.post,
    "contract_hours": contract_hours.post,
    "contract_days": contract_days.post,
    "rest": rest.post,
    "consecutive_days": consecutive_days.post,
    "weekly_rest": weekly_rest.post,
    "weekends": weekends.post,
    "start_band": start_band.post,
    "successions": successions.post,
    "nights": nights.post,
    "period_hours": period_hours.post,
    "period_weekends": period_weekends.post,
}
"""Rule name -> function that posts it."""


def add_rules(model: RosterModel) -> None:
    """Post every tour rule on the free cells."""
    if model.shifts_free:
        for post in RULES.values():
            post(model)
