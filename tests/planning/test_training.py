"""Training: who needs what by when, sessions in the roster, what they cost, and what is done."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing.audit import audit_roster, roster_cost
from staffing.domain.people import Agent, Skill, TimeOff
from staffing.domain.roster import WORK
from staffing.domain.training import Audience, Course, CourseRecord, Ramp, Training
from staffing.errors import DataError
from staffing.files import read_centre
from staffing.files.centre_write import centre_history
from staffing.plan import PlanSettings
from staffing.planning import make_plan
from staffing.planning.centre_edits import save_centre, undo_centre
from staffing.planning.training.done import DoneRow, mark_done, next_session
from staffing.planning.training.effect import service_effect, training_effects, without_sessions
from staffing.planning.training.needs import training_needs
from staffing.planning.training.outcome import held_sessions, outcome_notes
from staffing.planning.training.placing import ramp_speed, with_sessions_of, with_training
from staffing.planning.training.shifting import better_times
from staffing.store import open_store
from staffing.store.access import Actor, Role
from tests.files.tiny_centre import write_tiny_centre
from tests.planning.small import MONDAY, phones
from tests.training_plan import plan_with_a_session

ON = date(2026, 2, 2)
TEST = Course("test", "Test", "test", date(2026, 1, 1), (60,), due_days=30, every_days=30)
NEW = Agent("new", "", "north", "agent", "full", (Skill("phone", 0.8),), start_date=date(2026, 1, 19))
OLD = Agent("old", "", "north", "agent", "full", (Skill("phone"),), start_date=date(2020, 1, 1))


def owed(course: Course, *records: CourseRecord, agents=(OLD,), on: date = ON):
    return training_needs(Training((course,), records), agents, on)


def test_a_test_is_due_from_its_start_then_from_the_last_time():
    """Counted from the course's start for those who were there, from hiring for the others, then from the record."""
    assert [(need.due, need.reason) for need in owed(TEST)] == [(date(2026, 1, 31), "first")]
    assert owed(TEST, agents=(NEW,))[0].due == date(2026, 2, 18)
    again = owed(TEST, CourseRecord("old", "test", 1, date(2026, 1, 20)))[0]
    assert (again.due, again.reason, again.since) == (date(2026, 2, 19), "again", date(2026, 1, 20))
    assert owed(TEST)[0].overdue_days(ON) == 2
    later = owed(TEST, CourseRecord("old", "test", 1, ON + timedelta(days=1)))[0]
    assert later.reason == "first"


def test_onboarding_is_for_those_hired_since_and_its_sessions_are_due_in_even_steps():
    """Nobody of long ago owes it; each session has a date of its own, and the next waits for its distance."""
    course = Course("on", "", "onboarding", date(2026, 1, 1), (60, 60, 30), due_days=21, days_between=3)
    assert owed(course) == ()
    assert [need.due for need in owed(course, agents=(NEW,))] == [
        NEW.start_date + timedelta(days=d) for d in (7, 14, 21)
    ]
    one = CourseRecord("new", "on", 1, date(2026, 2, 1))
    left = owed(course, one, agents=(NEW,))
    assert [(need.session, need.earliest) for need in left] == [(2, date(2026, 2, 4)), (3, date(2026, 2, 7))]
    done = [CourseRecord("new", "on", n, date(2026, 1, 20 + n)) for n in (1, 2, 3)]
    assert owed(course, *done, agents=(NEW,)) == ()


def test_a_skill_course_is_for_who_lacks_it_and_waits_for_the_course_before():
    """Level, tenure and order: who has the skill owes nothing, who is new first does the onboarding."""
    first = Course("on", "", "onboarding", date(2026, 1, 1), (60,), due_days=30)
    chat = Course("chat", "", "skill", date(2026, 1, 1), (60,), 60, after=("on",), grants=Skill("chat", 0.8))
    able = replace(OLD, id="able", skills=(Skill("chat", 0.9),))
    weak = replace(OLD, id="weak", skills=(Skill("chat", 0.5),))
    found = training_needs(Training((first, chat)), (NEW, OLD, able, weak), ON)
    assert {(need.agent, need.course, need.waits_for) for need in found} == {
        ("new", "on", ""),
        ("new", "chat", "on"),
        ("old", "chat", ""),
        ("weak", "chat", ""),
    }
    slow = replace(chat, after=(), who=Audience(skills=("phone",), max_level=0.8))
    assert [need.agent for need in owed(slow, agents=(NEW, OLD))] == ["new"]
    assert owed(replace(chat, who=Audience(min_tenure_days=90)), agents=(NEW,)) == ()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 3), st.integers(0, 90)), max_size=12), st.integers(0, 120), st.booleans())
def test_needs_are_sorted_unique_and_gone_when_done(rows, after, repeated):
    """Whatever is recorded: each missing session once, the most urgent first; recording them all ends this time."""
    course = Course("c", "", "test", date(2026, 1, 1), (30, 30, 30), 30, 60 if repeated else None)
    on = date(2026, 1, 1) + timedelta(days=after)
    records = {CourseRecord("old", "c", n, date(2026, 1, 1) + timedelta(days=d)) for n, d in rows}
    found = owed(course, *records, on=on)
    assert list(found) == sorted(found, key=lambda need: need.due)
    assert len({need.session for need in found}) == len(found) <= 3
    done = owed(course, *records, *(CourseRecord("old", "c", need.session, on) for need in found), on=on)
    assert all(need.due > on for need in done) if repeated else not done


def test_people_who_are_new_get_up_to_speed_week_by_week():
    """The factor of the week on the day, the mean over a plan, and 1 once it is over or for other people."""
    ramps = (Ramp((0.5, 0.75), 1, Audience(teams=("t",))),)
    start = phones(2)
    new = replace(start.scenario.agents[0], start_date=MONDAY - timedelta(days=3))
    assert [ramp_speed(new, ramps, MONDAY + timedelta(days=d)) for d in (0, 4, 11)] == [0.5, 0.75, 1.0]
    assert ramp_speed(start.scenario.agents[1], ramps, MONDAY) == 1.0
    scenario = replace(start.scenario, agents=(new, start.scenario.agents[1]), training=Training(ramps=ramps))
    taken = with_training(scenario, MONDAY, 7)
    assert [agent.skills[0].proficiency for agent in taken.agents] == [
        pytest.approx((4 * 0.5 + 3 * 0.75) / 7, abs=1e-4),
        1,
    ]
    assert [note.code for note in taken.notes] == ["training_ramp"]
    assert with_training(taken, MONDAY, 7) is taken


def placed(courses, *, people=6, days=7, time_off=(), records=()):
    scenario = replace(
        phones(people).scenario, training=Training(tuple(courses), tuple(records)), time_off=tuple(time_off)
    )
    return with_training(scenario, MONDAY, days)


def test_groups_have_a_trainer_who_is_no_learner_and_rooms_hold_no_more():
    """Learners are split by the room; each group has one trainer, in turn; without trainers it is told."""
    course = Course("c", "", "test", MONDAY, (60,), 3, capacity=2, trainer=Audience(teams=("t",)))
    training = placed([course]).training
    assert [len(group.needs) for group in training.groups] == [2, 2, 2]
    assert all(group.trainer not in {need.agent for need in group.needs} for group in training.groups)
    assert len({group.trainer for group in training.groups}) == 3
    nobody = placed([replace(course, trainer=Audience(roles=("lead",)))]).training
    assert (nobody.groups, {left.reason for left in nobody.left}) == ((), {"no_trainer"})


def test_sessions_of_one_person_lie_in_order_and_what_does_not_fit_is_told():
    """Windows follow each other with the distance; a week holds no more than asked; the absent wait."""
    scenario = placed([Course("c", "", "test", MONDAY - timedelta(days=30), (60, 60, 60), 9, days_between=3)], people=1)
    spans = [(a.earliest.date() - MONDAY, a.latest.date() - MONDAY) for a in scenario.activities]
    days = [(begin.days, end.days - 1) for begin, end in spans]
    assert all(later[0] - sooner[1] >= 3 for sooner, later in pairwise(days))
    assert len(days) == 3
    tight = placed([Course("c", "", "test", MONDAY - timedelta(days=30), (60,) * 3, 9, days_between=7)], people=1)
    assert Counter(left.reason for left in tight.training.left) == {"no_room": 2}
    few = placed([Course("c", "", "test", MONDAY - timedelta(days=30), (60,), 9, per_week=4)])
    assert (len(few.training.groups[0].needs), {left.reason for left in few.training.left}) == (4, {"per_week"})
    absent = TimeOff("a0", *(datetime.combine(MONDAY + timedelta(days=d), time(), UTC) for d in (0, 7)), "leave")
    away = placed([Course("c", "", "test", MONDAY - timedelta(days=30), (60,), 9)], people=1, time_off=[absent])
    assert [left.reason for left in away.training.left] == ["away"]


def test_a_room_shared_by_windows_holds_no_more_at_once():
    """Due dates inside the plan make several activities; their capacities add up to the course's."""
    records = [CourseRecord(f"a{n}", "c", 1, MONDAY - timedelta(days=30 - d)) for n, d in enumerate((2, 3, 4, 5, 6, 6))]
    course = Course("c", "", "test", MONDAY - timedelta(days=60), (60,), 9, 30, capacity=3)
    scenario = placed([course], records=records)
    assert 1 < len(scenario.activities) <= 3
    assert sum(activity.capacity for activity in scenario.activities) == 3
    assert sum(len(activity.agents) for activity in scenario.activities) == 6


@pytest.fixture(scope="module")
def plan():
    """Two days, ten people: a test for each, and a talk in a group with a trainer."""
    ordered = phones(10)
    courses = (
        Course("test", "Test", "test", MONDAY, (60,), 1, capacity=2),
        Course(
            "talk", "Talk", "coaching", MONDAY, (30,), 1, per_week=3, trainer=Audience(skills=("phone",), min_level=1.0)
        ),
    )
    scenario = replace(ordered.scenario, training=Training(courses))
    limits = PlanSettings(time_limit_s=0.5, replications=10, workers=1, reproducible=True, rounds=0)
    return make_plan(scenario, limits, forecast=ordered.forecast, requirement=ordered.requirement)


def test_a_plan_takes_in_what_is_due_and_its_roster_holds_it(plan):
    """Every session has its segment, the group one time with its trainer, and the independent audit agrees."""
    held = held_sessions(plan)
    assert len(held) == 13
    assert all(row.start is not None and not row.is_late for row in held)
    assert not [fault for fault in audit_roster(plan.problem, plan.roster) if fault.rule == "activities"]
    talk = [row for row in held if row.need.course == "talk"]
    assert len({row.start for row in talk}) == 1
    assert talk[0].trainer not in {row.need.agent for row in talk}
    assert outcome_notes(plan.scenario, plan.problem, plan.roster) == ()
    notes = {note.code: dict(note.params) for note in plan.notes}
    assert notes["training_taken"]["sessions"] == 13
    stated = replace(plan.scenario, training=Training(plan.scenario.training.courses))
    assert with_training(stated, MONDAY, 2, False).training.groups == ()
    assert (
        with_training(replace(stated, training=replace(stated.training, place=False)), MONDAY, 2).training.groups == ()
    )


def test_a_session_moves_to_where_its_work_is_worth_less():
    """Alone on the phone at half past eight: the session goes to an hour with a colleague, all else stays."""
    before = plan_with_a_session("phone 30 training 60 phone 150 meal 30 email 210")
    after = better_times(before.problem, before.result)
    assert roster_cost(before.problem, after.roster).components["short"] < before.cost.components["short"] - 100
    assert after.objective == pytest.approx(roster_cost(before.problem, after.roster).total)
    held = held_sessions(replace(before, result=after))
    assert held[0].start.hour >= 10
    assert audit_roster(before.problem, after.roster) == before.violations
    assert better_times(before.problem, after) is after
    assert better_times(before.problem, before.result, should_stop=lambda: True) is before.result


def test_a_session_without_its_trainer_is_not_held(plan):
    """Take the trainer's segment out of the roster: the learners' session is told as not held, with its reason."""
    group = next(group for group in plan.scenario.training.groups if group.course == "talk")
    trainer = [agent.id for agent in plan.problem.agents].index(group.trainer)
    start = next(row.start for row in held_sessions(plan) if row.activity == group.activity)
    slot = plan.problem.grid.index(start)
    keep = ~((plan.roster.agent == trainer) & (plan.roster.start == slot))
    columns = ("agent", "day", "start", "end", "activity", "queue", "locked")
    roster = replace(plan.roster, **{name: getattr(plan.roster, name)[keep] for name in columns})
    without = replace(plan, result=replace(plan.result, roster=roster))
    assert {row.reason for row in held_sessions(without) if row.need.course == "talk"} == {"trainer"}
    assert dict(outcome_notes(plan.scenario, plan.problem, roster)[0].params) == {"sessions": 3}


def worked_slots(roster):
    """Slots of segments of work, on a queue or waiting for any."""
    return (roster.end - roster.start)[roster.activity == WORK].sum()


def test_the_effect_is_that_of_the_same_roster_with_the_time_worked(plan):
    """Hours are those of the segments; leaving them out adds work of just those hours and never costs service."""
    effects = {effect.course: effect for effect in training_effects(plan)}
    assert effects[""].hours == pytest.approx(10 * 1 + 4 * 0.5)
    assert effects["test"].hours + effects["talk"].hours == pytest.approx(effects[""].hours)
    assert effects[""].service_cost >= -1e-9
    assert effects[""].short_h >= -1e-9
    after = without_sessions(plan, {"test", "talk"})
    gained = worked_slots(after) - worked_slots(plan.roster)
    assert gained * plan.problem.grid.step_h == pytest.approx(12.0)
    both = service_effect(plan, {"test", "talk"}, replications=5)
    assert both[0].without >= both[0].with_sessions - 0.02


def test_a_replan_keeps_the_groups_of_the_plan(plan):
    """Of the same days the sessions stay what they were, without who is gone; other days ask anew."""
    stated = Training(plan.scenario.training.courses)
    gone = plan.scenario.agents[0].id
    now = replace(plan.scenario, activities=(), training=stated, agents=plan.scenario.agents[1:])
    again = with_sessions_of(now, plan.scenario, MONDAY, 2)
    assert again.training.groups == plan.scenario.training.groups
    assert {agent for activity in again.activities for agent in activity.agents}.isdisjoint({gone})
    assert with_sessions_of(now, plan.scenario, MONDAY + timedelta(days=2), 2) is now
    assert with_training(again, MONDAY, 2) is again


CURRICULA = """\
[[course]]
id = "mail-course"
name = "Mail"
kind = "skill"
start = 2026-01-05
sessions_min = [60, 30]
due_days = 20
grants = { skill = "mail", proficiency = 0.7 }
for = { teams = ["north"] }
"""


def test_the_skills_matrix_grows_when_a_course_is_done_and_undo_takes_it_back(tmp_path: Path):
    """One session does not grant the skill, the last does; the one writer keeps the way back."""
    folder = write_tiny_centre(tmp_path / "centre", curricula_toml=CURRICULA)
    scenario = read_centre(folder)
    assert [need.agent for need in training_needs(scenario.training, scenario.agents, ON)] == ["a2", "a2"]
    assert next_session(scenario.training, "a2", "mail-course") == 1
    first = mark_done(folder, scenario, [DoneRow("a2", "mail-course", ON)])
    assert (first.granted, set(first.changes)) == ((), {"course_records.csv"})
    done = mark_done(folder, scenario, [DoneRow("a2", "mail-course", ON, 0), DoneRow("a2", "mail-course", ON, 1)])
    assert (len(done.records), done.granted) == (2, (("a2", Skill("mail", 0.7)),))
    store = open_store(f"sqlite:///{tmp_path / 'staffing.db'}")
    planner = Actor("pia", Role.PLANNER)
    save_centre(store, folder, done.changes, planner, note="training")
    after = read_centre(folder)
    assert after.agents[1].skills == (Skill("phone"), Skill("mail", 0.7))
    assert training_needs(after.training, after.agents, ON) == ()
    assert mark_done(folder, after, [DoneRow("a2", "mail-course", ON, 2)]).records == ()
    undo_centre(store, folder, planner)
    assert read_centre(folder).agents[1].skills == (Skill("phone"),)
    assert len(centre_history(folder)) == 2
    store.close()
    with pytest.raises(KeyError):
        mark_done(folder, scenario, [DoneRow("zz", "mail-course", ON)])
    with pytest.raises(ValueError, match="session is 3"):
        mark_done(folder, scenario, [DoneRow("a2", "mail-course", ON, 3)])


def test_what_is_only_stated_does_not_change_the_input_of_plans(tmp_path: Path):
    """With `place = false` the digest is that of the centre without courses; with placing it is another."""
    plain = read_centre(write_tiny_centre(tmp_path / "a")).digest
    off = read_centre(write_tiny_centre(tmp_path / "b", curricula_toml="[planning]\nplace = false\n" + CURRICULA))
    on = read_centre(write_tiny_centre(tmp_path / "c", curricula_toml=CURRICULA))
    assert off.digest == plain != on.digest
    assert not off.training.place


def test_every_fault_of_the_courses_is_told_at_once(tmp_path: Path):
    """Keys, names, order and records, each at its place."""
    text = CURRICULA.replace('"north"', '"nort"').replace('skill = "mail"', 'skill = "mial"') + (
        'after = ["mail-course", "none"]\n[[course]]\nid = "mail-course"\nkind = "exam"\nstart = "soon"\n'
        'sessions_min = [50]\ndue_days = -1\nwho = 1\ntrainer = { max_level = 1.0 }\n'
        "[[ramp]]\nspeeds = []\nfor = { roles = [\"chief\"] }\n"
    )  # fmt: skip
    records = "agent,course,session,done\na9,mail-course,1,2026-01-09\na1,nothing,1,2026-01-09\n"
    folder = write_tiny_centre(tmp_path / "bad", curricula_toml=text, course_records_csv=records)
    with pytest.raises(DataError) as caught:
        read_centre(folder)
    found = {(fault.file, fault.code, fault.column) for fault in caught.value.faults}
    assert found >= {
        ("curricula.toml", "unknown_name", "course[1].for.teams"),
        ("curricula.toml", "unknown_skill", "course[1].grants.skill"),
        ("curricula.toml", "unknown_course", "course[1].after"),
        ("curricula.toml", "duplicate_id", "course[2].id"),
        ("curricula.toml", "not_one_of", "course[2].kind"),
        ("curricula.toml", "not_a_date", "course[2].start"),
        ("curricula.toml", "off_slot", "course[2].sessions_min"),
        ("curricula.toml", "out_of_range", "course[2].due_days"),
        ("curricula.toml", "unknown_key", "course[2].who"),
        ("curricula.toml", "missing_key", "course[2].trainer.skills"),
        ("curricula.toml", "unknown_role", "ramp[1].for.roles"),
        ("course_records.csv", "unknown_agent", "agent"),
    }
    ring = CURRICULA.replace("due_days = 20", 'due_days = 20\nafter = ["mail-course"]')
    with pytest.raises(DataError) as caught:
        read_centre(
            write_tiny_centre(
                tmp_path / "ring", curricula_toml=ring, course_records_csv=records[: records.index("a1,")]
            )
        )
    assert [fault.code for fault in caught.value.faults] == ["circular_course", "unknown_agent"]
