"""Adherence after the fact: patterns, reasons, tolerance, groups that add up, and the same figure as the KPI book."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing.domain.roster import ACTIVITIES
from staffing.measures.kpi import ADHERENCE_BY, Adherence, AdherenceRules, Records, adherence, kpi_book, shown_groups
from staffing.measures.kpi.deviations import PATTERNS, find_deviations
from tests.measures.kpi_cases import DAY, HOUR, MONDAY, records, spans, table

RULES = AdherenceRules()
PLAN = spans(
    (0, 0, 0, 8, 10, "work", 1),
    (0, -1, 0, 10, 11, "meeting", 1),
    (0, 0, 0, 11, 12, "work", 1),
    (0, -1, 0, 12, 13, "meal", 0),
    (0, 0, 0, 13, 17, "work", 1),
)


def compared(*done: tuple[int, int, int, float, float, str, int], rules: AdherenceRules = RULES, **more) -> Adherence:
    found = adherence(records(plan=PLAN, activity=spans(*done), **more), rules)
    assert found is not None
    return found


def patterns(found: Adherence) -> list[tuple[str, float, float]]:
    """Pattern, and hours of the day from and to, of each deviation."""
    at = found.spans
    return [(PATTERNS[at.pattern[n]], float(at.start_s[n]) / HOUR, float(at.end_s[n]) / HOUR) for n in range(len(at))]


def test_each_pattern_is_told_by_what_lies_around_it() -> None:
    """Late, called away, a meeting that overran, a long meal, an extra break, gone early, and an hour too many."""
    found = compared(
        (0, 0, 0, 8.25, 9, "work", 1),
        (0, -1, 0, 9, 9.5, "coaching", 1),
        (0, 0, 0, 9.5, 10, "work", 1),
        (0, -1, 0, 10, 11.5, "meeting", 1),
        (0, 0, 0, 11.5, 11.75, "work", 1),
        (0, -1, 0, 11.75, 13.25, "break", 1),
        (0, 0, 0, 13.25, 14, "work", 1),
        (0, -1, 0, 14, 14.5, "break", 1),
        (0, 0, 0, 15, 16, "work", 1),
        (0, 0, 0, 18, 19, "work", 1),
    )
    assert patterns(found) == [
        ("late_start", 8, 8.25),
        ("called_away", 9, 9.5),
        ("overran", 11, 11.5),
        ("early_break", 11.75, 12),
        ("late_back", 13, 13.25),
        ("extra_break", 14, 14.5),
        ("gap", 14.5, 15),
        ("early_end", 16, 17),
        ("unscheduled", 18, 19),
    ]
    assert found.total.extra_h == 1
    assert found.total.kept_h == 9 - 0.25 - 0.5 - 0.5 - 0.25 - 0.25 - 0.5 - 0.5 - 1


def test_breaks_not_taken_and_meetings_missed() -> None:
    """Work in the meal, and work in the meeting."""
    found = compared((0, 0, 0, 8, 17, "work", 1))
    assert patterns(found) == [("session_missed", 10, 11), ("break_worked", 12, 13)]


def test_whoever_never_came_is_no_show_and_the_sick_are_absent() -> None:
    """Nothing known all shift; sickness gives its own reason, which is excused."""
    nobody = compared((0, 0, 2, 8, 9, "work", 1))
    assert patterns(nobody)[0] == ("no_show", 8, 17)
    assert nobody.total.adherence == 0
    sick = compared((0, -1, 0, 8, 17, "sick", 1))
    assert {name for name, *_ in patterns(sick)} == {"absent"}
    assert (sick.total.excused_h, sick.total.adherence, sick.total.adjusted) == (9, 0, 1)
    assert [(line.code, line.hours, line.count, line.excused) for line in sick.reasons] == [("sick", 9, 1, True)]


def test_reasons_tolerance_and_the_rest_share_the_deviation() -> None:
    """9 h: 15 min late let pass at 20, a fault excused for half of an hour's gap, the other half without reason."""
    done = ((0, 0, 0, 8.25, 10, "work", 1), (0, -1, 0, 10, 11, "meeting", 1), (0, 0, 0, 11, 12, "work", 1),
            (0, -1, 0, 12, 13, "meal", 0), (0, 0, 0, 13, 15, "work", 1), (0, 0, 0, 16, 17, "work", 1))  # fmt: skip
    codes = RULES.codes
    reasons = table((0, -1, 0, 15 * HOUR, 15.5 * HOUR, codes.index("system_fault")), names="start_s end_s reason")
    found = compared(*done, rules=replace(RULES, tolerance_min=20), reasons=reasons)
    line = found.total
    assert (line.scheduled_h, line.kept_h, line.excused_h, line.unexcused_h) == (9, 7.75, 0.5, 0)
    assert (line.tolerated_h, line.uncoded_h) == (0.25, 0.5)
    assert line.adjusted == pytest.approx((7.75 + 0.5 + 0.25) / 9)
    assert [(p.code, p.hours, p.count) for p in found.patterns] == [("gap", 0.5, 1)]
    assert len(found.open_spans) == 1
    strict = compared(*done, rules=AdherenceRules(0, (), {}), reasons=reasons).total
    assert (strict.excused_h, strict.unexcused_h, strict.tolerated_h, strict.uncoded_h) == (0, 0.5, 0, 0.75)


def test_small_teams_and_persons_are_not_for_everybody() -> None:
    """Teams of one are hidden, persons are never among the groups shown to anybody; days always are."""
    book = records()
    found = {by: adherence(book, RULES, by=by) for by in ADHERENCE_BY}
    assert [line.group for line in shown_groups(found["team"], 2, {"north": 2, "south": 1})] == ["north"]
    assert [line.group for line in found["person"].groups] == ["a", "c"]
    assert shown_groups(found["person"], 1, {}) == ()
    assert [line.group for line in shown_groups(found["day"], 5, {})] == [str(MONDAY)]


def test_no_day_in_common_is_none_and_wrong_questions_are_refused() -> None:
    """Without activity there is nothing to compare with; by queue there is no adherence."""
    assert adherence(records(activity=spans()), RULES) is None
    assert adherence(records(plan=spans((5, 0, 0, 8, 9, "work", 1))), RULES) is None
    with pytest.raises(ValueError, match="by is"):
        adherence(records(), RULES, by="queue")


def random_days(seed: int) -> Records:
    """Four people on three days: spans of any kind, one after the other, in plan and activity."""
    rng = np.random.default_rng(seed)

    def line(day: int, agent: int) -> list[tuple[int, int, int, float, float, str, int]]:
        rows, hour = [], 7 + float(rng.integers(0, 5)) / 4
        for _ in range(int(rng.integers(0, 7))):
            stop = hour + float(rng.integers(1, 9)) / 4
            if rng.random() < 0.85:
                rows.append((day, -1, agent, hour, stop, ACTIVITIES[int(rng.integers(len(ACTIVITIES)))], 1))
            hour = stop
        return rows

    plan, done = ([row for day in range(3) for agent in range(3) for row in line(day, agent)] for _ in range(2))
    reasons = [
        (day, -1, agent, 24 * HOUR * day + 9 * HOUR, 24 * HOUR * day + 10.5 * HOUR, int(rng.integers(len(RULES.codes))))
        for day in range(3)
        for agent in range(3)
        if rng.random() < 0.5
    ]
    return records(plan=spans(*plan), activity=spans(*done), reasons=table(*reasons, names="start_s end_s reason"))


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 100_000), by=st.sampled_from(ADHERENCE_BY), tolerance=st.sampled_from([0.0, 15.0, 90.0]))
def test_every_scheduled_second_is_counted_once(seed: int, by: str, tolerance: float) -> None:
    """The five parts make the scheduled time, groups make the total, and adherence is that of the KPI book."""
    given_records = random_days(seed)
    found = adherence(given_records, replace(RULES, tolerance_min=tolerance), by=by)
    book = kpi_book(given_records)
    figure = None if book is None else book.figure("adherence")
    if found is None:
        assert figure is None or figure.value is None
        return
    assert figure is not None
    assert found.total.adherence == pytest.approx(figure.value)
    assert (found.total.low, found.total.high) == pytest.approx((figure.low, figure.high), abs=1e-9)
    for line in (found.total, *found.groups):
        parts = line.kept_h + line.excused_h + line.unexcused_h + line.tolerated_h + line.uncoded_h
        assert parts == pytest.approx(line.scheduled_h, abs=1e-6)
    for name in ("people",) * (by in ("person", "team")) + ("days", "scheduled_h", "kept_h", "uncoded_h", "extra_h"):
        total = sum(getattr(line, name) for line in found.groups)
        if name == "extra_h":  # extra time of people who had nothing scheduled belongs to no group of persons
            assert total <= found.total.extra_h + 1e-6
        else:
            assert total == pytest.approx(getattr(found.total, name), abs=1e-6)
    coded = sum(line.hours for line in found.reasons)
    assert coded == pytest.approx(found.total.excused_h + found.total.unexcused_h, abs=1e-6)
    assert sum(line.hours for line in found.patterns) == pytest.approx(found.total.uncoded_h, abs=1e-6)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 100_000))
def test_doing_as_scheduled_deviates_nowhere(seed: int) -> None:
    """The schedule compared with itself, whatever is in it."""
    plan = random_days(seed).rows("plan")
    if plan is not None:
        assert len(find_deviations(records(plan=plan, activity=plan))) == 0


def test_a_period_looks_at_its_shifts_only() -> None:
    """Tuesday has nothing to compare."""
    assert len(find_deviations(records(), DAY, DAY)) > 0
    assert len(find_deviations(records(), DAY + 1, DAY + 1)) == 0
