"""A fix is true: the agent it names lifts the level it says, on draws it has not seen."""

from dataclasses import replace

import numpy as np
import pytest

from staffing.domain.people import Contract
from staffing.domain.queue import Channel, DeadlineTarget, DeadlineUnit, Queue
from staffing.domain.requirement import Workload
from staffing.domain.rules import Costs
from staffing.domain.shift import BreakType, ShiftType
from staffing.simulate.fix import Extra, candidates, with_agent
from tests.simulate.small import case, on_phones, phone, row

HOURS = (np.arange(96) % 48 >= 16) & (np.arange(96) % 48 < 40)
MEAL = BreakType("meal", 30, paid=False, earliest_min=60, latest_min=180)


def short_case(agents=9, **changes):
    """Two days from 8 to 20; on the second one only five agents from 14:00 to 17:00."""
    segments = [
        *on_phones(agents, 32, 80),
        *on_phones(5, 128, 176),
        *[(agent, start, end, 0, 0) for agent in range(5, agents) for start, end in ((128, 152), (164, 176))],
    ]
    found = case((phone(patience_s=180.0),), segments, 40.0 * HOURS, 300.0, is_open=HOURS, days=2, **changes)
    people = tuple(replace(agent, contract="any") for agent in found.problem.agents)
    problem = replace(
        found.problem,
        agents=people,
        contracts=(Contract("any", 0, 2400, 0, 6, ("four",)),),
        shifts=(ShiftType("four", 480, 960, 60, (240,), ("meal",)),),
        breaks=(MEAL,),
        costs=Costs(wage_per_h=50.0),
    )
    return replace(found, problem=problem)


def with_fix(found, fix):
    """The case with the fix's agent; a shift's break lies where the fix has put it."""
    pieces = ((fix.start, fix.end),)
    if fix.shift:
        counts = np.zeros((1, 96, 6), dtype=np.int64)
        counts[0, :, 1] = 1
        extras = candidates(found.problem, found.queues[0], 0, fix.day, counts)
        pieces = next(extra.pieces for extra in extras if extra.shift == fix.shift)
    problem, roster = with_agent(found.problem, found.roster, Extra(0, fix.day, fix.shift, pieces, fix.hours, fix.cost))
    return replace(found, problem=problem, roster=roster)


def test_the_block_lies_in_the_hole_and_lifts_the_day():
    """Named day and hours are those of the hole, and two hundred other weeks find the gain the fix says."""
    found = short_case()
    verdict = found.judge(60, fixes=3)
    block = next(fix for fix in verdict.fixes if not fix.shift)
    assert (block.queue, block.day, block.hours, block.cost) == ("phone", 1, 2.0, 100.0)
    assert 150 <= block.start < block.end <= 166
    assert 0 < block.low95 <= block.gain <= block.high95
    before = row(verdict, "phone", 1)
    assert (block.service_before, block.probability_before) == (pytest.approx(before.service_level), before.probability)
    paths = found.paths(200, seed=9)
    plain, fixed = (one.judge(paths=paths, seed=5) for one in (found, with_fix(found, block)))
    won = row(fixed, "phone", 1).service_level - row(plain, "phone", 1).service_level
    assert won == pytest.approx(block.gain, abs=0.02)
    assert won > 0
    assert row(fixed, "phone", 0).service_level == pytest.approx(row(plain, "phone", 0).service_level, abs=1e-3)


def test_a_shift_of_the_centre_is_offered_with_its_breaks_and_its_pay():
    """The four-hour shift is paid without its meal, and saves more than the block, for more money."""
    fixes = short_case().judge(60, fixes=3).fixes
    block, shift = (next(fix for fix in fixes if bool(fix.shift) is kind) for kind in (False, True))
    assert (shift.shift, shift.hours, shift.cost, shift.end - shift.start) == ("four", 3.5, 175.0, 16)
    assert shift.contacts > block.contacts
    rates = [fix.contacts / fix.cost for fix in fixes]
    assert rates == sorted(rates, reverse=True)


def test_nothing_is_offered_when_all_days_keep_their_target():
    """Enough agents everywhere: no fix."""
    found = case((phone(patience_s=180.0),), on_phones(14, 32, 80), 40.0 * HOURS[:48], 300.0, is_open=HOURS[:48])
    verdict = found.judge(20, fixes=3)
    assert not any(item.is_short for item in verdict.days())
    assert verdict.fixes == ()


def test_a_day_that_keeps_its_mean_but_not_its_chance_gets_a_fix():
    """Asked for 99 of 100 days, the same roster is offered an agent."""
    sure = phone(patience_s=180.0, probability=0.99)
    hours = HOURS[:48]
    found = case((sure,), on_phones(9, 32, 80), 40.0 * hours, 300.0, is_open=hours)
    verdict = found.judge(60, fixes=1)
    assert not any(item.is_short for item in verdict.days())
    assert verdict.days()[0].probability < 0.99
    assert verdict.fixes[0].probability_after > verdict.fixes[0].probability_before


def test_fixes_do_not_change_the_verdict():
    """Looking for fixes leaves every judged figure as it was."""
    found = short_case()
    with_them, without = found.judge(20, fixes=3), found.judge(20)
    assert with_them.rows == without.rows
    assert without.fixes is None  # nobody has looked


def test_the_extra_agent_may_be_absent_like_anybody():
    """With half of all shifts missed the same agent wins less."""
    sure = short_case().judge(60, fixes=1, absence=True).fixes[0]
    queue = phone(patience_s=180.0, unplanned_shrinkage=0.5)
    ill = replace(short_case(agents=18), queues=(queue,)).judge(60, fixes=1, absence=True)
    assert ill.fixes == () or ill.fixes[0].gain < sure.gain


def test_late_deferred_work_is_saved_before_it_is_due():
    """Work promised in four hours, too few agents all day: an agent more on that day lifts the share in time."""
    queue = Queue("email", Channel.EMAIL, DeadlineTarget(4, DeadlineUnit.HOURS, 0.95))
    arrived = np.cumsum(HOURS[:48] * 10 * 300 / 3600)
    due = np.concatenate([np.zeros(8), arrived[:-8]])
    found = case((queue,), on_phones(1, 32, 96), 10.0 * HOURS[:48], 300.0, is_open=np.arange(48) >= 16,
                 workload=(Workload("email", arrived, due),))  # fmt: skip
    fix = found.judge(30, fixes=1).fixes[0]
    assert fix.low95 > 0
    problem, roster = with_agent(found.problem, found.roster, Extra(0, 0, "", ((fix.start, fix.end),), 2.0, 80.0))
    paths = found.paths(60, seed=9)
    plain = row(found.judge(paths=paths), "email", 0).service_level
    assert row(replace(found, problem=problem, roster=roster).judge(paths=paths), "email", 0).service_level > plain
