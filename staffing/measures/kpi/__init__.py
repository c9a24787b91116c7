"""The KPI book: what a centre is judged by, from what really happened, each measure defined once."""

from staffing.measures.kpi.adherence import (
    ADHERENCE_BY,
    Adherence,
    AdherenceLine,
    LostLine,
    adherence,
    shown_groups,
)
from staffing.measures.kpi.book import GROUPINGS, UNKNOWN, Figure, KpiBook, kpi_book, verdict
from staffing.measures.kpi.catalogue import BY_CODE, MEASURES
from staffing.measures.kpi.measure import Direction, Kind, Measure, Unit
from staffing.measures.kpi.periods import MONTH, WEEK, Period, month_of, periods_in, week_of
from staffing.measures.kpi.planned import with_plan
from staffing.measures.kpi.reasons import REASONS, AdherenceRules
from staffing.measures.kpi.records import Records, Rows
from staffing.measures.kpi.scorecard import Goals, Score, Scorecard, scorecard
from staffing.measures.kpi.sheet import KpiSheet, change, kpi_report, kpi_sheet

__all__ = [
    "ADHERENCE_BY",
    "BY_CODE",
    "GROUPINGS",
    "MEASURES",
    "MONTH",
    "REASONS",
    "UNKNOWN",
    "WEEK",
    "Adherence",
    "AdherenceLine",
    "AdherenceRules",
    "Direction",
    "Figure",
    "Goals",
    "Kind",
    "KpiBook",
    "KpiSheet",
    "LostLine",
    "Measure",
    "Period",
    "Records",
    "Rows",
    "Score",
    "Scorecard",
    "Unit",
    "adherence",
    "change",
    "kpi_book",
    "kpi_report",
    "kpi_sheet",
    "month_of",
    "periods_in",
    "scorecard",
    "shown_groups",
    "verdict",
    "week_of",
    "with_plan",
]
