"""Courses of the sample centre and what its people have done of them."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from staffing.sample.hr_people import HORIZON, Person
from staffing.sample.tables import RESOURCES, Row, write_table

ONBOARDING_DAYS = (21, 42, 63)
"""Days after hiring by which the first sessions of four are due."""
MISSED = 0.2
"""Share of the onboarding sessions that were put off."""


def record_rows(rng: np.random.Generator, people: Sequence[Person]) -> list[Row]:
    """Rows of ``course_records.csv``: tests of the last month, onboarding and coaching of those who are new."""
    rows: list[Row] = []
    for person in people:
        if person.role == "representative":
            rows.append((person.id, "knowledge-test", 1, _workday(HORIZON - timedelta(days=int(rng.integers(3, 30))))))
        if person.role != "trainee":
            continue
        rows.append((person.id, "coaching", 1, _workday(HORIZON - timedelta(days=int(rng.integers(3, 16))))))
        for session, after in enumerate(ONBOARDING_DAYS, start=1):
            done = _workday(person.start_date + timedelta(days=after - int(rng.integers(1, 7))))
            if done >= HORIZON or rng.random() < MISSED:
                break
            rows.append((person.id, "onboarding", session, done))
    return sorted(rows, key=lambda row: (str(row[3]), str(row[0]), str(row[1])))


def _workday(day: date) -> date:
    """The day, or the Friday before it."""
    return day - timedelta(days=max(0, day.weekday() - 4))


def write_training(folder: Path, rng: np.random.Generator, people: Sequence[Person]) -> None:
    """Write ``curricula.toml`` and ``course_records.csv``."""
    text = (RESOURCES / "hr_curricula.toml").read_text(encoding="utf-8")
    (folder / "curricula.toml").write_text(text, encoding="utf-8", newline="\n")
    write_table(folder, "course_records.csv", ("agent", "course", "session", "done"), record_rows(rng, people))
