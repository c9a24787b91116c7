"""From a plan that is short to the cheapest mix of levers, applied and audited."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from itertools import takewhile

import numpy as np

from staffing.domain.roster import Roster
from staffing.errors import SettingsError
from staffing.measures import worst_gaps
from staffing.plan import Plan
from staffing.planning.edits.keep import edited_plan
from staffing.planning.levers.choose import cheapest_mix
from staffing.planning.levers.find import levers_for, time_off
from staffing.planning.levers.ground import Ground, restored_in, row_of, survey
from staffing.planning.levers.values import KINDS, Lever, LeverKind, LeverPlan, LeverSettings, Missing
from staffing.planning.on_call import callable_problem

RESTORES_MIN_H = 0.01
"""Levers that restore less are not offered."""
SHOWN_GAPS = 20


def find_levers(
    plan: Plan,
    settings: LeverSettings | None = None,
    *,
    on_round: Callable[[int, int], None] | None = None,
    should_stop: Callable[[], bool] = lambda: False,
) -> LeverPlan:
    """Price and rank what could be done about the gaps of a plan, and choose the cheapest mix.

    Every lever on people is a change of one person's day that breaks no hard rule which the roster keeps; changes have
    the prices of a re-plan. The mix costs least when each hour that stays missing is priced at `settings.per_h`. Where
    gaps remain, levers are looked for again in the roster that results, among the people who are not changed yet.

    Parameters
    ----------
    plan : Plan
        A plan with a roster.
    on_round : callable, optional
        Told the round and the number of rounds.
    should_stop : callable, optional
        Asked after each lever; once it is true the mix is of what was found until then.

    Raises
    ------
    SettingsError
        When the plan has no roster.
    """
    if plan.roster is None:
        raise SettingsError("the plan holds no roster, so there is nothing to lever")
    settings = settings or LeverSettings()
    plan = _priced(plan, settings)
    assert plan.roster is not None
    per_h = plan.problem.costs.short_severe_per_h if settings.per_h is None else settings.per_h
    first = survey(plan)
    offers: list[Lever] = []
    chosen: list[Lever] = []
    ranked: tuple[LeverKind, ...] = ()
    proven = True
    ground, now, extra = first, plan, np.zeros_like(first.missing)
    left = settings.budget
    hopeless: set[tuple[str, int]] = set()
    for number in range(settings.rounds):
        if on_round is not None:
            on_round(number + 1, settings.rounds)
        used = frozenset(lever.agent for lever in chosen if lever.agent)
        found = [
            lever
            for lever in takewhile(lambda _: not should_stop(), levers_for(now, ground, settings, used, hopeless))
            if lever.kind in settings.kinds and lever.restores_h > RESTORES_MIN_H
        ]
        is_stopped = should_stop()
        if number == 0 and "time_off" in settings.kinds and not is_stopped:
            found += time_off(ground, used)
        if number == 0:
            ranked = _ranked(ground, found, per_h, settings.temporary_people)
        mix = cheapest_mix(ground, found, per_h=per_h, people=settings.temporary_people, budget=left)
        picked = [lever for lever, times in zip(found, mix.used.tolist(), strict=True) for _ in range(times)]
        taken = _needed(ground, picked, per_h)
        offers += found
        if number == 0:
            proven = (
                mix.proven
                and not is_stopped
                and len(taken) == len(picked)
                and all(abs(lever.late_h) < 1e-9 for lever in found)
            )
        if not taken:
            break
        chosen += taken
        if left is not None:
            left -= sum(lever.price for lever in taken)
        for lever in taken:
            if lever.change is None:
                extra = extra + lever.more
        now = edited_plan(plan, applied(plan.roster, chosen))
        ground = survey(now)
        ground = replace(ground, missing=ground.missing - extra)
        if ground.short_h < RESTORES_MIN_H or is_stopped:
            break
        settings = replace(settings, temporary_people=0)
    inside = survey(now)
    return LeverPlan(
        before=plan,
        after=now,
        kinds=ranked,
        offers=tuple(sorted(offers, key=_rank)),
        chosen=tuple(sorted(chosen, key=lambda lever: (lever.start, lever.agent))),
        short_before_h=first.short_h,
        short_after_h=max(0.0, inside.short_h - _outside_h(inside, [one for one in chosen if one.change is None])),
        price=float(sum(lever.price for lever in chosen)),
        missing=_missing(now, extra),
        proven=proven,
    )


def _priced(plan: Plan, settings: LeverSettings) -> Plan:
    """The plan with its own roster as the published one, so that changes have their price."""
    plan = replace(plan, problem=callable_problem(plan))
    problem = plan.problem
    if problem.reference is not None:
        return plan
    grid = problem.grid
    until = datetime.combine(
        (settings.today or grid.first_day) + timedelta(days=problem.rules.notice_days), time(), grid.zone
    )
    notice = min(grid.n, max(0, grid.ceil(until)))
    return replace(plan, problem=replace(problem, reference=plan.roster, notice_until=notice))


def applied(roster: Roster, levers: Iterable[Lever]) -> Roster:
    """The roster with the changes of all levers made."""
    for lever in levers:
        if lever.change is not None:
            roster = lever.change.apply(roster)
    return roster


def _needed(ground: Ground, levers: list[Lever], per_h: float) -> list[Lever]:
    """The levers without those that the others make needless, measured on the roster that results.

    Late work does not add up lever by lever, so the model may take more than it needs.
    """

    def worth(kept: list[Lever]) -> float:
        short = ground.short_with(applied(ground.roster, kept))
        short -= _outside_h(ground, [lever for lever in kept if lever.change is None])
        return sum(lever.price for lever in kept) + per_h * max(0.0, short)

    kept, now = list(levers), worth(levers)
    for lever in sorted(levers, key=lambda lever: -lever.price):
        place = next(n for n, other in enumerate(kept) if other is lever)
        without = kept[:place] + kept[place + 1 :]
        then = worth(without)
        if then <= now + 1e-9:
            kept, now = without, then
    return kept


def _rank(lever: Lever) -> tuple[float, float, int, str]:
    per_hour = lever.per_hour
    return (float("inf") if per_hour is None else round(per_hour, 6), lever.price, lever.start, lever.agent)


def _ranked(ground: Ground, levers: Sequence[Lever], per_h: float, people: int) -> tuple[LeverKind, ...]:
    """Each kind by itself: the best that its levers can do without the others, the cheapest hour first."""
    rows = []
    for kind in KINDS:
        own = [lever for lever in levers if lever.kind == kind]
        if not own:
            continue
        mix = cheapest_mix(ground, own, per_h=per_h, people=people)
        picked = [lever for lever, times in zip(own, mix.used.tolist(), strict=True) for _ in range(times)]
        taken = _needed(ground, picked, per_h)
        restored = ground.short_h - ground.short_with(applied(ground.roster, taken))
        restored += _outside_h(ground, [lever for lever in taken if lever.change is None])
        rows.append(LeverKind(kind, len(own), max(0.0, restored), sum(lever.price for lever in taken)))
    return tuple(sorted(rows, key=lambda row: row.price / row.restores_h if row.restores_h > 1e-9 else float("inf")))


def _outside_h(ground: Ground, levers: Sequence[Lever]) -> float:
    """Agent-hours that people from outside restore together, in the rows of the gaps they were found for."""
    rows = {row_of(ground.problem, lever.queue) for lever in levers}
    more = sum((lever.more for lever in levers), np.zeros_like(ground.missing))
    return sum(restored_in(ground, row, more) for row in sorted(rows))


def _missing(plan: Plan, extra: np.ndarray) -> tuple[Missing, ...]:
    """The worst gaps of the plan that people from outside do not fill."""
    found = []
    for gap in worst_gaps(plan, SHOWN_GAPS):
        row = row_of(plan.problem, gap.queue)
        helped = float(extra[row, gap.start : gap.end].sum()) * plan.problem.grid.step_h
        if gap.short_h - helped > RESTORES_MIN_H:
            found.append(Missing(gap.queue, gap.start, gap.end, gap.short_h - helped))
    return tuple(found)
