"""The day table of a centre: public calendar, holiday blocks and the user's own days."""

from collections.abc import Sequence
from datetime import date, timedelta

from staffing.calendars.source import CountryDays, country_days, nearest_weekday
from staffing.domain.calendar import CalendarDay, DayKind, DayTable
from staffing.domain.centre import SpecialDay
from staffing.domain.note import Note
from staffing.errors import SettingsError

MARGIN_DAYS = 16
"""Days looked at on both sides, so that a holiday block at the edge of the table is seen whole."""
BLOCK_COUNTRIES = ("CN",)
"""Countries whose public holidays come as blocks that take in the weekend."""


def day_table(
    country: str,
    subdivision: str,
    special_days: Sequence[SpecialDay],
    first: date,
    last: date,
    *,
    categories: Sequence[str] = (),
) -> tuple[DayTable, tuple[Note, ...]]:
    """Kind, name, pattern and working flag of every day from `first` to `last`, both included.

    Parameters
    ----------
    country, subdivision : str
        ISO 3166 codes such as ``"CN"`` or ``"US", "CA"``; an empty country has plain weekends only.
    special_days : sequence of SpecialDay
        Rows that override every calendar, for their own day.
    first, last : datetime.date
        Range of the table. Forecasts read eve, block and month position from it, so let it reach from
        the first day of history to a month after the horizon.
    categories : sequence of str
        Days off beside the public ones, such as ``bank`` or ``school``, where the country has them.

    Returns
    -------
    table : DayTable
    notes : tuple of Note
        ``calendar_adjusted_days_unknown`` per year of China whose adjusted workdays are not announced;
        ``calendar_date_estimated`` per day off whose date is an estimate.

    Raises
    ------
    SettingsError
        When the country, the subdivision, a category or the kind of a special day is not known.
    ValueError
        When `last` lies before `first`.

    Examples
    --------
    >>> from datetime import date
    >>> table, notes = day_table("CN", "", (), date(2026, 2, 13), date(2026, 2, 16))
    >>> [(row.date.day, str(row.kind), row.works_as, row.working) for row in table]
    [(13, 'ordinary', 4, True), (14, 'workday', 4, True), (15, 'observed', 6, False), (16, 'holiday', 0, False)]
    """
    if last < first:
        raise ValueError(f"last day {last} lies before first day {first}")
    days = tuple(
        first + timedelta(days=offset) for offset in range(-MARGIN_DAYS, (last - first).days + 1 + MARGIN_DAYS)
    )
    known = country_days(country, subdivision, days, categories)
    own = {row.date: row for row in special_days}
    rows = [_own_row(own[day], known) if day in own else _public_row(day, known) for day in days]
    if country.upper() in BLOCK_COUNTRIES:
        rows = _blocks(rows, frozenset(own))
    table = DayTable(tuple(rows[MARGIN_DAYS : len(rows) - MARGIN_DAYS]))
    return table, _notes(country, known, own, first, last)


def _public_row(day: date, known: CountryDays) -> CalendarDay:
    if day in known.adjusted:
        return CalendarDay(day, DayKind.WORKDAY, "", known.adjusted[day], True)
    if day in known.off:
        name, statutory = known.off[day]
        return CalendarDay(day, DayKind.HOLIDAY if statutory else DayKind.OBSERVED, name, day.weekday(), False)
    return CalendarDay(day, DayKind.ORDINARY, "", day.weekday(), day not in known.weekend)


def _own_row(row: SpecialDay, known: CountryDays) -> CalendarDay:
    try:
        kind = DayKind(row.kind)
    except ValueError:
        kinds = ", ".join(DayKind)
        raise SettingsError(f"special day {row.date}: kind is {row.kind!r}, expected one of {kinds}") from None
    works_as = row.date.weekday()
    if kind is DayKind.WORKDAY and row.date in known.weekend:
        works_as = known.adjusted.get(row.date, nearest_weekday(row.date))
    working = kind is DayKind.WORKDAY or (kind is DayKind.ORDINARY and row.date not in known.weekend)
    return CalendarDay(row.date, kind, row.name, works_as, working)


def _blocks(rows: list[CalendarDay], fixed: frozenset[date]) -> list[CalendarDay]:
    """Turn weekend days within a run of days off around a holiday into observed days, and name the run's days."""
    result = list(rows)
    start = 0
    while start < len(rows):
        stop = start
        while stop < len(rows) and not rows[stop].working:
            stop += 1
        if any(row.off for row in rows[start:stop]):
            names = [row.name for row in rows[start:stop]]
            for index in range(start, stop):
                row = rows[index]
                if row.date in fixed or row.kind is DayKind.HOLIDAY:
                    continue
                name = row.name or _nearest_name(names, index - start)
                result[index] = CalendarDay(row.date, DayKind.OBSERVED, name, row.works_as, False)
        start = max(stop, start + 1)
    return result


def _nearest_name(names: list[str], index: int) -> str:
    """Name of the last named day up to `index`, else of the first after it."""
    before = [name for name in names[: index + 1] if name]
    after = [name for name in names[index:] if name]
    return before[-1] if before else next(iter(after), "")


def _notes(country: str, known: CountryDays, own: dict[date, SpecialDay], first: date, last: date) -> tuple[Note, ...]:
    wanted = range(first.year, last.year + 1)
    told = {day.year for day, row in own.items() if row.kind == DayKind.WORKDAY}
    unknown = [year for year in known.unknown_years if year in wanted and year not in told]
    estimated = [day for day in known.estimated if first <= day <= last and day not in own]
    code = country.upper()
    return (
        *(Note("calendar_adjusted_days_unknown", (("country", code), ("year", year))) for year in unknown),
        *(Note("calendar_date_estimated", (("date", str(day)), ("name", known.off[day][0]))) for day in estimated),
    )
