"""The rules of on-call duties, checked without a solver, and why somebody cannot take a turn."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from staffing.audit.shifts import shift_table
from staffing.audit.terms import EPSILON, HARD, SOFT
from staffing.audit.weeks import week_paid
from staffing.domain.arrays import IntArray
from staffing.domain.on_call import OnCallPlan, OnCallProblem, Pairs, Turn
from staffing.domain.problem import RosterProblem
from staffing.domain.result import Violation
from staffing.domain.roster import Roster

Span = tuple[int, int]


@dataclass(frozen=True, eq=False)
class Worked:
    """What the roster says of each agent: shifts in order of start, and paid minutes of each week."""

    shifts: tuple[tuple[Span, ...], ...]
    paid_min: IntArray


def worked(problem: RosterProblem, roster: Roster) -> Worked:
    """The shifts that turns must leave alone; the last shift before the horizon is one of them."""
    found: list[list[Span]] = [[] for _ in problem.agents]
    for agent, end in enumerate(problem.last_end.tolist()):
        found[agent].append((min(0, end) - 1, end))
    table = shift_table(roster)
    for agent, start, end in zip(table.agent.tolist(), table.start.tolist(), table.end.tolist(), strict=True):
        found[agent].append((start, end))
    return Worked(tuple(tuple(sorted(rows)) for rows in found), week_paid(problem, roster))


@dataclass(frozen=True, eq=False)
class Person:
    """One agent with shifts and turns, as the rules see them."""

    problem: OnCallProblem
    agent: int
    shifts: tuple[Span, ...]
    paid_min: IntArray
    numbers: tuple[int, ...]

    @property
    def turns(self) -> tuple[Turn, ...]:
        return tuple(self.problem.turns[number] for number in self.numbers)

    @property
    def uncalled(self) -> tuple[Turn, ...]:
        """Turns in which nobody was called to work."""
        called = {call.turn for call in self.problem.called if call.agent == self.agent}
        return tuple(self.problem.turns[number] for number in self.numbers if number not in called)

    @property
    def working(self) -> tuple[Turn, ...]:
        """Turns whose time is working time."""
        return tuple(turn for turn in self.turns if self.problem.counting[turn.duty])

    def broken(self, rule: str, turn: Turn | None, day: int | None = None, **detail: str | float) -> Violation:
        if turn is None:
            return Violation(rule, HARD, self.agent, day, detail)
        return Violation(rule, HARD, self.agent, turn.day, {"duty": self.problem.duties[turn.duty].id, **detail})


def consent(person: Person) -> Iterator[Violation]:
    """Only who has agreed to a duty is on call for it."""
    for turn in person.turns:
        if not person.problem.agreed[person.agent, turn.duty]:
            yield person.broken("on_call_consent", turn)


def skill(person: Person) -> Iterator[Violation]:
    """Who is on call can serve every queue of the duty."""
    for turn in person.turns:
        if not person.problem.skilled[person.agent, turn.duty]:
            yield person.broken("on_call_skill", turn)


def absent(person: Person) -> Iterator[Violation]:
    """Nobody is on call while absent or not employed."""
    for turn in person.turns:
        if any(_meet((turn.start, turn.end), span) for span in person.problem.away_of.get(person.agent, ())):
            yield person.broken("on_call_absent", turn)


def shift(person: Person) -> Iterator[Violation]:
    """Nobody is on call during a shift, training in it included; a shift after a call is meant to lie there."""
    for turn in person.uncalled:
        if any(_meet((turn.start, turn.end), span) for span in person.shifts):
            yield person.broken("on_call_shift", turn)


def overlap(person: Person) -> Iterator[Violation]:
    """Nobody has two turns at one time."""
    until = -(2**40)
    for turn in sorted(person.turns, key=lambda one: (one.start, one.end)):
        if turn.start < until:
            yield person.broken("on_call_overlap", turn)
        until = max(until, turn.end)


def week(person: Person) -> Iterator[Violation]:
    """At most `max_per_week` turns begin in a week of the plan."""
    limit = person.problem.rules.max_per_week
    if limit is None:
        return
    for number, count in _counts(turn.day // 7 for turn in person.turns).items():
        if count > limit:
            yield person.broken("on_call_week", None, 7 * number, turns=float(count), limit=float(limit))


def period(person: Person) -> Iterator[Violation]:
    """At most `max_per_period` turns begin in a period, those before the horizon included."""
    problem, limit = person.problem, person.problem.rules.max_per_period
    if limit is None:
        return
    of_day = problem.period_of_day
    for number, count in _counts(int(of_day[turn.day]) for turn in person.turns).items():
        total = count + (int(problem.period_before[person.agent]) if number == 0 else 0)
        if total > limit:
            day = int(np.flatnonzero(of_day == number)[0])
            yield person.broken("on_call_period", None, day, turns=float(total), limit=float(limit))


def gap(person: Person) -> Iterator[Violation]:
    """At least `gap_days` days lie between the first days of two turns, past ones included."""
    limit = person.problem.rules.gap_days
    if not limit:
        return
    last = int(person.problem.last_day[person.agent])
    for turn in sorted(person.turns, key=lambda one: one.day):
        if turn.day - last <= limit:
            yield person.broken("on_call_gap", turn, days=float(turn.day - last - 1), limit=float(limit))
        last = turn.day


def rest(person: Person) -> Iterator[Violation]:
    """Where time on call is working time: `rest_h` before and after it, as between shifts."""
    spans: list[tuple[int, int, Turn | None]] = [(start, end, None) for start, end in person.shifts]
    uncalled = person.uncalled
    spans += [(turn.start, turn.end, turn) for turn in person.working if turn in uncalled]
    spans.sort(key=lambda one: (one[0], one[1]))
    before: tuple[int, int, Turn | None] | None = None
    for span in spans:
        if before is not None:
            turn = span[2] or before[2]
            free_h = (span[0] - before[1]) * person.problem.grid.step_h
            if turn is not None and free_h < person.problem.rest_h - EPSILON:
                yield person.broken("on_call_rest", turn, rest_h=free_h, limit_h=person.problem.rest_h)
        if before is None or span[1] >= before[1]:
            before = span


def hours(person: Person) -> Iterator[Violation]:
    """Where time on call is working time: it and the paid shifts of a week keep the contract's most hours."""
    problem, minutes = person.problem, dict[int, int]()
    for turn in person.working:
        number = turn.day // 7
        minutes[number] = minutes.get(number, 0) + (turn.end - turn.start) * problem.grid.step_min
    for number, own in sorted(minutes.items()):
        total, most = own + int(person.paid_min[number]), int(problem.week_most_min[person.agent, number])
        if total > most:
            yield person.broken("on_call_hours", None, 7 * number, hours=total / 60, limit=most / 60)


def weekly_rest(person: Person) -> Iterator[Violation]:
    """Where time on call is working time: every whole week with some keeps its long rest."""
    problem, grid = person.problem, person.problem.grid
    for number in range(grid.days // 7):
        first, last = int(grid.day_start[7 * number]), int(grid.day_start[7 * number + 7])
        turns = [(turn.start, turn.end) for turn in person.working]
        if not any(_meet((first, last), span) for span in turns):
            continue
        free, longest = first, 0
        for start, end in sorted([*person.shifts, *turns, (last, last)]):
            longest = max(longest, min(start, last) - free)
            free = max(free, min(end, last))
        if longest * grid.step_h < problem.weekly_rest_h - EPSILON:
            yield person.broken(
                "on_call_weekly_rest", None, 7 * number, rest_h=longest * grid.step_h, limit_h=problem.weekly_rest_h
            )


ON_CALL_RULES: Mapping[str, Callable[[Person], Iterator[Violation]]] = {
    "on_call_consent": consent,
    "on_call_skill": skill,
    "on_call_absent": absent,
    "on_call_shift": shift,
    "on_call_overlap": overlap,
    "on_call_week": week,
    "on_call_period": period,
    "on_call_gap": gap,
    "on_call_rest": rest,
    "on_call_hours": hours,
    "on_call_weekly_rest": weekly_rest,
}
"""Rules of one person; `on_call_locked`, `on_call_people` and the soft `on_call_open` concern whole turns."""


def audit_on_call(problem: RosterProblem, duties: OnCallProblem, roster: Roster, pairs: Pairs) -> tuple[Violation, ...]:
    """Everything that these places break, rule by rule; open places are soft.

    Raises
    ------
    ValueError
        When a place names a turn or an agent that is not there.
    """
    _known(duties, pairs)
    ground = worked(problem, roster)
    own: dict[int, list[int]] = {}
    for turn, agent in pairs:
        own.setdefault(agent, []).append(turn)
    people = [_person(duties, ground, agent, turns) for agent, turns in sorted(own.items())]
    found = [fault for check in ON_CALL_RULES.values() for person in people for fault in check(person)]
    return (*found, *_turn_faults(duties, pairs))


def plan_faults(problem: RosterProblem, roster: Roster, on_call: OnCallPlan | None) -> tuple[Violation, ...]:
    """What the on-call places of a plan break; nothing where it has none."""
    return () if on_call is None else audit_on_call(problem, on_call.problem, roster, on_call.pairs)


def why_not(duties: OnCallProblem, ground: Worked, pairs: Pairs, turn: int, agent: int) -> tuple[Violation, ...]:
    """The rules that keep an agent from one more turn; empty when nothing does."""
    own = [number for number, who in pairs if who == agent]
    before = {_key(fault) for fault in _person_faults(_person(duties, ground, agent, own))}
    after = _person_faults(_person(duties, ground, agent, [*own, turn]))
    return tuple(fault for fault in after if _key(fault) not in before)


def _person(duties: OnCallProblem, ground: Worked, agent: int, turns: list[int]) -> Person:
    return Person(duties, agent, ground.shifts[agent], ground.paid_min[agent], tuple(sorted(turns)))


def _person_faults(person: Person) -> list[Violation]:
    return [fault for check in ON_CALL_RULES.values() for fault in check(person)]


def _turn_faults(duties: OnCallProblem, pairs: Pairs) -> Iterator[Violation]:
    held = set(pairs)
    for turn, agent in duties.locked:
        if (turn, agent) not in held:
            row = duties.turns[turn]
            yield Violation("on_call_locked", HARD, agent, row.day, {"duty": duties.duties[row.duty].id})
    count = _counts(turn for turn, _ in pairs)
    for severity, sign, rule in ((HARD, 1, "on_call_people"), (SOFT, -1, "on_call_open")):
        for number, row in enumerate(duties.turns):
            duty = duties.duties[row.duty]
            beyond = sign * (count.get(number, 0) - duty.people)
            if beyond > 0:
                yield Violation(rule, severity, None, row.day, {"duty": duty.id, "people": float(beyond)})


def _known(duties: OnCallProblem, pairs: Pairs) -> None:
    for turn, agent in pairs:
        if not (0 <= turn < len(duties.turns) and 0 <= agent < len(duties.agents)):
            raise ValueError(f"place is turn {turn}, agent {agent}, expected ones of the problem")
    if len(set(pairs)) < len(pairs):
        raise ValueError("places hold one twice, expected each once")


def _key(fault: Violation) -> tuple[object, ...]:
    return fault.rule, fault.day, tuple(sorted(fault.detail.items()))


def _counts(numbers: Iterator[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for number in numbers:
        found[number] = found.get(number, 0) + 1
    return found


def _meet(one: Span, other: Span) -> bool:
    return one[0] < other[1] and one[1] > other[0]
