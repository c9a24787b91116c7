"""Planning again from a published plan: little changes, all of it has a price and a reason, and limits hold."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest

from staffing.audit import audit_roster
from staffing.audit.changes import shift_changes
from staffing.domain.replanned import REASONS, CurvePoint
from staffing.errors import SettingsError
from staffing.files import read_plan, write_plan
from staffing.files.replan_tables import CHANGE_CURVE, CHANGES
from staffing.measures.changes import change_rows
from staffing.plan import PlanSettings
from staffing.planning import ReplanSettings, make_plan, replan
from staffing.planning.absences import with_absences
from staffing.planning.curve import lower_edge
from tests.planning.small import MONDAY, phones

SETTINGS = PlanSettings(first_day=MONDAY, time_limit_s=1.0, replications=20, workers=1, reproducible=True, rounds=0)


@pytest.fixture(scope="module")
def ordered():
    made = phones(12)
    return replace(made, scenario=replace(made.scenario, centre=replace(made.scenario.centre, slot_min=30)))


@pytest.fixture(scope="module")
def before(ordered):
    """A published plan of two days."""
    return make_plan(ordered.scenario, SETTINGS, forecast=ordered.forecast, requirement=ordered.lowered(0.6))


def busy_person(plan):
    """Somebody who works on the first day, and the rest of their days."""
    return next(shift.agent for shift in plan.roster.shifts() if shift.day == 0)


def again(ordered, before, rows=(), limits=None):
    limits = limits or ReplanSettings(demand="published")
    return replan(with_absences(ordered.scenario, rows), before, replace(SETTINGS, weeks=1), limits)


@pytest.fixture(scope="module")
def repaired(ordered, before):
    """The plan after one person has fallen ill on the first day."""
    who = before.problem.agents[busy_person(before)].id
    return again(ordered, before, [f"{who},{MONDAY},sick"])


def test_one_absence_is_repaired_by_few(before, repaired):
    """The forced change comes first; nobody is asked for nothing: undoing any change breaks a rule or costs."""
    changes = repaired.replanned.changes
    ill = busy_person(before)
    assert [row.reason for row in changes if row.agent == ill and row.day == 0] == ["forced"]
    assert repaired.is_legal
    assert all(row.reason in REASONS for row in changes)
    assert all(row.saves > 0 for row in changes if row.saves is not None)
    assert len({row.agent for row in changes}) <= 3
    assert repaired.cost.components["change"] == pytest.approx(sum(row.price for row in changes))
    assert [(row.agent, row.day) for row in changes] == [
        (row.agent, row.day) for row in shift_changes(repaired.problem, repaired.roster)
    ]


def test_the_curve_falls(repaired):
    """More changes are listed only where they cost less and leave no more hours short."""
    curve = repaired.replanned.curve
    assert len(curve) >= 1
    for fewer, more in pairwise(curve):
        assert more.changes > fewer.changes
        assert more.cost < fewer.cost
        assert more.short_h <= fewer.short_h + 1e-9
    points = [CurvePoint(1, 3, 5.0, 90.0), CurvePoint(0, 0, 9.0, 100.0), CurvePoint(2, 5, 6.0, 80.0)]
    assert lower_edge(points) == (points[1], points[0])


def test_nothing_new_changes_nothing_much(ordered, before):
    """With the same data and dear changes the published roster stands."""
    plan = again(ordered, before, limits=ReplanSettings(demand="published", price_factor=100.0))
    assert plan.replanned.changes == ()
    assert "replan_demand_published" in [note.code for note in plan.notes]


def test_the_frozen_part_stands(ordered, before):
    """Whoever is away on the second day, the first day is as published."""
    who = next(before.problem.agents[shift.agent].id for shift in before.roster.shifts() if shift.day == 1)
    tuesday = MONDAY + timedelta(days=1)
    frozen = datetime.combine(tuesday, datetime.min.time(), before.problem.grid.zone)
    plan = again(
        ordered, before, [f"{who},{tuesday},sick"],
        ReplanSettings(frozen_until=frozen, demand="published", price_factor=0.0),
    )  # fmt: skip
    assert all(change.day == 1 for change in shift_changes(plan.problem, plan.roster))
    assert audit_roster(plan.problem, plan.roster) == ()
    assert plan.replanned.frozen_until == plan.problem.grid.day_start[1]


def test_at_most_so_many_changes(ordered, before, repaired):
    """What is forced happens; beyond that the limit holds, and no bound is claimed."""
    who = before.problem.agents[busy_person(before)].id
    plan = again(ordered, before, [f"{who},{MONDAY},sick"], ReplanSettings(demand="published", max_changes=1))
    assert len(plan.replanned.changes) == 1
    assert plan.result.bound is None


def test_a_replan_survives_its_folder(repaired, tmp_path):
    """Changes and curve are files of the plan folder, and come back with it."""
    write_plan(repaired, tmp_path / "plan")
    back = read_plan(tmp_path / "plan")
    assert back.replanned == repaired.replanned
    lines = (tmp_path / "plan" / CHANGES).read_text(encoding="utf-8").splitlines()
    assert len(lines) == 1 + len(change_rows(repaired))
    assert len((tmp_path / "plan" / CHANGE_CURVE).read_text(encoding="utf-8").splitlines()) > 1


@pytest.mark.parametrize(
    "row",
    [
        "nobody,2026-01-05",
        "a0",
        "a0,tomorrow",
        "a0,2026-01-06/2026-01-05",
        "a0,2026-01-05,sick,more",
        "a0,2026-01-05,sikc",
        "a0,2026-01-05,",
    ],
)
def test_a_wrong_absence_is_refused(ordered, row):
    with pytest.raises(SettingsError, match="--absent"):
        with_absences(ordered.scenario, [row])


def test_an_absence_is_a_date_or_a_time(ordered):
    off = with_absences(ordered.scenario, ["a0,2026-01-05", "a1,2026-01-05T12:00/2026-01-06,leave"]).time_off
    assert [(row.agent, row.start.hour, row.end.date(), row.kind) for row in off] == [
        ("a0", 0, date(2026, 1, 6), "sick"),
        ("a1", 12, date(2026, 1, 7), "leave"),
    ]
    kinds = [f"a0,2026-01-05,{kind}" for kind in ("Sick", "unpaid", "jury")]
    off = with_absences(ordered.scenario, kinds).time_off
    assert [(row.kind, row.paid) for row in off] == [("sick", True), ("unpaid", False), ("jury", True)]


def test_a_reference_without_roster_or_days_is_refused(ordered, before):
    none = replace(before, result=replace(before.result, roster=None))
    with pytest.raises(SettingsError, match="no roster"):
        replan(ordered.scenario, none, SETTINGS)
    with pytest.raises(SettingsError, match="--demand is published"):
        replan(ordered.scenario, before, replace(SETTINGS, weeks=2), ReplanSettings(demand="published"))
