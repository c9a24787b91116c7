"""What a check of rules found, in sentences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from staffing.domain.people import Agent
from staffing.report.explained import rule_name
from staffing.report.rule_lines import RuleLine, sentence
from staffing.ui.words import NOTHING, Words

LINES: Mapping[str, str] = {
    "rest": "rest_h",
    "consecutive_days": "max_consecutive_days",
    "weekly_rest": "weekly_rest_h",
    "weekends": "weekend_days_max",
    "period_weekends": "weekends_max_per_period",
    "successions": "forbidden_successions",
    "nights": "nights_max_per_week",
    "contract_hours": "weekly_minutes_min",
    "contract_days": "days_min",
    "start_band": "start_band_min",
    "period_hours": "period_minutes_min",
}
"""Key of centre.toml at which the sentence of a rule begins."""


@dataclass(frozen=True, slots=True)
class Told:
    """A conflict or a way out: who or what it is about, and one line for each rule with its days."""

    title: str
    lines: tuple[str, ...]


def told_groups(
    groups: Sequence[Mapping[str, Any]], agents: Mapping[str, Agent], lines: Sequence[RuleLine], words: Words
) -> Told:
    """Groups of one conflict by rule, each with its sentence and its days."""
    people = list(dict.fromkeys(str(group["agent"]) for group in groups if group["agent"]))
    title = ", ".join(person(agents, ident) for ident in people[:3])
    if len(people) > 3:
        title = words("rules.people_more", people=title, count=len(people) - 3)
    rows = []
    for rule in dict.fromkeys(str(group["rule"]) for group in groups):
        mine = [group for group in groups if group["rule"] == rule]
        rows.append(f"{rule_sentence(rule, mine, agents, lines, words)} {_days(mine, words)}".strip())
    return Told(title or words("rules.everybody"), tuple(rows))


def rule_sentence(
    rule: str,
    groups: Sequence[Mapping[str, Any]],
    agents: Mapping[str, Agent],
    lines: Sequence[RuleLine],
    words: Words,
) -> str:
    """Name of a rule with its sentence, for the contract of the people it is about where it is a contract's."""
    name = rule_name(rule, words.lang)
    own = {agents[str(group["agent"])].contract for group in groups if str(group["agent"]) in agents}
    for line in lines:
        if line.fields and line.fields[0].path[-1] == LINES.get(rule) and line.owner in ("", *own):
            return f"{name}: {sentence(line, words.lang)}"
    about = ", ".join(dict.fromkeys(str(group["name"]) for group in groups if group["name"]))
    return f"{name}: {about}" if about else name


def person(agents: Mapping[str, Agent], ident: str) -> str:
    """Name and id of a person."""
    agent = agents.get(ident)
    return f"{agent.name} ({ident})" if agent is not None and agent.name else ident


def _days(groups: Sequence[Mapping[str, Any]], words: Words) -> str:
    days = sorted({str(group["date"]) for group in groups if group["date"]})
    shown = [words.day(date.fromisoformat(day)) for day in days[:7]]
    if not shown:
        return ""
    return f"({', '.join(shown)}{' …' if len(days) > 7 else ''})"


def price_frame(rows: Sequence[Mapping[str, Any]], words: Words) -> pd.DataFrame:
    """The price of every rule against the search with all of them, the dearest first."""
    base = rows[0]["cost"] if rows else None
    found = []
    for row in rows:
        known = base is not None and row["cost"] is not None
        found.append(
            {
                "rule": rule_name(str(row["rule"]), words.lang),
                "saves": base - row["cost"] if known and row["rule"] else None,
                "cost": row["cost"],
                "short_h": row["short_h"],
                "note": NOTHING if row["cost"] is not None else words("rules.not_searched"),
            }
        )
    return pd.DataFrame(found)
