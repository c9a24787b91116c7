"""Everything that could be done now, one person at a time; nothing before now changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from staffing.domain.arrays import FloatArray
from staffing.domain.people import Agent
from staffing.domain.problem import OpenActivity
from staffing.domain.roster import OFF_PHONE, WORK, Roster, activity_code
from staffing.planning.edits.days import Day, Label, Piece, Working, compose, is_locked, spread, work_on
from staffing.planning.edits.pauses import are_legal, fitting_type, place_pauses, wanted_breaks
from staffing.planning.intraday.service import Service, State
from staffing.planning.intraday.situation import Situation
from staffing.planning.intraday.values import IntradaySettings
from staffing.planning.on_call import called_turn
from staffing.solver.explain import Change

FORCED = 1e6
"""Price of a break that was taken already: it stays where it is."""
PLACES = 3
"""Other days' places tried of one training or coaching."""
LEAST_SWITCH_MIN = 30
"""A switch of queue is for at least so long."""


@dataclass(frozen=True, eq=False)
class Try:
    """One change of a person: `changed` holds (slot, queue before, queue after), -1 for no queue."""

    kind: str
    agent: int
    change: Change
    changed: tuple[tuple[int, int, int], ...]


class Tries:
    """The roster laid out for proposals: pieces of the shifts that are not over, what one agent is worth where."""

    def __init__(self, situation: Situation, service: Service, settings: IntradaySettings, roster: Roster) -> None:
        self.situation, self.service, self.settings, self.roster = situation, service, settings, roster
        self.problem, self.now, self.end = situation.problem, situation.now, situation.end
        self.step_min = self.problem.grid.step_min
        self.state: State = service.state(roster)
        self.gain, self.loss = service.marginal(self.state)
        self.working = Working(roster, {})
        self.soonest = self.now + -(-settings.notice_min // self.step_min)
        self.is_away = situation.is_away
        self.own = {
            (row.agent, row.start, row.end, activity_code(row.kind)) for row in self.problem.fixed if row.on_shift
        }

    def all(self, used: frozenset[str]) -> Iterator[Try]:
        """Every change of somebody not in `used`."""
        kinds = set(self.settings.kinds)
        agents: list[Agent] = list(self.problem.agents)
        days = [day for day in (self.situation.day - 1, self.situation.day) if day >= 0]
        for agent, person in enumerate(agents):
            if person.id in used:
                continue
            working = False
            for day in days:
                pieces = self.working.day(agent, day)
                if not pieces or pieces[-1].end <= self.now or is_locked(pieces):
                    working = working or bool(pieces and day == self.situation.day)
                    continue
                working = True
                if self.is_away[agent, self.now : min(self.end, self.problem.grid.n)].any():
                    continue
                yield from self._of_shift(agent, day, pieces, kinds)
            if not working and kinds & {"reserve", "on_call"}:
                yield from (one for one in self._called_in(agent) if one.kind in kinds)

    def _of_shift(self, agent: int, day: int, pieces: Day, kinds: set[str]) -> Iterator[Try]:
        if "breaks" in kinds:
            yield from self._breaks(agent, day, pieces)
        if kinds & {"switch", "push_back", "pull_forward"}:
            yield from (one for one in self._switches(agent, day, pieces) if one.kind in kinds)
        if "activity" in kinds:
            yield from self._activities(agent, day, pieces)
        if "overtime" in kinds:
            kinds = kinds | {"hours"}  # which of the two it is shows when it is priced
        yield from (one for one in self._hours(agent, day, pieces) if one.kind in kinds)

    # Breaks, activities, queues: the same hours.

    def _breaks(self, agent: int, day: int, pieces: Day) -> Iterator[Try]:
        start, end = pieces[0].start, pieces[-1].end
        kind = fitting_type(self.problem, agent, start, end - start)
        pauses = [piece for piece in pieces if piece.is_pause]
        if kind is None or not any(piece.start >= self.now for piece in pauses):
            return
        wanted = wanted_breaks(self.problem, kind, end - start)
        taken = {slot for p in pieces if p.activity in OFF_PHONE for slot in range(p.start, p.end)}
        labels = spread(pieces)
        for number, pause in enumerate(pauses):
            if pause.start < self.now:
                continue
            for place in range(max(start, self.now), end - (pause.end - pause.start) + 1):
                moved = [*pauses[:number], pause.at(place), *pauses[number + 1 :]]
                if place != pause.start and are_legal(moved, wanted, start, end, self.step_min, taken):
                    yield from self._try("breaks", agent, day, pieces, compose(start, labels, moved))

    def _switches(self, agent: int, day: int, pieces: Day) -> Iterator[Try]:
        start, end = pieces[0].start, min(pieces[-1].end, self.problem.grid.n)
        labels, pauses = spread(pieces), [piece for piece in pieces if piece.is_pause]
        first = max(self.now, start)
        slots = np.arange(first, end)
        now = np.array([labels[slot - start][1] if labels[slot - start][0] == WORK else -2 for slot in slots])
        idle = np.zeros(len(slots), dtype=bool)
        for pause in pauses:
            idle |= (slots >= pause.start) & (slots < pause.end)
        speed = self.problem.proficiency[agent]
        column = slots - self.now
        given = np.where(now >= 0, self.loss[np.maximum(now, 0), column] * speed[np.maximum(now, 0)], 0.0)
        least = LEAST_SWITCH_MIN // self.step_min
        for queue in np.flatnonzero(speed > 0):
            worth = np.where(idle, 0.0, self.gain[queue, column] * speed[queue] - given)
            worth[now == -2] = -FORCED
            worth[now == queue] = 0.0
            for a, b in best_stretches(worth, least):
                inside = range(first + a, first + b)
                new = [
                    work_on(int(queue)) if slot in inside and label[0] == WORK else label
                    for slot, label in enumerate(labels, start)
                ]
                yield from self._try(
                    self._switch_kind(now[a:b], int(queue)), agent, day, pieces, compose(start, new, pauses)
                )

    def _switch_kind(self, now: np.ndarray, queue: int) -> str:
        if self.problem.deadline[queue]:
            return "pull_forward"
        given = now[(now >= 0) & (now != queue)]
        return "push_back" if len(given) and self.problem.deadline[given].mean() >= 0.5 else "switch"

    def _activities(self, agent: int, day: int, pieces: Day) -> Iterator[Try]:
        start = pieces[0].start
        pauses = [piece for piece in pieces if piece.is_pause]
        for piece in pieces:
            if piece.activity not in OFF_PHONE or piece.start < self.now:
                continue
            window = self._window(agent, piece)
            if window is None:
                continue
            freed = self._freed(pieces, piece, agent)
            base = compose(start, freed, pauses)
            length = piece.end - piece.start
            for place in range(max(start, window[0], self.now), min(pieces[-1].end, window[1]) - length + 1):
                if place != piece.start and _is_work(base, place, place + length):
                    yield from self._try("activity", agent, day, pieces, _busy(base, place, length, piece.activity))
            yield from self._on_other_days(agent, day, pieces, base, piece, window)

    def _window(self, agent: int, piece: Piece) -> tuple[int, int] | None:
        """First and last slot of an activity that a person has without all others; None where it stands."""
        if (agent, piece.start, piece.end, piece.activity) in self.own:
            return None
        asked: Iterable[OpenActivity] = self.problem.activities
        for one in asked:
            fits = agent in one.agents and one.slots == piece.end - piece.start and not one.together
            if (
                fits
                and activity_code(one.kind) == piece.activity
                and one.earliest <= piece.start <= one.latest - one.slots
            ):
                return one.earliest, one.latest
        return None

    def _freed(self, pieces: Day, piece: Piece, agent: int) -> list[Label]:
        """Labels of the shift with work where the activity was, on the queue where it helps most."""
        labels, start = spread(pieces), pieces[0].start
        span = slice(piece.start - self.now, piece.end - self.now)
        worth = (self.gain[:, span] * self.problem.proficiency[agent][:, None]).sum(axis=1)
        worth[self.problem.proficiency[agent] <= 0] = -FORCED
        queue = int(np.argmax(worth))
        for slot in range(piece.start, piece.end):
            labels[slot - start] = work_on(queue)
        return labels

    def _on_other_days(
        self, agent: int, day: int, pieces: Day, base: Day, piece: Piece, window: tuple[int, int]
    ) -> Iterator[Try]:
        """The activity in a later shift of the same person, where it costs least."""
        length, found = piece.end - piece.start, []
        for other in range(day + 1, self.problem.grid.days):
            later = self.working.day(agent, other)
            if not later or is_locked(later):
                continue
            for place in range(max(later[0].start, window[0]), min(later[-1].end, window[1]) - length + 1):
                if _is_work(later, place, place + length):
                    price = sum(self._loss_at(later, slot, agent) for slot in range(place, place + length))
                    found.append((price, other, place, later))
        for _, other, place, later in sorted(found, key=lambda row: row[:3])[:PLACES]:
            new = _busy(later, place, length, piece.activity)
            yield from self._made("activity", agent, {day: (pieces, base), other: (later, new)})

    def _loss_at(self, pieces: Day, slot: int, agent: int) -> float:
        queue = next((p.queue for p in pieces if p.start <= slot < p.end), -1)
        if queue < 0 or slot >= self.problem.grid.n:
            return 0.0
        return float(self.loss[queue, slot - self.now] * self.problem.proficiency[agent, queue])

    # Other hours.

    def _hours(self, agent: int, day: int, pieces: Day) -> Iterator[Try]:
        start, end = pieces[0].start, pieces[-1].end
        lengths = {minutes // self.step_min for kind in self.problem.shift_types(agent) for minutes in kind.lengths_min}
        for length in sorted(lengths):
            last = start + length
            if last == end or last <= self.now or (last < end and self._busy_after(pieces, last)):
                continue
            new = self._resized(agent, pieces, last)
            if new is not None:
                yield from self._try("hours" if last > end else "time_off", agent, day, pieces, new)
        if start >= self.soonest:
            if not any(p.activity in OFF_PHONE for p in pieces):
                yield from self._try("time_off", agent, day, pieces, ())
            for kind in self.problem.shift_types(agent):
                for minute in kind.starts_min:
                    place = self.problem.grid.at(day, minute)
                    if place == start or place < self.soonest or (end - start) * self.step_min not in kind.lengths_min:
                        continue
                    if not any(p.activity in OFF_PHONE for p in pieces):
                        moved = self._shift(agent, place, end - start)
                        if moved is not None:
                            yield from self._try("move", agent, day, pieces, moved)

    def _busy_after(self, pieces: Day, last: int) -> bool:
        return any(p.activity in OFF_PHONE and p.end > last for p in pieces)

    def _resized(self, agent: int, pieces: Day, last: int) -> Day | None:
        """The shift with another end: what is past stands, breaks to come where they cost least."""
        start, end = pieces[0].start, pieces[-1].end
        labels = spread(pieces)[: last - start]
        if last > end:
            more = self._best_labels(agent, end, last)
            if more is None:
                return None
            labels = [*labels, *more]
        pauses = [piece for piece in pieces if piece.is_pause]
        return self._with_pauses(agent, start, labels, [p for p in pauses if p.start < self.now], pauses)

    def _with_pauses(
        self, agent: int, start: int, labels: list[Label], past: list[Piece], pauses: list[Piece]
    ) -> Day | None:
        kind = fitting_type(self.problem, agent, start, len(labels))
        if kind is None:
            return None
        wanted = wanted_breaks(self.problem, kind, len(labels))
        worth = [0.0] * len(labels)
        for place, (activity, queue, _) in enumerate(labels):
            slot = start + place
            if slot < self.now:
                worth[place] = FORCED
            elif activity == WORK and queue >= 0 and slot < self.problem.grid.n:
                worth[place] = float(self.loss[queue, slot - self.now])
        for pause in past:
            for slot in range(pause.start, min(pause.end, start + len(labels))):
                worth[slot - start] = -FORCED
        taken = {start + place for place, label in enumerate(labels) if label[0] in OFF_PHONE}
        inside = [pause for pause in pauses if pause.end <= start + len(labels)]
        if are_legal(inside, wanted, start, start + len(labels), self.step_min, taken):
            return compose(start, labels, inside)
        placed = place_pauses(wanted, start, worth, self.step_min, taken)
        return None if placed is None else compose(start, labels, placed)

    def _best_labels(self, agent: int, first: int, last: int) -> list[Label] | None:
        """Work on the queue where the person helps most in those slots; None where they can do nothing there."""
        able = self.problem.proficiency[agent] > 0
        span = slice(first - self.now, min(last, self.problem.grid.n) - self.now)
        if not able.any() or span.stop <= span.start:
            return None
        worth = (self.gain[:, span] * self.problem.proficiency[agent][:, None]).sum(axis=1)
        queue = int(np.argmax(np.where(able, worth, -np.inf)))
        return [work_on(queue)] * (last - first)

    def _shift(self, agent: int, start: int, slots: int) -> Day | None:
        labels = self._best_labels(agent, start, start + slots)
        return None if labels is None else self._with_pauses(agent, start, labels, [], [])

    def _called_in(self, agent: int) -> Iterator[Try]:
        """A shift today for somebody who is off: without notice, but for the way to work, for who is on call."""
        grid, day = self.problem.grid, self.situation.day
        for kind in self.problem.shift_types(agent):
            for minute in kind.starts_min:
                start = grid.at(day, minute)
                if start < self.now or int(grid.day_of(start)) != day:
                    continue
                for minutes in kind.lengths_min:
                    slots = minutes // self.step_min
                    called = self._is_called(agent, start, start + slots)
                    if not called and start < self.soonest:
                        continue
                    stop = min(start + slots, grid.n)
                    if self.problem.blocked[agent, start:stop].any() or self.is_away[agent, start:stop].any():
                        continue
                    new = self._shift(agent, start, slots)
                    if new is not None:
                        yield from self._try("on_call" if called else "reserve", agent, day, (), new)

    def _is_called(self, agent: int, start: int, end: int) -> bool:
        """Whether an agent on call could be at work from `start` to `end` when called now."""
        found = self.situation.plan.on_call
        turn = called_turn(found, agent, start, end)
        if found is None or turn is None:
            return False
        duty = found.problem.duties[found.problem.turns[turn].duty]
        return start >= self.now + -(-duty.response_min // self.step_min)

    # A change as a value.

    def _try(self, kind: str, agent: int, day: int, old: Day, new: Day) -> Iterator[Try]:
        if new != old:
            yield from self._made(kind, agent, {day: (old, new)})

    def _made(self, kind: str, agent: int, days: dict[int, tuple[Day, Day]]) -> Iterator[Try]:
        if any(_past(old, self.now) != _past(new, self.now) for old, new in days.values()):
            return
        changed: list[tuple[int, int, int]] = []
        for old, new in days.values():
            before, after = _queues(old), _queues(new)
            for slot in sorted(before.keys() | after.keys()):
                was, now = before.get(slot, -1), after.get(slot, -1)
                if was != now and slot < self.problem.grid.n:
                    changed.append((slot, was, now))
        rows = tuple(
            (day, piece.start, piece.end, piece.activity, piece.queue)
            for day, (_, new) in sorted(days.items())
            for piece in new
        )
        if changed:
            yield Try(kind, agent, Change(agent, tuple(sorted(days)), rows), tuple(changed))


def _queues(day: Day) -> dict[int, int]:
    """Queue served in each slot of a shift."""
    return {slot: p.queue for p in day if p.activity == WORK and p.queue >= 0 for slot in range(p.start, p.end)}


def _past(day: Day, now: int) -> list[tuple[int, int, int, int]]:
    """What of a shift lies before `now`."""
    return [(p.start, min(p.end, now), p.activity, p.queue) for p in day if p.start < now]


def _is_work(day: Day, first: int, last: int) -> bool:
    """Whether all slots of [first, last) are work."""
    return sum(max(0, min(last, p.end) - max(first, p.start)) for p in day if p.activity == WORK) == last - first


def _busy(day: Day, start: int, length: int, activity: int) -> Day:
    """The shift with an activity in those slots."""
    pauses = [piece for piece in day if piece.is_pause]
    labels = spread(day)
    for slot in range(start, start + length):
        labels[slot - day[0].start] = (activity, -1, start)
    return compose(day[0].start, labels, pauses)


def best_stretches(worth: FloatArray, least: int) -> list[tuple[int, int]]:
    """The stretch with the largest sum, and the largest from its start to the end, of `least` places or more.

    >>> best_stretches(np.array([-1.0, 2.0, 3.0, -9.0, 1.0]), 2)
    [(1, 3)]
    """
    count = len(worth)
    if count < least:
        return []
    total = np.concatenate([[0.0], np.cumsum(worth)])
    best, found = 0.0, (-1, -1)
    low, low_at = np.inf, -1
    for stop in range(least, count + 1):
        if total[stop - least] < low:
            low, low_at = total[stop - least], stop - least
        if total[stop] - low > best + 1e-12:
            best, found = total[stop] - low, (low_at, stop)
    if found[0] < 0:
        return []
    stretches = [found]
    if found[1] < count and total[count] - total[found[0]] > 0.0:
        stretches.append((found[0], count))
    return stretches
