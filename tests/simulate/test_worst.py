"""Worst intervals, their bands and the joint chances, on rosters whose weak spot is known."""

import numpy as np
import pytest

from staffing.domain.queue import Channel, DeadlineTarget, DeadlineUnit, Queue
from staffing.domain.requirement import Workload
from staffing.domain.roster import BREAK, WORK
from tests.simulate.small import case, on_phones, phone, row


def lunch_case(**changes):
    """Twelve agents, all on the same break from 12:00 to 12:15: the half hour of the break is the worst."""
    segments = [
        (agent, *piece) for agent in range(12) for piece in ((32, 48, WORK, 0), (48, 49, BREAK, -1), (49, 80, WORK, 0))
    ]
    hours = (np.arange(48) >= 16) & (np.arange(48) < 40)
    return case((phone(patience_s=180.0),), segments, 60.0 * hours, 300.0, is_open=hours, **changes)


def test_the_worst_interval_is_the_common_break():
    """Queue, moment, level, band, contacts and agents of the interval everybody is away in."""
    verdict = lunch_case().judge(60)
    (worst,) = verdict.worst
    assert (worst.queue, worst.step, worst.target) == ("phone", 24, 0.8)
    assert worst.service_level == verdict.interval_sl[0, 24] == np.nanmin(verdict.interval_sl)
    assert worst.low95 < worst.service_level < worst.high95 < 0.6
    assert worst.contacts == pytest.approx(60, rel=0.05)
    assert (worst.required, worst.rostered) == (pytest.approx(10.0), 6.0)


def test_an_almost_empty_interval_is_not_the_worst():
    """Intervals with less than a tenth of the busiest one's contacts are not judged alone."""
    volume = np.where(np.arange(48) == 30, 2.0, 40.0)
    segments = [*on_phones(10, 0, 60), *on_phones(10, 62, 96)]
    verdict = case((phone(patience_s=60.0),), segments, volume, 180.0).judge(60)
    assert np.nanargmin(verdict.interval_sl[0]) == 30
    assert verdict.worst[0].step != 30


def test_a_queue_with_few_contacts_has_no_worst_interval():
    """One contact an hour, twenty replications: no interval can be judged alone."""
    assert case((phone(),), on_phones(1, 0, 96), 0.5, 60.0).judge(20).worst == ()


def test_bands_of_intervals_hold_what_other_seeds_find():
    """The band covers the level found with two thousand other replications in about 95 of 100 intervals."""
    found = lunch_case()
    few, truth = found.judge(60), found.judge(600, paths=found.paths(600, seed=8), seed=2)
    known = ~np.isnan(truth.interval_sl)
    inside = (few.interval_low95 <= truth.interval_sl) & (truth.interval_sl <= few.interval_high95)
    assert known.sum() == 24
    assert inside[known].mean() >= 0.85
    assert (few.interval_high95 - few.interval_low95)[known].mean() > (truth.interval_high95 - truth.interval_low95)[
        known
    ].mean()


def test_no_bands_without_a_second_batch():
    """A single replication has no band."""
    verdict = lunch_case().judge(1)
    assert verdict.interval_low95 is None
    assert verdict.interval_high95 is None


def test_work_is_worst_where_it_falls_due():
    """Deferred work with nobody to do it in the morning is late in the interval it is due in."""
    queue = Queue("email", Channel.EMAIL, DeadlineTarget(1, DeadlineUnit.HOURS, 0.95))
    arrived = np.minimum(np.arange(1, 49), 20) * 20 * 180 / 3600
    due = np.concatenate([[0.0, 0.0], arrived[:-2]])
    verdict = case(
        (queue,), on_phones(4, 24, 96), np.where(np.arange(48) < 20, 20.0, 0.0), 180.0,
        workload=(Workload("email", arrived, due),),
    ).judge(20)  # fmt: skip
    assert verdict.worst[0].step in range(2, 22)
    assert verdict.worst[0].service_level == 0.0


def test_chance_of_all_is_the_share_of_replications_without_a_miss():
    """With two independent queues the joint chance lies near the product, and is at most the least of the parts."""
    queues = (phone("a", patience_s=120.0), phone("b", patience_s=120.0, skill="other"))
    segments = [*on_phones(6, 0, 192), *on_phones(6, 0, 192, queue=1, first=6)]
    able = np.repeat(np.eye(2), 6, axis=0)
    verdict = case(queues, segments, [[26.0], [26.0]], 300.0, proficiency=able, days=2).judge(80)
    chances = [item.probability for item in verdict.days()]
    assert 0.05 < verdict.probability_all < min(chances)
    assert verdict.probability_all == pytest.approx(np.prod(chances), abs=0.15)
    weeks = [row(verdict, name).probability for name in ("a", "b")]
    assert verdict.probability_all <= verdict.probability_week <= min(weeks)


def test_nothing_to_keep_has_no_chance():
    """Without a single contact there is no joint chance."""
    verdict = case((phone(),), on_phones(1, 0, 96), 0.0, 60.0).judge(5)
    assert verdict.probability_all is verdict.probability_week is None
