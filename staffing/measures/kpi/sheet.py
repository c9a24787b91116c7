"""Everything a KPI report shows: the book, its targets, the period before, and the scorecard of the teams."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from staffing.measures.kpi.adherence import Adherence, adherence
from staffing.measures.kpi.book import Figure, KpiBook, kpi_book
from staffing.measures.kpi.measure import Direction, Measure
from staffing.measures.kpi.periods import INSIDE, Period
from staffing.measures.kpi.records import Records
from staffing.measures.kpi.scorecard import Goals, Scorecard, scorecard


@dataclass(frozen=True, slots=True)
class KpiSheet:
    """A book with the centre's name and targets; `card` is None where nothing is weighed.

    `others` are books of the same period by other groups; `before` is that of the period before, None without
    records; `adherence` is that of the teams, None without schedule and activity. `people` counts people by team.
    """

    centre: str
    book: KpiBook
    goals: Goals
    card: Scorecard | None
    people: Mapping[str, int]
    others: tuple[KpiBook, ...] = ()
    before: KpiBook | None = None
    adherence: Adherence | None = None


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
    """The sheet of any days; None where nothing happened in them. `people` counts people by team."""
    book = kpi_book(records, by=by, first=first, last=last, min_sample=goals.min_sample)
    if book is None:
        return None
    teams = book
    if by != "team":
        found = kpi_book(records, by="team", first=first, last=last, min_sample=goals.min_sample)
        teams = book if found is None else found
    kept = adherence(records, goals.adherence, first=book.first, last=book.last)
    return KpiSheet(centre, book, goals, scorecard(teams, goals, people), people, adherence=kept)


def kpi_report(
    centre: str,
    records: Records,
    goals: Goals,
    people: Mapping[str, int],
    period: Period,
    *,
    by: str | None = None,
) -> KpiSheet | None:
    """The report of a week or month: by day or week unless `by` says otherwise, by queue and team, and what was before.

    None where nothing happened in it.
    """

    def book(group: str, span: Period) -> KpiBook | None:
        return kpi_book(records, by=group, first=span.first, last=span.last, min_sample=goals.min_sample)

    groups = dict.fromkeys((by or INSIDE[period.kind], "queue", "team"))
    books = [found for group in groups if (found := book(group, period)) is not None]
    if not books:
        return None
    teams = next(found for found in books if found.by == "team")
    return KpiSheet(
        centre,
        books[0],
        goals,
        scorecard(teams, goals, people),
        people,
        others=tuple(books[1:]),
        before=book("team", period.before),
        adherence=adherence(records, goals.adherence, first=period.first, last=period.last),
    )


def change(measure: Measure, now: Figure, then: Figure) -> str:
    """How a figure stands to that of the period before: ``better``, ``worse``, ``unsure`` where intervals overlap.

    Empty without enough data in both, without intervals, and for measures with no better direction.
    """
    if measure.direction is Direction.NEITHER or not now.state == then.state == "known":
        return ""
    if now.low is None or now.high is None or then.low is None or then.high is None:
        return ""
    if now.low <= then.high and then.low <= now.high:
        return "unsure"
    return "better" if (now.low > then.high) == (measure.direction is Direction.HIGHER) else "worse"
