"""Adherence after the fact: scheduled against done, with the reasons of what was different."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from staffing.domain.arrays import BoolArray, FloatArray, IntArray
from staffing.measures.kpi.book import TIMES, Buckets
from staffing.measures.kpi.confidence import ratio_interval
from staffing.measures.kpi.deviations import PATTERNS, Deviations, find_deviations, scheduled_rows
from staffing.measures.kpi.reasons import TOLD_BY_ACTIVITY, AdherenceRules
from staffing.measures.kpi.records import Records
from staffing.measures.kpi.spans import overlap_s
from staffing.measures.kpi.terms import NO_ONE, only

ADHERENCE_BY = (*TIMES, "team", "person")
"""Groups of an adherence report; persons only for those who may see them."""
SMALLEST_SAMPLE = 20
"""Person-days below which adherence is too little to judge."""
NO_TEAM = ""


@dataclass(frozen=True, slots=True)
class AdherenceLine:
    """Adherence of one group; hours of scheduled time, of which there are five kinds, and beyond it.

    `scheduled_h` = `kept_h` + `excused_h` (a reason that counts for the person) + `unexcused_h` (another reason) +
    `tolerated_h` (no reason, and no longer than the tolerance) + `uncoded_h` (no reason). `extra_h` is paid time
    on shift outside the schedule. `days` counts days of persons with scheduled time.
    """

    group: str
    people: int
    days: int
    scheduled_h: float
    kept_h: float
    excused_h: float
    unexcused_h: float
    tolerated_h: float
    uncoded_h: float
    extra_h: float
    low: float | None = None
    high: float | None = None

    @property
    def adherence(self) -> float | None:
        """Share of scheduled time spent as scheduled, as the KPI book has it; None where nothing was scheduled."""
        return self.kept_h / self.scheduled_h if self.scheduled_h > 0 else None

    @property
    def adjusted(self) -> float | None:
        """The same with what is excused or let pass counted as kept."""
        counted = self.kept_h + self.excused_h + self.tolerated_h
        return counted / self.scheduled_h if self.scheduled_h > 0 else None

    @property
    def few(self) -> bool:
        """Too few days of persons to judge."""
        return self.days < SMALLEST_SAMPLE


@dataclass(frozen=True, slots=True)
class LostLine:
    """Time lost to one reason, or in one pattern: hours, number of deviations; `excused` for a reason that is."""

    code: str
    hours: float
    count: int
    excused: bool = False


@dataclass(frozen=True, eq=False)
class Adherence:
    """Adherence of a period, in total and by group, with reasons and patterns.

    `reasons` hold what was coded, `patterns` what was not and is longer than the tolerance. `spans` are the
    deviations themselves, which name persons; `coded_s` (spans,) says how much of each has a reason.
    """

    first: date
    last: date
    by: str
    rules: AdherenceRules
    total: AdherenceLine
    groups: tuple[AdherenceLine, ...]
    reasons: tuple[LostLine, ...]
    patterns: tuple[LostLine, ...]
    agents: tuple[str, ...]
    spans: Deviations
    coded_s: FloatArray = field(repr=False)

    @property
    def open_spans(self) -> IntArray:
        """Places of deviations longer than the tolerance of which some time has no reason, the longest first."""
        left = self.spans.seconds - self.coded_s
        wanted = self.spans.is_scheduled & (left >= 1) & ~_let_pass(self.spans, self.coded_s, self.rules)
        order = np.argsort(-left, kind="stable")
        return order[wanted[order]]


def adherence(
    records: Records,
    rules: AdherenceRules,
    *,
    by: str = "team",
    first: date | None = None,
    last: date | None = None,
) -> Adherence | None:
    """Compare activity with schedule; None where the two have no day in common in the period.

    Parameters
    ----------
    by : str
        One of `ADHERENCE_BY`.
    first, last : date, optional
        The period, both days included; by default all days with activity.

    Raises
    ------
    ValueError
        When `by` is none of them, or the period ends before it starts.
    """
    if by not in ADHERENCE_BY:
        raise ValueError(f"by is {by!r}, expected one of {', '.join(ADHERENCE_BY)}")
    if first is not None and last is not None and last < first:
        raise ValueError(f"the period ends on {last} before it starts on {first}")
    found = scheduled_rows(records)
    if found is None:
        return None
    begin = None if first is None else first.toordinal()
    end = None if last is None else last.toordinal()
    planned = found[0]
    inside = planned.agent >= 0
    inside &= True if begin is None else planned.day >= begin
    inside &= True if end is None else planned.day <= end
    planned = only(planned, inside)
    if not len(planned):
        return None
    spans = find_deviations(records, begin, end)
    reason_s = _reasons(spans, records, rules)
    coded = np.asarray(reason_s.sum(axis=1))
    excused = np.isin(rules.codes, rules.excused)
    passed = _let_pass(spans, coded, rules)
    left = np.where(spans.is_scheduled, spans.seconds - coded, 0.0)
    parts = np.stack(
        [
            np.where(spans.is_scheduled, spans.seconds, 0.0),
            reason_s[:, excused].sum(axis=1),
            reason_s[:, ~excused].sum(axis=1),
            np.where(passed, left, 0.0),
            np.where(passed, 0.0, left),
            np.where(spans.is_scheduled, 0.0, spans.seconds),
        ]
    )
    low, high = int(planned.day.min()), int(planned.day.max())
    names, place_of = _groups(by, records, low if begin is None else begin, high if end is None else end)
    rows = _Days.of(planned.day, planned.agent, planned["end_s"] - planned["start_s"])
    span_day = spans.day, spans.agent
    groups = []
    for number, name in enumerate(names):
        mine, theirs = place_of(rows.day, rows.agent) == number, place_of(*span_day) == number
        if mine.any() or (by in TIMES):
            groups.append(_line(name, rows.chosen(mine), spans, parts, theirs))
    everything = np.ones(len(spans), dtype=bool)
    uncoded = parts[4]
    return Adherence(
        first=date.fromordinal(low if begin is None else begin),
        last=date.fromordinal(high if end is None else end),
        by=by,
        rules=rules,
        total=_line("", rows, spans, parts, everything),
        groups=tuple(groups),
        reasons=_lost(
            [
                LostLine(code, float(seconds.sum()) / 3600, int((seconds > 0).sum()), bool(is_excused))
                for code, seconds, is_excused in zip(rules.codes, reason_s.T, excused, strict=True)
            ]
        ),
        patterns=_lost(
            [
                LostLine(name, float(uncoded[at].sum()) / 3600, int((uncoded[at] > 0).sum()))
                for place, name in enumerate(PATTERNS)
                if name != "unscheduled" and (at := spans.pattern == place).any()
            ]
        ),
        agents=records.agents,
        spans=spans,
        coded_s=coded,
    )


def _let_pass(spans: Deviations, coded_s: FloatArray, rules: AdherenceRules) -> BoolArray:
    """Deviations without any reason that are no longer than the tolerance."""
    passed: BoolArray = spans.is_scheduled & (coded_s <= 0) & (spans.seconds <= rules.tolerance_min * 60)
    return passed


def _reasons(spans: Deviations, records: Records, rules: AdherenceRules) -> FloatArray:
    """Seconds of each deviation that each reason covers, shape (spans, reasons); sickness and leave tell their own."""
    found = np.zeros((len(spans), len(rules.codes)))
    rows = records.rows("reasons")
    if rows is not None:
        for place in np.unique(rows["reason"]).astype(int):
            named = only(rows, rows["reason"] == place)
            found[:, place] = overlap_s(
                spans.agent,
                spans.start_s.astype(float),
                spans.end_s.astype(float),
                named.agent,
                named["start_s"],
                named["end_s"],
            )
    for kind, code in TOLD_BY_ACTIVITY.items():
        own = spans.done == kind
        found[own, rules.codes.index(code)] += spans.seconds[own] - found[own].sum(axis=1)
    found[~spans.is_scheduled] = 0.0
    return found


@dataclass(frozen=True, eq=False)
class _Days:
    """Scheduled seconds of each person's days; all arrays have shape (person-days,)."""

    day: IntArray
    agent: IntArray
    seconds: FloatArray

    @classmethod
    def of(cls, day: IntArray, agent: IntArray, seconds: FloatArray) -> "_Days":
        key, place = np.unique(day * NO_ONE + agent, return_inverse=True)
        return cls(key // NO_ONE, key % NO_ONE, np.bincount(np.ravel(place), seconds).astype(float))

    def chosen(self, keep: BoolArray) -> "_Days":
        return _Days(self.day[keep], self.agent[keep], self.seconds[keep])


class _Places:
    """Group of days of persons."""

    def __init__(self, by: str, records: Records, buckets: Buckets | None) -> None:
        self.by, self.team, self.buckets, self.teams = by, records.team, buckets, len(records.teams)

    def __call__(self, day: IntArray, agent: IntArray) -> IntArray:
        if self.buckets is not None:
            return np.searchsorted(np.array(self.buckets.starts), day, side="right") - 1
        if self.by == "person":
            return agent
        return np.where(self.team[agent] >= 0, self.team[agent], self.teams)


def _groups(by: str, records: Records, begin: int, end: int) -> tuple[tuple[str, ...], _Places]:
    buckets = Buckets.of(by, begin, end, records.week_start) if by in TIMES else None
    if buckets is not None:
        return buckets.names, _Places(by, records, buckets)
    names = records.agents if by == "person" else (*records.teams, NO_TEAM)
    return names, _Places(by, records, None)


def _line(group: str, rows: _Days, spans: Deviations, parts: FloatArray, mine: BoolArray) -> AdherenceLine:
    """Sums of a group, with the interval of its adherence over days of persons."""
    lost, excused, unexcused, passed, uncoded, extra = (float(part) / 3600 for part in parts[:, mine].sum(axis=1))
    scheduled = float(rows.seconds.sum()) / 3600
    keys = rows.day * NO_ONE + rows.agent
    seconds = rows.seconds.copy()
    which = np.flatnonzero(mine & spans.is_scheduled)
    np.subtract.at(seconds, np.searchsorted(keys, spans.day[which] * NO_ONE + spans.agent[which]), parts[0][which])
    interval = ratio_interval(seconds, rows.seconds)
    low, high = (None, None) if interval is None else (max(0.0, interval[0]), min(1.0, interval[1]))
    return AdherenceLine(
        group,
        people=len(np.unique(rows.agent)),
        days=len(rows.day),
        scheduled_h=scheduled,
        kept_h=scheduled - lost,
        excused_h=excused,
        unexcused_h=unexcused,
        tolerated_h=passed,
        uncoded_h=uncoded,
        extra_h=extra,
        low=low,
        high=high,
    )


def _lost(lines: Sequence[LostLine]) -> tuple[LostLine, ...]:
    """Lines with any time, the longest first."""
    return tuple(sorted((line for line in lines if line.hours > 0), key=lambda line: -line.hours))


def shown_groups(found: Adherence, least: int, people: Mapping[str, int]) -> tuple[AdherenceLine, ...]:
    """Groups that may be shown to anybody: teams of at least `least` people, and no persons.

    Parameters
    ----------
    people : mapping
        Number of people by team.
    """
    if found.by == "person":
        return ()
    if found.by != "team":
        return found.groups
    return tuple(line for line in found.groups if line.group != NO_TEAM and people.get(line.group, 0) >= least)
