"""One interval's number, step by step, and what other crew sizes would buy."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from staffing.domain.queue import DeadlineTarget, Queue
from staffing.domain.requirement import ServiceCurve
from staffing.erlang.risk import chance_asked
from staffing.erlang.shrinkage import headcount, reason_shares
from staffing.measures import Coverage
from staffing.plan import Plan
from staffing.ui.words import Words


@dataclass(frozen=True, slots=True)
class Trace:
    """Where the number of agents of one queue and interval comes from. `expected_sl` None: a deadline queue.

    `reasons` are the unplanned reasons that make up `shrinkage`; `planned` is the share away for reasons the roster
    knows, with which `heads` are needed. `probability` and `load_factor` are the chance asked for and the load planned
    for it; None where none was.
    """

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
    reasons: tuple[tuple[str, float], ...] = ()
    planned: float = 0.0
    heads: float = 0.0
    probability: float | None = None
    load_factor: float | None = None


def trace(plan: Plan, table: Coverage, queue_id: str, step: int) -> Trace:
    """The numbers behind the requirement of `queue_id` in interval `step`; `table` is on intervals."""
    need, forecast = plan.requirement, plan.forecast
    row = need.queues.index(queue_id)
    queue = plan.scenario.centre.queue(queue_id)
    absent = need.absence(np.array([plan.scenario.centre.queue(name).unplanned_shrinkage for name in need.queues]))
    planned = 0.0 if need.planned_share is None else float(need.planned_share[row, step])
    gross = float(need.agents_gross[row, step])
    factor = 1.0 if need.load_factor is None else float(need.load_factor[row, need.grid.day[step]])
    asked = None if need.load_factor is None or queue.has_deadline else chance_asked(queue, plan.settings.probability)
    known = queue_id in forecast.queues and forecast.grid.step_min == need.grid.step_min
    source = forecast.queues.index(queue_id) if known else -1
    return Trace(
        queue=queue,
        step=step,
        volume=float(forecast.volume[source, step]) if known else None,
        aht_s=float(forecast.aht_s[source, step]) if known else queue.aht_s,
        load_erl=float(need.load_erl[row, step]),
        agents=float(need.agents[row, step]),
        shrinkage=float(absent[row, step]),
        agents_gross=gross,
        assigned=float(table.assigned[row, step]),
        expected_sl=None if queue.has_deadline else float(need.expected_sl[row, step]),
        method=need.method[row],
        reasons=_reasons(plan, queue, step),
        planned=planned,
        heads=float(headcount(gross, planned)),
        probability=asked,
        load_factor=None if asked is None else factor,
    )


def _reasons(plan: Plan, queue: Queue, step: int) -> tuple[tuple[str, float], ...]:
    """Unplanned reasons of absence in an interval, the largest first."""
    found = reason_shares(plan.scenario.centre, queue, plan.table, plan.requirement.grid, planned=False)
    here = [(name, float(share[step])) for name, share in found.items() if share[step] > 0.0]
    return tuple(sorted(here, key=lambda reason: -reason[1]))


def target_text(queue: Queue, words: Words) -> str:
    """A queue's promise in words: ``95 % in 15 s``, ``95 % within 2 working hours``."""
    target = queue.target
    if isinstance(target, DeadlineTarget):
        return words(f"target.{target.unit.value}", share=words.percent(target.share, 0), amount=f"{target.amount:g}")
    return words(
        "target.answer", share=words.percent(target.service_level, 0), seconds=words.seconds(target.answer_within_s)
    )


def target_brief(queue: Queue, words: Words) -> str:
    """A queue's promise as a cell of a table: ``95% in 15 s``, ``95% in 2 working h``."""
    target = queue.target
    if isinstance(target, DeadlineTarget):
        told = {"share": words.percent(target.share, 0), "amount": f"{target.amount:g}"}
        return words(f"target.brief_{target.unit.value}", **told)
    told = {"share": words.percent(target.service_level, 0), "seconds": words.seconds(target.answer_within_s)}
    return words("target.brief_answer", **told)


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
