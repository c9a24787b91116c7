"""Who can serve what, as a list of conditions: which sets of groups have to have enough hours together.

Work that several groups can do is not counted for each of them. Hours of groups can be shared among queues so that
each has enough exactly when for every set of queues the groups that serve any of them have enough hours for all of them
(Hall 1935, Gale 1957). Only sets of queues that cannot be taken apart matter, and of those with the same groups the
largest.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from staffing.domain.arrays import BoolArray, FloatArray, set_frozen

MOST_CUTS = 4096


@dataclass(frozen=True, eq=False)
class Cuts:
    """`sources` (cuts, sources) must have the hours of `queues` (cuts, queues) together."""

    sources: BoolArray
    queues: BoolArray

    def __post_init__(self) -> None:
        set_frozen(self, "sources", np.bool_)
        set_frozen(self, "queues", np.bool_, (len(self.sources), self.queues.shape[1]))

    def __len__(self) -> int:
        return len(self.sources)

    def need(self, hours: FloatArray) -> FloatArray:
        """Hours of each cut from those of queues, (..., queues, weeks) -> (..., cuts, weeks)."""
        result: FloatArray = np.einsum("cq,...qw->...cw", self.queues.astype(float), hours, optimize=True)
        return result

    def supply(self, hours: FloatArray) -> FloatArray:
        """Hours of each cut from those of sources, (..., sources, weeks) -> (..., cuts, weeks)."""
        result: FloatArray = np.einsum("cs,...sw->...cw", self.sources.astype(float), hours, optimize=True)
        return result


def find_cuts(served: Sequence[Sequence[str]], queues: Sequence[str]) -> Cuts:
    """The conditions for sources that serve the queues `served`.

    Queues that nobody serves are left out.

    Raises
    ------
    ValueError
        When there are more than a few thousand of them.

    >>> found = find_cuts([("phone",), ("phone", "chat"), ("mail",)], ("phone", "chat", "mail"))
    >>> found.sources.astype(int).tolist()
    [[0, 0, 1], [0, 1, 0], [1, 1, 0]]
    >>> found.queues.astype(int).tolist()
    [[0, 0, 1], [0, 1, 0], [1, 1, 0]]
    """
    who = [frozenset(s for s, names in enumerate(served) if queue in names) for queue in queues]
    unions: set[frozenset[int]] = set()
    for able in {able for able in who if able}:
        unions |= {able} | {able | other for other in unions}
        if len(unions) > MOST_CUTS:
            raise ValueError(f"groups share queues in more than {MOST_CUTS} ways")
    rows = []
    for union in sorted(unions, key=sorted, reverse=True):
        inside = [number for number, able in enumerate(who) if able and able <= union]
        if _connected([who[number] for number in inside]):
            rows.append((union, inside))
    sources = np.zeros((len(rows), len(served)), dtype=bool)
    needs = np.zeros((len(rows), len(queues)), dtype=bool)
    for row, (union, inside) in enumerate(rows):
        sources[row, sorted(union)] = True
        needs[row, inside] = True
    return Cuts(sources, needs)


def _connected(sets: list[frozenset[int]]) -> bool:
    """Whether the sets hang together; if not, the condition is a sum of smaller ones."""
    reached, waiting = sets[0], sets[1:]
    while waiting:
        touching = [able for able in waiting if able & reached]
        if not touching:
            return False
        waiting = [able for able in waiting if not able & reached]
        reached = reached.union(*touching)
    return True
