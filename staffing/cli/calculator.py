"""The Erlang calculator as a table: what one agent more or less does."""

from dataclasses import dataclass

import numpy as np

from staffing.domain.queue import AnswerTarget


@dataclass(frozen=True, slots=True)
class CrewRow:
    """What a crew of `agents` gives."""

    agents: int
    service_level: float
    asa_s: float
    occupancy: float
    abandon_rate: float
    waiting_probability: float


def crew_table(
    volume: float,
    interval_min: float,
    aht_s: float,
    target: AnswerTarget,
    patience_s: float | None,
    max_occupancy: float | None,
    agents: int | None,
    around: int = 3,
) -> tuple[int, tuple[CrewRow, ...]]:
    """Agents required, and the measures of the crews around `agents` (default: around the required)."""
    from staffing import erlang

    interval_s = interval_min * 60
    needed = int(
        erlang.required_agents(
            volume,
            interval_s=interval_s,
            aht_s=aht_s,
            target=target,
            patience_s=patience_s,
            max_occupancy=max_occupancy,
        )
    )
    centre = needed if agents is None else agents
    crews = np.arange(max(0, centre - around), centre + around + 1)
    load = volume * aht_s / interval_s
    level = erlang.service_level(
        crews, load, aht_s=aht_s, answer_within_s=target.answer_within_s, patience_s=patience_s, kind=target.kind
    )
    asa = erlang.average_speed_of_answer(crews, load, aht_s=aht_s, patience_s=patience_s)
    busy = erlang.occupancy(crews, load, aht_s=aht_s, patience_s=patience_s)
    left = erlang.abandon_rate(crews, load, aht_s=aht_s, patience_s=patience_s)
    wait = erlang.waiting_probability(crews, load, aht_s=aht_s, patience_s=patience_s)
    columns = (np.broadcast_to(column, crews.shape) for column in (level, asa, busy, left, wait))
    rows = zip(crews, *columns, strict=True)
    return needed, tuple(CrewRow(int(row[0]), *(float(value) for value in row[1:])) for row in rows)
