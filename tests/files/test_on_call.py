"""On-call duties in files: read with all faults at once, written, changed by hand and read again."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from staffing.domain.on_call import OnCallDuty, OnCallRules
from staffing.domain.result import Status
from staffing.errors import DataError
from staffing.files import read_centre, read_plan, write_plan
from staffing.files.centre_write import edit_centre
from staffing.files.codec import encode
from staffing.files.rule_values import set_rules
from staffing.plan import Plan
from tests.files.tiny_centre import AGENTS, TOML, write_tiny_centre
from tests.on_call_case import on_call_plan

DUTIES = """
[[on_call]]
id = "night"
name = "Night"
start = "17:00"
end = 08:00:00
weekdays = "mon_fri"
queues = ["phone"]
pay = 20
pay_share = 0.1
called_factor = 1.5
called_min = 60

[[on_call]]
id = "feast"
start = "08:00"
end = "08:00"
weekdays = []
dates = [2026-02-16, "2026-02-08"]
holidays = "also"
people = 2
counts_as_work = true

[on_call_rules]
max_per_week = 2
gap_days = 1
"""
PEOPLE = AGENTS.replace(",skills\n", ",skills,on_call\n").replace("mail:0.9\n", "mail:0.9,night; feast|night\n")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_centre(tmp_path_factory.mktemp("centre"), centre_toml=TOML + DUTIES, agents_csv=PEOPLE)


@pytest.fixture(scope="module")
def plan() -> Plan:
    return on_call_plan()


def faults(folder: Path) -> list[tuple[str, str | None]]:
    with pytest.raises(DataError) as caught:
        read_centre(folder)
    return [(fault.code, fault.column) for fault in caught.value.faults]


def test_duties_limits_and_consent_are_read(folder: Path) -> None:
    """Windows past midnight, dates, defaults, limits of a person, and who has agreed to what."""
    scenario = read_centre(folder)
    night, feast = scenario.centre.on_call
    assert night == OnCallDuty(
        *("night", 17 * 60, 32 * 60, (0, 1, 2, 3, 4)),
        queues=("phone",),
        pay=20.0,
        pay_share=0.1,
        called_factor=1.5,
        called_min=60,
        name="Night",
    )
    assert (feast.start_min, feast.end_min, feast.weekdays, feast.people) == (480, 1920, (), 2)
    assert feast.dates == (date(2026, 2, 8), date(2026, 2, 16))
    assert feast.counts_as_work
    assert scenario.centre.on_call_rules == OnCallRules(max_per_week=2, gap_days=1)
    assert [agent.on_call for agent in scenario.agents] == [("night", "feast"), (), (), ()]


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    """Bad clocks, days, queues and words of duties, and people who agree to what is not there."""
    text = """
[[on_call]]
id = "night"
start = "25:00"
end = "08:10"
queues = ["fax"]
holidays = "sometimes"

[[on_call]]
id = "night"
start = "08:00"
end = "18:00"
weekdays = []
people = 0
"""
    folder = write_tiny_centre(tmp_path, centre_toml=TOML + text, agents_csv=PEOPLE)
    assert sorted(faults(folder)) == sorted(
        [
            ("duplicate_id", "on_call[2].id"),
            ("not_one_of", "on_call[1].holidays"),
            ("bad_clock", "on_call[1].start"),
            ("off_slot", "on_call[1].end"),
            ("unknown_skill", "on_call[1].queues"),
            ("out_of_range", "on_call[2].people"),
            ("out_of_range", "on_call[2].weekdays"),
            ("unknown_on_call", "on_call"),
        ]
    )


def test_duties_are_edited_by_the_one_writer(folder: Path, tmp_path: Path) -> None:
    """A value of a duty and of the limits is set in place like any rule."""
    copy = write_tiny_centre(tmp_path / "c", centre_toml=TOML + DUTIES, agents_csv=PEOPLE)
    edit_centre(copy, set_rules(copy, ["on_call.night.people=2", "on_call_rules.max_per_week=3"]))
    centre = read_centre(copy).centre
    assert (centre.on_call[0].people, centre.on_call_rules.max_per_week) == (2, 3)


def test_a_plan_with_duties_comes_back(plan: Plan, tmp_path: Path) -> None:
    """on_call.csv and plan.json tell the places, safe for spreadsheets; every value comes back."""
    write_plan(plan, tmp_path / "p")
    assert encode(read_plan(tmp_path / "p")) == encode(plan)
    lines = (tmp_path / "p" / "on_call.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "duty,date,start,end,agent,locked,day,pay,response_min,called_min"
    assert lines[1] == "night,2026-01-05,2026-01-05T18:00:00+08:00,2026-01-06T08:00:00+08:00,a0,1,ordinary,76,30,0"
    assert lines[7] == "night,2026-01-11,2026-01-11T18:00:00+08:00,2026-01-12T08:00:00+08:00,,0,weekend,,30,"
    told = json.loads((tmp_path / "p" / "plan.json").read_text(encoding="utf-8"))
    assert told["on_call"]["open_places"] == 1
    assert told["on_call"]["cost_total"] == pytest.approx(plan.on_call.cost.total if plan.on_call else 0)
    assert told["on_call"]["people"][0] == {"agent": "a0", "ordinary": 3, "weekend": 0, "holiday": 0, "before": 0}
    assert "on_call_open" in (tmp_path / "p" / "violations.csv").read_text(encoding="utf-8")


def test_places_changed_by_hand_are_audited(plan: Plan, tmp_path: Path) -> None:
    """Who edits on_call.csv gets it audited and priced anew; the bound no longer holds."""
    folder = tmp_path / "p"
    write_plan(plan, folder)
    text = (folder / "on_call.csv").read_text(encoding="utf-8")
    (folder / "on_call.csv").write_text(text.replace(",,0,weekend,,30,", ",a1,0,weekend,,30,"), encoding="utf-8")
    read = read_plan(folder)
    assert read.on_call is not None
    assert plan.on_call is not None
    assert read.on_call.pairs == (*plan.on_call.pairs, (6, 1))
    assert (read.on_call.bound, read.on_call.status) == (None, Status.FEASIBLE)
    assert [fault.rule for fault in read.violations if fault.rule.startswith("on_call")] == []
    write_plan(read, folder)
    assert encode(read_plan(folder)) == encode(read)


def test_bad_places_are_refused(plan: Plan, tmp_path: Path) -> None:
    """Unknown duties, people and days, and a place given twice, are told together; a missing file too."""
    folder = tmp_path / "p"
    write_plan(plan, folder)
    bad = "duty,date,agent\nnight,2026-01-05,a0\nnight,2026-01-05,a0\nday,2026-01-05,a0\nnight,2026-02-05,a9\n"
    (folder / "on_call.csv").write_text(bad + "night,2026-02-05,\n", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_plan(folder)
    assert [(fault.code, fault.row) for fault in caught.value.faults] == [
        ("on_call_twice", 3),
        ("unknown_on_call", 4),
        ("unknown_agent", 5),
        ("on_call_not_held", 6),
    ]
    (folder / "on_call.csv").unlink()
    with pytest.raises(DataError) as caught:
        read_plan(folder)
    assert [fault.code for fault in caught.value.faults] == ["missing_file"]


def test_a_centre_without_duties_has_no_such_file(plan: Plan, tmp_path: Path) -> None:
    """Nothing of it shows where there are no duties."""
    write_plan(replace(plan, on_call=None), tmp_path / "p")
    assert not (tmp_path / "p" / "on_call.csv").exists()
    assert read_plan(tmp_path / "p").on_call is None
