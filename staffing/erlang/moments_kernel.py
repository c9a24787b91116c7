"""The walk of `moments` through the day, compiled: one step needs the last, so arrays do not help."""

import math

from staffing.domain.arrays import BoolArray, FloatArray
from staffing.kernels import compiled

_WARM_UP = 200  # steps of a fifth of a handle time
_NONE = 1e-9


@compiled
def march(
    contacts: FloatArray,
    crew: FloatArray,
    aht_s: FloatArray,
    is_open: BoolArray,
    waiting: FloatArray,
    theta: float,
    step_s: float,
    parts: int,
    running: bool,
    load: FloatArray,
) -> None:
    """Fill `load` (steps, sub-steps of `step_s` seconds in `parts` parts); other arguments as in `crew_loads`."""
    mean, variance = _NONE, _NONE
    if running and is_open[0]:
        for _ in range(_WARM_UP):
            rate = contacts[0, 0] / step_s
            mean, variance = _advance(mean, variance, rate, crew[0], 1.0 / aht_s[0], theta, aht_s[0] / 5.0)
    for i in range(len(crew)):
        if i > 0 and is_open[i - 1] and not is_open[i]:
            mean = variance = _line(mean, variance, crew[i - 1])[0]
        mean += waiting[i]
        variance += waiting[i]
        if not is_open[i]:
            faded = math.exp(-theta * step_s * contacts.shape[1])
            mean *= faded
            variance *= faded
            continue
        for k in range(contacts.shape[1]):
            before, rate = mean, contacts[i, k] / step_s
            for _ in range(parts):
                mean, variance = _advance(mean, variance, rate, crew[i], 1.0 / aht_s[i], theta, step_s / parts)
            load[i, k] = aht_s[i] * (rate - (mean - before) / step_s)


@compiled(inner=True)
def _line(mean: float, variance: float, agents: float) -> tuple[float, float]:
    """Mean number waiting, and the chance that more contacts are there than agents, for a normal number."""
    spread = math.sqrt(max(variance, _NONE))
    z = (agents - mean) / spread
    above = 0.5 * math.erfc(z * math.sqrt(0.5))
    line = spread * (math.exp(-0.5 * z * z) / math.sqrt(2.0 * math.pi) - z * above)
    return min(max(line, 0.0), mean), above


@compiled(inner=True)
def _advance(
    mean: float, variance: float, rate: float, agents: float, mu: float, theta: float, step_s: float
) -> tuple[float, float]:
    """Mean and variance a step later: exact for constant coefficients, which are those of both ends of the step."""
    leave, pull = _rates(mean, variance, agents, mu, theta)
    later, later_variance = _drifted(mean, variance, rate, leave, pull, step_s)
    leave_then, pull_then = _rates(later, later_variance, agents, mu, theta)
    return _drifted(mean, variance, rate, 0.5 * (leave + leave_then), 0.5 * (pull + pull_then), step_s)


@compiled(inner=True)
def _rates(mean: float, variance: float, agents: float, mu: float, theta: float) -> tuple[float, float]:
    """Rate at which one contact leaves, and at which a deviation of the number fades."""
    line, above = _line(mean, variance, agents)
    return mu + (theta - mu) * line / max(mean, _NONE), mu + (theta - mu) * above


@compiled(inner=True)
def _drifted(
    mean: float, variance: float, rate: float, leave: float, pull: float, step_s: float
) -> tuple[float, float]:
    """Mean and variance after a step with constant coefficients."""
    faded, gain = _fade(leave, step_s)
    later = mean * faded + rate * gain
    faded, gain = _fade(2.0 * pull, step_s)
    return later, variance * faded + (rate + 0.5 * leave * (mean + later)) * gain


@compiled(inner=True)
def _fade(rate: float, step_s: float) -> tuple[float, float]:
    """exp(-rate t) and its integral over the step."""
    if rate * step_s < _NONE:
        return 1.0, step_s
    return math.exp(-rate * step_s), -math.expm1(-rate * step_s) / rate
