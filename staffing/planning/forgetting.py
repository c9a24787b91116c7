"""Erasing a person: the one place that knows where one can be named, and what becomes of each of these places.

In the store a person is one row. Outside of it, in the home folder (`staffing.files.home`):

- what is made again when it is asked for goes: versions written out, exports, answers of jobs;
- unfinished imports go whole, whoever began them: nobody has read yet whom they name; those of an erased user too;
- plans and logs of running days stay, of somebody with a made-up id and no name: the one that the store shows too;
- centres, their former states and records lose the rows about the person, saved scenarios the hires like them;
- layers on the forecast that a user wrote keep no author when the user is erased;
- backups, plans of batches and plan folders kept elsewhere are told, not touched: they are the owner's to delete.
"""

import gzip
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from zoneinfo import ZoneInfo

from staffing.domain.override import Override
from staffing.domain.relabel import relabel
from staffing.errors import DataError, SettingsError
from staffing.files import home as places
from staffing.files import read_centre, read_plan, write_plan
from staffing.files.batch_toml import order_files, read_batch
from staffing.files.centre_write import HISTORY, edit_centre
from staffing.files.kpi_forget import forget_in_records
from staffing.files.override_edit import overrides_file
from staffing.files.overrides import FILE as OVERRIDES
from staffing.files.people_edit import without_person
from staffing.files.plan_folder import digest_of, plan_centre
from staffing.files.plan_json import PLAN
from staffing.files.plan_values import VALUES
from staffing.files.whatif_folder import forget_hires, whatif_folder
from staffing.files.wizard.spool import discard_of, owner_key
from staffing.plan import Plan
from staffing.planning.centre_edits import TOML, centre_name
from staffing.store import Store
from staffing.store.access import Action, Actor, ask
from staffing.store.backup import backups_naming
from staffing.store.centres import note_edit
from staffing.store.jobs import list_jobs, sweep_lost
from staffing.store.people import agents_of, erase, former, new_key
from staffing.store.pointers import CURRENT, get_pointer, set_pointer

UNREADABLE = (DataError, SettingsError, OSError, ValueError, KeyError, TypeError)
"""What reading a broken plan folder ends in."""
MADE_AGAIN = (places.VERSIONS, places.EXPORTS, places.ANSWERS)
GOES = (*MADE_AGAIN, places.IMPORTS)
"""Folders that go as a whole."""


class RunningError(Exception):
    """A job is at work and would name the person anew in what it writes."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was done: whether the person was known anywhere, plans, days and scenarios changed, and what is `left`.

    `left` are files and folders that still name the person and are for a human to delete.
    """

    known: bool
    plans: int = 0
    days: int = 0
    scenarios: int = 0
    left: tuple[Path, ...] = ()


def erase_agent(store: Store, folder: Path, ident: str, by: Actor, home: Path) -> Forgotten:
    """Erase a person of a centre folder, there and everywhere. This cannot be taken back.

    Raises
    ------
    AccessError
        When the role of `by` is too low.
    DataError
        When the centre cannot do without the person, as the only one of a queue; nothing is erased then.
    RunningError
        While a job is at work.
    """
    ask(by, Action.ERASE)
    _wait_for_nobody(store)
    was_there = _forget_in_centre(store, folder, ident, by)
    found = _erase(store, centre_name(folder), ident, by, home, past=folder)
    return Forgotten(found.known or was_there, found.plans, found.days, found.scenarios, found.left)


def erase_person(store: Store, centre: str, ident: str, by: Actor, home: Path) -> Forgotten:
    """Erase an agent of a centre (with `centre` blank a user) from the store and below `home`.

    Run again after a crash, it does the rest.

    Raises
    ------
    AccessError
        When the role of `by` is too low.
    RunningError
        While a job is at work.
    """
    ask(by, Action.ERASE)
    _wait_for_nobody(store)
    if not centre:
        discard_of(home, owner_key(ident))
        signed, plans, left = _forget_author(store, home, ident, by)
        known = erase(store, centre, ident, by) or signed
        return Forgotten(known, plans, left=(*left, *_backups(store, home, centre, ident)))
    return _erase(store, centre, ident, by, home)


def _erase(store: Store, centre: str, ident: str, by: Actor, home: Path, past: Path | None = None) -> Forgotten:
    """Everywhere but in the centre folder `past`; the row of the store last, so that the made-up id stays the same."""
    key = {person.ident: person.key for person in agents_of(store, centre)}.get(ident)
    label = former(new_key() if key is None else key)
    found = False
    for name in GOES:
        shutil.rmtree(home / name, ignore_errors=True)
    left: list[Path] = []
    for folder in _own_centres(home, centre, past):
        try:
            found |= _forget_in_centre(store, folder, ident, by)
        except DataError:
            left.append(folder)
    plans = 0
    for folder in _plans(home / places.PROPOSALS, centre):
        is_changed = _relabel_plan(store, folder, ident, label)
        plans += is_changed is True
        left += [folder] if is_changed is None else []
    days, unread = _forget_in_days(home, centre, ident, label)
    scenarios, broken = forget_hires(whatif_folder(home, centre), ident)
    left += [*unread, *broken]
    left += [folder for folder in _plans_elsewhere(store, home, centre) if _names(folder, ident) is not False]
    known = erase(store, centre, ident, by) or found or plans + days + scenarios > 0
    left += _backups(store, home, centre, ident)
    return Forgotten(known, plans, days, scenarios, tuple(dict.fromkeys(left)))


def _backups(store: Store, home: Path, centre: str, ident: str) -> tuple[Path, ...]:
    """Saved databases that hold the person."""
    beside = () if store.path is None else (store.path.parent / places.BACKUPS,)
    return backups_naming((home / places.BACKUPS, *beside), centre, ident)


def _wait_for_nobody(store: Store) -> None:
    sweep_lost(store)
    if any(job.is_open for job in list_jobs(store)):
        raise RunningError


def _forget_in_centre(store: Store, folder: Path, ident: str, by: Actor) -> bool:
    """Rows, records and former states of one centre folder; whether anything named the person."""
    changes = without_person(folder, ident)
    if changes:
        edit = edit_centre(folder, changes, forget=True)
        if edit is not None:
            note_edit(store, centre_name(folder), edit.before, edit.after, by)
    recorded = forget_in_records(folder, ident)
    if recorded and not changes:
        # Former states of the records name the person as well.
        edit_centre(folder, {}, forget=True)
    return bool(changes) or recorded > 0


def _own_centres(home: Path, centre: str, past: Path | None) -> Iterator[Path]:
    """Folders of that centre below the home folder: the app's own, and earlier copies of the same."""
    for toml in sorted((home / places.CENTRES).glob(f"*/{TOML}")):
        folder = toml.parent
        if centre_name(folder) == centre and (past is None or folder.resolve() != past.resolve()):
            yield folder


def _plans(folder: Path, centre: str) -> list[Path]:
    """Plan folders of a centre in a folder."""
    return [path.parent for path in sorted(folder.glob(f"*/{PLAN}")) if plan_centre(path.parent) == centre]


def _plans_elsewhere(store: Store, home: Path, centre: str) -> list[Path]:
    """Plan folders outside of the home folder that the app knows of: those of batches, and the one on show."""
    found = []
    for file in order_files(home):
        try:
            found += _plans(read_batch(file).out, centre)
        except SettingsError:
            continue
    shown = _shown(store)
    if shown is not None and not shown.is_relative_to(home.resolve()) and plan_centre(shown) == centre:
        found.append(shown)
    return found


def _shown(store: Store) -> Path | None:
    pointed = get_pointer(store, CURRENT)
    return None if pointed is None else Path(pointed[0])


def _names(folder: Path, ident: str) -> bool | None:
    """Whether a plan is about the person; None where it cannot be read."""
    try:
        if ident.encode() not in gzip.decompress((folder / VALUES).read_bytes()):
            return False
        plan = read_plan(folder)
    except UNREADABLE:
        return None
    return any(agent.id == ident for agent in (*plan.problem.agents, *plan.scenario.agents))


def _relabel_plan(store: Store, folder: Path, ident: str, label: str) -> bool | None:
    """Write a plan folder anew, of somebody unknown; None where it cannot be read.

    The store has the same bytes of both, so that drafts and versions of the plan stay its own. Workbook, report and
    calendars in the folder go: they are made again where they are asked for.
    """
    from staffing.planning.intraday import log

    is_about = _names(folder, ident)
    if is_about:
        plan = read_plan(folder)
        known = {agent.id: agent.name for agent in (*plan.scenario.agents, *plan.problem.agents) if agent.id != ident}
        log.forget_in_day(folder / log.FILE, ident, label)
        _write_anew(store, relabel(plan, {ident: label}, known), folder)
    return is_about


def _forget_author(store: Store, home: Path, ident: str, by: Actor) -> tuple[bool, int, tuple[Path, ...]]:
    """Layers below the home folder lose the user who wrote them: whether any did, plans changed, what is unread."""
    signed, plans, left = False, 0, list[Path]()
    for folder in (toml.parent for toml in sorted((home / places.CENTRES).glob(f"*/{TOML}"))):
        # Former states too: a layer that was taken back still stands there.
        states = (folder / OVERRIDES, *folder.glob(f"{HISTORY}/*/{OVERRIDES}"))
        if not any(ident.encode() in file.read_bytes() for file in states if file.is_file()):
            continue
        try:
            scenario = read_centre(folder, people=False)
            zone = ZoneInfo(scenario.centre.timezone)
            changes = overrides_file(folder, scenario.overrides, _unsigned(scenario.overrides, ident), zone)
            edit = edit_centre(folder, changes, forget=True)
        except DataError:
            left.append(folder)
            continue
        if edit is not None:
            signed = True
            note_edit(store, centre_name(folder), edit.before, edit.after, by)
    for file in sorted((home / places.PROPOSALS).glob(f"*/{PLAN}")):
        folder = file.parent
        try:
            if ident.encode() not in gzip.decompress((folder / VALUES).read_bytes()):
                continue
            plan = read_plan(folder)
        except UNREADABLE:
            left.append(folder)
            continue
        layers = _unsigned(plan.scenario.overrides, ident)
        if layers != plan.scenario.overrides:
            _write_anew(store, replace(plan, scenario=replace(plan.scenario, overrides=layers)), folder)
            plans += 1
    return signed or plans > 0, plans, tuple(left)


def _unsigned(layers: tuple[Override, ...], ident: str) -> tuple[Override, ...]:
    return tuple(replace(one, author="") if one.author == ident else one for one in layers)


def _write_anew(store: Store, plan: Plan, folder: Path) -> None:
    write_plan(plan, folder)
    if _shown(store) == folder.resolve():
        set_pointer(store, CURRENT, str(folder.resolve()), digest_of(folder / PLAN))


def _forget_in_days(home: Path, centre: str, ident: str, label: str) -> tuple[int, list[Path]]:
    """How many days named the person, and the files that cannot be read."""
    from staffing.planning.intraday import log

    changed, unread = 0, []
    for file in log.day_files(home, centre):
        try:
            changed += log.forget_in_day(file, ident, label)
        except SettingsError:
            unread.append(file)
    return changed, unread
