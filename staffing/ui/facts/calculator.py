"""The Erlang calculator of the Requirement page."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from staffing.domain.queue import AnswerTarget

AROUND = 4
"""Crews shown on either side of the one required."""


@dataclass(frozen=True, eq=False)
class Crews:
    """Agents required, the load, and what the crews around that number give."""

    agents: int
    load_erl: float
    table: pd.DataFrame


def crews(
    volume: float, *, interval_s: float, aht_s: float, target: AnswerTarget, patience_s: float | None = None
) -> Crews:
    """Agents for `volume` contacts in an interval: Erlang C, or A with a patience.

    An average speed of answer that has no end (more work than agents) is missing from the table.
    """
    from staffing import erlang

    needed = int(
        erlang.required_agents(volume, interval_s=interval_s, aht_s=aht_s, target=target, patience_s=patience_s)
    )
    sizes = np.arange(max(1, needed - AROUND), needed + AROUND + 1)
    load = volume * aht_s / interval_s
    level = erlang.service_level(
        sizes, load, aht_s=aht_s, answer_within_s=target.answer_within_s, patience_s=patience_s, kind=target.kind
    )
    asa = erlang.average_speed_of_answer(sizes, load, aht_s=aht_s, patience_s=patience_s)
    table = pd.DataFrame(
        {
            "agents": sizes,
            "service_level": level,
            "asa_s": np.where(np.isfinite(asa), asa, np.nan),
            "occupancy": erlang.occupancy(sizes, load, aht_s=aht_s, patience_s=patience_s),
        }
    )
    return Crews(needed, load, table)
