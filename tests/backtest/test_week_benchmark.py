"""The benchmark of the week instances: verdicts, the chart's gaps, other methods, repeated and stopped searches."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.week_behaviour import same_rosters, stop_delay
from benchmarks.week_chart import FLOOR, draw, gap_rows
from benchmarks.week_instances import WeekInstance, WeekPerson, WeekShift
from benchmarks.week_peers import head_count, plain_model
from benchmarks.week_promises import Promise, verdict
from benchmarks.weeks import Outcome
from tests.builders import make_problem

SHIFT = WeekShift("P4", 16, 16, ((5, 9, 1),))


def tiny_instance() -> WeekInstance:
    """Two part-timers, who work one or two of two days, and one agent wanted for four hours on each."""
    need = np.zeros((1, 2, 72))
    need[0, :, 20:36] = 1.0
    need[0, :, 27] = 0.0
    person = WeekPerson(0, "P", (((0, 72),), ((0, 72),)), 0, 20, 5, False, 1, 2, (16, 32))
    return WeekInstance("tiny", 15, 360, 2, ((0,),), {"P": (SHIFT,)}, {"P": (11, 4)}, 0.0, (person, person), need)


def outcome(cost: float | None, curve: tuple[tuple[float, float | None, float | None], ...] = ()) -> Outcome:
    """A run that came to `cost` at a bound of 90 and a fixed wage of 100."""
    flexible = None if cost is None else (cost - 90) / cost
    total = None if cost is None else (cost - 90) / (cost + 100)
    return Outcome("tiny", cost, 90.0, 1.0, 1.0, "feasible", flexible, total, 0.5, {}, 0, 0, 300, 1, curve)


def run(flexible: float | None, first_s: float = 0.5, peak_mb: int = 300) -> dict[str, float | None]:
    total = None if flexible is None else flexible / 4
    return {"gap_flexible": flexible, "gap_total": total, "first_legal_s": first_s, "peak_mb": peak_mb}


def test_a_promise_is_judged_by_medians() -> None:
    """Two of three good runs keep it; a run without a legal roster is the worst of all; memory counts."""
    promise = Promise("tiny", 60, 0.07, 0.02, first_legal_s=1.0)
    assert verdict(promise, [run(0.06), run(0.05), run(None)])[0]
    assert not verdict(promise, [run(0.06), run(None), run(None)])[0]
    assert not verdict(promise, [run(0.08)])[0]
    assert not verdict(promise, [run(0.06, first_s=2.0)])[0]
    assert not verdict(promise, [run(0.06, peak_mb=2000)])[0]
    assert verdict(Promise("tiny", 60, None, None), [run(0.5, first_s=9.0)])[1] == "kept: 300 MB (at most 1024)"


def test_the_chart_draws_the_total_gap(tmp_path: Path) -> None:
    """Each event's gap is against the bound known in the end, in total cost; nothing is drawn without a bound."""
    curve = ((0.0, None, None), (1.0, 110.0, 50.0), (2.0, 90.001, 90.0))
    gaps = [row["gap"] for row in gap_rows(outcome(90.001, curve))]
    assert gaps == pytest.approx([20 / 210, FLOOR])
    assert gap_rows(outcome(80.0, curve)) == []  # priced otherwise than by the search
    assert draw([outcome(90.001, curve)], tmp_path / "weeks.svg")
    assert (tmp_path / "weeks.svg").read_text(encoding="utf-8").startswith("<svg")
    assert not draw([outcome(None)], tmp_path / "none.svg")


def test_peers_on_an_instance_with_a_known_answer() -> None:
    """Each works one of the days at the hours wanted: 16 paid slots each, nobody short or idle."""
    plain = plain_model(tiny_instance(), 5.0)
    assert plain.cost == pytest.approx(32.0)
    assert plain.shifts == 2
    counted = head_count(tiny_instance(), 5.0)
    if counted.remark != "not installed":
        assert counted.cost == pytest.approx(0.0)
        assert counted.shifts == 2


def test_searches_repeat_themselves_and_stop() -> None:
    """Reproducible searches give one roster; a stop ends a search long before its limit."""
    problem = make_problem(agents=5, required=2.2, days=3)
    assert same_rosters(problem, 2, 0.5, 1) == 2
    assert stop_delay(problem, 4.0, 1) < 3.0
