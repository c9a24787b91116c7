"""A forecast brought up to date with the contacts of a day that is still running."""

from dataclasses import replace

import numpy as np

from staffing.domain.calendar import DayTable
from staffing.domain.centre import Scenario
from staffing.domain.demand import ContactHistory, Forecast
from staffing.errors import SettingsError


def update_forecast(scenario: Scenario, table: DayTable, forecast: Forecast, actuals: ContactHistory) -> Forecast:
    """`forecast` with the rest of its first day forecast again from `actuals`.

    Raises
    ------
    SettingsError
        When the actuals hold nothing of that day or queues that are not forecast.
    """
    from staffing.forecast import update_day

    today = forecast.grid.first_day
    if today not in actuals.grid.dates:
        days = f"{actuals.grid.dates[0]} to {actuals.grid.dates[-1]}"
        raise SettingsError(f"--actuals are of {days}, expected contacts of {today}, the first day of the forecast")
    unknown = sorted(set(actuals.queues) - set(forecast.queues))
    if unknown:
        raise SettingsError(f"--actuals name the queues {', '.join(unknown)}, which are not forecast")
    span = actuals.grid.day_slice(actuals.grid.dates.index(today))
    observed = np.full((len(forecast.queues), span.stop - span.start), np.nan)
    for queue in actuals.queues:
        observed[forecast.queues.index(queue)] = actuals.row(queue)[span]
    known = replace(scenario, history=scenario.history.before(today))
    return update_day(known, table, forecast, observed).forecast
