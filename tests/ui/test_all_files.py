"""All files of a plan at once: the job, its zip, how it ends, and the block of the page Publish."""

import os
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from staffing.i18n import LANGUAGES, text
from staffing.report.pdf_fonts import NoFontError
from staffing.report.zipped import zipped
from staffing.settings import load_settings
from staffing.store import Job, JobState, Store, open_store
from staffing.store.jobs import finish_job, get_job, start_job
from staffing.ui import actor as acting
from staffing.ui import export_tasks, worker
from staffing.ui.shown import plan_digest
from tests.ui.opened import open_page, said


@pytest.fixture
def store(home: Path) -> Iterator[Store]:
    opened = open_store(load_settings().db_url)
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def begun(monkeypatch: pytest.MonkeyPatch) -> list[Job]:
    """Jobs that were started; files are made in no time, and nobody works a job but the test."""

    def quick(name: str, *given: Any) -> bytes:
        return (
            zipped({"a0.ics": b"one", "a1.ics": b"two"}) if name == "calendars.zip" else f"{name} {given[3]}".encode()
        )

    found: list[Job] = []
    monkeypatch.setattr("staffing.store.jobs.LOST_AFTER_S", 600.0)  # a worker within the test does not beat
    monkeypatch.setattr("staffing.ui.export_tasks.export_bytes", quick)
    monkeypatch.setattr("staffing.ui.export_tasks.jobs.launch", lambda _, job, *__: found.append(job))
    return found


def work(store: Store, job: Job, stop: threading.Event | None = None) -> Job:
    """Work a job to its end."""
    start_job(store, job.id, os.getpid())
    worker.run(store, get_job(store, job.id), stop or threading.Event())
    return get_job(store, job.id)


def asked(store: Store, folder: Path, home: Path, langs: tuple[str, ...] = ("en",)) -> Job:
    """All files, asked for as the page does."""
    return export_tasks.start(store, folder, plan_digest(folder), langs, home, "")


def test_the_zip_holds_everything(plan_folder: Path, store: Store, home: Path) -> None:
    """In one language at the top, in two a folder each; calendars also one by one; tables once; one zip stays."""
    one = work(store, asked(store, plan_folder, home))
    assert one.state == JobState.DONE
    first = zipfile.ZipFile(export_tasks.zip_file(one))
    made = {"roster-2026-01-05.xlsx", "report-2026-01-05.html", "report-2026-01-05.pdf", "calendars-2026-01-05.zip"}
    made |= {"ics/a0.ics", "ics/a1.ics"}
    tables = {f"tables/{name}.csv" for name in ("roster", "coverage", "fairness")}
    assert set(first.namelist()) == made | tables
    assert first.read("ics/a1.ics") == b"two"
    assert first.read("tables/roster.csv") == (plan_folder / "roster.csv").read_bytes()
    assert one.summary["files"] == len(made | tables)
    two = work(store, asked(store, plan_folder, home, LANGUAGES))
    inside = set(zipfile.ZipFile(export_tasks.zip_file(two)).namelist())
    assert inside == {f"{lang}/{name}" for lang in LANGUAGES for name in made} | tables
    assert not export_tasks.zip_file(one).exists()


def test_a_stop_leaves_no_half_zip(plan_folder: Path, store: Store, home: Path) -> None:
    """Stopped between two files, the job tells how far it came."""
    stop = threading.Event()
    stop.set()
    job = work(store, asked(store, plan_folder, home), stop)
    assert job.state == JobState.STOPPED
    assert job.summary == {"code": "export_stopped", "done": 0, "total": 5}
    assert not export_tasks.zip_file(job).exists()


def test_without_a_font_only_the_pdf_is_missing(
    plan_folder: Path, store: Store, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other files are made; the job says in which language no PDF could be."""

    def no_font(name: str, *_: Any) -> bytes:
        if name == "report.pdf":
            raise NoFontError("张")
        return zipped({}) if name == "calendars.zip" else b"x"

    monkeypatch.setattr("staffing.ui.export_tasks.export_bytes", no_font)
    job = work(store, asked(store, plan_folder, home))
    assert job.state == JobState.DONE
    assert job.summary["no_pdf"] == ["en"]
    names = zipfile.ZipFile(export_tasks.zip_file(job)).namelist()
    assert "report-2026-01-05.pdf" not in names
    assert "report-2026-01-05.html" in names


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_watches_offers_and_discards(
    plan_folder: Path, store: Store, begun: list[Job], lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One job at a time; its zip is offered until it is discarded, and not for another plan."""
    app = open_page("publish", lang)
    app.segmented_control(key="all_files_languages").set_value("both")
    app.button(key="all_files_make").click().run()
    assert not app.exception
    (job,) = begun
    assert job.payload["langs"] == list(LANGUAGES)
    assert app.button(key="all_files_make").disabled
    start_job(store, job.id, os.getpid())
    worker.Reporter(store, job.id).part("file_report_html", 1, 9)
    app.run()
    assert text("ui.asking.file_report_html", lang) in said(app)
    worker.run(store, get_job(store, job.id), threading.Event())
    app.run()
    assert not app.exception
    labels = [button.proto.label for button in app.get("download_button")]
    assert text("ui.all_files.download", lang) in labels
    with monkeypatch.context() as viewer:
        viewer.setattr("staffing.ui.sections.all_files.actor", lambda: acting.NOBODY)
        app.run()
        assert app.button(key="all_files_make").disabled
        assert app.button(key="all_files_discard").disabled
    (plan_folder / "plan.json").write_bytes((plan_folder / "plan.json").read_bytes() + b"\n")
    app.run()
    assert not app.button(key="all_files_make").disabled
    labels = [button.proto.label for button in app.get("download_button")]
    assert text("ui.all_files.download", lang) not in labels


def test_discarded_stopped_and_lost(plan_folder: Path, store: Store, home: Path) -> None:
    """A discarded zip is gone from the disk and the page; other ends are told in a sentence."""
    job = work(store, asked(store, plan_folder, home))
    app = open_page("publish")
    app.button(key="all_files_discard").click().run()
    assert not app.exception
    assert not export_tasks.zip_file(job).exists()
    assert text("ui.all_files.download") not in [button.proto.label for button in app.get("download_button")]
    stop = threading.Event()
    stop.set()
    work(store, asked(store, plan_folder, home), stop)
    app.run()
    assert text("ui.all_files.stopped") in said(app)
    finish_job(store, asked(store, plan_folder, home).id, JobState.LOST)
    app.run()
    assert text("ui.ending.lost") in said(app)
    assert not app.button(key="all_files_make").disabled
