"""Every measure against 50-digit arithmetic, and the smallest crew against counting up; the whole grids are in
`benchmarks.erlang_accuracy`.
"""

import numpy as np
import pytest

from benchmarks.erlang_exact import (
    EXTREMES,
    LINES,
    blocking_errors,
    blocking_grid,
    counted_up_crews,
    counted_up_erlang_a,
    impatient_errors,
    impatient_grid,
    lines_errors,
)
from staffing.domain.queue import AnswerTarget
from staffing.erlang import average_speed_of_answer, mean_wait, required_agents


def test_blocking_and_waiting_on_the_grid() -> None:
    """B and C of real and whole agents at 163 points, loads 1e-3 to 1e5, are right to 1e-9."""
    grid = blocking_grid()
    assert len(grid) == 163
    for point in grid:
        assert max(blocking_errors(*point).values()) < 1e-9, point


@pytest.mark.parametrize("point", [*impatient_grid()[::17], *EXTREMES])
def test_abandonment_on_the_grid(point: tuple[float, ...]) -> None:
    """Erlang A's waiting, abandonment and service levels, overload and tiny shares included, are right to 1e-9."""
    assert max(impatient_errors(*point).values()) < 1e-9


@pytest.mark.parametrize("case", LINES)
def test_lines_and_balking(case: tuple[float, ...]) -> None:
    """All measures with lines and balking are right to 1e-9."""
    assert max(lines_errors(*case).values()) < 1e-9


def test_crews_are_those_found_by_counting_up() -> None:
    """The crew of 100 000 random Erlang C cases, occupancy cap included, is the first that keeps the target."""
    assert counted_up_crews(number=500, each=200, seed=7) == 0


def test_impatient_crews_are_those_found_by_counting_up() -> None:
    """So are those of 60 random Erlang A cases with caps on abandonment and answer speed, some of them binding."""
    rng = np.random.default_rng(11)
    loose = 0
    for _ in range(60):
        load, aht_s, patience_s = 10 ** rng.uniform(-2, 1.7), rng.uniform(30, 900), rng.uniform(20, 900)
        within_s, share = rng.uniform(0, 120), rng.uniform(0.3, 0.95)
        abandon, asa_s = 10 ** rng.uniform(-2, 0), 10 ** rng.uniform(0, 2.5)
        model = {"interval_s": 1800, "aht_s": aht_s, "patience_s": patience_s, "target": AnswerTarget(share, within_s)}
        volume = load / aht_s * 1800
        got = required_agents(volume, max_abandon_rate=abandon, max_asa_s=asa_s, **model)
        assert got == counted_up_erlang_a(load, aht_s, patience_s, within_s, share, abandon, asa_s)
        loose += got == required_agents(volume, **model)
    assert 12 < loose < 48


def test_wait_of_all_and_of_the_answered_in_the_limit() -> None:
    """When hardly anybody leaves, both waits are those of Erlang C."""
    waits = [measure(14, 10, aht_s=180, patience_s=1e9) for measure in (mean_wait, average_speed_of_answer)]
    np.testing.assert_allclose(waits, average_speed_of_answer(14, 10, aht_s=180), rtol=1e-6)
