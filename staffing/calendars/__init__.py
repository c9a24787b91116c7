"""Country, subdivision and the user's own days -> the day table, and where each day stands among days off."""

from staffing.calendars.features import DayFeatures, HolidayBlock, day_features, holiday_blocks
from staffing.calendars.source import holiday_name, known_categories
from staffing.calendars.table import day_table

__all__ = [
    "DayFeatures",
    "HolidayBlock",
    "day_features",
    "day_table",
    "holiday_blocks",
    "holiday_name",
    "known_categories",
]
