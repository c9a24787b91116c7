"""Steering a running day: what is known, what is forecast again, what is proposed, and that the past stands."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from staffing.audit import audit_roster
from staffing.domain.people import Activity, Contract
from staffing.domain.queue import OpeningHours
from staffing.domain.roster import activity_code
from staffing.domain.rules import Costs
from staffing.domain.shift import ShiftType
from staffing.errors import SettingsError
from staffing.plan import Plan
from staffing.planning.intraday import (
    KINDS,
    IntradayPlan,
    IntradaySettings,
    Situation,
    accepted_roster,
    intraday_data,
    read_situation,
    steer,
)
from staffing.planning.intraday.log import (
    ACCEPTED,
    DayLog,
    Promise,
    afterwards,
    decided,
    promised,
    read_log,
    with_more,
    write_log,
)
from staffing.planning.intraday.outlook import Window
from staffing.planning.intraday.people import read_away
from staffing.planning.intraday.rows import step_rows
from staffing.planning.intraday.service import Service
from staffing.planning.intraday.tries import Tries
from tests.builders import DAY_SHIFT, make_agent, make_email, make_queue
from tests.planning.intraday_small import BUSY, FULL, MAIL, SLOTS, came, day_plan
from tests.plans import without_roster

FEW = IntradaySettings(replications=4)
NOON = 24


def asked(
    plan: Plan, until: int = NOON, factor: float = 1.6, settings: IntradaySettings = FEW, **more: Any
) -> tuple[Situation, IntradayPlan]:
    situation = read_situation(plan, came(plan, until, factor), **more)
    return situation, steer(situation, settings)


def before_now(situation: Situation, roster: Any) -> set[tuple[int, ...]]:
    """Everything that a roster says of the time before now, slot by slot."""
    return {
        (int(roster.agent[row]), slot, int(roster.activity[row]), int(roster.queue[row]))
        for row in range(len(roster))
        for slot in range(int(roster.start[row]), min(int(roster.end[row]), situation.now))
    }


@pytest.fixture(scope="module")
def busy() -> tuple[Situation, IntradayPlan]:
    """Two on the phone, two on mail that can wait until tomorrow, and sixty per cent more calls."""
    return asked(day_plan(*BUSY))


def test_the_rest_of_the_day_follows_the_morning(busy: tuple[Situation, IntradayPlan]) -> None:
    """Known intervals hold what came, later ones are raised; other days stand as forecast."""
    situation, _ = busy
    phone = situation.so_far[0]
    assert phone.came == pytest.approx(1.6 * phone.expected)
    assert 1.0 < phone.factor <= 1.6
    volume = situation.plan.forecast.volume[0]
    assert volume[16:NOON].tolist() == pytest.approx([9.6] * 8)
    assert volume[NOON] == pytest.approx(6.0 * phone.factor)
    assert volume[SLOTS + 16] == 6.0
    assert (situation.now, situation.cut, situation.end) == (NOON, NOON, SLOTS)


def test_work_that_can_wait_makes_room(busy: tuple[Situation, IntradayPlan]) -> None:
    """Somebody on mail answers calls instead; the outlook is better on the same draws, and nothing is late for it."""
    _, answer = busy
    assert answer.mix[0].kind == "push_back"
    assert (answer.mix[0].queue, answer.mix[0].from_queue, answer.mix[0].reason) == ("phone", "email", "short")
    assert answer.mix[0].contacts > 1
    then, now = (next(row for row in rows if row.queue == "phone") for rows in (answer.after, answer.before))
    assert then.level is not None
    assert now.level is not None
    assert then.level > now.level + 0.05
    assert then.contacts == pytest.approx(now.contacts, rel=0.05)
    assert [row.number for row in answer.proposals] == list(range(1, len(answer.proposals) + 1))


def test_every_proposal_is_legal_and_leaves_the_past(busy: tuple[Situation, IntradayPlan]) -> None:
    """Alone and all together: no rule newly broken, nothing before now other than it was."""
    situation, answer = busy
    base = audit_roster(situation.problem, situation.roster)
    past = before_now(situation, situation.roster)
    rosters = [answer.roster, *(one.change.apply(situation.roster) for one in answer.proposals)]
    for roster in rosters:
        assert set(map(repr, audit_roster(situation.problem, roster))) <= set(map(repr, base))
        assert before_now(situation, roster) == past
    assert all(one.start >= situation.now for one in answer.proposals)


@pytest.mark.parametrize("until", [18, 24, 33, 35])
def test_no_change_that_is_tried_touches_the_past(until: int) -> None:
    """Whatever the hour, each change made up has the day as it was until then."""
    plan = day_plan((0, 0, "08:00", FULL), (1, 0, "10:00", FULL), (2, 0, "09:00", MAIL))
    situation = read_situation(plan, came(plan, until, 1.5))
    service = Service(situation, FEW)
    tries = list(Tries(situation, service, FEW, situation.roster).all(frozenset()))
    assert tries
    past = before_now(situation, situation.roster)
    for one in tries:
        assert min(slot for slot, _, _ in one.changed) >= situation.now
        assert before_now(situation, one.change.apply(situation.roster)) == past


def test_the_gain_told_is_that_of_the_curves(busy: tuple[Situation, IntradayPlan]) -> None:
    """Contacts in time of the first proposal: volume times level with one agent more, slot by slot."""
    situation, answer = busy
    service = Service(situation, FEW)
    one = answer.mix[0]
    states = [service.state(roster).cover for roster in (situation.roster, one.change.apply(situation.roster))]
    slots = np.arange(service.slots)
    gained = sum(
        sign * float(service.in_time(cover.T, slots).sum()) for sign, cover in zip((-1, 1), states, strict=True)
    )
    assert one.contacts == pytest.approx(gained)
    curve = next(row for row in situation.day_requirement.curves if row.queues == ("phone",))
    level = curve.at(np.full(SLOTS, states[0][0, 0]))[situation.now]
    assert service.levels(states[0].T[:1], np.array([0]))[0, 0] == pytest.approx(level)


def test_zero_contacts_so_far_lower_the_rest() -> None:
    """Nothing came: less is expected than planned."""
    plan = day_plan((0, 0, "08:00", FULL), (1, 0, "08:00", FULL), (2, 0, "08:00", MAIL))
    situation, answer = asked(plan, factor=0.0)
    assert situation.so_far[0].came == 0
    assert situation.so_far[0].factor < 1.0
    assert answer.before[0].contacts < 0.8 * plan.forecast.volume[0, NOON:SLOTS].sum()


def test_before_anything_came_the_plan_itself_is_judged() -> None:
    """With --at and no contacts the forecast stands."""
    plan = day_plan((0, 0, "08:00", FULL), (1, 0, "08:00", FULL))
    actuals = came(plan, 20)
    situation = read_situation(plan, actuals, at="07:00", day=plan.forecast.grid.dates[1])
    assert situation.so_far[0].factor == 1.0
    assert np.array_equal(situation.plan.forecast.volume, plan.forecast.volume)


@pytest.mark.parametrize("until", [36, 47])
def test_at_closing_nothing_is_left_to_do(until: int) -> None:
    """After the last open interval, and in the last of the day, no contact comes and no call is proposed."""
    plan = day_plan((0, 0, "08:00", FULL), (1, 0, "09:00", FULL))
    situation, answer = asked(plan, until)
    phone = answer.before[0]
    assert phone.contacts == 0
    assert phone.level is None
    assert not [one for one in answer.proposals if one.queue == "phone"]
    assert step_rows(situation, answer, "phone")[-1]["level"] is None


def test_everybody_absent() -> None:
    """Nobody is there: no service is expected, those off today are called in, the absent are left alone."""
    plan = day_plan((0, 0, "08:00", FULL), (1, 0, "08:00", FULL), agents=3)
    bare = read_situation(plan, came(plan, 18))
    situation = replace(bare, away=read_away(bare, ["a0", "a1"], []))
    answer = steer(situation, IntradaySettings(replications=4, notice_min=30))
    assert answer.before[0].level == pytest.approx(0.0, abs=0.05)
    assert {one.agent for one in answer.proposals} <= {"a2"}
    assert Service(situation, FEW).state(situation.roster).cover.max() == 0.0


def test_somebody_late_is_missing_until_then() -> None:
    """The time before is cut out of the shift, the rest stands."""
    plan = day_plan((0, 0, "08:00", FULL), agents=1)
    bare = read_situation(plan, came(plan, 18))
    situation = replace(bare, away=read_away(bare, [], ["a0,10:30"]))
    worked = situation.worked(situation.roster)
    assert int(worked.start.min()) == 21
    assert int(worked.end.max()) == int(situation.roster.end.max())


@pytest.mark.parametrize(
    ("absent", "late", "said"),
    [
        (["who"], [], "agent of the plan"),
        (["a0,12:00/11:00"], [], "after its start"),
        ([], ["a0"], "AGENT,HH:MM"),
        (["a0,noon"], [], "11:30"),
    ],
)
def test_lines_about_people_that_say_nothing(absent: list[str], late: list[str], said: str) -> None:
    plan = day_plan((0, 0, "08:00", FULL))
    with pytest.raises(SettingsError, match=said):
        read_away(read_situation(plan, came(plan, 18)), absent, late)


def test_a_told_backlog_is_what_is_left() -> None:
    """Twenty mails open at noon: so much less of what arrived is done."""
    plan = day_plan((2, 0, "08:00", MAIL))
    situation = read_situation(plan, came(plan, NOON, backlog=[np.nan, 20.0]))
    arrived = situation.problem.earliest_h[1, NOON - 1]
    gross = situation.plan.requirement.workload[0].gross_factor
    assert arrived - situation.done_h[1] == pytest.approx(20 * 300 / 3600 * gross)
    window = Window(situation)
    rest = window.play(situation.roster, window.paths(4, 1), 1)
    assert rest.waiting[1, NOON - 1] == pytest.approx(20, abs=1)


def test_work_about_to_be_late_names_who_could_save_it() -> None:
    """Sixty mails due within two hours and one person on them: those on the phone could help."""
    from staffing.domain.queue import DeadlineTarget, DeadlineUnit

    mail = make_email(target=DeadlineTarget(2, DeadlineUnit.HOURS))
    plan = day_plan(
        *((n, 0, "08:00", FULL) for n in range(4)), (4, 0, "08:00", MAIL), agents=5, volume=1.0, mails=6.0,
        queues=(make_queue(), mail),
    )  # fmt: skip
    situation = read_situation(plan, came(plan, NOON, backlog=[np.nan, 60.0]))
    answer = steer(situation, FEW)
    assert [row.queue for row in answer.dangers] == ["email"]
    assert {one.agent for one in answer.dangers[0].rescues} <= {"a0", "a1", "a2", "a3"}
    assert answer.dangers[0].rescues
    assert answer.mix[0].kind == "pull_forward"
    assert answer.late_after < answer.late_before


LONG = ShiftType("day", 480, 600, 30, (240, 480, 540), ("meal",))


def test_overtime_is_named_and_priced() -> None:
    """A shift may be longer only beyond the contract's hours: that is overtime with its pay."""
    contract = Contract("any", 0, 450, 0, 6, ("day",), overtime_minutes_max=120)
    plan = day_plan(
        (0, 0, "08:00", FULL), (1, 0, "08:00", FULL), agents=2, volume=8.0, mails=0.0,
        centre={"shifts": (LONG,), "contracts": (contract,)},
    )  # fmt: skip
    _, answer = asked(plan, 28, 1.3)
    longer = [one for one in answer.proposals if one.kind == "overtime"]
    assert longer
    assert longer[0].price > 0
    assert not [one for one in answer.proposals if one.kind == "hours"]
    kinds = tuple(kind for kind in KINDS if kind != "overtime")
    _, without = asked(plan, 28, 1.3, IntradaySettings(kinds=kinds, replications=4))
    assert not [one for one in without.proposals if one.kind == "overtime"]


def test_training_moves_out_of_the_rush() -> None:
    """An hour of training in the afternoon goes to a quiet day of the same person."""
    shift = "phone 240 meal 30 phone 90 training 60 phone 60"
    plan = day_plan(
        (0, 0, "08:00", shift), (1, 0, "08:00", FULL),
        (0, 1, "08:00", FULL), (1, 1, "08:00", FULL), (2, 1, "08:00", FULL),
        agents=3, volume=7.0, activities=(Activity("course", "training", ("a0",), 60, *_week(), False, None),),
    )  # fmt: skip
    situation, answer = asked(plan, 26, 1.5, IntradaySettings(kinds=("activity",), replications=4))
    assert [one.kind for one in answer.mix] == ["activity"]
    made = answer.roster
    where = made.day[made.activity == activity_code("training")].tolist()
    assert len(where) == 1
    assert not [v for v in audit_roster(situation.problem, made) if v.rule == "activities"]


def _week() -> tuple[Any, Any]:
    from datetime import datetime, timedelta
    from zoneinfo import ZoneInfo

    from tests.builders import MONDAY, SHANGHAI

    start = datetime(MONDAY.year, MONDAY.month, MONDAY.day, tzinfo=ZoneInfo(SHANGHAI))
    return start, start + timedelta(days=7)


def test_people_too_many_may_go_home() -> None:
    """With hardly a call, the paid hours beyond the contract's minimum can be saved."""
    shorter = replace(DAY_SHIFT, lengths_min=(360, 480))
    shifts = ((n, 0, "08:00", FULL) for n in range(4))
    plan = day_plan(*shifts, volume=1.0, mails=0.0, centre={"shifts": (shorter,), "costs": Costs(change_moved=0.0)})
    _, answer = asked(plan, 26, 1.0, IntradaySettings(kinds=("time_off",), replications=4))
    assert answer.mix
    assert all(one.kind == "time_off" and one.price < 0 and one.reason == "over" for one in answer.proposals)


NIGHT = ShiftType("night", 1320, 1320, 30, (480,), ())
ALWAYS = OpeningHours((((0, 1440),),) * 7, ((0, 1440),))


def test_a_night_shift_is_looked_at_until_its_end() -> None:
    """The day ends with the shift that runs over midnight; at two in the night the evening's shift still counts."""
    contract = Contract("any", 0, 2400, 0, 6, ("day", "night"))
    night = "phone 480"
    plan = day_plan(
        (0, 0, "22:00", night), (1, 0, "22:00", night), (0, 1, "22:00", night), agents=2, volume=3.0, mails=1.0,
        queues=(make_queue(hours=ALWAYS), make_email(hours=ALWAYS)),
        centre={"shifts": (DAY_SHIFT, NIGHT), "contracts": (contract,)},
    )  # fmt: skip
    evening, _ = asked(plan, 46)
    assert evening.end == SLOTS + 12
    situation = read_situation(plan, came(plan, 4, 1.5, day=1))
    answer = steer(situation, FEW)
    assert situation.now == SLOTS + 4
    assert Service(situation, FEW).state(situation.roster).cover[0, :8].tolist() == [2.0] * 8
    assert before_now(situation, answer.roster) == before_now(situation, situation.roster)
    window = Window(situation)
    assert (window.first, window.last) == (0, 3)


@pytest.mark.parametrize(("sunday", "slots"), [(date(2026, 3, 29), 46), (date(2026, 10, 25), 50)])
def test_days_of_23_and_25_hours(sunday: date, slots: int) -> None:
    """Noon of the day on which clocks change is noon."""
    plan = day_plan((0, 0, "08:00", FULL), agents=2, first=sunday, centre={"timezone": "Europe/Berlin"})
    actuals = came(plan, slots - 24, 1.2)
    situation = read_situation(plan, actuals, at="12:00", day=sunday)
    assert situation.end == slots
    assert situation.problem.grid.local(situation.now).hour == 12
    answer = steer(situation, FEW)
    assert len(step_rows(situation, answer, "phone")) == slots
    assert intraday_data(situation, answer)["at"].startswith(f"{sunday}T12:00")


def test_what_cannot_be_steered_is_said() -> None:
    plan = day_plan((0, 0, "08:00", FULL))
    actuals = came(plan, 20)
    for more, said in (({"at": "noon"}, "11:00"), ({"day": date(2020, 1, 1)}, "day of the plan")):
        with pytest.raises(SettingsError, match=said):
            read_situation(plan, actuals, **more)  # type: ignore[arg-type]
    with pytest.raises(SettingsError, match="no roster"):
        read_situation(without_roster(plan), actuals)
    with pytest.raises(SettingsError, match="nothing is known"):
        read_situation(plan, came(plan, 0), day=plan.forecast.grid.first_day)


@pytest.mark.parametrize(
    "bad", [{"kinds": ("magic",)}, {"replications": 1}, {"beyond_target": 2.0}, {"notice_min": -1}]
)
def test_settings_without_sense_are_refused(bad: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(bad))):
        IntradaySettings(**bad)


def test_accepting_takes_the_numbers_named(busy: tuple[Situation, IntradayPlan]) -> None:
    """One or all; an unknown number and two of one person are refused."""
    situation, answer = busy
    roster, chosen = accepted_roster(situation, answer, [answer.mix[0].number])
    assert [one.agent for one in chosen] == [answer.mix[0].agent]
    assert before_now(situation, roster) == before_now(situation, situation.roster)
    whole, _ = accepted_roster(situation, answer, [one.number for one in answer.mix])
    assert (
        whole.coverage(situation.problem.proficiency).tolist()
        == answer.roster.coverage(situation.problem.proficiency).tolist()
    )
    with pytest.raises(SettingsError, match="99"):
        accepted_roster(situation, answer, [99])
    twice = replace(answer, proposals=(answer.mix[0], replace(answer.mix[0], number=2)))
    with pytest.raises(SettingsError, match="two proposals"):
        accepted_roster(situation, twice, [1, 2])


def test_what_was_dismissed_is_not_proposed_again(busy: tuple[Situation, IntradayPlan]) -> None:
    situation, answer = busy
    gone = frozenset((one.agent, one.kind) for one in answer.proposals)
    again = steer(situation, IntradaySettings(replications=4, dismissed=gone))
    assert not {(one.agent, one.kind) for one in again.proposals} & gone


def test_the_log_tells_what_happened_since(busy: tuple[Situation, IntradayPlan], tmp_path: Path) -> None:
    """Kept, read again, and compared with what came later: contacts and share in time."""
    situation, answer = busy
    log = with_more(DayLog("2026-01-05"), decided(situation, answer.mix, ACCEPTED), promised(situation, answer.after))
    write_log(log, tmp_path / "deep" / "intraday.json")
    assert read_log(tmp_path / "deep" / "intraday.json", date(2026, 1, 5)) == log
    assert read_log(tmp_path / "deep" / "intraday.json", date(2026, 1, 6)).decisions == ()
    plan = situation.plan
    later = came(plan, NOON + 2, 1.0, within_target=6.0)
    row = next(one for one in afterwards(log, later) if one.queue == "phone")
    said = situation.plan.forecast.volume[0, NOON : NOON + 2]
    assert row.came == pytest.approx(said.sum())
    assert row.expected == pytest.approx(said.sum(), abs=0.02)
    assert row.level == pytest.approx(12.0 / said.sum())
    assert (row.since[11:16], row.until[11:16]) == ("12:00", "13:00")


def test_newer_promises_replace_older() -> None:
    old, new = (Promise(at, "phone", "2026-01-05T13:00:00+08:00", n, 0.5) for at, n in (("a", 1.0), ("b", 2.0)))
    assert with_more(DayLog("2026-01-05", (), (old,)), (), (new,)).promises == (new,)


def test_a_damaged_log_is_told(tmp_path: Path) -> None:
    (tmp_path / "intraday.json").write_text(json.dumps({"format": 9}), encoding="utf-8")
    with pytest.raises(SettingsError, match="no log"):
        read_log(tmp_path / "intraday.json", date(2026, 1, 5))


def test_a_longer_handle_time_is_believed_by_its_weight() -> None:
    """With many contacts nearly all of it is carried on, with few hardly any."""
    plan = day_plan((0, 0, "08:00", FULL), volume=60.0)
    many = read_situation(plan, came(plan, NOON, 1.0, aht_s=360.0)).so_far[0].aht_factor
    few = read_situation(plan, came(plan, 17, 0.05, aht_s=360.0)).so_far[0].aht_factor
    assert 1.05 < many < 1.2
    assert 1.0 < few < 1.01


def test_nobody_twice_in_the_list(busy: tuple[Situation, IntradayPlan]) -> None:
    """Each person has one proposal, so that any of them may be taken together."""
    people = [one.agent for one in busy[1].proposals]
    assert len(people) == len(set(people))


def test_a_shift_type_of_one_agent_is_left_alone_where_rules_forbid() -> None:
    """The only supervisor may not go: rules of several people hold as well."""
    plan = day_plan((0, 0, "08:00", FULL), agents=(make_agent(0, ("phone",)),))
    _, answer = asked(plan, 26, 0.2, IntradaySettings(replications=4))
    assert not [one for one in answer.proposals if one.agent != "a0"]
