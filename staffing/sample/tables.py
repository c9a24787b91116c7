"""Writing of the sample's files: plain CSV with Unix line ends, so that the bytes are the same everywhere."""

import csv
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path

RESOURCES = Path(__file__).parent
Row = tuple[object, ...]


def write_table(folder: Path, name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write one CSV file; moments become local wall-clock times of minutes, True and False lower case."""
    with (folder / name).open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header)
        writer.writerows([_text(cell) for cell in row] for row in rows)


def copy_resource(resource: str, folder: Path, **values: str) -> None:
    """Write the centre's settings, kept beside this module as `resource`, as ``centre.toml``.

    ``@NAME@`` in the text stands for the value of that name.
    """
    text = (RESOURCES / resource).read_text(encoding="utf-8")
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    (folder / "centre.toml").write_text(text, encoding="utf-8", newline="\n")


def _text(cell: object) -> str:
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, datetime):
        return cell.isoformat(timespec="minutes")
    if isinstance(cell, date):
        return cell.isoformat()
    return "" if cell is None else str(cell)
