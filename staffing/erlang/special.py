"""Two special functions from which every Erlang formula of this room follows, as logarithms.

``log_below``  1/B(c, a) - 1 = Q(c, a) / p(c; a), the weight of fewer than c busy over that of c busy
``kummer``     A(x, y) = M(1; x + 1; y) = P(x, y) / p(x; y)

P and Q are the regularised incomplete gamma functions, p(k; m) = m^k e^-m / Gamma(k + 1) the Poisson probability
continued to real k, M Kummer's function. Logarithms, because both pass 1e308 long before a centre is unusual.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammainc, gammaincc, gammaln, psi

Array = NDArray[np.float64]

_LOG_SQRT_2PI = 0.5 * np.log(2.0 * np.pi)
_TINY = 1e-280  # below it the incomplete gamma functions lose digits or are zero
_MAX_TERMS = 200_000


def log_poisson(k: Array, mean: Array) -> Array:
    """Logarithm of the Poisson probability p(k; mean), real k >= 0 and mean > 0, one-dimensional arrays.

    Saddle-point form (Loader 2000): ``k log(mean) - mean - gammaln(k + 1)`` loses five digits at a mean of 1e5.

    >>> round(float(np.exp(log_poisson(np.array([3.0]), np.array([2.0])))[0]), 6)
    0.180447
    """
    small = k < 16.0
    safe = np.where(small, 16.0, k)
    inverse = 1.0 / safe
    square = inverse * inverse
    stirling = inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square / 1188))))
    saddle = -stirling - _deviance(safe, mean) - _LOG_SQRT_2PI - 0.5 * np.log(safe)
    low = np.where(small, k, 0.0)
    direct = low * np.log(mean) - mean - gammaln(low + 1.0)
    result: Array = np.where(small, direct, saddle)
    return result


def _deviance(k: Array, mean: Array) -> Array:
    """k log(k / mean) + mean - k without cancellation (Loader's bd0), k and mean > 0."""
    v = (k - mean) / (k + mean)
    near = np.abs(v) < 0.1
    w = np.where(near, v, 0.0)
    square = w * w
    series = np.zeros_like(w)
    for j in range(9, 0, -1):
        series = (series + 1.0 / (2 * j + 1)) * square
    close = (k - mean) * w + 2.0 * k * w * series
    result: Array = np.where(near, close, k * np.log(k / mean) + mean - k)
    return result


def log_below(agents: Array, load_erl: Array) -> Array:
    """log(1/B - 1) for real agents >= 0 and load > 0 (erlangs), one-dimensional; -infinite without agents.

    >>> round(float(1.0 / (1.0 + np.exp(log_below(np.array([10.0]), np.array([5.0]))[0]))), 10)
    0.0183845703
    """
    upper = gammaincc(agents, load_erl)
    result = np.full(np.shape(upper), -np.inf)
    fraction = ((upper < _TINY) | (load_erl > 1.5 * agents + 2.0)) & (agents > 0.0)
    use = ~fraction & (agents > 0.0)
    result[use] = np.log(upper[use]) - log_poisson(agents[use], load_erl[use])
    result[fraction] = np.log(_legendre(agents[fraction], load_erl[fraction])) + np.log(agents[fraction])
    return result


def _legendre(s: Array, a: Array) -> Array:
    """Gamma(s, a) e^a a^-s by Legendre's continued fraction (modified Lentz), for a > s."""
    with np.errstate(all="ignore"):
        b = a + 1.0 - s
        d = 1.0 / b
        value = d.copy()
        ratio = np.full_like(b, 1e300)
        for i in range(1, _MAX_TERMS):
            numerator = i * (s - i)
            b = b + 2.0
            d = 1.0 / (numerator * d + b)
            ratio = b + numerator / ratio
            step = ratio * d
            value = value * step
            if not np.any(np.abs(step - 1.0) > 2e-15):
                break
    return value


def kummer(x: Array, y: Array, series_below: float = 0.5) -> tuple[Array, Array]:
    """log A(x, y) and the leaving ratio 1 - (x/y)(1 - 1/A), for x >= 0 and y > 0, one-dimensional.

    A = 1 + y/(x+1) + y^2/((x+1)(x+2)) + ... With x the capacity and y the load, both in contacts per mean
    patience, the leaving ratio is the share of those who wait that abandon. `series_below` moves the border y/(x+1)
    under which the power series is used: 0.9 keeps the ratio's relative accuracy at loads above 1e4, at some cost.

    >>> log_a, leaving = kummer(np.array([0.0, 1.0]), np.array([2.0, 2.0]))
    >>> np.round(np.exp(log_a), 6), np.round(leaving, 6)
    (array([7.389056, 3.194528]), array([1.      , 0.656518]))
    """
    log_a, leaving = np.zeros(np.shape(x)), np.zeros(np.shape(x))
    series = _is_series(x, y, series_below)
    rest = np.flatnonzero(~series)
    lower = gammainc(x[rest], y[rest])
    kept = lower >= _TINY
    series[rest[~kept]] = True
    rest = rest[kept]
    u, v = x[rest], y[rest]
    log_a[rest] = np.log(lower[kept]) - log_poisson(u, v)
    leaving[rest] = 1.0 - u / v * -np.expm1(-log_a[rest])
    total, left, _ = kummer_sums(x[series], y[series])
    log_a[series], leaving[series] = np.log(total), left / total
    return log_a, leaving


def _is_series(x: Array, y: Array, below: float) -> NDArray[np.bool_]:
    """Where the power series is short: few terms because y is small, or well below x."""
    result: NDArray[np.bool_] = (y < below * (x + 1.0)) | (y < 20.0)
    return result


def kummer_sums(x: Array, y: Array) -> tuple[Array, Array, Array]:
    """Power series in t_n = y^n / ((x+1)...(x+n)), three sums without cancellation.

    Returns
    -------
    total : sum t_n = A(x, y)
    leaving : sum t_n (n + 1)/(x + n + 1) = A - x/(x+1) A(x+1, y)
    slope : sum t_n (1/(x+1) + ... + 1/(x+n)) = -dA/dx
    """
    total, leaving, slope = np.ones_like(x), 1.0 / (x + 1.0), np.zeros_like(x)
    term, harmonic = np.ones_like(x), np.zeros_like(x)
    for n in range(1, _MAX_TERMS):
        term = term * (y / (x + n))
        harmonic = harmonic + 1.0 / (x + n)
        total += term
        leaving += term * ((n + 1.0) / (x + n + 1.0))
        slope += term * harmonic
        if n % 8 == 0 and not np.any(term * (n + 1.0) > 1e-18 * total):
            break
    return total, leaving, slope


def kummer_slope(x: Array, y: Array) -> Array:
    """-d log A / dx, x >= 0 and y >= 0: ln(y) - psi(x + 1) - d log P(x, y)/dx, or the series where that cancels.

    The derivative of log P is a five-point difference on the scale sqrt(x + 1); relative error about 1e-9.
    """
    result = np.zeros(np.shape(x))
    series = _is_series(x, y, 0.5) | (gammainc(np.maximum(x, 1e-300), y) < _TINY)
    total, _, slope = kummer_sums(x[series], y[series])
    result[series] = slope / total
    u, v = x[~series], y[~series]
    h = np.minimum(0.02 * np.sqrt(u + 1.0), 0.4 * u)
    step = np.maximum(h, 1e-300)
    f = [np.log(gammainc(u + k * step, v)) for k in (-2, -1, 1, 2)]
    change = np.where(h > 1e-4, (f[0] - 8.0 * f[1] + 8.0 * f[2] - f[3]) / (12.0 * step), 0.0)
    result[~series] = np.log(v) - psi(u + 1.0) - change
    return np.maximum(result, 0.0)
