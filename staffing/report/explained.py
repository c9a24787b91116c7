"""Answers about a plan as plain rows of codes, ids and numbers, for commands, pages and files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from staffing.domain.problem import RosterProblem
from staffing.domain.roster import ACTIVITIES
from staffing.i18n import text
from staffing.measures import BURDENS, PersonFairness

if TYPE_CHECKING:
    from staffing.solver.explain import Ceiling, Change, Filling, Findings, Group, Reasons

Row = dict[str, Any]
DIGITS = 6


def filling_data(problem: RosterProblem, filling: Filling) -> Row:
    """A gap, who could fill it, and what keeps the others from it."""
    grid = problem.grid
    return {
        "queues": [problem.queues[queue] for queue in filling.queues],
        "start": grid.iso(filling.first),
        "end": grid.iso(filling.last),
        "short_h": round(filling.short_h, DIGITS),
        "legal": filling.legal,
        "fillers": [
            {
                "agent": problem.agents[one.agent].id,
                "kind": one.kind,
                **change_data(problem, one.change),
                "cost": costs(one.cost),
                "total": round(one.total, DIGITS),
                "filled_h": round(one.filled_h, DIGITS),
                "short_h": round(one.short_h, DIGITS),
            }
            for one in filling.fillers
        ],
        "refusals": [
            {
                "agent": problem.agents[one.agent].id,
                "kind": one.kind,
                "rule": one.rules[0],
                "rules": list(one.rules),
                **change_data(problem, one.change),
            }
            for one in filling.refusals
        ],
    }


def change_data(problem: RosterProblem, change: Change) -> Row:
    """The day worked instead, with its segments, and the day given up for it, if any."""
    grid = problem.grid
    worked = sorted({row[0] for row in change.rows})
    given = [day for day in change.days if day not in worked]
    return {
        "date": str(grid.dates[worked[0] if worked else change.days[0]]),
        "start": grid.iso(change.rows[0][1]) if change.rows else None,
        "end": grid.iso(change.rows[-1][2]) if change.rows else None,
        "given_up": str(grid.dates[given[0]]) if given and worked else None,
        "segments": [
            {
                "start": grid.iso(start),
                "end": grid.iso(end),
                "activity": ACTIVITIES[activity],
                "queue": problem.queues[queue] if queue >= 0 else "",
            }
            for _, start, end, activity, queue in change.rows
        ],
    }


def reasons_data(problem: RosterProblem, reasons: Reasons) -> Row:
    """A person's day, what it adds to the cost, and everything else that it could be."""
    grid = problem.grid
    return {
        "agent": problem.agents[reasons.agent].id,
        "date": str(grid.dates[reasons.day]),
        "start": grid.iso(reasons.start) if reasons.start >= 0 else None,
        "end": grid.iso(reasons.end) if reasons.end >= 0 else None,
        "cost": costs(reasons.costs),
        "alternatives": [
            {
                "start": grid.iso(one.start) if one.start >= 0 else None,
                "end": grid.iso(one.end) if one.end >= 0 else None,
                "rules": list(one.rules),
                "cost": costs(one.cost),
                "total": round(one.total, DIGITS),
            }
            for one in reasons.alternatives
        ],
    }


def ceiling_data(problem: RosterProblem, rows: Iterable[Ceiling]) -> list[Row]:
    """Short slots with the most people that any legal roster can have there."""
    return [
        {
            "start": problem.grid.iso(one.slot),
            "queues": [problem.queues[queue] for queue in one.queues],
            "required": round(one.required, DIGITS),
            "most": round(one.most, DIGITS),
            "is_short": one.is_short,
            **{name: getattr(one, name) for name in ("skilled", "away", "no_shift", "occupied", "ruled_out")},
        }
        for one in rows
    ]


def findings_data(problem: RosterProblem, findings: Findings) -> Row:
    """Conflicts and the ways out of them."""
    return {
        "kept": findings.kept,
        "conflicts": [
            {"minimal": one.minimal, "groups": [group_data(problem, group) for group in one.groups]}
            for one in findings.conflicts
        ],
        "ways_out": [
            {
                "rules": list(one.rules),
                "weight": one.weight,
                "fewest": one.fewest,
                "groups": [group_data(problem, group) for group in one.groups],
            }
            for one in findings.relaxations
        ],
        "groups": findings.groups,
        "questions": findings.questions,
    }


def group_data(problem: RosterProblem, group: Group) -> Row:
    """A named group: rule, person, first day, queue or role."""
    return {
        "rule": group.rule,
        "agent": None if group.agent is None else problem.agents[group.agent].id,
        "date": None if group.day is None else str(problem.grid.dates[group.day]),
        "name": group.name,
    }


def fairness_data(rows: Iterable[PersonFairness], queues: Iterable[str]) -> list[Row]:
    """One flat row for each person: burdens, the same with what was carried over, wishes, hours, hours by queue."""
    names = tuple(queues)
    found = []
    for row in rows:
        hours = dict(row.queue_h)
        found.append(
            {
                "agent": row.agent,
                **{burden: int(getattr(row, burden)) for burden in BURDENS},
                **{f"{burden}_before": dict(row.before).get(burden, 0) for burden in BURDENS},
                "wishes_asked": row.wishes_asked,
                "wishes_granted": row.wishes_granted,
                "paid_h": round(row.paid_h, 2),
                "contract_min_h": round(row.contract_min_h, 2),
                "contract_max_h": round(row.contract_max_h, 2),
                "balance_h": round(row.balance_h, 2),
                "paid_before_h": round(row.paid_before_h, 2),
                "balance_before_h": round(row.balance_before_h, 2),
                "wishes_asked_before": row.wishes_asked_before,
                "wishes_granted_before": row.wishes_granted_before,
                **{f"h_{name}": round(hours.get(name, 0.0), 2) for name in names},
            }
        )
    return found


def costs(components: Mapping[str, float]) -> dict[str, float]:
    """Rounded differences by component."""
    return {name: round(value, DIGITS) for name, value in components.items()}


def cost_words(components: Mapping[str, float], lang: str) -> str:
    """Differences in words, the largest first: ``Wages +32, Agents short -16``."""
    ranked = sorted(components.items(), key=lambda item: -abs(item[1]))
    return ", ".join(f"{text(f'cost.{name}', lang)} {value:+,.0f}" for name, value in ranked if abs(value) >= 0.5)


def rule_words(rules: Iterable[str], lang: str) -> str:
    """Names of rules, joined; one that is no work rule, such as wishes, by its own text."""
    return ", ".join(rule_name(rule, lang) for rule in rules)


def rule_name(rule: str, lang: str) -> str:
    """Name of a rule, or of what an explanation treats as one."""
    own = {"": "explain.all_rules", "wishes": "explain.wishes", "min_agents": "explain.min_agents"}
    return text(own.get(rule, f"rule.{rule}"), lang)


def group_words(row: Mapping[str, Any], lang: str) -> str:
    """A named group in words: ``Weekend days: a7, 2026-01-10``."""
    parts = [part for part in (row["name"], row["agent"], row["date"]) if part]
    return f"{rule_name(str(row['rule']), lang)}: {', '.join(parts)}"
