"""Published and high-precision figures of Erlang B, C and A."""

import csv
from pathlib import Path

import numpy as np
import pytest

from staffing.erlang import (
    abandon_rate,
    average_speed_of_answer,
    erlang_b,
    erlang_c,
    mean_wait,
    occupancy,
    queue_length,
    service_level,
    waiting_probability,
)

KINDS = ("offered", "net", "any", "answered")

# agents, load, B, C: mpmath at 50 digits
BLOCKING = np.array(
    [
        (1, 0.001, 0.000999000999001, 0.001),
        (5, 3.3, 0.1362437384255, 0.316904223007),
        (10, 5, 0.01838457033665, 0.03610535915832),
        (14, 10, 0.05681914338652, 0.174131933595),
        (13.09, 10, 0.08154628573592, 0.2733199416483),
        (25, 20, 0.05022177789079, 0.2091028265988),
        (110, 100, 0.02746344844982, 0.2370075002851),
        (1030, 1000, 0.00956004041522, 0.2489087858436),
        (10100, 10000, 0.002862357220736, 0.2247629064665),
        (100300, 100000, 0.000969292153278, 0.2449303281783),
    ]
)

# agents, load, AHT s, patience s, threshold s
CASES = np.array(
    [
        (50, 48, 60, 120, 20),
        (14, 10, 180, 120, 20),
        (33, 30, 300, 180, 20),
        (100, 100, 300, 180, 20),
        (289, 300, 300, 180, 20),
        (50, 100, 300, 60, 20),
    ]
)
# P(wait), P(abandon), mean wait s
WAITING = np.array(
    [
        (0.467774068554, 0.0309122491622, 3.70946989946),
        (0.12697634008, 0.0228392865318, 2.74071438382),
        (0.281436172656, 0.041029870631, 7.38537671358),
        (0.451617508742, 0.0449127157627, 8.08428883728),
        (0.661618761173, 0.0487027573145, 8.7664963166),
        (0.994399621201, 0.500106195692, 30.0063717415),
    ]
)
# service level offered, net, any, answered
LEVELS = np.array(
    [
        (0.943018954747, 0.972029602987, 0.972864391708, 0.973099653702),
        (0.932729580698, 0.946219870326, 0.946986615507, 0.954530373399),
        (0.833623307406, 0.853262183463, 0.85663953435, 0.869290170649),
        (0.801911096489, 0.829189720984, 0.8348090254, 0.839620744328),
        (0.808914529833, 0.844932963145, 0.851543276589, 0.850327840275),
        (0.077545089743, 0.106831348245, 0.351680528295, 0.155123126301),
    ]
)


def test_blocking_and_waiting_agree_with_high_precision() -> None:
    """B and C for loads from 1e-3 to 1e5 agree with 50-digit arithmetic to all digits of the table."""
    agents, load, b, c = BLOCKING.T
    np.testing.assert_allclose(erlang_b(agents, load), b, rtol=1e-12)
    np.testing.assert_allclose(erlang_c(agents, load), c, rtol=1e-12)


def test_one_percent_table_of_trunks() -> None:
    """The classic table: 10, 20, 50 and 100 trunks carry these erlangs at one per cent blocking."""
    np.testing.assert_allclose(erlang_b([10, 20, 50, 100], [4.461, 12.03, 37.90, 84.06]), 0.01, rtol=1e-3)


def test_abandonment_measures_agree_with_high_precision() -> None:
    """Erlang A's measures, each service level definition included, agree with 50-digit arithmetic."""
    agents, load, aht_s, patience_s, within_s = CASES.T
    model = {"aht_s": aht_s, "patience_s": patience_s}
    got = [measure(agents, load, **model) for measure in (waiting_probability, abandon_rate, mean_wait)]
    np.testing.assert_allclose(got, WAITING.T, rtol=1e-11)
    levels = [service_level(agents, load, answer_within_s=within_s, kind=kind, **model) for kind in KINDS]
    np.testing.assert_allclose(levels, LEVELS.T, rtol=1e-11)


def test_manual_of_the_r_package() -> None:
    """100 calls of 180 s per half hour on 14 agents: the figures of the R package ErlangC's manual."""
    assert erlang_c(14, 10) == pytest.approx(0.1741319, abs=5e-8)
    assert service_level(14, 10, aht_s=180, answer_within_s=20) == pytest.approx(0.88835, abs=5e-6)
    assert average_speed_of_answer(14, 10, aht_s=180) == pytest.approx(7.835937, abs=5e-7)
    assert occupancy(14, 10, aht_s=180) == pytest.approx(0.7142857, abs=5e-8)


def test_call_center_tools_page() -> None:
    """1000 calls of 120 s per hour on 40 agents: the figures published by call-center-tools."""
    load = 1000 * 120 / 3600
    assert erlang_c(40, load) == pytest.approx(0.1907, abs=5e-5)
    assert service_level(40, load, aht_s=120, answer_within_s=20) == pytest.approx(0.9372, abs=5e-5)
    assert average_speed_of_answer(40, load, aht_s=120) == pytest.approx(3.43, abs=5e-3)
    assert occupancy(40, load, aht_s=120) == pytest.approx(0.8333, abs=5e-5)


def test_example_of_garnett_mandelbaum_reiman() -> None:
    """48 calls of a minute per minute on 50 agents: patience of two minutes turns 20.8 s of wait into 3.7 s."""
    model = {"aht_s": 60, "patience_s": 120}
    assert average_speed_of_answer(50, 48, aht_s=60) == pytest.approx(20.8, abs=0.05)
    assert service_level(50, 48, aht_s=60, answer_within_s=58.1) == pytest.approx(0.90, abs=5e-4)
    assert occupancy(50, 48, aht_s=60) == pytest.approx(0.96)
    assert abandon_rate(50, 48, **model) == pytest.approx(0.031, abs=5e-4)
    assert mean_wait(50, 48, **model) == pytest.approx(3.7, abs=0.05)
    assert queue_length(50, 48, **model) == pytest.approx(3.0, abs=0.05)
    assert occupancy(50, 48, **model) == pytest.approx(0.93, abs=5e-3)


@pytest.mark.real_data
def test_shared_reference_table(shared_data: Path) -> None:
    """Every row of the shared 40-digit table of B, C, service level, ASA and occupancy is met."""
    path = shared_data / "erlang" / "erlang_b_c_reference.csv"
    if not path.is_file():
        pytest.skip(f"{path.name} is not in the shared data")
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    column = {name: np.array([float(row[name]) for row in rows]) for name in rows[0]}
    agents, load, aht_s = column["agents"], column["offered_erlangs"], column["aht_s"]
    np.testing.assert_allclose(column["calls"] * aht_s / column["interval_s"], load, rtol=1e-12)
    np.testing.assert_allclose(erlang_b(agents, load), column["erlang_b"], rtol=1e-11)
    np.testing.assert_allclose(erlang_c(agents, load), column["erlang_c_pwait"], rtol=1e-11)
    level = service_level(agents, load, aht_s=aht_s, answer_within_s=column["target_s"])
    np.testing.assert_allclose(level, column["service_level"], rtol=1e-11)
    np.testing.assert_allclose(average_speed_of_answer(agents, load, aht_s=aht_s), column["asa_s"], rtol=1e-11)
    np.testing.assert_allclose(occupancy(agents, load, aht_s=aht_s), column["occupancy"], rtol=1e-11)
