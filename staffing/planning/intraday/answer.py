"""The whole answer for one moment: outlook, dangers, proposals, the mix and what it leaves."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from staffing.domain.roster import Roster
from staffing.errors import SettingsError
from staffing.planning.intraday.mix import Mix, Search, Taken, places_of
from staffing.planning.intraday.outlook import Window, outlooks
from staffing.planning.intraday.service import Service
from staffing.planning.intraday.situation import Situation
from staffing.planning.intraday.values import (
    Danger,
    IntradayPlan,
    IntradaySettings,
    Proposal,
    QueueOutlook,
    Rescue,
    StillMissing,
)
from staffing.planning.levers.ground import hard_faults
from staffing.simulate.rest import Rest

SEVERAL = 5
"""People named for one danger."""
LEAST_H = 0.2
"""Agent-hours short that are not worth telling."""
LEAST_CONTACTS = 2.0
"""Nor are fewer late contacts."""
SPARED_MOST = 4
"""Deadline queues that are spared one after the other when the simulation finds their work late."""
HARM = 2.0
"""Deferred contacts more that become late until the end of the day, from which a queue is spared."""
TOLD = 0.2
"""Share of the worst interval's late contacts from which an interval counts as one in which work becomes late."""


def steer(
    situation: Situation,
    settings: IntradaySettings | None = None,
    *,
    on_step: Callable[[str], None] | None = None,
) -> IntradayPlan:
    """What is to come, and what to do about it.

    Every proposal is legal by the audit and changes nothing before now; the mix is found one by one, each proposal
    priced after those before it. Outlooks are simulated with the same contacts and the same people away.
    """
    settings = settings or IntradaySettings()
    tell, seconds = on_step or (lambda _: None), {}
    clock = time.perf_counter()

    def lap(name: str) -> None:
        nonlocal clock
        seconds[name], clock = time.perf_counter() - clock, time.perf_counter()

    tell("proposals")
    service = Service(situation, settings)
    search = Search(situation, service, settings)
    mix = search.run()
    lap("proposals")
    tell("simulation")
    window = Window(situation)
    paths = window.paths(settings.replications, settings.seed)
    rest = then = window.play(situation.roster, paths, settings.seed)
    spared: frozenset[int] = frozenset()
    while mix.taken:
        then = window.play(mix.roster, paths, settings.seed)
        harmed = _harmed(service, window, rest, then) - spared
        if not harmed or len(spared) >= SPARED_MOST:
            break
        spared |= harmed
        mix, then = search.without(mix, spared), rest
    lap("simulation")
    return IntradayPlan(
        so_far=situation.so_far,
        before=outlooks(window, rest),
        after=outlooks(window, then),
        dangers=_dangers(situation, service, window, rest, mix),
        proposals=_proposals(situation, service, mix),
        missing=_missing(situation, service, mix.roster),
        roster=mix.roster,
        price=float(sum(row.price for row in mix.taken)),
        late_before=_late(service, window, rest),
        late_after=_late(service, window, then),
        seconds=seconds,
        notes=situation.notes,
    )


def outlook_with(situation: Situation, roster: Roster, settings: IntradaySettings) -> tuple[QueueOutlook, ...]:
    """The outlook with another roster, on the draws of `steer`."""
    window = Window(situation)
    return outlooks(window, window.play(roster, window.paths(settings.replications, settings.seed), settings.seed))


def _harmed(service: Service, window: Window, before: Rest, after: Rest) -> frozenset[int]:
    """Deadline queues of which the mix makes more work late than is worth telling."""
    late = [(rest.base - rest.good)[:, :, window.ahead].sum(axis=2).mean(axis=0) for rest in (before, after)]
    return frozenset(np.flatnonzero(service.deadline & (late[1] - late[0] > HARM)).tolist())


def _late(service: Service, window: Window, rest: Rest) -> float:
    """Deferred contacts that become late until the end of the day, mean over the courses."""
    late = (rest.base - rest.good)[:, :, window.ahead]
    return float(late[:, service.deadline].sum(axis=(1, 2)).mean())


def _items(service: Service, hours: float, queue: int) -> float:
    return float(hours / service.item_h[queue]) if service.item_h[queue] > 0 else 0.0


def _proposals(situation: Situation, service: Service, mix: Mix) -> tuple[Proposal, ...]:
    rows = [(row, True) for row in mix.taken] + [(row, False) for row in mix.others]
    return tuple(_proposal(situation, service, n, row, inside) for n, (row, inside) in enumerate(rows, 1))


def _proposal(situation: Situation, service: Service, number: int, row: Taken, in_mix: bool) -> Proposal:
    problem, one = situation.problem, row.one
    helped, gives = _queues(service, row)
    saved = sum(_items(service, float(h), q) for q, h in enumerate(row.late_h) if service.deadline[q])
    ahead = slice(0, max(1, situation.end - situation.now))
    volume = float(service.volume[helped, ahead].sum()) if helped >= 0 else 0.0
    points = float(row.in_time[helped]) / volume if volume > 0 else 0.0
    places = places_of(one)
    kind = one.kind
    reason = "over" if kind == "time_off" else "late" if saved > max(0.5, float(row.in_time.sum())) else "short"
    return Proposal(
        number=number,
        kind=kind,
        agent=problem.agents[one.agent].id,
        reason=reason,
        queue=problem.queues[helped] if helped >= 0 else "",
        from_queue=problem.queues[gives] if gives >= 0 and gives != helped else "",
        start=int(places[0]),
        end=int(places[-1]) + 1,
        change=one.change,
        contacts=float(row.in_time.sum()),
        points=100.0 * points,
        saved=float(saved),
        price=row.price,
        worth=row.worth,
        in_mix=in_mix,
    )


def _queues(service: Service, row: Taken) -> tuple[int, int]:
    """Queue that is helped most and queue that gives most, -1 for none."""
    gain = row.in_time * service.worth + row.late_h * service.worth_per_h
    helped = int(np.argmax(gain)) if gain.max(initial=0.0) > 1e-9 else -1
    given = np.bincount([was for _, was, _ in row.one.changed if was >= 0] or [0], minlength=len(gain))
    taken = np.bincount([now for _, _, now in row.one.changed if now >= 0] or [0], minlength=len(gain))
    less = given - taken
    gives = int(np.argmax(less)) if less.max() > 0 and any(was >= 0 for _, was, _ in row.one.changed) else -1
    return helped, gives


def _dangers(situation: Situation, service: Service, window: Window, rest: Rest, mix: Mix) -> tuple[Danger, ...]:
    """Deferred work that becomes late in the simulation of the rest of the day, and who could save it."""
    problem, found = situation.problem, []
    ratio = situation.plan.requirement.grid.step_min // problem.grid.step_min
    late = (rest.base - rest.good).mean(axis=0)[:, window.ahead]
    first = (window.steps.start + window.ahead.start) * ratio
    for queue in np.flatnonzero(service.deadline).tolist():
        contacts = float(late[queue].sum())
        if contacts < LEAST_CONTACTS:
            continue
        places = np.flatnonzero(late[queue] > TOLD * late[queue].max())
        rescues: list[Rescue] = []
        for row in mix.rescues:
            name, saves = problem.agents[row.one.agent].id, _items(service, float(row.late_h[queue]), queue)
            if saves >= 1.0 and name not in {one.agent for one in rescues} and len(rescues) < SEVERAL:
                rescues.append(Rescue(name, row.one.kind, min(saves, contacts), row.price))
        start, end = first + int(places[0]) * ratio, first + (int(places[-1]) + 1) * ratio
        found.append(Danger(problem.queues[queue], max(start, situation.now), end, contacts, tuple(rescues)))
    return tuple(sorted(found, key=lambda row: row.start))


def _missing(situation: Situation, service: Service, roster: Roster) -> tuple[StillMissing, ...]:
    """Agents that answer queues lack until the end of the day, run by run of slots."""
    problem = situation.problem
    cover = service.state(roster).cover
    net = problem.required[:, situation.now :] * (1.0 - service.absent)
    lack = np.where(service.is_open & ~service.deadline[:, None], net - cover, 0.0)
    lack = np.maximum(0.0, lack)[:, : max(0, situation.end - situation.now)]
    found = []
    for queue in np.flatnonzero(~service.deadline):
        short = lack[queue] > 1e-6
        edges = np.flatnonzero(np.diff(np.concatenate([[0], short.astype(np.int8), [0]])))
        for first, last in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
            hours = float(lack[queue, first:last].sum()) * problem.grid.step_h
            if hours >= LEAST_H:
                found.append(StillMissing(problem.queues[queue], first + situation.now, last + situation.now, hours))
    return tuple(sorted(found, key=lambda row: -row.short_h))


def accepted_roster(
    situation: Situation, answer: IntradayPlan, numbers: Iterable[int]
) -> tuple[Roster, tuple[Proposal, ...]]:
    """The roster with the proposals of these numbers made, and the proposals.

    Raises
    ------
    SettingsError
        When a number is unknown, two proposals are of one person, or together they break a rule.
    """
    known = {row.number: row for row in answer.proposals}
    wanted: Sequence[int] = list(dict.fromkeys(numbers))
    wrong = [number for number in wanted if number not in known]
    if wrong:
        raise SettingsError(f"--accept names {wrong[0]}, expected numbers of proposals, 1 to {len(known)}")
    chosen = tuple(known[number] for number in sorted(wanted))
    people = [row.agent for row in chosen]
    twice = next((agent for agent in people if people.count(agent) > 1), None)
    if twice is not None:
        raise SettingsError(f"--accept names two proposals of {twice}; take one of them and ask again")
    roster = situation.roster
    for row in chosen:
        roster = row.change.apply(roster)
    broken = hard_faults(situation.problem, roster) - hard_faults(situation.problem, situation.roster)
    if broken:
        rules = sorted({str(key[0]) for key in broken})
        raise SettingsError(f"--accept: these proposals together break {', '.join(rules)}; take fewer of them")
    return roster, chosen
