"""Trying changes against the audit: what each newly breaks, and what it costs.

Rules of one person (tour rules and filters) do not see other people. So one audit of a roster with many copies of each
person, each with one change made, judges all the changes one by one, whatever the rules are.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from math import fsum

from staffing.audit import RULES, roster_cost
from staffing.audit.cost import PRICES
from staffing.domain.problem import RosterProblem
from staffing.domain.result import RosterCost, Violation
from staffing.domain.roster import Roster

Key = tuple[str, int | None, tuple[tuple[str, str | float], ...]]
"""Rule, day and detail of a broken rule."""
TINY = 1e-9
PERSONAL = frozenset({"wage", "overtime", "wish", "switch", "change"})
"""Components whose terms name a person and depend on that person's shifts alone."""


def rule_class(rule: str) -> str:
    """Class that the rule's audit module declares: ``tour``, ``filter`` or ``coupling``."""
    return str(sys.modules[RULES[rule].__module__].CLASS)


def personal_rules() -> tuple[str, ...]:
    """Rules that concern one person alone, in the audit's order."""
    return tuple(rule for rule in RULES if rule_class(rule) != "coupling")


def broken_by(problem: RosterProblem, roster: Roster) -> dict[int, set[Key]]:
    """Hard personal rules broken by each person, agents without any left out."""
    found: dict[int, set[Key]] = {}
    for rule in personal_rules():
        for row in RULES[rule](problem, roster):
            if row.severity == "hard" and row.agent is not None:
                found.setdefault(row.agent, set()).add(key_of(row))
    return found


def key_of(row: Violation) -> Key:
    """What tells the violation from others of the same person."""
    detail = ((name, value) for name, value in row.detail.items() if name != "agent")
    return row.rule, row.day, tuple(sorted(detail))


def in_order(keys: Iterable[Key]) -> tuple[str, ...]:
    """Rules of the keys, each once: what a person cannot do at all first, then the audit's order.

    `one_place` comes last: a shift over an absence breaks it too, and says nothing new.
    """
    rules = {key[0] for key in keys}
    ranked = sorted(RULES, key=lambda rule: (rule == "one_place", rule_class(rule) != "filter"))
    return tuple(rule for rule in ranked if rule in rules)


class Judge:
    """Says of a changed roster what it breaks and costs more than the roster it was made from."""

    def __init__(self, problem: RosterProblem, roster: Roster) -> None:
        self.problem, self.roster = problem, roster
        self.cost = roster_cost(problem, roster)
        self._shared = tuple(name for name in RULES if rule_class(name) == "coupling")
        self._broken = self._hard(roster)

    def _hard(self, roster: Roster) -> set[tuple[int | None, Key]]:
        rows = (row for rule in self._shared for row in RULES[rule](self.problem, roster))
        return {(row.agent, key_of(row)) for row in rows if row.severity == "hard"}

    def breaks_together(self, changed: Roster) -> tuple[str, ...]:
        """Hard rules of several people that `changed` breaks and the roster does not."""
        return in_order(key for _, key in self._hard(changed) - self._broken)

    def costs(self, changed: Roster, own: Mapping[str, float] | None = None) -> dict[str, float]:
        """Difference of the audit's cost by component, only those that differ.

        `own` are the differences of the components `PERSONAL` where they are known already.
        """
        if own is None:
            after = roster_cost(self.problem, changed).components
            pairs = {name: value - self.cost.components[name] for name, value in after.items()}
        else:
            pairs = dict(own)
            for name, price in PRICES.items():
                if name not in PERSONAL:
                    value = fsum(term.value for term in price(self.problem, changed))
                    pairs[name] = value - self.cost.components[name]
        return {name: pairs[name] for name in PRICES if abs(pairs.get(name, 0.0)) > TINY}


def own_costs(cost: RosterCost) -> dict[int, dict[str, float]]:
    """Each person's own sum of every component of `PERSONAL`."""
    found: dict[int, dict[str, float]] = {}
    for term in cost.terms:
        if term.agent is not None and term.component in PERSONAL:
            mine = found.setdefault(term.agent, {})
            mine[term.component] = mine.get(term.component, 0.0) + term.value
    return found
