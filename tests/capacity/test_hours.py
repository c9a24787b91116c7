from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from staffing.capacity.cuts import find_cuts
from staffing.capacity.hours import absence_shares, cheapest_extra, draw_factors, present_share
from staffing.domain.shrinkage import ShrinkageReason
from tests.capacity.tiny_case import case, need

QUEUES = ("a", "b", "c")
shapes = st.lists(st.sets(st.sampled_from(QUEUES), min_size=1).map(tuple), min_size=1, max_size=4)
hours = st.integers(0, 20)


def least_cost(served: list[tuple[str, ...]], own: list[int], wanted: list[int], caps: list[int], prices: list[int]):
    """The true least cost by a linear program over who works on what; None where it cannot be done."""
    arcs = [(s, q) for s, names in enumerate(served) for q in range(len(QUEUES)) if QUEUES[q] in names]
    size = len(arcs) + len(served)
    cost = [0.0] * len(arcs) + [float(price) for price in prices]
    upper, limits = [], []
    for q in range(len(QUEUES)):
        row = [0.0] * size
        for place, (_, queue) in enumerate(arcs):
            row[place] = -1.0 if queue == q else 0.0
        upper.append(row)
        limits.append(-float(wanted[q]))
    for s in range(len(served)):
        row = [0.0] * size
        for place, (source, _) in enumerate(arcs):
            row[place] = 1.0 if source == s else 0.0
        row[len(arcs) + s] = -1.0
        upper.append(row)
        limits.append(float(own[s]))
    bounds = [(0, None)] * len(arcs) + [(0, cap) for cap in caps]
    found = linprog(cost, A_ub=upper, b_ub=limits, bounds=bounds, method="highs")
    return found.fun if found.success else None


@settings(max_examples=60, deadline=None)
@given(shapes, st.data())
def test_cuts_and_greedy_are_exact(served: list[tuple[str, ...]], data: st.DataObject) -> None:
    """Enough hours exactly where work can be dealt out, at exactly the least cost."""
    count = len(served)
    own, caps = (data.draw(st.lists(hours, min_size=count, max_size=count)) for _ in range(2))
    prices = data.draw(st.permutations(range(1, count + 1)))
    reachable = {queue for names in served for queue in names}
    wanted = [data.draw(hours) if queue in reachable else 0 for queue in QUEUES]
    cuts = find_cuts(served, QUEUES)
    lacking = cuts.need(np.array(wanted, dtype=float)[:, None]) - cuts.supply(np.array(own, dtype=float)[:, None])
    price = np.array(prices, dtype=float)[:, None]
    added = cheapest_extra(cuts, lacking, np.array(caps, dtype=float)[:, None], price)
    best = least_cost(served, own, wanted, caps, list(prices))
    assert bool(added.kept[0]) == (best is not None)
    if best is not None:
        assert float((added.hours * price).sum()) == pytest.approx(best, abs=1e-6)
        assert added.short_h[0] == 0


def test_flexible_people_are_not_counted_twice() -> None:
    """Ten hours that can serve either of two queues are ten hours, not twenty."""
    cuts = find_cuts([("a", "b")], ("a", "b"))
    lacking = cuts.need(np.array([[8.0], [8.0]])) - cuts.supply(np.array([[10.0]]))
    assert lacking.max() == 6.0


def test_planned_absence_holds_on_its_days() -> None:
    """Two of seven days at 35 % are 10 % of the week; reasons compound; others are not concerned."""
    world = case(
        absences=(
            ShrinkageReason("leave", 0.2, True),
            ShrinkageReason("leave", 0.35, True, start=date(2026, 1, 12), end=date(2026, 1, 13)),
            ShrinkageReason("course", 0.5, True, queues=("others",)),
        ),
        break_share=0.1,
    )
    flat = need([[1.0] * 3])
    assert absence_shares(world, flat, "calls")["leave"] == pytest.approx([0.2, 0.28, 0.2])
    assert present_share(world, flat)[0] == pytest.approx([0.72, 0.648, 0.72])


def test_possible_volumes_have_mean_one_and_the_stated_spread() -> None:
    """And queues without uncertainty stay as they are."""
    flat = need([[1.0] * 8], sd=0.2)
    factor = draw_factors(flat, 20_000, 1)
    assert factor.mean(axis=0) == pytest.approx(np.ones((1, 8)), abs=0.01)
    assert np.log(factor).std(axis=0) == pytest.approx(np.full((1, 8), 0.2 * 1.25**0.5), rel=0.03)
    assert np.all(draw_factors(need([[1.0] * 8], sd=0.0), 5, 1) == 1.0)
