"""Domain values -> the arrays one replication needs."""

from dataclasses import dataclass

import numpy as np

from staffing.domain.arrays import BoolArray, FloatArray, IntArray
from staffing.domain.demand import Forecast
from staffing.domain.problem import RosterProblem
from staffing.domain.queue import ROUTINGS, AnswerTarget, Queue
from staffing.domain.requirement import Requirement
from staffing.domain.roster import Roster
from staffing.simulate.draws import Callers, draw_absence, draw_contacts
from staffing.simulate.due import Tube
from staffing.simulate.duty import Duties, duties
from staffing.simulate.expected import absence_of
from staffing.simulate.floor import NONE, Contacts, Doors, Outcome, Skills
from staffing.simulate.routing import ranks, resumable, spares


@dataclass(frozen=True, slots=True)
class World:
    """What all replications share: plain arrays, so that it can be sent to another process.

    `aht_s`, `admits` have shape (queues, steps): mean handle time, whether contacts get in;
    `carried` (queues,) is the number of contacts there at the start, `tubes` maps queues with
    deadlines to them (None: no deadline), `deferred` (queues,) marks them too; `answer_within_s`
    (queues,) is NaN for queues judged by completion.
    """

    duties: Duties
    skills: Skills
    agents: int
    step_s: float
    day_start: IntArray
    aht_s: FloatArray
    callers: Callers
    admits: BoolArray
    tubes: tuple[Tube | None, ...]
    carried: FloatArray
    deferred: BoolArray
    answer_within_s: FloatArray
    absence: bool
    seed: int

    @property
    def shape(self) -> tuple[int, int]:
        """(queues, steps)."""
        return self.aht_s.shape[0], self.aht_s.shape[1]

    @property
    def days(self) -> int:
        return len(self.day_start) - 1

    @property
    def end_s(self) -> float:
        return float(self.day_start[-1]) * self.step_s


@dataclass(frozen=True, slots=True)
class Replication:
    """One replication played: the contacts, the step each first attempt arrived in, the outcome, time on duty."""

    contacts: Contacts
    step: IntArray
    outcome: Outcome
    staffed_s: FloatArray


def world(
    problem: RosterProblem,
    roster: Roster,
    queues: tuple[Queue, ...],
    forecast: Forecast,
    requirement: Requirement,
    *,
    service_cv: float | None,
    absence: bool,
    share_deferred: bool,
    seed: int,
) -> World:
    """Check that the values speak of the same queues and days, and put them into arrays.

    Raises
    ------
    ValueError
        When queues, days or intervals do not fit together.
    """
    names = tuple(queue.id for queue in queues)
    if not names == problem.queues == requirement.queues == roster.queues:
        raise ValueError(f"queues differ: {names}, {problem.queues}, {requirement.queues}, {roster.queues}")
    if not set(names) <= set(forecast.queues):
        raise ValueError(f"no forecast for {sorted(set(names) - set(forecast.queues))}")
    if forecast.grid != requirement.grid or roster.grid != problem.grid:
        raise ValueError("forecast and requirement, roster and problem must share their time grids")
    if requirement.grid.with_step(problem.grid.step_min) != problem.grid:
        raise ValueError("the roster's slots must lie on the days of the requirement")
    ratio = requirement.grid.step_min // problem.grid.step_min
    aht_s = _aht_s(np.array([forecast.aht_s[forecast.queues.index(name)] for name in names]))
    tubes = _tubes(queues, forecast, requirement)
    deferred = np.array([queue.has_deadline for queue in queues])
    answer_within_s = [q.target.answer_within_s if isinstance(q.target, AnswerTarget) else np.nan for q in queues]
    return World(
        duties=duties(roster, np.repeat(absence_of(queues, requirement), ratio, axis=1)),
        skills=_skills(problem, queues, share_deferred),
        agents=len(problem.agents),
        step_s=requirement.grid.step_min * 60.0,
        day_start=np.array(requirement.grid.day_start),
        aht_s=aht_s,
        callers=_callers(queues, service_cv),
        admits=requirement.is_open | deferred[:, np.newaxis],
        tubes=tubes,
        carried=np.array([tube.carried_h if tube else 0.0 for tube in tubes]) * 3600.0 / np.maximum(aht_s[:, 0], 1.0),
        deferred=deferred,
        answer_within_s=np.array(answer_within_s, dtype=np.float64),
        absence=absence,
        seed=seed,
    )


def play(world: World, replication: int, counts: IntArray) -> Replication:
    """Draw and run one replication; `counts` (queues, steps) are the contacts let in."""
    from staffing.simulate.kernel import run

    contacts, step = draw_contacts(
        counts,
        world.aht_s,
        world.callers,
        world.carried,
        step_s=world.step_s,
        seed=world.seed,
        replication=replication,
    )
    plan = world.duties
    away = np.zeros(len(plan.absence), dtype=bool)
    if world.absence:
        away = draw_absence(
            plan.absence,
            plan.shift_agent,
            plan.shift_day,
            agents=world.agents,
            days=world.days,
            seed=world.seed,
            replication=replication,
        )
    day_end_s = np.asarray(world.day_start[1:] * world.step_s, dtype=np.float64)
    doors = Doors(world.admits, world.step_s)
    outcome = run(contacts, plan.without(away), world.skills, day_end_s, doors)
    return Replication(contacts, step, outcome, plan.on_duty_s(away, (world.shape[0], world.days)))


def _skills(problem: RosterProblem, queues: tuple[Queue, ...], share_deferred: bool) -> Skills:
    """Who serves what; lines are limited in answer queues only."""
    most = max(queue.max_parallel for queue in queues)
    factors = np.ones((len(queues), most))
    for row, queue in enumerate(queues):
        factors[row, : len(queue.handle_factors)] = queue.handle_factors
    lines = [NONE if queue.lines is None or queue.has_deadline else queue.lines for queue in queues]
    return Skills(
        proficiency=np.array(problem.proficiency),
        max_parallel=np.array([queue.max_parallel for queue in queues], dtype=np.int64),
        factors=factors,
        resumable=np.array([resumable(queue) for queue in queues]),
        lines=np.array(lines, dtype=np.int64),
        routing=np.array([ROUTINGS.index(queue.routing) for queue in queues], dtype=np.int64),
        rank=ranks(queues, share_deferred=share_deferred),
        spare=spares(queues),
    )


def _callers(queues: tuple[Queue, ...], service_cv: float | None) -> Callers:
    """How contacts behave; deferred work waits however long it takes."""
    spread = [queue.handle_cv if service_cv is None else service_cv for queue in queues]
    live = np.array([not queue.has_deadline for queue in queues])
    patience_s = [queue.patience_s if queue.patience_s and not queue.has_deadline else np.inf for queue in queues]
    return Callers(
        patience_s=np.array(patience_s, dtype=np.float64),
        handle_cv=np.array([np.nan if cv is None else cv for cv in spread]),
        balk_share=live * np.array([queue.balk_share for queue in queues]),
        redial_share=live * np.array([queue.redial_share for queue in queues]),
        redial_after_s=np.array([queue.redial_after_s for queue in queues], dtype=np.float64),
    )


def _tubes(queues: tuple[Queue, ...], forecast: Forecast, requirement: Requirement) -> tuple[Tube | None, ...]:
    """Deadlines of the queues that have a workload."""
    step_s = requirement.grid.step_min * 60.0
    work_of = {work.queue: work for work in requirement.workload}
    tubes: list[Tube | None] = []
    for row, queue in enumerate(queues):
        if not queue.has_deadline:
            tubes.append(None)
            continue
        if queue.id not in work_of:
            raise ValueError(f"queue {queue.id} has a deadline but no workload in the requirement")
        known = forecast.queues.index(queue.id)
        arrived_h = float(forecast.volume[known, 0] * forecast.aht_s[known, 0]) / 3600.0
        tubes.append(Tube.of(queue, work_of[queue.id], arrived_h, requirement.is_open[row], step_s))
    return tuple(tubes)


def _aht_s(aht_s: FloatArray) -> FloatArray:
    """Handle times with the queue's mean where the forecast, having no contacts there, gives none."""
    known = aht_s > 0
    mean_s = aht_s.sum(axis=1, keepdims=True) / np.maximum(known.sum(axis=1, keepdims=True), 1)
    return np.where(known, aht_s, mean_s)
