"""on_call.csv of a plan folder as text and back, and the same as data of plan.json."""

from dataclasses import replace
from typing import Any

from staffing.audit.on_call import audit_on_call
from staffing.audit.price_on_call import on_call_cost
from staffing.domain.on_call import TURN_KINDS, CalledOut, OnCallPlan
from staffing.domain.problem import RosterProblem
from staffing.domain.result import Status, StopReason
from staffing.domain.roster import Roster
from staffing.files.cells import csv_text, plain_text, safe_text, shown
from staffing.files.faults import FaultLog
from staffing.files.rows import Row
from staffing.files.table import read_table
from staffing.measures.on_call import turn_rows
from staffing.plan import Plan

ON_CALL = "on_call.csv"
COLUMNS = ("duty", "date", "start", "end", "agent", "locked", "day", "pay", "response_min", "called_min")
REQUIRED = ("duty", "date", "agent")


def on_call_files(plan: Plan) -> dict[str, str]:
    """The file of a plan with on-call duties; nothing for others.

    One row for each place, by start; the agent is blank where nobody was found.
    """
    if plan.on_call is None:
        return {}
    return {ON_CALL: csv_text(COLUMNS, [tuple(_cell(row[name]) for name in COLUMNS) for row in turn_rows(plan)])}


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    return shown(value, 2) if isinstance(value, int | float) else safe_text(value)


def on_call_data(plan: Plan) -> dict[str, Any] | None:
    """Places, cost, bound and open places for plan.json; None without on-call duties."""
    found = plan.on_call
    if found is None:
        return None
    return {
        "status": found.status.value,
        "stop_reason": found.stop_reason.value,
        "method": found.method,
        "cost": dict(found.cost.components),
        "cost_total": found.cost.total,
        "bound": found.bound,
        "gap": found.gap,
        "open_places": sum(found.open),
        "turns": turn_rows(plan),
        "people": person_turns(found),
    }


def person_turns(found: OnCallPlan) -> list[dict[str, Any]]:
    """Turns of everybody who has agreed to a duty, by kind of day, and what the past adds."""
    problem, rows = found.problem, []
    for agent, name in enumerate(problem.agents):
        if not problem.agreed[agent].any():
            continue
        own = [problem.turns[turn].kind for turn, who in found.pairs if who == agent]
        counts = {kind: own.count(number) for number, kind in enumerate(TURN_KINDS)}
        rows.append({"agent": name, **counts, "before": int(problem.before[agent].sum())})
    return rows


def read_on_call(data: bytes, found: OnCallPlan, log: FaultLog) -> OnCallPlan:
    """The places of an on_call.csv that somebody changed; `duty`, `date`, `agent` and `locked` are what is read."""
    table = read_table(ON_CALL, data, REQUIRED, tuple(set(COLUMNS) - set(REQUIRED)), log, may_be_empty=True)
    if table is None:
        return found
    problem = found.problem
    duties = {duty.id: number for number, duty in enumerate(problem.duties)}
    agents = {agent: number for number, agent in enumerate(problem.agents)}
    turns = {(turn.duty, problem.date_of(turn)): number for number, turn in enumerate(problem.turns)}
    pairs, locked = set[tuple[int, int]](), set[tuple[int, int]]()
    called: list[CalledOut] = []
    for line, cells in table.rows():
        row = Row(table, line, {name: plain_text(cell) for name, cell in cells.items()}, log)
        duty, day = row.known("unknown_on_call", "duty", duties), row.date("date")
        agent = row.text("agent")
        if agent:
            row.check_known("unknown_agent", "agent", agent, agents)
        is_locked, minutes = row.flag("locked", False), row.whole("called_min", 0, low=0) or 0
        if not row.ok or day is None:
            continue
        turn = turns.get((duties[duty], day))
        if turn is None:
            held = [str(problem.date_of(one)) for one in problem.turns if one.duty == duties[duty]]
            row.fault("on_call_not_held", "date", str(day), " | ".join(held[:7]) or "-")
        elif agent and (turn, agents[agent]) in pairs:
            row.fault("on_call_twice", "agent", agent, "1")
        elif agent:
            pairs.add((turn, agents[agent]))
            if minutes:
                called.append(CalledOut(turn, agents[agent], minutes))
            if is_locked:
                locked.add((turn, agents[agent]))
    # What stands by itself is flagged in the file as well; only places locked by hand are kept as such.
    own = locked - (set(found.problem.locked) - set(found.locked))
    stated = replace(problem, called=tuple(called))
    return replace(found, problem=stated, pairs=tuple(sorted(pairs)), locked=tuple(sorted(own)))


def judged_on_call(problem: RosterProblem, roster: Roster | None, found: OnCallPlan) -> OnCallPlan:
    """Places changed by hand, audited and priced anew; the stored bound does not belong to them."""
    faults = () if roster is None else audit_on_call(problem, found.problem, roster, found.pairs)
    return replace(
        found,
        status=Status.INFEASIBLE if any(fault.severity == "hard" for fault in faults) else Status.FEASIBLE,
        stop_reason=StopReason.STOPPED,
        cost=on_call_cost(found.problem, found.pairs),
        bound=None,
        method="by hand",
    )
