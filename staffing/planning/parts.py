"""What is worth telling of a search in parts."""

from collections import Counter

from staffing.domain.note import Note
from staffing.domain.result import SolveResult

WEEKS = "weeks"


def parts_notes(result: SolveResult, asked: str = "auto", days: int = 0) -> tuple[Note, ...]:
    """How many parts were searched apart, and what parts that share something cost before they were improved as one.

    `asked` is the cut wished for over `days`: that several weeks should have been cut and none was is told.
    """
    notes = []
    if asked == WEEKS and days > 7 and result.roster is not None and all(part.cut != "week" for part in result.parts):
        notes.append(Note("parts_weeks_counted"))
    for cut, parts in sorted(Counter(part.cut for part in result.parts).items()):
        people = [part.agents for part in result.parts if part.cut == cut]
        facts = (("parts", parts), ("smallest", min(people)), ("largest", max(people)))
        if cut == "week":
            notes.append(Note("parts_week", (("parts", parts),)))
        else:
            notes.append(Note("parts_component", facts) if cut == "component" else Note("parts_site", facts))
    if result.joined_cost is not None and result.objective is not None:
        joined, cost = result.joined_cost, result.objective
        if result.bound is None:
            notes.append(Note("parts_joined_no_bound", (("joined", joined), ("cost", cost))))
        else:
            share = max(0.0, (joined - result.bound) / joined) if joined > 0 else 0.0
            facts_joined = (("joined", joined), ("share", share), ("cost", cost), ("bound", result.bound))
            notes.append(Note("parts_joined", facts_joined))
    return tuple(notes)
