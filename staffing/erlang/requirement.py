"""Volume -> agents for every queue of a centre: the room's one step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from staffing.domain.calendar import DayTable
from staffing.domain.centre import Centre
from staffing.domain.demand import ContactHistory, Forecast
from staffing.domain.note import Note
from staffing.domain.queue import AnswerTarget, Queue
from staffing.domain.requirement import Requirement, Workload
from staffing.domain.timegrid import DAY_MIN
from staffing.erlang.answer import QueueNeed, answer_need
from staffing.erlang.blending import Skilled
from staffing.erlang.carried import carried_from_history
from staffing.erlang.deferred import deadline_of, open_mask, runs_overnight, workload
from staffing.erlang.deferred_need import with_deferred
from staffing.erlang.pool_need import with_pools
from staffing.erlang.risk import chance_asked, queue_risk, risk_note
from staffing.erlang.safety import safety_factor
from staffing.erlang.shrinkage import gross_agents, lost_share
from staffing.erlang.special import Array
from staffing.erlang.timevarying import METHODS
from staffing.errors import SettingsError

Bools = NDArray[np.bool_]


def require_agents(
    centre: Centre,
    forecast: Forecast,
    table: DayTable,
    *,
    method: str = "mol",
    history: ContactHistory | None = None,
    carried_h: Mapping[str, float | Array] | None = None,
    waiting: Mapping[str, Array] | None = None,
    presence: float | None = None,
    curves: bool = True,
    skilled: Skilled | None = None,
    probability: float | None = None,
    can_serve: ArrayLike | None = None,
    levelled: bool = True,
) -> Requirement:
    """Agents per queue and interval, what each crew size buys, and the workload of deadline queues.

    Parameters
    ----------
    centre : Centre
        Queues with targets and opening hours.
    forecast : Forecast
        Expected contacts and handle time; its queues and grid become the requirement's.
    table : DayTable
        Kinds of the days; continued by ordinary weeks where it ends.
    method : str
        ``mol`` (default): load that lags, service level averaged over five-minute sub-steps; ``sipp``: each interval as
        if it were steady.
    history : ContactHistory, optional
        Tells what deferred work the horizon starts with.
    carried_h : mapping, optional
        The same by hand, by queue id: agent-hours at the start, or an array (steps,) of hours by when they fall due.
    waiting : mapping, optional
        By answer queue id, shape (steps,): contacts in line when an interval begins, such as those who queued before
        opening; work beside the forecast. Contacts forecast in closed time are turned away.
    presence : float, optional
        Chance that enough agents are present each interval; None rosters for the mean absence.
    curves : bool
        Whether to compute the service level of every crew size.
    skilled : mapping, optional
        (blended queue, answer queue) -> share of the answer queue's agents who have the skill for the blended one, 0
        where a pair is missing. None, the default, takes all to have it, and a note says so.
    probability : float, optional
        Chance with which each day's target is to be kept, given the forecast's uncertainty, the luck of the contacts
        and absence; a queue's own `probability` wins. None keeps the targets on average. Queues with a chance are
        rostered for it, `presence` is for the others.
    can_serve : array_like, optional
        Who serves what, (agents, queues) in the forecast's order: booleans, or speeds. Queues that share agents then
        get a common need (`pools`), and only what each needs of its own as their rows. None: every queue on its own.
    levelled : bool
        Whether to spread the work of deadline queues over time; without it their rows stay empty and only their
        workload is told, which takes far less time.

    Returns
    -------
    Requirement
        Rows in the forecast's order; its methods name the model of each queue.

    Raises
    ------
    SettingsError
        When the method is unknown, the probability is not between 0 and 1, or the forecast is daily.
    """
    grid = forecast.grid
    if method not in METHODS:
        raise SettingsError(f"method is {method!r}, expected one of {', '.join(METHODS)}")
    if probability is not None and not 0.0 < probability < 1.0:
        raise SettingsError(f"probability is {probability}, expected more than 0 and less than 1")
    if grid.step_min >= DAY_MIN:
        raise SettingsError("interval_min is 1440: agents need a forecast by the hour or finer")
    queues = tuple(centre.queue(queue) for queue in forecast.queues)
    masks = np.array([open_mask(queue, table, grid) for queue in queues]).reshape(len(queues), grid.n)
    absent = np.array([lost_share(centre, queue, table, grid, planned=False) for queue in queues]).reshape(masks.shape)
    planned = np.array([lost_share(centre, queue, table, grid, planned=True) for queue in queues]).reshape(masks.shape)
    given = dict(carried_h or {})
    needs: list[QueueNeed | None] = []
    tubes: dict[int, Workload] = {}
    extra = np.ones(len(queues))
    notes: list[Note] = []
    for row, queue in enumerate(queues):
        volume, aht_s = forecast.volume[row], forecast.aht_s[row]
        notes += _notes(queue, volume, aht_s, masks[row])
        if queue.has_deadline:
            arrived = volume * aht_s / 3600.0 if masks[row].any() else np.zeros(grid.n)
            carried = given.get(queue.id)
            if carried is None and history is not None:
                carried = carried_from_history(queue, forecast, table, history)
            if carried is None:
                notes.append(Note("requirement_carried_unknown", (("queue", queue.id),)))
            # Whoever can serve an extra urgent case takes it at once: it needs no people kept back for it.
            if queue.urgency != "extra_urgent":
                extra[row] = safety_factor(
                    deadline_of(queue),
                    volume,
                    aht_s,
                    masks[row],
                    grid,
                    day_cv=forecast.day_cv[row],
                    interval_cv=forecast.interval_cv[row],
                    until_done=not isinstance(queue.target, AnswerTarget),
                    probability=chance_asked(queue, probability),
                )
            if masks[row].any():
                # The tube knows one factor for all its hours.
                absent[row] = float(absent[row, masks[row]].mean())
            factor = float(gross_agents(1.0, absent[row, 0])) * extra[row]
            tubes[row] = workload(
                queue, table, grid, arrived, carried_h=0.0 if carried is None else carried, gross_factor=factor
            )
            needs.append(None)
        else:
            running = runs_overnight(queue, table, grid)
            risk = queue_risk(centre, queue, forecast, absent[row], probability)
            need = answer_need(
                queue,
                volume,
                aht_s,
                masks[row],
                interval_min=grid.step_min,
                method=method,
                overnight=running,
                curve=curves,
                risk=risk,
                waiting=(waiting or {}).get(queue.id),
            )
            needs.append(need)
            if risk is not None and need.load_factor is not None:
                notes.append(risk_note(queue, risk.probability, need.load_factor))
            if need.lines_short:
                short = ("intervals", need.lines_short)
                notes.append(Note("requirement_lines_short", (("queue", queue.id), short)))
    found = replace(_assembled(forecast, queues, masks, needs, absent, presence, notes), planned_share=planned)
    if can_serve is not None:
        found = _pooled(found, queues, needs, forecast, table, can_serve, method=method, curves=curves)
    if not levelled:
        return replace(found, workload=tuple(tubes.values()))
    # Last, so that nobody's idle time is counted twice.
    return with_deferred(found, queues, tubes, extra, skilled=skilled, presence=presence)


def _pooled(
    found: Requirement,
    queues: tuple[Queue, ...],
    needs: list[QueueNeed | None],
    forecast: Forecast,
    table: DayTable,
    can_serve: ArrayLike,
    *,
    method: str,
    curves: bool,
) -> Requirement:
    """The requirement with the pools of queues that share agents."""
    made_for = np.array(forecast.volume)
    for row, need in enumerate(needs):
        if need is not None and need.demand_factor is not None:
            # Net agents: absence comes in once, as their ratio to gross ones.
            made_for[row] *= need.demand_factor[found.grid.day]
    overnight = [not queue.has_deadline and runs_overnight(queue, table, found.grid) for queue in queues]
    return with_pools(
        found, queues, made_for, forecast.aht_s, can_serve, method=method, overnight=overnight, curves=curves
    )


def _assembled(
    forecast: Forecast,
    queues: tuple[Queue, ...],
    masks: Bools,
    needs: list[QueueNeed | None],
    absent: Array,
    presence: float | None,
    notes: list[Note],
) -> Requirement:
    """Rows of the answer queues; those of deadline queues are left at nothing."""
    grid = forecast.grid
    load, agents = np.zeros(masks.shape), np.zeros(masks.shape)
    expected = np.ones(masks.shape)
    factor = np.ones((len(queues), grid.days))
    methods = []
    for row, (queue, need) in enumerate(zip(queues, needs, strict=True)):
        if need is None:
            load[row] = forecast.volume[row] * forecast.aht_s[row] / (grid.step_min * 60.0)
            methods.append("deadline/answer_window" if isinstance(queue.target, AnswerTarget) else "deadline")
        else:
            load[row], agents[row], expected[row] = need.load_erl, need.agents, need.expected_sl
            methods.append(need.method)
    gross = gross_agents(agents, absent, probability=presence)
    for row, need in enumerate(needs):
        if need is not None and need.rostered is not None and need.load_factor is not None:
            gross[row], factor[row] = gross_agents(need.rostered, absent[row]), need.load_factor
    return Requirement(
        grid=grid,
        queues=forecast.queues,
        load_erl=load,
        agents=agents,
        agents_gross=gross,
        expected_sl=expected,
        is_open=masks,
        method=tuple(methods),
        curves=tuple(need.curve for need in needs if need is not None and need.curve is not None),
        notes=tuple(notes),
        absent_share=absent,
        load_factor=factor if any(need is not None and need.rostered is not None for need in needs) else None,
    )


def _notes(queue: Queue, volume: Array, aht_s: Array, is_open: Bools) -> list[Note]:
    """Volume that no agent will meet, named: no hours at all, closed intervals of answer queues, no handle time."""
    name = ("queue", queue.id)
    outside = float(volume[~is_open].sum())
    if not is_open.any():
        return [Note("requirement_never_open", (name, ("contacts", outside)))] if outside > 0.0 else []
    notes = []
    if outside > 0.0 and not queue.has_deadline:
        notes.append(Note("requirement_closed_contacts", (name, ("contacts", outside))))
    untimed = float(volume[is_open & (aht_s <= 0.0)].sum())
    if untimed > 0.0:
        notes.append(Note("requirement_no_handle_time", (name, ("contacts", untimed))))
    return notes
