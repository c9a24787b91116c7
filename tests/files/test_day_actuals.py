"""The file of a running day: its columns, what is not known, and its faults."""

from datetime import date

import numpy as np
import pytest

from staffing.errors import DataError
from staffing.files.actuals import parse_actuals, parse_day_actuals
from tests.builders import MONDAY, make_centre, make_email, make_queue

CENTRE = make_centre(queues=(make_queue(), make_email()))


def test_columns_are_read_and_blanks_stay_unknown() -> None:
    """What the file tells is there by queue and day; blank is not known, and absent columns are None."""
    text = "start,queue,offered,aht_s,backlog\n2026-01-05T08:00,phone,7,310,\n2026-01-05T08:30,email,0,,12\n"
    found = parse_day_actuals("day.csv", text.encode(), CENTRE)
    phone, backlog = found.of_day("phone", MONDAY), found.of_day("email", MONDAY, "backlog")
    assert phone is not None
    assert backlog is not None
    assert phone[16] == 7
    assert np.isnan(phone[17])
    assert backlog[17] == 12
    assert found.of_day("phone", MONDAY, "handled") is None
    assert found.of_day("phone", date(2026, 1, 6)) is None
    assert found.of_day("fax", MONDAY) is None
    assert parse_actuals("day.csv", text.encode(), CENTRE).aht_s is not None


def test_faults_name_row_and_column() -> None:
    """A backlog below zero and a number that is none, both at once."""
    text = "start,queue,offered,backlog\n2026-01-05T08:00,phone,x,\n2026-01-05T08:30,email,1,-2\n"
    with pytest.raises(DataError) as refused:
        parse_day_actuals("day.csv", text.encode(), CENTRE)
    assert [(fault.code, fault.row, fault.column) for fault in refused.value.faults] == [
        ("not_a_number", 2, "offered"),
        ("negative", 3, "backlog"),
    ]
