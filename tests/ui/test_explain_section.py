"""The panel that says who could fill a gap, and the table of fairness."""

from pathlib import Path

import pytest

from staffing.i18n import text
from staffing.measures import worst_gaps
from staffing.ui.facts.filled import fairness_table, gap_answer
from staffing.ui.words import Words
from tests.plans import make_plan_value
from tests.ui.opened import open_page


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_gap_is_answered_with_people_and_reasons(lang: str) -> None:
    """Rows have a person, a change and its cost; the dearest is not first."""
    plan = make_plan_value()
    table, refused, legal = gap_answer(plan, worst_gaps(plan, 1)[0], Words(lang))
    assert len(table) == legal == 2
    assert list(table["total"]) == sorted(table["total"])
    assert refused == ""


def test_the_table_of_fairness_names_everybody() -> None:
    """One row for each person, with hours by queue."""
    table = fairness_table(make_plan_value(), Words("en"))
    assert list(table["Agent"]) == ["Ann", "=cmd()"]
    assert "phone" in table.columns


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_panel_opens_and_answers(plan_folder: Path, lang: str) -> None:
    """Choosing a gap lists those who could fill it."""
    app = open_page("overview", lang)
    box = next(box for box in app.selectbox if box.key == "explain_gap")
    assert box.label == text("ui.explain.gap", lang)
    app = box.select_index(0).run()
    assert not app.exception
    assert any("2" in line.value for line in app.markdown)
