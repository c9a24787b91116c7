"""Every rule: a tiny case in which it allows the roster wanted, and one in which it does not."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from staffing.audit import audit_roster
from staffing.domain.people import Activity, Contract, Role, TimeOff, Wish
from staffing.domain.problem import RosterProblem
from staffing.domain.queue import AnswerTarget, OpeningHours
from staffing.domain.result import SolveResult
from staffing.domain.roster import ACTIVITIES
from staffing.domain.rules import WorkRules
from staffing.domain.shift import BreakType, ShiftType
from staffing.solver.activities import place_activities
from staffing.solver.build import read_roster
from staffing.solver.case import compile_case
from tests.builders import MONDAY, make_agent, make_email, make_queue, make_roster
from tests.solver.tiny import FREE_CONTRACT, PAUSE, SHORT_OR_LONG, solved, tiny_problem

TRAINING = ACTIVITIES.index("training")
ZONE = ZoneInfo("Asia/Shanghai")
ALWAYS = OpeningHours((((0, 1440),),) * 7, ((0, 1440),))
LATE_OR_EARLY = ShiftType("day", 0, 1320, 120, (480,), ())


def moment(day: int, hour: float) -> datetime:
    return datetime.combine(MONDAY, datetime.min.time(), ZONE) + timedelta(days=day, hours=hour)


def days_worked(result: SolveResult, agent: int = 0) -> list[int]:
    assert result.roster is not None
    return [shift.day for shift in result.roster.shifts() if shift.agent == agent]


def busy(days: int, **changes: object) -> RosterProblem:
    """One agent much wanted on every hour of every day."""
    return tiny_problem(required=3.0, days=days, **changes)  # type: ignore[arg-type]


def test_shift_window_and_breaks() -> None:
    """The long shift with its pause is taken where it pays, and the pause stands in its window."""
    result = solved(busy(1))
    assert result.roster is not None
    (shift,) = result.roster.shifts()
    assert shift.end - shift.start == 6
    meal = next(row for row in shift.rows if result.roster.activity[row] == 2)
    assert int(result.roster.start[meal]) - shift.start in (2, 3)
    never = BreakType("pause", 60, False, 120, 180, spacing_min=240, min_shift_min=300, kind="meal")
    assert [s.end - s.start for s in solved(busy(1, breaks=(never,))).roster.shifts()] == [3]  # type: ignore[union-attr]


def test_contract_hours_and_days() -> None:
    """Limits of minutes and days bind; minimum hours are worked without demand."""
    few = Contract("any", 0, 600, 0, 7, ("day",))
    assert len(days_worked(solved(busy(4, contract=few)))) <= 3
    two = Contract("any", 0, 3000, 0, 2, ("day",))
    assert len(days_worked(solved(busy(4, contract=two)))) == 2
    must = Contract("any", 600, 1200, 3, 7, ("day",))
    quiet = tiny_problem(required=0.0, days=7, contract=must)
    assert len(days_worked(solved(quiet))) == 3


def test_rest() -> None:
    """With twelve hours of rest, a late shift and the early one of the next day exclude each other."""
    needed = np.zeros((1, 48))
    needed[0, 14:22] = 1.0  # Monday 14:00 to 22:00
    needed[0, 24:32] = 1.0  # Tuesday 00:00 to 08:00
    queues = {"queues": (make_queue(hours=ALWAYS),)}
    for rest_h, worked in ((2.0, 2), (3.0, 1)):
        rules = WorkRules(rest_h=rest_h)
        problem = tiny_problem(
            required=needed, days=2, shift=replace(LATE_OR_EARLY, start_step_min=840), breaks=(), rules=rules,
            centre_changes=queues,
        )  # fmt: skip
        assert len(days_worked(solved(problem))) == worked


def test_carried_rest_and_run() -> None:
    """The shift and the run of days before the horizon count."""
    rested = busy(1, last_end=np.array([-2]))
    assert days_worked(solved(rested)) == [0]
    assert solved(rested).roster.shifts().__next__().start >= 9  # type: ignore[union-attr]
    tired = busy(2, run_before=np.array([6]), rules=WorkRules(max_consecutive_days=6))
    assert days_worked(solved(tired)) == [1]


def test_consecutive_days() -> None:
    """Three days in a row at most: the fourth is off."""
    rules = WorkRules(max_consecutive_days=3)
    worked = days_worked(solved(busy(5, rules=rules)))
    assert len(worked) == 4
    assert len(days_worked(solved(busy(3, rules=rules)))) == 3


def test_weekly_rest_and_weekends() -> None:
    """A week needs one long block; Saturdays and Sundays are limited."""
    assert len(days_worked(solved(busy(7, rules=WorkRules(weekly_rest_h=12.0, max_consecutive_days=7))))) == 7
    blocked = solved(busy(7, rules=WorkRules(weekly_rest_h=60.0, max_consecutive_days=7)))
    assert len(days_worked(blocked)) == 5
    one = solved(busy(7, rules=WorkRules(weekend_days_max=1, weekly_rest_h=0.0, max_consecutive_days=7)))
    assert len(set(days_worked(one)) & {5, 6}) == 1


def test_time_off_and_fixed_times() -> None:
    """No shift over leave; a fixed meeting stands inside a shift, also when nobody is needed."""
    leave = {"time_off": (TimeOff("a0", moment(0, 0), moment(1, 0), "leave"),)}
    result = solved(busy(2, scenario_changes=leave))
    assert days_worked(result) == [1]
    assert result.roster is not None
    assert (result.roster.activity == 7).sum() == 1
    meeting = {"time_off": (TimeOff("a0", moment(0, 9), moment(0, 10), "meeting"),)}
    result = solved(tiny_problem(required=0.0, days=2, scenario_changes=meeting))
    assert days_worked(result) == [0]


def test_skills_and_opening_hours() -> None:
    """An agent without the skill serves nobody; a closed queue is not served."""
    result = solved(tiny_problem(agents=[make_agent(0, ["chat"])], required=3.0))
    assert result.roster is not None
    assert not (result.roster.queue >= 0).any()
    narrow = OpeningHours((((600, 720),),) * 7, ())
    result = solved(busy(1, centre_changes={"queues": (make_queue(hours=narrow),)}))
    assert result.roster is not None
    served = result.roster.queue >= 0
    assert result.roster.start[served].min() >= 10
    assert result.roster.end[served].max() <= 12


def test_locked() -> None:
    """A locked shift stands, with its break and queue, though another would be cheaper."""
    plain = tiny_problem(required=0.0, days=2)
    locked = make_roster(plain, (0, 1, "09:00", "phone 180 meal 60 phone 120"), locked=True)
    result = solved(tiny_problem(required=0.0, days=2, locked=locked))
    assert days_worked(result) == [1]
    assert result.status == "optimal"


def test_activities() -> None:
    """Training for two is held together inside both shifts; where no shift can hold it, it is told and priced."""
    both = Activity("course", "training", ("a0", "a1"), 120, moment(0, 8), moment(2, 0), together=True)
    result = solved(tiny_problem(agents=2, required=1.0, days=2, scenario_changes={"activities": (both,)}), 1.5)
    assert result.roster is not None
    assert result.cost is not None
    assert result.cost.components["activity"] == 0.0
    rows = result.roster.activity == 3
    assert rows.sum() == 2
    assert len(set(result.roster.start[rows])) == 1
    night = replace(both, earliest=moment(0, 0), latest=moment(0, 5))
    result = solved(tiny_problem(agents=2, days=2, scenario_changes={"activities": (night,)}), 1.5)
    assert result.cost is not None
    assert result.cost.components["activity"] > 0


def test_sessions_do_not_all_meet_at_one_time() -> None:
    """Four people, two needed at every time, each with an hour's course: at no time are more than two away."""
    course = Activity("course", "training", ("a0", "a1", "a2", "a3"), 60, moment(0, 8), moment(0, 20), together=False)
    case = compile_case(tiny_problem(agents=4, required=2.0, days=1, scenario_changes={"activities": (course,)}))
    pins = place_activities(case, np.zeros((len(case.tables.prof), case.reach)), np.zeros(4, dtype=bool))
    away = np.zeros(case.reach, dtype=int)
    for pin in pins:
        away[pin.start : pin.end] += 1
    assert len(pins) == 4
    assert away.max() <= 2


def test_a_start_with_training_elsewhere() -> None:
    """A roster to begin with may hold training where none is now: that time is work again, and no queue is lost."""

    def course(day: int) -> RosterProblem:
        activity = Activity("course", "training", ("a0",), 120, moment(day, 8), moment(day, 20), together=False)
        return tiny_problem(agents=2, required=2.0, days=2, scenario_changes={"activities": (activity,)})

    early, late = course(0), course(1)
    before = solved(early, 1.5).roster
    assert before is not None
    result = solved(late, 1.5, start=before)
    assert result.roster is not None
    assert result.roster.queue.min() >= -1
    assert not [row for row in audit_roster(late, result.roster) if row.severity == "hard"]
    read = read_roster(compile_case(late), before)
    worked = read.choice >= 0
    assert worked.any()
    for agent, day in np.argwhere(worked):
        shift = next(s for s in before.shifts() if (s.agent, s.day) == (agent, day))
        rows = [row for row in shift.rows if before.activity[row] == TRAINING]
        for row in rows:
            assert (read.queue[agent, before.start[row] : before.end[row]] == -1).all()


def test_span() -> None:
    """A supervisor comes to work for the span alone, when that is dearer than the wage."""
    roles = (Role("representative"), Role("supervisor", ("representative",), 5))
    agents = [make_agent(0), make_agent(1, [], role="supervisor")]
    result = solved(tiny_problem(agents=agents, centre_changes={"roles": roles}))
    assert days_worked(result, 1) == [0]
    alone = solved(tiny_problem(agents=agents, centre_changes={"roles": (Role("representative"), Role("supervisor"))}))
    assert days_worked(alone, 1) == []


def test_reserve() -> None:
    """Somebody with the skill of a reserve comes to work for it alone, when its price is dearer than the wage."""
    urgent = make_email("urgent", target=AnswerTarget(0.98, 3600), urgency="extra_urgent", min_agents=1.0)
    agents = [make_agent(0), make_agent(1, ("urgent",))]
    result = solved(tiny_problem(agents=agents, centre_changes={"queues": (make_queue(), urgent)}))
    assert days_worked(result, 1) == [0]
    calm = replace(urgent, min_agents=0.0)
    alone = solved(tiny_problem(agents=agents, centre_changes={"queues": (make_queue(), calm)}))
    assert days_worked(alone, 1) == []


def test_wishes() -> None:
    """A wish decides between equals."""
    contract = Contract("any", 0, 3000, 0, 1, ("day",))
    wish = {"wishes": (Wish("a0", MONDAY, "off", 1.0),)}
    problem = tiny_problem(required=1.0, days=2, contract=contract, scenario_changes=wish)
    assert days_worked(solved(problem)) == [1]


def test_constants_used() -> None:
    """The shapes that the rules are tried on."""
    assert SHORT_OR_LONG.breaks == (PAUSE.id,)
    assert FREE_CONTRACT.weekly_minutes_min == 0
