"""One score from several measures, shown with its doubt; teams are put in order only as far as the data tell."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import sqrt

from staffing.measures.kpi.book import UNKNOWN, KpiBook
from staffing.measures.kpi.catalogue import BY_CODE
from staffing.measures.kpi.reasons import AdherenceRules

MIN_PEOPLE = 5
"""A team of fewer people gets no score: it would be the score of persons."""


@dataclass(frozen=True, slots=True)
class Goals:
    """Targets by measure, and what a scorecard weighs.

    A weighed measure gives 100 points at its target and none at `zero`, in between in proportion. `min_sample`
    replaces the measures' smallest samples, `adherence` says how deviations from the schedule are judged.
    """

    targets: Mapping[str, float] = field(default_factory=dict)
    weights: Mapping[str, float] = field(default_factory=dict)
    zero: Mapping[str, float] = field(default_factory=dict)
    min_sample: Mapping[str, int] = field(default_factory=dict)
    min_people: int = MIN_PEOPLE
    adherence: AdherenceRules = field(default_factory=AdherenceRules)


@dataclass(frozen=True, slots=True)
class Score:
    """A team's score, 0 to 100, with its 95 % interval and the places it may have.

    `state` is ``scored``, ``small`` (too few people) or ``thin`` (`missing` names measures without enough data).
    `best` and `worst` are the first and last place the team may have among those scored: they differ where intervals
    overlap, and are None for a team that is scored alone. `points` are those of each measure.
    """

    team: str
    state: str
    score: float | None = None
    low: float | None = None
    high: float | None = None
    best: int | None = None
    worst: int | None = None
    points: Mapping[str, float] = field(default_factory=dict)
    missing: tuple[str, ...] = ()

    @property
    def is_distinct(self) -> bool:
        """The data tell the team's place."""
        return self.best is not None and self.best == self.worst


@dataclass(frozen=True, slots=True)
class Scorecard:
    """Scores of the teams, in the order of the centre; `dropped` are weighed measures that no team has data for."""

    measures: tuple[str, ...]
    scores: tuple[Score, ...]
    dropped: tuple[str, ...] = ()


def scorecard(book: KpiBook, goals: Goals, people: Mapping[str, int]) -> Scorecard | None:
    """Scores of the teams of a book by team; None where nothing is weighed.

    The interval of a score is put together from those of its measures, taken as independent, by recovering their
    variances at each limit (Zou and Donner 2008). Two teams are told apart only where their intervals do not overlap,
    which is stricter than a test of their difference and leaves room for comparing several teams.

    Parameters
    ----------
    people : mapping
        Number of people by team.

    Raises
    ------
    ValueError
        When the book is not by team.
    """
    if book.by != "team":
        raise ValueError(f"the book is by {book.by}, expected team")
    weighed = [code for code, weight in goals.weights.items() if weight > 0]
    if not weighed:
        return None
    teams = [team for team in book.groups if team != UNKNOWN]
    ready = {(team, code): _ready(book, goals, team, code) for team in teams for code in weighed}
    used = tuple(code for code in weighed if any(ready[team, code] for team in teams))
    scores = [_score(book, goals, team, used, people.get(team, 0), ready) for team in teams]
    return Scorecard(used, _placed(scores), tuple(code for code in weighed if code not in used))


def points(code: str, value: float, goals: Goals) -> float:
    """Points of a value: 100 at the target or better, 0 at `zero` or worse."""
    zero, target = goals.zero[code], goals.targets[code]
    return 100 * min(1.0, max(0.0, (value - zero) / (target - zero)))


def _ready(book: KpiBook, goals: Goals, team: str, code: str) -> bool:
    figure = book.figure(code, team)
    least = goals.min_sample.get(code, BY_CODE[code].smallest_sample)
    return figure.value is not None and figure.low is not None and figure.sample >= least


def _score(
    book: KpiBook,
    goals: Goals,
    team: str,
    used: tuple[str, ...],
    people: int,
    ready: Mapping[tuple[str, str], bool],
) -> Score:
    if people < goals.min_people:
        return Score(team, "small")
    missing = tuple(code for code in used if not ready[team, code])
    if missing or not used:
        return Score(team, "thin", missing=missing)
    whole = sum(goals.weights[code] for code in used)
    mine: dict[str, float] = {}
    below = above = total = 0.0
    for code in used:
        figure = book.figure(code, team)
        if figure.value is None or figure.low is None or figure.high is None:
            raise AssertionError("a measure that is ready has a value and an interval")
        share = goals.weights[code] / whole
        at = points(code, figure.value, goals)
        edges = sorted(points(code, edge, goals) for edge in (figure.low, figure.high))
        mine[code] = at
        total += share * at
        below += (share * (at - edges[0])) ** 2
        above += (share * (edges[1] - at)) ** 2
    return Score(team, "scored", total, max(0.0, total - sqrt(below)), min(100.0, total + sqrt(above)), points=mine)


def _placed(scores: list[Score]) -> tuple[Score, ...]:
    """Scores with the places that overlapping intervals leave open."""
    edges = [(s.low, s.high) for s in scores if s.low is not None and s.high is not None]
    placed = []
    for score in scores:
        if score.low is None or score.high is None or len(edges) < 2:
            placed.append(score)
            continue
        better = sum(low > score.high for low, _ in edges)
        worse = sum(high < score.low for _, high in edges)
        open_places = (better + 1, len(edges) - worse)
        placed.append(
            Score(
                score.team,
                score.state,
                score.score,
                score.low,
                score.high,
                *open_places,
                points=score.points,
            )
        )
    return tuple(placed)
