"""What changed in a roster since the canvas last drew it: rows of people, levels of coverage, broken rules."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from staffing.domain.arrays import BoolArray, IntArray
from staffing.domain.roster import Roster
from staffing.ui.components.packing import as_text, differences, unsigned
from staffing.ui.components.roster_data import pack_segments

FRAMES_MAX = 100
"""Revisions whose changes are remembered; a canvas that is further behind gets the whole roster again."""

Levels = tuple[IntArray, IntArray, IntArray]
"""Required, assigned (1 + queues, slots) and missing (slots,), as `roster_data.levels` gives them."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What one revision changed: agents, and the slots of each strip, shape (1 + queues, slots)."""

    rev: int
    agents: frozenset[int]
    slots: BoolArray


@dataclass(slots=True)
class Film:
    """The last revisions of a roster, so that a canvas gets what it has not seen and no more."""

    frames: deque[Frame] = field(default_factory=lambda: deque(maxlen=FRAMES_MAX))
    rev: int = 0

    def add(self, agents: Iterable[int], before: Levels, after: Levels) -> None:
        """One revision more."""
        slots = (before[0] != after[0]) | (before[1] != after[1])
        slots[0] |= before[2] != after[2]
        self.rev += 1
        self.frames.append(Frame(self.rev, frozenset(agents), slots))

    def since(self, seen: int) -> tuple[frozenset[int], BoolArray | None] | None:
        """Agents and slots that changed after revision `seen`; None where that is no longer known."""
        if seen > self.rev or seen < self.rev - len(self.frames):
            return None
        later = [frame for frame in self.frames if frame.rev > seen]
        agents = frozenset().union(*(frame.agents for frame in later))
        return agents, np.logical_or.reduce([frame.slots for frame in later]) if later else None


def pack_rows(roster: Roster, agents: Iterable[int]) -> bytearray:
    """Number of agents, then for each its row and its segments."""
    rows = sorted(agents)
    out = unsigned([len(rows)])
    for row in rows:
        out += unsigned([row]) + pack_segments(roster, [row])
    return out


def pack_levels(now: Levels, slots: BoolArray | None) -> bytearray:
    """Number of runs, then for each its strip, first slot, length, and the levels as they are now."""
    runs = [] if slots is None else [(strip, *run) for strip in range(len(slots)) for run in _runs(slots[strip])]
    out = unsigned([len(runs)])
    for strip, start, end in runs:
        out += unsigned([strip, start, end - start])
        for level in now[:2]:
            out += differences(level[strip, start:end].tolist())
        if strip == 0:
            out += differences(now[2][start:end].tolist())
    return out


def _runs(marked: BoolArray) -> list[tuple[int, int]]:
    """Runs of marked slots as (start, end); runs less than four apart are told as one."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], marked, [False]]).astype(np.int8)))
    runs: list[tuple[int, int]] = []
    for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if runs and start - runs[-1][1] < 4:
            runs[-1] = (runs[-1][0], end)
        else:
            runs.append((start, end))
    return runs


def patch_data(
    base: str,
    seen: int,
    film: Film,
    roster: Roster,
    now: Levels,
    *,
    ack: tuple[str, int] = ("", 0),
    flags: Sequence[tuple[int, int, int, str]] = (),
    can_undo: bool = False,
    can_redo: bool = False,
    said: str = "",
) -> dict[str, Any] | None:
    """The answer to an edit as JSON, or None where the canvas must be given the whole roster.

    Parameters
    ----------
    base, seen : str, int
        The roster that the canvas was given, and the revision it has drawn.
    film : Film
        What the revisions since changed.
    roster, now : Roster, Levels
        Roster and levels of coverage as they are.
    ack : (str, int)
        Name of the canvas and the number of its last edit that was taken.
    flags : sequence of (agent, day, 1 where hard else 0, sentence)
        Broken rules.
    said : str
        One sentence on what the last edit did.
    """
    changed = film.since(seen)
    if changed is None:
        return None
    agents, slots = changed
    return {
        "base": base,
        "from": seen,
        "rev": film.rev,
        "ack": list(ack),
        "rows": as_text(pack_rows(roster, agents)),
        "levels": as_text(pack_levels(now, slots)),
        "flags": [list(flag) for flag in flags],
        "undo": can_undo,
        "redo": can_redo,
        "said": said,
    }
