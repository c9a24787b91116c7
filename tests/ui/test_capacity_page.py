"""The page Capacity: a plan, no folder, faults, in both languages."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from staffing.capacity import CapacityPlan
from staffing.files import read_capacity, read_centre
from staffing.i18n import text
from staffing.planning import WhatIf, compare_capacity
from staffing.store import Job, JobState, Store, open_store
from staffing.store.jobs import get_job, start_job
from staffing.ui import capacity_tasks, worker
from tests.files.tiny_capacity import TOML, write_tiny_capacity
from tests.files.tiny_centre import write_tiny_centre
from tests.ui.opened import open_page, said


@pytest.fixture
def store(home: Path) -> Iterator[Store]:
    home.mkdir(parents=True, exist_ok=True)
    opened = open_store(f"sqlite:///{home / 'staffing.db'}")
    yield opened
    opened.close()


def test_a_plan_is_made_as_a_job_and_goes_stale(home: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """One job is queued; it is watched and can be stopped; its verdict survives a new tab; another promise is stale."""
    begun: list[Job] = []
    monkeypatch.setattr(capacity_tasks, "TIME_LIMIT_S", 1.0)
    monkeypatch.setattr(capacity_tasks.jobs, "launch", lambda _, job, *__: begun.append(job))
    folder = write_tiny_capacity(write_tiny_centre(home.parent / "centre"))
    app = open_page("capacity", "zh")
    app.text_input(key="capacity_folder").set_value(str(folder)).run()
    assert text("ui.capacity.none", "zh") in said(app)
    app.number_input(key="capacity_weeks").set_value(6).run()
    app.button(key="capacity_go").click().run()
    assert not app.exception
    assert app.button(key="capacity_go").disabled
    assert not app.metric
    (job,) = begun
    start_job(store, job.id, os.getpid())
    worker.Reporter(store, job.id).part("capacity", 0, 1)
    app.run()
    assert text("ui.asking.capacity", "zh") in said(app)
    app.button(key="capacity_stop").click().run()
    assert get_job(store, job.id).stop_requested
    stop = threading.Event()
    stop.set()
    worker.run(store, get_job(store, job.id), stop)  # what was found until then is kept
    app = open_page("capacity", "zh")
    app.text_input(key="capacity_folder").set_value(str(folder)).run()
    app.number_input(key="capacity_weeks").set_value(6).run()
    assert not app.exception
    assert [metric.label for metric in app.metric][:2] == [
        text("ui.capacity.lowest", "zh"),
        text("ui.capacity.cost", "zh"),
    ]
    assert len(app.dataframe) >= 2
    assert text("ui.capacity.stale", "zh") not in said(app)
    app.selectbox(key="capacity_group").set_value("leads").run()
    assert not app.exception
    app.slider(key="capacity_probability").set_value(60).run()
    assert text("ui.capacity.stale", "zh") in said(app)


def test_an_answer_is_read_as_it_was_made(home: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Classes, chances and costs of plans read from the answer are those of the plans made, number by number."""
    folder = write_tiny_capacity(write_tiny_centre(home.parent / "centre"))
    made: dict[str, CapacityPlan] = {}

    def compare(*args: Any, **named: Any) -> dict[str, CapacityPlan]:
        made.update(compare_capacity(*args, **named))
        return made

    monkeypatch.setattr(capacity_tasks, "compare_capacity", compare)
    monkeypatch.setattr(capacity_tasks, "TIME_LIMIT_S", 1.0)
    monkeypatch.setattr(capacity_tasks.jobs, "launch", lambda *_: None)
    asked = capacity_tasks.Asked(4, 0.8, WhatIf(attrition=1.5))
    job = capacity_tasks.start(store, folder, "now", asked, home, "", compared=False)
    start_job(store, job.id, os.getpid())
    worker.run(store, get_job(store, job.id), threading.Event())
    ended = get_job(store, job.id)
    assert ended.state == JobState.DONE
    read = capacity_tasks.plans_of(ended, read_capacity(folder, read_centre(folder)).case)
    assert read is not None
    assert read.keys() == made.keys() == {"base"}
    one, other = read["base"], made["base"]
    assert one.entries == other.entries
    assert (one.chosen.objective, one.chosen.bound) == (other.chosen.objective, other.chosen.bound)
    assert np.array_equal(one.judged.costs, other.judged.costs)
    assert np.array_equal(one.judged.probability, other.judged.probability)
    assert np.array_equal(one.nothing.costs, other.nothing.costs)
    assert np.array_equal(one.reachable, other.reachable)


def test_a_folder_without_the_files_and_one_with_faults(home: Path) -> None:
    """The first says what is missing, the second each fault; data stay text."""
    app = open_page("capacity")
    app.text_input(key="capacity_folder").set_value(str(home.parent)).run()
    assert not app.exception
    assert app.info
    folder = write_tiny_capacity(
        write_tiny_centre(home.parent / "bad"), TOML.replace('roles = ["lead"]', 'roles = ["**x**"]')
    )
    app.text_input(key="capacity_folder").set_value(str(folder)).run()
    assert app.error[0].value == text("ui.capacity.refused", "en")
    assert "**x**" not in said(app)
    assert not app.metric
