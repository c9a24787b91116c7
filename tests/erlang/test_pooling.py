"""Queues that share agents: who helps whom, what is saved, and the rows that say so."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing.domain.demand import Forecast
from staffing.domain.queue import AnswerTarget, Channel, OpeningHours, Queue
from staffing.domain.requirement import PoolNeed, Requirement
from staffing.erlang import require_agents, required_agents
from staffing.erlang.pooling import gain_share, pooled_rows
from staffing.erlang.skill_groups import SkillPool, skill_pools, subsets
from staffing.erlang.special import Array
from tests.builders import make_centre, make_email, make_grid, make_queue, make_table

DAY = make_grid(days=1)


LOAD: Array = np.array([[24.0], [18.0], [12.0], [6.0]])
HOURS = OpeningHours(weekday=(((660, 780),),) * 7)


def universal(load: Array, share: float) -> SkillPool:
    """Dedicated agents in proportion to the load, and a share that serves everything."""
    size, weight = len(load), np.asarray(load)[:, 0]
    skills = np.vstack([np.eye(size, dtype=bool), np.ones((1, size), dtype=bool)])
    return SkillPool(tuple(range(size)), skills, np.append(weight * (1.0 - share), weight.sum() * share))


def chain(load: Array) -> SkillPool:
    """Everybody serves two neighbours."""
    size, weight = len(load), np.asarray(load)[:, 0]
    skills = np.array([[queue in (k, (k + 1) % size) for queue in range(size)] for k in range(size)])
    return SkillPool(tuple(range(size)), skills, 0.5 * (weight + np.roll(weight, -1)))


def require(
    queues: tuple[Queue, ...],
    volume: tuple[float, ...],
    can_serve: object = None,
    day_cv: float = 0.0,
    **options: object,
) -> Requirement:
    """The requirement of one day with the same contacts in every open interval."""
    centre = make_centre(queues=queues)
    table = make_table()
    masks = np.array([queue.hours.mask(table, DAY) for queue in queues if queue.hours])
    contacts = masks * np.array(volume)[:, None]
    aht_s = np.array([np.full(DAY.n, queue.aht_s) for queue in queues])
    none = np.zeros_like(contacts)
    names = tuple(queue.id for queue in queues)
    cv, methods = np.full((len(queues), 1), day_cv), ("x",) * len(queues)
    forecast = Forecast(DAY, names, contacts, none, contacts, none, contacts, aht_s, cv, none, methods)
    able = None if can_serve is None else np.asarray(can_serve, dtype=float)
    options = {"curves": False} | options
    return require_agents(centre, forecast, table, can_serve=able, **options)  # type: ignore[arg-type]


ONE, TWO, THREE = (
    make_queue("one", hours=HOURS),
    make_queue("two", aht_s=240.0, hours=HOURS),
    make_queue("three", hours=HOURS),
)
NOON = int(DAY.at(0, 690))


class TestSkillPools:
    def test_only_queues_of_one_kind_that_share_agents_are_linked(self) -> None:
        able = [[1, 1, 0, 0, 0], [0, 1, 1, 0, 0], [0, 0, 0, 1, 1], [0, 0, 0, 0, 1]]
        assert [pool.rows for pool in skill_pools(able, ["a"] * 5)] == [(0, 1, 2), (3, 4)]
        assert [pool.rows for pool in skill_pools(able, ["a", "b", "a", None, "a"])] == []

    def test_groups_are_counted(self) -> None:
        (pool,) = skill_pools([[1.0, 0.8]] * 3 + [[1.0, 0.0]] * 2 + [[0.0, 0.0]], ["a", "a"])
        assert pool.people.sum() == 5
        assert pool.cross_trained == 3

    def test_people_go_where_they_are_needed(self) -> None:
        """Dedicated agents stay, flexible ones even out; nobody is lost."""
        placed = universal(np.ones((2, 1)) * 50.0, 0.5).assigned([3.0, 1.0])
        assert placed.sum(axis=1) == pytest.approx([25.0, 25.0, 50.0])
        assert placed.sum(axis=0) == pytest.approx([75.0, 25.0], abs=0.1)
        assert placed[0, 1] == placed[1, 0] == 0.0

    def test_reach_of_a_chain(self) -> None:
        pool = chain(np.ones((4, 1)))
        placed = pool.assigned(np.ones(4))
        assert pool.reach(placed, (0,)) == pytest.approx([1.0, 0.5, 0.0, 0.5])
        assert pool.reach(placed, (1, 3)) == pytest.approx([1.0] * 4)

    def test_wrong_shape_is_refused(self) -> None:
        with pytest.raises(ValueError, match="can_serve has shape"):
            skill_pools([[1, 1]], ["a"])

    def test_subsets_stay_few_for_many_queues(self) -> None:
        assert len(subsets(8)) == 255
        assert len(subsets(16)) < 1000


class TestGainShare:
    def test_nobody_and_everybody(self) -> None:
        load = np.array([[20.0, 2.0], [10.0, 7.0], [5.0, 0.0]])
        assert gain_share(load, universal(load, 0.0)) == pytest.approx([0.0, 0.0])
        assert gain_share(load, universal(load, 1.0)) == pytest.approx([1.0, 1.0], abs=0.02)

    def test_rises_with_the_flexible_share(self) -> None:
        gains = [float(gain_share(LOAD, universal(LOAD, share))[0]) for share in (0.0, 0.1, 0.2, 0.4, 0.7, 1.0)]
        assert np.all(np.diff(gains) > 0.0)
        # Simulated crews: 27, 50, 79 and 99 % of the gain (benchmarks/pooling.py).
        assert gains[1:5] == pytest.approx([0.27, 0.50, 0.79, 0.99], abs=0.13)

    def test_a_chain_does_most_of_it(self) -> None:
        assert 0.75 < float(gain_share(LOAD, chain(LOAD))[0]) <= 0.94

    def test_one_busy_queue_gains_nothing(self) -> None:
        assert gain_share([[20.0, 0.0], [0.0, 0.0]], universal(np.ones((2, 1)), 1.0)).tolist() == [0.0, 0.0]

    def test_wrong_loads_are_refused(self) -> None:
        with pytest.raises(ValueError, match="load_erl has shape"):
            gain_share([[1.0], [1.0], [1.0]], universal(np.ones((2, 1)), 0.5))

    @settings(max_examples=25, deadline=None)
    @given(
        load=st.lists(st.floats(0.0, 300.0), min_size=2, max_size=4),
        groups=st.lists(st.integers(1, 15), min_size=1, max_size=6),
    )
    def test_always_a_share(self, load: list[float], groups: list[int]) -> None:
        skills = np.array([[bool(group >> k & 1) for k in range(len(load))] for group in groups])
        pool = SkillPool(tuple(range(len(load))), skills[skills.any(axis=1)], np.ones(int(skills.any(axis=1).sum())))
        if len(pool.people):
            gain = gain_share(np.array(load)[:, None], pool)
            assert np.all((gain >= 0.0) & (gain <= 1.0))


class TestPooledRows:
    NEED: Array = np.array([[26.0], [20.0], [14.0], [8.0]])

    def rows(self, pool: SkillPool, floor: float = 0.0) -> tuple[Array, float]:
        found = pooled_rows(self.NEED, [61.5], LOAD, np.full((4, 1), floor), pool)
        return found.own[:, 0], float(found.together[0, 1, 2, 3][0])

    def test_nobody_helps(self) -> None:
        own, together = self.rows(universal(LOAD, 0.0))
        assert own.tolist() == self.NEED[:, 0].tolist()
        assert together == pytest.approx(68.0)

    def test_everybody_helps(self) -> None:
        own, together = self.rows(universal(LOAD, 1.0))
        assert own.tolist() == LOAD[:, 0].tolist()
        assert together == pytest.approx(61.5, abs=0.2)

    def test_some_help(self) -> None:
        own, together = self.rows(universal(LOAD, 0.2))
        assert 61.5 < together < 68.0
        assert np.all(own >= LOAD[:, 0])
        assert np.all(own < self.NEED[:, 0])
        assert own.sum() < together

    def test_the_floor_holds(self) -> None:
        own, together = self.rows(universal(LOAD, 1.0), floor=10.0)
        assert own.tolist() == [24.0, 18.0, 12.0, 8.0]
        assert together >= own.sum()

    def test_crews_smaller_than_the_load_are_shared_too(self) -> None:
        """Impatient contacts: nobody is asked to have more agents than the pool."""
        found = pooled_rows(0.95 * LOAD, [50.0], LOAD, np.zeros((4, 1)), universal(LOAD, 1.0))
        total = found.together[0, 1, 2, 3][0]
        assert total == pytest.approx(50.0, abs=0.2)
        assert found.own[:, 0] == pytest.approx(LOAD[:, 0] * total / 60.0)

    def test_two_tight_pairs_get_rows_of_their_own(self) -> None:
        """Pairs that share everything, linked by one agent: each pair's need binds, the links alone do not."""
        skills = np.array([[1, 1, 0, 0], [0, 0, 1, 1], [0, 1, 1, 0]], dtype=bool)
        found = pooled_rows(
            self.NEED, [61.5], LOAD, np.zeros((4, 1)), SkillPool((0, 1, 2, 3), skills, np.array([30.0, 15.0, 1.0]))
        )
        assert {(0, 1), (2, 3), (0, 1, 2, 3)} <= set(found.together)
        assert (1, 2) not in found.together


class TestRequirement:
    def test_without_common_skills_nothing_changes(self) -> None:
        plain = require((ONE, TWO), (60.0, 40.0))
        apart = require((ONE, TWO), (60.0, 40.0), [[1, 0]] * 9 + [[0, 1]] * 9)
        assert np.array_equal(plain.agents, apart.agents)
        assert apart.pools == ()
        assert apart.notes == plain.notes
        one_of_many = require((ONE, TWO), (60.0, 40.0), [[1, 0]] * 99 + [[0, 1]] * 99 + [[1, 1]])
        assert np.array_equal(plain.agents, one_of_many.agents)
        assert one_of_many.pools == ()

    def test_everybody_flexible_is_one_queue_with_all_contacts(self) -> None:
        result = require((ONE, replace(ONE, id="two")), (60.0, 40.0), [[1, 1]] * 20, method="sipp")
        (pool,) = result.pools
        wanted = required_agents(
            100.0, interval_s=1800, aht_s=300.0, target=AnswerTarget(0.8, 20), patience_s=180.0, integer=False
        )
        assert pool.queues == ("one", "two")
        assert pool.agents[NOON] == pytest.approx(float(wanted), abs=1e-3)
        assert pool.expected_sl[NOON] == pytest.approx(0.8, abs=1e-3)
        assert result.agents[:, NOON] == pytest.approx(result.load_erl[:, NOON])
        assert pool.agents[0] == 0.0

    def test_some_flexible_lie_between_and_are_told(self) -> None:
        plain = require((ONE, TWO, THREE), (60.0, 40.0, 30.0))
        some = require(
            (ONE, TWO, THREE), (60.0, 40.0, 30.0), [[1, 0, 0]] * 8 + [[0, 1, 0]] * 5 + [[0, 0, 1]] * 4 + [[1, 1, 1]] * 6
        )
        full = require((ONE, TWO, THREE), (60.0, 40.0, 30.0), [[1, 1, 1]] * 20)
        assert full.pools[-1].agents[NOON] < some.pools[-1].agents[NOON] < plain.agents[:, NOON].sum()
        assert np.all(some.agents <= plain.agents + 1e-9)
        note = dict(next(note for note in some.notes if note.code == "requirement_pooling_gain").params)
        assert note["queues"] == "one+two+three"
        assert note["people"] == 6.0
        assert float(note["saved"]) == pytest.approx(float(note["alone"]) - float(note["together"]), abs=1e-9)

    def test_shrinkage_and_curve_of_the_pool(self) -> None:
        queues = (replace(ONE, unplanned_shrinkage=0.2), replace(TWO, unplanned_shrinkage=0.2))
        result = require(queues, (60.0, 40.0), [[1, 0]] * 8 + [[0, 1]] * 5 + [[1, 1]] * 7, curves=True)
        (pool,) = result.pools
        assert pool.agents_gross[NOON] == pytest.approx(pool.agents[NOON] / 0.8)
        assert result.agents_gross[:, NOON] == pytest.approx(result.agents[:, NOON] / 0.8)
        curve = next(curve for curve in result.curves if curve.queues == pool.queues)
        assert curve.at(pool.agents)[NOON] == pytest.approx(0.8, abs=0.01)
        assert np.all(np.diff(curve.service_level, axis=1) >= -1e-12)
        assert all(len(curve.queues) == 1 for curve in require(queues, (60.0, 40.0), np.eye(2), curves=True).curves)

    def test_only_like_queues_help_each_other(self) -> None:
        chat = make_queue("chat", hours=HOURS, channel=Channel.CHAT, max_parallel=3, slowdown=0.3)
        queues = (ONE, chat, make_email("mail", hours=HOURS), replace(TWO, urgency="urgent"))
        assert require(queues, (60.0, 40.0, 5.0, 20.0), np.ones((30, 4))).pools == ()

    def test_chats_pool_with_like_chats(self) -> None:
        chat = make_queue("chat", hours=HOURS, channel=Channel.CHAT, max_parallel=3, slowdown=0.3)
        other = replace(chat, id="social", channel=Channel.SOCIAL)
        plain, result = (require((chat, other), (60.0, 40.0), able) for able in (None, np.ones((9, 2))))
        assert result.pools[0].agents[NOON] < plain.agents[:, NOON].sum() - 0.3
        quick = replace(other, max_parallel=2)
        assert require((chat, quick), (60.0, 40.0), np.ones((9, 2))).pools == ()

    def test_absence_does_not_make_a_chance_ask_for_more_net_agents(self) -> None:
        """The pool is made for the demand's uncertainty; absence is in the gross agents, and the pool stays."""
        results = []
        for share in (0.0, 0.2):
            queues = tuple(replace(queue, unplanned_shrinkage=share) for queue in (ONE, TWO))
            results.append(require(queues, (60.0, 40.0), np.ones((20, 2)), day_cv=0.1, probability=0.9))
        (calm,), (ill,) = (result.pools for result in results)
        assert ill.agents == pytest.approx(calm.agents)
        assert ill.agents[NOON] < require(queues, (60.0, 40.0), day_cv=0.1, probability=0.9).agents[:, NOON].sum() - 1.0
        plain = require(queues, (60.0, 40.0), np.ones((20, 2)))
        assert ill.agents[NOON] > plain.pools[0].agents[NOON] + 0.5
        assert ill.agents_gross[NOON] > ill.agents[NOON] / 0.8 + 1e-3
        assert calm.agents_gross == pytest.approx(calm.agents)

    def test_lines_and_other_balking_are_planned_alone(self) -> None:
        """Free lines of one queue are no use to another; those who balk alike pool, and fewer of them wait."""
        able = np.ones((20, 2))
        for changed in ({"lines": 30}, {"balk_share": 0.3}):
            assert require((ONE, replace(TWO, **changed)), (60.0, 40.0), able).pools == ()
        assert require((replace(ONE, lines=30), replace(TWO, lines=30)), (60.0, 40.0), able).pools == ()
        alike = tuple(replace(ONE, id=name, balk_share=0.6) for name in ("one", "two"))
        (pool,) = require(alike, (60.0, 40.0), able, method="sipp").pools
        wanted = required_agents(
            100.0,
            interval_s=1800,
            aht_s=300.0,
            target=AnswerTarget(0.8, 20),
            patience_s=180.0,
            balk_share=0.6,
            integer=False,
        )
        assert pool.agents[NOON] == pytest.approx(float(wanted), abs=1e-3)

    def test_the_hardest_target_and_the_caps_hold(self) -> None:
        easy, hard = (replace(TWO, target=AnswerTarget(level, 20.0)) for level in (0.8, 0.85))
        totals = [require((ONE, two), (60.0, 40.0), np.ones((9, 2))).pools[0].agents[NOON] for two in (easy, hard)]
        assert totals[1] > totals[0] + 0.4
        capped = tuple(replace(queue, max_occupancy=0.6) for queue in (ONE, TWO))
        # A cap on occupancy leaves nothing to save where it binds, together or apart.
        plain, result = (require(capped, (120.0, 90.0), able, method="sipp") for able in (None, np.ones((9, 2))))
        total = result.pools[0].agents[NOON] if result.pools else result.agents[:, NOON].sum()
        assert total == pytest.approx(plain.agents[:, NOON].sum(), rel=0.02)

    def test_least_staff_stays(self) -> None:
        queues = (replace(ONE, min_agents=9.0), TWO)
        result = require(queues, (40.0, 40.0), np.ones((9, 2)))
        assert result.agents[0, NOON] == 9.0
        assert result.pools[0].agents[NOON] >= result.agents[:, NOON].sum() - 1e-9

    def test_one_queue_closed(self) -> None:
        """While only one is open it needs what it needs alone."""
        early = replace(TWO, hours=OpeningHours(weekday=(((660, 720),),) * 7))
        plain, result = (require((ONE, early), (60.0, 40.0), able) for able in (None, np.ones((9, 2))))
        afternoon = int(DAY.at(0, 750))
        assert result.pools[0].agents[afternoon] == pytest.approx(plain.agents[0, afternoon])
        assert result.agents[0, afternoon] == pytest.approx(plain.agents[0, afternoon])

    def test_a_pool_names_queues_of_the_requirement_in_order(self) -> None:
        result = require((ONE, TWO), (60.0, 40.0))
        need = np.ones(DAY.n)
        for queues in (("two", "one"), ("one", "nine"), ("one", "one"), ("one",)):
            with pytest.raises(ValueError, match="queues"):
                replace(result, pools=(PoolNeed(queues, need, need, need),))
        with pytest.raises(ValueError, match="grid"):
            replace(result, pools=(PoolNeed(("one", "two"), need[1:], need[1:], need[1:]),))
