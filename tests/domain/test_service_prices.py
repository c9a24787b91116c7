"""What a missing agent is worth by the service that goes with it."""

from dataclasses import replace

import numpy as np
import pytest

from staffing.domain.assemble import roster_problem
from staffing.domain.requirement import PoolNeed, Requirement, ServiceCurve, Workload
from staffing.domain.rules import Costs
from staffing.domain.service_prices import LEAST, MOST, service_weights
from tests.builders import make_centre, make_requirement, make_scenario, make_table

STEEP, FLAT = [0.1, 0.3, 0.5, 0.7, 0.9], [0.86, 0.87, 0.88, 0.89, 0.9]
"""Levels at 0 to 4 agents: the last missing one costs 20 points, or one."""


def requirement(curve: list[list[float]], *, load: float = 3.0, gross: float = 1.0) -> Requirement:
    """Four agents present in each step, `gross` times as many rostered, and a curve for each step in turn."""
    plain = make_requirement(make_scenario(), agents=4.0)
    steps = plain.grid.n
    levels = np.array([curve[step % len(curve)] for step in range(steps)])
    return replace(
        plain,
        agents=np.full((1, steps), 4.0),
        agents_gross=np.full((1, steps), 4.0 * gross),
        load_erl=np.full((1, steps), load),
        curves=(ServiceCurve(("phone",), np.zeros(steps, dtype=np.int64), levels),),
    )


def weights(made: Requirement, *, share: float = 0.1, least: int = 0) -> np.ndarray:
    return service_weights(made, share, np.full(len(made.queues), least, dtype=np.int64))


def test_an_agent_whose_absence_hardly_shows_costs_less() -> None:
    """20 points against one: as far apart as weights may be, and 1 on average."""
    found = weights(requirement([STEEP, FLAT]))[0]
    assert (found[::2] > 1.5).all()
    assert found[1::2] == pytest.approx(LEAST)
    assert found.mean() == pytest.approx(1.0, abs=0.04)


def test_the_same_fall_is_worth_more_where_there_is_more_work() -> None:
    """Twice the load answered late weighs twice as much."""
    made = requirement([STEEP])
    load = np.array(made.load_erl)
    load[:, ::2] *= 2
    found = weights(replace(made, load_erl=load))[0]
    assert found[0] == pytest.approx(2 * found[1], abs=0.1)
    assert found.mean() == pytest.approx(1.0, abs=0.04)


def test_equal_steps_weigh_one_whatever_the_shrinkage() -> None:
    """Nothing changes where every hour is like every other."""
    for gross in (1.0, 1.4):
        assert weights(requirement([STEEP], gross=gross)) == pytest.approx(1.0)


def test_rostered_agents_are_fewer_when_present() -> None:
    """Of two and a half rostered for each present, one missing is 0.4 of an agent: less service goes with it."""
    bent = [0.0, 0.2, 0.4, 0.6, 0.9]
    one = weights(requirement([bent, STEEP]))[0]
    two = weights(requirement([bent, STEEP], gross=2.5), share=0.8)[0]
    assert one[0] / one[1] == pytest.approx(1.5, abs=0.1)
    assert two[0] / two[1] == pytest.approx((0.9 - 0.16) / 0.64, abs=0.1)


def test_the_fewest_that_a_queue_is_to_have_never_cost_less() -> None:
    """Nobody waits, but the centre wants four at work."""
    found = weights(requirement([STEEP, FLAT]), least=4)[0]
    assert (found >= 1.0).all()


def test_where_nothing_is_known_all_weigh_the_same() -> None:
    """No curve, no load, deferred work, a curve that does not fall, a queue helped by others."""
    made = requirement([STEEP, FLAT])
    steps = made.grid.n
    assert (weights(replace(made, curves=())) == 1.0).all()
    assert (weights(replace(made, load_erl=np.zeros((1, steps)))) == 1.0).all()
    assert (weights(requirement([[0.9] * 5])) == 1.0).all()
    tube = Workload("phone", np.zeros(steps), np.zeros(steps))
    assert (weights(replace(made, workload=(tube,))) == 1.0).all()


def test_a_pool_is_weighed_by_its_own_curve() -> None:
    """Its queues are not: what they need alone counts on help that their curves know nothing of."""
    one = requirement([STEEP, FLAT])
    steps = one.grid.n
    both = {name: np.repeat(getattr(one, name), 2, axis=0) for name in ("load_erl", "agents", "agents_gross")}
    two = {name: np.repeat(getattr(one, name), 2, axis=0) for name in ("expected_sl", "is_open")}
    own = one.curves[0]
    pooled = ServiceCurve(("phone", "video"), own.first, own.service_level)
    need = PoolNeed(("phone", "video"), np.full(steps, 4.0), np.full(steps, 4.0), np.full(steps, 0.9))
    made = replace(
        one, queues=("phone", "video"), method=("erlang", "erlang"), curves=(own, pooled), pools=(need,), **both, **two
    )
    found = weights(made)
    assert (found[:2] == 1.0).all()
    assert found[2] == pytest.approx(weights(one)[0])


def test_weights_stay_in_their_range() -> None:
    """One step of very many is all that matters: it does not outshine the others altogether."""
    found = weights(requirement([STEEP, *[FLAT] * 9]))
    assert found.min() >= LEAST
    assert found.max() <= MOST


def test_a_centre_chooses_its_prices() -> None:
    """Slots take the weight of their step; without the setting there is none."""
    made = requirement([STEEP, FLAT])
    table = make_table()
    for chosen in (False, True):
        centre = make_centre(slot_min=15, interval_min=30, costs=Costs(short_by_service=chosen))
        problem = roster_problem(make_scenario(centre), made, table)
        ratio = problem.grid.n // made.grid.n
        expected = np.repeat(weights(made), ratio, axis=1) if chosen else np.ones_like(problem.required)
        assert problem.short_weights.tolist() == expected.tolist()
