"""Edits on a roster: what each does to the days it touches."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from staffing.domain.problem import RosterProblem
from staffing.domain.roster import ACTIVITIES, WORK, activity_code
from staffing.domain.shift import ShiftType
from staffing.planning.edits.days import (
    Day,
    Key,
    Label,
    Piece,
    Working,
    activity_of,
    busy_with,
    compose,
    is_locked,
    spread,
    work_on,
)
from staffing.planning.edits.pauses import are_legal, fitting_type, place_pauses, wanted_breaks
from staffing.planning.edits.values import (
    CopyShift,
    Edit,
    InsertShift,
    LockShift,
    MoveBreak,
    MoveShift,
    PutDay,
    RemoveShift,
    ResizeShift,
    SetStretch,
    SwapDay,
)
from staffing.planning.edits.worth import gain_of_one, loss_of_one

REASONS = ("unknown", "no_shift", "occupied", "locked", "outside", "too_short", "too_long", "no_break", "nothing")


class RefusedError(Exception):
    """An edit that cannot be done at all, with the code of its reason (one of `REASONS`)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Step:
    """Edits done together, with the days they replaced: undone by putting `before` back."""

    edits: tuple[Edit, ...]
    before: Mapping[Key, Day]
    after: Mapping[Key, Day]


def do_edit(problem: RosterProblem, working: Working, edit: Edit) -> dict[Key, Day]:
    """The days that `edit` changes, with their new pieces.

    A broken rule is no reason to refuse: the planner sees it and decides. What is refused has no meaning, such as
    moving a shift that is not there, or would change a locked shift.

    Raises
    ------
    RefusedError
        When the edit cannot be done.
    """
    return _Desk(problem, working).do(edit)


def do_step(problem: RosterProblem, working: Working, edits: Iterable[Edit]) -> tuple[Working, Step]:
    """All of `edits` one after the other, or none.

    Raises
    ------
    RefusedError
        When one of them cannot be done, or all together change nothing.
    """
    done, now = tuple(edits), working
    for edit in done:
        now = now.with_days(do_edit(problem, now, edit))
    keys = [key for key in now.changed if now.day(*key) != working.day(*key)]
    if not keys:
        raise RefusedError("nothing")
    before = {key: working.day(*key) for key in keys}
    return now, Step(done, before, {key: now.day(*key) for key in keys})


@dataclass(frozen=True, slots=True)
class _Desk:
    """The problem and the roster as it stands, while one edit is done."""

    problem: RosterProblem
    working: Working

    def do(self, edit: Edit) -> dict[Key, Day]:
        agent, day = self.agent(edit.agent), self.inside(edit.day)
        match edit:
            case MoveShift():
                return self.move(agent, day, edit.start)
            case ResizeShift():
                return self.resize(agent, day, edit.start, edit.end)
            case RemoveShift():
                self.shift(agent, day)
                return {(agent, day): ()}
            case InsertShift():
                return self.insert(agent, edit)
            case CopyShift():
                return self.copy((agent, day), (self.agent(edit.to_agent), self.inside(edit.to_day)))
            case SwapDay():
                return self.swap(agent, self.agent(edit.other), day)
            case MoveBreak():
                return self.move_break((agent, day), edit.at, edit.start)
            case SetStretch():
                return self.stretch((agent, day), edit)
            case PutDay():
                return self.put((agent, day), edit.rows)
            case LockShift():
                pieces = self.shift(agent, day, even_locked=True)
                return {(agent, day): tuple(replace(piece, locked=edit.locked) for piece in pieces)}

    # What an edit names, checked.

    def agent(self, name: str) -> int:
        try:
            return self.working.base.agents.index(name)
        except ValueError:
            raise RefusedError("unknown") from None

    def inside(self, day: int) -> int:
        if not 0 <= day < self.problem.grid.days:
            raise RefusedError("outside")
        return day

    def queue(self, name: str) -> int:
        if name and name not in self.problem.queues:
            raise RefusedError("unknown")
        return self.problem.queues.index(name) if name else -1

    def shift(self, agent: int, day: int, *, even_locked: bool = False) -> Day:
        pieces = self.working.day(agent, day)
        if not pieces:
            raise RefusedError("no_shift")
        if is_locked(pieces) and not even_locked:
            raise RefusedError("locked")
        return pieces

    def span(self, start: int, end: int) -> None:
        if not 0 <= start < self.problem.grid.n:
            raise RefusedError("outside")
        if end <= start:
            raise RefusedError("too_short")
        if (end - start) * self.problem.grid.step_min > 24 * 60:
            raise RefusedError("too_long")

    # The edits.

    def move(self, agent: int, day: int, start: int) -> dict[Key, Day]:
        old = self.shift(agent, day)
        self.span(start, start + old[-1].end - old[0].start)
        target = int(self.problem.grid.day_of(start))
        if target != day and self.working.day(agent, target):
            raise RefusedError("occupied")
        return {(agent, day): (), (agent, target): self.shifted(agent, old, start)}

    def resize(self, agent: int, day: int, start: int, end: int) -> dict[Key, Day]:
        old = self.shift(agent, day)
        self.span(start, end)
        if int(self.problem.grid.day_of(start)) != day:
            raise RefusedError("outside")
        labels, first = spread(old), old[0].start
        last = len(labels) - 1
        work = [label for label in labels if label[0] == WORK] or [work_on(-1)]

        def label(slot: int) -> Label:
            place = slot - first
            return work[0] if place < 0 else work[-1] if place > last else labels[place]

        pauses = [piece for piece in old if piece.is_pause]
        return {(agent, day): self.with_pauses(agent, start, [label(slot) for slot in range(start, end)], pauses)}

    def insert(self, agent: int, edit: InsertShift) -> dict[Key, Day]:
        kind = next((shift for shift in self.problem.shifts if shift.id == edit.shift), None)
        if kind is None:
            raise RefusedError("unknown")
        length = edit.length_min or kind.lengths_min[0]
        slots = length // self.problem.grid.step_min
        self.span(edit.start, edit.start + slots)
        if int(self.problem.grid.day_of(edit.start)) != edit.day:
            raise RefusedError("outside")
        if self.working.day(agent, edit.day):
            raise RefusedError("occupied")
        queue = self.queue(edit.queue)
        return {(agent, edit.day): self.new_shift(agent, edit.start, slots, kind, queue)}

    def copy(self, source: Key, target: Key) -> dict[Key, Day]:
        pieces = self.shift(*source, even_locked=True)
        if target == source:
            raise RefusedError("nothing")
        if is_locked(self.working.day(*target)):
            raise RefusedError("locked")
        grid = self.problem.grid
        start = grid.at(target[1], int(grid.minute[pieces[0].start]))
        self.span(start, start + pieces[-1].end - pieces[0].start)
        # Training and meetings are not copied: they were meant for one person once.
        free = tuple(
            Piece(p.start, p.end, p.activity, p.queue)
            if p.activity == WORK or p.is_pause
            else Piece(p.start, p.end, WORK)
            for p in pieces
        )
        return {target: self.serving(target[0], self.shifted(target[0], free, start))}

    def swap(self, agent: int, other: int, day: int) -> dict[Key, Day]:
        if agent == other:
            raise RefusedError("nothing")
        one, two = self.working.day(agent, day), self.working.day(other, day)
        if not one and not two:
            raise RefusedError("no_shift")
        if is_locked(one) or is_locked(two):
            raise RefusedError("locked")
        return {(agent, day): two, (other, day): one}

    def move_break(self, key: Key, at: int, start: int) -> dict[Key, Day]:
        pieces = self.shift(*key)
        pause = next((piece for piece in pieces if piece.is_pause and piece.start == at), None)
        if pause is None:
            raise RefusedError("no_break")
        moved = pause.at(start)
        if moved.start < pieces[0].start or moved.end > pieces[-1].end:
            raise RefusedError("outside")
        others = [piece for piece in pieces if piece.is_pause and piece is not pause]
        if any(moved.start < piece.end and piece.start < moved.end for piece in others):
            raise RefusedError("occupied")
        return {key: compose(pieces[0].start, spread(pieces), [*others, moved])}

    def stretch(self, key: Key, edit: SetStretch) -> dict[Key, Day]:
        pieces = self.shift(*key)
        activity, queue = activity_of(edit.activity), self.queue(edit.queue)
        if activity is None:
            raise RefusedError("unknown")
        labels, first = spread(pieces), pieces[0].start
        inside = range(max(edit.start, first), min(edit.end, pieces[-1].end))
        if not inside:
            raise RefusedError("outside")
        label = work_on(queue) if activity == WORK else busy_with(activity, inside[0])
        for slot in inside:
            labels[slot - first] = label
        return {key: compose(first, labels, [piece for piece in pieces if piece.is_pause])}

    def put(self, key: Key, rows: tuple[tuple[int, int, int, int], ...]) -> dict[Key, Day]:
        if is_locked(self.working.day(*key)):
            raise RefusedError("locked")
        pieces = tuple(Piece(*row) for row in sorted(rows))
        if pieces and int(self.problem.grid.day_of(pieces[0].start)) != key[1]:
            raise RefusedError("outside")
        for piece in pieces:
            self.span(pieces[0].start, piece.end)
            known = 0 <= piece.activity < len(ACTIVITIES) and -1 <= piece.queue < len(self.problem.queues)
            if not known or piece.end <= piece.start:
                raise RefusedError("unknown")
        return {key: pieces}

    # Shifts in their new places.

    def own_time(self, agent: int) -> set[tuple[int, int, int]]:
        """(first slot, end, activity) of training and meetings that are fixed for the agent inside a shift."""
        return {
            (row.start, row.end, activity_code(row.kind))
            for row in self.problem.fixed
            if row.agent == agent and row.on_shift
        }

    def shifted(self, agent: int, old: Day, start: int) -> Day:
        """`old` from another slot on: everything moves along but what is fixed in time."""
        later, own = start - old[0].start, self.own_time(agent)
        fixed = [piece for piece in old if (piece.start, piece.end, piece.activity) in own]
        holes = {slot - old[0].start for piece in fixed for slot in range(piece.start, piece.end)}
        labels = _filled(spread(old), holes)
        pauses = [piece.at(piece.start + later) for piece in old if piece.is_pause]
        return self.with_pauses(agent, start, labels, pauses)

    def with_pauses(self, agent: int, start: int, labels: list[Label], pauses: list[Piece]) -> Day:
        """A shift with what is fixed in time in its place, and breaks that are legal if there are such."""
        step, end = self.problem.grid.step_min, start + len(labels)
        labels, taken = list(labels), set()
        for first, last, activity in self.own_time(agent):
            if start <= first and last <= end:
                for slot in range(first, last):
                    labels[slot - start] = busy_with(activity, first)
                    taken.add(slot)
        kind = fitting_type(self.problem, agent, start, len(labels)) or self.nearest_type(agent, len(labels))
        inside = [piece for piece in pauses if piece.start >= start and piece.end <= end]
        if kind is None:
            return compose(start, labels, inside)
        wanted = wanted_breaks(self.problem, kind, len(labels))
        if are_legal(inside, wanted, start, end, step, taken):
            return compose(start, labels, inside)
        loss = loss_of_one(self.problem, self.working.roster)
        worth = [
            float(loss[queue, slot]) if activity == WORK and queue >= 0 and 0 <= slot < loss.shape[1] else 0.0
            for slot, (activity, queue, _) in enumerate(labels, start)
        ]
        placed = place_pauses(wanted, start, worth, step, taken)
        return compose(start, labels, inside if placed is None else placed)

    def nearest_type(self, agent: int, slots: int) -> ShiftType | None:
        """A type of that very length, where the start or the weekday fits none: its breaks are the best guess."""
        length = slots * self.problem.grid.step_min
        return next((kind for kind in self.problem.shift_types(agent) if length in kind.lengths_min), None)

    def new_shift(self, agent: int, start: int, slots: int, kind: ShiftType, queue: int) -> Day:
        """A shift of a type: breaks where they cost least, each stretch between them where it helps most."""
        problem, step = self.problem, self.problem.grid.step_min
        gain = self.gains(agent)
        best = gain.max(axis=0) if queue < 0 else gain[queue]
        worth = [float(best[slot]) if slot < len(best) else 0.0 for slot in range(start, start + slots)]
        own = [row for row in self.own_time(agent) if start <= row[0] and row[1] <= start + slots]
        taken = {slot for first, last, _ in own for slot in range(first, last)}
        pauses = place_pauses(wanted_breaks(problem, kind, slots), start, worth, step, taken) or ()
        labels: list[Label] = [work_on(queue)] * slots
        for first, last, activity in own:
            labels[first - start : last - start] = [busy_with(activity, first)] * (last - first)
        day = compose(start, labels, pauses)
        return day if queue >= 0 else self.serving(agent, day)

    def serving(self, agent: int, day: Day) -> Day:
        """The same shift with work on no queue, or on one the agent cannot serve, given to the queue it helps most."""
        gain, last, pieces = self.gains(agent), self.problem.grid.n, []
        for piece in day:
            able = piece.queue >= 0 and self.problem.proficiency[agent, piece.queue] > 0
            if piece.activity == WORK and not able:
                sums = gain[:, min(piece.start, last) : min(piece.end, last)].sum(axis=1)
                queue = int(np.argmax(sums)) if len(sums) else -1
                can = len(sums) and self.problem.proficiency[agent, queue] > 0
                piece = replace(piece, queue=queue if can else -1)
            pieces.append(piece)
        pauses = [piece for piece in pieces if piece.is_pause]
        return compose(day[0].start, spread(tuple(pieces)), pauses) if pieces else ()

    def gains(self, agent: int) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
        """What the agent would bring each queue in each slot, (queues, slots); far below 0 where they cannot serve."""
        speed = self.problem.proficiency[agent][:, None]
        gain = gain_of_one(self.problem, self.working.roster)
        return np.where(speed > 0, gain * speed, -1e6)


def _filled(labels: list[Label], holes: set[int]) -> list[Label]:
    """Labels with those at the places `holes` taken from the nearest work before them, else behind."""
    work = [place for place, label in enumerate(labels) if place not in holes and label[0] == WORK]
    filled = list(labels)
    for hole in holes:
        nearest = max((place for place in work if place < hole), default=min(work, default=None))
        filled[hole] = work_on(-1) if nearest is None else labels[nearest]
    return filled
