"""The KPI book: what a centre is judged by, from what really happened, each measure defined once."""

from staffing.measures.kpi.book import GROUPINGS, UNKNOWN, Figure, KpiBook, kpi_book, verdict
from staffing.measures.kpi.catalogue import BY_CODE, MEASURES
from staffing.measures.kpi.measure import Direction, Kind, Measure, Unit
from staffing.measures.kpi.planned import with_plan
from staffing.measures.kpi.records import Records, Rows
from staffing.measures.kpi.scorecard import Goals, Score, Scorecard, scorecard
from staffing.measures.kpi.sheet import KpiSheet, kpi_sheet

__all__ = [
    "BY_CODE",
    "GROUPINGS",
    "MEASURES",
    "UNKNOWN",
    "Direction",
    "Figure",
    "Goals",
    "Kind",
    "KpiBook",
    "KpiSheet",
    "Measure",
    "Records",
    "Rows",
    "Score",
    "Scorecard",
    "Unit",
    "kpi_book",
    "kpi_sheet",
    "scorecard",
    "verdict",
    "with_plan",
]
