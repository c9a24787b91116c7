"""Leave, activities, wishes and last week's shifts of the sample centre."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

import numpy as np

from staffing.sample.china import is_working
from staffing.sample.hr_people import HORIZON, Person

WEEKS = 5
"""Weeks from the horizon's first day for which leave is known: beyond the Spring Festival."""
LEAVE_SHARE = 0.055
"""Leave days of a week relative to five days for each person; sickness comes on top."""
Row = tuple[object, ...]


def _at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute))


def time_off_rows(rng: np.random.Generator, people: Sequence[Person]) -> list[Row]:
    """Rows of ``time_off.csv``: whole days of leave and sickness, fixed meetings and training, study mornings."""
    away: dict[str, set[date]] = {person.id: set() for person in people}
    rows: list[Row] = []
    for week in range(WEEKS):
        rows += _leave_of_week(rng, people, HORIZON + timedelta(weeks=week), away)
    rows += _sickness(rng, people, away)
    students = [person for person in people if person.contract == "part_time"][::4]
    for number, person in enumerate(students):
        for week in range(WEEKS):
            day = HORIZON + timedelta(days=7 * week + number % 5)
            if day not in away[person.id]:
                rows.append((person.id, _at(day, 8), _at(day, 12), "unavailable", False))
    rows += _fixed_meetings(people, away)
    return sorted(rows, key=lambda row: (str(row[1]), str(row[0])))


def _leave_of_week(
    rng: np.random.Generator, people: Sequence[Person], monday: date, away: dict[str, set[date]]
) -> list[Row]:
    """Blocks of one to five office days until the week's share is taken, at most one in six of a group at once."""
    rows: list[Row] = []
    wanted = LEAVE_SHARE * 5 * len(people)
    taken: dict[tuple[str, str], int] = {}
    for index in rng.permutation(len(people)):
        person = people[index]
        first = int(rng.integers(0, 5))
        length = int(min(rng.choice([1, 1, 2, 3, 5]), 5 - first))
        days = [monday + timedelta(days=first + k) for k in range(length)]
        days = [day for day in days if is_working(day)]
        group = (person.team, person.role)
        size = sum((other.team, other.role) == group for other in people)
        if wanted <= 0 or not days or taken.get(group, 0) >= max(1, size // 6):
            continue
        taken[group] = taken.get(group, 0) + 1
        wanted -= len(days)
        away[person.id].update(days)
        rows.append((person.id, _at(days[0], 0), _at(days[-1] + timedelta(days=1), 0), "leave", True))
    return rows


def _sickness(rng: np.random.Generator, people: Sequence[Person], away: dict[str, set[date]]) -> list[Row]:
    """Three people are known to be sick as the plan is made."""
    well = [person for person in people if person.role == "representative" and not away[person.id]]
    rows: list[Row] = []
    for person, days in zip(rng.choice(len(well), 3, replace=False), (2, 3, 5), strict=True):
        agent = well[int(person)].id
        away[agent].update(HORIZON + timedelta(days=k) for k in range(days))
        rows.append((agent, _at(HORIZON, 0), _at(HORIZON + timedelta(days=days), 0), "sick", True))
    return rows


def _fixed_meetings(people: Sequence[Person], away: dict[str, set[date]]) -> list[Row]:
    calibration, course = HORIZON + timedelta(days=2), HORIZON + timedelta(days=3)
    heads = [p for p in people if p.role == "supervisor" and calibration not in away[p.id]][:3]
    experts = [p for p in people if p.role == "specialist" and course not in away[p.id]][::4]
    rows: list[Row] = [(p.id, _at(calibration, 14), _at(calibration, 15), "meeting", True) for p in heads]
    return rows + [(p.id, _at(course, 10), _at(course, 12), "training", True) for p in experts]


def activity_rows(people: Sequence[Person], time_off: Sequence[Row]) -> list[Row]:
    """Rows of ``activities.csv``: knowledge test in sessions, coaching one by one, a team meeting, a course."""
    busy = {str(row[0]) for row in time_off if isinstance(row[1], datetime) and row[1].date() < HORIZON + timedelta(7)}
    free = [person for person in people if person.id not in busy]

    def of(team: str, role: str, contract: str = "") -> list[str]:
        return [p.id for p in free if p.team == team and p.role == role and contract in ("", p.contract)]

    tuesday, thursday = _at(HORIZON + timedelta(days=1), 9), _at(HORIZON + timedelta(days=3), 18)
    week = (_at(HORIZON, 9), _at(HORIZON + timedelta(days=4), 18))
    rows = (
        ("knowledge-test-1", "training", of("热线一组", "representative", "full_time"), 60, *week, False, 4),
        ("knowledge-test-2", "training", of("热线二组", "representative", "full_time"), 60, *week, False, 4),
        ("coaching-trainees", "coaching", of("热线三组", "trainee"), 30, *week, False, 1),
        ("coaching-chat", "coaching", of("在线客服组", "representative", "full_time")[:5], 30, *week, False, 1),
        ("meeting-recruitment", "meeting", of("招聘服务组", "representative"), 30, tuesday, thursday, True, None),
        ("course-labour-law", "training", of("二线专家组", "specialist")[-4:], 90, *week, False, 2),
    )
    return [(i, kind, ";".join(agents), *rest) for i, kind, agents, *rest in rows if agents]


def wish_rows(rng: np.random.Generator, people: Sequence[Person], time_off: Sequence[Row]) -> list[Row]:
    """Rows of ``wishes.csv``: about forty wishes for the first week."""
    busy = {str(row[0]) for row in time_off if row[3] in ("leave", "sick")}
    free = [p for p in people if p.role == "representative" and p.id not in busy]
    rows: list[Row] = []
    for index in rng.choice(len(free), 40, replace=False):
        person = free[int(index)]
        day = HORIZON + timedelta(days=int(rng.integers(0, 7)))
        shifts = {"full_time": ["early", "mid", "late"], "part_time": ["short"], "four_days": ["long"]}[person.contract]
        choice = int(rng.integers(0, 10))
        if choice < 5:
            wish = "off"
        elif choice < 6:
            wish = "work"
        elif choice < 8:
            wish = "start>=10:00" if choice == 6 else "start<=09:30"
        else:
            wish = str(rng.choice(shifts))
        rows.append((person.id, day, wish, int(rng.choice([1, 1, 2, 3]))))
    return sorted(rows, key=lambda row: (str(row[1]), str(row[0])))


DAYS_OFF = ((5, 6), (5, 6), (6, 0), (0, 1), (5, 6), (4, 5), (1, 2), (5, 6), (3, 4), (2, 3))
"""Pairs of days off that people of a team take in turn."""


def carry_in_rows(rng: np.random.Generator, people: Sequence[Person]) -> list[Row]:
    """Rows of ``carry_in.csv``: the shifts of the last week before the horizon, legal in themselves."""
    rows: list[Row] = []
    monday = HORIZON - timedelta(weeks=1)
    for number, person in enumerate(people):
        off = set(DAYS_OFF[number % len(DAYS_OFF)] if person.role in ("representative", "supervisor") else (5, 6))
        length = {"four_days": 660, "part_time": 300}.get(person.contract, 540)
        if person.contract == "four_days":
            off.add((max(off) + 2) % 7 if max(off) < 6 else 2)
        if person.contract == "part_time":
            off.update({int(rng.integers(0, 7))})
        begin = int(rng.choice([480, 510, 540, 600, 660, 720]))
        if person.contract in ("office", "four_days") or person.role == "specialist":
            begin = min(begin, 540)
        for weekday in range(7):
            if weekday in off:
                continue
            day = monday + timedelta(days=weekday)
            minute = 540 if weekday > 4 and length < 660 else begin
            start = _at(day, minute // 60, minute % 60)
            rows.append((person.id, day, start, start + timedelta(minutes=length), "work"))
    return rows
