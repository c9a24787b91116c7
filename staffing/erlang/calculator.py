"""The planner's calculator: one steady interval, what every crew gives, and how sure the answer is of its inputs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from staffing.erlang.carry import carried_volume, kept_answer_time, longest_aht
from staffing.erlang.chat import ChatPool, chat_abandon_rate, chat_service_level
from staffing.erlang.formulas import (
    abandon_rate,
    average_speed_of_answer,
    blocking_probability,
    occupancy,
    queue_length,
    service_level,
    waiting_probability,
)
from staffing.erlang.inverse import required_agents, required_chat_agents
from staffing.erlang.models import AnswerPromise
from staffing.erlang.special import Array


@dataclass(frozen=True, slots=True)
class Case:
    """A steady interval and its promises.

    `volume` contacts in `interval_s` seconds, each `aht_s` seconds of work; `patience_s` None: nobody gives up. With a
    `chats` pool an agent holds several contacts at once; there is then no formula for lines, balking and a cap on the
    wait.

    Raises
    ------
    ValueError
        When one of those three is given with `chats`.
    """

    volume: float
    interval_s: float
    aht_s: float
    target: AnswerPromise
    patience_s: float | None = None
    max_occupancy: float | None = None
    max_abandon_rate: float | None = None
    max_asa_s: float | None = None
    lines: int | None = None
    balk_share: float = 0.0
    chats: ChatPool | None = None

    def __post_init__(self) -> None:
        if self.chats is not None and (self.lines is not None or self.balk_share > 0 or self.max_asa_s is not None):
            raise ValueError("lines, balking and a limit on the wait cannot be given for chats")

    @property
    def load_erl(self) -> float:
        return self.volume * self.aht_s / self.interval_s


@dataclass(frozen=True, eq=False)
class CrewCurve:
    """What each crew gives, arrays (crews,). What a chat pool has no formula for is NaN; waits may be infinite."""

    agents: Array
    service_level: Array
    asa_s: Array
    occupancy: Array
    abandon_rate: Array
    waiting_probability: Array
    queue_length: Array
    blocking_probability: Array


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """Volume (rows) and handle time (columns) changed by `changes`: agents required, and the level of a given crew.

    Agents are infinite where no crew keeps the promises.
    """

    changes: Array
    agents: Array
    service_level: Array


@dataclass(frozen=True, slots=True)
class Reach:
    """What a crew can do at its promises, one thing at a time: contacts, handle time, seconds to answer.

    None where no value would do, or for chats, where there is no formula.
    """

    volume: float | None
    aht_s: float | None
    answer_within_s: float | None


def crew_needed(case: Case) -> int | None:
    """Smallest whole crew that keeps every promise of the case; None where no crew can.

    >>> from staffing.domain.queue import AnswerTarget
    >>> crew_needed(Case(100, 1800, 180, AnswerTarget(0.8, 20)))
    14
    """
    needed = _finite(_needed(case, case.volume, case.aht_s))
    return None if needed is None else int(needed)


def crew_curve(case: Case, crews: ArrayLike) -> CrewCurve:
    """All measures of the given crews, shape (crews,)."""
    agents = np.atleast_1d(np.asarray(crews, dtype=float))
    load, within_s = case.load_erl, case.target.answer_within_s
    if case.chats is not None:
        pool: dict[str, Any] = {"aht_s": case.aht_s, "pool": case.chats, "patience_s": case.patience_s}
        unknown = np.full(agents.shape, np.nan)
        level = chat_service_level(agents, load, answer_within_s=within_s, kind=case.target.kind, **pool)
        left = chat_abandon_rate(agents, load, **pool)
        most = agents * float(case.chats.speed[-1])
        busy = np.clip(
            np.divide(load * (1.0 - left), most, out=np.full(most.shape, float(load > 0)), where=most > 0), 0, 1
        )
        return CrewCurve(agents, level, unknown, busy, left, unknown, unknown, unknown)
    given: dict[str, Any] = {
        "aht_s": case.aht_s,
        "patience_s": case.patience_s,
        "lines": case.lines,
        "balk_share": case.balk_share,
    }
    level = service_level(agents, load, answer_within_s=within_s, kind=case.target.kind, **given)
    return CrewCurve(
        agents,
        level,
        average_speed_of_answer(agents, load, **given),
        occupancy(agents, load, **given),
        abandon_rate(agents, load, **given),
        waiting_probability(agents, load, **given),
        queue_length(agents, load, **given),
        blocking_probability(agents, load, **given),
    )


def around(agents: int, width: int = 3) -> Array:
    """Crews from `width` below to `width` above, not below 0: the power of one.

    >>> around(2).tolist()
    [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]
    """
    return np.arange(max(0, agents - width), agents + width + 1, dtype=float)


def sensitivity(case: Case, agents: int, changes: ArrayLike = (-0.2, -0.1, 0.0, 0.1, 0.2)) -> Sensitivity:
    """What a wrong forecast of volume or handle time does to the crew needed and to the level of `agents`.

    Parameters
    ----------
    agents : int
        The crew whose level is told.
    changes : array_like (n,)
        Relative changes, each more than -1.

    Returns
    -------
    Sensitivity
        Arrays (n, n): volume by handle time.
    """
    factor = 1.0 + np.asarray(changes, dtype=float)
    volume, aht_s = (grid.ravel() for grid in np.meshgrid(case.volume * factor, case.aht_s * factor, indexing="ij"))
    shape = (len(factor), len(factor))
    levels = [
        crew_curve(replace(case, volume=float(v), aht_s=float(s)), agents).service_level[0]
        for v, s in zip(volume, aht_s, strict=True)
    ]
    return Sensitivity(factor - 1.0, _needed(case, volume, aht_s).reshape(shape), np.array(levels).reshape(shape))


def reach(case: Case, agents: int) -> Reach:
    """How far a crew reaches: the largest volume, the longest handle time, the shortest answer time it keeps."""
    if case.chats is not None:
        return Reach(None, None, None)
    given: dict[str, Any] = {"patience_s": case.patience_s, "lines": case.lines, "balk_share": case.balk_share}
    caps: dict[str, Any] = {
        "max_occupancy": case.max_occupancy,
        "max_abandon_rate": case.max_abandon_rate,
        "max_asa_s": case.max_asa_s,
    }
    volume = carried_volume(agents, interval_s=case.interval_s, aht_s=case.aht_s, target=case.target, **given, **caps)
    aht_s = longest_aht(agents, case.volume, interval_s=case.interval_s, target=case.target, **given, **caps)
    within_s = kept_answer_time(
        agents, case.load_erl, aht_s=case.aht_s, service_level=case.target.service_level, kind=case.target.kind, **given
    )
    return Reach(*(_finite(value) for value in (volume, aht_s, within_s)))


def _needed(case: Case, volume: ArrayLike, aht_s: ArrayLike) -> Array:
    if case.chats is not None:
        return required_chat_agents(
            volume,
            interval_s=case.interval_s,
            aht_s=aht_s,
            target=case.target,
            pool=case.chats,
            patience_s=case.patience_s,
            max_occupancy=case.max_occupancy,
            max_abandon_rate=case.max_abandon_rate,
        )
    return required_agents(
        volume,
        interval_s=case.interval_s,
        aht_s=aht_s,
        target=case.target,
        patience_s=case.patience_s,
        max_occupancy=case.max_occupancy,
        max_abandon_rate=case.max_abandon_rate,
        max_asa_s=case.max_asa_s,
        lines=case.lines,
        balk_share=case.balk_share,
    )


def _finite(value: ArrayLike) -> float | None:
    number = float(np.asarray(value))
    return number if np.isfinite(number) else None
