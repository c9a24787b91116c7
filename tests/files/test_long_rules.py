"""Rules over several weeks and fixed patterns as the centre folder states them."""

from datetime import date
from pathlib import Path

from staffing.domain.rotation import Rotation
from staffing.domain.rules import WorkRules
from staffing.files import read_centre
from tests.files.tiny_centre import AGENTS, TOML, write_tiny_centre

MORE = """
[rules]
forbidden_successions = [["day", "day"], ["day", "day"]]
night_hours = ["22:00", "05:30"]
night_minutes_min = 120
nights_max_per_week = 3
nights_max_per_period = 8
nights_max_consecutive = 2
weekends_max_per_period = 2
period_weeks = 4
period_start = 2026-01-05
fairness = 4

[costs]
seniority_per_year = 0.1

[[rotation]]
id = "fixed"
start = "2026-01-05"
weeks = [["day", "day", "day", "day", "any", "off", "off"], ["off", "day", "day", "day", "any", "off", "off"]]

[[break]]
id = "siesta"
kind = "split"
minutes = 240
earliest_min = 180
latest_min = 300
"""
PEOPLE = AGENTS.replace("skills\n", "skills,rotation,rotation_week,seniority\n")
PEOPLE = PEOPLE.replace("phone:1.0;mail:0.9\n", "phone:1.0;mail:0.9,fixed,2,7.5\n")


def test_all_keys_are_read(tmp_path: Path) -> None:
    """Every key arrives; a pair given twice is one."""
    scenario = read_centre(write_tiny_centre(tmp_path / "centre", centre_toml=TOML + MORE, agents_csv=PEOPLE))
    assert scenario.centre.rules == WorkRules(
        forbidden_successions=(("day", "day"),),
        night_hours=(1320, 330),
        night_minutes_min=120,
        nights_max_per_week=3,
        nights_max_per_period=8,
        nights_max_consecutive=2,
        weekends_max_per_period=2,
        period_weeks=4,
        period_start=date(2026, 1, 5),
        fairness=4.0,
    )
    assert scenario.centre.costs.seniority_per_year == 0.1
    days = ("day", "day", "day", "any", "off", "off")
    assert scenario.centre.rotations == (Rotation("fixed", date(2026, 1, 5), (("day", *days), ("off", *days))),)
    assert (scenario.centre.breaks[1].kind, scenario.centre.breaks[1].paid) == ("split", False)
    first, second = scenario.agents[:2]
    assert (first.rotation, first.rotation_week, first.seniority) == ("fixed", 2, 7.5)
    assert (second.rotation, second.rotation_week, second.seniority) == ("", 1, 0.0)


def test_a_centre_without_them_has_none(tmp_path: Path) -> None:
    """What is not given never binds, and no note says that a setting is unused."""
    scenario = read_centre(write_tiny_centre(tmp_path / "centre"))
    assert scenario.centre.rules == WorkRules()
    assert scenario.centre.rotations == ()
    assert not [note for note in scenario.notes if note.code == "setting_unused"]
