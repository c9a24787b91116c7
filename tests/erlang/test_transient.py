"""Moving load against an exact transient solution, which is itself tested on what is known exactly."""

import numpy as np
import pytest
from scipy.stats import poisson

from benchmarks.days import INTERVALS, benchmark_day, random_days
from staffing.domain.queue import AnswerTarget
from staffing.erlang import abandon_rate, service_level
from staffing.erlang.answer import answer_need
from staffing.erlang.moments import crew_loads
from staffing.erlang.timevarying import substep_loads
from tests.builders import make_queue
from tests.erlang.transient import Piece, answered_in_time, played, service_levels

ALWAYS = np.ones(INTERVALS, dtype=bool)


def test_days_are_the_same_everywhere() -> None:
    """The published tables belong to these volumes, arrivals keep them, and every kind of day comes four times."""
    day = benchmark_day()
    assert day.volume[:4].round(2).tolist() == [16.29, 98.74, 341.41, 548.56]
    assert day.volume.max() == pytest.approx(600)
    rng = np.random.default_rng(1)
    drawn = np.mean([np.histogram(day.arrivals(rng), INTERVALS, (0, 46_800))[0] for _ in range(200)], axis=0)
    np.testing.assert_allclose(drawn, day.volume, atol=0.5 + 5 * np.sqrt(day.volume.max() / 200))
    days = random_days()
    assert days == random_days() != random_days(1)
    for values in ([d.aht_s for d in days], [d.patience_s for d in days], [d.peak for d in days]):
        assert sorted(np.unique(values, return_counts=True)[1].tolist()) == [4, 4, 4]


def test_patience_equal_to_handle_time_is_poisson_for_any_crew() -> None:
    """Then everybody leaves at one rate, waiting or not: the number is Poisson with the infinite-server mean."""
    mu, mean = 1 / 240, 0.0
    pieces = [Piece(300, rate, agents, mu, mu) for rate, agents in ((0.05, 30), (0.12, 3), (0.2, 55), (0.02, 1))]
    _, ends = played(pieces, 130)
    for piece, end in zip(pieces, ends, strict=True):
        mean = mean * np.exp(-mu * 300) + piece.rate / mu * (1 - np.exp(-mu * 300))
        np.testing.assert_allclose(end, poisson.pmf(np.arange(131), mean), rtol=0, atol=1e-10)


@pytest.mark.parametrize(("agents", "patience_s"), [(22, 180.0), (18, 60.0), (24, np.inf), (14, 120.0)])
def test_oracle_settles_where_the_formula_is(agents: int, patience_s: float) -> None:
    """After hours of constant arrivals level and abandonment are those of the closed form."""
    contacts = np.full((3, 1), 20 / 300 * 5_000.0)
    asked = {"aht_s": 300.0, "patience_s": patience_s}
    levels = service_levels(contacts, [agents] * 3, within_s=20.0, interval_s=5_000.0, top=110, **asked)
    assert levels[-1] == pytest.approx(float(service_level(agents, 20, answer_within_s=20, **asked)), abs=1e-5)
    if np.isfinite(patience_s):
        _, ends = played([Piece(15_000.0, 20 / 300, agents, 1 / 300, 1 / patience_s)], 110)
        left = ends[0] @ np.maximum(np.arange(111) - agents, 0) / patience_s / (20 / 300)
        assert left == pytest.approx(float(abandon_rate(agents, 20, **asked)), abs=1e-9)


def test_nobody_waits_where_an_agent_is_free() -> None:
    """Certain with a free agent, falling with the place in line, and Erlang's answer for the first in line."""
    found = answered_in_time(5, 1 / 300, 0.0, 20.0, 40)
    assert np.all(found[:5] == 1.0)
    assert np.all(np.diff(found[4:]) < 0)
    assert found[5] == pytest.approx(1 - np.exp(-5 * 20 / 300), abs=1e-10)


@pytest.mark.parametrize(("method", "off"), [("mol", 0.021), ("sipp", 0.2)])
def test_expected_level_of_the_requirement_is_near_the_truth(method: str, off: float) -> None:
    """Half hours of the benchmark day (AHT 5 min): within about two points for the default; the plain method misses."""
    day = benchmark_day(peak=150, aht_s=300)
    queue = make_queue(target=AnswerTarget(0.8, 20), patience_s=day.patience_s)
    aht_s = np.full(INTERVALS, day.aht_s)
    need = answer_need(queue, day.volume, aht_s, ALWAYS, interval_min=30, method=method, curve=False)
    crew = np.ceil(need.agents).astype(int)
    if method == "mol":
        calls = substep_loads(day.volume, aht_s, ALWAYS, interval_min=30, method="mol")[1]
        load = crew_loads(calls, crew.astype(float), aht_s, day.patience_s, ALWAYS, interval_s=1800.0)
    else:
        load = (day.volume * day.aht_s / 1800.0)[:, None]
        calls = day.volume[:, None]
    levels = service_level(crew[:, None], load, aht_s=day.aht_s, answer_within_s=20, patience_s=day.patience_s)
    promised = (levels * calls).sum(axis=1) / calls.sum(axis=1)
    truth = service_levels(
        np.diff(day.cumulative()[1][::30]).reshape(INTERVALS, 6),
        crew.tolist(), aht_s=day.aht_s, patience_s=day.patience_s, within_s=20.0, interval_s=1800.0, top=90,
    )  # fmt: skip
    gap = np.abs(promised - truth)[day.is_judged].max()
    assert gap < off
    if method == "mol":
        assert truth[day.is_judged].min() > 0.78
    else:
        assert gap > 0.06


@pytest.mark.parametrize("patience_s", [60.0, 300.0, 1200.0, np.inf])
def test_crew_loads_follow_the_mean_number_in_the_system(patience_s: float) -> None:
    """Contacts in less contacts out is the mean number: the normal closure keeps it within 2.5 % of the exact one."""
    rate = np.array([20, 30, 60, 90, 90, 60, 30, 60, 60, 60.0])
    crew, aht_s = np.array([6, 10, 16, 20, 28, 24, 12, 20, 20, 20]), np.full(10, 360.0)
    contacts = np.repeat(rate[:, None] / 6, 6, axis=1)
    load = crew_loads(contacts, crew.astype(float), aht_s, patience_s, np.full(10, True), interval_s=1800.0)
    out = load * 300.0 / 360.0
    mean = np.cumsum((contacts - out).ravel())
    theta = 0.0 if np.isinf(patience_s) else 1 / patience_s
    pieces = [
        Piece(300.0, c / 300.0, s, 1 / 360, theta) for row, s in zip(contacts, crew.tolist(), strict=True) for c in row
    ]
    _, ends = played(pieces, 160)
    exact = np.array([end @ np.arange(161) for end in ends])
    np.testing.assert_allclose(mean, exact, atol=0.35, rtol=0.025)


def test_crew_loads_with_patience_of_a_handle_time_know_no_crew() -> None:
    """The infinite-server load, whatever the crew, but for the rate inside a sub-step (even here, a line there)."""
    day = benchmark_day(peak=200, aht_s=300)
    aht_s = np.full(INTERVALS, 300.0)
    lagged, contacts = substep_loads(day.volume, aht_s, ALWAYS, interval_min=30, method="mol")
    for crew in (np.full(INTERVALS, 3.0), day.volume / 5, np.linspace(90.0, 0.0, INTERVALS)):
        load = crew_loads(contacts, crew, aht_s, 300.0, ALWAYS, interval_s=1800.0)
        np.testing.assert_allclose(load.mean(axis=1), lagged.mean(axis=1), atol=0.04)
