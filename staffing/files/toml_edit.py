"""Single values of centre.toml changed in place: comments, order and everything else stay as people wrote them."""

import json
import re
import tomllib
from collections.abc import Mapping
from copy import deepcopy
from datetime import date
from typing import Any

from staffing.files.toml_lines import Path, key_lines

_COMMENT = re.compile(r"""("(?:\\.|[^"\\])*"|'[^']*')|(\s*\#.*)""")
_BARE = re.compile(r"[A-Za-z0-9_-]+")


def set_value(text: str, path: Path, value: object) -> str:
    r"""The text with one key set; a key or plain table that is not there yet is added.

    Parameters
    ----------
    text : str
        A valid TOML document.
    path : tuple
        Names of tables and keys; items of a list of tables by number from 0: ``("contract", 1, "days_max")``.
    value : bool, int, float, str, date, list, mapping or None
        The new value, a mapping as an inline table; None takes the key away.

    Raises
    ------
    ValueError
        When the key stands where it cannot be changed alone, such as in a list of inline tables.

    Examples
    --------
    >>> print(set_value('[rules]  # ours\nrest_h = 11  # by law\n', ("rules", "rest_h"), 12.0))
    [rules]  # ours
    rest_h = 12  # by law
    <BLANKLINE>
    """
    wanted = _changed(tomllib.loads(text), path, value)
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    where = key_lines(text)
    around = path[:-1]
    if around in where and not lines[where[around] - 1].lstrip().startswith("["):
        # Inside an inline table: that is written anew as a whole, it cannot hold comments.
        return set_value(text, around, _at(wanted, around))
    if path in where:
        first = where[path] - 1
        last = _end(lines, first)
        new = [] if value is None else [_replaced(lines[first : last + 1], value)]
        lines[first : last + 1] = new
    elif value is not None:
        line = f"{_key(str(path[-1]))} = {literal(value)}\n"
        if path[:-1] in where or len(path) == 1:
            lines.insert(_end_of_table(lines, where, path[:-1]), line)
        else:
            lines += ["\n" * bool(lines), f"[{'.'.join(_key(str(part)) for part in path[:-1])}]\n", line]
    return _proved("".join(lines), wanted, path)


def append_item(text: str, name: str, values: Mapping[str, object]) -> str:
    r"""The text with one more item of a list of tables at its end.

    >>> append_item("", "role", {"id": "lead", "max_span": 12})
    '[[role]]\nid = "lead"\nmax_span = 12\n'
    """
    head = text if not text or text.endswith("\n") else text + "\n"
    body = "".join(f"{_key(key)} = {literal(value)}\n" for key, value in values.items())
    return f"{head}{chr(10) if head else ''}[[{_key(name)}]]\n{body}"


def remove_item(text: str, name: str, number: int) -> str:
    r"""The text without one item of a list of tables, numbered from 0; comments above and below it stay.

    Raises
    ------
    ValueError
        When there is no such item, or it has no lines of its own.

    Examples
    --------
    >>> remove_item('[[role]]\nid = "lead"\n\n# the rest\n[[role]]\nid = "agent"\n', "role", 0)
    '\n# the rest\n[[role]]\nid = "agent"\n'
    """
    wanted = deepcopy(tomllib.loads(text))
    where = key_lines(text)
    if (name, number) not in where or number >= len(wanted.get(name, ())):
        raise ValueError(f"number is {number}, expected an item of {name} on lines of its own")
    del wanted[name][number]
    if not wanted[name]:
        del wanted[name]
    lines = text.splitlines(keepends=True)
    first = where[name, number] - 1
    others = (line for path, line in where.items() if line > first + 1 and path[:2] != (name, number))
    last = min((line - 1 for line in others if lines[line - 1].lstrip().startswith("[")), default=len(lines))
    while last > first and (not lines[last - 1].strip() or lines[last - 1].lstrip().startswith("#")):
        last -= 1
    while first and not lines[first - 1].strip():
        first -= 1
    return _proved("".join((*lines[:first], *lines[last:])), wanted, (name, number))


def literal(value: object) -> str:
    """A value as TOML writes it; whole numbers without a point.

    >>> literal(8.0), literal(["a", 1.5]), literal(True)
    ('8', '["a", 1.5]', 'true')
    >>> literal({"queue": "phone", "share": 0.1})
    '{ queue = "phone", share = 0.1 }'
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, list | tuple):
        return f"[{', '.join(literal(item) for item in value)}]"
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{_key(key)} = {literal(item)}' for key, item in value.items())} }}"
    raise ValueError(f"value is {value!r}, expected a number, text, date, flag, list or table")


def _proved(text: str, wanted: dict[str, Any], path: Path) -> str:
    """The new text, once it is read as what was wanted."""
    try:
        right = tomllib.loads(text) == wanted
    except tomllib.TOMLDecodeError:
        right = False
    if not right:
        raise ValueError(f"path is {path}, expected a key on lines of its own")
    return text


def _changed(data: dict[str, Any], path: Path, value: object) -> dict[str, Any]:
    """The parsed document as it is to become."""
    wanted = deepcopy(data)
    here: Any = wanted
    for part in path[:-1]:
        if isinstance(part, str) and isinstance(here, dict):
            here = here.setdefault(part, {})
        else:
            try:
                here = here[part]
            except (IndexError, KeyError, TypeError):
                raise ValueError(f"path is {path}, expected a table that is there") from None
    if not isinstance(here, dict):
        raise ValueError(f"path is {path}, expected a key of a table")
    if value is None:
        here.pop(path[-1], None)
    else:
        here[path[-1]] = list(value) if isinstance(value, tuple) else value
    return wanted


def _at(data: Any, path: Path) -> Any:
    for part in path:
        data = data[part]
    return data


def _end(lines: list[str], first: int) -> int:
    """Number of the last line of the key that begins on line `first`."""
    for last in range(first, len(lines)):
        try:
            tomllib.loads("".join(lines[first : last + 1]))
        except tomllib.TOMLDecodeError:
            continue
        return last
    return first


def _replaced(lines: list[str], value: object) -> str:
    head, _, _ = lines[0].partition("=")
    comment = next((found[2] for found in _COMMENT.finditer(lines[-1].rstrip("\r\n")) if found[2]), "")
    ending = "\r\n" if lines[-1].endswith("\r\n") else "\n"
    return f"{head}= {literal(value)}{comment}{ending}"


def _end_of_table(lines: list[str], where: dict[Path, int], table: Path) -> int:
    """Where a key can be added to a table: before the next table, and before the blank and comment lines above it."""
    header = where.get(table, 0)
    tables = {line for line in where.values() if line > header and lines[line - 1].lstrip().startswith("[")}
    place = min(tables) - 1 if tables else len(lines)
    while place > header and (not lines[place - 1].strip() or lines[place - 1].lstrip().startswith("#")):
        place -= 1
    return place


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else json.dumps(name, ensure_ascii=False)
