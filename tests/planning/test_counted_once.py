"""Unplanned absence, leave and breaks: each is counted once on the way from the requirement to the simulated roster."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from staffing.domain.assemble import roster_problem
from staffing.domain.demand import Forecast
from staffing.domain.people import TimeOff
from staffing.domain.shrinkage import ShrinkageReason
from staffing.erlang import require_agents
from staffing.simulate.expected import absence_of
from staffing.simulate.world import play, world
from tests.builders import MONDAY, SHANGHAI, make_centre, make_grid, make_queue, make_roster, make_scenario, make_table

DAY = "phone 240 meal 30 phone 210"


def test_shrinkage_leave_and_breaks_are_each_counted_once() -> None:
    """Ten people: one on leave is not rostered, a tenth of the other nine stay away, and all have a meal."""
    reasons = (ShrinkageReason("sick", 0.1), ShrinkageReason("leave", 0.2, planned=True))
    centre = make_centre(queues=(make_queue(),), shrinkage=reasons)
    zone = ZoneInfo(SHANGHAI)
    leave = TimeOff(
        "a0", datetime(MONDAY.year, MONDAY.month, MONDAY.day, tzinfo=zone), datetime(2026, 1, 6, tzinfo=zone), "leave"
    )
    scenario = replace(make_scenario(centre, 10), time_off=(leave,))
    grid, table = make_grid(1), make_table()
    contacts = np.full((1, grid.n), 40.0)
    cv = np.zeros((1, 1))
    rest = (np.full_like(contacts, 300.0), cv, np.zeros_like(contacts), ("x",))
    forecast = Forecast(grid, ("phone",), contacts, contacts, contacts, contacts, contacts, *rest)

    need = require_agents(centre, forecast, table)
    # Only the unplanned tenth lies between present and rostered: neither the leave nor the meal does.
    np.testing.assert_allclose(need.agents_gross * 0.9, need.agents)
    problem = roster_problem(scenario, need, table)
    np.testing.assert_allclose(problem.required, need.agents_gross)
    assert problem.blocked[0].all()
    assert not problem.blocked[1:].any()

    roster = make_roster(problem, *((agent, 0, "08:00", DAY) for agent in range(1, 10)))
    assert roster.coverage(problem.proficiency).sum() * grid.step_h == pytest.approx(9 * 7.5)
    np.testing.assert_allclose(absence_of(centre.queues, need), 0.1)
    place = world(
        problem,
        roster,
        centre.queues,
        forecast,
        need,
        service_cv=None,
        absence=True,
        share_deferred=False,
        seed=1,
    )
    nobody_calls = np.zeros((1, grid.n), dtype=np.int64)
    hours = [play(place, number, nobody_calls).staffed_s.sum() / 3600 for number in range(400)]
    assert np.mean(hours) == pytest.approx(9 * 7.5 * 0.9, rel=0.015)
