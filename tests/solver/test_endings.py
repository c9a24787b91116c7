"""How a search ends: stopped, reproducible, without a legal week, over a change of clocks, past midnight."""

import time
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from staffing.domain.people import Contract, TimeOff
from staffing.domain.queue import OpeningHours
from staffing.domain.result import SolveEvent
from staffing.domain.rules import WorkRules
from staffing.domain.shift import ShiftType
from staffing.solver import solve_roster
from tests.builders import MONDAY, make_agent, make_problem, make_queue
from tests.solver.tiny import check, solved, tiny_problem

ALWAYS = OpeningHours((((0, 1440),),) * 7, ((0, 1440),))


def test_no_agents_is_no_plan() -> None:
    """Nobody to plan: no roster, and the reason says so."""
    result = solve_roster(tiny_problem(agents=0), time_limit_s=1.0)
    assert result.roster is None
    assert (result.status, result.stop_reason) == ("none", "no_plan")


def test_agent_without_legal_week_is_named() -> None:
    """The other agent is planned; the one on leave too long gets no shift, and the broken rule is told."""
    contract = Contract("any", 900, 1800, 3, 5, ("day",))
    zone = ZoneInfo("Asia/Shanghai")
    start = datetime.combine(MONDAY, datetime.min.time(), zone)
    away = TimeOff("a0", start, start + timedelta(days=5), "unavailable")
    problem = tiny_problem(agents=2, days=7, contract=contract, scenario_changes={"time_off": (away,)})
    result = solved(problem, 3.0)
    assert result.status == "infeasible"
    assert {reason.agent for reason in result.reasons} == {0}
    assert result.roster is not None
    assert {shift.agent for shift in result.roster.shifts()} == {1}


@pytest.mark.parametrize("calls", [0, 2, 8])
def test_stop_returns_a_legal_roster_soon(calls: int) -> None:
    """Whenever somebody says stop, a legal roster is there within two seconds."""
    problem = make_problem(agents=12, required=6.0)
    solve_roster(problem, time_limit_s=0.5)  # kernels are ready
    asked = []

    def should_stop() -> bool:
        asked.append(time.monotonic())
        return len(asked) > calls

    result = solve_roster(problem, time_limit_s=30.0, should_stop=should_stop)
    assert time.monotonic() - asked[min(calls, len(asked) - 1)] < 2.5
    assert result.stop_reason == "stopped"
    check(problem, result)


def test_reproducible_runs_are_identical() -> None:
    """Same problem and seed give the same roster; the clock is not asked."""
    problem = make_problem(agents=7, required=np.linspace(1, 4, 336)[None, :])
    one, two = (solve_roster(problem, seed=3, reproducible=True, time_limit_s=0.5) for _ in range(2))
    assert one.roster is not None
    assert two.roster is not None
    for name in ("agent", "start", "end", "activity", "queue"):
        assert np.array_equal(getattr(one.roster, name), getattr(two.roster, name))
    assert one.bound == two.bound


def test_limit_is_kept_and_events_stream() -> None:
    """Seconds are kept within ten percent and a little; events carry phases, falling costs and rising bounds."""
    problem = make_problem(agents=10, required=5.3)
    solve_roster(problem, time_limit_s=0.5)
    seen: list[SolveEvent] = []
    begun = time.monotonic()
    result = solve_roster(problem, time_limit_s=4.0, on_event=seen.append)
    assert time.monotonic() - begun < 5.0
    assert tuple(seen) == result.events
    assert {"construct", "bound", "improve", "polish"} <= {event.phase for event in seen}
    bounds = [event.bound for event in seen if event.bound is not None]
    assert bounds == sorted(bounds)
    check(problem, result)


def test_start_roster_is_never_worsened() -> None:
    """A search that begins with a roster ends with one at most as dear."""
    problem = make_problem(agents=8, required=3.3)
    first = solved(problem, 3.0)
    again = solved(problem, 1.0, start=first.roster, seed=5)
    assert again.objective is not None
    assert first.objective is not None
    assert again.objective <= first.objective + 1e-6


@pytest.mark.parametrize("first_day", [date(2026, 3, 8), date(2026, 11, 1)])
def test_days_of_23_and_25_hours(first_day: date) -> None:
    """Rest and lengths count in elapsed hours where the clocks change; New York, in spring and in autumn."""
    nights = ShiftType("day", 0, 1380, 60, (360,), ())
    problem = tiny_problem(
        agents=2,
        required=1.0,
        days=2,
        shift=nights,
        breaks=(),
        first_day=first_day,
        timezone="America/New_York",
        rules=WorkRules(rest_h=11.0),
        centre_changes={"queues": (make_queue(hours=ALWAYS),)},
    )
    assert problem.grid.n in (47, 49)
    assert solved(problem, 3.0).status in ("optimal", "feasible")


def test_night_shift_leaves_the_horizon() -> None:
    """A shift of the last evening goes on past the end; only slots of the horizon count."""
    late = ShiftType("day", 1320, 1320, 60, (480,), ())
    needed = np.zeros((1, 24))
    needed[0, 22:] = 1.0
    problem = tiny_problem(
        required=needed, shift=late, breaks=(), centre_changes={"queues": (make_queue(hours=ALWAYS),)}
    )
    result = solved(problem)
    assert result.roster is not None
    assert int(result.roster.end.max()) == 30
    assert result.cost is not None
    assert result.cost.components["short"] == 0.0


def test_several_weeks_carry_history() -> None:
    """Three weeks in sequence keep runs of days and rest over the weeks' edges, with a bound."""
    contract = Contract("any", 0, 2100, 3, 5, ("day",))
    agents = [replace(make_agent(i), contract="any") for i in range(3)]
    problem = tiny_problem(
        agents=agents, required=1.5, days=21, contract=contract, rules=WorkRules(max_consecutive_days=5)
    )
    result = solved(problem, 3.0)
    assert result.status in ("optimal", "feasible")
    assert result.bound is not None
