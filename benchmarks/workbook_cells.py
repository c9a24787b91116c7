"""A workbook read without a spreadsheet library: the zip, its XML, and the rules of the file format."""

import re
import zipfile
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
LIVE = ("f", "hyperlink", "oleObject", "ddeLink")
"""Elements that do something: formulas, links, objects."""


class Cell(NamedTuple):
    """What a cell shows, and its colour as ``#RRGGBB`` where it has one."""

    value: str | float | None
    fill: str = ""


def read_cells(path: Path) -> tuple[dict[str, dict[tuple[int, int], Cell]], int]:
    """Cells of each sheet by (row, column) from 0, and how many live elements the whole file has."""
    with zipfile.ZipFile(path) as book:
        parts = {
            name: ElementTree.fromstring(book.read(name))
            for name in book.namelist()
            if name.endswith((".xml", ".rels"))
        }
    strings = [_string(item) for item in parts["xl/sharedStrings.xml"].iter(f"{MAIN}si")]
    fills = _fills(parts["xl/styles.xml"])
    targets = {one.get("Id"): one.get("Target") for one in parts["xl/_rels/workbook.xml.rels"]}
    live = sum(one.tag.rpartition("}")[2] in LIVE for part in parts.values() for one in part.iter())
    found = {}
    for sheet in parts["xl/workbook.xml"].iter(f"{MAIN}sheet"):
        root = parts[f"xl/{targets[sheet.get(RELATION)]}"]
        found[str(sheet.get("name"))] = {
            _place(str(cell.get("r"))): Cell(_value(cell, strings), fills[int(cell.get("s") or 0)])
            for cell in root.iter(f"{MAIN}c")
        }
    return found, live


def _string(item: ElementTree.Element) -> str:
    """Text of a shared string; ``_x0009_`` stands for a letter that XML cannot hold."""
    whole = "".join(part.text or "" for part in item.iter(f"{MAIN}t"))
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), whole)


def _value(cell: ElementTree.Element, strings: list[str]) -> str | float | None:
    value = cell.find(f"{MAIN}v")
    if value is None or value.text is None:
        return None
    return (strings[int(value.text)] or None) if cell.get("t") == "s" else float(value.text)


def _place(name: str) -> tuple[int, int]:
    letters = name.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = 26 * column + ord(letter) - ord("A") + 1
    return int(name[len(letters) :]) - 1, column - 1


def _fills(styles: ElementTree.Element) -> list[str]:
    """Colour of each cell style."""
    known = []
    for fill in styles.find(f"{MAIN}fills") or ():
        colour = next(fill.iter(f"{MAIN}fgColor"), None)
        known.append("" if colour is None or colour.get("rgb") is None else f"#{str(colour.get('rgb'))[2:]}")
    forms = styles.find(f"{MAIN}cellXfs")
    return [known[int(form.get("fillId") or 0)] for form in (forms if forms is not None else ())]
