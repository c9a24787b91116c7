"""Dates and times as exports write them -> ISO 8601, in the order of day and month that the whole column agrees on."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

ORDERS = ("ymd", "dmy", "mdy")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_YEAR_FIRST = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?=$|\D)")
_COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})(?=$|\D)")
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?=$|\D)")
_DAY_NAME = re.compile(r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+)?(\d{1,2})[ -]([a-z]{3,9})\.?,?[ -](\d{4})")
_NAME_DAY = re.compile(r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+)?([a-z]{3,9})\.?[ -](\d{1,2}),?[ -](\d{4})")
_CLOCK = re.compile(
    r"(?P<before>am|pm|上午|下午|晚上|早上|凌晨)?\s*(?P<hour>\d{1,2})(?:[:：时点.](?P<minute>\d{2})?分?)?(?::(?P<second>\d{2}(?:\.\d+)?))?"
    r"\s*(?P<after>a\.?m\.?|p\.?m\.?)?\s*(?P<offset>z|[+-]\d{2}:?\d{2})?"
)
_UNTIL = re.compile(r"\s*(?:[-–—~～至到]|to)\s*(?:\S+\s+)?\d{1,2}[:：时点]\d{0,2}.*$")
_PM = ("pm", "下午", "晚上")


@dataclass(frozen=True, slots=True)
class Order:
    """Order of day and month in a column. `sure` is False where the dates allow either."""

    name: str
    sure: bool


def guess_order(texts: Iterable[str]) -> Order:
    """Order of day, month and year that the dates of a column were written in.

    A number above 12 tells; else the order in which the dates lie closer together. Dates parted by full stops start
    with the day.

    Examples
    --------
    >>> guess_order(["2026-02-01"]), guess_order(["01/02/2026", "02/02/2026", "03/02/2026"])
    (Order(name='ymd', sure=True), Order(name='dmy', sure=True))
    >>> guess_order(["01/02/2026"])
    Order(name='dmy', sure=False)
    """
    pairs, dotted = set(), 0
    for text in set(texts):
        found = _YEAR_LAST.match(text.strip())
        if found:
            pairs.add((int(found[1]), int(found[3]), _year(found[4])))
            dotted += found[2] == "."
    if not pairs:
        return Order("ymd", True)
    day_first = sum(first > 12 for first, _, _ in pairs)
    month_first = sum(second > 12 for _, second, _ in pairs)
    if day_first or month_first:
        return Order("dmy" if day_first >= month_first else "mdy", True)
    if dotted == len(pairs):
        return Order("dmy", True)
    spans = [_span([_date(year, *(pair if order == "mdy" else pair[::-1])) for *pair, year in pairs])
             for order in ("dmy", "mdy")]  # fmt: skip
    if spans[0] == spans[1]:
        return Order("dmy", False)
    return Order("dmy" if spans[0] < spans[1] else "mdy", True)


def _span(days: Sequence[date | None]) -> timedelta:
    known = [day for day in days if day is not None]
    return max(known) - min(known) if known else timedelta()


def parse_day(text: str, order: str) -> tuple[date | None, str, str]:
    """The date at the start of a text, the code of the fault where there is none, and the rest of the text.

    Examples
    --------
    >>> parse_day("3.2.2026 08:30", "dmy")
    (datetime.date(2026, 2, 3), '', '08:30')
    >>> parse_day("2026年2月3日", "ymd")[0], parse_day("30/02/2026", "dmy")[1], parse_day("soon", "ymd")[1]
    (datetime.date(2026, 2, 3), 'no_such_date', 'not_a_date')
    """
    text = text.strip()
    low = text.lower()
    if found := _YEAR_FIRST.match(text) or _COMPACT.match(text):
        numbers = int(found[1]), int(found[2]), int(found[3])
    elif found := _YEAR_LAST.match(text):
        first, second = int(found[1]), int(found[3])
        numbers = _year(found[4]), *((first, second) if order == "mdy" else (second, first))
    elif found := _DAY_NAME.match(low):
        numbers = int(found[3]), _month(found[2]), int(found[1])
    elif found := _NAME_DAY.match(low):
        numbers = int(found[3]), _month(found[1]), int(found[2])
    else:
        return None, "not_a_date", ""
    day = _date(*numbers)
    return day, "" if day else "no_such_date", text[found.end() :].lstrip(" T,")


def parse_time(text: str, *, iso: bool = False) -> tuple[str, str] | None:
    """Time of day as ``HH:MM`` (``HH:MM:SS`` where there are seconds) with its UTC offset or ``""``.

    Of a span such as ``08:00-08:30`` the start is taken; with `iso` what follows is an offset. None when it is no time.

    Examples
    --------
    >>> parse_time("8:30 PM"), parse_time("08:00-08:30"), parse_time("下午2时30分"), parse_time("08:30+08:00")
    (('20:30', ''), ('08:00', ''), ('14:30', ''), ('08:30', '+08:00'))
    >>> parse_time("25:00") is None
    True
    """
    low = text.strip().lower()
    found = _CLOCK.fullmatch(low if iso else _UNTIL.sub("", low))
    if found is None:
        return None
    half = (found["before"] or (found["after"] or "").replace(".", "")).strip()
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    if half in _PM and hour < 12:
        hour += 12
    elif half in ("am", "上午", "凌晨", "早上") and hour == 12:
        hour = 0
    if hour > 23 or minute > 59:
        return None
    seconds = float(found["second"] or 0)
    clock = f"{hour:02d}:{minute:02d}" + (f":{int(seconds):02d}" if seconds else "")
    return clock, (found["offset"] or "").upper()


def parse_moment(text: str, order: str) -> tuple[str, str]:
    """Day and time of one cell as ISO 8601, or ``""`` with the code of the fault; a day alone is its midnight.

    Examples
    --------
    >>> parse_moment("02/03/2026 8:30 AM", "mdy"), parse_moment("2026-02-03T08:30:00-05:00", "ymd")
    (('2026-02-03T08:30', ''), ('2026-02-03T08:30-05:00', ''))
    >>> parse_moment("2026/2/3 08:00-08:30", "ymd"), parse_moment("tomorrow", "ymd")
    (('2026-02-03T08:00', ''), ('', 'not_a_date'))
    """
    day, code, rest = parse_day(text, order)
    if day is None:
        return "", code
    if not rest:
        return f"{day}T00:00", ""
    iso = "T" in text.strip()[: len(text.strip()) - len(rest)][-1:] or rest.count(":") == 3
    clock = parse_time(rest, iso=iso)
    return (f"{day}T{clock[0]}{clock[1]}", "") if clock else ("", "not_a_date")


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def _month(name: str) -> int:
    return MONTHS.index(name[:3]) + 1 if name[:3] in MONTHS else 0


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
