"""Centre and plan folders in and out: the only room that opens them.

A name is loaded with its module when it is first asked for, so that small commands start without pandas.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from staffing.files.actuals import parse_actuals, read_actuals
    from staffing.files.atomic import atomic_folder, atomic_write
    from staffing.files.capacity_folder import CapacityInput, read_capacity
    from staffing.files.capacity_write import capacity_data, capacity_tables
    from staffing.files.centre import read_centre
    from staffing.files.demand_tables import write_forecast, write_requirement
    from staffing.files.forecast_read import read_forecast
    from staffing.files.kpi_folder import KpiInput, read_kpi
    from staffing.files.kpi_write import kpi_csv
    from staffing.files.plan_folder import check_plan_target, write_plan
    from staffing.files.plan_read import read_plan, rejudged
    from staffing.files.plan_values import pack, unpack
    from staffing.files.private import CENTRE_FILES, PEOPLE_FILES, hide_people, not_planned, show_people
    from staffing.files.requirement_read import read_requirement
    from staffing.files.whatif_toml import parse_whatifs, read_whatifs, whatifs_text

_HOME = {
    "CENTRE_FILES": "private",
    "PEOPLE_FILES": "private",
    "CapacityInput": "capacity_folder",
    "KpiInput": "kpi_folder",
    "atomic_folder": "atomic",
    "atomic_write": "atomic",
    "capacity_data": "capacity_write",
    "capacity_tables": "capacity_write",
    "check_plan_target": "plan_folder",
    "hide_people": "private",
    "kpi_csv": "kpi_write",
    "not_planned": "private",
    "pack": "plan_values",
    "parse_actuals": "actuals",
    "parse_whatifs": "whatif_toml",
    "read_actuals": "actuals",
    "read_capacity": "capacity_folder",
    "read_centre": "centre",
    "read_forecast": "forecast_read",
    "read_kpi": "kpi_folder",
    "read_plan": "plan_read",
    "read_requirement": "requirement_read",
    "read_whatifs": "whatif_toml",
    "rejudged": "plan_read",
    "show_people": "private",
    "unpack": "plan_values",
    "whatifs_text": "whatif_toml",
    "write_forecast": "demand_tables",
    "write_plan": "plan_folder",
    "write_requirement": "demand_tables",
}
__all__ = [
    "CENTRE_FILES",
    "PEOPLE_FILES",
    "CapacityInput",
    "KpiInput",
    "atomic_folder",
    "atomic_write",
    "capacity_data",
    "capacity_tables",
    "check_plan_target",
    "hide_people",
    "kpi_csv",
    "not_planned",
    "pack",
    "parse_actuals",
    "parse_whatifs",
    "read_actuals",
    "read_capacity",
    "read_centre",
    "read_forecast",
    "read_kpi",
    "read_plan",
    "read_requirement",
    "read_whatifs",
    "rejudged",
    "show_people",
    "unpack",
    "whatifs_text",
    "write_forecast",
    "write_plan",
    "write_requirement",
]

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """The public name, from its module."""
        if name not in _HOME:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"staffing.files.{_HOME[name]}"), name)
