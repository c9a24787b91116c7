"""What the roster canvas is sent can be read back exactly, on days of any length."""

import base64
import json
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from staffing.domain.timegrid import TimeGrid
from staffing.measures import Coverage, coverage
from staffing.ui.components.packing import as_text, differences, unsigned, zigzag
from staffing.ui.components.roster_data import roster_data, selected_slot, used_minutes
from staffing.ui.facts.coverage import short
from staffing.ui.words import Words
from tests.builders import make_problem, make_roster, make_scenario
from tests.plans import make_plan_value, without_roster


class Reader:
    """The reader of ``model.js`` in Python."""

    def __init__(self, text: str) -> None:
        self.data, self.at = base64.b64decode(text), 0

    def next(self) -> int:
        value, scale = 0, 1
        while True:
            byte = self.data[self.at]
            self.at += 1
            value += (byte & 127) * scale
            scale *= 128
            if not byte & 128:
                return value

    def signed(self) -> int:
        value = self.next()
        return -(value + 1) // 2 if value % 2 else value // 2

    def series(self, n: int) -> list[int]:
        return np.cumsum([self.signed() for _ in range(n)]).tolist() if n else []


@given(st.lists(st.integers(-(2**40), 2**40)))
def test_numbers_come_back(values: list[int]) -> None:
    """Packing loses nothing, whatever the size or the sign."""
    assert Reader(as_text(differences(values))).series(len(values)) == values
    reader = Reader(as_text(unsigned(zigzag(value) for value in values)))
    assert [reader.signed() for _ in values] == values


def test_the_roster_comes_back() -> None:
    """Every segment and every coverage figure of a plan is in the packed data."""
    plan, table = make_plan_value(), coverage(make_plan_value())
    roster = plan.roster
    assert roster is not None
    data = roster_data(plan, table, Words("en"), [1, 0])
    reader, found = Reader(data["segments"]), []
    for agent in (1, 0):
        last = 0
        for _ in range(reader.next()):
            start = last + reader.signed()
            last = start + reader.next()
            kind = data["kinds"][reader.next() // 2]
            found.append((agent, start, last, kind["activity"], kind["queue"]))
    assert len(found) == len(roster)
    assert found[0] == (1, roster.start[7 - 3], roster.end[7 - 3], "Work", "phone")
    levels = Reader(data["coverage"])
    for required, assigned in zip(
        [table.required.sum(axis=0), *table.required], [table.assigned.sum(axis=0), *table.assigned], strict=True
    ):
        assert levels.series(table.grid.n) == np.rint(required * 10).astype(int).tolist()
        assert levels.series(table.grid.n) == np.rint(assigned * 10).astype(int).tolist()
    assert levels.series(table.grid.n) == np.rint(short(table) * 10).astype(int).tolist()
    assert levels.at == len(levels.data)


def test_three_hundred_agents_stay_small() -> None:
    """A week of 300 agents in quarter hours needs less than 200 KB."""
    shifts = [
        (agent, day, "08:00", "phone 120 break 30 phone 120 meal 30 phone 90 break 30 phone 60")
        for agent in range(300)
        for day in range(5)
    ]
    problem = make_problem(agents=300)
    plan = replace(make_plan_value(), problem=problem, scenario=make_scenario(agents=300))
    plan = replace(plan, result=replace(plan.result, roster=make_roster(problem, *shifts)))
    shape = problem.required.shape
    table = Coverage(problem.grid, problem.queues, problem.is_open, problem.required, np.zeros(shape), np.ones(shape))
    assert len(json.dumps(roster_data(plan, table, Words("zh"), range(300)))) < 200_000


@pytest.mark.parametrize(
    ("first_day", "slots"), [(date(2026, 3, 29), 92), (date(2026, 10, 25), 100), (date(2026, 6, 1), 96)]
)
def test_days_of_any_length_are_described(first_day: date, slots: int) -> None:
    """Days of 23, 24 and 25 hours have their own number of slots, and the clock of each slot is the wall's."""
    grid = TimeGrid("Europe/Berlin", first_day, 2, 15)
    assert int(grid.day_start[1]) == slots
    minutes = Reader(as_text(differences(grid.minute))).series(grid.n)
    assert minutes[0] == 0
    assert minutes[slots - 1] == 1425
    assert minutes == grid.minute.tolist()


def test_only_the_used_hours_are_drawn() -> None:
    """The axis holds whole hours from the first shift or need to the last; all day when a shift crosses midnight."""
    problem = make_problem(agents=1)
    table = coverage(make_plan_value())
    quiet = replace(table, required=np.zeros_like(table.required))
    assert used_minutes(make_roster(problem, (0, 0, "08:30", "phone 240")), quiet) == (480, 780)
    assert used_minutes(make_roster(problem, (0, 0, "21:00", "phone 240")), quiet) == (0, 1440)
    assert used_minutes(make_roster(problem), quiet) == (0, 1440)


def test_a_link_leads_to_a_slot_of_the_plan_only() -> None:
    """What stands in an address is checked like any input."""
    grid = TimeGrid("UTC", date(2026, 1, 5), 1, 60)
    asked = ("0", "23", "24", "-1", "x", "", "1.5")
    assert [selected_slot(grid, text) for text in asked] == [0, 23, None, None, None, None, None]


def test_no_roster_is_not_drawn() -> None:
    """There is no canvas without a roster."""
    plan = without_roster(make_plan_value())
    with pytest.raises(ValueError, match="no roster"):
        roster_data(plan, coverage(plan), Words("en"), [])
