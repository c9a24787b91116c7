"""Arrays that the kernels read: the problem in slots and option numbers."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from staffing.domain.arrays import BoolArray, FloatArray, IntArray

PIN_FREE, PIN_AWAY, PIN_BREAK, PIN_IDLE = -1, -2, -3, -4
"""Codes of `Tables.pin`; a code of 0 or more is locked work on that queue."""


NIGHT, WEEKEND, FIRST_TYPE = 1, 2, 4
"""Bits of `LongRules.mark`: a night shift, a weekend day, then one for each type of a forbidden succession."""
UNLIMITED = 1 << 40
"""A limit that never binds."""


class LongRules(NamedTuple):
    """Rules that link days or weeks beyond rest and runs of days; what the past has used is taken off."""

    binding: int  # 1: some of these rules can bind
    mark: IntArray  # (options,)
    bans: IntArray  # (options,) bits of types that may not follow on the next day
    type_bans: IntArray  # (types with a bit,)
    duty: IntArray  # (options,) 1 weekend day, 2 night, 4 late shift: what fairness counts
    fair: float  # rise of the price of each further duty of a kind
    nights_week: int
    nights_row: int
    nights_run: IntArray  # (agents,) nights directly before the horizon
    nights_left: IntArray  # (agents, periods)
    weekends_left: IntArray  # (agents, periods)
    weekend_open: IntArray  # (agents,) the weekend of the day before the horizon is counted already
    weekend_of: IntArray  # (days,) number of the weekend or -1
    period_of: IntArray  # (days,)
    low: IntArray  # (agents, periods) minutes
    high: IntArray


class Tables(NamedTuple):
    """The compiled problem. An option is one possible shift (start, end, type) of one agent-day.

    Options of agent a on day d are rows ``first[a * days + d]`` to ``first[a * days + d + 1]``, sorted by start.
    ``cls`` numbers the distinct ends that later starts can tell apart, ``lim`` is how many classes of the day
    before leave enough rest. Slots from `slots` to the end of `pin` lie beyond the horizon.
    """

    days: int
    weeks: int
    slots: int
    slot_h: float
    first: IntArray
    start: IntArray
    end: IntArray
    paid: IntArray  # minutes
    pattern: IntArray
    price: FloatArray  # wage and wishes of the option
    cls: IntArray
    lim: IntArray
    alike: IntArray  # number within the day: options of one number differ in price only
    alike_first: IntArray  # (agents * days + 1,) offsets of the numbers of each day
    alike_option: IntArray  # one option of each number
    bands: IntArray  # (agents,) bands that the starts of a week may lie in; 1 where starts are free
    band_first: IntArray  # first and last band that hold the option; a week's options have one in common
    band_last: IntArray
    cell: IntArray  # options of an agent in the same bands share a cell; a band is a row of cells
    cells: IntArray  # (agents,)
    band_first_cell: IntArray  # (agents,) row of each agent's first band in the arrays below
    cell_from: IntArray  # (bands of all agents,) first cell of the band and the one after its last
    cell_to: IntArray
    loose: BoolArray  # (agents, weeks) whatever the week, every rest within it is long enough
    same_paid: IntArray  # (agents,) paid minutes where all options have the same, else 0
    shape: IntArray  # row of the shape arrays: start, end and pattern without regard to the agent
    shape_start: IntArray
    shape_end: IntArray
    shape_pattern: IntArray
    kind: IntArray  # (agents,) number of (group, contract)
    kind_group: IntArray  # (kinds,)
    kind_shape: IntArray  # (kinds, 2) first and last shape of the contract
    kind_first: IntArray  # (kinds + 1,) offsets of the kinds' shape costs
    cls_first: IntArray
    cls_end: IntArray  # last end of each class, slots
    off_price: FloatArray  # (agents, days) wishes unmet on a day off
    forced: BoolArray  # (agents, days) a shift must start
    pat_first: IntArray
    brk_len: IntArray
    brk_lo: IntArray
    brk_hi: IntArray
    brk_gap: IntArray
    day_start: IntArray
    is_weekend: BoolArray
    last_end: IntArray
    run_before: IntArray
    low: IntArray  # (agents, weeks) minutes
    high: IntArray
    top: IntArray
    days_min: IntArray
    days_max: IntArray
    extra_per_min: FloatArray  # (agents,) overtime premium
    unit: IntArray  # (agents,) common divisor of paid minutes
    detailed: BoolArray  # (agents, weeks) rest or weekly rest can bind over a day off
    whole: BoolArray  # (weeks,) seven days: minima and weekly rest hold
    rest: int  # slots
    weekly_rest: int
    max_run: int
    weekend_max: int
    has_pin: BoolArray  # (agents,)
    pin: IntArray  # (agents, reach)
    group: IntArray  # (agents,) row of the arrays below
    prof: FloatArray  # (groups, queues)
    heads: BoolArray  # (groups, roles) supervises
    led: BoolArray  # (groups, roles) is supervised
    skilled: BoolArray  # (groups,)
    is_open: BoolArray  # (rows, slots); rows are the queues, then the pools
    deadline: BoolArray  # (rows,)
    required: FloatArray  # (rows, slots)
    severe_from: FloatArray  # (rows, slots) missing agents beyond which the severe price holds
    over_at: FloatArray  # (rows, slots) price of an agent too many; 0 on rows within a pool
    weight: FloatArray  # (rows, slots) factor on both prices of a missing agent
    corner: NDArray[np.int32]  # (groups, corners) worth of an agent at each corner's prices; no corners: whole seats
    corner_base: NDArray[np.int32]  # (slots, corners) cost of nobody at work at the prices of each corner
    corner_unit: float  # so many units of the two are a cost of 1
    pool_first: IntArray  # (queues + 1,) offsets of `pool`
    pool: IntArray  # rows of the pools of queue after queue
    early: FloatArray  # (queues, slots) tube, hours
    late: FloatArray
    open_before: IntArray  # (queues, slots + 1) open slots before each slot
    open_first: IntArray  # (queues + 1,) rows of `open_slot`
    open_slot: IntArray  # open slots of queue after queue
    span: IntArray  # (roles,) largest span
    short: float  # prices per agent-slot where `weight` is 1
    severe: float
    over: float
    overdue: float  # per hour of work and slot
    undone: float  # per hour of work
    span_price: float
    switch: float
    long: LongRules
