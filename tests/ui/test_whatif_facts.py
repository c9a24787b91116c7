"""Scenarios as forms and tables."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from staffing.domain.scenario import Hire, LoadChange, TargetChange, WhatIf
from staffing.domain.shrinkage import ShrinkageReason
from staffing.measures.whatif import outcome_of
from staffing.ui.facts.verdict import State
from staffing.ui.facts.whatif import (
    Form,
    bars,
    comparison,
    form_of,
    kind_label,
    kinds,
    queue_table,
    state_of,
    unique,
    whatif_of,
)
from staffing.ui.words import Words
from tests.builders import make_agent, make_scenario
from tests.plans import make_plan_value, without_roster

PERCENT = st.integers(-90, 900)
LOADS = st.builds(
    lambda volume, aht, share, queues, start: LoadChange(1 + volume / 100, 1 + aht / 100, share / 100, queues, start),
    PERCENT, PERCENT, st.integers(0, 100),
    st.sampled_from([(), ("phone",), ("phone", "chat")]), st.sampled_from([None, date(2026, 2, 2)]),
)  # fmt: skip
SCENARIOS = st.builds(
    WhatIf,
    st.sampled_from(["rush", "春节"]),
    st.lists(LOADS, max_size=3).map(tuple),
    PERCENT.map(lambda value: 1 + value / 100),
    st.lists(st.builds(lambda share: ShrinkageReason("flu", share / 100), st.integers(0, 99)), max_size=2).map(tuple),
    st.lists(
        st.builds(lambda people, speed: Hire("a1", people, speed / 100), st.integers(1, 9), st.integers(5, 200)),
        max_size=2,
    ).map(tuple),
    st.just((TargetChange("phone", 0.9, None, 0.8),)),
    st.just((("rest_h", 12.0),)),
    st.just(2.0),
)


@given(SCENARIOS)
def test_a_form_is_the_scenario_it_came_from(whatif: WhatIf) -> None:
    """Filled in and taken again, a scenario is the same up to rounding of percents."""
    again = whatif_of(form_of(whatif))
    expected = list(whatif.loads)
    if expected and not (expected[0].queues or expected[0].start) and expected[0] == LoadChange():
        expected = expected[1:]  # a change of nothing is no change
    assert len(again.loads) == len(expected)
    for one, other in zip(again.loads, expected, strict=True):
        assert (one.queues, one.start, one.end) == (other.queues, other.start, other.end)
        assert (one.volume, one.aht, one.deflected) == pytest.approx((other.volume, other.aht, other.deflected))
    assert again.absence == pytest.approx(whatif.absence)
    assert [part.share for part in again.absences] == pytest.approx([part.share for part in whatif.absences])
    assert [part.proficiency for part in again.hires] == pytest.approx([part.proficiency for part in whatif.hires])
    assert (again.name, again.targets, again.rules, again.weight) == (
        whatif.name,
        whatif.targets,
        whatif.rules,
        whatif.weight,
    )


def test_empty_rows_of_a_table_are_left_out() -> None:
    """What a table editor gives for rows without anything in them is no change; times of pandas are days."""
    nothing = {
        "contacts": float("nan"),
        "aht": None,
        "self_service": None,
        "queues": None,
        "start": pd.NaT,
        "end": None,
    }
    form = Form(
        "x",
        loads=[nothing, {**nothing, "contacts": 10.0, "queues": ["phone"], "start": pd.Timestamp(2026, 2, 2)}],
        absent=[{"reason": None, "share": None}],
        hires=[{"like": None, "people": 3.0}, {"like": "a1", "people": float("nan"), "speed": None, "start": None}],
        targets=[{"queue": "phone", "share": float("nan"), "answer_within_s": 30.0, "probability": None}],
        rules=[{"rule": "rest_h", "value": float("nan")}],
    )
    found = whatif_of(form)
    assert found.loads == (LoadChange(1.1, queues=("phone",), start=date(2026, 2, 2)),)
    assert found.absences == ()
    assert found.hires == (Hire("a1", 1),)
    assert found.targets == (TargetChange("phone", None, 30.0),)
    assert found.rules == ()
    assert not isinstance(found.loads[0].start, pd.Timestamp)


def test_what_is_impossible_is_refused_with_its_value() -> None:
    with pytest.raises(ValueError, match="proficiency"):
        whatif_of(Form("x", hires=[{"like": "a1", "people": 1, "speed": 900.0}]))
    with pytest.raises(ValueError, match="name"):
        whatif_of(Form(" "))


def test_kinds_of_people_are_told_without_names() -> None:
    """Same role, contract and skills are one kind; the largest comes first."""
    people = (make_agent(0, ("chat",)), make_agent(1), make_agent(2))
    found = kinds(make_scenario(agents=people), ["a2", "nobody"])
    assert [(ident, count) for ident, (_, count) in found.items()] == [("a1", 2), ("a0", 1), ("a2", 1)]
    assert kind_label(*found["a1"]) == "representative · any · phone · 2"


def test_the_comparison_tells_differences_from_the_baseline() -> None:
    """The baseline has figures only; a figure that did not change has no bracket; what is not known is a dash."""
    words = Words("en")
    base = outcome_of(make_plan_value(), "Baseline", "quick", changed_days=0)
    more = replace(base, name="more", required_h=base.required_h + 100.4, short_h=None)
    table = comparison([base, more, replace(more, name="Baseline")], words).set_index(words("whatif.figure"))
    assert list(table.columns) == ["Baseline", "more", "Baseline · Roster as it is"]
    hours = table.loc["Hours required"]
    assert hours["Baseline"] == f"{base.required_h:,.0f}"
    assert hours["more"] == f"{base.required_h + 100.4:,.0f} (+100)"
    assert table.loc["Hours short", "more"] == "–"
    assert table.loc["People", "more"] == "2"


def test_a_search_without_a_roster_says_so() -> None:
    base = outcome_of(make_plan_value(), "Baseline", "quick")
    none = outcome_of(without_roster(make_plan_value()), "strict", "full")
    words = Words("en")
    table = comparison([base, none], words).set_index(words("whatif.figure"))
    assert table.loc["Verdict", "strict"] == words("whatif.no_roster")
    assert state_of(none) is None
    assert state_of(base) is State.WATCH


def test_bars_add_up_to_the_hours_required() -> None:
    """Covered and short are all that is required; without a roster there is one bar."""
    words = Words("en")
    base = outcome_of(make_plan_value(), "Baseline", "quick")
    need = outcome_of(without_roster(make_plan_value()), "need", "need")
    frame = bars([base, need], words)
    assert frame.groupby("scenario")["hours"].sum().to_dict() == pytest.approx(
        {"Baseline": base.required_h, "need": need.required_h}
    )
    assert list(frame["kind"]) == ["covered", "short", "need"]


@pytest.mark.parametrize("figure", ["service_level", "short_h"])
def test_one_figure_of_every_queue(figure: str) -> None:
    words = Words("en")
    base = outcome_of(make_plan_value(), "Baseline", "quick")
    table = queue_table([base, replace(base, name="more")], figure, {"phone": "Line 1"}, words)
    assert list(table[words("column.queue")]) == ["Line 1", "email"]
    assert (words.term("whatif.head.target") in table) == (figure == "service_level")
    assert list(table["Baseline"]) == list(table["more"])


def test_headings_differ() -> None:
    assert len(set(unique(["a"] * 4, ["k"] * 4))) == 4
