"""Everything a KPI report shows: the book, its targets and the scorecard of the teams."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from staffing.measures.kpi.book import KpiBook, kpi_book
from staffing.measures.kpi.records import Records
from staffing.measures.kpi.scorecard import Goals, Scorecard, scorecard


@dataclass(frozen=True, slots=True)
class KpiSheet:
    """A book with the centre's name and targets; `card` is None where nothing is weighed."""

    centre: str
    book: KpiBook
    goals: Goals
    card: Scorecard | None


def kpi_sheet(
    centre: str,
    records: Records,
    goals: Goals,
    people: Mapping[str, int],
    *,
    by: str = "week",
    first: date | None = None,
    last: date | None = None,
) -> KpiSheet | None:
    """The sheet of a period; None where nothing happened in it. `people` counts people by team."""
    book = kpi_book(records, by=by, first=first, last=last, min_sample=goals.min_sample)
    if book is None:
        return None
    teams = book
    if by != "team":
        found = kpi_book(records, by="team", first=first, last=last, min_sample=goals.min_sample)
        teams = book if found is None else found
    return KpiSheet(centre, book, goals, scorecard(teams, goals, people))
