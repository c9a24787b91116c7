"""overrides.csv written again: what is new is read as it was meant, every other row stays as it was."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staffing.domain.override import Override
from staffing.errors import DataError
from staffing.files.faults import FaultLog
from staffing.files.override_edit import overrides_file
from staffing.files.overrides import FILE, OPTIONAL, REQUIRED, read_overrides
from staffing.files.table import read_table

ZONE = ZoneInfo("Europe/Berlin")


def read(data: bytes) -> tuple[Override, ...]:
    log = FaultLog()
    table = read_table(FILE, data, REQUIRED, OPTIONAL, log)
    found = () if table is None else read_overrides(table, ("phone", "chat"), ZONE, log)
    if log.all():
        raise DataError(log.all())
    return found


def at(*parts: int, fold: int = 0) -> datetime:
    return datetime(*parts, tzinfo=ZONE, fold=fold)


def test_rows_and_columns_that_nobody_touched_stay(tmp_path: Path) -> None:
    """Semicolons, a column of somebody's own and odd spellings survive; the new row has layer, author and time."""
    (tmp_path / FILE).write_text("start;end;operation;value;Boss\n2026-01-05;2026-01-05;MULTIPLY;1,5;Ann\n")
    before = read((tmp_path / FILE).read_bytes())
    new = Override(
        at(2026, 1, 6, 8), at(2026, 1, 6, 9), ("phone",), "aht_s", "add", -20.0, "=1+1", False, "sale", "pia",
        datetime(2026, 1, 2, 9, tzinfo=UTC),
    )  # fmt: skip
    changes = overrides_file(tmp_path, before, (*before, new), ZONE)
    lines = changes[FILE].decode().splitlines()
    assert lines[1].startswith("2026-01-05;2026-01-05;MULTIPLY;1,5;Ann")
    assert "'=1+1" in lines[2]
    found = read(changes[FILE])
    assert found == (*before, new)
    assert (found[1].layer, found[1].author, found[1].at) == ("sale", "pia", new.at)
    assert overrides_file(tmp_path, before, before, ZONE) == {}
    assert overrides_file(tmp_path, before, (), ZONE) == {FILE: None}


@given(
    st.lists(
        st.tuples(
            st.integers(0, 47), st.integers(1, 48), st.sampled_from(["multiply", "add", "set"]), st.integers(0, 40)
        ),
        min_size=1,
        max_size=5,
    )
)
def test_every_row_is_read_as_it_was_written(tmp_path_factory, rows) -> None:
    """Half hours of the day on which clocks go back, also inside the hour that comes twice."""
    midnight = int(at(2026, 10, 25).timestamp())
    made = tuple(
        Override(
            datetime.fromtimestamp(midnight + 1800 * first, ZONE),
            datetime.fromtimestamp(midnight + 1800 * (first + length), ZONE),
            (),
            "volume",
            operation,
            value / 2,
        )
        for first, length, operation, value in rows
    )
    folder = tmp_path_factory.getbasetemp() / "rows"
    folder.mkdir(exist_ok=True)
    found = read(overrides_file(folder, (), made, ZONE)[FILE])
    assert [(one.start.timestamp(), one.end.timestamp(), one.value) for one in found] == [
        (one.start.timestamp(), one.end.timestamp(), one.value) for one in made
    ]


def test_a_time_that_is_none_is_a_fault() -> None:
    data = b"start,end,operation,value,at\n2026-01-05,2026-01-05,set,5,yesterday\n"
    with pytest.raises(DataError) as told:
        read(data)
    assert [(fault.code, fault.column) for fault in told.value.faults] == [("not_a_date", "at")]


def test_equal_rows_are_written_as_often_as_they_are(tmp_path: Path) -> None:
    one = Override(at(2026, 1, 5), at(2026, 1, 6), value=2.0)
    (tmp_path / FILE).write_bytes(overrides_file(tmp_path, (), (one, one), ZONE)[FILE])
    before = read((tmp_path / FILE).read_bytes())
    assert len(read(overrides_file(tmp_path, before, (*before, replace(one, value=3.0)), ZONE)[FILE])) == 3
