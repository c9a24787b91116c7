import csv
import io
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from staffing.capacity import CapacitySettings, plan_capacity
from staffing.domain.centre import Scenario
from staffing.domain.shrinkage import ShrinkageReason
from staffing.errors import DataError
from staffing.files import capacity_data, capacity_tables, read_capacity, read_centre
from tests.capacity.tiny_case import need
from tests.files.tiny_capacity import ATTRITION, TOML, write_tiny_capacity
from tests.files.tiny_centre import write_tiny_centre


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_capacity(write_tiny_centre(tmp_path_factory.mktemp("capacity") / "centre"))


@pytest.fixture(scope="module")
def scenario(folder: Path) -> Scenario:
    return read_centre(folder)


def test_groups_people_and_bands_are_read(folder: Path, scenario: Scenario) -> None:
    """People by role, hours from their contract, bands of the group's own or of everybody, centre's prices."""
    found = read_capacity(folder, scenario)
    agents, leads, mailers = found.case.groups
    assert (agents.heads, leads.heads, mailers.heads) == (3, 1, 0)
    assert agents.staff[0].weekly_h == 37.5
    assert agents.offers[0].weekly_h == 37.5
    assert [band.leavers for band in agents.bands] == [8, 18]
    assert [band.leavers for band in leads.bands] == [1]
    assert found.probability == 0.7
    assert found.case.overtime_factor == scenario.centre.costs.overtime_factor
    assert [reason.name for reason in found.case.absences] == ["leave", "fair"]
    assert found.notes == ()


def test_tenure_counts_from_the_start_date(folder: Path, scenario: Scenario) -> None:
    """To the week in the first year, by quarters after it; who has left is not there."""
    first = scenario.next_week_start
    dates = (date.fromordinal(first.toordinal() - 7 * weeks) for weeks in (4, 70, 300))
    people = tuple(replace(a, start_date=d) for a, d in zip(scenario.agents[:3], dates, strict=True))
    gone = replace(scenario.agents[0], id="a9", end_date=date(2020, 1, 1))
    agents = read_capacity(folder, replace(scenario, agents=(*people, scenario.agents[3], gone))).case.groups[0]
    assert sorted(row.tenure_weeks for row in agents.staff) == [4, 65, 299]


def test_planned_reasons_of_the_centre_count_once_more_nowhere(folder: Path, scenario: Scenario) -> None:
    """A planned reason of centre.toml joins those of the capacity files; an unplanned one is in the need already."""
    reasons = (ShrinkageReason("course", 0.05, True, ("phone",)), ShrinkageReason("sick", 0.03))
    changed = replace(scenario, centre=replace(scenario.centre, shrinkage=reasons))
    absences = read_capacity(folder, changed).case.absences
    assert [(reason.name, reason.queues) for reason in absences[2:]] == [("course", ("agents",))]


def test_who_belongs_nowhere_is_told(folder: Path, scenario: Scenario) -> None:
    """People in no group, and queues that nobody serves."""
    toml = TOML.replace('roles = ["lead"]\n', "").replace('queues = ["phone", "mail"]', 'queues = ["mail"]')
    toml = toml.replace('id = "partner"\nqueues = ["phone"]', 'id = "partner"\nqueues = ["mail"]')
    notes = read_capacity(folder, scenario, {"capacity.toml": toml.encode()}).notes
    assert [note.code for note in notes] == ["capacity_people_outside", "capacity_queue_unserved"]


@pytest.mark.parametrize(
    ("old", "new", "code", "column"),
    [
        ("rooms = 1", "rooms = 0", "out_of_range", "plan.rooms"),
        ("rooms = 1", "romms = 1", "unknown_key", "plan.romms"),
        ('contract = "full"', 'contract = "ful"', "not_one_of", "group[1].offers"),
        ('queues = ["phone", "mail"]', 'queues = ["fone"]', "not_one_of", "group[1].queues"),
        ('roles = ["agent"]', 'roles = ["agnet"]', "not_one_of", "group[1].roles"),
        ("class_max = 6", "class_max = 6\nclass_min = 9", "out_of_range", "group[1].class_max"),
        ('id = "leads"', 'id = "agents"', "duplicate_id", "group[2].id"),
        ('target = "mailers"', 'target = "agents"', "not_one_of", "cross_training[1].target"),
        ("end = 2026-02-10", "end = 2026-02-08", "ends_before_start", "absence[2].end"),
        ("price_per_h = 45", 'price_per_h = "45"', "wrong_type", "outside[1].price_per_h"),
        ("ramp = [0.5]", "ramp = [1.5]", "out_of_range", "group[1].ramp[1]"),
    ],
)
def test_each_wrong_key_is_told(folder: Path, scenario: Scenario, old: str, new: str, code: str, column: str) -> None:
    """With file, line and what would be right."""
    assert old in TOML
    with pytest.raises(DataError) as caught:
        read_capacity(folder, scenario, {"capacity.toml": TOML.replace(old, new).encode()})
    found = [fault for fault in caught.value.faults if fault.code == code]
    assert [fault.column for fault in found] == [column]
    assert found[0].file == "capacity/capacity.toml"
    assert found[0].row is not None
    assert found[0].expected


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        (",0,100,101", "out_of_range", "leavers"),
        (",0,x,1", "not_a_number", "person_months"),
        ("other,0,10,1", "not_one_of", "group"),
        (",1,100,8", "out_of_range", "from_month"),
        (",0,,1", "missing_value", "person_months"),
    ],
)
def test_each_wrong_row_of_the_table_is_told(
    folder: Path, scenario: Scenario, row: str, code: str, column: str
) -> None:
    """As it stands in the file."""
    table = ATTRITION.replace(",0,100,8", row)
    with pytest.raises(DataError) as caught:
        read_capacity(folder, scenario, {"attrition.csv": table.encode()})
    assert (code, column, "capacity/attrition.csv") in [(f.code, f.column, f.file) for f in caught.value.faults]


def test_all_faults_are_told_at_once(tmp_path: Path, scenario: Scenario) -> None:
    """Both files missing are two faults."""
    with pytest.raises(DataError) as caught:
        read_capacity(tmp_path, scenario)
    assert [fault.code for fault in caught.value.faults] == ["missing_file"] * 2


def test_the_tables_hold_the_plan(folder: Path, scenario: Scenario) -> None:
    """Every week and group once, the identity in the head count, figures for machines without surprises."""
    settings = CapacitySettings(time_limit_s=1, rounds=1, runs=50, reproducible=True, probability=0.7)
    flat = need([[60.0] * 3 + [130.0] * 5, [10.0] * 8], ("phone", "mail"))
    plan = plan_capacity(read_capacity(folder, scenario).case, flat, settings)
    tables = {name: list(csv.DictReader(io.StringIO(text))) for name, text in capacity_tables(plan).items()}
    assert [row["week"] for row in tables["weeks.csv"]] == [str(day) for day in flat.starts]
    assert len(tables["headcount.csv"]) == 3 * 8
    for row in tables["headcount.csv"]:
        parts = [float(row[name]) for name in ("opening", "hired", "moved_in", "moved_out", "left", "closing")]
        assert parts[0] + parts[1] + parts[2] - parts[3] - parts[4] == pytest.approx(parts[5], abs=0.01)
    assert sum(float(row["total"]) for row in tables["budget.csv"]) == pytest.approx(plan.judged.cost.mean(), rel=1e-6)
    assert {row["reason"] for row in tables["absence.csv"]} == {"leave", "fair"}
    data = capacity_data(plan)
    assert data["cost_total"] == pytest.approx(sum(data["cost"].values()))
    assert data["bound"] <= data["objective"]
    assert len(data["classes"]) == len(tables["classes.csv"]) == len(plan.entries)
    assert np.isfinite(data["gap"])
