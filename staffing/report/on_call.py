"""On-call duties in words and as plain rows: the summary of a plan, and who could have a turn."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from staffing.domain.on_call import Candidate, TurnAnswer
from staffing.i18n import text
from staffing.measures.on_call import TurnChange
from staffing.plan import Plan
from staffing.report.explained import rule_words


def on_call_summary(plan: Plan) -> dict[str, Any] | None:
    """Places, open ones with their turns, cost and bound; None without on-call duties."""
    found = plan.on_call
    if found is None:
        return None
    problem, rows = found.problem, []
    for turn, missing in zip(problem.turns, found.open, strict=True):
        if missing:
            duty = problem.duties[turn.duty]
            start, end = problem.grid.iso(turn.start), problem.grid.iso(turn.end)
            rows.append({"duty": duty.id, "start": start, "end": end, "open": missing, "people": duty.people})
    return {
        "status": str(found.status),
        "places": sum(problem.duties[turn.duty].people for turn in problem.turns),
        "open": sum(found.open),
        "cost": found.cost.total,
        "bound": found.bound,
        "gap": found.gap,
        "open_turns": rows,
    }


def summary_lines(data: Mapping[str, Any], lang: str) -> Iterator[str]:
    """The summary as lines: figures and proof, then every open turn."""
    line = text("on_call.summary", lang, places=data["places"], open=data["open"], cost=f"{data['cost']:,.0f}")
    if data["status"] == "optimal":
        line += text("on_call.proven", lang)
    elif data["bound"] is not None:
        line += text("on_call.bound", lang, bound=f"{data['bound']:,.0f}")
    yield line
    if data["status"] == "infeasible":
        yield text("on_call.infeasible", lang)
    for row in data["open_turns"]:
        yield text(
            "on_call.open_turn", lang, duty=row["duty"], when=hours(row), count=row["open"], people=row["people"]
        )


def hours(row: Mapping[str, Any]) -> str:
    """``2026-02-02 18:00-08:00``."""
    start, end = (datetime.fromisoformat(row[name]) for name in ("start", "end"))
    return f"{start:%Y-%m-%d %H:%M}-{end:%H:%M}"


def people_words(agents: Sequence[str], lang: str, names: Mapping[str, str] | None = None) -> str:
    """People of a turn, by name where `names` are given; nobody where there are none."""
    called = names or {}
    return ", ".join(called.get(agent, agent) for agent in agents) or text("on_call.nobody", lang)


def change_words(change: TurnChange, lang: str, names: Mapping[str, str] | None = None) -> str:
    """``night 2026-02-02 18:00-08:00: a1 -> a4``."""
    before, after = (people_words(agents, lang, names) for agents in (change.before, change.after))
    when = hours({"start": change.start, "end": change.end})
    return text("on_call.change", lang, duty=change.duty, when=when, before=before, after=after)


def turn_data(plan: Plan, answer: TurnAnswer, asked: int | None = None) -> dict[str, Any]:
    """One turn with the people who have it, could have it and cannot; only `asked` where somebody is named."""
    assert plan.on_call is not None
    problem = plan.on_call.problem
    turn = problem.turns[answer.turn]

    def row(one: Candidate) -> dict[str, Any]:
        rules = list(dict.fromkeys(fault.rule for fault in one.faults))
        return {"agent": problem.agents[one.agent], "has_turn": one.has_turn, "change": one.change, "rules": rules}

    chosen = [one for one in (*answer.candidates, *answer.refused) if asked is None or one.agent == asked]
    return {
        "duty": problem.duties[turn.duty].id,
        "start": problem.grid.iso(turn.start),
        "end": problem.grid.iso(turn.end),
        "open": answer.open_places,
        "agents": [problem.agents[agent] for agent in plan.on_call.agents_of[answer.turn]],
        "people": [row(one) for one in chosen],
        "asked": None if asked is None else problem.agents[asked],
    }


def turn_lines(data: Mapping[str, Any], lang: str) -> Iterator[str]:
    """The answer as lines, those who could take the turn first."""
    agents = ", ".join(data["agents"]) or text("on_call.nobody", lang)
    yield text("on_call.turn", lang, duty=data["duty"], when=hours(data), agents=agents)
    for row in data["people"]:
        yield "  " + person_words(row, lang)
    if not data["people"]:
        key = "on_call.none_agreed" if data["asked"] is None else "on_call.could_not"
        yield "  " + text(key, lang, agent=data["asked"], rules=rule_words(["on_call_consent"], lang))


def person_words(row: Mapping[str, Any], lang: str) -> str:
    """What one person could do about a turn."""
    if row["has_turn"]:
        return text("on_call.has", lang, agent=row["agent"])
    if row["rules"]:
        return text("on_call.could_not", lang, agent=row["agent"], rules=rule_words(row["rules"], lang))
    return text("on_call.could", lang, agent=row["agent"], cost=f"{row['change']:+,.2f}")
