"""The plan of people over months: classes chosen, promise checked by simulation, raised until it holds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np

from staffing.capacity.headcount import Entry
from staffing.capacity.hours import all_cuts
from staffing.capacity.judge import Judged, judge_entries
from staffing.capacity.optimise import Chosen, asked, choose
from staffing.capacity.options import choices, expected_supply, key_of
from staffing.capacity.values import CapacityCase, WeeklyNeed
from staffing.domain.arrays import BoolArray, FloatArray

LEVEL_MOST = 0.995
SPARE = 0.03
"""Chance beyond the asked one that the search aims at: fresh draws are judged a little differently."""
JUDGE_SEED = 500_009
"""Added to a seed for the final judgement, whose draws no choice has seen."""
ALMOST_H = 0.5
SEARCH_RUNS = 500
"""Futures at most that a plan under search is judged in."""
TOP_UPS = 20


@dataclass(frozen=True, slots=True)
class CapacitySettings:
    """How a plan is searched: the asked `probability`, seconds for all searches together, draws, seed."""

    probability: float = 0.9
    time_limit_s: float = 24.0
    rounds: int = 3
    runs: int = 1000
    seed: int = 1
    workers: int = 2
    reproducible: bool = False

    def __post_init__(self) -> None:
        if not 0.0 < self.probability < 1.0:
            raise ValueError(f"probability is {self.probability}, expected more than 0 and less than 1")
        if self.rounds < 1 or self.runs < 1 or self.time_limit_s <= 0:
            raise ValueError("rounds, runs and time_limit_s must be positive")


@dataclass(frozen=True, eq=False)
class CapacityPlan:
    """Who is hired and trained when, and what comes of it.

    Attributes
    ----------
    case, need, settings
        What it was made from.
    entries : tuple of Entry
        Classes and moves by week.
    judged : Judged
        On draws that the search has not seen.
    nothing : Judged
        The same futures when nobody is hired.
    chosen : Chosen
        The last search, with objective and proven bound.
    reachable : (weeks,) of bool
        Weeks in which the search found the hours of the promise; in the others it is too late for new people, or
        classes, rooms and bought hours do not suffice.
    """

    case: CapacityCase
    need: WeeklyNeed
    settings: CapacitySettings
    entries: tuple[Entry, ...]
    judged: Judged
    nothing: Judged
    chosen: Chosen
    reachable: BoolArray

    @property
    def keeps(self) -> bool:
        """Every week that can be helped keeps its targets with the asked probability."""
        return bool(np.all(self.judged.probability[self.reachable] >= self.settings.probability))

    @property
    def lowest(self) -> float:
        """Lowest chance among the weeks that can be helped; 1 where none can."""
        chances: FloatArray = self.judged.probability[self.reachable]
        return float(chances.min()) if len(chances) else 1.0

    @property
    def gap(self) -> float:
        """(objective - bound) / objective of the last search."""
        chosen = self.chosen
        return max(0.0, chosen.objective - chosen.bound) / chosen.objective if chosen.objective > 0 else 0.0

    @property
    def gap_flexible(self) -> float:
        """The same without the wages that no decision changes."""
        chosen = self.chosen
        flexible = chosen.objective - chosen.wages_known
        return max(0.0, chosen.objective - chosen.bound) / flexible if flexible > 0 else 0.0


def plan_capacity(
    case: CapacityCase,
    need: WeeklyNeed,
    settings: CapacitySettings | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> CapacityPlan:
    """Choose classes, contracts and cross-training for the weeks of `need`.

    The promise of a week is a quantile of what simulated attrition and demand ask of each set of queues (sample-average
    approximation of a chance constraint; Luedtke and Ahmed 2008). As sets of queues can fail one by one, the quantile
    is raised until the simulation of the whole plan keeps the promise in every week that can be helped.

    Parameters
    ----------
    case : CapacityCase
    need : WeeklyNeed
    settings : CapacitySettings, optional
    should_stop : callable, optional
        Asked after each round; the best plan so far is taken then.

    Returns
    -------
    CapacityPlan
        There always is one; `keeps` and `reachable` tell whether and where the promise holds.
    """
    settings = settings or CapacitySettings()
    cuts, normal = all_cuts(case, need), NormalDist()
    spent = settings.time_limit_s / settings.rounds
    entries: tuple[Entry, ...] = ()
    runs = min(settings.runs, SEARCH_RUNS)
    judged = judge_entries(case, need, (), runs=runs, seed=settings.seed)
    level = np.full(need.weeks, normal.inv_cdf(settings.probability))
    goal = min(LEVEL_MOST, settings.probability + SPARE)
    best: tuple[float, tuple[Entry, ...], Chosen, Judged] | None = None
    for _ in range(settings.rounds):
        share = np.array([normal.cdf(value) for value in level])
        wanted = asked(judged.lacking_h, cuts.supply(expected_supply(case, need, entries)), share)
        chosen = choose(
            case,
            need,
            wanted,
            time_limit_s=spent,
            seed=settings.seed,
            workers=settings.workers,
            hint=entries,
            deterministic=settings.reproducible,
        )
        entries = chosen.entries
        judged = judge_entries(case, need, entries, runs=runs, seed=settings.seed)
        chance = _chance(chosen, judged)
        lowest = float(chance.min())
        if best is None or _better(lowest, judged, best, goal):
            best = lowest, entries, chosen, judged
        if goal <= lowest <= goal + SPARE or (should_stop is not None and should_stop()):
            break
        reached = np.array([normal.inv_cdf(min(max(float(value), 0.01), 0.99)) for value in chance])
        missing = normal.inv_cdf(goal) - reached
        # A week with more than enough may come down, carefully, but never below what was asked.
        change = np.where(missing > 0.0, missing, missing / 2.0)
        level = np.clip(level + change, normal.inv_cdf(settings.probability), normal.inv_cdf(LEVEL_MOST))
    assert best is not None
    _, entries, chosen, judged = best
    chosen = _topped_up(case, need, chosen, judged, goal, runs, settings.seed)
    return judged_plan(case, need, settings, chosen)


def judged_plan(case: CapacityCase, need: WeeklyNeed, settings: CapacitySettings, chosen: Chosen) -> CapacityPlan:
    """The plan of a search, judged on draws that it has not seen: the same for the same choice, whenever asked."""
    fresh = settings.seed + JUDGE_SEED
    return CapacityPlan(
        case,
        need,
        settings,
        chosen.entries,
        judge_entries(case, need, chosen.entries, runs=settings.runs, seed=fresh),
        judge_entries(case.without_hiring, need, (), runs=settings.runs, seed=fresh),
        chosen,
        chosen.short_h <= ALMOST_H,
    )


def _better(lowest: float, judged: Judged, best: tuple[float, tuple[Entry, ...], Chosen, Judged], goal: float) -> bool:
    """Nearer to the promise, or cheaper where both keep it."""
    if lowest >= goal and best[0] >= goal:
        return float(judged.cost.mean()) < float(best[3].cost.mean())
    return lowest > best[0]


def _chance(chosen: Chosen, judged: Judged) -> FloatArray:
    """Chance of each week that can be helped, 1 in the others."""
    return np.where(chosen.short_h <= ALMOST_H, judged.probability, 1.0)


def _topped_up(
    case: CapacityCase, need: WeeklyNeed, chosen: Chosen, judged: Judged, goal: float, runs: int, seed: int
) -> Chosen:
    """The plan with more people where simulation says that the promise fails.

    One more goes to the last class with a seat that can still help the worst week, in a group of the set of queues that
    lacks most; without such a class a smallest one is opened as late as a room allows. The objective grows by the whole
    cost of these people, which is at least what the model would add.
    """
    cuts, price = all_cuts(case, need), {choice.key: choice.cost for choice in choices(case, need)}
    for _ in range(TOP_UPS):
        chance = _chance(chosen, judged)
        if chance.min() >= goal:
            break
        week = int(chance.argmin())
        lacking = judged.lacking_h[:, :, week] - cuts.supply(judged.extra_h)[:, :, week]
        worst = int(np.bincount(lacking.argmax(axis=1), minlength=len(cuts)).argmax())
        able = [group for group in range(len(case.groups)) if cuts.sources[worst, group]]
        more = _one_more(case, chosen.entries, able, week)
        if more is None:
            break
        entries, changed, people = more
        objective = chosen.objective + people * price[key_of(changed)]
        if len(entries) > len(chosen.entries):
            objective += case.groups[changed.group].class_cost
        chosen = replace(chosen, entries=entries, objective=objective)
        judged = judge_entries(case, need, entries, runs=runs, seed=seed)
    return chosen


def _one_more(
    case: CapacityCase, entries: tuple[Entry, ...], able: Sequence[int], week: int
) -> tuple[tuple[Entry, ...], Entry, int] | None:
    """Entries with one person, or one class, more, what was changed, and how many people came; None: nowhere to go."""
    seats: dict[tuple[int, int], int] = {}
    busy: dict[int, int] = {}
    for entry in entries:
        if entry.source is None:
            seats[entry.group, entry.week] = seats.get((entry.group, entry.week), 0) + entry.count
    for group, start in seats:
        for taken in _training(case, group, start):
            busy[taken] = busy.get(taken, 0) + 1
    free = [
        place
        for place, entry in enumerate(entries)
        if entry.source is None
        and entry.group in able
        and entry.week + case.groups[entry.group].train_weeks <= week
        and seats[entry.group, entry.week] < case.groups[entry.group].class_max
    ]
    if free:
        place = max(free, key=lambda place: entries[place].week)
        entry = replace(entries[place], count=entries[place].count + 1)
        return (*entries[:place], entry, *entries[place + 1 :]), entry, 1
    step = case.start_every_weeks
    opening = [
        (start, group)
        for group in able
        if case.groups[group].offers
        for start in range(0, week - case.groups[group].train_weeks + 1, step)
        if start >= case.groups[group].lead_weeks
        and (group, start) not in seats
        and all(busy.get(taken, 0) < case.rooms for taken in _training(case, group, start))
    ]
    if not opening:
        return None
    start, group = max(opening)
    entry = Entry(group, start, case.groups[group].class_min)
    found = sorted((*entries, entry), key=lambda entry: (entry.week, entry.group, entry.offer))
    return tuple(found), entry, entry.count


def _training(case: CapacityCase, group: int, start: int) -> range:
    """Weeks in which a class takes a room."""
    return range(start, start + max(1, case.groups[group].train_weeks))
