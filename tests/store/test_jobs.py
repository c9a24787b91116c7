"""Jobs survive what happens to their workers."""

import time

import pytest

from staffing.errors import SettingsError
from staffing.store import JobEvent, JobState, Store, open_store
from staffing.store.jobs import (
    LOST_AFTER_S,
    add_event,
    beat,
    create_job,
    events,
    finish_job,
    get_job,
    list_jobs,
    request_stop,
    start_job,
    sweep_lost,
)
from staffing.store.pointers import get_pointer, set_pointer


def test_a_second_job_of_the_same_scope_is_the_first_one(store: Store):
    """A double click never starts two solves of one centre."""
    first, new = create_job(store, "plan", "hr", {"weeks": 1})
    again, new_again = create_job(store, "plan", "hr", {"weeks": 1})
    other, new_other = create_job(store, "plan", "bank", {})
    assert (new, new_again, new_other) == (True, False, True)
    assert first.id == again.id != other.id


def test_a_finished_scope_takes_a_new_job(store: Store):
    """The scope is free again when its job has ended."""
    first, _ = create_job(store, "plan", "hr", {})
    assert start_job(store, first.id, 42)
    finish_job(store, first.id, JobState.DONE, {"cost": 1.5})
    second, new = create_job(store, "plan", "hr", {})
    assert new
    assert second.id != first.id
    assert get_job(store, first.id).summary == {"cost": 1.5}


def test_a_job_is_taken_once(store: Store):
    """Two workers never run the same job."""
    row, _ = create_job(store, "plan", "hr", {})
    assert start_job(store, row.id, 1)
    assert not start_job(store, row.id, 2)
    assert get_job(store, row.id).pid == 1


def test_a_stop_reaches_the_worker_and_a_queued_job_stops_at_once(store: Store):
    """The stop button acts through the heartbeat."""
    row, _ = create_job(store, "plan", "hr", {})
    start_job(store, row.id, 1)
    assert not beat(store, row.id)
    request_stop(store, row.id)
    assert beat(store, row.id)
    waiting, _ = create_job(store, "plan", "bank", {})
    request_stop(store, waiting.id)
    assert get_job(store, waiting.id).state is JobState.STOPPED
    assert not start_job(store, waiting.id, 3)


def test_a_worker_without_a_heartbeat_is_lost(store: Store):
    """A dead worker is shown as lost and frees its scope."""
    row, _ = create_job(store, "plan", "hr", {})
    start_job(store, row.id, 1)
    assert sweep_lost(store) == 0
    assert sweep_lost(store, time.time() + LOST_AFTER_S + 1) == 1
    assert get_job(store, row.id).state is JobState.LOST
    assert create_job(store, "plan", "hr", {})[1]


def test_progress_keeps_its_order(store: Store):
    """Events come back as they were written, missing bounds included."""
    row, _ = create_job(store, "plan", "hr", {})
    steps = [JobEvent(0.5, "construct", None, None), JobEvent(2.0, "bound", 120.0, 90.0)]
    for step in steps:
        add_event(store, row.id, step)
    assert list(events(store, row.id)) == steps


def test_reopening_keeps_everything(tmp_path):
    """A second start finds the jobs and runs no migration twice."""
    url = f"sqlite:///{tmp_path}/jobs.db"
    first = open_store(url)
    row, _ = create_job(first, "plan", "hr", {"name": "数据"})
    first.close()
    second = open_store(url)
    assert [job.id for job in list_jobs(second)] == [row.id]
    assert get_job(second, row.id).payload == {"name": "数据"}


def test_an_unknown_job_is_a_key_error(store: Store):
    """Asking for a job that is not there says so."""
    with pytest.raises(KeyError, match="nothing"):
        get_job(store, "nothing")


def test_a_bad_database_url_is_one_clear_error():
    """A wrong URL names itself."""
    with pytest.raises(SettingsError, match="nonsense"):
        open_store("nonsense")


def test_the_pointer_moves(store: Store):
    """Showing another plan is moving one row."""
    assert get_pointer(store, "current") is None
    set_pointer(store, "current", "a", "1")
    set_pointer(store, "current", "b", "2")
    assert get_pointer(store, "current") == ("b", "2")
