"""Two days of a tiny centre, small enough to work out by hand."""

from datetime import date

import numpy as np

from staffing.domain.roster import ACTIVITIES
from staffing.measures.kpi import Records, Rows

MONDAY = date(2026, 2, 2)
DAY = MONDAY.toordinal()
NO = float("nan")
HOUR = 3600.0


def table(*rows: tuple[float, ...], names: str = "") -> Rows:
    """Rows of (day after Monday, queue, agent, columns...)."""
    columns = names.split()
    numbers = np.array(rows, dtype=float).reshape(-1, 3 + len(columns)).T
    day, queue, agent = (numbers[n].astype(np.int64) for n in range(3))
    return Rows(DAY + day, queue, agent, dict(zip(columns, numbers[3:], strict=True)))


def spans(*rows: tuple[int, int, int, float, float, str, int]) -> Rows:
    """Rows of (day, queue, agent, from hour, to hour, activity, paid)."""
    found = [
        (day, queue, agent, 24 * HOUR * day + HOUR * low, 24 * HOUR * day + HOUR * high, ACTIVITIES.index(kind), paid)
        for day, queue, agent, low, high, kind, paid in rows
    ]
    return table(*found, names="start_s end_s kind paid")


INTERVALS = table(
    # offered handled abandoned aht_s wait_s within_target forecast
    (0, 0, -1, 10, 9, 1, 300, 90, 8, 12),
    (0, 1, -1, 20, 20, 0, 180, NO, NO, 18),
    (1, 0, -1, 30, 27, 3, 200, 180, 24, 24),
    names="offered handled abandoned aht_s wait_s within_target forecast",
)
TICKETS = table(
    # opened first_s resolved_s reopened contacts complaint
    (0, 1, 0, 0, 1 * HOUR, 4 * HOUR, 0, 1, 0),
    (0, 1, 1, 0, 2 * HOUR, 8 * HOUR, 1, 1, 1),
    (0, 1, 2, 0, 3 * HOUR, 12 * HOUR, 0, 2, 0),
    (1, 1, 0, 0, 2 * HOUR, NO, NO, NO, 0),
    names="opened_s first_s resolved_s reopened contacts complaint",
)
SURVEYS = table(
    (0, 0, 0, 5, 10), (0, 0, 1, 4, 9), (1, 0, 2, 3, 8), (1, 0, 0, 2, 3), (1, 1, -1, NO, 0), names="csat nps"
)
QUALITY = table((0, -1, 0, 45, 50), (0, -1, 2, 70, 100), names="score max")
CLIENTS = table((-400, -1, -1, NO), (-300, -1, -1, DAY), (-200, -1, -1, DAY + 2), (1, -1, -1, NO), names="end_day")
PLANNED = spans(
    (0, 0, 0, 8, 12, "work", 1),
    (0, -1, 0, 12, 13, "meal", 0),
    (0, 0, 0, 13, 17, "work", 1),
    (0, 0, 2, 8, 12, "work", 1),
    (0, -1, 1, 0, 24, "leave", 1),
)
ACTIVITY = spans(
    (0, 0, 0, 8.5, 12, "work", 1),
    (0, -1, 0, 12, 12.5, "break", 1),
    (0, -1, 0, 12.5, 13, "training", 1),
    (0, 0, 0, 13, 18, "work", 1),
    (0, 0, 2, 8, 11, "work", 1),
    (0, -1, 1, 8, 16, "leave", 1),
)
# Four shifts with four burdens: one for each shift would be fair.
BURDENS = table((0, -1, 0, 2), (1, -1, 0, 1), (0, -1, 1, 0), (1, -1, 2, 1), names="burdens")


def records(**tables: Rows) -> Records:
    """Queues phone and mail, agents a and b of team north and c of south who cost 30, 20 and 40 an hour."""
    known = {
        "intervals": INTERVALS,
        "tickets": TICKETS,
        "surveys": SURVEYS,
        "quality": QUALITY,
        "clients": CLIENTS,
        "activity": ACTIVITY,
        "plan": PLANNED,
        "burdens": BURDENS,
        "wishes": table((0, -1, 0, 1), (1, -1, 1, 0), (1, -1, 2, 1), names="granted"),
    }
    return Records(
        queues=("phone", "mail"),
        agents=("a", "b", "c"),
        teams=("north", "south"),
        team=np.array([0, 0, 1]),
        wage_per_h=np.array([30.0, 20.0, 40.0]),
        currency="EUR",
        tables={**known, **tables},
    )
