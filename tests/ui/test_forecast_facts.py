"""What the Forecast and Accuracy pages say, as figures."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from staffing.domain.demand import ContactHistory
from staffing.domain.override import Override
from staffing.domain.queue import QueueSource, ScheduledWork
from staffing.domain.timegrid import TimeGrid
from staffing.forecast import BacktestReport, DayExplanation, EventEffect, Score, backtest, explain_days
from staffing.plan import Plan
from staffing.planning import update_forecast
from staffing.ui.facts.accuracy import part_table, past_days, queue_table, verdict, verdict_text
from staffing.ui.facts.explained import (
    effect_table,
    factor_table,
    is_modelled,
    layer_table,
    operation_text,
    reason,
    rule_text,
    steps_of,
    waterfall,
)
from staffing.ui.facts.frames import forecast_frame
from staffing.ui.facts.today import Today, problem, today_frame, today_table
from staffing.ui.past import holds
from staffing.ui.words import Words
from tests.builders import make_queue
from tests.ui.forecast_plan import make_forecast_plan

EN, ZH = Words("en"), Words("zh")
NAMES = {"phone": "Hotline", "email": "Mail"}


@pytest.fixture(scope="module")
def plan() -> Plan:
    return make_forecast_plan()


@pytest.fixture(scope="module")
def report(plan: Plan) -> BacktestReport:
    return backtest(plan.scenario, plan.table, origins=3, weeks=2)


def explained(**changes: float) -> DayExplanation:
    """A day of 1,000 contacts at its level."""
    factors = dict.fromkeys(("weekday", "holiday", "wave", "month", "season", "event"), 1.0) | changes
    return DayExplanation(
        "phone", date(2026, 1, 5), "day_regression", 1000 * float(np.prod(list(factors.values()))), 1000.0, **factors
    )


def test_steps_lead_from_the_level_to_the_forecast() -> None:
    """Only factors that do something are steps; each begins where the last ended, also self-service and layers."""
    day = explained(weekday=1.2, event=1.5)
    steps = steps_of(day, 1440.0, 1500.0, deflection=0.2)
    assert [step.kind for step in steps] == ["level", "weekday", "event", "self_service", "layers", "total"]
    assert [step.after for step in steps] == pytest.approx([1000, 1200, 1800, 1440, 1500, 1500])
    assert [step.before for step in steps] == pytest.approx([0, 1000, 1200, 1800, 1440, 0])
    assert [step.kind for step in steps_of(day, 1800.0, 1800.0)] == ["level", "weekday", "event", "total"]


def test_what_the_factors_do_not_explain_is_told() -> None:
    """The mean of past weeks, or of several models, is a step of its own; rounding is not."""
    assert [step.kind for step in steps_of(explained(), 1004.0, 1004.0)] == ["level", "total"]
    assert [step.kind for step in steps_of(explained(), 1100.0, 1100.0)] == ["level", "rest", "total"]
    guarded = replace(explained(), method="mean4")
    assert [step.kind for step in steps_of(guarded, 900.0, 900.0)] == ["level", "guard", "total"]


def test_the_plan_is_explained_within_rounding(plan: Plan) -> None:
    """Level times factors is the forecast before layers, and layers close the rest, on every day."""
    forecast = plan.forecast
    days = explain_days(plan.scenario, plan.table, "phone", forecast.grid.first_day, 7)
    base = np.add.reduceat(forecast.base_volume[0], forecast.grid.day_start[:-1])
    final = np.add.reduceat(forecast.volume[0], forecast.grid.day_start[:-1])
    for number, day in enumerate(days):
        steps = steps_of(day, float(base[number]), float(final[number]))
        assert "rest" not in [step.kind for step in steps]
        assert ("layers" in [step.kind for step in steps]) == (number == 1)
        assert ("event" in [step.kind for step in steps]) == (number == 2)
    table = factor_table(days, plan, "phone")
    assert "event" in table
    assert "holiday" not in table
    assert table["planned"].tolist() == pytest.approx(final)


def test_causes_in_words() -> None:
    """Weekday, place beside a holiday, long holiday and event are named in both languages."""
    day = replace(explained(weekday=1.2, holiday=0.5, wave=1.1, event=1.3), near="Fair", place="before")
    day = replace(day, waves=("Spring",), events=("promo", "price"))
    steps = steps_of(day, day.volume, day.volume)
    said = [reason(step, day, 0, EN) for step in steps]
    assert said == ["Usual level", "Mon", "Just before Fair", "Weeks around Spring", "Event: promo, price", "Forecast"]
    assert reason(steps[2], day, 0, ZH) == "Fair前"
    assert reason(steps[2], replace(day, place=""), 0, EN) == "Holiday nearby"
    frame = waterfall(steps, said, EN)
    assert frame["told"].tolist()[1] == "+20.0% (+200)"
    assert frame["kind"].tolist() == ["whole", "more", "less", "more", "more", "whole"]
    assert (frame["low"] <= frame["high"]).all()


def test_rules_of_queues_without_history() -> None:
    """Derived and scheduled queues tell their rule; a queue with a history has none."""
    derived = make_queue("b", source=QueueSource("phone", 0.125, 4.0, 1))
    text = rule_text(derived, NAMES, EN)
    assert text is not None
    assert "12.50% of the contacts of Hotline, 4 hours later, at the opening 1 open day" in text
    weekly = rule_text(make_queue("c", schedule=ScheduledWork("week", 100.0, 5, 0.5)), NAMES, EN)
    assert weekly is not None
    assert "100 every week, due on Fri" in weekly
    assert "200 attempts" in weekly
    monthly = rule_text(make_queue("d", schedule=ScheduledWork("month", 320.0, 5)), NAMES, ZH)
    assert monthly is not None
    assert "每月 320 件，第 5 天到期" in monthly
    assert rule_text(make_queue(), NAMES, EN) is None
    assert is_modelled("day_regression+random_walk")
    assert is_modelled("mean8")
    assert not is_modelled("given")


def test_layers_tell_what_they_change(plan: Plan) -> None:
    """Each layer of the queue with its effect in the plan; one that is off changes nothing."""
    table = layer_table(plan, "phone", EN, plan.scenario.overrides)
    base, volume = plan.forecast.base_volume, plan.forecast.volume
    change = float((volume[0] - base[0]).sum())
    assert table["note"].tolist() == ["mailing", "off for now", "new system"]
    assert table["on"].tolist() == [True, False, True]
    assert table["change"].tolist() == [f"{change:+,.0f} contacts", "", "+30.0 s handle time"]
    assert table["operation"].tolist() == ["contacts × 1.5", "contacts + 50", "handle time + 30"]
    assert layer_table(plan, "email", EN, plan.scenario.overrides)["note"].tolist() == ["new system"]
    fewer = Override(plan.scenario.overrides[0].start, plan.scenario.overrides[0].end, operation="add", value=-5.0)
    assert operation_text(fewer, EN) == "contacts − 5"
    assert "base" in forecast_frame(plan.forecast, "phone", range(10))
    assert "base" not in forecast_frame(replace(plan.forecast, base_volume=None), "phone", range(10))


def test_effects_are_events_first() -> None:
    """Events come before holidays, and each says where its factor is from."""
    effects = (
        EventEffect("Fair", 0.5, 0.4, 0.6, False, 3, "holiday"),
        EventEffect("Fair", 1.2, 1.1, 1.3, False, 3, "eve"),
        EventEffect("promo", 1.35, 1.2, 1.5, True, 0),
        EventEffect("launch", 1.0, 0.6, 1.7, False, 0),
    )
    table = effect_table(effects, EN)
    assert table["name"].tolist() == ["launch", "promo", "Fair", "Day before Fair"]
    assert table["source"].tolist() == ["not seen yet", "given", "learned", "learned"]
    assert table["change"].tolist() == pytest.approx([0.0, 0.35, -0.5, 0.2])


def morning(plan: Plan, factor: float, hours: int = 3) -> ContactHistory:
    """The first hours of the plan's first day at `factor` times the forecast, phone only."""
    grid = TimeGrid(plan.forecast.grid.timezone, plan.forecast.grid.first_day, 1, plan.forecast.grid.step_min)
    came = np.full((1, grid.n), np.nan)
    came[0, : 16 + 2 * hours] = np.round(factor * plan.forecast.volume[0, : 16 + 2 * hours])
    return ContactHistory(grid, ("phone",), came)


def test_a_busy_morning_moves_the_rest_of_the_day() -> None:
    """Twice the morning lifts the rest, by less than twice; the sums of the table are those of the forecasts."""
    plan = make_forecast_plan(layers=False)
    came = morning(plan, 2.0)
    found = Today(plan.forecast, update_forecast(plan.scenario, plan.table, plan.forecast, came), came)
    table = today_table(found)
    (row,) = table.to_dict("records")
    assert found.cut == 22
    assert row["came"] > 1.8 * row["expected"] > 0
    assert 0 < row["change"] < 1
    assert row["day_after"] == pytest.approx(row["came"] + row["rest_after"])
    assert row["day_before"] == pytest.approx(row["expected"] + row["rest_before"])
    frame = today_frame(found, "phone", range(14, 40))
    assert frame["came"].notna().sum() == 22 - 14
    assert frame["base"].tolist() == plan.forecast.volume[0, 14:40].round(2).tolist()
    assert today_frame(found, "email", range(14, 40))["came"].isna().all()


def test_contacts_of_another_day_say_nothing(plan: Plan) -> None:
    """Another day, and a day without a figure, are told apart from a day that can be used."""
    first = plan.forecast.grid.first_day
    came = morning(plan, 1.0)
    assert problem(came, first) is None
    assert problem(came, first + timedelta(days=1)) == "other_day"
    assert problem(replace(came, offered=np.full_like(came.offered, np.nan)), first) == "nothing"


def score(**changes: float) -> Score:
    """A score of 10 % beside 12.5 % of the mean."""
    values = {"forecast_days": 7, "contacts": 100.0, "wape": 0.1, "wape_mean4": 0.125, "wape_mean8": 0.125}
    values |= {"ratio_mean4": 0.8, "ratio_mean8": 0.8, "wape_day": 0.05, "floor": 0.05, "bias": 0.01}
    values |= dict.fromkeys(("coverage80", "coverage95", "day_coverage80", "plain80", "plain95", "pinball"), 0.8)
    return Score("phone", "all", "all", **(values | changes))


def test_verdicts() -> None:
    """Better, alike and worse than the mean of four weeks; near the floor there is little to gain."""
    assert [verdict(score(ratio_mean4=ratio)) for ratio in (0.8, 1.0, 1.2)] == ["better", "alike", "worse"]
    assert verdict(score(ratio_mean4=float("nan"))) == "unknown"
    assert verdict_text(score(), "Hotline", EN) == (
        "Hotline: errors of 10.0% of the contacts per interval, 20% better than the mean of 4 weeks"
    )
    assert "20% worse" in verdict_text(score(ratio_mean4=1.2), "Hotline", EN)
    assert "chance alone makes 9.5%" in verdict_text(score(floor=0.095), "Hotline", EN)
    assert "差 20%" in verdict_text(score(ratio_mean4=1.2), "热线", ZH)


def test_tables_of_a_report(report: BacktestReport) -> None:
    """A row per queue; of one queue its kinds of day, the first day and each week."""
    table = queue_table(report, NAMES)
    assert table["part"].tolist() == ["Hotline", "Mail"]
    assert table["wape"].tolist() == [report.score("phone").wape, report.score("email").wape]
    parts = part_table(report, "phone", EN)
    assert parts["part"].tolist() == [
        "All days", "Ordinary days", "Special days", "First day", "Week 1 ahead", "Week 2 ahead",
    ]  # fmt: skip
    assert parts["contacts"][0] == parts["contacts"][1] + parts["contacts"][2]
    alone = part_table(replace(report, weeks=1), "phone", EN)
    assert alone["part"].tolist()[-1] == "First day"


def test_each_day_is_shown_once(report: BacktestReport) -> None:
    """A week ahead holds seven days of every origin; a point outside its band says so."""
    frame = past_days(report, "phone", 1, EN)
    assert len(frame) == 7 * len(report.origins)
    assert frame["day"].is_unique
    outside = (frame["actual"] < frame["low"]) | (frame["actual"] > frame["high"])
    assert (frame["place"] == "Came outside the range").tolist() == outside.tolist()
    assert past_days(report, "nobody", 0, EN).empty


def test_a_longer_history_must_hold_the_plans(plan: Plan) -> None:
    """The centre's history is used only where it holds the plan's own contact for contact."""
    scenario, grid = plan.scenario, plan.scenario.history.grid
    kept = replace(grid, first_day=grid.dates[-14], days=14)
    own = scenario.history.offered[:, -kept.n :]
    short = replace(scenario, history=ContactHistory(kept, scenario.history.queues, own))
    assert holds(scenario, short)
    assert holds(short, short)
    assert not holds(short, scenario)
    other = replace(short, history=ContactHistory(kept, scenario.history.queues, own + 1.0))
    assert not holds(scenario, other)
    assert not holds(replace(scenario, history=ContactHistory(grid, ("a", "b"), scenario.history.offered)), short)
