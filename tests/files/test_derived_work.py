"""Keys of work that comes from other queues or from the calendar."""

from pathlib import Path

import pytest

from staffing.domain.queue import Queue, QueueSource, ScheduledWork
from staffing.errors import DataError
from staffing.files import read_centre
from tests.files.tiny_centre import TOML, write_tiny_centre

QUEUE = '\n[[queue]]\nid = "extra"\nchannel = "backoffice"\ntarget = { deadline = "24 h" }\naht_s = 600\n'


def extra(folder: Path, line: str) -> Queue:
    """The queue `extra` of the tiny centre with one more line."""
    return read_centre(write_tiny_centre(folder, centre_toml=TOML + QUEUE + line + "\n"), people=False).centre.queue(
        "extra"
    )


@pytest.mark.parametrize(
    ("line", "source"),
    [
        ('source = { queue = "phone", share = 0.1 }', QueueSource("phone", 0.1)),
        ('source = { queue = "phone", share = 0.1, delay_h = 1.5 }', QueueSource("phone", 0.1, 1.5)),
        ('source = { queue = "phone", share = 0.1, delay_days = 1 }', QueueSource("phone", 0.1, delay_days=1)),
    ],
)
def test_a_source_may_be_late(tmp_path: Path, line: str, source: QueueSource) -> None:
    """Delays are 0 unless given."""
    assert extra(tmp_path, line).source == source


@pytest.mark.parametrize(
    ("line", "work"),
    [
        ('schedule = { every = "quarter", volume = 90, due_day = 20 }', ScheduledWork("quarter", 90.0, 20)),
        ('schedule = { every = "day", volume = 90, contact_rate = 0.4 }', ScheduledWork("day", 90.0, None, 0.4)),
    ],
)
def test_a_schedule_by_quarter_and_by_list(tmp_path: Path, line: str, work: ScheduledWork) -> None:
    """A quarter is a period, and a list has a contact rate."""
    assert extra(tmp_path, line).schedule == work


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ('source = { queue = "phone", share = 0.1, delay_h = -1 }', "source.delay_h"),
        ('source = { queue = "phone", share = 0.1, delay_h = 169 }', "source.delay_h"),
        ('source = { queue = "phone", share = 0.1, delay_days = 6 }', "source.delay_days"),
        ('schedule = { every = "quarter", volume = 9, due_day = 93 }', "schedule.due_day"),
        ('schedule = { every = "month", volume = 9, due_day = 32 }', "schedule.due_day"),
        ('schedule = { every = "week", volume = 9, contact_rate = 0 }', "schedule.contact_rate"),
        ('schedule = { every = "week", volume = 9, contact_rate = 1.1 }', "schedule.contact_rate"),
    ],
)
def test_values_out_of_range_are_refused(tmp_path: Path, line: str, key: str) -> None:
    """Each is one fault that names the key."""
    with pytest.raises(DataError) as caught:
        extra(tmp_path, line)
    assert [(fault.code, fault.column) for fault in caught.value.faults] == [("out_of_range", f"queue[3].{key}")]


def test_conversations_are_not_blended(tmp_path: Path) -> None:
    """Calls cannot be laid down for other calls: `blended` is for work on paper."""
    blended = 'blended = true\nschedule = { every = "week", volume = 9 }\n'
    assert extra(tmp_path, blended).blended
    text = (TOML + QUEUE).replace('channel = "backoffice"', 'channel = "outbound"') + blended
    with pytest.raises(DataError) as caught:
        read_centre(write_tiny_centre(tmp_path, centre_toml=text), people=False)
    assert [(f.code, f.column) for f in caught.value.faults] == [("not_for_channel", "queue[3].blended")]
