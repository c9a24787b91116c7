"""Dates and moments written as text: ISO 8601 only, local wall-clock time or with an offset."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.0+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?")
DAY_OR_MONTH_FIRST = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\b.*")
CLOCK = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)")
ISO_DATE = "YYYY-MM-DD"
ISO_MOMENT = "YYYY-MM-DDTHH:MM"


@dataclass(frozen=True, slots=True)
class Parsed:
    """A moment in the centre's zone, or the code of what is wrong with its text.

    `ambiguous`: a wall-clock time that occurs twice, taken as the first; `whole_day`: only a date was written.
    """

    moment: datetime | None
    code: str = ""
    ambiguous: bool = False
    whole_day: bool = False


def parse_date(text: str) -> tuple[date | None, str]:
    """The date, or None with the code of the fault."""
    if DATE.fullmatch(text):
        try:
            return date.fromisoformat(text), ""
        except ValueError:
            return None, "no_such_date"
    return None, "date_order" if DAY_OR_MONTH_FIRST.fullmatch(text) else "not_a_date"


def parse_moment(text: str, zone: ZoneInfo) -> Parsed:
    """A moment of local wall-clock time in `zone`, or with its own offset.

    Codes: ``not_a_date``, ``date_order`` (day and month could be meant either way), ``no_such_date``,
    ``time_in_gap`` (the clock was never there).
    """
    if not MOMENT.fullmatch(text):
        return Parsed(None, "date_order" if DAY_OR_MONTH_FIRST.fullmatch(text) else "not_a_date")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return Parsed(None, "no_such_date")
    if not 1900 < moment.year < 2200:
        return Parsed(None, "no_such_date")
    if moment.tzinfo is not None:
        return Parsed(moment.astimezone(zone))
    local = moment.replace(tzinfo=zone)
    first, second = local.utcoffset(), local.replace(fold=1).utcoffset()
    whole_day = len(text) == len("2026-02-02")
    if first is None or second is None or first == second or whole_day:
        return Parsed(local, whole_day=whole_day)
    if first < second:
        return Parsed(None, "time_in_gap")
    return Parsed(local, ambiguous=True)


def parse_clock(text: str) -> int | None:
    """Minutes since midnight of ``HH:MM``, 24:00 being 1440; None when it is none."""
    found = CLOCK.fullmatch(text.strip())
    if found is None:
        return None
    minutes = int(found[1]) * 60 + int(found[2])
    return minutes if minutes <= 1440 else None
