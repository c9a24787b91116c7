"""Forecasts from own histories, for one queue or thousands: each stands alone, so they run side by side."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from staffing.compute import executor_for, run_all
from staffing.domain.calendar import DayTable
from staffing.domain.centre import Scenario
from staffing.domain.queue import Queue
from staffing.domain.timegrid import TimeGrid
from staffing.forecast.own import own_volume
from staffing.forecast.siblings import with_siblings
from staffing.forecast.threads import one_thread
from staffing.forecast.volumes import LEAD_DAYS, QueueVolume

TOGETHER = 8
"""Queues of one task where other processes work; alone in this one, each is told when it is done."""
LEAN_ABOVE = 200
"""With more queues, each does without the Poisson regression; its method says so."""
FEW = 24
"""With fewer queues, other processes take longer to start than the work takes."""


@dataclass(frozen=True, eq=False)
class Share:
    """Some queues with no more of the scenario than they need, so that little is sent to another process."""

    scenario: Scenario
    table: DayTable
    queues: tuple[Queue, ...]
    first_day: date
    days: int
    lean: bool


def own_volumes(
    scenario: Scenario,
    table: DayTable,
    queues: Sequence[Queue],
    first_day: date,
    days: int,
    *,
    workers: int = 1,
    progress: Callable[[int, int], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> dict[str, QueueVolume]:
    """Volume of each of `queues`, which have histories, by id; the result does not depend on `workers`.

    `progress` is told (queues done, queues in all). StoppedError when `should_stop` said so before all was done.
    """
    executor = "serial" if len(queues) < FEW else executor_for(workers)
    together = 1 if len(queues) < FEW else TOGETHER
    tasks = [
        _share(scenario, table, queues[first : first + together], first_day, days, len(queues) > LEAN_ABOVE)
        for first in range(0, len(queues), together)
    ]

    def tell(done: int, _: int) -> None:
        if progress is not None:
            progress(min(done * together, len(queues)), len(queues))

    parts = run_all(forecast_share, tasks, executor=executor, progress=tell, should_stop=should_stop)
    volumes = {queue.id: one for task, part in zip(tasks, parts, strict=True) for queue, one in _pairs(task, part)}
    return with_siblings(scenario, table, queues, volumes, first_day, days)


def forecast_share(share: Share) -> list[QueueVolume]:
    """Volumes of one task's queues, in their order."""
    centre = share.scenario.centre
    grid = TimeGrid(centre.timezone, share.first_day, share.days, centre.interval_min)
    before = share.first_day - timedelta(days=LEAD_DAYS)
    wide = TimeGrid(centre.timezone, before, share.days + LEAD_DAYS, centre.interval_min)
    with one_thread():
        return [own_volume(share.scenario, share.table, queue, grid, wide, lean=share.lean) for queue in share.queues]


def _pairs(task: Share, part: list[QueueVolume]) -> list[tuple[Queue, QueueVolume]]:
    return list(zip(task.queues, part, strict=True))


def _share(
    scenario: Scenario, table: DayTable, queues: Sequence[Queue], first_day: date, days: int, lean: bool
) -> Share:
    history = scenario.history
    known = [row for row, name in enumerate(history.queues) if any(queue.id == name for queue in queues)]
    slim = replace(
        history,
        queues=tuple(history.queues[row] for row in known),
        offered=history.offered[known],
        handled=None,
        abandoned=None,
        aht_s=None,
        wait_s=None,
        within_target=None,
    )
    centre = replace(scenario.centre, queues=tuple(queues))
    return Share(Scenario(centre, slim, events=scenario.events), table, tuple(queues), first_day, days, lean)
