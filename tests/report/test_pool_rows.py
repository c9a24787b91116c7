"""Rows of pools in the workbook."""

from pathlib import Path

import openpyxl

from staffing.report.workbook import write_workbook
from tests.pooled_plan import pooled_plan


def test_the_coverage_sheet_lists_pools_after_the_queues_of_a_slot(tmp_path: Path) -> None:
    """At 08:00 on Monday: three queues, then what phone and video need together."""
    write_workbook(pooled_plan(), tmp_path / "roster.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "roster.xlsx").worksheets[2]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2, max_row=5)]
    assert [row[1] for row in rows] == ["phone", "video", "chat", "phone+video"]
    assert rows[3][2:5] == [4, 3, -1]
