"""Which column of a sheet holds what, guessed by its name."""

import re
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher

from staffing.files.wizard.upload import Sheet
from staffing.files.wizard.words import CHANNELS, KINDS, folded

CLOCK = re.compile(r"\d{1,2}[:：时点]\d{0,2}")
EXACT, PART, ALIKE = 3.0, 2.0, 1.0
LEAST_ALIKE = 0.86


def guess_columns(sheet: Sheet, kind: str) -> dict[str, str]:
    """Column of the sheet for each of our names that one fits; the surest pairs first, no column twice.

    Parameters
    ----------
    sheet : Sheet
        The uploaded table.
    kind : str
        ``history``, ``people`` or ``queues``.

    Returns
    -------
    dict
        Our name of a column -> header in the sheet.
    """
    roles = KINDS[kind]
    scores = []
    for place, header in enumerate(sheet.columns):
        for role, words in roles.items():
            score = _score(folded(header), role, words)
            if score > 0:
                scores.append((-score, place, list(roles).index(role), role, header))
    found: dict[str, str] = {}
    for *_, role, header in sorted(scores):
        if role not in found and header not in found.values():
            found[role] = header
    if kind == "history":
        _settle_moment(sheet, found)
    return {role: found[role] for role in roles if role in found}


def _settle_moment(sheet: Sheet, found: dict[str, str]) -> None:
    """Either one column with day and time, or one of each: the cells tell which, when the names do not."""
    if "start" in found:
        cells = [cell for cell in sheet.cells(found["start"])[:50] if cell]
        if "time" in found and not any(CLOCK.search(cell) for cell in cells):
            found["date"] = found.pop("start")
        elif "date" in found and "time" not in found and all(CLOCK.match(cell) for cell in cells):
            found["time"] = found.pop("start")
        else:
            found.pop("date", None)
            found.pop("time", None)
    elif "date" in found and "time" not in found:
        found["start"] = found.pop("date")


def _score(header: str, role: str, words: tuple[str, ...]) -> float:
    if not header:
        return 0.0
    names = (folded(role), *map(folded, words))
    if header in names:
        return EXACT - 0.01 * names.index(header)
    parts = [name for name in names if len(name) > 2 and (f" {name} " in f" {header} " or _han(name, header))]
    if parts:
        return PART + max(map(len, parts)) / (10 * len(header))
    alike = max(SequenceMatcher(None, header, name).ratio() for name in names)
    return ALIKE * alike if alike >= LEAST_ALIKE else 0.0


def _han(name: str, header: str) -> bool:
    """Chinese is written without gaps, so a word may stand anywhere."""
    return name[0] > "\u2fff" and name in header


def guess_channel(name: str) -> str:
    """Channel of a queue by its name; phone where no word tells.

    Examples
    --------
    >>> guess_channel("Sales e-mail DE"), guess_channel("在线客服"), guess_channel("Retention")
    ('email', 'chat', 'phone')
    """
    text = f" {folded(name)} "
    for channel, words in CHANNELS.items():
        if any(f" {folded(word)} " in text or _han(folded(word), text) for word in words):
            return channel
    return "phone"


def unused(headers: Sequence[str], columns: Mapping[str, str]) -> tuple[str, ...]:
    """Headers of a sheet that nothing is taken from."""
    return tuple(name for name in headers if name not in columns.values())
