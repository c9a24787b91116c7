"""Who could fill a gap: every proposal is legal and costs what the audit says, every refusal is true."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing.audit import audit_roster, roster_cost
from staffing.domain.people import Contract
from staffing.domain.problem import RosterProblem
from staffing.domain.roster import Roster
from staffing.domain.rules import WorkRules
from staffing.domain.shift import ShiftType
from staffing.solver.explain import fill_gap, fillers, why_shift
from staffing.solver.explain.trial import PERSONAL, personal_rules, rule_class
from tests.builders import make_agent, make_centre, make_email, make_problem, make_queue, make_roster, make_scenario

DAY = "phone 240 meal 30 phone 210"


def two_queues(people: int, **changes: object) -> RosterProblem:
    """Phone and mail; every third person serves both, the others the phone or the mail alone."""
    skills = [("phone", "email:0.9"), ("phone",), ("email",)]
    centre = make_centre(queues=(make_queue(), make_email()), **changes)
    agents = [make_agent(i, skills[i % 3]) for i in range(people)]
    return make_problem(make_scenario(centre, agents), required=[[2.0], [0.0]])


def hard(problem: RosterProblem, roster: Roster) -> set[tuple[object, ...]]:
    return {
        (v.rule, v.agent, v.day, tuple(sorted(v.detail.items())))
        for v in audit_roster(problem, roster)
        if v.severity == "hard"
    }


def check(problem: RosterProblem, roster: Roster, queue: int, slot: int) -> int:
    """All that must hold of an answer; the number of people who could help."""
    answer = fill_gap(problem, roster, queue, slot, most=100)
    known, cost = hard(problem, roster), roster_cost(problem, roster)
    before = roster.queue_at()
    for one in answer.fillers:
        changed = one.change.apply(roster)
        assert hard(problem, changed) <= known
        after = roster_cost(problem, changed)
        assert after.total - cost.total == pytest.approx(one.total, abs=1e-6)
        for name, value in after.components.items():
            assert value - cost.components[name] == pytest.approx(one.cost.get(name, 0.0), abs=1e-6)
        gained = (changed.queue_at() == queue)[one.agent, slot : answer.last].sum()
        gained -= (before == queue)[one.agent, slot : answer.last].sum()
        assert gained * problem.grid.step_h == pytest.approx(one.filled_h)
        assert one.filled_h > 0
    for refusal in answer.refusals:
        new = hard(problem, refusal.change.apply(roster)) - known
        assert {key[0] for key in new} == set(refusal.rules)
        assert refusal.rules
    named = {one.agent for one in answer.fillers} | {one.agent for one in answer.refusals}
    assert len(answer.fillers) + len(answer.refusals) == len(named)
    assert len(answer.fillers) == answer.legal
    return answer.legal


def test_a_colleague_on_the_mail_switches_for_the_price_of_what_is_lost():
    """The smallest change is another queue for the time of the gap."""
    problem = two_queues(3)
    slot = problem.grid.at(0, 9 * 60)
    required = np.zeros(problem.required.shape)
    required[0, slot : slot + 2] = 2.0
    problem = replace(problem, required=required)
    roster = make_roster(problem, (0, 0, "08:00", "email 240 meal 30 email 210"), (1, 0, "08:00", DAY))
    fixed = Contract("any", 0, 2400, 0, 6, ("only",))
    only = ShiftType("only", 480, 480, 30, (480,), ("meal",))
    problem = replace(problem, shifts=(only,), contracts=(fixed,))
    best, *_ = fillers(problem, roster, 0, slot, until=slot + 2)
    assert (best.agent, best.kind) == (0, "switch")
    assert best.filled_h == 1.0
    assert best.cost["short"] < 0
    assert check(problem, roster, 0, slot) >= 1


def test_who_cannot_is_told_the_rule():
    """No skill, on leave, or too many days: each refusal names its rule."""
    week = Contract("any", 0, 2400, 0, 5, ("day",))
    problem = two_queues(4, contracts=(week,))
    blocked = problem.blocked.copy()
    blocked[3] = True
    problem = replace(problem, blocked=blocked)
    rows = [(1, day, "08:00", "phone 240") for day in range(1, 6)]
    roster = make_roster(problem, *rows)
    slot = problem.grid.at(0, 8 * 60)
    found = {one.agent: one.rules for one in fill_gap(problem, roster, 0, slot).refusals}
    assert found[2][0] == "skills"
    assert found[3] == ("time_off",)
    assert 1 not in found  # gives up another day
    kinds = {one.agent: one.kind for one in fillers(problem, roster, 0, slot)}
    assert kinds[1] == "swap"
    check(problem, roster, 0, slot)


def test_a_break_in_the_gap_moves():
    """Somebody at lunch in the gap goes at another time."""
    problem = two_queues(2)
    roster = make_roster(problem, (1, 0, "08:00", DAY))
    slot = problem.grid.at(0, 12 * 60)
    kinds = {one.agent: one.kind for one in fillers(problem, roster, 0, slot, until=slot + 1)}
    assert kinds[1] == "break"


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), rest=st.sampled_from([0.0, 11.0, 14.0]), days=st.integers(2, 6))
def test_answers_are_true_for_any_roster(seed: int, rest: float, days: int):
    """Legality, cost and refusals agree with the audit on random rosters, legal or not."""
    rng = np.random.default_rng(seed)
    contract = Contract("any", 0, 2400, int(rng.integers(0, 3)), days, ("day",))
    rules = WorkRules(rest_h=rest, max_consecutive_days=int(rng.integers(2, 7)), weekend_days_max=1)
    problem = two_queues(int(rng.integers(2, 6)), contracts=(contract,), rules=rules)
    texts = {"phone": ("phone 240", DAY), "email": ("email 240", "email 240 meal 30 email 210")}
    rows = []
    for agent in range(len(problem.agents)):
        for day in np.flatnonzero(rng.random(7) < 0.5):
            queue = "email" if agent % 3 == 2 or (agent % 3 == 0 and rng.random() < 0.5) else "phone"
            start = f"{rng.integers(8, 11):02}:00"
            rows.append((agent, int(day), start, texts[queue][rng.integers(2)]))
    roster = make_roster(problem, *rows)
    slot = problem.grid.at(int(rng.integers(7)), int(rng.integers(16, 36)) * 30)
    check(problem, roster, int(rng.integers(2)), slot)


def test_a_closed_queue_and_a_slot_outside_are_refused():
    """Programming errors are told at once."""
    problem = two_queues(2)
    roster = make_roster(problem)
    with pytest.raises(ValueError, match="open"):
        fillers(problem, roster, 0, problem.grid.at(0, 0), until=problem.grid.at(0, 60))
    with pytest.raises(ValueError, match="horizon"):
        fillers(problem, roster, 0, problem.grid.n)


def test_every_component_of_one_person_depends_on_that_person_alone():
    """What a joint roster adds to a person's own components is what the change alone adds."""
    problem = two_queues(3)
    roster = make_roster(problem, (0, 0, "08:00", DAY), (1, 0, "08:00", DAY))
    one = make_roster(problem, (0, 0, "09:00", DAY), (1, 0, "08:00", DAY))
    both = make_roster(problem, (0, 0, "09:00", DAY), (1, 0, "10:00", DAY))
    costs = [roster_cost(problem, each) for each in (roster, one, both)]
    own = [{n: sum(t.value for t in c.terms if t.agent == 0 and t.component == n) for n in PERSONAL} for c in costs]
    assert own[1] == own[2]
    assert set(PERSONAL) <= set(costs[0].components)


def test_rules_are_classed_by_their_modules():
    """Every rule of the audit is a tour rule, a filter or a coupling rule."""
    assert {rule_class(rule) for rule in personal_rules()} == {"tour", "filter"}
    assert rule_class("span") == "coupling"


def test_alternatives_of_a_day_are_judged_by_the_audit():
    """Each alternative costs what the audit says and breaks exactly the rules named; the day off is one of them."""
    contract = Contract("any", 960, 2400, 2, 6, ("day",))
    problem = two_queues(3, contracts=(contract,))
    roster = make_roster(problem, (1, 0, "08:00", DAY), (1, 1, "09:00", DAY))
    answer = why_shift(problem, roster, 1, 0)
    known, cost = hard(problem, roster), roster_cost(problem, roster).total
    for one in answer.alternatives:
        changed = one.change.apply(roster)
        assert {key[0] for key in hard(problem, changed) - known} == set(one.rules)
        assert roster_cost(problem, changed).total - cost == pytest.approx(one.total, abs=1e-6)
    (off,) = [one for one in answer.alternatives if one.start < 0]
    assert set(off.rules) == {"contract_hours", "contract_days"}
    assert {one.start for one in answer.alternatives if not one.rules}
    assert answer.costs["wage"] > 0
