"""One queue with a steady load gives the service that the queue formulas give exactly."""

from dataclasses import replace

import numpy as np
import pytest

from staffing.domain.queue import AnswerTarget, Channel, Queue
from staffing.erlang.chat import ChatPool, chat_service_level
from staffing.simulate.tally import ABANDONED, JUDGED, Task, level, tally
from tests.simulate.small import assert_near, case, on_phones, phone, second_days

KINDS = ("offered", "net", "any", "answered")
# agents, load, AHT s, patience s: abandonment, service level within 20 s by kind; 50-digit arithmetic
ERLANG_A = [
    (50, 48, 60, 120, 0.0309122491622, (0.943018954747, 0.972029602987, 0.972864391708, 0.973099653702)),
    (14, 10, 180, 120, 0.0228392865318, (0.932729580698, 0.946219870326, 0.946986615507, 0.954530373399)),
    (33, 30, 300, 180, 0.041029870631, (0.833623307406, 0.853262183463, 0.85663953435, 0.869290170649)),
    (100, 100, 300, 180, 0.0449127157627, (0.801911096489, 0.829189720984, 0.8348090254, 0.839620744328)),
    (289, 300, 300, 180, 0.0487027573145, (0.808914529833, 0.844932963145, 0.851543276589, 0.850327840275)),
    (50, 100, 300, 60, 0.500106195692, (0.077545089743, 0.106831348245, 0.351680528295, 0.155123126301)),
]


@pytest.mark.parametrize(("agents", "load", "aht_s", "patience_s", "abandoned", "levels"), ERLANG_A)
def test_impatient_callers_meet_erlang_a(
    agents: int, load: float, aht_s: float, patience_s: float, abandoned: float, levels: tuple[float, ...]
) -> None:
    """Abandonment and all four kinds of service level are those of Erlang A."""
    counts = second_days(phone(patience_s=patience_s), agents, load, aht_s, 16).by_day[:, 0, 1]
    assert_near(counts[:, ABANDONED] / counts[:, JUDGED], abandoned)
    for kind, exact in zip(KINDS, levels, strict=True):
        assert_near(level(counts[np.newaxis], (kind,))[0], exact)


def test_patient_callers_meet_erlang_c() -> None:
    """100 calls of 180 s per half hour and 14 agents: the published 88.835 % in 20 s and occupancy 71.4 %."""
    found = second_days(phone(), 14, 10, 180, 60)
    assert_near(level(found.by_day[:, 0, 1][np.newaxis], ("offered",))[0], 0.888350019)
    assert_near(found.busy_s[:, 0, 1] / found.staffed_s[:, 0, 1], 10 / 14)


@pytest.mark.parametrize(("agents", "chats"), [(10, 60), (30, 200), (88, 600)])
def test_chat_meets_the_birth_death_chain(agents: int, chats: float) -> None:
    """480 s alone, 35 % slower for each chat more, three at once: 80 % in 30 s, as the birth-death chain says."""
    queue = Queue(
        "chat", Channel.CHAT, AnswerTarget(0.8, 30.0), patience_s=240.0, max_parallel=3, slowdown=0.35, aht_s=480.0
    )
    counts = second_days(queue, agents, chats * 480 / 1800, 480, 30).by_day[:, 0, 1]
    pool = ChatPool.linear(3, 0.35)
    chain = chat_service_level(agents, chats * 480 / 1800, aht_s=480, answer_within_s=30, pool=pool, patience_s=240)
    simulated = level(counts[np.newaxis], ("offered",))[0].mean()
    assert simulated > 0.8
    assert simulated == pytest.approx(float(chain), abs=0.015)


def test_aht_over_parallel_chats_misleads() -> None:
    """The usual shortcut, Erlang C with a third of the handle time, asks for 58 agents where 88 are needed."""
    queue = Queue("chat", Channel.CHAT, AnswerTarget(0.8, 30.0), patience_s=240.0, max_parallel=3, slowdown=0.35)
    counts = second_days(queue, 58, 160, 480, 4).by_day[:, 0, 1]
    assert level(counts[np.newaxis], ("offered",))[0].mean() < 0.05


@pytest.mark.parametrize(("service_cv", "exact"), [(1.0, 0.8345), (2.0, 0.8294), (0.0, 0.8474)])
def test_spread_of_handle_times(service_cv: float, exact: float) -> None:
    """30 erlangs on 33 agents: service falls with the spread of the handle times, as the prototype measured."""
    found = case((phone(patience_s=180.0),), on_phones(33, 0, 192), 180.0, 300.0, days=2)
    counts = tally(Task(found.world(service_cv=service_cv), 0, found.paths(30))).by_day[:, 0, 1]
    assert level(counts[np.newaxis], ("offered",))[0].mean() == pytest.approx(exact, abs=0.01)


def test_kind_of_the_target_decides() -> None:
    """The verdict of one roster orders the four kinds as their definitions do."""
    target = AnswerTarget(0.8, 20.0)
    found = {
        kind: case((phone(patience_s=60.0, target=replace(target, kind=kind)),), on_phones(12, 0, 96), 60.0, 360.0)
        .judge(10)
        .week()[0]
        .service_level
        for kind in KINDS
    }
    assert found["offered"] < found["net"] < found["answered"]
    assert found["net"] < found["any"]
