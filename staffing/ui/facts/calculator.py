"""What the Calculator page shows: a queue of the plan as a case, curves and tables of crews."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from staffing.domain.queue import AnswerTarget, Queue
from staffing.erlang.calculator import Case, CrewCurve, Sensitivity
from staffing.erlang.chat import ChatPool
from staffing.plan import Plan

MEASURES = ("service_level", "asa_s", "occupancy", "abandon_rate")
"""Columns drawn as curves, in this order."""


@dataclass(frozen=True, slots=True)
class Start:
    """A case to begin with, and the share of rostered time that is lost."""

    case: Case
    absence: float


TEXTBOOK = Start(Case(100.0, 1800.0, 240.0, AnswerTarget(0.8, 20.0)), 0.0)


def answered_queues(plan: Plan) -> tuple[str, ...]:
    """Queues of the plan that the calculator can speak of: those answered within seconds."""
    centre = plan.scenario.centre
    return tuple(
        name for name in plan.forecast.queues if name in plan.requirement.queues and not centre.queue(name).has_deadline
    )


def start_from(plan: Plan, queue_id: str) -> Start:
    """The queue's busiest interval and its promises."""
    queue, forecast = plan.scenario.centre.queue(queue_id), plan.forecast
    row = forecast.queues.index(queue_id)
    step = int(np.argmax(forecast.volume[row] * forecast.aht_s[row]))
    case = Case(
        volume=round(float(forecast.volume[row, step]), 1),
        interval_s=forecast.grid.step_min * 60.0,
        aht_s=round(max(1.0, float(forecast.aht_s[row, step])), 1),
        target=queue.target if isinstance(queue.target, AnswerTarget) else TEXTBOOK.case.target,
        patience_s=queue.patience_s,
        max_occupancy=queue.max_occupancy,
        max_abandon_rate=queue.max_abandon_rate,
        lines=queue.lines,
        balk_share=queue.balk_share,
        chats=pool_of(queue),
    )
    return Start(case, queue.unplanned_shrinkage)


def pool_of(queue: Queue) -> ChatPool | None:
    """How agents hold several contacts of the queue at once; None where they hold one."""
    return ChatPool(queue.handle_factors) if queue.max_parallel > 1 else None


def crews_shown(needed: int, own: int) -> range:
    """Crews to draw: wide enough to see where the curves bend, with both numbers in it."""
    reach = max(6, round(2 * needed**0.5))
    return range(max(1, min(needed - reach, own)), max(needed + reach, own) + 1)


def curve_table(curve: CrewCurve) -> pd.DataFrame:
    """One row per crew; waits without end are missing."""
    table = pd.DataFrame({"agents": curve.agents.astype(int)})
    for name in (*MEASURES, "waiting_probability", "queue_length", "blocking_probability"):
        values = getattr(curve, name)
        table[name] = np.where(np.isfinite(values), values, np.nan)
    return table


def sensitivity_table(found: Sensitivity) -> pd.DataFrame:
    """One row per change of volume and handle time, texts such as ``+10%`` in order."""
    rows = [
        {
            "volume": f"{v:+.0%}" if v else "0%",
            "aht": f"{a:+.0%}" if a else "0%",
            "agents": int(found.agents[i, j]) if np.isfinite(found.agents[i, j]) else None,
            "service_level": round(float(found.service_level[i, j]), 4),
        }
        for i, v in enumerate(found.changes)
        for j, a in enumerate(found.changes)
    ]
    return pd.DataFrame(rows)
