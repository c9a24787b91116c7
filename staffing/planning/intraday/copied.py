"""Many changes judged by one audit: a copy of the person for each of them, with the change made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from staffing.domain.problem import RosterProblem
from staffing.domain.roster import ABSENCE, Roster
from staffing.solver.explain import Change
from staffing.solver.explain.change import COLUMNS
from staffing.solver.explain.copies import copied_columns, copies


def copied_people(problem: RosterProblem, roster: Roster, changes: Sequence[Change]) -> tuple[RosterProblem, Roster]:
    """The people of `changes`, each place a person of its own, and the roster in which each has made its change.

    Good for rules and prices of one person: they do not see the others.
    """
    who = np.array([change.agent for change in changes], dtype=np.int64)
    old = copied_columns(roster, who)
    width = 2 * roster.grid.days + 7
    given = [place * width + day for place, change in enumerate(changes) for day in change.days]
    keep = ~np.isin(old["agent"] * width + old["day"], given) | np.isin(old["activity"], ABSENCE)
    rows = [(place, *row, False) for place, change in enumerate(changes) for row in change.rows]
    new = np.array(rows, dtype=np.int64).reshape(-1, len(COLUMNS))
    several = copies(problem, who)
    columns: dict[str, Any] = {
        name: np.concatenate([old[name][keep], new[:, place]]) for place, name in enumerate(COLUMNS)
    }
    return several, replace(roster, agents=tuple(person.id for person in several.agents), **columns)
