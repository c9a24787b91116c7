"""Which rows the judge asks to be raised, and by how much."""

from dataclasses import replace

import numpy as np
import pytest

from staffing.domain.queue import Channel, DeadlineTarget, DeadlineUnit, Queue
from staffing.domain.requirement import ServiceCurve, Workload
from staffing.domain.verdict import RaisedRow
from staffing.simulate.raising import demands, missing_contacts, raise_rows
from tests.simulate.small import case, on_phones, phone

HOURS = (np.arange(48) >= 16) & (np.arange(48) < 40)


def asked(agents, required, queue=None, draws=60):
    """Demands on twelve hours with `agents` on duty all the time and `required` asked for; the case and verdict too."""
    queue = queue or phone(patience_s=180.0)
    found = case((queue,), on_phones(agents, 32, 80), 60.0 * HOURS, 300.0, is_open=HOURS)
    rows = np.broadcast_to(np.asarray(required, dtype=float), (1, 48)) * HOURS
    found = replace(found, requirement=replace(found.requirement, agents=rows, agents_gross=rows))
    verdict = found.judge(draws)
    return demands(
        found.requirement, found.forecast, found.problem, found.roster, found.queues, verdict
    ), found, verdict  # fmt: skip


def test_a_day_on_target_asks_for_nothing():
    """Thirteen agents keep 80 %."""
    found, _, verdict = asked(13, 13.0)
    assert verdict.rows[1].service_level > 0.8
    assert found.raised == found.lacking == ()


def test_rows_staffed_as_required_are_raised_to_about_what_is_needed():
    """Ten agents were thought enough; twelve are, and the rows of the open hours are raised to about that."""
    found, case_, verdict = asked(10, 10.0)
    assert found.lacking == ()
    assert {row.queue for row in found.raised} == {"phone"}
    assert {row.step for row in found.raised} <= set(range(16, 40))
    assert len(found.raised) >= 20
    assert np.mean([row.after for row in found.raised]) == pytest.approx(12.0, abs=0.7)
    assert all(row.after <= 12.5 + 1e-9 for row in found.raised)  # a quarter more at most in one round
    assert missing_contacts(verdict, case_.queues) > 50
    raised = raise_rows(case_.requirement, found.raised)
    step = found.raised[0].step
    assert raised.agents_gross[0, step] == found.raised[0].after > case_.requirement.agents_gross[0, step]
    assert raised.agents_gross[0, 0] == case_.requirement.agents_gross[0, 0]


def test_rows_without_the_people_required_are_not_raised():
    """Ten agents where thirteen were asked for: people are lacking, not rows."""
    found, _, _ = asked(10, 13.0)
    assert found.raised == ()
    assert [(row.queue, row.day) for row in found.lacking] == [("phone", 0)]


def test_only_the_staffed_half_of_a_day_is_raised():
    """In the afternoon agents are missing; the morning alone is raised."""
    found, _, _ = asked(10, np.where(np.arange(48) < 28, 10.0, 10.8))
    assert found.raised
    assert {row.step for row in found.raised} <= set(range(16, 28))


def test_a_day_that_lacks_many_agents_teaches_nothing():
    """When a seventh of the agents required is missing on the day, even its staffed intervals are left alone."""
    found, _, _ = asked(10, np.where(np.arange(48) < 28, 10.0, 14.0))
    assert found.raised == ()
    assert len(found.lacking) == 1


def test_a_target_inside_the_band_is_left_alone():
    """Two replications of a crew near the target prove no miss."""
    found, _, verdict = asked(12, 12.0, draws=2)
    assert not verdict.rows[1].is_surely_short
    assert found.raised == ()


def test_a_target_to_be_kept_with_probability_asks_for_more():
    """A crew that keeps the mean but half of the days only is raised when 95 of 100 days are promised."""
    assert asked(12, 12.0)[0].raised == ()
    sure = asked(12, 12.0, phone(patience_s=180.0, probability=0.95))
    assert sure[2].rows[1].probability < 0.85
    assert sure[0].raised
    assert missing_contacts(sure[2], sure[1].queues) > 5
    # Nothing is missing where the chance asked for is reached, and less with one agent more.
    fewer = [missing_contacts(found[2], found[1].queues) for found in (
        asked(agents, float(agents), phone(patience_s=180.0, probability=0.95)) for agents in (11, 12, 13, 15)
    )]  # fmt: skip
    assert fewer == sorted(fewer, reverse=True)
    assert fewer[-1] == 0.0


def email_case(agents, factor=1.0):
    queue = Queue("email", Channel.EMAIL, DeadlineTarget(1, DeadlineUnit.HOURS, 0.95))
    arrived = np.cumsum(HOURS * 12 * 600 / 3600)
    due = np.concatenate([np.zeros(2), arrived[:-2]])
    work = Workload("email", arrived, due, factor)
    return case((queue,), on_phones(agents, 32, 96), 12.0 * HOURS, 600.0, workload=(work,))


def test_work_that_is_done_in_the_mean_but_late_in_simulation_gets_more_hours():
    """Four agents do the mean work in time; random arrivals need more, and the tube's factor is raised."""
    found = email_case(4)
    verdict = found.judge(60)
    asked_for = demands(found.requirement, found.forecast, found.problem, found.roster, found.queues, verdict)
    assert verdict.rows[0].expected_sl > 0.95 > verdict.rows[0].high95
    (rise,) = asked_for.raised
    assert (rise.queue, rise.step, rise.before) == ("email", None, 1.0)
    assert 1.01 <= rise.after <= 1.3
    raised = raise_rows(found.requirement, asked_for.raised)
    assert raised.workload[0].gross_factor == rise.after
    np.testing.assert_allclose(raised.agents_gross, found.requirement.agents_gross * rise.after)


def test_work_that_cannot_be_done_in_time_lacks_people():
    """Three agents do not even do the mean work: more hours asked for would change nothing."""
    found = email_case(3)
    verdict = found.judge(20)
    asked_for = demands(found.requirement, found.forecast, found.problem, found.roster, found.queues, verdict)
    assert asked_for.raised == ()
    assert [row.queue for row in asked_for.lacking] == ["email"]


def test_raised_rows_are_expected_to_keep_what_their_curve_says():
    """The level at the new number of agents is read off the queue's curve; net agents rise in proportion."""
    curve = ServiceCurve(("phone",), np.full(48, 8), np.tile([0.4, 0.6, 0.8, 0.9], (48, 1)))
    found = case((phone(unplanned_shrinkage=0.2),), on_phones(1, 32, 80), 60.0 * HOURS, 300.0, curves=(curve,))
    net = 8.0 * HOURS[np.newaxis]
    requirement = replace(found.requirement, agents=net, agents_gross=net / 0.8, expected_sl=np.full((1, 48), 0.4))
    raised = raise_rows(requirement, (RaisedRow("phone", 20, 10.0, 12.5),))
    assert raised.agents[0, 20] == pytest.approx(10.0)
    assert raised.expected_sl[0, 20] == pytest.approx(0.8)
    assert raised.expected_sl[0, 21] == 0.4


def test_a_raised_step_has_its_own_share_of_absent() -> None:
    """Half stay away in the step raised, nobody in the others: two more on the roster are one more present."""
    found = case((phone(),), on_phones(1, 32, 80), 60.0 * HOURS, 300.0)
    net = 8.0 * HOURS[np.newaxis]
    gross = np.where(np.arange(48) == 20, 2.0, 1.0) * net
    requirement = replace(found.requirement, agents=net, agents_gross=gross)
    raised = raise_rows(requirement, (RaisedRow("phone", 20, 16.0, 18.0), RaisedRow("phone", 21, 8.0, 9.0)))
    assert raised.agents[0, 20:23].tolist() == pytest.approx([9.0, 9.0, 8.0])
    assert raised.agents_gross[0, 20:23].tolist() == [18.0, 9.0, 8.0]
