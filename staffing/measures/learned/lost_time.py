"""Unplanned shrinkage: scheduled work that was not done, by reason and queue."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from staffing.domain.arrays import FloatArray
from staffing.domain.roster import ACTIVITIES, BREAK, MEAL, WORK
from staffing.measures.kpi.records import Records, Rows
from staffing.measures.kpi.spans import overlap_s
from staffing.measures.kpi.terms import only
from staffing.measures.learned.estimate import Estimate, cluster_variance, dispersion, normal_range, pulled

NOTHING = "nothing"
"""Reason of scheduled work for which nothing is recorded."""
REASONS = ("break", *(kind for kind in ACTIVITIES if kind not in ("work", "break", "meal")), NOTHING)
MIN_PEOPLE = 5
DAYS_THAT_TELL = 5
"""From so many days on their spread is looked at too: an illness that many have at once is one event."""


@dataclass(frozen=True, eq=False)
class LostTime:
    """Scheduled work and what of it was lost.

    Attributes
    ----------
    scheduled : Rows
        The spans of scheduled work on days with activity.
    by_reason : mapping of reason to array (spans,)
        Seconds of each span lost; they add up to all that is lost.
    shares : mapping of queue position to Estimate
        Share lost, pulled towards the centre's; -1 is the centre.
    people, days : int
        How many it rests on.
    """

    scheduled: Rows
    by_reason: Mapping[str, FloatArray]
    shares: Mapping[int, Estimate]
    people: int
    days: int


def lost_time(records: Records) -> LostTime | None:
    """What was lost of scheduled work, from the tables ``plan`` (the schedule) and ``activity``; None without them.

    Work on another queue than the scheduled one is not lost. People of whom nothing is recorded on a day with records
    were not there.
    """
    plan, activity = records.rows("plan"), records.rows("activity")
    if plan is None or activity is None:
        return None
    meant = only(plan, (plan["kind"] == WORK) & np.isin(plan.day, activity.day) & (plan.agent >= 0))
    length = meant["end_s"] - meant["start_s"]
    if not len(meant) or length.sum() <= 0:
        return None
    left = length - _during(meant, only(activity, activity["kind"] == WORK))
    by_reason: dict[str, FloatArray] = {}
    for reason in REASONS[:-1]:
        code = ACTIVITIES.index(reason)
        kinds = (BREAK, MEAL) if code == BREAK else (code,)
        by_reason[reason] = _during(meant, only(activity, np.isin(activity["kind"], kinds)))
    by_reason[NOTHING] = left - sum(by_reason.values())
    return LostTime(
        meant,
        {reason: seconds for reason, seconds in by_reason.items() if seconds.sum() > 0},
        _shares(meant, left, length),
        len(np.unique(meant.agent)),
        len(np.unique(meant.day)),
    )


def _during(meant: Rows, done: Rows) -> FloatArray:
    return overlap_s(meant.agent, meant["start_s"], meant["end_s"], done.agent, done["start_s"], done["end_s"])


def _shares(meant: Rows, left: FloatArray, length: FloatArray) -> dict[int, Estimate]:
    """The unit is a person: who is ill today is ill tomorrow. All queues tell together how much people differ."""
    total, lost = float(length.sum()), float(left.sum())
    people, place = np.unique(np.stack([meant.queue, meant.agent]), axis=1, return_inverse=True)
    tops: FloatArray = np.bincount(place.ravel(), left).astype(float)
    bottoms: FloatArray = np.bincount(place.ravel(), length).astype(float)
    queues, group = np.unique(people[0], return_inverse=True)
    spread = dispersion(tops, bottoms, group)
    if not np.isfinite(spread) or spread <= 0:
        return {}
    if len(np.unique(meant.day)) >= DAYS_THAT_TELL:
        spread = max(spread, cluster_variance(left, length, meant.day) * total)
    value, below = np.bincount(group, tops) / np.bincount(group, bottoms), np.bincount(group, bottoms)
    named = queues >= 0
    values, variances = pulled(value[named], spread / below[named])
    found = {-1: _estimate(lost / total, spread / total, len(np.unique(meant.agent)))}
    heads = np.bincount(group)
    for place_of, queue in enumerate(queues[named]):
        found[int(queue)] = _estimate(float(values[place_of]), float(variances[place_of]), int(heads[named][place_of]))
    return found


def _estimate(value: float, variance: float, people: int) -> Estimate:
    low, high = normal_range(value, variance, is_log=False)
    return Estimate(value, max(0.0, low), min(1.0, high), variance, people, is_log=False)
