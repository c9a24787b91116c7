"""What-ifs: directions, the roster that there is, people hired, full answers."""

from dataclasses import replace
from itertools import pairwise

import pytest

from staffing.domain.people import TimeOff
from staffing.domain.scenario import Hire, LoadChange, TargetChange, WhatIf
from staffing.domain.shrinkage import ShrinkageReason
from staffing.errors import SettingsError
from staffing.measures.whatif import Outcome
from staffing.plan import PlanSettings
from staffing.planning import make_plan
from staffing.planning.whatif import changed_scenario, full_answer, full_outcome, needed_only, quick_answer
from staffing.planning.whatif.answer import _with_hires
from tests.builders import make_centre, make_email, make_queue, make_scenario
from tests.planning.small import MONDAY, phones
from tests.plans import make_plan_value, without_roster

SETTINGS = PlanSettings(first_day=MONDAY, time_limit_s=1.0, replications=20, workers=1, reproducible=True, rounds=0)
BASELINE = WhatIf("baseline")


@pytest.fixture(scope="module")
def plan():
    """Five people on the phone for two days, too few of them."""
    made = phones(5)
    scenario = replace(made.scenario, centre=replace(made.scenario.centre, slot_min=30))
    return make_plan(scenario, SETTINGS, forecast=made.forecast)


@pytest.fixture(scope="module")
def base(plan):
    return answer(plan, BASELINE)


def answer(plan, whatif) -> Outcome:
    return quick_answer(plan, whatif, replications=20)


def load(**changes) -> WhatIf:
    return WhatIf("load", loads=(LoadChange(**changes),))


def test_the_baseline_is_the_plan(plan, base):
    """Same requirement, same roster, nothing changed."""
    assert base.required_h == pytest.approx(plan.requirement.agents_gross.sum() * plan.requirement.grid.step_h)
    assert base.contacts == pytest.approx(plan.forecast.volume.sum())
    assert base.cost == pytest.approx(plan.cost.total)
    assert (base.changed_days, base.violations, base.people, base.kind) == (0, 0, 5, "quick")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("volume", (0.0, 0.6, 1.1, 1.5)),
        ("aht", (0.5, 0.9, 1.2)),
        ("deflected", (1.0, 0.5, 0.0)),
        ("absence", (0.0, 1.0, 3.0)),
    ],
)
def test_more_work_never_needs_fewer_agents(plan, name, values):
    """Hours required and short rise, service falls, when there is more to do or fewer come."""
    centre = plan.scenario.centre
    queues = tuple(replace(queue, unplanned_shrinkage=0.1) for queue in centre.queues)
    plan = replace(plan, scenario=replace(plan.scenario, centre=replace(centre, queues=queues)))
    asked = [WhatIf("x", absence=value) if name == "absence" else load(**{name: value}) for value in values]
    found = [quick_answer(plan, whatif, replications=0) for whatif in asked]
    for less, more in pairwise(found):
        assert more.required_h > less.required_h
        assert more.short_h >= less.short_h
    calm, busy = answer(plan, asked[1]), answer(plan, asked[-1])
    assert busy.service_floor <= calm.service_floor + 1e-9


def test_no_contacts_need_nobody(plan):
    found = answer(plan, load(volume=0.0))
    assert (found.contacts, found.required_h, found.short_h, found.service_floor) == (0.0, 0.0, 0.0, None)


def test_a_reason_of_absence_holds_on_its_days_only(plan, base):
    """Half of the staff away on the first day: twice the agents on the roster of that day."""
    whatif = WhatIf("ill", absences=(ShrinkageReason("flu", 0.5, start=MONDAY, end=MONDAY),))
    assert answer(plan, whatif).required_h == pytest.approx(1.5 * base.required_h)


def test_stricter_promises_need_more(plan, base):
    strict = answer(plan, WhatIf("strict", targets=(TargetChange("phone", 0.95, 5.0),)))
    sure = answer(plan, WhatIf("sure", targets=(TargetChange("phone", probability=0.95),)))
    assert strict.required_h > base.required_h
    assert sure.required_h >= base.required_h
    assert strict.queues[0].target == 0.95


def test_people_hired_work_beside_the_roster(plan, base):
    """Two more fill gaps; nobody else moves, and each has a legal week."""
    whatif = WhatIf("hire", hires=(Hire("a0", 2),))
    found = answer(plan, whatif)
    assert found.people == 7
    assert found.short_h < base.short_h
    assert found.assigned_h > base.assigned_h
    assert found.violations == 0
    problem = made_problem(plan, whatif)
    roster = _with_hires(problem, plan.roster, 5)
    old = roster.agent < 5
    for name in ("agent", "day", "start", "end", "activity", "queue"):
        assert getattr(roster, name)[old].tolist() == getattr(plan.roster, name).tolist()


def made_problem(plan, whatif):
    from staffing.domain.assemble import roster_problem

    return roster_problem(changed_scenario(plan.scenario, whatif), plan.requirement, plan.table)


def test_learners_are_worth_less(plan):
    """People at half speed cover half."""
    full, half = (answer(plan, WhatIf("hire", hires=(Hire("a0", 2, speed),))) for speed in (1.0, 0.5))
    assert half.short_h > full.short_h


def test_a_rule_is_checked_on_the_roster_that_there_is(plan):
    """A rest of 20 hours between shifts cannot be kept by people who work two days in a row."""
    found = answer(plan, WhatIf("rest", rules=(("rest_h", 20.0),)))
    assert found.violations > 0
    assert answer(plan, WhatIf("price", rules=(("short_per_h", 0.0), ("short_severe_per_h", 0.0)))).cost < found.cost


@pytest.mark.parametrize(
    "whatif",
    [
        WhatIf("x", loads=(LoadChange(2.0, queues=("fax",)),)),
        WhatIf("x", absences=(ShrinkageReason("ill", 0.1, queues=("fax",)),)),
        WhatIf("x", targets=(TargetChange("fax", 0.9),)),
        WhatIf("x", targets=(TargetChange("email", answer_within_s=20.0),)),
        WhatIf("x", hires=(Hire("nobody", 1),)),
        WhatIf("x", rules=(("max_consecutive_days", 2.5),)),
    ],
)
def test_what_is_not_known_is_refused(whatif):
    scenario = make_scenario(make_centre(queues=(make_queue(), make_email())))
    with pytest.raises(SettingsError, match="expected"):
        changed_scenario(scenario, whatif)


def test_ids_of_people_hired_are_their_own():
    """Somebody who is called new-1 already stays alone with that name; leave is nobody's but its owner's."""
    scenario = make_scenario(agents=2)
    known = replace(scenario.agents[0], id="new-1")
    scenario = replace(scenario, agents=(known, scenario.agents[1]))
    leave = TimeOff("new-1", *(plan_moment(day) for day in (5, 6)), "leave")
    changed = changed_scenario(
        replace(scenario, time_off=(leave,)), WhatIf("x", hires=(Hire("new-1", 2), Hire("a1", 1)))
    )
    assert [agent.id for agent in changed.agents] == ["new-1", "a1", "new-2", "new-3", "new-4"]
    assert changed.time_off == (leave,)


def plan_moment(day: int):
    from datetime import UTC, datetime

    return datetime(2026, 1, day, tzinfo=UTC)


def test_without_a_roster_there_is_only_the_need(plan):
    found = quick_answer(without_roster(make_plan_value()), load(volume=2.0))
    assert found.kind == "need"
    assert found.required_h > 0
    assert (found.cost, found.short_h, found.violations, found.service_floor) == (None, None, None, None)


def test_a_full_answer_searches_for_the_scenario(plan, base):
    """A third less work and two more people: a roster of its own costs no more."""
    whatif = WhatIf("calm", loads=(LoadChange(0.7),), hires=(Hire("a0", 2),))
    answered = full_answer(plan, whatif)
    found = full_outcome(plan, answered, whatif)
    quick = answer(plan, whatif)
    assert (found.kind, found.people, found.violations) == ("full", 7, 0)
    assert found.required_h == pytest.approx(quick.required_h)
    assert found.cost <= quick.cost + 1e-6
    assert found.changed_days > 0
    assert answered.problem.grid.first_day == plan.problem.grid.first_day
    assert Outcome.of_dict(found.as_dict()) == found


def test_the_need_of_a_centre_without_a_plan():
    """From history alone: more contacts need more hours."""
    scenario = make_scenario(agents=0)
    less, more = needed_only(scenario, (BASELINE, load(volume=1.5)), settings=replace(SETTINGS, first_day=None))
    assert more.contacts == pytest.approx(1.5 * less.contacts)
    assert more.required_h > less.required_h > 0
