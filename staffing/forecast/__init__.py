"""History and calendar -> contacts to come, with bands, handle times, possible paths and a back-test."""

from staffing.forecast.backtest import BacktestReport, backtest
from staffing.forecast.demand import forecast_demand
from staffing.forecast.explain import DayExplanation, explain_days
from staffing.forecast.paths import demand_paths
from staffing.forecast.score import Score

__all__ = [
    "BacktestReport",
    "DayExplanation",
    "Score",
    "backtest",
    "demand_paths",
    "explain_days",
    "forecast_demand",
]
