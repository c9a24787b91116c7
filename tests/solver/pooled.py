"""Tiny problems with pools: two or three answer queues on hour slots, short shifts without a break."""

from itertools import product
from typing import Any

import numpy as np

from staffing.audit import audit_roster, roster_cost
from staffing.domain.arrays import FloatArray
from staffing.domain.problem import RosterProblem
from staffing.domain.shift import ShiftType
from tests.builders import make_agent, make_queue, make_roster
from tests.solver.tiny import tiny_problem

THREE_HOURS = ShiftType("day", 480, 600, 60, (180,), ())
BOTH = ("phone", "video")


def pooled_problem(
    skills: list[list[str]], required: Any, pools: dict[str, Any], *, names: tuple[str, ...] = BOTH, **changes: Any
) -> RosterProblem:
    """Agents with `skills`; `required` by queue, `pools` as ``{"phone+video": agents}`` (a number or one a slot)."""
    problem = tiny_problem(
        agents=[make_agent(number, own) for number, own in enumerate(skills)],
        required=np.broadcast_to(required, (len(names), 24 * changes.get("days", 1))),
        shift=changes.pop("shift", THREE_HOURS),
        breaks=changes.pop("breaks", ()),
        centre_changes={"queues": tuple(make_queue(name) for name in names), **changes.pop("centre_changes", {})},
        pool_member=np.array([[name in pool.split("+") for name in names] for pool in pools]),
        pool_required=np.array([np.broadcast_to(agents, 24 * changes.get("days", 1)) for agents in pools.values()]),
        **changes,
    )
    return problem


def cheapest_with_queues(problem: RosterProblem) -> float:
    """Least cost over all legal rosters of one day, every hour of every shift on any queue or none, by trying all.

    What people cost is priced by the audit, one by one; what coverage costs is added up here for all combinations,
    and the audit must agree on the cheapest.
    """
    covers, prices, texts = [], [], []
    for agent in range(len(problem.agents)):
        able = [name for name, speed in zip(problem.queues, problem.proficiency[agent], strict=True) if speed > 0]
        hours = [" ".join(f"{name} 60" for name in names) for names in product([*able, "work"], repeat=3)]
        rows = [(), *([(agent, 0, f"{start:02}:00", text)] for start in (8, 9, 10) for text in hours)]
        rosters = [make_roster(problem, *row) for row in rows]
        assert not any(v.severity == "hard" for roster in rosters for v in audit_roster(problem, roster))
        costs = [roster_cost(problem, roster).components for roster in rosters]
        covers.append(np.stack([roster.coverage(problem.proficiency) for roster in rosters]))
        prices.append(np.array([sum(cost.values()) - cost["short"] - cost["over"] for cost in costs]))
        texts.append(rows)
    best, chosen = np.inf, (0, 0)
    for first, (cover, price) in enumerate(zip(covers[0], prices[0], strict=True)):
        totals = price + prices[1] + _coverage_price(problem, cover + covers[1])
        if totals.min() < best:
            best, chosen = float(totals.min()), (first, int(totals.argmin()))
    roster = make_roster(problem, *texts[0][chosen[0]], *texts[1][chosen[1]])
    assert np.isclose(roster_cost(problem, roster).total, best)
    return best


def _coverage_price(problem: RosterProblem, cover: FloatArray) -> FloatArray:
    """Price of `short` and `over` of many coverages (rosters, queues, slots), slot by slot from the definition."""
    costs, total = problem.costs, np.zeros(len(cover))
    for slot in range(problem.grid.n):
        rows = [({q}, problem.required[q, slot]) for q in range(len(problem.queues)) if problem.is_open[q, slot]]
        needs = {q: need for own, need in rows for q in own}
        for member, need in zip(problem.pool_member, problem.pool_required[:, slot], strict=True):
            queues = set(np.flatnonzero(member).tolist())
            if queues & set(needs) and need > sum(needs.get(q, 0.0) for q in queues) + 1e-9:
                rows.append((queues, need))
        for queues, need in rows:
            gap = cover[:, sorted(queues), slot].sum(axis=1) - need
            allowed = max(1.0, costs.severe_share * need)
            total += costs.short_per_h * np.clip(-gap, 0, allowed)
            total += costs.short_severe_per_h * np.maximum(0, -gap - allowed)
            if not any(queues < other for other, _ in rows):
                total += costs.over_per_h * np.maximum(0, gap)
    return total * problem.grid.step_h
