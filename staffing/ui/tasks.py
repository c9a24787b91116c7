"""Jobs that answer a question instead of making a plan: what works them, and where their answers are kept."""

import json
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from staffing.domain.result import SolveEvent
from staffing.files import atomic_write
from staffing.files.home import ANSWERS
from staffing.store import Job, Store
from staffing.store.jobs import create_job, list_jobs, sweep_lost

TASKS: Mapping[str, str] = {
    "backtest": "staffing.ui.backtest_tasks:test",
    "capacity": "staffing.ui.capacity_tasks:plan",
    "check": "staffing.ui.rule_tasks:check",
    "export": "staffing.ui.export_tasks:make",
    "levers": "staffing.ui.lever_tasks:find",
    "import": "staffing.ui.import_tasks:work",
    "prices": "staffing.ui.rule_tasks:prices",
    "surge": "staffing.ui.surge_tasks:answer",
    "whatif": "staffing.ui.whatif_tasks:answer",
}
"""Function of each kind of job, by module and name. One job of a kind runs at a time: its scope is its kind."""


class Report(Protocol):
    """Takes the steps of a job, how far one is, and what a search finds."""

    def step(self, name: str) -> None: ...

    def event(self, event: SolveEvent) -> None: ...

    def part(self, name: str, done: int, total: int) -> None: ...


Task = Callable[[Job, Report, Callable[[], bool]], Mapping[str, Any]]
"""Job, report and whether to stop -> the summary of the job: a ``code`` and figures, no names or ids of people."""


def task_of(kind: str) -> Task | None:
    """What works jobs of a kind; None for plans."""
    if kind not in TASKS:
        return None
    module, _, name = TASKS[kind].partition(":")
    task: Task = getattr(import_module(module), name)
    return task


def ask(store: Store, kind: str, payload: Mapping[str, Any], home: Path) -> tuple[Job, bool]:
    """A queued job of that kind, or the unfinished one there is; and whether it is new."""
    return create_job(store, kind, kind, {**payload, "home": str(home.resolve())})


def latest(store: Store, kind: str) -> Job | None:
    """The newest job of a kind; dead workers are found out first."""
    sweep_lost(store)
    return next(iter(list_jobs(store, 1, kind=kind)), None)


def answers(home: Path) -> Path:
    """Folder of the answers; they hold ids of people, which the store never does."""
    return home / ANSWERS


def answer_file(home: Path, kind: str, name: str) -> Path:
    """Where the answer of that name lies, if there is one."""
    folder = answers(home)
    return folder / f"{kind}-{name}.json"


def keep_answer(job: Job, data: Mapping[str, Any], *, name: str = "", most: int = 1) -> None:
    """Write the answer of a job; of its kind the `most` newest stay. `name` is what it is found by, else the job."""
    folder = answers(Path(str(job.payload["home"])))
    folder.mkdir(parents=True, exist_ok=True)
    new = answer_file(Path(str(job.payload["home"])), job.kind, name or job.id)
    atomic_write(new, json.dumps(data, ensure_ascii=False))
    others = [path for path in folder.glob(f"{job.kind}-*.json") if path != new]
    others.sort(key=lambda path: path.stat().st_mtime_ns, reverse=True)
    for old in others[most - 1 :]:
        old.unlink(missing_ok=True)


def answer_of(job: Job) -> dict[str, Any] | None:
    """The answer of a job, where it gave one that is still there."""
    path = answer_file(Path(str(job.payload["home"])), job.kind, job.id)
    if not path.is_file():
        return None
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found
