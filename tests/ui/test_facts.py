"""The figures behind the pages."""

from dataclasses import replace
from datetime import date, datetime

import numpy as np
import pytest

from staffing.domain.demand import ContactHistory
from staffing.domain.queue import AnswerTarget, DeadlineUnit
from staffing.domain.result import Violation
from staffing.domain.shrinkage import ShrinkageReason
from staffing.domain.timegrid import TimeGrid
from staffing.erlang.calculator import crew_curve, sensitivity
from staffing.measures import Coverage, coverage, short_hours, worst_gaps
from staffing.plan import Plan
from staffing.ui.facts.calculator import (
    TEXTBOOK,
    answered_queues,
    crews_shown,
    curve_table,
    sensitivity_table,
    start_from,
)
from staffing.ui.facts.checks import checks, may_publish
from staffing.ui.facts.coverage import of_queue, on_intervals, over, short
from staffing.ui.facts.frames import busy_steps, daily_history, day_deviation, day_totals, heat, times
from staffing.ui.facts.people import at_short_queues, shown_agents
from staffing.ui.facts.tables import agent_day, cost_table, gap_rows, service_table, violation_table, week_table
from staffing.ui.facts.trace import busiest, curve_for, curve_frame, target_text, trace
from staffing.ui.facts.verdict import State, judgement, next_step
from staffing.ui.words import Words
from tests.builders import make_email, make_queue
from tests.plans import make_plan_value, without_roster

EN, ZH = Words("en"), Words("zh")
NAMES = {"phone": "Hotline", "email": "Mail"}


def clean(**changes) -> Plan:
    """A plan with no broken rule."""
    return make_plan_value(violations=(), **changes)


def two_queues() -> Coverage:
    """Two queues over four slots of half an hour: one lacks an agent where the other has two too many."""
    grid = TimeGrid("UTC", date(2026, 1, 5), 1, 30)
    required, assigned = np.zeros((2, 48)), np.zeros((2, 48))
    required[0, 20:24], assigned[0, 20:24] = 3.0, [3, 2, 2, 4]
    required[1, 20:24], assigned[1, 20:24] = 1.0, [1, 3, 1, 1]
    return Coverage(grid, ("a", "b"), required > 0, required, assigned, np.ones((2, 48)))


def test_surplus_of_one_queue_hides_no_shortage_of_another() -> None:
    """Short and over are summed by queue, never set off against each other."""
    table = two_queues()
    assert short(table)[20:24].tolist() == [0, 1, 1, 0]
    assert over(table)[20:24].tolist() == [0, 2, 0, 1]
    assert of_queue(table, None)[0][21] == 4
    assert of_queue(table, "b")[1][21] == 3


def test_intervals_are_means_of_their_slots() -> None:
    """An hour of two half-hour slots holds their mean."""
    hourly = on_intervals(two_queues(), 60)
    assert hourly.grid.n == 24
    assert hourly.assigned[0, 10:12].tolist() == [2.5, 3.0]
    assert on_intervals(hourly, 60) is hourly


def test_the_heat_map_shows_shortage_first() -> None:
    """Where one queue is short the cell is short, whatever the others have."""
    frame = heat(two_queues(), None, EN).set_index("clock")
    assert frame["net"].tolist() == [0, -1, -1, 1]
    assert heat(two_queues(), "b", ZH)["net"].tolist() == [0, 2, 0, 0]
    assert set(frame["day"]) == {"Mon 5 Jan"}


def test_the_repeated_hour_of_autumn_is_one_cell() -> None:
    """A day of 25 hours has two slots at 02:00; the heat map keeps the worse."""
    grid = TimeGrid("Europe/Berlin", date(2026, 10, 25), 1, 60)
    required = np.ones((1, 25))
    assigned = np.ones((1, 25))
    assigned[0, 3] = 0.0
    table = Coverage(grid, ("a",), required > 0, required, assigned, required)
    frame = heat(table, None, EN)
    assert len(frame) == 24
    assert frame.set_index("clock")["net"]["02:00"] == -1
    assert times(grid)["hour"].tolist() == list(range(25))


def test_a_day_is_cut_to_its_busy_hours() -> None:
    """A single day is shown from an hour before to an hour after; several days are shown whole."""
    grid = TimeGrid("UTC", date(2026, 1, 5), 2, 30)
    values = np.zeros(grid.n)
    values[20:30] = 1
    assert busy_steps(grid, 0, 1, values) == range(18, 32)
    assert busy_steps(grid, 1, 1, values) == range(48, 96)
    assert busy_steps(grid, 0, 2, values) == range(96)


def test_a_day_without_data_is_missing_not_zero() -> None:
    """Unknown days leave a hole in the history."""
    grid = TimeGrid("UTC", date(2026, 1, 5), 3, 60)
    offered = np.ones((1, 72))
    offered[0, 24:48] = np.nan
    frame = daily_history(ContactHistory(grid, ("a",), offered), "a", 30)
    assert [str(day) for day in frame["date"]] == ["2026-01-05", "2026-01-07"]
    assert daily_history(ContactHistory(grid, ("a",), offered), "derived", 30).empty


def test_a_day_total_has_all_its_spread() -> None:
    """Without other uncertainty a day of 100 contacts spreads by 10 (Poisson); a level of 10 % adds in squares."""
    volume = np.full(4, 25.0)
    assert day_deviation(volume, np.zeros(4), 0.0) == pytest.approx(10)
    assert day_deviation(volume, np.zeros(4), 0.1) == pytest.approx(np.sqrt(200))
    totals = day_totals(make_plan_value().forecast, "phone")
    assert totals["contacts"].tolist() == [96.0] * 7
    assert (totals["low"] < 96).all()
    assert (totals["high"] > 96).all()


def test_a_plan_is_judged_by_its_worst_side() -> None:
    """Broken rules and missed targets need action, doubtful ones a look, and a clean plan goes out."""
    plan = clean()
    assert judgement(plan, short_hours(plan), NAMES).state is State.WATCH  # the targets are kept in 70 % of weeks
    sure = replace(
        plan, verdict=replace(plan.verdict, rows=tuple(replace(r, probability=0.95) for r in plan.verdict.rows))
    )
    enough = replace(short_hours(plan), short_h=0.0)
    assert judgement(sure, enough, NAMES).state is State.GOOD
    assert next_step(sure, judgement(sure, enough, NAMES), False) == "publish"
    assert next_step(sure, judgement(sure, enough, NAMES), True) == "replan_stale"
    broken = replace(sure, violations=(Violation("rest", "hard", 0, 1, {}),))
    judged = judgement(broken, enough, NAMES)
    assert (judged.state, judged.reasons[0][1]) == (State.BAD, "hard")
    assert next_step(broken, judged, False) == "replan"
    missed = replace(
        plan, verdict=replace(plan.verdict, rows=tuple(replace(r, probability=0.1) for r in plan.verdict.rows))
    )
    reasons = judgement(missed, enough, NAMES).reasons
    assert reasons[0] == (State.BAD, "target_missed", (("count", 2), ("queues", "Hotline, Mail")))
    assert judgement(replace(plan, verdict=None), enough, NAMES).reasons[0][1] == "not_judged"
    assert judgement(without_roster(plan), enough, NAMES).reasons[0][1] == "no_roster"


def test_only_a_legal_roster_may_be_published() -> None:
    """A soft violation is shown, a hard one forbids."""
    soft = replace(clean(), violations=(Violation("span", "soft", None, 1, {}),))
    hard = replace(clean(), violations=(Violation("rest", "hard", 0, 1, {}),))
    assert [may_publish(plan) for plan in (clean(), soft, hard, without_roster(clean()))] == [True, True, False, False]
    states = {check.code: check.state for check in checks(hard, short_hours(hard))}
    assert (states["roster"], states["hard"], states["soft"]) == (State.GOOD, State.BAD, State.GOOD)
    assert {check.code: check.value for check in checks(soft, short_hours(soft))}["soft"] == 1


def test_one_number_is_traced_to_its_parts() -> None:
    """Volume, handle time, load, agents, absence and roster are those of the interval."""
    plan = make_plan_value()
    table = on_intervals(coverage(plan), 30)
    found = trace(plan, table, "phone", 16)
    assert (found.volume, found.aht_s, found.load_erl, found.agents, found.assigned) == (2.0, 300.0, 0.8, 1.0, 1.0)
    assert found.expected_sl == 1.0
    assert trace(plan, table, "email", 16).expected_sl is None
    assert (found.shrinkage, found.reasons, found.probability, found.heads) == (0.0, (), None, 1.0)
    assert 16 <= busiest(plan, "phone", 0) < 36
    curve = curve_for(plan, "phone")
    assert curve is not None
    assert curve_frame(curve, 20)["service_level"].tolist() == [0.0, 0.85, 0.99]
    assert curve_for(plan, "email") is None


def test_absence_and_risk_are_traced() -> None:
    """Unplanned reasons by name, heads with the planned ones, and the load planned for where a chance was asked."""
    plan = make_plan_value()
    reasons = (
        ShrinkageReason("late", 0.02),
        ShrinkageReason("sick", 0.1),
        ShrinkageReason("mail", 0.5, queues=("email",)),
    )
    centre = replace(plan.scenario.centre, shrinkage=reasons)
    shape = plan.requirement.agents.shape
    need = replace(
        plan.requirement,
        absent_share=np.full(shape, 0.118),
        planned_share=np.full(shape, 0.2),
        load_factor=np.full((2, 7), 1.12),
    )
    plan = replace(
        plan,
        scenario=replace(plan.scenario, centre=centre),
        requirement=need,
        settings=replace(plan.settings, probability=0.9),
    )
    found = trace(plan, on_intervals(coverage(plan), 30), "phone", 16)
    assert (found.shrinkage, found.planned, found.heads) == (0.118, 0.2, 1.25)
    assert found.reasons == (("sick", pytest.approx(0.1)), ("late", pytest.approx(0.02)))
    assert (found.probability, found.load_factor) == (0.9, 1.12)
    assert trace(plan, on_intervals(coverage(plan), 30), "email", 16).probability is None


def test_promises_in_words() -> None:
    """Each kind of target reads as a sentence in both languages."""
    assert target_text(make_queue(), EN) == "80% answered in 20 s"
    assert target_text(make_queue(target=AnswerTarget(0.9, 1800)), ZH) == "30 分钟内接通 90%"
    assert EN.method("erlang_a/mol/p0.9") == "Erlang A, load that moves through the day, with a chance of 90%"
    assert EN.method("derived:phone", {"phone": "Hotline"}) == "follows Hotline"
    assert ZH.method("day_regression+own_model") == "按日回归、own_model"
    assert target_text(make_email(), EN) == "95% done within 24 h"
    days = replace(make_email().target, unit=DeadlineUnit.WORKING_DAYS, amount=3)
    assert target_text(make_email(target=days), EN) == "95% done within 3 working days"


def test_filters_combine() -> None:
    """Teams, skills, search and shortage narrow the agents together, in order of team and id."""
    plan, table = make_plan_value(), coverage(make_plan_value())
    assert shown_agents(plan, table) == [0, 1]
    assert shown_agents(plan, table, search=" ANN ") == [0]
    assert shown_agents(plan, table, search="a1") == [1]
    assert shown_agents(plan, table, serves=["email"]) == [0, 1]
    assert shown_agents(plan, table, in_teams=["elsewhere"]) == []
    assert at_short_queues(without_roster(plan), table).tolist() == [False, False]
    lacking = replace(table, required=table.required + 5.0)
    assert shown_agents(plan, lacking, only_short=True) == [0, 1]
    plenty = replace(table, required=np.zeros_like(table.required))
    assert shown_agents(plan, plenty, only_short=True) == []


def test_tables_say_it_in_words() -> None:
    """Gaps, rules, costs, weeks and days read in the language of the page."""
    plan = make_plan_value()
    gap = gap_rows(worst_gaps(plan, 1), coverage(plan).grid, NAMES, EN)[0]
    assert gap["name"] in ("Hotline", "Mail")
    assert str(gap["when"]).startswith(("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"))
    broken = (Violation("rest", "hard", 0, 1, {"hours": 9.0}), Violation("span", "soft", None, None, {}))
    rules = violation_table(plan, broken, ZH)
    assert rules["rule"].tolist() == ["班次间休息", "主管与应急人员在岗"]
    assert rules["agent"].tolist() == ["Ann", "–"]
    costs = cost_table(plan, EN)["cost"].tolist()
    assert costs == sorted(costs, reverse=True)
    assert week_table(plan, [1], EN).iloc[0].tolist()[:3] == ["a1", "=cmd()", "team"]
    day = agent_day(plan, "a0", 0, EN)
    assert day["time"].tolist() == ["08:00–12:00", "12:00–12:30", "12:30–16:00"]
    assert day["activity"].tolist() == ["Work", "Meal", "Work"]
    assert agent_day(plan, "nobody", 0, EN).empty
    assert service_table(plan, {"phone": "Hotline", "email": "Mail"}, EN)["queue"].tolist() == ["Hotline", "Mail"]


def test_the_calculator_starts_from_a_queue() -> None:
    """The busiest interval and the promises of the queue; deadline queues are not offered."""
    plan = make_plan_value()
    assert answered_queues(plan) == ("phone",)
    start = start_from(plan, "phone")
    queue = plan.scenario.centre.queue("phone")
    row = plan.forecast.queues.index("phone")
    assert start.case.volume == pytest.approx(plan.forecast.volume[row].max(), abs=0.06)
    assert (start.case.target, start.case.patience_s) == (queue.target, queue.patience_s)


def test_the_calculator_draws_around_both_crews() -> None:
    """The curve holds the crew needed and the crew somebody has."""
    assert {14, 40} <= set(crews_shown(14, 40))
    assert {14, 2} <= set(crews_shown(14, 2))
    table = curve_table(crew_curve(TEXTBOOK.case, [10, 17]))
    assert np.isnan(table["asa_s"][0])
    assert table["asa_s"][1] > 0
    assert sensitivity_table(sensitivity(TEXTBOOK.case, 17))["volume"].nunique() == 5


def test_words_write_numbers_and_days() -> None:
    """A missing figure is a dash, and days read naturally in both languages."""
    when = date(2026, 2, 2)
    assert (EN.day(when), ZH.day(when)) == ("Mon 2 Feb", "2月2日 周一")
    assert (EN.number(None), EN.number(1234.56, 1), EN.percent(0.256), EN.signed(-1.25, 2)) == (
        "–",
        "1,234.6",
        "25.6%",
        "-1.25",
    )
    assert (EN.seconds(90), EN.seconds(1800), ZH.seconds(None)) == ("90 s", "30 min", "–")
    assert EN.span(datetime(2026, 2, 2, 8), datetime(2026, 2, 2, 9, 30)) == "Mon 2 Feb 08:00–09:30"
