"""Centre and plan folders in and out: the only room that opens them."""

from staffing.files.actuals import parse_actuals, read_actuals
from staffing.files.atomic import atomic_folder, atomic_write
from staffing.files.centre import read_centre
from staffing.files.demand_tables import write_forecast, write_requirement
from staffing.files.forecast_read import read_forecast
from staffing.files.plan_folder import check_plan_target, write_plan
from staffing.files.plan_read import read_plan
from staffing.files.requirement_read import read_requirement

__all__ = [
    "atomic_folder",
    "atomic_write",
    "check_plan_target",
    "parse_actuals",
    "read_actuals",
    "read_centre",
    "read_forecast",
    "read_plan",
    "read_requirement",
    "write_forecast",
    "write_plan",
    "write_requirement",
]
