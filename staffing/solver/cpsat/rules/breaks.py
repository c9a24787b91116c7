"""Breaks stand in their windows, in order and spaced."""

from typing import Any

from staffing.solver.cpsat.model import RosterModel

RULE = "breaks"


def post(model: RosterModel) -> None:
    """Each break of the chosen pattern once, inside the window of the chosen start, after the one before."""
    tb = model.case.tables
    for agent, day in model.free:
        patterns = sorted({int(tb.pattern[o]) for o, _ in model.options(agent, day)})
        for p in patterns:
            rows = [(o, chosen) for o, chosen in model.options(agent, day) if tb.pattern[o] == p]
            first = int(tb.pat_first[p])
            before: dict[int, Any] = {}
            for j in range(int(tb.pat_first[p + 1]) - first):
                row = first + j
                mine = {s: v for (a, d, k, i, s), v in model.pause.items() if (a, d, k, i) == (agent, day, p, j)}
                model.post(RULE, sum(mine.values()) == sum(chosen for _, chosen in rows))
                for option, chosen in rows:
                    low, high = int(tb.start[option] + tb.brk_lo[row]), int(tb.start[option] + tb.brk_hi[row])
                    model.post(RULE, sum(v for s, v in mine.items() if low <= s <= high) >= chosen)
                if j:
                    apart = int(tb.brk_len[row - 1] + tb.brk_gap[row])
                    for start, chosen in mine.items():
                        late = [v for s, v in before.items() if s > start - apart]
                        if late:
                            model.post(RULE, sum(late) + chosen <= 1)
                before = dict(mine)
    _locked_breaks(model)


def _locked_breaks(model: RosterModel) -> None:
    """A locked break is taken exactly where it stands."""
    tb = model.case.tables
    for pin in model.case.settled.pins:
        if pin.code not in (1, 2):
            continue
        here = [
            chosen
            for (agent, _, p, j, start), chosen in model.pause.items()
            if agent == pin.agent and start == pin.start and tb.brk_len[tb.pat_first[p] + j] == pin.end - pin.start
        ]
        if here:
            model.post(RULE, sum(here) == 1)
