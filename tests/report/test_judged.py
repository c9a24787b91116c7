"""The printed report tells days, worst interval and fix."""

import pytest

from staffing.report.html import render_report
from tests.judged import judged_plan


@pytest.mark.parametrize(
    ("lang", "worst", "fixes"),
    [
        ("en", "Worst interval: phone Mon 01-05 09:00, 71% (target 80%)", "Cheapest fixes: one more agent"),
        ("zh", "最差时段：phone 周一 01-05 09:00，71%（目标 80%）", "最省的补救：增加一人"),
    ],
)
def test_the_report_names_the_worst_interval_and_the_fix(lang, worst, fixes):
    """In both languages, with the chance of every day."""
    page = render_report(judged_plan(), lang=lang)
    assert worst in page
    assert fixes in page
    assert "78.0% → 81.5%" in page
    assert page.count("82.0%  · 70%") == 14
