"""What the sample centre looks back on: contacts, tickets, surveys, reviews, activity, clients, handle times."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np

from staffing.sample.china import is_working
from staffing.sample.hr_demand import STEP_MIN, STREAMS, day_shape, expected_day, open_span
from staffing.sample.hr_handled import handled_rows, waits_of_those_who_left
from staffing.sample.hr_people import HORIZON, Person
from staffing.sample.tables import RESOURCES, Row, write_table

FIRST = HORIZON - timedelta(weeks=8)
INTERVALS_FROM = HORIZON - timedelta(weeks=2)
ACTIVITY_DAYS = (HORIZON - timedelta(days=4), HORIZON - timedelta(days=3))
TICKETS, SURVEYS, REVIEWS, CLIENTS = 850, 900, 190, 140
PROMISED = {"phone": (15, 0.95), "chat": (30, 0.94), "email": (None, 0.92), "ticket": (None, 0.95)}
"""Promised wait, where customers wait, and share in time by queue."""
CASE_QUEUES = ("ticket", "email", "recruitment")
CRAFT = {"热线一组": 0.1, "在线客服组": 0.05, "热线二组": -0.05, "热线三组": -0.1}
"""What tells the teams apart: small beside the luck of single answers, as it is in life."""
REASON_KINDS = ("training", "meeting", "coaching")


def write_kpi(
    folder: Path, seed: np.random.SeedSequence, history: Sequence[Row], people: Sequence[Person], past: Sequence[Row]
) -> None:
    """Write ``kpi/`` of the sample centre from its history, its people and last week's shifts."""
    folder = folder / "kpi"
    folder.mkdir(exist_ok=True)
    streams = (np.random.default_rng(stream) for stream in seed.spawn(9))
    contacts, cases, asked, reviewed, worked, bound, waits, report, told = streams
    (folder / "kpi.toml").write_text(
        (RESOURCES / "hr_kpi.toml").read_text(encoding="utf-8"), encoding="utf-8", newline="\n"
    )
    intervals = _intervals(contacts, history)
    write_table(
        folder,
        "intervals.csv",
        (
            "start",
            "queue",
            "offered",
            "handled",
            "abandoned",
            "aht_s",
            "wait_s",
            "within_target",
            "forecast",
            "abandon_wait_s",
        ),
        [(*row, wait) for row, wait in zip(intervals, waits_of_those_who_left(waits, intervals), strict=True)],
    )
    write_table(
        folder,
        "tickets.csv",
        ("ticket", "queue", "agent", "opened", "first_response", "resolved", "reopened", "contacts", "complaint"),
        _tickets(cases, people),
    )
    write_table(folder, "surveys.csv", ("when", "queue", "agent", "csat", "nps"), _surveys(asked, people))
    write_table(folder, "quality.csv", ("when", "agent", "score", "max"), _reviews(reviewed, people))
    done, meant = _activity(worked, people, past)
    write_table(folder, "activity.csv", ("agent", "start", "end", "activity", "queue"), done)
    write_table(folder, "schedule.csv", ("agent", "start", "end", "activity", "queue"), meant)
    write_table(folder, "reasons.csv", ("agent", "start", "end", "reason"), _reasons(told, done, meant))
    write_table(folder, "clients.csv", ("client", "start", "end"), _clients(bound))
    write_table(
        folder,
        "handled.csv",
        ("agent", "queue", "date", "contacts", "handle_s"),
        handled_rows(report, history, people),
    )


def _intervals(rng: np.random.Generator, history: Sequence[Row]) -> list[Row]:
    """The last two weeks of the history with waits, and what was forecast for them."""
    expected: dict[tuple[str, datetime], float] = {}
    for stream in STREAMS:
        for number in range((HORIZON - INTERVALS_FROM).days):
            day = INTERVALS_FROM + timedelta(days=number)
            span = open_span(stream, day)
            if span is None:
                continue
            level = expected_day(stream, day) * float(rng.normal(1.01, 0.04))
            starts = range(span[0], span[1], STEP_MIN)
            for minute, share in zip(starts, day_shape(stream, day), strict=True):
                moment = datetime.combine(day, datetime.min.time()) + timedelta(minutes=minute)
                expected[stream.queue, moment] = level * float(share)
    rows: list[Row] = []
    for start, queue, offered, handled, abandoned, aht_s in history:
        if not isinstance(start, datetime) or start.date() < INTERVALS_FROM:
            continue
        n, answered = int(str(offered)), int(str(handled))
        usual, share = PROMISED.get(str(queue), (None, 0.95))
        in_time = int(rng.binomial(answered, share))
        waited = None if usual is None else round(usual * 0.5 * answered * float(rng.gamma(4, 0.25)))
        forecast = f"{expected.get((str(queue), start), 0.0):.1f}"
        rows.append((start, queue, n, answered, abandoned, aht_s, waited, in_time, forecast))
    return rows


def _tickets(rng: np.random.Generator, people: Sequence[Person]) -> list[Row]:
    rows: list[Row] = []
    moments = _office_moments(rng, TICKETS)
    for number, opened in enumerate(moments, start=1):
        queue = CASE_QUEUES[int(rng.choice(3, p=(0.6, 0.3, 0.1)))]
        person = _pick(rng, people, "email" if queue != "recruitment" else queue)
        answer = opened + timedelta(minutes=round(float(rng.gamma(1.3, 35)), 0) + 1)
        contacts = int(rng.choice((1, 2, 3), p=(0.82, 0.13, 0.05)))
        solved: datetime | None = answer + timedelta(minutes=round(float(rng.gamma(1.1, 420)) * contacts) + 1)
        if solved is not None and solved.date() >= HORIZON:
            solved = None
        marks = (bool(rng.random() < 0.05), contacts, bool(rng.random() < 0.018))
        rows.append((f"T{number:04d}", queue, person.id, opened, answer, solved, *marks))
    return rows


def _surveys(rng: np.random.Generator, people: Sequence[Person]) -> list[Row]:
    rows: list[Row] = []
    for when in _office_moments(rng, SURVEYS):
        queue = ("phone", "chat", "email")[int(rng.choice(3, p=(0.6, 0.25, 0.15)))]
        person = _pick(rng, people, queue)
        mood = float(rng.normal(4.35 + CRAFT.get(person.team, 0.0), 0.75))
        csat = int(np.clip(round(mood), 1, 5))
        nps = int(np.clip(round(2 * mood - 0.3 + float(rng.normal(0, 0.8))), 0, 10)) if rng.random() < 0.6 else None
        rows.append((when, queue, person.id, csat, nps))
    return rows


def _reviews(rng: np.random.Generator, people: Sequence[Person]) -> list[Row]:
    staff = [person for person in people if person.role in ("representative", "trainee")]
    rows: list[Row] = []
    for when in _office_moments(rng, REVIEWS):
        person = staff[int(rng.integers(len(staff)))]
        score = np.clip(round(float(rng.normal(89 + 20 * CRAFT.get(person.team, 0.0), 6))), 40, 100)
        rows.append((when, person.id, int(score), 100))
    return rows


def _activity(rng: np.random.Generator, people: Sequence[Person], past: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """What was done and what was meant on two days: late starts, long meals, overtime, sickness, called meetings."""
    queue = {person.id: person.primary for person in people}
    done: list[Row] = []
    meant: list[Row] = []
    for agent, day, start, end, _ in past:
        if day not in ACTIVITY_DAYS or not isinstance(start, datetime) or not isinstance(end, datetime):
            continue
        who, serves = str(agent), queue[str(agent)]
        half = start + (end - start) // 2
        meal_min = 60 if end - start > timedelta(hours=6) else 15
        rest = "meal" if meal_min == 60 else "break"
        back = half + timedelta(minutes=meal_min)
        meant += [
            (who, start, half, "work", serves),
            (who, half, back, rest, None),
            (who, back, end, "work", serves),
        ]
        if rng.random() < 0.03:
            done.append((who, start, end, "sick", None))
            continue
        late = start + timedelta(minutes=int(rng.exponential(3)))
        leave = half + timedelta(minutes=int(rng.integers(-4, 5)))
        again = back + timedelta(minutes=int(rng.exponential(4)))
        home = end + timedelta(minutes=int(rng.choice((0, 0, 0, 0, 0, 0, 0, 0, 15, 30))))
        done += [(who, late, leave, "work", serves), (who, leave, again, rest, None)]
        if rng.random() < 0.15:
            pause = again + timedelta(minutes=30)
            done.append((who, again, pause, REASON_KINDS[int(rng.integers(3))], None))
            again = pause
        tea = again + timedelta(minutes=60)
        done += [
            (who, again, tea, "work", serves),
            (who, tea, tea + timedelta(minutes=10), "break", None),
            (who, tea + timedelta(minutes=10), home, "work", serves),
        ]
    return done, meant


def _reasons(rng: np.random.Generator, done: Sequence[Row], meant: Sequence[Row]) -> list[Row]:
    """What supervisors noted down of late starts and called meetings: some of it, not all."""
    due: dict[tuple[object, date], datetime] = {}
    for who, start, *_ in meant:
        if isinstance(start, datetime):
            due.setdefault((who, start.date()), start)
    rows: list[Row] = []
    for who, start, end, kind, _ in done:
        if not isinstance(start, datetime):
            continue
        if kind in REASON_KINDS and rng.random() < 0.6:
            rows.append((who, start, end, "asked_to"))
        begins = due.pop((who, start.date()), None)
        if begins is not None and start - begins > timedelta(minutes=5) and rng.random() < 0.7:
            rows.append((who, begins, start, ("late", "system_fault")[int(rng.random() < 0.4)]))
    return rows


def _clients(rng: np.random.Generator) -> list[Row]:
    rows: list[Row] = []
    for number in range(1, CLIENTS + 1):
        start = date(2020, 1, 1) + timedelta(days=int(rng.integers(0, 2100)))
        left = rng.random() < 0.03
        end = FIRST + timedelta(days=int(rng.integers(0, 56))) if left else None
        rows.append((f"C{number:03d}", start, end if end is not None and end > start else None))
    return rows


def _office_moments(rng: np.random.Generator, count: int) -> list[datetime]:
    """Moments in office hours of working days of the eight weeks, in order."""
    days = [FIRST + timedelta(days=k) for k in range((HORIZON - FIRST).days)]
    days = [day for day in days if is_working(day)]
    moments = [
        datetime.combine(days[int(rng.integers(len(days)))], datetime.min.time())
        + timedelta(minutes=int(rng.integers(540, 1050)))
        for _ in range(count)
    ]
    return sorted(moments)


def _pick(rng: np.random.Generator, people: Sequence[Person], queue: str) -> Person:
    able = [person for person in people if person.primary == queue]
    return able[int(rng.integers(len(able)))]
