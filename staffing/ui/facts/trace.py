"""One interval's number, step by step, and what other crew sizes would buy."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from staffing.domain.queue import DeadlineTarget, Queue
from staffing.domain.requirement import ServiceCurve
from staffing.measures import Coverage
from staffing.plan import Plan
from staffing.ui.words import Words


@dataclass(frozen=True, slots=True)
class Trace:
    """Where the number of agents of one queue and interval comes from. `expected_sl` None: a deadline queue."""

    queue: Queue
    step: int
    volume: float | None
    aht_s: float | None
    load_erl: float
    agents: float
    shrinkage: float
    agents_gross: float
    assigned: float
    expected_sl: float | None
    method: str


def trace(plan: Plan, table: Coverage, queue_id: str, step: int) -> Trace:
    """The numbers behind the requirement of `queue_id` in interval `step`; `table` is on intervals."""
    need, forecast = plan.requirement, plan.forecast
    row = need.queues.index(queue_id)
    queue = plan.scenario.centre.queue(queue_id)
    known = queue_id in forecast.queues and forecast.grid.step_min == need.grid.step_min
    source = forecast.queues.index(queue_id) if known else -1
    return Trace(
        queue=queue,
        step=step,
        volume=float(forecast.volume[source, step]) if known else None,
        aht_s=float(forecast.aht_s[source, step]) if known else queue.aht_s,
        load_erl=float(need.load_erl[row, step]),
        agents=float(need.agents[row, step]),
        shrinkage=queue.unplanned_shrinkage,
        agents_gross=float(need.agents_gross[row, step]),
        assigned=float(table.assigned[row, step]),
        expected_sl=None if queue.has_deadline else float(need.expected_sl[row, step]),
        method=need.method[row],
    )


def target_text(queue: Queue, words: Words) -> str:
    """A queue's promise in words: ``95 % in 15 s``, ``95 % within 2 working hours``."""
    target = queue.target
    if isinstance(target, DeadlineTarget):
        return words(f"target.{target.unit.value}", share=words.percent(target.share, 0), amount=f"{target.amount:g}")
    return words(
        "target.answer", share=words.percent(target.service_level, 0), seconds=words.seconds(target.answer_within_s)
    )


def curve_for(plan: Plan, queue_id: str) -> ServiceCurve | None:
    """The queue's own curve, else one of a pool it belongs to."""
    mine = [curve for curve in plan.requirement.curves if queue_id in curve.queues]
    return min(mine, key=lambda curve: len(curve.queues)) if mine else None


def curve_frame(curve: ServiceCurve, step: int) -> pd.DataFrame:
    """Service level by number of agents present in one interval."""
    sizes = int(curve.first[step]) + np.arange(curve.service_level.shape[1])
    return pd.DataFrame({"agents": sizes, "service_level": curve.service_level[step].round(4)})


def busiest(plan: Plan, queue_id: str, day: int) -> int:
    """Interval of the day in which the queue needs the most agents."""
    row = plan.requirement.queues.index(queue_id)
    span = plan.requirement.grid.day_slice(day)
    return int(span.start) + int(np.argmax(plan.requirement.agents_gross[row, span]))
