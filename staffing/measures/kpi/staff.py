"""Measures of working time: adherence, shrinkage, plan against actual, overtime, fairness, wishes, cost."""

from functools import partial

import numpy as np

from staffing.domain.arrays import FloatArray, IntArray
from staffing.domain.roster import ABSENCE, ACTIVITIES, WORK
from staffing.measures.kpi.deviations import rest_as_one, scheduled_rows
from staffing.measures.kpi.measure import Direction, Kind, Measure, Unit
from staffing.measures.kpi.records import Records, Rows
from staffing.measures.kpi.spans import overlap_s
from staffing.measures.kpi.terms import Terms, joined, of_people, on_common_days, only, person_day, terms

REASONS = tuple(kind for kind in ACTIVITIES if kind != "work")
"""Reasons of shrinkage: whatever is paid and is not work on contacts."""


def _seconds(rows: Rows) -> FloatArray:
    return rows["end_s"] - rows["start_s"]


def _on_shift(rows: Rows) -> Rows:
    return only(rows, ~np.isin(rows["kind"], ABSENCE))


def _class(rows: Rows) -> IntArray:
    """Person and kind of activity as one number; a meal is as good as a break."""
    return rows.agent * len(ACTIVITIES) + rest_as_one(rows["kind"].astype(np.int64))


def _adherence(records: Records, first: int, last: int) -> Terms | None:
    found = scheduled_rows(records)
    if found is None:
        return None
    planned, done = found[0], _on_shift(found[1])
    kept = overlap_s(
        _class(planned), planned["start_s"], planned["end_s"], _class(done), done["start_s"], done["end_s"]
    )
    return terms(planned, kept, _seconds(planned), person_day(planned))


def _shrinkage(reason: str, records: Records, first: int, last: int) -> Terms | None:
    activity = records.rows("activity")
    if activity is None:
        return None
    paid = of_people(only(activity, activity["paid"] > 0))
    lost = paid["kind"] != WORK if not reason else paid["kind"] == ACTIVITIES.index(reason)
    return terms(paid, np.where(lost, _seconds(paid), 0.0), _seconds(paid), person_day(paid))


def _plan_actual(records: Records, first: int, last: int) -> Terms | None:
    plan, activity = records.rows("plan"), records.rows("activity")
    if plan is None or activity is None:
        return None
    planned, done = on_common_days(plan, activity)
    planned, done = only(planned, planned["kind"] == WORK), only(done, done["kind"] == WORK)
    worked = terms(done, _seconds(done), np.zeros(len(done)))
    return joined(worked, terms(planned, np.zeros(len(planned)), _seconds(planned)))


def _overtime(records: Records, first: int, last: int) -> Terms | None:
    plan, activity = records.rows("plan"), records.rows("activity")
    if plan is None or activity is None:
        return None
    shifts, done = _on_shift(plan), _on_shift(only(activity, activity["paid"] > 0))
    done = of_people(only(done, np.isin(done.day, plan.day)))
    if not len(done):
        return None
    inside = overlap_s(done.agent, done["start_s"], done["end_s"], shifts.agent, shifts["start_s"], shifts["end_s"])
    return terms(done, (_seconds(done) - inside) / 3600, np.ones(len(done)), person_day(done))


def _fairness(records: Records, first: int, last: int) -> Terms | None:
    rows = records.rows("burdens")
    if rows is None:
        return None
    rows = only(rows, (rows.agent >= 0) & (rows.day >= first) & (rows.day <= last))
    people, place = np.unique(rows.agent, return_inverse=True)
    shifts = np.bincount(np.ravel(place), minlength=len(people)).astype(float)
    burdens = np.bincount(np.ravel(place), rows["burdens"], len(people))
    # What would be fair: everybody bears burdens in proportion to shifts.
    fair = shifts * burdens.sum() / max(1.0, shifts.sum())
    persons = Rows(np.full(len(people), first), np.full(len(people), -1), people)
    return terms(persons, np.abs(burdens - fair) / 2, fair)


def _wishes(records: Records, first: int, last: int) -> Terms | None:
    rows = records.rows("wishes")
    return None if rows is None else terms(rows, rows["granted"], np.ones(len(rows)))


def _cost(records: Records, first: int, last: int) -> Terms | None:
    contacts, activity = records.rows("intervals"), records.rows("activity")
    if contacts is None or activity is None:
        return None
    handled = np.where(np.isnan(contacts["handled"]), contacts["offered"], contacts["handled"])
    contacts = Rows(contacts.day, contacts.queue, contacts.agent, {"handled": handled})
    contacts, paid = on_common_days(contacts, only(activity, activity["paid"] > 0))
    known = paid.agent >= 0
    wage = np.where(known, records.wage_per_h[np.where(known, paid.agent, 0)], np.nan)
    spent = terms(paid, _seconds(paid) / 3600 * wage, np.zeros(len(paid)))
    return joined(spent, terms(contacts, np.zeros(len(contacts)), contacts["handled"]))


ACTIVITY, WITH_PLAN = ("activity",), ("activity", "plan")
ADHERENCE = Measure("adherence", Unit.SHARE, Kind.RATIO, Direction.HIGHER, WITH_PLAN, 20, _adherence, part=True)
SHRINKAGE = Measure(
    "shrinkage", Unit.SHARE, Kind.RATIO, Direction.LOWER, ACTIVITY, 20, partial(_shrinkage, ""), part=True
)
SHRINKAGE_BY_REASON = tuple(
    Measure(
        f"shrinkage_{kind}",
        Unit.SHARE,
        Kind.RATIO,
        Direction.NEITHER,
        ACTIVITY,
        20,
        partial(_shrinkage, kind),
        part=True,
    )
    for kind in REASONS
)
PLAN_ACTUAL = Measure("plan_actual", Unit.SHARE, Kind.RATIO, Direction.NEITHER, WITH_PLAN, 5, _plan_actual)
OVERTIME = Measure("overtime", Unit.HOURS, Kind.SUM, Direction.LOWER, WITH_PLAN, 1, _overtime)
FAIRNESS = Measure("fairness", Unit.SHARE, Kind.INDEX, Direction.LOWER, ("burdens",), 5, _fairness, stock=True)
WISHES = Measure("wishes", Unit.SHARE, Kind.SHARE, Direction.HIGHER, ("wishes",), 10, _wishes)
COST = Measure("cost_per_contact", Unit.MONEY, Kind.RATIO, Direction.LOWER, ("intervals", "activity"), 5, _cost)
