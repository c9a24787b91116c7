from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from staffing.domain.centre import Centre
from staffing.domain.demand import Forecast
from staffing.domain.requirement import Requirement
from staffing.erlang import require_agents
from staffing.errors import DataError, SettingsError
from staffing.files import read_forecast, read_requirement, write_forecast, write_requirement
from tests.builders import make_centre, make_email, make_queue, make_table
from tests.plans import make_plan_value

CENTRE = make_centre(queues=(make_queue(unplanned_shrinkage=0.1), make_email()))


def forecast() -> Forecast:
    """Volumes in opening hours, different in every interval."""
    given = make_plan_value().forecast
    is_open = CENTRE.queues[0].hours.mask(make_table(), given.grid)
    volume = np.where(is_open, 5 + np.arange(given.grid.n) % 7, 0.0) * np.array([[1.0], [0.5]])
    return replace(given, volume=volume, method=("ours", "=evil()"))


def requirement() -> Requirement:
    return require_agents(CENTRE, forecast(), make_table())


def rewrite(path: Path, *columns: str) -> None:
    """Keep only some columns of a CSV file."""
    header, *rows = (line.split(",") for line in path.read_text(encoding="utf-8").splitlines())
    kept = [header.index(name) for name in columns]
    path.write_text("\n".join(",".join(row[k] for k in kept) for row in [header, *rows]) + "\n", encoding="utf-8")


def test_a_forecast_comes_back(tmp_path: Path) -> None:
    """forecast.csv holds the forecast to six decimals, and a formula as a method stays text."""
    write_forecast(tmp_path, forecast())
    assert "'=evil()" in (tmp_path / "forecast.csv").read_text(encoding="utf-8")
    found, wanted = read_forecast(tmp_path / "forecast.csv", CENTRE), forecast()
    assert (found.grid, found.queues, found.method) == (wanted.grid, wanted.queues, wanted.method)
    for name in ("volume", "low80", "high95", "aht_s", "day_cv", "interval_cv"):
        assert np.allclose(getattr(found, name), getattr(wanted, name), atol=1e-6)


def test_a_forecast_of_three_columns_is_enough(tmp_path: Path) -> None:
    """Bands and handle times that a user does not give are assumed, and the method says so."""
    write_forecast(tmp_path, forecast())
    rewrite(tmp_path / "forecast.csv", "start", "queue", "volume")
    found = read_forecast(tmp_path, CENTRE)
    assert np.allclose(found.volume, forecast().volume)
    assert found.method[0].startswith("given; assumed: day_cv")
    assert (found.aht_s[0] == CENTRE.queues[0].aht_s).all()
    busy = found.volume > 0
    assert (found.low80[busy] < found.volume[busy]).all()
    assert (found.high95[busy] > found.high80[busy]).all()


def test_closed_steps_of_a_forecast_may_be_left_out(tmp_path: Path) -> None:
    """Steps outside opening hours that are not listed hold no contacts; holes inside are a fault."""
    write_forecast(tmp_path, forecast())
    path = tmp_path / "forecast.csv"
    header, *rows = path.read_text(encoding="utf-8").splitlines()
    kept = [row for row in rows if row.split(",")[2] != "0"]
    path.write_text("\n".join([header, *kept]) + "\n", encoding="utf-8")
    assert np.allclose(read_forecast(path, CENTRE).volume, forecast().volume)
    path.write_text("\n".join([header, *kept[:3], *kept[4:]]) + "\n", encoding="utf-8")
    with pytest.raises(DataError, match="slots_missing"):
        read_forecast(path, CENTRE)


def test_a_requirement_comes_back(tmp_path: Path) -> None:
    """The three files of a requirement hold agents, curves and workload to six decimals."""
    wanted = requirement()
    write_forecast(tmp_path, forecast())
    write_requirement(tmp_path, wanted)
    _, found = read_requirement(tmp_path, CENTRE)
    assert (found.grid, found.queues, found.method) == (wanted.grid, wanted.queues, wanted.method)
    assert np.array_equal(found.is_open, wanted.is_open)
    for name in ("load_erl", "agents", "agents_gross", "expected_sl"):
        assert np.allclose(getattr(found, name), getattr(wanted, name), atol=1e-6)
    chance = np.random.default_rng(1)
    for one, other in zip(wanted.curves, found.curves, strict=True):
        crews = chance.uniform(0, 30, wanted.grid.n)
        assert one.queues == other.queues
        assert np.allclose(one.at(crews), other.at(crews), atol=1e-6)
    for one, other in zip(wanted.workload, found.workload, strict=True):
        assert np.allclose(one.latest_h, other.latest_h, atol=1e-6)
        assert one.gross_factor == pytest.approx(other.gross_factor, abs=1e-6)
    assert not [note for note in found.notes if note.code == "requirement_carried_unknown"]


def test_a_requirement_of_four_columns_is_enough(tmp_path: Path) -> None:
    """From load and agents alone, gross agents, curves, levels and workload are rebuilt, and the method says so."""
    wanted = requirement()
    write_requirement(tmp_path, wanted)
    rewrite(tmp_path / "requirement.csv", "start", "queue", "load_erl", "agents")
    (tmp_path / "requirement_curve.csv").unlink()
    (tmp_path / "workload.csv").unlink()
    volume, found = read_requirement(tmp_path, CENTRE)
    assert np.allclose(volume.volume[1], forecast().volume[1], atol=1e-3)
    # The load of answer queues lags behind the calls, so single intervals differ a little.
    assert volume.volume[0].sum() == pytest.approx(forecast().volume[0].sum(), rel=0.02)
    assert "rebuilt" in found.method[0]
    assert np.allclose(found.agents_gross[0], wanted.agents_gross[0], atol=1e-5)
    assert (found.agents_gross[1] >= found.agents[1]).all()
    assert np.allclose(found.expected_sl[0], wanted.expected_sl[0], atol=0.08)
    assert len(found.curves) == 1
    assert np.allclose(found.workload[0].earliest_h, wanted.workload[0].earliest_h, atol=1e-3)
    assert {dict(note.params)["part"] for note in found.notes if note.code == "requirement_rebuilt"} == {
        "agents_gross",
        "expected_sl",
        "requirement_curve.csv",
        "workload.csv",
    }


def test_shares_of_absence_come_back(tmp_path: Path) -> None:
    """The columns at the end hold what is lost by interval; without them the centre's own shares are used."""
    wanted = requirement()
    absent = np.linspace(0.0, 0.4, wanted.agents.size).reshape(wanted.agents.shape)
    wanted = replace(wanted, absent_share=absent, planned_share=absent / 2)
    write_forecast(tmp_path, forecast())
    write_requirement(tmp_path, wanted)
    head = (tmp_path / "requirement.csv").read_text(encoding="utf-8").splitlines()[0]
    assert head.endswith("is_open,absent_share,planned_share")
    found = read_requirement(tmp_path, CENTRE)[1]
    assert found.absent_share is not None
    assert found.planned_share is not None
    np.testing.assert_allclose(found.absent_share, absent, atol=1e-6)
    np.testing.assert_allclose(found.planned_share, absent / 2, atol=1e-6)
    rewrite(tmp_path / "requirement.csv", "start", "queue", "load_erl", "agents", "absent_share")
    found = read_requirement(tmp_path, CENTRE)[1]
    np.testing.assert_allclose(found.agents_gross[0] * (1 - absent[0]), found.agents[0], atol=1e-4)
    rewrite(tmp_path / "requirement.csv", "start", "queue", "load_erl", "agents")
    found = read_requirement(tmp_path, CENTRE)[1]
    assert found.absent_share is not None
    np.testing.assert_allclose(found.absent_share, [[0.1] * 336, [0.0] * 336])
    write_requirement(tmp_path, replace(wanted, absent_share=None, planned_share=None))
    assert ",,\n" in (tmp_path / "requirement.csv").read_text(encoding="utf-8")


def test_hours_of_idle_agents_come_back(tmp_path: Path) -> None:
    """workload.csv holds what idle agents are counted on for; without the column it is nothing."""
    wanted = requirement()
    idle_h = np.where(np.diff(wanted.workload[0].earliest_h, prepend=0.0) > 0, 0.125, 0.0)
    wanted = replace(wanted, workload=(replace(wanted.workload[0], idle_h=idle_h),))
    write_forecast(tmp_path, forecast())
    write_requirement(tmp_path, wanted)
    found = read_requirement(tmp_path, CENTRE)[1].workload[0].idle_h
    assert found is not None
    np.testing.assert_allclose(found, idle_h, atol=1e-6)
    rewrite(tmp_path / "workload.csv", "start", "queue", "earliest_h", "latest_h")
    assert read_requirement(tmp_path, CENTRE)[1].workload[0].idle_h is None


@pytest.mark.parametrize(
    ("file", "old", "new", "code"),
    [
        ("requirement.csv", ",phone,", ",fone,", "unknown_queue"),
        ("requirement.csv", "load_erl", "load", "misspelt_column"),
        ("requirement.csv", ":30:00+08:00,phone", ":40:00+08:00,phone", "wrong_grid"),
        ("requirement.csv", ",1,0.1,0\n", ",1,1.5,0\n", "out_of_range"),
        ("workload.csv", ",email,0,", ",email,-1,", "negative"),
        ("workload.csv", ",email,0,0", ",email,0,5", "bad_workload"),
        ("forecast.csv", "2026-01-11", "2026-01-12", "other_horizon"),
    ],
)
def test_a_wrong_requirement_is_refused(tmp_path: Path, file: str, old: str, new: str, code: str) -> None:
    """Faults of a user's own requirement are named as those of a centre are."""
    write_forecast(tmp_path, forecast())
    write_requirement(tmp_path, requirement())
    path = tmp_path / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_requirement(tmp_path, CENTRE)
    assert code in {fault.code for fault in caught.value.faults}


def test_a_missing_file_is_a_wrong_argument(tmp_path: Path) -> None:
    """A path that leads nowhere is told as such."""
    with pytest.raises(SettingsError, match="no file"):
        read_forecast(tmp_path / "none.csv", CENTRE)
    with pytest.raises(SettingsError, match=r"requirement\.csv"):
        read_requirement(tmp_path, CENTRE)


@cache
def pooled_requirement() -> tuple[Centre, Requirement]:
    """Two phone queues and people who serve both."""
    centre = make_centre(queues=(make_queue(unplanned_shrinkage=0.1), make_queue("vip", aht_s=240.0)))
    base = forecast()
    volume = np.where(base.volume[:1] > 0, [[30.0], [20.0]], 0.0)
    given = replace(base, queues=("phone", "vip"), volume=volume, aht_s=np.full(volume.shape, 300.0))
    return centre, require_agents(centre, given, make_table(), can_serve=np.ones((20, 2)))


def test_pools_come_back(tmp_path: Path) -> None:
    """requirement_pool.csv holds what queues need together; a requirement without pools takes it away."""
    centre, wanted = pooled_requirement()
    write_requirement(tmp_path, wanted)
    _, found = read_requirement(tmp_path, centre)
    assert [pool.queues for pool in found.pools] == [("phone", "vip")]
    for name in ("agents", "agents_gross", "expected_sl"):
        assert np.allclose(getattr(found.pools[0], name), getattr(wanted.pools[0], name), atol=1e-6)
    assert [curve.queues for curve in found.curves] == [("phone",), ("vip",), ("phone", "vip")]
    assert np.allclose(found.agents, wanted.agents, atol=1e-6)
    write_requirement(tmp_path, replace(wanted, pools=()))
    assert not (tmp_path / "requirement_pool.csv").exists()


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("phone+vip", "phone+pvi", "unknown_queue"),
        ("phone+vip", "phone", "out_of_range"),
        ("phone+vip,", "phone+vip,-", "out_of_range"),
    ],
)
def test_wrong_pools_are_refused(tmp_path: Path, old: str, new: str, code: str) -> None:
    centre, wanted = pooled_requirement()
    write_requirement(tmp_path, wanted)
    path = tmp_path / "requirement_pool.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(DataError, match=code):
        read_requirement(tmp_path, centre)
