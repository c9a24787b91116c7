"""History and calendar -> contacts to come, with bands, handle times, possible paths and a back-test."""

from staffing.forecast.backtest import BacktestDay, BacktestReport, backtest, backtest_origins
from staffing.forecast.demand import forecast_demand
from staffing.forecast.explain import DayExplanation, explain_days
from staffing.forecast.intraday import DayUpdate, QueueUpdate, update_day
from staffing.forecast.learned import EventEffect, event_effects
from staffing.forecast.paths import demand_paths
from staffing.forecast.relayered import layered_forecast
from staffing.forecast.score import Score
from staffing.forecast.whatif import changed_forecast

__all__ = [
    "BacktestDay",
    "BacktestReport",
    "DayExplanation",
    "DayUpdate",
    "EventEffect",
    "QueueUpdate",
    "Score",
    "backtest",
    "backtest_origins",
    "changed_forecast",
    "demand_paths",
    "event_effects",
    "explain_days",
    "forecast_demand",
    "layered_forecast",
    "update_day",
]
