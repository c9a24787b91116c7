"""What centre.toml leaves out and the history tells: opening hours, and default handle times."""

from dataclasses import replace

import numpy as np

from staffing.domain.arrays import BoolArray
from staffing.domain.calendar import DayTable
from staffing.domain.centre import Centre
from staffing.domain.note import Note
from staffing.domain.queue import OpeningHours, Queue, Span
from staffing.domain.timegrid import DAY_MIN, TimeGrid
from staffing.files.history import HistoryRows
from staffing.files.hours import WEEKDAYS

OFTEN = 0.25
"""Share of the reported days of a weekday on which a time must have had contacts to count as open."""
DEFAULT_AHT_S = {"chat": 480.0, "video": 480.0, "email": 420.0, "ticket": 600.0, "backoffice": 600.0}
OTHER_AHT_S = 300.0


def complete_queues(centre: Centre, rows: HistoryRows, table: DayTable) -> tuple[Centre, tuple[Note, ...]]:
    """Fill in the hours and handle times that centre.toml leaves out, each with a note."""
    notes = []
    hours: dict[str, OpeningHours] = {queue.id: queue.hours for queue in centre.queues if queue.hours is not None}
    for queue in centre.queues:
        if queue.id not in hours and queue.id in rows.names:
            hours[queue.id] = derived_hours(rows, rows.names.index(queue.id), table)
            notes.append(Note("hours_derived", (("queue", queue.id), ("hours", shown_hours(hours[queue.id])))))
    for queue in centre.queues:
        if queue.id not in hours:
            origin = _origin(queue, centre, hours)
            found = hours[origin] if origin else _widest(tuple(hours.values()))
            hours[queue.id] = found
            notes.append(Note("hours_taken_over", (("queue", queue.id), ("hours", shown_hours(found)))))
    queues = []
    for queue in centre.queues:
        aht_s = queue.aht_s
        if aht_s is None and not _has_handle_time(queue, rows):
            aht_s = DEFAULT_AHT_S.get(queue.channel.value, OTHER_AHT_S)
            notes.append(Note("aht_assumed", (("queue", queue.id), ("aht_s", aht_s))))
        queues.append(replace(queue, hours=hours[queue.id], aht_s=aht_s))
    return replace(centre, queues=tuple(queues)), tuple(notes)


def derived_hours(rows: HistoryRows, queue: int, table: DayTable) -> OpeningHours:
    """From the first to the last time of each weekday (and of days off) with contacts on a quarter of those days."""
    grid = rows.grid
    mine = rows.queue == queue
    step, offered = rows.step[mine], rows.values["offered"][mine]
    reported = np.zeros(grid.days, dtype=bool)
    reported[grid.day[step]] = True
    busy = np.zeros((grid.days, DAY_MIN // grid.step_min), dtype=bool)
    active = step[offered > 0]
    busy[grid.day[active], grid.minute[active] // grid.step_min] = True
    off = np.array([table.on(day).off for day in grid.dates])
    works_as = np.array([table.on(day).works_as for day in grid.dates])
    week = tuple(_span(busy[reported & ~off & (works_as == day)], grid) for day in range(7))
    # A history without any day off says nothing about them: Sunday's hours are the best guess.
    return OpeningHours(week, _span(busy[reported & off], grid) if off.any() else week[6])


def shown_hours(hours: OpeningHours) -> str:
    """Hours as centre.toml would write them."""
    parts, day = [], 0
    while day < 7:
        last = day
        while last < 6 and hours.weekday[last + 1] == hours.weekday[day]:
            last += 1
        if hours.weekday[day]:
            name = WEEKDAYS[day] if last == day else f"{WEEKDAYS[day]}_{WEEKDAYS[last]}"
            name = "daily" if (day, last) == (0, 6) else name
            parts.append(f"{name} {shown_spans(hours.weekday[day])}")
        day = last + 1
    if hours.holiday:
        parts.append(f"holiday {shown_spans(hours.holiday)}")
    return "; ".join(parts)


def shown_spans(spans: tuple[Span, ...]) -> str:
    """Spans of one day as centre.toml would write them."""

    def clock(minute: int) -> str:
        minute = minute if minute <= DAY_MIN else minute - DAY_MIN
        return f"{minute // 60:02d}:{minute % 60:02d}"

    return ", ".join(f"{clock(start)}-{clock(end)}" for start, end in spans)


def _span(busy: BoolArray, grid: TimeGrid) -> tuple[Span, ...]:
    if not len(busy):
        return ()
    often = np.flatnonzero(busy.mean(axis=0) >= OFTEN)
    if not len(often):
        return ()
    return ((int(often[0]) * grid.step_min, (int(often[-1]) + 1) * grid.step_min),)


def _origin(queue: Queue, centre: Centre, hours: dict[str, OpeningHours]) -> str | None:
    """The queue up the chain of sources whose hours are known."""
    here: Queue | None = queue
    while here is not None and here.source is not None:
        if here.source.queue in hours:
            return here.source.queue
        here = centre.queue(here.source.queue)
    return None


def _widest(known: tuple[OpeningHours, ...]) -> OpeningHours:
    def over(spans: list[Span]) -> tuple[Span, ...]:
        return ((min(s for s, _ in spans), max(e for _, e in spans)),) if spans else ()

    week = tuple(over([span for hours in known for span in hours.weekday[day]]) for day in range(7))
    return OpeningHours(week, over([span for hours in known for span in hours.holiday]))


def _has_handle_time(queue: Queue, rows: HistoryRows) -> bool:
    if queue.id not in rows.names or "aht_s" not in rows.values:
        return False
    mine = rows.queue == rows.names.index(queue.id)
    return bool(np.isfinite(rows.values["aht_s"][mine]).any())
