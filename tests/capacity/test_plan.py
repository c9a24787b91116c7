from dataclasses import replace

import numpy as np
import pytest

from staffing.capacity import CapacityPlan, CapacitySettings, Offer, Outside, plan_capacity, replacing_at
from staffing.capacity.judge import COSTS, judge_entries
from staffing.capacity.summary import class_rows, head_rows, month_rows, week_rows
from tests.capacity.tiny_case import NOBODY_LEAVES, case, group, need, two_groups

QUICK = CapacitySettings(time_limit_s=2.0, rounds=3, runs=300, reproducible=True, probability=0.8)
RISING = need([[300.0] * 4 + [420.0] * 12])


@pytest.fixture(scope="module")
def made() -> CapacityPlan:
    """Need that rises beyond what ten people and overtime can do."""
    return plan_capacity(case(), RISING, QUICK)


def test_it_hires_in_time_and_keeps_the_promise(made: CapacityPlan) -> None:
    """Fresh draws confirm the asked chance where nobody hired would miss it."""
    assert made.keeps
    assert made.lowest >= 0.8
    assert made.nothing.probability[8:].max() < 0.8
    assert sum(entry.count for entry in made.entries) >= 2
    assert min(entry.week for entry in made.entries) >= 2
    assert np.all(made.reachable)


def test_the_bound_is_below_what_was_found(made: CapacityPlan) -> None:
    """And close to it in a case as small as this."""
    assert made.chosen.bound <= made.chosen.objective
    assert made.gap < 0.05
    assert made.gap <= made.gap_flexible


def test_nobody_is_hired_where_enough_are_there() -> None:
    """Nor trained, nor bought."""
    plan = plan_capacity(case(group(bands=NOBODY_LEAVES)), need([[200.0] * 8]), QUICK)
    assert plan.entries == ()
    assert plan.judged.costs[:, 1:].max() == 0
    assert plan.keeps


def test_no_work_is_no_trouble() -> None:
    """Zero contacts: nobody hired, cost per contact 0 instead of a division by zero."""
    plan = plan_capacity(case(), need([[0.0] * 6]), QUICK)
    assert plan.entries == ()
    assert plan.judged.cost_per_contact == 0
    assert {row.per_contact for row in month_rows(plan)} == {None}


def test_one_person_is_a_group() -> None:
    """A single agent and a tiny need."""
    one = group(staff=(replace(group().staff[0], count=1),))
    plan = plan_capacity(case(one), need([[30.0] * 6]), QUICK)
    assert plan.judged.people.opening[0, 0, 0] == 1


def test_weeks_too_early_for_anybody_are_told() -> None:
    """Short from the first week: the promise cannot be kept before newcomers can work, and is kept after."""
    plan = plan_capacity(case(group(lead_weeks=4)), need([[480.0] * 16]), QUICK)
    assert not plan.reachable[:6].any()
    assert plan.reachable[-4:].all()
    assert plan.keeps


def test_a_cheap_partner_is_preferred_to_hiring() -> None:
    """Bought hours at a quarter of a wage serve instead of a class."""
    cheap = Outside("partner", "", ("phone",), 5.0, 200.0)
    by_partner = plan_capacity(case(outside=(cheap,)), RISING, QUICK)
    assert by_partner.entries == ()
    assert by_partner.judged.costs[:, COSTS.index("outside")].mean() > 0


def test_contracts_are_chosen_by_price() -> None:
    """Two part-timers for the price of half a full-timer win."""
    offers = (Offer("full", 40.0, 18.0), Offer("part", 20.0, 6.0))
    plan = plan_capacity(case(group(offers=offers, hire_cost=0.0)), RISING, QUICK)
    assert {row.contract for row in class_rows(plan)} == {"part"}


def test_people_are_cross_trained_where_that_is_enough() -> None:
    """Mail people to spare learn the phone instead of newcomers being hired."""
    world = two_groups()
    alone = replace(world, groups=tuple(replace(g, offers=()) for g in world.groups), outside=(), attrition_factor=0.0)
    plan = plan_capacity(alone, need([[300.0] * 2 + [460.0] * 8, [150.0] * 10], ("phone", "mail")), QUICK)
    assert {row.source for row in class_rows(plan)} == {"mails"}
    assert sum(row.people for row in class_rows(plan)) <= 4
    assert plan.keeps


def test_rooms_limit_classes_at_once() -> None:
    """With one room two groups cannot train in the same weeks."""
    groups = (group("calls"), group("mails", queues=("mail",)))
    plan = plan_capacity(case(*groups, rooms=1), need([[300.0] * 6 + [460.0] * 8] * 2, ("phone", "mail")), QUICK)
    busy = [{entry.week, entry.week + 1} for entry in plan.entries]
    assert len(busy) >= 2
    assert sum(len(weeks) for weeks in busy) == len(set().union(*busy))


@pytest.mark.parametrize("factor", [2.0])
def test_more_attrition_costs_more_hires(made: CapacityPlan, factor: float) -> None:
    """What if attrition doubles: more people hired."""
    worse = plan_capacity(case(attrition_factor=factor), RISING, QUICK)
    assert sum(e.count for e in worse.entries) > sum(e.count for e in made.entries)


def test_the_same_input_gives_the_same_plan(made: CapacityPlan) -> None:
    """In the reproducible mode."""
    again = plan_capacity(case(), RISING, QUICK)
    assert again.entries == made.entries
    assert np.array_equal(again.judged.kept, made.judged.kept)


def test_the_tables_add_up(made: CapacityPlan) -> None:
    """Months hold all costs; heads of groups follow the identity on average; each class is decided before it starts."""
    months, weeks = month_rows(made), week_rows(made)
    assert sum(row.total for row in months) == pytest.approx(made.judged.cost.mean())
    assert sum(row.cost for row in weeks) == pytest.approx(made.judged.cost.mean())
    assert sum(row.contacts for row in months) == pytest.approx(sum(row.contacts for row in weeks))
    for row in head_rows(made):
        assert row.opening + row.hired + row.moved_in - row.moved_out - row.left == pytest.approx(row.closing)
        assert row.closing_low <= row.closing_high
    assert all(row.decide_by < row.start < row.productive for row in class_rows(made))


def test_hire_one_for_each_leaver_costs_more_for_less(made: CapacityPlan) -> None:
    """The usual policy keeps the head count but not a rising promise."""
    usual = judge_entries(made.case, made.need, (), runs=300, seed=made.settings.seed, replace_leavers=True)
    assert usual.probability[8:].min() < made.lowest


def test_it_takes_more_people_to_reach_the_same_by_replacing(made: CapacityPlan) -> None:
    """The yardstick reaches the plan's service in the plan's futures, and people were added for it."""
    told: list[float] = []
    found = replacing_at(made, progress=told.append)
    assert found.lowest >= made.lowest > told[0]
    assert sum(entry.count for entry in found.entries) > 0
    assert found.judged.people.hired.sum() > made.judged.people.hired.sum()


def test_settings_are_checked() -> None:
    """Wrong ones name themselves."""
    with pytest.raises(ValueError, match="probability is 1"):
        CapacitySettings(probability=1.0)
    with pytest.raises(ValueError, match="rounds, runs"):
        CapacitySettings(rounds=0)
