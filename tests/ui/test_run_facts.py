"""What the page Runs tells of orders, logs and runs side by side."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from staffing.i18n import text
from staffing.store import Job, JobEvent, JobState
from staffing.ui.charts import progress
from staffing.ui.facts.run_compare import (
    DIFFERS,
    Changed,
    Run,
    changed_between,
    figures_of,
    found_table,
    label_of,
    ordered_table,
    queue_table,
    traces,
)
from staffing.ui.facts.run_log import TAIL, log_text, printed_by
from staffing.ui.facts.run_orders import kind_of, line_of, place_of, settings_of
from staffing.ui.palette import DARK
from staffing.ui.run_chart import searches
from staffing.ui.words import NOTHING, Words
from tests.plans import make_plan_value, without_roster

EN = Words("en")
ORDER = {
    "home": "home",
    "centre": "data/hr-centre",
    "weeks": 1,
    "time_limit_s": 60.0,
    "seed": 1,
    "workers": 2,
    "first_day": None,
    "probability": None,
    "parts": "auto",
}
STEPS = (
    JobEvent(0.1, "read", None, None),
    JobEvent(1.5, "construct", None, None),
    JobEvent(2.0, "polish", 120.0, None),
    JobEvent(2.5, "polish", 120.0, None),
    JobEvent(3.0, "polish", 120.0, 90.0),
    JobEvent(4.0, "polish", 100.0, 80.0),
    JobEvent(5.0, "simulation", None, None),
)


def make_job(kind: str = "plan", state: JobState = JobState.DONE, error: str | None = None, **order: Any) -> Job:
    """A job that was ordered at 1,000 s and worked from 1,010 s to 1,020 s."""
    ended = None if state in (JobState.RUNNING, JobState.WAITING) else 1020.0
    return Job("ab" * 16, kind, kind, state, 1000.0, 1010.0, ended, None, 1, False, ORDER | order, {}, error)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_an_order_is_told_in_one_line(lang: str) -> None:
    """Kind, centre, weeks, limit, seed and chance; what does not belong to a kind is left out."""
    words = Words(lang)
    plan = line_of(make_job(weeks=2, probability=0.9, first_day="2026-02-02"), words)
    for part in ("hr-centre", "2026-02-02", "60", words("line.weeks", count=2), words("line.chance", chance="90%")):
        assert part in plan
    again = make_job(replan={"reference": "x", "price_factor": 1.0}, centre="")
    assert (kind_of(again), place_of(again)) == ("replan", "")
    assert line_of(again, words) == f"{words('line.kind_replan')} · {words('line.limit', seconds='60')}"
    simulated = make_job(simulate="x")
    assert line_of(simulated, words) == f"{words('line.kind_simulate')} · hr-centre"
    assert settings_of(simulated, words)[words("runs.limit")] == NOTHING
    assert settings_of(again, words)[words("replan.price")] == "1"


def test_the_log_tells_each_step_and_what_improved() -> None:
    """Events that tell nothing new are left out; the bound never falls; figures stand below each other."""
    lines = log_text(make_job(), STEPS, "File worker.py, line 3", EN).splitlines()
    assert [line[:7].strip() for line in lines[2:9]] == ["s", "0.1", "1.5", "2.0", "3.0", "4.0", "5.0"]
    assert lines[6].split()[1:4] == ["120", "90", "25.00%"]
    assert lines[7].split()[1:4] == ["100", "90", "10.00%"]
    assert lines[7].endswith("Search (polish)")
    assert lines[8].endswith(text("ui.phase.simulation"))
    assert len({line.index("120") for line in lines[5:7]} | {lines[7].index("100")}) == 1
    assert lines[9] == "Ended after 10.0 s: Done"
    assert lines[-2:] == ["Printed by the worker:", "File worker.py, line 3"]


def test_the_log_of_a_question_tells_how_much_is_done() -> None:
    """Its events are no costs; a step without a text of its own is told by its name."""
    steps = (JobEvent(1.0, "rules", 2.0, 8.0), JobEvent(2.0, "rules", 3.0, 8.0), JobEvent(3.0, "own step", None, None))
    lines = log_text(make_job("prices", JobState.RUNNING), steps, "", EN).splitlines()
    assert lines[2].split()[:4] == ["1.0", "2", "/", "8"]
    assert lines[2].endswith(text("ui.asking.rules"))
    assert lines[3].split()[1] == "3"
    assert lines[4].endswith("own step")
    assert len(lines) == 5
    failed = log_text(make_job("prices", JobState.FAILED, "DataError"), (), "", EN)
    assert failed.endswith("Failed (DataError)\n")


def test_the_end_of_a_long_output_is_read(tmp_path: Path) -> None:
    """Bytes that are no text do no harm, and a missing file is no output."""
    file = tmp_path / "x.log"
    assert printed_by(file) == ""
    file.write_bytes(b"x" * 2 * TAIL + b"\xff end\n")
    found = printed_by(file)
    assert found.endswith(" end")
    assert len(found) <= TAIL


def make_runs() -> tuple[Run, ...]:
    """Two runs of the tiny plan, the second with one shift less, and one whose plan is gone."""
    plan = make_plan_value()
    figures = figures_of(plan)
    less = replace(figures, outcome=replace(figures.outcome, cost=figures.outcome.cost - 50.0), soft=2)
    jobs = (make_job(), make_job(seed=2, state=JobState.STOPPED), make_job(seed=3, probability=0.9))
    return (
        Run(label_of(0, jobs[0]), jobs[0], figures, None, STEPS),
        Run(label_of(1, jobs[1]), jobs[1], less, Changed(1, 2), STEPS[:3]),
        Run(label_of(2, jobs[2]), jobs[2], None, None, ()),
    )


def test_settings_that_differ_are_marked_and_first() -> None:
    """Those that no run has are left out."""
    table = ordered_table(make_runs(), EN)
    names = table.iloc[:, 0].tolist()
    assert names[:2] == [f"{DIFFERS} {EN('runs.seed')}", f"{DIFFERS} {EN('runs.probability')}"]
    assert not any(DIFFERS in name for name in names[2:])
    assert EN("replan.price") not in names
    assert table.iloc[0, 1:].tolist() == ["1", "2", "3"]


def test_what_was_found_stands_beside_the_first_run() -> None:
    """Differences in brackets; what is gone is a dash, never a zero."""
    runs = make_runs()
    table = found_table(runs, EN).set_index(EN("compare.figure"))
    cost = runs[0].figures.outcome.cost
    assert table.loc[EN("compare.cost")].tolist() == [f"{cost:,.0f}", f"{cost - 50:,.0f} (-50)", NOTHING]
    assert table.loc[EN("compare.soft")].tolist()[1].startswith("2")
    assert table.loc[EN("compare.changed")].tolist() == [NOTHING, "people: 1, shifts: 2", NOTHING]
    assert table.loc[EN("compare.seconds")].tolist() == ["10", "10", "10"]
    assert table.loc[EN("column.state")].tolist() == ["Done", "Stopped", "Done"]
    queues = queue_table(runs, EN)
    assert queues.iloc[:, 2:].to_numpy().tolist() == [["82.0% · 70%", "82.0% · 70%", NOTHING]] * 2
    assert len(queue_table(runs[2:], EN)) == 0


def test_people_changed_are_counted_where_rosters_can_be_compared() -> None:
    """On the same days of one centre; not without a roster."""
    plan = make_plan_value()
    assert changed_between(plan, plan) == Changed(0, 0)
    assert changed_between(plan, without_roster(plan)) is None
    centre = replace(plan.scenario.centre, name="other")
    assert changed_between(plan, replace(plan, scenario=replace(plan.scenario, centre=centre))) is None


def test_searches_are_laid_over_each_other() -> None:
    """A run without events has no line; every step of a line is a change or its end."""
    frame = traces(make_runs(), EN)
    cost = frame[(frame["name"] == EN("chart.cost")) & frame["run"].str.startswith("A")]
    assert cost[["seconds", "value"]].to_numpy().tolist() == [[2.0, 120.0], [4.0, 100.0], [5.0, 100.0]]
    assert sorted({label[0] for label in frame["run"]}) == ["A", "B"]
    assert searches(frame, EN, DARK).to_dict()["encoding"]["color"]["scale"]["range"][0] == DARK.line


def test_the_end_of_a_search_is_not_flat() -> None:
    """A first roster far above all others leaves the picture; costs close together fill it; one cost alone has room."""

    def domain(costs: list[float | None], bounds: list[float | None]) -> list[float]:
        seconds = [float(second) for second in range(len(costs))]
        shown: list[float] = progress(seconds, costs, bounds, EN, DARK).to_dict()["encoding"]["y"]["scale"]["domain"]
        return shown

    assert domain([900.0, 110.0], [None, 100.0]) == [99.0, 130.0]
    assert domain([112.0, 110.0], [None, 100.0]) == pytest.approx([99.0, 115.1])
    low, high = domain([110.0], [None])
    assert low < 110.0 < high
