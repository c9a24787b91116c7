"""Idle agents of answer queues do deferred work before anybody is rostered for it."""

from collections import deque
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from staffing.audit import deferred_work
from staffing.domain.assemble import roster_problem, skilled_shares
from staffing.domain.queue import Channel, DeadlineTarget, DeadlineUnit
from staffing.domain.requirement import PoolNeed, Workload
from staffing.erlang import require_agents, service_level
from staffing.erlang.blending import Crew, idle_agents, idle_credit, live_crews
from staffing.erlang.levelling import level_workloads
from tests.builders import make_agent, make_centre, make_email, make_grid, make_queue, make_scenario, make_table
from tests.erlang.test_requirement import make_forecast

PHONE, SALES = make_queue("phone"), make_queue("sales")
MAIL = make_email("mail", target=DeadlineTarget(24, DeadlineUnit.HOURS), blended=True)
PAPER = make_email("paper", target=DeadlineTarget(24, DeadlineUnit.HOURS))


def test_a_reserve_stays_idle() -> None:
    """Of 25 agents with 15 busy, half the square root of 25 is kept; a full or empty crew gives nothing."""
    assert idle_agents(np.array([25.0, 16.0, 0.0, 4.0]), np.array([15.0, 16.0, 0.0, 9.0])).tolist() == [7.5, 0, 0, 0]


def test_credit_counts_the_skilled_and_only_for_blended_queues() -> None:
    """Half of phone's and all of sales' idle agents can do mails; together no agent is counted twice."""
    queues = (PHONE, SALES, MAIL, PAPER, replace(MAIL, id="post"))
    agents = np.array([[25.0], [100.0], [9.0], [9.0], [9.0]])
    load = np.array([[15.0], [85.0], [0.0], [0.0], [0.0]])
    skilled = {("mail", "phone"): 0.5, ("mail", "sales"): 1.0, ("post", "phone"): 0.4, ("paper", "phone"): 1.0}
    crews = [Crew((row,), agents[row], load[row]) for row in (0, 1)]
    credit, together = idle_credit(queues[2:], queues, crews, 0.5, skilled)
    assert credit[:, 0].tolist() == [0.5 * 3.75 + 5.0, 0.0, pytest.approx(0.4 * 3.75)]
    assert together.tolist() == [0.5 * 3.75 + 5.0]
    everybody, _ = idle_credit(queues[2:], queues, crews, 0.5, None)
    assert everybody[:, 0].tolist() == [8.75, 0.0, 8.75]


def played(agents: int, load: float, *, laid_down: bool, calls: int = 40_000) -> tuple[float, float]:
    """Service level in 15 s of calls of 300 s (patience 180 s), and agents busy with endless paper work of 600 s."""
    rng = np.random.default_rng(3)
    busy, paper, clock, in_time, worked = 0, 0, 0.0, 0, 0.0
    line: deque[tuple[float, float]] = deque()
    draws = iter(rng.random((12 * calls, 3)))
    offered = 0
    while offered < calls:
        while agents - busy - paper > 0.5 * np.sqrt(agents):
            paper += 1
        rate = load / 300 + busy / 300 + paper / 600
        draw = next(draws)
        passed = -np.log(draw[0]) / rate
        clock, worked = clock + passed, worked + paper * passed
        place = draw[1] * rate
        if place < load / 300:
            offered += 1
            if busy + paper < agents or (laid_down and paper):
                paper -= busy + paper == agents
                busy, in_time = busy + 1, in_time + 1
            else:
                line.append((clock, clock - 180 * np.log(draw[2])))
            continue
        if place < (load + busy) / 300:
            busy -= 1
        else:
            paper -= 1
        while line:
            arrived, leaves = line.popleft()
            if leaves >= clock:
                busy, in_time = busy + 1, in_time + (clock - arrived <= 15)
                break
    return in_time / calls, worked / clock


def test_callers_do_not_notice_work_that_is_laid_down() -> None:
    """A crew of 49 at 40 erlangs keeps its level and does more than is counted on; conversations would ruin it."""
    alone = float(service_level(49, 40.0, aht_s=300, patience_s=180, answer_within_s=15))
    level, idle = played(49, 40.0, laid_down=True)
    assert level == pytest.approx(alone, abs=0.015)
    assert idle > idle_agents(np.array(49.0), np.array(40.0))
    level, _ = played(49, 40.0, laid_down=False)
    assert level < alone - 0.25


def test_conversations_are_not_blended() -> None:
    """A callback cannot be laid down when the phone rings."""
    calls = replace(MAIL, id="calls", channel=Channel.CALLBACK)
    credit, together = idle_credit([calls], (PHONE,), [Crew((0,), np.array([25.0]), np.array([5.0]))], 0.5, None)
    assert credit.tolist() == [[0.0]]
    assert together.tolist() == [0.0]


def test_a_pool_is_one_crew() -> None:
    """Queues with common agents have the idle agents of the pool, not of each as if it stood alone."""
    centre = make_centre(queues=(PHONE, SALES, MAIL))
    found = require_agents(
        centre, make_forecast(centre, make_grid(days=1), phone=30.0, sales=30.0, mail=12.0), make_table(), skilled={}
    )
    apart = live_crews(found, centre.queues)
    assert [crew.rows for crew in apart] == [(0,), (1,)]
    pool = PoolNeed(
        ("phone", "sales"), np.maximum(0.0, found.agents[:2].sum(axis=0) - 1.0), found.agents[0], found.expected_sl[0]
    )
    (whole,) = live_crews(replace(found, pools=(pool,)), centre.queues)
    assert whole.rows == (0, 1)
    np.testing.assert_array_equal(whole.agents, pool.agents)
    np.testing.assert_array_equal(whole.load_erl, found.load_erl[:2].sum(axis=0))
    credit, _ = idle_credit([MAIL], centre.queues, [whole], 0.5, {("mail", "phone"): 0.5})
    np.testing.assert_allclose(credit[0], 0.25 * 0.5 * idle_agents(whole.agents, whole.load_erl))


def test_shares_of_skilled_people() -> None:
    """Two of three phone agents can do mails; queues that are not blended have no share; nobody known is None."""
    people = tuple(make_agent(i, skills) for i, skills in enumerate((("phone", "mail"), ("phone",), ("phone", "mail"))))
    queues = (PHONE, SALES, MAIL, PAPER)
    assert skilled_shares(people, queues) == {("mail", "phone"): pytest.approx(2 / 3)}
    assert skilled_shares((), queues) is None


@given(st.integers(0, 2**32 - 1))
def test_who_keeps_the_rest_of_the_tube_keeps_the_whole(seed: int) -> None:
    """Work along either edge of what is left for the roster, plus the idle agents' hours, stays in the whole tube."""
    rng = np.random.default_rng(seed)
    arrived = np.cumsum(rng.gamma(1.0, 2.0, 24))
    due = np.concatenate((np.zeros(4), arrived[:-4]))
    idle = rng.gamma(1.0, 0.7, (1, 24))
    tube = Workload("mail", arrived, due)
    level = level_workloads([tube], np.ones((1, 24), dtype=bool), 1.0, np.zeros(24, dtype=np.int64), idle_h=idle)
    tube = replace(tube, idle_h=level.idle_h[0])
    rest = tube.of_roster()
    helped = np.cumsum(level.idle_h[0])
    for edge in (rest.earliest_h, rest.latest_h):
        assert np.all(np.diff(edge, prepend=0.0) >= -1e-9)
        assert np.all(edge + helped <= arrived + 1e-6)
        assert np.all(edge + helped >= due - 1e-6)


def test_requirement_with_and_without_blending() -> None:
    """Idle phone agents take over part of the mails: fewer agents for mail, a lower tube for the roster, a note."""
    grid, table = make_grid(days=7), make_table()
    people = tuple(make_agent(i, ("phone", "mail")) for i in range(3))
    plain = make_centre(queues=(PHONE, replace(MAIL, blended=False)))
    mixed = make_centre(queues=(PHONE, MAIL))
    volume = {"phone": 30.0, "mail": 12.0}
    before = require_agents(plain, make_forecast(plain, grid, **volume), table)
    shares = skilled_shares(people, mixed.queues)
    after = require_agents(mixed, make_forecast(mixed, grid, **volume), table, skilled=shares)
    assert before.workload[0].idle_h is None
    helped = after.workload[0].idle_h
    assert helped is not None
    spare = idle_agents(before.agents[0], before.load_erl[0]) * 0.5
    assert 0.0 < helped.sum() <= spare.sum() + 1e-6
    np.testing.assert_array_equal(after.agents[0], before.agents[0])
    assert after.agents[1].sum() * 0.5 == pytest.approx(before.agents[1].sum() * 0.5 - helped.sum(), rel=0.02)
    notes = {note.code: dict(note.params) for note in after.notes}
    assert notes["requirement_idle_hours"] == {"queue": "mail", "hours": round(helped.sum(), 1)}
    assert "requirement_blended_assumed" not in notes
    alone = require_agents(mixed, make_forecast(mixed, grid, **volume), table, skilled={})
    np.testing.assert_allclose(alone.agents, before.agents, atol=1e-6)
    assumed = require_agents(mixed, make_forecast(mixed, grid, **volume), table)
    assert "requirement_blended_assumed" in {note.code for note in assumed.notes}
    np.testing.assert_allclose(assumed.agents, after.agents, atol=1e-6)


def test_the_roster_is_asked_for_the_rest_only() -> None:
    """The problem's tube is lower by the idle hours, so a roster that leaves them to idle agents is not late."""
    centre = make_centre(queues=(PHONE, MAIL))
    people = tuple(make_agent(i, ("phone", "mail")) for i in range(3))
    scenario = make_scenario(centre, people)
    forecast = make_forecast(centre, make_grid(days=7), phone=30.0, mail=12.0)
    whole = require_agents(centre, forecast, make_table(), skilled=skilled_shares(people, centre.queues))
    problem = roster_problem(scenario, whole, make_table())
    work = whole.workload[0]
    assert work.idle_h is not None
    due_h = work.latest_h[-1] * work.gross_factor
    assert problem.latest_h[1, -1] == pytest.approx(due_h - work.idle_h.sum() * work.gross_factor, abs=1e-6)
    coverage = np.zeros((2, problem.grid.n))
    coverage[1] = whole.agents_gross[1]
    done = deferred_work(problem, coverage)
    assert done.undone_h[1] == pytest.approx(0.0, abs=1e-6)
    bare = roster_problem(scenario, replace(whole, workload=(replace(work, idle_h=None),)), make_table())
    assert deferred_work(bare, coverage).undone_h[1] > 1.0
