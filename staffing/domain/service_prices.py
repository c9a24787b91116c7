"""What a missing agent is worth by the service that goes with it, row by row and slot by slot."""

import numpy as np

from staffing.domain.arrays import FloatArray, IntArray
from staffing.domain.requirement import Requirement, ServiceCurve

LEAST, MOST = 0.25, 4.0
"""Weights stay in this range: an agent too few is never free, and no gap outshines all others."""
STEPS = 16
"""Weights are multiples of one over so many, so that models in whole numbers state them exactly."""
SCALINGS = 20


def service_weights(requirement: Requirement, severe_share: float, least: IntArray) -> FloatArray:
    """Factor on the price of a missing agent in every row, 1 on average.

    Where a row misses the agents that are charged at the lower price, ``max(1, severe_share * required)``, the fall of
    its service level times its load is the work that is then answered late. A row's weights are in proportion to that
    work for each agent missing. They are scaled so that these agents missing all week long cost what they would
    without weights: a queue is neither dearer nor cheaper as a whole.

    Parameters
    ----------
    requirement : Requirement
        With its curves; a row without one has weight 1, as have deadline queues, queues of a pool (the curve of one
        queue knows nothing of the help of the others) and steps without load.
    severe_share : float
    least : (queues,)
        Fewest agents at work that each queue is to have: a missing one of these has a weight of 1 or more.

    Returns
    -------
    ndarray, (queues and pools, steps)
    """
    curves = {curve.queues: curve for curve in requirement.curves}
    shared = {queue for pool in requirement.pools for queue in pool.queues}
    deferred = {work.queue for work in requirement.workload}
    rows = []
    for row, queue in enumerate(requirement.queues):
        curve = curves.get((queue,)) if queue not in shared | deferred else None
        net, gross = requirement.agents[row], requirement.agents_gross[row]
        rows.append(_weights(curve, net, gross, requirement.load_erl[row], severe_share, float(least[row])))
    for pool in requirement.pools:
        load = requirement.load_erl[[requirement.queues.index(queue) for queue in pool.queues]].sum(axis=0)
        curve = curves.get(pool.queues)
        rows.append(_weights(curve, pool.agents, pool.agents_gross, load, severe_share, 0.0))
    return np.array(rows).reshape(-1, requirement.grid.n)


def _weights(
    curve: ServiceCurve | None,
    net: FloatArray,
    gross: FloatArray,
    load_erl: FloatArray,
    severe_share: float,
    least: float,
) -> FloatArray:
    """Weights of one row, shape (steps,)."""
    weight = np.ones(len(net))
    counts = (load_erl > 0) & (net > 0)
    if curve is None or not counts.any():
        return weight
    missing = np.minimum(gross, np.maximum(1.0, severe_share * gross))
    present = np.divide(missing * net, gross, out=np.zeros_like(net), where=counts)
    late = load_erl * (curve.at(net) - curve.at(net - present))
    worth, often = (late / np.where(counts, missing, 1.0))[counts], missing[counts]
    if worth.max() <= 0:
        return weight
    low = np.where(net[counts] <= least + 1e-9, 1.0, LEAST)
    weight[counts] = np.round(_scaled(worth, often, low) * STEPS) / STEPS
    return weight


def _scaled(worth: FloatArray, often: FloatArray, low: FloatArray) -> FloatArray:
    """`worth` scaled to a mean of 1, weighted by `often`, and kept inside the range."""
    scale = often.sum() / (worth * often).sum()
    scaled = np.clip(scale * worth, low, MOST)
    for _ in range(SCALINGS):
        scale *= often.sum() / (scaled * often).sum()
        scaled = np.clip(scale * worth, low, MOST)
    return np.asarray(scaled)
