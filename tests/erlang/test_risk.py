"""Crews for a chosen probability of keeping each day's target."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import gamma

from benchmarks.risk import measure
from staffing.domain.arrays import FloatArray
from staffing.domain.centre import Centre
from staffing.domain.demand import Forecast
from staffing.domain.queue import AnswerTarget, Channel, DeadlineTarget, DeadlineUnit, Queue
from staffing.domain.requirement import Requirement
from staffing.erlang import require_agents
from staffing.erlang.models import AnswerModel, ErlangModel, LoadRows
from staffing.erlang.noise import variance_per_contact
from staffing.erlang.risk import DayRisk, load_factor
from staffing.errors import SettingsError
from tests.builders import make_centre, make_email, make_grid, make_queue, make_table

STEPS = 24
TARGET = AnswerTarget(0.8, 20)


def modelled(rows: LoadRows) -> AnswerModel:
    return ErlangModel(rows, TARGET)


def steady(
    load_erl: float, day_cv: float, *, absent: float = 0.0, interval_cv: float = 0.0, floor: float = 0.0
) -> DayRisk:
    """Twelve hours of one load, AHT 300 s, patience 180 s."""
    full = np.ones(STEPS)
    rows = LoadRows(load_erl * full[:, None], 6.0 * load_erl * full[:, None], 300.0 * full, 180.0 * full)
    return DayRisk(rows, np.arange(STEPS) / 2, day_cv, interval_cv * full, absent * full, floor * full)


def demand(centre: Centre, volume: float, *, day_cv: float = 0.1, days: int = 2) -> Forecast:
    """The same contacts in every open half hour, in total `volume` times the queue's place."""
    grid = make_grid(days)
    open_steps = np.array([queue.hours.mask(make_table(), grid) for queue in centre.queues])
    contacts = volume * open_steps
    flat = np.ones(contacts.shape)
    return Forecast(
        grid,
        tuple(queue.id for queue in centre.queues),
        *([contacts] * 5),
        aht_s=300.0 * flat,
        day_cv=np.full((len(contacts), days), day_cv),
        interval_cv=0.05 * flat,
        method=("x",) * len(contacts),
    )


def needed(*queues: Queue, volume: float = 60.0, day_cv: float = 0.1, probability: float | None = 0.9) -> Requirement:
    centre = make_centre(queues=queues)
    forecast = demand(centre, volume, day_cv=day_cv)
    return require_agents(centre, forecast, make_table(), probability=probability, curves=False)


@pytest.mark.parametrize("probability", [0.7, 0.8, 0.9, 0.95])
def test_a_large_crew_is_made_for_the_quantile_of_the_load(probability: float) -> None:
    """Where the level turns within few per cent of the load, only the day's factor matters: its quantile is planned."""
    got = load_factor(modelled, steady(1000.0, 0.2), probability)
    assert got == pytest.approx(gamma.ppf(probability, 25.0, scale=0.04), abs=0.01)


def test_more_of_anything_uncertain_takes_more() -> None:
    """A higher chance, a vaguer forecast of days or of intervals, and absence all raise the load planned for."""
    base = load_factor(modelled, steady(30.0, 0.1), 0.8)
    assert load_factor(modelled, steady(30.0, 0.1), 0.9) > base
    assert load_factor(modelled, steady(30.0, 0.15), 0.8) > base
    assert load_factor(modelled, steady(30.0, 0.1, absent=0.1), 0.8) > base
    assert load_factor(modelled, steady(30.0, 0.1, interval_cv=0.3), 0.8) > base
    # The luck of the contacts weighs more in a small queue.
    assert load_factor(modelled, steady(10.0, 0.05), 0.9) > load_factor(modelled, steady(100.0, 0.05), 0.9)


def test_one_probability_for_demand_and_absence() -> None:
    """Together they take less than one margin on top of the other."""
    demand_only, both = (load_factor(modelled, steady(100.0, 0.1, absent=share), 0.9) for share in (0.0, 0.1))
    absence_only = load_factor(modelled, steady(100.0, 0.0, absent=0.1), 0.9)
    assert demand_only < both < demand_only + 0.5 * (absence_only - 1.0)


def test_an_even_chance_or_less_is_the_plain_crew() -> None:
    """A crew that keeps the target anyway stays as it is, whether small or large because of a cap."""
    assert load_factor(modelled, steady(100.0, 0.1), 0.3) == 1.0
    assert load_factor(modelled, steady(100.0, 0.05, floor=125.0), 0.9) == 1.0
    with pytest.raises(ValueError, match="probability is 1"):
        load_factor(modelled, steady(100.0, 0.1), 1.0)


@settings(max_examples=15, deadline=None)
@given(load=st.floats(0.02, 60.0), cv=st.floats(0.0, 0.6), absent=st.floats(0.0, 0.4), probability=st.floats(0.5, 0.99))
def test_any_day_has_a_finite_factor(load: float, cv: float, absent: float, probability: float) -> None:
    """From hardly any contact to a busy day, the factor is a number of at least 1; rare contacts may need much."""
    got = load_factor(modelled, steady(load, cv, absent=absent), probability)
    assert 1.0 <= got < 20.0 or got * load < 8.0


def test_agents_are_net_and_gross_has_the_absence() -> None:
    """Net agents are for the demand's uncertainty, rostered ones for absence too; without a chance nothing changes."""
    queue = make_queue(unplanned_shrinkage=0.1)
    plain, risky = needed(queue, probability=None), needed(queue)
    busy = plain.agents[0] > 0
    assert np.all(risky.agents[0][busy] > plain.agents[0][busy] + 0.5)
    assert np.all(risky.agents_gross[0][busy] > risky.agents[0][busy] / 0.9 + 1e-3)
    assert np.all(risky.agents[:, ~busy[:]] == 0.0)
    assert risky.load_factor is not None
    assert risky.load_factor.shape == (1, 2)
    assert np.all(risky.load_factor > 1.1)
    np.testing.assert_array_equal(risky.load_erl, plain.load_erl)
    assert np.all(risky.expected_sl[0][busy] > plain.expected_sl[0][busy])
    assert (plain.load_factor, plain.method, risky.method) == (None, ("erlang_a/mol",), ("erlang_a/mol/p0.9",))
    note = next(note for note in risky.notes if note.code == "requirement_risk")
    assert dict(note.params)["share"] == 0.9
    assert needed(make_queue()).agents_gross.tolist() == needed(make_queue()).agents.tolist()


def test_a_queue_has_its_own_probability() -> None:
    """Its own wins over the one for all, and holds where none is asked for all."""
    careful = make_queue("phone", probability=0.95)
    own, common = needed(careful, make_queue("other")), needed(make_queue("other"))
    assert np.all(own.agents[0].max() > own.agents[1].max())
    np.testing.assert_allclose(own.agents[1], common.agents[0])
    alone = needed(careful, make_queue("other"), probability=None)
    assert alone.load_factor is not None
    assert np.all(alone.load_factor[1] == 1.0)
    np.testing.assert_allclose(alone.agents[0], own.agents[0])


def test_caps_and_minimum_hold_at_the_expected_load() -> None:
    """An occupancy cap or a minimum that asks for more than the chance does decides alone."""
    capped = make_queue(max_occupancy=0.5)
    np.testing.assert_allclose(needed(capped).agents, needed(capped, probability=None).agents)
    few = make_queue(min_agents=3.0)
    quiet = needed(few, volume=0.5)
    assert quiet.agents[0][quiet.is_open[0]].min() == 3.0
    assert needed(few, volume=0.0).agents[0][quiet.is_open[0]].tolist() == [3.0] * 40


def test_chats_and_patient_callers_have_a_chance_too() -> None:
    """The chat pool and Erlang C take a chance like Erlang A."""
    chat = make_queue("chat", channel=Channel.CHAT, max_parallel=3, slowdown=0.35)
    for queue in (chat, make_queue(patience_s=None)):
        plain, risky = needed(queue, volume=20.0, probability=None), needed(queue, volume=20.0)
        assert risky.agents.max() > plain.agents.max() + 0.2


def test_work_with_a_short_deadline_plans_for_the_busier_day() -> None:
    """The day's level is that of the share or of the probability, whichever is higher."""
    mail = make_email(target=DeadlineTarget(2, DeadlineUnit.WORKING_HOURS, 0.9))
    factors = [needed(mail, probability=chance).workload[0].gross_factor for chance in (None, 0.8, 0.9, 0.99)]
    assert factors[0] == factors[1] == factors[2] < factors[3]


@pytest.mark.parametrize("probability", [0.0, 1.0, -0.5])
def test_a_wrong_probability_is_refused(probability: float) -> None:
    """Zero and one cannot be planned for."""
    with pytest.raises(SettingsError, match="probability"):
        needed(make_queue(), probability=probability)


@pytest.mark.parametrize(("patience_s", "crew", "load"), [(180.0, 3, 2.5), (600.0, 8, 8.5), (np.inf, 5, 3.5)])
def test_noise_is_that_of_the_whole_chain(patience_s: float, crew: int, load: float) -> None:
    """The variance equals that of the generator solved as a linear system: each arrival and all that follow from it."""
    size, aht_s, within_s = 80, 300.0, 20.0
    states = np.arange(size)
    deaths = np.minimum(states, crew) / aht_s + np.maximum(states - crew, 0) / patience_s
    births = np.full(size - 1, load / aht_s)
    generator = np.diag(births, 1) + np.diag(deaths[1:], -1)
    generator -= np.diag(generator.sum(axis=1))
    weight = np.linalg.lstsq(np.vstack((generator.T, np.ones(size))), np.append(np.zeros(size), 1.0), rcond=None)[0]
    chance = _in_time(size, crew, aht_s, patience_s, within_s)
    gap = chance - weight @ chance
    ahead = np.linalg.solve(np.outer(np.ones(size), weight) - generator, gap * load / aht_s)
    follow = np.append(ahead[1:], ahead[-1])
    want = weight @ (gap**2 + 2.0 * gap * follow + chance * (1.0 - chance))
    one = np.ones(1)
    got = variance_per_contact(crew * one, load * one, aht_s * one, patience_s * one, within_s)
    assert got[0] == pytest.approx(want, rel=2e-3)


def _in_time(size: int, crew: int, aht_s: float, patience_s: float, within_s: float) -> FloatArray:
    """Chance to be answered in time by the number found, from its differential equation in the time allowed."""
    leave = 0.0 if np.isinf(patience_s) else 1.0 / patience_s
    onward = crew / aht_s + np.arange(size - crew) * leave

    def change(chance: FloatArray) -> FloatArray:
        return onward * (np.append(1.0, chance[:-1]) - chance) - leave * chance

    chance, step = np.zeros(size - crew), within_s / 200
    for _ in range(200):
        chance = chance + step * change(chance + 0.5 * step * change(chance))
    return np.append(np.ones(crew), chance)


@pytest.mark.parametrize("absent", [0.0, 0.1])
def test_the_chance_asked_comes_true(absent: float) -> None:
    """Simulated days of 20 erlangs with gamma rates keep their target about as often as asked."""
    real = measure(20.0, 0.1, "flat", absent, 100, 3, up=False)
    assert [round(value, 1) for value in real] == pytest.approx([0.7, 0.8, 0.9, 0.95], abs=0.12)
