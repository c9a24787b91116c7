"""What the Overview says of the judge's word."""

from dataclasses import replace

import pytest

from staffing.domain.verdict import RaisedRow, Round
from staffing.ui.facts.judged import day_service, fix_rows, is_fix_needed, round_lines, worst_rows
from staffing.ui.words import Words
from tests.judged import judged_plan

NAMES = {"phone": "Hotline", "email": "Mail"}


@pytest.fixture
def plan():
    return judged_plan()


def test_a_day_shows_service_and_chance(plan):
    """One row a queue, one column a day; a day below its target is marked."""
    short = replace(plan.verdict, rows=tuple(
        replace(row, service_level=0.7, probability=0.1) if (row.queue, row.day) == ("phone", 1) else row
        for row in plan.verdict.rows
    ))  # fmt: skip
    table = day_service(replace(plan, verdict=short), NAMES, Words("en"))
    assert list(table.iloc[0])[:3] == ["Hotline", "82.0 · 70%", "▼ 70.0 · 10%"]
    assert table.shape == (2, 8)


def test_worst_interval_and_fix_in_words(plan):
    """Moments, agents and the price are those of the verdict; the slot leads to the roster."""
    worst, fix = worst_rows(plan, NAMES, Words("en"))[0], fix_rows(plan, NAMES, Words("en"))[0]
    assert (worst["queue"], worst["level"], worst["target"]) == ("Hotline", "71%", "80%")
    assert worst["when"].endswith("09:00–09:30")
    assert worst["slot"] == 18 * plan.requirement.grid.step_min // plan.problem.grid.step_min
    assert (fix["before"], fix["after"], fix["gain"], fix["cost"]) == ("78.0%", "81.5%", "3.5", "80")
    assert fix["when"].endswith("09:00–11:00")


def test_without_a_simulation_there_is_nothing_to_say(plan):
    """No verdict, no rows."""
    bare = replace(plan, verdict=None)
    assert day_service(bare, NAMES, Words("en")).empty
    assert worst_rows(bare, NAMES, Words("en")) == fix_rows(bare, NAMES, Words("en")) == []
    assert not is_fix_needed(bare)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_sentences_are_filled(plan, lang):
    """No placeholder is left open in either language."""
    words = Words(lang)
    done = (Round(1, (RaisedRow("phone", 18, 1.0, 1.5),), 1.0, 30.0, 10.0, (), True),)
    lines = [
        *round_lines(replace(plan, rounds=done), words),
        *(words("overview.worst_row", **row) for row in worst_rows(plan, NAMES, words)),
        *(words("overview.fix_row", **row, currency="CNY") for row in fix_rows(plan, NAMES, words)),
    ]
    assert len(lines) == 3
    assert not any("{" in line for line in lines)
