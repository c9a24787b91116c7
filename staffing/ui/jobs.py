"""Plans made beside the pages: starting a worker, telling how far it is, applying or discarding what it found."""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from staffing.files.home import LOGS, PROPOSALS
from staffing.files.plan_folder import plan_centre
from staffing.plan import Plan
from staffing.planning.absences import with_agents
from staffing.store import Job, JobEvent, JobState, Store
from staffing.store.access import Actor
from staffing.store.jobs import WORKING, finish_job, list_jobs, sweep_lost
from staffing.store.people import keys_of, user_key
from staffing.store.pointers import CURRENT, get_pointer
from staffing.store.waiting import next_job, order_job, waiting_jobs, working_job
from staffing.ui import spare
from staffing.ui.shown import PROOF, point_at, signature

KIND, SCOPE = "plan", "plan"
"""One run at a time: two searches would only share the same processors. Further orders wait for their turn."""
BY = "by"
"""Name in the payload: key of who gave the order."""


@dataclass(frozen=True, slots=True)
class Again:
    """What to plan again from a plan folder.

    `absent` holds rows as `planning.absences.with_absences` reads them. `fresh` reads the centre's present data, which
    may bring new demand; otherwise the data stored with the plan are used. The notice window begins at `today`;
    None: the first day of the plan.
    """

    reference: Path
    absent: tuple[str, ...] = ()
    price_factor: float = 1.0
    max_changes: int | None = None
    frozen_until: str | None = None
    fresh: bool = False
    today: str | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """What to plan.

    `first_day` None is the first week start after the history, `probability` None keeps the targets on average, `parts`
    is how the search may cut the problem.
    `replan` plans again from a published roster. `simulate` names a plan folder whose roster is only simulated again:
    nothing is searched then, and the centre may be unknown.
    """

    centre: Path | None
    weeks: int = 1
    time_limit_s: float = 60.0
    seed: int = 1
    workers: int = 2
    first_day: date | None = None
    probability: float | None = None
    parts: str = "auto"
    simulate: Path | None = None
    replan: Again | None = None


def proposals(home: Path) -> Path:
    """Folder that holds one plan folder for each finished job."""
    return home / PROPOSALS


def create(store: Store, order: Order, home: Path, by: Actor | None = None) -> tuple[Job, bool]:
    """A job for `order`, queued or waiting for its turn, or the unfinished one of the same order; whether it is new."""
    payload: dict[str, Any] = {
        "weeks": order.weeks,
        "time_limit_s": order.time_limit_s,
        "seed": order.seed,
        "workers": order.workers,
        "first_day": None if order.first_day is None else order.first_day.isoformat(),
        "probability": order.probability,
        "parts": order.parts,
        "home": str(home.resolve()),
    }
    if order.centre is not None:
        payload["centre"] = str(order.centre.resolve())
    if order.simulate is not None:
        payload["simulate"] = str(order.simulate.resolve())
    if order.replan is not None:
        payload["replan"] = asdict(order.replan) | {
            "reference": str(order.replan.reference.resolve()),
            "absent": _nameless(store, order.replan),
        }
    if order.centre is not None and order.simulate is None and (order.replan is None or order.replan.fresh):
        payload["files"] = _stamp(order.centre)
    if by is not None:
        payload[BY] = user_key(store, by)
    return order_job(store, KIND, SCOPE, payload, beside=(BY,))


def _stamp(centre: Path) -> str:
    """Names the state of a centre's files: the same order after a change is another one."""
    return hashlib.sha256(repr(signature(centre)).encode()).hexdigest()[:16]


def _nameless(store: Store, again: Again) -> tuple[str, ...]:
    """The rows of absences with the key of each agent: the store's rows name nobody. None without a plan to read."""
    centre = plan_centre(again.reference)
    if centre is None:
        return ()
    return with_agents(again.absent, keys_of(store, centre, (row.partition(",")[0] for row in again.absent)))


def start(store: Store, order: Order, home: Path, db_url: str, by: Actor | None = None) -> Job:
    """Start a worker for `order`, or let it wait for its turn where a run works."""
    job, is_new = create(store, order, home, by)
    if is_new and job.state in WORKING:
        launch(store, job, home, db_url)
    else:
        go_on(store, home, db_url)
    return job


def go_on(store: Store, home: Path, db_url: str) -> Job | None:
    """Start the order whose turn it is, where no run works; dead workers are found out first.

    A worker takes the next order itself when its own has ended. Whoever looks does so too, in case that it could not.
    """
    sweep_lost(store)
    job = next_job(store, SCOPE, str(home.resolve()))
    if job is not None:
        launch(store, job, home, db_url)
    return job


def waiting(store: Store) -> tuple[Job, ...]:
    """Orders that wait for their turn, the next one first."""
    return waiting_jobs(store, SCOPE)


def at_work(store: Store) -> Job | None:
    """The run at work, or about to be."""
    return working_job(store, SCOPE)


def is_simulated(store: Store, folder: Path) -> bool:
    """Whether the roster of a plan folder is being simulated again, or waits for that."""
    working, place = at_work(store), str(folder.resolve())
    unfinished = (*(() if working is None else (working,)), *waiting(store))
    return any(job.payload.get("simulate") == place for job in unfinished)


def log_file(job: Job) -> Path:
    """What the job's worker has said: places in the program, no values."""
    return Path(str(job.payload["home"])) / LOGS / f"{job.id}.log"


def launch(store: Store, job: Job, home: Path, db_url: str) -> None:
    """Start the worker of a queued job as a process of its own, which outlives this one; a waiting one is quicker."""
    file = home / LOGS / f"{job.id}.log"
    file.parent.mkdir(parents=True, exist_ok=True)
    if spare.give(job.id, db_url, file):
        return
    try:
        with file.open("wb") as log:
            subprocess.Popen(
                [sys.executable, "-m", "staffing.ui.worker", job.id],
                env=os.environ | {"STAFFING_DB_URL": db_url, "PYTHONPATH": spare.python_path()},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
    except OSError as error:
        finish_job(store, job.id, JobState.FAILED, {"code": "no_worker"}, type(error).__name__)


def newest(store: Store) -> Job | None:
    """The job at work, else the one that ended last; dead workers are found out first."""
    sweep_lost(store)
    return at_work(store) or next(iter(finished(store)), None)


def finished(store: Store, limit: int = 30) -> tuple[Job, ...]:
    """Ended jobs, the one that ended last first."""
    ended = [job for job in list_jobs(store, limit, kind=KIND) if not job.is_open]
    return tuple(sorted(ended, key=_ended_s, reverse=True))


def _ended_s(job: Job) -> float:
    return job.ended_s if job.ended_s is not None else job.created_s


def out_folder(job: Job) -> Path:
    """The plan folder the job writes when it ends."""
    return proposals(Path(str(job.payload["home"]))) / job.id


def keep(plan: Plan, job: Job) -> Path:
    """Write what a job made as its plan folder, whole at once; files to hand out are made when somebody asks."""
    from staffing.files import write_plan

    folder = out_folder(job)
    folder.parent.mkdir(parents=True, exist_ok=True)
    write_plan(plan, folder)
    return folder


class Offer:
    """What can be done with the result of a job."""

    NOTHING, OPEN, APPLIED, GONE = "nothing", "open", "applied", "gone"


def offer(store: Store, job: Job) -> str:
    """Whether a job's plan waits to be applied or discarded, is on show already, is gone, or was never made."""
    return offers(store, (job,))[0]


def offers(store: Store, found: Sequence[Job]) -> list[str]:
    """`offer` of each job."""
    pointed = get_pointer(store, CURRENT)
    shown = None if pointed is None else Path(pointed[0])
    return [_offer(job, shown) for job in found]


def _offer(job: Job, shown: Path | None) -> str:
    folder = out_folder(job)
    if job.is_open:
        return Offer.NOTHING
    if not (folder / PROOF).is_file():
        return Offer.GONE if "status" in (job.summary or {}) else Offer.NOTHING
    return Offer.APPLIED if folder.resolve() == shown else Offer.OPEN


def apply(store: Store, job: Job) -> None:
    """Put the job's plan on show."""
    point_at(store, out_folder(job))


def discard(store: Store, job: Job) -> None:
    """Delete the job's plan unless it is on show. What was published is kept by the store."""
    folder, pointed = out_folder(job), get_pointer(store, CURRENT)
    if pointed is None or folder.resolve() != Path(pointed[0]):
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a search is. `cost`, `bound` and `gap` are None until known; never a number that is none."""

    phase: str
    cost: float | None
    bound: float | None
    gap: float | None
    seconds: tuple[float, ...]
    costs: tuple[float | None, ...]
    bounds: tuple[float | None, ...]


def progress(steps: Sequence[JobEvent]) -> Progress:
    """Best cost and bound after each event."""
    cost, bound = None, None
    costs: list[float | None] = []
    bounds: list[float | None] = []
    for step in steps:
        cost = step.objective if step.objective is not None else cost
        bound = step.bound if step.bound is not None else bound
        costs.append(cost)
        bounds.append(bound)
    gap = None
    if cost is not None and bound is not None and cost > 0:
        gap = max(0.0, (cost - bound) / cost)
    phase = steps[-1].phase if steps else "queued"
    return Progress(phase, cost, bound, gap, tuple(step.seconds for step in steps), tuple(costs), tuple(bounds))


def elapsed_s(job: Job, now_s: float) -> float:
    """Seconds a job has run so far, or ran in all."""
    begun = job.started_s if job.started_s is not None else job.created_s
    return max(0.0, (job.ended_s if job.ended_s is not None else now_s) - begun)
