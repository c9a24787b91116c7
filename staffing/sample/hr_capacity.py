"""What the sample centre knows of people over months: groups, prices and an attrition table."""

from pathlib import Path

from staffing.sample.tables import RESOURCES, write_table

ATTRITION = (
    # group ("" = all others), tenure from this month on, person-months seen in two years, leavers among them
    ("", 0, 214, 19),
    ("", 3, 602, 27),
    ("", 12, 1038, 24),
    ("", 36, 770, 9),
    ("specialist", 0, 24, 1),
    ("specialist", 12, 264, 3),
    ("lead", 0, 288, 2),
)
"""Newcomers leave most: nine in a hundred a month in the first quarter, one in a hundred after three years."""


def write_capacity(folder: Path) -> None:
    """Write ``capacity/`` of the sample centre."""
    folder = folder / "capacity"
    folder.mkdir(exist_ok=True)
    text = (RESOURCES / "hr_capacity.toml").read_text(encoding="utf-8")
    (folder / "capacity.toml").write_text(text, encoding="utf-8", newline="\n")
    write_table(folder, "attrition.csv", ("group", "from_month", "person_months", "leavers"), ATTRITION)
