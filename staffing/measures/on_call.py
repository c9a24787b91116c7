"""On-call places of a plan as rows for tables: duty, hours, person, pay."""

from typing import Any

from staffing.domain.on_call import TURN_KINDS
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
