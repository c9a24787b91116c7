"""From a published roster to a better one, person after person: who to ask first.

Each step re-plans the week of the one person whose best other week saves most beyond the price of the changes, all
others as they are. The steps together say what a number of changes buys.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from staffing.domain.arrays import FloatArray, IntArray
from staffing.domain.problem import RosterProblem
from staffing.domain.roster import Roster
from staffing.kernels import compiled
from staffing.solver.build import build_roster, read_roster
from staffing.solver.case import Case, compile_case
from staffing.solver.moves.best_week import insert_best_week
from staffing.solver.moves.insert import prices_of
from staffing.solver.moves.legal import legal_weeks
from staffing.solver.moves.state import State, rebuild
from staffing.solver.moves.undo import Undo, bring_back, lift, new_undo
from staffing.solver.oracle.sweep import BREAKS_MAX
from staffing.solver.oracle.week_ends import NEVER, room_needed
from staffing.solver.published import recognise
from staffing.solver.tables import Tables

WORTH = 1e-6
"""A step must save more than this."""


@dataclass(frozen=True, eq=False)
class Repair:
    """Rosters of the steps, the published one (as far as it stands) first."""

    rosters: tuple[Roster, ...]


def repair_roster(
    problem: RosterProblem,
    published: Roster,
    *,
    steps: int = 40,
    people: IntArray | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Repair:
    """Repair `published` for the problem in at most `steps` steps.

    The first roster keeps every published shift that is still possible; people whose weeks have become illegal have
    been given their best week at the prices of changes. People without any legal week have no shifts. Later steps
    look at `people` only, by default at everybody.
    """
    case = compile_case(problem)
    state, desk = read_roster(case, published), _Desk(case)
    tb = case.tables
    broken = [a for a in range(case.agents) if not legal_weeks(tb, a, state.choice[a])]
    for agent in broken:
        state.choice[agent] = -1
        state.queue[agent] = -2
    rebuild(tb, state)
    for agent in broken:
        for week in range(tb.weeks):
            state.skip[agent] |= not desk.put(state, agent, week)
    rebuild(tb, state)
    rosters = [_roster(case, state)]
    people = np.flatnonzero(state.skip == 0) if people is None else people[state.skip[people] == 0]
    while len(rosters) <= steps and not (should_stop is not None and should_stop()):
        saved = desk.savings(state, people)
        at = int(np.argmin(saved)) if saved.size else 0
        if not saved.size or saved.flat[at] >= -WORTH:
            break
        row, week = divmod(at, tb.weeks)
        desk.put(state, int(people[row]), week)
        rebuild(tb, state)
        rosters.append(_roster(case, state))
    return Repair(tuple(rosters))


def _roster(case: Case, state: State) -> Roster:
    recognise(case, state)
    return build_roster(case, state)


class _Desk:
    """Room for the kernels."""

    def __init__(self, case: Case) -> None:
        tb = case.tables
        room = int(room_needed(tb))
        self.tb, self.undo = tb, new_undo(tb, 8)
        self.table, self.back = np.empty((8, room)), np.empty((8, room), dtype=np.int64)
        self.cost = np.empty(int(np.diff(tb.first[:: tb.days]).max(initial=0)) + 1)

    def put(self, state: State, agent: int, week: int) -> bool:
        """Give the agent the best week, whatever it costs; False where there is none."""
        people, found = np.array([agent], dtype=np.int64), np.zeros((1, self.tb.weeks))
        self._run(state, people, week, found)
        return bool(found[0, week] < NEVER)

    def savings(self, state: State, people: IntArray) -> FloatArray:
        """Change of cost by each person's best other week, shape (people, weeks)."""
        found = np.zeros((len(people), self.tb.weeks))
        self._run(state, people, -1, found)
        return found

    def _run(self, state: State, people: IntArray, week: int, found: FloatArray) -> None:
        week_savings(self.tb, state, self.undo, people, week, self.table, self.back, self.cost, found)


@compiled
def week_savings(
    tb: Tables,
    st: State,
    undo: Undo,
    people: IntArray,
    keep: int,
    table: FloatArray,
    back: IntArray,
    cost: FloatArray,
    found: FloatArray,
) -> None:
    """Change of cost by each person's best week instead of the present one, to `found` (people, weeks).

    The state is left as it was; or, where `keep` is a week and not -1, only that week is looked at and stays.
    """
    for i in range(len(people)):
        for week in range(tb.weeks):
            if keep >= 0 and week != keep:
                continue
            undo.used[0] = 0
            found[i, week] = change_week(tb, st, undo, people[i], week, table, back, cost)
            if keep < 0:
                bring_back(tb, st, undo)


@compiled(inner=True)
def change_week(
    tb: Tables, st: State, undo: Undo, agent: int, week: int, table: FloatArray, back: IntArray, cost: FloatArray
) -> float:
    """Put the best week of one person, given everybody else; the change of cost, `NEVER` where no week is legal.

    `undo` remembers the week before.
    """
    reach = tb.pin.shape[1]
    first, last = 7 * week, min(7 * week + 7, tb.days)
    delta = -prices_of(tb, st, agent)
    for day in range(first, last):
        delta += lift(tb, st, undo, agent, day)
    worth, queues = np.zeros(reach), np.zeros(reach, dtype=np.int64)
    slopes = np.zeros((3, tb.prof.shape[1], reach))
    work, pause = np.zeros(reach + 1), np.zeros(reach + 1)
    chain, links = np.zeros((BREAKS_MAX, reach)), np.zeros((BREAKS_MAX, reach), dtype=np.int64)
    choice, breaks = np.zeros(7, dtype=np.int64), np.zeros((7, BREAKS_MAX), dtype=np.int64)
    found, change = insert_best_week(
        tb, st, agent, week, 0.0, worth, queues, slopes, work, pause, chain, links, choice, breaks, table, back, cost
    )
    if not found or not legal_weeks(tb, agent, st.choice[agent]):
        return NEVER
    return float(delta + change + prices_of(tb, st, agent))
