"""Requests for leave of the sample centre that nobody has decided yet, and one that was refused."""

from collections.abc import Sequence
from datetime import date, timedelta

from staffing.sample.hr_people import HORIZON, Person
from staffing.sample.tables import Row

ASKED = (
    (1, 1, "leave", "asked", "搬家"),
    (2, 2, "leave", "asked", ""),
    (3, 3, "leave", "asked", "返乡"),
    (4, 1, "unpaid", "asked", "办理证件"),
    (2, 1, "leave", "refused", ""),
    (14, 5, "leave", "asked", "春节提前返乡"),
    (16, 4, "leave", "asked", "春节提前返乡"),
    (31, 3, "leave", "asked", ""),
)
"""Days after the first one of the plan, length in days, kind, state and note."""
EVERY = 11
"""Of the representatives without time off every so manieth asks."""


def leave_request_rows(people: Sequence[Person], time_off: Sequence[Row]) -> list[Row]:
    """Rows of ``leave_requests.csv``."""
    busy = {str(row[0]) for row in time_off}
    free = [person for person in people if person.role == "representative" and person.id not in busy]
    rows: list[Row] = []
    for number, (after, days, kind, state, note) in enumerate(ASKED):
        start = HORIZON + timedelta(days=after)
        decided: date | None = HORIZON - timedelta(days=5) if state == "refused" else None
        asked = HORIZON - timedelta(days=10 - number)
        last = start + timedelta(days=days - 1)
        agent = free[(number * EVERY) % len(free)].id
        rows.append((f"r{number + 1}", agent, start, last, kind, state, asked, decided, note))
    return rows
