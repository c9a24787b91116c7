"""Where the breaks of an edited shift go: legal places, and of these the ones that cost service least."""

from collections.abc import Sequence

from staffing.audit.fits import KIND_CODE, pause_slots
from staffing.domain.problem import RosterProblem
from staffing.domain.shift import BreakType, ShiftType
from staffing.planning.edits.days import Piece


def fitting_type(problem: RosterProblem, agent: int, start: int, slots: int) -> ShiftType | None:
    """First shift type of the agent's contract that allows this start, weekday and length, or None."""
    if not 0 <= start < problem.grid.n:
        return None
    minute, length = int(problem.grid.minute[start]), slots * problem.grid.step_min
    weekday = int(problem.grid.weekday[int(problem.grid.day_of(start))])
    for shift in problem.shift_types(agent):
        if minute in shift.starts_min and weekday in shift.weekdays and length in shift.lengths_min:
            return shift
    return None


def wanted_breaks(problem: RosterProblem, shift: ShiftType, slots: int) -> tuple[BreakType, ...]:
    """Breaks that a shift of that type and length gets."""
    return shift.breaks_for(slots * problem.grid.step_min, problem.break_types())


def are_legal(
    pauses: Sequence[Piece], wanted: Sequence[BreakType], start: int, end: int, step_min: int, taken: set[int]
) -> bool:
    """Whether `pauses` are exactly the breaks `wanted` inside [start, end) and touch no slot of `taken`."""
    if len(pauses) != len(wanted):
        return False
    free_from = start
    for pause, kind in zip(pauses, wanted, strict=True):
        low, high = _window(kind, start, end, step_min)
        gap = -(-kind.spacing_min // step_min)
        if (
            pause.activity != KIND_CODE[kind.kind]
            or pause.end - pause.start != pause_slots(kind, step_min)
            or not max(low, free_from + gap) <= pause.start <= high
            or not taken.isdisjoint(range(pause.start, pause.end))
        ):
            return False
        free_from = pause.end
    return True


def place_pauses(
    wanted: Sequence[BreakType], start: int, worth: Sequence[float], step_min: int, taken: set[int]
) -> tuple[Piece, ...] | None:
    """The cheapest legal breaks of a shift that starts at slot `start`, or None where none are legal.

    Exact: the best place of a break depends on those before only through the end of the last, so one running minimum
    per break finds the cheapest chain.

    Parameters
    ----------
    wanted : sequence of BreakType
        The breaks in order.
    start : int
        First slot of the shift.
    worth : sequence of float, one per slot of the shift
        What the shift loses when that slot is a break.
    step_min : int
        Minutes of a slot.
    taken : set of int
        Slots that no break may touch.
    """
    end = start + len(worth)
    sums = [0.0]
    for value in worth:
        sums.append(sums[-1] + value)
    # For each break: its possible ends in order, each with the cost so far and the starts chosen.
    chains: list[tuple[int, float, tuple[int, ...]]] = [(start, 0.0, ())]
    for kind in wanted:
        length, gap = pause_slots(kind, step_min), -(-kind.spacing_min // step_min)
        low, high = _window(kind, start, end, step_min)
        found: list[tuple[int, float, tuple[int, ...]]] = []
        best: tuple[float, tuple[int, ...]] | None = None
        seen = 0
        for at in range(low, high + 1):
            while seen < len(chains) and chains[seen][0] + gap <= at:
                if best is None or chains[seen][1] < best[0]:
                    best = chains[seen][1:]
                seen += 1
            if best is not None and taken.isdisjoint(range(at, at + length)):
                lost = sums[at + length - start] - sums[at - start]
                found.append((at + length, best[0] + lost, (*best[1], at)))
        chains = found
    if not chains:
        return None
    places = min(chains, key=lambda chain: chain[1])[2]
    return tuple(
        Piece(at, at + pause_slots(kind, step_min), KIND_CODE[kind.kind])
        for at, kind in zip(places, wanted, strict=True)
    )


def _window(kind: BreakType, start: int, end: int, step_min: int) -> tuple[int, int]:
    """First and last slot at which the break may start."""
    length, gap = pause_slots(kind, step_min), -(-kind.spacing_min // step_min)
    low = start + -(-kind.earliest_min // step_min)
    return low, min(start + kind.latest_min // step_min, end - gap - length)
