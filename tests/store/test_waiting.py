"""Orders take their turn, one after the other, whoever looks."""

import multiprocessing
import threading
import time

from staffing.store import JobState, Store, open_store
from staffing.store.jobs import (
    LOST_AFTER_S,
    Job,
    create_job,
    finish_job,
    get_job,
    list_jobs,
    start_job,
    sweep_lost,
)
from staffing.store.waiting import move_first, next_job, order_job, take_out, waiting_jobs, working_job

LATER_S = 10 * LOST_AFTER_S


def ordered(store: Store, *seeds: int) -> list[Job]:
    """Orders of one scope that differ in their seed."""
    return [order_job(store, "plan", "hr", {"seed": seed})[0] for seed in seeds]


def seeds_of(found: tuple[Job, ...]) -> list[int]:
    return [job.payload["seed"] for job in found]


def test_orders_wait_while_one_works_and_take_their_turn(any_store: Store):
    """The first is queued at once, the others in the order in which they came; each begins when nothing works."""
    first, second, third = ordered(any_store, 1, 2, 3)
    assert [first.state, second.state, third.state] == [JobState.QUEUED, JobState.WAITING, JobState.WAITING]
    assert seeds_of(waiting_jobs(any_store, "hr")) == [2, 3]
    assert second.is_open
    assert working_job(any_store, "hr") == first
    assert next_job(any_store, "hr") is None
    start_job(any_store, first.id, 1)
    assert next_job(any_store, "hr") is None
    for ending, after in ((JobState.DONE, second), (JobState.FAILED, third)):
        finish_job(any_store, first.id, ending)
        first = next_job(any_store, "hr")
        assert first is not None
        assert (first.id, first.state) == (after.id, JobState.QUEUED)
        assert next_job(any_store, "hr") is None
        assert start_job(any_store, first.id, 1)
    finish_job(any_store, first.id, JobState.STOPPED)
    assert next_job(any_store, "hr") is None
    assert order_job(any_store, "plan", "bank", {"seed": 1})[0].state is JobState.QUEUED


def test_the_same_order_is_never_twice_in_line(store: Store):
    """A double click gives the order that waits or works already; who gives it, and a place in line, do not count."""
    working, waiting = ordered(store, 1, 2)
    move_first(store, waiting.id)
    for seed, known in ((1, working), (2, waiting)):
        again, is_new = order_job(store, "plan", "hr", {"seed": seed, "by": "kim"}, beside=("by",))
        assert (again.id, is_new) == (known.id, False)
    assert order_job(store, "plan", "hr", {"seed": 2, "by": "kim"})[1]
    finish_job(store, working.id, JobState.DONE)
    assert order_job(store, "plan", "hr", {"seed": 1})[1]


def test_an_order_is_moved_forward_or_taken_out(store: Store):
    """Only an order that waits; it leaves nothing behind when it is taken out."""
    working, second, third, fourth = ordered(store, 1, 2, 3, 4)
    assert move_first(store, fourth.id)
    assert move_first(store, third.id)
    assert move_first(store, third.id)
    assert seeds_of(waiting_jobs(store, "hr")) == [3, 4, 2]
    assert take_out(store, fourth.id)
    assert not take_out(store, fourth.id)
    assert not move_first(store, fourth.id)
    assert not take_out(store, working.id)
    assert not move_first(store, working.id)
    assert fourth.id not in {job.id for job in list_jobs(store)}
    finish_job(store, working.id, JobState.DONE)
    assert next_job(store, "hr").id == third.id
    assert seeds_of(waiting_jobs(store, "hr")) == [2]
    assert second.created_s == get_job(store, second.id).created_s


def test_an_order_is_never_lost_before_its_turn(store: Store):
    """A dead worker ends its own job only, and the time to take the next one begins with its turn."""
    working, waiting = ordered(store, 1, 2)
    start_job(store, working.id, 1)
    assert sweep_lost(store, time.time() + LATER_S) == 1
    assert get_job(store, working.id).state is JobState.LOST
    assert get_job(store, waiting.id).state is JobState.WAITING
    taken = next_job(store, "hr")
    assert taken is not None
    assert taken.heartbeat_s > taken.created_s
    assert sweep_lost(store, taken.created_s + 3 * LOST_AFTER_S + (taken.heartbeat_s - taken.created_s) / 2) == 0
    assert sweep_lost(store, taken.heartbeat_s + 3 * LOST_AFTER_S + 1) == 1


def test_an_installation_takes_its_own_orders(store: Store):
    """Several may share a database: an order of another one stays in line and lets those behind it pass."""
    ordered(store, 1)
    theirs, _ = order_job(store, "plan", "hr", {"home": "theirs"})
    mine, _ = order_job(store, "plan", "hr", {"home": "mine"})
    finish_job(store, working_job(store, "hr").id, JobState.DONE)
    assert next_job(store, "hr", "nobody's") is None
    assert next_job(store, "hr", "mine").id == mine.id
    assert waiting_jobs(store, "hr") == (theirs,)


def test_a_job_that_does_not_wait_in_line_goes_on_beside(store: Store):
    """Questions that refuse a second one while they work are as they were."""
    (first,) = ordered(store, 1)
    again, is_new = create_job(store, "plan", "hr", {"seed": 9})
    assert (again.id, is_new) == (first.id, False)


def _take(url: str, begin_s: float) -> str | None:
    """Ask for the next order at the same moment as others."""
    store = open_store(url)
    time.sleep(max(0.0, begin_s - time.time()))
    found = next_job(store, "hr")
    store.close()
    return None if found is None else found.id


def test_exactly_one_process_gets_the_next_order(store: Store):
    """A worker at its end and a server that looks: of two processes one takes it."""
    working, waiting, _ = ordered(store, 1, 2, 3)
    finish_job(store, working.id, JobState.DONE)
    url = store.engine.url.render_as_string(hide_password=False)
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        found = pool.starmap(_take, [(url, time.time() + 2.0)] * 2, chunksize=1)
    assert sorted(job for job in found if job) == [waiting.id]


def test_exactly_one_of_several_threads_gets_each_order(any_store: Store):
    """Four threads drain a line of orders: each order is worked once."""
    working, *orders = ordered(any_store, *range(5))
    finish_job(any_store, working.id, JobState.DONE)
    expected = {job.id for job in orders}
    worked: list[str] = []

    def drain() -> None:
        while waiting_jobs(any_store, "hr"):
            found = next_job(any_store, "hr")
            if found is not None:
                worked.append(found.id)
                finish_job(any_store, found.id, JobState.DONE)

    threads = [threading.Thread(target=drain) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(worked) == len(expected)
    assert set(worked) == expected
