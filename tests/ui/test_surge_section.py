"""Surges on the What-if page: ready-made scenarios beside the plan, a robust roster as a job, applied as a proposal."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from staffing.domain.scenario import Hire, LoadChange, WhatIf
from staffing.i18n import text
from staffing.measures.whatif import Outcome, outcome_of
from staffing.planning.surge import Surge, SurgeRow
from staffing.store import JobState, open_store
from staffing.store.access import Actor, Role
from staffing.store.jobs import finish_job, get_job
from staffing.ui import jobs, surge_tasks, tasks
from staffing.ui.facts.surge import Asked, bars, default_days, plannable, ready_made, rows_of, table, weighted, weights
from staffing.ui.palette import DARK
from staffing.ui.surge_chart import short_bars
from staffing.ui.words import Words
from tests.plans import make_plan_value, without_roster
from tests.ui.opened import open_page, said, show

MONDAY = date(2026, 1, 5)
WORDS = {lang: Words(lang) for lang in ("en", "zh")}


def outcome(name: str, short_h: float) -> Outcome:
    return replace(outcome_of(make_plan_value(), name, "quick"), short_h=short_h, wages=100 - short_h)


def surge_rows() -> tuple[SurgeRow, ...]:
    pairs = (("mild", 0.25, 8.0, 1.0), ("strong", 0.75, 16.0, 5.0))
    return tuple(SurgeRow(name, share, outcome(name, a), outcome(name, b)) for name, share, a, b in pairs)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_form_makes_three_scenarios(lang: str) -> None:
    """A holiday doubles the days before it and empties its own; a campaign raises its days; names are translated."""
    words = WORDS[lang]
    made = ready_made(Asked("holiday", MONDAY, MONDAY, 100.0, fewer=70.0, away=10.0), words)
    assert [one.name for one in made] == [words(f"surge.holiday_{step}") for step in ("milder", "expected", "stronger")]
    assert [load.volume for load in made[1].loads] == pytest.approx([2.0, 0.3])
    assert made[1].absences[0].share == pytest.approx(0.1)
    assert made[1].absences[0].name == words("surge.away_reason")
    assert ready_made(Asked("campaign", MONDAY, MONDAY, 40.0, aht=10.0), words)[1].loads == (
        LoadChange(1.4, 1.1, start=MONDAY, end=MONDAY),
    )


def test_the_first_holidays_of_the_plan_are_offered() -> None:
    """Without a holiday the last two days."""
    plan = make_plan_value()
    dates = plan.problem.grid.dates
    assert default_days(plan) == (dates[-2], dates[-1])


def test_weights_begin_with_the_surge_and_hires_cannot_take_part() -> None:
    """Zero leaves a scenario out; a roster is made for the people there are."""
    rush, more = WhatIf("rush", weight=0.5), WhatIf("more", hires=(Hire("A", 1),))
    offered = plannable((rush, more, WhatIf("calm")))
    assert list(offered) == ["rush", "calm"]
    assert weights(offered, ()) == {"rush": 0.5, "calm": 1.0}
    assert weights(offered, (rush,)) == {"rush": 0.5, "calm": 0.0}
    table = [{"name": "rush", "weight": 0.0}, {"name": "calm", "weight": 2.0}, {"name": "gone", "weight": 1.0}]
    assert weighted(offered, [*table, {"name": "rush", "weight": None}]) == (WhatIf("calm", weight=2.0),)


def test_both_rosters_stand_in_one_line_of_each_scenario() -> None:
    """The last line weighs: 8 and 16 hours with a quarter and three quarters are 14; unknown figures stay unknown."""
    words, rows = WORDS["en"], surge_rows()
    found = table(rows, words)
    assert list(found[words("surge.figure_short_h")]) == ["8.0 → 1.0", "16.0 → 5.0", "14.0 → 4.0"]
    assert list(found[words("surge.weight")]) == ["25%", "75%", "100%"]
    blank = replace(rows[0], present=replace(rows[0].present, short_h=None))
    assert table((blank, rows[1]), words)[words("surge.figure_short_h")].iloc[-1].endswith(" → 4.0")
    frame = bars(rows, words)
    assert list(frame["hours"]) == [8.0, 1.0, 16.0, 5.0]
    assert short_bars(frame, words, DARK).to_dict()["height"] > 100


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers without simulation, kept for the whole process: every test has the same plan."""
    st.cache_data.clear()
    monkeypatch.setattr(
        "staffing.ui.sections.whatif.quick_answer", lambda plan, whatif, **_: outcome_of(plan, whatif.name, "quick")
    )
    monkeypatch.setattr("staffing.ui.jobs.launch", lambda *_: None)


def columns(app: AppTest) -> list[str]:
    """Headings of the comparison."""
    first: pd.DataFrame = next(one.value for one in app.dataframe if one.value.columns[0] == text("ui.whatif.figure"))
    return list(first.columns)


class Steps:
    """What a job tells."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def step(self, name: str) -> None:
        self.told.append(name)

    def event(self, event: object) -> None:
        self.told.append("event")

    def part(self, name: str, done: int, total: int) -> None:
        self.told.append(name)


def test_a_robust_roster_is_searched_and_applied(
    home: Path, plan_folder: Path, answered: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the form to the plan on show: compared, asked for, worked, told, applied."""
    app = open_page("whatif")
    app.button(key="surge_holiday_compare").click().run()
    names = [text(f"ui.surge.holiday_{step}") for step in ("milder", "expected", "stronger")]
    assert columns(app)[-3:] == names
    app.button(key="surge_start").click().run()
    assert not app.exception
    store = open_store(f"sqlite:///{home / 'staffing.db'}")
    job = tasks.latest(store, surge_tasks.KIND)
    assert job is not None
    assert job.is_open
    given: dict[str, object] = {}

    def made(plan, whatifs, **options):  # type: ignore[no-untyped-def]
        given.update(options, whatifs=whatifs)
        options["on_step"]("roster")
        return Surge(plan, plan, 0.9, surge_rows())

    monkeypatch.setattr("staffing.planning.surge.plan_surge", made)
    steps = Steps()
    summary = tasks.task_of(surge_tasks.KIND)(job, steps, lambda: False)  # type: ignore[misc]
    assert steps.told == ["read", "roster", "write"]
    assert [one.name for one in given["whatifs"]] == names  # type: ignore[attr-defined]
    assert (given["share"], [one.weight for one in given["whatifs"]]) == (0.9, [0.25, 0.5, 0.25])  # type: ignore[attr-defined]
    assert given["today"] == MONDAY  # the days of the plan are over, so its notice window begins with them
    assert rows_of(summary) == surge_rows()
    finish_job(store, job.id, JobState.DONE, summary)
    app.run()
    assert not app.exception
    assert "14.0 → 4.0" in {cell for one in app.dataframe for cell in one.value.to_numpy().ravel() if cell is not None}
    app.button(key="surge_apply").click().run()
    assert not app.exception
    assert jobs.offer(store, get_job(store, job.id)) == jobs.Offer.APPLIED
    app.button(key="surge_remove").click().run()
    assert not set(names) & set(columns(app))
    store.close()


def test_without_a_roster_nothing_is_searched(home: Path, monkeypatch: pytest.MonkeyPatch, answered: None) -> None:
    """A viewer may compare; a robust roster needs one to begin from."""
    monkeypatch.setattr("staffing.ui.sections.surge.actor", lambda: Actor("v", Role.VIEWER))
    show(without_roster(make_plan_value()), home.parent / "plan", monkeypatch)
    app = open_page("whatif", "zh")
    assert not app.exception
    assert text("ui.surge.no_roster", "zh") in said(app)
    assert not app.button(key="surge_holiday_compare").disabled
