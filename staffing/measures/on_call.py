"""On-call places of a plan as rows for tables: duty, hours, person, pay; and turns that change hands."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from staffing.domain.on_call import TURN_KINDS, OnCallPlan
from staffing.plan import Plan


def turn_rows(plan: Plan) -> list[dict[str, Any]]:
    """One row for each place of each turn, by start; the agent is None where nobody was found.

    ``day`` is the kind of day, ``turn`` the number of the turn, ``locked`` a place that stands.
    """
    found = plan.on_call
    if found is None:
        return []
    problem, rows = found.problem, []
    standing = {*found.locked, *problem.locked}
    minutes = {(call.turn, call.agent): call.minutes for call in problem.called}
    for number, (turn, agents, missing) in enumerate(zip(problem.turns, found.agents_of, found.open, strict=True)):
        duty = problem.duties[turn.duty]
        for agent in (*agents, *([None] * missing)):
            rows.append(
                {
                    "turn": number,
                    "duty": duty.id,
                    "date": str(problem.date_of(turn)),
                    "start": problem.grid.iso(turn.start),
                    "end": problem.grid.iso(turn.end),
                    "agent": None if agent is None else problem.agents[agent],
                    "locked": agent is not None and (number, agent) in standing,
                    "day": TURN_KINDS[turn.kind],
                    "pay": None if agent is None else problem.pay_cents(turn, agent) / 100,
                    "response_min": duty.response_min,
                    "called_min": None if agent is None else minutes.get((number, agent), 0),
                }
            )
    return sorted(rows, key=lambda row: (problem.turns[row["turn"]].start, row["duty"], row["agent"] or "~"))


@dataclass(frozen=True, slots=True)
class TurnChange:
    """A turn whose people differ: ISO `start` and `end`, ids of the people before and after, price of the changes."""

    duty: str
    start: str
    end: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    price: float = 0.0


def turn_changes(published: Plan, plan: Plan) -> tuple[TurnChange, ...]:
    """Turns on days of both plans that other people have, by start; one that only one plan holds counts too."""
    days = set(published.problem.grid.dates) & set(plan.problem.grid.dates)
    old, new = _held(published.on_call, days), _held(plan.on_call, days)
    found = []
    for key in old.keys() | new.keys():
        _, _, before = old.get(key, ("", "", ()))
        _, _, after = new.get(key, ("", "", ()))
        if before != after:
            start, end, _ = new.get(key) or old[key]
            found.append(TurnChange(key[0], start, end, before, after))
    return tuple(sorted(found, key=lambda change: (change.start, change.duty)))


def replanned_turns(plan: Plan) -> tuple[TurnChange, ...]:
    """Turns that a re-plan took from or gave to somebody, with the price of it; nothing for a first plan."""
    if plan.replanned is None or plan.on_call is None:
        return ()
    problem = plan.on_call.problem
    found = []
    for number in problem.known:
        was = {agent for turn, agent in problem.reference if turn == number}
        now = {agent for turn, agent in plan.on_call.pairs if turn == number}
        if was != now:
            turn = problem.turns[number]
            price = len(was ^ now) * problem.change_cents(turn) / 100
            start, end = problem.grid.iso(turn.start), problem.grid.iso(turn.end)
            before, after = (tuple(sorted(problem.agents[agent] for agent in people)) for people in (was, now))
            found.append(TurnChange(problem.duties[turn.duty].id, start, end, before, after, price))
    return tuple(sorted(found, key=lambda change: (change.start, change.duty)))


def _held(found: OnCallPlan | None, days: Iterable[date]) -> dict[tuple[str, date], tuple[str, str, tuple[str, ...]]]:
    """Hours and people of every turn that begins on one of the days."""
    if found is None:
        return {}
    problem, known = found.problem, set(days)
    return {
        (problem.duties[turn.duty].id, problem.date_of(turn)): (
            problem.grid.iso(turn.start),
            problem.grid.iso(turn.end),
            tuple(sorted(problem.agents[agent] for agent in agents)),
        )
        for turn, agents in zip(problem.turns, found.agents_of, strict=True)
        if problem.date_of(turn) in known
    }
