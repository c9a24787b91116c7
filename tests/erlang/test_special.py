"""The two special functions behind every formula, against arbitrary precision."""

import mpmath as mp
import numpy as np
import pytest

from staffing.erlang.special import kummer, kummer_slope, log_below

LOADS = (1e-3, 0.1, 3.3, 17.0, 100.0, 1234.5, 1e4, 1e5)
RATIOS = (0.1, 0.5, 0.66, 0.9, 1.0, 1.1, 1.3, 2.0)


@pytest.mark.parametrize("load", LOADS)
def test_inverse_blocking_in_underload_and_overload(load: float) -> None:
    """1/B - 1 is right to 1e-9 for real agents from nearly none to twice the load and a few more."""
    for agents in [ratio * load for ratio in RATIOS] + [1e-6, 0.5, np.ceil(load), load + np.sqrt(load)]:
        with mp.workdps(50):
            c, a = mp.mpf(agents), mp.mpf(load)
            want = mp.log(c * mp.gammainc(c, a)) + a - c * mp.log(a)
            got = log_below(np.array([agents]), np.array([load]))[0]
            assert abs(mp.expm1(mp.mpf(got) - want)) < 1e-9, (agents, load)


@pytest.mark.parametrize("y", [1e-4, 0.1, 5.0, 19.9, 30.0, 100.0, 1000.0, 12345.0])
def test_kummer_function_and_leaving_ratio(y: float) -> None:
    """A(x, y) is right to 1e-10, and the share of waiting callers who leave to 1e-9, on both sides of x = y."""
    for x in [ratio * y for ratio in (0.0, 0.01, 0.3, 0.49, 0.51, 0.8, 0.95, 1.0, 1.01, 1.2, 2.0, 10.0)]:
        log_a, leaving = kummer(np.array([x]), np.array([y]), series_below=0.9)
        with mp.workdps(40):
            a = mp.hyp1f1(1, mp.mpf(x) + 1, mp.mpf(y), maxterms=10**6)
            ratio = 1 - mp.mpf(x) / y * (1 - 1 / a)
            assert abs(mp.expm1(mp.mpf(float(log_a[0])) - mp.log(a))) < 1e-10, (x, y)
            assert abs(mp.mpf(float(leaving[0])) / ratio - 1) < 1e-9, (x, y)


@pytest.mark.parametrize("y", [0.1, 5.0, 30.0, 100.0, 1000.0])
def test_slope_of_the_kummer_function(y: float) -> None:
    """-d log A / dx, from which the wait of answered callers follows, is right to 1e-8."""
    for x in [ratio * y for ratio in (0.0, 0.01, 0.4, 0.8, 0.95, 1.0, 1.05, 1.2, 2.0)]:
        with mp.workdps(40):
            want = -mp.diff(lambda z, y=y: mp.log(mp.hyp1f1(1, z + 1, mp.mpf(y), maxterms=10**6)), mp.mpf(x))
        assert kummer_slope(np.array([x]), np.array([y]))[0] == pytest.approx(float(want), rel=1e-8), (x, y)
