"""What a check of a centre's rules found, as plain rows of codes, ids and numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from staffing.domain.problem import RosterProblem
from staffing.report.explained import Row, findings_data, group_data, rule_words

if TYPE_CHECKING:
    from staffing.solver.explain import Findings, Relaxation


def check_data(problem: RosterProblem, findings: Findings, own: Mapping[int, tuple[Relaxation, ...]]) -> Row:
    """Conflicts and ways out as `findings_data` tells them; conflicts of one person with that person's ways out."""
    data = findings_data(problem, findings)
    for row, conflict in zip(data["conflicts"], findings.conflicts, strict=True):
        people = {group.agent for group in conflict.groups}
        alone = people.pop() if len(people) == 1 else None
        ways = () if alone is None else own.get(alone, ())
        row["ways_out"] = [
            {
                "rules": sorted({group.rule for group in way.groups}),
                "fewest": way.fewest,
                "groups": [group_data(problem, group) for group in way.groups],
            }
            for way in ways
        ]
    return data


def own_ways_words(row: Row, lang: str) -> tuple[str, ...]:
    """What one person could be spared, each way once: ``Rest between shifts``, ``Weekend days``."""
    return tuple(dict.fromkeys(rule_words(way["rules"], lang) for way in row.get("ways_out", ())))
