"""Volume -> agents for every queue of a centre: the room's one step."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from staffing.domain.calendar import DayTable
from staffing.domain.centre import Centre
from staffing.domain.demand import ContactHistory, Forecast
from staffing.domain.note import Note
from staffing.domain.queue import AnswerTarget, Queue
from staffing.domain.requirement import Requirement, Workload
from staffing.domain.timegrid import DAY_MIN
from staffing.erlang.answer import QueueNeed, answer_need
from staffing.erlang.carried import carried_from_history
from staffing.erlang.deferred import deadline_of, open_mask, runs_overnight, workload
from staffing.erlang.levelling import level_workloads
from staffing.erlang.safety import safety_factor
from staffing.erlang.shrinkage import gross_agents
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
    presence: float | None = None,
    curves: bool = True,
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
    presence : float, optional
        Chance that enough agents are present each interval; None rosters for the mean absence.
    curves : bool
        Whether to compute the service level of every crew size.

    Returns
    -------
    Requirement
        Rows in the forecast's order; its methods name the model of each queue.

    Raises
    ------
    SettingsError
        When the method is unknown, or the forecast is daily.
    """
    grid = forecast.grid
    if method not in METHODS:
        raise SettingsError(f"method is {method!r}, expected one of {', '.join(METHODS)}")
    if grid.step_min >= DAY_MIN:
        raise SettingsError("interval_min is 1440: agents need a forecast by the hour or finer")
    queues = tuple(centre.queue(queue) for queue in forecast.queues)
    masks = np.array([open_mask(queue, table, grid) for queue in queues]).reshape(len(queues), grid.n)
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
                )
            factor = float(gross_agents(1.0, queue.unplanned_shrinkage)) * extra[row]
            tubes[row] = workload(
                queue, table, grid, arrived, carried_h=0.0 if carried is None else carried, gross_factor=factor
            )
            needs.append(None)
        else:
            running = runs_overnight(queue, table, grid)
            needs.append(
                answer_need(
                    queue,
                    volume,
                    aht_s,
                    masks[row],
                    interval_min=grid.step_min,
                    method=method,
                    overnight=running,
                    curve=curves,
                )
            )
    return _assembled(forecast, queues, masks, needs, tubes, extra, presence, notes)


def _assembled(
    forecast: Forecast,
    queues: tuple[Queue, ...],
    masks: Bools,
    needs: list[QueueNeed | None],
    tubes: dict[int, Workload],
    extra: Array,
    presence: float | None,
    notes: list[Note],
) -> Requirement:
    grid = forecast.grid
    load, agents = np.zeros(masks.shape), np.zeros(masks.shape)
    expected = np.ones(masks.shape)
    methods = []
    for row, (queue, need) in enumerate(zip(queues, needs, strict=True)):
        if need is None:
            load[row] = forecast.volume[row] * forecast.aht_s[row] / (grid.step_min * 60.0)
            methods.append("deadline/answer_window" if isinstance(queue.target, AnswerTarget) else "deadline")
        else:
            load[row], agents[row], expected[row] = need.load_erl, need.agents, need.expected_sl
            methods.append(need.method)
    late = sorted(tubes)
    if late:
        levelled = level_workloads(
            [tubes[row] for row in late],
            masks[late],
            grid.step_h,
            np.asarray(grid.day),
            min_agents=np.array([queues[row].min_agents for row in late]),
            live_agents=agents.sum(axis=0),
        )
        agents[late] = levelled.agents
    share = np.array([queue.unplanned_shrinkage for queue in queues])[:, None]
    return Requirement(
        grid=grid,
        queues=forecast.queues,
        load_erl=load,
        agents=agents,
        agents_gross=gross_agents(agents, share, probability=presence) * extra[:, None],
        expected_sl=expected,
        is_open=masks,
        method=tuple(methods),
        curves=tuple(need.curve for need in needs if need is not None and need.curve is not None),
        workload=tuple(tubes[row] for row in late),
        notes=tuple(notes),
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
