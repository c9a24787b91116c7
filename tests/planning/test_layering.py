"""A plan under other layers at once: what forecasting and requiring again would give, without doing so."""

from dataclasses import replace

import numpy as np
import pytest

from staffing.domain.override import Override
from staffing.domain.requirement import PoolNeed
from staffing.forecast import forecast_demand, layered_forecast
from staffing.plan import Plan
from staffing.planning import layering, make_requirement
from staffing.planning.layering import Layering
from tests.planning.layered_plan import make_layered_plan


@pytest.fixture(scope="module")
def plan() -> Plan:
    return make_layered_plan()


def layer(plan: Plan, first: int, end: int, operation: str, value: float, **more: object) -> Override:
    grid = plan.forecast.grid
    given = {"queues": ("phone",), "measure": "volume", "layer": "test"} | more
    return Override(grid.local(first), grid.local(end), operation=operation, value=value, **given)


def several(plan: Plan) -> tuple[Override, ...]:
    return (
        layer(plan, 18, 22, "multiply", 1.5),
        layer(plan, 96 + 20, 96 + 21, "set", 60.0),
        layer(plan, 0, 336, "add", 20.0, measure="aht_s", queues=()),
        layer(plan, 48, 96, "add", 40.0, queues=("email",)),
        layer(plan, 0, 336, "multiply", 9.0, on=False),
    )


def test_it_is_what_forecasting_again_gives(plan: Plan) -> None:
    """Volumes, bands, handle times, the queue derived from the layered one and what is told; and back again."""
    rows, centre = several(plan), plan.scenario.centre
    found = layered_forecast(plan.forecast, rows, centre, plan.table)
    grid = plan.forecast.grid
    again = forecast_demand(replace(plan.scenario, overrides=rows), plan.table, grid.first_day, 7)
    for name in ("volume", "aht_s", "low80", "high80", "low95", "high95", "base_volume", "base_aht_s"):
        np.testing.assert_allclose(getattr(found, name), getattr(again, name), rtol=1e-9, atol=1e-9, err_msg=name)
    told = [[note.params for note in one.notes if note.code == "forecast_override"] for one in (found, again)]
    assert [params[:2] for params in told[0]] == [params[:2] for params in told[1]]
    back = layered_forecast(found, (), centre, plan.table)
    np.testing.assert_allclose(back.volume, plan.forecast.volume, atol=1e-12)
    np.testing.assert_allclose(back.high95, plan.forecast.high95, atol=1e-9)
    assert back.base_volume is None


def test_agents_are_those_of_a_new_requirement(plan: Plan) -> None:
    """Answer queues within the search's tolerance, work of deadline queues exactly; no layers: the same plan."""
    ground = Layering(plan)
    assert ground.layered(()).requirement is plan.requirement
    found = ground.layered(several(plan))
    again = make_requirement(plan.scenario, found.forecast, plan.table)
    live = [row for row, queue in enumerate(plan.scenario.centre.queues) if not queue.has_deadline]
    np.testing.assert_allclose(found.requirement.agents_gross[live], again.agents_gross[live], atol=0.06)
    assert abs(found.requirement.agents_gross[live] - plan.requirement.agents_gross[live]).max() > 0.5
    for one, other in zip(found.requirement.workload, again.workload, strict=True):
        np.testing.assert_allclose(one.earliest_h, other.earliest_h)
        np.testing.assert_allclose(one.latest_h, other.latest_h)
        assert one.gross_factor == pytest.approx(other.gross_factor)
    present = np.full(plan.forecast.grid.n, 2.0)
    for one, other in zip(found.requirement.curves, again.curves, strict=True):
        np.testing.assert_allclose(one.at(present), other.at(present), atol=0.01)
    assert found.cost.total > plan.cost.total
    assert found.roster is plan.roster


def test_rows_that_rounds_had_raised_stay_raised(plan: Plan) -> None:
    """The difference is put on the plan's own rows."""
    gross = np.array(plan.requirement.agents_gross)
    gross[0, 20] += 1.0
    raised = replace(plan, requirement=replace(plan.requirement, agents_gross=gross))
    rows = (layer(plan, 18, 22, "multiply", 1.5),)
    more = (
        Layering(raised).layered(rows).requirement.agents_gross - Layering(plan).layered(rows).requirement.agents_gross
    )
    assert more[0, 20] == pytest.approx(1.0)
    assert np.count_nonzero(np.abs(more) > 1e-9) == 1


def test_only_days_that_change_are_worked_out(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wednesday's edit asks for Wednesday before and after; the next one for Wednesday after; undo for nothing."""
    ground, asked = Layering(plan), []
    plain = Layering._require

    def noted(self, part, **options):
        asked.append((part.queues, part.grid.first_day, part.grid.days))
        return plain(self, part, **options)

    monkeypatch.setattr(layering.Layering, "_require", noted)
    wednesday = plan.forecast.grid.dates[2]
    ground.layered((layer(plan, 96 + 20, 96 + 21, "set", 60.0),))
    answered = [one for one in asked if one[0] == ("phone",)]
    assert answered == [(("phone",), wednesday, 1)] * 2
    ground.layered((layer(plan, 96 + 20, 96 + 21, "set", 50.0),))
    ground.layered((layer(plan, 96 + 20, 96 + 21, "set", 60.0),))
    assert len([one for one in asked if one[0] == ("phone",)]) == 3


def test_pools_follow_their_queues(plan: Plan) -> None:
    """Queues that share people: more contacts of one are more agents of both together."""
    found = plan.requirement
    places = [found.queues.index(name) for name in ("phone", "callback")]
    together = tuple(np.array(part)[places].sum(axis=0) * 0.9 for part in (found.agents, found.agents_gross))
    pool = PoolNeed(("phone", "callback"), *together, np.ones(found.grid.n))
    pooled = replace(plan, requirement=replace(found, pools=(pool,)))
    after = Layering(pooled).layered((layer(plan, 18, 22, "multiply", 3.0),))
    more = after.requirement.pools[0].agents_gross - pool.agents_gross
    assert more[18:22].min() > 0.5
    assert not more[48:].any()
    assert len(after.problem.pool_required) == 1


def test_a_deadline_queue_alone_is_levelled(plan: Plan) -> None:
    """More e-mail is more agents; the work all comes in."""
    ground = Layering(plan)
    after = ground.layered((layer(plan, 48, 96, "multiply", 3.0, queues=("email",)),))
    assert ground.levelled(after.forecast, "email").sum() > ground.levelled(plan.forecast, "email").sum() + 0.5


def test_queues_open_at_night_are_worked_out_as_a_whole(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work of one day goes on in the next: all days are asked for; where none does, they give the same."""
    rows = (layer(plan, 96 + 18, 96 + 22, "multiply", 1.5),)
    night = replace(plan, requirement=replace(plan.requirement, is_open=np.ones_like(plan.requirement.is_open)))
    ground, asked = Layering(night), []
    plain = Layering._require

    def noted(self, part, **options):
        asked.append(part.grid.days)
        return plain(self, part, **options)

    monkeypatch.setattr(layering.Layering, "_require", noted)
    found = ground.layered(rows).requirement.agents_gross[0]
    assert set(asked) == {7}
    np.testing.assert_allclose(found, Layering(plan).layered(rows).requirement.agents_gross[0], atol=0.06)
