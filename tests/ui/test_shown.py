"""The plan on show is the one pointed at, read whole or not at all."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from staffing.files import read_centre, write_plan
from staffing.store import Store, open_store
from staffing.store.pointers import get_pointer
from staffing.ui import jobs
from staffing.ui.shown import (
    CURRENT,
    CannotShowError,
    Place,
    centre_of,
    inputs_digest,
    load,
    locate,
    plan_digest,
    point_at,
    signature,
)
from tests.files.tiny_centre import write_tiny_centre
from tests.plans import make_plan_value


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path}/staffing.db")
    yield opened
    opened.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_plan(make_plan_value(), tmp_path / "plan")
    return tmp_path / "plan"


def test_the_pointer_wins_over_the_demo(store: Store, folder: Path, tmp_path: Path) -> None:
    """The demo is shown until a plan is applied; with neither there is nothing."""
    with pytest.raises(CannotShowError, match="none"):
        locate(store, None)
    assert locate(store, tmp_path / "demo") == Place(tmp_path / "demo", "demo")
    point_at(store, folder)
    assert locate(store, tmp_path / "demo") == Place(folder, "current")
    assert get_pointer(store, CURRENT)[1] == plan_digest(folder)


def test_a_folder_without_a_plan_cannot_be_pointed_at(store: Store, tmp_path: Path) -> None:
    """The pointer never moves to something that is no plan."""
    with pytest.raises(CannotShowError, match="missing"):
        point_at(store, tmp_path)
    assert get_pointer(store, CURRENT) is None


def test_damage_is_noticed(folder: Path, tmp_path: Path) -> None:
    """A damaged file, and a folder that went away, are told apart."""
    assert load(folder).roster is not None
    (folder / "plan_values.json.gz").write_bytes(b"rot")
    with pytest.raises(CannotShowError, match="broken"):
        load(folder)
    with pytest.raises(CannotShowError, match="missing"):
        load(tmp_path / "gone")


def test_the_digest_of_the_inputs_is_the_readers(tmp_path: Path) -> None:
    """The quick digest of a centre folder equals the one that its reader stores in plans, and sees every change."""
    centre = write_tiny_centre(tmp_path / "centre")
    digest = inputs_digest(centre)
    assert digest == read_centre(centre).digest
    with (centre / "agents.csv").open("ab") as file:
        file.write(b"\n")
    assert inputs_digest(centre) != digest


def test_the_centre_of_a_plan_is_known_from_its_job(store: Store, tmp_path: Path) -> None:
    """A plan made by a job remembers its centre; a plan from elsewhere does not."""
    job, _ = jobs.create(store, jobs.Order(tmp_path / "centre"), tmp_path)
    assert centre_of(store, Place(jobs.out_folder(job), "current")) == tmp_path / "centre"
    assert centre_of(store, Place(tmp_path / "elsewhere", "current")) is None


def test_the_signature_changes_with_any_file(folder: Path) -> None:
    """A file written anew makes a cached plan old."""
    before = signature(folder)
    os.utime(folder / "roster.csv", ns=(1, 1))
    assert signature(folder) != before
    assert signature(folder / "nowhere") == ()
