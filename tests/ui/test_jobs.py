"""Plans made beside the pages: one at a time, honest about their state, and never half applied."""

import os
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from staffing.domain.result import SolveEvent
from staffing.errors import DataError, Fault, SettingsError
from staffing.files import write_plan
from staffing.plan import Plan
from staffing.store import Job, JobEvent, JobState, Store, open_store
from staffing.store.access import Actor, Role
from staffing.store.jobs import add_event, events, finish_job, get_job, request_stop, start_job
from staffing.store.people import people
from staffing.store.pointers import CURRENT, get_pointer
from staffing.ui import jobs, worker
from staffing.ui.shown import point_at
from tests.plans import make_plan_value, without_roster

KIM = Actor("kim", Role.PLANNER)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path}/home/staffing.db")
    yield opened
    opened.close()


@pytest.fixture
def order(tmp_path: Path) -> jobs.Order:
    return jobs.Order(tmp_path / "centre", time_limit_s=5, seed=7)


def ready(store: Store, order: jobs.Order, tmp_path: Path):
    """A job taken by this process."""
    job, _ = jobs.create(store, order, tmp_path / "home")
    assert start_job(store, job.id, os.getpid())
    return get_job(store, job.id)


def fake_plan(monkeypatch: pytest.MonkeyPatch, plan: Plan | Exception, seen: list | None = None) -> None:
    """Let reading and planning give `plan` at once, with some progress on the way."""

    def make(scenario, settings, *, on_step, on_event, should_stop):
        on_step("roster")
        on_event(SolveEvent(0.1, "construct", None, None))
        on_event(SolveEvent(0.2, "search", 120.0, 90.0))
        if seen is not None:
            seen.append((settings, should_stop()))
        if isinstance(plan, Exception):
            raise plan
        return plan

    monkeypatch.setattr("staffing.files.read_centre", lambda folder: None)
    monkeypatch.setattr("staffing.planning.make_plan", make)


def test_a_double_click_is_one_run(store: Store, order: jobs.Order, tmp_path: Path) -> None:
    """The same order while it is open gives the first one."""
    first, is_new = jobs.create(store, order, tmp_path)
    again, is_new_again = jobs.create(store, order, tmp_path)
    assert (is_new, is_new_again, again.id) == (True, False, first.id)
    assert jobs.newest(store).id == first.id


def test_a_finished_run_is_a_proposal(store: Store, order: jobs.Order, tmp_path: Path, monkeypatch) -> None:
    """The worker writes a whole plan folder and its figures; the plan on show stays until the proposal is applied."""
    seen: list = []
    fake_plan(monkeypatch, make_plan_value(), seen)
    job = ready(store, order, tmp_path)
    worker.run(store, job, threading.Event())
    ended = get_job(store, job.id)
    assert ended.state is JobState.DONE
    assert ended.summary["code"] == "ended"
    assert (seen[0][0].time_limit_s, seen[0][0].seed, seen[0][1]) == (5, 7, False)
    assert {"plan.json", "roster.csv"} <= {p.name for p in jobs.out_folder(job).iterdir()}
    assert get_pointer(store, CURRENT) is None
    assert jobs.offer(store, ended) == jobs.Offer.OPEN
    jobs.apply(store, ended)
    assert jobs.offer(store, ended) == jobs.Offer.APPLIED
    assert get_pointer(store, CURRENT)[0] == str(jobs.out_folder(job))


def test_progress_is_written_step_by_step(store: Store, order: jobs.Order, tmp_path: Path, monkeypatch) -> None:
    """Every step and every better cost is an event."""
    fake_plan(monkeypatch, make_plan_value())
    job = ready(store, order, tmp_path)
    worker.run(store, job, threading.Event())
    phases = [step.phase for step in events(store, job.id)]
    assert phases == ["read", "roster", "construct", "search", "write"]
    seen = jobs.progress(events(store, job.id))
    assert (seen.cost, seen.bound, seen.gap) == (120.0, 90.0, 0.25)


def test_a_stopped_run_keeps_its_best_plan(store: Store, order: jobs.Order, tmp_path: Path, monkeypatch) -> None:
    """Stopping ends the search, not the plan."""
    seen: list = []
    fake_plan(monkeypatch, make_plan_value(), seen)
    job, stop = ready(store, order, tmp_path), threading.Event()
    stop.set()
    worker.run(store, job, stop)
    assert seen[0][1]
    assert get_job(store, job.id).state is JobState.STOPPED
    assert jobs.offer(store, get_job(store, job.id)) == jobs.Offer.OPEN


def test_the_wish_to_stop_reaches_the_search(store: Store, order: jobs.Order, tmp_path: Path) -> None:
    """The heartbeat brings the wish from the page to the worker."""
    job = ready(store, order, tmp_path)
    request_stop(store, job.id)
    stop, ended = threading.Event(), threading.Event()
    heart = threading.Thread(target=worker.beating, args=(store, job.id, stop, ended))
    heart.start()
    assert stop.wait(30)
    ended.set()
    heart.join()


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (DataError([Fault("unknown_agent", "time_off.csv", 3, "agent", "Ann Secret", "an agent id")]), "data_refused"),
        (SettingsError("--from is too far ahead"), "settings_refused"),
        (RuntimeError("Ann Secret"), "unexpected"),
    ],
    ids=["faulty data", "wrong settings", "a mistake of ours"],
)
def test_a_failed_run_says_why_and_names_nobody(
    store: Store, order: jobs.Order, tmp_path: Path, monkeypatch, capsys, error: Exception, code: str
) -> None:
    """Faults are told with file and row; values, which may be names, stay out of the store and the log."""
    fake_plan(monkeypatch, error)
    job = ready(store, order, tmp_path)
    worker.run(store, job, threading.Event())
    ended = get_job(store, job.id)
    assert (ended.state, ended.summary["code"]) == (JobState.FAILED, code)
    assert jobs.offer(store, ended) == jobs.Offer.NOTHING
    assert "Secret" not in repr(ended) + capsys.readouterr().err


def test_a_run_without_a_roster_is_told(store: Store, order: jobs.Order, tmp_path: Path, monkeypatch) -> None:
    """No roster is an ending of its own."""
    fake_plan(monkeypatch, without_roster(make_plan_value()))
    job = ready(store, order, tmp_path)
    worker.run(store, job, threading.Event())
    assert get_job(store, job.id).summary["code"] == "no_roster"


def test_discarding_spares_what_is_in_use(store: Store, order: jobs.Order, tmp_path: Path) -> None:
    """A proposal is deleted, but never the plan on show."""
    job = ready(store, order, tmp_path)
    folder = jobs.out_folder(job)
    write_plan(make_plan_value(), folder)
    finish_job(store, job.id, JobState.DONE)
    point_at(store, folder)
    jobs.discard(store, get_job(store, job.id))
    assert folder.is_dir()
    point_at(store, _other(tmp_path))
    jobs.discard(store, get_job(store, job.id))
    assert not folder.exists()
    assert jobs.offer(store, get_job(store, job.id)) == jobs.Offer.NOTHING


def _other(tmp_path: Path) -> Path:
    folder = tmp_path / "other"
    if not folder.exists():
        write_plan(make_plan_value(), folder)
    return folder


def test_progress_never_shows_a_number_that_is_none() -> None:
    """Before the first roster there is no cost, no bound and no gap; afterwards the last known ones stand."""
    empty = jobs.progress([])
    assert (empty.phase, empty.cost, empty.bound, empty.gap) == ("queued", None, None, None)
    steps = [JobEvent(1, "a", None, 50.0), JobEvent(2, "b", 100.0, None), JobEvent(3, "c", None, 60.0)]
    seen = jobs.progress(steps)
    assert (seen.costs, seen.bounds) == ((None, 100.0, 100.0), (50.0, 50.0, 60.0))
    assert seen.gap == pytest.approx(0.4)


def test_events_are_thinned_but_no_improvement_is_lost(store: Store, order: jobs.Order, tmp_path: Path) -> None:
    """A fast search writes at most four events a second, and every better cost."""
    job, now = ready(store, order, tmp_path), iter(range(1000))
    report = worker.Reporter(store, job.id, clock=lambda: next(now) * 0.01)
    for cost in (100.0, 100.0, 100.0, 90.0, 95.0):
        report.event(SolveEvent(0, "search", cost, None))
    assert [step.objective for step in events(store, job.id)] == [100.0, 90.0]


def test_a_worker_that_cannot_start_ends_the_job(store: Store, order: jobs.Order, tmp_path: Path, monkeypatch) -> None:
    """A missing interpreter is a failed job, not one that waits for ever."""
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-python"))
    job = jobs.start(store, order, tmp_path / "home", "sqlite://")
    assert get_job(store, job.id).state is JobState.FAILED


def test_the_worker_runs_as_a_process_of_its_own(store: Store, order: jobs.Order, tmp_path: Path) -> None:
    """A started worker takes its job, and a folder that is no centre ends it with its faults; then the next one."""
    (tmp_path / "centre").mkdir()
    url = f"sqlite:///{tmp_path}/home/staffing.db"
    job, after = (jobs.start(store, replace(order, seed=seed), tmp_path / "home", url) for seed in (1, 2))
    assert after.state is JobState.WAITING
    waiting = threading.Event()
    for _ in range(600):
        if not get_job(store, after.id).is_open:
            break
        waiting.wait(0.1)
    ended, last = get_job(store, job.id), get_job(store, after.id)
    assert (ended.state, ended.summary["code"]) == (JobState.FAILED, "data_refused")
    assert ended.pid not in (None, os.getpid())
    assert "centre.toml" in {fault["file"] for fault in ended.summary["faults"]}
    assert (last.state, last.pid) == (JobState.FAILED, ended.pid)
    assert jobs.log_file(last).is_file()


def test_the_worker_refuses_wrong_arguments(tmp_path: Path, monkeypatch) -> None:
    """No job id, or one of a job that is not waiting, does nothing."""
    monkeypatch.setenv("STAFFING_DB_URL", f"sqlite:///{tmp_path}/staffing.db")
    assert worker.main([]) == 2
    assert worker.main(["nothing"]) == 3


def test_elapsed_time_ends_with_the_job(store: Store, order: jobs.Order, tmp_path: Path) -> None:
    """Seconds are counted from the start, and stand still at the end."""
    job = ready(store, order, tmp_path)
    assert jobs.elapsed_s(job, job.started_s + 3) == pytest.approx(3)
    add_event(store, job.id, JobEvent(1, "read", None, None))
    finish_job(store, job.id, JobState.DONE)
    ended = get_job(store, job.id)
    assert jobs.elapsed_s(ended, ended.ended_s + 100) == pytest.approx(ended.ended_s - ended.started_s)


def test_orders_wait_for_their_turn(store: Store, tmp_path: Path, monkeypatch) -> None:
    """A second order begins when the first has ended, by whoever looks; the same order is never twice in line."""
    begun: list[str] = []
    monkeypatch.setattr(jobs, "launch", lambda store, job, home, url: begun.append(job.id))
    (tmp_path / "centre").mkdir()

    def give(seed: int, by: Actor | None = None):
        return jobs.start(store, jobs.Order(tmp_path / "centre", seed=seed), tmp_path / "home", "sqlite://", by)

    first, second = give(1, KIM), give(2)
    assert (first.state, second.state) == (JobState.QUEUED, JobState.WAITING)
    assert [give(1).id, give(2, KIM).id] == [first.id, second.id]
    assert begun == [first.id]
    assert people(store, [first.payload["by"]])[first.payload["by"]].ident == KIM.name
    assert (jobs.newest(store).id, [job.id for job in jobs.waiting(store)]) == (first.id, [second.id])
    (tmp_path / "centre" / "agents.csv").write_text("changed")
    assert give(1).state is JobState.WAITING
    finish_job(store, first.id, JobState.DONE)
    assert jobs.newest(store).id == first.id
    assert jobs.go_on(store, tmp_path / "another", "sqlite://") is None
    assert jobs.go_on(store, tmp_path / "home", "sqlite://").id == second.id
    assert jobs.go_on(store, tmp_path / "home", "sqlite://") is None
    assert begun == [first.id, second.id]
    assert jobs.newest(store).id == second.id
    assert jobs.finished(store)[0].id == first.id


def test_a_worker_takes_the_next_order_at_its_end(store: Store, order: jobs.Order, tmp_path: Path, monkeypatch) -> None:
    """One process works the line to its end, each run with a log of its own; a stopped run stops no other."""
    seen: list[tuple[int, bool]] = []
    found = [jobs.create(store, replace(order, seed=seed), tmp_path / "home")[0] for seed in (1, 2, 3)]
    logs: list[Path] = []

    def work(store: Store, job: Job, stop: threading.Event) -> None:
        seen.append((job.payload["seed"], stop.is_set()))
        if job.payload["seed"] == 1:
            stop.set()
        finish_job(store, job.id, JobState.DONE)

    monkeypatch.setenv("STAFFING_DB_URL", f"sqlite:///{tmp_path}/home/staffing.db")
    monkeypatch.setattr(worker, "run", work)
    monkeypatch.setattr(worker, "log_into", logs.append)
    monkeypatch.setattr(worker.signal, "signal", lambda name, handler: None)
    assert worker.work_job(found[0].id) == 0
    assert seen == [(1, False), (2, False), (3, False)]
    assert logs == [tmp_path / "home" / "logs" / f"{job.id}.log" for job in found[1:]]
    assert jobs.waiting(store) == ()
    assert worker.work_job(found[0].id) == 3


def test_a_worker_that_is_told_to_end_leaves_those_that_wait(
    store: Store, order: jobs.Order, tmp_path: Path, monkeypatch
) -> None:
    """The run at work keeps its best plan; the next one is for whoever looks."""
    first, second = (jobs.create(store, replace(order, seed=seed), tmp_path / "home")[0] for seed in (1, 2))
    handlers: list = []
    stops: list[bool] = []

    def work(store: Store, job: Job, stop: threading.Event) -> None:
        handlers[0](15, None)
        stops.append(stop.is_set())
        finish_job(store, job.id, JobState.STOPPED)

    monkeypatch.setenv("STAFFING_DB_URL", f"sqlite:///{tmp_path}/home/staffing.db")
    monkeypatch.setattr(worker, "run", work)
    monkeypatch.setattr(worker.signal, "signal", lambda name, handler: handlers.append(handler))
    assert worker.work_job(first.id) == 0
    assert stops == [True]
    assert get_job(store, second.id).state is JobState.WAITING


def test_a_simulation_that_waits_is_known(store: Store, order: jobs.Order, tmp_path: Path) -> None:
    """So that it is not offered again; that of another plan is."""
    ready(store, order, tmp_path)
    jobs.create(store, jobs.Order(None, simulate=tmp_path / "plan"), tmp_path / "home")
    assert jobs.is_simulated(store, tmp_path / "plan")
    assert not jobs.is_simulated(store, tmp_path / "other")
