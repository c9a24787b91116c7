"""Problems searched in parts: what is tied, what each part is, and that the sums are those of the whole."""

from dataclasses import fields, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing.audit import audit_roster, roster_cost
from staffing.domain.carried import Carried
from staffing.domain.people import Activity, Contract, Role
from staffing.domain.problem import RosterProblem
from staffing.domain.result import SolveEvent
from staffing.domain.roster import Roster
from staffing.domain.rules import WorkRules
from staffing.planning.parts import parts_notes
from staffing.solver import solve as solve_module
from staffing.solver import solve_roster
from staffing.solver.parts import ties
from staffing.solver.parts.apart import lanes_for
from staffing.solver.parts.take import joined, people_problem
from staffing.solver.parts.ties import components, merged, sites
from staffing.solver.parts.weeks import week_problem, weeks_apart
from tests.builders import MONDAY, make_agent, make_email, make_queue
from tests.solver.random_centres import random_centre
from tests.solver.tiny import cheapest_of_all, check, kernels_ready, solved, tiny_problem


@pytest.fixture(autouse=True)
def short_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts may be as short as the searches of these tests."""
    monkeypatch.setattr(solve_module, "PART_S", 0.1)


QUEUES = {"queues": (make_queue("phone"), make_queue("chat"))}


def two_halves(days: int = 2, people: int = 4, **changes: object) -> RosterProblem:
    """Every other agent serves the phone, the others the chat."""
    agents = [make_agent(number, (("phone", "chat")[number % 2],)) for number in range(people)]
    need = np.stack([np.full(24 * days, 1.3), np.full(24 * days, 1.6)])
    return tiny_problem(agents=agents, required=need, days=days, centre_changes=QUEUES, **changes)  # type: ignore[arg-type]


def test_people_who_share_nothing_are_components() -> None:
    """Queues tie; people without any queue are of the smallest component, queues that nobody serves of the largest."""
    problem = two_halves(people=5)
    assert [part.agents.tolist() for part in components(problem)] == [[0, 2, 4], [1, 3]]
    assert [part.queues.tolist() for part in components(problem)] == [[0], [1]]
    alone = replace(problem, proficiency=np.array([[1.0, 0], [0, 0], [1, 0], [0, 0], [0, 0]]))
    assert [part.agents.tolist() for part in components(alone)] == [[0, 1, 2, 3, 4]]
    assert [part.queues.tolist() for part in components(alone)] == [[0, 1]]
    nobody = replace(problem, proficiency=np.zeros((5, 2)))
    assert [part.agents.tolist() for part in components(nobody)] == [[0, 1, 2, 3, 4]]


def test_sessions_and_supervisors_tie() -> None:
    """People of one session, and those whom one supervisor leads, stay together."""
    start = datetime.combine(MONDAY, datetime.min.time(), ZoneInfo("Asia/Shanghai"))
    course = Activity("course", "training", ("a0", "a1"), 60, start, start + timedelta(days=2), together=True)
    assert len(components(two_halves(scenario_changes={"activities": (course,)}))) == 1
    led = two_halves()
    heads = replace(led.agents[0], role="supervisor")
    roles = (Role("representative"), Role("supervisor", ("representative",), 3))
    assert len(components(replace(led, roles=roles, agents=(heads, *led.agents[1:])))) == 1
    assert len(components(replace(led, reserves=("chat",)))) == 1


def test_locked_work_ties() -> None:
    """Somebody locked on a queue belongs to those who serve it, whatever their skills."""
    problem = two_halves()
    row = {name: np.array([value]) for name, value in (("agent", 0), ("day", 0), ("start", 9), ("end", 12))}
    rest = {"activity": np.array([0]), "queue": np.array([1]), "locked": np.array([True])}
    locked = Roster(problem.grid, tuple(a.id for a in problem.agents), problem.queues, **row, **rest)
    assert len(components(replace(problem, locked=locked))) == 1


def test_small_parts_are_put_together() -> None:
    """At most as many parts as asked for; nobody and no queue is lost."""
    problem = two_halves(people=6)
    (one,) = merged(components(problem), 1)
    assert one.agents.tolist() == list(range(6))
    assert one.queues.tolist() == [0, 1]
    assert one.share.tolist() == [1, 1]


@pytest.mark.parametrize(
    ("sizes", "workers", "count"), [([5], 4, 1), ([90, 10], 2, 1), ([50, 50], 2, 2), ([9] * 6, 3, 3)]
)
def test_lanes_are_about_even(sizes: list[int], workers: int, count: int) -> None:
    """Every part is in one lane, and there are as many lanes as can be filled evenly."""
    lanes = lanes_for(sizes, workers)
    assert len(lanes) == count
    assert sorted(number for lane in lanes for number in lane) == list(range(len(sizes)))


def test_parts_cost_what_the_whole_costs() -> None:
    """Two parts solved to the end are the cheapest roster of all, their bounds together its bound; events tell sums."""
    problem = two_halves(days=1)
    seen: list[SolveEvent] = []
    apart = solved(problem, 4.0, on_event=seen.append)
    whole = solved(problem, 1.0, parts="whole")
    assert [(part.cut, part.agents, part.queues) for part in apart.parts] == [
        ("component", 2, ("phone",)),
        ("component", 2, ("chat",)),
    ]
    assert whole.parts == ()
    assert apart.status == "optimal"
    alone = [cheapest_of_all(tiny_problem(agents=2, required=need)) for need in (1.3, 1.6)]
    assert apart.objective == pytest.approx(sum(alone))
    assert apart.objective == pytest.approx(sum(part.objective or 0.0 for part in apart.parts))
    assert apart.bound == pytest.approx(sum(part.bound or 0.0 for part in apart.parts))
    assert tuple(seen) == apart.events
    (note,) = parts_notes(apart)
    assert (note.code, dict(note.params)) == ("parts_component", {"parts": 2, "smallest": 2, "largest": 2})
    assert parts_notes(whole) == ()


def test_fair_shares_are_counted_from_the_least_of_everybody() -> None:
    """A part prices weekend days as the whole does, where the one who had least is in the other part."""
    problem = two_halves(days=1, first_day=date(2026, 3, 7), rules=WorkRules(fairness=30.0))
    duties = np.array([[4, 0, 0], [1, 0, 0], [5, 0, 0], [2, 0, 0]])
    past = {**{field.name: getattr(problem.carried, field.name) for field in fields(Carried)}, "duties": duties}
    check(problem := replace(problem, carried=Carried(**past)), found := solve_roster(problem, time_limit_s=0.5))
    assert len(found.parts) == 2
    assert roster_cost(problem, found.roster).components["fairness"] > 0  # type: ignore[arg-type]


def test_reproducible_parts_are_identical() -> None:
    """The same roster, bound and parts twice, with two lanes at once."""
    problem = two_halves(days=1)
    one, two = (solved(problem, 0.4, reproducible=True, seed=4) for _ in range(2))
    assert len(one.parts) == 2
    assert one.parts == two.parts
    assert one.roster is not None
    assert two.roster is not None
    for name in ("agent", "start", "end", "activity", "queue"):
        assert np.array_equal(getattr(one.roster, name), getattr(two.roster, name))


@pytest.mark.parametrize("parts", ["auto", "weeks"])
def test_stop_reaches_all_parts(parts: str) -> None:
    """A stop at once still gives everybody a legal week."""
    problem = two_halves(days=14) if parts == "auto" else tiny_problem(agents=3, days=14, required=1.7)
    kernels_ready()
    result = solve_roster(problem, time_limit_s=60.0, should_stop=lambda: True, parts=parts)
    assert len(result.parts) == 2
    assert result.stop_reason == "stopped"
    check(problem, result)


def test_unknown_cut_is_refused() -> None:
    """The ways to cut are named."""
    with pytest.raises(ValueError, match="parts is 'half', expected auto, whole, sites, weeks"):
        solve_roster(tiny_problem(agents=0), parts="half")


def shared_queue(people: int = 8, **changes: object) -> RosterProblem:
    """Two sites with a queue each; every other person of a site serves a third queue too, one that one alone."""
    skills = [("phone", "both") if n % 4 < 2 else ("phone",) for n in range(people)]
    agents = [
        make_agent(n, tuple("chat" if name == "phone" and n % 2 else name for name in skills[n])) for n in range(people)
    ]
    agents.append(make_agent(people, ("both",)))
    queues = {"queues": (make_queue("phone"), make_queue("chat"), make_queue("both"))}
    return tiny_problem(
        agents=agents, required=np.array([[1.2], [1.4], [1.1]]) * np.ones((3, 24)), centre_changes=queues, **changes
    )  # type: ignore[arg-type]


def test_sites_share_a_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sites are found by the queue they share, its work is divided, and the result tells what the cut cost."""
    problem = shared_queue()
    assert sites(problem) == []  # too few people to cut
    monkeypatch.setattr(ties, "SITE_PEOPLE", 2)
    found = sites(problem)
    assert [part.agents.tolist() for part in found] == [[0, 2, 4, 6, 8], [1, 3, 5, 7]]
    assert sum(part.share for part in found).tolist() == pytest.approx([1, 1, 1])
    assert all(part.share[2] > 0 for part in found)
    parts = [people_problem(problem, part) for part in found]
    assert np.allclose(parts[0].required[1] + parts[1].required[1], problem.required[2])
    result = solved(problem, 1.0, parts="sites")
    assert [(part.cut, part.agents) for part in result.parts] == [("site", 5), ("site", 4)]
    assert result.joined_cost is not None
    assert result.objective is not None
    assert result.objective <= result.joined_cost + 1e-6
    assert [note.code for note in parts_notes(result)] == ["parts_site", "parts_joined"]


def test_week_after_week() -> None:
    """Weeks are planned one after another; the joined roster is improved and told."""
    email = make_email("email")
    agents = [make_agent(n, ("phone", "email")) for n in range(3)]
    problem = tiny_problem(
        agents=agents,
        days=14,
        required=np.stack([np.full(336, 1.4), np.zeros(336)]),
        centre_changes={"queues": (make_queue(), email)},
        contract=Contract("any", 900, 1800, 3, 5, ("day",)),
    )
    result = solved(problem, 1.5, parts="weeks")
    assert [(part.cut, part.first_day, part.days) for part in result.parts] == [("week", 0, 7), ("week", 7, 7)]
    assert result.joined_cost is not None
    assert result.objective is not None
    assert result.objective <= result.joined_cost + 1e-6
    assert [note.code for note in parts_notes(result)] == ["parts_week", "parts_joined"]


def test_weeks_with_sums_over_them_stay_together() -> None:
    """Hours, nights or weekends of a period cannot be shared out week by week."""
    problem = tiny_problem(agents=2, days=14)
    assert weeks_apart(problem)
    assert not weeks_apart(tiny_problem(agents=2))
    assert not weeks_apart(replace(problem, rules=replace(problem.rules, weekends_max_per_period=1)))
    assert not weeks_apart(
        tiny_problem(agents=2, days=14, contract=replace(problem.contracts[0], period_minutes_max=900))
    )


def test_weeks_that_stay_together_are_told() -> None:
    """Whoever asks for a cut by weeks hears that sums over them forbade it; a single week has nothing to cut."""
    problem = tiny_problem(agents=2, days=14)
    problem = replace(problem, rules=replace(problem.rules, weekends_max_per_period=1))
    result = solved(problem, 0.2, parts="weeks")
    assert [note.code for note in parts_notes(result, "weeks", 14)] == ["parts_weeks_counted"]
    assert parts_notes(result, "auto", 14) == parts_notes(result, "weeks", 7) == ()


@pytest.mark.parametrize("number", [3, 39, 84, 143])
def test_a_week_knows_what_came_before(number: int) -> None:
    """Whoever has legal weeks keeps all rules over both, the second planned on what the first carries into it."""
    problem = random_centre(number)
    kernels_ready()
    assert weeks_apart(problem)
    rosters: list[Roster] = []
    without: set[int | None] = set()
    for week in range(problem.weeks):
        found = solve_roster(week_problem(problem, week, joined(problem, rosters)), time_limit_s=0.2)
        assert found.roster is not None
        without |= {reason.agent for reason in found.reasons}
        rosters.append(found.roster)
    hard = [v for v in audit_roster(problem, joined(problem, rosters)) if v.severity == "hard"]
    assert [v for v in hard if v.agent not in without] == []
    assert len(without) < len(problem.agents)


def test_every_field_of_a_problem_is_cut_or_shared() -> None:
    """A new field must be thought about in `parts`: it is one of agents, of queues, of days, or of all."""
    assert {field.name for field in fields(RosterProblem)} == {
        *(
            "grid",
            "table",
            "agents",
            "contracts",
            "shifts",
            "breaks",
            "roles",
            "rules",
            "costs",
            "queues",
            "proficiency",
        ),
        *(
            "is_open",
            "required",
            "deadline",
            "earliest_h",
            "latest_h",
            "blocked",
            "leave_days",
            "last_end",
            "run_before",
        ),
        *("fixed", "activities", "wishes", "reserves", "locked", "reference", "notice_until", "pool_member"),
        *("pool_required", "carried", "pattern", "paid_before", "severe_from", "short_weight"),
    }


def split_centre(number: int) -> RosterProblem:
    """A random centre without supervision; every other agent serves the last queue only, the others those before it."""
    problem = random_centre(number)
    last = np.arange(len(problem.queues)) == len(problem.queues) - 1
    odd = np.arange(len(problem.agents))[:, None] % 2 == 1
    roles = tuple(replace(role, supervises=()) for role in problem.roles)
    return replace(problem, roles=roles, proficiency=np.where(last == odd, problem.proficiency, 0.0))


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 400), st.integers(0, 400))
def test_any_roster_costs_the_sum_of_its_parts(first: int, second: int) -> None:
    """Any roster is priced and audited part by part as it is whole."""
    one = split_centre(first)
    groups = components(one)
    rng = np.random.default_rng(second)
    rows = []
    for agent in range(len(one.agents)):
        for day in range(one.grid.days):
            if rng.random() < 0.5:
                start = int(one.grid.day_start[day]) + int(rng.integers(6, 14))
                rows.append((agent, day, start, start + 6))
    agent, day, start, end = np.array(rows, dtype=np.int64).reshape(-1, 4).T
    able = [np.flatnonzero(one.proficiency[a] > 0) for a in agent]
    queue = np.array([int(rng.choice(own)) if len(own) else -1 for own in able], dtype=np.int64)
    zero = np.zeros(len(agent), dtype=np.int64)
    whole = Roster(one.grid, tuple(a.id for a in one.agents), one.queues, agent, day, start, end, zero, queue, zero > 0)
    parts = []
    for people in groups:
        own = np.isin(whole.agent, people.agents)
        place = np.searchsorted(people.agents, whole.agent[own])
        place_of = np.searchsorted(people.queues, whole.queue[own])
        served = np.where(whole.queue[own] >= 0, place_of, -1)
        problem = people_problem(one, people)
        columns = (
            place,
            whole.day[own],
            whole.start[own],
            whole.end[own],
            whole.activity[own],
            served,
            whole.locked[own],
        )
        parts.append((problem, Roster(one.grid, tuple(a.id for a in problem.agents), problem.queues, *columns)))
    total = sum(roster_cost(problem, roster).total for problem, roster in parts)
    assert total == pytest.approx(roster_cost(one, whole).total)
    hard = [v.rule for problem, roster in parts for v in audit_roster(problem, roster) if v.severity == "hard"]
    assert sorted(hard) == sorted(v.rule for v in audit_roster(one, whole) if v.severity == "hard")
    back = joined(one, [roster for _, roster in parts])
    assert np.array_equal(back.queue, whole.queue)


def test_an_error_in_one_part_ends_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """What one part raises comes through, and the other part is told to stop."""
    real, others = solve_module.search, []

    def failing(problem: RosterProblem, *rest: object) -> object:
        if problem.queues == ("chat",):
            raise RuntimeError("broken part")
        others.append(real(problem, *rest))  # type: ignore[arg-type]
        return others[-1]

    kernels_ready()
    monkeypatch.setattr(solve_module, "search", failing)
    with pytest.raises(RuntimeError, match="broken part"):
        solve_roster(two_halves(days=14), time_limit_s=300.0)
    assert [result.stop_reason for result, _ in others] == ["stopped"]
