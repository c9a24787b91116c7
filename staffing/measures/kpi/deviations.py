"""Spans in which people did something else than was scheduled, told apart by what lies around them."""

from dataclasses import dataclass, replace

import numpy as np

from staffing.domain.arrays import BoolArray, IntArray, set_frozen
from staffing.domain.roster import ABSENCE, ACTIVITIES, BREAK, MEAL, OFF_PHONE, WORK
from staffing.measures.kpi.records import Records, Rows
from staffing.measures.kpi.spans import FAR
from staffing.measures.kpi.terms import of_people, only

NOTHING = -1
"""Kind where nothing was scheduled, or nothing is known to have been done."""
PATTERNS = (
    "no_show",
    "absent",
    "late_start",
    "early_end",
    "gap",
    "late_back",
    "early_break",
    "extra_break",
    "break_worked",
    "overran",
    "called_away",
    "session_missed",
    "unscheduled",
)
"""What a deviation looks like, by what lies around it."""
PATTERN = {name: place for place, name in enumerate(PATTERNS)}


@dataclass(frozen=True, eq=False)
class Deviations:
    """Deviations in order of person and time; all arrays have shape (deviations,).

    `day` is the ordinal of the shift's day, `agent` a position, `start_s` and `end_s` are seconds since 1970, `planned`
    and `done` codes of `ACTIVITIES` (`NOTHING` where there is none), `pattern` a place in `PATTERNS`. Deviations of
    the pattern ``unscheduled`` lie outside the schedule and take nothing from adherence.
    """

    day: IntArray
    agent: IntArray
    start_s: IntArray
    end_s: IntArray
    planned: IntArray
    done: IntArray
    pattern: IntArray

    def __post_init__(self) -> None:
        for name in ("day", "agent", "start_s", "end_s", "planned", "done", "pattern"):
            set_frozen(self, name, np.int64, np.shape(self.day))

    def __len__(self) -> int:
        return len(self.day)

    @property
    def seconds(self) -> IntArray:
        """Length of each."""
        return self.end_s - self.start_s

    @property
    def is_scheduled(self) -> BoolArray:
        """Whether something was scheduled then."""
        scheduled: BoolArray = self.planned != NOTHING
        return scheduled


EMPTY = Deviations(*(np.zeros(0, dtype=np.int64) for _ in range(7)))


def rest_as_one(kind: IntArray) -> IntArray:
    """Kinds of activity with meals as breaks: one is as good as the other."""
    return np.where(kind == MEAL, BREAK, kind)


def scheduled_rows(records: Records) -> tuple[Rows, Rows] | None:
    """Scheduled time on shift and activity, of the days on which anybody has activity; None where a table is missing.

    Scheduled leave is no scheduled time. Activity holds absences too.
    """
    plan, activity = records.rows("plan"), records.rows("activity")
    if plan is None or activity is None:
        return None
    planned = only(plan, ~np.isin(plan["kind"], ABSENCE) & np.isin(plan.day, activity.day))
    return of_people(planned), activity


def find_deviations(records: Records, first: int | None = None, last: int | None = None) -> Deviations:
    """Compare what was scheduled with what was done, moment by moment; people that nobody knows are left out.

    Parameters
    ----------
    first, last : int, optional
        First and last day (ordinals) of the shifts looked at.
    """
    found = scheduled_rows(records)
    if found is None:
        return EMPTY
    planned, done = found
    on = np.ones(len(planned), dtype=bool) if first is None else planned.day >= first
    on &= True if last is None else planned.day <= last
    planned, done = _sorted(only(planned, on & (planned.agent >= 0))), _sorted(only(done, done.agent >= 0))
    if not len(planned):
        return EMPTY
    spans, row = _compared(planned, done)
    return replace(spans, pattern=_patterns(spans, row, planned, done))


def _sorted(rows: Rows) -> Rows:
    return only(rows, np.lexsort((rows["start_s"], rows.agent)))


def _keys(rows: Rows, column: str) -> IntArray:
    return rows.agent * FAR + rows[column].astype(np.int64)


def _row_at(rows: Rows, moment: IntArray) -> IntArray:
    """Row that holds each keyed moment, -1 where none does."""
    if not len(rows):
        return np.full(len(moment), -1, dtype=np.int64)
    place = np.searchsorted(_keys(rows, "start_s"), moment, side="right") - 1
    inside = (place >= 0) & (_keys(rows, "end_s")[np.maximum(place, 0)] > moment)
    return np.where(inside, place, -1)


def _kind(rows: Rows, place: IntArray) -> IntArray:
    kind = np.full(len(place), NOTHING, dtype=np.int64)
    kind[place >= 0] = rows["kind"].astype(np.int64)[place[place >= 0]]
    return kind


def _compared(planned: Rows, done: Rows) -> tuple[Deviations, IntArray]:
    """Stretches that differ, neighbours of the same kind as one, and the scheduled row that each begins in."""
    edge = np.unique(np.concatenate([_keys(rows, name) for rows in (planned, done) for name in ("start_s", "end_s")]))
    start, end = edge[:-1], edge[1:]
    row, act = _row_at(planned, start), _row_at(done, start)
    meant, was = _kind(planned, row), _kind(done, act)
    differs = (meant != NOTHING) & (rest_as_one(meant) != rest_as_one(was))
    day = np.where(row >= 0, planned.day[row], 0)
    if len(done):
        # Outside the schedule only what is paid and done on shift, on a day with scheduled people, says anything.
        extra = (meant == NOTHING) & (was != NOTHING) & ~np.isin(was, ABSENCE)
        differs |= extra & (done["paid"][act] > 0) & np.isin(done.day[act], planned.day)
        day = np.where(row >= 0, day, done.day[act])
    start, end, row, meant, was, day = (part[differs] for part in (start, end, row, meant, was, day))
    joins = (start[1:] == end[:-1]) & (day[1:] == day[:-1])
    # Whoever is not there is away from whatever was scheduled: that is one stretch.
    away = (meant != NOTHING) & ((was == NOTHING) | np.isin(was, ABSENCE))
    for part in (np.where(away, WORK, rest_as_one(meant)), rest_as_one(was)):
        joins &= part[1:] == part[:-1]
    begins = np.flatnonzero(np.append(np.ones(min(1, len(day)), dtype=bool), ~joins))
    ends = np.append(begins[1:], len(day)) - 1 if len(begins) else begins
    spans = Deviations(
        day[begins],
        start[begins] // FAR,
        start[begins] % FAR,
        end[ends] % FAR,
        meant[begins],
        was[begins],
        np.zeros(len(begins), dtype=np.int64),
    )
    return spans, row[begins]


def _patterns(spans: Deviations, row: IntArray, planned: Rows, done: Rows) -> IntArray:
    """Name each stretch by what was meant, what was done and what lies beside it."""
    meant, was = spans.planned, spans.done
    begins, stops = spans.agent * FAR + spans.start_s, spans.agent * FAR + spans.end_s
    before, after = _kind(planned, _row_at(planned, begins - 1)), _kind(planned, _row_at(planned, stops))
    follows, leads = (rest_as_one(side) == rest_as_one(was) for side in (before, after))
    first, last, was_there = _shifts(planned, done)
    rest, idle, session = rest_as_one(was) == BREAK, was == NOTHING, np.isin(was, OFF_PHONE)
    chosen = (
        (meant == NOTHING, "unscheduled"),
        (np.isin(was, ABSENCE), "absent"),
        (idle & ~was_there[row], "no_show"),
        (idle & (spans.start_s == first[row]), "late_start"),
        (idle & (spans.end_s == last[row]), "early_end"),
        (idle, "gap"),
        (rest_as_one(meant) == BREAK, "break_worked"),
        (rest & follows, "late_back"),
        (rest & leads, "early_break"),
        (rest, "extra_break"),
        (session & follows, "overran"),
        ((meant == WORK) & session, "called_away"),
    )
    other = PATTERN["session_missed"]
    return np.select([which for which, _ in chosen], [PATTERN[name] for _, name in chosen], other).astype(np.int64)


def _shifts(planned: Rows, done: Rows) -> tuple[IntArray, IntArray, BoolArray]:
    """First and last moment of the shift of each scheduled row, and whether the person was there for any of it."""
    _, shift = np.unique(np.stack([planned.agent, planned.day]), axis=1, return_inverse=True)
    shift = np.ravel(shift)
    first = np.full(shift.max() + 1, np.iinfo(np.int64).max)
    last = np.zeros(shift.max() + 1, dtype=np.int64)
    np.minimum.at(first, shift, planned["start_s"].astype(np.int64))
    np.maximum.at(last, shift, planned["end_s"].astype(np.int64))
    first, last = first[shift], last[shift]
    on = only(done, ~np.isin(done["kind"], ABSENCE))
    # Spans of one person do not overlap: more have begun before the end than were over by the start.
    begun = np.searchsorted(_keys(on, "start_s"), planned.agent * FAR + last, side="left")
    over = np.searchsorted(_keys(on, "end_s"), planned.agent * FAR + first, side="right")
    return first, last, begun > over


def kind_name(kind: int) -> str:
    """Name of a kind of activity; empty for `NOTHING`."""
    return "" if kind == NOTHING else ACTIVITIES[kind]
