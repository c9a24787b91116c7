"""Numbers, durations and shares as exports write them."""

import re
from collections.abc import Iterable

UNITS = ("s", "min", "h")
SECONDS = {"s": 1.0, "min": 60.0, "h": 3600.0}
SHORTEST_AHT_S = 15.0
"""A usual handle time below this is taken to be in minutes."""

_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{2}(?:\.\d+)?)")
_BOTH = re.compile(r"\d{1,3}([.,' ])\d{3}(?:\1\d{3})*(?:[.,]\d+)?")


def has_decimal_comma(texts: Iterable[str]) -> bool:
    """Whether a column writes one and a half as 1,5.

    Examples
    --------
    >>> has_decimal_comma(["1,5", "2"]), has_decimal_comma(["1,234", "1,500.5"]), has_decimal_comma(["1.234,5"])
    (True, False, True)
    """
    return any(re.search(r",\d{1,2}$|,\d{4,}$|\d\.\d{3},", text.strip()) for text in texts)


def parse_number(text: str, decimal_comma: bool) -> float | None:
    """A number with either decimal sign and with or without marks between thousands; None when it is none.

    Examples
    --------
    >>> parse_number("1,234.5", False), parse_number("1.234,5", True), parse_number("1 234", False)
    (1234.5, 1234.5, 1234.0)
    """
    text = text.strip().replace("\u00a0", " ").replace("\u202f", " ")
    point, comma = (",", ".") if decimal_comma else (".", ",")
    if _BOTH.fullmatch(text):
        text = text.replace(comma, "").replace("'", "").replace(" ", "")
    text = text.replace(point, ".") if point == "," else text
    try:
        value = float(text)
    except ValueError:
        return None
    return value if abs(value) < float("inf") and "_" not in text else None


def parse_seconds(text: str, unit: str, decimal_comma: bool) -> float | None:
    """A duration in seconds: a number of `unit`, or ``mm:ss`` or ``h:mm:ss``, whatever the unit.

    Examples
    --------
    >>> parse_seconds("4:05", "s", False), parse_seconds("0:04:05", "s", False), parse_seconds("4.5", "min", False)
    (245.0, 245.0, 270.0)
    """
    found = _CLOCK.fullmatch(text.strip())
    if found:
        return int(found[1] or 0) * 3600 + int(found[2]) * 60 + float(found[3])
    value = parse_number(text, decimal_comma)
    return None if value is None else value * SECONDS[unit]


def guess_unit(header: str, texts: Iterable[str]) -> str:
    """Unit of a column of handle times, by its header, else by how large they are.

    Examples
    --------
    >>> guess_unit("AHT (min)", ["4.2"]), guess_unit("处理时长", ["245"]), guess_unit("AHT", ["4.2", "5"])
    ('min', 's', 'min')
    """
    low = header.lower()
    if re.search(r"\bmins?\b|minute|分钟|（分）|\(分\)", low):
        return "min"
    if re.search(r"\bs\b|_s\b|\bsecs?\b|second|秒", low):
        return "s"
    cells = [text for text in texts if text]
    comma = has_decimal_comma(cells)
    values = sorted(value for text in cells if (value := parse_number(text, comma)) is not None and value > 0)
    return "min" if values and values[len(values) // 2] < SHORTEST_AHT_S else "s"


def parse_share(text: str) -> float | None:
    """A share of one: ``80%``, ``80`` and ``0.8`` are the same.

    Examples
    --------
    >>> parse_share("80 %"), parse_share("80"), parse_share("0,8"), parse_share("")
    (0.8, 0.8, 0.8, None)
    """
    plain = text.strip().rstrip("%％").strip()
    value = parse_number(plain, has_decimal_comma([plain]))
    if value is None:
        return None
    return value / 100 if plain != text.strip() or value > 1 else value
