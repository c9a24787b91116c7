"""Scenarios as text: what is written is read back, and every fault is told at once."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staffing.domain.scenario import Hire, LoadChange, TargetChange, WhatIf
from staffing.domain.shrinkage import ShrinkageReason
from staffing.errors import DataError
from staffing.files import parse_whatifs, whatifs_text

NAMES = st.text(min_size=1, max_size=80).filter(lambda name: bool(name.strip()))
QUEUES = st.lists(st.sampled_from(["phone", 'a "b"', "热线"]), max_size=2, unique=True).map(tuple)
DAYS = st.sampled_from([(None, None), (date(2026, 2, 2), None), (date(2026, 2, 2), date(2026, 2, 8))])
LOADS = st.builds(
    lambda volume, aht, share, queues, days: LoadChange(volume, aht, share, queues, *days),
    st.floats(0, 50), st.floats(0.01, 50), st.floats(0, 1), QUEUES, DAYS,
)  # fmt: skip
REASONS = st.builds(
    lambda name, share, queues, days: ShrinkageReason(name, share, False, queues, *days),
    st.text(), st.floats(0, 0.9), QUEUES, DAYS,
)  # fmt: skip
SCENARIOS = st.builds(
    WhatIf,
    NAMES,
    st.lists(LOADS, max_size=2).map(tuple),
    st.floats(0, 50),
    st.lists(REASONS, max_size=2).map(tuple),
    st.lists(st.builds(Hire, st.text(), st.integers(1, 1000), st.floats(0.05, 2)), max_size=2).map(tuple),
    st.lists(st.builds(TargetChange, st.text(), st.just(0.9), st.floats(0, 900)), max_size=2).map(tuple),
    st.sampled_from([(), (("rest_h", 12.0), ("short_per_h", 400.0))]),
    st.floats(0, 10),
)


@given(st.lists(SCENARIOS, min_size=1, max_size=3, unique_by=lambda whatif: whatif.name))
def test_what_is_written_is_read_back(whatifs: list[WhatIf]) -> None:
    """Any scenario, with any name, survives its file."""
    assert parse_whatifs("s.toml", whatifs_text(tuple(whatifs)).encode()) == tuple(whatifs)


def test_every_fault_is_told_with_its_line() -> None:
    """Misspelt keys, values out of range, turned days and a name used twice, all in one go."""
    text = """[[scenario]]
name = "rush"
absense = 2
[[scenario.load]]
volume = -1
start = 2026-02-08
end = 2026-02-02
[[scenario.hire]]
like = "a1"
[scenario.rules]
rest = 10
[[scenario]]
name = "calm"
[[scenario]]
name = "calm"
"""
    with pytest.raises(DataError) as refused:
        parse_whatifs("s.toml", text.encode())
    found = {(fault.code, fault.row, fault.column) for fault in refused.value.faults}
    assert found == {
        ("unknown_key", 3, "scenario[1].absense"),
        ("out_of_range", 5, "scenario[1].load[1].volume"),
        ("ends_before_start", 7, "scenario[1].load[1].end"),
        ("missing_key", 8, "scenario[1].hire[1].people"),
        ("unknown_key", 11, "scenario[1].rules.rest"),
        ("duplicate_id", 15, "scenario[3].name"),
    }


@pytest.mark.parametrize("text", ["", "x = 1", "[[scenario]", "scenario = 3", "[[scenario]]\nname = ''"])
def test_files_without_a_scenario_are_refused(text: str) -> None:
    with pytest.raises(DataError):
        parse_whatifs("s.toml", text.encode())
