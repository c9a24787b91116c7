"""The judge: verdicts of small rosters, worked out by hand or compared with each other."""

from dataclasses import replace
from datetime import date
from itertools import pairwise

import numpy as np
import pytest

from staffing.domain.queue import AnswerTarget, Channel, Queue
from staffing.domain.requirement import ServiceCurve
from staffing.domain.roster import BREAK, WORK
from staffing.simulate.world import Replication, play
from tests.simulate.small import Case, case, on_phones, phone, row


def level(found: Case, **settings: object) -> float:
    """Mean simulated service level of the first queue over the horizon."""
    value = found.judge(**settings).week()[0].service_level
    assert value is not None
    return value


def mean_wait_s(played: list[Replication], queue: int) -> float:
    """Mean wait of the contacts of a queue that were answered."""
    waits = [(p.outcome.begun_s - p.contacts.arrival_s)[p.contacts.queue == queue] for p in played]
    return float(np.nanmean(np.concatenate(waits)))


def test_verdict_has_a_row_for_each_queue_and_day() -> None:
    """Rows: the horizon for every queue, then every day; figures are shares, the band holds the mean."""
    queues = (phone(patience_s=120.0), phone("sales"))
    found = case(queues, on_phones(4, 0, 192) + on_phones(4, 0, 192, queue=1, first=4), 20.0, 180.0, days=2)
    verdict = found.judge(30)
    assert [(r.queue, r.day) for r in verdict.rows] == [
        ("phone", None), ("sales", None), ("phone", 0), ("phone", 1), ("sales", 0), ("sales", 1),
    ]  # fmt: skip
    for each in verdict.rows:
        assert 0 <= each.low95 <= each.service_level <= each.high95 <= 1
        assert 0 <= each.probability <= 1
        assert each.occupancy == pytest.approx(20 * 180 / 1800 / 4, abs=0.05)
        assert each.contacts == pytest.approx(20 * 48 * (2 if each.day is None else 1), rel=0.03)
    assert verdict.interval_sl.shape == (2, 96)
    assert row(verdict, "sales").abandonment == 0.0


def test_same_seed_same_verdict_whatever_the_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replications in two processes give exactly the verdict of one process."""
    monkeypatch.setattr("staffing.simulate.judge._FEW", 0)
    found = case((phone(patience_s=120.0, unplanned_shrinkage=0.1),), on_phones(6, 0, 96), 40.0, 180.0)
    serial, parallel = found.judge(25, absence=True), found.judge(25, absence=True, workers=2)
    assert serial.rows == parallel.rows
    np.testing.assert_array_equal(serial.interval_sl, parallel.interval_sl)
    assert found.judge(25, absence=True, seed=2).rows != serial.rows


def test_first_replications_do_not_depend_on_how_many_follow() -> None:
    """Ten replications asked for out of thirty paths are the verdict on the first ten paths."""
    found = case((phone(patience_s=120.0),), on_phones(6, 0, 96), 40.0, 180.0)
    assert found.judge(30, replications=10).rows == found.judge(30, paths=found.paths(30)[:10]).rows


def test_more_agents_serve_no_worse() -> None:
    """Pooled over twenty seeds on the same contacts, each agent more raises the service level."""
    crews = [case((phone(patience_s=180.0),), on_phones(agents, 0, 96), 60.0, 300.0) for agents in (10, 11, 12, 13)]
    pooled = [np.mean([level(crew, draws=5, seed=seed) for seed in range(20)]) for crew in crews]
    assert all(few < more for few, more in pairwise(pooled))


def test_breaks_and_shift_ends_are_honoured() -> None:
    """No contact begins on a break or after the shift; one that has begun is finished over its start."""
    segments = [(0, 0, 20, WORK, 0), (0, 20, 22, BREAK, -1), (0, 22, 40, WORK, 0)]
    found = case((phone(),), segments, 6.0, 400.0)
    played = [play(found.world(), i, path) for i, path in enumerate(found.paths(40))]
    begun_s = np.concatenate([p.outcome.begun_s for p in played])
    done_s = np.concatenate([p.outcome.done_s for p in played])
    assert not np.any((begun_s >= 20 * 900) & (begun_s < 22 * 900))
    assert not np.any(begun_s >= 40 * 900)
    assert np.any((begun_s < 20 * 900) & (done_s > 20 * 900))
    assert np.any(begun_s == 22 * 900.0)  # somebody waits when the break ends


def test_no_contacts_no_figures() -> None:
    """A queue without contacts has no level, no band, no probability, and says so."""
    verdict = case((phone(), phone("quiet")), on_phones(2, 0, 96), [[5.0], [0.0]], 60.0).judge()
    quiet = row(verdict, "quiet")
    assert quiet.service_level is quiet.low95 is quiet.high95 is quiet.probability is quiet.abandonment is None
    assert (quiet.contacts, quiet.occupancy, quiet.expected_sl) == (0.0, None, None)
    assert np.isnan(verdict.interval_sl[1]).all()
    assert [(note.code, note.params) for note in verdict.notes] == [("simulation_no_contacts", (("queue", "quiet"),))]


def test_nobody_on_duty() -> None:
    """Without agents nobody is answered: level 0, abandonment 1, occupancy unknown."""
    found = case((phone(patience_s=60.0),), [], 5.0, 60.0, agents=1).judge()
    figures = row(found, "phone")
    assert (figures.service_level, figures.probability, figures.occupancy) == (0.0, 0.0, None)
    assert figures.abandonment == pytest.approx(1.0, abs=0.01)  # the last callers still have patience at the end


def test_closed_hours_turn_contacts_away() -> None:
    """Contacts that come while the queue is closed are not offered, and told."""
    is_open = np.arange(48) < 24
    found = case((phone(patience_s=60.0),), on_phones(3, 0, 48), 10.0, 60.0, is_open=is_open).judge(10)
    assert row(found, "phone").contacts == pytest.approx(240, rel=0.1)
    turned_away = next(note for note in found.notes if note.code == "simulation_turned_away")
    assert dict(turned_away.params)["contacts"] == pytest.approx(240, rel=0.1)


def test_patient_callers_wait_over_night() -> None:
    """A caller without a limit to patience who is not served before closing is served late next morning."""
    is_open = (np.arange(96) % 48 < 40) & (np.arange(96) % 48 >= 16)
    segments = [(0, 36, 80, WORK, 0), (0, 132, 176, WORK, 0)]
    found = case((phone(),), segments, 6.0, 600.0, is_open=is_open, days=2)
    late = [play(found.world(), i, np.where(is_open, path, 0)) for i, path in enumerate(found.paths(10))]
    first_day = [p.contacts.arrival_s < 86400 for p in late]
    assert any(np.any(p.outcome.begun_s[day] > 86400) for p, day in zip(late, first_day, strict=True))


def test_last_day_and_shift_beyond_the_horizon() -> None:
    """A night shift that leaves the horizon serves until the horizon ends; the days are kept apart."""
    found = case((phone(),), on_phones(2, 176, 210), np.arange(96) >= 88, 60.0, days=2)
    last = row(found.judge(20), "phone", 1)
    assert last.occupancy == pytest.approx(1 / 30 / 2, rel=0.3)
    assert last.service_level > 0.99
    first = row(found.judge(20), "phone", 0)
    assert (first.contacts, first.service_level) == (0.0, None)


@pytest.mark.parametrize(("first_day", "hours"), [(date(2026, 3, 28), 23), (date(2026, 10, 24), 25)])
def test_days_of_23_and_25_hours(first_day: date, hours: int) -> None:
    """A change of clocks moves no contact to another day: one erlang keeps two agents busy half of every day."""
    steps = 48 + 2 * hours
    found = case(
        (phone(),), on_phones(2, 0, 2 * steps), 10.0, 180.0, timezone="Europe/Berlin", first_day=first_day, days=2
    ).judge(40)
    assert row(found, "phone", 1).contacts == pytest.approx(10 * 2 * hours, rel=0.05)
    assert row(found, "phone", 1).occupancy == pytest.approx(0.5, abs=0.03)
    assert found.interval_sl.shape == (1, steps)


def test_absence_lowers_service_and_is_drawn_once() -> None:
    """Ten per cent absence on 20 people leaves 18 on average; the roster's coverage is net of it in the expectation."""
    queue = phone(patience_s=180.0, unplanned_shrinkage=0.1)
    curve = ServiceCurve(("phone",), np.full(48, 17), np.tile([0.5, 0.6, 0.7, 0.8], (48, 1)))
    found = case((queue,), on_phones(20, 0, 96), 96.0, 300.0, curves=(curve,))
    there, away = found.judge(60), found.judge(60, absence=True)
    assert row(away, "phone").service_level < row(there, "phone").service_level - 0.05
    assert row(away, "phone").expected_sl == pytest.approx(0.6)
    assert row(away, "phone").occupancy > row(there, "phone").occupancy
    world = found.world(absence=True)
    came = [play(world, i, np.zeros((1, 48), dtype=int)).staffed_s.sum() / 86400 for i in range(300)]
    assert np.mean(came) == pytest.approx(18.0, abs=0.3)


def test_absence_hits_the_same_people_on_another_roster() -> None:
    """One more agent on the roster does not change who of the others is absent."""
    queue = phone(unplanned_shrinkage=0.3)
    nothing = np.zeros((1, 48), dtype=int)
    few = case((queue,), on_phones(5, 0, 96), 1.0, 60.0, agents=8).world(absence=True)
    more = case((queue,), on_phones(6, 0, 96), 1.0, 60.0, agents=8).world(absence=True)
    for replication in range(30):
        extra = play(more, replication, nothing).staffed_s - play(few, replication, nothing).staffed_s
        assert extra[0, 0] in (0.0, 86400.0)


def test_a_slow_agent_takes_longer() -> None:
    """At proficiency 0.5 a contact of 120 s takes 240 s."""
    found = case((phone(),), on_phones(1, 0, 96), 1.0, 120.0, proficiency=0.5)
    played = play(found.world(service_cv=0.0), 0, found.paths(1)[0])
    taken_s = played.outcome.done_s - played.outcome.begun_s
    np.testing.assert_allclose(taken_s[~np.isnan(taken_s)], 240.0)


def test_help_inside_the_family_only() -> None:
    """An idle agent assigned to another phone queue helps, at the proficiency for that queue; a chat agent does not."""
    queues = (phone(), phone("sales"), Queue("chat", Channel.CHAT, AnswerTarget(0.8, 30.0)))
    segments = [(0, 0, 96, WORK, 1), (1, 0, 96, WORK, 2)]
    found = case(
        queues, segments, [[2.0], [0.0], [0.0]], 100.0, proficiency=np.array([[0.8, 1.0, 0.0], [1.0, 1.0, 1.0]])
    )
    played = play(found.world(service_cv=0.0), 0, found.paths(1)[0])
    assert set(played.outcome.agent.tolist()) == {0}
    taken_s = played.outcome.done_s - played.outcome.begun_s
    np.testing.assert_allclose(taken_s[~np.isnan(taken_s)], 125.0)


def test_priority_decides_between_the_other_queues() -> None:
    """An agent takes from its own queue first, then from the queue of higher priority."""
    queues = (phone("own"), phone("low"), phone("high", priority=1))
    found = case(queues, on_phones(1, 0, 96), [[3.0], [2.0], [2.0]], 240.0)
    played = [play(found.world(), i, path) for i, path in enumerate(found.paths(20))]
    wait_s = [mean_wait_s(played, queue) for queue in range(3)]
    assert wait_s[0] < wait_s[2] < wait_s[1]


def test_extra_urgent_work_jumps_every_queue() -> None:
    """The green channel: an emergency is served next, by whoever can, before the agent's own queue."""
    queues = (phone("own"), phone("emergency", urgency="extra_urgent"))
    found = case(queues, on_phones(1, 0, 96), [[6.5], [0.2]], 240.0)
    played = [play(found.world(), i, path) for i, path in enumerate(found.paths(20))]
    assert mean_wait_s(played, 1) < 300 < mean_wait_s(played, 0)


def test_urgent_work_comes_first_inside_its_family() -> None:
    """An urgent queue without agents of its own is served by the family's agents before their own queue."""
    urgent = phone("urgent", urgency="urgent")
    chat = Queue("chat", Channel.CHAT, AnswerTarget(0.8, 30.0))
    found = case((phone("own"), urgent, chat), on_phones(1, 0, 96) + on_phones(1, 0, 96, queue=2, first=1),
                 [[6.5], [0.2], [0.0]], 240.0)  # fmt: skip
    played = [play(found.world(), i, path) for i, path in enumerate(found.paths(20))]
    assert mean_wait_s(played, 1) < 300 < mean_wait_s(played, 0)
    assert all(1 not in p.outcome.agent for p in played)


def test_band_and_probability() -> None:
    """Wider for fewer replications, none for a single one; the probability is the share of days on target."""
    found = case((phone(patience_s=180.0),), on_phones(11, 0, 96), 60.0, 300.0)
    one, some, many = (row(found.judge(count), "phone") for count in (1, 5, 80))
    assert one.low95 is one.high95 is None
    assert one.probability in (0.0, 1.0)
    assert some.high95 - some.low95 > many.high95 - many.low95
    few = case((phone(patience_s=180.0),), on_phones(2, 0, 96), 6.0, 300.0).judge(3)
    assert "simulation_wide_band" in [note.code for note in few.notes]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"paths": np.zeros((3, 2, 48), dtype=int)}, "paths have shape"),  # a queue too many
        ({"paths": np.zeros((3, 1, 48), dtype=int), "replications": 4}, "replications is 4"),  # more than paths
        ({"paths": np.zeros((0, 1, 48), dtype=int)}, "replications is 0"),  # no path at all
        ({"paths": np.full((3, 1, 48), -1)}, "negative"),
    ],
)
def test_wrong_paths_are_refused(changes: dict[str, object], message: str) -> None:
    """Paths that do not fit are refused by name."""
    with pytest.raises(ValueError, match=message):
        case((phone(),), on_phones(1, 0, 96), 1.0, 60.0).judge(**changes)


def test_values_of_different_plans_are_refused() -> None:
    """Queues in another order or days of another week do not go together."""
    found = case((phone(), phone("sales")), on_phones(1, 0, 96), 1.0, 60.0)
    with pytest.raises(ValueError, match="queues differ"):
        replace(found, queues=found.queues[::-1]).judge()
    other = case((phone(), phone("sales")), on_phones(1, 0, 96), 1.0, 60.0, first_day=date(2026, 3, 9))
    with pytest.raises(ValueError, match="grid"):
        replace(found, requirement=other.requirement).judge()
