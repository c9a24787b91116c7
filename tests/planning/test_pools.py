"""People with several skills, from the requirement to the simulated roster: nobody is counted twice."""

from dataclasses import replace

import numpy as np
import pytest

from staffing.domain.demand import Forecast
from staffing.domain.requirement import PoolNeed, Requirement, ServiceCurve
from staffing.domain.verdict import RaisedRow
from staffing.planning import make_requirement
from staffing.simulate.expected import expected_levels
from staffing.simulate.raising import raise_rows
from tests.builders import (
    make_agent,
    make_centre,
    make_grid,
    make_problem,
    make_queue,
    make_roster,
    make_scenario,
    make_table,
)
from tests.builders import (
    make_requirement as stated,
)

QUEUES = (make_queue("phone"), make_queue("vip"))


def pooled(own: float, together: float) -> Requirement:
    """Two queues that need `own` each and `together` in common."""
    scenario = make_scenario(make_centre(queues=QUEUES), agents=[make_agent(0, ("phone", "vip"))])
    base = stated(scenario, agents=[[own], [own]])
    need = np.where(base.is_open[0], together, 0.0)
    return replace(base, pools=(PoolNeed(("phone", "vip"), need, need, np.ones_like(need)),))


def test_the_skills_of_the_people_decide() -> None:
    """Planning passes who serves what: only common skills make a pool."""
    grid, table = make_grid(days=1), make_table()
    assert QUEUES[0].hours
    volume = np.tile(np.where(QUEUES[0].hours.mask(table, grid), 30.0, 0.0), (2, 1))
    none, cv = np.zeros_like(volume), np.zeros((2, 1))
    forecast = Forecast(
        grid, ("phone", "vip"), volume, none, volume, none, volume, np.full(volume.shape, 300.0), cv, none, ("x", "x")
    )
    centre = make_centre(queues=QUEUES)
    both = make_scenario(centre, agents=[make_agent(i, ("phone", "vip")) for i in range(12)])
    apart = make_scenario(centre, agents=[make_agent(i, (("phone", "vip")[i % 2],)) for i in range(12)])
    alone, common = make_requirement(apart, forecast, table), make_requirement(both, forecast, table)
    assert alone.pools == ()
    assert [pool.queues for pool in common.pools] == [("phone", "vip")]
    noon = int(grid.at(0, 720))
    assert common.agents[:, noon].sum() < common.pools[0].agents[noon] < alone.agents[:, noon].sum() - 0.5
    assert np.allclose(make_requirement(replace(both, agents=()), forecast, table).agents, alone.agents)


def test_a_raised_row_raises_its_pool() -> None:
    """Who is missing in one queue is missing in the pool: the others have nobody to spare."""
    before = pooled(4.0, 9.0)
    after = raise_rows(before, (RaisedRow("phone", 20, 4.0, 5.5), RaisedRow("vip", 21, 4.0, 4.5)))
    change = after.pools[0].agents_gross - before.pools[0].agents_gross
    assert {step: change[step] for step in np.flatnonzero(change)} == {20: 1.5, 21: 0.5}
    assert after.pools[0].agents[20] == pytest.approx(10.5)


def test_help_of_the_pool_is_expected() -> None:
    """Two people on one queue: the other has nobody of its own, and is as well served as the pool."""
    scenario = make_scenario(make_centre(queues=QUEUES), agents=[make_agent(i, ("phone", "vip")) for i in range(2)])
    problem = make_problem(scenario, required=[[1.0], [1.0]])
    roster = make_roster(problem, (0, 0, "08:00", "phone 240"), (1, 0, "08:00", "phone 240"))
    steps = problem.grid.n
    curves = tuple(
        ServiceCurve(queues, np.zeros(steps, dtype=int), np.tile(level, (steps, 1)))
        for queues, level in (
            (("phone",), [0.0, 0.5, 0.7]),
            (("vip",), [0.0, 0.5, 0.7]),
            (("phone", "vip"), [0.0, 0.2, 0.6]),
        )
    )
    requirement = replace(stated(scenario, agents=1.0), curves=curves)
    level = expected_levels(problem, roster, QUEUES, requirement, np.full(requirement.agents.shape, 300.0)).level
    at_nine = int(problem.grid.at(0, 540))
    assert level[:, at_nine] == pytest.approx([0.7, 0.6])
    alone = replace(requirement, curves=curves[:2])
    level = expected_levels(problem, roster, QUEUES, alone, np.full(requirement.agents.shape, 300.0)).level
    assert level[:, at_nine] == pytest.approx([0.7, 0.0])
