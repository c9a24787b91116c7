"""Writing a plan folder: everything lands in one step, or nothing does."""

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

from staffing.errors import SettingsError
from staffing.files.atomic import atomic_folder, recover_folder
from staffing.files.demand_tables import (
    CURVE,
    FORECAST,
    POOLS,
    REQUIREMENT,
    WORKLOAD,
    forecast_csv,
    requirement_files,
)
from staffing.files.fairness_csv import FAIRNESS, fairness_csv
from staffing.files.on_call_table import ON_CALL, on_call_files
from staffing.files.plan_json import PLAN, plan_figures
from staffing.files.plan_values import VALUES, pack
from staffing.files.replan_tables import CHANGE_CURVE, CHANGES, replan_files
from staffing.files.roster_tables import (
    COST_TERMS,
    COVERAGE,
    ROSTER,
    VIOLATIONS,
    cost_terms_csv,
    coverage_csv,
    roster_csv,
    violations_csv,
)
from staffing.plan import Plan

OWN = (
    FORECAST,
    REQUIREMENT,
    CURVE,
    POOLS,
    WORKLOAD,
    ROSTER,
    COVERAGE,
    VIOLATIONS,
    COST_TERMS,
    FAIRNESS,
    CHANGES,
    CHANGE_CURVE,
    ON_CALL,
    VALUES,
    PLAN,
)
HANDED_OUT = (ROSTER, COVERAGE, FAIRNESS, CHANGES, ON_CALL)
"""Tables for other programs, with ids and no names; the last two where there is something to tell."""
EXTRAS = ("roster.xlsx", "report.html", "report.pdf", "ics", "calendars.zip")
"""What the report room adds; replaced together with the rest."""


def check_plan_target(folder: Path) -> None:
    """Refuse a target that a plan must not replace, before any work is done.

    Raises
    ------
    SettingsError
        When `folder` is a file, or a folder with something in it that is no plan.
    """
    folder = Path(folder)
    recover_folder(folder)
    if not folder.exists():
        return
    if not folder.is_dir():
        raise SettingsError(f"{folder} is a file; name a new folder or a plan folder to replace")
    # What `forecast` and `require` wrote may be completed to a plan.
    partial = {FORECAST, REQUIREMENT, CURVE, POOLS, WORKLOAD}
    names = {path.name for path in folder.iterdir()}
    if names and PLAN not in names and not names <= partial:
        raise SettingsError(
            f"{folder} is not empty and not a plan folder (no plan.json); it is left as it is: name another folder"
        )


def write_plan(plan: Plan, folder: Path, extras: Callable[[Path], None] | None = None) -> None:
    """Write the plan folder, replacing an earlier plan there.

    Parameters
    ----------
    plan : Plan
        A finished plan, with or without a roster.
    folder : Path
        New, empty, or an earlier plan folder. Files in it that no plan writes are kept.
    extras : callable, optional
        Called with the new folder before it takes its place, to add workbook, report and calendars.

    Raises
    ------
    SettingsError
        When `folder` holds something else than a plan.
    """
    folder = Path(folder)
    check_plan_target(folder)
    contents: dict[str, str | bytes] = {
        FORECAST: forecast_csv(plan.forecast),
        **requirement_files(plan.requirement),
        ROSTER: roster_csv(plan.roster),
        COVERAGE: coverage_csv(plan),
        VIOLATIONS: violations_csv(plan),
        COST_TERMS: cost_terms_csv(plan),
        FAIRNESS: fairness_csv(plan),
        **replan_files(plan),
        **on_call_files(plan),
        VALUES: pack(plan),
    }
    with atomic_folder(folder) as target:
        for name, content in contents.items():
            (target / name).write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        if extras is not None:
            extras(target)
        figures = plan_figures(plan, _digests(target))
        text = json.dumps(figures, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
        (target / PLAN).write_bytes(text.encode("utf-8"))
        if folder.is_dir():
            _keep_foreign(folder, target)


def plan_centre(folder: Path) -> str | None:
    """Name of the centre that a plan folder is for; None where that cannot be read."""
    try:
        name = json.loads((Path(folder) / PLAN).read_text(encoding="utf-8")).get("centre")
    except (OSError, ValueError, AttributeError):
        return None
    return name if isinstance(name, str) else None


def digest_of(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _digests(folder: Path) -> dict[str, str]:
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): digest_of(path) for path in paths}


def _keep_foreign(old: Path, new: Path) -> None:
    """Copy what a user put into the old plan folder; nothing that we did not write is ever deleted."""
    for path in old.iterdir():
        if path.name in OWN or path.name in EXTRAS or (new / path.name).exists():
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.copytree(path, new / path.name, symlinks=True)
        else:
            shutil.copy2(path, new / path.name, follow_symlinks=False)
