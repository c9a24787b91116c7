import csv
import gzip
import hashlib
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from staffing.audit import audit_roster, roster_cost
from staffing.domain.people import Activity, TimeOff
from staffing.domain.result import SolveEvent
from staffing.errors import DataError, SettingsError
from staffing.files import check_plan_target, read_plan, write_plan
from staffing.files.codec import encode
from staffing.files.plan_values import VALUES
from staffing.plan import Plan
from tests.plans import make_plan_value, without_roster

CONTRACT = (
    "forecast.csv",
    "requirement.csv",
    "requirement_curve.csv",
    "workload.csv",
    "roster.csv",
    "coverage.csv",
    "violations.csv",
    "cost_terms.csv",
    "fairness.csv",
    "plan.json",
)


def figures(folder: Path) -> dict:
    return json.loads((folder / "plan.json").read_text(encoding="utf-8"))


def digests(folder: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.iterdir() if p.is_file()}


def same(one: Plan, other: Plan) -> bool:
    """Equal in every value, the roster included."""
    return encode(one) == encode(other)


def test_every_file_of_the_contract_is_written(tmp_path: Path) -> None:
    """A plan folder holds the files of the contract and the stored values, and nothing else."""
    write_plan(make_plan_value(), tmp_path / "plan")
    assert sorted(p.name for p in (tmp_path / "plan").iterdir()) == sorted((*CONTRACT, VALUES))
    assert [p.name for p in tmp_path.iterdir()] == ["plan"]


def test_the_cost_terms_add_up_to_the_cost(tmp_path: Path) -> None:
    """Component by component the amounts of cost_terms.csv are the cost of plan.json."""
    write_plan(make_plan_value(), tmp_path / "plan")
    sums = dict.fromkeys(figures(tmp_path / "plan")["cost"], 0.0)
    with (tmp_path / "plan" / "cost_terms.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            sums[row["component"]] += float(row["amount"])
    assert sums == pytest.approx(figures(tmp_path / "plan")["cost"], abs=1e-4)
    assert sum(sums.values()) > 0


def test_a_plan_comes_back_as_it_was(tmp_path: Path) -> None:
    """Reading gives every value of the written plan, bit for bit."""
    plan = make_plan_value()
    write_plan(plan, tmp_path / "plan")
    assert same(plan, read_plan(tmp_path / "plan"))


def test_the_audit_of_a_read_plan_says_the_same(tmp_path: Path) -> None:
    """Violations and cost do not depend on whether the plan has been on disk."""
    plan = make_plan_value()
    write_plan(plan, tmp_path / "plan")
    again = read_plan(tmp_path / "plan")
    assert again.roster is not None
    assert audit_roster(again.problem, again.roster) == plan.violations
    assert roster_cost(again.problem, again.roster) == plan.cost


def test_a_plan_without_roster_comes_back_without(tmp_path: Path) -> None:
    """No roster stays None; its files hold their header only."""
    plan = without_roster(make_plan_value())
    write_plan(plan, tmp_path / "plan")
    assert read_plan(tmp_path / "plan").roster is None
    assert (tmp_path / "plan" / "roster.csv").read_text() == "agent,date,start,end,activity,queue,locked\n"
    assert figures(tmp_path / "plan")["status"] == "none"
    assert figures(tmp_path / "plan")["gap"] is None


def test_equal_plans_give_equal_bytes(tmp_path: Path) -> None:
    """Writing twice, the second time over the first, gives the same files."""
    write_plan(make_plan_value(), tmp_path / "one")
    write_plan(make_plan_value(), tmp_path / "two")
    write_plan(make_plan_value(), tmp_path / "two")
    assert digests(tmp_path / "one") == digests(tmp_path / "two")


def test_seconds_stay_out_of_reproducible_plans(tmp_path: Path) -> None:
    """With `reproducible` two plans that differ in seconds and progress only give the same files."""
    plan = make_plan_value()
    plan = replace(plan, settings=replace(plan.settings, reproducible=True))
    told = replace(plan.result, events=(SolveEvent(0.3, "improve", 1.0, None),))
    write_plan(replace(plan, seconds={"roster": 1.0}, result=told), tmp_path / "one")
    write_plan(replace(plan, seconds={"roster": 2.0}), tmp_path / "two")
    assert digests(tmp_path / "one") == digests(tmp_path / "two")
    assert figures(tmp_path / "one")["seconds"] == {}


def test_what_plan_json_must_hold(tmp_path: Path) -> None:
    """plan.json has every key of the contract with the figures of the plan."""
    plan = make_plan_value()
    write_plan(plan, tmp_path / "plan")
    found = figures(tmp_path / "plan")
    assert plan.cost is not None
    assert found["format_version"] == 1
    assert found["input_digest"] == plan.scenario.digest
    assert (found["status"], found["stop_reason"]) == ("feasible", "time_limit")
    assert found["objective"] == pytest.approx(plan.cost.total, abs=1e-5)
    assert found["gap"] == found["gap_total"] == pytest.approx(0.1)
    assert found["cost"].keys() == plan.cost.components.keys()
    assert [row["queue"] for row in found["service"]["week"]] == ["phone", "email"]
    assert len(found["service"]["days"]) == 14
    assert {"service_level", "low95", "high95", "probability", "occupancy", "abandonment", "expected_sl"} <= set(
        found["service"]["week"][0]
    )
    assert found["hours"]["short_h"] > 0
    assert len(found["settings"]["calendar"]) == 7
    assert found["changes"] == []
    assert found["fairness"]["weekend_days"]["high"] == 0


def test_changes_against_the_reference_are_listed(tmp_path: Path) -> None:
    """A shift that the reference does not have is told with person, date and hours."""
    plan = make_plan_value()
    roster = plan.roster
    assert roster is not None
    keep = roster.day != 1
    columns = ("agent", "day", "start", "end", "activity", "queue", "locked")
    before = replace(roster, **{name: getattr(roster, name)[keep] for name in columns})
    write_plan(replace(plan, problem=replace(plan.problem, reference=before)), tmp_path / "plan")
    (change,) = figures(tmp_path / "plan")["changes"]
    assert (change["kind"], change["date"], change["before"]) == ("added", "2026-01-06", None)
    assert change["after"] == ["2026-01-06T09:00:00+08:00", "2026-01-06T13:00:00+08:00"]


def test_rosters_name_nobody(tmp_path: Path) -> None:
    """Agents stand in the open files by id; names are only in the stored values, which exports need."""
    write_plan(make_plan_value(names=("Annabella", "Bartholomew")), tmp_path / "plan")
    for name in CONTRACT:
        text = (tmp_path / "plan" / name).read_text(encoding="utf-8")
        assert "Annabella" not in text
        assert "Bartholomew" not in text
    assert b"Annabella" in gzip.decompress((tmp_path / "plan" / VALUES).read_bytes())


def test_a_changed_roster_is_read_without_its_old_judgement(tmp_path: Path) -> None:
    """After a change by hand the roster is the file's, audited and priced anew, without bound and simulation."""
    write_plan(make_plan_value(), tmp_path / "plan")
    path = tmp_path / "plan" / "roster.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\ufeff" + "\r\n".join(line.replace(",", ";") for line in lines[:-1]) + "\r\n", encoding="utf-8")
    plan = read_plan(tmp_path / "plan")
    assert plan.roster is not None
    assert len(plan.roster) == len(lines) - 2
    assert (plan.result.bound, plan.verdict) == (None, None)
    assert plan.violations == audit_roster(plan.problem, plan.roster)
    assert plan.result.status == "infeasible"
    assert plan.result.objective == roster_cost(plan.problem, plan.roster).total
    assert plan.notes[-1].code == "roster_edited"


@pytest.mark.parametrize(
    ("old", "new", "code", "column"),
    [
        ("Ag", "Ag", "", ""),
        ("meal", "meel", "not_one_of", "activity"),
        ("phone", "fone", "unknown_queue", "queue"),
        ("T08:00", "T08:07", "off_slot", "start"),
        ("2026-01-05T08:00:00+08:00", "5/1/2026", "date_order", "start"),
    ],
)
def test_a_wrong_roster_is_refused(tmp_path: Path, old: str, new: str, code: str, column: str) -> None:
    """A roster changed into nonsense gives faults with row and column."""
    write_plan(make_plan_value(), tmp_path / "plan")
    path = tmp_path / "plan" / "roster.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    if not code:
        read_plan(tmp_path / "plan")
        return
    with pytest.raises(DataError) as caught:
        read_plan(tmp_path / "plan")
    assert {(fault.code, fault.column) for fault in caught.value.faults} == {(code, column)}


def test_damage_is_noticed(tmp_path: Path) -> None:
    """A flipped bit in the stored values, a cut plan.json or a newer format are told, not used."""
    write_plan(make_plan_value(), tmp_path / "plan")
    values, main = tmp_path / "plan" / VALUES, tmp_path / "plan" / "plan.json"
    good, text = values.read_bytes(), main.read_text(encoding="utf-8")
    for place in range(0, len(good), max(1, len(good) // 40)):
        values.write_bytes(good[:place] + bytes([good[place] ^ 4]) + good[place + 1 :])
        with pytest.raises(DataError, match="damaged_file"):
            read_plan(tmp_path / "plan")
    values.write_bytes(good)
    main.write_text(text[: len(text) // 2], encoding="utf-8")
    with pytest.raises(DataError, match="damaged_file"):
        read_plan(tmp_path / "plan")
    main.write_text(text.replace('"format_version": 1', '"format_version": 99'), encoding="utf-8")
    with pytest.raises(DataError, match="format_version"):
        read_plan(tmp_path / "plan")


def test_other_folders_are_refused_and_left_alone(tmp_path: Path) -> None:
    """A folder that is no plan is never replaced, and neither is a file."""
    target = tmp_path / "photos"
    target.mkdir()
    (target / "me.jpg").write_bytes(b"x")
    for action in (check_plan_target, lambda folder: write_plan(make_plan_value(), folder)):
        with pytest.raises(SettingsError, match="not a plan folder"):
            action(target)
        with pytest.raises(SettingsError, match="is a file"):
            action(target / "me.jpg")
    assert [p.name for p in tmp_path.rglob("*")] == ["photos", "me.jpg"]
    with pytest.raises(SettingsError, match="not a plan folder"):
        read_plan(target)


def test_foreign_files_in_a_plan_folder_are_kept(tmp_path: Path) -> None:
    """What somebody put beside a plan survives its replacement; stale exports do not."""
    target = tmp_path / "plan"
    write_plan(make_plan_value(), target, extras=lambda folder: (folder / "report.html").write_text("old"))
    (target / "minutes.txt").write_text("agreed")
    (target / "more").mkdir()
    (target / "more" / "a.txt").write_text("b")
    write_plan(make_plan_value(), target)
    assert (target / "minutes.txt").read_text() == "agreed"
    assert (target / "more" / "a.txt").read_text() == "b"
    assert not (target / "report.html").exists()


def test_a_failing_export_leaves_the_old_plan(tmp_path: Path) -> None:
    """When an extra fails nothing changes and nothing is left behind."""
    target = tmp_path / "plan"
    write_plan(make_plan_value(), target)
    before = digests(target)

    def fail(_: Path) -> None:
        raise RuntimeError("disk full")

    with pytest.raises(RuntimeError, match="disk full"):
        write_plan(without_roster(make_plan_value()), target, extras=fail)
    assert digests(target) == before
    assert [p.name for p in tmp_path.iterdir()] == ["plan"]


def test_rich_people_come_back(tmp_path: Path) -> None:
    """Leave, activities and dates of employment survive the disk with their zones."""
    plan = make_plan_value()
    grid = plan.problem.grid
    people = plan.scenario.agents
    agents = (replace(people[0], start_date=date(2025, 1, 1), cost_per_h=31.5), *people[1:])
    scenario = replace(
        plan.scenario,
        agents=agents,
        time_off=(TimeOff(agents[0].id, grid.local(30), grid.local(60), "leave", True),),
        activities=(Activity("t", "training", (agents[0].id,), 60, grid.local(0), grid.local(90), capacity=3),),
    )
    plan = replace(plan, scenario=scenario)
    write_plan(plan, tmp_path / "plan")
    again = read_plan(tmp_path / "plan")
    assert again.scenario.time_off == scenario.time_off
    assert str(again.scenario.time_off[0].start.tzinfo) == grid.timezone
    assert same(plan, again)


def test_long_histories_are_cut(tmp_path: Path) -> None:
    """Only the last eight weeks of history are kept with a plan, on whole days."""
    plan = make_plan_value()
    history = plan.scenario.history
    grid = replace(history.grid, days=100)
    long = replace(history, grid=grid, offered=np.arange(grid.n * len(history.queues)).reshape(-1, grid.n))
    write_plan(replace(plan, scenario=replace(plan.scenario, history=long)), tmp_path / "plan")
    found = read_plan(tmp_path / "plan").scenario.history
    assert found.grid.dates[-1] == grid.dates[-1]
    assert found.grid.days == 56
    assert np.array_equal(found.offered, long.offered[:, -found.grid.n :])
