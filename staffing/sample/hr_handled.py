"""What the agent report of the sample centre holds, with truths in it that the plan does not know yet."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

import numpy as np

from staffing.sample.hr_people import HORIZON, Person
from staffing.sample.tables import Row

HANDLED_FROM = HORIZON - timedelta(weeks=3)
PATIENCE_S = {"phone": 450.0, "chat": 1100.0}
"""True mean patience; ``centre.toml`` says 180 and 240."""
DERIVED = {
    # queue: source, true share, true handle time, who does it (primary queue)
    "tier2_pay": ("ticket", 0.15, 3000.0, "tier2_pay"),
    "tier2_law": ("phone", 0.01, 2900.0, "tier2_law"),
    "callback": ("phone", 0.055, 290.0, "phone"),
}
"""``centre.toml`` says 12 % and 3000 s, 1 % and 3600 s, 4 % and 240 s."""
SERVED = {
    "phone": ("phone",),
    "chat": ("chat",),
    "email": ("email",),
    "ticket": ("email",),
    "recruitment": ("recruitment",),
}
"""Primary queues of the people who serve a queue of the history."""
SPEED = {"A030": 1.3, "A045": 1.25, "A060": 0.75, "A088": 1.3, "A110": 0.75}
"""People who are faster or slower than ``agents.csv`` says."""
TENURE_SPEED = ((0, 0.62), (3, 0.8), (6, 0.93), (12, 0.97), (24, 1.0))
"""True speed from so many months of service on."""
HANDLE_CV, DAY_CV, PERSON_CV = 0.7, 0.03, 0.03
AT_WORK = 0.72
"""Chance that somebody is at work on a day."""


def true_speed(person: Person, day: date) -> float:
    """Speed of a person without the luck of the draw."""
    months = (day - person.start_date).days / 30.4375
    return SPEED.get(person.id, [speed for month, speed in TENURE_SPEED if months >= month][-1])


def handled_rows(rng: np.random.Generator, history: Sequence[Row], people: Sequence[Person]) -> list[Row]:
    """Rows of ``handled.csv``: what was answered in the history, shared out among the people at work."""
    contacts, seconds = _totals(history)
    luck = {person.id: float(np.exp(rng.normal(0, PERSON_CV))) for person in people}
    rows: list[Row] = []
    for number in range((HORIZON - HANDLED_FROM).days):
        day = HANDLED_FROM + timedelta(days=number)
        at_work = [person for person in people if rng.random() < (AT_WORK if day.weekday() < 5 else AT_WORK / 3)]
        for queue, count, mean in _work(rng, day, contacts, seconds):
            primaries = SERVED.get(queue) or (DERIVED[queue][3],)
            crew = [p for p in at_work if p.primary in primaries and (p.role != "trainee" or queue == "phone")]
            rows += _shared(rng, queue, day, count, mean, crew, luck) if crew else []
    return rows


def _totals(history: Sequence[Row]) -> tuple[dict[tuple[str, date], int], dict[tuple[str, date], float]]:
    """Contacts answered and their handle time by queue and day."""
    contacts: dict[tuple[str, date], int] = defaultdict(int)
    seconds: dict[tuple[str, date], float] = defaultdict(float)
    for start, queue, _, handled, _, aht_s in history:
        if isinstance(start, datetime) and start.date() >= HANDLED_FROM and aht_s is not None:
            contacts[str(queue), start.date()] += int(str(handled))
            seconds[str(queue), start.date()] += int(str(handled)) * float(str(aht_s))
    return contacts, seconds


def _work(
    rng: np.random.Generator, day: date, contacts: dict[tuple[str, date], int], seconds: dict[tuple[str, date], float]
) -> Iterator[tuple[str, int, float]]:
    """Queue, contacts and mean handle time of a day."""
    for queue in SERVED:
        count = contacts.get((queue, day), 0)
        if count:
            yield queue, count, seconds[queue, day] / count
    for queue, (source, share, mean, _) in DERIVED.items():
        count = int(rng.poisson(share * contacts.get((source, day), 0)))
        if count:
            yield queue, count, mean


def _shared(
    rng: np.random.Generator,
    queue: str,
    day: date,
    count: int,
    mean: float,
    crew: Sequence[Person],
    luck: dict[str, float],
) -> Iterator[Row]:
    """The contacts by chance, the faster getting more; times so that their mean stays what it was."""
    speed = np.array([true_speed(person, day) * luck[person.id] for person in crew])
    got = rng.multinomial(count, speed / speed.sum())
    level = mean * count / max(1e-9, float((got / speed).sum()))
    for person, mine, own in zip(crew, got, speed, strict=True):
        if mine:
            noise = float(rng.normal(1, np.hypot(HANDLE_CV / np.sqrt(mine), DAY_CV)))
            yield person.id, queue, day, int(mine), round(int(mine) * level / float(own) * max(0.3, noise))


def waits_of_those_who_left(rng: np.random.Generator, rows: Sequence[Row]) -> list[int | None]:
    """Summed wait of those who left, by row of ``intervals.csv``, so that all waits give the true patience."""
    left, waited = defaultdict[str, int](int), defaultdict[str, float](float)
    for _, queue, _, _, abandoned, _, wait_s, *_ in rows:
        left[str(queue)] += int(str(abandoned))
        waited[str(queue)] += float(str(wait_s or 0))
    found: list[int | None] = []
    for _, queue, _, _, abandoned, _, wait_s, *_ in rows:
        name, count = str(queue), int(str(abandoned))
        mean = PATIENCE_S.get(name, 0.0) - waited[name] / max(1, left[name])
        if wait_s is None:
            found.append(None)
        else:
            found.append(round(mean * float(rng.gamma(count))) if count else 0)
    return found
