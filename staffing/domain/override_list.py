"""Layers as a planner handles them: rows of one name together, switched, renamed, moved, removed, merged."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from staffing.domain.override import Override

Overrides = tuple[Override, ...]


@dataclass(frozen=True, slots=True)
class Layer:
    """Neighbouring rows of one name, from row `first` on; a row without a name stands alone."""

    name: str
    first: int
    rows: Overrides

    @property
    def is_on(self) -> bool:
        """Whether any of its rows does something."""
        return any(row.on for row in self.rows)

    @property
    def note(self) -> str:
        """Why: the different notes of its rows."""
        return "; ".join(dict.fromkeys(row.note for row in self.rows if row.note))


def layers_in(overrides: Sequence[Override]) -> tuple[Layer, ...]:
    """The layers in their order.

    Examples
    --------
    >>> from datetime import datetime
    >>> row = Override(datetime(2026, 1, 5), datetime(2026, 1, 6), layer="sale")
    >>> [(one.name, one.first, len(one.rows)) for one in layers_in((row, row, replace(row, layer="")))]
    [('sale', 0, 2), ('', 2, 1)]
    """
    found: list[Layer] = []
    place = 0
    for name, rows in groupby(overrides, lambda row: row.layer):
        for some in [tuple(rows)] if name else [(row,) for row in rows]:
            found.append(Layer(name, place, some))
            place += len(some)
    return tuple(found)


def added(overrides: Overrides, rows: Sequence[Override]) -> Overrides:
    """`overrides` with rows on top; a value set anew in the same place of the same layer replaces the old one."""
    found = list(overrides)
    for name, some in groupby(rows, lambda row: row.layer):
        first = len(found)
        while name and first and found[first - 1].layer == name:
            first -= 1
        fresh: dict[object, Override] = {}
        for number, row in enumerate(some):
            key = _place(row) if name and row.operation == "set" else number
            fresh.pop(key, None)  # the later one goes on top
            fresh[key] = row
        found[first:] = [*(one for one in found[first:] if _place(one) not in fresh), *fresh.values()]
    return tuple(found)


def _place(row: Override) -> tuple[object, ...]:
    """What two rows have in common of which the later one makes the earlier one useless."""
    return row.start.timestamp(), row.end.timestamp(), row.queues, row.measure, row.operation


def without(overrides: Overrides, number: int) -> Overrides:
    """Without layer `number`.

    Raises
    ------
    IndexError
        When there is no such layer, as for all that follow here.
    """
    return _with(overrides, number, ())


def switched(overrides: Overrides, number: int, on: bool) -> Overrides:
    """Layer `number` used, or kept without using it."""
    return _with(overrides, number, tuple(replace(row, on=on) for row in layers_in(overrides)[number].rows))


def renamed(overrides: Overrides, number: int, name: str, note: str) -> Overrides:
    """Layer `number` with another name, and a note for all its rows; a note that is as it was stays row by row."""
    layer = layers_in(overrides)[number]
    rows = (replace(row, layer=name, note=row.note if note == layer.note else note) for row in layer.rows)
    return _with(overrides, number, tuple(rows))


def moved(overrides: Overrides, number: int, by: int) -> Overrides:
    """Layer `number` so many layers later, or earlier where `by` is below 0; it stops at the ends."""
    order = list(layers_in(overrides))
    layer = order.pop(number)
    order.insert(max(0, min(len(order), number + by)), layer)
    return tuple(row for one in order for row in one.rows)


def _with(overrides: Overrides, number: int, rows: Overrides) -> Overrides:
    layer = layers_in(overrides)[number]
    return (*overrides[: layer.first], *rows, *overrides[layer.first + len(layer.rows) :])


def rebased(saved: Overrides, mine: Overrides, theirs: Overrides) -> Overrides:
    """What somebody made of `saved`, with one's own edits of it on top.

    Rows that I took away or changed go where they still are; rows of mine come last, in their order.

    Examples
    --------
    >>> from datetime import datetime
    >>> rows = [Override(datetime(2026, 1, 5), datetime(2026, 1, 6), note=name) for name in "abcd"]
    >>> a, b, c, d = rows
    >>> [row.note for row in rebased((a, b), (a, c), (a, b, d))]
    ['a', 'd', 'c']
    """
    gone, fresh = Counter(saved) - Counter(mine), Counter(mine) - Counter(saved)
    kept = []
    for row in theirs:
        if gone[row]:
            gone[row] -= 1
        else:
            kept.append(row)
    own = []
    for row in mine:
        if fresh[row]:
            fresh[row] -= 1
            own.append(row)
    return (*kept, *own)
