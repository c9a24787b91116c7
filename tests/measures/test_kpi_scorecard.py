"""Scores are told with their doubt, and teams are put in order only as far as the data tell."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing.measures.kpi import Goals, Records, Rows, Scorecard, kpi_book, kpi_sheet, scorecard
from staffing.measures.kpi.scorecard import points
from tests.measures.kpi_cases import DAY

GOALS = Goals(targets={"csat": 5.0, "quality": 1.0}, weights={"csat": 1.0}, zero={"csat": 1.0, "quality": 0.0})


def centre(answers: dict[str, list[int]], reviews: dict[str, list[float]] | None = None) -> Records:
    """One agent for each team with these answers and reviews."""
    teams = tuple(answers)

    def rows(values: dict[str, list[float]], **more: float) -> Rows:
        agent = [teams.index(team) for team, given in values.items() for _ in given]
        flat = np.array([value for given in values.values() for value in given], dtype=float)
        name = "csat" if not more else "score"
        columns = {name: flat, **{key: np.full(len(flat), value) for key, value in more.items()}}
        return Rows(np.full(len(flat), DAY), np.full(len(flat), -1), np.array(agent, dtype=np.int64), columns)

    tables = {"surveys": rows({team: [float(a) for a in given] for team, given in answers.items()})}
    if reviews:
        tables["quality"] = rows(reviews, max=1.0)
    return Records(
        ("q",),
        tuple(f"a{n}" for n in range(len(teams))),
        teams,
        np.arange(len(teams)),
        np.ones(len(teams)),
        tables=tables,
    )


def card_of(records: Records, goals: Goals = GOALS, people: int = 9) -> Scorecard:
    book = kpi_book(records, by="team")
    assert book is not None
    found = scorecard(book, goals, dict.fromkeys(records.teams, people))
    assert found is not None
    return found


def test_points_lie_between_zero_and_target() -> None:
    """100 at the target and beyond, 0 at the other end and beyond, in between in proportion; lower may be better."""
    assert [points("csat", value, GOALS) for value in (0.5, 1, 4, 5, 6)] == [0, 0, 75, 100, 100]
    lower = Goals(targets={"asa": 20.0}, weights={"asa": 1.0}, zero={"asa": 60.0})
    assert [points("asa", value, lower) for value in (10, 20, 50, 70)] == [100, 100, 25, 0]


def test_a_score_of_one_measure_by_hand() -> None:
    """40 answers, half 4 and half 5: 4.5 is 87.5 points, and its interval is that of the mean times 25."""
    card = card_of(centre({"x": [4, 5] * 20}))
    (score,) = card.scores
    half = 2.022691 * (20 * 0.25 * 2 / 39) ** 0.5 / 40**0.5 * 25
    assert score.score == pytest.approx(87.5)
    assert (score.low, score.high) == pytest.approx((87.5 - half, 87.5 + half), abs=1e-4)
    assert (score.best, score.worst, score.is_distinct) == (None, None, False)


def test_weights_mix_and_their_doubts_add_in_squares() -> None:
    """Weights 3 and 1; the interval is narrower than the sum of both."""
    goals = Goals(GOALS.targets, {"csat": 3.0, "quality": 1.0}, GOALS.zero)
    records = centre({"x": [4, 5] * 20}, {"x": [0.5, 0.7] * 15})
    (mixed,) = card_of(records, goals).scores
    (first,) = card_of(records).scores
    (second,) = card_of(records, Goals(GOALS.targets, {"quality": 1.0}, GOALS.zero)).scores
    assert mixed.score == pytest.approx(0.75 * first.score + 0.25 * second.score)
    parts = 0.75 * (first.score - first.low), 0.25 * (second.score - second.low)
    assert mixed.score - mixed.low == pytest.approx((parts[0] ** 2 + parts[1] ** 2) ** 0.5)


def test_overlapping_teams_are_not_ranked() -> None:
    """Equal luck leaves all places open; a clear difference takes its place."""
    alike = card_of(centre({"x": [4, 5] * 20, "y": [4, 5] * 18 + [5] * 4}))
    assert [(score.best, score.worst) for score in alike.scores] == [(1, 2), (1, 2)]
    apart = card_of(centre({"low": [1, 2] * 30, "high": [4, 5] * 30, "same": [4, 5] * 29 + [5, 5]}))
    assert [(score.best, score.worst) for score in apart.scores] == [(3, 3), (1, 2), (1, 2)]
    assert [score.is_distinct for score in apart.scores] == [True, False, False]


def test_small_teams_and_thin_data_get_no_score() -> None:
    """Four people are too few, and so are ten answers; a measure that nobody has data for is dropped."""
    records = centre({"x": [4, 5] * 20, "y": [4, 5] * 5})
    assert [score.state for score in card_of(records, people=4).scores] == ["small", "small"]
    both = Goals(GOALS.targets, {"csat": 1.0, "quality": 1.0}, GOALS.zero)
    card = card_of(records, both)
    assert [(score.state, score.missing) for score in card.scores] == [("scored", ()), ("thin", ("csat",))]
    assert (card.measures, card.dropped) == (("csat",), ("quality",))


def test_no_weights_no_card() -> None:
    """A sheet without weights has no scorecard, one with weights has it whatever it is grouped by."""
    records = centre({"x": [4, 5] * 20})
    bare, weighed = (kpi_sheet("c", records, goals, {"x": 9}, by="day") for goals in (Goals(), GOALS))
    assert bare is not None
    assert bare.card is None
    assert weighed is not None
    assert weighed.card is not None
    with pytest.raises(ValueError, match="expected team"):
        scorecard(bare.book, GOALS, {"x": 9})


@settings(max_examples=30, deadline=None)
@given(shifts=st.lists(st.integers(1, 5), min_size=2, max_size=5), count=st.integers(30, 60), seed=st.integers(0, 1000))
def test_places_never_contradict_the_intervals(shifts: list[int], count: int, seed: int) -> None:
    """A team that must be before another has the higher interval, and the places cover 1 to the number of teams."""
    rng = np.random.default_rng(seed)
    answers = {f"t{n}": np.clip(rng.integers(mid - 1, mid + 2, count), 1, 5).tolist() for n, mid in enumerate(shifts)}
    scored = [score for score in card_of(centre(answers)).scores if score.state == "scored"]
    for one in scored:
        assert 1 <= one.best <= one.worst <= len(scored)
        for other in scored:
            if one.worst < other.best:
                assert one.low > other.high or one.score > other.score
