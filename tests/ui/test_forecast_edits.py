"""Layers tried in one tab: steps, what canvas and table send, others' edits, what curves are compared with."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from staffing.domain.demand import ContactHistory
from staffing.domain.override_list import layers_in
from staffing.domain.timegrid import TimeGrid
from staffing.planning.layering import Layering
from staffing.ui.components.curve_data import curve_data
from staffing.ui.facts.curve import before, day_table, effect_of, shown_steps, step_table
from staffing.ui.forecast_edits import ForecastEdits
from staffing.ui.words import Words
from tests.planning.layered_plan import make_layered_plan

EN = Words("en")
NINE = 18


@pytest.fixture
def edits() -> ForecastEdits:
    return ForecastEdits(Layering(make_layered_plan()), "d", (), author="pia", name="sale", note="mailing")


def send(edits: ForecastEdits, *items: object, client: str = "c") -> None:
    number = edits.taken.get(client, 0)
    rows = [[number + n, item] for n, item in enumerate(items, start=1)]
    edits.take({"client": client, "seen": 0, "base": f"{edits.token}-x", "items": rows})


def points(*values: tuple[int, float], measure: str = "volume") -> dict[str, object]:
    return {"kind": "points", "queue": "phone", "measure": measure, "values": [list(one) for one in values]}


def test_a_dragged_point_is_a_row_of_the_layer(edits: ForecastEdits) -> None:
    """It has name, reason, author and time, and the forecast goes exactly there; closed intervals take nothing."""
    send(edits, points((NINE, 50.0), (2, 30.0)))
    assert len(edits.now) == 1
    row = edits.now[0]
    assert (row.layer, row.note, row.author, row.queues) == ("sale", "mailing", "pia", ("phone",))
    assert row.at is not None
    assert edits.after().forecast.volume[0, NINE] == pytest.approx(50.0)
    assert edits.after().forecast.volume[0, 2] == 0.0
    send(edits, points((NINE, 40.0)))
    assert [one.value for one in edits.now] == [40.0]


def test_undo_and_redo_are_steps(edits: ForecastEdits) -> None:
    """Back and forth through steps; a new one forgets those undone; at the ends that is said."""
    send(edits, points((NINE, 50.0)), points((NINE + 1, 9.0)), "undo")
    assert (len(edits.now), edits.can_undo, edits.can_redo, edits.said) == (1, True, True, "undone")
    send(edits, "redo")
    assert (len(edits.now), edits.said) == (2, "redone")
    send(edits, "undo", "undo", "undo")
    assert (edits.now, edits.said, edits.is_dirty) == ((), "nothing", False)
    send(edits, points((NINE, 1.0)), "redo")
    assert (len(edits.now), edits.said) == (1, "nothing")


@pytest.mark.parametrize(
    "item",
    [
        {"kind": "range", "queue": "phone", "measure": "volume", "op": "multiply", "first": 16, "end": 20, "value": -1},
        {"kind": "range", "queue": "phone", "measure": "volume", "op": "multiply", "first": 16, "end": 20, "value": 51},
        {"kind": "range", "queue": "fax", "measure": "volume", "op": "set", "first": 16, "end": 20, "value": 1},
        {"kind": "range", "queue": "phone", "measure": "wait", "op": "set", "first": 16, "end": 20, "value": 1},
        {"kind": "range", "queue": "phone", "measure": "volume", "op": "set", "first": 20, "end": 16, "value": 1},
        {"kind": "points", "queue": "phone", "measure": "volume", "values": [[NINE, float("nan")]]},
        {"kind": "points", "queue": "phone", "measure": "volume", "values": [[9999, 1.0]]},
        {"kind": "other"},
        "nonsense",
        None,
    ],
)
def test_what_is_no_edit_is_refused(edits: ForecastEdits, item: object) -> None:
    send(edits, item)
    assert (edits.now, edits.said) == ((), "refused")


def test_each_edit_is_taken_once_and_only_by_its_session(edits: ForecastEdits) -> None:
    message = {"client": "c", "seen": 0, "base": f"{edits.token}-x", "items": [[1, points((NINE, 50.0))]]}
    edits.take(message)
    edits.undo()
    edits.take(message)
    edits.take({**message, "client": "d", "base": "older-x"})
    assert edits.now == ()


def test_a_table_tells_each_cell_once(edits: ForecastEdits) -> None:
    """Pasted cells are one step; the editor goes on with its rows, and begins anew after any other edit."""
    version = edits.version
    cells = [("0", "contacts", 50.0), ("1", "contacts", 60.0)]
    assert edits.new_cells("t", cells) == cells
    edits.set_points("phone", "volume", {NINE: 50.0, NINE + 1: 60.0}, in_table=True)
    assert (edits.version, len(edits.now)) == (version, 2)
    assert edits.new_cells("t", [*cells, ("2", "contacts", 7.0)]) == [("2", "contacts", 7.0)]
    edits.undo()
    assert (edits.version, edits.now) == (version + 1, ())
    assert edits.new_cells("t", cells) == cells


def test_a_days_total_keeps_its_shape(edits: ForecastEdits) -> None:
    span = edits.grid.day_slice(1)
    first = edits.plan.forecast.volume[0, span]
    edits.change_range("phone", "volume", "set", span.start, span.stop, 300.0)
    found = edits.after().forecast.volume[0, span]
    assert found.sum() == pytest.approx(300.0)
    np.testing.assert_allclose(found / 300.0, first / first.sum())


def test_others_edits_are_met(edits: ForecastEdits) -> None:
    """Without edits of one's own theirs are taken over; else both are kept, or mine given up, as is chosen."""
    edits.change_range("phone", "volume", "multiply", 16, 20, 1.5)
    theirs = (replace(edits.now[0], layer="theirs", author="vi"),)
    fresh = ForecastEdits(edits.layering, "d", ())
    fresh.meet(theirs)
    assert (fresh.now, fresh.theirs) == (theirs, None)
    edits.meet(theirs)
    assert edits.theirs == theirs
    assert layers_in(edits.now)[0].name == "sale"
    edits.settle(keep_mine=True)
    assert [one.name for one in layers_in(edits.now)] == ["theirs", "sale"]
    assert (edits.saved, edits.theirs, edits.is_dirty) == (theirs, None, True)
    edits.meet(())
    edits.settle(keep_mine=False)
    assert (edits.now, edits.is_dirty) == ((), False)


def test_what_the_edits_come_to(edits: ForecastEdits) -> None:
    """More contacts need more hours, cost more and are served worse by the same roster; only that day."""
    edits.change_range("phone", "volume", "multiply", 16, 36, 2.0)
    was, now = edits.plan, edits.after()
    monday, tuesday, week = (effect_of(was, now, "phone", day) for day in (0, 1, None))
    for pair in (monday.contacts, monday.hours, monday.wages, monday.short_h):
        assert pair[1] > pair[0]
    assert monday.service[1] < monday.service[0]
    assert tuesday.contacts[1] == pytest.approx(tuesday.contacts[0])
    assert tuesday.hours[1] == pytest.approx(tuesday.hours[0])
    assert week.contacts[1] - week.contacts[0] == pytest.approx(monday.contacts[1] - monday.contacts[0])
    bare = replace(was, result=replace(was.result, roster=None))
    assert effect_of(bare, bare, "phone", 0).short_h is None


def test_days_before_are_found_by_their_clock() -> None:
    """The last known same weekday and the one of last year; a day of 25 hours takes the hour that comes twice twice."""
    past = TimeGrid("Europe/Berlin", date(2025, 10, 20), 364, 60)
    history = ContactHistory(past, ("phone",), np.arange(past.n, dtype=float)[np.newaxis])
    grid = TimeGrid("Europe/Berlin", date(2026, 10, 19), 7, 60)
    found = before(history, grid, "phone", "volume")
    assert found.week[0] == past.day_start[357]
    assert found.year[0] == past.day_start[0]
    autumn = grid.day_slice(6)
    assert autumn.stop - autumn.start == 25
    assert found.week[autumn.start + 2] == found.week[autumn.start + 3]
    assert np.isnan(before(history, grid, "chat", "volume").week).all()
    assert np.isnan(before(history, grid, "phone", "aht_s").week).all()


def test_tables_and_canvas_agree(edits: ForecastEdits) -> None:
    """One row for each step or day that is shown; a closed day shows none; the canvas gets the same numbers."""
    edits.change_range("phone", "volume", "multiply", 16, 36, 2.0)
    was, now = edits.plan, edits.after()
    past = {name: before(was.scenario.history, was.forecast.grid, "phone", name) for name in ("volume", "aht_s")}
    steps = shown_steps((was, now), "phone", 0)
    table = step_table(was, now, "phone", steps, past["volume"])
    assert table["time"].iloc[0] == "08:00"
    np.testing.assert_allclose(table["contacts"].iloc[:20], 2 * table["planned"].iloc[:20], atol=0.02)
    days = day_table(was, now, "phone", past["volume"], EN)
    assert days["contacts"].iloc[0] == pytest.approx(2 * days["planned"].iloc[0], abs=0.2)
    assert days["week"].notna().all()
    need = was.requirement.agents_gross[0], now.requirement.agents_gross[0]
    options = {"base": "b", "rev": 1, "ack": ("c", 3), "state": (True, False), "said": "", "editable": True}
    data = curve_data(was, now, "phone", steps, past, need, None, EN, **options)
    assert data["measures"]["volume"]["now"] == table["contacts"].tolist()
    assert (data["need"]["have"], data["need"]["later"]) == (None, False)
    assert curve_data(was, now, "email", steps, past, need, None, EN, **options)["need"]["later"]
    assert curve_data(was, now, "phone", steps, past, None, None, EN, **options)["need"] is None
    closed = replace(
        was,
        forecast=replace(was.forecast, volume=np.zeros_like(was.forecast.volume)),
        requirement=replace(was.requirement, is_open=np.zeros_like(was.requirement.is_open)),
    )
    assert shown_steps((closed,), "phone", 0) == ()
