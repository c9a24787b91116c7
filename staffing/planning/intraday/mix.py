"""The best mix of changes, found one by one: each is priced anew after those before it, and audited on the result."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from staffing.audit import roster_cost
from staffing.audit.cost import PRICES
from staffing.audit.price_labour import premium_terms
from staffing.domain.arrays import FloatArray, IntArray
from staffing.domain.problem import RosterProblem
from staffing.domain.published import change_kind, change_price, day_shifts
from staffing.domain.result import CostTerm
from staffing.domain.roster import Roster
from staffing.planning.intraday.copied import copied_people
from staffing.planning.intraday.service import Service, State
from staffing.planning.intraday.situation import Situation
from staffing.planning.intraday.tries import Tries, Try
from staffing.planning.intraday.values import IntradaySettings
from staffing.planning.levers.ground import SERVICE, hard_faults
from staffing.planning.on_call import called_extra, called_turn
from staffing.solver.explain.trial import broken_by

ROUNDS = 3
"""Times that changes are made up anew for what the mix so far leaves."""
KEPT = 300
"""Promising changes that are audited in a round."""
PER_PERSON = 4
"""Of one person."""
PART = 0.4
"""Share of the best gain at which a round ends early: the changes it was made for fit no more."""
LEAST_WORTH = 5.0
"""Worth in money of the least proposal."""
LEAST_CONTACTS = 1.0
"""Contacts that the least proposal brings in time, or saves."""


@dataclass(frozen=True, eq=False)
class Priced:
    """A legal change: `own` is the price of the person's own hours and of the change of the shift."""

    one: Try
    own: float


@dataclass(frozen=True, eq=False)
class Taken:
    """A change of the mix: contacts in time gained by queue (queues,), hours less late by queue, its exact price."""

    one: Try
    in_time: FloatArray
    late_h: FloatArray
    price: float
    worth: float


@dataclass(frozen=True, eq=False)
class Mix:
    """The mix in the order found, the roster with it, and the best changes beside it."""

    taken: tuple[Taken, ...]
    roster: Roster
    others: tuple[Taken, ...]
    rescues: tuple[Taken, ...]


class Search:
    """Finds a mix for one situation."""

    def __init__(self, situation: Situation, service: Service, settings: IntradaySettings) -> None:
        self.situation, self.service, self.settings = situation, service, settings
        self.problem = situation.problem
        self.known = broken_by(self.problem, situation.roster)
        self.faults = hard_faults(self.problem, situation.roster)
        self.cost = self._cost(situation.roster)
        self.first: list[Priced] = []

    def run(self) -> Mix:
        """The mix: greedy, with prices after each choice."""
        return self._filled([], frozenset(), ROUNDS)

    def without(self, mix: Mix, spared: frozenset[int]) -> Mix:
        """The mix without what takes people from the deadline queues `spared`, filled up once with other changes."""
        kept = [row for row in mix.taken if not _takes(row.one, spared)]
        return self._filled(kept, spared, 1)

    def _filled(self, kept: list[Taken], spared: frozenset[int], rounds: int) -> Mix:
        roster, taken = self.situation.roster, []
        self.cost = self._cost(roster)
        state = self.service.state(roster)
        for row in kept:
            found = self._joined(Priced(row.one, row.price), roster, state)
            if found is not None:
                one, roster, state = found
                taken.append(one)
        home: list[Priced] = []
        for _ in range(rounds):
            used = frozenset(self.problem.agents[row.one.agent].id for row in taken)
            tries = Tries(self.situation, self.service, self.settings, roster)
            offers = self.legal((one for one in tries.all(used) if not _takes(one, spared)), state, roster)
            if not taken:
                self.first = offers
            home = [row for row in offers if row.one.kind == "time_off"]
            work = [row for row in offers if row.one.kind != "time_off"]
            more, roster, state = self._greedy(work, roster, state, self.settings.most - len(taken))
            taken += more
            if not more or len(taken) >= self.settings.most:
                break
        # Nobody is sent home who could still have helped somewhere.
        people = {row.one.agent for row in taken}
        home = [row for row in home if row.one.agent not in people]
        more, roster, state = self._greedy(home, roster, state, self.settings.most - len(taken))
        taken += more
        others, rescues = self._beside([row for row in self.first if not _takes(row.one, spared)], taken)
        return Mix(tuple(taken), roster, others, rescues)

    # What is legal.

    def legal(self, tries: Iterator[Try], state: State, roster: Roster) -> list[Priced]:
        """The most promising changes that break no rule of the person."""
        made = list(tries)
        if not made:
            return []
        gain, _, _ = self.gains(made, state)
        ahead = self._kept(made, gain)
        people, several = copied_people(self.problem, roster, [one.change for one in ahead])
        broken = broken_by(people, several)
        sound = [
            place for place, one in enumerate(ahead) if not broken.get(place, set()) - self.known.get(one.agent, set())
        ]
        own, overtime = self._own_prices(people, several, roster, ahead)
        found = []
        for place in sound:
            one = ahead[place]
            if one.kind == "hours" and overtime[place] > 0.0:
                one = replace(one, kind="overtime")
            wanted = (self.problem.agents[one.agent].id, one.kind) not in self.settings.dismissed
            if wanted and one.kind in self.settings.kinds:
                found.append(Priced(one, float(own[place])))
        return found

    def _kept(self, made: list[Try], gain: FloatArray) -> list[Try]:
        """The best of each person and kind, then the best of all."""
        order = np.argsort(-gain, kind="stable")
        seen: dict[tuple[int, str], int] = {}
        kept = []
        for place in order.tolist():
            one = made[place]
            saves = one.kind in ("time_off",)
            if gain[place] <= 0.0 and not saves:
                continue
            key = one.agent, one.kind
            seen[key] = seen.get(key, 0) + 1
            if seen[key] <= PER_PERSON:
                kept.append(one)
            if len(kept) >= KEPT:
                break
        return kept

    # What it is worth.

    def gains(self, tries: Sequence[Try], state: State) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Worth of each change as choices value it; contacts in time and hours less late, both (tries, queues)."""
        service, problem = self.service, self.problem
        count, queues = len(tries), len(problem.queues)
        owner = np.repeat(np.arange(count), [len(one.changed) for one in tries])
        table = np.array([row for one in tries for row in one.changed], dtype=np.int64).reshape(-1, 3)
        slot = table[:, 0] - self.situation.now
        delta = np.zeros((len(table), queues))
        agents = np.array([one.agent for one in tries], dtype=np.int64)[owner]
        to_come = np.array([self._to_come(one) for one in tries])[owner]
        for column, sign in ((1, -1.0), (2, 1.0)):
            rows = np.flatnonzero(table[:, column] >= 0)
            queue = table[rows, column]
            weight = problem.proficiency[agents[rows], queue] * np.where(
                to_come[rows], 1.0 - service.absent[queue, slot[rows]], 1.0
            )
            np.add.at(delta, (rows, queue), sign * weight)
        answer = delta * ~problem.deadline
        base = state.cover.T[slot]
        chosen = service.in_time(base + answer, slot, choice=True) - service.in_time(base, slot, choice=True)
        plain = service.in_time(base + answer, slot) - service.in_time(base, slot)
        worth, in_time, late = np.zeros(count), np.zeros((count, queues)), np.zeros((count, queues))
        np.add.at(worth, owner, chosen @ service.worth)
        np.add.at(in_time, owner, plain)
        for queue in np.flatnonzero(problem.deadline):
            touched = np.unique(owner[delta[:, queue] != 0.0])
            if not len(touched):
                continue
            for part in np.array_split(touched, max(1, len(touched) // 200)):
                place = np.full(count, -1)
                place[part] = np.arange(len(part))
                mine = np.flatnonzero((place[owner] >= 0) & (delta[:, queue] != 0.0))
                cover = np.repeat(state.cover[queue][None], len(part), axis=0)
                np.add.at(cover, (place[owner[mine]], slot[mine]), delta[mine, queue])
                late[part, queue] = service.saved_h(state.cover[queue], np.maximum(cover, 0.0), int(queue))
        return worth + late.sum(axis=1) * service.worth_per_h, in_time, late

    def _to_come(self, one: Try) -> bool:
        """Whether the person's shift has not begun."""
        return not any(row[1] < self.situation.now for row in one.change.rows)

    def _own_prices(
        self, people: RosterProblem, several: Roster, roster: Roster, ahead: Sequence[Try]
    ) -> tuple[FloatArray, FloatArray]:
        """Price of the hours and of the change of each try, and overtime alone, from one pricing of all of them."""
        problem = self.problem
        who = [one.agent for one in ahead]
        before, after = np.zeros(len(problem.agents)), np.zeros(len(ahead))
        _add(before, PRICES["overtime"](problem, roster))
        _add(after, PRICES["overtime"](people, several))
        overtime = after - before[who]
        for name in ("wage", "switch"):
            _add(before, PRICES[name](problem, roster))
            _add(after, PRICES[name](people, several))
        if problem.rules.labour:
            _add(before, premium_terms(problem, roster))
            _add(after, premium_terms(people, several))
        price = after - before[who]
        shifts, planned = day_shifts(several), day_shifts(self.situation.roster)
        for place, one in enumerate(ahead):
            for day in one.change.days:
                old, new = planned.get((one.agent, day)), shifts.get((place, day))
                kind = change_kind(old, new)
                first = min((shift.start for shift in (old, new) if shift is not None), default=0)
                if one.kind != "on_call":
                    price[place] += change_price(problem.costs, kind, first, problem.notice_until)
            price[place] += self._call_pay(one)
        return price, overtime

    def _call_pay(self, one: Try) -> float:
        """What a call costs beside the wage of the shift."""
        found = self.situation.plan.on_call
        if one.kind != "on_call" or found is None:
            return 0.0
        start, end = one.change.rows[0][1], one.change.rows[-1][2]
        turn = called_turn(found, one.agent, start, end)
        minutes = (end - start) * self.problem.grid.step_min
        return 0.0 if turn is None else called_extra(found, turn, one.agent, minutes)

    # Choosing.

    def _greedy(
        self, offers: list[Priced], roster: Roster, state: State, most: int
    ) -> tuple[list[Taken], Roster, State]:
        taken: list[Taken] = []
        left, best = list(offers), 0.0
        while left and len(taken) < most:
            gain, _, _ = self.gains([row.one for row in left], state)
            net = gain - np.array([row.own for row in left])
            place = int(np.argmax(net))
            if net[place] < max(LEAST_WORTH, PART * best if len(taken) > 2 else 0.0):
                break
            found = self._joined(left[place], roster, state)
            if found is None:
                del left[place]
                continue
            best = max(best, float(net[place]))
            one, roster, state = found
            taken.append(one)
            left = [row for row in left if row.one.agent != one.one.agent]
        return taken, roster, state

    def _joined(self, offer: Priced, roster: Roster, state: State) -> tuple[Taken, Roster, State] | None:
        """The change made on the roster, None where rules of several people forbid it or it does not pay."""
        gain, in_time, late = self.gains([offer.one], state)
        if not self._tells(offer.one, in_time[0], late[0]):
            return None
        changed = offer.one.change.apply(roster)
        if hard_faults(self.problem, changed) - self.faults:
            return None
        cost = self._cost(changed)
        price = cost - self.cost + self._call_pay(offer.one)
        if offer.one.kind == "on_call" and self.problem.reference is not None:
            # Who is called has agreed to come: no published promise is changed.
            first = offer.one.change.rows[0][1]
            price -= change_price(self.problem.costs, "added", first, self.problem.notice_until)
        worth = float(gain[0]) - price
        if worth < LEAST_WORTH:
            return None
        self.cost = cost
        return Taken(offer.one, in_time[0], late[0], price, worth), changed, self.service.state(changed)

    def _cost(self, roster: Roster) -> float:
        """Cost beside service."""
        components = roster_cost(self.problem, roster).components
        return float(sum(value for name, value in components.items() if name not in SERVICE))

    def _tells(self, one: Try, in_time: FloatArray, late_h: FloatArray) -> bool:
        """Whether the change brings enough to be worth telling anybody; time off only has to save money."""
        hours = np.maximum(self.service.item_h, 1e-9)
        return one.kind == "time_off" or float(in_time.sum() + (late_h / hours).sum()) >= LEAST_CONTACTS

    def _beside(self, first: list[Priced], taken: list[Taken]) -> tuple[tuple[Taken, ...], tuple[Taken, ...]]:
        """The best changes that are not in the mix, one a person, and those that save deferred work; each alone."""
        if not first:
            return (), ()
        state = self.service.state(self.situation.roster)
        gain, in_time, late = self.gains([row.one for row in first], state)
        own = np.array([row.own for row in first])
        rows = [
            Taken(row.one, in_time[n], late[n], float(own[n]), float(gain[n] - own[n])) for n, row in enumerate(first)
        ]
        rows.sort(key=lambda row: -row.worth)
        used = {row.one.agent for row in taken}
        others: list[Taken] = []
        for row in rows:
            if len(others) >= self.settings.others or row.worth < LEAST_WORTH:
                break
            if row.one.agent in used or not self._tells(row.one, row.in_time, row.late_h):
                continue
            if not hard_faults(self.problem, row.one.change.apply(self.situation.roster)) - self.faults:
                used.add(row.one.agent)
                others.append(row)
        return tuple(others), tuple(row for row in rows if row.late_h.max(initial=0.0) > 0.0)


def _takes(one: Try, queues: frozenset[int]) -> bool:
    """Whether a change takes time from one of those queues."""
    return any(was in queues for _, was, now in one.changed if was != now)


def _add(sums: FloatArray, terms: Iterable[CostTerm]) -> None:
    for term in terms:
        if term.agent is not None:
            sums[term.agent] += term.value


def places_of(one: Try) -> IntArray:
    """Slots in which the person does something else, in order."""
    return np.array(sorted(slot for slot, _, _ in one.changed), dtype=np.int64)
