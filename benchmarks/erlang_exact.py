"""Slow and independent forms of the Erlang models, 50-digit arithmetic and counting agents up, beside ours.

Used by `benchmarks.erlang_accuracy` and by the tests.
"""

from __future__ import annotations

import mpmath as mp
import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc

from staffing.domain.queue import AnswerTarget
from staffing.erlang import (
    abandon_rate,
    average_speed_of_answer,
    balk_rate,
    blocking_probability,
    erlang_b,
    erlang_c,
    mean_wait,
    required_agents,
    service_level,
    waiting_probability,
)
from staffing.erlang.delay import KINDS

Array = NDArray[np.float64]
DIGITS = 50
NOTHING = 1e-100


def blocking_grid() -> list[tuple[float, float]]:
    """Agents and load of 163 points: loads 1e-3 to 1e5, agents from half the load to 1.3 loads + 2, real and whole."""
    points = []
    for load in (1e-3, 0.03, 0.5, 3.3, 10.0, 20.0, 47.0, 100.0, 180.0, 333.3, 1e3, 4321.0, 1e4, 3.2e4, 1e5):
        for agents in (
            0.5,
            0.5 * load,
            0.8 * load,
            0.97 * load,
            load,
            load + 0.5 * load**0.5,
            1.1 * load,
            1.3 * load + 2,
        ):
            points += [(agents, load), (float(np.ceil(agents)), load)]
    return list(dict.fromkeys(points))[:163]


def impatient_grid() -> list[tuple[float, float, float, float, float]]:
    """Agents, load, AHT, patience and seconds of 256 points: loads 1e-3 to 1e4, patience 10 s to an hour."""
    return [
        (agents, load, 300.0, patience, within)
        for load in (1e-3, 0.1, 2.0, 10.0, 60.0, 300.0, 2000.0, 1e4)
        for agents in (0.7 * load + 0.3, float(np.ceil(load)), load + 0.5 * load**0.5, float(np.ceil(1.1 * load + 1)))
        for patience in (10.0, 120.0, 600.0, 3600.0)
        for within in (0.0, 20.0)
    ]


EXTREMES = [
    (100.0, 300.0, 300.0, 180.0, 20.0),  # three times overloaded
    (50.0, 48.0, 60.0, 1.0, 5.0),  # patience of a second
    (50.0, 48.0, 60.0, 36_000.0, 20.0),  # and of ten hours
    (100.0, 20.0, 300.0, 180.0, 20.0),  # nobody waits: P(abandon) about 1e-38
    (0.2, 5.0, 300.0, 60.0, 20.0),
    (1.0, 1e-3, 1800.0, 30.0, 0.0),
    (10_500.0, 10_000.0, 240.0, 90.0, 10.0),
    (2.5, 2.5, 30.0, 3600.0, 300.0),
]

# agents, lines, load, AHT, patience (inf: nobody leaves), share that balks, seconds
LINES = [
    (14, 18, 10.0, 180.0, np.inf, 0.0, 20.0),
    (14, 14, 10.0, 180.0, np.inf, 0.0, 20.0),
    (14, 60, 10.0, 180.0, 120.0, 0.0, 20.0),
    (14, 18, 20.0, 180.0, 120.0, 0.3, 30.0),
    (3, 8, 9.0, 300.0, 45.0, 0.1, 10.0),
    (1, 2, 0.01, 60.0, 600.0, 0.0, 5.0),
    (100, 130, 99.0, 300.0, np.inf, 0.05, 20.0),
    (100, 150, 140.0, 300.0, 180.0, 0.0, 60.0),
    (250, 400, 300.0, 240.0, 3600.0, 0.2, 0.0),
    (20, 21, 60.0, 400.0, np.inf, 0.5, 120.0),
]


def exact_blocking(agents: float, load_erl: float) -> tuple[mp.mpf, mp.mpf]:
    """Erlang B and C of real agents from the incomplete gamma function."""
    with mp.workdps(DIGITS):
        c, a = mp.mpf(agents), mp.mpf(load_erl)
        b = 1 / (1 + c * mp.gammainc(c, a) * mp.exp(a - c * mp.log(a)))
        return b, (mp.mpf(1) if c <= a else b / (1 - a / c * (1 - b)))


def exact_impatient(agents: float, load: float, aht: float, patience: float, within: float) -> dict[str, mp.mpf]:
    """Erlang A of real agents: waiting, abandonment, and the four service levels by the name of their kind.

    Differences lose up to 50 digits where nearly nobody is answered in time, so twice as many are carried.
    """
    with mp.workdps(2 * DIGITS + 10):
        c, a, p, t = mp.mpf(agents), mp.mpf(load), mp.mpf(patience), mp.mpf(within)
        x, y, fade = c * p / aht, a * p / aht, mp.exp(-t / p)

        def kummer(u: mp.mpf, v: mp.mpf) -> mp.mpf:
            return mp.hyp1f1(1, u + 1, v, maxterms=10**6)

        below = c * mp.gammainc(c, a) * mp.exp(a - c * mp.log(a))
        full = kummer(x, y)
        wait = full / (below + full)
        abandon = wait * (1 - x / y * (1 - 1 / full))
        h = mp.exp(y * (1 - fade) - x * t / p) / (below + full)
        late = h * (kummer(x, y * fade) - 1) * x / y
        still = h * kummer(x, y * fade) * fade
        answered = 1 - abandon
        return {
            "waiting": wait,
            "abandon": abandon,
            "offered": answered - late,
            "net": (answered - late) / (answered - late + still),
            "any": 1 - still,
            "answered": (answered - late) / answered,
        }


def exact_lines(
    agents: int, lines: int, load: float, aht: float, patience: float, balk: float, within: float
) -> dict[str, mp.mpf]:
    """M/M/c/K+M with balking, whole agents, state by state."""
    with mp.workdps(DIGITS):
        rate, leave = mp.mpf(1) / aht, mp.mpf(0) if np.isinf(patience) else 1 / mp.mpf(patience)
        arrive, stay = load * rate, 1 - mp.mpf(balk)
        weight = [mp.mpf(1)]
        for n in range(1, lines + 1):
            come = arrive * (stay if n > agents else 1)
            weight.append(weight[-1] * come / (min(n, agents) * rate + max(0, n - agents) * leave))
        state = [w / mp.fsum(weight) for w in weight]
        busy = agents * rate
        shares = {name: mp.mpf(0) for name in ("waiting", "abandon", "mean_wait", "in_time", "still", "waited")}
        free = mp.fsum(state[:agents])
        answered = free
        for ahead in range(lines - agents):
            joins = state[agents + ahead] * stay
            served = busy / (busy + (ahead + 1) * leave)
            passed = mp.fsum(1 / (busy + (i + 1) * leave) for i in range(ahead + 1))
            if leave:
                x, z = busy / leave, -mp.expm1(-within * leave)
                within_t = mp.betainc(ahead + 1, x + 1, 0, z, regularized=True)
                ahead_gone = mp.betainc(ahead + 1, x, 0, z, regularized=True)
            else:
                within_t = ahead_gone = mp.gammainc(ahead + 1, 0, busy * within, regularized=True)
            shares["waiting"] += joins
            shares["abandon"] += joins * (1 - served)
            shares["mean_wait"] += joins * (ahead + 1) / (busy + (ahead + 1) * leave)
            shares["in_time"] += joins * served * within_t
            shares["still"] += joins * (1 - ahead_gone) * mp.exp(-within * leave)
            shares["waited"] += joins * served * passed
            answered += joins * served
        in_time, blocked = free + shares["in_time"], state[lines]
        return {
            "waiting": shares["waiting"],
            "abandon": shares["abandon"],
            "mean_wait": shares["mean_wait"],
            "asa": shares["waited"] / answered,
            "blocking": blocked,
            "balking": mp.fsum(state[agents:lines]) * balk,
            "offered": in_time,
            "net": in_time / (in_time + shares["still"] + blocked),
            "any": 1 - shares["still"] - blocked,
            "answered": in_time / answered,
        }


def counted_up_erlang_c(load: Array, aht_s: Array, within_s: Array, share: Array, max_occupancy: Array) -> Array:
    """Smallest whole crews of Erlang C by the textbook recursion of B, one agent after the other, shape of `load`."""
    crew, blocked = np.zeros(len(load)), np.ones(len(load))
    left = np.flatnonzero(load > 0.0)
    agents = 0
    while len(left):
        agents += 1
        a = load[left]
        b = a * blocked[left] / (agents + a * blocked[left])
        blocked[left] = b
        stable = np.flatnonzero((a < agents) & (a <= max_occupancy[left] * agents))
        i, a, b = left[stable], a[stable], b[stable]
        wait = b / (1.0 - a / agents * (1.0 - b))
        level = 1.0 - wait * np.exp(-(agents - a) * within_s[i] / aht_s[i])
        done = level >= share[i]
        crew[i[done]] = agents
        left = np.delete(left, stable[done])
    return crew


def counted_up_erlang_a(
    load: float, aht_s: float, patience_s: float, within_s: float, share: float, max_abandon: float, max_asa_s: float
) -> int:
    """Smallest whole crew of Erlang A by the states of the chain, one agent after the other; loads up to about 100."""
    agents = 0
    while True:
        last = agents + int(3.0 * load * patience_s / aht_s) + 400
        number = np.arange(1, last + 1)
        departures = np.minimum(number, agents) / aht_s + np.maximum(number - agents, 0) / patience_s
        logs = np.concatenate(([0.0], np.cumsum(np.log(load / aht_s) - np.log(departures))))
        state = np.exp(logs - logs.max())
        joins = (state / state.sum())[agents:]
        rates = agents / aht_s + (np.arange(len(joins)) + 1.0) / patience_s
        served = agents / aht_s / rates
        ahead, x = np.arange(len(joins)) + 1.0, agents * patience_s / aht_s
        early = (1.0 - joins.sum()) + joins @ (served * betainc(ahead, x + 1.0, -np.expm1(-within_s / patience_s)))
        answered = 1.0 - joins @ (1.0 - served)
        asa_s = joins @ (served * np.cumsum(1.0 / rates)) / answered if agents else np.inf
        if early >= share and 1.0 - answered <= max_abandon and asa_s <= max_asa_s:
            return agents
        agents += 1


def random_targets(number: int, seed: int) -> list[tuple[float, float, float]]:
    """Share .3 to .99, seconds 0 to 300 and occupancy cap 1 or .85 of random targets."""
    rng = np.random.default_rng(seed)
    return [
        (float(rng.uniform(0.3, 0.99)), float(rng.uniform(0, 300)), float(rng.choice([1.0, 0.85])))
        for _ in range(number)
    ]


def random_loads(number: int, seed: int) -> tuple[Array, Array]:
    """Loads of 1e-3 to 2000 erlangs, one in a hundred 0, and handle times of 30 to 1800 s."""
    rng = np.random.default_rng(seed)
    load = 10.0 ** rng.uniform(-3.0, np.log10(2000.0), number)
    load[rng.random(number) < 0.01] = 0.0
    return load, rng.uniform(30, 1800, number)


def counted_up_crews(number: int, each: int, seed: int) -> int:
    """How many of `number` targets times `each` loads have another crew by `required_agents` than by counting up."""
    targets = random_targets(number, seed)
    load, aht_s = random_loads(number * each, seed + 1)
    share, within_s, cap = (np.repeat(values, each) for values in np.array(targets).T)
    want = counted_up_erlang_c(load, aht_s, within_s, share, cap)
    got = np.zeros(len(load))
    for i, (level, seconds, busy) in enumerate(targets):
        part = slice(i * each, (i + 1) * each)
        model = {"interval_s": aht_s[part], "aht_s": aht_s[part], "max_occupancy": busy}
        got[part] = required_agents(load[part], target=AnswerTarget(level, seconds), **model)
    return int(np.sum(got != want))


def errors_of(got: dict[str, Array], exact: dict[str, mp.mpf]) -> dict[str, float]:
    """Relative errors; values no float can hold, or too small for the digits carried, must come out as good as 0."""
    return {
        name: float(abs(mp.mpf(float(value)) / exact[name] - 1))
        if exact[name] > NOTHING
        else float(value > 10 * NOTHING)
        for name, value in got.items()
    }


def blocking_errors(agents: float, load_erl: float) -> dict[str, float]:
    """Errors of Erlang B and C at a point of `blocking_grid`."""
    b, c = exact_blocking(agents, load_erl)
    return errors_of({"B": erlang_b(agents, load_erl), "C": erlang_c(agents, load_erl)}, {"B": b, "C": c})


def impatient_errors(agents: float, load: float, aht: float, patience: float, within: float) -> dict[str, float]:
    """Errors of Erlang A's measures at a point of `impatient_grid` or `EXTREMES`."""
    model = {"aht_s": aht, "patience_s": patience}
    got = {"waiting": waiting_probability(agents, load, **model), "abandon": abandon_rate(agents, load, **model)}
    got |= {kind: service_level(agents, load, answer_within_s=within, kind=kind, **model) for kind in KINDS}
    return errors_of(got, exact_impatient(agents, load, aht, patience, within))


def lines_errors(
    agents: int, lines: int, load: float, aht: float, patience: float, balk: float, within: float
) -> dict[str, float]:
    """Errors of the measures with lines and balking at a point of `LINES`."""
    model = {"aht_s": aht, "patience_s": patience, "lines": lines, "balk_share": balk}
    got = {
        "waiting": waiting_probability(agents, load, **model),
        "abandon": abandon_rate(agents, load, **model),
        "mean_wait": mean_wait(agents, load, **model),
        "asa": average_speed_of_answer(agents, load, **model),
        "blocking": blocking_probability(agents, load, **model),
        "balking": balk_rate(agents, load, **model),
    }
    got |= {kind: service_level(agents, load, answer_within_s=within, kind=kind, **model) for kind in KINDS}
    return errors_of(got, exact_lines(agents, lines, load, aht, patience, balk, within))
