"""Everything of the store as centre and plan folders, and such folders into the store."""

import json
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from staffing.domain.demand import ContactHistory
from staffing.errors import SettingsError
from staffing.files import (
    CENTRE_FILES,
    atomic_folder,
    hide_people,
    read_centre,
    read_plan,
    show_people,
    write_plan,
)
from staffing.files.whatif_folder import KEY, take_whatifs, whatif_files
from staffing.planning.drafts import draft_plan, list_drafts, open_draft
from staffing.planning.publishing import submit_plan, version_plan
from staffing.store import Store
from staffing.store.access import Action, Actor, ask
from staffing.store.centres import HistoryRow, centre_files, centre_names, history_rows, put_centre
from staffing.store.people import agent_keys, agents_of, former
from staffing.store.trail import entries
from staffing.store.versions import approve, publish, versions

TOML, HISTORY, LIST = "centre.toml", "history.csv", "store.json"
MEASURES = ("offered", "handled", "abandoned", "aht_s", "wait_s", "within_target")
FORMAT = 1
LISTED = ("centres", "versions", "drafts", "scenarios")


def import_centre(store: Store, folder: Path, by: Actor) -> str:
    """Check a centre folder and keep it, replacing what was kept under its name; returns the name.

    Raises
    ------
    DataError
        With every fault of every file; nothing is changed then.
    AccessError
        When the role of `by` is too low.
    """
    ask(by, Action.IMPORT)
    scenario = read_centre(folder)
    name = scenario.centre.name
    keys = agent_keys(store, name, {agent.id: agent.name for agent in scenario.agents})
    present = [file for file in CENTRE_FILES if file != HISTORY and (folder / file).is_file()]
    files = {file: hide_people(file, (folder / file).read_bytes(), keys) for file in present}
    put_centre(store, name, files, rows_of(scenario.history), by)
    return name


def rows_of(history: ContactHistory) -> Iterator[HistoryRow]:
    """Rows of a history in which something is known, by queue and time."""
    start = np.array([history.grid.epoch_s(step) for step in range(history.grid.n)], dtype=np.int64)
    blank = np.full(history.offered.shape, np.nan)
    given = [getattr(history, name) for name in MEASURES]
    values = np.stack([blank if value is None else value for value in given])
    for index in sorted(range(len(history.queues)), key=history.queues.__getitem__):
        known = np.flatnonzero(np.isfinite(values[:, index]).any(axis=0))
        columns = values[:, index, known].astype(object)
        columns[~np.isfinite(values[:, index, known])] = None
        for when, row in zip(start[known].tolist(), columns.T.tolist(), strict=True):
            yield (history.queues[index], when, *row)


def export_centre(store: Store, name: str, folder: Path) -> None:
    """Write a centre as a folder, with ids and names of the people still known."""
    files = centre_files(store, name)
    known = {person.key: (person.ident, person.name) for person in agents_of(store, name)}
    for file, body in files.items():
        (folder / file).write_bytes(show_people(file, body, lambda key: known.get(key, (former(key), ""))))
    zone = ZoneInfo(tomllib.loads(files[TOML].decode("utf-8-sig"))["timezone"])
    with (folder / HISTORY).open("w", encoding="utf-8", newline="\n") as out:
        out.write(",".join(("start", "queue", *MEASURES)) + "\n")
        for queue, start_s, *values in history_rows(store, name):
            moment = datetime.fromtimestamp(start_s, zone).isoformat()
            out.write(",".join((moment, _cell(queue), *map(_number, values))) + "\n")


def export_store(store: Store, target: Path, by: Actor, home: Path) -> dict[str, int]:
    """Write every centre, version and open draft as a folder below `target`, and a list of them in ``store.json``.

    The what-if scenarios saved below `home` go with them.

    Returns
    -------
    dict
        How many centres, versions, drafts and scenarios.

    Raises
    ------
    AccessError
        When the role of `by` is too low.
    SettingsError
        When `target` has something in it.
    StoreDamagedError
        When a version is damaged.
    """
    ask(by, Action.EXPORT)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise SettingsError(f"{target} is not empty; name a new folder")
    with atomic_folder(target) as out:
        centres = []
        for number, name in enumerate(centre_names(store), start=1):
            folder = out / "centres" / str(number)
            folder.mkdir(parents=True)
            export_centre(store, name, folder)
            centres.append({"name": name, "folder": f"centres/{number}"})
        stored = sorted(versions(store), key=lambda version: version.n)
        for version in stored:
            write_plan(version_plan(store, version.n), out / "plans" / str(version.n))
        drafts = list_drafts(store)
        for draft in drafts:
            write_plan(draft_plan(store, draft.id), out / "drafts" / draft.id)
        saved = whatif_files(home)
        for file in saved:
            (out / file.folder).mkdir(parents=True, exist_ok=True)
            (out / file.folder / file.name).write_bytes(file.data)
        data: dict[str, Any] = {
            "format": FORMAT,
            "centres": centres,
            "versions": [
                {
                    "folder": f"plans/{version.n}",
                    "note": version.note,
                    "stored_by": version.made_by,
                    "stored": _moment(version.made_s),
                    "approved": version.approved_by is not None,
                    "published": version.is_published,
                }
                for version in stored
            ],
            "drafts": [{"folder": f"drafts/{draft.id}"} for draft in drafts],
            "scenarios": [{"folder": folder} for folder in sorted({file.folder for file in saved})],
            "trail": [
                {"at": _moment(row.at_s), "who": row.who, "role": row.role, "action": row.action, "object": row.object}
                for row in reversed(entries(store, limit=1_000_000))
            ],
        }
        (out / LIST).write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return {"centres": len(centres), "versions": len(stored), "drafts": len(drafts), "scenarios": len(saved)}


def import_folder(store: Store, folder: Path, by: Actor, home: Path) -> dict[str, int]:
    """Take in a centre folder, a plan folder, or everything that `export_store` wrote.

    Versions get new numbers in the same order; the trail tells of this import, not of what was done elsewhere. Saved
    scenarios go below `home`; one of a name that is there already stays as it is there.

    Returns
    -------
    dict
        How many centres, versions, drafts and scenarios.

    Raises
    ------
    SettingsError
        When `folder` is none of them.
    DataError
        When one of its files is refused.
    RefusedPlanError
        When a plan breaks a hard rule.
    AccessError
        When the role of `by` is too low.
    """
    ask(by, Action.IMPORT)
    if (folder / TOML).is_file():
        import_centre(store, folder, by)
        return {"centres": 1, "versions": 0, "drafts": 0, "scenarios": 0}
    if (folder / "plan.json").is_file():
        submit_plan(store, read_plan(folder), by)
        return {"centres": 0, "versions": 1, "drafts": 0, "scenarios": 0}
    if not (folder / LIST).is_file():
        raise SettingsError(f"{folder} is no centre folder, plan folder or export: no {TOML}, plan.json or {LIST}")
    return _import_all(store, folder, by, home)


def _import_all(store: Store, folder: Path, by: Actor, home: Path) -> dict[str, int]:
    try:
        data = json.loads((folder / LIST).read_text(encoding="utf-8"))
        listed = [[(folder / row["folder"], row) for row in _listed(data, kind)] for kind in LISTED]
    except (ValueError, KeyError, TypeError) as error:
        raise SettingsError(f"{folder / LIST} is damaged: {error}") from error
    inside = folder.resolve()
    if any(not path.resolve().is_relative_to(inside) for rows in listed for path, _ in rows):
        raise SettingsError(f"{folder / LIST} names a folder outside of it")
    if any(KEY.fullmatch(path.name) is None for path, _ in listed[3]):
        raise SettingsError(f"{folder / LIST} names a folder of scenarios that is none")
    for path, _ in listed[0]:
        import_centre(store, path, by)
    for path, row in listed[1]:
        n = submit_plan(store, read_plan(path), by, str(row.get("note", "")))
        if row.get("approved"):
            approve(store, n, by)
        if row.get("published"):
            publish(store, n, by)
    for path, _ in listed[2]:
        open_draft(store, path, by)
    scenarios = sum(take_whatifs(home, path.name, path) for path, _ in listed[3])
    return {**dict(zip(LISTED, map(len, listed), strict=True)), "scenarios": scenarios}


def _listed(data: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    """Rows of a kind; exports of before scenarios were taken along have none of them."""
    rows: list[dict[str, Any]] = data.get(kind, []) if kind == "scenarios" else data[kind]
    return rows


def _cell(value: str) -> str:
    return '"' + value.replace('"', '""') + '"' if any(sign in value for sign in ',"\n') else value


def _number(value: float | None) -> str:
    return "" if value is None else str(int(value)) if value == int(value) else repr(value)


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
