"""Rows of pools in the plan folder."""

from pathlib import Path

import pytest

from staffing.audit import roster_cost
from staffing.files import read_plan, write_plan
from staffing.files.plan_json import plan_figures
from staffing.files.roster_tables import coverage_csv
from tests.pooled_plan import QUEUES, pooled_plan


def test_files_list_pools_after_queues() -> None:
    """coverage.csv has the pool's rows last; plan.json has its hours apart from the queues'."""
    plan = pooled_plan()
    lines = [line.split(",") for line in coverage_csv(plan).splitlines()]
    names = [line[1] for line in lines[1:]]
    assert list(dict.fromkeys(names)) == [*QUEUES, "phone+video"]
    assert names.count("phone+video") == 7 * 40
    assert lines[1 + 3 * 7 * 40][2:] == ["4", "3", "-1", "0.72"]
    hours = plan_figures(plan, {})["hours"]
    assert [row["queue"] for row in hours["queues"]] == list(QUEUES)
    assert hours["pools"] == [
        {"queue": "phone+video", "required_h": 280.0, "assigned_h": 12.0, "short_h": 268.0, "over_h": 0.0}
    ]
    assert hours["short_h"] == pytest.approx(70 * 4.5 - 12)


def test_pools_come_back_from_a_plan_folder(tmp_path: Path) -> None:
    """The problem read has the same pools, so the audit prices the same."""
    plan = pooled_plan()
    write_plan(plan, tmp_path / "plan")
    again = read_plan(tmp_path / "plan")
    assert again.problem.pool_names == ("phone+video",)
    assert again.requirement.pools[0].queues == ("phone", "video")
    assert again.roster is not None
    assert plan.cost is not None
    assert plan.cost.components["short"] > 0
    assert roster_cost(again.problem, again.roster) == plan.cost
