"""On-call duties of a plan as small tables: who has which turn, who is on call now, how even the shares are."""

from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from staffing.domain.on_call import TURN_KINDS, OnCallPlan, Turn
from staffing.plan import Plan
from staffing.ui.words import NOTHING, Words


@dataclass(frozen=True, slots=True)
class OnCallNow:
    """One turn for people to read: duty, hours, who has it (names), and the minutes until they are at work."""

    duty: str
    start: datetime
    end: datetime
    people: tuple[str, ...]
    open_places: int
    response_min: int


def duty_name(found: OnCallPlan, turn: Turn) -> str:
    """Name of a turn's duty, its id where it has none."""
    duty = found.problem.duties[turn.duty]
    return duty.name or duty.id


def agent_names(plan: Plan) -> list[str]:
    """Name of each agent, the id where there is none."""
    return [agent.name or agent.id for agent in plan.problem.agents]


def week_strip(plan: Plan, words: Words) -> pd.DataFrame:
    """Duties by day: who is on call, and the places nobody has. An empty table without duties."""
    found = plan.on_call
    if found is None:
        return pd.DataFrame()
    names, grid = agent_names(plan), plan.problem.grid
    rows: list[dict[str, str]] = []
    for number, duty in enumerate(found.problem.duties):
        row = {words("on_call.duty"): duty.name or duty.id}
        row |= {words.day(when): NOTHING for when in grid.dates}
        for turn, agents, missing in zip(found.problem.turns, found.agents_of, found.open, strict=True):
            if turn.duty == number:
                told = [names[agent] for agent in agents]
                told += [words("on_call.open_places", count=missing)] if missing else []
                row[words.day(grid.dates[turn.day])] = ", ".join(told)
        rows.append(row)
    return pd.DataFrame(rows)


def turns_at(plan: Plan, moment: datetime) -> tuple[OnCallNow, ...]:
    """Turns that run at a moment; none outside the plan."""
    return tuple(row for row in _turns(plan) if row.start <= moment < row.end)


def next_turn(plan: Plan, moment: datetime) -> OnCallNow | None:
    """The first turn that begins after a moment."""
    later = [row for row in _turns(plan) if row.start > moment]
    return min(later, key=lambda row: row.start, default=None)


def turns_of(plan: Plan, agent: str) -> tuple[OnCallNow, ...]:
    """Turns of one agent, by start."""
    found = plan.on_call
    if found is None or agent not in found.problem.agents:
        return ()
    number = found.problem.agents.index(agent)
    rows = _turns(plan)
    mine = (rows[turn] for turn, who in found.pairs if who == number)
    return tuple(sorted(mine, key=lambda row: row.start))


def share_table(plan: Plan, words: Words) -> pd.DataFrame:
    """Turns by kind of day of everybody who has agreed to a duty, and how many more than others they had before."""
    found = plan.on_call
    if found is None:
        return pd.DataFrame()
    names, rows = agent_names(plan), []
    for agent in range(len(names)):
        if not found.problem.agreed[agent].any():
            continue
        own = [found.problem.turns[turn].kind for turn, who in found.pairs if who == agent]
        row: dict[str, str | int] = {words.term("report.agent"): names[agent]}
        row |= {words.term(f"on_call.kind_{kind}"): own.count(number) for number, kind in enumerate(TURN_KINDS)}
        row[words("on_call.before")] = int(found.problem.before[agent].sum())
        rows.append(row)
    return pd.DataFrame(rows)


def _turns(plan: Plan) -> tuple[OnCallNow, ...]:
    found = plan.on_call
    if found is None:
        return ()
    names, grid = agent_names(plan), plan.problem.grid
    return tuple(
        OnCallNow(
            duty_name(found, turn),
            grid.local(turn.start),
            grid.local(turn.end),
            tuple(names[agent] for agent in agents),
            missing,
            found.problem.duties[turn.duty].response_min,
        )
        for turn, agents, missing in zip(found.problem.turns, found.agents_of, found.open, strict=True)
    )
