"""Where a key stands in a TOML file, since the parser does not say."""

import re

from staffing.files.faults import FaultLog

Path = tuple[str | int, ...]

_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\]#]+?)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(r"""^\s*("[^"]*"|'[^']*'|[A-Za-z0-9_.-]+)\s*=""")
_INLINE_KEY = re.compile(r"""[{,]\s*("[^"]*"|'[^']*'|[A-Za-z0-9_-]+)\s*=""")
_STRING = re.compile(r'"(?:\\.|[^"\\])*"|' + r"'[^']*'")
_PLACE = re.compile(r"\(at line (\d+), column \d+\)")


def key_lines(text: str) -> dict[Path, int]:
    """Line of every table and key; list items are numbered from 0, as the parsed data are.

    Keys inside inline tables get the line they stand on. Good for the files people write; a key it cannot find is
    simply absent.
    """
    lines: dict[Path, int] = {}
    counts: dict[Path, int] = {}
    table: Path = ()
    owner: Path = ()
    depth = 0
    for number, raw in enumerate(text.splitlines(), start=1):
        line = _STRING.sub(lambda found: '"' + "_" * (len(found[0]) - 2) + '"', raw).partition("#")[0]
        if depth == 0:
            header = _HEADER.match(line)
            if header:
                table = _table(_split(header[2]), header[1] == "[[", counts)
                lines.setdefault(table, number)
                continue
            key = _KEY.match(raw)
            if key:
                owner = (*table, *_split(key[1]))
                lines.setdefault(owner, number)
        for inner in _INLINE_KEY.finditer(raw):
            lines.setdefault((*owner, _unquote(inner[1])), number)
        depth = max(0, depth + sum(map(line.count, "[{")) - sum(map(line.count, "]}")))
    return lines


def shown(path: Path) -> str:
    """A path as people read it: ``queue[2].target.share`` is the second queue's."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part + 1}]"
        else:
            text += f".{part}" if text else part
    return text


def line_of(lines: dict[Path, int], path: Path) -> int | None:
    """Line of the key, else of the nearest table around it."""
    while path:
        if path in lines:
            return lines[path]
        path = path[:-1]
    return None


def syntax_fault(file: str, message: str, text: str, faults: FaultLog) -> None:
    """Note that a TOML file cannot be parsed, at the line its parser names."""
    place = _PLACE.search(message)
    row = int(place[1]) if place else len(text.splitlines()) or 1
    faults.add("toml_syntax", file, row=row, value=_PLACE.sub("", message).strip(), expected="TOML")


def _table(parts: tuple[str, ...], repeated: bool, counts: dict[Path, int]) -> Path:
    path: Path = ()
    for part in parts[:-1]:
        path = (*path, part)
        if path in counts:
            path = (*path, counts[path])
    path = (*path, parts[-1])
    if repeated:
        counts[path] = counts.get(path, -1) + 1
        path = (*path, counts[path])
    return path


def _split(dotted: str) -> tuple[str, ...]:
    return tuple(_unquote(part) for part in re.findall(r""""[^"]*"|'[^']*'|[^.\s]+""", dotted))


def _unquote(part: str) -> str:
    return part.strip().strip("\"'")
