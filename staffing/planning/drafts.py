"""Editing a plan together: drafts of plan folders, in the terms of the roster."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from staffing.domain.roster_cells import Cell, Day, Segment, cells_of, check_cells, roster_with
from staffing.files import read_plan, rejudged, unpack
from staffing.plan import Plan
from staffing.planning.on_call import with_calls
from staffing.planning.stored import named, nameless
from staffing.store import Store
from staffing.store.access import Actor
from staffing.store.draft_rows import StoredDraft
from staffing.store.drafts import (
    StoredConflict,
    base_body,
    base_digest,
    discard_stored,
    open_drafts,
    open_stored,
    past_stored,
    read_stored,
    save_stored,
)
from staffing.store.people import Person, people

BASES_MAX, DRAFTS_MAX = 4, 1000
_BASES: dict[str, Plan] = {}
_BASE_OF: dict[str, str] = {}


@dataclass(frozen=True, slots=True)
class Draft:
    """A plan being edited: `cells` are the days that were changed in it so far, as they are now.

    Attributes
    ----------
    revision : int
        Number of saves; what an editor has seen.
    base_digest : str
        Digest of the stored plan that the cells change.
    state : str
        ``open`` or ``discarded``.
    changed_s : float
        Seconds since 1970 of the last save.
    """

    id: str
    revision: int
    base_digest: str
    centre: str
    first_day: str
    changed_by: str
    changed_s: float
    state: str
    cells: Mapping[Cell, Day]


@dataclass(frozen=True, slots=True)
class Clash:
    """A day that somebody else changed meanwhile: as it was, as it would become, and as it is now."""

    agent: str
    date: str
    by: str
    at_s: float
    revision: int
    before: Day
    mine: Day
    theirs: Day


@dataclass(frozen=True, slots=True)
class Conflict:
    """Nothing was saved: the draft as it is, and the days in which two edits collide.

    To keep one's own days, save again on ``draft.revision``; to keep theirs, leave them out.
    """

    draft: Draft
    clashes: tuple[Clash, ...]


def open_draft(store: Store, plan_dir: Path, by: Actor, *, plan: Plan | None = None) -> Draft:
    """The open draft of a plan, shared by all who edit it; a new one at revision 0 where there is none.

    Parameters
    ----------
    plan_dir : Path
        The plan folder; not read when `plan` is given.
    by : Actor
        Who edits.
    plan : Plan, optional
        The plan of the folder where it has been read already.

    Raises
    ------
    AccessError
        When the role of `by` is too low.
    SettingsError, DataError
        When the folder holds no plan or a damaged one.
    """
    plan = read_plan(plan_dir) if plan is None else plan
    body = nameless(store, plan)
    first_day = str(plan.problem.grid.first_day)
    return read_draft(store, open_stored(store, body, plan.scenario.centre.name, first_day, by))


def read_draft(store: Store, draft_id: str) -> Draft:
    """A draft as it is now.

    Raises
    ------
    KeyError
        When there is none of that id.
    """
    return _drafts(store, (read_stored(store, draft_id),))[0]


def list_drafts(store: Store) -> tuple[Draft, ...]:
    """Open drafts, newest first."""
    return _drafts(store, open_drafts(store))


def save_draft(
    store: Store, draft_id: str, base_revision: int, edits: Mapping[Cell, Day], by: Actor
) -> Draft | Conflict:
    """Save days of a draft. Edits on an older revision are merged where no day was changed by another since.

    Parameters
    ----------
    base_revision : int
        The revision that the editor has seen.
    edits : mapping of (agent id, ISO date) to segments
        The days as they are to be; ``()`` empties one.

    Returns
    -------
    Draft or Conflict
        The draft with the edits in it, or what stands in their way; then nothing is saved.

    Raises
    ------
    AccessError
        When the role of `by` is too low.
    KeyError
        When there is no such open draft.
    ValueError
        When an agent, queue or activity is unknown to the plan, or `base_revision` to the draft.
    """
    base = _base(store, _base_of(store, draft_id))
    keys = {person.ident: key for key, person in people(store, [agent.id for agent in base.problem.agents]).items()}
    unknown = sorted({agent for agent, _ in edits} - keys.keys())
    if unknown:
        raise ValueError(f"agents are {unknown}, expected agents of the plan")
    mine = {(keys[agent], date): tuple(sorted(day)) for (agent, date), day in edits.items()}
    if base.roster is not None:
        check_cells(base.roster, mine)  # refuses what could never be read again
    stored = {cell: [list(segment) for segment in day] for cell, day in mine.items()}
    found = save_stored(store, draft_id, base_revision, stored, by)
    if isinstance(found, StoredDraft):
        return _drafts(store, (found,))[0]
    return _conflict(store, found, stored)


def past_cells(store: Store, draft_id: str, most: int) -> Iterator[dict[Cell, Day]]:
    """The changed days of a draft as they were before each of its last `most` saves, the newest state first."""
    states = past_stored(store, draft_id, most)
    known = people(store, {key for state in states for key, _ in state})
    for state in states:
        yield {(known[key].ident, date): _day(day) for (key, date), day in state.items()}


def discard_draft(store: Store, draft_id: str, by: Actor) -> None:
    """Close a draft without using it; who may not raises AccessError, an unknown draft KeyError."""
    discard_stored(store, draft_id, by)


def draft_plan(store: Store, draft_id: str) -> Plan:
    """The plan that a draft makes: its base with the changed days, audited and priced anew, not yet simulated.

    Raises
    ------
    KeyError
        When there is no such draft.
    StoreDamagedError
        When its base is damaged.
    """
    draft = read_draft(store, draft_id)
    plan, _ = named(store, base_body(store, draft.base_digest))
    if not draft.cells or plan.roster is None:
        return plan
    roster = roster_with(plan.roster, draft.cells)
    plan = with_calls(plan, roster)
    return rejudged(replace(plan, result=replace(plan.result, roster=roster)))


def _base_of(store: Store, draft_id: str) -> str:
    """Digest of the plan that a draft changes: it never changes for an id, so it is asked for once."""
    if draft_id not in _BASE_OF:
        if len(_BASE_OF) >= DRAFTS_MAX:
            _BASE_OF.clear()
        _BASE_OF[draft_id] = base_digest(store, draft_id)
    return _BASE_OF[draft_id]


def _base(store: Store, digest: str) -> Plan:
    """The stored plan itself, people as keys. Plans are frozen, and a digest names one for good: all share it."""
    if digest not in _BASES:
        if len(_BASES) >= BASES_MAX:
            _BASES.clear()
        _BASES[digest] = unpack(base_body(store, digest))
    return _BASES[digest]


def _drafts(store: Store, found: tuple[StoredDraft, ...]) -> tuple[Draft, ...]:
    keys = {key for draft in found for key, _ in draft.cells} | {draft.changed_by for draft in found}
    known = people(store, keys)
    return tuple(
        Draft(
            draft.id,
            draft.revision,
            draft.base_digest,
            draft.centre,
            draft.first_day,
            _user(known[draft.changed_by]),
            draft.changed_s,
            draft.state,
            {(known[key].ident, date): _day(row.day) for (key, date), row in draft.cells.items()},
        )
        for draft in found
    )


def _conflict(store: Store, found: StoredConflict, mine: Mapping[Cell, Any]) -> Conflict:
    draft = found.draft
    known = people(store, {key for key, _ in found.before} | {draft.cells[cell].made_by for cell in found.before})
    base = _base(store, draft.base_digest)
    planned = {} if base.roster is None else cells_of(base.roster, {agent for agent, _ in found.before})
    clashes = []
    for cell in sorted(found.before):
        row, before = draft.cells[cell], found.before[cell]
        agent, date = known[cell[0]].ident, cell[1]
        old = planned.get(cell, ()) if before is None else _day(before)
        clash = Clash(
            agent, date, _user(known[row.made_by]), row.made_s, row.revision, old, _day(mine[cell]), _day(row.day)
        )
        clashes.append(clash)
    return Conflict(_drafts(store, (draft,))[0], tuple(clashes))


def _user(person: Person) -> str:
    return person.name or person.ident


def _day(data: Any) -> Day:
    return tuple(Segment(*segment) for segment in data)
