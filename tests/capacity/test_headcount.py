import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing.capacity.headcount import Entry, HeadCount, expected_ready, season_factor, simulate_heads
from staffing.capacity.values import CapacityCase, Staff
from tests.capacity.tiny_case import NOBODY_LEAVES, case, group, need, two_groups

FLAT = need([[300.0] * 12])


def identity(people: HeadCount) -> None:
    """Opening + hires + moves - leavers = closing, exactly, in every run, group and week."""
    change = people.hired + people.moved_in - people.moved_out - people.left
    assert np.array_equal(people.opening + change, people.closing)
    assert np.array_equal(people.opening[..., 1:], people.closing[..., :-1])
    assert np.array_equal(people.moved_in.sum(axis=1), people.moved_out.sum(axis=1))
    assert people.closing.min() >= 0


entries = st.lists(
    st.one_of(
        st.builds(Entry, st.sampled_from([0, 1]), st.integers(0, 11), st.integers(1, 8)),
        st.builds(lambda week, count: Entry(2, week, count, 0, 1, 1, 100.0), st.integers(0, 11), st.integers(1, 8)),
    ),
    max_size=5,
)


@settings(max_examples=20, deadline=None)
@given(entries, st.floats(0, 20), st.booleans())
def test_the_cohort_identity_holds(chosen: list[Entry], factor: float, replacing: bool) -> None:
    """Whatever is hired and moved, however many leave."""
    centre = two_groups()
    changed = CapacityCase(
        centre.groups, centre.cross_training, centre.outside, roster_fit=1.0, attrition_factor=factor
    )
    people = simulate_heads(changed, FLAT, chosen, runs=5, seed=3, replace_leavers=replacing)
    identity(people)
    hired = sum(entry.count for entry in chosen if entry.source is None)
    if not replacing:
        assert np.all(people.hired.sum(axis=(1, 2)) == hired)


def test_a_hand_worked_course() -> None:
    """Nobody leaves: ten people, a class of three in week 1 trains two weeks and works at half speed four weeks."""
    people = simulate_heads(case(group(bands=NOBODY_LEAVES)), FLAT, [Entry(0, 1, 3)], runs=2, seed=1)
    assert people.closing[0, 0].tolist() == [10, *[13] * 11]
    assert people.ready_h[0, 0].tolist() == [400, 400, 400, *[460] * 4, *[520] * 5]
    assert people.paid_h[0, 0].tolist() == [400, *[520] * 11]
    assert people.wages[0, 0, 1] == 10 * 40 * 20 + 3 * 40 * 18


def test_everybody_leaves_at_once() -> None:
    """An attrition beyond all bounds empties the group and goes no further."""
    people = simulate_heads(case(attrition_factor=1e6), FLAT, [], runs=3, seed=1)
    identity(people)
    assert people.closing[:, 0, -1].max() <= 3


def test_replacements_come_after_the_lead_time() -> None:
    """As many are hired in week w as left in week w - 1 - lead."""
    people = simulate_heads(case(attrition_factor=5.0), FLAT, [], runs=50, seed=1, replace_leavers=True)
    assert people.hired[:, 0, :3].sum() == 0
    assert np.array_equal(people.hired[:, 0, 3:], people.left[:, 0, :-3])


def test_the_simulated_mean_is_the_expectation_of_the_model() -> None:
    """What the optimiser counts on is what comes on average."""
    world = case(group(staff=(Staff(40.0, 20.0, 4, 40), Staff(20.0, 20.0, 104, 40))))
    people = simulate_heads(world, FLAT, [], runs=4000, seed=2)
    expected = expected_ready(world.groups[0], world, season_factor(world, FLAT))
    assert people.ready_h[:, 0].mean(axis=0) == pytest.approx(expected, rel=0.01)


def test_the_same_seed_gives_the_same_people() -> None:
    """And another one does not."""
    one, same, other = (simulate_heads(two_groups(), FLAT, [], runs=20, seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(one.left, same.left)
    assert not np.array_equal(one.left, other.left)


def test_more_attrition_leaves_fewer() -> None:
    """Twice the rate, fewer heads."""
    some, more = (simulate_heads(case(attrition_factor=f), FLAT, [], runs=200, seed=1) for f in (1.0, 2.0))
    assert more.closing[:, 0, -1].mean() < some.closing[:, 0, -1].mean()
